/*
 * test_record_laurel.c
 *		Linux audit events of laurel's as ECS events.
 */
#include "read.h"

/* A system call that succeeded. */
#define SYSCALL(more)	"\"SYSCALL\":{\"syscall\":59,\"success\":\"yes\"," more "}"

/*
 * A program that was started, with all that laurel can tell.
 */
static void
test_exec(void)
{
	CHECK_TEXT(read_all("{\"ID\":\"1795507417.298:25\",\"NODE\":\"web-1\",\"SYSCALL\":{\"arch\":\"0xc000003e\","
						"\"syscall\":59,\"success\":\"yes\",\"exit\":0,\"ppid\":11597,\"pid\":11604,\"uid\":1001,"
						"\"comm\":\"rm\",\"exe\":\"/usr/bin/rm\",\"ARGV\":[\"0x556e\",\"0x8\"],\"UID\":\"ops\","
						"\"SYSCALL\":\"execve\",\"PPID\":{\"EVENT_ID\":\"1795507417.254:13\",\"comm\":\"sh\","
						"\"exe\":\"/usr/bin/dash\",\"ppid\":11557},\"PID\":{\"EVENT_ID\":\"1795507417.298:25\"}},"
						"\"EXECVE\":{\"argc\":3,\"ARGV\":[\"rm\",\"-f\",\"\",\"/tmp/a b\"],\"ENV\":{}},"
						"\"CWD\":{\"cwd\":\"/srv\"},\"PATH\":[{\"item\":0}],\"PROCTITLE\":{\"ARGV\":[\"rm\",\"-f\"]}}"),
			   "event.id=web-1/1795507417.298:25 event.kind=event event.category=[process] event.type=[start] "
			   "event.action=[exec] event.outcome=success event.dataset=auditd.laurel agent.id=web-1 "
			   "agent.type=laurel host.name=web-1 host.hostname=web-1 host.os.type=linux user.id=1001 user.name=ops "
			   "process.pid=11604 process.entity_id=web-1/1795507417.298:25 process.name=rm "
			   "process.executable=/usr/bin/rm process.args=[rm|-f||/tmp/a b] process.command_line=rm -f  /tmp/a b "
			   "process.working_directory=/srv process.parent.pid=11597 "
			   "process.parent.entity_id=web-1/1795507417.254:13 process.parent.name=dash "
			   "process.parent.executable=/usr/bin/dash key=event:web-1/1795507417.298:25\n");
}

/*
 * Where the field that begins at a place of a record ends.
 */
static const char *
field_end(const char *at)
{
	const char *end = at + strlen(at) - 1;
	char		next[100];

	for (int column = 0; column <= ECS_COLUMNS; column++)
	{
		const char *found;

		snprintf(next, sizeof(next), " %s=", column < ECS_COLUMNS ? ecs_columns[column].field : "key");
		found = strstr(at, next);
		if (found != NULL && found < end)
			end = found;
	}
	return end;
}

/*
 * The parts of a record that a test is about.
 */
static const char *
read_parts(const char *text, const char *const *fields)
{
	static Output out = {NULL, 0, 0};
	const char *all = read_all(text);

	out.length = 0;
	put(&out, "", 0);
	for (size_t i = 0; fields[i] != NULL; i++)
	{
		const char *at = strstr(all, fields[i]);

		if (at != NULL)
		{
			put(&out, at, (size_t) (field_end(at) - at));
			put_string(&out, "\n");
		}
	}
	return out.data;
}

#define CHECK_PARTS(text, expected, ...) \
	CHECK_TEXT(read_parts((text), (const char *const[]) {__VA_ARGS__, NULL}), (expected))

/*
 * Where the host's name and the agent's id come from.
 */
static void
test_host(void)
{
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"NODE\":\"n\"," SYSCALL("\"LABELS\":[\"td_exec\",\"agent.id=m%2b1\"]") "}",
				"event.id=m+1/1.5:2\nagent.id=m+1\nhost.id=m+1\nhost.name=n\nhost.hostname=n\nkey=event:m+1/1.5:2\n",
				"event.id", "agent.id", "host.id", "host.name", "host.hostname", "key=");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"NODE\":\"n\"," SYSCALL("\"LABELS\":[\"host.name=web-1\",7,\"agent.id=\"]") "}",
				"agent.id=web-1\nhost.name=web-1\n", "agent.id", "host.id", "host.name");
	/* nobody says which host: the same event of two hosts is not one */
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"pid\":1") "}", "event.id=1.5:2\nkey=content\n",
				"event.id", "agent.id", "host.name", "key=");
}

