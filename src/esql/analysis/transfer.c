/*
 * transfer.c
 *		The fields of transfers: what a process's command line says, taken apart.
 *
 * A source that has process.command_line also has fields that no document holds:
 * transfer.utility, transfer.remote_host and so on.  transfer_command() computes
 * them from process.command_line, process.args and process.executable.  Like the
 * fields of a document they are there when the query names them.
 *
 * All of them come from one row value, which has to be computed once for a row.
 * So two stages make them: one computes the row value and ends in OFFSET 0, which
 * PostgreSQL does not fold into others, and one takes the fields out of it.  They
 * are put into the plan when it is whole, before the first stage that reads one of
 * the fields: by then the conditions before it have left few rows.
 */
#include "compat.h"

#include "esql/analysis/node.h"
#include "esql/analysis/source.h"
#include "esql/analysis/transfer.h"

/* A field, and the template that takes it out of the row value $1; $2 is the host, and $3 the list in the field of the event that it reads. */
static const struct
{
	const char *name;
	EsqlType	type;
	bool		multivalued;
	const char *sql;
	bool		asks_fleet;		/* reads tables */
	const char *reads;			/* or NULL */
}			fields[] =
{
	{"transfer.host", ESQL_TYPE_KEYWORD, false, "(CASE WHEN ($1).utility IS NOT NULL THEN $2 END #)", false, NULL},
	{"transfer.utility", ESQL_TYPE_KEYWORD, false, "(($1).utility #)", false, NULL},
	{"transfer.mode", ESQL_TYPE_KEYWORD, false, "(($1).mode #)", false, NULL},
	{"transfer.direction", ESQL_TYPE_KEYWORD, false, "(($1).direction #)", false, NULL},
	{"transfer.local_paths", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).local_paths #)", false, NULL},
	{"transfer.path_class", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).local_classes #)", false, NULL},
	{"transfer.remote_user", ESQL_TYPE_KEYWORD, false, "(($1).remote_user #)", false, NULL},
	{"transfer.remote_host", ESQL_TYPE_KEYWORD, false, "(($1).remote_host #)", false, NULL},
	{"transfer.remote_class", ESQL_TYPE_KEYWORD, false, "(@remote_class(($1).remote_host, $2) #)", true, NULL},
	{"transfer.remote_role", ESQL_TYPE_KEYWORD, false, "(@remote_role(($1).remote_host) #)", true, NULL},
	{"transfer.remote_port", ESQL_TYPE_INTEGER, false, "($1).remote_port", false, NULL},
	{"transfer.remote_paths", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).remote_paths #)", false, NULL},
	{"transfer.remote_path_class", ESQL_TYPE_KEYWORD, true, "@esql_stored(@path_classes(($1).remote_paths) #)", false, NULL},
	{"transfer.other_hosts", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).other_hosts #)", false, NULL},
	{"transfer.other_outside", ESQL_TYPE_KEYWORD, true, "@esql_stored(@outside_hosts(($1).other_hosts, $2) #)", true, NULL},
	{"transfer.helper", ESQL_TYPE_KEYWORD, false, "(($1).helper #)", false, NULL},
	{"transfer.options", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).options #)", false, NULL},
	{"transfer.template", ESQL_TYPE_KEYWORD, false, "(($1).template #)", false, NULL},
	{"transfer.not_understood", ESQL_TYPE_KEYWORD, true, "@esql_stored(($1).not_understood #)", false, NULL},
	{"transfer.host_role", ESQL_TYPE_KEYWORD, false, "(CASE WHEN ($1).utility IS NOT NULL THEN @host_role($2) END #)", true, NULL},
	{"transfer.program", ESQL_TYPE_KEYWORD, true, "@esql_stored(CASE WHEN ($1).utility IS NOT NULL THEN @program_names($3) END #)", false,
	"process.executable"},
	{"transfer.parent", ESQL_TYPE_KEYWORD, true, "@esql_stored(CASE WHEN ($1).utility IS NOT NULL THEN @program_names($3) END #)", false,
	"process.parent.executable"}
};

