/*
 * test_record_lines.c
 *		Lines, and what they hold: bulk bodies, search hits and responses,
 *		arrays.
 */
#include "read.h"

/* A document with a time and a name. */
#define DOCUMENT(name)	"{" AT "\"process.name\":\"" name "\"}"
#define RECORD(name)	"process.name=" name " key=content\n"

/*
 * The lines of a text, as [..] with the number; ! for one that is too long,
 * with its full length.
 */
static const char *
split(const char *text, size_t length, size_t chunk, size_t max_line)
{
	static Output out = {NULL, 0, 0};
	EcsSplitter *splitter = ecs_splitter_create(memory(), max_line);
	EcsLine		line;
	char		number[64];

	out.length = 0;
	put(&out, "", 0);
	for (size_t done = 0;; done += chunk)
	{
		size_t		n = length - done < chunk ? length - done : chunk;
		bool		last = done + n == length;

		ecs_splitter_feed(splitter, n == 0 ? NULL : text + done, n, last);
		while (ecs_splitter_next(splitter, &line) == ECS_RECORD)
		{
			snprintf(number, sizeof(number), "%zu[", line.number);
			put_string(&out, number);
			put(&out, line.text, line.length);
			put_string(&out, "]");
			if (line.too_long)
			{
				snprintf(number, sizeof(number), "!%zu", line.full_length);
				put_string(&out, number);
			}
			else
				CHECK(line.full_length == line.length);
		}
		if (last)
			break;
	}
	CHECK(ecs_splitter_next(splitter, &line) == ECS_DONE);
	ecs_splitter_destroy(splitter);
	return out.data;
}

/*
 * The lines are the same in chunks of every size.
 */
#define CHECK_SPLIT(text, max_line, expected) \
	check_split((text), sizeof(text) - 1, (max_line), (expected))

static void
check_split(const char *text, size_t length, size_t max_line, const char *expected)
{
	for (size_t chunk = 1; chunk <= length + 1; chunk++)
		CHECK_TEXT(split(text, length, chunk, max_line), expected);
}

/*
 * Lines end with LF or CRLF, or with the text.
 */
static void
test_split(void)
{
	CHECK_SPLIT("", 0, "");
	CHECK_SPLIT("a", 0, "1[a]");
	CHECK_SPLIT("a\n", 0, "1[a]");
	CHECK_SPLIT("a\nbc\n\n\nd", 0, "1[a]2[bc]3[]4[]5[d]");
	CHECK_SPLIT("a\r\nbc\r\n\r\nd\r", 0, "1[a]2[bc]3[]4[d]");
	CHECK_SPLIT("\n", 0, "1[]");
	CHECK_SPLIT("a\rb\n\r", 0, "1[a\rb]2[]");
	/* a byte order mark is no part of the first line, and of no other */
	CHECK_SPLIT("\xEF\xBB\xBF" "ab\nc\n", 0, "1[ab]2[c]");
	CHECK_SPLIT("\xEF\xBB\xBF", 0, "1[]");
	CHECK_SPLIT("\xEF\xBB\n", 0, "1[\xEF\xBB]");
	CHECK_SPLIT("a\n\xEF\xBB\xBF" "b", 0, "1[a]2[\xEF\xBB\xBF" "b]");
}

/*
 * A line may be as long as allowed, and no longer.
 */
static void
test_too_long(void)
{
	CHECK_SPLIT("12345\n123456\n1\n", 5, "1[12345]2[12345]!6" "3[1]");
	CHECK_SPLIT("12345\r\n123456\r\n1\r\n", 5, "1[12345]2[12345]!6" "3[1]");
	CHECK_SPLIT("123456789012345678901234567890", 5, "1[12345]!30");
	CHECK_SPLIT("\xEF\xBB\xBF" "12345\n", 5, "1[12345]");
	CHECK_SPLIT("\xEF\xBB\xBF" "123456\n", 5, "1[12345]!6");
	/* cut between characters */
	CHECK_SPLIT("1234\xC3\xA4\n", 5, "1[1234]!6");
	CHECK_SPLIT("12\xF0\x9F\x98\x80\xF0\n", 5, "1[12]!7");
	CHECK_SPLIT("\x80\x80\x80\x80\x80\x80\x80\n", 5, "1[\x80\x80\x80\x80\x80]!7");
}

