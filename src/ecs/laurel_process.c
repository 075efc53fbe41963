/*
 * laurel_process.c
 *		The process of an audit event: its names, parent and arguments.
 *
 * - exe is the file that runs: a script's interpreter, and the file behind
 *	 links and alternatives, /usr/bin/tnftp for /usr/bin/ftp.  That is
 *	 process.executable.  process.name of a program that was started is what was
 *	 called: comm, which the kernel takes from the path that was executed.
 * - comm is cut at 15 bytes.  PATH, the first argument and exe may have all of it.
 * - A program that is started by a file descriptor (fexecve) has the descriptor's
 *	 number as comm, and its path is /dev/fd/9.  That is no name.
 * - " (deleted)" after a path is the kernel's remark on a file that was removed or
 *	 replaced while it runs, and no part of the path.
 * - SYSCALL.ppid is the parent's pid; SYSCALL.PPID, or PARENT_INFO in older
 *	 configurations, tells of the parent's program, and so does SPAWNED_BY since
 *	 laurel 0.8, but only if the pids agree: otherwise it is what the process was
 *	 before it executed this program.  The parent's command line is not known.
 * - PID.EVENT_ID and PPID.EVENT_ID name the exec that made a process what it is,
 *	 and so are entity ids once they have the host before them.  A process that
 *	 is older than laurel has the time of its start.
 * - Ids that have no name in the user database are unknown(1001).
 * - A long argument list has {"skipped_args": n, "skipped_bytes": n} among the
 *	 arguments, where arguments were cut out.
 */
#include "ecs/laurel_parts.h"
#include "ecs/text.h"

#include <stdio.h>
#include <string.h>

/* The longest comm. */
#define COMM_LENGTH		15

#define UNKNOWN			"unknown("

/*
 * A path without the kernel's remark.
 */
static EcsText
path_of(EcsText path)
{
	static const char remark[] = " (deleted)";
	size_t		length = sizeof(remark) - 1;

	if (path.data != NULL && path.length > length && memcmp(path.data + path.length - length, remark, length) == 0)
		path.length -= length;
	return path;
}

/*
 * Is it a number?
 */
