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
 *	1. habit_events.c numbers the keys of the events, so that each is dealt with once
 *	2. habit_memory.c looks up what is remembered of them, by their digests
 *	3. habit_learn.c learns what is not remembered yet, in one statement: the memory is
 *	   a set of days (memory.c), so an hour of known habits writes nothing
 *	4. habit_judge.c finds what is new: events that are the first of a key make a
 *	   group, that is an alert, and so do the events of a key that is loud, because its
 *	   alert is open or was closed as a true positive.  A key that is new where the whole
 *	   fleet's alert about it goes on joins that (habit_joins.c)
 *
 * habit_groups.c hands on the groups.  The group of a key counts the events of the
 * window that have the key, from its opening on.  That is what rule_evidence() finds
 * for it later.
 *
 * late_habits() looks at the events that have come late, and at no others.  Almost
 * all of them have keys that were seen on their day already and are not loud: they
 * change nothing in the memory and belong to no alert.  habit_late.c tells which
 * ones may, so that only the windows of these are evaluated again.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "detect/arguments.h"
#include "detect/habit.h"

PG_FUNCTION_INFO_V1(td_habit_groups);
PG_FUNCTION_INFO_V1(td_late_habits);

/* After the last event: recall, learn, and find what is new. */
static void
learn_and_judge(TdEvaluation *evaluation)
{
	Habits	   *habits = (Habits *) evaluation;

	if (!habits->bound)
		td_habit_bind(habits);
	if (habits->key_count > 0)
	{
		td_habit_recall(habits);
		td_habit_learn(habits);
	}
	if (habits->file && habits->key_count > 0)
	{
		td_habit_recall_widely(habits);
		td_habit_judge(habits);
	}
	td_habit_put_groups(habits);
}

/* The arguments from one on that tell the rule and describe its spaces. */
static void
spaces_arguments(FunctionCallInfo fcinfo, int first, Habits *habits)
{
	Datum	   *names;
	Datum	   *scopes;
	Datum	   *parts;
	Datum	   *remember;
	Datum	   *weights;
	int			count;

	td_require(fcinfo, first, "rule_id");
	for (int i = first + 1; i < first + 6; i++)
		td_require(fcinfo, i, "what describes the spaces");
	habits->rule_id = PG_GETARG_DATUM(first);
	names = td_habit_elements(fcinfo, first + 1, TEXTOID, &habits->space_count);
	scopes = td_habit_elements(fcinfo, first + 2, TEXTOID, &count);
	parts = td_habit_elements(fcinfo, first + 3, INT4OID, &count);
	remember = td_habit_elements(fcinfo, first + 4, INT4OID, &count);
	weights = td_habit_elements(fcinfo, first + 5, INT4OID, &count);
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
		space->within = -1;
	}
}

/*
 * The argument that tells for each space the number of the one whose alerts it joins, or 0.
 * It has to be of the fleet, so that it has all its events, and joins no other itself.
 */
static void
within_argument(FunctionCallInfo fcinfo, int argument, Habits *habits)
{
	Datum	   *within;
	int			count;

	if (PG_ARGISNULL(argument))
		return;
	within = td_habit_elements(fcinfo, argument, INT4OID, &count);
	for (int i = 0; i < Min(count, habits->space_count); i++)
	{
		int			number = DatumGetInt32(within[i]) - 1;

		if (number < 0 || number >= habits->space_count || habits->spaces[number].scope_column != -1 ||
			habits->spaces[i].scope_column == -1)
			continue;
		habits->spaces[i].within = number;
		habits->spaces[number].has_narrow = true;
	}
}

/*
 * habit_groups(query text, events regclass, window_from timestamptz, as_of
 * timestamptz, timestamp_field text, timestamp_fallback text, event_exceptions
 * text[], group_exceptions text[], count_scanned boolean, count_hits boolean,
 * leave_out boolean, rule_id text, spaces text[], scopes text[], parts integer[],
 * remember integer[], weights integer[], file boolean, file_from timestamptz, words
 * text[], learning text, within integer[]) -> table
 */
Datum
td_habit_groups(PG_FUNCTION_ARGS)
{
	Habits	   *habits = palloc0(sizeof(Habits));
	Datum	   *words;
	int			count;

	td_begin_evaluation(fcinfo, &habits->evaluation, ESQL_OUTPUT_HABITS, !PG_ARGISNULL(10) && PG_GETARG_BOOL(10));
	td_exceptions_argument(fcinfo, 7, &habits->evaluation, true);
	habits->evaluation.count_scanned = !PG_ARGISNULL(8) && PG_GETARG_BOOL(8);
	habits->evaluation.options.count_hits = !PG_ARGISNULL(9) && PG_GETARG_BOOL(9);
	td_require(fcinfo, 17, "file");
	habits->file = PG_GETARG_BOOL(17);
	habits->file_from = PG_ARGISNULL(18) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(18);
	habits->evaluation.keep_plan = true;
	td_habit_begin(habits);
	spaces_arguments(fcinfo, 11, habits);
	if (!PG_ARGISNULL(19))
	{
		words = td_habit_elements(fcinfo, 19, TEXTOID, &count);
		habits->tell = count == habits->space_count;
		for (int i = 0; habits->tell && i < count; i++)
			habits->spaces[i].words = TextDatumGetCString(words[i]);
	}
	habits->learning = PG_ARGISNULL(20) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(20));
	within_argument(fcinfo, 21, habits);
	td_finish_evaluation(fcinfo, &habits->evaluation, td_habit_event, learn_and_judge);
	return (Datum) 0;
}

/* After the last late event. */
static void
recall_and_tell(TdEvaluation *evaluation)
{
	Habits	   *habits = (Habits *) evaluation;

	if (habits->key_count > 0)
		td_habit_recall(habits);
	td_habit_put_late(habits);
}

/*
 * late_habits(query text, events regclass, window_from timestamptz, as_of
 * timestamptz, timestamp_field text, timestamp_fallback text, event_exceptions
 * text[], rule_id text, spaces text[], scopes text[], parts integer[], remember
 * integer[], weights integer[], arrived_from bigint, arrived_before bigint,
 * others text, without text) -> table
 */
Datum
td_late_habits(PG_FUNCTION_ARGS)
{
	Habits	   *habits = palloc0(sizeof(Habits));
	EsqlArrivals *arrivals = palloc(sizeof(EsqlArrivals));

	td_begin_evaluation(fcinfo, &habits->evaluation, ESQL_OUTPUT_HABITS, false);
	habits->file = true;
	habits->evaluation.keep_plan = true;
	td_habit_begin(habits);
	spaces_arguments(fcinfo, 7, habits);
	td_require(fcinfo, 13, "arrived_from");
	td_require(fcinfo, 14, "arrived_before");
	arrivals->from = PG_GETARG_INT64(13);
	arrivals->before = PG_GETARG_INT64(14);
	arrivals->others = td_text_argument(fcinfo, 15, "others");
	arrivals->without = td_text_argument(fcinfo, 16, "without");
	habits->evaluation.options.arrivals = arrivals;
	td_finish_evaluation(fcinfo, &habits->evaluation, td_habit_event, recall_and_tell);
	return (Datum) 0;
}