/*
 * A line of 100 MB is neither held nor lost: its head is rejected, with how
 * long it was, and the next line is read.
 */
static void
test_huge_line(void)
{
	size_t		total = (size_t) 100 * 1024 * 1024;
	size_t		chunk = 1024 * 1024;
	char	   *text = malloc(chunk);
	EcsSplitter *splitter = ecs_splitter_create(memory(), 0);
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	static const char next[] = "\n" DOCUMENT("a");
	EcsRecord	record;
	EcsError	error;
	EcsLine		line;

	if (text == NULL)
		abort();
	memset(text, 'x', chunk);
	for (size_t done = 0; done < total; done += chunk)
	{
		ecs_splitter_feed(splitter, text, chunk, false);
		CHECK(ecs_splitter_next(splitter, &line) == ECS_DONE);
	}
	ecs_splitter_feed(splitter, next, sizeof(next) - 1, true);
	CHECK(ecs_splitter_next(splitter, &line) == ECS_RECORD);
	CHECK(line.too_long && line.length == ECS_LINE_HEAD && line.full_length == total);
	ecs_reader_line(reader, &line);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_REJECTED);
	CHECK_TEXT(error.sqlstate, "54000");
	CHECK_TEXT(error.message, "line is too long");
	CHECK(error.raw.length == ECS_LINE_HEAD && error.raw_length == total && error.line == 1 && error.column == 0);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_DONE);

	CHECK(ecs_splitter_next(splitter, &line) == ECS_RECORD);
	ecs_reader_line(reader, &line);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_RECORD && record.line == 2);
	ecs_reader_destroy(reader);
	ecs_splitter_destroy(splitter);
	ecs_splitter_destroy(NULL);
	CHECK(memory_live == 0);
	free(text);
}

/*
 * A document a line; a broken one costs itself only.
 */
static void
test_lines(void)
{
	CHECK_TEXT(read_all(DOCUMENT("a") "\r\n\n   \n{\"b\n" DOCUMENT("c")),
			   RECORD("a") "22P02 4:3 invalid JSON: it ends too early\n" RECORD("c"));
	CHECK_TEXT(read_all(""), "");
	CHECK_TEXT(read_all("\n\r\n \t \n"), "");
}

/*
 * Bulk bodies.
 */
static void
test_bulk(void)
{
	CHECK_TEXT(read_all("{\"index\":{\"_index\":\"logs\",\"_id\":\"1\"}}\n" DOCUMENT("a") "\n"
						"{\"create\":{\"_id\":2}}\n" DOCUMENT("b") "\n"
						"{ \"create\" : {} }\n\n" DOCUMENT("c") "\n"
						DOCUMENT("d") "\n"),
			   "process.name=a key=id:logs/1 index=logs\n"
			   "process.name=b key=id:/2\n"
			   "process.name=c key=content\n"
			   "process.name=d key=content\n");
	/* an event's own id comes first */
	CHECK_TEXT(read_all("{\"index\":{\"_id\":\"1\"}}\n{" AT "\"event.id\":\"e\"}"), "event.id=e key=event:e\n");
	/* an id is for one line, whatever becomes of it */
	CHECK_TEXT(read_all("{\"index\":{\"_id\":\"1\"}}\n{\"b\n" DOCUMENT("c")),
			   "22P02 2:3 invalid JSON: it ends too early\n" RECORD("c"));
	CHECK_TEXT(read_all("{\"index\":{\"_id\":\"1\"}}\n{\"index\":{\"_id\":\"2\"}}\n" DOCUMENT("c")),
			   "process.name=c key=id:/2\n");
	CHECK_TEXT(read_all("{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"a\":1}}\n" DOCUMENT("c")),
			   "22023 2:1 bulk action \"update\" brings only a part of a document\n" RECORD("c"));
	CHECK_TEXT(read_all("{\"delete\":{\"_id\":\"1\"}}\n" DOCUMENT("c")),
			   "22023 1:1 bulk action \"delete\" brings no event\n" RECORD("c"));
	/* these are documents */
	CHECK_TEXT(read_all("{\"index\":\"a\"}\n{\"index\":{},\"b\":1}\n{\"destroy\":{}}"),
			   "23502 1:1 document has no @timestamp\n23502 2:1 document has no @timestamp\n"
			   "23502 3:1 document has no @timestamp\n");
	CHECK_TEXT(read_fields("\"index\":{}"), "key=content\n");
	/* an action announces nothing in the array after it */
	CHECK_TEXT(read_all("{\"index\":{\"_id\":\"1\"}}\n[" DOCUMENT("a") "]\n" DOCUMENT("b")), RECORD("a") RECORD("b"));
}