/*
 * What stands in for a host that laurel does not name.
 */
static void
test_defaults(void)
{
	static const char text[] = "{\"ID\":\"1.5:2\",\"USER_LOGIN\":[{\"pid\":1}]}\n"
		"{\"ID\":\"1.5:3\",\"NODE\":\"n\",\"USER_LOGIN\":[{\"pid\":1}]}";
	EcsOptions	options = {.host_name = "collector", .agent_id = "a-1"};
	Output		out = {NULL, 0, 0};

	CHECK(read_chunks_to(&out, text, sizeof(text) - 1, sizeof(text), 0, &options));
	CHECK_TEXT(out.data,
			   "event.id=a-1/1.5:2 event.kind=event event.action=[user-login] event.dataset=auditd.laurel agent.id=a-1 "
			   "agent.type=laurel host.name=collector host.hostname=collector host.os.type=linux key=event:a-1/1.5:2\n"
			   "event.id=n/1.5:3 event.kind=event event.action=[user-login] event.dataset=auditd.laurel agent.id=n "
			   "agent.type=laurel host.name=n host.hostname=n host.os.type=linux key=event:n/1.5:3\n");
	free(out.data);
}

/*
 * Everything that is no exec is an event, and none of category process.
 */
static void
test_other_events(void)
{
	/* an attempt that failed */
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"SYSCALL\":{\"syscall\":59,\"success\":\"no\",\"SYSCALL\":\"execve\",\"exe\":\"/bin/sh\"}}",
				"event.action=[execve]\nevent.outcome=failure\nprocess.executable=/bin/sh\n",
				"event.category", "event.type", "event.action", "event.outcome", "process.executable");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"SYSCALL\":{\"syscall\":263,\"success\":\"yes\",\"SYSCALL\":\"unlinkat\"}}",
				"event.action=[unlinkat]\nevent.outcome=success\n", "event.type", "event.action", "event.outcome");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"SYSCALL\":{\"syscall\":263,\"success\":\"yes\"}}",
				"event.action=[syscall-263]\n", "event.category", "event.type", "event.action");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"NODE\":\"n\",\"DAEMON_START\":{\"op\":\"start\"}}",
				"event.action=[daemon-start]\n", "event.category", "event.type", "event.action", "event.outcome");
	CHECK_PARTS("{\"ID\":\"1.5:2\"}", "", "event.action");
	/* an exec is known by its record, or by its name */
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"SYSCALL\":{\"syscall\":221,\"success\":\"yes\"},\"EXECVE\":{\"argc\":1}}",
				"event.type=[start]\nevent.action=[exec]\n", "event.type", "event.action");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"SYSCALL\":{\"success\":\"yes\",\"SYSCALL\":\"execveat\"}}",
				"event.type=[start]\nevent.action=[exec]\n", "event.type", "event.action");
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"EXECVE\":{\"ARGV\":[\"a\"]}}", "event.action=[execve]\nprocess.args=[a]\n",
				"event.type", "event.action", "process.args");
}

/*
 * Arguments and command line.
 */
