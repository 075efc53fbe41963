/*
 * resolver.h
 *		What the resolver's files share.
 *
 *	resolve.c			commands: the scope of names, stages
 *	resolve_stats.c		STATS
 *	resolve_rule.c		what detection asks for besides a query's rows
 *	resolve_expr.c		expressions: operators, constants, columns
 *	resolve_bound.c		thresholds on distinct counts
 *	resolve_call.c		calls: finding the row of the function table
 *	function_special.c	functions whose meaning does not fit a row
 *	node.c				making and converting nodes
 */
#ifndef ESQL_RESOLVER_H
#define ESQL_RESOLVER_H

#include "datatype/timestamp.h"

#include "esql/analysis/functions.h"
#include "esql/analysis/nearest.h"
#include "esql/analysis/plan.h"

/* the template of AND, which WHERE takes apart */
#define ESQL_SQL_AND	"($1 AND $2)"

struct EsqlResolver
{
	EsqlContext *context;
	EsqlCatalog *catalog;
	const EsqlOptions *options;
	EsqlPlan   *plan;

	bool		finished;		/* later commands do not count */

	/* the scope of names */
	List	   *visible;		/* of EsqlVisible, in ES|QL's order */
	bool		open;			/* unknown names may be fields of the source */
	List	   *gone;			/* names dropped or renamed while open */
	List	   *filters;		/* KEEPs and DROPs with wildcards while open */

	List	   *unnamed;		/* EsqlColumns of the source that only the engine
								 * has read so far */

	/* the order that SORT asked for, to be carried on */
	List	   *order;			/* of EsqlOrder */
	List	   *ties;			/* group keys (EsqlColumn) that break its ties */

	/* inside STATS */
	bool		aggregates;		/* an aggregate may stand here */
	bool		in_aggregate;	/* already inside one */
	EsqlNode   *filter;			/* WHERE of the aggregate */
	List	   *keys;			/* group keys: EsqlVisible */
	List	   *unrolled;		/* EsqlColumns: the place of a key's value */
};

/* resolve.c */
extern EsqlStage *esql_add_stage(EsqlResolver *resolver, EsqlStageKind kind,
								 const EsqlCommand *command, const char *name);
extern int	esql_current_stage(const EsqlResolver *resolver);
extern EsqlColumn *esql_new_column(EsqlResolver *resolver, const char *name,
								   const EsqlNode *node);
extern EsqlVisible *esql_find_visible(List *visible, const char *name);
extern void esql_show(List **visible, const char *name, EsqlColumn *column);
extern EsqlColumn *esql_resolve_column(EsqlResolver *resolver, const char *name,
									   EsqlSpan span);
extern void esql_add_output(EsqlResolver *resolver, const EsqlCommand *command,
							const char *name, EsqlColumn *column, EsqlNode *node);
extern char *esql_field_name(const EsqlResolver *resolver, const EsqlField *field);

/* resolve_source.c */
extern void esql_resolve_from(EsqlResolver *resolver, const EsqlCommand *command);
extern EsqlColumn *esql_source_column(EsqlResolver *resolver, const char *name,
									  EsqlSpan span);
extern bool esql_has_documents(const EsqlResolver *resolver);
extern void esql_show_sorted(EsqlResolver *resolver, const char *name, EsqlColumn *column);
extern void esql_suggest_fields(EsqlResolver *resolver, EsqlNearest *nearest);

/* resolve_stats.c */
extern void esql_resolve_stats(EsqlResolver *resolver, const EsqlCommand *command);

/* resolve_rule.c */
extern void esql_resolve_window(EsqlResolver *resolver, const EsqlCommand *from);
extern bool esql_lift_limit(EsqlResolver *resolver, const EsqlCommand *command);
extern void esql_check_rule(EsqlResolver *resolver, const EsqlCommand *command);
extern void esql_number_events(EsqlResolver *resolver);
extern bool esql_begin_groups(EsqlResolver *resolver, const EsqlCommand *command, List *keys);
extern void esql_add_hidden(EsqlResolver *resolver, EsqlStage *stage);
extern void esql_finish_rule(EsqlResolver *resolver, const EsqlCommand *last);
extern void esql_mark_hidden(EsqlResolver *resolver, int end);

