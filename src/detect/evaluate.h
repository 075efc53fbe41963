/*
 * evaluate.h
 *		A query's text to rows: compile it, run it through SPI.
 */
#ifndef TD_EVALUATE_H
#define TD_EVALUATE_H

#include "esql/plan.h"

/* A query compiled against its source. */
typedef struct TdCompiled
{
	char	   *sql;
	List	   *columns;		/* of EsqlVisible: what the SQL's rows hold */
	bool		limited;		/* the query has a LIMIT of its own */
} TdCompiled;

/* Gets each row; what it keeps it must copy. */
typedef void (*TdRowSink) (void *arg, Datum *values, bool *nulls);

typedef struct TdSession
{
	int			guc_level;
	char	   *schema;			/* the extension's, quoted */
} TdSession;

extern void td_begin(TdSession *session, FunctionCallInfo fcinfo);
extern void td_end(TdSession *session);
extern TdCompiled *td_compile(const TdSession *session, const char *query, Oid events,
							  const EsqlOptions *options);
extern void td_execute(const char *sql, TdRowSink sink, void *arg);
extern void td_query(const char *sql, int nargs, Oid *types, Datum *values);
extern char *td_to_utf8(const char *text);
extern char *td_from_utf8(const char *text);
extern int64 td_as_of(FunctionCallInfo fcinfo, int argument);

#endif							/* TD_EVALUATE_H */
