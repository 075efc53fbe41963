/*
 * seen_hosts.c
 *		event_hosts(): the hosts of our own events of a time that the fleet may not know.
 *
 * A run of a rule that knows habits notes the hosts that had an event in its window, and
 * almost all of them are noted already.  So the events are read once, each pair of a name
 * and a list of addresses is counted in a hash, and what fleet_hosts has of it is
 * compared here.  Only what may be news is handed on, for SQL to decide.
 */
#include "compat.h"

#include <sys/socket.h>

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inet.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "detect/arguments.h"
#include "detect/kept_plan.h"
#include "schema.h"
#include "seed.h"

PG_FUNCTION_INFO_V1(td_event_hosts);
PG_FUNCTION_INFO_V1(td_own_addresses);

typedef struct SeenHost
{
	uint64		hash[2];		/* of the name, for its first addresses, or of the name and the addresses */
	text	   *name;			/* NULL: the events have none */
	ArrayType  *addresses;		/* or NULL */
	TimestampTz first;
	TimestampTz last;
	int64		events;
} SeenHost;

/* A row of fleet_hosts. */
typedef struct KnownHost
{
	uint64		hash[2];		/* of the name */
	ArrayType  *addresses;
	TimestampTz first;			/* either is infinite if it is not known */
	TimestampTz last;
} KnownHost;

typedef struct SeenHosts
{
	MemoryContext context;
	uint64		seed;			/* so that nobody can choose names that meet */
	HTAB	   *hosts;
	int64		events;
	bool		of_indices;		/* does some event say from which index it is? */
} SeenHosts;

/* Add bytes, or that there are none, to a hash. */
static void
add_bytes(uint64 hash[2], const struct varlena *value)
{
	for (int i = 0; i < 2; i++)
		hash[i] = value == NULL ? hash[i] * 31 + 7 :
			hash_bytes_extended((const unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value), hash[i]);
}

static void
begin_hash(const SeenHosts *seen, uint64 hash[2])
{
	hash[0] = seen->seed;
	hash[1] = ~seen->seed;
}

static bool
same_bytes(const void *one, const void *other)
{
	return VARSIZE_ANY_EXHDR(one) == VARSIZE_ANY_EXHDR(other) &&
		memcmp(VARDATA_ANY(one), VARDATA_ANY(other), VARSIZE_ANY_EXHDR(one)) == 0;
}

static bool
has_addresses(const SeenHost *host, const struct varlena *addresses)
{
	if (host->addresses == NULL || addresses == NULL)
		return host->addresses == NULL && addresses == NULL;
	return same_bytes(host->addresses, addresses);
}

/* The host of a name with some addresses.  Almost all have the same ones in all their events, and these need no hash. */
static SeenHost *
find_host(SeenHosts *seen, const struct varlena *name, const struct varlena *addresses, bool *known)
{
	uint64		hash[2];
	SeenHost   *host;

	begin_hash(seen, hash);
	add_bytes(hash, name);
	host = hash_search(seen->hosts, hash, HASH_ENTER, known);
	if (!*known || has_addresses(host, addresses))
		return host;
	add_bytes(hash, addresses);
	return hash_search(seen->hosts, hash, HASH_ENTER, known);
}

/* Gets an event: its host.name or else host.hostname, its host.ip and time, and whether it does not say from which index it is. */
static void
see_event(void *arg, Datum *values, bool *nulls)
{
	SeenHosts  *seen = arg;
	const struct varlena *name = nulls[0] ? NULL : PG_DETOAST_DATUM_PACKED(values[0]);
	const struct varlena *addresses = nulls[1] ? NULL : PG_DETOAST_DATUM_PACKED(values[1]);
	TimestampTz time = DatumGetTimestampTz(values[2]);
	bool		known;
	SeenHost   *host = find_host(seen, name, addresses, &known);

	if (!known)
	{
		MemoryContext before = MemoryContextSwitchTo(seen->context);

		host->name = name == NULL ? NULL : DatumGetTextPCopy(PointerGetDatum(name));
		host->addresses = addresses == NULL ? NULL : DatumGetArrayTypePCopy(PointerGetDatum(addresses));
		host->first = host->last = time;
		host->events = 0;
		MemoryContextSwitchTo(before);
	}
	host->first = Min(host->first, time);
	host->last = Max(host->last, time);
	host->events++;
	seen->events++;
	seen->of_indices = seen->of_indices || !DatumGetBool(values[3]);
}

