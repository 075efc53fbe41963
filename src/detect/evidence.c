/*
 * evidence.c
 *		What a rule finds in a window, and the events behind it:
 *		rule_groups(), rule_evidence(), rule_events().
 *
 * All three compile the rule's text for the one window that they are given,
 * with the exceptions that act on events put behind FROM, and differ in the
 * output mode that they name to the compiler (detect/rule_plan.c).  A condition is
 * compiled as a tree of its own; no text is ever pasted into the query's.
 *
 * A group's key must be the same whoever runs the rule.  A row, or a view,
 * may turn times and numbers into text, so all this runs under settings of
 * its own: UTC, ISO dates.
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
#include "detect/evaluate.h"
#include "detect/exceptions.h"
#include "detect/row_json.h"
#include "esql/value/instant.h"

PG_FUNCTION_INFO_V1(td_rule_groups);
PG_FUNCTION_INFO_V1(td_rule_evidence);
PG_FUNCTION_INFO_V1(td_rule_events);

/* An evaluation: its arguments, compiled, and where its rows go. */
typedef struct Evaluation
{
	EsqlOptions options;
	EsqlWindow	window;
	EsqlWindow	span;
	Datum		key;
	TdSession	session;
	TdCompiled *compiled;
	Tuplestorestate *store;
	TupleDesc	desc;
	List	   *exceptions;		/* of TdException */
	bool		leave_out;		/* those that do not compile, instead of raising an error */
	int64		place;			/* rows so far */
	bool		count_scanned;
	int64		scanned;		/* all events of the window, if they are counted */
} Evaluation;

/* Add an array of conditions to the exceptions; kind names them in errors. */
static void
exceptions_argument(FunctionCallInfo fcinfo, int argument, Evaluation *evaluation, bool on_groups)
{
	const char *kind = on_groups ? "group" : "event";
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(argument))
		return;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		TdException *exception = palloc0(sizeof(TdException));

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s exception %d must not be null", kind, i + 1)));
		exception->text = TextDatumGetCString(elements[i]);
		exception->label = evaluation->leave_out ? "condition" : psprintf("%s exception %d", kind, i + 1);
		exception->on_groups = on_groups;
		evaluation->exceptions = lappend(evaluation->exceptions, exception);
	}
}

