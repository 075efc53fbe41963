/*
 * number.h
 *		Whole numbers from decimal ones.
 */
#ifndef ESQL_RUNTIME_NUMBER_H
#define ESQL_RUNTIME_NUMBER_H

#include "compat.h"

extern bool td_double_to_long(double value, int64 *result);

#endif							/* ESQL_RUNTIME_NUMBER_H */
