/*
 * likes.h
 *		LIKEs of one text, joined by OR, as one call.
 */
#ifndef ESQL_LIKES_H
#define ESQL_LIKES_H

#include "esql/analysis/plan.h"

extern EsqlNode *esql_join_likes(const EsqlNode *node);

#endif							/* ESQL_LIKES_H */
