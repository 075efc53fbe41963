/*
 * kept_plan.c
 *		Plans of a rule's SQL that are kept for the session.
 *
 * A rule that runs every hour has the same SQL each time, but for the window.  So the
 * window's bounds are parameters ($1 and so on), and a session keeps what PostgreSQL has
 * made of the text, from its second time on: parsed and analyzed in any case, and planned if
 * one plan serves for all windows.
 *
 * What is found here is found by the whole text of the SQL, which says what the catalogs and
 * tables say now: it is written anew, or was kept for as long as they say the same (kept_rule.c).  The rest is PostgreSQL's plan cache: it
 * makes anew what depends on a relation, index, view, function, policy, role or search_path
 * that has changed.
 *
 * A plan for all windows (generic) is worse than one for a certain window where that
 * leaves partitions out, can prove that a partial index serves, or is so wide that an
 * index does not pay.  So the planner is asked for both, and the generic one is used while
 * both have the same shape: the same nodes over the same relations and indexes.  That is
 * looked at again now and then, when the plan was made anew, and for wider windows.
 * Else each window is planned, as ever.
 */
#include "compat.h"

#include "executor/spi.h"
#include "nodes/plannodes.h"
#include "parser/parse_param.h"
#include "parser/parsetree.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

#include "detect/kept_plan.h"

/* At most so many texts are kept, and the one that was not used for longest makes room. */
#define MOST_PLANS		32

/* So often a plan is used before its shape is looked at again. */
#define USES_OF_SHAPE	64

typedef struct KeptPlan
{
	char	   *sql;			/* NULL: there is none */
	uint64		used;			/* when, on a clock that counts uses */
	SPIPlanPtr	custom;			/* planned for each window; NULL so far */
	SPIPlanPtr	generic;		/* planned once; NULL so far */
	bool		same_shape;		/* of both plans, when that was looked at */
	int64		width;			/* of the widest window for which it was */
	int			uses;			/* since then */
	int			generation;		/* of the generic plan then */
} KeptPlan;

static KeptPlan kept[MOST_PLANS];
static uint64 clock_of_uses = 0;

static bool same_shape(const PlannedStmt *one, const Plan *a, const PlannedStmt *other, const Plan *b);

static bool
same_shapes(const PlannedStmt *one, const List *a, const PlannedStmt *other, const List *b)
{
	ListCell   *left;
	ListCell   *right;

	if (list_length(a) != list_length(b))
		return false;
	forboth(left, a, right, b)
	{
		if (!same_shape(one, lfirst(left), other, lfirst(right)))
			return false;
	}
	return true;
}

/* The table that a node scans, or InvalidOid. */
static Oid
scanned_relation(const PlannedStmt *statement, const Plan *plan)
{
	Index		number;

	if (!IsA(plan, SeqScan) && !IsA(plan, BitmapHeapScan) && !IsA(plan, TidScan) && !IsA(plan, TidRangeScan))
		return InvalidOid;
	number = ((const Scan *) plan)->scanrelid;
	return number == 0 ? InvalidOid : rt_fetch(number, statement->rtable)->relid;
}

/* The index that a node scans, or InvalidOid. */
static Oid
scanned_index(const Plan *plan)
{
	if (IsA(plan, IndexScan))
		return ((const IndexScan *) plan)->indexid;
	if (IsA(plan, IndexOnlyScan))
		return ((const IndexOnlyScan *) plan)->indexid;
	if (IsA(plan, BitmapIndexScan))
		return ((const BitmapIndexScan *) plan)->indexid;
	return InvalidOid;
}

/* The plans below a node that has more than two, or another kind of them. */
static List *
further_plans(const Plan *plan)
{
	if (IsA(plan, Append))
		return ((const Append *) plan)->appendplans;
	if (IsA(plan, MergeAppend))
		return ((const MergeAppend *) plan)->mergeplans;
	if (IsA(plan, BitmapAnd))
		return ((const BitmapAnd *) plan)->bitmapplans;
	if (IsA(plan, BitmapOr))
		return ((const BitmapOr *) plan)->bitmapplans;
	if (IsA(plan, SubqueryScan))
		return list_make1(((const SubqueryScan *) plan)->subplan);
	return NIL;
}

/*
 * Have both plans the same nodes, over the same relations and indexes?  What is sent to
 * others depends on the values.
 */
static bool
same_shape(const PlannedStmt *one, const Plan *a, const PlannedStmt *other, const Plan *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return nodeTag(a) == nodeTag(b) && a->parallel_aware == b->parallel_aware &&
		!IsA(a, ForeignScan) && !IsA(a, CustomScan) &&
		scanned_relation(one, a) == scanned_relation(other, b) && scanned_index(a) == scanned_index(b) &&
		same_shapes(one, further_plans(a), other, further_plans(b)) &&
		same_shape(one, a->lefttree, other, b->lefttree) && same_shape(one, a->righttree, other, b->righttree);
}

/* Tell the parser of the parameters' types. */
static void
set_up_parser(ParseState *state, void *arg)
{
	const TdParameters *parameters = arg;

	setup_parse_fixed_parameters(state, parameters->types, parameters->count);
}

