/*
 * fleet_read.c
 *		Reads the fleet.
 *
 * A rule asks for each event.  So what the tables say is read once for a query,
 * and kept in a hash, for later queries as well as long as the tables have the same rows.
 */
#include "compat.h"

#include <sys/socket.h>

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inet.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "schema.h"
#include "seed.h"
#include "stamp.h"
#include "transfer_sql/fleet.h"

/* Names are longer in no DNS, and what is longer is nobody's. */
#define NAME_SIZE	256

/* The name as a key; false if it is too long for one. */
static bool
name_key(const Fleet *fleet, TransferText name, uint64 key[2])
{
	unsigned char lower[NAME_SIZE];

	if (name.data == NULL || name.length >= NAME_SIZE)
		return false;
	for (size_t i = 0; i < name.length; i++)
		lower[i] = pg_ascii_tolower((unsigned char) name.data[i]);
	key[0] = hash_bytes_extended(lower, (int) name.length, fleet->seed);
	key[1] = hash_bytes_extended(lower, (int) name.length, ~fleet->seed);
	return true;
}

FleetName *
td_fleet_name(Fleet *fleet, TransferText name, HASHACTION action)
{
	uint64		key[2];
	FleetName  *entry;
	bool		found;

	if (!name_key(fleet, name, key))
		return NULL;
	entry = hash_search(fleet->names, key, action, &found);
	if (entry != NULL && !found)
	{
		entry->host = entry->domain = entry->role_known = false;
		entry->role = NULL;
	}
	return entry;
}

/* Is it a domain of ours, or in one? */
bool
td_is_own_domain(Fleet *fleet, TransferText domain)
{
	while (domain.data != NULL && domain.length > 0)
	{
		FleetName  *entry = td_fleet_name(fleet, domain, HASH_FIND);
		const char *dot = memchr(domain.data, '.', domain.length);

		if (entry != NULL && entry->domain)
			return true;
		if (dot == NULL)
			return false;
		domain.length -= dot + 1 - domain.data;
		domain.data = dot + 1;
	}
	return false;
}

/* Does the part of a name up to its first dot name the same host?  Nobody else can have a name in such a domain. */
bool
td_known_by_short_name(Fleet *fleet, TransferText name)
{
	TransferText domain = transfer_host_domain(name);

	return domain.data == NULL || transfer_read_host(name).kind == TRANSFER_HOST_PRIVATE || td_is_own_domain(fleet, domain);
}

/* A row of fleet_hosts: a name and its role.  All domains of ours have been read. */
static void
add_host(Fleet *fleet, TransferText name, text *role)
{
	FleetName  *entry = td_fleet_name(fleet, transfer_trim_host(name), HASH_ENTER);
	FleetName  *short_name = td_known_by_short_name(fleet, name) ? td_fleet_name(fleet, transfer_short_host(name), HASH_ENTER) : NULL;

	if (entry != NULL)
	{
		entry->host = entry->role_known = true;
		if (role != NULL)
			entry->role = role;
	}
	if (short_name == NULL)
		return;
	short_name->host = short_name->role_known = true;
	if (short_name->role == NULL)
		short_name->role = role;
}

/* A row of fleet_networks: a domain, an address or a block of addresses. */
static void
add_network(Fleet *fleet, TransferText network)
{
	TdBlock		block;
	FleetName  *entry;

	if (td_read_cidr(network.data, network.length, &block))
	{
		fleet->blocks = fleet->blocks == NULL ? palloc(sizeof(TdBlock)) :
			repalloc(fleet->blocks, (fleet->block_count + 1) * sizeof(TdBlock));
		fleet->blocks[fleet->block_count++] = block;
		return;
	}
	entry = td_fleet_name(fleet, network, HASH_ENTER);
	if (entry != NULL)
		entry->host = entry->domain = true;
}

/* A column of a row of SPI's as text in the current memory context, or NULL. */
text *
td_column_text(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? NULL : DatumGetTextPCopy(value);
}