/*
 * A reader that is reset does not go on with the input before.
 */
static void
test_reset(void)
{
	static const char action[] = "{\"index\":{\"_id\":\"1\"}}";
	static const char document[] = DOCUMENT("a");
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	EcsLine		first = {action, sizeof(action) - 1, 1, false, sizeof(action) - 1};
	EcsLine		second = {document, sizeof(document) - 1, 1, false, sizeof(document) - 1};
	Output		out = {NULL, 0, 0};

	read_line_to(&out, reader, &first);
	ecs_reader_reset(reader);
	read_line_to(&out, reader, &second);
	read_line_to(&out, reader, &first);
	read_line_to(&out, reader, &second);
	CHECK_TEXT(out.data, RECORD("a") "process.name=a key=id:/1\n");
	ecs_reader_destroy(reader);
	free(out.data);
}

/*
 * Search hits.
 */
static void
test_hits(void)
{
	CHECK_TEXT(read_all("{\"_index\":\"logs\",\"_id\":\"1\",\"_score\":1.0,\"_source\":" DOCUMENT("a") "}"),
			   "process.name=a key=id:logs/1 index=logs\n");
	CHECK_TEXT(read_all("{\"_source\":" DOCUMENT("a") "}"), RECORD("a"));
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":{\"a\":1}}"), "23502 1:22 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":{\"@timestamp\":\"x\"}}"),
			   "22007 1:36 field \"@timestamp\" is not a timestamp: \"x\"\n");
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"fields\":{\"@timestamp\":[\"2026\"]}}"),
			   "key=id:/1\n");
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":\"a\"}"),
			   "22023 1:1 search hit has neither _source nor fields\n");
	/* a document that has such fields itself */
	CHECK_TEXT(read_fields("\"_source\":{\"@timestamp\":\"x\"},\"process.name\":\"a\""), RECORD("a"));
	/* the last of two counts, in the record as in the document */
	CHECK_TEXT(read_all("{\"_source\":" DOCUMENT("a") ",\"_source\":" DOCUMENT("b") "}"), RECORD("b"));
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":" DOCUMENT("a") ",\"\\u005fsource\":" DOCUMENT("b") "}"),
			   "22023 1:1 search hit has neither _source nor fields\n");
}

/*
 * The document of a hit is the slice of its source.
 */
static void
test_hit_document(void)
{
	static const char text[] = "{\"_id\":\"\xC3\xA4\", \"_source\" : {" AT "\"x\": [1.50, {}]} , \"sort\":[1]}";
	EcsReader  *reader = ecs_reader_create(memory(), NULL);
	EcsLine		line = {text, sizeof(text) - 1, 3, false, sizeof(text) - 1};
	EcsRecord	record;
	EcsError	error;
	char		document[200];

	ecs_reader_line(reader, &line);
	CHECK(ecs_reader_next(reader, &record, &error) == ECS_RECORD);
	snprintf(document, sizeof(document), "%.*s", (int) record.document.length, record.document.data);
	CHECK_TEXT(document, "{" AT "\"x\": [1.50, {}]}");
	CHECK(record.shape == ECS_SHAPE_HIT && record.line == 3 && record.column == 25);
	ecs_reader_destroy(reader);
}

/*
 * Search responses.
 */
