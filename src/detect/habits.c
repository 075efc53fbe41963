/*
 * habits.c
 *		habit_groups(): what is new in a window, by the memory of what is usual.
 *
 * A rule that knows habits has spaces.  A space says of an event what is to be
 * remembered, a key: the remote host that a host sends to, the parent that starts a
 * program.  The rule's query, with the expressions of its spaces put behind it,
 * runs once over the window, and each of its rows is an event.  The rest is done
 * here, in four steps:
 *
 *	1. the keys of the events are numbered, so that each is dealt with once
 *	2. one look-up by digest tells what is remembered of them
 *	3. what is not remembered yet is learned, in one statement: the memory is a set
 *	   of days (memory.c), so an hour of known habits writes nothing
 *	4. events that are the first of a key make a group, that is an alert: one for
 *	   each event, under the key that weighs most, and the other new keys of that
 *	   event are further reasons.  A key that is loud, because its alert is open or
 *	   was closed as a true positive, makes a group of all its events.
 *
 * The group of a key counts all events of the window that have the key.  That is
 * what rule_evidence() finds for it later.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/json.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "detect/arguments.h"
#include "detect/evaluation.h"
#include "detect/memory.h"
#include "schema.h"

PG_FUNCTION_INFO_V1(td_habit_groups);
PG_FUNCTION_INFO_V1(td_habit_digest);

/* Columns that habit_query() adds begin so; they are no part of the result. */
#define HIDDEN_PREFIX	"habit."

/* How a key's parts are held together; no text has a byte of that value. */
#define PART_END	'\0'

#define MAX_SPACES	32

/* Scopes that teach() makes; no host is called so. */
#define TD_WHOLE_FLEET	"*"
#define TD_WHOLE_ROLE	"role="

/* A space, and where its columns are in the query's rows. */
typedef struct Space
{
	char	   *name;
	int			scope_column;	/* -1: the fleet */
	int			first_part;
	int			part_count;
	int			fires;			/* column, or -1: always */
	int			remember;		/* days */
	int			weight;
	bool		role;			/* the scope is a role */
} Space;

/* The first event of a day with a key. */
typedef struct Day
{
	int32		day;
	TimestampTz first;
	struct Day *next;
} Day;

typedef struct Key
{
	int			space;
	char	   *text;			/* scope and parts, each with PART_END behind it */
	int			length;
	pg_uuid_t	digest;
	Day		   *days;
	int64		count;
	TimestampTz first;
	TimestampTz last;
	struct Row *row;			/* that of the first event */

	TdMemory	memory;
	int64		alert_id;		/* 0: none */
	bool		loud;
	bool		hostile;		/* for good */
	bool		outweighed;		/* new in an event that a heavier key files */
	bool		known_widely;	/* an analyst said so for the role or the fleet */
	text	   *role;			/* of the host of its first event, or NULL */
	bool		changed;

	bool		files;			/* makes a group */
	bool		opens;			/* because it is new */
	struct Row *opening;		/* that of the event that is new */
	TimestampTz opening_time;
	int			excepted_by;	/* of the events that would: an exception fits all so far */
	List	   *reasons;		/* numbers of the keys that are new with it */
	List	   *hosts;			/* text * */
	List	   *agents;
} Key;

/* A row that may be shown. */
typedef struct Row
{
	Datum	   *values;
	bool	   *nulls;
} Row;

/* A key of an event, and whether the space fires for the event. */
typedef struct KeyUse
{
	int			key;
	bool		fires;
} KeyUse;

typedef struct Event
{
	TimestampTz time;
	int			excepted;		/* the group exception that fits, or 0 */
	int			first_use;
	int			use_count;
	text	   *host;
	text	   *role;
	text	   *agent;
	Row		   *row;
} Event;

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

/* A host, by the address of its name in the texts, and when it was seen. */
typedef struct HostEntry
{
	text	   *name;
	TimestampTz first;
	TimestampTz last;
} HostEntry;

