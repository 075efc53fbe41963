/*
 * test_record_form.c
 *		Documents taken apart into skeleton and leaves, and put together again.
 */
#include "read.h"
#include "same_tree.h"

static bool whole = false;		/* documents are not to be taken apart */

static EcsReader *
new_reader(void)
{
	EcsOptions	options = {.max_skeleton = whole ? 1 : 0};

	return ecs_reader_create(memory(), &options);
}

/*
 * What a reader makes of a line, and whether jansson makes the same of it.
 */
static bool
reads_as_jansson(EcsReader *reader, const char *text, size_t length)
{
	EcsLine		line = {text, length, 1, false, length};
	EcsRecord	record;
	EcsError	error;
	json_error_t json_error;
	json_t	   *root = json_loadb(text, length, 0, &json_error);
	EcsStatus	status;
	bool		same;

	ecs_reader_line(reader, &line);
	status = ecs_reader_next(reader, &record, &error);
	if (root != NULL)
		same = status == ECS_RECORD && same_tree(record.tree, root);
	else
		same = status == ECS_REJECTED ? strncmp(error.sqlstate, "22", 2) == 0 : record.original.data != NULL;
	json_decref(root);
	return same;
}

/*
 * Every text that so many pieces make, as a member's value.  Whatever a leaf
 * could run into is among them.
 */
static void
check_all_texts(const char *const pieces[], int npieces, int length)
{
	EcsReader  *reader = new_reader();
	long		total = 1;
	bool		good = true;

	for (int i = 0; i < length; i++)
		total *= npieces;
	for (long number = 0; number < total && good; number++)
	{
		char		text[200] = "{\"@timestamp\":1,\"x\":";
		size_t		n = strlen(text);
		long		rest = number;

		for (int i = 0; i < length; i++, rest /= npieces)
		{
			size_t		size = strlen(pieces[rest % npieces]);

			memcpy(text + n, pieces[rest % npieces], size);
			n += size;
		}
		text[n++] = '}';
		text[n] = '\0';
		good = reads_as_jansson(reader, text, n);
		if (!good)
			fprintf(stderr, "\t%s\n", text);
	}
	CHECK(good);
	ecs_reader_destroy(reader);
}

static void
test_all_texts(void)
{
	static const char *const scalars[] = {"\"", "\\", "1", "0", "-", ".", "e", " ", ","};
	static const char *const words[] = {"\"a\"", "\"a", "\"", "1", ":", ",", "[", "]", "{", "}", "true", "tru", "e", " ", "\xC3\xA4"};

	check_all_texts(scalars, (int) (sizeof(scalars) / sizeof(scalars[0])), 5);
	check_all_texts(words, (int) (sizeof(words) / sizeof(words[0])), 4);
}

/*
 * The document with some members, twice: its form is made, and used.
 */
#define CHECK_MEMBERS(members) \
	check_members((members), __LINE__)

static void
check_members(const char *members, int line)
{
	EcsReader  *reader = new_reader();
	Output		text = {NULL, 0, 0};

	put_string(&text, "{\"@timestamp\":1,");
	put_string(&text, members);
	put_string(&text, "}");
	if (!CHECK(reads_as_jansson(reader, text.data, text.length) && reads_as_jansson(reader, text.data, text.length)))
		fprintf(stderr, "\tline %d: %s\n", line, text.data);
	ecs_reader_destroy(reader);
	free(text.data);
}

static void
test_documents(void)
{
	CHECK_MEMBERS("\"a\":\"x\",\"b\":[1.50,true,false,null,\"\",{}],\"c\":{\"d\":[[],-0]}");
	CHECK_MEMBERS("\"a\" :\t1 ,\"b\":\r\n\"x\" , \"c\" : [ 1 , 2 ]");
	/* keys: repeated, empty, escaped, beyond ASCII */
	CHECK_MEMBERS("\"a\":1,\"a\":{\"b\":2},\"a\":\"x\",\"b\":3");
	CHECK_MEMBERS("\"a\":{\"x\":1},\"b\":2,\"\\u0061\":{\"y\":\"z\"}");
	CHECK_MEMBERS("\"\":1,\"\\n\":2,\"\\\"\":3,\"\xC3\xA4\":4,\"\\u00e4\":5,\":\":6");
	/* strings: with escapes, and with what looks like JSON in them */
	CHECK_MEMBERS("\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\",\"b\":\"C:\\\\x\\\\\",\"c\":\"d\"");
	CHECK_MEMBERS("\"a\":\"{\\\"b\\\":1}\",\"c\":\"]}, :\",\"d\":\"\xE2\x82\xAC\xF0\x9F\x98\x80\x7F\"");
	/* what no string may hold */
	CHECK_MEMBERS("\"a\":\"\t\"");
	CHECK_MEMBERS("\"a\":\"\\x\"");
	CHECK_MEMBERS("\"a\":\"\\ud800\"");
	CHECK_MEMBERS("\"a\":\"\\udc00\\ud800\"");
	CHECK_MEMBERS("\"a\":\"\xFF\"");
	CHECK_MEMBERS("\"a\":\"\xED\xA0\x80\"");
	CHECK_MEMBERS("\"a\":\"\xC0\x80\"");
	CHECK_MEMBERS("\"\xFF\":1");
	CHECK_MEMBERS("\"\\ud800\":1");
	CHECK_MEMBERS("\xC3\xA4:1");
	/* and not where it does not count either */
	CHECK_MEMBERS("\"a\":\"\\x\",\"a\":\"b\"");
	CHECK_MEMBERS("\"a\":{\"b\":[\"\\ud800\"]},\"a\":\"b\"");
	CHECK_MEMBERS("\"a\":\"\\u0062\",\"a\":\"\\n\"");
}

