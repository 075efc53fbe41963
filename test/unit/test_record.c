/*
 * test_record.c
 *		One document: fields, values, keys, and what is wrong with it.
 */
#include "read.h"

#include <jansson.h>

/*
 * Nested, dotted and mixed names are the same field.
 */
static void
test_names(void)
{
	CHECK_TEXT(read_fields("\"process\":{\"name\":\"scp\",\"parent\":{\"name\":\"sh\"}}"),
			   "process.name=scp process.parent.name=sh key=content\n");
	CHECK_TEXT(read_fields("\"process.name\":\"scp\",\"process.parent.name\":\"sh\""),
			   "process.name=scp process.parent.name=sh key=content\n");
	CHECK_TEXT(read_fields("\"process\":{\"name\":\"scp\",\"parent.name\":\"sh\"},\"process.parent\":{\"pid\":7}"),
			   "process.name=scp process.parent.pid=7 process.parent.name=sh key=content\n");
	CHECK_TEXT(read_all("{\"\\u0040timestamp\":\"2026-11-20\",\"process\":{\"na\\u006de\":\"scp\"}}"),
			   "process.name=scp key=content\n");
	/* what is no column is no trouble */
	CHECK_TEXT(read_fields("\"process\":{\"names\":\"a\",\"nam\":\"b\",\"\":\"c\",\"parent\":1,\"name\":{\"x\":1}},\"\":2,"
						   "\"process.\":3,\".process.name\":4,\"process..name\":5,\"host\":\"web-1\""),
			   "key=content\n");
	/* arrays of objects add up */
	CHECK_TEXT(read_fields("\"event\":[{\"action\":\"fork\"},{\"action\":[\"exec\"]}],\"event.action\":\"end\""),
			   "event.action=[end|exec|fork] key=content\n");
}

/*
 * Every column, from its own field, and the table in order.
 */
static void
test_columns(void)
{
	static const char *const expected[] = {
		"event_ingested", "event_id", "event_kind", "event_category", "event_type", "event_action", "event_outcome",
		"event_dataset", "agent_id", "agent_type", "agent_version", "host_id", "host_name", "host_hostname",
		"host_os_type", "host_ip", "user_id", "user_name", "process_pid", "process_entity_id", "process_name",
		"process_executable", "process_args", "process_command_line", "process_working_directory",
		"process_parent_pid", "process_parent_entity_id", "process_parent_name", "process_parent_executable",
		"process_parent_command_line",
	};

	CHECK_TEXT(ecs_columns[ECS_TIMESTAMP].name, "timestamp");
	CHECK_TEXT(ecs_columns[ECS_TIMESTAMP].field, "@timestamp");
	for (int column = 1; column < ECS_COLUMNS; column++)
	{
		const char *value = ecs_columns[column].kind == ECS_KIND_ADDRESSES ? "::1" : "1000";
		bool		list = ecs_columns[column].kind == ECS_KIND_ADDRESSES ||
			ecs_columns[column].kind == ECS_KIND_KEYWORDS || ecs_columns[column].kind == ECS_KIND_TEXTS;
		char		members[200];
		char		record[200];
		char		name[100];

		snprintf(members, sizeof(members), "\"%s\":\"%s\"", ecs_columns[column].field, value);
		/* the year 1000 */
		if (ecs_columns[column].kind == ECS_KIND_TIMESTAMP)
			value = "-31556908800000000";
		snprintf(record, sizeof(record), "%s=%s%s%s key=%s\n", ecs_columns[column].field, list ? "[" : "", value,
				 list ? "]" : "", column == ECS_EVENT_ID ? "event:1000" : "content");
		CHECK_TEXT(read_fields(members), record);

		CHECK_TEXT(ecs_columns[column].name, expected[column - 1]);
		snprintf(name, sizeof(name), "%s", ecs_columns[column].field);
		for (char *c = name; *c != '\0'; c++)
			*c = *c == '.' ? '_' : *c;
		CHECK_TEXT(name, ecs_columns[column].name);
	}
}

/*
 * Text out of whatever has a text; lists out of single values, and the reverse.
 */