typedef struct Habits
{
	TdEvaluation evaluation;	/* first: the sinks get its address */
	MemoryContext context;
	Datum		rule_id;
	bool		file;			/* look for groups, not only learn */
	TimestampTz file_from;		/* events before it have been learned on request, and make none */
	Space		spaces[MAX_SPACES];
	int			space_count;
	bool		bound;			/* are the columns known? */
	int			host_column;
	int			role_column;
	int			agent_column;
	List	   *shown;			/* of EsqlVisible: columns of the result */
	int		   *shown_numbers;
	int			column_count;
	HTAB	   *key_numbers;
	HTAB	   *texts;
	HTAB	   *hosts;
	Key		   *keys;
	int			key_count;
	int			key_room;
	Event	   *events;
	int64		event_count;
	int64		event_room;
	KeyUse	   *uses;
	int64		use_count;
	int64		use_room;
	int64	   *event_hits;		/* of each event exception */
	int			test_count;
	List	   *displaced;		/* TimestampTz * */
	StringInfoData scratch;
	uint64		seed;
} Habits;

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
static void
bind_columns(Habits *habits)
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
	habits->test_count = list_length(habits->evaluation.compiled->plan->hidden.tests);
	habits->event_hits = palloc0((habits->test_count + 1) * sizeof(int64));
	habits->bound = true;
}

static void
hash_text(const Habits *habits, const char *data, int length, uint64 hash[2])
{
	hash[0] = hash_bytes_extended((const unsigned char *) data, length, habits->seed);
	hash[1] = hash_bytes_extended((const unsigned char *) data, length, ~habits->seed);
}

/* A column's text, kept once. */
static text *
keep_text(Habits *habits, Datum value, bool isnull)
{
	text	   *found;
	uint64		hash[2];
	TextEntry  *entry;
	bool		known;

	if (isnull)
		return NULL;
	found = DatumGetTextPP(value);
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
	if (key->count == 0 || event->time < key->first)
	{
		key->first = event->time;
		key->row = event->row;
		key->role = event->role;
	}
	key->last = key->count == 0 ? event->time : Max(key->last, event->time);
	key->count++;
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

/* Note when a host was seen. */
static void
note_host(Habits *habits, const Event *event)
{
	HostEntry  *entry;
	bool		known;

	if (event->host == NULL || VARSIZE_ANY_EXHDR(event->host) == 0)
		return;
	entry = hash_search(habits->hosts, &event->host, HASH_ENTER, &known);
	entry->first = known ? Min(entry->first, event->time) : event->time;
	entry->last = known ? Max(entry->last, event->time) : event->time;
}

/* Gets the events. */
static void
see_event(void *arg, Datum *values, bool *nulls)
{
	Habits	   *habits = arg;
	Event	   *event;
	int			time_column;
	bool		excepted = false;

	if (!habits->bound)
	{
		MemoryContext before = MemoryContextSwitchTo(habits->context);

		bind_columns(habits);
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
	if (habits->event_count == habits->event_room)
	{
		habits->event_room *= 2;
		habits->events = repalloc_huge(habits->events, habits->event_room * sizeof(Event));
	}
	event = &habits->events[habits->event_count++];
	memset(event, 0, sizeof(Event));
	event->time = DatumGetTimestampTz(values[time_column]);
	event->excepted = nulls[time_column + 1] ? 0 : DatumGetInt32(values[time_column + 1]);
	event->first_use = habits->use_count;
	event->host = habits->host_column < 0 ? NULL :
		keep_text(habits, values[habits->host_column], nulls[habits->host_column]);
	event->role = habits->role_column < 0 ? NULL :
		keep_text(habits, values[habits->role_column], nulls[habits->role_column]);
	note_host(habits, event);
	event->agent = habits->agent_column < 0 ? NULL :
		keep_text(habits, values[habits->agent_column], nulls[habits->agent_column]);
	for (int i = 0; i < habits->space_count; i++)
		see_space(habits, event, i, values, nulls);
}

/* The digest of a key of a space: what it is looked up by.  Attackers choose keys, so it is a strong one. */
static void
digest_key(const char *space, const char *data, int length, pg_uuid_t *digest)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint8		result[PG_SHA256_DIGEST_LENGTH];

	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) space, strlen(space) + 1) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) data, length) < 0 ||
		pg_cryptohash_final(hash, result, sizeof(result)) < 0)
		elog(ERROR, "could not compute a digest");
	pg_cryptohash_free(hash);
	memcpy(digest->data, result, UUID_LEN);
}

