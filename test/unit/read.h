/*
 * read.h
 *		Documents read for the unit tests of src/ecs: what came of them, as text.
 *
 * read_all("...") gives one line for every record and rejection of an input:
 *
 *		process.name=scp event.action=[end exec] key=event:42
 *		22P02 3:7 invalid JSON: ...
 *
 * A record shows the fields that it has, but not @timestamp; then what it is
 * known again by.  Memory is counted, and can be told to fail.
 */
#ifndef TEST_UNIT_READ_H
#define TEST_UNIT_READ_H

#include "unit.h"

#include "ecs/record.h"
#include "ecs/timestamp.h"

/* The @timestamp of most documents here, as JSON, with a comma. */
#define AT	"\"@timestamp\":\"2026-11-20T09:00:00Z\","

static size_t memory_live = 0;
static size_t memory_calls = 0;
static size_t memory_fail_at = 0;	/* the call that gets NULL, 0 for none */

static inline void *
memory_alloc(void *arg, size_t size)
{
	void	   *result;

	(void) arg;
	if (++memory_calls == memory_fail_at)
		return NULL;
	result = malloc(size);
	if (result == NULL)
		abort();
	memory_live++;
	/* nobody may count on zeros */
	memset(result, 0xA5, size);
	return result;
}

static inline void
memory_free(void *arg, void *pointer)
{
	(void) arg;
	memory_live--;
	free(pointer);
}

static inline EcsMemory
memory(void)
{
	return (EcsMemory) {memory_alloc, memory_free, NULL};
}

/* A text that grows. */
typedef struct Output
{
	char	   *data;
	size_t		length;
	size_t		capacity;
} Output;

static inline void
put(Output *out, const char *data, size_t length)
{
	if (out->length + length + 1 > out->capacity)
	{
		out->capacity = (out->length + length + 1) * 2;
		out->data = realloc(out->data, out->capacity);
		if (out->data == NULL)
			abort();
	}
	if (length > 0)
		memcpy(out->data + out->length, data, length);
	out->length += length;
	out->data[out->length] = '\0';
}

static inline void
put_string(Output *out, const char *s)
{
	put(out, s, strlen(s));
}

static inline void
put_value(Output *out, EcsKind kind, const EcsValue *value)
{
	char		number[32];

	switch (kind)
	{
		case ECS_KIND_TEXT:
			put(out, value->text.data, value->text.length);
			break;
		case ECS_KIND_LONG:
		case ECS_KIND_TIMESTAMP:
			snprintf(number, sizeof(number), "%lld", (long long) value->number);
			put_string(out, number);
			break;
		case ECS_KIND_KEYWORDS:
		case ECS_KIND_TEXTS:
		case ECS_KIND_ADDRESSES:
			put_string(out, "[");
			for (size_t i = 0; i < value->list.count; i++)
			{
				put_string(out, i > 0 ? "|" : "");
				put(out, value->list.items[i].data, value->list.items[i].length);
			}
			put_string(out, "]");
			break;
	}
}

static inline void
put_record(Output *out, const EcsRecord *record)
{
	static const char *const keys[] = {"event", "id", "content"};

	for (int column = ECS_TIMESTAMP + 1; column < ECS_COLUMNS; column++)
	{
		if (!record->values[column].present)
			continue;
		put_string(out, ecs_columns[column].field);
		put_string(out, "=");
		put_value(out, ecs_columns[column].kind, &record->values[column]);
		put_string(out, " ");
	}
	put_string(out, "key=");
	put_string(out, keys[record->key_kind]);
	if (record->key_kind != ECS_KEY_CONTENT)
	{
		put_string(out, ":");
		put(out, record->key.data, record->key.length);
	}
	for (int column = 0; column < ECS_COLUMNS; column++)
	{
		if (record->values[column].several)
		{
			put_string(out, " several=");
			put_string(out, ecs_columns[column].field);
		}
	}
	if (record->index.data != NULL)
	{
		put_string(out, " index=");
		put(out, record->index.data, record->index.length);
	}
	for (size_t i = 0; i < record->nfaults; i++)
	{
		put_string(out, " fault: ");
		put_string(out, record->faults[i].field);
		put_string(out, " ");
		put_string(out, record->faults[i].reason);
		put_string(out, " ");
		put(out, record->faults[i].value.data, record->faults[i].value.length);
	}
	put_string(out, "\n");
}

static inline void
put_error(Output *out, const EcsError *error)
{
	char		place[64];

	put_string(out, error->sqlstate);
	snprintf(place, sizeof(place), " %zu:%zu ", error->line, error->column);
	put_string(out, place);
	put_string(out, error->message);
	put_string(out, "\n");
}

/*
 * Read a line, or what is held at the end; false for want of memory.
 */
static inline bool
read_line_to(Output *out, EcsReader *reader, const EcsLine *line)
{
	EcsRecord	record;
	EcsError	error;
	EcsStatus	status;

	if (line != NULL)
		ecs_reader_line(reader, line);
	else
		ecs_reader_finish(reader);
	while ((status = ecs_reader_next(reader, &record, &error)) != ECS_DONE)
	{
		if (status == ECS_NO_MEMORY)
			return false;
		if (status == ECS_RECORD)
			put_record(out, &record);
		else
			put_error(out, &error);
	}
	return true;
}

/*
 * Read an input in chunks; false for want of memory.
 */
static inline bool
read_chunks_to(Output *out, const char *text, size_t length, size_t chunk, size_t max_line,
			   const EcsOptions *options)
{
	EcsSplitter *splitter = ecs_splitter_create(memory(), max_line);
	EcsReader  *reader = ecs_reader_create(memory(), options);
	bool		ok = splitter != NULL && reader != NULL;
	bool		last = false;

	for (size_t done = 0; ok && !last; done += chunk)
	{
		size_t		n = length - done < chunk ? length - done : chunk;
		char	   *copy = malloc(n == 0 ? 1 : n);	/* of the exact size, for AddressSanitizer */
		EcsStatus	status = ECS_DONE;
		EcsLine		line;

		if (copy == NULL)
			abort();
		if (n > 0)
			memcpy(copy, text + done, n);
		last = done + n == length;
		ecs_splitter_feed(splitter, copy, n, last);
		while (ok && (status = ecs_splitter_next(splitter, &line)) == ECS_RECORD)
			ok = read_line_to(out, reader, &line);
		if (status == ECS_NO_MEMORY)
			ok = false;
		free(copy);
	}
	ok = ok && read_line_to(out, reader, NULL);
	ecs_reader_destroy(reader);
	ecs_splitter_destroy(splitter);
	return ok;
}

/*
 * What comes of an input of so many bytes; lasts until the next call.
 */
static inline const char *
read_bytes(const char *text, size_t length)
{
	static Output out = {NULL, 0, 0};

	out.length = 0;
	put(&out, "", 0);
	if (!read_chunks_to(&out, text, length, length + 1, 0, NULL))
		put_string(&out, "no memory\n");
	return out.data;
}

static inline const char *
read_all(const char *text)
{
	return read_bytes(text, strlen(text));
}

/*
 * What comes of a document {"@timestamp": ..., ...}.
 */
static inline const char *
read_fields(const char *members)
{
	static Output in = {NULL, 0, 0};

	in.length = 0;
	put_string(&in, "{" AT);
	put_string(&in, members);
	put_string(&in, "}");
	return read_bytes(in.data, in.length);
}

#endif							/* TEST_UNIT_READ_H */
