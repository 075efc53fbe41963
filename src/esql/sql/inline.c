/*
 * inline.c
 *		INLINE STATS as SQL: the groups, and the rows joined with them.
 *
 *		s2_groups (k1, a1) AS (SELECT k1.v, count(*) FROM s1, unnest(s1.tags) AS k1(v) GROUP BY k1.v),
 *		s2_lists (k1, a1) AS (SELECT d.k1, array_agg(g.a1) FROM (each key of the rows), s2_groups ...),
 *		s2 AS (SELECT s1.*, g.a1 AS n FROM s1 FULL JOIN s2_lists AS g ON s1.tags = g.k1)
 *
 * Three things are not as one would write them by hand:
 *
 * Null is a group like any other, but null = null is not true, and IS NOT
 * DISTINCT FROM cannot be hashed.  Arrays of one element can, and a null in
 * them equals another.  So keys are compared as arrays.
 *
 * The joins are FULL, although each side has a partner on the other.  PostgreSQL
 * never runs a FULL JOIN as a nested loop.  It knows nothing of how many rows come
 * out of a CTE and sometimes expects one; then it would go through all
 * groups for each row.  OFFSET 0 keeps a later WHERE from making it another join.
 *
 * The stage before is read several times.  So PostgreSQL computes it once, and
 * keeps its rows.  Window functions would sort these rows by the key instead, and cannot
 * do it at all for a key of several values, nor for aggregates with an order.
 *
 * s2_lists is there only if a key may hold several values.  For each list of
 * values that occurs as a key it has the list of what their groups come to.
 */
#include "compat.h"

#include "esql/analysis/node.h"
#include "esql/sql/expr.h"
#include "esql/sql/inline.h"
#include "esql/sql/select.h"

/* May a key hold several values? */
static bool
has_lists(const EsqlStage *stage)
{
	ListCell   *cell;

	foreach(cell, stage->values)
	{
		if (lfirst(cell) != NULL)
			return true;
	}
	return false;
}

/* "k1, k2" for that many, with something before each. */
static void
write_names(EsqlWriter *writer, const char *before, char letter, int count, const char *after)
{
	for (int i = 1; i <= count; i++)
		appendStringInfo(writer->out, "%s%s%c%d%s", i > 1 ? ", " : "", before, letter, i, after);
}

/* " (k1, k2, a1, a2)": what the columns of the groups are called; palloc'd */
static char *
column_names(const EsqlStage *stage)
{
	StringInfoData out;
	EsqlWriter	writer = {.out = &out};

	initStringInfo(&out);
	appendStringInfoString(&out, " (");
	write_names(&writer, "", 'k', list_length(stage->keys), "");
	if (stage->keys != NIL)
		appendStringInfoString(&out, ", ");
	write_names(&writer, "", 'a', list_length(stage->outputs), "");
	appendStringInfoChar(&out, ')');
	return out.data;
}

/* A key of a row as an array: its values, of which null is one. */
static void
write_key_array(EsqlWriter *writer, EsqlColumn *key)
{
	EsqlSpan	nowhere = {0, 0};

	esql_write(writer, key->multivalued ? "@esql_group_values(" : "ARRAY[");
	esql_write_ordered(writer, esql_column_node(key, nowhere));
	appendStringInfoChar(writer->out, key->multivalued ? ')' : ']');
}

/*
 * The value of a key in its group.  It has no COLLATE: PostgreSQL must see that
 * an expression reads what is grouped by.
 */
static void
write_value(EsqlWriter *writer, EsqlColumn *key, EsqlColumn *value)
{
	EsqlSpan	nowhere = {0, 0};

	esql_write_node(writer, esql_column_node(value != NULL ? value : key, nowhere));
}

/* sN_groups: a row a group */
static void
write_groups(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	const char *separator = "";
	ListCell   *key;
	ListCell   *cell;
	int			place = 0;

	esql_begin_select(writer, number, "_groups", column_names(stage), stage, ", its groups");
	appendStringInfoString(writer->out, "    SELECT ");
	forboth(key, stage->keys, cell, stage->values)
	{
		appendStringInfoString(writer->out, separator);
		write_value(writer, lfirst(key), lfirst(cell));
		separator = ",\n           ";
	}
	foreach(cell, stage->outputs)
	{
		appendStringInfoString(writer->out, separator);
		esql_write_node(writer, ((EsqlOutput *) lfirst(cell))->node);
		separator = ",\n           ";
	}
	appendStringInfo(writer->out, "\n    FROM %s", writer->qualifier);
	forboth(key, stage->keys, cell, stage->values)
	{
		place++;
		if (lfirst(cell) == NULL)
			continue;
		esql_write(writer, "\n    CROSS JOIN LATERAL ^unnest(");
		write_key_array(writer, lfirst(key));
		appendStringInfo(writer->out, ") AS k%d(v)", place);
	}
	separator = "\n    GROUP BY ";
	forboth(key, stage->keys, cell, stage->values)
	{
		appendStringInfoString(writer->out, separator);
		write_value(writer, lfirst(key), lfirst(cell));
		separator = ", ";
	}
	appendStringInfoString(writer->out, "\n)");
}

