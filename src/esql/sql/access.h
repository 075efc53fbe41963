/*
 * access.h
 *		A relation's column, or a field of its document, as SQL.
 */
#ifndef ESQL_ACCESS_H
#define ESQL_ACCESS_H

#include "esql/sql/writer.h"

extern char *esql_access_text(EsqlWriter *writer, const EsqlRelation *relation,
							  const EsqlAccess *access);
extern void esql_write_face(EsqlWriter *writer, const EsqlRelation *relation,
							const EsqlColumn *column, const EsqlAccess *access, bool list);

#endif							/* ESQL_ACCESS_H */
