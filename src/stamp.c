/*
 * stamp.c
 *		Whether what a session has kept of some tables still holds.
 *
 * Some tables of ours are small and read by every query of a rule: the hosts of the fleet,
 * the fields.  What is made of them can be kept if it is known to be what they say now.  That
 * is what a stamp is for.  It says which versions of rows the current snapshot sees, and a
 * row that is inserted or updated is another version, with another place or another transaction.
 * To go over the rows costs a tenth of what it takes to read them and to make something of them.
 *
 * A stamp also counts the changes of catalogs, since a column may be dropped or a policy made.
 * And what one role may read another may not.  A table that has policies, or children, or is no
 * plain table any more, has no stamp: then nothing is kept.
 */
#include "compat.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "schema.h"
#include "seed.h"
#include "stamp.h"

static uint64 changes = 0;
static uint64 seed = 0;

static void
note_relation(Datum arg, Oid relid)
{
	(void) arg;
	(void) relid;
	changes++;
}

static void
note_object(Datum arg, int cache, uint32 hash)
{
	(void) arg;
	(void) cache;
	(void) hash;
	changes++;
}

/* Be told of changes of catalogs from now on. */
static void
listen(void)
{
	static const int caches[] = {
		PROCOID, NAMESPACEOID, TYPEOID, AUTHOID, AUTHMEMROLEMEM,
		/* whose owners trust.c asks for as well */
		OPEROID, CLAOID, OPFAMILYOID, AMPROCNUM, AMOPSTRATEGY, STATEXTOID, FOREIGNSERVEROID, FOREIGNDATAWRAPPEROID, LANGOID,
		/* whose owner is a member of pg_database_owner */
		DATABASEOID
	};

	if (seed != 0)
		return;
	CacheRegisterRelcacheCallback(note_relation, (Datum) 0);
	for (int i = 0; i < (int) lengthof(caches); i++)
		CacheRegisterSyscacheCallback(caches[i], note_object, (Datum) 0);
	seed = td_random_seed() | 1;
}

/* A number that has no likeness with the given one. */
static inline uint64
mix(uint64 number)
{
	number = (number ^ (number >> 32)) * UINT64CONST(0xd6e8feb86659fd93);
	number = (number ^ (number >> 32)) * UINT64CONST(0xd6e8feb86659fd93);
	return number ^ (number >> 32);
}

/* Which versions of a table's rows the snapshot sees; false if that says too little. */
static bool
stamp_table(Oid relid, TdTableStamp *stamp)
{
	Relation	relation = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;
	TableScanDesc scan;
	HeapTuple	tuple;

	if (relation == NULL)
		return false;
	if (relation->rd_rel->relkind != RELKIND_RELATION || relation->rd_rel->relam != HEAP_TABLE_AM_OID ||
		relation->rd_rel->relrowsecurity || relation->rd_rel->relhassubclass ||
		pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
	{
		relation_close(relation, AccessShareLock);
		return false;
	}
	stamp->relid = relid;
	scan = table_beginscan_strat(relation, GetActiveSnapshot(), 0, NULL, true, false);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		uint64		place = ((uint64) ItemPointerGetBlockNumberNoCheck(&tuple->t_self) << 16) | ItemPointerGetOffsetNumberNoCheck(&tuple->t_self);
		uint64		version = mix(place ^ seed) + HeapTupleHeaderGetRawXmin(tuple->t_data);

		CHECK_FOR_INTERRUPTS();
		stamp->rows++;
		stamp->versions[0] += mix(version);
		stamp->versions[1] += mix(version ^ ~seed);
	}
	table_endscan(scan);
	relation_close(relation, NoLock);	/* as the plans of queries hold it */
	return true;
}

/* The stamp of some tables of ours, or of the catalogs alone, as the current role sees them now; false if they have none. */
bool
td_stamp(const char *const *tables, int count, TdStamp *stamp)
{
	Oid			schema = get_namespace_oid(TD_SCHEMA, true);

	Assert(count <= TD_MOST_STAMPED);
	listen();
	AcceptInvalidationMessages();
	memset(stamp, 0, sizeof(TdStamp));
	stamp->reader = GetUserId();
	for (int i = 0; i < count; i++)
	{
		if (!stamp_table(get_relname_relid(tables[i], schema), &stamp->tables[i]))
			return false;
	}
	/* after the locks, which let the session know of changes by others */
	stamp->changes = changes;
	return true;
}

bool
td_same_stamp(const TdStamp *one, const TdStamp *other)
{
	if (one->reader != other->reader || one->changes != other->changes)
		return false;
	for (int i = 0; i < TD_MOST_STAMPED; i++)
	{
		const TdTableStamp *left = &one->tables[i];
		const TdTableStamp *right = &other->tables[i];

		if (left->relid != right->relid || left->rows != right->rows ||
			left->versions[0] != right->versions[0] || left->versions[1] != right->versions[1])
			return false;
	}
	return true;
}
