/*
 * fleet.c
 *		remote_class(), remote_role() and host_role(): hosts as the fleet knows them.
 *
 * fleet_read.c has the hashes that they ask.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "schema.h"
#include "transfer_sql/fleet.h"

PG_FUNCTION_INFO_V1(td_remote_class);
PG_FUNCTION_INFO_V1(td_outside_hosts);
PG_FUNCTION_INFO_V1(td_remote_role);
PG_FUNCTION_INFO_V1(td_host_role);
PG_FUNCTION_INFO_V1(td_default_role);
PG_FUNCTION_INFO_V1(td_host_domain);
PG_FUNCTION_INFO_V1(td_can_be_own);

/* The host of ours that has the name, or the part of it up to its first dot; NULL if there is none. */
static FleetName *
our_host(Fleet *fleet, TransferText name)
{
	FleetName  *entry = td_fleet_name(fleet, name, HASH_FIND);

	if ((entry == NULL || !entry->host || entry->role == NULL) && td_known_by_short_name(fleet, name))
	{
		FleetName  *short_name = td_fleet_name(fleet, transfer_short_host(name), HASH_FIND);

		if (short_name != NULL && short_name->host)
			return short_name;
	}
	return entry != NULL && entry->host ? entry : NULL;
}

/* Is it the name of a host of ours, or within a domain of ours? */
static bool
is_ours(Fleet *fleet, TransferText name)
{
	return our_host(fleet, name) != NULL || td_is_own_domain(fleet, transfer_host_domain(name));
}

/* Is it one of the addresses that are ours? */
static bool
is_our_address(Fleet *fleet, const TdAddress *address)
{
	if (hash_search(fleet->addresses, address, HASH_FIND, NULL) != NULL)
		return true;
	for (int i = 0; i < fleet->block_count; i++)
	{
		if (td_in_block(address, &fleet->blocks[i]))
			return true;
	}
	return false;
}

/* A text that outlives the fleet. */
static text *
copy_text(const text *value)
{
	text	   *copy = palloc(VARSIZE(value));

	memcpy(copy, value, VARSIZE(value));
	return copy;
}

/* Do both name the same host? */
static bool
same_host(TransferText one, TransferText other)
{
	return one.data != NULL && other.data != NULL && one.length == other.length &&
		pg_strncasecmp(one.data, other.data, one.length) == 0;
}

/* The class of a remote host, seen from the host own: one of the fleet's texts. */
static const text *
class_of(Fleet *fleet, TransferText remote, TransferText own)
{
	TransferHost host;
	bool		ours = false;

	remote = transfer_trim_host(remote);
	host = transfer_read_host(remote);
	if (same_host(remote, own) || same_host(remote, transfer_short_host(own)))
		host.kind = TRANSFER_HOST_LOCAL;
	switch (host.kind)
	{
		case TRANSFER_HOST_LOCAL:
			return fleet->classes[0];
		case TRANSFER_HOST_PRIVATE:
			ours = host.is_address || is_ours(fleet, remote);
			break;
		case TRANSFER_HOST_ADDRESS:
			ours = is_our_address(fleet, &host.address);
			break;
		case TRANSFER_HOST_NAME:
			ours = is_ours(fleet, remote);
			break;
	}
	if (!ours && !host.is_address &&
		(host.kind == TRANSFER_HOST_PRIVATE || remote.length == 0 || memchr(remote.data, '.', remote.length) == NULL))
		return fleet->classes[3];
	return fleet->classes[ours ? 1 : 2];
}

/* An argument that names the host itself; no text if it is null. */
static TransferText
own_host(FunctionCallInfo fcinfo, int number)
{
	if (PG_ARGISNULL(number))
		return (TransferText) {NULL, 0};
	return transfer_trim_host(as_transfer_text(PG_GETARG_TEXT_PP(number)));
}

/*
 * remote_class(remote_host text, host text) -> text
 *
 * local: the host itself; inside: a host of ours, what is in a domain or network of
 * ours, or an address that only private networks have; unknown: a name without a
 * domain, or in a domain that anybody may use, that no host of ours has, such as that
 * of a store without an agent, or an alias of ssh's configuration; outside: all others.
 */
Datum
td_remote_class(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(copy_text(class_of(td_fleet(), as_transfer_text(PG_GETARG_TEXT_PP(0)), own_host(fcinfo, 1))));
}

