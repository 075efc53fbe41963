/*
 * coerce.h
 *		From one type to another.
 */
#ifndef ESQL_COERCE_H
#define ESQL_COERCE_H

#include "datatype/timestamp.h"
#include "esql/analysis/scope.h"

extern EsqlType esql_common_type(EsqlType a, EsqlType b);
extern EsqlNode *esql_promote(EsqlNode *node, EsqlType type);
extern EsqlNode *esql_convert(EsqlNode *node, EsqlType type);
extern EsqlNode *esql_read_literal(EsqlResolver *resolver, EsqlNode *node, EsqlType type);
extern bool esql_span_smallest(const EsqlNode *node, int64 *amount, EsqlTimeUnit *unit);
extern bool esql_span_interval(const EsqlNode *node, Interval *interval);
extern EsqlNode *esql_date_arithmetic(EsqlResolver *resolver, EsqlNode *date, EsqlNode *span,
									  bool subtract, EsqlSpan place);
extern EsqlNode *esql_interval_node(EsqlResolver *resolver, const EsqlNode *span);

#endif							/* ESQL_COERCE_H */
