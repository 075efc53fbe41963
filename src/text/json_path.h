/*
 * json_path.h
 *		A value of a JSON text, found by a path.
 */
#ifndef TEXT_JSON_PATH_H
#define TEXT_JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "text/context.h"

/* A step of a path: the key of an object, or a place in an array. */
typedef struct TdJsonStep
{
	bool		is_index;
	EsqlString	key;
	uint32_t	index;
} TdJsonStep;

typedef enum TdJsonKind
{
	TD_JSON_NULL,
	TD_JSON_STRING,				/* its text has quotes and escapes */
	TD_JSON_PLAIN,				/* a number, true or false */
	TD_JSON_CONTAINER			/* an object or an array */
} TdJsonKind;

/* A value, as it stands in the text. */
typedef struct TdJsonValue
{
	TdJsonKind	kind;
	const char *text;
	size_t		length;
} TdJsonValue;

extern bool td_json_read_path(EsqlContext *context, TdJsonStep **steps, uint32_t *count);
extern bool td_json_find(const char *text, size_t length, const TdJsonStep *steps, uint32_t count, TdJsonValue *value);
extern bool td_json_unescape(const TdJsonValue *value, char *to, size_t *length);
extern size_t td_json_compact(const char *text, size_t length, char *to);

#endif							/* TEXT_JSON_PATH_H */
