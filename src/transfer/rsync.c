/*
 * rsync.c
 *		rsync 3.2 to 3.5: client, server and daemon.
 *
 * The last operand is where files go; a single one is only listed.  A place is
 * host:path through a remote shell, or host::module and rsync://host/module to a
 * daemon.  Behind the first source, :path and ::module are on the same host.
 * --server is what the other side's rsync starts here: its first operand is "."
 * for the place that the paths are relative to.
 */
#include "transfer/parse.h"

#include <string.h>

enum
{
	LONG_ADDRESS = TRANSFER_LONG_CODE,
	LONG_BWLIMIT,
	LONG_CONFIG,
	LONG_COPY_AS,
	LONG_DAEMON,
	LONG_DELETE,
	LONG_DPARAM,
	LONG_FILES_FROM,
	LONG_HELP,
	LONG_LIST,
	LONG_LOG,
	LONG_PASSWORD,
	LONG_PORT,
	LONG_READ_BATCH,
	LONG_REMOVE_SOURCE,
	LONG_RSYNC_PATH,
	LONG_SENDER,
	LONG_SERVER,
	LONG_WRITE_BATCH
};

static const TransferLong rsync_longs[] = {
	{"8-bit-output", 0, 0},
	{"acls", 0, 0},
	{"address", 1, LONG_ADDRESS},
	{"append", 0, 0},
	{"append-verify", 0, 0},
	{"archive", 0, 'a'},
	{"atimes", 0, 0},
	{"backup", 0, 0},
	{"backup-dir", 1, 0},
	{"block-size", 1, 0},
	{"blocking-io", 0, 0},
	{"bwlimit", 1, LONG_BWLIMIT},
	{"cc", 1, 0},
	{"checksum", 0, 0},
	{"checksum-choice", 1, 0},
	{"checksum-seed", 1, 0},
	{"chmod", 1, 0},
	{"chown", 1, 0},
	{"compare-dest", 1, 0},
	{"compress", 0, 0},
	{"compress-choice", 1, 0},
	{"compress-level", 1, 0},
	{"compress-threads", 1, 0},
	{"config", 1, LONG_CONFIG},
	{"confine-root", 1, 0},
	{"contimeout", 1, 0},
	{"copy-as", 1, LONG_COPY_AS},
	{"copy-dest", 1, 0},
	{"copy-devices", 0, 0},
	{"copy-dirlinks", 0, 0},
	{"copy-links", 0, 0},
	{"copy-unsafe-links", 0, 0},
	{"crtimes", 0, 0},
	{"cvs-exclude", 0, 0},
	{"daemon", 0, LONG_DAEMON},
	{"debug", 1, 0},
	{"del", 0, LONG_DELETE},
	{"delay-updates", 0, 0},
	{"delete", 0, LONG_DELETE},
	{"delete-after", 0, LONG_DELETE},
	{"delete-before", 0, LONG_DELETE},
	{"delete-delay", 0, LONG_DELETE},
	{"delete-during", 0, LONG_DELETE},
	{"delete-excluded", 0, LONG_DELETE},
	{"delete-missing-args", 0, LONG_DELETE},
	{"detach", 0, 0},
	{"devices", 0, 0},
	{"dirs", 0, 0},
	{"dparam", 1, LONG_DPARAM},
	{"drop-D", 0, 0},
	{"dry-run", 0, 'n'},
	{"early-input", 1, 0},
	{"exclude", 1, 0},
	{"exclude-from", 1, 0},
	{"executability", 0, 0},
	{"existing", 0, 0},
	{"fake-super", 0, 0},
	{"files-from", 1, LONG_FILES_FROM},
	{"filter", 1, 0},
	{"force", 0, 0},
	{"from0", 0, 0},
	{"fsync", 0, 0},
	{"fuzzy", 0, 0},
	{"group", 0, 0},
	{"groupmap", 1, 0},
	{"hard-links", 0, 0},
	{"help", 0, LONG_HELP},
	{"human-readable", 0, 0},
	{"i-d", 0, 0},
	{"i-r", 0, 0},
	{"iconv", 1, 0},
	{"ignore-errors", 0, 0},
	{"ignore-existing", 0, 0},
	{"ignore-missing-args", 0, 0},
	{"ignore-non-existing", 0, 0},
	{"ignore-times", 0, 0},
	{"implied-dirs", 0, 0},
	{"inc-recursive", 0, 0},
	{"include", 1, 0},
	{"include-from", 1, 0},
	{"info", 1, 0},
	{"inplace", 0, 0},
	{"insecure-links", 0, 0},
	{"ipv4", 0, 0},
	{"ipv6", 0, 0},
	{"itemize-changes", 0, 0},
	{"keep-dirlinks", 0, 0},
	{"link-dest", 1, 0},
	{"links", 0, 0},
	{"list-only", 0, LONG_LIST},
	{"log-file", 1, LONG_LOG},
	{"log-file-format", 1, 0},
	{"log-format", 1, 0},
	{"max-alloc", 1, 0},
	{"max-delete", 1, 0},
	{"max-size", 1, 0},
	{"min-size", 1, 0},
	{"mkpath", 0, 0},
	{"modify-window", 1, 0},
	{"motd", 0, 0},
	{"msgs2stderr", 0, 0},
	{"munge-links", 0, 0},
	{"new-compress", 0, 0},
	{"numeric-ids", 0, 0},
	{"old-args", 0, 0},
	{"old-compress", 0, 0},
	{"old-d", 0, 0},
	{"old-dirs", 0, 0},
	{"omit-dir-times", 0, 0},
	{"omit-link-times", 0, 0},
	{"one-file-system", 0, 0},
	{"only-write-batch", 1, LONG_WRITE_BATCH},
	{"open-noatime", 0, 0},
	{"out-format", 1, 0},
	{"outbuf", 1, 0},
	{"owner", 0, 0},
	{"partial", 0, 0},
	{"partial-dir", 1, 0},
	{"password-file", 1, LONG_PASSWORD},
	{"perms", 0, 0},
	{"port", 1, LONG_PORT},
	{"preallocate", 0, 0},
	{"progress", 0, 0},
	{"protect-args", 0, 0},
	{"protocol", 1, 0},
	{"prune-empty-dirs", 0, 0},
	{"qsort", 0, 0},
	{"quiet", 0, 0},
	{"read-batch", 1, LONG_READ_BATCH},
	{"recursive", 0, 'r'},
	{"relative", 0, 0},
	{"remote-option", 1, 'M'},
	{"remove-sent-files", 0, LONG_REMOVE_SOURCE},
	{"remove-source-files", 0, LONG_REMOVE_SOURCE},
	{"rsh", 1, 'e'},
	{"rsync-path", 1, LONG_RSYNC_PATH},
	{"safe-links", 0, 0},
	{"secluded-args", 0, 0},
	{"sender", 0, LONG_SENDER},
	{"server", 0, LONG_SERVER},
	{"size-only", 0, 0},
	{"skip-compress", 1, 0},
	{"sockopts", 1, 0},
	{"sparse", 0, 0},
	{"specials", 0, 0},
	{"stats", 0, 0},
	{"stderr", 1, 0},
	{"stop-after", 1, 0},
	{"stop-at", 1, 0},
	{"suffix", 1, 0},
	{"super", 0, 0},
	{"temp-dir", 1, 0},
	{"time-limit", 1, 0},
	{"timeout", 1, 0},
	{"times", 0, 0},
	{"trust-sender", 0, 0},
	{"update", 0, 0},
	{"use-qsort", 0, 0},
	{"usermap", 1, 0},
	{"verbose", 0, 0},
	{"version", 0, 'V'},
	{"whole-file", 0, 0},
	{"write-batch", 1, LONG_WRITE_BATCH},
	{"write-devices", 0, 0},
	{"xattrs", 0, 0},
	{"zc", 1, 0},
	{"zl", 1, 0},
	{"zt", 1, 0}
};

