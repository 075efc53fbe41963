/*
 * aggregate.c
 *		The distinct aggregates: SQL entry points of distinct_count and the
 *		parts that distinct_values shares with it.
 *
 * The transition state is a TdSet, in the aggregate's context.  It carries
 * its type, so that only the first value of a group needs to know the type of
 * the argument.  A group without values has no state (NULL).
 *
 * distinct_count(v) and distinct_values(v) have the same transition function,
 * so PostgreSQL gives both of them in one query one state.
 *
 * A final function may look up the values that are pending.  That changes
 * nothing for the next row.
 *
 * A partial state travels as bytea, which cannot be longer than 1 GB; the set
 * itself can.
 */
#include "compat.h"

#include "access/tupmacs.h"
#include "executor/nodeAgg.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/memutils.h"

#include "aggregate.h"
#include "ahead.h"
#include "pool.h"
#include "type.h"
#include "type_travel.h"

/* What a function keeps in fn_extra. */
typedef struct TdCallCache
{
	Oid			typid;			/* of the values, as the call has it */
	Oid			collation;
	TdType	   *type;
	Size		label_len;		/* or the label that named the type */
	char	   *label;
	MemoryContext strings;		/* what groups merged one after the other keep */
	TdSetFamily *keeper;
	const TdSetType *kept;		/* the type of these strings */
	uintptr_t	value;			/* where the last row's was; see ahead.h */
} TdCallCache;

/*
 * The aggregate's context; throws if the function is not called by one.
 */
MemoryContext
td_aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function of a distinct aggregate called outside of an aggregate")));
	return context;
}

static TdCallCache *
call_cache(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
														  sizeof(TdCallCache));
	return fcinfo->flinfo->fn_extra;
}

static TdType *
cached_type(FunctionCallInfo fcinfo, Oid typid)
{
	TdCallCache *cache = call_cache(fcinfo);
	Oid			collation = PG_GET_COLLATION();

	if (cache->type == NULL || cache->typid != typid || cache->collation != collation)
	{
		cache->type = td_type_lookup(typid, collation);
		cache->typid = typid;
		cache->collation = collation;
	}
	return cache->type;
}

/*
 * The facts of the type of argument 1.
 */
TdType *
td_argument_type(FunctionCallInfo fcinfo)
{
	TdCallCache *cache = fcinfo->flinfo->fn_extra;

	if (cache != NULL && cache->type != NULL)
		return cache->type;
	return cached_type(fcinfo, get_fn_expr_argtype(fcinfo->flinfo, 1));
}

/*
 * The facts of the type of an array's elements.
 */
TdType *
td_element_type(FunctionCallInfo fcinfo, ArrayType *array)
{
	return cached_type(fcinfo, ARR_ELEMTYPE(array));
}

/*
 * Begins a walk through an array of any number of dimensions.
 */
void
td_elements_begin(TdElements *elements, ArrayType *array, TdType *type)
{
	/* ARR_DATA_PTR mixes signs, about which compilers warn */
	elements->at = (char *) array + (ARR_HASNULL(array) ? (Size) array->dataoffset :
									 ARR_OVERHEAD_NONULLS(ARR_NDIM(array)));
	elements->nulls = ARR_NULLBITMAP(array);
	elements->position = 0;
	elements->count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	elements->type = type;
}

/*
 * The next element that is not null; it lies in the array.
 */
bool
td_elements_next(TdElements *elements, Datum *value)
{
	const TdType *type = elements->type;

	while (elements->position < elements->count)
	{
		int64		i = elements->position++;

		if (elements->nulls != NULL && (elements->nulls[i / 8] & (1 << (i % 8))) == 0)
			continue;
		*value = fetch_att(elements->at, type->typbyval, type->typlen);
		elements->at = att_addlength_pointer(elements->at, type->typlen, elements->at);
		elements->at = (char *) att_align_nominal(elements->at, type->typalign);
		return true;
	}
	return false;
}

/*
 * Throws if a state could not be read.
 */
void
td_set_check(TdSetStatus status)
{
	if (status != TD_SET_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid state of a distinct aggregate"),
				 errdetail_internal("%s", td_set_status_text(status))));
}

static TdSet *
new_set(FunctionCallInfo fcinfo, TdType *type, uint64 limit)
{
	return td_set_create(td_pool_family(td_aggregate_context(fcinfo), &type->set,
										limit, fcinfo->flinfo));
}

/*
 * The argument at_most.  Throws if it is null or negative, or if it differs
 * within a group: then the result would have no clear meaning.
 */
uint64
td_limit_argument(FunctionCallInfo fcinfo, TdSet *set)
{
	int64		limit;

	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("at_most must not be null"),
				 errhint("Without at_most, all distinct values are counted.")));
	limit = PG_GETARG_INT64(2);
	if (limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_most must not be negative")));
	if (set != NULL && td_set_limit(set) != (uint64) limit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_most must be the same in all rows of a group")));
	return (uint64) limit;
}

static inline TdSet *
state_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : (TdSet *) PG_GETARG_POINTER(number);
}

