/*
 * result.h
 *		What a rule's row, as JSON, holds.
 */
#ifndef ESQL_RESULT_H
#define ESQL_RESULT_H

#include "utils/jsonb.h"

extern char *td_result_text(Jsonb *result, const char *name, const char *other_name);

#endif							/* ESQL_RESULT_H */
