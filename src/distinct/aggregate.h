/*
 * aggregate.h
 *		What the aggregate functions of this folder share.
 */
#ifndef TD_AGGREGATE_H
#define TD_AGGREGATE_H

#include "compat.h"

#include "fmgr.h"
#include "utils/array.h"

#include "type.h"

/* A walk through the non-null elements of an array. */
typedef struct TdElements
{
	const char *at;
	const uint8 *nulls;
	int64		position;
	int64		count;
	TdType	   *type;
} TdElements;

extern MemoryContext td_aggregate_context(FunctionCallInfo fcinfo);
extern TdType *td_argument_type(FunctionCallInfo fcinfo);
extern TdType *td_label_type(FunctionCallInfo fcinfo, const void *label, Size len, void (*allow) (Oid typid));
extern uint64 td_limit_argument(FunctionCallInfo fcinfo, TdSet *set);
extern bytea *td_set_bytes(TdSet *set, const TdType *labelled,
						   void (*write) (TdSet *set, const void *label, size_t label_len, TdSetWriter *writer),
						   void (*more) (TdSetWriter *writer, size_t need));
extern bool td_more_bytes(TdSetWriter *writer, size_t need, size_t most);
extern Datum td_sorted_array(TdSet *set, Oid element_type, Oid collation);
extern TdType *td_element_type(FunctionCallInfo fcinfo, ArrayType *array);
extern void td_elements_begin(TdElements *elements, ArrayType *array, TdType *type);
extern bool td_elements_next(TdElements *elements, Datum *value);
extern void td_set_check(TdSetStatus status);

#endif							/* TD_AGGREGATE_H */
