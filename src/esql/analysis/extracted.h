/*
 * extracted.h
 *		What columns GROK and DISSECT make, by their patterns alone.
 */
#ifndef ESQL_ANALYSIS_EXTRACTED_H
#define ESQL_ANALYSIS_EXTRACTED_H

#include "esql/analysis/plan.h"
#include "esql/pattern/grok.h"

/* A column that GROK or DISSECT makes. */
typedef struct EsqlExtracted
{
	char	   *name;
	EsqlType	type;
} EsqlExtracted;

extern List *esql_extracted(const EsqlContext *context, const EsqlCommand *command);

extern EsqlType esql_grok_type(EsqlGrokType type);

#endif							/* ESQL_ANALYSIS_EXTRACTED_H */
