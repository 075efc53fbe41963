/*
 * network.c
 *		Networks as NETWORK_DIRECTION names them: blocks, and words such as private.
 */
#include "text/network.h"

#include <string.h>

typedef enum Word
{
	LOOPBACK, UNICAST, MULTICAST, INTERFACE_LOCAL_MULTICAST, LINK_LOCAL_MULTICAST, LINK_LOCAL_UNICAST, PRIVATE,
	PUBLIC, UNSPECIFIED, WORDS
} Word;

static const struct
{
	const char *name;
	Word		word;
}			words[] = {
	{"loopback", LOOPBACK},
	{"unicast", UNICAST},
	{"global_unicast", UNICAST},
	{"multicast", MULTICAST},
	{"interface_local_multicast", INTERFACE_LOCAL_MULTICAST},
	{"link_local_multicast", LINK_LOCAL_MULTICAST},
	{"link_local_unicast", LINK_LOCAL_UNICAST},
	{"private", PRIVATE},
	{"public", PUBLIC},
	{"unspecified", UNSPECIFIED}
};

/* What a word means, unless it has no blocks. */
static const char *const blocks[WORDS][5] = {
	[LOOPBACK] = {"127.0.0.0/8", "::1/128"},
	[MULTICAST] = {"224.0.0.0/4", "ff00::/8"},
	[LINK_LOCAL_MULTICAST] = {"224.0.0.0/24"},	/* and ff?2::/16 */
	[LINK_LOCAL_UNICAST] = {"169.254.0.0/16", "fe80::/10"},
	[PRIVATE] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"},
	[UNSPECIFIED] = {"0.0.0.0/32", "::/128"}
};

static Word
word_of(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (strlen(words[i].name) == length && memcmp(words[i].name, name, length) == 0)
			return words[i].word;
	}
	return WORDS;
}

/* Is the address in one block of a word's? */
static bool
in_blocks(const TdAddress *address, Word word)
{
	TdBlock		block;

	for (int i = 0; i < 5 && blocks[word][i] != NULL; i++)
	{
		if (td_read_cidr(blocks[word][i], strlen(blocks[word][i]), &block) && td_in_block(address, &block))
			return true;
	}
	return false;
}

/* Is it a multicast address of IPv6 with that scope, whatever its flags? */
static bool
has_scope(const TdAddress *address, int scope)
{
	return address->byte[0] == 0xFF && (address->byte[1] & 0x0F) == scope;
}

static bool
is_broadcast(const TdAddress *address)
{
	static const unsigned char bytes[4] = {255, 255, 255, 255};
	TdAddress	broadcast;

	td_ipv4_address(bytes, &broadcast);
	return memcmp(address, &broadcast, sizeof(TdAddress)) == 0;
}

/* Is the address one that a word means? */
static bool
in_word(const TdAddress *address, Word word)
{
	switch (word)
	{
		case INTERFACE_LOCAL_MULTICAST:
			return has_scope(address, 1);
		case LINK_LOCAL_MULTICAST:
			return has_scope(address, 2) || in_blocks(address, word);
		case UNICAST:
			return !is_broadcast(address) && !in_blocks(address, UNSPECIFIED) && !in_blocks(address, LOOPBACK) &&
				!in_blocks(address, MULTICAST) && !in_blocks(address, LINK_LOCAL_UNICAST);
		case PUBLIC:
			return !is_broadcast(address) && !in_blocks(address, UNSPECIFIED) && !in_blocks(address, LOOPBACK) &&
				!in_blocks(address, PRIVATE) && !in_blocks(address, LINK_LOCAL_UNICAST) &&
				!in_word(address, LINK_LOCAL_MULTICAST) && !has_scope(address, 1);
		case LOOPBACK:
		case MULTICAST:
		case LINK_LOCAL_UNICAST:
		case PRIVATE:
		case UNSPECIFIED:
			return in_blocks(address, word);
		case WORDS:
			break;
	}
	return false;
}

/* Is it a network's name, or a block? */
bool
td_is_network(const char *name, size_t length)
{
	TdBlock		block;

	return word_of(name, length) != WORDS || td_read_cidr(name, length, &block);
}

/* Is the address in the network?  False if there is no such network. */
bool
td_in_network(const TdAddress *address, const char *name, size_t length, bool *within)
{
	Word		word = word_of(name, length);
	TdBlock		block;

	if (word != WORDS)
		*within = in_word(address, word);
	else if (td_read_cidr(name, length, &block))
		*within = td_in_block(address, &block);
	else
		return false;
	return true;
}
