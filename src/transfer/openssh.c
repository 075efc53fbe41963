/*
 * openssh.c
 *		scp, sftp and sftp-server, of OpenSSH 9 and 10.
 */
#include "transfer/parse.h"

static const TransferSyntax scp_syntax = {.letters = "12346ABCTdfOpqRrstvZD:F:J:M:P:S:c:i:l:o:X:"};
static const TransferSyntax sftp_syntax = {.letters = "1246AafhNpqrvCc:D:i:l:o:s:S:b:B:F:J:P:R:X:"};
static const TransferSyntax server_syntax = {.letters = "d:f:l:P:p:Q:u:cehR"};

/* What the options of scp say. */
typedef struct ScpOptions
{
	bool		from;			/* -f: the other side's scp asks for files */
	bool		to;				/* -t: it sends some */
	TransferOption port;		/* -P, which comes after what ssh's options and a URI say */
} ScpOptions;

static void
read_scp_option(TransferParse *parse, const TransferOption *option, ScpOptions *scp)
{
	if (transfer_ssh_option(parse, option))
		return;
	switch (option->code)
	{
		case 'f':
			scp->from = true;
			break;
		case 't':
			scp->to = true;
			break;
		case '3':
			transfer_note(parse, "through", (TransferText) {NULL, 0});
			break;
		case 'R':
			transfer_note(parse, "direct", (TransferText) {NULL, 0});
			break;
		case 'r':
			transfer_note(parse, "recursive", (TransferText) {NULL, 0});
			break;
		case 'O':
			transfer_note(parse, "legacy_protocol", (TransferText) {NULL, 0});
			break;
		case 'P':
			scp->port = *option;
			break;
		case 'S':
			transfer_note(parse, "program", option->value);
			break;
		case 'D':
			transfer_note(parse, "sftp_server", option->value);
			break;
		default:
			break;
	}
}

/* A place of scp: [user@]host:path, scp://[user@]host[:port][/path], or a local path. */
static void
read_scp_place(TransferParse *parse, size_t word, TransferPlace *place)
{
	if (!transfer_read_url(parse, parse->words[word].text, "scp", place))
		transfer_read_place(parse->words[word].text, place);
	if (place->remote && place->path.length == 0)
		place->path = transfer_text(".");
}

/* What the other side's scp starts here: the operands are local. */
static void
read_scp_server(TransferParse *parse, const ScpOptions *scp)
{
	parse->result->mode = scp->from ? TRANSFER_SERVER_SENDER : TRANSFER_SERVER_RECEIVER;
	for (size_t i = 0; i < parse->operand_count; i++)
		transfer_take_local(parse, parse->words[parse->operands[i]].text);
}

/* Sources to a remote target.  The target is the transfer's host; a remote source is an option. */
static void
read_scp_to(TransferParse *parse, size_t target, const TransferPlace *to)
{
	bool		between = false;

	transfer_take_remote(parse, target, to);
	for (size_t i = 0; i + 1 < parse->operand_count; i++)
	{
		size_t		word = parse->operands[i];
		TransferPlace from;

		read_scp_place(parse, word, &from);
		if (!from.remote)
		{
			transfer_take_local(parse, from.path);
			continue;
		}
		between = true;
		parse->words[word].keep = from.keep;
		transfer_note(parse, "source", parse->words[word].text);
		/* what is copied counts, wherever it lies */
		transfer_add(parse, &parse->result->remote_paths, from.path);
	}
	parse->result->mode = between ? TRANSFER_CLIENT_BETWEEN : TRANSFER_CLIENT_OUT;
}

/* Sources to a local target. */
static void
read_scp_from(TransferParse *parse, const TransferPlace *to)
{
	parse->result->mode = TRANSFER_LOCAL;
	for (size_t i = 0; i + 1 < parse->operand_count; i++)
	{
		size_t		word = parse->operands[i];
		TransferPlace from;

		read_scp_place(parse, word, &from);
		if (from.remote)
		{
			if (parse->result->remote_host.data != NULL)
				transfer_note(parse, "source", parse->words[word].text);
			transfer_take_remote(parse, word, &from);
			parse->result->mode = TRANSFER_CLIENT_IN;
		}
		else
			transfer_take_local(parse, from.path);
	}
	transfer_take_local(parse, to->path);
}