static void
test_responses(void)
{
#define RESPONSE(hits) "{\"took\":3,\"hits\":{\"total\":{\"value\":2},\"max_score\":1.0,\"hits\":[" hits "]},\"x\":[]}"
	CHECK_TEXT(read_all(RESPONSE("{\"_id\":\"1\",\"_source\":" DOCUMENT("a") "}, {\"_source\":" DOCUMENT("b") "}")),
			   "process.name=a key=id:/1\n" RECORD("b"));
	CHECK_TEXT(read_all(RESPONSE("") "\n" RESPONSE(" ")), "");
	CHECK_TEXT(read_all(RESPONSE("{\"_source\":{\"a\":tru}},{\"_source\":" DOCUMENT("b") "}")),
			   "22P02 1:81 invalid JSON: invalid token near 'tru'\n" RECORD("b"));
	/* the whole is JSON, or nothing is read of it */
	CHECK_TEXT(read_all("{\"took\":3,\"hits\":{\"hits\":[{\"_source\":" DOCUMENT("a") "}"),
			   "22P02 1:94 invalid JSON: it ends too early\n");
	CHECK_TEXT(read_all("{\"hits\":{\"hits\":[{\"_source\":" DOCUMENT("a") "}]},x}"),
			   "22P02 1:89 invalid JSON: string or '}' expected near 'x'\n");
	CHECK_TEXT(read_all("{tru,\"hits\":{\"hits\":[{\"_source\":" DOCUMENT("a") "}]}}"),
			   "22P02 1:4 invalid JSON: string or '}' expected near 'tru'\n");
	CHECK_TEXT(read_all(RESPONSE("{\"_source\":" DOCUMENT("a") "},")),
			   RECORD("a") "22P02 1:132 array of documents goes on with something else\n");
	/* these are documents */
	CHECK_TEXT(read_fields("\"hits\":{\"hits\":[{}]}"), "key=content\n");
	CHECK_TEXT(read_all("{\"hits\":{\"hits\":{}}}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"hits\":[{}]}"), "23502 1:1 document has no @timestamp\n");
	CHECK_TEXT(read_all("{\"a\":\"hits\"}"), "23502 1:1 document has no @timestamp\n");
}

/*
 * Arrays of documents.
 */
static void
test_arrays(void)
{
	CHECK_TEXT(read_all("[" DOCUMENT("a") " , " DOCUMENT("b") "] \n[]\n[ ]\n" DOCUMENT("c")),
			   RECORD("a") RECORD("b") RECORD("c"));
	CHECK_TEXT(read_all("[{\"_id\":\"1\",\"_source\":" DOCUMENT("a") "}]"), "process.name=a key=id:/1\n");
	CHECK_TEXT(read_all("[{\"a\":1}," DOCUMENT("b") ",{\"c\":tru},{\"@timestamp\":1e30}]"),
			   "23502 1:2 document has no @timestamp\n" RECORD("b") "22P02 1:74 invalid JSON: invalid token near 'tru'\n"
			   "22008 1:91 field \"@timestamp\" is out of range: \"1e30\"\n");
	/* what cannot be gone on with is rejected with all that follows */
	CHECK_TEXT(read_all("[" DOCUMENT("a") ",1," DOCUMENT("b") "]"),
			   RECORD("a") "22P02 1:59 array of documents goes on with something else\n");
	CHECK_TEXT(read_all("[1,2,3]"), "22P02 1:2 array of documents goes on with something else\n");
	CHECK_TEXT(read_all("[[" DOCUMENT("a") "]]"), "22P02 1:2 array of documents goes on with something else\n");
	CHECK_TEXT(read_all("[" DOCUMENT("a") " " DOCUMENT("b") "]"),
			   RECORD("a") "22P02 1:59 invalid JSON: comma or bracket expected after a document\n");
	CHECK_TEXT(read_all("[" DOCUMENT("a") "]]"), RECORD("a") "22P02 1:59 invalid JSON: something follows the array\n");
	CHECK_TEXT(read_all("[" DOCUMENT("a")), RECORD("a") "22P02 1:58 invalid JSON: the array ends too early\n");
	CHECK_TEXT(read_all("[" DOCUMENT("a") ",{\"b\":"),
			   RECORD("a") "22P02 1:63 invalid JSON: it ends too early\n");
	CHECK_TEXT(read_all("["), "22P02 1:2 array of documents goes on with something else\n");
	/* an array's elements are no bulk actions */
	CHECK_TEXT(read_all("[{\"index\":{}}," DOCUMENT("b") "]"), "23502 1:2 document has no @timestamp\n" RECORD("b"));
}