/* The scope of a key, which is its first part. */
static text *
scope_text(const Key *key)
{
	return cstring_to_text(key->text);
}

/* The parts of a key as text[]. */
static ArrayType *
parts_array(const Key *key)
{
	Datum		parts[MAX_SPACES];
	int			count = 0;

	for (const char *at = key->text + strlen(key->text) + 1; at < key->text + key->length && count < MAX_SPACES;
		 at += strlen(at) + 1)
		parts[count++] = CStringGetTextDatum(at);
	return construct_array(parts, count, TEXTOID, -1, false, TYPALIGN_INT);
}

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
static void
recall(Habits *habits)
{
	static const char sql[] = "SELECT k.number::integer, h.spans, h.opened, h.alert_id, h.loud, h.taught OPERATOR(pg_catalog.=) 'hostile'"
		" FROM pg_catalog.unnest($2) WITH ORDINALITY AS k(digest, number)"
		" JOIN " TD_SCHEMA ".habits AS h ON h.rule_id OPERATOR(pg_catalog.=) $1 AND h.digest OPERATOR(pg_catalog.=) k.digest";
	Oid			types[2] = {TEXTOID, UUIDARRAYOID};
	Datum		values[2];
	pg_uuid_t  *digests = palloc((habits->key_count + 1) * sizeof(pg_uuid_t));
	bool		isnull;

	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];

		digest_key(habits->spaces[key->space].name, key->text, key->length, &key->digest);
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
		Datum		alert_id = SPI_getbinval(tuple, desc, 4, &isnull);

		key->alert_id = isnull ? 0 : DatumGetInt64(alert_id);
		key->loud = DatumGetBool(SPI_getbinval(tuple, desc, 5, &isnull));
		key->hostile = DatumGetBool(SPI_getbinval(tuple, desc, 6, &isnull)) && !isnull;
		key->memory.spans = read_numbers(tuple, 2, sizeof(int32), &key->memory.span_count);
		key->memory.opened = read_numbers(tuple, 3, sizeof(TimestampTz), &key->memory.opened_count);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Keep the hosts of the fleet: a new one, and once a day that it was seen.
 */
