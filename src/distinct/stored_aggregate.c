/*
 * stored_aggregate.c
 *		Aggregates that make a distinct_set, and those that have one as their state.
 *
 * distinct_set_agg(x) has the transition of distinct_count(x), whose state is
 * "internal" and fast, and makes a distinct_set of it at the end.
 * distinct_set_union(set) adds the values of one set after the other to such a
 * state.
 *
 * The typed aggregates (sql/distinct_typed.sql) count as distinct_count does, but
 * their state is a distinct_set.  Engines that compute partial aggregates on other
 * nodes can send that, which "internal" cannot be.  They call functions without an
 * expression tree and keep nothing in fn_extra from call to call.  So the type of the
 * values comes from the function's declaration, and after the first row from the
 * state.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "aggregate.h"
#include "pool.h"
#include "stored.h"

PG_FUNCTION_INFO_V1(td_set_result);
PG_FUNCTION_INFO_V1(td_set_elements_result);
PG_FUNCTION_INFO_V1(td_set_union_add);
PG_FUNCTION_INFO_V1(td_set_union_result);
PG_FUNCTION_INFO_V1(td_typed_add);
PG_FUNCTION_INFO_V1(td_typed_add_at_most);
PG_FUNCTION_INFO_V1(td_typed_add_elements);
PG_FUNCTION_INFO_V1(td_typed_add_elements_at_most);
PG_FUNCTION_INFO_V1(td_typed_combine);
PG_FUNCTION_INFO_V1(td_typed_count);
PG_FUNCTION_INFO_V1(td_typed_values);

/*
 * Throws unless two sets can be united.  Their types are compared by what they are:
 * the facts of a type may have been found anew in between.
 */
static void
check_alike(const TdSet *set, const TdSet *other)
{
	const TdType *type = td_stored_type(td_type_of(set));
	const TdType *other_type = td_stored_type(td_type_of(other));

	if (type->typid != other_type->typid || type->collation != other_type->collation)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("sets of different types cannot be united")));
	if (td_set_limit(set) != td_set_limit(other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_most must be the same in all sets that are united")));
}

static void
unite(TdSet *set, TdSet *other)
{
	check_alike(set, other);
	td_set_check(td_set_merge(set, other));
}

/* ---- distinct_set_agg ---- */

/*
 * A set as a result.  It stays in the aggregate's state until somebody wants it flat;
 * it is read-only, so nobody takes it from there.
 */
static Datum
set_result(TdSet *set)
{
	TdStored   *stored = palloc(sizeof(TdStored));

	(void) td_stored_type(td_type_of(set));
	td_stored_init(stored, set, CurrentMemoryContext);
	return EOHPGetRODatum(&stored->header);
}

static Datum
empty_set(Oid typid, Oid collation)
{
	TdType	   *type = td_stored_lookup(typid, collation);
	TdSetFamily *family = td_set_family(&type->set, NULL, TD_SET_UNLIMITED, true);

	return set_result(td_set_create(family));
}

/*
 * (state, value[, at_most]) -> distinct_set.  Without any value it is empty.  With
 * at_most and without any row it is null: nobody has said how many.
 */
Datum
td_set_result(PG_FUNCTION_ARGS)
{
	(void) td_aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		PG_RETURN_DATUM(set_result((TdSet *) PG_GETARG_POINTER(0)));
	if (PG_NARGS() > 2)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(empty_set(get_fn_expr_argtype(fcinfo->flinfo, 1), PG_GET_COLLATION()));
}

/*
 * (state, array[, at_most]) -> distinct_set
 */
Datum
td_set_elements_result(PG_FUNCTION_ARGS)
{
	(void) td_aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		PG_RETURN_DATUM(set_result((TdSet *) PG_GETARG_POINTER(0)));
	if (PG_NARGS() > 2)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(empty_set(get_element_type(getBaseType(get_fn_expr_argtype(fcinfo->flinfo, 1))),
							  PG_GET_COLLATION()));
}

/* ---- distinct_set_union ---- */

/*
 * (state, distinct_set) -> state
 */
Datum
td_set_union_add(PG_FUNCTION_ARGS)
{
	TdSet	   *set = PG_ARGISNULL(0) ? NULL : (TdSet *) PG_GETARG_POINTER(0);
	MemoryContext context = td_aggregate_context(fcinfo);
	TdSet	   *other;

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	other = td_stored_argument(fcinfo, 1);
	if (set == NULL)
		set = td_set_create(td_pool_family(context, &td_stored_type(td_type_of(other))->set,
										   td_set_limit(other), fcinfo->flinfo));
	unite(set, other);
	PG_RETURN_POINTER(set);
}

/*
 * (state) -> distinct_set
 */
Datum
td_set_union_result(PG_FUNCTION_ARGS)
{
	(void) td_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(set_result((TdSet *) PG_GETARG_POINTER(0)));
}

/* ---- a distinct_set as the state ---- */

static TdStored *
new_state(MemoryContext context, TdType *type, uint64 limit)
{
	MemoryContext child = td_pool_below(context);
	TdSet	   *set = td_set_create(td_pool_family(child, &type->set, limit, NULL));
	TdStored   *state = type->set.alloc(td_pool_of(child), sizeof(TdStored));

	td_stored_init(state, set, child);
	return state;
}

/*
 * The state, or NULL.  One that is no object of this aggregate (it came from another
 * process or node) is made one.
 */
static TdStored *
state_argument(FunctionCallInfo fcinfo)
{
	MemoryContext context = td_aggregate_context(fcinfo);
	TdStored   *state;
	TdSet	   *other;

	if (PG_ARGISNULL(0))
		return NULL;
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(PG_GETARG_DATUM(0))))
	{
		state = (TdStored *) DatumGetEOHP(PG_GETARG_DATUM(0));
		if (MemoryContextGetParent(state->header.eoh_context) == context)
			return state;
	}
	other = td_stored_argument(fcinfo, 0);
	state = new_state(context, td_stored_type(td_type_of(other)), td_set_limit(other));
	unite(state->set, other);
	return state;
}

