/*
 * laurel.c
 *		Linux audit events, as laurel writes them, made ECS events.
 *
 * laurel puts the records of one audit event into one JSON object, by their
 * type: {"ID": "1795507417.298:25", "NODE": .., "SYSCALL": {..}, "EXECVE":
 * {"ARGV": [..]}, "CWD": {..}, ..}. A successful system call with an EXECVE
 * record means that a program was started.  It becomes what Elastic Defend sends
 * for an exec: process, start, exec.  Every other audit event becomes an event
 * without category and type.  So nothing is lost, and rules about processes do
 * not find it.  Its action is the system call or the record type.
 *
 * Where things are: - NODE is there if auditd has a name_format; laurel writes
 * no other name of the host.  A label of all processes can carry one, and the
 * agent's id: "agent.id=X" and "host.name=X" in SYSCALL.LABELS. - SYSCALL.ppid
 * is the parent's pid; SYSCALL.PPID, or PARENT_INFO in older configurations,
 * tells of the parent's program.  Its command line is not known. - PID.EVENT_ID
 * and PPID.EVENT_ID name the exec that made a process what it is, and so are
 * entity ids once they have the host before them. - exe is the file that runs:
 * a script's interpreter. comm is cut at 15 characters, so the name is taken
 * from exe. - laurel writes control characters, percent, plus and bytes that
 * are no UTF-8 as %xx.  This is decoded where the result is text. - a long
 * argument list has {"skipped_args": n, "skipped_bytes": n} among the
 * arguments, where arguments were cut out.
 */
#include "ecs/laurel.h"
#include "ecs/text.h"

#include <string.h>

#include "text/hex.h"
#include "text/utf8.h"

/* What all the functions here need. */
typedef struct Laurel
{
	EcsFields  *fields;
	const EcsItem *document;
	const EcsItem *syscall;		/* or NULL */
	EcsText		host;			/* what makes ids unique, or empty */
} Laurel;

/*
 * A text of counted length in the arena, for the caller to fill.
 */
static char *
new_text(Laurel *laurel, size_t length)
{
	char	   *result = ecs_arena_alloc(laurel->fields->arena, length == 0 ? 1 : length);

	if (result == NULL)
		laurel->fields->no_memory = true;
	return result;
}

/*
 * Two texts and what stands between them; empty for want of memory.
 */
static EcsText
join(Laurel *laurel, EcsText a, const char *between, EcsText b)
{
	size_t		middle = strlen(between);
	char	   *to = new_text(laurel, a.length + middle + b.length);

	if (to == NULL)
		return (EcsText) {"", 0};
	if (a.length > 0)
		memcpy(to, a.data, a.length);
	memcpy(to + a.length, between, middle);
	if (b.length > 0)
		memcpy(to + a.length + middle, b.data, b.length);
	return (EcsText) {to, a.length + middle + b.length};
}

/*
 * The character that begins with a %xx: its bytes, and how many there are.  0
 * if there is none, or it is NUL.
 */
static size_t
encoded_character(EcsText text, size_t i, char character[4])
{
	size_t		n = 0;
	size_t		length;

	while (n < 4 && text.length - i >= 3 * (n + 1) && text.data[i + 3 * n] == '%')
	{
		int			high = td_hex_digit((unsigned char) text.data[i + 3 * n + 1]);
		int			low = td_hex_digit((unsigned char) text.data[i + 3 * n + 2]);

		if (high < 0 || low < 0)
			break;
		character[n++] = (char) (high * 16 + low);
	}
	length = td_utf8_length(character, n);
	return length == 1 && character[0] == '\0' ? 0 : length;
}

/*
 * Undo laurel's encoding.
 */
static EcsText
decode(Laurel *laurel, EcsText text)
{
	char	   *to;
	size_t		done = 0;

	if (memchr(text.data, '%', text.length) == NULL)
		return text;
	to = new_text(laurel, text.length);
	if (to == NULL)
		return text;
	for (size_t i = 0; i < text.length;)
	{
		char		character[4];
		size_t		n = text.data[i] == '%' ? encoded_character(text, i, character) : 0;

		if (n == 0)
			to[done++] = text.data[i++];
		else
		{
			memcpy(to + done, character, n);
			done += n;
			i += 3 * n;
		}
	}
	return (EcsText) {to, done};
}

