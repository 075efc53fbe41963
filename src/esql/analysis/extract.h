/*
 * extract.h
 *		GROK and DISSECT.
 */
#ifndef ESQL_ANALYSIS_EXTRACT_H
#define ESQL_ANALYSIS_EXTRACT_H

#include "esql/analysis/scope.h"

extern void esql_resolve_grok(EsqlResolver *resolver, const EsqlCommand *command);
extern void esql_resolve_dissect(EsqlResolver *resolver, const EsqlCommand *command);

#endif							/* ESQL_ANALYSIS_EXTRACT_H */
