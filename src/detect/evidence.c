/*
 * evidence.c
 *		What a rule finds in a window, and the events behind it:
 *		rule_groups(), rule_evidence(), rule_events().
 *
 * All three compile the rule's text for the one window that they are given,
 * with the exceptions that act on events put behind FROM, and differ in the
 * output mode that they name to the compiler (detect/rule_plan.c).  A condition is
 * compiled as a tree of its own; no text is ever pasted into the query's.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "detect/arguments.h"
#include "detect/evaluation.h"
#include "detect/rule_plan.h"
#include "detect/spi.h"
#include "esql/value/instant.h"

PG_FUNCTION_INFO_V1(td_rule_groups);
PG_FUNCTION_INFO_V1(td_rule_evidence);
PG_FUNCTION_INFO_V1(td_rule_events);
PG_FUNCTION_INFO_V1(td_rule_events_of_spans);

/* The arguments span_from, span_to, key of the two that look at evidence. */
static void
evidence_arguments(FunctionCallInfo fcinfo, TdEvaluation *evaluation)
{
	td_require(fcinfo, 7, "span_from");
	td_require(fcinfo, 8, "span_to");
	evaluation->span.from = td_instant(PG_GETARG_TIMESTAMPTZ(7));
	evaluation->span.to = td_instant(PG_GETARG_TIMESTAMPTZ(8));
	evaluation->options.span = &evaluation->span;
	if (!PG_ARGISNULL(9))
	{
		evaluation->key = PG_GETARG_DATUM(9);
		evaluation->options.key = &evaluation->key;
	}
}

/* A row that identifies a group. */
static Datum
key_to_jsonb(List *columns, const Datum *values, const bool *nulls)
{
	EsqlOmitted omitted = {.mark = true};

	return td_row_to_jsonb(columns, values, nulls, &omitted);
}

/* The row's columns from one on, as they are. */
static void
copy_columns(Datum *values, bool *nulls, int count, const Datum *from, const bool *from_nulls)
{
	memcpy(values, from, count * sizeof(Datum));
	memcpy(nulls, from_nulls, count * sizeof(bool));
}

/* The columns of rule_groups(), in their order. */
enum GroupColumn
{
	GROUP_PLACE,
	GROUP_RESULT,
	GROUP_KEY,
	GROUP_COUNT,				/* from here on as the SQL has them */
	GROUP_FIRST,
	GROUP_LAST,
	GROUP_EXCEPTED,
	GROUP_TOTAL,
	GROUP_MATCHED,
	GROUP_HITS,					/* up to here */
	GROUP_SCANNED,
	GROUP_CAPPED,
	GROUP_LEFT_OUT,
	GROUP_OMITTED,
	GROUP_COLUMNS
};

static void
put_group(void *arg, Datum *values, bool *nulls)
{
	TdEvaluation *evaluation = arg;
	const TdCompiled *compiled = evaluation->compiled;
	bool		apart = compiled->plan->hidden.keys_apart;
	int			shown = list_length(compiled->columns);
	int			hidden = shown + (apart ? list_length(compiled->keys) : 0);
	int			counts = Max(hidden, 1);
	Datum		result[GROUP_COLUMNS] = {0};
	bool		result_nulls[GROUP_COLUMNS] = {false};
	EsqlOmitted omitted = {.mark = false};

	copy_columns(result + GROUP_COUNT, result_nulls + GROUP_COUNT, GROUP_SCANNED - GROUP_COUNT,
				 values + counts, nulls + counts);
	if (result_nulls[GROUP_COUNT])	/* no group is left: the totals alone */
		result_nulls[GROUP_PLACE] = result_nulls[GROUP_RESULT] = result_nulls[GROUP_KEY] = true;
	else
	{
		result[GROUP_PLACE] = Int64GetDatum(++evaluation->place);
		result[GROUP_RESULT] = td_row_to_jsonb(compiled->columns, values, nulls, &omitted);
		if (apart)
			result[GROUP_KEY] = key_to_jsonb(compiled->keys, values + shown, nulls + shown);
		else
			result[GROUP_KEY] = omitted.what.len == 0 ? result[GROUP_RESULT] :
				key_to_jsonb(compiled->columns, values, nulls);
		if (omitted.what.len > 0)
			result[GROUP_OMITTED] = CStringGetTextDatum(omitted.what.data);
	}
	result_nulls[GROUP_OMITTED] = result[GROUP_OMITTED] == 0;
	result[GROUP_SCANNED] = Int64GetDatum(evaluation->scanned);
	result_nulls[GROUP_SCANNED] = !evaluation->count_scanned;
	result[GROUP_CAPPED] = Int64GetDatum(compiled->plan->hidden.cap);
	result_nulls[GROUP_CAPPED] = compiled->plan->hidden.cap < 0;
	result[GROUP_LEFT_OUT] = td_left_out_array(evaluation, &result_nulls[GROUP_LEFT_OUT]);
	tuplestore_putvalues(evaluation->store, evaluation->desc, result, result_nulls);
}

