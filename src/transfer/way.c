/*
 * way.c
 *		The other hosts of a transfer, and the program that it goes through.
 *
 * "scp -J hop a nas:" connects to hop, and so do ProxyJump and ProxyCommand; what
 * is copied may as well stay there.  scp with several sources has several hosts.
 * None of them is the transfer's remote host, so they stand in a list.
 *
 * A ProxyCommand is any command of a shell.  If it is ssh, its destination and its
 * own ways count; in all others, each word that is an address, or a name with a
 * domain.  %h and %p are the transfer's own host and port.
 */
#include "transfer/parse.h"

#include <string.h>

#include "transfer/host.h"

/* ssh in the ProxyCommand of an ssh in a ProxyCommand. */
#define MAX_DEPTH	3

static void read_ways(TransferParse *parse, const TransferList *options, int depth);

static void
add_host(TransferParse *parse, TransferText host)
{
	Transfer   *result = parse->result;

	if (host.length == 0 || transfer_has(host, '%') || transfer_has(host, ' ') || transfer_same_word(host, "none"))
		return;
	if (transfer_same_text(host, result->remote_host))
		return;
	for (size_t i = 0; i < result->other_hosts.count; i++)
	{
		if (transfer_same_text(host, result->other_hosts.items[i]))
			return;
	}
	transfer_add(parse, &result->other_hosts, host);
}

/* [user@]host[:port], perhaps as a URL. */
static void
add_hop(TransferParse *parse, TransferText text)
{
	TransferPlace place;

	transfer_read_hop(text, &place);
	add_host(parse, place.host);
}

/* -J one,two */
static void
add_hops(TransferParse *parse, TransferText hops)
{
	size_t		start = 0;

	for (size_t i = 0; i <= hops.length; i++)
	{
		if (i < hops.length && hops.data[i] != ',')
			continue;
		add_hop(parse, transfer_slice(hops, start, i));
		start = i + 1;
	}
}

/* A program that lies where programs do not. */
static void
take_helper(TransferParse *parse, TransferText program)
{
	TransferClass class;

	if (program.length == 0 || parse->result->helper.data != NULL)
		return;
	class = transfer_classify(program);
	if (class == TRANSFER_TMP || class == TRANSFER_HIDDEN || class == TRANSFER_SECRET)
		parse->result->helper = program;
}

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* Is it an address, or a name with a domain?  A port is a number, too. */
static bool
is_host(TransferText text)
{
	bool		dotted = transfer_has(text, '.');
	size_t		dot = text.length;

	if (text.length < 4 || text.data[0] == '.' || text.data[0] == '-' || text.data[text.length - 1] == '.')
		return false;
	if (transfer_read_host(text).is_address)
		return dotted || text.length > 5;
	while (dot > 0 && text.data[dot - 1] != '.')
		dot--;
	if (dot == 0 || text.length - dot < 2)
		return false;
	for (size_t i = dot; i < text.length; i++)
	{
		if ((text.data[i] | 0x20) < 'a' || (text.data[i] | 0x20) > 'z')
			return false;
	}
	return true;
}

/* The hosts in a word: proxy:3128, PROXY:proxy.example:%h:%p, http://u@proxy.example/, [2001:db8::1]:22. */
static void
add_hosts_of(TransferParse *parse, TransferText word)
{
	bool		option = word.length > 0 && word.data[0] == '-';
	TransferHost whole = transfer_read_host(word);

	if (word.length > 0 && (word.data[0] == '/' || word.data[0] == '~' || transfer_starts(word, "./")))
		return;
	if (whole.is_address)
	{
		if (transfer_has(word, ':') || is_host(word))
			add_host(parse, transfer_trim_host(word));
		return;
	}
	for (size_t i = option && word.length > 2 ? 2 : 0; i < word.length;)
	{
		size_t		start = i;
		TransferText part;

		if (word.data[i] == '[')
		{
			while (i < word.length && word.data[i] != ']')
				i++;
			part = transfer_slice(word, start + 1, i);
			if (transfer_read_host(part).is_address)
			{
				add_host(parse, part);
				continue;
			}
			i = start + 1;
			continue;
		}
		while (i < word.length && is_name_byte(word.data[i]))
			i++;
		part = transfer_slice(word, start, i);
		if (is_host(part) && (start == 0 || word.data[start - 1] != '%'))
			add_host(parse, part);
		if (i == start)
			i++;
	}
}

