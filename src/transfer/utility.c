/*
 * utility.c
 *		A command, taken apart: which utility it is, and what that utility makes
 *		of its words.
 */
#include "transfer/parse.h"

#include <string.h>

const char *const transfer_utility_names[] = {
	NULL, "scp", "sftp", "sftp-server", "rsync", "ftp", "vsftpd", "ssh"
};
const char *const transfer_mode_names[] = {
	"unknown", "client", "client out", "client in", "client list", "client between", "local",
	"server", "server sender", "server receiver", "daemon", "information"
};
const char *const transfer_direction_names[] = {"unknown", "out", "in"};
const char *const transfer_class_names[] = {"data", "home", "tmp", "hidden", "secret", "system"};

/* Names of programs; the ftp clients go by many.  Most programs are told from them by the length and the first letter. */
#define PROGRAM(name, utility) {name, sizeof(name) - 1, utility}

static const struct
{
	const char *name;
	size_t		length;
	TransferUtility utility;
}			programs[] = {
	PROGRAM("scp", TRANSFER_SCP),
	PROGRAM("sftp", TRANSFER_SFTP),
	PROGRAM("sftp-server", TRANSFER_SFTP_SERVER),
	PROGRAM("internal-sftp", TRANSFER_SFTP_SERVER),
	PROGRAM("rsync", TRANSFER_RSYNC),
	PROGRAM("openrsync", TRANSFER_RSYNC),
	PROGRAM("ssh", TRANSFER_SSH),
	PROGRAM("ftp", TRANSFER_FTP),
	PROGRAM("pftp", TRANSFER_FTP),
	PROGRAM("tnftp", TRANSFER_FTP),
	PROGRAM("lukemftp", TRANSFER_FTP),
	PROGRAM("netkit-ftp", TRANSFER_FTP),
	PROGRAM("ftp.netkit", TRANSFER_FTP),
	PROGRAM("inetutils-ftp", TRANSFER_FTP),
	PROGRAM("ftp-ssl", TRANSFER_FTP),
	PROGRAM("vsftpd", TRANSFER_VSFTPD)
};

/* Without what the kernel adds to the path of a program that lies in no file any more: "/memfd:scp (deleted)". */
static TransferText
trim_deleted(TransferText name)
{
	static const char deleted[] = " (deleted)";
	size_t		n = sizeof(deleted) - 1;

	if (name.length > n && name.data[name.length - 1] == ')' && memcmp(name.data + name.length - n, deleted, n) == 0)
		name.length -= n;
	if (transfer_starts(name, "memfd:"))
		name = transfer_slice(name, strlen("memfd:"), name.length);
	return name;
}

/* The utility that a program is, by the last part of its path. */
TransferUtility
transfer_utility_of(TransferText program)
{
	TransferText name = trim_deleted(transfer_base_name(program));

	/* a process that is its session's leader has a dash before its name */
	if (name.length > 1 && name.data[0] == '-')
		name = transfer_slice(name, 1, name.length);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
	{
		if (name.length == programs[i].length && name.data[0] == programs[i].name[0] &&
			memcmp(name.data, programs[i].name, name.length) == 0)
			return programs[i].utility;
	}
	return TRANSFER_NONE;
}

/* The program that runs decides; what it calls itself does where that is none of ours. */
static TransferUtility
find_utility(const TransferParse *parse, TransferText executable)
{
	TransferUtility utility = transfer_utility_of(executable);

	if (utility == TRANSFER_NONE && parse->word_count > 0)
		utility = transfer_utility_of(parse->words[0].text);
	return utility;
}

/*
 * "nice -n 5 sftp h" becomes "sftp h", and an event may have the line of the one
 * and the executable of the other.  The utility's words stand behind its name.
 */
static void
skip_wrappers(TransferParse *parse)
{
	size_t		program;

	if (parse->word_count == 0 || transfer_utility_of(parse->words[0].text) != TRANSFER_NONE)
		return;
	program = transfer_find_program(parse);
	if (program < parse->word_count && transfer_utility_of(parse->words[program].text) == parse->result->utility)
		parse->at = program + 1;
}

static void
read_utility(TransferParse *parse)
{
	switch (parse->result->utility)
	{
		case TRANSFER_SCP:
			transfer_read_scp(parse);
			break;
		case TRANSFER_SFTP:
			transfer_read_sftp(parse);
			break;
		case TRANSFER_SFTP_SERVER:
			transfer_read_sftp_server(parse);
			break;
		case TRANSFER_RSYNC:
			transfer_read_rsync(parse);
			break;
		case TRANSFER_FTP:
			transfer_read_ftp(parse);
			break;
		case TRANSFER_VSFTPD:
			transfer_read_vsftpd(parse);
			break;
		case TRANSFER_SSH:
			transfer_read_ssh(parse);
			break;
		case TRANSFER_NONE:
			break;
	}
}