static void
test_texts(void)
{
	CHECK_TEXT(read_fields("\"user\":{\"id\":1000,\"name\":true},\"host.id\":false,\"host.name\":\"\""),
			   "host.id=false host.name= user.id=1000 user.name=true key=content\n");
	CHECK_TEXT(read_fields("\"user\":{\"id\":null,\"name\":[]},\"process\":{\"args\":[null,[]],\"name\":[[\"a\"]]}"),
			   "process.name=a key=content\n");
	CHECK_TEXT(read_fields("\"event\":{\"type\":\"start\",\"action\":[\"fork\",\"exec\",[\"end\",\"exec\"]]}"),
			   "event.type=[start] event.action=[end|exec|fork] key=content\n");
	/* sorted by bytes, shorter first */
	CHECK_TEXT(read_fields("\"event.type\":[\"b\",\"B\",\"\\u00e4\",\"ab\",\"a\",\"\",\"b\"]"),
			   "event.type=[|B|a|ab|b|\xC3\xA4] key=content\n");
	/* arguments keep their order and number */
	CHECK_TEXT(read_fields("\"process.args\":[\"scp\",\"-q\",\"-q\",\"\",\"a\",22]"),
			   "process.args=[scp|-q|-q||a|22] key=content\n");
	/* two values where there is place for one are none, unless they are one */
	CHECK_TEXT(read_fields("\"process.name\":[\"a\",\"b\"],\"user.name\":[\"a\",\"a\"],\"user\":{\"name\":\"a\"}"),
			   "user.name=a key=content several=process.name\n");
	CHECK_TEXT(read_fields("\"process\":{\"pid\":[1,2],\"parent.pid\":[5,5]},\"event.ingested\":[\"2026\",\"2027\"]"),
			   "key=content several=process.pid several=process.parent.pid fault: event.ingested has several values 2027\n");
	/* non-ASCII */
	CHECK_TEXT(read_fields("\"process.name\":\"\\ud83d\\ude00 \xC3\xA9\\n\\\"\\\\\\/\""),
			   "process.name=\xF0\x9F\x98\x80 \xC3\xA9\n\"\\/ key=content\n");
	/* the last of the same key counts */
	CHECK_TEXT(read_fields("\"process\":{\"name\":\"a\"},\"process\":{\"pid\":1,\"pid\":2}"), "process.pid=2 key=content\n");
}

/*
 * Numbers are spelled as the document spells them, and none is too large to
 * stand in a document.
 */
static void
test_numbers(void)
{
	CHECK_TEXT(read_fields("\"process.args\":[1,-1,0,-0,1.0,1.00,-0.0,1e3,1E+3,0.10,123456789012345678,"
						   "12345678901234567890,9223372036854775807,-9223372036854775808,1e400]"),
			   "process.args=[1|-1|0|0|1.0|1.00|0.0|1000|1000|0.10|123456789012345678|12345678901234567890|9223372036854775807|-9223372036854775808|10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000] key=content\n");
	CHECK_TEXT(read_fields("\"x\":[1e131071,1e-16383,99999999999999999999],\"process.name\":\"a\""),
			   "process.name=a key=content\n");
	/* whole numbers, in 64 bits */
	CHECK_TEXT(read_fields("\"process\":{\"pid\":9223372036854775807,\"parent.pid\":-9223372036854775808}"),
			   "process.pid=9223372036854775807 process.parent.pid=-9223372036854775808 key=content\n");
	CHECK_TEXT(read_fields("\"process\":{\"pid\":\"12\",\"parent.pid\":12.9}"),
			   "process.pid=12 process.parent.pid=12 key=content\n");
	CHECK_TEXT(read_fields("\"process\":{\"pid\":\"\",\"parent.pid\":[\"\",3]}"), "process.parent.pid=3 key=content\n");
	CHECK_TEXT(read_fields("\"process\":{\"pid\":9223372036854775808}"),
			   "key=content fault: process.pid is out of range 9223372036854775808\n");
	CHECK_TEXT(read_fields("\"process\":{\"pid\":-9223372036854775809}"),
			   "key=content fault: process.pid is out of range -9223372036854775809\n");
	CHECK_TEXT(read_fields("\"process.pid\":[1,true]"),
			   "process.pid=1 key=content fault: process.pid is not an integer true\n");
	CHECK_TEXT(read_fields("\"process.pid\":\"1 \""),
			   "key=content fault: process.pid is not an integer 1 \n");
	CHECK_TEXT(read_fields("\"process.pid\":\"1.\""),
			   "process.pid=1 key=content\n");
	CHECK_TEXT(read_fields("\"process.pid\":\"-\""),
			   "key=content fault: process.pid is not an integer -\n");
	/* a text that begins like the mark of a number */
	CHECK_TEXT(read_fields("\"x\":1.5,\"process.args\":[\"\\u00001.5\"]"),
			   "process.args=[\xEF\xBF\xBD""1.5] key=content fault: process.args has a NUL character \n");
}