static void
add_addresses(Fleet *fleet, ArrayType *addresses, text *role)
{
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(addresses, INETOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		inet	   *ip;
		TdAddress	address;
		FleetAddress *entry;

		if (nulls[i])
			continue;
		ip = DatumGetInetPP(values[i]);
		if (ip_family(ip) == PGSQL_AF_INET)
			td_ipv4_address(ip_addr(ip), &address);
		else
			memcpy(address.byte, ip_addr(ip), sizeof(address.byte));
		entry = hash_search(fleet->addresses, &address, HASH_ENTER, NULL);
		entry->role = role;
	}
	pfree(values);
	pfree(nulls);
}

/* A row of fleet_hosts: a name, its role and its addresses. */
static void
take_host(Fleet *fleet, uint64 row)
{
	text	   *name = td_column_text(row, FLEET_HOST_NAME);
	text	   *role = td_column_text(row, FLEET_HOST_ROLE);
	bool		isnull;
	Datum		addresses = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, FLEET_HOST_ADDRESSES, &isnull);

	add_host(fleet, as_transfer_text(name), role);
	if (!isnull)
		add_addresses(fleet, DatumGetArrayTypeP(addresses), role);
}

/* What is asked of the tables; the plans are kept. */
typedef struct Question
{
	const char *sql;
	SPIPlanPtr	plan;
} Question;

enum
{
	NETWORKS,
	HOSTS,
	PATTERNS
};

static Question questions[] = {
	[NETWORKS] = {"SELECT n.network FROM " TD_SCHEMA ".fleet_networks AS n", NULL},
	/* the columns are FLEET_HOST_NAME and so on */
	[HOSTS] = {"SELECT h.name, h.role, h.addresses, h.first_seen, h.last_seen FROM " TD_SCHEMA ".fleet_hosts AS h"
	" ORDER BY h.name COLLATE \"C\"", NULL},
	[PATTERNS] = {"SELECT FROM " TD_SCHEMA ".fleet_roles AS r LIMIT 1", NULL}
};

/* The answer is in SPI_tuptable; returns how many rows it has. */
static uint64
ask(Question *question)
{
	if (question->plan == NULL)
	{
		SPIPlanPtr	plan = SPI_prepare(question->sql, 0, NULL);

		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare a look at the fleet");
		question->plan = plan;
	}
	if (SPI_execute_plan(question->plan, NULL, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the fleet");
	return SPI_processed;
}

/*
 * The domains that the hosts show to be ours, as long as fleet_hosts has the same names and addresses and the same hosts
 * count: to count them takes longer than to read the hosts, of which each has its time written once a day.
 */
static struct
{
	MemoryContext context;		/* NULL: none are known */
	uint64		hash[2];		/* of what host_domains goes by */
	List	   *names;			/* text * */
} own_domains;

/* A time of a host in SPI_tuptable; false if it is null. */
bool
td_host_time(uint64 row, int column, TimestampTz *time)
{
	bool		isnull;

	*time = DatumGetTimestampTz(SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull));
	return !isnull;
}

static TimestampTz
days_from(TimestampTz time, int days)
{
	Interval	interval = {.day = days};

	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval, TimestampTzGetDatum(time), IntervalPGetDatum(&interval)));
}

/* Hosts that were seen first after that do not count, as host_domains has it. */
static TimestampTz
counted_until(uint64 count)
{
	TimestampTz first = DT_NOEND;
	TimestampTz last = DT_NOBEGIN;
	TimestampTz time;
	bool		any_first = false;
	bool		any_last = false;

	for (uint64 row = 0; row < count; row++)
	{
		if (td_host_time(row, FLEET_HOST_FIRST_SEEN, &time))
		{
			any_first = true;
			first = Min(first, time);
		}
		if (td_host_time(row, FLEET_HOST_LAST_SEEN, &time))
		{
			any_last = true;
			last = Max(last, time);
		}
	}
	first = any_first ? days_from(first, 7) : DT_NOBEGIN;
	last = any_last ? days_from(last, -7) : DT_NOBEGIN;
	return any_first || any_last ? Max(first, last) : DT_NOEND;
}