/*
 * The state as a result.  It is the pointer that came in, if it was the state already:
 * whatever is another one, PostgreSQL would copy, and free what it had.
 */
static Datum
state_result(FunctionCallInfo fcinfo, TdStored *state)
{
	if (state == NULL)
		PG_RETURN_NULL();
	if (state->flat != NULL)
		pfree(state->flat);
	state->flat = NULL;
	return EOHPGetRWDatum(&state->header);
}

/*
 * The type of argument 1: as it is declared, if nobody knows better.
 */
static Oid
declared_type(FunctionCallInfo fcinfo)
{
	Oid			result = get_fn_expr_argtype(fcinfo->flinfo, 1);
	Oid		   *declared;
	int			count;

	if (OidIsValid(result))
		return result;
	(void) get_func_signature(fcinfo->flinfo->fn_oid, &declared, &count);
	return count > 1 && !IsPolymorphicType(declared[1]) ? declared[1] : InvalidOid;
}

static Oid
declared_element_type(FunctionCallInfo fcinfo)
{
	return get_element_type(declared_type(fcinfo));
}

/*
 * The state, which is new if there was none.  One that is there has been found or made
 * somewhere else (it may be the initial value of somebody's aggregate), so its type is
 * compared with the declared one, once.
 */
static TdStored *
state_for_type(FunctionCallInfo fcinfo, TdStored *state, Oid typid, uint64 limit)
{
	if (!OidIsValid(typid))
		ereport(ERROR,
				(errcode(ERRCODE_INDETERMINATE_DATATYPE),
				 errmsg("could not determine the data type of the values")));
	if (state == NULL)
		state = new_state(td_aggregate_context(fcinfo), td_stored_lookup(typid, PG_GET_COLLATION()), limit);
	else
		td_stored_check_type(state->set, getBaseType(typid));
	state->checked = fcinfo->flinfo->fn_oid;
	return state;
}

static inline bool
is_checked(FunctionCallInfo fcinfo, const TdStored *state)
{
	return state != NULL && state->checked == fcinfo->flinfo->fn_oid;
}

/*
 * (state, value)
 */
