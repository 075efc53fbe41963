/*
 * inet.c
 *		ES|QL's addresses from and to PostgreSQL's inet.
 */
#include "compat.h"

#include "esql/value/inet.h"

/*
 * The 16 bytes of an inet's content, whose netmask is ignored.  The content,
 * family, bits and address, is what stands behind the length word; inside of
 * an array it need not be aligned.
 */
void
td_content_to_address(const void *content, TdAddress *address)
{
	const unsigned char *bytes = content;
	const unsigned char *ip = bytes + offsetof(inet_struct, ipaddr);

	if (bytes[offsetof(inet_struct, family)] == PGSQL_AF_INET)
		td_ipv4_address(ip, address);
	else
		memcpy(address->byte, ip, 16);
}

/*
 * The same of an inet.
 */
void
td_inet_to_address(inet *value, TdAddress *address)
{
	td_content_to_address(VARDATA_ANY(value), address);
}

/*
 * The inet in normal form for 16 bytes, in the current context.
 */
inet *
td_address_to_inet(const TdAddress *address)
{
	inet	   *result = (inet *) palloc0(sizeof(inet));

	if (td_is_ipv4(address))
	{
		ip_family(result) = PGSQL_AF_INET;
		ip_bits(result) = 32;
		memcpy(ip_addr(result), address->byte + 12, 4);
	}
	else
	{
		ip_family(result) = PGSQL_AF_INET6;
		ip_bits(result) = 128;
		memcpy(ip_addr(result), address->byte, 16);
	}
	SET_INET_VARSIZE(result);
	return result;
}