/*
 * A hash of what host_domains goes by: the names and addresses of the hosts in SPI_tuptable, and which of them count.
 * Nobody can foresee it.
 */
static void
hash_hosts(uint64 count, TimestampTz until, uint64 hash[2])
{
	static const int columns[] = {FLEET_HOST_NAME, FLEET_HOST_ADDRESSES};
	static uint64 seed = 0;

	if (seed == 0)
		seed = td_random_seed();
	hash[0] = seed;
	hash[1] = ~seed;
	for (uint64 row = 0; row < count; row++)
	{
		TimestampTz first;
		unsigned char counted = !td_host_time(row, FLEET_HOST_FIRST_SEEN, &first) || first <= until;

		for (int i = 0; i < (int) lengthof(columns); i++)
		{
			bool		isnull;
			Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, columns[i], &isnull);
			struct varlena *packed = isnull ? NULL : PG_DETOAST_DATUM_PACKED(value);
			int			length = isnull ? 0 : (int) VARSIZE_ANY_EXHDR(packed);

			for (int part = 0; part < 2; part++)
				hash[part] = hash_bytes_extended((const unsigned char *) (isnull ? "" : VARDATA_ANY(packed)), length,
												 hash[part] * 31 + length);
		}
		for (int part = 0; part < 2; part++)
			hash[part] = hash_bytes_extended(&counted, 1, hash[part]);
	}
}

static void
learn_own_domains(uint64 count, TimestampTz until, const uint64 hash[2])
{
	List	   *names = td_own_domains(count, until);
	MemoryContext before;
	ListCell   *cell;

	if (own_domains.context == NULL)
		own_domains.context = AllocSetContextCreate(TopMemoryContext, "transfer_detect own domains", ALLOCSET_SMALL_SIZES);
	/* an error leaves none of them, under a hash that no hosts have */
	own_domains.names = NIL;
	memset(own_domains.hash, 0, sizeof(own_domains.hash));
	MemoryContextReset(own_domains.context);
	before = MemoryContextSwitchTo(own_domains.context);
	foreach(cell, names)
		own_domains.names = lappend(own_domains.names, DatumGetTextPCopy(PointerGetDatum(lfirst(cell))));
	MemoryContextSwitchTo(before);
	memcpy(own_domains.hash, hash, sizeof(own_domains.hash));
}

/* The hosts; before them the domains, which tell whether a short name is a host's. */
static void
read_hosts(Fleet *fleet)
{
	uint64		count = ask(&questions[HOSTS]);
	TimestampTz until = counted_until(count);
	uint64		hash[2];
	MemoryContext before;
	ListCell   *cell;

	hash_hosts(count, until, hash);
	if (own_domains.context == NULL || memcmp(hash, own_domains.hash, sizeof(hash)) != 0)
		learn_own_domains(count, until, hash);
	before = MemoryContextSwitchTo(fleet->context);
	foreach(cell, own_domains.names)
	{
		FleetName  *entry = td_fleet_name(fleet, as_transfer_text(lfirst(cell)), HASH_ENTER);

		if (entry != NULL)
			entry->domain = true;
	}
	for (uint64 row = 0; row < count; row++)
		take_host(fleet, row);
	MemoryContextSwitchTo(before);
}

static void
read_networks(Fleet *fleet)
{
	uint64		count = ask(&questions[NETWORKS]);
	MemoryContext before = MemoryContextSwitchTo(fleet->context);

	for (uint64 row = 0; row < count; row++)
		add_network(fleet, as_transfer_text(td_column_text(row, 1)));
	MemoryContextSwitchTo(before);
}

