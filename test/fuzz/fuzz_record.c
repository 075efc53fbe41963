/*
 * fuzz_record.c
 *		Any bytes, in chunks of any size, as lines of documents.  Records and
 *		rejections are what record.h says they are; chunks make no difference,
 *		nor whether documents are taken apart or read as a whole;
 *		the document of a record, read alone, gives the same values; and its tree
 *		is the one that jansson makes of the whole document.
 *
 * The first byte chooses the size of the chunks, the second the limits.
 */
#include "same_tree.h"

#include "ecs/record.h"
#include "ecs/text.h"
#include "text/utf8.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

/* What an input came to. */
typedef struct Outcome
{
	size_t		records;
	size_t		rejected;
	uint64_t	hash;
} Outcome;

static void *
fuzz_alloc(void *arg, size_t size)
{
	void	   *result = malloc(size);

	(void) arg;
	if (result != NULL)
		memset(result, 0xA5, size);
	return result;
}

static void
fuzz_free(void *arg, void *pointer)
{
	(void) arg;
	free(pointer);
}

static const EcsMemory fuzz_memory = {fuzz_alloc, fuzz_free, NULL};

static void
mix(Outcome *outcome, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n; i++)
		outcome->hash = (outcome->hash ^ bytes[i]) * UINT64_C(1099511628211);
	outcome->hash = (outcome->hash ^ n) * UINT64_C(1099511628211);
}

static void
check_text(EcsText text)
{
	size_t		i = 0;

	CHECK(text.data != NULL);
	while (i < text.length)
	{
		size_t		n = td_utf8_length(text.data + i, text.length - i);

		CHECK(n > 0 && text.data[i] != '\0');
		i += n;
	}
}

static void
check_list(EcsKind kind, EcsList list)
{
	CHECK(list.count > 0);
	for (size_t i = 0; i < list.count; i++)
	{
		check_text(list.items[i]);
		if (kind == ECS_KIND_KEYWORDS && i > 0)
			CHECK(ecs_compare(&list.items[i - 1], &list.items[i]) < 0);
	}
}

static bool
same_text(EcsText a, EcsText b)
{
	return ecs_compare(&a, &b) == 0;
}

static bool
same_value(EcsKind kind, const EcsValue *a, const EcsValue *b)
{
	if (a->present != b->present || !a->present)
		return a->present == b->present;
	switch (kind)
	{
		case ECS_KIND_TEXT:
			return same_text(a->text, b->text);
		case ECS_KIND_LONG:
		case ECS_KIND_TIMESTAMP:
			return a->number == b->number;
		default:
			break;
	}
	if (a->list.count != b->list.count)
		return false;
	for (size_t i = 0; i < a->list.count; i++)
	{
		if (!same_text(a->list.items[i], b->list.items[i]))
			return false;
	}
	return true;
}

static void
check_value(Outcome *outcome, EcsKind kind, const EcsValue *value)
{
	mix(outcome, &value->present, sizeof(value->present));
	if (!value->present)
		return;
	switch (kind)
	{
		case ECS_KIND_TEXT:
			check_text(value->text);
			mix(outcome, value->text.data, value->text.length);
			break;
		case ECS_KIND_TIMESTAMP:
			CHECK(value->number >= INT64_C(-211813488000000000) && value->number < INT64_C(9223371331200000000));
			mix(outcome, &value->number, sizeof(value->number));
			break;
		case ECS_KIND_LONG:
			mix(outcome, &value->number, sizeof(value->number));
			break;
		default:
			check_list(kind, value->list);
			for (size_t i = 0; i < value->list.count; i++)
				mix(outcome, value->list.items[i].data, value->list.items[i].length);
			break;
	}
}

/* jansson, given the whole document, finds the same in it, if it can count so far. */
static void
check_tree(const EcsRecord *record)
{
	json_error_t error;
	json_t	   *root = json_loadb(record->document.data, record->document.length, 0, &error);

	CHECK(root != NULL ? same_tree(record->tree, root) : json_error_code(&error) == json_error_numeric_overflow);
	json_decref(root);
}

/* The document by itself gives the record again, and once more when its form is known. */
static void
check_alone(const EcsRecord *record, const EcsOptions *options)
{
	EcsReader  *reader = ecs_reader_create(fuzz_memory, options);
	EcsLine		line = {record->document.data, record->document.length, 1, false, record->document.length};
	EcsRecord	again;
	EcsError	error;

	for (int times = 0; times < 2; times++)
	{
		ecs_reader_line(reader, &line);
		CHECK(ecs_reader_next(reader, &again, &error) == ECS_RECORD);
		for (int i = 0; i < ECS_COLUMNS; i++)
			CHECK(same_value(ecs_columns[i].kind, &record->values[i], &again.values[i]));
		CHECK(same_text(record->document, again.document));
		check_tree(&again);
		CHECK(ecs_reader_next(reader, &again, &error) == ECS_DONE);
	}
	ecs_reader_destroy(reader);
}