/*
 * What jsonb could not hold.
 */
static void
test_number_range(void)
{
	char		digits[140000];
	Output		text = {NULL, 0, 0};

	CHECK_TEXT(read_fields("\"x\":1e131072"),
			   "key=content fault: x is a number of too many digits 1e131072\n");
	CHECK_TEXT(read_fields("\"x\":-1e-16384"),
			   "key=content fault: x is a number of too many digits -1e-16384\n");
	CHECK_TEXT(read_fields("\"x\":0.1e-16383"),
			   "key=content fault: x is a number of too many digits 0.1e-16383\n");
	CHECK_TEXT(read_fields("\"x\":1e99999999999999999999"),
			   "key=content fault: x is a number of too many digits 1e99999999999999999999\n");

	memset(digits, '1', sizeof(digits));
	put_string(&text, "{" AT "\"x\":");
	put(&text, digits, 131072);
	put_string(&text, "}");
	CHECK_TEXT(read_bytes(text.data, text.length), "key=content\n");
	text.length = 0;
	put_string(&text, "{" AT "\"x\":");
	put(&text, digits, 131073);
	put_string(&text, "}");
	CHECK(strstr(read_bytes(text.data, text.length), " fault: x is a number of too many digits 1111") != NULL);
	text.length = 0;
	put_string(&text, "{" AT "\"x\":0.");
	put(&text, digits, 16384);
	put_string(&text, "}");
	CHECK(strstr(read_bytes(text.data, text.length), " fault: x is a number of too many digits 0.11") != NULL);
	free(text.data);
}

/*
 * IP addresses.
 */
static void
test_addresses(void)
{
	CHECK_TEXT(read_fields("\"host.ip\":[\"10.0.0.2\",\"fe80::1\",\"10.0.0.1\",\"::ffff:1.2.3.4\"]"),
			   "host.ip=[10.0.0.2|fe80::1|10.0.0.1|::ffff:1.2.3.4] key=content\n");
	CHECK_TEXT(read_fields("\"host.ip\":[\"10.0.0.2\",\"10.0.0.256\"]"),
			   "host.ip=[10.0.0.2] key=content fault: host.ip is not an IP address 10.0.0.256\n");
	CHECK_TEXT(read_fields("\"host\":{\"ip\":\"10.0.0.0/8\"}"),
			   "host.ip=[10.0.0.0] key=content fault: host.ip is an address with more behind it 10.0.0.0/8\n");
	CHECK_TEXT(read_fields("\"host.ip\":\"\""),
			   "key=content\n");
	CHECK_TEXT(read_fields("\"host.ip\":\"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa\""),
			   "key=content fault: host.ip is not an IP address 1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa\n");
}

/*
 * The time of an event.
 */