static void
test_arguments(void)
{
#define EXEC(execve) "{\"ID\":\"1.5:2\"," SYSCALL("\"exe\":\"/bin/a\"") ",\"EXECVE\":" execve "}"
	CHECK_PARTS(EXEC("{\"ARGV\":[\"chmod\",\"%2bx\",\"50%25\",7]}"),
				"process.args=[chmod|+x|50%|7]\nprocess.command_line=chmod +x 50% 7\n",
				"process.args", "process.command_line");
	CHECK_PARTS(EXEC("{\"ARGV\":[\"a\",{\"skipped_args\":254,\"skipped_bytes\":1702},\"z\"]}"),
				"process.args=[a|<<< Skipped: args=254, bytes=1702 >>>|z]\n"
				"process.command_line=a <<< Skipped: args=254, bytes=1702 >>> z\n",
				"process.args=", "process.command_line=");
	CHECK_PARTS(EXEC("{\"ARGV_STR\":\"scp %2d\"}"), "process.command_line=scp -\n",
				"process.args", "process.command_line");
	CHECK_PARTS(EXEC("{\"argc\":2,\"a0\":\"scp\",\"a1\":\"%2dx\"}"), "process.args=[scp|-x]\nprocess.command_line=scp -x\n",
				"process.args", "process.command_line");
	CHECK_PARTS(EXEC("{\"ARGV\":[],\"ARGV_STR\":\"b\"}"), "process.command_line=b\n",
				"process.args", "process.command_line");
	/* the title only when there is no EXECVE record */
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"exe\":\"/bin/a\"") ",\"PROCTITLE\":{\"ARGV\":[\"a\",\"b\"]}}",
				"process.args=[a|b]\nprocess.command_line=a b\n", "process.args", "process.command_line");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"exe\":\"/bin/a\"") ",\"PROCTITLE\":{\"proctitle\":\"a b\"}}",
				"process.command_line=a b\n", "process.args", "process.command_line");
}

/*
 * Bytes that laurel wrote as %xx: text again where that is text.
 */
static void
test_decoding(void)
{
	CHECK_PARTS(EXEC("{\"ARGV\":[\"%c3%a4\",\"%e2%82%ac%F0%9f%98%80\",\"a%0ab\",\"%41\"]}"),
				"process.args=[\xC3\xA4|\xE2\x82\xAC\xF0\x9F\x98\x80|a\nb|A]\n", "process.args=");
	/* no text: NUL, half a character, surrogates, no digits, too short */
	CHECK_PARTS(EXEC("{\"ARGV\":[\"%00\",\"%c3%a\",\"%c3x\",\"%ff%41\",\"%ed%a0%80\",\"%zz\",\"%4\",\"%\",\"%%41\"]}"),
				"process.args=[%00|%c3%a|%c3x|%ffA|%ed%a0%80|%zz|%4|%|%A]\n", "process.args");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"exe\":\"/opt/a%2bb\",\"comm\":\"x%25\"") ",\"CWD\":{\"cwd\":\"/%c3%b6\"}}",
				"process.name=a+b\nprocess.executable=/opt/a+b\nprocess.working_directory=/\xC3\xB6\n",
				"process.name", "process.executable", "process.working_directory");
}

/*
 * Programs and parents of which less is known.
 */
static void
test_parents(void)
{
	CHECK_PARTS("{\"ID\":\"1.5:2\",\"NODE\":\"n\"," SYSCALL("\"ppid\":3,\"comm\":\"sync.py\"")
				",\"PARENT_INFO\":{\"ID\":\"1.4:1\",\"comm\":\"bash\",\"exe\":\"/usr/bin/bash\",\"ppid\":1}}",
				"process.name=sync.py\nprocess.parent.pid=3\nprocess.parent.entity_id=n/1.4:1\n"
				"process.parent.name=bash\nprocess.parent.executable=/usr/bin/bash\n",
				"process.name", "process.executable", "process.parent.pid", "process.parent.entity_id",
				"process.parent.name", "process.parent.executable");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"ppid\":3,\"PPID\":{\"comm\":\"cron\"}") "}",
				"process.parent.pid=3\nprocess.parent.name=cron\n", "process.parent.pid", "process.parent.entity_id",
				"process.parent.name", "process.parent.executable");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"exe\":\"init\",\"pid\":\"x\"") "}", "process.name=init\n", "process.name");
	CHECK_TEXT(read_all("{\"ID\":\"1.5:2\"," SYSCALL("\"pid\":\"x\"") "}"),
			   "event.id=1.5:2 event.kind=event event.action=[syscall-59] event.outcome=success event.dataset=auditd.laurel "
			   "agent.type=laurel host.os.type=linux key=content fault: process.pid is not an integer x\n");
}

/*
 * The time in the id, and what is no document of laurel's.
 */