static TransferDirection
find_direction(TransferMode mode)
{
	switch (mode)
	{
		case TRANSFER_CLIENT_OUT:
		case TRANSFER_SERVER_SENDER:
			return TRANSFER_OUT;
		case TRANSFER_CLIENT_IN:
		case TRANSFER_CLIENT_LIST:
		case TRANSFER_SERVER_RECEIVER:
			return TRANSFER_IN;
		default:
			return TRANSFER_UNKNOWN;
	}
}

/*
 * "scp -o HostName=203.0.113.9 a nas:" goes to 203.0.113.9, whatever nas is.  ssh
 * takes the first HostName that it is given.  One with tokens, such as
 * "%h.example.com", says less than the name does.
 */
static void
follow_host_name(TransferParse *parse)
{
	static const char prefix[] = "host_name=";
	Transfer   *result = parse->result;

	if (result->remote_host.data == NULL)
		return;
	for (size_t i = 0; i < result->options.count; i++)
	{
		TransferText option = result->options.items[i];
		TransferText name;

		if (!transfer_starts(option, prefix))
			continue;
		name = transfer_slice(option, strlen(prefix), option.length);
		if (name.length > 0 && !transfer_has(name, '%'))
		{
			TransferText alias = result->remote_host;

			result->remote_host = name;
			transfer_note(parse, "host_alias", alias);
		}
		return;
	}
}

/* One way to read a command, and what comes of it. */
typedef struct Reading
{
	TransferParse parse;
	Transfer	transfer;
} Reading;

static void
begin_reading(Reading *reading, EsqlContext *context)
{
	memset(reading, 0, sizeof(*reading));
	reading->parse.context = context;
	reading->parse.result = &reading->transfer;
	reading->parse.at = 1;
}

/* Read the words that the parse has. */
static bool
finish_reading(Reading *reading, TransferText executable)
{
	reading->transfer.utility = find_utility(&reading->parse, executable);
	if (executable.length > 0 && reading->transfer.utility != TRANSFER_NONE)
		skip_wrappers(&reading->parse);
	read_utility(&reading->parse);
	if (!reading->parse.failed && reading->transfer.utility != TRANSFER_NONE)
	{
		follow_host_name(&reading->parse);
		transfer_read_ways(&reading->parse);
	}
	return !reading->parse.failed;
}

static bool
read_args(Reading *reading, EsqlContext *context, const TransferCommand *command)
{
	TransferParse *parse = &reading->parse;

	begin_reading(reading, context);
	parse->words = transfer_alloc(parse, (command->arg_count + 1) * sizeof(TransferWord));
	if (parse->failed)
		return false;
	for (size_t i = 0; i < command->arg_count; i++)
		parse->words[i] = (TransferWord) {command->args[i], TRANSFER_WORD_PATH, 0};
	parse->word_count = command->arg_count;
	return finish_reading(reading, command->executable);
}

/* The part of the line that can be read in several ways is not understood; without one, it is what an operator ends. */
static bool
read_line_as(Reading *reading, EsqlContext *context, const TransferCommand *command, TransferSplit how, TransferText puzzling)
{
	begin_reading(reading, context);
	if (!transfer_split(&reading->parse, command->line, how))
		return false;
	if (puzzling.data == NULL)
		puzzling = reading->parse.rest;
	if (puzzling.data != NULL)
		transfer_add(&reading->parse, &reading->transfer.not_understood, puzzling);
	return finish_reading(reading, command->executable);
}

/* Does it name a host?  What has a blank or a double quote in it is none. */
static bool
has_host(const Transfer *transfer)
{
	return transfer->utility != TRANSFER_NONE && transfer->remote_host.length > 0 &&
		!transfer_has(transfer->remote_host, ' ') && !transfer_has(transfer->remote_host, '"');
}

static bool
sends(const Transfer *transfer)
{
	return transfer->mode == TRANSFER_CLIENT_OUT || transfer->mode == TRANSFER_CLIENT_BETWEEN;
}

/*
 * Is another way to read the line better than the shell's?  It is if only that way
 * a host is named, unless the shell's makes sense without one.  And where the line
 * is a process's, it is if something is sent to another host that way.
 */
static bool
is_better(const Transfer *other, const Transfer *shell, bool process)
{
	if (!has_host(other))
		return false;
	if (!has_host(shell))
		return sends(other) || shell->utility == TRANSFER_NONE || shell->mode == TRANSFER_MODE_UNKNOWN ||
			shell->mode == TRANSFER_CLIENT || shell->remote_host.data != NULL;
	return process && sends(other) && !transfer_same_text(other->remote_host, shell->remote_host);
}

