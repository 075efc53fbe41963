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

/* Names of programs; the ftp clients go by many. */
static const struct
{
	const char *name;
	TransferUtility utility;
}			programs[] = {
	{"scp", TRANSFER_SCP},
	{"sftp", TRANSFER_SFTP},
	{"sftp-server", TRANSFER_SFTP_SERVER},
	{"internal-sftp", TRANSFER_SFTP_SERVER},
	{"rsync", TRANSFER_RSYNC},
	{"ssh", TRANSFER_SSH},
	{"ftp", TRANSFER_FTP},
	{"pftp", TRANSFER_FTP},
	{"tnftp", TRANSFER_FTP},
	{"lukemftp", TRANSFER_FTP},
	{"netkit-ftp", TRANSFER_FTP},
	{"inetutils-ftp", TRANSFER_FTP},
	{"ftp-ssl", TRANSFER_FTP},
	{"vsftpd", TRANSFER_VSFTPD}
};

/* The utility that a program is, by the last part of its path. */
TransferUtility
transfer_utility_of(TransferText program)
{
	TransferText name = transfer_base_name(program);

	/* a process that is its session's leader has a dash before its name */
	if (name.length > 1 && name.data[0] == '-')
		name = transfer_slice(name, 1, name.length);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
	{
		if (transfer_same(name, programs[i].name))
			return programs[i].utility;
	}
	return TRANSFER_NONE;
}

/* The words of the command: its arguments, or else those of its line. */
static bool
find_words(TransferParse *parse, const TransferCommand *command)
{
	if (command->args == NULL)
		return transfer_split(parse, command->line);
	parse->words = transfer_alloc(parse, (command->arg_count + 1) * sizeof(TransferWord));
	if (parse->failed)
		return false;
	for (size_t i = 0; i < command->arg_count; i++)
		parse->words[i] = (TransferWord) {command->args[i], TRANSFER_WORD_PATH, 0};
	parse->word_count = command->arg_count;
	return true;
}

/* The program that runs decides; what it calls itself does where that is none of ours. */
static TransferUtility
find_utility(const TransferParse *parse, const TransferCommand *command)
{
	TransferUtility utility = transfer_utility_of(command->executable);

	if (utility == TRANSFER_NONE && parse->word_count > 0)
		utility = transfer_utility_of(parse->words[0].text);
	return utility;
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

/*
 * Take a command apart.  False if the context is out of memory; the utility is
 * TRANSFER_NONE if the command is no transfer.
 */
bool
transfer_read(EsqlContext *context, const TransferCommand *command, Transfer *transfer)
{
	TransferParse parse = {.context = context, .result = transfer, .at = 1};

	memset(transfer, 0, sizeof(*transfer));
	if (!find_words(&parse, command))
		return false;
	transfer->utility = find_utility(&parse, command);
	read_utility(&parse);
	if (parse.failed)
		return false;
	if (transfer->utility == TRANSFER_NONE)
		return true;
	follow_host_name(&parse);
	transfer->direction = find_direction(transfer->mode);
	transfer_make_template(&parse);
	return !parse.failed;
}
