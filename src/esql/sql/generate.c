/*
 * generate.c
 *		A plan as SQL text: one CTE a stage; result.c adds the SELECT that
 *		shows the result.
 *
 * The text is made to be read: esql_sql() shows it to people.  Each stage's
 * CTE carries the line of its command.  PostgreSQL folds the chain into one
 * plan (each CTE is read once), pushes conditions down to the scan and runs
 * all of it in parallel, so the text need not be clever.
 *
 * Folding also repeats an expression wherever its column is read.  A stage
 * whose expressions would grow too large that way (MAX_WEIGHT in analysis/scope.c)
 * ends in OFFSET 0, which PostgreSQL does not fold.
 *
 * A stage hands on the columns that a later one reads, no others.  A column's
 * SQL name is its ES|QL name, so long as no other column of that name is
 * alive at the same time and it fits into PostgreSQL's 63 bytes.
 *
 * Of a relation on other servers, they are asked as much as they can be: see ship.c
 * and split.c.
 *
 * A relation that has an index which covers the query is read in two parts, if
 * that is asked for: see index.c.
 *
 * Names come from quote_identifier(), relations from the catalog, values are
 * quoted literals: no other part of the query's text gets into the SQL.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/access.h"
#include "esql/sql/expr.h"
#include "esql/sql/generate.h"
#include "esql/sql/inline.h"
#include "esql/sql/lookup.h"
#include "esql/sql/result.h"
#include "esql/sql/select.h"
#include "esql/sql/ship.h"
#include "esql/sql/split.h"
#include "esql/sql/terms.h"
#include "esql/sql/window.h"
#include "schema.h"

/* Does some stage hand on both columns? */
static bool
overlap(const EsqlColumn *a, const EsqlColumn *b)
{
	return Max(a->made_in_stage, b->made_in_stage) < Min(a->last_use, b->last_use);
}

static bool
alias_taken(const EsqlPlan *plan, const EsqlColumn *column, const char *alias)
{
	ListCell   *cell;

	foreach(cell, plan->columns)
	{
		const EsqlColumn *other = lfirst(cell);

		if (other->alias == NULL || other == column || !overlap(other, column))
			continue;
		if (strcmp(other->alias, alias) == 0 ||
			(other->alias_single != NULL && strcmp(other->alias_single, alias) == 0))
			return true;
	}
	return column->alias != NULL && strcmp(column->alias, alias) == 0;
}

/* A free name: the wanted one, or a number. */
static char *
choose_alias(const EsqlPlan *plan, const EsqlColumn *column, const char *wanted)
{
	char	   *alias = pstrdup(quote_identifier(wanted));

	if (strlen(wanted) >= NAMEDATALEN || wanted[0] == '\0' || alias_taken(plan, column, alias))
	{
		alias = psprintf("c%d", column->id);
		while (alias_taken(plan, column, alias))
			alias = psprintf("%s_", alias);
	}
	return alias;
}

static void
name_column(const EsqlPlan *plan, EsqlColumn *column)
{
	if (column->alias != NULL)
		return;
	column->alias = choose_alias(plan, column, column->name);
	if (column->multivalued && esql_from_source(column) && column->uses_single)
		column->alias_single = column->uses_list ?
			choose_alias(plan, column, psprintf("%s (single)", column->name)) : column->alias;
}

/* Give each column its SQL name; what the result shows chooses first. */
static void
name_columns(const EsqlPlan *plan)
{
	ListCell   *cell;

	foreach(cell, plan->visible)
		name_column(plan, ((EsqlVisible *) lfirst(cell))->column);
	foreach(cell, plan->columns)
		name_column(plan, lfirst(cell));
}