static const TransferSyntax rsync_syntax = {
	.letters = "0468AB:CDEFHIJKLM:NOPRST:UVWXabcde:f:ghiklmnopqrstuvxyz@:",
	.longs = rsync_longs, .long_count = sizeof(rsync_longs) / sizeof(rsync_longs[0]),
	.permute = true, .negations = true, .equals = true
};

/* What the options say. */
typedef struct RsyncOptions
{
	bool		server;
	bool		sender;
	bool		daemon;
	bool		list;
	bool		shell;			/* -e: goes through it to a daemon, too */
	bool		help;			/* -h, which asks for help only where it stands alone */
	TransferOption port;
} RsyncOptions;

/* What an option is called that is noted with the value it has, or NULL. */
static const char *
noted_name(int code)
{
	switch (code)
	{
		case 'M':
			return "remote_option";
		case 'n':
			return "dry_run";
		case LONG_ADDRESS:
			return "address";
		case LONG_BWLIMIT:
			return "bwlimit";
		case LONG_CONFIG:
			return "config";
		case LONG_COPY_AS:
			return "copy_as";
		case LONG_DPARAM:
			return "dparam";
		case LONG_FILES_FROM:
			return "files_from";
		case LONG_LOG:
			return "log_file";
		case LONG_PASSWORD:
			return "password_file";
		case LONG_READ_BATCH:
			return "read_batch";
		case LONG_REMOVE_SOURCE:
			return "remove_source";
		case LONG_RSYNC_PATH:
			return "rsync_path";
		case LONG_WRITE_BATCH:
			return "write_batch";
		default:
			return NULL;
	}
}