/* resolve_bound.c */
extern void esql_bound_counts(EsqlPlan *plan);

/* resolve_expr.c */
extern EsqlNode *esql_resolve_expr(EsqlResolver *resolver, const EsqlExpr *expr);
extern EsqlNode *esql_resolve_boolean(EsqlResolver *resolver, const EsqlExpr *expr,
									  const char *place);
extern EsqlNode *esql_compare(EsqlResolver *resolver, EsqlExprKind operator,
							  EsqlNode *left, EsqlNode *right, EsqlSpan span);

/* resolve_call.c */
extern EsqlNode *esql_resolve_call(EsqlResolver *resolver, const EsqlExpr *call);
extern EsqlType esql_result_type(const EsqlFunction *function, EsqlNode **args);
extern EsqlNode *esql_call_row(EsqlResolver *resolver, const EsqlFunction *function,
							   EsqlSpan span, EsqlNode **args, int nargs);

/* node.c: making nodes */
extern EsqlNode *esql_new_node(EsqlNodeKind kind, EsqlType type, EsqlSpan span);
extern EsqlNode *esql_call(const char *sql, EsqlType type, bool multivalued, EsqlSpan span,
						   int nargs, EsqlNode **args);
extern EsqlNode *esql_call1(const char *sql, EsqlType type, EsqlNode *arg);
extern EsqlNode *esql_call2(const char *sql, EsqlType type, EsqlSpan span,
							EsqlNode *first, EsqlNode *second);
extern EsqlNode *esql_column_node(EsqlColumn *column, EsqlSpan span);
extern EsqlNode *esql_const_null(EsqlType type, EsqlSpan span);
extern EsqlNode *esql_const_string(const char *data, size_t length, EsqlSpan span);
extern EsqlNode *esql_const_date(int64 ms, EsqlSpan span);
extern EsqlNode *esql_const_moment(int64 us);
extern EsqlNode *esql_const_long(int64 value, EsqlType type, EsqlSpan span);

/* node.c: what several values, precision and types come to */
extern EsqlNode *esql_settle(EsqlNode *node);
extern EsqlNode *esql_to_single(EsqlNode *node);
extern EsqlNode *esql_to_list(EsqlNode *node);
extern EsqlNode *esql_map(EsqlNode *list, EsqlNode *element, EsqlNode *body);
extern EsqlNode *esql_element(const EsqlNode *list);
extern EsqlNode *esql_sort_value(EsqlNode *node, bool descending);
extern bool esql_is_string_const(const EsqlNode *node);
extern bool esql_is_null_const(const EsqlNode *node);
extern int	esql_weight(const EsqlNode *node);
extern void esql_collect_columns(const EsqlNode *node, List **columns);
extern bool esql_reads_stage(const EsqlNode *node, int stage);
extern void esql_mark_uses(const EsqlNode *node, int stage);

/* coerce.c: from one type to another */
extern EsqlNode *esql_promote(EsqlNode *node, EsqlType type);
extern EsqlNode *esql_convert(EsqlNode *node, EsqlType type);
extern EsqlNode *esql_read_literal(EsqlResolver *resolver, EsqlNode *node, EsqlType type);
extern bool esql_span_smallest(const EsqlNode *node, int64 *amount, EsqlTimeUnit *unit);
extern bool esql_span_interval(const EsqlNode *node, Interval *interval);
extern EsqlNode *esql_date_arithmetic(EsqlResolver *resolver, EsqlNode *date, EsqlNode *span,
									  bool subtract, EsqlSpan place);
extern EsqlNode *esql_interval_node(EsqlResolver *resolver, const EsqlNode *span);

#endif							/* ESQL_RESOLVER_H */
