/*
 * detect.c
 *		detect(): a rule's ES|QL over an events relation, as typed columns.
 *
 * The rule's text is read from the table of rules at each call, so that an
 * analyst's edit takes effect at once.  Like the published engine, detect()
 * looks at no events but those of the rule's window, which ends at as_of and
 * is as long as the rule looks back, both ends included, by the rule's time
 * field.
 *
 * An edit may rename or drop the rule's columns.  Each of detect()'s columns
 * knows the names under which the published versions of the rule return it; a
 * column that the rule does not return is null.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "esql/analysis/coerce.h"

PG_FUNCTION_INFO_V1(td_detect);

#define NAMES_MAX	4

/* detect()'s columns: what each takes, by the order in which they stand. */
static const struct
{
	EsqlType	type;
	bool		multivalued;
	const char *names[NAMES_MAX];
}			result_columns[] =
{
	{ESQL_TYPE_KEYWORD, false, {"process.executable", "Esql.process_executable_values"}},
	{ESQL_TYPE_KEYWORD, false, {"process.parent.executable", "Esql.process_parent_executable_values"}},
	{ESQL_TYPE_KEYWORD, false, {"process.command_line", "Esql.process_command_line_values"}},
	{ESQL_TYPE_LONG, false, {"cc", "event_count", "Esql.event_count"}},
	{ESQL_TYPE_LONG, false, {"agent_count", "Esql.agent_id_count_distinct"}},
	{ESQL_TYPE_KEYWORD, true, {"host.name", "host_names", "Esql.host_name_values"}},
	{ESQL_TYPE_KEYWORD, true, {"agent.id", "agent_ids", "Esql.agent_id_values"}}
};

#define RESULT_COLUMNS	((int) lengthof(result_columns))

/* A rule, as far as its evaluation needs it. */
typedef struct Rule
{
	char	   *query;
	int64		look_back;		/* ms */
	char	   *time_field;		/* in UTF-8 */
	char	   *time_fallback;	/* or NULL */
} Rule;

static void
load_rule(const TdSession *session, const char *rule_id, Rule *rule)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	HeapTuple	tuple;
	TupleDesc	desc;
	Interval   *look_back;
	bool		isnull;

	values[0] = CStringGetTextDatum(rule_id);
	td_query(psprintf("SELECT r.query, r.look_back, r.timestamp_field, r.timestamp_fallback FROM %s.rules AS r"
					  " WHERE r.rule_id OPERATOR(pg_catalog.=) $1", session->schema),
			 1, types, values);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("rule \"%s\" does not exist", rule_id),
				 errhint("SELECT rule_id, name FROM %s.rules lists the rules.",
						 session->schema)));
	tuple = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	rule->query = SPI_getvalue(tuple, desc, 1);
	look_back = DatumGetIntervalP(SPI_getbinval(tuple, desc, 2, &isnull));
	/* the table's constraints keep months out of it */
	rule->look_back = look_back->time / 1000 +
		(int64) look_back->day * SECS_PER_DAY * 1000;
	rule->time_field = td_to_utf8(SPI_getvalue(tuple, desc, 3));
	rule->time_fallback = SPI_getvalue(tuple, desc, 4);
	if (rule->time_fallback != NULL)
		rule->time_fallback = td_to_utf8(rule->time_fallback);
}

/* Where detect()'s rows go. */
typedef struct DetectRows
{
	Tuplestorestate *store;
	TupleDesc	desc;
	int			place[RESULT_COLUMNS];	/* in the rule's columns, or -1 */
	EsqlColumn *column[RESULT_COLUMNS];
} DetectRows;

