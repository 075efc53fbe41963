/*
 * functions.h
 *		The table of ES|QL's functions.
 *
 * A function is a row of functions.c (several rows, if what it does depends on
 * the types of its arguments: the first row that fits is taken).
 *
 * args: a letter an argument
 *		b boolean, i integer, l whole number, d number (taken as double),
 *		n number as it is, k keyword, p ip, t date, s time span, a anything,
 *		c a whole number and q a string that are constants, j a string or _source,
 *		o a whole number or a date
 *		= the type of the first argument, numbers promoted together
 *		[ what follows may be left out, * (last) what precedes may repeat
 *		a capital, and # for =, takes a list
 *
 * result: a letter as above, or 1 for the type of the first argument;
 *		a + behind it says that the result may hold several values
 *
 * sql: the template.  $1 to $9 are the arguments, $* all of them with commas,
 *		$f the FILTER clause of an aggregate; the rest as in sql/writer.h.
 *
 * sql_list: the template when the first argument may hold several values.
 *		A function of lists without a template for one value (sql) gets a list
 *		of one.
 *
 * sql_bounded, sql_list_bounded: the two templates with a bound, $2, after
 *		which the aggregate may stop.  bound.c tells when that is allowed.
 *
 * Results of type keyword get COLLATE "C" from the generator.
 */
#ifndef ESQL_FUNCTIONS_H
#define ESQL_FUNCTIONS_H

#include "esql/analysis/scope.h"

/* What several values in an argument mean. */
typedef enum EsqlSeveral
{
	ESQL_REJECTS,				/* the result is null */
	ESQL_MAPS,					/* the result holds one value for each value
								 * of the first argument */
	ESQL_LISTS,					/* the arguments in capitals are taken as lists */
	ESQL_AGGREGATES				/* every value of the first argument counts */
} EsqlSeveral;

typedef struct EsqlFunction EsqlFunction;

/* A function whose meaning does not fit a row: makes the node itself. */
typedef EsqlNode *(*EsqlBuild) (EsqlResolver *resolver, const EsqlFunction *function,
								const EsqlExpr *call, EsqlNode **args, int nargs);

struct EsqlFunction
{
	const char *name;
	const char *args;
	const char *result;
	EsqlSeveral multivalued;
	const char *sql;
	const char *sql_list;
	const char *sql_bounded;	/* the same two, which stop at $2 values */
	const char *sql_list_bounded;
	EsqlOperator operator;		/* what readers of a plan know it by */
	EsqlBuild	build;
	bool		options;		/* takes named options, which build reads */
	bool		ordered;		/* compares text by bytes */
	bool		any_letters;	/* makes letters large or small */
};

extern const EsqlFunction esql_functions[];
extern const int esql_function_count;

extern int	esql_count_arguments(const char *args, int *most);
extern char esql_class_of(const char *args, int place);

/* special.c */
extern EsqlNode *esql_build_now(EsqlResolver *resolver, const EsqlFunction *function,
								const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_case(EsqlResolver *resolver, const EsqlFunction *function,
								 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_coalesce(EsqlResolver *resolver, const EsqlFunction *function,
									 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_replace(EsqlResolver *resolver, const EsqlFunction *function,
									const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_date_trunc(EsqlResolver *resolver, const EsqlFunction *function,
									   const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_date_diff(EsqlResolver *resolver, const EsqlFunction *function,
									  const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_date_extract(EsqlResolver *resolver, const EsqlFunction *function,
										 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_cidr_match(EsqlResolver *resolver, const EsqlFunction *function,
									   const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_mv_sort(EsqlResolver *resolver, const EsqlFunction *function,
									const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_hash(EsqlResolver *resolver, const EsqlFunction *function,
								 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_json_extract(EsqlResolver *resolver, const EsqlFunction *function,
										 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_top(EsqlResolver *resolver, const EsqlFunction *function,
								const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_first(EsqlResolver *resolver, const EsqlFunction *function,
								  const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_convert(EsqlResolver *resolver, const EsqlFunction *function,
									const EsqlExpr *call, EsqlNode **args, int nargs);

/* search.c */
extern EsqlNode *esql_build_search(EsqlResolver *resolver, const EsqlFunction *function,
								   const EsqlExpr *call, EsqlNode **args, int nargs);

/* match.c */
extern EsqlNode *esql_build_match(EsqlResolver *resolver, const EsqlFunction *function,
								  const EsqlExpr *call, EsqlNode **args, int nargs);

/* statistics.c */
extern EsqlNode *esql_build_median(EsqlResolver *resolver, const EsqlFunction *function,
								   const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_percentile(EsqlResolver *resolver, const EsqlFunction *function,
									   const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_median_deviation(EsqlResolver *resolver, const EsqlFunction *function,
											 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_weighted_avg(EsqlResolver *resolver, const EsqlFunction *function,
										 const EsqlExpr *call, EsqlNode **args, int nargs);

/* bucket.c */
extern EsqlNode *esql_build_bucket_span(EsqlResolver *resolver, const EsqlFunction *function,
										const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_bucket_range(EsqlResolver *resolver, const EsqlFunction *function,
										 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_bucket_size(EsqlResolver *resolver, const EsqlFunction *function,
										const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_bucket_numbers(EsqlResolver *resolver, const EsqlFunction *function,
										   const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_tbucket(EsqlResolver *resolver, const EsqlFunction *function,
									const EsqlExpr *call, EsqlNode **args, int nargs);

/* date_pattern.c */
extern EsqlNode *esql_build_date_format(EsqlResolver *resolver, const EsqlFunction *function,
										const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_date_parse(EsqlResolver *resolver, const EsqlFunction *function,
									   const EsqlExpr *call, EsqlNode **args, int nargs);

/* constants.c */
extern EsqlNode *esql_build_span(EsqlResolver *resolver, const EsqlFunction *function,
								 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_network_direction(EsqlResolver *resolver, const EsqlFunction *function,
											  const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_round_to(EsqlResolver *resolver, const EsqlFunction *function,
									 const EsqlExpr *call, EsqlNode **args, int nargs);
extern EsqlNode *esql_build_mv_pseries(EsqlResolver *resolver, const EsqlFunction *function,
									   const EsqlExpr *call, EsqlNode **args, int nargs);

#endif							/* ESQL_FUNCTIONS_H */