/*
 * In chunks of every size all is the same.
 */
static void
test_chunks(void)
{
	static const char text[] = "{\"index\":{\"_index\":\"l\",\"_id\":\"1\"}}\r\n" DOCUMENT("\xC3\xA4") "\r\n"
		"[" DOCUMENT("b") ",{\"c\":1.5}]\n{\"bad\n\n{\"_id\":\"2\",\"_source\":" DOCUMENT("d") "}\n" DOCUMENT("e");
	Output		expected = {NULL, 0, 0};
	Output		out = {NULL, 0, 0};

	CHECK(read_chunks_to(&expected, text, sizeof(text) - 1, sizeof(text), 0, NULL));
	for (size_t chunk = 1; chunk < sizeof(text); chunk++)
	{
		out.length = 0;
		CHECK(read_chunks_to(&out, text, sizeof(text) - 1, chunk, 0, NULL));
		CHECK_TEXT(out.data, expected.data);
	}
	free(expected.data);
	free(out.data);
}

/*
 * Documents that stand on several lines, and lines that were cut off.
 */
static void
test_held(void)
{
	CHECK_TEXT(read_all("{\n" AT "\n\"process\": {\n\n\"name\": \"a\"\n}\n}\n" DOCUMENT("b")), RECORD("a") RECORD("b"));
	CHECK_TEXT(read_all("{\r\n  " AT "\r\n  \"process.args\": [\r\n\"}\",\r\n\"{\"\r\n]}"), "process.args=[}|{] key=content\n");
	CHECK_TEXT(read_all("[\n" DOCUMENT("a") ",\n{" AT "\n\"process.name\": \"b\"}\n]\n" DOCUMENT("c")),
			   RECORD("a") RECORD("b") RECORD("c"));
	/* a document begins where the one that was cut off would go on */
	CHECK_TEXT(read_all("{" AT "\n" DOCUMENT("a")), "22P02 1:37 invalid JSON: it ends too early\n" RECORD("a"));
	CHECK_TEXT(read_all("{" AT "\"x\":[\n" DOCUMENT("a") "\n" DOCUMENT("b")),
			   "22P02 1:42 invalid JSON: it ends too early\n" RECORD("a") RECORD("b"));
	CHECK_TEXT(read_all("{\n" AT "\n\"a\": \"\n" DOCUMENT("b")),
			   "22P02 2:36 invalid JSON: it ends too early\n"
			   "22P02 3:4 invalid JSON: end of file expected near ':'\n"
			   "process.name=b key=content\n");
	/* and it may be the last one */
	CHECK_TEXT(read_all("{\n" AT "\n\"a\": {"), "22P02 3:6 invalid JSON: it ends too early\n");
	/* an array that was cut off between its elements stands alone */
	CHECK_TEXT(read_all("[" DOCUMENT("a") ",\n" DOCUMENT("b")),
			   "process.name=a key=content\n"
			   "22P02 1:59 array of documents goes on with something else\n"
			   "process.name=b key=content\n");
}

/*
 * Hits with fields, responses of several kinds, and where documents say they are from.
 */