/* Everything that the tables say, in a memory context of its own. */
static Fleet *
read_fleet(MemoryContext context)
{
	MemoryContext before = MemoryContextSwitchTo(context);
	Fleet	   *fleet = palloc0(sizeof(Fleet));
	HASHCTL		names = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(FleetName), .hcxt = context};
	HASHCTL		addresses = {.keysize = sizeof(TdAddress), .entrysize = sizeof(FleetAddress), .hcxt = context};

	fleet->context = context;
	fleet->seed = td_random_seed();
	fleet->names = hash_create("transfer_detect fleet", 256, &names, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	fleet->addresses = hash_create("transfer_detect addresses", 256, &addresses, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	fleet->classes[0] = cstring_to_text("local");
	fleet->classes[1] = cstring_to_text("inside");
	fleet->classes[2] = cstring_to_text("outside");
	fleet->classes[3] = cstring_to_text("unknown");
	MemoryContextSwitchTo(before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	read_networks(fleet);
	read_hosts(fleet);
	fleet->patterns = ask(&questions[PATTERNS]) > 0;
	SPI_finish();
	return fleet;
}

/* What the fleet is made of.  The domains of hosts follow from the hosts. */
static const char *const fleet_tables[] = {"fleet_hosts", "fleet_networks", "fleet_roles"};

/* So many roles of hosts that are not ours are kept: events name any. */
#define MOST_WORKED_OUT	10000

/* A fleet that is kept, and what it was read by. */
typedef struct KeptFleet
{
	Fleet	   *fleet;			/* NULL: there is none */
	bool		stamped;		/* may it be kept beyond the transaction? */
	TdStamp		stamp;
	Oid			user;
	LocalTransactionId transaction;
	TransactionId xmin;
	TransactionId xmax;
	uint32		in_flight;
	CommandId	command;
} KeptFleet;

/* Does the same user ask under the same snapshot as the last time? */
static bool
same_query(const KeptFleet *kept, Snapshot snapshot)
{
	return kept->user == GetUserId() && kept->transaction == td_local_transaction() && kept->xmin == snapshot->xmin &&
		kept->xmax == snapshot->xmax && kept->in_flight == snapshot->xcnt && kept->command == snapshot->curcid;
}

static void
note_query(KeptFleet *kept, Snapshot snapshot)
{
	kept->transaction = td_local_transaction();
	kept->user = GetUserId();
	kept->xmin = snapshot->xmin;
	kept->xmax = snapshot->xmax;
	kept->in_flight = snapshot->xcnt;
	kept->command = snapshot->curcid;
}

/*
 * The fleet as the query sees it.  All calls of a query share a reading: the same
 * user with the same snapshot sees the same rows.  Later queries share it if they see the same rows.
 */
Fleet *
td_fleet(void)
{
	static KeptFleet kept;
	Snapshot	snapshot = GetActiveSnapshot();
	TdStamp		stamp;
	bool		stamped;
	MemoryContext context;

	if (kept.fleet != NULL && same_query(&kept, snapshot))
		return kept.fleet;
	stamped = td_stamp(fleet_tables, lengthof(fleet_tables), &stamp);
	if (kept.fleet != NULL && stamped && kept.stamped && td_same_stamp(&stamp, &kept.stamp) &&
		kept.fleet->worked_out < MOST_WORKED_OUT)
	{
		note_query(&kept, snapshot);
		return kept.fleet;
	}
	if (kept.fleet != NULL && (kept.stamped || kept.transaction == td_local_transaction()))
		MemoryContextDelete(kept.fleet->context);
	kept.fleet = NULL;
	context = AllocSetContextCreate(TopTransactionContext, "transfer_detect fleet", ALLOCSET_DEFAULT_SIZES);
	note_query(&kept, snapshot);
	kept.fleet = read_fleet(context);
	kept.stamp = stamp;
	kept.stamped = stamped;
	if (stamped)
		MemoryContextSetParent(context, TopMemoryContext);
	return kept.fleet;
}