/* The field's number, or that behind the last. */
static int
field_number(const char *name)
{
	int			number = 0;

	while (number < (int) lengthof(fields) && strcmp(fields[number].name, name) != 0)
		number++;
	return number;
}

bool
esql_is_transfer_field(const char *name)
{
	return field_number(name) < (int) lengthof(fields);
}

/* A field of the source as an argument: as a list if it may be one, null if the source lacks it. */
static EsqlNode *
argument(EsqlResolver *resolver, const char *name, bool multivalued)
{
	EsqlSpan	nowhere = {0, 0};
	EsqlColumn *column = NULL;
	EsqlNode   *node;

	if (esql_has_documents(resolver))
		column = esql_source_column(resolver, name, nowhere);
	else
	{
		ListCell   *cell;

		foreach(cell, resolver->catalog->relations)
		{
			if (esql_find_access(lfirst(cell), name) != NULL)
				column = esql_source_column(resolver, name, nowhere);
		}
	}
	if (column == NULL || column->type != ESQL_TYPE_KEYWORD)
	{
		node = esql_const_null(ESQL_TYPE_KEYWORD, nowhere);
		node->multivalued = multivalued;
		return node;
	}
	node = esql_column_node(column, nowhere);
	return multivalued ? esql_to_list(node) : node;
}

/*
 * The arguments in their order, which the field process.args does not keep: as a
 * field it is a set.  Null if no relation has an array of them.
 */
static EsqlNode *
ordered_arguments(EsqlResolver *resolver)
{
	EsqlNode   *node = argument(resolver, "process.args", true);
	EsqlColumn *column;
	bool		found = false;
	ListCell   *cell;

	if (node->kind != ESQL_NODE_COLUMN)
		return node;
	column = esql_new_column(resolver->plan, "(process.args)", node);
	column->collation = ESQL_COLLATION_C;
	foreach(cell, node->column->accesses)
	{
		EsqlAccess *access = NULL;

		if (lfirst(cell) != NULL && ((EsqlAccess *) lfirst(cell))->array)
		{
			access = palloc(sizeof(EsqlAccess));
			*access = *(EsqlAccess *) lfirst(cell);
			access->in_order = found = true;
		}
		column->accesses = lappend(column->accesses, access);
	}
	if (found)
		return esql_column_node(column, node->span);
	node = esql_const_null(ESQL_TYPE_KEYWORD, node->span);
	node->multivalued = true;
	return node;
}

/* The row value. */
static EsqlNode *
row_node(EsqlResolver *resolver, EsqlNode *line)
{
	EsqlNode  **args = palloc(3 * sizeof(EsqlNode *));
	EsqlNode   *executable = argument(resolver, "process.executable", false);
	bool		several = line->multivalued || executable->multivalued;

	args[0] = several ? esql_to_list(line) : line;
	args[1] = ordered_arguments(resolver);
	args[2] = several ? esql_to_list(executable) : executable;
	return esql_call(several ? "@transfer_of($1, $2, $3)" : "@@transfer_command($1, $2, $3)",
					 ESQL_TYPE_SOURCE, false, line->span, 3, args);
}

/* What an event calls its host: host.name, or else host.hostname, or the agent that is there. */
static EsqlNode *
host_node(EsqlResolver *resolver)
{
	static const char *const names[] = {"host.name", "host.hostname", "agent.id"};
	EsqlNode  **args = palloc(lengthof(names) * sizeof(EsqlNode *));
	int			count = 0;

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		EsqlNode   *node = argument(resolver, names[i], false);

		if (node->kind == ESQL_NODE_COLUMN)
			args[count++] = esql_to_single(node);
	}
	if (count == 0)
		return argument(resolver, names[0], false);
	return esql_call("coalesce($*)", ESQL_TYPE_KEYWORD, false, args[0]->span, count, args);
}

