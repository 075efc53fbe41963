/*
 * habit_learn.c
 *		Learn the keys of a window: one statement writes what has changed.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "detect/habit.h"
#include "schema.h"

static int
compare_days(const ListCell *a, const ListCell *b)
{
	int32		left = ((Day *) lfirst(a))->day;
	int32		right = ((Day *) lfirst(b))->day;

	return (left > right) - (left < right);
}

/* Learn the days of a key, in their order. */
void
td_habit_learn_key(Habits *habits, Key *key)
{
	int			remember = habits->spaces[key->space].remember;
	List	   *days = NIL;
	ListCell   *cell;

	for (Day *day = key->days; day != NULL; day = day->next)
		key->seen_later = key->seen_later || td_was_seen(&key->memory, day->day, PG_INT32_MAX);
	if (key->days->next == NULL)
	{
		key->changed = td_learn_day(&key->memory, key->days->first, remember, &habits->displaced);
		return;
	}
	for (Day *day = key->days; day != NULL; day = day->next)
		days = lappend(days, day);
	list_sort(days, compare_days);
	foreach(cell, days)
	{
		if (td_learn_day(&key->memory, ((Day *) lfirst(cell))->first, remember, &habits->displaced))
			key->changed = true;
	}
}

static char *
spans_text(const TdMemory *memory)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < memory->span_count; i++)
		appendStringInfo(&text, "%c%d", i == 0 ? '{' : ',', memory->spans[i]);
	appendStringInfoChar(&text, '}');
	return text.data;
}

static char *
opened_text(const TdMemory *memory)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < memory->opened_count; i++)
		appendStringInfo(&text, "%c%s", i == 0 ? '{' : ',',
						 quote_identifier(timestamptz_to_str(memory->opened[i])));
	appendStringInfoChar(&text, '}');
	return text.data;
}

/* Arrays with an element for each key that changed. */
enum
{
	CHANGED_RULE,
	CHANGED_DIGEST,
	CHANGED_SPACE,
	CHANGED_SCOPE,
	CHANGED_KEY,
	CHANGED_DAYS,
	CHANGED_LAST,
	CHANGED_SPANS,
	CHANGED_OPENED,
	CHANGED_COLUMNS
};

/* Write what has changed. */
void
td_habit_write(Habits *habits)
{
	static const char sql[] = "INSERT INTO " TD_SCHEMA ".habits AS h (rule_id, digest, space, scope, key, first_seen, last_seen, days, spans, opened)"
		" SELECT $1, c.digest, c.space, c.scope, c.key::pg_catalog.text[],"
		" (c.opened::pg_catalog.timestamptz[])[1], c.last, c.days, c.spans::integer[], c.opened::pg_catalog.timestamptz[]"
		" FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5),"
		" pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), pg_catalog.unnest($9))"
		" AS c(digest, space, scope, key, days, last, spans, opened)"
		" ON CONFLICT (rule_id, digest) DO UPDATE"
		" SET (first_seen, last_seen, days, spans, opened)"
		" = (excluded.first_seen, excluded.last_seen, excluded.days, excluded.spans, excluded.opened)";
	Oid			types[CHANGED_COLUMNS] = {TEXTOID, UUIDARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID,
	INT4ARRAYOID, DATEARRAYOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[CHANGED_COLUMNS];
	Datum	   *columns[CHANGED_COLUMNS];
	int			count = 0;

	for (int c = 0; c < CHANGED_COLUMNS; c++)
		columns[c] = palloc((habits->key_count + 1) * sizeof(Datum));
	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];
		Oid			out;
		bool		varlena;

		if (!key->changed)
			continue;
		getTypeOutputInfo(TEXTARRAYOID, &out, &varlena);
		columns[CHANGED_DIGEST][count] = UUIDPGetDatum(&key->digest);
		columns[CHANGED_SPACE][count] = CStringGetTextDatum(habits->spaces[key->space].name);
		columns[CHANGED_SCOPE][count] = PointerGetDatum(cstring_to_text(key->text));
		columns[CHANGED_KEY][count] = CStringGetTextDatum(OidOutputFunctionCall(out, PointerGetDatum(td_habit_parts(key))));
		columns[CHANGED_DAYS][count] = Int32GetDatum(td_count_days(&key->memory));
		columns[CHANGED_LAST][count] = Int32GetDatum(key->memory.spans[key->memory.span_count - 1] - 1);
		columns[CHANGED_SPANS][count] = CStringGetTextDatum(spans_text(&key->memory));
		columns[CHANGED_OPENED][count] = CStringGetTextDatum(opened_text(&key->memory));
		count++;
	}
	if (count == 0)
		return;
	values[CHANGED_RULE] = habits->rule_id;
	for (int c = CHANGED_DIGEST; c < CHANGED_COLUMNS; c++)
	{
		if (types[c] == UUIDARRAYOID)
			values[c] = PointerGetDatum(construct_array(columns[c], count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
		else if (types[c] == TEXTARRAYOID)
			values[c] = PointerGetDatum(construct_array(columns[c], count, TEXTOID, -1, false, TYPALIGN_INT));
		else
			values[c] = PointerGetDatum(construct_array(columns[c], count, types[c] == DATEARRAYOID ? DATEOID : INT4OID,
														sizeof(int32), true, TYPALIGN_INT));
	}
	td_change(sql, CHANGED_COLUMNS, types, values, true);
}

/* From when on the key's events belong to its alert, if they do, by the openings that made it. */
void
td_habit_settle_loud(Key *key)
{
	if (key->hostile)
		key->loud_from = key->filed_count == 0 ? key->hostile_from : Min(key->hostile_from, key->filed[0]);
	else if (key->filed_count == 0)
		key->loud = false;
	else
		key->loud_from = key->filed[0];
}

/*
 * What has become of the openings that made the key's alert or joined another.
 */
static void
settle_filed(Key *key)
{
	int			count = 0;

	for (int i = 0; i < key->filed_count; i++)
	{
		if (td_is_new(&key->memory, key->filed[i]))
			key->filed[count++] = key->filed[i];
		else
			key->lost = true;
	}
	key->filed_count = count;
	td_habit_settle_loud(key);
	for (int i = 0; i < key->joined_count; i++)
	{
		if (!td_is_new(&key->memory, key->joined[i]))
			key->lost = true;
	}
}

/* Learn all keys. */
void
td_habit_learn(Habits *habits)
{
	for (int i = 0; i < habits->key_count; i++)
	{
		td_habit_learn_key(habits, &habits->keys[i]);
		settle_filed(&habits->keys[i]);
	}
	td_habit_write(habits);
}
