/*
 * habit_events.c
 *		The events of a window, and their keys.
 *
 * Each row of the rule's query is an event.  It has a key in each space whose
 * expressions are not null, and several where one of them has several values.  A
 * key is numbered when it comes first, so that all that follows deals with each
 * key once, however many events have it.
 *
 * The row of an event is kept only where it may come to be shown: if it is the
 * first so far of some key on its day.  An hour of known habits keeps few.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "detect/habit.h"
#include "seed.h"

typedef struct KeyEntry
{
	uint64		hash[2];
	int			number;
} KeyEntry;

typedef struct TextEntry
{
	uint64		hash[2];
	text	   *text;
} TextEntry;

/* A column of the query by its name, or -1. */
static int
find_column(List *columns, const char *name)
{
	int			number = 0;
	ListCell   *cell;

	foreach(cell, columns)
	{
		if (strcmp(((EsqlVisible *) lfirst(cell))->name, name) == 0)
			return number;
		number++;
	}
	return -1;
}

static bool
is_list(const Habits *habits, int column)
{
	return ((EsqlVisible *) list_nth(habits->evaluation.compiled->columns, column))->column->multivalued;
}

/* Find the columns, when the query has been compiled. */
void
td_habit_bind(Habits *habits)
{
	List	   *columns = habits->evaluation.compiled->columns;
	int			number = 0;
	int			shown = 0;
	ListCell   *cell;

	habits->column_count = list_length(columns);
	habits->host_column = find_column(columns, HIDDEN_PREFIX "host");
	habits->role_column = find_column(columns, HIDDEN_PREFIX "role");
	habits->agent_column = find_column(columns, "agent.id");
	if (habits->agent_column >= 0 && is_list(habits, habits->agent_column))
		habits->agent_column = -1;
	habits->shown_numbers = palloc((habits->column_count + 1) * sizeof(int));
	foreach(cell, columns)
	{
		if (strncmp(((EsqlVisible *) lfirst(cell))->name, HIDDEN_PREFIX, strlen(HIDDEN_PREFIX)) != 0)
		{
			habits->shown = lappend(habits->shown, lfirst(cell));
			habits->shown_numbers[shown++] = number;
		}
		number++;
	}
	habits->direction = find_column(habits->shown, "transfer.direction");
	for (int i = 0; i < habits->space_count; i++)
	{
		Space	   *space = &habits->spaces[i];

		if (space->scope_column != -1)
			space->scope_column = space->role ? habits->role_column : habits->host_column;
		space->first_part = find_column(columns, psprintf(HIDDEN_PREFIX "%d.1", i + 1));
		space->fires = find_column(columns, psprintf(HIDDEN_PREFIX "%d.fires", i + 1));
		if (space->first_part < 0)
			elog(ERROR, "the query has no key for space \"%s\"", space->name);
	}
	habits->test_count = habits->evaluation.compiled->test_count;
	habits->event_hits = palloc0((habits->test_count + 1) * sizeof(int64));
	habits->bound = true;
}

static void
hash_text(const Habits *habits, const char *data, int length, uint64 hash[2])
{
	hash[0] = hash_bytes_extended((const unsigned char *) data, length, habits->seed);
	hash[1] = hash_bytes_extended((const unsigned char *) data, length, ~habits->seed);
}

/* The text of a column, kept once; NULL if it has none, or if there is no such column. */
static text *
keep_column(Habits *habits, int column, const Datum *values, const bool *nulls)
{
	text	   *found;
	uint64		hash[2];
	TextEntry  *entry;
	bool		known;

	if (column < 0 || nulls[column])
		return NULL;
	found = DatumGetTextPP(values[column]);
	hash_text(habits, VARDATA_ANY(found), VARSIZE_ANY_EXHDR(found), hash);
	entry = hash_search(habits->texts, hash, HASH_ENTER, &known);
	if (!known)
	{
		MemoryContext before = MemoryContextSwitchTo(habits->context);

		entry->text = cstring_to_text_with_len(VARDATA_ANY(found), VARSIZE_ANY_EXHDR(found));
		MemoryContextSwitchTo(before);
	}
	return entry->text;
}