/*
 * A member of an object as text, decoded; data is NULL if it has none.
 */
static EcsText
member(Laurel *laurel, const EcsItem *object, const char *key)
{
	EcsText		text = ecs_item_text(ecs_member(object, key));

	return text.data != NULL ? decode(laurel, text) : text;
}

/*
 * Give a column a value, if there is one.
 */
static void
add(Laurel *laurel, EcsColumn column, EcsText value)
{
	if (value.data != NULL && value.length > 0)
		ecs_fields_add(laurel->fields, column, value);
}

/*
 * The same for a constant.
 */
static void
add_constant(Laurel *laurel, EcsColumn column, const char *value)
{
	ecs_fields_add(laurel->fields, column, (EcsText) {value, strlen(value)});
}

/*
 * What follows a path's last slash.
 */
static EcsText
base_name(EcsText path)
{
	for (size_t i = path.length; i > 0; i--)
	{
		if (path.data[i - 1] == '/')
			return (EcsText) {path.data + i, path.length - i};
	}
	return path;
}

/*
 * The value of a label "name=value" of the process, or nothing.
 */
static EcsText
label(Laurel *laurel, const char *name)
{
	size_t		length = strlen(name);
	uint32_t	n;
	const EcsItem *entry = ecs_elements(ecs_member(laurel->syscall, "LABELS"), &n);

	for (uint32_t i = 0; i < n; i++, entry += entry->size)
	{
		EcsText		text = ecs_item_text(entry);

		if (entry->kind != ECS_ITEM_STRING)
			continue;
		if (text.length > length + 1 && memcmp(text.data, name, length) == 0 && text.data[length] == '=')
			return decode(laurel, (EcsText) {text.data + length + 1, text.length - length - 1});
	}
	return (EcsText) {NULL, 0};
}

/*
 * The first of three texts that there is.
 */
static EcsText
first_of(EcsText a, EcsText b, const char *c)
{
	if (a.data != NULL && a.length > 0)
		return a;
	if (b.data != NULL && b.length > 0)
		return b;
	return (EcsText) {c, c == NULL ? 0 : strlen(c)};
}

/*
 * Host and agent.  Rules count machines by agent.id, so a host of which only the
 * name is known has its name as agent.id.
 */
static void
gather_host(Laurel *laurel, const EcsOptions *options)
{
	EcsText		node = member(laurel, laurel->document, "NODE");
	EcsText		name = first_of(label(laurel, "host.name"), node, options->host_name);
	EcsText		id = label(laurel, "agent.id");

	add(laurel, ECS_HOST_NAME, name);
	add(laurel, ECS_HOST_HOSTNAME, name);
	add(laurel, ECS_HOST_ID, id);
	add_constant(laurel, ECS_HOST_OS_TYPE, "linux");
	if (id.data == NULL && node.data == NULL && options->agent_id != NULL)
		id = (EcsText) {options->agent_id, strlen(options->agent_id)};
	laurel->host = first_of(id, name, NULL);
	add(laurel, ECS_AGENT_ID, laurel->host);
	add_constant(laurel, ECS_AGENT_TYPE, "laurel");
}

/*
 * Make an id that is unique on its host unique on all hosts.
 */
static EcsText
global_id(Laurel *laurel, EcsText id)
{
	if (id.data == NULL || id.length == 0 || laurel->host.length == 0)
		return (EcsText) {NULL, 0};
	return join(laurel, laurel->host, "/", id);
}

/*
 * A process: whose, and what program.
 */
