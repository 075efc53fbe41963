/*
 * joined.c
 *		Values of options that have lost their quotes.
 *
 * Many shippers join the arguments of a process with blanks.  Then the line has
 * "rsync -e ssh -i key /srv/ nas:", where rsync was given "ssh -i key" as one
 * argument, and "scp -o ProxyCommand=ssh -W %h:%p hop f nas:".  Read as they stand,
 * the key is a file that is copied, and hop is not seen.
 *
 * So behind ssh alone, words that are options of ssh, with values that look right,
 * are taken as such; of those that are options of rsync as well, only where enough
 * words are left to copy.  A ProxyCommand ends with its %h and %p, with the host of
 * an ssh -W, or with a port.  Arguments that came as a list have lost nothing, and
 * are left alone.
 */
#include "transfer/parse.h"

#include <string.h>

static bool
is_option(TransferText word)
{
	return word.length > 1 && word.data[0] == '-' && word.data[1] != '-';
}

static bool
contains(TransferText text, const char *part)
{
	size_t		n = strlen(part);

	for (size_t i = 0; i + n <= text.length; i++)
	{
		if (memcmp(text.data + i, part, n) == 0)
			return true;
	}
	return false;
}

static bool
ends(TransferText text, const char *end)
{
	size_t		n = strlen(end);

	return text.length >= n && memcmp(text.data + text.length - n, end, n) == 0;
}

/* Where the last word with %h or %p stands, or 0. */
static size_t
last_token(const TransferParse *parse, size_t from)
{
	size_t		last = 0;

	for (size_t i = from; i < parse->word_count; i++)
	{
		if (contains(parse->words[i].text, "%h") || contains(parse->words[i].text, "%p"))
			last = i;
	}
	return last;
}

/* Where the words of a ProxyCommand end that begins with ssh. */
static size_t
ssh_proxy_end(const TransferParse *parse, size_t from, size_t last)
{
	bool		forwards = false;
	bool		destination = false;
	size_t		i = from;

	while (i < parse->word_count && (i <= last || (forwards && !destination)))
	{
		TransferText word = parse->words[i].text;

		if (is_option(word) && transfer_ssh_has_value(word.data[1]))
		{
			forwards = forwards || word.data[1] == 'W';
			i += word.length == 2 && i + 1 < parse->word_count ? 2 : 1;
		}
		else
		{
			destination = destination || !is_option(word);
			i++;
		}
	}
	return i;
}

/* Where the words of a ProxyCommand end, of which program is the first. */
static size_t
proxy_end(const TransferParse *parse, size_t from, TransferText program)
{
	static const char *const connectors[] = {"nc", "ncat", "netcat", "connect", "connect-proxy", "corkscrew"};
	TransferText name = transfer_base_name(program);
	size_t		last = last_token(parse, from);
	int			port;

	if (last > 0)
		return transfer_utility_of(program) == TRANSFER_SSH ? ssh_proxy_end(parse, from, last) : last + 1;
	for (size_t i = 0; i < sizeof(connectors) / sizeof(connectors[0]); i++)
	{
		if (transfer_same(name, connectors[i]) && from + 1 < parse->word_count && transfer_read_port(parse->words[from + 1].text, &port))
			return from + 2;
	}
	return from;
}

/* Words from there on that are no options. */
static size_t
words_left(const TransferParse *parse, size_t from)
{
	size_t		count = 0;

	for (size_t i = from; i < parse->word_count; i++)
		count += !is_option(parse->words[i].text);
	return count;
}

/* How many of them a utility needs. */
static size_t
words_needed(TransferUtility utility)
{
	return utility == TRANSFER_SCP ? 2 : utility == TRANSFER_SFTP || utility == TRANSFER_SSH ? 1 : 0;
}