static bool
is_noted(const TransferParse *parse, const char *name)
{
	for (size_t i = 0; i < parse->result->options.count; i++)
	{
		if (transfer_same(parse->result->options.items[i], name))
			return true;
	}
	return false;
}

static void
note_once(TransferParse *parse, const char *name)
{
	if (!is_noted(parse, name))
		transfer_note(parse, name, (TransferText) {NULL, 0});
}

static void
read_option(TransferParse *parse, const TransferOption *option, RsyncOptions *rsync)
{
	TransferPlace place;
	const char *name;

	switch (option->code)
	{
		case 'e':
			/* the server's -e has the client's abilities in it */
			if (rsync->server)
			{
				parse->words[option->word].kind = TRANSFER_WORD_KEEP;
				return;
			}
			rsync->shell = true;
			transfer_note(parse, "remote_shell", option->value);
			parse->words[option->word].kind = TRANSFER_WORD_SHELL;
			transfer_remote_shell(parse, option->value);
			if (!transfer_has(option->value, ' ') && transfer_utility_of(option->value) == TRANSFER_SSH)
				transfer_shell_words(parse, transfer_count_shell_words(parse));
			return;
		case 'a':
		case 'r':
			note_once(parse, "recursive");
			return;
		case 'V':
		case LONG_HELP:
			parse->result->mode = TRANSFER_INFORMATION;
			return;
		case 'h':
			rsync->help = true;
			return;
		case LONG_DELETE:
			note_once(parse, "delete");
			return;
		case LONG_PORT:
			rsync->port = *option;
			return;
		case LONG_SERVER:
			rsync->server = true;
			return;
		case LONG_SENDER:
			rsync->sender = true;
			return;
		case LONG_DAEMON:
			rsync->daemon = true;
			return;
		case LONG_LIST:
			rsync->list = true;
			return;
		case LONG_ADDRESS:
		case LONG_COPY_AS:
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			break;
		case LONG_FILES_FROM:
			/* the list may be on the remote host */
			transfer_read_place(option->value, &place);
			parse->words[option->word].keep += place.keep;
			break;
		case LONG_RSYNC_PATH:
			parse->words[option->word].kind = TRANSFER_WORD_SHELL;
			break;
		default:
			break;
	}
	if ((name = noted_name(option->code)) != NULL)
		transfer_note(parse, name, option->value);
}

