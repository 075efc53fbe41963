/*
 * pattern_cache.h
 *		Patterns of REPLACE, GROK and DISSECT, read and compiled once a session.
 */
#ifndef TD_ESQL_RUNTIME_PATTERN_CACHE_H
#define TD_ESQL_RUNTIME_PATTERN_CACHE_H

#include "fmgr.h"
#include "portability/instr_time.h"

#include "esql/pattern/dissect.h"
#include "esql/pattern/grok.h"
#include "esql/pattern/java.h"

typedef enum TdPatternKind
{
	TD_PATTERN_JAVA,
	TD_PATTERN_GROK,
	TD_PATTERN_DISSECT
} TdPatternKind;

/* A pattern that is ready for use. */
typedef struct TdPattern
{
	TdPatternKind kind;
	EsqlRegex  *regex;			/* JAVA, GROK */
	EsqlPcre	pcre;			/* JAVA */
	EsqlGrok	grok;
	EsqlDissect dissect;
	EsqlDissectPart *parts;		/* DISSECT: room for the texts of its keys */
} TdPattern;

/*
 * The pattern, or NULL if it is broken (a pattern that comes from data may be).
 * It stays as long as the function call.
 */
extern const TdPattern *td_pattern(TdPatternKind kind, const text *pattern);

/*
 * Text in UTF-8, which the patterns are in.  In a database of another encoding
 * it is a copy.
 */
typedef struct TdUtf8
{
	const char *data;
	size_t		length;
} TdUtf8;

extern TdUtf8 td_utf8_of(const text *value);
extern text *td_text_of_utf8(const char *data, size_t length);

/* The time that one function call may search, see pattern_cache.c. */
typedef struct TdWatch
{
	EsqlWatch	watch;
	bool		started;
	instr_time	start;
} TdWatch;

extern void td_watch_start(TdWatch *watch);
extern bool td_watch_stop(TdWatch *watch);
extern void td_gave_up(FunctionCallInfo fcinfo, const char *what, size_t length);

#endif							/* TD_ESQL_RUNTIME_PATTERN_CACHE_H */