/*
 * Every byte but NUL, in a string, in a key, after a backslash and outside.
 */
static void
test_bytes(void)
{
	char		text[100];

	for (int byte = 1; byte < 256; byte++)
	{
		snprintf(text, sizeof(text), "\"a\":\"x%cx\"", byte);
		CHECK_MEMBERS(text);
		snprintf(text, sizeof(text), "\"x%cx\":1", byte);
		CHECK_MEMBERS(text);
		snprintf(text, sizeof(text), "\"a\":\"x\\%c00e9\"", byte);
		CHECK_MEMBERS(text);
		snprintf(text, sizeof(text), "\"a\":1%c", byte);
		CHECK_MEMBERS(text);
	}
}

/*
 * Documents of one skeleton have their own leaves.
 */
static void
test_same_form(void)
{
	CHECK_TEXT(read_all("{" AT "\"user\":{\"name\":\"a\",\"id\":1}}\n{" AT "\"user\":{\"name\":\"\\u0062\",\"id\":\"22\"}}\n"
						"{" AT "\"user\":{\"name\":1.50,\"id\":\"\"}}"),
			   "user.id=1 user.name=a key=content\nuser.id=22 user.name=b key=content\n"
			   "user.id= user.name=1.50 key=content\n");
	/* the bad one says so, and the next one is well */
	CHECK_TEXT(read_all("{" AT "\"user.name\":\"a\"}\n{" AT "\"user.name\":\"\\x\"}\n{" AT "\"user.name\":\"b\"}"),
			   "user.name=a key=content\n22P02 2:52 invalid JSON: invalid escape near '\"\\x'\n"
			   "user.name=b key=content\n");
}

/*
 * A document of an object with count members, in no order.
 */
static void
put_many(Output *text, const char *prefix, int count)
{
	char		member[300];

	text->length = 0;
	put_string(text, "{\"@timestamp\":1");
	for (int i = 0; i < count; i++)
	{
		snprintf(member, sizeof(member), ",\"%s%d\":\"%d\"", prefix, i * 7919 % count, i);
		put_string(text, member);
	}
	put_string(text, "}");
}

/*
 * More forms than are kept, large ones, and one that is too large; and memory
 * stays within bounds.
 */
static void
test_many_forms(void)
{
	EcsReader  *reader = new_reader();
	Output		text = {NULL, 0, 0};
	bool		good = true;
	char		prefix[200];

	for (int i = 0; i < 3000 && good; i++)
	{
		snprintf(prefix, sizeof(prefix), "form%d_", i % 1500);
		put_many(&text, prefix, i % 50);
		good = reads_as_jansson(reader, text.data, text.length);
	}
	CHECK(good);
	/* slots and some blocks */
	CHECK(memory_live <= 1024 + 10);

	for (int i = 0; i < 300 && good; i++)
	{
		memset(prefix, 'a' + i % 26, 150);
		snprintf(prefix + 150, sizeof(prefix) - 150, "%d_", i);
		put_many(&text, prefix, 100);
		good = reads_as_jansson(reader, text.data, text.length);
	}
	CHECK(good);
	/* of more than 30 kB each, in 8 MB; those before were forgotten */
	CHECK(memory_live < 280);

	put_many(&text, "large", 10000);
	CHECK(reads_as_jansson(reader, text.data, text.length));
	CHECK(reads_as_jansson(reader, text.data, text.length));
	ecs_reader_destroy(reader);
	free(text.data);
}

int
main(void)
{
	for (int i = 0; i < 2; i++)
	{
		whole = i == 1;
		test_all_texts();
		test_documents();
		test_bytes();
	}
	whole = false;
	test_same_form();
	test_many_forms();
	CHECK(memory_live == 0);
	return unit_report();
}
