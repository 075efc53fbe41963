/*
 * extract.h
 *		GROK and DISSECT.
 */
#ifndef ESQL_SYNTAX_EXTRACT_H
#define ESQL_SYNTAX_EXTRACT_H

#include "esql/syntax/tools.h"

extern void esql_grok_command(Parser *p, EsqlCommand *command);
extern void esql_dissect_command(Parser *p, EsqlCommand *command);

#endif							/* ESQL_SYNTAX_EXTRACT_H */