static ParamListInfo
parameter_list(const TdParameters *parameters)
{
	ParamListInfo list = makeParamList(parameters->count);

	list->parserSetup = (ParserSetupHook) set_up_parser;
	list->parserSetupArg = unconstify(TdParameters *, parameters);

	for (int i = 0; i < parameters->count; i++)
	{
		list->params[i].value = parameters->values[i];
		list->params[i].isnull = false;
		list->params[i].pflags = PARAM_FLAG_CONST;
		list->params[i].ptype = parameters->types[i];
	}
	return list;
}

static SPIPlanPtr
prepare(const char *sql, const TdParameters *parameters, int option)
{
	Oid			types[TD_MOST_PARAMETERS];
	SPIPlanPtr	plan;

	memcpy(types, parameters->types, sizeof(types));
	plan = SPI_prepare_cursor(sql, parameters->count, types, CURSOR_OPT_PARALLEL_OK | option);
	if (plan == NULL)
		elog(ERROR, "could not prepare the query: %s", SPI_result_code_string(SPI_result));
	return plan;
}

static CachedPlanSource *
plan_source(SPIPlanPtr plan)
{
	return linitial(SPI_plan_get_plan_sources(plan));
}

/* Do the planner's two plans have the same shape? */
static bool
shapes_agree(const KeptPlan *entry, ParamListInfo parameters)
{
	CachedPlan *custom = GetCachedPlan(plan_source(entry->custom), parameters, CurrentResourceOwner, NULL);
	CachedPlan *generic = GetCachedPlan(plan_source(entry->generic), parameters, CurrentResourceOwner, NULL);
	const PlannedStmt *one = linitial(custom->stmt_list);
	const PlannedStmt *other = linitial(generic->stmt_list);
	bool		agree = same_shape(one, one->planTree, other, other->planTree) &&
		same_shapes(one, one->subplans, other, other->subplans);

	ReleaseCachedPlan(generic, CurrentResourceOwner);
	ReleaseCachedPlan(custom, CurrentResourceOwner);
	return agree;
}

/* A plan that is kept. */
static SPIPlanPtr
prepare_kept(const char *sql, const TdParameters *parameters, int option)
{
	SPIPlanPtr	plan = prepare(sql, parameters, option);

	SPI_keepplan(plan);
	return plan;
}

/* The plan to use for this window. */
static SPIPlanPtr
choose_plan(KeptPlan *entry, const char *sql, const TdParameters *parameters, ParamListInfo list)
{
	CachedPlanSource *source;

	if (entry->custom == NULL)
		entry->custom = prepare_kept(sql, parameters, CURSOR_OPT_CUSTOM_PLAN);
	if (entry->generic == NULL)
	{
		entry->generic = prepare_kept(sql, parameters, CURSOR_OPT_GENERIC_PLAN);
		entry->uses = USES_OF_SHAPE;
	}
	source = plan_source(entry->generic);
	ReleaseCachedPlan(GetCachedPlan(source, list, CurrentResourceOwner, NULL), CurrentResourceOwner);
	if (++entry->uses > USES_OF_SHAPE || entry->generation != source->generation ||
		(entry->same_shape && parameters->width > entry->width))
	{
		entry->same_shape = shapes_agree(entry, list);
		entry->width = parameters->width;
		entry->uses = 0;
		entry->generation = source->generation;
	}
	return entry->same_shape ? entry->generic : entry->custom;
}

static void
forget(KeptPlan *entry)
{
	KeptPlan	old = *entry;

	memset(entry, 0, sizeof(KeptPlan));
	if (old.sql == NULL)
		return;
	pfree(old.sql);
	if (old.custom != NULL)
		SPI_freeplan(old.custom);
	if (old.generic != NULL)
		SPI_freeplan(old.generic);
}

/* What is kept of a text, if need be from now on. */
static KeptPlan *
keep(const char *sql, bool *found)
{
	KeptPlan   *entry = &kept[0];
	char	   *copy;

	*found = true;
	for (int i = 0; i < MOST_PLANS; i++)
	{
		if (kept[i].sql != NULL && strcmp(kept[i].sql, sql) == 0)
			return &kept[i];
		if (kept[i].used < entry->used)
			entry = &kept[i];
	}
	*found = false;
	copy = MemoryContextStrdup(TopMemoryContext, sql);
	forget(entry);
	entry->sql = copy;
	return entry;
}

/*
 * Run a SELECT with parameters, and hand its rows to the sink.  A text that comes for the
 * first time is planned for its window, and nothing of that is kept: it may not come again,
 * as in a session that runs a rule once.
 *
 * A view may call functions that evaluate rules themselves, and these must not take the
 * place of a plan that is being run.  So they keep none.
 */
void
td_execute_kept(const char *sql, const TdParameters *parameters, TdRowSink sink, void *arg)
{
	static bool running = false;
	ParamListInfo list = parameter_list(parameters);
	bool		found;
	KeptPlan   *entry;

	if (running)
	{
		td_execute(sql, NULL, list, sink, arg);
		return;
	}
	running = true;
	PG_TRY();
	{
		entry = keep(sql, &found);
		entry->used = ++clock_of_uses;
		td_execute(sql, found ? choose_plan(entry, sql, parameters, list) : NULL, list, sink, arg);
	}
	PG_FINALLY();
	{
		running = false;
	}
	PG_END_TRY();
}
