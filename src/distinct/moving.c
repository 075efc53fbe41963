/*
 * moving.c
 *		distinct_count over a window frame whose start moves.
 *
 * PostgreSQL removes the rows that leave the frame one by one; otherwise it
 * would begin again at every row.  A plain set cannot remove a row: it does not
 * know how many rows had the value.  So this set has a counter beside each
 * value.  A value whose counter falls to zero is dead.  It stays in the set, in
 * case it comes back; the number of live values is kept separately.  When most
 * values are dead, the live ones move to a new set.  That happens at most once
 * for as many rows as left, so the time for each row is constant on average.
 *
 * distinct_count with at_most has no such form.  When values leave the frame,
 * the count can be known only if all values are kept, and at_most promises that
 * they are not.
 */
#include "compat.h"

#include "utils/memutils.h"

#include "aggregate.h"
#include "pool.h"
#include "type.h"

/* Below this many dead values, tidying up is not worth it. */
#define DEAD_ENOUGH 1000

typedef struct TdMoving
{
	TdType	   *type;
	TdSet	   *set;
	TdSetFamily *family;
	TdPool	   *pool;
	uint64		living;
} TdMoving;

PG_FUNCTION_INFO_V1(td_moving_add);
PG_FUNCTION_INFO_V1(td_moving_remove);
PG_FUNCTION_INFO_V1(td_moving_add_elements);
PG_FUNCTION_INFO_V1(td_moving_remove_elements);
PG_FUNCTION_INFO_V1(td_moving_count);

/*
 * The state, made if there is none.  A moving transition may not return NULL.  So
 * the state may exist before there is a value (or, for elements, an array that
 * tells their type).
 */
static TdMoving *
moving_argument(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	TdMoving   *moving;

	if (!PG_ARGISNULL(0))
		return (TdMoving *) PG_GETARG_POINTER(0);
	context = td_aggregate_context(fcinfo);
	moving = MemoryContextAlloc(context, sizeof(TdMoving));
	moving->type = NULL;
	moving->set = NULL;
	moving->pool = td_pool_of(context);
	moving->living = 0;
	return moving;
}

/*
 * Makes the set, when the first value comes.
 */
static void
need_set(TdMoving *moving, TdType *type)
{
	moving->type = type;
	moving->family = td_set_family(&type->counted, moving->pool, TD_SET_UNLIMITED, true);
	moving->set = td_set_create(moving->family);
}

static void
add_value(TdMoving *moving, Datum value)
{
	bool		found;
	uint64	   *counter = td_type_enter(moving->type, moving->set, value, &found);

	if ((*counter)++ == 0)
		moving->living++;
}

/*
 * Moves the live values to a new set.
 */
static void
bury_the_dead(TdMoving *moving)
{
	TdSet	   *old = moving->set;
	TdSetScan	scan;
	uint64		step = 0;

	moving->set = td_set_create(moving->family);
	td_set_scan_begin(old, &scan);
	while (td_set_scan_next(&scan))
	{
		uint64		counter;

		memcpy(&counter, scan.payload, sizeof(counter));
		if (counter > 0)
		{
			bool		found;

			memcpy(td_set_enter(moving->set, scan.value, scan.len, &found),
				   &counter, sizeof(counter));
		}
		if (++step % 4096 == 0)
			moving->type->set.poll();
	}
	td_set_free(old);
}

static void
remove_value(TdMoving *moving, Datum value)
{
	bool		found;
	uint64	   *counter = td_type_enter(moving->type, moving->set, value, &found);

	/* equality that is no equality, of a broken operator class */
	if (!found || *counter == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("a value that leaves the window frame was never in it"),
				 errhint("The equality or hash function of the type may be faulty.")));
	if (--(*counter) == 0)
	{
		moving->living--;
		if (td_set_count(moving->set) > 2 * moving->living + DEAD_ENOUGH)
			bury_the_dead(moving);
	}
}

/*
 * (state, value)
 */
Datum
td_moving_add(PG_FUNCTION_ARGS)
{
	TdMoving   *moving = moving_argument(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		if (moving->set == NULL)
			need_set(moving, td_argument_type(fcinfo));
		add_value(moving, PG_GETARG_DATUM(1));
	}
	PG_RETURN_POINTER(moving);
}

/*
 * (state, value)
 */
Datum
td_moving_remove(PG_FUNCTION_ARGS)
{
	TdMoving   *moving = moving_argument(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		if (moving->set == NULL)
			need_set(moving, td_argument_type(fcinfo));
		remove_value(moving, PG_GETARG_DATUM(1));
	}
	PG_RETURN_POINTER(moving);
}

/*
 * Adds or removes the elements of argument 1.
 */
static void
move_elements(FunctionCallInfo fcinfo, TdMoving *moving, bool remove)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	TdElements	elements;
	Datum		value;

	if (moving->set == NULL)
		need_set(moving, td_element_type(fcinfo, array));
	td_elements_begin(&elements, array, moving->type);
	while (td_elements_next(&elements, &value))
	{
		if (remove)
			remove_value(moving, value);
		else
			add_value(moving, value);
	}
	PG_FREE_IF_COPY(array, 1);
}

/*
 * (state, array)
 */
Datum
td_moving_add_elements(PG_FUNCTION_ARGS)
{
	TdMoving   *moving = moving_argument(fcinfo);

	if (!PG_ARGISNULL(1))
		move_elements(fcinfo, moving, false);
	PG_RETURN_POINTER(moving);
}

/*
 * (state, array)
 */
Datum
td_moving_remove_elements(PG_FUNCTION_ARGS)
{
	TdMoving   *moving = moving_argument(fcinfo);

	if (!PG_ARGISNULL(1))
		move_elements(fcinfo, moving, true);
	PG_RETURN_POINTER(moving);
}

/*
 * (state) -> bigint
 */
Datum
td_moving_count(PG_FUNCTION_ARGS)
{
	(void) td_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_INT64(0);
	PG_RETURN_INT64((int64) ((TdMoving *) PG_GETARG_POINTER(0))->living);
}
