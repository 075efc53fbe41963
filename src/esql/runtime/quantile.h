/*
 * quantile.h
 *		Quantiles of sorted numbers.
 */
#ifndef ESQL_RUNTIME_QUANTILE_H
#define ESQL_RUNTIME_QUANTILE_H

#include "compat.h"

extern void td_sort_doubles(double *values, int64 count);
extern double td_quantile(const double *sorted, int64 count, double share);
extern double td_median_deviation(double *values, int64 count);

#endif							/* ESQL_RUNTIME_QUANTILE_H */
