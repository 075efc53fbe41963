/*
 * likes.h
 *		LIKEs of one text, joined by OR, as one call, and one before a regular expression.
 */
#ifndef ESQL_LIKES_H
#define ESQL_LIKES_H

#include "esql/analysis/plan.h"

extern EsqlNode *esql_faster_likes(const EsqlNode *node);

#endif							/* ESQL_LIKES_H */
