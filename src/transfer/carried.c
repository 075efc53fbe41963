/*
 * carried.c
 *		What ssh runs on the other side, if that is the other half of a transfer:
 *		the subsystem sftp, sftp-server, "scp -t", "scp -f" or "rsync --server".
 *
 * It is a line of a shell there.  So it may have several commands ("cd x && ..."),
 * words of the shell itself ("if", "(") and other programs in front (sudo, env,
 * nice, sh -c, su -c).  They are skipped.  rsync
 * is known by its --server, too: its users may give it any name on the other side.
 */
#include "transfer/parse.h"

#include <string.h>

/* Programs and words of the shell that run the command behind them, and what stands between. */
static const struct
{
	const char *name;
	const char *valued;			/* letters of options whose value is the next word */
	int			operands;		/* words of its own */
}			wrappers[] = {
	{"!", "", 0},
	{"busybox", "", 0},
	{"chrt", "TPD", 1},
	{"chroot", "", 1},
	{"command", "", 0},
	{"do", "", 0},
	{"doas", "uC", 0},
	{"else", "", 0},
	{"env", "uCS", 0},
	{"exec", "a", 0},
	{"flock", "wE", 1},
	{"if", "", 0},
	{"ionice", "cnpPu", 0},
	{"nice", "n", 0},
	{"nohup", "", 0},
	{"proxychains", "f", 0},
	{"proxychains4", "f", 0},
	{"runuser", "ugG", 0},
	{"setpriv", "", 0},
	{"setsid", "", 0},
	{"sshpass", "pfdP", 0},
	{"stdbuf", "ioe", 0},
	{"sudo", "ugpCDhRTrtU", 0},
	{"systemd-run", "pEMu", 0},
	{"taskset", "", 1},
	{"then", "", 0},
	{"time", "fo", 0},
	{"timeout", "sk", 1},
	{"torsocks", "aupP", 0},
	{"unshare", "RwSG", 0},
	{"until", "", 0},
	{"while", "", 0},
	{"{", "", 0}
};

/* More commands, or shells in shells, than this are nobody's transfer. */
#define MAX_LINES	8

static bool
is_assignment(TransferText word)
{
	const char *equals = word.length == 0 ? NULL : memchr(word.data, '=', word.length);

	return equals != NULL && equals > word.data && memchr(word.data, '/', (size_t) (equals - word.data)) == NULL;
}

/* Is the value of the last letter in a cluster the next word? */
static bool
wants_next(TransferText word, const char *valued)
{
	for (size_t i = 1; i < word.length && word.data[1] != '-' && word.data[i] != '\0'; i++)
	{
		if (strchr(valued, word.data[i]) != NULL)
			return i + 1 == word.length;
	}
	return false;
}

/* The word behind the wrapper at the program's place, or the place itself if it is none. */
size_t
transfer_skip_wrapper(const TransferParse *parse, size_t program)
{
	TransferText name = transfer_base_name(parse->words[program].text);
	size_t		i = program + 1;
	size_t		which = 0;

	if (is_assignment(parse->words[program].text))
		return i;
	while (which < sizeof(wrappers) / sizeof(wrappers[0]) &&
		   (name.length == 0 || name.data[0] != wrappers[which].name[0] || !transfer_same(name, wrappers[which].name)))
		which++;
	if (which == sizeof(wrappers) / sizeof(wrappers[0]))
		return program;
	for (; i < parse->word_count; i++)
	{
		TransferText word = parse->words[i].text;

		if (transfer_same(word, "--"))
		{
			i++;
			break;
		}
		if (word.length > 1 && word.data[0] == '-')
			i += wants_next(word, wrappers[which].valued);
		else if (!is_assignment(word))
			break;
	}
	return i + (size_t) wrappers[which].operands;
}

/* The place of the program behind all wrappers of a line; the number of words if there is none. */
size_t
transfer_find_program(const TransferParse *parse)
{
	size_t		program = 0;
	size_t		next;

	while (program < parse->word_count && (next = transfer_skip_wrapper(parse, program)) > program)
		program = next;
	return program < parse->word_count ? program : parse->word_count;
}

/* The words from there on, joined as ssh and sh -c take them. */
static TransferText
join_words(TransferParse *parse, size_t from)
{
	size_t		length = 0;
	char	   *line;
	char	   *end;

	for (size_t i = from; i < parse->word_count; i++)
		length += parse->words[i].text.length + 1;
	line = end = transfer_alloc(parse, length + 1);
	if (line == NULL)
		return (TransferText) {NULL, 0};
	for (size_t i = from; i < parse->word_count; i++)
	{
		TransferText text = parse->words[i].text;

		if (text.length > 0)
			memcpy(end, text.data, text.length);
		end += text.length;
		*end++ = ' ';
	}
	return (TransferText) {line, length};
}

