/*
 * split.c
 *		Aggregates of a relation in shards: each shard by itself, then all together.
 *
 * PostgreSQL gives foreign tables an aggregate to compute if each group is in one
 * partition.  Otherwise all rows travel.  So the first STATS over a relation in shards can
 * be written in two steps: SELECTs with the stages before it, one for each shard, each
 * of which a server can compute, and a SELECT over their union.
 *
 *		count, sum		the sum of the shards' values
 *		min, max, bool_and, bool_or
 *						the same of the shards' values
 *		distinct_count, distinct_values
 *						the shards give sets (distinct_set), which are united.  If
 *						all rows with the same keys and the same value are in one shard,
 *						numbers can be added up
 *
 * If all rows with the same keys are in one shard, any aggregate is complete there.
 * Otherwise aggregates that are not in this list (sums of doubles, whose last digits
 * depend on the order, and TOP) need all rows in one place, and nothing is split.
 *
 * Reading a shard by its own name passes by what is attached to the relation: the
 * catalog names shards only where the caller may read them, and neither the relation nor
 * a shard has row security that makes a difference (detect/home.c).
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/split.h"

/* The aggregates of SQL that can be split. */
static const struct
{
	const char *name;
	const char *part;
	EsqlMerge	merge;
}			splittable[] = {
	{"^count", "^count", ESQL_MERGE_SUM},
	{"^sum", "^sum", ESQL_MERGE_SUM},
	{"^min", "^min", ESQL_MERGE_AGAIN},
	{"^max", "^max", ESQL_MERGE_AGAIN},
	{"^bool_and", "^bool_and", ESQL_MERGE_AGAIN},
	{"^bool_or", "^bool_or", ESQL_MERGE_AGAIN},
	{"@@distinct_count", "@@distinct_set_agg", ESQL_MERGE_COUNT_SETS},
	{"@@distinct_count_elements", "@@distinct_set_agg_elements", ESQL_MERGE_COUNT_SETS},
	{"@@distinct_values", "@@distinct_set_agg", ESQL_MERGE_LIST_SETS},
	{"@@distinct_values_elements", "@@distinct_set_agg_elements", ESQL_MERGE_LIST_SETS}
};

/* Is the call itself an aggregate, and not one of its arguments? */
bool
esql_is_aggregate(const EsqlNode *node)
{
	if (node->kind != ESQL_NODE_CALL || !node->aggregate)
		return false;
	for (int i = 0; i < node->nargs; i++)
	{
		if (node->args[i]->aggregate)
			return false;
	}
	return true;
}

/* The next call of an SQL aggregate in a template; false if there is none. */
bool
esql_next_aggregate(const char *at, EsqlAggregate *aggregate)
{
	const char *end = strstr(at, ")$f");
	const char *open;
	int			depth = 0;

	if (end == NULL)
		return false;
	for (open = end; open > at; open--)
	{
		depth += *open == ')' ? 1 : *open == '(' ? -1 : 0;
		if (depth == 0)
			break;
	}
	aggregate->start = open;
	while (aggregate->start > at && (isalnum((unsigned char) aggregate->start[-1]) || strchr("_^@", aggregate->start[-1]) != NULL))
		aggregate->start--;
	aggregate->end = end + strlen(")$f");
	aggregate->name = pnstrdup(aggregate->start, open - aggregate->start);
	aggregate->known = false;
	for (int i = 0; i < (int) lengthof(splittable) && !aggregate->known; i++)
	{
		if (strcmp(splittable[i].name, aggregate->name) != 0)
			continue;
		aggregate->part = splittable[i].part;
		aggregate->merge = splittable[i].merge;
		aggregate->known = true;
	}
	return true;
}

/* Can all aggregates of an expression be split? */
static bool
can_split(const EsqlNode *node)
{
	const char *at = node->sql;
	EsqlAggregate aggregate;
	bool		some = false;

	if (!node->aggregate)
		return true;
	if (esql_is_aggregate(node))
	{
		while (esql_next_aggregate(at, &aggregate))
		{
			if (!aggregate.known || memchr(at, '$', aggregate.start - at) != NULL)
				return false;
			at = aggregate.end;
			some = true;
		}
		return some && strchr(at, '$') == NULL;
	}
	for (int i = 0; i < node->nargs; i++)
	{
		if (!can_split(node->args[i]))
			return false;
	}
	return true;
}

/* The attribute that a column of the plan is, as it is, or NULL. */
static const char *
plain_attribute(const EsqlColumn *column)
{
	const EsqlAccess *access = list_length(column->accesses) != 1 ? NULL : linitial(column->accesses);

	return access == NULL || access->document || access->array || access->several != NULL ||
		access->cast != NULL || access->nondeterministic || (access->microseconds && !column->microseconds) ?
		NULL : access->attname;
}

/* Are the rows with the same keys, and the same value of another column (or NULL), in one shard? */
static bool
in_one_shard(const EsqlStage *stage, const EsqlRelation *relation, const EsqlColumn *other)
{
	ListCell   *attribute;
	ListCell   *key;

	foreach(attribute, relation->shard_key)
	{
		bool		found = false;

		foreach(key, stage->keys)
		{
			const char *name = plain_attribute(lfirst(key));

			found = found || (name != NULL && strcmp(name, lfirst(attribute)) == 0);
		}
		if (!found && other != NULL && plain_attribute(other) != NULL)
			found = strcmp(plain_attribute(other), lfirst(attribute)) == 0;
		if (!found)
			return false;
	}
	return relation->shard_key != NIL;
}

