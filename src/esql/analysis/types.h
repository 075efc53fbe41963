/*
 * types.h
 *		ES|QL's types, and the SQL types that hold them.
 */
#ifndef ESQL_TYPES_H
#define ESQL_TYPES_H

#include "compat.h"

typedef enum EsqlType
{
	ESQL_TYPE_NULL,				/* the type of a lone null */
	ESQL_TYPE_BOOLEAN,
	ESQL_TYPE_INTEGER,			/* the numbers stand in the order of promotion */
	ESQL_TYPE_LONG,
	ESQL_TYPE_DOUBLE,
	ESQL_TYPE_KEYWORD,
	ESQL_TYPE_IP,
	ESQL_TYPE_DATE,
	ESQL_TYPE_SOURCE,			/* METADATA _source: to be shown, nothing else */
	ESQL_TYPE_DURATION,			/* constants only: 5 minutes */
	ESQL_TYPE_PERIOD,			/* constants only: 1 month */
	ESQL_TYPE_UNSUPPORTED		/* a column we have no word for */
} EsqlType;

#define ESQL_IS_NUMERIC(t) \
	((t) == ESQL_TYPE_INTEGER || (t) == ESQL_TYPE_LONG || (t) == ESQL_TYPE_DOUBLE)
#define ESQL_IS_WHOLE(t) \
	((t) == ESQL_TYPE_INTEGER || (t) == ESQL_TYPE_LONG)
#define ESQL_IS_SPAN(t) \
	((t) == ESQL_TYPE_DURATION || (t) == ESQL_TYPE_PERIOD)

extern const char *esql_type_name(EsqlType type);
extern const char *esql_type_sql(EsqlType type);
extern EsqlType esql_type_by_name(const char *name, size_t length);
extern EsqlType esql_type_of_sql(Oid type);
extern char *esql_castable_types(void);

#endif							/* ESQL_TYPES_H */
