/*
 * terms.h
 *		What an index of documents' terms is asked for.
 */
#ifndef ESQL_TERMS_H
#define ESQL_TERMS_H

#include "esql/sql/writer.h"

extern void esql_write_terms(EsqlWriter *writer, int number, bool first);

#endif							/* ESQL_TERMS_H */