/* A METADATA field that is no column of the relation, or what detection needs. */
static void
write_metadata(EsqlWriter *writer, const EsqlColumn *column, int number)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	StringInfo	out = writer->out;

	switch (column->metadata)
	{
		case ESQL_METADATA_INDEX:
			if (relation->index != NULL)
				appendStringInfo(out, "coalesce(%s, ", esql_attribute_text(relation, relation->index));
			esql_write_template(writer, "$1::^text", quote_literal_cstr(relation->plain_name));
			if (relation->index != NULL)
				appendStringInfoChar(out, ')');
			break;
		case ESQL_METADATA_VERSION:
			appendStringInfoString(out, "1::bigint");
			break;
		case ESQL_METADATA_SOURCE:
			if (relation->document != NULL)
				appendStringInfo(out, "%s.%s", relation->alias, quote_identifier(relation->document));
			else
				esql_write_row(writer, relation);
			break;
		case ESQL_METADATA_ID:
		case ESQL_METADATA_IGNORED:
		case ESQL_METADATA_NONE:
			esql_write(writer, "NULL::^text");
			break;
		case ESQL_EVENT_TIME:
		case ESQL_EVENT_NUMBER:
		case ESQL_EVENT_DOCUMENT:
			esql_write_event(writer, number, column);
			break;
	}
	if (column->type == ESQL_TYPE_KEYWORD)
		esql_write(writer, " #");
	appendStringInfo(out, " AS %s", column->alias);
}

/* Which rows of a relation a SELECT reads. */
typedef enum Part
{
	PART_ALL,
	PART_SHORT,					/* those in the index that covers the query */
	PART_LONG					/* those that are too long for it */
} Part;

/* Which of the relation's rows FROM means. */
static void
write_origin(EsqlWriter *writer, const EsqlRelation *relation)
{
	if (relation->patterns == NIL)
		return;
	appendStringInfo(writer->out, "\n    %s ", writer->plan->window != NULL ? "  AND" : "WHERE");
	esql_write_origin(writer, relation);
}

/* The condition that tells the parts of a relation from each other. */
static void
write_part(EsqlWriter *writer, const EsqlRelation *relation, Part part, int cover)
{
	const char *separator = writer->plan->window != NULL || relation->patterns != NIL ? "  AND" : "WHERE";
	ListCell   *cell;
	const char *comma = "";

	if (part == PART_ALL)
		return;
	appendStringInfo(writer->out, "\n    %s %s" TD_INTERNAL_SCHEMA ".esql_fits_index(", separator,
					 part == PART_LONG ? "NOT " : "");
	foreach(cell, (List *) list_nth(relation->covers, cover - 1))
	{
		appendStringInfo(writer->out, "%s%s", comma, esql_attribute_text(relation, lfirst(cell)));
		comma = ", ";
	}
	appendStringInfoChar(writer->out, ')');
}

/* Is the source one relation on other servers, which conditions are sent to? */
static bool
asks_others(const EsqlWriter *writer)
{
	return list_length(writer->catalog->relations) == 1 &&
		((EsqlRelation *) linitial(writer->catalog->relations))->home == ESQL_HOME_FOREIGN;
}

/* Do the conditions of this stage that can be sent stand in the SELECT that reads the source? */
static bool
sends_conditions(const EsqlWriter *writer, int number)
{
	if (!asks_others(writer))
		return false;
	for (int i = 1; i <= number; i++)
	{
		EsqlStageKind kind = ((EsqlStage *) list_nth(writer->plan->stages, i))->kind;

		if (kind != ESQL_STAGE_WHERE && kind != ESQL_STAGE_EVAL)
			return false;
	}
	return number > 0;
}

/* The conditions that are sent. */
static void
write_sent_conditions(EsqlWriter *writer, const EsqlRelation *relation)
{
	bool		first = writer->plan->window == NULL && relation->patterns == NIL;

	writer->inlined = relation;
	writer->bare = true;
	for (int number = 1; number < list_length(writer->plan->stages) && sends_conditions(writer, number); number++)
	{
		ListCell   *cell;

		foreach(cell, ((EsqlStage *) list_nth(writer->plan->stages, number))->conditions)
		{
			if (!esql_ships(lfirst(cell)))
				continue;
			appendStringInfoString(writer->out, first ? "\n    WHERE " : "\n      AND ");
			esql_write_node(writer, lfirst(cell));
			first = false;
		}
	}
	writer->inlined = NULL;
	writer->bare = false;
}