static bool
is_number(EcsText text)
{
	for (size_t i = 0; i < text.length; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return text.length > 0;
}

/*
 * Does a path stand for a file descriptor: /dev/fd/9, /proc/self/fd/9?
 */
static bool
is_descriptor(EcsText path)
{
	size_t		base = path.length - laurel_base_name(path).length;

	return is_number(laurel_base_name(path)) && base >= 4 && memcmp(path.data + base - 4, "/fd/", 4) == 0;
}

/*
 * The path that was executed: the first PATH record, unless it is a descriptor.
 */
static EcsText
called_path(Laurel *laurel)
{
	const EcsItem *record = ecs_member(laurel->document, "PATH");
	uint32_t	n;
	const EcsItem *first = ecs_elements(record, &n);
	EcsText		path;

	if (n > 0)
		record = first;
	for (uint32_t i = 0; i < n; i++, first += first->size)
	{
		EcsText		item = ecs_item_text(ecs_member(first, "item"));

		if (item.data != NULL && ecs_text_is(item, "0"))
			record = first;
	}
	path = path_of(laurel_member(laurel, record, "name"));
	return path.data != NULL && is_descriptor(path) ? (EcsText) {NULL, 0} : path;
}

/*
 * The first argument, if the arguments come as a list.
 */
static EcsText
first_argument(Laurel *laurel)
{
	uint32_t	n;
	const EcsItem *value = ecs_elements(ecs_member(ecs_member(laurel->document, "EXECVE"), "ARGV"), &n);
	EcsText		text = ecs_item_text(n > 0 ? value : NULL);

	return text.data != NULL ? laurel_decode(laurel, text) : text;
}

/*
 * Does a text go on where another one, which was cut, ends?
 */
static bool
continues(EcsText text, EcsText cut)
{
	return text.length > cut.length && memcmp(text.data, cut.data, cut.length) == 0;
}

/*
 * The name by which a program was called.
 */
static EcsText
called_name(Laurel *laurel, EcsText executable)
{
	EcsText		comm = laurel_member(laurel, laurel->syscall, "comm");
	EcsText		candidates[3];
	EcsText		result = {NULL, 0};

	candidates[0] = called_path(laurel);
	candidates[1] = executable;
	candidates[2] = first_argument(laurel);
	for (int i = 0; i < 3; i++)
	{
		EcsText		name = candidates[i];

		if (!laurel_has(name))
			continue;
		name = laurel_base_name(name);
		/* a number is a name where a file has it */
		if (laurel_has(comm) && is_number(comm) && i < 2 && name.length == comm.length &&
			memcmp(name.data, comm.data, comm.length) == 0)
			return comm;
		if (laurel_has(comm) && comm.length >= COMM_LENGTH && continues(name, comm))
			return name;
		if (!laurel_has(result) && i < 2)
			result = name;
	}
	return laurel_has(comm) && !is_number(comm) ? comm : laurel_first_of(result, comm, NULL);
}

/*
 * A process's identity: the exec that made it, or else its pid and start.
 */
static EcsText
entity_id(Laurel *laurel, const EcsItem *info, EcsText pid)
{
	EcsText		id = laurel_first_of(laurel_member(laurel, info, "EVENT_ID"), laurel_member(laurel, info, "ID"), NULL);
	EcsText		start = laurel_member(laurel, info, "START_TIME");

	if (!laurel_has(id) && laurel_has(start) && laurel_has(pid))
		id = laurel_join(laurel, pid, "@", start);
	return laurel_global_id(laurel, id);
}

/*
 * Who runs it.
 */
static void
gather_user(Laurel *laurel)
{
	const EcsItem *item = ecs_member(laurel->syscall, "uid");
	EcsText		id = laurel_member(laurel, laurel->syscall, "uid");
	EcsText		name = ecs_item_text(laurel_enriched(laurel, "uid"));
	size_t		length = sizeof(UNKNOWN) - 1;

	if (name.data != NULL)
		name = laurel_decode(laurel, name);
	/* the prefix may be empty */
	if (item != NULL && item->kind == ECS_ITEM_STRING && laurel_has(id) && !is_number(id))
	{
		name = laurel_first_of(name, id, NULL);
		id = (EcsText) {NULL, 0};
	}
	if (name.data != NULL && name.length > length && memcmp(name.data, UNKNOWN, length) == 0 &&
		name.data[name.length - 1] == ')')
	{
		id = laurel_first_of(id, (EcsText) {name.data + length, name.length - length - 1}, NULL);
		name = (EcsText) {NULL, 0};
	}
	else if (name.data != NULL && ecs_text_is(name, "unset"))
		name = (EcsText) {NULL, 0};
	laurel_add(laurel, ECS_USER_ID, id);
	laurel_add(laurel, ECS_USER_NAME, name);
}

/*
 * What started the process.
 */
static void
gather_parent(Laurel *laurel)
{
	EcsText		pid = laurel_member(laurel, laurel->syscall, "ppid");
	const EcsItem *parent = laurel_enriched(laurel, "ppid");
	const EcsItem *spawner = ecs_member(laurel->syscall, "SPAWNED_BY");
	EcsText		spawner_pid = laurel_member(laurel, spawner, "pid");
	EcsText		executable;
	EcsText		id;

	if (!ecs_is_object(parent))
		parent = ecs_member(laurel->document, "PARENT_INFO");
	if (!laurel_has(pid) || !laurel_has(spawner_pid) || pid.length != spawner_pid.length ||
		memcmp(pid.data, spawner_pid.data, pid.length) != 0)
		spawner = NULL;
	executable = path_of(laurel_first_of(laurel_member(laurel, parent, "exe"), laurel_member(laurel, spawner, "exe"),
										 NULL));
	id = laurel_first_of(entity_id(laurel, parent, pid), entity_id(laurel, spawner, pid), NULL);
	laurel_add(laurel, ECS_PROCESS_PARENT_PID, pid);
	laurel_add(laurel, ECS_PROCESS_PARENT_ENTITY_ID, id);
	laurel_add(laurel, ECS_PROCESS_PARENT_EXECUTABLE, executable);
	if (laurel_has(executable))
		laurel_add(laurel, ECS_PROCESS_PARENT_NAME, laurel_base_name(executable));
	else
		laurel_add(laurel, ECS_PROCESS_PARENT_NAME,
				   laurel_first_of(laurel_member(laurel, parent, "comm"), laurel_member(laurel, spawner, "comm"), NULL));
}

/*
 * A process: whose, and what program.
 */
void
laurel_gather_process(Laurel *laurel, bool exec)
{
	EcsText		executable = path_of(laurel_member(laurel, laurel->syscall, "exe"));
	EcsText		comm = laurel_member(laurel, laurel->syscall, "comm");
	EcsText		pid = laurel_member(laurel, laurel->syscall, "pid");
	EcsText		name;

	if (exec)
		name = called_name(laurel, executable);
	else
		name = laurel_has(executable) ? laurel_base_name(executable) : comm;
	gather_user(laurel);
	laurel_add(laurel, ECS_PROCESS_PID, pid);
	laurel_add(laurel, ECS_PROCESS_ENTITY_ID, entity_id(laurel, laurel_enriched(laurel, "pid"), pid));
	laurel_add(laurel, ECS_PROCESS_EXECUTABLE, executable);
	laurel_add(laurel, ECS_PROCESS_NAME, name);
	laurel_add(laurel, ECS_PROCESS_WORKING_DIRECTORY,
			   path_of(laurel_member(laurel, ecs_member(laurel->document, "CWD"), "cwd")));
	gather_parent(laurel);
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
		EcsText		n = laurel_member(laurel, value, "skipped_args");

		if (n.data == NULL)
			return text;
		return laurel_join(laurel, (EcsText) {"<<< Skipped: args=", 18}, "",
						   laurel_join(laurel, n, ", bytes=",
									   laurel_join(laurel, laurel_member(laurel, value, "skipped_bytes"), "",
												   (EcsText) {" >>>", 4})));
	}
	return text.data != NULL ? laurel_decode(laurel, text) : text;
}

