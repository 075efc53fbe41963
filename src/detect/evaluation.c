/*
 * evaluation.c
 *		What all evaluations of a rule over a window have in common.
 *
 * A group's key must be the same whoever runs the rule.  A row, or a view,
 * may turn times and numbers into text, so all this runs under settings of
 * its own: UTC, ISO dates.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "detect/arguments.h"
#include "detect/evaluation.h"
#include "detect/exceptions.h"
#include "detect/kept_plan.h"
#include "detect/kept_rule.h"
#include "detect/row_jsonb.h"
#include "esql/value/instant.h"

/* Add an array of conditions to the exceptions; kind names them in errors. */
void
td_exceptions_argument(FunctionCallInfo fcinfo, int argument, TdEvaluation *evaluation, bool on_groups)
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
Datum
td_left_out_array(const TdEvaluation *evaluation, bool *isnull)
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
void
td_begin_evaluation(FunctionCallInfo fcinfo, TdEvaluation *evaluation, EsqlOutputMode output_mode, bool leave_out)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EsqlOptions *options = &evaluation->options;

	memset(evaluation, 0, sizeof(TdEvaluation));
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
	td_exceptions_argument(fcinfo, 6, evaluation, false);
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
	((TdEvaluation *) arg)->scanned += DatumGetInt64(values[0]);
}

/* Run SQL that has parameters, by a plan that is kept. */
static void
run_kept(TdEvaluation *evaluation, const char *sql, TdRowSink sink)
{
	const EsqlArrivals *arrivals = evaluation->options.arrivals;
	const int64 epoch = TD_MS_TO_PG_EPOCH * 1000;
	TdParameters parameters = {
		.count = arrivals == NULL ? 2 : 4,
		.types = {TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT8OID},
		.values = {TimestampTzGetDatum(evaluation->window.from - epoch), TimestampTzGetDatum(evaluation->window.to - epoch)},
		.width = evaluation->window.to - evaluation->window.from
	};

	if (arrivals != NULL)
	{
		parameters.values[2] = Int64GetDatum(arrivals->from);
		parameters.values[3] = Int64GetDatum(arrivals->before);
	}
	td_execute_kept(sql, &parameters, sink, evaluation);
}

/* Compile, run, do what is to be done after the last row, and end. */
void
td_finish_evaluation(FunctionCallInfo fcinfo, TdEvaluation *evaluation, TdRowSink sink,
					 void (*after) (TdEvaluation *evaluation))
{
	int			level = fix_settings();
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			events = td_events_argument(fcinfo, 1);
	bool		keep = evaluation->keep_plan && evaluation->exceptions == NIL;
	TdStamp		stamp;

	evaluation->window.parameters = evaluation->keep_plan;
	evaluation->compiled = keep ? td_recall_rule(&evaluation->session, query, events, &evaluation->options, &stamp) : NULL;
	if (evaluation->compiled == NULL)
	{
		evaluation->compiled = td_compile_excepting(&evaluation->session, query, events, &evaluation->options,
													evaluation->exceptions, evaluation->leave_out);
		evaluation->window.parameters = evaluation->compiled->parameters;
		if (keep || evaluation->count_scanned)
			td_write_count(evaluation->compiled, &evaluation->options);
		if (keep)
			td_keep_rule(query, events, &evaluation->options, &stamp, evaluation->compiled);
	}
	evaluation->window.parameters = false;
	evaluation->count_scanned = evaluation->count_scanned && td_choose_count(evaluation->compiled);
	if (evaluation->count_scanned && evaluation->compiled->parameters)
		run_kept(evaluation, evaluation->compiled->count_sql, add_scanned);
	else if (evaluation->count_scanned)
		td_execute(evaluation->compiled->count_sql, evaluation->compiled->count_prepared, NULL,
				   add_scanned, evaluation);
	if (evaluation->compiled->parameters)
		run_kept(evaluation, evaluation->compiled->sql, sink);
	else
		td_execute(evaluation->compiled->sql, evaluation->compiled->prepared, NULL, sink, evaluation);
	if (after != NULL)
		after(evaluation);
	td_end();
	AtEOXact_GUC(true, level);
}

/* Some columns of a row as jsonb, without what is too large. */
Datum
td_row_to_jsonb(List *columns, const Datum *values, const bool *nulls, EsqlOmitted *omitted)
{
	StringInfoData text;
	Datum		result;

	initStringInfo(&omitted->what);
	if (td_small_row_to_jsonb(columns, values, nulls, &result))
		return result;
	initStringInfo(&text);
	esql_row_to_json(&text, columns, values, nulls, omitted);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}
