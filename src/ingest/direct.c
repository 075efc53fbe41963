/*
 * direct.c
 *		Rows into the partitions of events as COPY inserts them: many heap tuples
 *		at a time, with one write-ahead log record a page, and no plan.
 *
 * Before inserting, a look-up in the partition's unique index on (timestamp,
 * document_key) finds documents that are there already.  Another session may
 * insert the same document at the same time.  Then the index makes this one wait
 * for the other's end and fail with a unique violation, and the caller tries
 * again by SQL.  The look-up tells the caller no more than ON CONFLICT DO
 * NOTHING would, so that it needs no right to read.
 *
 * The rows come sorted by time and key.  So partitions come one after the other,
 * equal documents side by side, and index entries from left to right.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/tupconvert.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "nodes/readfuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "ingest/ingest.h"

/* Tuples inserted together. */
#define BUFFERED	64

/* A partition that rows go to. */
typedef struct Target
{
	ResultRelInfo *info;
	TupleConversionMap *map;	/* from the root's columns, or NULL */
	TupleTableSlot *slots[BUFFERED];
	int			nslots;
	/* look-up of documents; scan is NULL if the index for it is missing */
	IndexScanDesc scan;
	ScanKeyData keys[2];
	int			time_key;		/* which of the keys is the time */
	TupleTableSlot *found;
	struct Target *next;
} Target;

typedef struct Direct
{
	IngestRun  *run;
	EState	   *estate;
	ModifyTableState *state;
	ResultRelInfo *root;
	PartitionTupleRouting *routing;
	AttrNumber	attnums[INGEST_COLUMNS];
	AttrNumber	arrived;		/* filled with the number of the transaction, or invalid */
	TupleTableSlot *slot;		/* a row in the root's columns */
	Snapshot	snapshot;		/* for look-ups */
	Target	   *targets;		/* the one used last stands first */
} Direct;

/*
 * The column that gets the number of the transaction that brings a row: its
 * default is pg_current_xact_id()::text::bigint.  Invalid if there is none.
 */
static AttrNumber
find_arrived(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);
	AttrNumber	attnum = get_attnum(RelationGetRelid(rel), "arrived");

	if (attnum <= 0 || TupleDescAttr(desc, attnum - 1)->atttypid != INT8OID ||
		TupleDescAttr(desc, attnum - 1)->attgenerated != '\0' || desc->constr == NULL)
		return InvalidAttrNumber;
	for (int i = 0; i < desc->constr->num_defval; i++)
	{
		Node	   *node;

		if (desc->constr->defval[i].adnum != attnum)
			continue;
		node = stringToNode(desc->constr->defval[i].adbin);
		while (IsA(node, CoerceViaIO))
			node = (Node *) ((CoerceViaIO *) node)->arg;
		if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_PG_CURRENT_XACT_ID)
			return attnum;
	}
	return InvalidAttrNumber;
}

/*
 * Whether a relation has columns that neither come from the row nor are the
 * number of its arrival.
 */
static bool
computes_columns(Relation rel, const AttrNumber *ours)
{
	TupleDesc	desc = RelationGetDescr(rel);
	AttrNumber	arrived = find_arrived(rel);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		bool		known = attribute->attnum == arrived;

		if (attribute->attisdropped)
			continue;
		for (int j = 0; j < INGEST_COLUMNS; j++)
			known = known || ours[j] == attribute->attnum;
		if (attribute->attgenerated != '\0' || attribute->attidentity != '\0' ||
			(!known && attribute->atthasdef))
			return true;
	}
	return false;
}

/*
 * Find our columns; false if one is missing or has another type.
 */
static bool
find_columns(Relation rel, AttrNumber *attnums)
{
	for (int i = 0; i < INGEST_COLUMNS; i++)
	{
		attnums[i] = get_attnum(RelationGetRelid(rel), ingest_column_name(i));
		if (attnums[i] == InvalidAttrNumber ||
			TupleDescAttr(RelationGetDescr(rel), attnums[i] - 1)->atttypid != ingest_column_type(i))
			return false;
	}
	return true;
}

/*
 * Whether events has nothing that takes effect in SQL only, such as triggers.
 */
bool
ingest_may_go_direct(IngestRun *run)
{
	Relation	rel = table_open(run->events, RowExclusiveLock);
	AttrNumber	attnums[INGEST_COLUMNS];
	bool		result;

	result = rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		!run->distributed &&
		rel->trigdesc == NULL &&
		rel->rd_rules == NULL &&
		!XactReadOnly &&
		pg_class_aclcheck(run->events, GetUserId(), ACL_INSERT) == ACLCHECK_OK &&
		check_enable_rls(run->events, InvalidOid, true) == RLS_NONE &&
		find_columns(rel, attnums) &&
		!computes_columns(rel, attnums);
	table_close(rel, NoLock);
	return result;
}

/*
 * The index that finds documents by time and key, or -1.
 */