static Datum
state_result(FunctionCallInfo fcinfo, TdSet *set)
{
	if (set == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(set);
}

/* ---- transition ---- */

/*
 * Asks for the rows to come, once a value of this call is by reference.  Who keeps
 * no fn_extra does without.
 */
static inline void
look_ahead(FunctionCallInfo fcinfo)
{
	TdCallCache *cache = fcinfo->flinfo->fn_extra;

	if (cache != NULL && cache->type != NULL && !cache->type->typbyval)
		td_ahead(&cache->value, DatumGetPointer(PG_GETARG_DATUM(1)));
}

PG_FUNCTION_INFO_V1(td_distinct_add);
PG_FUNCTION_INFO_V1(td_distinct_add_at_most);
PG_FUNCTION_INFO_V1(td_distinct_add_elements);
PG_FUNCTION_INFO_V1(td_distinct_add_elements_at_most);

/*
 * (state, value)
 */
Datum
td_distinct_add(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);

	if (PG_ARGISNULL(1))
		return state_result(fcinfo, set);
	look_ahead(fcinfo);
	if (set == NULL)
		set = new_set(fcinfo, td_argument_type(fcinfo), TD_SET_UNLIMITED);
	td_type_add(td_type_of(set), set, PG_GETARG_DATUM(1));
	PG_RETURN_POINTER(set);
}

/*
 * (state, value, at_most).  The first row makes the state even if its value is
 * null, so that at_most can be compared with the next row's.
 */
Datum
td_distinct_add_at_most(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);
	uint64		limit = td_limit_argument(fcinfo, set);

	if (set == NULL)
		set = new_set(fcinfo, td_argument_type(fcinfo), limit);
	if (!PG_ARGISNULL(1))
	{
		look_ahead(fcinfo);
		td_type_add(td_type_of(set), set, PG_GETARG_DATUM(1));
	}
	PG_RETURN_POINTER(set);
}

/*
 * Adds the elements of argument 1, which is not null.
 */
static TdSet *
add_elements(FunctionCallInfo fcinfo, TdSet *set, uint64 limit)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	TdElements	elements;
	TdType	   *type = td_element_type(fcinfo, array);
	Datum		value;

	if (set == NULL)
		set = new_set(fcinfo, type, limit);
	td_elements_begin(&elements, array, type);
	while (td_elements_next(&elements, &value))
		td_type_add(td_type_of(set), set, value);
	PG_FREE_IF_COPY(array, 1);
	return set;
}

/*
 * (state, array)
 */
Datum
td_distinct_add_elements(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);

	if (!PG_ARGISNULL(1))
		set = add_elements(fcinfo, set, TD_SET_UNLIMITED);
	return state_result(fcinfo, set);
}

/*
 * (state, array, at_most)
 */
Datum
td_distinct_add_elements_at_most(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);
	uint64		limit = td_limit_argument(fcinfo, set);

	if (!PG_ARGISNULL(1))
		set = add_elements(fcinfo, set, limit);
	return state_result(fcinfo, set);
}

/* ---- partial aggregation ---- */

PG_FUNCTION_INFO_V1(td_distinct_combine);
PG_FUNCTION_INFO_V1(td_distinct_serialize);
PG_FUNCTION_INFO_V1(td_distinct_deserialize);

/*
 * Is it the executor that calls, for groups that come sorted?  Then each group ends
 * before the next begins, and what the aggregate's context has with it, while
 * the function's context lives on.
 */
static bool
groups_are_sorted(FunctionCallInfo fcinfo)
{
	AggState   *state = (AggState *) fcinfo->context;

	return IsA(state, AggState) && state->aggstrategy == AGG_SORTED &&
		state->curpertrans != NULL && fcinfo->flinfo == &state->curpertrans->transfn;
}

/*
 * The family of a set that is merged from others.  Where groups come sorted, the
 * strings and their numbers in the workers are kept for the groups to come, as long
 * as they take less than half of work_mem.
 */
static TdSetFamily *
merged_family(FunctionCallInfo fcinfo, MemoryContext context, const TdSet *other)
{
	const TdSetType *type = td_set_type(other);
	TdCallCache *cache;

	if (!td_set_is_numbered(other) || !groups_are_sorted(fcinfo))
		return td_pool_family(context, type, td_set_limit(other), fcinfo->flinfo);
	cache = call_cache(fcinfo);
	if (cache->keeper != NULL && (cache->kept != type || td_set_family_size(cache->keeper) > (Size) work_mem * 512))
	{
		cache->keeper = NULL;
		MemoryContextReset(cache->strings);
	}
	if (cache->strings == NULL)
		cache->strings = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "distinct strings", ALLOCSET_DEFAULT_SIZES);
	if (cache->keeper == NULL)
		cache->keeper = td_set_family(type, td_pool_of(cache->strings), TD_SET_UNLIMITED, false);
	cache->kept = type;
	return td_pool_kept_family(context, cache->keeper, fcinfo->flinfo);
}

