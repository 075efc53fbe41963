/*
 * habit_memory.c
 *		What is remembered of the keys of a window.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/timestamp.h"

#include "detect/habit.h"
#include "schema.h"

/* The digests of keys as uuid[]. */
static Datum
digest_array(pg_uuid_t *digests, int count)
{
	Datum	   *elements = palloc((count + 1) * sizeof(Datum));

	for (int i = 0; i < count; i++)
		elements[i] = UUIDPGetDatum(&digests[i]);
	return PointerGetDatum(construct_array(elements, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

/* A column of a row of SPI's that is int4[] or timestamptz[], copied to the current context. */
static void *
read_numbers(HeapTuple tuple, int column, int width, int *count)
{
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, SPI_tuptable->tupdesc, column, &isnull);
	ArrayType  *array;
	void	   *numbers;

	*count = 0;
	if (isnull)
		return NULL;
	array = DatumGetArrayTypeP(value);
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	numbers = palloc(*count * width + 1);
	if (*count > 0)
		memcpy(numbers, (char *) array + ARR_OVERHEAD_NONULLS(1), (size_t) *count * width);
	return numbers;
}

/* Look up what is remembered of the keys. */
void
td_habit_recall(Habits *habits)
{
	/* OFFSET 0: each key by the index, whatever the size of the table when the plan was made */
	static const char sql[] = "SELECT k.number::integer, h.*"
		" FROM pg_catalog.unnest($2) WITH ORDINALITY AS k(digest, number)"
		" CROSS JOIN LATERAL (SELECT m.spans, m.opened, m.loud, m.taught OPERATOR(pg_catalog.=) 'hostile', m.filed, m.hostile_from, m.filed_before, m.joined"
		" FROM " TD_SCHEMA ".habits AS m"
		" WHERE m.rule_id OPERATOR(pg_catalog.=) $1 AND m.digest OPERATOR(pg_catalog.=) k.digest OFFSET 0) AS h";
	Oid			types[2] = {TEXTOID, UUIDARRAYOID};
	Datum		values[2];
	pg_uuid_t  *digests = palloc((habits->key_count + 1) * sizeof(pg_uuid_t));
	bool		isnull;

	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];

		td_habit_digest_key(habits->spaces[key->space].name, key->text, key->length, &key->digest);
		digests[i] = key->digest;
	}
	values[0] = habits->rule_id;
	values[1] = digest_array(digests, habits->key_count);
	td_change(sql, 2, types, values, false);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		Key		   *key = &habits->keys[DatumGetInt32(SPI_getbinval(tuple, desc, 1, &isnull)) - 1];
		Datum		hostile_from = SPI_getbinval(tuple, desc, 7, &isnull);

		key->hostile_from = isnull ? DT_NOBEGIN : DatumGetTimestampTz(hostile_from);
		key->loud = DatumGetBool(SPI_getbinval(tuple, desc, 4, &isnull));
		key->hostile = DatumGetBool(SPI_getbinval(tuple, desc, 5, &isnull)) && !isnull;
		key->memory.spans = read_numbers(tuple, 2, sizeof(int32), &key->memory.span_count);
		key->memory.opened = read_numbers(tuple, 3, sizeof(TimestampTz), &key->memory.opened_count);
		key->filed = read_numbers(tuple, 6, sizeof(TimestampTz), &key->filed_count);
		key->filed_before = read_numbers(tuple, 8, sizeof(TimestampTz), &key->filed_before_count);
		key->had_alert = key->filed_count > 0 || key->filed_before_count > 0;
		key->joined = read_numbers(tuple, 9, sizeof(TimestampTz), &key->joined_count);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Is the key new in some event of the window? */
static bool
may_open(const Key *key)
{
	for (const Day *day = key->days; day != NULL; day = day->next)
	{
		if (td_is_new(&key->memory, day->first))
			return true;
	}
	return false;
}

/* Of the keys that are new, which have analysts taught for the role or the fleet? */
void
td_habit_recall_widely(Habits *habits)
{
	static const char sql[] = "SELECT k.number::integer FROM pg_catalog.unnest($2) WITH ORDINALITY AS k(digest, number)"
		" CROSS JOIN LATERAL (SELECT FROM " TD_SCHEMA ".habits AS m"
		" WHERE m.rule_id OPERATOR(pg_catalog.=) $1 AND m.digest OPERATOR(pg_catalog.=) k.digest"
		" AND m.taught OPERATOR(pg_catalog.=) 'usual' OFFSET 0) AS h";
	Oid			types[2] = {TEXTOID, UUIDARRAYOID};
	Datum		values[2];
	pg_uuid_t  *digests = palloc((2 * (Size) habits->key_count + 1) * sizeof(pg_uuid_t));
	int		   *numbers = palloc((2 * (Size) habits->key_count + 1) * sizeof(int));
	int			count = 0;
	bool		isnull;

	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];

		if (!may_open(key))
			continue;
		numbers[count] = i;
		td_habit_digest_widely(habits, key, NULL, &digests[count++]);
		if (key->role == NULL)
			continue;
		numbers[count] = i;
		td_habit_digest_widely(habits, key, key->role, &digests[count++]);
	}
	if (count == 0)
		return;
	values[0] = habits->rule_id;
	values[1] = digest_array(digests, count);
	td_change(sql, 2, types, values, false);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		int			number = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));

		habits->keys[numbers[number - 1]].known_widely = true;
	}
	SPI_freetuptable(SPI_tuptable);
}