static void
test_timestamp_field(void)
{
	CHECK_TEXT(read_all("{\"process\":{\"name\":\"a\"}}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"@timestamp\":null}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"@timestamp\":{\"a\":\"2026\"}}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"@timestamp\":\"yesterday\"}"),
			   "22007 1:15 field \"@timestamp\" is not a timestamp: \"yesterday\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":\"\"}"), "22007 1:15 field \"@timestamp\" is not a timestamp: \"\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":true}"), "22007 1:15 field \"@timestamp\" is not a timestamp: \"true\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":\"2026-02-29\"}"),
			   "22008 1:15 field \"@timestamp\" is out of range: \"2026-02-29\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":1e30}"), "22008 1:15 field \"@timestamp\" is out of range: \"1e30\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":[\"2026-11-20\",\"2026-11-21\"]}"),
			   "22023 1:29 field \"@timestamp\" has several values: \"2026-11-21\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":[\"2026-11-20\"]}"), "key=content\n");
	CHECK_TEXT(read_fields("\"event\":{\"ingested\":\"soon\"}"),
			   "key=content fault: event.ingested is not a timestamp soon\n");
	/* a bad value is shown as far as it is text, and not without end */
	CHECK_TEXT(read_all("{\"@timestamp\":\"a\\u0001\\nb\"}"),
			   "22007 1:15 field \"@timestamp\" is not a timestamp: \"a??b\"\n");
	CHECK_TEXT(read_all("{\"@timestamp\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
						"01234567\xC3\xA4\xC3\xB6x\"}"),
			   "22007 1:15 field \"@timestamp\" is not a timestamp: "
			   "\"012345678901234567890123456789012345678901234567890123456789012345678901234567\"\n");
}

/*
 * What is no document.
 */
static void
test_broken(void)
{
	CHECK_TEXT(read_all("x"), "22P02 1:1 invalid JSON: invalid token near 'x'\n");
	CHECK_TEXT(read_all("{" AT "\"a\":tru}"), "22P02 1:44 invalid JSON: invalid token near 'tru'\n");
	CHECK_TEXT(read_all("{" AT "\"a\":1"), "22P02 1:42 invalid JSON: it ends too early\n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"b"), "22P02 1:43 invalid JSON: it ends too early\n");
	CHECK_TEXT(read_all("{" AT "\"a\":01}"), "22P02 1:42 invalid JSON: invalid token near '0'\n");
	CHECK_TEXT(read_all("{" AT "\"a\":1.}"), "22P02 1:43 invalid JSON: invalid token near '1.'\n");
	CHECK_TEXT(read_all("{" AT "\"a\":1} {}"), "22P02 1:45 invalid JSON: end of file expected near '{'\n");
	CHECK_TEXT(read_all("{" AT "a:1}"), "22P02 1:38 invalid JSON: string or '}' expected near 'a'\n");
	/* not misled by a quote that is missing before */
	CHECK_TEXT(read_all("{\"a:1,\"b\":\"\\u0000\"}"), "22P02 1:8 invalid JSON: ':' expected near 'b'\n");
	/* an odd number before it moves nothing */
	CHECK_TEXT(read_all("{\"b\":1.5,\"c\":[2e3,-0],\"a\":tru}"), "22P02 1:29 invalid JSON: invalid token near 'tru'\n");
	CHECK_TEXT(read_all("{\"\xC3\xA4\":\"\xE2\x82\xAC\",\"a\":tru}"), "22P02 1:16 invalid JSON: invalid token near 'tru'\n");

	CHECK_TEXT(read_all("\"text\""), "22023 1:1 document is not a JSON object\n");
	CHECK_TEXT(read_all(" 17 "), "22023 1:2 document is not a JSON object\n");
	CHECK_TEXT(read_all("1.5"), "22023 1:1 document is not a JSON object\n");
	CHECK_TEXT(read_all("null"), "22023 1:1 document is not a JSON object\n");
}

/*
 * Characters that text cannot hold.
 */
static void
test_characters(void)
{
	static const char nul[] = "{" AT "\"a\":\"b\0c\"}";
	static const char bare_nul[] = "{" AT "\0\"a\":1}";

	CHECK_TEXT(read_bytes(nul, sizeof(nul) - 1),
			   "key=content fault: a has a NUL character b\n");
	CHECK_TEXT(read_bytes(bare_nul, sizeof(bare_nul) - 1), "22021 1:38 NUL character\n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"b\\u0000\"}"),
			   "key=content fault: a has a NUL character b\n");
	CHECK_TEXT(read_all("{" AT "\"a\\u0000\":1}"),
			   "key=content fault:  has a NUL character a\n");
	CHECK_TEXT(read_fields("\"process.name\":\"b\\\\u0000\""), "process.name=b\\u0000 key=content\n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\xFF\"}"),
			   "key=content fault: a has bytes that are no UTF-8 \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\xC0\x80\"}"),
			   "key=content fault: a has bytes that are no UTF-8 \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\xED\xA0\x80\"}"),
			   "key=content fault: a has bytes that are no UTF-8 \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\xF4\x90\x80\x80\"}"),
			   "key=content fault: a has bytes that are no UTF-8 \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\xE2\x82\"}"),
			   "key=content fault: a has bytes that are no UTF-8 \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\\ud800\"}"),
			   "key=content fault: a has half of a surrogate pair \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\\udc00\"}"),
			   "key=content fault: a has half of a surrogate pair \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\\ud800\\u0041\"}"),
			   "key=content fault: a has half of a surrogate pair \n");
	CHECK_TEXT(read_all("{" AT "\"a\":\"\x01\"}"), "22P02 1:43 invalid JSON: control character 0x1 near '\"'\n");
}