static void
keep_hosts(Habits *habits)
{
	static const char sql[] = "INSERT INTO " TD_SCHEMA ".fleet_hosts AS f (name, set_by, first_seen, last_seen)"
		" SELECT h.name, 'name', h.first, h.last"
		" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3)) AS h(name, first, last)"
		" WHERE NOT EXISTS (SELECT FROM " TD_SCHEMA ".fleet_hosts AS k WHERE k.name OPERATOR(pg_catalog.=) h.name"
		" AND k.first_seen OPERATOR(pg_catalog.<=) h.first"
		" AND pg_catalog.date_trunc('day', k.last_seen, 'UTC') OPERATOR(pg_catalog.>=) pg_catalog.date_trunc('day', h.last, 'UTC'))"
		" ORDER BY h.name"
		" ON CONFLICT (name) DO UPDATE"
		" SET first_seen = LEAST(f.first_seen, excluded.first_seen), last_seen = GREATEST(f.last_seen, excluded.last_seen)";
	Oid			types[3] = {TEXTARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID};
	Datum		values[3];
	int64		room = hash_get_num_entries(habits->hosts);
	Datum	   *names = palloc((room + 1) * sizeof(Datum));
	Datum	   *firsts = palloc((room + 1) * sizeof(Datum));
	Datum	   *lasts = palloc((room + 1) * sizeof(Datum));
	int			count = 0;
	HASH_SEQ_STATUS scan;
	HostEntry  *entry;

	hash_seq_init(&scan, habits->hosts);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		names[count] = PointerGetDatum(entry->name);
		firsts[count] = TimestampTzGetDatum(entry->first);
		lasts[count++] = TimestampTzGetDatum(entry->last);
	}
	values[0] = PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(firsts, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
	values[2] = PointerGetDatum(construct_array(lasts, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
	td_change(sql, 3, types, values, true);
}

static int
compare_days(const ListCell *a, const ListCell *b)
{
	int32		left = ((Day *) lfirst(a))->day;
	int32		right = ((Day *) lfirst(b))->day;

	return (left > right) - (left < right);
}

/* Learn the days of a key, in their order. */
static void
learn_key(Habits *habits, Key *key)
{
	int			remember = habits->spaces[key->space].remember;
	List	   *days = NIL;
	ListCell   *cell;

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
static void
write_memory(Habits *habits)
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
		columns[CHANGED_SCOPE][count] = PointerGetDatum(scope_text(key));
		columns[CHANGED_KEY][count] = CStringGetTextDatum(OidOutputFunctionCall(out, PointerGetDatum(parts_array(key))));
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

/* The digest of a key as an analyst has taught it, for a role or, with NULL, the fleet. */
static void
digest_widely(const Habits *habits, const Key *key, const text *role, pg_uuid_t *digest)
{
	StringInfoData wide;
	int			scope = (int) strlen(key->text) + 1;

	initStringInfo(&wide);
	appendStringInfoString(&wide, role == NULL ? TD_WHOLE_FLEET : TD_WHOLE_ROLE);
	if (role != NULL)
		appendBinaryStringInfo(&wide, VARDATA_ANY(role), VARSIZE_ANY_EXHDR(role));
	appendStringInfoChar(&wide, PART_END);
	appendBinaryStringInfo(&wide, key->text + scope, key->length - scope);
	digest_key(habits->spaces[key->space].name, wide.data, wide.len, digest);
}

/* Of the keys that are new, which have analysts taught for the role or the fleet? */
static void
recall_widely(Habits *habits)
{
	static const char sql[] = "SELECT k.number::integer FROM pg_catalog.unnest($2) WITH ORDINALITY AS k(digest, number)"
		" JOIN " TD_SCHEMA ".habits AS h ON h.rule_id OPERATOR(pg_catalog.=) $1 AND h.digest OPERATOR(pg_catalog.=) k.digest"
		" WHERE h.taught OPERATOR(pg_catalog.=) 'usual'";
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
		digest_widely(habits, key, NULL, &digests[count++]);
		if (key->role == NULL)
			continue;
		numbers[count] = i;
		digest_widely(habits, key, key->role, &digests[count++]);
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

/* Of two keys that are new in one event, does the first make the alert? */
static bool
weighs_more(const Habits *habits, const Key *key, const Key *other)
{
	int			weight = habits->spaces[key->space].weight;
	int			other_weight = habits->spaces[other->space].weight;

	if (weight != other_weight)
		return weight > other_weight;
	if (key->space != other->space)
		return key->space < other->space;
	return memcmp(key->digest.data, other->digest.data, UUID_LEN) < 0;
}

/* Is the key new in the event? */
static bool
is_new(const Habits *habits, const Key *key, const Event *event, const KeyUse *use)
{
	return use->fires && !key->known_widely && event->time >= habits->file_from && td_is_new(&key->memory, event->time);
}

/* Let a key make a group because of an event. */
static void
file_under(Habits *habits, Key *key, const Event *event, bool opens)
{
	if (event->excepted != 0)
	{
		if (key->excepted_by == 0)
			key->excepted_by = event->excepted;
		return;
	}
	key->files = true;
	if (!opens)
		return;
	if (!key->opens || event->time < key->opening_time)
	{
		key->opening = event->row;
		key->opening_time = event->time;
	}
	key->opens = true;
	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];

		if (is_new(habits, &habits->keys[use->key], event, use))
			key->reasons = list_append_unique_int(key->reasons, use->key);
	}
}

/* What an event makes. */
static void
judge_event(Habits *habits, const Event *event)
{
	Key		   *heaviest = NULL;

	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];
		Key		   *key = &habits->keys[use->key];

		if (key->loud)
			file_under(habits, key, event, false);
		if (is_new(habits, key, event, use) && (heaviest == NULL || weighs_more(habits, key, heaviest)))
			heaviest = key;
	}
	if (heaviest == NULL)
		return;
	file_under(habits, heaviest, event, true);
	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];
		Key		   *key = &habits->keys[use->key];

		if (key != heaviest && is_new(habits, key, event, use))
			key->outweighed = true;
	}
}