/* The row, so that it outlives the next one. */
static Row *
keep_row(Habits *habits, const Datum *values, const bool *nulls)
{
	MemoryContext before = MemoryContextSwitchTo(habits->context);
	Row		   *row = palloc(sizeof(Row));
	int			count = list_length(habits->shown);
	int			number = 0;
	ListCell   *cell;

	row->values = palloc0((count + 1) * sizeof(Datum));
	row->nulls = palloc0((count + 1) * sizeof(bool));
	foreach(cell, habits->shown)
	{
		const EsqlColumn *column = ((EsqlVisible *) lfirst(cell))->column;
		int			from = habits->shown_numbers[number];
		bool		by_value = !column->multivalued &&
			(column->type == ESQL_TYPE_BOOLEAN || column->type == ESQL_TYPE_INTEGER || column->type == ESQL_TYPE_LONG ||
			 column->type == ESQL_TYPE_DOUBLE || column->type == ESQL_TYPE_DATE);

		row->nulls[number] = nulls[from];
		if (!nulls[from])
			row->values[number] = by_value ? values[from] : datumCopy(values[from], false, -1);
		number++;
	}
	MemoryContextSwitchTo(before);
	return row;
}

/* The number of the key whose text is in scratch. */
static int
key_number(Habits *habits, int space)
{
	uint64		hash[2];
	KeyEntry   *entry;
	Key		   *key;
	bool		known;
	MemoryContext before;

	hash_text(habits, habits->scratch.data, habits->scratch.len, hash);
	hash[0] ^= (uint64) space;
	entry = hash_search(habits->key_numbers, hash, HASH_ENTER, &known);
	if (known)
		return entry->number;
	before = MemoryContextSwitchTo(habits->context);
	if (habits->key_count == habits->key_room)
	{
		habits->key_room *= 2;
		habits->keys = repalloc_huge(habits->keys, habits->key_room * sizeof(Key));
	}
	key = &habits->keys[habits->key_count];
	memset(key, 0, sizeof(Key));
	key->space = space;
	key->length = habits->scratch.len;
	key->text = palloc(key->length);
	memcpy(key->text, habits->scratch.data, key->length);
	MemoryContextSwitchTo(before);
	return entry->number = habits->key_count++;
}

/* Note that an event has the key. */
static void
see_key(Habits *habits, Event *event, int number, bool fires, const Datum *values, const bool *nulls)
{
	Key		   *key = &habits->keys[number];
	int32		day = td_day(event->time);
	Day		   *seen = key->days;

	for (int64 i = event->first_use; i < habits->use_count; i++)
	{
		if (habits->uses[i].key == number)
			return;				/* a value that the event has twice */
	}
	if (habits->use_count == habits->use_room)
	{
		habits->use_room *= 2;
		habits->uses = repalloc_huge(habits->uses, habits->use_room * sizeof(KeyUse));
	}
	habits->uses[habits->use_count++] = (KeyUse) {number, fires};
	event->use_count++;
	while (seen != NULL && seen->day != day)
		seen = seen->next;
	if (habits->file && event->row == NULL && (seen == NULL || event->time < seen->first))
		event->row = keep_row(habits, values, nulls);
	if (key->days == NULL || event->time < key->first_seen)
	{
		key->first_seen = event->time;
		key->row = event->row;
		key->role = event->role;
	}
	if (seen == NULL)
	{
		seen = MemoryContextAlloc(habits->context, sizeof(Day));
		seen->day = day;
		seen->first = event->time;
		seen->next = key->days;
		key->days = seen;
	}
	seen->first = Min(seen->first, event->time);
}