/* Why exceptions were left out, in their order, null for those that were not; or all null. */
static Datum
left_out_array(const Evaluation *evaluation, bool *isnull)
{
	int			count = list_length(evaluation->exceptions);
	Datum	   *elements = palloc0(Max(1, count) * sizeof(Datum));
	bool	   *nulls = palloc(Max(1, count) * sizeof(bool));
	int			lower = 1;
	int			number = 0;
	ListCell   *cell;

	*isnull = true;
	foreach(cell, evaluation->exceptions)
	{
		const TdException *exception = lfirst(cell);

		nulls[number] = exception->problem == NULL;
		if (exception->problem != NULL)
		{
			elements[number] = CStringGetTextDatum(exception->problem);
			*isnull = false;
		}
		number++;
	}
	return *isnull ? (Datum) 0 :
		PointerGetDatum(construct_md_array(elements, nulls, 1, &count, &lower, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Begin with the arguments that all three have: query, events, window_from,
 * as_of, timestamp_field, timestamp_fallback, event_exceptions.
 */
static void
begin_evaluation(FunctionCallInfo fcinfo, Evaluation *evaluation, EsqlOutputMode output_mode, bool leave_out)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EsqlOptions *options = &evaluation->options;

	memset(evaluation, 0, sizeof(Evaluation));
	evaluation->leave_out = leave_out;
	td_require(fcinfo, 0, "query");
	td_require(fcinfo, 2, "window_from");
	options->as_of = td_as_of(fcinfo, 3);
	evaluation->window = td_window(td_floor_div(td_instant(PG_GETARG_TIMESTAMPTZ(2)), 1000),
								   options->as_of);
	options->window = &evaluation->window;
	options->implicit_limit = -1;
	options->output_mode = output_mode;
	InitMaterializedSRF(fcinfo, output_mode == ESQL_OUTPUT_EVENTS ? MAT_SRF_USE_EXPECTED_DESC : 0);
	evaluation->store = rsinfo->setResult;
	evaluation->desc = rsinfo->setDesc;
	td_begin(&evaluation->session, TD_RUN_RULE);
	td_time_arguments(fcinfo, 4, options);
	exceptions_argument(fcinfo, 6, evaluation, false);
}

/*
 * Fix the settings that decide how a value becomes text.  Returns the level
 * to hand to AtEOXact_GUC(); an error undoes them by itself.
 */
static int
fix_settings(void)
{
	static const char *const settings[][2] = {
		{"TimeZone", "UTC"},
		{"DateStyle", "ISO"},
		{"IntervalStyle", "postgres"},
		{"extra_float_digits", "1"}
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < (int) lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* Gets the rows of the SQL that counts all events of the window. */
static void
add_scanned(void *arg, Datum *values, bool *nulls)
{
	((Evaluation *) arg)->scanned += DatumGetInt64(values[0]);
}

/* Compile, run, and end. */
static void
finish_evaluation(FunctionCallInfo fcinfo, Evaluation *evaluation, TdRowSink sink)
{
	int			level = fix_settings();

	evaluation->compiled = td_compile_excepting(&evaluation->session, text_to_cstring(PG_GETARG_TEXT_PP(0)),
												td_events_argument(fcinfo, 1), &evaluation->options,
												evaluation->exceptions, evaluation->leave_out);
	evaluation->count_scanned = evaluation->count_scanned &&
		td_choose_count(evaluation->compiled, &evaluation->options);
	if (evaluation->count_scanned)
		td_execute(evaluation->compiled->count_sql, evaluation->compiled->count_prepared,
				   add_scanned, evaluation);
	td_execute(evaluation->compiled->sql, evaluation->compiled->prepared, sink, evaluation);
	td_end();
	AtEOXact_GUC(true, level);
}

/* The arguments span_from, span_to, key of the two that look at evidence. */
static void
evidence_arguments(FunctionCallInfo fcinfo, Evaluation *evaluation)
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

/* Some columns of a row as jsonb, without what is too large. */
static Datum
row_to_jsonb(List *columns, const Datum *values, const bool *nulls, EsqlOmitted *omitted)
{
	StringInfoData text;

	initStringInfo(&text);
	initStringInfo(&omitted->what);
	esql_row_to_json(&text, columns, values, nulls, omitted);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

/* A row that identifies a group. */
static Datum
key_to_jsonb(List *columns, const Datum *values, const bool *nulls)
{
	EsqlOmitted omitted = {.mark = true};

	return row_to_jsonb(columns, values, nulls, &omitted);
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
	Evaluation *evaluation = arg;
	const TdCompiled *compiled = evaluation->compiled;
	bool		aggregating = compiled->plan->hidden.aggregating;
	int			shown = list_length(compiled->columns);
	int			hidden = shown + (aggregating ? list_length(compiled->keys) : 0);
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
		result[GROUP_RESULT] = row_to_jsonb(compiled->columns, values, nulls, &omitted);
		if (aggregating)
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
	result[GROUP_LEFT_OUT] = left_out_array(evaluation, &result_nulls[GROUP_LEFT_OUT]);
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
	Evaluation	evaluation;

	begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_GROUPS, !PG_ARGISNULL(10) && PG_GETARG_BOOL(10));
	exceptions_argument(fcinfo, 7, &evaluation, true);
	evaluation.count_scanned = !PG_ARGISNULL(8) && PG_GETARG_BOOL(8);
	evaluation.options.count_hits = !PG_ARGISNULL(9) && PG_GETARG_BOOL(9);
	finish_evaluation(fcinfo, &evaluation, put_group);
	return (Datum) 0;
}

static void
put_evidence(void *arg, Datum *values, bool *nulls)
{
	Evaluation *evaluation = arg;
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
	Evaluation	evaluation;

	begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_EVIDENCE, false);
	evidence_arguments(fcinfo, &evaluation);
	finish_evaluation(fcinfo, &evaluation, put_evidence);
	return (Datum) 0;
}

static void
put_event(void *arg, Datum *values, bool *nulls)
{
	Evaluation *evaluation = arg;

	tuplestore_putvalues(evaluation->store, evaluation->desc, values, nulls);
}

/* rule_events(as rule_evidence) -> setof jsonb */
Datum
td_rule_events(PG_FUNCTION_ARGS)
{
	Evaluation	evaluation;

	begin_evaluation(fcinfo, &evaluation, ESQL_OUTPUT_EVENTS, false);
	evidence_arguments(fcinfo, &evaluation);
	finish_evaluation(fcinfo, &evaluation, put_event);
	return (Datum) 0;
}