/* The faces of a source column that are read. */
static void
write_faces(EsqlWriter *writer, const EsqlRelation *relation, const EsqlColumn *column,
			const EsqlAccess *access, bool *first)
{
	if (column->uses_list && column->multivalued)
	{
		esql_next_item(writer, first);
		esql_write_face(writer, relation, column, access, true);
		appendStringInfo(writer->out, " AS %s", column->alias);
	}
	if (column->uses_single || !column->multivalued)
	{
		esql_next_item(writer, first);
		esql_write_face(writer, relation, column, access, false);
		appendStringInfo(writer->out, " AS %s", column->multivalued ? column->alias_single : column->alias);
	}
}

/* The fields that a stage reads from the document which FROM has handed on. */
static void
write_late_fields(EsqlWriter *writer, const EsqlStage *stage, const char *from, bool *first)
{
	EsqlRelation relation;
	ListCell   *cell;

	if (stage->fields == NIL)
		return;
	relation = *(EsqlRelation *) linitial(writer->catalog->relations);
	relation.alias = pstrdup(from);
	foreach(cell, stage->fields)
	{
		const EsqlColumn *column = lfirst(cell);
		EsqlAccess	access = *(EsqlAccess *) linitial(column->accesses);

		access.attname = stage->document->alias[0] == '"' ? stage->document->name : stage->document->alias;
		if (column->last_use > 0)
			write_faces(writer, &relation, column, &access, first);
	}
}

/* The SELECT over one relation, or a part of it. */
static void
write_relation(EsqlWriter *writer, int number, Part part, const EsqlOptions *options)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	bool		first = true;
	ListCell   *cell;

	appendStringInfoString(writer->out, "    SELECT ");
	foreach(cell, writer->plan->columns)
	{
		const EsqlColumn *column = lfirst(cell);

		if (!esql_from_source(column) || column->last_use <= 0 || column->made_in_stage > 0)
			continue;
		if (column->metadata != ESQL_METADATA_NONE)
		{
			esql_next_item(writer, &first);
			write_metadata(writer, column, number);
			continue;
		}
		write_faces(writer, relation, column, list_nth(column->accesses, number), &first);
	}
	appendStringInfo(writer->out, "\n    FROM %s AS %s", writer->shard != NULL ? writer->shard : relation->sql_name,
					 relation->alias);
	if (writer->plan->window != NULL)
		esql_write_window(writer, number, options->window);
	if (options->arrivals != NULL)
		esql_write_arrived(writer, number, options->arrivals, options->window->parameters);
	write_origin(writer, relation);
	write_part(writer, relation, part, options->cover);
	if (options->terms && relation->terms)
		esql_write_terms(writer, number, writer->plan->window == NULL && relation->patterns == NIL && part == PART_ALL);
	write_sent_conditions(writer, relation);
}

/* What FROM names, or a row without columns, where there is ROW in its place. */
static void
write_source(EsqlWriter *writer, const EsqlOptions *options)
{
	if (writer->catalog->relations == NIL)
		appendStringInfoString(writer->out, "    SELECT");
	for (int i = 0; i < list_length(writer->catalog->relations); i++)
	{
		const EsqlRelation *relation = list_nth(writer->catalog->relations, i);

		if (i > 0)
			appendStringInfoString(writer->out, "\n    UNION ALL\n");
		if (options->cover > 0 && options->cover <= list_length(relation->covers))
		{
			write_relation(writer, i, PART_SHORT, options);
			appendStringInfoString(writer->out, "\n    UNION ALL\n");
			write_relation(writer, i, PART_LONG, options);
		}
		else
			write_relation(writer, i, PART_ALL, options);
	}
}

/* The values of a list as rows, or their places. */
static void
write_expansion(EsqlWriter *writer, const EsqlStage *stage, const EsqlOutput *output)
{
	if (stage->group_values)
		esql_write(writer, output->ordinality ? "@esql_each_group_place(" : "@esql_each_group_value(");
	else
		esql_write(writer, output->ordinality ? "@esql_each_place(" : "@esql_each_value(");
	esql_write_ordered(writer, output->node);
	appendStringInfoChar(writer->out, ')');
}