/* Note on the keys that make groups where their events were. */
static void
note_places(Habits *habits, const Event *event)
{
	for (int i = 0; i < event->use_count; i++)
	{
		Key		   *key = &habits->keys[habits->uses[event->first_use + i].key];

		if (!key->files)
			continue;
		if (event->host != NULL)
			key->hosts = list_append_unique_ptr(key->hosts, event->host);
		if (event->agent != NULL)
			key->agents = list_append_unique_ptr(key->agents, event->agent);
	}
}

/* The texts of a list as a member of a JSON object. */
static void
write_member(StringInfo out, const char *name, List *texts)
{
	const char *separator = "";
	ListCell   *cell;

	escape_json(out, name);
	appendStringInfoString(out, ": [");
	foreach(cell, texts)
	{
		appendStringInfoString(out, separator);
		escape_json(out, text_to_cstring(lfirst(cell)));
		separator = ", ";
	}
	appendStringInfoChar(out, ']');
}

/* What identifies the group of a key; with more, for a reason, also what is known of it. */
static void
write_key(StringInfo out, const Habits *habits, const Key *key, bool more)
{
	const Space *space = &habits->spaces[key->space];
	const char *separator = "";

	appendStringInfoString(out, "{\"habit.space\": ");
	escape_json(out, space->name);
	appendStringInfoString(out, ", \"habit.scope\": ");
	escape_json(out, key->text);
	appendStringInfoString(out, ", \"habit.key\": [");
	for (const char *at = key->text + strlen(key->text) + 1; at < key->text + key->length; at += strlen(at) + 1)
	{
		appendStringInfoString(out, separator);
		escape_json(out, at);
		separator = ", ";
	}
	appendStringInfoChar(out, ']');
	if (more)
		appendStringInfo(out, ", \"weight\": %d, \"remember\": %d, \"alert\": " INT64_FORMAT ", \"files\": %s",
						 space->weight, space->remember, key->alert_id, key->opens ? "true" : "false");
	appendStringInfoChar(out, '}');
}

static Datum
json_datum(const StringInfoData *text)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text->data));
}

/* The reasons of a group as jsonb, the heaviest first. */
static Datum
reasons_jsonb(const Habits *habits, Key *key)
{
	StringInfoData out;
	List	   *rest = list_copy(key->reasons);
	const char *separator = "";

	initStringInfo(&out);
	appendStringInfoChar(&out, '[');
	while (rest != NIL)
	{
		int			best = linitial_int(rest);
		ListCell   *cell;

		foreach(cell, rest)
		{
			if (weighs_more(habits, &habits->keys[lfirst_int(cell)], &habits->keys[best]))
				best = lfirst_int(cell);
		}
		appendStringInfoString(&out, separator);
		write_key(&out, habits, &habits->keys[best], true);
		separator = ", ";
		rest = list_delete_int(rest, best);
	}
	appendStringInfoChar(&out, ']');
	return json_datum(&out);
}