/*
 * A document with an array of depth levels in it.
 */
static const char *
read_nested(size_t depth)
{
	static Output in = {NULL, 0, 0};

	in.length = 0;
	put_string(&in, "{" AT "\"a\":");
	for (size_t i = 0; i < depth; i++)
		put_string(&in, "[");
	for (size_t i = 0; i < depth; i++)
		put_string(&in, "]");
	put_string(&in, "}");
	return read_bytes(in.data, in.length);
}

/*
 * Nesting, which other levels of the system have limits for.
 */
static void
test_depth(void)
{
	CHECK_TEXT(read_nested(199), "key=content\n");
	CHECK_TEXT(read_nested(200), "54001 1:241 nesting is too deep\n");
	CHECK_TEXT(read_nested(1000000), "54001 1:241 nesting is too deep\n");
	/* brackets in a text are none */
	CHECK_TEXT(read_fields("\"process.name\":\"[[[[\\\"[[[\""), "process.name=[[[[\"[[[ key=content\n");
}

/*
 * By what a document is known again.
 */
static void
test_keys(void)
{
	CHECK_TEXT(read_fields("\"event\":{\"id\":\"e-1\"},\"_id\":\"x\""), "event.id=e-1 key=event:e-1\n");
	CHECK_TEXT(read_fields("\"event\":{\"id\":17}"), "event.id=17 key=event:17\n");
	CHECK_TEXT(read_fields("\"_id\":\"x\",\"_index\":\"logs\""),
			   "key=id:logs/x index=logs\n");
	CHECK_TEXT(read_fields("\"_id\":\"x\",\"event.id\":\"\""), "event.id= key=id:/x\n");
	/* several ids are none */
	CHECK_TEXT(read_fields("\"event\":{\"id\":[\"a\",\"b\"]}"),
			   "key=content several=event.id\n");
}

/*
 * The document is what was written, without the blanks around it.
 */
static void
test_document(void)
{
	static const char text[] = " \t{ " AT " \"x\" : [1.50, \"\\u00e4\"] }  ";
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	EcsLine		line = {text, sizeof(text) - 1, 7, false, sizeof(text) - 1};
	EcsRecord	record;
	EcsError	error;

	ecs_reader_line(reader, &line);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_RECORD);
	CHECK(record.document.data == text + 2 && record.document.length == sizeof(text) - 1 - 4);
	CHECK(record.key_kind == ECS_KEY_CONTENT && record.key.data == record.document.data &&
		  record.key.length == record.document.length);
	CHECK(record.shape == ECS_SHAPE_PLAIN);
	CHECK(record.line == 7 && record.column == 3);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_DONE);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_DONE);
	ecs_reader_destroy(reader);
	ecs_reader_destroy(NULL);
}

/*
 * A document may stand in several lines when it comes as one.
 */
