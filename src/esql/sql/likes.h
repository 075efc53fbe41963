/*
 * likes.h
 *		LIKEs of one text, joined by OR, as one call.
 */
#ifndef ESQL_LIKES_H
#define ESQL_LIKES_H

#include "esql/sql/writer.h"

extern bool esql_write_likes(EsqlWriter *writer, const EsqlNode *node);

#endif							/* ESQL_LIKES_H */