/* The row of a group as jsonb: that of its first event, with all hosts and agents. */
static Datum
result_jsonb(const Habits *habits, const Key *key, EsqlOmitted *omitted)
{
	const Row  *row = key->opens && key->opening != NULL ? key->opening : key->row;
	StringInfoData out;
	StringInfoData places;

	initStringInfo(&out);
	initStringInfo(&omitted->what);
	initStringInfo(&places);
	if (row != NULL)
		esql_row_to_json(&out, habits->shown, row->values, row->nulls, omitted);
	else
		appendStringInfoString(&out, "{}");
	appendStringInfoChar(&places, '{');
	write_member(&places, "host.name", key->hosts);
	appendStringInfoString(&places, ", ");
	write_member(&places, "agent.id", key->agents);
	appendStringInfoChar(&places, '}');
	return DirectFunctionCall2(jsonb_concat, json_datum(&out), json_datum(&places));
}

/* The columns of habit_groups(): those of rule_groups(), and two more. */
enum
{
	GROUP_PLACE,
	GROUP_RESULT,
	GROUP_KEY,
	GROUP_COUNT,
	GROUP_FIRST,
	GROUP_LAST,
	GROUP_EXCEPTED,
	GROUP_TOTAL,
	GROUP_MATCHED,
	GROUP_HITS,
	GROUP_SCANNED,
	GROUP_CAPPED,
	GROUP_LEFT_OUT,
	GROUP_OMITTED,
	GROUP_REASONS,
	GROUP_DISPLACED,
	GROUP_COLUMNS
};