/* " ORDER BY k1.o, k2.o": by the places of the values in their lists */
static void
write_places(EsqlWriter *writer, const EsqlStage *stage)
{
	appendStringInfoString(writer->out, " ORDER BY ");
	write_names(writer, "", 'k', list_length(stage->keys), ".o");
	appendStringInfoChar(writer->out, ')');
}

/* sN_lists: what the groups of each list of keys come to */
static void
write_lists(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	const char *separator;
	int			nkeys = list_length(stage->keys);
	int			place = 0;
	ListCell   *cell;

	esql_begin_select(writer, number, "_lists", column_names(stage), stage, ", what each row gets");
	appendStringInfoString(writer->out, "    SELECT ");
	write_names(writer, "d.", 'k', nkeys, "");
	foreach(cell, stage->outputs)
	{
		place++;
		if (((EsqlOutput *) lfirst(cell))->node->multivalued)
		{
			esql_write(writer, ",\n           @esql_join_lists(");
			appendStringInfo(writer->out, "g.a%d", place);
			write_places(writer, stage);
		}
		else
		{
			esql_write(writer, ",\n           ^array_agg(");
			appendStringInfo(writer->out, "g.a%d", place);
			write_places(writer, stage);
			appendStringInfo(writer->out, " FILTER (WHERE g.a%d IS NOT NULL)", place);
		}
	}
	appendStringInfoString(writer->out, "\n    FROM (SELECT DISTINCT ");
	place = 0;
	foreach(cell, stage->keys)
	{
		appendStringInfoString(writer->out, place > 0 ? ", " : "");
		write_key_array(writer, lfirst(cell));
		appendStringInfo(writer->out, " AS k%d", ++place);
	}
	appendStringInfo(writer->out, " FROM %s) AS d", writer->qualifier);
	for (int i = 1; i <= nkeys; i++)
	{
		esql_write(writer, "\n    CROSS JOIN LATERAL ^unnest(");
		appendStringInfo(writer->out, "d.k%d) WITH ORDINALITY AS k%d(v, o)", i, i);
	}
	appendStringInfo(writer->out, "\n    FULL JOIN s%d_groups AS g", number);
	separator = " ON ";
	for (int i = 1; i <= nkeys; i++)
	{
		appendStringInfo(writer->out, "%sARRAY[k%d.v]", separator, i);
		esql_write(writer, " {=} ");
		appendStringInfo(writer->out, "ARRAY[g.k%d]", i);
		separator = " AND ";
	}
	appendStringInfoString(writer->out, "\n    GROUP BY ");
	write_names(writer, "d.", 'k', nkeys, "");
	appendStringInfoString(writer->out, "\n)");
}

/* Does a later stage read what the groups come to? */
static bool
is_read(const EsqlStage *stage, int number)
{
	ListCell   *cell;

	foreach(cell, stage->outputs)
	{
		if (((EsqlOutput *) lfirst(cell))->column->last_use > number)
			return true;
	}
	return false;
}

/* The CTEs before the stage's own. */
void
esql_write_inline_groups(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	if (!is_read(stage, number))
		return;
	writer->qualifier = psprintf("s%d", number - 1);
	write_groups(writer, stage, number);
	if (has_lists(stage))
		write_lists(writer, stage, number);
	writer->qualifier = NULL;
}

/* The stage's own: SELECT rows, outputs FROM rows FULL JOIN groups ON keys */
void
esql_write_inline_rows(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	bool		lists = has_lists(stage);
	bool		first = true;
	int			place = 0;
	const char *separator = " ON ";
	ListCell   *cell;

	writer->qualifier = psprintf("s%d", number - 1);
	esql_write_handed_on(writer, number, &first);
	foreach(cell, stage->outputs)
	{
		const EsqlColumn *column = ((EsqlOutput *) lfirst(cell))->column;

		place++;
		if (column->last_use <= number)
			continue;
		esql_next_item(writer, &first);
		appendStringInfo(writer->out, "g.a%d AS %s", place, column->alias);
	}
	appendStringInfo(writer->out, "\n    FROM %s", writer->qualifier);
	writer->qualifier = NULL;
	if (!is_read(stage, number))
		return;
	writer->qualifier = psprintf("s%d", number - 1);
	appendStringInfo(writer->out, "\n    %s JOIN s%d_%s AS g",
					 stage->keys == NIL ? "CROSS" : "FULL", number, lists ? "lists" : "groups");
	place = 0;
	foreach(cell, stage->keys)
	{
		appendStringInfoString(writer->out, separator);
		write_key_array(writer, lfirst(cell));
		esql_write(writer, " {=} ");
		appendStringInfo(writer->out, lists ? "g.k%d" : "ARRAY[g.k%d]", ++place);
		separator = " AND ";
	}
	appendStringInfoString(writer->out, "\n    OFFSET 0");
	writer->qualifier = NULL;
}