/*
 * rule_groups(query text, events regclass, window_from timestamptz, as_of
 * timestamptz, timestamp_field text, timestamp_fallback text,
 * event_exceptions text[], group_exceptions text[], count_scanned boolean,
 * count_hits boolean, leave_out boolean) -> table
 */
Datum
td_rule_groups(PG_FUNCTION_ARGS)
{
	TdEvaluation	evaluation;

	td_begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_GROUPS, !PG_ARGISNULL(10) && PG_GETARG_BOOL(10));
	td_exceptions_argument(fcinfo, 7, &evaluation, true);
	evaluation.count_scanned = !PG_ARGISNULL(8) && PG_GETARG_BOOL(8);
	evaluation.options.count_hits = !PG_ARGISNULL(9) && PG_GETARG_BOOL(9);
	td_finish_evaluation(fcinfo, &evaluation, put_group, NULL);
	return (Datum) 0;
}

static void
put_evidence(void *arg, Datum *values, bool *nulls)
{
	TdEvaluation *evaluation = arg;
	const TdCompiled *compiled = evaluation->compiled;
	int			counts = Max(list_length(compiled->keys), 1);
	Datum		result[4];
	bool		result_nulls[4] = {false};

	result[0] = key_to_jsonb(compiled->keys, values, nulls);
	copy_columns(result + 1, result_nulls + 1, 3, values + counts, nulls + counts);
	tuplestore_putvalues(evaluation->store, evaluation->desc, result, result_nulls);
}

/*
 * rule_evidence(query text, events regclass, window_from timestamptz, as_of
 * timestamptz, timestamp_field text, timestamp_fallback text,
 * event_exceptions text[], span_from timestamptz, span_to timestamptz, key
 * jsonb) -> table
 */
Datum
td_rule_evidence(PG_FUNCTION_ARGS)
{
	TdEvaluation	evaluation;

	td_begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_EVIDENCE, false);
	evidence_arguments(fcinfo, &evaluation);
	td_finish_evaluation(fcinfo, &evaluation, put_evidence, NULL);
	return (Datum) 0;
}

static void
put_event(void *arg, Datum *values, bool *nulls)
{
	TdEvaluation *evaluation = arg;

	tuplestore_putvalues(evaluation->store, evaluation->desc, values, nulls);
}

/* rule_events(as rule_evidence) -> setof jsonb */
Datum
td_rule_events(PG_FUNCTION_ARGS)
{
	TdEvaluation	evaluation;

	td_begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_EVENTS, false);
	evidence_arguments(fcinfo, &evaluation);
	td_finish_evaluation(fcinfo, &evaluation, put_event, NULL);
	return (Datum) 0;
}

/* The spans of rule_events_of_spans(), in the order in which their events are wanted. */
typedef struct Spans
{
	TdEvaluation evaluation;
	Datum	   *times;			/* begin and end of each */
	int			count;			/* of times */
} Spans;

static void
set_span(const char *from, const char *to)
{
	(void) set_config_option(TD_SPAN_FROM, from, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option(TD_SPAN_TO, to, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Run the SQL that has been compiled, span by span, by one plan. */
static void
find_span_by_span(TdEvaluation *evaluation)
{
	Spans	   *spans = (Spans *) evaluation;
	TdCompiled *compiled = evaluation->compiled;

	if (compiled->prepared == NULL)
		compiled->prepared = td_prepare(compiled->sql);
	for (int i = 0; i + 1 < spans->count; i += 2)
	{
		char	   *from = pstrdup(timestamptz_to_str(DatumGetTimestampTz(spans->times[i])));

		set_span(from, timestamptz_to_str(DatumGetTimestampTz(spans->times[i + 1])));
		td_execute(compiled->sql, compiled->prepared, NULL, put_event, evaluation);
		pfree(from);
	}
}

/*
 * rule_events_of_spans(query text, events regclass, window_from timestamptz,
 * window_to timestamptz, timestamp_field text, timestamp_fallback text,
 * event_exceptions text[], spans timestamptz[], now timestamptz, key jsonb) -> setof jsonb
 *
 * Where the span is comes from settings, so that the SQL is the same for all.  No
 * event is in the span that they say at first.
 */
Datum
td_rule_events_of_spans(PG_FUNCTION_ARGS)
{
	Spans	   *spans = palloc0(sizeof(Spans));
	TdEvaluation *evaluation = &spans->evaluation;
	int			level = NewGUCNestLevel();

	td_begin_evaluation(fcinfo, evaluation, ESQL_OUTPUT_EVENTS, false);
	td_require(fcinfo, 7, "spans");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(7), TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE,
					  &spans->times, NULL, &spans->count);
	evaluation->options.as_of = td_as_of(fcinfo, 8);
	evaluation->options.any_span = true;
	if (!PG_ARGISNULL(9))
	{
		evaluation->key = PG_GETARG_DATUM(9);
		evaluation->options.key = &evaluation->key;
	}
	set_span("infinity", "-infinity");
	td_finish_evaluation(fcinfo, evaluation, put_event, find_span_by_span);
	AtEOXact_GUC(true, level);
	return (Datum) 0;
}