static int
find_key_index(ResultRelInfo *info)
{
	Oid			relid = RelationGetRelid(info->ri_RelationDesc);
	AttrNumber	time = get_attnum(relid, ingest_column_name(ECS_TIMESTAMP));
	AttrNumber	key = get_attnum(relid, ingest_column_name(INGEST_KEY));

	for (int i = 0; i < info->ri_NumIndices; i++)
	{
		const IndexInfo *index = info->ri_IndexRelationInfo[i];
		Relation	rel = info->ri_IndexRelationDescs[i];
		AttrNumber	first = index->ii_IndexAttrNumbers[0];
		AttrNumber	second = index->ii_IndexAttrNumbers[1];

		if (index->ii_Unique && index->ii_NumIndexKeyAttrs == 2 &&
			index->ii_Predicate == NIL && index->ii_Expressions == NIL &&
			rel->rd_index->indisvalid && rel->rd_rel->relam == BTREE_AM_OID &&
			((first == time && second == key) || (first == key && second == time)))
			return i;
	}
	return -1;
}

static void
begin_lookups(Direct *direct, Target *target)
{
	Relation	heap = target->info->ri_RelationDesc;
	int			number = find_key_index(target->info);
	Relation	index;

	if (number < 0)
	{
		ingest_warn_of_duplicates(direct->run, RelationGetRelid(heap));
		return;
	}
	index = target->info->ri_IndexRelationDescs[number];
	target->time_key = target->info->ri_IndexRelationInfo[number]->ii_IndexAttrNumbers[0] ==
		get_attnum(RelationGetRelid(heap), ingest_column_name(ECS_TIMESTAMP)) ? 0 : 1;
	for (int i = 0; i < 2; i++)
		ScanKeyEntryInitialize(&target->keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   index->rd_indcollation[i],
							   i == target->time_key ? F_TIMESTAMPTZ_EQ : F_TEXTEQ, (Datum) 0);
	target->scan = td_index_beginscan(heap, index, direct->snapshot, 2);
	target->found = table_slot_create(heap, NULL);
}

/*
 * The partition behind info, opened at its first row; NULL if SQL must do it: what
 * is written here are tuples of a heap.
 */
static Target *
open_target(Direct *direct, ResultRelInfo *info)
{
	Relation	rel = info->ri_RelationDesc;
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	Target	   *target;

	if (rel->rd_rel->relkind != RELKIND_RELATION || rel->rd_rel->relam != HEAP_TABLE_AM_OID || info->ri_TrigDesc != NULL ||
		(constr != NULL && constr->has_generated_stored))
		return NULL;
	target = palloc0(sizeof(Target));
	target->info = info;
	target->map = td_root_to_partition(info, direct->estate);
	begin_lookups(direct, target);
	target->next = direct->targets;
	direct->targets = target;
	return target;
}

static Target *
find_target(Direct *direct, ResultRelInfo *info)
{
	for (Target *target = direct->targets; target != NULL; target = target->next)
	{
		if (target->info == info)
			return target;
	}
	return open_target(direct, info);
}

static bool
is_there(Target *target, const IngestRow *row)
{
	if (target->scan == NULL)
		return false;
	target->keys[target->time_key].sk_argument = row->values[ECS_TIMESTAMP];
	target->keys[1 - target->time_key].sk_argument = row->values[INGEST_KEY];
	index_rescan(target->scan, target->keys, 2, NULL, 0);
	if (!index_getnext_slot(target->scan, ForwardScanDirection, target->found))
		return false;
	ExecClearTuple(target->found);
	return true;
}

/*
 * Insert what a partition's buffer holds.
 */
static void
flush_target(Direct *direct, Target *target)
{
	MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(direct->estate));

	table_multi_insert(target->info->ri_RelationDesc, target->slots, target->nslots,
					   GetCurrentCommandId(true), 0, direct->run->bulk);
	/* the next may go to another partition, and the next batch to another transaction */
	ReleaseBulkInsertStatePin(direct->run->bulk);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < target->nslots; i++)
	{
		if (target->info->ri_NumIndices > 0)
			td_insert_index_tuples(target->info, target->slots[i], direct->estate);
		ExecClearTuple(target->slots[i]);
		ResetPerTupleExprContext(direct->estate);
	}
	target->nslots = 0;
}

/*
 * Put the row that is in direct->slot into a partition's buffer.
 */
static void
put_row(Direct *direct, Target *target)
{
	ResultRelInfo *info = target->info;
	TupleTableSlot **place = &target->slots[target->nslots];
	TupleTableSlot *checked = direct->slot;

	if (*place == NULL)
		*place = table_slot_create(info->ri_RelationDesc, NULL);
	if (target->map != NULL)
		checked = execute_attr_map_slot(target->map->attrMap, direct->slot, *place);
	checked->tts_tableOid = RelationGetRelid(info->ri_RelationDesc);
	if (RelationGetDescr(info->ri_RelationDesc)->constr != NULL)
		ExecConstraints(info, checked, direct->estate);
	if (target->map != NULL)
		ExecMaterializeSlot(*place);
	else
		ExecCopySlot(*place, direct->slot);
	(*place)->tts_tableOid = RelationGetRelid(info->ri_RelationDesc);
	ResetPerTupleExprContext(direct->estate);
	if (++target->nslots == BUFFERED)
		flush_target(direct, target);
}

