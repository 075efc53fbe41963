/*
 * fleet.h
 *		The hosts of the fleet as a query sees them: what the tables say, in hashes.
 */
#ifndef TD_TRANSFER_FLEET_H
#define TD_TRANSFER_FLEET_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "transfer/host.h"

/* A host of the fleet by one of its names, or a domain of ours. */
typedef struct FleetName
{
	uint64		hash[2];		/* of the name in small letters */
	bool		host;
	bool		domain;
	bool		role_known;
	text	   *role;			/* NULL: the host has none */
} FleetName;

/* An address of a host. */
typedef struct FleetAddress
{
	TdAddress	address;
	text	   *role;			/* NULL: the host has none */
} FleetAddress;

typedef struct Fleet
{
	MemoryContext context;
	uint64		seed;			/* so that nobody can choose names that meet */
	HTAB	   *names;
	HTAB	   *addresses;
	TdBlock    *blocks;			/* networks of ours */
	int			block_count;
	bool		patterns;		/* are there patterns for roles? */
	int			worked_out;		/* names of others that were added with their roles */
	text	   *classes[4];		/* local, inside, outside, unknown */
} Fleet;

/* What is read of a host, by the numbers of SPI's columns. */
enum
{
	FLEET_HOST_NAME = 1,
	FLEET_HOST_ROLE,
	FLEET_HOST_ADDRESSES,
	FLEET_HOST_FIRST_SEEN,
	FLEET_HOST_LAST_SEEN
};

static inline TransferText
as_transfer_text(text *value)
{
	return (TransferText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

extern FleetName *td_fleet_name(Fleet *fleet, TransferText name, HASHACTION action);
extern bool td_is_own_domain(Fleet *fleet, TransferText domain);
extern bool td_known_by_short_name(Fleet *fleet, TransferText name);
extern text *td_column_text(uint64 row, int column);
extern bool td_host_time(uint64 row, int column, TimestampTz *time);
extern text *td_lower_text(TransferText name);
extern List *td_own_domains(uint64 count, TimestampTz until);
extern Fleet *td_fleet(void);

#endif							/* TD_TRANSFER_FLEET_H */
