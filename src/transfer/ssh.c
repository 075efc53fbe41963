/*
 * ssh.c
 *		ssh: its options, which scp and sftp pass on, and the transfers that it
 *		carries.
 *
 * scp, sftp and rsync start ssh, and ssh starts their other half there: the
 * subsystem sftp, sftp-server, "scp -t" (receives), "scp -f" (sends) or
 * "rsync --server".  That command line is read as the other host would read it,
 * and then turned around: what it sends comes in here.
 */
#include "transfer/parse.h"

#include <string.h>

static const TransferSyntax ssh_syntax = {
	.letters = "1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:P:Q:R:S:TVw:W:XYy"
};

/* Has the option of that letter a value? */
bool
transfer_ssh_has_value(char letter)
{
	const char *place = letter == '\0' || letter == ':' ? NULL : strchr(ssh_syntax.letters, letter);

	return place != NULL && place[1] == ':';
}

/* Options of ssh_config(5) that matter, and what they are called here. */
static const struct
{
	const char *keyword;
	const char *name;
}			keywords[] = {
	{"hostkeyalias", "host_key_alias"},
	{"hostname", "host_name"},
	{"identityfile", "identity"},
	{"localcommand", "local_command"},
	{"proxycommand", "proxy_command"},
	{"proxyjump", "jump"},
	{"stricthostkeychecking", "strict_host_key_checking"},
	{"userknownhostsfile", "known_hosts"}
};

/* ssh takes the first account that it is given. */
static void
set_user(TransferParse *parse, TransferText user)
{
	if (parse->result->remote_user.data == NULL)
		parse->result->remote_user = user;
}

/* Without the quotes that ssh takes off a value. */
static TransferText
trim_quotes(TransferText text)
{
	if (text.length > 2 && (text.data[0] == '"' || text.data[0] == '\'') &&
		memchr(text.data + 1, text.data[0], text.length - 1) == text.data + text.length - 1)
		return transfer_slice(text, 1, text.length - 1);
	return text;
}

/*
 * -o keyword=value, or with a blank.  sftp passes "-oForwardX11 no" to ssh as one
 * argument; in a line without quotes the value is the next word.
 */
static void
read_configuration(TransferParse *parse, const TransferOption *option)
{
	TransferText text = option->value;
	TransferText keyword;
	size_t		start = 0;
	size_t		i;

	while (start < text.length && (text.data[start] == ' ' || text.data[start] == '\t' || text.data[start] == '='))
		start++;
	for (i = start; i < text.length && text.data[i] != '=' && text.data[i] != ' ' && text.data[i] != '\t';)
		i++;
	keyword = transfer_slice(text, start, i);
	while (i < text.length && (text.data[i] == ' ' || text.data[i] == '\t' || text.data[i] == '='))
		i++;
	text = transfer_slice(text, i, text.length);
	if (text.length == 0 && parse->at < parse->word_count && !transfer_starts(parse->words[parse->at].text, "-"))
	{
		parse->words[parse->at].kind = TRANSFER_WORD_SHELL;
		text = parse->words[parse->at++].text;
	}
	if (transfer_same_word(keyword, "proxycommand"))
		text = transfer_join_proxy(parse, text);
	else
		text = trim_quotes(text);
	if (keyword.length == 0 || text.length == 0)
		transfer_puzzled(parse, option->word);
	else if (transfer_same_word(keyword, "port"))
		transfer_set_port(parse, &(TransferOption) {.value = text, .word = option->word});
	else if (transfer_same_word(keyword, "user"))
		set_user(parse, text);
	for (size_t k = 0; k < sizeof(keywords) / sizeof(keywords[0]); k++)
	{
		if (transfer_same_word(keyword, keywords[k].keyword))
			transfer_note(parse, keywords[k].name, text);
	}
}

/* An option that ssh, scp and sftp have in common.  False if it is none. */
bool
transfer_ssh_option(TransferParse *parse, const TransferOption *option)
{
	switch (option->code)
	{
		case 'i':
			transfer_note(parse, "identity", option->value);
			return true;
		case 'F':
			transfer_note(parse, "config", option->value);
			return true;
		case 'J':
			transfer_note(parse, "jump", option->value);
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			return true;
		case 'c':
		case 'X':
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			return true;
		case 'o':
			parse->words[option->word].kind = TRANSFER_WORD_SHELL;
			read_configuration(parse, option);
			return true;
		default:
			return false;
	}
}