static void
test_recognition(void)
{
	static const char text[] = "{\"ID\":\"1795507417.298:25\"}";
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	EcsLine		line = {text, sizeof(text) - 1, 1, false, sizeof(text) - 1};
	EcsRecord	record;
	EcsError	error;

	ecs_reader_line(reader, &line);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_RECORD);
	CHECK(record.shape == ECS_SHAPE_LAUREL);
	CHECK(record.values[ECS_TIMESTAMP].number == INT64_C(848822617298000));
	CHECK(record.document.data == text && record.document.length == sizeof(text) - 1);
	ecs_reader_destroy(reader);

	CHECK_TEXT(read_all("{\"ID\":\"1795507417.298\"}\n{\"ID\":\"1795507417:25\"}\n{\"ID\":\"1.2:\"}\n{\"ID\":\"a.2:3\"}\n"
						"{\"ID\":\"1.2:3x\"}\n{\"ID\":7}\n{\"id\":\"1.2:3\"}"),
			   "23502 1:1 document has no @timestamp\n23502 2:1 document has no @timestamp\n"
			   "23502 3:1 document has no @timestamp\n23502 4:1 document has no @timestamp\n"
			   "23502 5:1 document has no @timestamp\n23502 6:1 document has no @timestamp\n"
			   "23502 7:1 document has no @timestamp\n");
	/* with an @timestamp of its own it may be anybody's, unless it has a record */
	CHECK_TEXT(read_fields("\"ID\":\"1.2:3\",\"Syscall\":{\"pid\":1},\"SYSCALL\":7"), "key=content\n");
	/* anything may stand where objects are expected */
	CHECK_TEXT(read_all("{\"ID\":\"1.2:3\",\"NODE\":[1],\"SYSCALL\":[{\"pid\":1}],\"EXECVE\":\"x\",\"CWD\":7,"
						"\"PROCTITLE\":null,\"PARENT_INFO\":[]}"),
			   "event.id=1.2:3 event.kind=event event.action=[syscall] event.dataset=auditd.laurel "
			   "agent.type=laurel host.os.type=linux key=content\n");
}

/*
 * The parent in SPAWNED_BY, which laurel writes since 0.8: only with the parent's pid.
 */
static void
test_spawned_by(void)
{
#define SPAWNED(more) "{\"ID\":\"1.5:2\",\"NODE\":\"n\"," SYSCALL("\"ppid\":3,\"pid\":4" more) "}"
	CHECK_PARTS(SPAWNED(",\"PPID\":{\"EVENT_ID\":\"1.4:1\"},\"SPAWNED_BY\":{\"EVENT_ID\":\"1.4:1\",\"pid\":3,"
						"\"comm\":\"sh\",\"exe\":\"/usr/bin/dash\"}"),
				"process.parent.entity_id=n/1.4:1\nprocess.parent.name=dash\nprocess.parent.executable=/usr/bin/dash\n",
				"process.parent.entity_id", "process.parent.name", "process.parent.executable");
	/* older than laurel itself */
	CHECK_PARTS(SPAWNED(",\"PID\":{\"START_TIME\":\"1.2\"},\"SPAWNED_BY\":{\"START_TIME\":\"1.1\",\"pid\":3,\"comm\":\"sh\"}"),
				"process.entity_id=n/4@1.2\nprocess.parent.entity_id=n/3@1.1\nprocess.parent.name=sh\n",
				"process.entity_id", "process.parent.entity_id", "process.parent.name", "process.parent.executable");
	/* what the process itself was before */
	CHECK_PARTS(SPAWNED(",\"SPAWNED_BY\":{\"EVENT_ID\":\"1.4:1\",\"pid\":4,\"comm\":\"wrap\",\"exe\":\"/opt/wrap\"}"),
				"", "process.parent.entity_id", "process.parent.name", "process.parent.executable");
	CHECK_PARTS(SPAWNED(",\"SPAWNED_BY\":{\"exe\":\"/opt/wrap\"}"), "", "process.parent.executable");
	CHECK_PARTS(SPAWNED(",\"SPAWNED_BY\":{\"pid\":33,\"exe\":\"/opt/wrap\"}"), "", "process.parent.executable");
	CHECK_PARTS(SPAWNED(",\"SPAWNED_BY\":[3]"), "", "process.parent.executable");
	/* PPID says more if it is configured to */
	CHECK_PARTS(SPAWNED(",\"PPID\":{\"EVENT_ID\":\"1.4:1\",\"exe\":\"/bin/a\"},\"SPAWNED_BY\":{\"pid\":3,\"exe\":\"/bin/b\"}"),
				"process.parent.executable=/bin/a\n", "process.parent.executable");
}