Datum
td_typed_add(PG_FUNCTION_ARGS)
{
	TdStored   *state = state_argument(fcinfo);

	if (!is_checked(fcinfo, state) && (state != NULL || !PG_ARGISNULL(1)))
		state = state_for_type(fcinfo, state, declared_type(fcinfo), TD_SET_UNLIMITED);
	if (!PG_ARGISNULL(1))
		td_type_add(td_type_of(state->set), state->set, PG_GETARG_DATUM(1));
	return state_result(fcinfo, state);
}

/*
 * (state, value, at_most)
 */
Datum
td_typed_add_at_most(PG_FUNCTION_ARGS)
{
	TdStored   *state = state_argument(fcinfo);
	uint64		limit = td_limit_argument(fcinfo, state == NULL ? NULL : state->set);

	if (!is_checked(fcinfo, state))
		state = state_for_type(fcinfo, state, declared_type(fcinfo), limit);
	if (!PG_ARGISNULL(1))
		td_type_add(td_type_of(state->set), state->set, PG_GETARG_DATUM(1));
	return state_result(fcinfo, state);
}

static void
add_elements(FunctionCallInfo fcinfo, TdStored *state)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	TdType	   *type = td_type_of(state->set);
	TdElements	elements;
	Datum		value;

	/* varchar[] is one of text as it is, and an array of a domain one of what that is over */
	if (ARR_ELEMTYPE(array) != type->typid)
		td_stored_check_type(state->set, getBaseType(ARR_ELEMTYPE(array)));
	td_elements_begin(&elements, array, type);
	while (td_elements_next(&elements, &value))
		td_type_add(type, state->set, value);
	PG_FREE_IF_COPY(array, 1);
}

/*
 * (state, array)
 */
Datum
td_typed_add_elements(PG_FUNCTION_ARGS)
{
	TdStored   *state = state_argument(fcinfo);

	if (!is_checked(fcinfo, state) && (state != NULL || !PG_ARGISNULL(1)))
		state = state_for_type(fcinfo, state, declared_element_type(fcinfo), TD_SET_UNLIMITED);
	if (!PG_ARGISNULL(1))
		add_elements(fcinfo, state);
	return state_result(fcinfo, state);
}

/*
 * (state, array, at_most)
 */
Datum
td_typed_add_elements_at_most(PG_FUNCTION_ARGS)
{
	TdStored   *state = state_argument(fcinfo);
	uint64		limit = td_limit_argument(fcinfo, state == NULL ? NULL : state->set);

	if (!is_checked(fcinfo, state))
		state = state_for_type(fcinfo, state, declared_element_type(fcinfo), limit);
	if (!PG_ARGISNULL(1))
		add_elements(fcinfo, state);
	return state_result(fcinfo, state);
}

/*
 * (state, state)
 */
Datum
td_typed_combine(PG_FUNCTION_ARGS)
{
	TdStored   *state = state_argument(fcinfo);
	TdSet	   *other;

	if (!PG_ARGISNULL(1))
	{
		other = td_stored_argument(fcinfo, 1);
		if (state == NULL)
			state = new_state(td_aggregate_context(fcinfo), td_stored_type(td_type_of(other)),
							  td_set_limit(other));
		unite(state->set, other);
	}
	return state_result(fcinfo, state);
}

/*
 * (state) -> bigint; 0 without any value, as count returns
 */
Datum
td_typed_count(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_INT64(0);
	PG_RETURN_INT64((int64) td_stored_count(PG_GETARG_DATUM(0)));
}

/*
 * (state, value or array[, at_most]) -> array, as distinct_values returns it.  The
 * second argument is there for the type of the result.
 */
Datum
td_typed_values(PG_FUNCTION_ARGS)
{
	TdSet	   *set;
	TdType	   *type;
	Oid			element_type = declared_type(fcinfo);
	uint64		count;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	set = td_stored_argument(fcinfo, 0);
	if (OidIsValid(get_element_type(element_type)))
		element_type = get_element_type(element_type);
	td_stored_check_type(set, element_type);
	td_set_check(td_set_thaw(set));
	count = td_set_count(set);
	if (count == 0 || count >= td_set_limit(set))
		PG_RETURN_NULL();
	type = td_type_of(set);
	PG_RETURN_DATUM(td_sorted_array(set, element_type, type_is_collatable(type->typid) && OidIsValid(PG_GET_COLLATION()) ?
									PG_GET_COLLATION() : type->collation));
}
