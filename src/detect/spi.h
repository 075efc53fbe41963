/*
 * spi.h
 *		Queries through SPI, and text between the database's encoding and UTF-8.
 */
#ifndef TD_SPI_H
#define TD_SPI_H

#include "nodes/params.h"
#include "nodes/pg_list.h"

struct ArrayType;
struct _SPI_plan;

/* Gets each row; what it keeps it must copy. */
typedef void (*TdRowSink) (void *arg, Datum *values, bool *nulls);

/* What a query is compiled for. */
typedef enum TdPurpose
{
	TD_RUN_QUERY,				/* the caller has named what it reads */
	TD_RUN_RULE,				/* the rule has: it must be trusted */
	TD_CHECK					/* not to be run: nothing is planned, nothing need be trusted */
} TdPurpose;

typedef struct TdSession
{
	char	   *schema;			/* the extension's, quoted */
	TdPurpose	purpose;
} TdSession;

extern void td_begin(TdSession *session, TdPurpose purpose);
extern void td_end(void);
extern struct _SPI_plan *td_prepare(const char *sql);
extern void td_execute(const char *sql, struct _SPI_plan *prepared, ParamListInfo parameters, TdRowSink sink, void *arg);
extern void td_query(const char *sql, int nargs, Oid *types, Datum *values);
extern void td_change(const char *sql, int nargs, Oid *types, Datum *values, bool writes);
extern char *td_to_utf8(const char *text);
extern char *td_from_utf8(const char *text);
extern struct ArrayType *td_text_array(List *texts);

#endif							/* TD_SPI_H */
