/*
 * host.c
 *		What the name or address of a host says by itself.
 *
 * Programs hand a host to getaddrinfo(), which also takes IPv4 addresses as C
 * programs write numbers: 127.1, 0x7f000001 and 2130706433 are all 127.0.0.1.
 * Whoever hides a destination may write it so.
 */
#include "transfer/host.h"

#include <string.h>

#include "text/word.h"

/* Blocks of addresses that do not lead out of a private network. */
static const char *const private_blocks[] = {
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10"
};

static const char *const local_blocks[] = {
	"127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"
};

static const char *const local_names[] = {
	"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"
};

/* Domains that nobody can register. */
static const char *const private_domains[] = {
	"local", "lan", "internal", "intranet", "home.arpa", "localdomain", "corp", "home"
};

/*
 * Domains in which a cloud names the machines of all its customers: that one of
 * them is ours says nothing about the others.
 */
static const char *const shared_domains[] = {
	"amazonaws.com", "googleusercontent.com", "cloudapp.net", "cloudapp.azure.com", "azure.com", "windows.net",
	"linode.com", "linodeusercontent.com", "digitaloceanspaces.com", "vultrusercontent.com", "your-server.de",
	"contaboserver.net", "ovh.net", "kimsufi.com", "online.net", "scaleway.com"
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
in_blocks(const TdAddress *address, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		TdBlock		block;

		if (td_read_cidr(texts[i], strlen(texts[i]), &block) && td_in_block(address, &block))
			return true;
	}
	return false;
}

/* Is it the domain, or a name in it? */
static bool
in_domain(TransferText name, const char *domain)
{
	size_t		length = strlen(domain);

	if (name.length < length || !esql_same_word(name.data + name.length - length, length, domain))
		return false;
	return name.length == length || name.data[name.length - length - 1] == '.';
}

static bool
in_domains(TransferText name, const char *const *domains, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		if (in_domain(name, domains[i]))
			return true;
	}
	return false;
}

/* The value of a digit in a base, or -1. */
static int
digit_value(char c, int base)
{
	int			value = c >= '0' && c <= '9' ? c - '0' :
		c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;

	return value < base ? value : -1;
}

/* Read a number as C writes it, up to a dot or the end. */
static bool
read_part(TransferText text, size_t *at, uint64_t *value)
{
	int			base = 10;
	size_t		begin = *at;

	*value = 0;
	if (begin + 1 < text.length && text.data[begin] == '0' && (text.data[begin + 1] | 0x20) == 'x')
	{
		base = 16;
		begin += 2;
	}
	else if (begin < text.length && text.data[begin] == '0')
		base = 8;
	for (*at = begin; *at < text.length && text.data[*at] != '.'; (*at)++)
	{
		int			digit = digit_value(text.data[*at], base);

		if (digit < 0)
			return false;
		*value = *value * base + digit;
		if (*value > UINT32_MAX)
			return false;
	}
	return *at > begin;
}

/* Read an address as inet_aton() does: up to four numbers, of which the last takes all bytes that are left. */
static bool
read_loose_ipv4(TransferText text, TdAddress *address)
{
	unsigned char bytes[4] = {0};
	size_t		at = 0;
	int			parts = 0;

	for (;;)
	{
		uint64_t	value;

		if (parts == 4 || !read_part(text, &at, &value))
			return false;
		if (at == text.length)
		{
			if (value >> (8 * (4 - parts)) != 0)
				return false;
			for (int i = 3; i >= parts; i--, value >>= 8)
				bytes[i] = value & 0xff;
			break;
		}
		if (value > 255)
			return false;
		bytes[parts++] = (unsigned char) value;
		at++;
	}
	td_ipv4_address(bytes, address);
	return true;
}

/* The name without brackets, zone and the dot at its end. */
TransferText
transfer_trim_host(TransferText name)
{
	const char *zone;

	if (name.length > 1 && name.data[0] == '[' && name.data[name.length - 1] == ']')
	{
		name.data++;
		name.length -= 2;
	}
	zone = name.length == 0 ? NULL : memchr(name.data, '%', name.length);
	if (zone != NULL && memchr(name.data, ':', name.length) != NULL)
		name.length = (size_t) (zone - name.data);
	if (name.length > 1 && name.data[name.length - 1] == '.')
		name.length--;
	return name;
}

TransferHost
transfer_read_host(TransferText name)
{
	TransferHost host = {.kind = TRANSFER_HOST_NAME};

	name = transfer_trim_host(name);
	if (td_read_ip(name.data, name.length, &host.address) || read_loose_ipv4(name, &host.address))
	{
		host.is_address = true;
		if (in_blocks(&host.address, local_blocks, COUNT(local_blocks)))
			host.kind = TRANSFER_HOST_LOCAL;
		else if (in_blocks(&host.address, private_blocks, COUNT(private_blocks)))
			host.kind = TRANSFER_HOST_PRIVATE;
		else
			host.kind = TRANSFER_HOST_ADDRESS;
		return host;
	}
	for (size_t i = 0; i < COUNT(local_names); i++)
	{
		if (esql_same_word(name.data, name.length, local_names[i]))
			host.kind = TRANSFER_HOST_LOCAL;
	}
	if (host.kind == TRANSFER_HOST_NAME && memchr(name.data, '.', name.length) != NULL &&
		in_domains(name, private_domains, COUNT(private_domains)))
		host.kind = TRANSFER_HOST_PRIVATE;
	return host;
}

