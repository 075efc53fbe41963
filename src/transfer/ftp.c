/*
 * ftp.c
 *		The ftp clients: tnftp (lukemftp, the BSDs' ftp), netkit-ftp and
 *		inetutils' ftp, which all go by the name of ftp.
 *
 * Most wait for commands once they have a host.  tnftp also fetches the URLs
 * that it is given, and stores files at the URL of its option -u.
 */
#include "transfer/parse.h"

#include <string.h>

#include "transfer/host.h"

enum
{
	LONG_NETRC = TRANSFER_LONG_CODE,
	LONG_INFORMATION
};

/* Those of inetutils. */
static const TransferLong ftp_longs[] = {
	{"active", 0, 0},
	{"debug", 0, 0},
	{"help", 0, LONG_INFORMATION},
	{"ipv4", 0, 0},
	{"ipv6", 0, 0},
	{"netrc", 1, LONG_NETRC},
	{"no-edit", 0, 0},
	{"no-glob", 0, 0},
	{"no-login", 0, 'n'},
	{"no-prompt", 0, 'i'},
	{"passive", 0, 0},
	{"prompt", 2, 0},
	{"trace", 0, 0},
	{"usage", 0, LONG_INFORMATION},
	{"verbose", 0, 0},
	{"version", 0, LONG_INFORMATION}
};

static const TransferSyntax ftp_syntax = {
	.letters = "46Aab:defgH:iN:no:P:pq:Rr:s:T:tu:Vvx:z:?",
	.longs = ftp_longs, .long_count = sizeof(ftp_longs) / sizeof(ftp_longs[0]),
	.permute = true, .abbreviations = true
};

/* What the options say. */
typedef struct FtpOptions
{
	size_t		output;			/* the word of -o, or 0 */
	TransferText output_path;
	size_t		upload;			/* the word of -u, or 0 */
	TransferText upload_url;
	TransferOption port;		/* -P; that of a URL comes first */
} FtpOptions;

static void
read_option(TransferParse *parse, const TransferOption *option, FtpOptions *ftp)
{
	switch (option->code)
	{
		case 'o':
			ftp->output = option->word;
			ftp->output_path = option->value;
			parse->words[option->word].kind = TRANSFER_WORD_PATH;
			break;
		case 'u':
			ftp->upload = option->word;
			ftp->upload_url = option->value;
			break;
		case 'P':
			ftp->port = *option;
			break;
		case 's':
			/* another system's -s:script, or tnftp's address to send from */
			if (option->value.length > 1 && option->value.data[0] == ':')
				transfer_note(parse, "script", transfer_slice(option->value, 1, option->value.length));
			else
			{
				transfer_note(parse, "source_address", option->value);
				parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			}
			break;
		case 'T':
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			break;
		case 'N':
		case LONG_NETRC:
			transfer_note(parse, "netrc", option->value);
			break;
		case 'n':
			transfer_note(parse, "no_login", (TransferText) {NULL, 0});
			break;
		case 'i':
			transfer_note(parse, "no_prompt", (TransferText) {NULL, 0});
			break;
		case 'a':
			transfer_note(parse, "anonymous", (TransferText) {NULL, 0});
			break;
		case '?':
		case LONG_INFORMATION:
			parse->result->mode = TRANSFER_INFORMATION;
			break;
		default:
			break;
	}
}

/* A URL, or [user@]host:[path]; false if it is neither. */
static bool
read_address(TransferParse *parse, TransferText text, TransferPlace *place)
{
	if (transfer_read_url(parse, text, "ftp", place) || transfer_read_url(parse, text, "ftps", place) ||
		transfer_read_url(parse, text, "http", place) || transfer_read_url(parse, text, "https", place))
	{
		/* ftp://host/path;type=i */
		for (size_t i = 0; i + 6 < place->path.length; i++)
		{
			if (memcmp(place->path.data + i, ";type=", 6) == 0)
				place->path.length = i;
		}
		return true;
	}
	transfer_read_place(text, place);
	/* the colons of an address say nothing of a path */
	return place->remote && !transfer_read_host(text).is_address;
}