static void
gather_process(Laurel *laurel)
{
	const EcsItem *syscall = laurel->syscall;
	const EcsItem *parent = ecs_member(syscall, "PPID");
	EcsText		executable = member(laurel, syscall, "exe");
	EcsText		name = base_name(executable);

	if (!ecs_is_object(parent))
		parent = ecs_member(laurel->document, "PARENT_INFO");
	add(laurel, ECS_USER_ID, member(laurel, syscall, "uid"));
	add(laurel, ECS_USER_NAME, member(laurel, syscall, "UID"));
	add(laurel, ECS_PROCESS_PID, member(laurel, syscall, "pid"));
	add(laurel, ECS_PROCESS_ENTITY_ID,
		global_id(laurel, member(laurel, ecs_member(syscall, "PID"), "EVENT_ID")));
	add(laurel, ECS_PROCESS_EXECUTABLE, executable);
	add(laurel, ECS_PROCESS_NAME, first_of(name, member(laurel, syscall, "comm"), NULL));
	add(laurel, ECS_PROCESS_WORKING_DIRECTORY,
		member(laurel, ecs_member(laurel->document, "CWD"), "cwd"));

	executable = member(laurel, parent, "exe");
	name = base_name(executable);
	add(laurel, ECS_PROCESS_PARENT_PID, member(laurel, syscall, "ppid"));
	add(laurel, ECS_PROCESS_PARENT_ENTITY_ID,
		global_id(laurel, first_of(member(laurel, parent, "EVENT_ID"), member(laurel, parent, "ID"), NULL)));
	add(laurel, ECS_PROCESS_PARENT_EXECUTABLE, executable);
	add(laurel, ECS_PROCESS_PARENT_NAME, first_of(name, member(laurel, parent, "comm"), NULL));
}

/*
 * An argument: a text, or a note that arguments were cut out.
 */
static EcsText
argument(Laurel *laurel, const EcsItem *value)
{
	EcsText		text = ecs_item_text(value);

	if (ecs_is_object(value))
	{
		EcsText		n = member(laurel, value, "skipped_args");

		if (n.data == NULL)
			return text;
		return join(laurel, (EcsText) {"<<< Skipped: args=", 18}, "",
					join(laurel, n, ", bytes=", join(laurel, member(laurel, value, "skipped_bytes"), "",
													  (EcsText) {" >>>", 4})));
	}
	return text.data != NULL ? decode(laurel, text) : text;
}

/*
 * The arguments, and the command line: the arguments with a blank between them.
 * An argument list that comes as a text gives the command line only.
 */
static void
gather_arguments(Laurel *laurel, const EcsItem *record)
{
	uint32_t	n;
	const EcsItem *value = ecs_elements(ecs_member(record, "ARGV"), &n);
	EcsGathered *args = &laurel->fields->gathered[ECS_PROCESS_ARGS];
	size_t		length = 0;
	char	   *to;
	EcsText		line;

	if (n == 0)
	{
		add(laurel, ECS_PROCESS_COMMAND_LINE, member(laurel, record, "ARGV_STR"));
		return;
	}
	for (uint32_t i = 0; i < n; i++, value += value->size)
	{
		EcsText		text = argument(laurel, value);

		/* an empty argument is one as well */
		if (text.data != NULL)
			ecs_fields_add(laurel->fields, ECS_PROCESS_ARGS, text);
	}
	for (size_t i = 0; i < args->count; i++)
		length += args->items[i].length + 1;
	to = new_text(laurel, length);
	if (to == NULL)
		return;
	line.data = to;
	for (size_t i = 0; i < args->count; i++)
	{
		if (i > 0)
			*to++ = ' ';
		memcpy(to, args->items[i].data, args->items[i].length);
		to += args->items[i].length;
	}
	line.length = (size_t) (to - line.data);
	add(laurel, ECS_PROCESS_COMMAND_LINE, line);
}

/*
 * Was a program started?  A failed attempt has no EXECVE record.  The number of
 * the system call depends on the machine, its name on laurel's configuration.
 */
static bool
is_exec(Laurel *laurel, EcsText name)
{
	EcsText		success = member(laurel, laurel->syscall, "success");

	return success.data != NULL && ecs_text_is(success, "yes") &&
		(ecs_is_object(ecs_member(laurel->document, "EXECVE")) ||
		 (name.data != NULL && (ecs_text_is(name, "execve") || ecs_text_is(name, "execveat"))));
}

/*
 * A character of a record's type as it is written in an action.
 */
