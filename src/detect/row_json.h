/*
 * row_json.h
 *		A row of a query's result as a JSON object.
 */
#ifndef ESQL_ROW_JSON_H
#define ESQL_ROW_JSON_H

#include "lib/stringinfo.h"

#include "esql/analysis/plan.h"

extern void esql_row_to_json(StringInfo out, List *columns, const Datum *values,
							 const bool *nulls);

#endif							/* ESQL_ROW_JSON_H */
