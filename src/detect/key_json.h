/*
 * key_json.h
 *		A group's key, as JSON, back to conditions on its columns.
 */
#ifndef ESQL_KEY_JSON_H
#define ESQL_KEY_JSON_H

#include "esql/analysis/plan.h"

extern List *esql_key_conditions(Datum key, List *columns);

#endif							/* ESQL_KEY_JSON_H */