/* The name up to its first dot; an address has none. */
TransferText
transfer_short_host(TransferText name)
{
	TdAddress	address;
	const char *dot;

	name = transfer_trim_host(name);
	if (td_read_ip(name.data, name.length, &address) || read_loose_ipv4(name, &address))
		return (TransferText) {NULL, 0};
	dot = name.length == 0 ? NULL : memchr(name.data, '.', name.length);
	if (dot != NULL)
		name.length = (size_t) (dot - name.data);
	return name;
}

/* The domain of a host: what follows the first dot of its name.  None if there is nothing. */
TransferText
transfer_host_domain(TransferText name)
{
	TransferText host = transfer_short_host(name);

	name = transfer_trim_host(name);
	if (host.data == NULL || host.length + 1 >= name.length)
		return (TransferText) {NULL, 0};
	name.data += host.length + 1;
	name.length -= host.length + 1;
	return name;
}

/*
 * Can hosts of ours show that a domain is ours?  Not one of a single part, such as
 * com, and none of those that all customers of a cloud share.
 */
bool
transfer_can_be_own(TransferText domain)
{
	return memchr(domain.data, '.', domain.length) != NULL && !in_domains(domain, shared_domains, COUNT(shared_domains));
}

/* Does this part of a name look like a number: has it a digit in it, or is it a longer one of hexadecimal digits? */
static bool
is_number(const char *data, size_t length)
{
	bool		hexadecimal = length >= 4;

	for (size_t i = 0; i < length; i++)
	{
		if (data[i] >= '0' && data[i] <= '9')
			return true;
		hexadecimal = hexadecimal && digit_value(data[i], 16) >= 0;
	}
	return hexadecimal;
}

static size_t
count_hexadecimal(const char *data, size_t length)
{
	size_t		count = 0;

	while (count < length && digit_value(data[count], 16) >= 0)
		count++;
	return count;
}

/* Is it an id that says nothing: 12 hexadecimal digits or more, as containers have, or a UUID? */
static bool
is_id(const char *data, size_t length)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	size_t		at = 0;

	if (length >= 12 && count_hexadecimal(data, length) == length)
		return true;
	if (length != 36)
		return false;
	for (size_t i = 0; i < COUNT(groups); at += groups[i] + 1, i++)
	{
		if (count_hexadecimal(data + at, groups[i]) < groups[i] || (i > 0 && data[at - 1] != '-'))
			return false;
	}
	return true;
}

/*
 * The length of a name without what a deployment of Kubernetes adds: a hash of its
 * template and five characters for the pod.  A hash has a digit, and no letters that
 * would make words of it.  The same length if it is no such name.
 */
static size_t
without_pod(const char *data, size_t length)
{
	size_t		hash = length < 7 ? 0 : length - 6;		/* where it ends */
	size_t		begin = hash;
	bool		digit = false;

	if (hash == 0 || data[hash] != '-')
		return length;
	for (size_t i = hash + 1; i < length; i++)
	{
		if (!((data[i] >= '0' && data[i] <= '9') || (data[i] >= 'a' && data[i] <= 'z')))
			return length;
	}
	while (begin > 0 && data[begin - 1] != '-')
	{
		char		c = data[--begin];

		if (c >= '0' && c <= '9')
			digit = true;
		else if (c < 'a' || c > 'z' || strchr("iouy", c) != NULL)
			return length;
	}
	return digit && begin > 1 && hash - begin >= 8 && hash - begin <= 10 ? begin - 1 : length;
}

/*
 * The length of a short word with a figure in it, such as k8s, k3s or e2e, at the
 * beginning of a name where a number follows; 0 if there is none.  Without a mark between
 * them, what is a hexadecimal number as a whole is no word.
 */
static size_t
length_of_numeronym(const char *data, size_t length)
{
	size_t		end = 3;

	if (length < 4 || !(data[1] >= '0' && data[1] <= '9'))
		return 0;
	for (size_t i = 0; i < 3; i += 2)
	{
		if (!((data[i] | 0x20) >= 'a' && (data[i] | 0x20) <= 'z'))
			return 0;
	}
	if (data[end] == '-' || data[end] == '_')
		end++;
	else if (count_hexadecimal(data, length) == length)
		return 0;
	for (size_t i = end; i < length; i++)
	{
		if (!(data[i] >= '0' && data[i] <= '9'))
			return 0;
	}
	return end < length ? 3 : 0;
}

/*
 * The role that a name says: without domain and without the number at its end,
 * which may have several parts and letters: web-1, db02, ip-10-1-2-3, lt-4f9a2c,
 * shop-64f0bb58f7-ayseb.  None if nothing is left, or if the name has no number.
 */
TransferText
transfer_host_role(TransferText name)
{
	TransferText role = transfer_short_host(name);
	size_t		end = role.length;

	if (role.data == NULL || is_id(role.data, role.length))
		return (TransferText) {NULL, 0};
	end = without_pod(role.data, end);
	for (;;)
	{
		size_t		begin = end;

		while (begin > 0 && role.data[begin - 1] != '-' && role.data[begin - 1] != '_')
			begin--;
		if (!is_number(role.data + begin, end - begin))
			break;
		if (begin == 0)
		{
			/* db02: the letters before the number, unless they are part of it */
			size_t		letters = 0;

			if (is_id(role.data, end))
				return (TransferText) {NULL, 0};
			while (letters < end && !(role.data[letters] >= '0' && role.data[letters] <= '9'))
				letters++;
			if (letters == 1)
				end = length_of_numeronym(role.data, role.length);
			else
				end = letters < 2 || letters == end ? 0 : letters;
			break;
		}
		end = begin - 1;
	}
	while (end > 0 && (role.data[end - 1] == '-' || role.data[end - 1] == '_'))
		end--;
	if (end == 0 || end == role.length)
		return (TransferText) {NULL, 0};
	role.length = end;
	return role;
}
