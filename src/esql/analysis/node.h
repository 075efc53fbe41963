/*
 * node.h
 *		Making the nodes of a plan, and looking through them.
 */
#ifndef ESQL_NODE_H
#define ESQL_NODE_H

#include "esql/analysis/plan.h"

extern EsqlNode *esql_new_node(EsqlNodeKind kind, EsqlType type, EsqlSpan span);
extern EsqlNode *esql_call(const char *sql, EsqlType type, bool multivalued, EsqlSpan span,
						   int nargs, EsqlNode **args);
extern EsqlNode *esql_call1(const char *sql, EsqlType type, EsqlNode *arg);
extern EsqlNode *esql_call2(const char *sql, EsqlType type, EsqlSpan span,
							EsqlNode *first, EsqlNode *second);
extern EsqlNode *esql_operate(EsqlOperator operator, EsqlSpan span, EsqlNode *left, EsqlNode *right);
extern EsqlNode *esql_test_null(EsqlNode *node, bool is_null);
extern EsqlNode *esql_column_node(EsqlColumn *column, EsqlSpan span);
extern EsqlNode *esql_const_null(EsqlType type, EsqlSpan span);
extern EsqlNode *esql_const_string(const char *data, size_t length, EsqlSpan span);
extern EsqlNode *esql_const_date(int64 ms, EsqlSpan span);
extern EsqlNode *esql_const_moment(int64 us);
extern EsqlNode *esql_const_long(int64 value, EsqlType type, EsqlSpan span);

/* what several values, precision and types come to */
extern EsqlNode *esql_settle(EsqlNode *node);
extern EsqlNode *esql_single_letters(const EsqlNode *node);
extern EsqlNode *esql_to_single(EsqlNode *node);
extern EsqlNode *esql_to_list(EsqlNode *node);
extern EsqlNode *esql_map(EsqlNode *list, EsqlNode *element, EsqlNode *body);
extern EsqlNode *esql_element(const EsqlNode *list);
extern EsqlNode *esql_sort_value(EsqlNode *node, bool descending);
extern EsqlNode *esql_result_node(EsqlColumn *column, EsqlSpan span);
extern const EsqlNode *esql_constant(const EsqlNode *node);
extern bool esql_reads_column(const EsqlNode *node);
extern bool esql_is_string_const(const EsqlNode *node);
extern bool esql_is_null_const(const EsqlNode *node);
extern int	esql_weight(const EsqlNode *node);
extern void esql_collect_columns(const EsqlNode *node, List **columns);
extern bool esql_reads_stage(const EsqlNode *node, const EsqlStage *stage);

#endif							/* ESQL_NODE_H */