static Datum
times_array(List *times)
{
	Datum	   *elements = palloc((list_length(times) + 1) * sizeof(Datum));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, times)
		elements[count++] = TimestampTzGetDatum(*(TimestampTz *) lfirst(cell));
	return PointerGetDatum(construct_array(elements, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
}

/* Hand on a group, or the totals alone. */
static void
put_group(Habits *habits, Key *key)
{
	TdEvaluation *evaluation = &habits->evaluation;
	Datum		result[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS];
	EsqlOmitted omitted = {.mark = false};
	StringInfoData text;

	memset(nulls, true, sizeof(nulls));
	if (key != NULL)
	{
		initStringInfo(&text);
		write_key(&text, habits, key, false);
		result[GROUP_PLACE] = Int64GetDatum(++evaluation->place);
		result[GROUP_RESULT] = result_jsonb(habits, key, &omitted);
		result[GROUP_KEY] = json_datum(&text);
		result[GROUP_COUNT] = Int64GetDatum(key->count);
		result[GROUP_FIRST] = TimestampTzGetDatum(key->first);
		result[GROUP_LAST] = TimestampTzGetDatum(key->last);
		result[GROUP_EXCEPTED] = Int32GetDatum(key->excepted_by);
		result[GROUP_REASONS] = reasons_jsonb(habits, key);
		memset(nulls, false, GROUP_EXCEPTED * sizeof(bool));
		nulls[GROUP_EXCEPTED] = key->files;
		nulls[GROUP_REASONS] = false;
		nulls[GROUP_OMITTED] = omitted.what.len == 0;
		if (omitted.what.len > 0)
			result[GROUP_OMITTED] = CStringGetTextDatum(omitted.what.data);
	}
	result[GROUP_TOTAL] = Int64GetDatum(habits->key_count);
	result[GROUP_MATCHED] = Int64GetDatum(habits->event_count);
	nulls[GROUP_TOTAL] = nulls[GROUP_MATCHED] = false;
	if (habits->test_count > 0)
	{
		Datum	   *hits = palloc(habits->test_count * sizeof(Datum));

		for (int i = 0; i < habits->test_count; i++)
			hits[i] = Int64GetDatum(habits->event_hits[i]);
		result[GROUP_HITS] = PointerGetDatum(construct_array(hits, habits->test_count, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE));
		nulls[GROUP_HITS] = false;
	}
	result[GROUP_SCANNED] = Int64GetDatum(evaluation->scanned);
	nulls[GROUP_SCANNED] = !evaluation->count_scanned;
	if (evaluation->compiled->plan->hidden.cap >= 0)
	{
		result[GROUP_CAPPED] = Int64GetDatum(evaluation->compiled->plan->hidden.cap);
		nulls[GROUP_CAPPED] = false;
	}
	result[GROUP_LEFT_OUT] = td_left_out_array(evaluation, &nulls[GROUP_LEFT_OUT]);
	result[GROUP_DISPLACED] = times_array(habits->displaced);
	nulls[GROUP_DISPLACED] = false;
	tuplestore_putvalues(evaluation->store, evaluation->desc, result, nulls);
}

/* The order of groups: the heaviest first, then by time, then by what is always the same. */
static int
compare_groups(const void *a, const void *b, void *arg)
{
	const Habits *habits = arg;
	const Key  *left = &habits->keys[*(const int *) a];
	const Key  *right = &habits->keys[*(const int *) b];
	int			left_weight = habits->spaces[left->space].weight;
	int			right_weight = habits->spaces[right->space].weight;

	if (left_weight != right_weight)
		return left_weight > right_weight ? -1 : 1;
	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return memcmp(left->digest.data, right->digest.data, UUID_LEN);
}

/*
 * Does the key make a group?  Not one that had an alert of its own until an event
 * came late: the group of the heavier key supersedes it.
 */
static bool
makes_group(const Key *key)
{
	if (key->outweighed && !key->opens && !key->hostile)
		return false;
	return key->files || key->excepted_by != 0;
}

/* Hand on all groups. */
static void
put_groups(Habits *habits)
{
	int		   *numbers = palloc((habits->key_count + 1) * sizeof(int));
	int			count = 0;

	for (int i = 0; i < habits->key_count; i++)
	{
		if (makes_group(&habits->keys[i]))
			numbers[count++] = i;
	}
	qsort_arg(numbers, count, sizeof(int), compare_groups, habits);
	for (int i = 0; i < count; i++)
		put_group(habits, &habits->keys[numbers[i]]);
	if (count == 0)
		put_group(habits, NULL);
}

/* After the last event: recall, learn, and find what is new. */
static void
learn_and_judge(TdEvaluation *evaluation)
{
	Habits	   *habits = (Habits *) evaluation;

	if (!habits->bound)
		bind_columns(habits);
	if (habits->key_count > 0)
	{
		recall(habits);
		for (int i = 0; i < habits->key_count; i++)
			learn_key(habits, &habits->keys[i]);
		write_memory(habits);
		if (habits->file)
			recall_widely(habits);
	}
	if (hash_get_num_entries(habits->hosts) > 0)
		keep_hosts(habits);
	for (int64 i = 0; habits->file && i < habits->event_count; i++)
		judge_event(habits, &habits->events[i]);
	for (int64 i = 0; habits->file && i < habits->event_count; i++)
		note_places(habits, &habits->events[i]);
	put_groups(habits);
}

/* The elements of an array argument that has no nulls. */
static Datum *
elements_argument(FunctionCallInfo fcinfo, int argument, Oid type, int *count)
{
	Datum	   *elements;
	bool	   *nulls;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), type, type == TEXTOID ? -1 : (int) sizeof(int32), type != TEXTOID,
					  TYPALIGN_INT, &elements, &nulls, count);
	return elements;
}