/*
 * Starts of programs whose system call has a number only, and no EXECVE record.
 */
static void
test_numbers(void)
{
#define NUMBERED(arch, number) "{\"ID\":\"1.5:2\",\"SYSCALL\":{" arch "\"syscall\":" number ",\"success\":\"yes\"}}"
	static const char *const starts[] = {
		NUMBERED("\"arch\":\"0xc000003e\",", "59"), NUMBERED("\"arch\":\"0xc000003e\",", "322"),
		NUMBERED("\"arch\":\"c000003e\",", "59"), NUMBERED("\"arch\":3221225534,", "59"),
		NUMBERED("\"ARCH\":\"x86_64\",", "59"), NUMBERED("\"arch\":\"0xC000003E\",", "\"59\""),
		NUMBERED("\"arch\":\"0xc000003e\",", "1073742344"), NUMBERED("\"arch\":\"0x40000003\",", "11"),
		NUMBERED("\"arch\":\"0x40000003\",", "358"), NUMBERED("\"arch\":\"0xc00000b7\",", "221"),
		NUMBERED("\"arch\":\"0xc00000b7\",", "281"), NUMBERED("\"arch\":\"0x40000028\",", "11"),
		NUMBERED("\"arch\":\"0x40000028\",", "387"), NUMBERED("\"arch\":\"0x80000016\",", "354")
	};
	static const char *const others[] = {
		NUMBERED("\"arch\":\"0xc000003e\",", "11"), NUMBERED("\"arch\":\"0x40000003\",", "59"),
		NUMBERED("\"arch\":\"0xc00000b7\",", "59"), NUMBERED("\"arch\":\"0x40000028\",", "358"),
		NUMBERED("\"arch\":\"0xc000003g\",", "59"), NUMBERED("\"arch\":\"\",", "59"),
		NUMBERED("", "59"), NUMBERED("\"arch\":\"0xc000003e\",", "4294967355"),
		NUMBERED("\"arch\":\"0xc000003e\",\"SYSCALL\":\"openat\",", "59"),
		"{\"ID\":\"1.5:2\",\"SYSCALL\":{\"arch\":\"0xc000003e\",\"syscall\":59,\"success\":\"no\"}}",
		"{\"ID\":\"1.5:2\",\"SYSCALL\":{\"arch\":\"0xc000003e\",\"syscall\":59}}"
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		CHECK_PARTS(starts[i], "event.type=[start]\nevent.action=[exec]\n", "event.type", "event.action");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK_PARTS(others[i], "", "event.type");
}

/*
 * Lines of laurel's with fields that a shipper has added.
 */
static void
test_shippers(void)
{
#define STAMPED(more) "{\"@timestamp\":\"2026-11-24T08:03:40Z\"," more "\"ID\":\"1.5:2\"," SYSCALL("\"pid\":4") "}"
	/* on the host itself, whose name may have a domain */
	CHECK_PARTS(STAMPED("\"agent\":{\"id\":\"fb-7\",\"type\":\"filebeat\"},\"host\":{\"name\":\"web-1.example.org\",\"id\":\"m\"},\"NODE\":\"WEB-1\","),
				"event.id=fb-7/1.5:2\nagent.id=fb-7\nagent.type=laurel\nhost.id=m\nhost.name=web-1.example.org\nprocess.pid=4\n",
				"event.id", "agent.id", "agent.type", "host.id", "host.name", "process.pid");
	CHECK_PARTS(STAMPED("\"agent.id\":\"fb-7\",\"host\":{\"name\":\"w\",\"hostname\":\"web-1\"},\"NODE\":\"web-1.example.org\","),
				"agent.id=fb-7\nhost.name=w\nhost.hostname=web-1\n", "agent.id", "host.name", "host.hostname");
	CHECK_PARTS(STAMPED("\"agent\":{\"id\":\"fb-7\"},\"host\":\"web-1\","),
				"agent.id=fb-7\nhost.name=web-1\n", "agent.id", "host.name");
	/* a collector of many hosts */
	CHECK_PARTS(STAMPED("\"agent\":{\"id\":\"fb-7\"},\"host\":{\"name\":\"collector\",\"id\":\"m\"},\"NODE\":\"web-1\","),
				"agent.id=web-1\nhost.name=web-1\nhost.hostname=web-1\n", "agent.id", "host.id", "host.name", "host.hostname");
	CHECK_PARTS(STAMPED("\"agent\":{\"id\":\"fb-7\"},\"host\":{\"name\":\"web-10\"},\"NODE\":\"web-1\","),
				"agent.id=web-1\nhost.name=web-1\n", "agent.id", "host.name");
	/* the records of one kind are a list */
	CHECK_PARTS("{\"@timestamp\":1,\"tags\":[],\"ID\":\"1.5:2\",\"USER_LOGIN\":[{\"pid\":1}]}",
				"event.action=[user-login]\n", "event.action");
}

/*
 * laurel's settings for the names of what it adds.
 */
static void
test_prefix(void)
{
#define NAMED(fields) "{\"ID\":\"1.5:2\",\"NODE\":\"n\",\"SYSCALL\":{\"success\":\"yes\",\"ppid\":3,\"pid\":4," fields "}}"
	CHECK_PARTS(NAMED("\"arch\":\"0xc000003e\",\"syscall\":59,\"uid\":7,\"x_arch\":\"x86_64\",\"x_syscall\":\"execve\","
					  "\"x_uid\":\"ann\",\"x_fsuid\":\"bob\",\"x_pid\":{\"EVENT_ID\":\"1.5:2\"},\"x_ppid\":{\"EVENT_ID\":\"1.4:1\",\"exe\":\"/bin/a\"}"),
				"event.action=[exec]\nuser.id=7\nuser.name=ann\nprocess.entity_id=n/1.5:2\nprocess.parent.entity_id=n/1.4:1\n"
				"process.parent.executable=/bin/a\n",
				"event.action", "user.id", "user.name", "process.entity_id", "process.parent.entity_id",
				"process.parent.executable");
	/* only some are translated; raw ones left out */
	CHECK_PARTS(NAMED("\"p\":1,\"pppid\":{\"EVENT_ID\":\"1.4:1\"},\"ppid\":3"),
				"process.parent.entity_id=n/1.4:1\n", "process.parent.entity_id");
	CHECK_PARTS(NAMED("\"laurel.syscall\":\"execveat\",\"laurel.arch\":\"aarch64\""),
				"event.action=[exec]\n", "event.action");
	CHECK_PARTS(NAMED("\"syscall\":263,\"x_syscall\":\"unlinkat\""), "event.action=[unlinkat]\n", "event.action");
	CHECK_PARTS(NAMED("\"x_fsuid\":\"root\",\"x_uid\":\"root\""), "user.name=root\n", "user.id", "user.name");
	/* auditd's own additions are in capitals all the same */
	CHECK_PARTS(NAMED("\"SYSCALL\":\"execve\",\"UID\":\"root\",\"x_pid\":{\"EVENT_ID\":\"1.5:2\"}"),
				"event.action=[exec]\nuser.name=root\nprocess.entity_id=n/1.5:2\n",
				"event.action", "user.name", "process.entity_id");
	/* ids that have no name */
	CHECK_PARTS(NAMED("\"uid\":1001,\"UID\":\"unknown(1001)\""), "user.id=1001\n", "user.id", "user.name");
	CHECK_PARTS(NAMED("\"UID\":\"unknown(1001)\""), "user.id=1001\n", "user.id", "user.name");
	CHECK_PARTS(NAMED("\"uid\":4294967295,\"UID\":\"unset\""), "user.id=4294967295\n", "user.id", "user.name");
	CHECK_PARTS(NAMED("\"uid\":0"), "user.id=0\n", "user.id", "user.name");
	CHECK_PARTS(NAMED("\"uid\":\"root\""), "user.name=root\n", "user.id", "user.name");
}

/*
 * What a program was called, and the file that it is.
 */
static void
test_names(void)
{
#define CALLED(comm, exe, path, argument) \
	"{\"ID\":\"1.5:2\"," SYSCALL("\"comm\":\"" comm "\",\"exe\":\"" exe "\"") ",\"EXECVE\":{\"ARGV\":[\"" argument "\"]}," \
	"\"PATH\":[{\"item\":1,\"name\":\"/lib/ld.so\"},{\"item\":0,\"name\":\"" path "\"}]}"
#define CHECK_NAMES(text, name, executable) \
	CHECK_PARTS(text, "process.name=" name "\nprocess.executable=" executable "\n", "process.name", "process.executable")
	CHECK_NAMES(CALLED("ftp", "/usr/bin/tnftp", "/usr/bin/ftp", "ftp"), "ftp", "/usr/bin/tnftp");
	CHECK_NAMES(CALLED("sync.py", "/usr/bin/python3.11", "./sync.py", "./sync.py"), "sync.py", "/usr/bin/python3.11");
	/* cut at 15 bytes */
	CHECK_NAMES(CALLED("systemd-executo", "/usr/lib/systemd/systemd-executor", "systemd-executor", "x"),
				"systemd-executor", "/usr/lib/systemd/systemd-executor");
	CHECK_NAMES(CALLED("transfer-to-vau", "/usr/bin/bash", "/opt/transfer-to-vault.sh", "x"),
				"transfer-to-vault.sh", "/usr/bin/bash");
	CHECK_NAMES(CALLED("transfer-to-vau", "/usr/bin/bash", "", "/opt/transfer-to-vault.sh"),
				"transfer-to-vault.sh", "/usr/bin/bash");
	CHECK_NAMES(CALLED("abcdefghijklmno", "/usr/bin/x", "/usr/bin/abc", "y"), "abcdefghijklmno", "/usr/bin/x");
	/* the number of a descriptor, and a program that is called so */
	CHECK_NAMES(CALLED("9", "/usr/lib/systemd/systemd-executor", "/dev/fd/9", "9"),
				"systemd-executor", "/usr/lib/systemd/systemd-executor");
	CHECK_NAMES(CALLED("9", "/memfd:x (deleted)", "/proc/self/fd/9", "kworker"), "memfd:x", "/memfd:x");
	CHECK_NAMES(CALLED("9", "/usr/bin/scp", "", "9"), "scp", "/usr/bin/scp");
	CHECK_NAMES(CALLED("7", "/usr/bin/7", "/usr/bin/7", "7"), "7", "/usr/bin/7");
	CHECK_NAMES(CALLED("7", "/usr/bin/busybox", "/bin/7", "7"), "7", "/usr/bin/busybox");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"comm\":\"9\"") ",\"EXECVE\":{}}", "process.name=9\n", "process.name");
	/* removed while it runs */
	CHECK_NAMES(CALLED("scp", "/usr/bin/scp (deleted)", "/usr/bin/scp", "scp"), "scp", "/usr/bin/scp");
	CHECK_PARTS("{\"ID\":\"1.5:2\"," SYSCALL("\"ppid\":3,\"exe\":\"/tmp/a (deleted)\",\"PPID\":{\"exe\":\"/tmp/b (deleted)\"}")
				",\"CWD\":{\"cwd\":\"/tmp/c (deleted)\"}}",
				"process.name=a\nprocess.executable=/tmp/a\nprocess.working_directory=/tmp/c\nprocess.parent.name=b\n"
				"process.parent.executable=/tmp/b\n",
				"process.name", "process.executable", "process.working_directory", "process.parent.name",
				"process.parent.executable");
	CHECK_NAMES(CALLED("(deleted)", "/tmp/(deleted)", "/tmp/(deleted)", "x"), "(deleted)", "/tmp/(deleted)");
}

int
main(void)
{
	test_exec();
	test_host();
	test_defaults();
	test_other_events();
	test_arguments();
	test_decoding();
	test_parents();
	test_spawned_by();
	test_numbers();
	test_shippers();
	test_prefix();
	test_names();
	test_recognition();
	CHECK(memory_live == 0);
	return unit_report();
}