/*
 * (state, state): adds the second to the first, which may be made for it.
 */
Datum
td_distinct_combine(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);
	TdSet	   *other = state_argument(fcinfo, 1);
	MemoryContext context = td_aggregate_context(fcinfo);

	if (other == NULL)
		return state_result(fcinfo, set);
	if (set == NULL)
		set = td_set_create(merged_family(fcinfo, context, other));
	else if (td_set_limit(set) != td_set_limit(other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_most must be the same in all rows of a group")));
	else if (td_set_type(set) != td_set_type(other))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("states of distinct aggregates over different types cannot be combined")));
	td_set_check(td_set_merge(set, other));
	PG_RETURN_POINTER(set);
}

/*
 * Makes room for a writer of a bytea, doubling it; false if it would have more
 * than so many bytes.
 */
bool
td_more_bytes(TdSetWriter *writer, size_t need, size_t most)
{
	Size		size;
	unsigned char *data;

	if (need > most - writer->used)
		return false;
	size = Max(writer->used + need, Min(writer->size * 2, most));
	data = td_large_alloc(CurrentMemoryContext, size);
	memcpy(data, writer->data, writer->used);
	pfree(writer->data);
	writer->data = data;
	writer->size = size;
	return true;
}

/*
 * The set's wire form with the label of a type, which is its own or one whose
 * values are the same, in the current context.
 */
bytea *
td_set_bytes(TdSet *set, const TdType *labelled,
			 void (*write) (TdSet *set, const void *label, size_t label_len, TdSetWriter *writer),
			 void (*more) (TdSetWriter *writer, size_t need))
{
	TdSetWriter writer = {NULL, VARHDRSZ, VARHDRSZ + 256, more};
	StringInfoData label;

	td_set_check(td_set_thaw(set));
	writer.data = palloc(writer.size);
	td_type_write_label(labelled, &label);
	write(set, label.data, (size_t) label.len, &writer);
	pfree(label.data);
	SET_VARSIZE(writer.data, writer.used);
	return (bytea *) writer.data;
}

static void
more_state(TdSetWriter *writer, size_t need)
{
	if (!td_more_bytes(writer, need, MaxAllocSize))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct values for parallel aggregation"),
				 errdetail("The values of a group in one process exceed 1 GB."),
				 errhint("Set max_parallel_workers_per_gather to 0 for this query.")));
}

/*
 * (state) -> bytea
 */
Datum
td_distinct_serialize(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);

	(void) td_aggregate_context(fcinfo);
	PG_RETURN_BYTEA_P(td_set_bytes(set, td_type_of(set), td_set_write_numbered, more_state));
}

/*
 * The type that a label names; the last one is remembered.  Allow, unless it is NULL,
 * throws if the type must not be there.
 */
TdType *
td_label_type(FunctionCallInfo fcinfo, const void *label, Size len, void (*allow) (Oid typid))
{
	TdCallCache *cache = call_cache(fcinfo);

	if (cache->type == NULL || cache->label == NULL || cache->label_len != len ||
		memcmp(cache->label, label, len) != 0)
	{
		cache->type = NULL;
		if (cache->label != NULL)
			pfree(cache->label);
		cache->label = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, len + 1);
		memcpy(cache->label, label, len);
		cache->label_len = len;
		cache->type = td_type_from_label(cache->label, len, allow);
	}
	return cache->type;
}

/*
 * (bytea, internal) -> state.  The state is a view of the bytea, or of its
 * detoasted copy, in the current context.  The combine function, which follows
 * at once, copies the values.
 */
Datum
td_distinct_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	const char *data = VARDATA_ANY(bytes);
	Size		len = VARSIZE_ANY_EXHDR(bytes);
	const void *label;
	size_t		label_len;
	TdSet	   *set;

	(void) td_aggregate_context(fcinfo);
	td_set_check(td_set_wire_label(data, len, &label, &label_len));
	td_set_check(td_set_open_numbered(&td_label_type(fcinfo, label, label_len, NULL)->set, NULL, data, len, &set));
	PG_RETURN_POINTER(set);
}

/* ---- result ---- */

PG_FUNCTION_INFO_V1(td_distinct_count);

/*
 * (state) -> bigint; 0 without any value, as count returns
 */
Datum
td_distinct_count(PG_FUNCTION_ARGS)
{
	TdSet	   *set = state_argument(fcinfo, 0);

	(void) td_aggregate_context(fcinfo);
	if (set == NULL)
		PG_RETURN_INT64(0);
	td_set_check(td_set_thaw(set));
	PG_RETURN_INT64((int64) td_set_count(set));
}