/* The two stages; NULL if the source has no command lines. */
static EsqlTransfer *
begin_transfer(EsqlResolver *resolver)
{
	EsqlSpan	from = ((EsqlStage *) linitial(resolver->plan->stages))->span;
	EsqlTransfer *transfer;
	EsqlNode   *line = argument(resolver, "process.command_line", false);
	EsqlNode   *row;

	if (line->kind != ESQL_NODE_COLUMN)
		return NULL;
	transfer = palloc0(sizeof(EsqlTransfer));
	row = row_node(resolver, line);
	transfer->row = esql_new_column(resolver->plan, "(transfer)", row);
	transfer->host = host_node(resolver);
	transfer->compute = esql_new_stage(resolver->context, ESQL_STAGE_EVAL, from, "FROM, transfer");
	transfer->compute->fence = true;
	transfer->compute->outputs = list_make1(esql_new_output(transfer->row, row));
	transfer->take_apart = esql_new_stage(resolver->context, ESQL_STAGE_EVAL, from, "FROM, transfer.*");
	return transfer;
}

/* Does one of the fields ask for the fleet?  Then they are computed once as well. */
static bool
asks_fleet(const List *outputs)
{
	ListCell   *cell;

	foreach(cell, outputs)
	{
		if (fields[field_number(((EsqlOutput *) lfirst(cell))->column->name)].asks_fleet)
			return true;
	}
	return false;
}

/*
 * The column of a field of transfers; NULL if it is none, or if a relation has a
 * column of that name.
 */
EsqlColumn *
esql_transfer_column(EsqlResolver *resolver, const char *name, EsqlSpan span)
{
	EsqlPlan   *plan = resolver->plan;
	EsqlNode  **args;
	EsqlNode   *node;
	EsqlColumn *column;
	ListCell   *cell;
	int			number = field_number(name);

	if (number == (int) lengthof(fields) || resolver->catalog->relations == NIL)
		return NULL;
	foreach(cell, resolver->catalog->relations)
	{
		if (esql_find_access(lfirst(cell), name) != NULL)
			return NULL;
	}
	if (plan->transfer == NULL)
		plan->transfer = begin_transfer(resolver);
	if (plan->transfer == NULL)
		return NULL;
	foreach(cell, plan->transfer->take_apart->outputs)
	{
		column = ((EsqlOutput *) lfirst(cell))->column;
		if (strcmp(column->name, name) == 0)
			return column;
	}
	args = palloc(3 * sizeof(EsqlNode *));
	args[0] = esql_column_node(plan->transfer->row, span);
	args[1] = plan->transfer->host;
	args[2] = fields[number].reads == NULL ? NULL : argument(resolver, fields[number].reads, true);
	node = esql_call(fields[number].sql, fields[number].type, false, span, args[2] == NULL ? 2 : 3, args);
	node->multivalued = fields[number].multivalued;
	column = esql_new_column(plan, name, node);
	plan->transfer->take_apart->outputs = lappend(plan->transfer->take_apart->outputs,
												  esql_new_output(column, node));
	plan->transfer->take_apart->fence = asks_fleet(plan->transfer->take_apart->outputs);
	return column;
}

/* Offer the names of the fields to a search for the nearest. */
void
esql_suggest_transfer(EsqlNearest *nearest)
{
	for (int i = 0; i < (int) lengthof(fields); i++)
		esql_nearest_offer(nearest, fields[i].name);
}

static bool
reads_order(const List *order, const EsqlStage *made)
{
	ListCell   *cell;

	foreach(cell, order)
	{
		if (esql_reads_stage(((EsqlOrder *) lfirst(cell))->node, made))
			return true;
	}
	return false;
}

static bool
makes(const EsqlStage *made, const EsqlColumn *column)
{
	EsqlSpan	nowhere = {0, 0};

	return esql_reads_stage(esql_column_node((EsqlColumn *) column, nowhere), made);
}