/* -u URL FILE ... */
static void
read_upload(TransferParse *parse, const FtpOptions *ftp)
{
	TransferPlace place;
	size_t		keep = parse->words[ftp->upload].keep;	/* of -uURL */

	parse->result->mode = TRANSFER_CLIENT_OUT;
	if (read_address(parse, ftp->upload_url, &place))
	{
		transfer_take_remote(parse, ftp->upload, &place);
		parse->words[ftp->upload].keep += keep;
	}
	else
		transfer_puzzled(parse, ftp->upload);
	for (size_t i = 0; i < parse->operand_count; i++)
		transfer_take_local(parse, parse->words[parse->operands[i]].text);
}

/* [user@]host [port]: what is copied comes later, from the terminal or a script. */
static void
read_host(TransferParse *parse)
{
	size_t		first = parse->operands[0];
	TransferText text = parse->words[first].text;
	TransferPlace place = {.remote = true, .keep = text.length};
	size_t		at = text.length;
	size_t		next = 1;

	while (at > 0 && text.data[at - 1] != '@')
		at--;
	if (at > 1)
		place.user = transfer_slice(text, 0, at - 1);
	place.host = transfer_slice(text, at, text.length);
	transfer_take_remote(parse, first, &place);
	parse->result->mode = TRANSFER_CLIENT;
	if (parse->operand_count > 1 && transfer_read_port(parse->words[parse->operands[1]].text, &parse->result->remote_port))
		parse->words[parse->operands[next++]].kind = TRANSFER_WORD_KEEP;
	for (; next < parse->operand_count; next++)
		transfer_puzzled(parse, parse->operands[next]);
}

/* URLs and host:path to fetch. */
static void
read_fetch(TransferParse *parse, const FtpOptions *ftp)
{
	parse->result->mode = TRANSFER_CLIENT;
	for (size_t i = 0; i < parse->operand_count; i++)
	{
		size_t		word = parse->operands[i];
		TransferPlace place;

		if (transfer_starts(parse->words[word].text, "file:///"))
		{
			transfer_take_local(parse, transfer_slice(parse->words[word].text, 7, parse->words[word].text.length));
			if (parse->result->mode == TRANSFER_CLIENT)
				parse->result->mode = TRANSFER_LOCAL;
		}
		else if (read_address(parse, parse->words[word].text, &place))
		{
			if (parse->result->remote_host.data != NULL)
				transfer_note(parse, "source", parse->words[word].text);
			transfer_take_remote(parse, word, &place);
			/* a folder is only entered */
			if (place.path.length > 0 && place.path.data[place.path.length - 1] != '/')
				parse->result->mode = TRANSFER_CLIENT_IN;
		}
		else
		{
			/* it may be a host */
			parse->words[word].kind = TRANSFER_WORD_KEEP;
			transfer_puzzled(parse, word);
		}
	}
	if (ftp->output != 0)
	{
		if (parse->result->mode != TRANSFER_LOCAL)
			parse->result->mode = TRANSFER_CLIENT_IN;
		if (ftp->output_path.length > 0 && ftp->output_path.data[0] == '|')
			transfer_note(parse, "pipe", transfer_slice(ftp->output_path, 1, ftp->output_path.length));
		else if (transfer_same(ftp->output_path, "-"))
			transfer_note(parse, "standard_output", (TransferText) {NULL, 0});
		else
			transfer_take_local(parse, ftp->output_path);
	}
}

static void
read_operands(TransferParse *parse, const FtpOptions *ftp)
{
	TransferPlace place;
	TransferText first;

	if (ftp->upload != 0)
	{
		read_upload(parse, ftp);
		return;
	}
	if (parse->operand_count == 0)
	{
		/* waits for "open" */
		parse->result->mode = TRANSFER_CLIENT;
		return;
	}
	first = parse->words[parse->operands[0]].text;
	if (ftp->output != 0 || transfer_starts(first, "file:///") || read_address(parse, first, &place))
		read_fetch(parse, ftp);
	else
		read_host(parse);
}

void
transfer_read_ftp(TransferParse *parse)
{
	FtpOptions	ftp = {.output = 0};
	TransferOption option;

	while (transfer_next_option(parse, &ftp_syntax, &option))
		read_option(parse, &option, &ftp);
	if (parse->failed || parse->result->mode == TRANSFER_INFORMATION)
		return;
	read_operands(parse, &ftp);
	transfer_set_port(parse, &ftp.port);
}