static void
test_envelopes(void)
{
#define HIT(id, name) "{\"_index\":\"i\",\"_id\":\"" id "\",\"_source\":" DOCUMENT(name) "}"
#define HIT_RECORD(id, name) "process.name=" name " key=id:i/" id " index=i\n"
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":{},\"fields\":{\"@timestamp\":[\"2026\"],\"process.name\":[\"a\"],\"process.name.text\":[\"x\"]}}"),
			   "process.name=a key=id:/1\n");
	CHECK_TEXT(read_all("{\"_id\":\"1\",\"_source\":{\"x\":1},\"fields\":{\"@timestamp\":[\"2026\"],\"process.name\":[\"a\"]}}"),
			   "process.name=a key=id:/1\n");
	CHECK_TEXT(read_all("{\"response\":{\"hits\":{\"hits\":[" HIT("1", "a") "]}}}"), HIT_RECORD("1", "a"));
	CHECK_TEXT(read_all("{\"rawResponse\":{\"hits\":{\"hits\":[" HIT("1", "a") "," HIT("2", "b") "]}}}"),
			   HIT_RECORD("1", "a") HIT_RECORD("2", "b"));
	CHECK_TEXT(read_all("{\"responses\":[{\"hits\":{\"hits\":[" HIT("1", "a") "]}},{\"hits\":{\"hits\":[]}},{\"status\":404},{\"hits\":{\"hits\":["
						HIT("2", "b") "]}}]}"),
			   "process.name=a key=id:i/1 index=i\n"
			   "23502 1:148 document has no @timestamp\n"
			   "process.name=b key=id:i/2 index=i\n");
	CHECK_TEXT(read_all("{\"docs\":[" HIT("1", "a") ",{\"_id\":\"2\",\"found\":false}]}"),
			   "process.name=a key=id:i/1 index=i\n"
			   "22023 1:102 search hit has neither _source nor fields\n");
	/* fields of a document that happen to have these names */
	CHECK_TEXT(read_fields("\"docs\":[],\"responses\":[1],\"response\":{\"hits\":{\"hits\":[]}}"), "key=content\n");
	/* the document is what is refused */
	CHECK_TEXT(read_all("{\"docs\":[" HIT("1", "a") ",{\"_source\":{" AT "\"process.name\":\"\\ud800\"}}]}"),
			   HIT_RECORD("1", "a") "process.name=\xEF\xBF\xBD key=content fault: _source.process.name has half of a surrogate pair \n");

	CHECK_TEXT(read_fields("\"data_stream\":{\"type\":\"logs\",\"dataset\":\"a.b\",\"namespace\":\"prod\"}"), "key=content index=logs-a.b-prod\n");
	CHECK_TEXT(read_fields("\"data_stream.type\":[\"logs\"],\"data_stream\":{\"dataset\":\"a\"}"), "key=content index=logs-a-default\n");
	CHECK_TEXT(read_fields("\"data_stream\":{\"type\":\"logs\"}"), "key=content\n");
	CHECK_TEXT(read_fields("\"data_stream\":{\"type\":[\"logs\",\"metrics\"],\"dataset\":\"a\"}"), "key=content\n");
	CHECK_TEXT(read_fields("\"_index\":\".ds-logs-a-b-2026.11.20-000001\""), "key=content index=logs-a-b\n");
	CHECK_TEXT(read_fields("\"_index\":\".ds-x\""), "key=content index=x\n");
	CHECK_TEXT(read_fields("\"_index\":\".internal.alerts-security.alerts-red-000001\",\"data_stream\":{\"type\":\"logs\",\"dataset\":\"a\"}"),
			   "key=content index=.alerts-security.alerts-red\n");
	CHECK_TEXT(read_fields("\"kibana\":{\"alert.uuid\":\"u\"},\"data_stream\":{\"type\":\"logs\",\"dataset\":\"a\"}"),
			   "key=content index=.alerts-security.alerts-default\n");
	CHECK_TEXT(read_all("@cee: {\"ID\":\"1.5:2\",\"NODE\":\"n\",\"data_stream\":{\"type\":\"logs\",\"dataset\":\"a\"},\"X\":{}}"),
			   "event.id=n/1.5:2 event.kind=event event.action=[x] event.dataset=auditd.laurel agent.id=n agent.type=laurel host.name=n "
			   "host.hostname=n host.os.type=linux key=event:n/1.5:2\n");
}

int
main(void)
{
	test_split();
	test_too_long();
	test_huge_line();
	test_lines();
	test_bulk();
	test_reset();
	test_hits();
	test_hit_document();
	test_responses();
	test_arrays();
	test_chunks();
	test_held();
	test_envelopes();
	CHECK(memory_live == 0);
	return unit_report();
}