/* The value of a ProxyCommand, with the words behind it that belong to it. */
TransferText
transfer_join_proxy(TransferParse *parse, TransferText value)
{
	size_t		end;
	size_t		length = value.length;
	char	   *joined;
	size_t		n;

	if (!parse->from_line || parse->letter > 0 || transfer_has(value, ' '))
		return value;
	end = proxy_end(parse, parse->at, value);
	if (end <= parse->at || words_left(parse, end) < words_needed(parse->result->utility))
		return value;
	for (size_t i = parse->at; i < end; i++)
		length += 1 + parse->words[i].text.length;
	joined = transfer_alloc(parse, length);
	if (joined == NULL)
		return value;
	memcpy(joined, value.data, value.length);
	n = value.length;
	for (; parse->at < end; parse->at++)
	{
		TransferWord *word = &parse->words[parse->at];

		joined[n++] = ' ';
		if (word->text.length > 0)
			memcpy(joined + n, word->text.data, word->text.length);
		n += word->text.length;
		word->kind = TRANSFER_WORD_SHELL;
	}
	return (TransferText) {joined, n};
}

static bool
is_account(TransferText text)
{
	for (size_t i = 0; i < text.length; i++)
	{
		char		c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'))
			return false;
	}
	return text.length > 0 && text.data[0] != '.';
}

/* May it be the value of that option of ssh, and not what rsync would copy? */
static bool
looks_right(char letter, TransferText value)
{
	TransferText name = transfer_base_name(value);
	int			port;

	switch (letter)
	{
		case 'p':
			return transfer_read_port(value, &port);
		case 'o':
			return transfer_has(value, '=') && is_account(transfer_slice(value, 0, (size_t) ((const char *) memchr(value.data, '=', value.length) - value.data)));
		case 'i':
			return contains(value, ".ssh/") || transfer_starts(name, "id_") || contains(name, "key") || ends(name, ".pem");
		case 'F':
			return contains(name, "config") || ends(name, ".conf") || ends(name, ".cfg");
		case 'J':
			return value.length > 0 && !transfer_has(value, '/') && value.data[value.length - 1] != ':';
		case 'l':
			return is_account(value);
		default:
			return false;
	}
}

/* The word behind the option of ssh at i, or i if none of ssh's stands there. */
static size_t
option_end(const TransferParse *parse, size_t i)
{
	static const char proxy[] = "proxycommand=";
	TransferText word = parse->words[i].text;
	TransferText value;
	size_t		end = i + 1;

	if (!is_option(word))
		return i;
	if (word.length > 2)
		value = transfer_slice(word, 2, word.length);
	else if (end < parse->word_count)
		value = parse->words[end++].text;
	else
		return i;
	/* of a cluster such as -lH it is none */
	if (!looks_right(word.data[1], value) || (word.length > 2 && word.data[1] == 'l'))
		return i;
	if (word.data[1] == 'o' && value.length > strlen(proxy) && transfer_same_word(transfer_slice(value, 0, strlen(proxy)), proxy))
		end = proxy_end(parse, end, transfer_slice(value, strlen(proxy), value.length));
	return words_left(parse, end) >= (word.data[1] == 'p' || word.data[1] == 'o' ? 1 : 2) ? end : i;
}

/* Is it an option of ssh without a value, which rsync has as well? */
static bool
is_flag(TransferText word)
{
	if (!is_option(word))
		return false;
	for (size_t i = 1; i < word.length; i++)
	{
		if (strchr("46ACTaknqvx", word.data[i]) == NULL)
			return false;
	}
	return true;
}

/* How many words behind rsync's "-e ssh" are options of ssh. */
size_t
transfer_count_shell_words(const TransferParse *parse)
{
	size_t		end = parse->at;

	if (!parse->from_line)
		return 0;
	for (size_t i = parse->at; i < parse->word_count;)
	{
		size_t		next = option_end(parse, i);

		if (next > i)
			i = end = next;
		else if (is_flag(parse->words[i].text))
			i++;
		else
			break;
	}
	return end - parse->at;
}
