/*
 * once.c
 *		What is computed once a row, though the query reads it often.
 *
 * PostgreSQL folds the SELECTs of a plan into one, and writes an expression of
 * EVAL wherever its column is read.  That is best where the column is read once,
 * since a row that an earlier condition refuses never has it computed.  But
 *
 *		EVAL l = TO_LOWER(user_agent.original) | WHERE l LIKE "nikto*" OR l LIKE ...
 *
 * would make the letters small once for each LIKE, which are dozens in published
 * rules.  So a pass over the finished plan counts how often each column is read,
 * and where repeating it costs more than handing it on it fences the stage: PostgreSQL
 * does not fold that one.
 *
 * A fence also keeps conditions above it.  Those that do not read what the stage
 * makes are put below it, where they are cheap, and may use an index.  Outputs that
 * are not worth a fence get a stage of their own above it, and are still computed
 * only for rows that get that far.  Neither changes which rows there are after the
 * last of the stages: conditions and EVAL look at one row each, and nothing that
 * they do can fail.
 *
 * The fields of a document are likewise read wherever they are named.  A fence right
 * above FROM has those read once that the query names often.  Above the lowest fence
 * the other fields are read from the document itself, which is handed on, so that a row
 * which is refused there has none of them read.  With indexes made for the query, which
 * PostgreSQL knows by its conditions, there is no such fence.
 */
#include "compat.h"

#include "esql/analysis/node.h"
#include "esql/analysis/once.h"
#include "esql/analysis/scope.h"
#include "esql/analysis/single.h"

/* What a fence costs each row, in the units of cost() below: about 20 ns each. */
#define FENCE_COST	20

/* What reading a field of a document costs. */
#define FIELD_COST	5

/* More than any expression is taken to cost. */
#define MOST_COST	10000

/* What the pass knows of a column. */
typedef struct Known
{
	int			reads;			/* times that it is read above, after folding, for each row */
	int			cost;			/* of its expression, all folded in */
} Known;

/* A condition, to be sorted. */
typedef struct Costed
{
	EsqlNode   *node;
	int			place;
	int			cost;
} Costed;

typedef struct Pass
{
	EsqlPlan   *plan;
	Known	   *known;			/* by the column's id */
	bool		filtered;		/* do conditions choose the rows that are read above? */
} Pass;

/* ---------------------------------------------------------------- costs */

/* About what a call costs besides its arguments. */
static int
call_cost(const EsqlNode *node)
{
	if (node->any_letters)
		return 10;
	switch (node->operator)
	{
		case ESQL_OPERATOR_RLIKE:
			return 15;
		case ESQL_OPERATOR_LIKE:
			return 4;
		case ESQL_OPERATOR_NONE:
			return node->sql[0] == '@' ? 10 : 2;
		case ESQL_OPERATOR_DISTINCT_COUNT:
		case ESQL_OPERATOR_DISTINCT_VALUES:
		case ESQL_OPERATOR_AND:
		case ESQL_OPERATOR_OR:
		case ESQL_OPERATOR_EQ:
		case ESQL_OPERATOR_NE:
		case ESQL_OPERATOR_LT:
		case ESQL_OPERATOR_LE:
		case ESQL_OPERATOR_GT:
		case ESQL_OPERATOR_GE:
		case ESQL_OPERATOR_IS_NULL:
		case ESQL_OPERATOR_IS_NOT_NULL:
		case ESQL_OPERATOR_IS_TRUE:
			return 1;
	}
	return 1;
}

/* Is the column a field of a document in some relation? */
static bool
is_in_document(const EsqlColumn *column)
{
	ListCell   *cell;

	foreach(cell, column->accesses)
	{
		const EsqlAccess *access = lfirst(cell);

		if (access != NULL && access->document)
			return true;
	}
	return false;
}

/* About what a row costs, with what the columns cost that are folded in. */
static int
cost(const Pass *pass, const EsqlNode *node)
{
	int			total = 0;

	if (node->kind == ESQL_NODE_COLUMN)
		return is_in_document(node->column) ? FIELD_COST : pass->known[node->column->id].cost;
	for (int i = 0; i < node->nargs && total < MOST_COST; i++)
		total += cost(pass, node->args[i]);
	if (node->kind == ESQL_NODE_MAP)
		total += 100;
	else if (node->kind == ESQL_NODE_CALL)
		total += call_cost(node);
	return Min(total, MOST_COST);
}

/* ---------------------------------------------------------------- reads */