/* Which of the rule's columns goes where; raises if a type does not fit. */
static void
map_columns(DetectRows *rows, List *columns, const char *rule_id)
{
	bool		any = false;

	for (int i = 0; i < RESULT_COLUMNS; i++)
	{
		int			place = 0;
		ListCell   *cell;

		rows->place[i] = -1;
		foreach(cell, columns)
		{
			const EsqlVisible *entry = lfirst(cell);
			bool		same = false;

			for (int j = 0; j < NAMES_MAX && result_columns[i].names[j] != NULL; j++)
				same = same || strcmp(result_columns[i].names[j], entry->name) == 0;
			if (same && rows->place[i] < 0)
			{
				if (esql_common_type(entry->column->type, result_columns[i].type) != result_columns[i].type)
					ereport(ERROR,
							(errcode(ERRCODE_DATATYPE_MISMATCH),
							 errmsg("rule \"%s\" returns column \"%s\" as %s, detect() needs %s",
									rule_id, entry->name, esql_type_name(entry->column->type),
									esql_type_name(result_columns[i].type)),
							 errhint("Run the rule's query with esql() instead.")));
				rows->place[i] = place;
				rows->column[i] = entry->column;
				any = true;
			}
			place++;
		}
	}
	if (!any)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("rule \"%s\" returns none of the columns of detect()", rule_id),
				 errhint("Run the rule's query with esql() instead.")));
}

/* A value of the rule as detect() returns it. */
static Datum
adapt(const EsqlColumn *column, int result, Datum value, bool *isnull)
{
	ArrayType  *array;
	int16		length;
	bool		by_value;
	char		align;

	if (result_columns[result].multivalued && !column->multivalued)
	{
		Datum		elements[1] = {value};

		return PointerGetDatum(construct_array(elements, 1, TEXTOID, -1, false, TYPALIGN_INT));
	}
	if (!result_columns[result].multivalued && column->multivalued)
	{
		array = DatumGetArrayTypeP(value);
		*isnull = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) != 1;
		if (*isnull)
			return (Datum) 0;
		get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
		value = array_get_element(value, 1, ARR_LBOUND(array), -1, length, by_value, align,
								  isnull);
	}
	if (column->type == ESQL_TYPE_INTEGER && result_columns[result].type == ESQL_TYPE_LONG)
		return Int64GetDatum(DatumGetInt32(value));
	return value;
}

static void
put_row(void *arg, Datum *values, bool *nulls)
{
	DetectRows *rows = arg;
	Datum		result[RESULT_COLUMNS];
	bool		result_nulls[RESULT_COLUMNS];

	for (int i = 0; i < RESULT_COLUMNS; i++)
	{
		int			place = rows->place[i];

		result_nulls[i] = place < 0 || nulls[place];
		result[i] = result_nulls[i] ? (Datum) 0 :
			adapt(rows->column[i], i, values[place], &result_nulls[i]);
	}
	tuplestore_putvalues(rows->store, rows->desc, result, result_nulls);
}

/* detect(events regclass, as_of timestamptz, rule_id text) -> table */
Datum
td_detect(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EsqlWindow	window;
	EsqlOptions options = {
		.as_of = td_as_of(fcinfo, 1),
		.window = &window,
		.implicit_limit = -1
	};
	char	   *rule_id;
	TdSession	session;
	TdCompiled *compiled;
	Rule		rule;
	DetectRows	rows;

	td_require(fcinfo, 0, "events");
	rule_id = td_text_argument(fcinfo, 2, "rule_id");
	InitMaterializedSRF(fcinfo, 0);
	td_begin(&session, TD_RUN_QUERY);
	load_rule(&session, rule_id, &rule);
	options.time_field = rule.time_field;
	options.time_fallback = rule.time_fallback;
	window = td_window(options.as_of - rule.look_back, options.as_of);
	compiled = td_compile(&session, rule.query, PG_GETARG_OID(0), &options);
	rows.store = rsinfo->setResult;
	rows.desc = rsinfo->setDesc;
	map_columns(&rows, compiled->columns, rule_id);
	td_execute(compiled->sql, compiled->prepared, NULL, put_row, &rows);
	td_end();
	return (Datum) 0;
}