static void
test_several_lines(void)
{
	static const char good[] = "\n{" AT "\n\"process\":{\n\"name\":\"a\"\n}}\n";
	static const char bad[] = "\n{" AT "\n\"process\":{\n\t\"\xC3\xA4\":1,\"pid\":\"b\"\n}}\n";
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	EcsLine		line = {good, sizeof(good) - 1, 10, false, sizeof(good) - 1};
	Output		out = {NULL, 0, 0};

	CHECK(read_line_to(&out, reader, &line));
	line.text = bad;
	line.length = line.full_length = sizeof(bad) - 1;
	CHECK(read_line_to(&out, reader, &line));
	CHECK_TEXT(out.data,
			   "process.name=a key=content\n"
			   "key=content fault: process.pid is not an integer b\n");
	ecs_reader_destroy(reader);
	free(out.data);
}

/*
 * Every allocation fails once: no memory, and nothing is left; and when the
 * next line comes, all is well.  So does a document that takes too much.
 */
static void
test_memory(void)
{
	EcsOptions	options = {.max_memory = 1000000};
	Output		big = {NULL, 0, 0};
	Output		out = {NULL, 0, 0};
	size_t		fail_at = 0;
	size_t		nfailed = 0;
	bool		ok;

	put_string(&big, "{\"index\":{\"_id\":\"1\"}}\n{" AT "\"process.args\":[0.5");
	for (int i = 0; i < 5000; i++)
		put_string(&big, ",\"a\",{},1.5");
	put_string(&big, "]}\n{" AT "\"user.name\":\"a\"}\n");
	do
	{
		out.length = 0;
		memory_calls = 0;
		memory_fail_at = ++fail_at;
		ok = read_chunks_to(&out, big.data, big.length, 1000, 0, NULL);
		CHECK(memory_live == 0);
		/* forms of documents can be done without */
		nfailed += !ok;
	} while (memory_calls >= fail_at && fail_at < 100);
	CHECK(ok && nfailed > 8 && nfailed < 100);
	memory_fail_at = 0;
	CHECK(out.length > 20000);

	out.length = 0;
	CHECK(read_chunks_to(&out, big.data, big.length, 1000, 0, &options));
	CHECK_TEXT(out.data, "54000 2:1 document needs too much memory\nuser.name=a key=content\n");
	CHECK(memory_live == 0);
	free(big.data);
	free(out.data);
}

/*
 * However many broken lines cost no more memory.
 */
static void
test_no_leak(void)
{
	static const char *const texts[] = {"{\"a\":\"b", "{" AT "\"x\":{\"y\":[1.5,2,{}", "{}", "[1", "{" AT "\"host.ip\":\"x\"}"};
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	size_t		calls = 0;
	Output		out = {NULL, 0, 0};

	for (int i = 0; i < 100000; i++)
	{
		const char *text = texts[i % 5];
		EcsLine		line = {text, strlen(text), 1, false, strlen(text)};

		out.length = 0;
		read_line_to(&out, reader, &line);
		if (i == 10)
			calls = memory_calls;
	}
	CHECK(memory_calls == calls);
	ecs_reader_destroy(reader);
	CHECK(memory_live == 0);
	free(out.data);
}

/*
 * jansson's memory is ours only while a line is read.
 */
static void
test_allocator(void)
{
	json_malloc_t before_malloc;
	json_malloc_t after_malloc;
	json_free_t before_free;
	json_free_t after_free;

	json_get_alloc_funcs(&before_malloc, &before_free);
	CHECK_TEXT(read_all("{" AT "\"a\":1.5}\n{\"b"), "key=content\n22P02 2:3 invalid JSON: it ends too early\n");
	json_get_alloc_funcs(&after_malloc, &after_free);
	CHECK(before_malloc == after_malloc && before_free == after_free);
}

int
main(void)
{
	test_names();
	test_columns();
	test_texts();
	test_numbers();
	test_number_range();
	test_addresses();
	test_timestamp_field();
	test_broken();
	test_characters();
	test_depth();
	test_keys();
	test_document();
	test_several_lines();
	test_memory();
	test_no_leak();
	test_allocator();
	CHECK(memory_live == 0);
	return unit_report();
}