/* The node is read so many times. */
static void
count_reads(Pass *pass, const EsqlNode *node, int times)
{
	if (node->kind == ESQL_NODE_COLUMN)
	{
		Known	   *known = &pass->known[node->column->id];

		known->reads = Min(known->reads + times, MOST_COST);
	}
	for (int i = 0; i < node->nargs; i++)
		count_reads(pass, node->args[i], times);
	if (node->filter != NULL)
		count_reads(pass, node->filter, times);
}

static void
count_column(Pass *pass, EsqlColumn *column)
{
	EsqlSpan	nowhere = {0, 0};

	count_reads(pass, esql_column_node(column, nowhere), 1);
}

static void
count_orders(Pass *pass, List *order)
{
	ListCell   *cell;

	foreach(cell, order)
		count_reads(pass, ((EsqlOrder *) lfirst(cell))->node, 1);
}

/* Whatever is above, PostgreSQL computes the stage's rows by themselves. */
static bool
is_boundary(const EsqlStage *stage)
{
	return (stage->kind != ESQL_STAGE_WHERE && stage->kind != ESQL_STAGE_EVAL) || stage->fence;
}

/* No column is read more often than so. */
static void
limit_reads(Pass *pass, int most)
{
	for (int i = 0; i < list_length(pass->plan->columns); i++)
		pass->known[i].reads = Min(pass->known[i].reads, most);
}

/*
 * What conditions read.  Few rows get past them, so what is read above does not count.
 * Nor do several conditions read for the same row, as a rule: the first refuses it.
 */
static void
count_conditions(Pass *pass, List *conditions)
{
	Size		size = list_length(pass->plan->columns) * sizeof(Known);
	Known	   *above = palloc(size);
	ListCell   *cell;

	if (!pass->filtered)
		limit_reads(pass, 0);
	pass->filtered = true;
	foreach(cell, conditions)
	{
		memcpy(above, pass->known, size);
		limit_reads(pass, 0);
		count_reads(pass, lfirst(cell), 1);
		for (int i = 0; i < list_length(pass->plan->columns); i++)
			pass->known[i].reads = Max(pass->known[i].reads, above[i].reads);
	}
}

/* What the stage reads, when the stages above it have been counted. */
static void
count_stage(Pass *pass, const EsqlStage *stage)
{
	bool		boundary = is_boundary(stage);
	ListCell   *cell;

	if (boundary)
	{
		limit_reads(pass, 1);
		pass->filtered = false;
	}
	if (stage->conditions != NIL)
		count_conditions(pass, stage->conditions);
	foreach(cell, stage->outputs)
	{
		const EsqlOutput *output = lfirst(cell);

		count_reads(pass, output->node, boundary ? 1 : pass->known[output->column->id].reads);
	}
	foreach(cell, stage->keys)
		count_column(pass, lfirst(cell));
	foreach(cell, stage->each)
		count_reads(pass, lfirst(cell), 1);
	count_orders(pass, stage->order);
}

/* ---------------------------------------------------------------- fences */

/* What repeating the output costs. */
static int
repeated(const Pass *pass, const EsqlOutput *output)
{
	int			reads = pass->known[output->column->id].reads;
	int			once = cost(pass, output->node);

	return reads < 2 ? 0 : Min((reads - 1) * once, MOST_COST);
}

/* Put a stage into the plan.  Numbers of stages that the plan remembers move along. */
static void
insert_stage(EsqlPlan *plan, int place, EsqlStage *stage)
{
	plan->stages = list_insert_nth(plan->stages, place, stage);
	if (plan->hidden.stage >= place)
		plan->hidden.stage++;
	if (plan->hidden.tested >= place)
		plan->hidden.tested++;
}

/* Does the node read one of the columns? */
static bool
reads_one_of(const EsqlNode *node, const List *columns)
{
	List	   *read = NIL;
	ListCell   *cell;

	esql_collect_columns(node, &read);
	foreach(cell, read)
	{
		if (list_member_ptr(columns, lfirst(cell)))
			return true;
	}
	return false;
}

/* The columns and those that a stage makes. */
static List *
add_made(List *columns, const EsqlStage *stage)
{
	ListCell   *cell;

	foreach(cell, stage->outputs)
		columns = lappend(columns, ((EsqlOutput *) lfirst(cell))->column);
	return columns;
}

/* Take the conditions out of a WHERE that read none of the columns. */
static List *
take_conditions(EsqlStage *where, const List *columns)
{
	List	   *taken = NIL;
	List	   *rest = NIL;
	ListCell   *cell;

	foreach(cell, where->conditions)
	{
		if (reads_one_of(lfirst(cell), columns))
			rest = lappend(rest, lfirst(cell));
		else
			taken = lappend(taken, lfirst(cell));
	}
	where->conditions = rest;
	return taken;
}