/* The arguments that describe the spaces. */
static void
spaces_arguments(FunctionCallInfo fcinfo, Habits *habits)
{
	int			count;
	Datum	   *names = elements_argument(fcinfo, 12, TEXTOID, &habits->space_count);
	Datum	   *scopes = elements_argument(fcinfo, 13, TEXTOID, &count);
	Datum	   *parts = elements_argument(fcinfo, 14, INT4OID, &count);
	Datum	   *remember = elements_argument(fcinfo, 15, INT4OID, &count);
	Datum	   *weights = elements_argument(fcinfo, 16, INT4OID, &count);

	if (habits->space_count > MAX_SPACES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a rule can have at most %d habit spaces", MAX_SPACES)));
	for (int i = 0; i < habits->space_count; i++)
	{
		Space	   *space = &habits->spaces[i];
		char	   *scope = TextDatumGetCString(scopes[i]);

		space->name = TextDatumGetCString(names[i]);
		space->scope_column = strcmp(scope, "fleet") == 0 ? -1 : 0;
		space->role = strcmp(scope, "role") == 0;
		space->part_count = DatumGetInt32(parts[i]);
		space->remember = DatumGetInt32(remember[i]);
		space->weight = DatumGetInt32(weights[i]);
	}
}

/*
 * habit_groups(query text, events regclass, window_from timestamptz, as_of
 * timestamptz, timestamp_field text, timestamp_fallback text, event_exceptions
 * text[], group_exceptions text[], count_scanned boolean, count_hits boolean,
 * leave_out boolean, rule_id text, spaces text[], scopes text[], parts integer[],
 * remember integer[], weights integer[], file boolean, file_from timestamptz) -> table
 */
Datum
td_habit_groups(PG_FUNCTION_ARGS)
{
	Habits	   *habits = palloc0(sizeof(Habits));
	HASHCTL		keys = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(KeyEntry)};
	HASHCTL		texts = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(TextEntry)};
	HASHCTL		hosts = {.keysize = sizeof(text *), .entrysize = sizeof(HostEntry)};

	td_begin_evaluation(fcinfo, &habits->evaluation, ESQL_OUTPUT_HABITS, !PG_ARGISNULL(10) && PG_GETARG_BOOL(10));
	td_exceptions_argument(fcinfo, 7, &habits->evaluation, true);
	habits->evaluation.count_scanned = !PG_ARGISNULL(8) && PG_GETARG_BOOL(8);
	habits->evaluation.options.count_hits = !PG_ARGISNULL(9) && PG_GETARG_BOOL(9);
	td_require(fcinfo, 11, "rule_id");
	for (int i = 12; i < 18; i++)
		td_require(fcinfo, i, "what describes the spaces");
	habits->rule_id = PG_GETARG_DATUM(11);
	habits->file = PG_GETARG_BOOL(17);
	habits->file_from = PG_ARGISNULL(18) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(18);
	habits->context = CurrentMemoryContext;
	habits->key_room = habits->event_room = habits->use_room = 256;
	habits->keys = palloc(habits->key_room * sizeof(Key));
	habits->events = palloc(habits->event_room * sizeof(Event));
	habits->uses = palloc(habits->use_room * sizeof(KeyUse));
	initStringInfo(&habits->scratch);
	spaces_arguments(fcinfo, habits);
	keys.hcxt = texts.hcxt = hosts.hcxt = habits->context;
	habits->key_numbers = hash_create("transfer_detect keys", 1024, &keys, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	habits->texts = hash_create("transfer_detect texts", 256, &texts, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	habits->hosts = hash_create("transfer_detect hosts", 256, &hosts, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	if (!pg_strong_random(&habits->seed, sizeof(habits->seed)))
		elog(ERROR, "could not get a random number");
	td_finish_evaluation(fcinfo, &habits->evaluation, see_event, learn_and_judge);
	return (Datum) 0;
}

/* habit_digest(space text, scope text, key text[]) -> uuid */
Datum
td_habit_digest(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *digest = palloc(sizeof(pg_uuid_t));
	int			count;
	Datum	   *parts = elements_argument(fcinfo, 2, TEXTOID, &count);
	StringInfoData key;

	initStringInfo(&key);
	appendStringInfoString(&key, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	appendStringInfoChar(&key, PART_END);
	for (int i = 0; i < count; i++)
	{
		appendStringInfoString(&key, TextDatumGetCString(parts[i]));
		appendStringInfoChar(&key, PART_END);
	}
	digest_key(text_to_cstring(PG_GETARG_TEXT_PP(0)), key.data, key.len, digest);
	PG_RETURN_UUID_P(digest);
}