void
transfer_read_scp(TransferParse *parse)
{
	ScpOptions	scp = {.from = false};
	TransferOption option;
	TransferPlace to;
	size_t		target;

	while (transfer_next_option(parse, &scp_syntax, &option))
		read_scp_option(parse, &option, &scp);
	if (parse->failed)
		return;
	if (scp.from || scp.to)
	{
		read_scp_server(parse, &scp);
		return;
	}
	if (parse->operand_count < 2)
	{
		for (size_t i = 0; i < parse->operand_count; i++)
		{
			read_scp_place(parse, parse->operands[i], &to);
			parse->words[parse->operands[i]].keep = to.keep;
			transfer_puzzled(parse, parse->operands[i]);
		}
		return;
	}
	target = parse->operands[parse->operand_count - 1];
	read_scp_place(parse, target, &to);
	if (to.remote)
		read_scp_to(parse, target, &to);
	else
		read_scp_from(parse, &to);
	transfer_set_port(parse, &scp.port);
}

static void
read_sftp_option(TransferParse *parse, const TransferOption *option, TransferOption *port)
{
	if (transfer_ssh_option(parse, option))
		return;
	switch (option->code)
	{
		case 'P':
			*port = *option;
			break;
		case 'b':
			transfer_note(parse, "batch", option->value);
			break;
		case 'R':
			transfer_note(parse, "requests", option->value);
			break;
		case 'r':
			transfer_note(parse, "recursive", (TransferText) {NULL, 0});
			break;
		case 's':
			transfer_note(parse, "subsystem", option->value);
			break;
		case 'S':
			transfer_note(parse, "program", option->value);
			break;
		case 'D':
			transfer_note(parse, "sftp_server", option->value);
			break;
		case 'h':
			parse->result->mode = TRANSFER_INFORMATION;
			break;
		default:
			break;
	}
}

/* [user@]host without a colon is a host, too. */
static void
read_sftp_place(TransferParse *parse, size_t word, TransferPlace *place)
{
	TransferText text = parse->words[word].text;

	if (transfer_read_url(parse, text, "sftp", place))
		return;
	transfer_read_place(text, place);
	if (!place->remote && text.length > 0)
	{
		size_t		at = text.length;

		while (at > 0 && text.data[at - 1] != '@')
			at--;
		*place = (TransferPlace) {.remote = true, .keep = text.length};
		if (at > 1)
			place->user = transfer_slice(text, 0, at - 1);
		place->host = transfer_slice(text, at, text.length);
		if (place->host.length > 2 && place->host.data[0] == '[' && place->host.data[place->host.length - 1] == ']')
			place->host = transfer_slice(place->host, 1, place->host.length - 1);
	}
}

/* Is the path that of a folder by itself? */
static bool
is_folder(TransferText path)
{
	TransferText name = transfer_base_name(path);

	return name.length == 0 || transfer_same(name, ".") || transfer_same(name, "..");
}

/* sftp fetches the file that its destination names; a folder, it only enters. */
void
transfer_read_sftp(TransferParse *parse)
{
	TransferOption option;
	TransferOption port = {.word = 0};
	TransferPlace place;
	Transfer   *result = parse->result;

	while (transfer_next_option(parse, &sftp_syntax, &option))
		read_sftp_option(parse, &option, &port);
	if (parse->failed || result->mode == TRANSFER_INFORMATION)
		return;
	if (parse->operand_count > 0)
	{
		read_sftp_place(parse, parse->operands[0], &place);
		transfer_take_remote(parse, parse->operands[0], &place);
		result->mode = is_folder(place.path) ? TRANSFER_CLIENT : TRANSFER_CLIENT_IN;
	}
	else
	{
		for (size_t i = 0; i < result->options.count; i++)
		{
			if (transfer_starts(result->options.items[i], "sftp_server="))
				result->mode = TRANSFER_CLIENT;
		}
	}
	transfer_set_port(parse, &port);
	if (parse->operand_count > 1)
		transfer_take_local(parse, parse->words[parse->operands[1]].text);
	for (size_t i = 2; i < parse->operand_count; i++)
		transfer_puzzled(parse, parse->operands[i]);
}

/* sshd starts it; what it copies comes over the connection. */
void
transfer_read_sftp_server(TransferParse *parse)
{
	TransferOption option;
	Transfer   *result = parse->result;

	result->mode = TRANSFER_SERVER;
	while (transfer_next_option(parse, &server_syntax, &option))
	{
		switch (option.code)
		{
			case 'R':
				transfer_note(parse, "read_only", (TransferText) {NULL, 0});
				result->mode = TRANSFER_SERVER_SENDER;
				break;
			case 'd':
				transfer_note(parse, "directory", option.value);
				break;
			case 'P':
				transfer_note(parse, "denied", option.value);
				break;
			case 'p':
				transfer_note(parse, "allowed", option.value);
				break;
			case 'Q':
			case 'h':
				result->mode = TRANSFER_INFORMATION;
				break;
			default:
				break;
		}
	}
	for (size_t i = 0; i < parse->operand_count; i++)
		transfer_puzzled(parse, parse->operands[i]);
}