static void
fill_slot(Direct *direct, const IngestRow *row)
{
	TupleTableSlot *slot = direct->slot;

	ExecClearTuple(slot);
	for (int i = 0; i < INGEST_COLUMNS; i++)
	{
		slot->tts_values[direct->attnums[i] - 1] = row->values[i];
		slot->tts_isnull[direct->attnums[i] - 1] = row->nulls[i];
	}
	ExecStoreVirtualTuple(slot);
}

/*
 * The ring of buffers for bulk inserts belongs to the run, and not to the
 * batch.  A new ring for each batch would take other buffers each time, and in
 * the end all of them.
 */
static void
begin_bulk(IngestRun *run)
{
	MemoryContext old;

	if (run->bulk != NULL)
		return;
	old = MemoryContextSwitchTo(run->bulk_memory);
	run->bulk = GetBulkInsertState();
	MemoryContextSwitchTo(old);
}

/*
 * Forget the ring after an error, which has released the buffer that was
 * pinned.
 */
void
ingest_forget_bulk(IngestRun *run)
{
	run->bulk = NULL;
	MemoryContextReset(run->bulk_memory);
}

static void
begin_direct(Direct *direct, IngestRun *run)
{
	Relation	rel = table_open(run->events, RowExclusiveLock);

	begin_bulk(run);
	memset(direct, 0, sizeof(Direct));
	direct->run = run;
	direct->estate = CreateExecutorState();
	direct->root = td_init_insert_target(direct->estate, rel);
	direct->state = makeNode(ModifyTableState);
	direct->state->ps.state = direct->estate;
	direct->state->operation = CMD_INSERT;
	direct->state->resultRelInfo = direct->root;
	direct->state->rootResultRelInfo = direct->root;
	direct->routing = ExecSetupPartitionTupleRouting(direct->estate, rel);
	(void) find_columns(rel, direct->attnums);
	direct->slot = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsVirtual);
	memset(direct->slot->tts_isnull, true, RelationGetDescr(rel)->natts * sizeof(bool));
	direct->arrived = find_arrived(rel);
	if (direct->arrived != InvalidAttrNumber)
	{
		direct->slot->tts_values[direct->arrived - 1] =
			Int64GetDatum((int64) U64FromFullTransactionId(GetTopFullTransactionId()));
		direct->slot->tts_isnull[direct->arrived - 1] = false;
	}
	direct->snapshot = RegisterSnapshot(GetLatestSnapshot());
}

static void
end_direct(Direct *direct)
{
	Relation	rel = direct->root->ri_RelationDesc;

	for (Target *target = direct->targets; target != NULL; target = target->next)
	{
		if (target->scan != NULL)
		{
			index_endscan(target->scan);
			ExecDropSingleTupleTableSlot(target->found);
		}
		for (int i = 0; i < BUFFERED && target->slots[i] != NULL; i++)
			ExecDropSingleTupleTableSlot(target->slots[i]);
		table_finish_bulk_insert(target->info->ri_RelationDesc, 0);
	}
	UnregisterSnapshot(direct->snapshot);
	ExecDropSingleTupleTableSlot(direct->slot);
	ExecResetTupleTable(direct->estate->es_tupleTable, false);
	ExecCleanupTupleRouting(direct->state, direct->routing);
	FreeExecutorState(direct->estate);
	table_close(rel, NoLock);
}

/*
 * An IngestWork: insert rows of the batch's order.  False: a partition wants SQL.
 */
bool
ingest_go_direct(IngestRun *run, int from, int to)
{
	Direct		direct;
	const IngestRow *before = NULL;

	begin_direct(&direct, run);
	for (int i = from; i < to; i++)
	{
		IngestRow  *row = run->order[i];
		ResultRelInfo *info;
		Target	   *target;

		CHECK_FOR_INTERRUPTS();
		if (before != NULL && ingest_same_document(before, row))
		{
			row->outcome = INGEST_DUPLICATE;
			continue;
		}
		before = row;
		fill_slot(&direct, row);
		info = ExecFindPartition(direct.state, direct.root, direct.routing, direct.slot, direct.estate);
		target = find_target(&direct, info);
		if (target == NULL)
			return false;
		if (is_there(target, row))
		{
			row->outcome = INGEST_DUPLICATE;
			ResetPerTupleExprContext(direct.estate);
			continue;
		}
		put_row(&direct, target);
		row->outcome = INGEST_LANDED;
	}
	for (Target *target = direct.targets; target != NULL; target = target->next)
	{
		if (target->nslots > 0)
			flush_target(&direct, target);
	}
	end_direct(&direct);
	return true;
}