static char
action_character(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/*
 * What an event without a system call is about: the type of its first record,
 * USER_LOGIN as user-login.
 */
static void
gather_record_type(Laurel *laurel)
{
	const EcsItem *record = laurel->document + 1;

	for (uint32_t i = 0; i < laurel->document->length; i++, record += record->size)
	{
		EcsText		key = {record->key, record->key_length};
		char	   *to;

		if (ecs_text_is(key, "ID") || ecs_text_is(key, "NODE"))
			continue;
		to = new_text(laurel, key.length);
		if (to == NULL)
			return;
		for (size_t k = 0; k < key.length; k++)
			to[k] = action_character(key.data[k]);
		add(laurel, ECS_EVENT_ACTION, (EcsText) {to, key.length});
		return;
	}
}

/*
 * What happened, and how it ended.
 */
static void
gather_action(Laurel *laurel)
{
	EcsText		name = member(laurel, laurel->syscall, "SYSCALL");
	EcsText		number = member(laurel, laurel->syscall, "syscall");
	EcsText		success = member(laurel, laurel->syscall, "success");
	const EcsItem *execve = ecs_member(laurel->document, "EXECVE");

	add_constant(laurel, ECS_EVENT_KIND, "event");
	add_constant(laurel, ECS_EVENT_DATASET, "auditd.laurel");
	if (success.data != NULL && ecs_text_is(success, "yes"))
		add_constant(laurel, ECS_EVENT_OUTCOME, "success");
	else if (success.data != NULL && ecs_text_is(success, "no"))
		add_constant(laurel, ECS_EVENT_OUTCOME, "failure");

	if (is_exec(laurel, name))
	{
		add_constant(laurel, ECS_EVENT_CATEGORY, "process");
		add_constant(laurel, ECS_EVENT_TYPE, "start");
		add_constant(laurel, ECS_EVENT_ACTION, "exec");
	}
	else if (name.data != NULL && name.length > 0)
		add(laurel, ECS_EVENT_ACTION, name);
	else if (number.data != NULL && number.length > 0)
		add(laurel, ECS_EVENT_ACTION, join(laurel, (EcsText) {"syscall-", 8}, "", number));
	else
		gather_record_type(laurel);

	/* the title is what the process calls itself, cut at 128 bytes */
	gather_arguments(laurel, ecs_is_object(execve) ? execve : ecs_member(laurel->document, "PROCTITLE"));
}

/*
 * Skip the digits at the front of a text and the character after them.  False if
 * they are not there.
 */
static bool
take_digits(EcsText *text, char end)
{
	size_t		n = 0;

	while (n < text->length && text->data[n] >= '0' && text->data[n] <= '9')
		n++;
	if (n == 0 || n == text->length || text->data[n] != end)
		return false;
	*text = (EcsText) {text->data + n + 1, text->length - n - 1};
	return true;
}

/*
 * Is a document laurel's?  Then its ID is that of an audit event,
 * seconds.milliseconds:serial, and it has no @timestamp.
 */
bool
ecs_is_laurel(const EcsItem *document)
{
	const EcsItem *id = ecs_member(document, "ID");
	EcsText		text = ecs_item_text(id);
	size_t		n = 0;

	if (id == NULL || id->kind != ECS_ITEM_STRING || !take_digits(&text, '.') || !take_digits(&text, ':'))
		return false;
	while (n < text.length && text.data[n] >= '0' && text.data[n] <= '9')
		n++;
	return n > 0 && n == text.length && ecs_member(document, "@timestamp") == NULL;
}

/*
 * Gather the columns' values from a document of laurel's.  True if its event.id
 * is one on all hosts.
 */
bool
ecs_laurel_gather(EcsFields *fields, const EcsItem *document, const EcsOptions *options)
{
	Laurel		laurel = {.fields = fields, .document = document};
	EcsText		id = ecs_item_text(ecs_member(document, "ID"));

	laurel.syscall = ecs_member(document, "SYSCALL");
	gather_host(&laurel, options);
	ecs_fields_add(fields, ECS_TIMESTAMP,
				   (EcsText) {id.data, (size_t) ((const char *) memchr(id.data, ':', id.length) - id.data)});
	add(&laurel, ECS_EVENT_ID, first_of(global_id(&laurel, id), id, NULL));
	if (laurel.syscall != NULL)
		gather_process(&laurel);
	gather_action(&laurel);
	return laurel.host.length > 0;
}
