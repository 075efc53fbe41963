/*
 * place.c
 *		Places: a local path, user@host:path, host::module and URLs.
 *
 * A colon before the first slash makes a word remote, unless it comes first.
 * An IPv6 address stands in brackets.  The account ends at the last @ before
 * the host.
 */
#include "transfer/parse.h"

#include <string.h>

#include "text/hex.h"

/* Bytes of [user@]host before the colon that makes the word remote, or 0. */
static size_t
find_colon(TransferText text)
{
	bool		bracket = text.length > 0 && text.data[0] == '[';

	if (text.length == 0 || text.data[0] == ':')
		return 0;
	for (size_t i = 0; i < text.length; i++)
	{
		char		c = text.data[i];

		if (c > '@' && c != ']')
			continue;
		if (c == '@' && i + 1 < text.length && text.data[i + 1] == '[')
			bracket = true;
		if (bracket && c == ']' && i + 1 < text.length && text.data[i + 1] == ':')
			return i + 1;
		if (c == ':' && !bracket)
			return i;
		if (c == '/')
			return 0;
	}
	return 0;
}

/* [user@]host, the host perhaps in brackets. */
static void
read_account(TransferText text, TransferPlace *place)
{
	size_t		at = text.length;

	while (at > 0 && text.data[at - 1] != '@')
		at--;
	if (at > 1)
		place->user = transfer_slice(text, 0, at - 1);
	place->host = transfer_slice(text, at, text.length);
	if (place->host.length >= 2 && place->host.data[0] == '[' && place->host.data[place->host.length - 1] == ']')
		place->host = transfer_slice(place->host, 1, place->host.length - 1);
}

/* A word of scp or rsync: remote if a colon says so. */
void
transfer_read_place(TransferText text, TransferPlace *place)
{
	size_t		colon = find_colon(text);

	memset(place, 0, sizeof(*place));
	if (colon == 0)
	{
		place->path = text;
		return;
	}
	place->remote = true;
	read_account(transfer_slice(text, 0, colon), place);
	place->keep = colon + 1;
	place->path = transfer_slice(text, colon + 1, text.length);
}

/* %xx becomes the character, where it is one of ASCII that can be seen. */
static TransferText
decode(TransferParse *parse, TransferText text)
{
	char	   *out;
	size_t		n = 0;

	if (!transfer_has(text, '%') || (out = transfer_alloc(parse, text.length)) == NULL)
		return text;
	for (size_t i = 0; i < text.length; i++)
	{
		int			high = text.data[i] == '%' && i + 2 < text.length ? td_hex_digit((unsigned char) text.data[i + 1]) : -1;
		int			low = high >= 0 ? td_hex_digit((unsigned char) text.data[i + 2]) : -1;
		int			code = low >= 0 ? high * 16 + low : 0;

		if (code >= ' ' && code < 0x7F)
		{
			out[n++] = (char) code;
			i += 2;
		}
		else
			out[n++] = text.data[i];
	}
	return (TransferText) {out, n};
}

/* Take :port off a host. */
static bool
read_host_port(TransferText host, TransferPlace *place)
{
	size_t		colon = host.length;

	while (colon > 0 && host.data[colon - 1] != ':' && host.data[colon - 1] != ']')
		colon--;
	if (colon > 0 && host.data[colon - 1] == ':')
	{
		TransferText port = transfer_slice(host, colon, host.length);

		if (port.length > 0 && !transfer_read_port(port, &place->port))
			return false;
		host.length = colon - 1;
	}
	if (host.length >= 2 && host.data[0] == '[' && host.data[host.length - 1] == ']')
		host = transfer_slice(host, 1, host.length - 1);
	place->host = host;
	return host.length > 0;
}

/* A host to go through, as ssh -J and scp write it: [scheme://][user@]host[:port] and what may follow. */
void
transfer_read_hop(TransferText text, TransferPlace *place)
{
	size_t		start = 0;
	size_t		at;

	memset(place, 0, sizeof(*place));
	for (size_t i = 0; i + 3 <= text.length && start == 0; i++)
	{
		if (memcmp(text.data + i, "://", 3) == 0)
			start = i + 3;
		else if (text.data[i] == '/')
			break;
	}
	for (at = start; at < text.length && text.data[at] != '/'; at++)
		;
	text = transfer_slice(text, start, at);
	for (at = text.length; at > 0 && text.data[at - 1] != '@'; at--)
		;
	if (at > 1)
		place->user = transfer_slice(text, 0, at - 1);
	text = transfer_slice(text, at, text.length);
	if (text.length > 0 && text.data[0] == '[')
	{
		const char *close = memchr(text.data, ']', text.length);

		if (close != NULL)
			text.length = (size_t) (close - text.data) + 1;
		(void) read_host_port(text, place);
		return;
	}
	for (at = 0; at < text.length && text.data[at] != ':'; at++)
		;
	place->host = transfer_slice(text, 0, at);
}

/*
 * scheme://[user[:password][;parameters]@]host[:port][/path].  The path comes
 * without its slash.  False if it is no such URL.
 */
bool
transfer_read_url(TransferParse *parse, TransferText text, const char *scheme, TransferPlace *place)
{
	size_t		start = strlen(scheme) + 3;
	size_t		end = start;
	size_t		at = 0;

	memset(place, 0, sizeof(*place));
	if (text.length <= start || !transfer_same_word(transfer_slice(text, 0, start - 3), scheme) ||
		memcmp(text.data + start - 3, "://", 3) != 0)
		return false;
	for (; end < text.length && text.data[end] != '/'; end++)
	{
		if (text.data[end] == '@')
			at = end;
	}
	if (at > 0)
	{
		place->user = transfer_slice(text, start, at);
		for (size_t i = 0; i < place->user.length; i++)
		{
			if (place->user.data[i] == ':' || place->user.data[i] == ';')
				place->user.length = i;
		}
		place->user = decode(parse, place->user);
		start = at + 1;
	}
	if (!read_host_port(transfer_slice(text, start, end), place))
		return false;
	place->remote = true;
	place->keep = end;
	if (end + 1 < text.length)
		place->path = decode(parse, transfer_slice(text, end + 1, text.length));
	return true;
}

/*
 * A remote place: the first one that is given is the transfer's.  Account and port
 * that ssh's options have given come first; so do they for ssh.
 */
void
transfer_take_remote(TransferParse *parse, size_t word, const TransferPlace *place)
{
	Transfer   *result = parse->result;

	parse->words[word].kind = TRANSFER_WORD_PATH;
	parse->words[word].keep = place->keep;
	if (place->path.length > 0)
		transfer_add(parse, &result->remote_paths, place->path);
	if (result->remote_host.data != NULL || place->host.length == 0)
		return;
	result->remote_host = place->host;
	if (place->user.length > 0 && result->remote_user.data == NULL)
		result->remote_user = place->user;
	if (place->port != 0 && result->remote_port == 0)
		result->remote_port = place->port;
}

void
transfer_take_local(TransferParse *parse, TransferText path)
{
	transfer_add(parse, &parse->result->local_paths, path);
}