/* The server of one connection speaks as a daemon does: "rsync -e ssh host::module" starts it. */
static bool
is_daemon_over_shell(const TransferParse *carried)
{
	bool		server = false;

	for (size_t i = 0; i < carried->word_count; i++)
		server = server || transfer_same(carried->words[i].text, "--server");
	return server && carried->result->mode == TRANSFER_DAEMON;
}

/* Read a command of the other side; false if it is none of a transfer. */
static bool
read_server(TransferParse *carried, size_t program)
{
	Transfer   *result = carried->result;

	carried->at = program + 1;
	result->utility = transfer_utility_of(carried->words[program].text);
	if (result->utility == TRANSFER_NONE && carried->at < carried->word_count &&
		transfer_same(carried->words[carried->at].text, "--server"))
		result->utility = TRANSFER_RSYNC;
	switch (result->utility)
	{
		case TRANSFER_SCP:
			transfer_read_scp(carried);
			break;
		case TRANSFER_RSYNC:
			transfer_read_rsync(carried);
			break;
		case TRANSFER_SFTP_SERVER:
			transfer_read_sftp_server(carried);
			break;
		default:
			return false;
	}
	return result->mode == TRANSFER_SERVER || result->mode == TRANSFER_SERVER_SENDER ||
		result->mode == TRANSFER_SERVER_RECEIVER || is_daemon_over_shell(carried);
}

/* Is it a shell, or su, that takes a line from its arguments?  The place of the line, or 0. */
static size_t
find_script(const TransferParse *parse, size_t program)
{
	TransferText name = transfer_base_name(parse->words[program].text);
	bool		account = transfer_same(name, "su") || transfer_same(name, "runuser");

	if (!account && (name.length < 2 || name.length > 4 || memcmp(name.data + name.length - 2, "sh", 2) != 0))
		return 0;
	for (size_t i = program + 1; i + 1 < parse->word_count; i++)
	{
		TransferText word = parse->words[i].text;

		if (word.length < 2 || word.data[0] != '-')
		{
			if (!account)
				return 0;
		}
		else if (transfer_same(word, "--"))
			return 0;
		else if (word.data[1] != '-' && word.data[word.length - 1] == 'c')
			return i + 1;
	}
	return 0;
}

/* Begin with the words of a line; what the last line said is gone. */
static bool
begin_line(TransferParse *carried, TransferText line)
{
	Transfer   *result = carried->result;
	EsqlContext *context = carried->context;

	/* (in a shell of its own) */
	while (line.length > 0 && (line.data[0] == ' ' || line.data[0] == '('))
	{
		size_t		end = line.length;

		if (line.data[0] == '(')
		{
			while (end > 1 && line.data[end - 1] != ')')
				end--;
			end = end > 1 ? end - 1 : line.length;
		}
		line = transfer_slice(line, 1, end);
	}
	memset(result, 0, sizeof(*result));
	*carried = (TransferParse) {.context = context, .result = result};
	return transfer_split(carried, line, TRANSFER_SPLIT_SCRIPT);
}

/* What stands behind the operator that ends a command. */
static TransferText
next_command(TransferText rest)
{
	size_t		i = 0;

	while (i < rest.length && strchr(";&|", rest.data[i]) != NULL)
		i++;
	return i == 0 ? (TransferText) {NULL, 0} : transfer_slice(rest, i, rest.length);
}

/*
 * Read the other side's command: the words from there on.  It is carried then; false
 * if it is none of a transfer, or if memory is out.
 */
bool
transfer_read_carried(TransferParse *parse, bool subsystem)
{
	TransferParse *carried = transfer_alloc(parse, sizeof(TransferParse));
	Transfer   *result = transfer_alloc(parse, sizeof(Transfer));
	TransferText line = join_words(parse, parse->at);
	bool		found = false;

	if (parse->failed)
		return false;
	*carried = (TransferParse) {.context = parse->context, .result = result};
	for (int lines = 0; lines < MAX_LINES && line.length > 0 && !found; lines++)
	{
		size_t		program = 0;
		size_t		next;
		size_t		script;

		if (!begin_line(carried, line))
			break;
		if (subsystem)
		{
			found = carried->word_count > 0 && transfer_same(carried->words[0].text, "sftp");
			result->utility = TRANSFER_SFTP;
			result->mode = TRANSFER_SERVER;
			break;
		}
		/* "runuser -u bob scp" has no line, but "runuser - bob -c" has one */
		while (program < carried->word_count && find_script(carried, program) == 0 && (next = transfer_skip_wrapper(carried, program)) > program)
			program = next;
		line = next_command(carried->rest);
		if (program >= carried->word_count)
			continue;
		script = find_script(carried, program);
		if (script > 0)
			line = transfer_has(carried->words[script].text, ' ') ? carried->words[script].text : join_words(carried, script);
		else if (read_server(carried, program))
		{
			found = true;
			if (carried->rest.data != NULL)
				transfer_add(carried, &result->not_understood, carried->rest);
		}
		if (carried->failed)
			break;
	}
	parse->failed = parse->failed || carried->failed;
	if (!found || parse->failed)
		return false;
	parse->carried = carried;
	return true;
}