/* Copy a reading; its parse fills the copy from now on. */
static void
take_reading(Reading *to, const Reading *from)
{
	*to = *from;
	to->parse.result = &to->transfer;
}

/* Read the command's line in the way that fits it best. */
static bool
read_line(Reading *reading, EsqlContext *context, const TransferCommand *command)
{
	static const TransferSplit ways[] = {TRANSFER_SPLIT_ARGUMENTS, TRANSFER_SPLIT_BLANKS};
	bool		process;
	TransferText puzzling[2] = {{NULL, 0}};

	if (!read_line_as(reading, context, command, TRANSFER_SPLIT_SHELL, puzzling[0]))
		return false;
	puzzling[0] = reading->parse.rest;
	puzzling[1] = reading->parse.merged;
	if (puzzling[0].data == NULL && puzzling[1].data == NULL)
		return true;
	process = command->process || transfer_utility_of(command->executable) != TRANSFER_NONE;
	for (int i = 0; i < 2; i++)
	{
		Reading		other;

		if (puzzling[i].data == NULL)
			continue;
		if (!read_line_as(&other, context, command, ways[i], puzzling[i]))
			return false;
		if (!is_better(&other.transfer, &reading->transfer, process))
			continue;
		/* many lines have quotes of their own, as in -e 'ssh -p 22', and then the shell's way is right: both hosts count */
		if (ways[i] == TRANSFER_SPLIT_BLANKS && has_host(&reading->transfer))
			transfer_other_host(&reading->parse, other.transfer.remote_host);
		else
			take_reading(reading, &other);
	}
	return !reading->parse.failed;
}

/* The first word of a line, as written. */
static TransferText
first_word(TransferText line)
{
	size_t		start = 0;
	size_t		end;

	while (start < line.length && line.data[start] == ' ')
		start++;
	for (end = start; end < line.length && line.data[end] != ' '; end++)
		;
	return transfer_slice(line, start, end);
}

/*
 * May the line know better than the arguments?  Some shippers send a part of them,
 * leave out the program's name or put all into one.
 */
static bool
ask_line(const Reading *args, const TransferCommand *command)
{
	bool		named = transfer_utility_of(command->args[0]) != TRANSFER_NONE;

	if (command->line.length == 0 || has_host(&args->transfer))
		return false;
	if (args->transfer.utility == TRANSFER_NONE)
		return (!named || command->arg_count == 1) && (transfer_utility_of(command->executable) != TRANSFER_NONE ||
													  transfer_utility_of(first_word(command->line)) != TRANSFER_NONE);
	return args->transfer.mode == TRANSFER_MODE_UNKNOWN || args->transfer.mode == TRANSFER_CLIENT;
}

/*
 * Is it a process without anything to do with transfers, by its names alone?  transfer_read() finds none then, and this
 * takes a fraction of the time.  False if the names do not tell: without arguments the line has to be read.
 */
bool
transfer_has_no_name(const TransferCommand *command)
{
	return command->args != NULL && command->arg_count > 0 &&
		transfer_utility_of(command->executable) == TRANSFER_NONE &&
		transfer_utility_of(command->args[0]) == TRANSFER_NONE &&
		transfer_utility_of(first_word(command->line.length > 0 ? command->line : command->args[0])) == TRANSFER_NONE;
}

/* Arguments win over the line, unless only the line says what is copied. */
static bool
read_command(Reading *reading, EsqlContext *context, const TransferCommand *command)
{
	TransferCommand asked = *command;
	Reading		line;

	if (command->args == NULL)
		return read_line(reading, context, command);
	if (!read_args(reading, context, command))
		return false;
	/* without a line, a single argument may be one */
	if (asked.line.length == 0 && asked.arg_count == 1 && transfer_has(asked.args[0], ' '))
		asked.line = asked.args[0];
	if (!ask_line(reading, &asked))
		return true;
	if (!read_line(&line, context, &asked))
		return false;
	if (has_host(&line.transfer) || reading->transfer.utility == TRANSFER_NONE ||
		(reading->transfer.mode == TRANSFER_MODE_UNKNOWN && line.transfer.mode != TRANSFER_MODE_UNKNOWN))
		take_reading(reading, &line);
	return true;
}

/*
 * Take a command apart.  False if the context is out of memory; the utility is
 * TRANSFER_NONE if the command is no transfer.
 */
bool
transfer_read(EsqlContext *context, const TransferCommand *command, Transfer *transfer)
{
	Reading		reading;

	memset(transfer, 0, sizeof(*transfer));
	if (!read_command(&reading, context, command))
		return false;
	if (reading.transfer.utility != TRANSFER_NONE)
	{
		reading.transfer.direction = find_direction(reading.transfer.mode);
		transfer_make_template(&reading.parse);
	}
	*transfer = reading.transfer;
	return !reading.parse.failed;
}