/* One of ssh's options, of its own command or of rsync -e. */
static void
read_option(TransferParse *parse, const TransferOption *option, bool *subsystem)
{
	if (transfer_ssh_option(parse, option))
		return;
	switch (option->code)
	{
		case 'l':
			set_user(parse, option->value);
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			break;
		case 'p':
			transfer_set_port(parse, option);
			break;
		case 's':
			*subsystem = true;
			break;
		case 'b':
		case 'B':
		case 'D':
		case 'L':
		case 'R':
		case 'W':
			parse->words[option->word].kind = TRANSFER_WORD_KEEP;
			break;
		case 'G':
		case 'Q':
		case 'V':
			parse->result->mode = TRANSFER_INFORMATION;
			break;
		default:
			break;
	}
}

/* The remote shell that rsync -e or RSYNC_RSH names: its program, and what its options say. */
void
transfer_remote_shell(TransferParse *parse, TransferText command)
{
	TransferParse shell = {.context = parse->context, .result = parse->result};
	TransferOption option;
	bool		subsystem = false;
	size_t		program;

	if (!transfer_split(&shell, command, TRANSFER_SPLIT_SHELL))
	{
		parse->failed = true;
		return;
	}
	program = transfer_find_program(&shell);
	shell.at = program + 1;
	if (program < shell.word_count && transfer_utility_of(shell.words[program].text) == TRANSFER_SSH)
	{
		while (transfer_next_option(&shell, &ssh_syntax, &option))
			read_option(&shell, &option, &subsystem);
	}
	parse->failed = parse->failed || shell.failed;
}

/* The next words are options of ssh. */
void
transfer_shell_words(TransferParse *parse, size_t count)
{
	TransferParse shell = *parse;
	TransferOption option;
	bool		subsystem = false;

	shell.word_count = parse->at + count;
	shell.operands = NULL;
	shell.operand_count = 0;
	while (transfer_next_option(&shell, &ssh_syntax, &option))
		read_option(&shell, &option, &subsystem);
	parse->at += count;
	parse->guessed = parse->guessed || count > 0;
	parse->failed = parse->failed || shell.failed;
}

/* The word that is ssh's destination, or 0; its options are read. */
size_t
transfer_ssh_destination(TransferParse *parse)
{
	TransferOption option;
	bool		subsystem = false;

	while (transfer_next_option(parse, &ssh_syntax, &option))
		read_option(parse, &option, &subsystem);
	return parse->failed || parse->operand_count == 0 ? 0 : parse->operands[0];
}

/* [user@]host, or ssh://[user@]host[:port] */
static void
read_destination(TransferParse *parse, size_t word)
{
	TransferText text = parse->words[word].text;
	TransferPlace place;

	if (!transfer_read_url(parse, text, "ssh", &place))
	{
		size_t		at = text.length;

		memset(&place, 0, sizeof(place));
		while (at > 0 && text.data[at - 1] != '@')
			at--;
		if (at > 1)
			place.user = transfer_slice(text, 0, at - 1);
		place.host = transfer_slice(text, at, text.length);
		place.keep = text.length;
	}
	transfer_take_remote(parse, word, &place);
}

/* What the other side says of itself, seen from here. */
static void
turn_around(TransferParse *parse, const Transfer *there)
{
	Transfer   *result = parse->result;

	result->remote_paths = there->local_paths;
	transfer_note(parse, "carries", transfer_text(transfer_utility_names[there->utility]));
	for (size_t i = 0; i < there->options.count; i++)
		transfer_add(parse, &result->options, there->options.items[i]);
	for (size_t i = 0; i < there->not_understood.count; i++)
		transfer_add(parse, &result->not_understood, there->not_understood.items[i]);
	result->mode = there->mode == TRANSFER_SERVER_SENDER ? TRANSFER_CLIENT_IN :
		there->mode == TRANSFER_SERVER_RECEIVER ? TRANSFER_CLIENT_OUT : TRANSFER_CLIENT;
}

/* ssh's options may stand on both sides of the destination; utility becomes none if nothing is carried. */
void
transfer_read_ssh(TransferParse *parse)
{
	TransferOption option;
	bool		subsystem = false;
	size_t		destination = 0;

	for (int side = 0; side < 2; side++)
	{
		size_t		count = parse->operand_count;

		while (transfer_next_option(parse, &ssh_syntax, &option))
			read_option(parse, &option, &subsystem);
		if (parse->failed || parse->operand_count == count)
			break;
		/* all the rest are operands now, so go back to the first of them */
		parse->at = parse->operands[count];
		parse->operand_count = 0;
		if (side == 0)
			destination = parse->at++;
	}
	parse->result->utility = TRANSFER_NONE;
	if (parse->failed || destination == 0 || parse->at >= parse->word_count || parse->at <= destination)
		return;
	if (!transfer_read_carried(parse, subsystem))
		return;
	parse->word_count = parse->at;
	parse->result->utility = TRANSFER_SSH;
	read_destination(parse, destination);
	turn_around(parse, parse->carried->result);
}