/*
 * The arguments as a record has them: a list, or a0, a1 and so on.
 */
static void
gather_list(Laurel *laurel, const EcsItem *record)
{
	uint32_t	n;
	const EcsItem *value = ecs_elements(ecs_member(record, "ARGV"), &n);
	char		key[16];
	EcsText		text;

	for (uint32_t i = 0; i < n; i++, value += value->size)
	{
		text = argument(laurel, value);
		/* an empty argument is one as well */
		if (text.data != NULL)
			ecs_fields_add(laurel->fields, ECS_PROCESS_ARGS, text);
	}
	for (uint32_t i = 0; n == 0 && ecs_is_object(record) && i < record->length; i++)
	{
		snprintf(key, sizeof(key), "a%u", (unsigned) i);
		text = laurel_member(laurel, record, key);
		if (text.data == NULL)
			break;
		ecs_fields_add(laurel->fields, ECS_PROCESS_ARGS, text);
	}
}

/*
 * The arguments, and the command line: the arguments with a blank between them.
 * An argument list that comes as a text gives the command line only.  Without
 * it there is what the process calls itself, cut at 128 bytes.
 */
void
laurel_gather_arguments(Laurel *laurel)
{
	const EcsItem *record = ecs_member(laurel->document, "EXECVE");
	EcsGathered *args = &laurel->fields->gathered[ECS_PROCESS_ARGS];
	size_t		length = 0;
	char	   *to;
	EcsText		line;

	if (!ecs_is_object(record))
		record = ecs_member(laurel->document, "PROCTITLE");
	gather_list(laurel, record);
	if (args->count == 0)
	{
		laurel_add(laurel, ECS_PROCESS_COMMAND_LINE,
				   laurel_first_of(laurel_member(laurel, record, "ARGV_STR"), laurel_member(laurel, record, "proctitle"),
								   NULL));
		return;
	}
	for (size_t i = 0; i < args->count; i++)
		length += args->items[i].length + 1;
	to = laurel_new_text(laurel, length);
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
	laurel_add(laurel, ECS_PROCESS_COMMAND_LINE, line);
}
