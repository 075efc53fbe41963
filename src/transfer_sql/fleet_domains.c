/*
 * fleet_domains.c
 *		Which domains the hosts of the fleet show to be ours.
 *
 * The view host_domains says the same, for people and with its reasons (sql/fleet.sql has the
 * rule, and why it is so).  Here it is worked out of the hosts that have been read already: a session that runs one
 * rule would plan the view for longer than it reads.
 */
#include "compat.h"

#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/timestamp.h"

#include "transfer_sql/fleet.h"

/* A host in a domain that hosts may show to be ours. */
typedef struct DomainHost
{
	text	   *domain;			/* in small letters */
	bool		counted;		/* has it been known for long enough? */
	uint64		identity;		/* hosts with the same addresses are one */
} DomainHost;

/* By domain, those that count first, and by identity; for qsort(). */
static int
compare_hosts(const void *a, const void *b)
{
	const DomainHost *one = a;
	const DomainHost *other = b;
	size_t		lengths[] = {VARSIZE_ANY_EXHDR(one->domain), VARSIZE_ANY_EXHDR(other->domain)};

	if (lengths[0] != lengths[1])
		return lengths[0] < lengths[1] ? -1 : 1;
	if (memcmp(VARDATA_ANY(one->domain), VARDATA_ANY(other->domain), lengths[0]) != 0)
		return memcmp(VARDATA_ANY(one->domain), VARDATA_ANY(other->domain), lengths[0]);
	if (one->counted != other->counted)
		return one->counted ? -1 : 1;
	return one->identity == other->identity ? 0 : one->identity < other->identity ? -1 : 1;
}

static bool
same_domain(const DomainHost *one, const DomainHost *other)
{
	return VARSIZE_ANY_EXHDR(one->domain) == VARSIZE_ANY_EXHDR(other->domain) &&
		memcmp(VARDATA_ANY(one->domain), VARDATA_ANY(other->domain), VARSIZE_ANY_EXHDR(one->domain)) == 0;
}

/* What tells a host from others: its addresses, or its name if none is known. */
static uint64
host_identity(FmgrInfo *hash_addresses, uint64 row, text *name)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, FLEET_HOST_ADDRESSES, &isnull);
	ArrayType  *addresses = isnull ? NULL : DatumGetArrayTypeP(value);

	if (addresses != NULL && ArrayGetNItems(ARR_NDIM(addresses), ARR_DIMS(addresses)) > 0)
		return DatumGetUInt64(FunctionCall2(hash_addresses, PointerGetDatum(addresses), UInt64GetDatum(0)));
	return hash_bytes_extended((const unsigned char *) VARDATA_ANY(name), (int) VARSIZE_ANY_EXHDR(name), 0);
}

/* The hosts in SPI_tuptable that are in domains that may be ours. */
static DomainHost *
hosts_in_domains(uint64 count, TimestampTz until, int *found)
{
	DomainHost *hosts = palloc(Max(1, count) * sizeof(DomainHost));
	FmgrInfo	hash_addresses;

	fmgr_info(F_HASH_ARRAY_EXTENDED, &hash_addresses);
	*found = 0;
	for (uint64 row = 0; row < count; row++)
	{
		text	   *name = td_column_text(row, FLEET_HOST_NAME);
		TransferText domain = transfer_host_domain(as_transfer_text(name));
		TimestampTz first;
		DomainHost *host = &hosts[*found];

		CHECK_FOR_INTERRUPTS();
		if (domain.data == NULL)
			continue;
		host->domain = td_lower_text(domain);
		if (!transfer_can_be_own(as_transfer_text(host->domain)))
			continue;
		host->counted = !td_host_time(row, FLEET_HOST_FIRST_SEEN, &first) || first <= until;
		host->identity = host_identity(&hash_addresses, row, name);
		(*found)++;
	}
	return hosts;
}

/*
 * The domains that hosts show to be ours, as a list of text.  All hosts are in SPI_tuptable, and those that were seen first
 * after until do not count.
 */
List *
td_own_domains(uint64 count, TimestampTz until)
{
	const uint64 needed = Min(10, Max(3, (count + 9) / 10));
	int			hosts;
	DomainHost *host = hosts_in_domains(count, until, &hosts);
	const DomainHost *end = host + hosts;
	List	   *domains = NIL;

	qsort(host, hosts, sizeof(DomainHost), compare_hosts);
	while (host < end)
	{
		const DomainHost *first = host;
		uint64		counted = 0;

		for (; host < end && same_domain(first, host); host++)
			counted += host->counted && (host == first || host->identity != host[-1].identity);
		if (2 * counted > count || counted >= needed)
			domains = lappend(domains, first->domain);
	}
	return domains;
}