/* What the stage makes, so far as anyone reads it. */
static void
write_outputs(EsqlWriter *writer, const EsqlStage *stage, int number, bool *first)
{
	ListCell   *cell;

	foreach(cell, stage->outputs)
	{
		const EsqlOutput *output = lfirst(cell);

		if (output->column->last_use <= number)
			continue;
		esql_next_item(writer, first);
		if (stage->kind == ESQL_STAGE_EXPAND)
		{
			write_expansion(writer, stage, output);
		}
		else if (output->node->kind == ESQL_NODE_CALL)
			esql_write_node(writer, output->node);
		else
			esql_write_ordered(writer, output->node);
		appendStringInfo(writer->out, " AS %s", output->column->alias);
	}
}

static void
write_conditions(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	ListCell   *cell;
	const char *separator = "\n    WHERE ";

	foreach(cell, stage->conditions)
	{
		if (sends_conditions(writer, number) && esql_ships(lfirst(cell)))
			continue;
		appendStringInfoString(writer->out, separator);
		esql_write_node(writer, lfirst(cell));
		separator = "\n      AND ";
	}
}

/* GROUP BY all keys, which have their names in what is read. */
static void
write_group_by(EsqlWriter *writer, const EsqlStage *stage, const char *from)
{
	const char *separator = "\n    GROUP BY ";
	ListCell   *cell;

	foreach(cell, stage->keys)
	{
		appendStringInfo(writer->out, "%s%s.%s", separator, from, ((EsqlColumn *) lfirst(cell))->alias);
		separator = ", ";
	}
}

/* SELECT aggregates, keys FROM ... GROUP BY keys */
static void
write_stats(EsqlWriter *writer, const EsqlStage *stage, int number, const char *from)
{
	bool		first = true;
	ListCell   *cell;

	write_outputs(writer, stage, number, &first);
	foreach(cell, stage->keys)
	{
		const EsqlColumn *column = lfirst(cell);

		if (column->last_use <= number)
			continue;
		esql_next_item(writer, &first);
		appendStringInfo(writer->out, "%s.%s", from, column->alias);
	}
	if (first && stage->keys == NIL)
		esql_write(writer, "^count(*)");	/* one row it has to be */
	appendStringInfo(writer->out, "\n    FROM %s", from);
	write_group_by(writer, stage, from);
}

/* SELECT columns FROM (SELECT *, place FROM ...) WHERE place <= limit */
static void
write_limit_by(EsqlWriter *writer, const EsqlStage *stage, int number, const char *from)
{
	const char *separator = "";
	bool		first = true;
	ListCell   *cell;

	writer->qualifier = "r";
	esql_write_handed_on(writer, number, &first);
	writer->qualifier = NULL;
	appendStringInfo(writer->out, "\n    FROM (SELECT %s.*, ", from);
	esql_write(writer, "^row_number() OVER (PARTITION BY ");
	foreach(cell, stage->each)
	{
		appendStringInfoString(writer->out, separator);
		esql_write_ordered(writer, lfirst(cell));
		separator = ", ";
	}
	esql_write_order(writer, stage->order, from, "          ");
	appendStringInfo(writer->out, ") AS %s FROM %s) AS r\n    WHERE r.%s", stage->place->alias, from, stage->place->alias);
	esql_write(writer, " {<=} ");
	appendStringInfo(writer->out, INT64_FORMAT, stage->limit);
}