/* Does the stage read what another makes? */
static bool
reads(const EsqlStage *stage, const EsqlStage *made)
{
	ListCell   *cell;

	foreach(cell, stage->conditions)
	{
		if (esql_reads_stage(lfirst(cell), made))
			return true;
	}
	foreach(cell, stage->outputs)
	{
		if (esql_reads_stage(((EsqlOutput *) lfirst(cell))->node, made))
			return true;
	}
	foreach(cell, stage->keys)
	{
		if (makes(made, lfirst(cell)))
			return true;
	}
	return reads_order(stage->order, made);
}

/* Split a WHERE: the conditions that do not read what another stage makes go into one of their own, or NULL. */
static EsqlStage *
split_where(EsqlStage *stage, const EsqlStage *made)
{
	EsqlStage  *plain;
	List	   *rest = NIL;
	ListCell   *cell;

	if (stage->kind != ESQL_STAGE_WHERE)
		return NULL;
	plain = palloc(sizeof(EsqlStage));
	*plain = *stage;
	plain->conditions = NIL;
	foreach(cell, stage->conditions)
	{
		if (esql_reads_stage(lfirst(cell), made))
			rest = lappend(rest, lfirst(cell));
		else
			plain->conditions = lappend(plain->conditions, lfirst(cell));
	}
	if (plain->conditions == NIL)
		return NULL;
	stage->conditions = rest;
	return plain;
}

/*
 * Fields that a WHERE does not read are made behind it, for the rows that are left: most
 * rules choose by the utility, and few processes are transfers.  Returns the stage
 * that makes them, or NULL.
 */
static EsqlStage *
split_fields(EsqlStage *made, const EsqlStage *where)
{
	EsqlStage  *behind = palloc(sizeof(EsqlStage));
	List	   *before = NIL;
	ListCell   *cell;

	if (where->kind != ESQL_STAGE_WHERE)
		return NULL;
	*behind = *made;
	behind->outputs = NIL;
	foreach(cell, made->outputs)
	{
		EsqlStage	alone = {.outputs = list_make1(lfirst(cell))};

		if (reads(where, &alone))
			before = lappend(before, lfirst(cell));
		else
			behind->outputs = lappend(behind->outputs, lfirst(cell));
	}
	if (behind->outputs == NIL)
		return NULL;
	made->outputs = before;
	made->fence = asks_fleet(before);
	behind->fence = asks_fleet(behind->outputs);
	return behind;
}

/*
 * Put the two stages into a plan that is whole otherwise.  Numbers of stages that
 * the plan remembers move along.
 */
void
esql_place_transfer(EsqlPlan *plan)
{
	EsqlTransfer *transfer = plan->transfer;
	EsqlStage  *plain = NULL;
	EsqlStage  *behind = NULL;
	int			place = 1;
	int			added = 2;

	if (transfer == NULL)
		return;
	while (place < list_length(plan->stages) && !reads(list_nth(plan->stages, place), transfer->take_apart))
		place++;
	if (place < list_length(plan->stages))
	{
		EsqlStage  *reader = list_nth(plan->stages, place);

		plain = split_where(reader, transfer->take_apart);
		behind = split_fields(transfer->take_apart, reader);
	}
	if (behind != NULL)
	{
		plan->stages = list_insert_nth(plan->stages, place + 1, behind);
		plan->hidden.stage += plan->hidden.stage > place;
		plan->hidden.tested += plan->hidden.tested > place;
	}
	plan->stages = list_insert_nth(plan->stages, place, transfer->take_apart);
	plan->stages = list_insert_nth(plan->stages, place, transfer->compute);
	if (plain != NULL)
	{
		plan->stages = list_insert_nth(plan->stages, place, plain);
		added++;
	}
	if (plan->hidden.stage >= place)
		plan->hidden.stage += added;
	if (plan->hidden.tested >= place)
		plan->hidden.tested += added;
}
