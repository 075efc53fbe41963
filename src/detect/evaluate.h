/*
 * evaluate.h
 *		A query's text to rows: compile it, run it through SPI.
 */
#ifndef TD_EVALUATE_H
#define TD_EVALUATE_H

#include "datatype/timestamp.h"

#include "esql/analysis/plan.h"

/* The dates that Elasticsearch's own literals can say: years 1 to 9999. */
#define TD_FIRST_MS		INT64CONST(-62135596800000)
#define TD_LAST_MS		INT64CONST(253402300799999)

/* A query compiled against its source. */
typedef struct TdCompiled
{
	char	   *sql;
	struct _SPI_plan *prepared; /* the same, planned; or NULL */
	List	   *columns;		/* of EsqlVisible: what the SQL's rows hold */
	List	   *keys;			/* of EsqlVisible: what identifies a row */
	char	   *count_sql;		/* counts all events of the window, a row for each
								 * relation; set by td_choose_count() alone */
	struct _SPI_plan *count_prepared;	/* the same, planned; or NULL */
	bool		partial;		/* may a part of the events be all that is read? */
	const EsqlPlan *plan;
	const EsqlCatalog *catalog; /* what the plan was resolved against */
} TdCompiled;

/* Gets each row; what it keeps it must copy. */
typedef void (*TdRowSink) (void *arg, Datum *values, bool *nulls);

typedef struct TdSession
{
	char	   *schema;			/* the extension's, quoted */
} TdSession;

extern void td_begin(TdSession *session, FunctionCallInfo fcinfo);
extern void td_end(void);
extern EsqlPlan *td_resolve(const TdSession *session, const char *query, Oid events,
							const EsqlOptions *options, EsqlCatalog **catalog);
extern TdCompiled *td_compile(const TdSession *session, const char *query, Oid events,
							  const EsqlOptions *options);
extern struct _SPI_plan *td_prepare(const char *sql);
extern void td_execute(const char *sql, struct _SPI_plan *prepared, TdRowSink sink, void *arg);
extern void td_query(const char *sql, int nargs, Oid *types, Datum *values);
extern char *td_to_utf8(const char *text);
extern char *td_from_utf8(const char *text);
extern struct ArrayType *td_text_array(List *texts);
extern EsqlCondition *td_parse_condition(const char *text, const char *label);

/* the arguments of our functions, each with its name for errors */
extern void td_require(FunctionCallInfo fcinfo, int argument, const char *name);
extern char *td_text_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern Oid	td_events_argument(FunctionCallInfo fcinfo, int argument);
extern void td_time_arguments(FunctionCallInfo fcinfo, int argument, EsqlOptions *options);
extern int64 td_as_of(FunctionCallInfo fcinfo, int argument);
extern int64 td_instant(TimestampTz timestamp);
extern EsqlWindow td_window(int64 from, int64 as_of);

#endif							/* TD_EVALUATE_H */
