/*
 * ship.h
 *		Conditions that another server can be asked.
 */
#ifndef ESQL_SHIP_H
#define ESQL_SHIP_H

#include "esql/sql/writer.h"

extern const char *esql_bare_letters(const EsqlNode *node);
extern bool esql_ships(const EsqlNode *node);
extern bool esql_write_document_test(EsqlWriter *writer, const EsqlNode *node);
extern char *esql_json_literal(const char *text);

#endif							/* ESQL_SHIP_H */