/* Are all rows of a group in one shard? */
bool
esql_groups_in_one_shard(const EsqlStage *stage, const EsqlRelation *relation)
{
	return in_one_shard(stage, relation, NULL);
}

/* Is the number of the shards' distinct values the number of all? */
static bool
counts_add_up(const EsqlParts *parts, const EsqlNode *node)
{
	const EsqlNode *counted = node->nargs == 0 ? NULL : node->args[0];

	return counted != NULL && counted->kind == ESQL_NODE_COLUMN && !counted->face_list &&
		in_one_shard(parts->stage, parts->relation, counted->column);
}

/*
 * The number of the STATS that can be computed shard by shard, or -1.  Before it
 * nothing looks at more than one row, and nothing else reads what is before it.
 */
int
esql_split_stage(const EsqlPlan *plan, const EsqlCatalog *catalog)
{
	const EsqlRelation *relation = list_length(catalog->relations) == 1 ? linitial(catalog->relations) : NULL;
	int			number = 0;
	ListCell   *cell;

	if (relation == NULL || relation->shards == NIL || plan->hidden.tests != NIL || plan->hidden.number != NULL)
		return -1;
	foreach(cell, plan->columns)
	{
		if (((EsqlColumn *) lfirst(cell))->metadata == ESQL_EVENT_NUMBER)
			return -1;
	}
	foreach(cell, plan->stages)
	{
		const EsqlStage *stage = lfirst(cell);
		ListCell   *output;

		if (stage->kind == ESQL_STAGE_LIMIT || stage->kind == ESQL_STAGE_INLINE || stage->kind == ESQL_STAGE_LOOKUP)
			return -1;
		if (stage->kind == ESQL_STAGE_STATS)
		{
			if (esql_groups_in_one_shard(stage, relation))
				return number;
			foreach(output, stage->outputs)
			{
				if (!can_split(((EsqlOutput *) lfirst(output))->node))
					return -1;
			}
			return number;
		}
		number++;
	}
	return -1;
}

/* The template of what is computed of a shard; palloc'd. */
char *
esql_part_template(const EsqlParts *parts, const EsqlNode *node, const EsqlAggregate *aggregate)
{
	const char *name = aggregate->merge == ESQL_MERGE_COUNT_SETS && counts_add_up(parts, node) ?
		aggregate->name : aggregate->part;
	const char *rest = aggregate->start + strlen(aggregate->name);

	return psprintf("%s%.*s", name, (int) (aggregate->end - rest), rest);
}

/* The column of what is computed of a shard; it is added if it is new. */
const char *
esql_part(EsqlParts *parts, const char *text)
{
	ListCell   *cell;
	char	   *name;

	foreach(cell, parts->texts)
	{
		if (strcmp(lfirst(cell), text) == 0)
			return list_nth(parts->names, foreach_current_index(cell));
	}
	name = psprintf("\"(part %d)\"", list_length(parts->texts) + 1);
	foreach(cell, parts->stage->keys)
	{
		while (strcmp(((EsqlColumn *) lfirst(cell))->alias, name) == 0)
			name = psprintf("\"%s_\"", pnstrdup(name + 1, strlen(name) - 2));
	}
	parts->texts = lappend(parts->texts, pstrdup(text));
	parts->names = lappend(parts->names, name);
	return name;
}

/* The sum of the shards' numbers, which is of the type of theirs. */
static void
write_sum(EsqlWriter *writer, const EsqlNode *node, const EsqlAggregate *aggregate, const char *value)
{
	bool		counts = strcmp(aggregate->name, "^sum") != 0;
	bool		whole = counts || strncmp(aggregate->start, "^sum(@esql_mv_count(", 20) == 0 ||
		(strncmp(aggregate->start, "^sum($1)", 8) == 0 && node->args[0]->type == ESQL_TYPE_INTEGER);

	esql_write_template(writer, counts ? "coalesce(^sum($1), 0)" : "^sum($1)", value);
	if (whole)
		appendStringInfoString(writer->out, "::bigint");
}

/* What makes one value of the shards' values in a column. */
void
esql_write_merged(EsqlWriter *writer, const EsqlNode *node, const EsqlAggregate *aggregate, const char *part)
{
	char	   *value = psprintf("parts.%s", part);
	bool		bounded = node->nargs > 1 && aggregate->merge == ESQL_MERGE_COUNT_SETS;

	switch (aggregate->merge)
	{
		case ESQL_MERGE_SUM:
			write_sum(writer, node, aggregate, value);
			return;
		case ESQL_MERGE_AGAIN:
			appendStringInfo(writer->out, "pg_catalog.%s(%s", aggregate->name + 1, value);
			if (node->type == ESQL_TYPE_KEYWORD || node->type == ESQL_TYPE_IP)
				esql_write(writer, " #");
			appendStringInfoChar(writer->out, ')');
			return;
		case ESQL_MERGE_COUNT_SETS:
			if (!counts_add_up(writer->parts, node))
			{
				esql_write_template(writer, "coalesce(@@distinct_set_count(@@distinct_set_union($1)), 0::bigint)", value);
				return;
			}
			if (bounded)
				appendStringInfoString(writer->out, "least(");
			write_sum(writer, node, aggregate, value);
			if (bounded)
				appendStringInfo(writer->out, ", '" INT64_FORMAT "'::bigint)", node->args[1]->integer);
			return;
		case ESQL_MERGE_LIST_SETS:
			esql_write_template(writer, "@distinct_set_list(@@distinct_set_union($1), NULL::", value);
			esql_write_type(writer, node->args[0]->type, false);
			esql_write(writer, node->args[0]->type == ESQL_TYPE_KEYWORD ? " #)" : ")");
			return;
	}
}