/* The same for a word that is itself a command, as that of sh -c is. */
static void
add_hosts_of_words(TransferParse *parse, TransferText words)
{
	for (size_t i = 0; i < words.length;)
	{
		size_t		start = i;

		while (i < words.length && strchr(" \t'\"", words.data[i]) == NULL)
			i++;
		add_hosts_of(parse, transfer_slice(words, start, i));
		i++;
	}
}

static void
read_proxy_command(TransferParse *parse, TransferText command, int depth)
{
	Transfer	there;
	TransferParse proxy = {.context = parse->context, .result = &there, .at = 1};
	size_t		program = 0;
	size_t		next;

	memset(&there, 0, sizeof(there));
	if (!transfer_split(&proxy, command, TRANSFER_SPLIT_ARGUMENTS))
	{
		parse->failed = true;
		return;
	}
	while (program < proxy.word_count)
	{
		take_helper(parse, proxy.words[program].text);
		next = transfer_skip_wrapper(&proxy, program);
		if (next == program)
			break;
		program = next;
	}
	if (program >= proxy.word_count)
		return;
	proxy.at = program + 1;
	next = 1;
	if (transfer_utility_of(proxy.words[program].text) == TRANSFER_SSH)
	{
		size_t		destination = transfer_ssh_destination(&proxy);

		if (destination > 0)
		{
			add_hop(parse, proxy.words[destination].text);
			next = destination + 1;
		}
		else
			next = proxy.word_count;
		read_ways(parse, &there.options, depth + 1);
	}
	for (size_t i = next; i < proxy.word_count; i++)
		add_hosts_of_words(parse, proxy.words[i].text);
	parse->failed = parse->failed || proxy.failed;
}

/* The value of an option of that name, or none. */
static inline bool
option_value(TransferText option, const char *name, TransferText *value)
{
	size_t		n = strlen(name);

	if (option.length <= n || option.data[n] != '=' || memcmp(option.data, name, n) != 0)
		return false;
	*value = transfer_slice(option, n + 1, option.length);
	return true;
}

static void
read_ways(TransferParse *parse, const TransferList *options, int depth)
{
	for (size_t i = 0; i < options->count && depth <= MAX_DEPTH; i++)
	{
		TransferText option = options->items[i];
		TransferText value;

		if (option_value(option, "jump", &value))
			add_hops(parse, value);
		else if (option_value(option, "proxy_command", &value))
			read_proxy_command(parse, value, depth);
		else if (option_value(option, "source", &value))
			add_hop(parse, value);
		else if (depth > 0 && option_value(option, "host_name", &value))
			add_host(parse, value);
		else if (option_value(option, "program", &value))
			take_helper(parse, value);
		else if (option_value(option, "remote_shell", &value))
		{
			size_t		end = 0;

			while (end < value.length && value.data[end] != ' ')
				end++;
			take_helper(parse, transfer_slice(value, 0, end));
		}
	}
}

/* A host that may be the transfer's as well; its alias is none. */
void
transfer_other_host(TransferParse *parse, TransferText host)
{
	TransferText alias;

	for (size_t i = 0; i < parse->result->options.count; i++)
	{
		if (option_value(parse->result->options.items[i], "host_alias", &alias) && transfer_same_text(alias, host))
			return;
	}
	if (!transfer_has(host, '\'') && !transfer_has(host, '"'))
		add_host(parse, host);
}

/* Find the hosts and the program in the options that were read. */
void
transfer_read_ways(TransferParse *parse)
{
	TransferText alias;

	read_ways(parse, &parse->result->options, 0);
	/* a HostName that may be none: then the host is the one that it hides */
	for (size_t i = 0; parse->guessed && i < parse->result->options.count; i++)
	{
		if (option_value(parse->result->options.items[i], "host_alias", &alias))
			add_host(parse, alias);
	}
}