/* A column of a row of SPI's that is a time; one that is not known is never old enough. */
static TimestampTz
time_column(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? DT_NOEND : DatumGetTimestampTz(value);
}

/* What fleet_hosts has. */
static HTAB *
read_known(const SeenHosts *seen)
{
	HASHCTL		info = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(KnownHost), .hcxt = CurrentMemoryContext};
	HTAB	   *known = hash_create("transfer_detect known hosts", 1024, &info, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	td_query("SELECT h.name, h.addresses, h.first_seen, h.last_seen FROM " TD_SCHEMA ".fleet_hosts AS h", 0, NULL, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		Datum		name = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull);
		Datum		addresses = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull);
		uint64		hash[2];
		KnownHost  *host;

		begin_hash(seen, hash);
		add_bytes(hash, PG_DETOAST_DATUM_PACKED(name));
		host = hash_search(known, hash, HASH_ENTER, NULL);
		host->addresses = DatumGetArrayTypeP(addresses);
		host->first = time_column(i, 3);
		host->last = time_column(i, 4);
	}
	return known;
}

/* Can another host have the address as well?  Then it is one of the loopback, or of a link. */
static bool
is_anybodys(const inet *address)
{
	static const unsigned char loopback[16] = {[15] = 1};
	const unsigned char *bytes = ip_addr(address);
	int			bits = ip_bits(address);

	if (ip_family(address) == PGSQL_AF_INET)
		return (bits >= 8 && bytes[0] == 127) || (bits >= 16 && bytes[0] == 169 && bytes[1] == 254);
	return (bits == 128 && memcmp(bytes, loopback, sizeof(loopback)) == 0) ||
		(bits >= 10 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

/* Are all addresses of a list that are a host's own in another?  As <@ has it, but for those that are written otherwise. */
static bool
all_among(ArrayType *some, ArrayType *others)
{
	Datum	   *values;
	Datum	   *among;
	bool	   *nulls;
	int			count;
	int			other_count;

	if (array_contains_nulls(some) || array_contains_nulls(others))
		return false;
	deconstruct_array(some, INETOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	deconstruct_array(others, INETOID, -1, false, TYPALIGN_INT, &among, &nulls, &other_count);
	for (int i = 0; i < count; i++)
	{
		bool		found = is_anybodys(DatumGetInetPP(values[i]));

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < other_count && !found; j++)
			found = same_bytes(DatumGetPointer(values[i]), DatumGetPointer(among[j]));
		if (!found)
			return false;
	}
	return true;
}

/* May the fleet not know it so? */
static bool
may_be_news(const SeenHosts *seen, HTAB *known, const SeenHost *host)
{
	uint64		hash[2];
	const KnownHost *row;

	if (host->name == NULL || VARSIZE_ANY_EXHDR(host->name) == 0)
		return false;
	begin_hash(seen, hash);
	add_bytes(hash, host->name);
	row = hash_search(known, hash, HASH_FIND, NULL);
	return row == NULL || TIMESTAMP_NOT_FINITE(row->first) || TIMESTAMP_NOT_FINITE(row->last) ||
		host->first < row->first - USECS_PER_DAY || host->last > row->last + USECS_PER_DAY ||
		(host->addresses != NULL && !all_among(host->addresses, row->addresses));
}

/* Hand on what may be news, and how many events the others have. */
static void
put_hosts(const SeenHosts *seen, HTAB *known, ReturnSetInfo *rsinfo)
{
	HASH_SEQ_STATUS status;
	const SeenHost *host;
	int64		rest = seen->events;
	Datum		values[5] = {0};
	bool		nulls[5] = {false};

	hash_seq_init(&status, seen->hosts);
	while ((host = hash_seq_search(&status)) != NULL)
	{
		if (!may_be_news(seen, known, host))
			continue;
		values[0] = PointerGetDatum(host->name);
		values[1] = PointerGetDatum(host->addresses);
		nulls[1] = host->addresses == NULL;
		values[2] = TimestampTzGetDatum(host->first);
		values[3] = TimestampTzGetDatum(host->last);
		values[4] = Int64GetDatum(host->events);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		rest -= host->events;
	}
	if (seen->events == 0)
		return;
	memset(nulls, true, sizeof(nulls));
	values[4] = Int64GetDatum(rest);
	nulls[4] = seen->of_indices;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* event_hosts(from_time timestamptz, before_time timestamptz) -> table */
Datum
td_event_hosts(PG_FUNCTION_ARGS)
{
	static const char sql[] = "SELECT coalesce(e.host_name, e.host_hostname), e.host_ip, e.timestamp, e.source_index IS NULL"
		" FROM " TD_SCHEMA ".events AS e"
		" WHERE e.timestamp OPERATOR(pg_catalog.>=) $1 AND e.timestamp OPERATOR(pg_catalog.<) $2";
	HASHCTL		info = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(SeenHost)};
	TdParameters parameters = {.count = 2, .types = {TIMESTAMPTZOID, TIMESTAMPTZOID}};
	SeenHosts	seen = {0};
	TdSession	session;

	td_require(fcinfo, 0, "from_time");
	td_require(fcinfo, 1, "before_time");
	parameters.values[0] = PG_GETARG_DATUM(0);
	parameters.values[1] = PG_GETARG_DATUM(1);
	parameters.width = PG_GETARG_TIMESTAMPTZ(1) - PG_GETARG_TIMESTAMPTZ(0);
	InitMaterializedSRF(fcinfo, 0);
	td_begin(&session, TD_RUN_RULE);
	seen.context = CurrentMemoryContext;
	info.hcxt = CurrentMemoryContext;
	seen.seed = td_random_seed();
	seen.hosts = hash_create("transfer_detect seen hosts", 1024, &info, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	td_execute_kept(sql, &parameters, see_event, &seen);
	put_hosts(&seen, read_known(&seen), (ReturnSetInfo *) fcinfo->resultinfo);
	td_end();
	return (Datum) 0;
}

/* The order of addresses, for qsort(). */
static int
compare_addresses(const void *a, const void *b)
{
	return DatumGetInt32(DirectFunctionCall2(network_cmp, *(const Datum *) a, *(const Datum *) b));
}

/*
 * own_addresses(addresses inet[]) -> inet[]: those that no other host can have as well, each once, without netmasks,
 * in their order
 */
Datum
td_own_addresses(PG_FUNCTION_ARGS)
{
	Datum	   *values;
	bool	   *nulls;
	int			count;
	int			own = 0;
	int			kept = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(INETOID));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), INETOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		inet	   *address = nulls[i] ? NULL : DatumGetInetP(values[i]);

		CHECK_FOR_INTERRUPTS();
		if (address == NULL || is_anybodys(address))
			continue;
		if (ip_bits(address) != ip_maxbits(address))
		{
			inet	   *whole = palloc(VARSIZE(address));

			memcpy(whole, address, VARSIZE(address));
			ip_bits(whole) = ip_maxbits(whole);
			address = whole;
		}
		values[own++] = InetPGetDatum(address);
	}
	qsort(values, own, sizeof(Datum), compare_addresses);
	for (int i = 0; i < own; i++)
	{
		if (kept == 0 || compare_addresses(&values[kept - 1], &values[i]) != 0)
			values[kept++] = values[i];
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(values, kept, INETOID, -1, false, TYPALIGN_INT));
}