/* One stage: a CTE that reads the one before. */
static void
write_stage(EsqlWriter *writer, const EsqlStage *stage, int number, const EsqlOptions *options)
{
	char	   *from = psprintf("s%d", number - 1);
	bool		first = true;

	if (stage->kind == ESQL_STAGE_INLINE)
		esql_write_inline_groups(writer, stage, number);
	esql_begin_select(writer, number, NULL, NULL, stage, NULL);
	if (stage->kind == ESQL_STAGE_SOURCE)
		write_source(writer, options);
	else
	{
		appendStringInfoString(writer->out, "    SELECT ");
		if (stage->kind == ESQL_STAGE_STATS)
			write_stats(writer, stage, number, from);
		else if (stage->kind == ESQL_STAGE_INLINE)
			esql_write_inline_rows(writer, stage, number);
		else if (stage->kind == ESQL_STAGE_LOOKUP)
			esql_write_lookup(writer, stage, number);
		else if (stage->each != NIL)
			write_limit_by(writer, stage, number, from);
		else
		{
			esql_write_handed_on(writer, number, &first);
			write_outputs(writer, stage, number, &first);
			write_late_fields(writer, stage, from, &first);
			appendStringInfo(writer->out, "\n    FROM %s", from);
			if (stage->fence)
				appendStringInfoString(writer->out, "\n    OFFSET 0  -- computed once");
		}
		if (stage->kind != ESQL_STAGE_LOOKUP)
			write_conditions(writer, stage, number);
		if (stage->kind == ESQL_STAGE_LIMIT && stage->each == NIL)
		{
			esql_write_order(writer, stage->order, from, "    ");
			appendStringInfo(writer->out, "\n    LIMIT " INT64_FORMAT, stage->limit);
		}
	}
	appendStringInfoString(writer->out, "\n)");
}

/* What STATS has computed of one shard: the parts and the keys. */
static void
write_parts(EsqlWriter *writer, const EsqlStage *stage, const EsqlParts *parts, const char *from)
{
	bool		first = true;
	ListCell   *cell;

	foreach(cell, parts->texts)
	{
		esql_next_item(writer, &first);
		appendStringInfo(writer->out, "%s AS %s", (char *) lfirst(cell),
						 (char *) list_nth(parts->names, foreach_current_index(cell)));
	}
	foreach(cell, stage->keys)
	{
		esql_next_item(writer, &first);
		appendStringInfo(writer->out, "%s.%s", from, ((EsqlColumn *) lfirst(cell))->alias);
	}
	if (first)
		esql_write(writer, "^count(*)");	/* one row it has to be */
	appendStringInfo(writer->out, "\n    FROM %s", from);
	write_group_by(writer, stage, from);
}

/* The SELECTs over the shards, each with the stages before STATS; without parts STATS is complete in each. */
static void
write_shards(EsqlWriter *writer, const EsqlStage *stage, int number, const EsqlParts *parts,
			 const EsqlOptions *options)
{
	EsqlWriter	inner = *writer;
	const EsqlRelation *relation = linitial(writer->catalog->relations);
	char	   *from = psprintf("s%d", number - 1);
	ListCell   *cell;

	foreach(cell, relation->shards)
	{
		appendStringInfoString(writer->out, foreach_current_index(cell) > 0 ? "\n    UNION ALL\n(" : "(");
		inner.shard = lfirst(cell);
		inner.opened = false;
		for (int i = 0; i < number; i++)
			write_stage(&inner, list_nth(writer->plan->stages, i), i, options);
		appendStringInfoString(writer->out, "\n    SELECT ");
		if (parts == NULL)
			write_stats(&inner, stage, number, from);
		else
			write_parts(&inner, stage, parts, from);
		appendStringInfoChar(writer->out, ')');
	}
}

/* STATS over a relation in shards: see split.c. */
static void
write_split_stats(EsqlWriter *writer, const EsqlStage *stage, int number, const EsqlOptions *options)
{
	EsqlParts	parts = {.relation = linitial(writer->catalog->relations), .stage = stage};
	StringInfo	out = writer->out;
	StringInfoData merged;
	bool		first = true;
	ListCell   *cell;

	esql_begin_select(writer, number, NULL, NULL, stage, ", shard by shard");
	if (esql_groups_in_one_shard(stage, parts.relation))
	{
		write_shards(writer, stage, number, NULL, options);
		appendStringInfoString(out, "\n)");
		return;
	}
	initStringInfo(&merged);
	writer->out = &merged;
	writer->parts = &parts;
	writer->qualifier = "parts";
	write_outputs(writer, stage, number, &first);
	writer->parts = NULL;
	writer->qualifier = NULL;
	foreach(cell, stage->keys)
	{
		if (((EsqlColumn *) lfirst(cell))->last_use <= number)
			continue;
		esql_next_item(writer, &first);
		appendStringInfo(&merged, "parts.%s", ((EsqlColumn *) lfirst(cell))->alias);
	}
	if (first && stage->keys == NIL)
		esql_write(writer, "^count(*)");
	writer->out = out;
	appendStringInfo(out, "    SELECT %s\n    FROM (\n", merged.data);
	write_shards(writer, stage, number, &parts, options);
	appendStringInfoString(out, "\n    ) AS parts");
	write_group_by(writer, stage, "parts");
	appendStringInfoString(out, "\n)");
}