/*
 * Put conditions below the stage that do not read what it makes, or what is made
 * between; or the columns that are there already, for whose sake it is.  Those that
 * leave out what exceptions fit stay: the rows before them are counted.
 */
static void
sink_conditions(EsqlPlan *plan, int place, List *columns)
{
	List	   *made = add_made(columns, list_nth(plan->stages, place));
	List	   *sunk = NIL;
	EsqlStage  *below = list_nth(plan->stages, place - 1);
	EsqlStage  *own = NULL;

	for (int i = place + 1; i < list_length(plan->stages); i++)
	{
		EsqlStage  *stage = list_nth(plan->stages, i);

		if ((stage->kind != ESQL_STAGE_WHERE && stage->kind != ESQL_STAGE_EVAL) ||
			(plan->hidden.tested >= 0 && i > plan->hidden.tested))
			break;
		made = add_made(made, stage);
		if (stage->kind != ESQL_STAGE_WHERE)
			continue;
		own = own == NULL ? stage : own;
		sunk = list_concat(sunk, take_conditions(stage, made));
	}
	if (sunk == NIL)
		return;
	if (below->kind == ESQL_STAGE_WHERE)
	{
		below->conditions = list_concat(below->conditions, sunk);
		return;
	}
	below = palloc(sizeof(EsqlStage));
	*below = *own;
	below->conditions = sunk;
	insert_stage(plan, place, below);
}

/* The cheapest first; those that cost the same stay as they are. */
static int
compare_costs(const ListCell *a, const ListCell *b)
{
	const Costed *left = lfirst(a);
	const Costed *right = lfirst(b);

	if (left->cost != right->cost)
		return left->cost - right->cost;
	return left->place - right->place;
}

/* Put the conditions of a WHERE into the order of their costs. */
static void
order_conditions(const Pass *pass, EsqlStage *stage)
{
	List	   *costed = NIL;
	ListCell   *cell;

	foreach(cell, stage->conditions)
	{
		Costed	   *condition = palloc(sizeof(Costed));

		condition->node = lfirst(cell);
		condition->place = foreach_current_index(cell);
		condition->cost = cost(pass, condition->node);
		costed = lappend(costed, condition);
	}
	list_sort(costed, compare_costs);
	stage->conditions = NIL;
	foreach(cell, costed)
		stage->conditions = lappend(stage->conditions, ((Costed *) lfirst(cell))->node);
}

/* Give outputs that are not worth a fence a stage of their own above it. */
static void
part_outputs(Pass *pass, int place)
{
	EsqlStage  *stage = list_nth(pass->plan->stages, place);
	EsqlStage  *rest = palloc(sizeof(EsqlStage));
	List	   *worth = NIL;
	ListCell   *cell;

	*rest = *stage;
	rest->outputs = NIL;
	rest->fence = false;
	foreach(cell, stage->outputs)
	{
		if (repeated(pass, lfirst(cell)) > 0)
			worth = lappend(worth, lfirst(cell));
		else
			rest->outputs = lappend(rest->outputs, lfirst(cell));
	}
	stage->outputs = worth;
	if (rest->outputs == NIL)
		return;
	insert_stage(pass->plan, place + 1, rest);
	count_stage(pass, rest);
}

/* Fence the stage if its outputs are worth it. */
static void
choose_fence(const Pass *pass, EsqlStage *stage)
{
	int			total = 0;
	ListCell   *cell;

	if (stage->kind != ESQL_STAGE_EVAL || stage->fence)
		return;
	foreach(cell, stage->outputs)
		total = Min(total + repeated(pass, lfirst(cell)), MOST_COST);
	stage->fence = total >= FENCE_COST;
}

/* The one relation whose documents the fields are read from, if it may have fences; or NULL. */
static const EsqlRelation *
only_documents(const EsqlPlan *plan)
{
	const List *relations = plan->after_from == NULL ? NIL : plan->after_from->catalog->relations;
	const EsqlRelation *relation = list_length(relations) == 1 ? linitial(relations) : NULL;

	if (relation == NULL || relation->document == NULL || relation->home != ESQL_HOME_LOCAL || relation->shards != NIL)
		return NULL;
	return relation;
}

/*
 * A fence right above FROM, if fields of documents are read so often that it is worth
 * it.  The columns of these, if so.
 */