/* A place of rsync; behind a first remote source, :path and ::module have its host. */
static void
read_rsync_place(TransferParse *parse, size_t word, bool same_host, TransferPlace *place)
{
	TransferText text = parse->words[word].text;

	if (transfer_read_url(parse, text, "rsync", place))
	{
		place->daemon = true;
		return;
	}
	if (same_host && text.length > 0 && text.data[0] == ':')
		*place = (TransferPlace) {.remote = true, .keep = 1, .path = transfer_slice(text, 1, text.length)};
	else
		transfer_read_place(text, place);
	if (place->remote && place->path.length > 0 && place->path.data[0] == ':')
	{
		place->daemon = true;
		place->keep++;
		place->path = transfer_slice(place->path, 1, place->path.length);
	}
	else if (place->remote && place->path.length == 0)
		place->path = transfer_text(".");
}

static void
take_place(TransferParse *parse, size_t word, const TransferPlace *place)
{
	if (!place->remote)
	{
		transfer_take_local(parse, place->path);
		return;
	}
	transfer_take_remote(parse, word, place);
	if (place->daemon)
		note_once(parse, "daemon");
}

static void
read_rsync_server(TransferParse *parse, const RsyncOptions *rsync)
{
	size_t		first = 0;

	parse->result->mode = rsync->sender ? TRANSFER_SERVER_SENDER : TRANSFER_SERVER_RECEIVER;
	if (parse->operand_count > 0 && transfer_same(parse->words[parse->operands[0]].text, "."))
		first = 1;
	for (size_t i = first; i < parse->operand_count; i++)
		transfer_take_local(parse, parse->words[parse->operands[i]].text);
}

static void
read_rsync_client(TransferParse *parse, const RsyncOptions *rsync)
{
	size_t		last = parse->operand_count - 1;
	bool		remote_source = false;
	TransferPlace place;

	for (size_t i = 0; i < last || i == 0; i++)
	{
		read_rsync_place(parse, parse->operands[i], remote_source, &place);
		remote_source = remote_source || place.remote;
		take_place(parse, parse->operands[i], &place);
	}
	if (last == 0)
	{
		parse->result->mode = remote_source ? TRANSFER_CLIENT_LIST : TRANSFER_LOCAL;
		return;
	}
	read_rsync_place(parse, parse->operands[last], false, &place);
	if (place.remote && remote_source)
	{
		/* rsync refuses to copy between two hosts */
		parse->words[parse->operands[last]].keep = place.keep;
		transfer_puzzled(parse, parse->operands[last]);
		return;
	}
	take_place(parse, parse->operands[last], &place);
	parse->result->mode = rsync->list && remote_source ? TRANSFER_CLIENT_LIST :
		remote_source ? TRANSFER_CLIENT_IN : place.remote ? TRANSFER_CLIENT_OUT : TRANSFER_LOCAL;
}

void
transfer_read_rsync(TransferParse *parse)
{
	RsyncOptions rsync = {.server = false};
	TransferOption option;

	while (transfer_next_option(parse, &rsync_syntax, &option))
		read_option(parse, &option, &rsync);
	if (rsync.help && (rsync.daemon || parse->word_count == 2))
		parse->result->mode = TRANSFER_INFORMATION;
	if (parse->failed || parse->result->mode == TRANSFER_INFORMATION)
		return;
	if (rsync.daemon)
	{
		if (rsync.port.word != 0)
			transfer_note(parse, "port", rsync.port.value);
		parse->result->mode = TRANSFER_DAEMON;
		return;
	}
	if (rsync.server)
		read_rsync_server(parse, &rsync);
	else if (parse->operand_count > 0)
		read_rsync_client(parse, &rsync);
	/* a remote shell has its own */
	if (is_noted(parse, "daemon") && !rsync.shell)
		transfer_set_port(parse, &rsync.port);
}