static void
check_record(Outcome *outcome, const EcsRecord *record)
{
	outcome->records++;
	for (int i = 0; i < ECS_COLUMNS; i++)
		check_value(outcome, ecs_columns[i].kind, &record->values[i]);
	CHECK(record->values[ECS_TIMESTAMP].present);
	check_text(record->document);
	CHECK(record->document.length > 2 && record->document.data[0] == '{' &&
		  record->document.data[record->document.length - 1] == '}');
	check_tree(record);
	/* what is hashed may be the document before it was cleaned */
	if (record->original.data == NULL || record->key_kind != ECS_KEY_CONTENT)
		check_text(record->key);
	for (size_t i = 0; i < record->nfaults; i++)
		check_text(record->faults[i].value);
	CHECK(record->key.length > 0);
	CHECK(record->line > 0 && record->column > 0);
	mix(outcome, record->key.data, record->key.length);
	mix(outcome, &record->line, sizeof(record->line));
	mix(outcome, &record->column, sizeof(record->column));
}

static void
check_error(Outcome *outcome, const EcsError *error)
{
	outcome->rejected++;
	CHECK(strlen(error->sqlstate) == 5 && strcmp(error->sqlstate, "XX000") != 0);
	CHECK(error->message != NULL && error->message[0] != '\0');
	check_text((EcsText) {error->message, strlen(error->message)});
	CHECK(error->raw_length >= error->raw.length);
	CHECK(error->line > 0);
	mix(outcome, error->sqlstate, 5);
	mix(outcome, error->message, strlen(error->message));
	mix(outcome, error->raw.data, error->raw.length);
	mix(outcome, &error->line, sizeof(error->line));
	mix(outcome, &error->column, sizeof(error->column));
}

static void
read_one(Outcome *outcome, EcsReader *reader, const EcsLine *line, const EcsOptions *options)
{
	EcsRecord	record;
	EcsError	error;
	EcsStatus	status;

	if (line == NULL)
		ecs_reader_finish(reader);
	else
	{
		CHECK(line->full_length >= line->length && line->too_long == (line->full_length > line->length));
		ecs_reader_line(reader, line);
	}
	while ((status = ecs_reader_next(reader, &record, &error)) != ECS_DONE)
	{
		if (status == ECS_RECORD)
		{
			check_record(outcome, &record);
			check_alone(&record, options);
		}
		else
		{
			CHECK(status == ECS_REJECTED);
			check_error(outcome, &error);
		}
	}
}

static Outcome
read_chunks(const uint8_t *data, size_t size, size_t chunk, size_t max_line, const EcsOptions *options)
{
	EcsSplitter *splitter = ecs_splitter_create(fuzz_memory, max_line);
	EcsReader  *reader = ecs_reader_create(fuzz_memory, options);
	Outcome		outcome = {0, 0, UINT64_C(14695981039346656037)};
	size_t		number = 0;

	for (size_t done = 0;; done += chunk)
	{
		size_t		n = size - done < chunk ? size - done : chunk;
		/* a copy of the exact size, so that reading past the end is seen */
		char	   *copy = malloc(n == 0 ? 1 : n);
		EcsLine		line;

		CHECK(copy != NULL);
		memcpy(copy, data + done, n);
		ecs_splitter_feed(splitter, copy, n, done + n == size);
		while (ecs_splitter_next(splitter, &line) == ECS_RECORD)
		{
			CHECK(line.number == ++number);
			read_one(&outcome, reader, &line, options);
		}
		free(copy);
		if (done + n == size)
			break;
	}
	read_one(&outcome, reader, NULL, options);
	ecs_reader_destroy(reader);
	ecs_splitter_destroy(splitter);
	return outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	EcsOptions	options = {0};
	size_t		max_line;
	size_t		chunk;
	Outcome		a;
	Outcome		b;

	if (size < 2)
		return 0;
	chunk = (size_t) data[0] + 1;
	max_line = data[1] & 1 ? 200 : 0;
	options.max_depth = data[1] & 2 ? 5 : 0;
	options.host_name = data[1] & 4 ? "somewhere" : NULL;
	options.max_memory = 64 * 1024 * 1024;
	a = read_chunks(data + 2, size - 2, chunk, max_line, &options);
	options.max_skeleton = 1;
	b = read_chunks(data + 2, size - 2, size, max_line, &options);
	CHECK(a.records == b.records && a.rejected == b.rejected && a.hash == b.hash);
	return 0;
}