/* Go on to the next part of a key, once for each of its values. */
static void
see_parts(Habits *habits, Event *event, int number, int part, bool fires, const Datum *values, const bool *nulls)
{
	const Space *space = &habits->spaces[number];
	int			column = space->first_part + part;
	int			length = habits->scratch.len;
	Datum	   *elements;
	bool	   *element_nulls;
	int			count = 1;
	bool		list;

	if (part == space->part_count)
	{
		see_key(habits, event, key_number(habits, number), fires, values, nulls);
		return;
	}
	if (nulls[column])
		return;
	list = is_list(habits, column);
	if (list)
		deconstruct_array(DatumGetArrayTypeP(values[column]), TEXTOID, -1, false, TYPALIGN_INT,
						  &elements, &element_nulls, &count);
	for (int i = 0; i < count; i++)
	{
		text	   *value;

		if (list && element_nulls[i])
			continue;
		value = DatumGetTextPP(list ? elements[i] : values[column]);
		habits->scratch.len = length;
		appendBinaryStringInfo(&habits->scratch, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		appendStringInfoChar(&habits->scratch, PART_END);
		see_parts(habits, event, number, part + 1, fires, values, nulls);
	}
	habits->scratch.len = length;
}

/* The keys of an event in one space. */
static void
see_space(Habits *habits, Event *event, int number, const Datum *values, const bool *nulls)
{
	const Space *space = &habits->spaces[number];
	bool		fires = space->fires < 0 || (!nulls[space->fires] && DatumGetBool(values[space->fires]));

	resetStringInfo(&habits->scratch);
	if (space->scope_column >= 0)
	{
		text	   *scope;

		if (nulls[space->scope_column])
			return;				/* it happened nowhere that has a name */
		scope = DatumGetTextPP(values[space->scope_column]);
		appendBinaryStringInfo(&habits->scratch, VARDATA_ANY(scope), VARSIZE_ANY_EXHDR(scope));
	}
	appendStringInfoChar(&habits->scratch, PART_END);
	see_parts(habits, event, number, 0, fires, values, nulls);
}

/* Room for an event.  Who only learns needs its keys, and not the event. */
static Event *
new_event(Habits *habits)
{
	int64		place = habits->event_count++;

	if (!habits->file)
	{
		habits->use_count = 0;
		return &habits->events[0];
	}
	if (place == habits->event_room)
	{
		habits->event_room *= 2;
		habits->events = repalloc_huge(habits->events, habits->event_room * sizeof(Event));
	}
	return &habits->events[place];
}

/* Gets the events. */
void
td_habit_event(void *arg, Datum *values, bool *nulls)
{
	Habits	   *habits = arg;
	Event	   *event;
	int			time_column;
	bool		excepted = false;

	if (!habits->bound)
	{
		MemoryContext before = MemoryContextSwitchTo(habits->context);

		td_habit_bind(habits);
		MemoryContextSwitchTo(before);
	}
	time_column = Max(habits->column_count, 0);
	for (int i = 0; i < habits->test_count; i++)
	{
		int			column = time_column + 2 + i;

		if (nulls[column] || !DatumGetBool(values[column]))
			continue;
		habits->event_hits[i]++;
		excepted = true;
	}
	if (excepted || nulls[time_column])
		return;
	event = new_event(habits);
	memset(event, 0, sizeof(Event));
	event->time = DatumGetTimestampTz(values[time_column]);
	event->excepted = nulls[time_column + 1] ? 0 : DatumGetInt32(values[time_column + 1]);
	event->first_use = habits->use_count;
	if (habits->file)
	{
		event->host = keep_column(habits, habits->host_column, values, nulls);
		event->role = keep_column(habits, habits->role_column, values, nulls);
		event->agent = keep_column(habits, habits->agent_column, values, nulls);
	}
	for (int i = 0; i < habits->space_count; i++)
		see_space(habits, event, i, values, nulls);
}

/* An empty window. */
void
td_habit_begin(Habits *habits)
{
	HASHCTL		keys = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(KeyEntry), .hcxt = CurrentMemoryContext};
	HASHCTL		texts = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(TextEntry), .hcxt = CurrentMemoryContext};

	habits->context = CurrentMemoryContext;
	habits->key_room = habits->event_room = habits->use_room = 256;
	habits->keys = palloc(habits->key_room * sizeof(Key));
	habits->events = palloc(habits->event_room * sizeof(Event));
	habits->uses = palloc(habits->use_room * sizeof(KeyUse));
	initStringInfo(&habits->scratch);
	habits->key_numbers = hash_create("transfer_detect keys", 1024, &keys, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	habits->texts = hash_create("transfer_detect texts", 256, &texts, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	habits->seed = td_random_seed();
}
