/*
 * address.c
 *		IP addresses and blocks of them, from and to text.
 */
#include "text/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "text/hex.h"

/* The first twelve bytes of an IPv4 address. */
static const unsigned char ipv4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/*
 * Make four bytes an IPv4 address.
 */
void
td_ipv4_address(const unsigned char bytes[4], TdAddress *address)
{
	memcpy(address->byte, ipv4_prefix, sizeof(ipv4_prefix));
	memcpy(address->byte + 12, bytes, 4);
}

/*
 * Is it an IPv4 address?
 */
bool
td_is_ipv4(const TdAddress *address)
{
	return memcmp(address->byte, ipv4_prefix, sizeof(ipv4_prefix)) == 0;
}

/*
 * Read an address in one of its strict forms: four decimal numbers without
 * leading zeros, or IPv6 in any of its spellings, without netmask and zone.
 * False if the text is anything else.
 */
bool
td_read_ip(const char *text, size_t length, TdAddress *address)
{
	char		buffer[TD_ADDRESS_TEXT_SIZE];
	unsigned char ipv4[4];

	if (length >= sizeof(buffer))
		return false;
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	if (memchr(buffer, ':', length) != NULL)
		return inet_pton(AF_INET6, buffer, address->byte) == 1;
	if (inet_pton(AF_INET, buffer, ipv4) != 1)
		return false;
	td_ipv4_address(ipv4, address);
	return true;
}

/*
 * How much of a text is an address, if what follows is a netmask (/24), a zone
 * (%eth0) or both: interfaces are listed so.  0 if it is no address at all.
 */
size_t
td_bare_address(const char *text, size_t length)
{
	TdAddress	address;
	const char *zone = memchr(text, '%', length);
	const char *mask = memchr(text, '/', length);
	size_t		end = mask != NULL ? (size_t) (mask - text) : length;
	int			bits = 0;

	for (size_t i = end + 1; i < length; i++)
	{
		if (text[i] < '0' || text[i] > '9' || (bits = bits * 10 + (text[i] - '0')) > 128)
			return 0;
	}
	if (mask != NULL && end + 1 == length)
		return 0;
	if (zone != NULL && (size_t) (zone - text) < end)
	{
		if ((size_t) (zone - text) + 1 == end || memchr(text, ':', (size_t) (zone - text)) == NULL)
			return 0;
		end = (size_t) (zone - text);
	}
	if (!td_read_ip(text, end, &address) || (td_is_ipv4(&address) && memchr(text, ':', end) == NULL && bits > 32))
		return 0;
	return end;
}

/*
 * Read a block: address/bits, or an address alone, which is a block of one.
 * The other bits of the address may be set.  False if the text is neither.
 */
bool
td_read_cidr(const char *text, size_t length, TdBlock *block)
{
	const char *slash = length == 0 ? NULL : memchr(text, '/', length);
	size_t		address_length = slash != NULL ? (size_t) (slash - text) : length;
	size_t		digits = slash != NULL ? length - address_length - 1 : 0;

	if (!td_read_ip(text, address_length, &block->address))
		return false;
	block->bits = 128;
	if (slash == NULL)
		return true;
	if (digits < 1 || digits > 3)
		return false;
	block->bits = 0;
	for (size_t i = 1; i <= digits; i++)
	{
		if (slash[i] < '0' || slash[i] > '9')
			return false;
		block->bits = block->bits * 10 + (slash[i] - '0');
	}
	if (memchr(text, ':', address_length) == NULL)
		block->bits += 96;
	return block->bits <= 128;
}

/*
 * Is the address in the block?
 */
bool
td_in_block(const TdAddress *address, const TdBlock *block)
{
	int			bytes = block->bits / 8;
	int			rest = block->bits % 8;

	if (memcmp(address->byte, block->address.byte, (size_t) bytes) != 0)
		return false;
	return rest == 0 ||
		((address->byte[bytes] ^ block->address.byte[bytes]) & (0xff << (8 - rest)) & 0xff) == 0;
}

/*
 * Clear all but the first bits of an address.
 */
void
td_keep_prefix(TdAddress *address, int bits)
{
	for (int i = 0; i < 16; i++)
	{
		int			kept = bits - 8 * i;

		kept = kept < 0 ? 0 : kept > 8 ? 8 : kept;
		address->byte[i] &= (unsigned char) (0xff << (8 - kept));
	}
}

/*
 * The canonical text of an address (RFC 5952): lower case, no leading zeros,
 * the first longest run of two or more zero groups as "::".  PostgreSQL writes
 * some IPv6 addresses with an IPv4 tail; ES|QL does not.
 */
size_t
td_write_ip(const TdAddress *address, char buffer[TD_ADDRESS_TEXT_SIZE])
{
	const unsigned char *byte = address->byte;
	int			best_start = -1;
	int			best_length = 1;
	size_t		length = 0;

	if (td_is_ipv4(address))
		return (size_t) snprintf(buffer, TD_ADDRESS_TEXT_SIZE, "%d.%d.%d.%d",
								 byte[12], byte[13], byte[14], byte[15]);

	for (int start = 0, end; start < 8; start = end + 1)
	{
		for (end = start; end < 8 && byte[2 * end] == 0 && byte[2 * end + 1] == 0; end++)
			;
		if (end - start > best_length)
		{
			best_start = start;
			best_length = end - start;
		}
	}
	for (int i = 0; i < 8; i++)
	{
		if (i == best_start)
		{
			length += (size_t) snprintf(buffer + length, TD_ADDRESS_TEXT_SIZE - length, "::");
			i += best_length - 1;
			continue;
		}
		length += (size_t) snprintf(buffer + length, TD_ADDRESS_TEXT_SIZE - length,
						   i == 0 || buffer[length - 1] == ':' ? "%x" : ":%x",
						   byte[2 * i] << 8 | byte[2 * i + 1]);
	}
	return length;
}

/*
 * The key of an address: its bytes as hexadecimal digits in lower case, which
 * sort as the addresses do.
 */
void
td_write_ip_key(const TdAddress *address, char key[TD_ADDRESS_KEY_LENGTH])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++)
	{
		key[2 * i] = digits[address->byte[i] >> 4];
		key[2 * i + 1] = digits[address->byte[i] & 15];
	}
}

/*
 * Read a key back.  False if the text is no key; upper case is not.
 */
bool
td_read_ip_key(const char *key, size_t length, TdAddress *address)
{
	if (length != TD_ADDRESS_KEY_LENGTH)
		return false;
	for (size_t i = 0; i < 16; i++)
	{
		int			high = td_hex_digit((unsigned char) key[2 * i]);
		int			low = td_hex_digit((unsigned char) key[2 * i + 1]);

		if (high < 0 || low < 0 || (key[2 * i] >= 'A' && key[2 * i] <= 'F') ||
			(key[2 * i + 1] >= 'A' && key[2 * i + 1] <= 'F'))
			return false;
		address->byte[i] = (unsigned char) (high << 4 | low);
	}
	return true;
}