/* outside_hosts(hosts text[], host text) -> text[]: those of them that are outside */
Datum
td_outside_hosts(PG_FUNCTION_ARGS)
{
	ArrayType  *hosts;
	TransferText own;
	Datum	   *values;
	bool	   *nulls;
	int			count;
	int			found = 0;
	Fleet	   *fleet;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	hosts = PG_GETARG_ARRAYTYPE_P(0);
	if (ArrayGetNItems(ARR_NDIM(hosts), ARR_DIMS(hosts)) == 0)
		PG_RETURN_NULL();
	own = own_host(fcinfo, 1);
	fleet = td_fleet();
	deconstruct_array(hosts, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i] && class_of(fleet, as_transfer_text(DatumGetTextPP(values[i])), own) == fleet->classes[2])
			values[found++] = values[i];
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(values, found, TEXTOID, -1, false, TYPALIGN_INT));
}

/* A text with its ASCII letters small. */
text *
td_lower_text(TransferText name)
{
	text	   *lower = cstring_to_text_with_len(name.data, (int) name.length);

	for (size_t i = 0; i < name.length; i++)
		VARDATA(lower)[i] = pg_ascii_tolower((unsigned char) VARDATA(lower)[i]);
	return lower;
}

/* The role that a pattern gives to a host, or else its name; NULL if neither does. */
static text *
work_out_role(Fleet *fleet, text *host)
{
	MemoryContext before;
	TransferText name = transfer_host_role(as_transfer_text(host));
	text	   *role = NULL;
	Oid			types[1] = {TEXTOID};
	Datum		values[1] = {PointerGetDatum(host)};

	if (fleet->patterns)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "could not connect to SPI");
		if (SPI_execute_with_args("SELECT " TD_INTERNAL_SCHEMA ".pattern_role($1)", 1, types, values, NULL, true, 1) != SPI_OK_SELECT)
			elog(ERROR, "could not look for a pattern");
		before = MemoryContextSwitchTo(fleet->context);
		role = td_column_text(0, 1);
		MemoryContextSwitchTo(before);
		SPI_finish();
	}
	if (role != NULL || name.data == NULL)
		return role;
	before = MemoryContextSwitchTo(fleet->context);
	role = td_lower_text(name);
	MemoryContextSwitchTo(before);
	return role;
}

/* The role of a name, as the tables say or as it is worked out; NULL if it has none. */
static text *
role_of_name(Fleet *fleet, text *name)
{
	TransferText trimmed = transfer_trim_host(as_transfer_text(name));
	FleetName  *entry = our_host(fleet, trimmed);

	if (entry == NULL)
		entry = td_fleet_name(fleet, trimmed, HASH_ENTER);
	if (entry == NULL)
		return NULL;
	if (!entry->role_known)
	{
		entry->role = work_out_role(fleet, name);
		fleet->worked_out++;
	}
	entry->role_known = true;
	return entry->role;
}

/* remote_role(remote_host text) -> text: the role of a host of ours, by its name or address, null if it is none or has none */
Datum
td_remote_role(PG_FUNCTION_ARGS)
{
	Fleet	   *fleet;
	text	   *name;
	TransferText remote;
	TransferHost host;
	text	   *role = NULL;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	fleet = td_fleet();
	name = PG_GETARG_TEXT_PP(0);
	remote = transfer_trim_host(as_transfer_text(name));
	host = transfer_read_host(remote);
	if (host.is_address)
	{
		FleetAddress *entry = hash_search(fleet->addresses, &host.address, HASH_FIND, NULL);

		role = entry == NULL ? NULL : entry->role;
	}
	else if (host.kind != TRANSFER_HOST_LOCAL && is_ours(fleet, remote))
		role = role_of_name(fleet, name);
	if (role == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(copy_text(role));
}

/* host_role(host text) -> text */
Datum
td_host_role(PG_FUNCTION_ARGS)
{
	text	   *role;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	role = role_of_name(td_fleet(), PG_GETARG_TEXT_PP(0));
	if (role == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(copy_text(role));
}

/* default_role(host text) -> text: the role that the name says by itself */
Datum
td_default_role(PG_FUNCTION_ARGS)
{
	TransferText role = transfer_host_role(as_transfer_text(PG_GETARG_TEXT_PP(0)));

	if (role.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(td_lower_text(role));
}

/* host_domain(host text) -> text: what follows the first dot of its name, in small letters */
Datum
td_host_domain(PG_FUNCTION_ARGS)
{
	TransferText domain = transfer_host_domain(as_transfer_text(PG_GETARG_TEXT_PP(0)));

	if (domain.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(td_lower_text(domain));
}

/* can_be_own(domain text) -> boolean */
Datum
td_can_be_own(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(transfer_can_be_own(as_transfer_text(PG_GETARG_TEXT_PP(0))));
}
