/*
 * row_json.h
 *		A row of a query's result as a JSON object.
 */
#ifndef ESQL_ROW_JSON_H
#define ESQL_ROW_JSON_H

#include "lib/stringinfo.h"

#include "esql/analysis/plan.h"

/* What a row that is to be stored leaves out because it is too large. */
typedef struct EsqlOmitted
{
	bool		mark;			/* put the digest of what is cut into the row, so that rows stay distinct */
	StringInfoData what;		/* the columns and what they lack, for people; empty if the row is whole */
} EsqlOmitted;

/* With omitted the row keeps within limits; without, it is whole. */
extern void esql_row_to_json(StringInfo out, List *columns, const Datum *values,
							 const bool *nulls, EsqlOmitted *omitted);

#endif							/* ESQL_ROW_JSON_H */