static List *
fence_source(Pass *pass)
{
	const EsqlRelation *relation = only_documents(pass->plan);
	EsqlStage  *fence;
	List	   *often = NIL;
	int			total = 0;
	ListCell   *cell;

	if (relation == NULL || relation->conditions)
		return NIL;
	foreach(cell, pass->plan->columns)
	{
		EsqlColumn *column = lfirst(cell);
		int			reads = pass->known[column->id].reads;

		if (!is_in_document(column) || reads < 2)
			continue;
		often = lappend(often, column);
		total += (reads - 1) * FIELD_COST;
	}
	if (total < FENCE_COST)
		return NIL;
	fence = palloc(sizeof(EsqlStage));
	*fence = *(EsqlStage *) linitial(pass->plan->stages);
	fence->kind = ESQL_STAGE_EVAL;
	fence->command = "FROM, fields that are read often";
	fence->fence = true;
	insert_stage(pass->plan, 1, fence);
	sink_conditions(pass->plan, 1, list_copy(often));
	return often;
}

/* The columns that the stages up to a number read. */
static List *
columns_read(const EsqlPlan *plan, int number)
{
	List	   *columns = NIL;

	for (int i = 1; i <= number; i++)
	{
		const EsqlStage *stage = list_nth(plan->stages, i);
		ListCell   *cell;

		foreach(cell, stage->conditions)
			esql_collect_columns(lfirst(cell), &columns);
		foreach(cell, stage->outputs)
			esql_collect_columns(((EsqlOutput *) lfirst(cell))->node, &columns);
	}
	return columns;
}

/* Read the fields that nothing below the lowest fence asks for above it. */
static void
read_late(Pass *pass, List *often)
{
	EsqlPlan   *plan = pass->plan;
	EsqlNode	shape = {.type = ESQL_TYPE_SOURCE};
	EsqlStage  *late;
	List	   *early;
	int			number = 1;
	ListCell   *cell;

	while (number < list_length(plan->stages) && !is_boundary(list_nth(plan->stages, number)))
		number++;
	if (only_documents(plan) == NULL || number >= list_length(plan->stages) ||
		((EsqlStage *) list_nth(plan->stages, number))->kind != ESQL_STAGE_EVAL)
		return;
	late = palloc(sizeof(EsqlStage));
	*late = *(EsqlStage *) linitial(plan->stages);
	late->kind = ESQL_STAGE_EVAL;
	late->command = "FROM, other fields";
	early = list_concat(columns_read(plan, number), often);
	foreach(cell, plan->columns)
	{
		EsqlColumn *column = lfirst(cell);

		if (is_in_document(column) && column != plan->window && column != plan->fallback &&
			!list_member_ptr(early, column))
			late->fields = lappend(late->fields, column);
	}
	if (late->fields == NIL)
		return;
	late->document = esql_new_column(plan, "(document)", &shape);
	late->document->metadata = ESQL_METADATA_SOURCE;
	insert_stage(plan, number + 1, late);
}

/* What the columns cost that each stage makes, from the bottom up. */
static void
find_costs(Pass *pass)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, pass->plan->stages)
	{
		const EsqlStage *stage = lfirst(cell);

		foreach(inner, stage->outputs)
		{
			const EsqlOutput *output = lfirst(inner);

			pass->known[output->column->id].cost = is_boundary(stage) ? 0 : cost(pass, output->node);
		}
	}
}

/* Fence what is worth it, in a plan that is whole otherwise. */
void
esql_compute_once(EsqlPlan *plan)
{
	Pass		pass = {.plan = plan};
	ListCell   *cell;

	esql_add_singles(plan);
	pass.known = palloc0((list_length(plan->columns) + 1) * sizeof(Known));
	find_costs(&pass);
	foreach(cell, plan->visible)
		count_column(&pass, ((EsqlVisible *) lfirst(cell))->column);
	foreach(cell, plan->end_reads)
		count_column(&pass, lfirst(cell));
	count_orders(&pass, plan->order);
	for (int i = list_length(plan->stages) - 1; i > 0; i--)
	{
		EsqlStage  *stage = list_nth(plan->stages, i);
		bool		fenced = stage->fence;

		choose_fence(&pass, stage);
		fenced = stage->fence && !fenced;
		if (fenced)
			part_outputs(&pass, i);
		count_stage(&pass, stage);
		if (fenced)
			sink_conditions(plan, i, NIL);
	}
	read_late(&pass, fence_source(&pass));
	foreach(cell, plan->stages)
	{
		if (((EsqlStage *) lfirst(cell))->kind == ESQL_STAGE_WHERE)
			order_conditions(&pass, lfirst(cell));
	}
}