/* The SQL of a plan, palloc'd. */
char *
esql_generate(const EsqlPlan *plan, const EsqlCatalog *catalog, const EsqlOptions *options)
{
	StringInfoData out;
	EsqlWriter	writer = esql_writer(&out, plan, catalog);
	int			split = options->shards ? esql_split_stage(plan, catalog) : -1;
	int			number = 0;
	ListCell   *cell;

	initStringInfo(&out);
	name_columns(plan);
	foreach(cell, plan->stages)
	{
		if (number == split)
			write_split_stats(&writer, lfirst(cell), number, options);
		else if (number > split)
			write_stage(&writer, lfirst(cell), number, options);
		number++;
	}
	esql_write_result(&writer, options);
	return out.data;
}

/* SQL that computes an expression without columns, palloc'd. */
char *
esql_generate_constant(const EsqlNode *node, const EsqlCatalog *catalog)
{
	StringInfoData out;
	EsqlWriter	writer = esql_writer(&out, NULL, catalog);

	initStringInfo(&out);
	appendStringInfoString(&out, "SELECT ");
	esql_write_node(&writer, node);
	return out.data;
}

/*
 * SQL that reads when each event of the one relation happened, by the plan's
 * window, and the number of its arrival, with commands also which command of
 * its transaction brought it.  palloc'd.
 */
char *
esql_generate_arrivals(const EsqlPlan *plan, const EsqlCatalog *catalog, const EsqlOptions *options,
					   bool commands)
{
	StringInfoData out;
	EsqlWriter	writer = esql_writer(&out, plan, catalog);

	Assert(list_length(catalog->relations) == 1);
	initStringInfo(&out);
	esql_write_arrivals(&writer, 0, commands);
	return out.data;
}

/* SELECT count(*) of the events of a table that are in the window. */
static void
write_count(EsqlWriter *writer, const char *table, int number, const EsqlWindow *window)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);

	esql_write(writer, "SELECT ^count(*) AS n");
	appendStringInfo(writer->out, "\n    FROM %s AS %s", table, relation->alias);
	esql_write_window(writer, number, window);
	write_origin(writer, relation);
}

/*
 * SQL that counts all events of the plan's window, with a row for each
 * relation.  It reads the time only, so that an index on it may be enough.
 * palloc'd.
 */
char *
esql_generate_count(const EsqlPlan *plan, const EsqlCatalog *catalog, const EsqlOptions *options)
{
	StringInfoData out;
	EsqlWriter	writer = esql_writer(&out, plan, catalog);

	Assert(plan->window != NULL);
	initStringInfo(&out);
	for (int i = 0; i < list_length(catalog->relations); i++)
	{
		const EsqlRelation *relation = list_nth(catalog->relations, i);
		ListCell   *cell;

		appendStringInfoString(&out, i > 0 ? "\nUNION ALL\n" : "");
		if (relation->shards == NIL)
			write_count(&writer, relation->sql_name, i, options->window);
		else
		{
			esql_write(&writer, "SELECT ^sum(parts.n)::bigint FROM (");
			foreach(cell, relation->shards)
			{
				appendStringInfoString(&out, foreach_current_index(cell) > 0 ? "\nUNION ALL\n" : "");
				write_count(&writer, lfirst(cell), i, options->window);
			}
			appendStringInfoString(&out, ") AS parts");
		}
	}
	return out.data;
}
