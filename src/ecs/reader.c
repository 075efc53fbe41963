/*
 * reader.c
 *		From lines to records.
 *
 * A line is one of these:
 *	 - blank;
 *	 - a document: an event in the Elastic Common Schema, or an audit event of
 *	   laurel's;
 *	 - a search hit: an object with _source, which is the document, or else with
 *	   fields, and no @timestamp of its own;
 *	 - an action of a bulk body, {"index": {..}} or {"create": {..}}, which says
 *	   by what id the document in the next line goes.  "update" brings only a part
 *	   of a document and "delete" none: they are refused, with the reason;
 *	 - a search response, {"hits": {"hits": [..]}} without an @timestamp, also
 *	   within "response" (async search) or "rawResponse" (what Kibana shows), several
 *	   in "responses" (_msearch), hits in "docs" (_mget), or an array: its elements
 *	   are documents or hits;
 *	 - one of several lines that are any of these together (hold.c).
 *
 * What stands before a document of laurel's in its line, such as its line-prefix
 * or what syslog writes, is left out.
 *
 * A document that is refused for its characters or numbers is read once more with
 * these put right (clean.c).
 *
 * The elements of a response or array are found with a cursor and read one by
 * one.  So a broken document costs only itself, and the memory needed depends on
 * the document and not on the line.
 *
 * EcsReader.arena holds what belongs to one document: jansson's tree, texts
 * without their escapes, lists.  EcsReader.forms has an arena for its tree.  Both
 * are emptied before the next one, which is why a record lasts until then.
 */
#include "ecs/laurel.h"
#include "ecs/reader_parts.h"
#include "ecs/text.h"

#include <string.h>

#define DEFAULT_MAX_DEPTH	200
#define DEFAULT_MAX_MEMORY	((size_t) 256 * 1024 * 1024)
#define DEFAULT_MAX_SKELETON ((size_t) 16 * 1024)

/* What the scan can count. */
#define LONGEST_TEXT		((size_t) UINT32_MAX)

/*
 * A reader, or NULL for want of memory.
 */
EcsReader *
ecs_reader_create(EcsMemory memory, const EcsOptions *options)
{
	EcsReader  *reader = memory.alloc(memory.arg, sizeof(EcsReader));

	if (reader == NULL)
		return NULL;
	memset(reader, 0, sizeof(*reader));
	reader->memory = memory;
	if (options != NULL)
		reader->options = *options;
	if (reader->options.max_depth == 0)
		reader->options.max_depth = DEFAULT_MAX_DEPTH;
	if (reader->options.max_memory == 0)
		reader->options.max_memory = DEFAULT_MAX_MEMORY;
	if (reader->options.max_skeleton == 0)
		reader->options.max_skeleton = DEFAULT_MAX_SKELETON;
	ecs_arena_init(&reader->arena, memory, reader->options.max_memory);
	ecs_arena_init(&reader->action_arena, memory, reader->options.max_memory);
	ecs_forms_init(&reader->forms, memory, reader->options.max_memory);
	ecs_fields_init(&reader->fields, &reader->arena);
	ecs_hold_init(&reader->hold, memory, reader->options.max_length);
	return reader;
}

/*
 * Free a reader; NULL will do.
 */
void
ecs_reader_destroy(EcsReader *reader)
{
	if (reader == NULL)
		return;
	ecs_arena_free(&reader->arena);
	ecs_arena_free(&reader->action_arena);
	ecs_forms_free(&reader->forms);
	ecs_hold_free(&reader->hold);
	reader->memory.free(reader->memory.arg, reader);
}

/*
 * Forget the bulk action, and lines that were held.
 */
void
ecs_reader_reset(EcsReader *reader)
{
	reader->state = ECS_STATE_DONE;
	reader->action = ECS_ACTION_NONE;
	reader->hold.open = false;
	reader->replaying = false;
	reader->then_line = false;
}

/*
 * Read a line by itself.
 */
static void
begin_line(EcsReader *reader, const EcsLine *line)
{
	reader->line = *line;
	reader->state = ECS_STATE_LINE;
	reader->known = (EcsPlace) {line->text, line->number, 1};
}

/*
 * Read the lines that were held as one.
 */
static void
begin_held(EcsReader *reader)
{
	const EcsHold *hold = &reader->hold;
	EcsLine		line = {hold->text, hold->length, hold->line, false, hold->length};

	begin_line(reader, &line);
	reader->hold.open = false;
}

/*
 * The lines that were held are no document together.  If there are documents among
 * them, a line that was cut off has begun it: then each line counts by itself.
 */
static void
give_up_held(EcsReader *reader)
{
	if (ecs_hold_has_documents(&reader->hold))
	{
		reader->replaying = true;
		reader->replayed = reader->replayed_lines = 0;
		reader->hold.open = false;
	}
	else
		begin_held(reader);
}

/*
 * The line to read next.
 */
void
ecs_reader_line(EcsReader *reader, const EcsLine *line)
{
	bool		open = reader->hold.open;

	reader->state = ECS_STATE_DONE;
	reader->then_line = false;
	switch (ecs_hold_line(&reader->hold, line))
	{
		case ECS_HOLD_NO:
			if (!open)
			{
				begin_line(reader, line);
				break;
			}
			give_up_held(reader);
			reader->then_line = true;
			reader->next_line = *line;
			break;
		case ECS_HOLD_MORE:
			break;
		case ECS_HOLD_COMPLETE:
			begin_held(reader);
			break;
		case ECS_HOLD_NO_MEMORY:
			reader->hold.open = false;
			reader->hold_failed = true;
			break;
	}
}

/*
 * There are no more lines: read what is held.
 */
void
ecs_reader_finish(EcsReader *reader)
{
	reader->state = ECS_STATE_DONE;
	reader->then_line = false;
	if (reader->hold.open)
		give_up_held(reader);
}

/*
 * Remember a position whose line and column are known.  Without this, positions
 * in a long line would be counted from its beginning each time.
 */
static void
move_on(EcsReader *reader, const char *at)
{
	ecs_advance(reader->known.at, at, &reader->known.line, &reader->known.column);
	reader->known.at = at;
}

/*
 * The text without the blanks around it.
 */
static EcsText
trim(EcsText text)
{
	EcsCursor	cursor = {text.data, text.data + text.length};

	ecs_cursor_blanks(&cursor);
	while (cursor.end > cursor.at && memchr(" \t\r\n", cursor.end[-1], 4) != NULL)
		cursor.end--;
	return (EcsText) {cursor.at, (size_t) (cursor.end - cursor.at)};
}

/*
 * Go on with the elements of an array.
 */
static void
begin_elements(EcsReader *reader, EcsText array)
{
	reader->state = ECS_STATE_ELEMENTS;
	reader->action = ECS_ACTION_NONE;
	reader->cursor = (EcsCursor) {array.data + 1, array.data + array.length};
	reader->first = true;
	reader->torn = false;
	reader->nested = false;
}

/*
 * Go on with the elements of one of the elements, and come back after them.
 */
static void
begin_nested(EcsReader *reader, EcsText array)
{
	EcsCursor	outer = reader->cursor;

	begin_elements(reader, array);
	reader->outer = outer;
	reader->nested = true;
}

/*
 * The array is at its end: is there one around it?
 */
static void
end_elements(EcsReader *reader)
{
	if (!reader->nested)
		reader->state = ECS_STATE_DONE;
	else
	{
		reader->cursor = reader->outer;
		reader->first = false;
		reader->torn = false;
		reader->nested = false;
	}
}

/*
 * A line of laurel's after something that is none of it.
 */
static EcsText
without_prefix(EcsText text)
{
	static const char begin[] = "{\"ID\":\"";
	size_t		length = sizeof(begin) - 1;

	for (const char *at = text.data; (size_t) (text.data + text.length - at) > length; at++)
	{
		at = memchr(at, '{', (size_t) (text.data + text.length - at));
		if (at == NULL || (size_t) (text.data + text.length - at) <= length)
			break;
		if (memcmp(at, begin, length) == 0 && at[length] >= '0' && at[length] <= '9')
			return (EcsText) {at, (size_t) (text.data + text.length - at)};
	}
	return text;
}

/*
 * Is it a response, and no document that happens to have such a field?  Then find
 * the array of hits, or of responses.
 */
static bool
find_hits(EcsText text, EcsText *array)
{
	EcsText		inner;
	EcsText		timestamp;

	if (ecs_cursor_find(text, "@timestamp", &timestamp))
		return false;
	if (ecs_cursor_find(text, "hits", &inner) && ecs_cursor_find(inner, "hits", array))
		return array->data[0] == '[';
	if ((ecs_cursor_find(text, "response", &inner) || ecs_cursor_find(text, "rawResponse", &inner)) &&
		inner.data[0] == '{')
		return ecs_cursor_find(inner, "hits", &inner) && ecs_cursor_find(inner, "hits", array) &&
			array->data[0] == '[';
	return (ecs_cursor_find(text, "responses", array) || ecs_cursor_find(text, "docs", array)) &&
		array->data[0] == '[';
}

/*
 * A search response: check all of it but the hits, and go on with the hits.
 * ECS_DONE if it is correct.
 */
static EcsStatus
read_response(EcsReader *reader, EcsText text, EcsText array, EcsError *error)
{
	size_t		before = (size_t) (array.data - text.data) + 1;
	size_t		cut = array.length - 2;
	EcsText		rest = {NULL, text.length - cut};
	EcsScan		scan;
	char	   *copy;

	ecs_arena_empty(&reader->arena);
	copy = ecs_arena_alloc(&reader->arena, rest.length);
	if (copy == NULL)
		return ecs_reject_no_memory(reader, text, error);
	memcpy(copy, text.data, before);
	memcpy(copy + before, text.data + before + cut, rest.length - before);
	rest.data = copy;
	ecs_scan(&scan, &reader->arena, rest, &reader->options);
	if (ecs_parse(&reader->forms, &scan, &reader->arena, &reader->problem) != NULL)
	{
		begin_elements(reader, array);
		return ECS_DONE;
	}
	if (reader->problem.sqlstate == NULL)
		return ecs_reject_no_memory(reader, text, error);
	if (reader->problem.position >= before)
		reader->problem.position += cut;
	return ecs_reject(reader, text, text.data + reader->problem.position, reader->problem.sqlstate,
					  reader->problem.message, error);
}

/*
 * The first of a line: ECS_DONE if there is nothing in it, or if its elements
 * are to be read.
 */
static EcsStatus
read_line(EcsReader *reader, EcsRecord *record, EcsError *error)
{
	EcsText		text = trim((EcsText) {reader->line.text, reader->line.length});
	EcsScan		scan;
	EcsText		array;
	EcsStatus	status;

	if (reader->line.too_long || text.length > LONGEST_TEXT)
	{
		reader->action = ECS_ACTION_NONE;
		status = ecs_reject(reader, (EcsText) {reader->line.text, reader->line.length}, NULL, "54000",
							"line is too long", error);
		error->raw_length = reader->line.full_length;
		return status;
	}
	if (text.length == 0)
		return ECS_DONE;
	if (text.data[0] != '{' && text.data[0] != '[')
		text = without_prefix(text);
	move_on(reader, text.data);
	if (text.data[0] == '[')
	{
		begin_elements(reader, text);
		return ECS_DONE;
	}
	ecs_arena_empty(&reader->arena);
	ecs_scan(&scan, &reader->arena, text, &reader->options);
	if (scan.hits && find_hits(text, &array))
		return read_response(reader, text, array, error);
	status = ecs_read_document(reader, text, &scan, record, error);
	/* an action is for the next line only */
	if (status != ECS_DONE)
		reader->action = ECS_ACTION_NONE;
	return status;
}

/*
 * The rest of an array that cannot be gone on with.
 */
static EcsStatus
reject_rest(EcsReader *reader, const char *message, EcsError *error)
{
	EcsText		rest = {reader->cursor.at, (size_t) (reader->cursor.end - reader->cursor.at)};

	reader->state = ECS_STATE_DONE;
	return ecs_reject(reader, rest, rest.data, "22P02", message, error);
}

/*
 * The next element of an array.
 */
static EcsStatus
read_element(EcsReader *reader, EcsRecord *record, EcsError *error)
{
	EcsCursor  *cursor = &reader->cursor;
	EcsText		text;
	EcsText		array;
	EcsScan		scan;
	EcsStatus	status;

	if (ecs_cursor_take(cursor, ']'))
	{
		ecs_cursor_blanks(cursor);
		if (cursor->at < cursor->end)
			return reject_rest(reader, "invalid JSON: something follows the array", error);
		end_elements(reader);
		return ECS_DONE;
	}
	/* an array that stops in the middle of an element was reported with the element */
	if (reader->torn && cursor->at == cursor->end)
	{
		reader->state = ECS_STATE_DONE;
		return ECS_DONE;
	}
	if (!reader->first && !ecs_cursor_take(cursor, ','))
		return reject_rest(reader, cursor->at == cursor->end ? "invalid JSON: the array ends too early" :
						   "invalid JSON: comma or bracket expected after a document", error);
	reader->first = false;
	ecs_cursor_blanks(cursor);
	if (cursor->at == cursor->end || *cursor->at != '{')
		return reject_rest(reader, "array of documents goes on with something else", error);
	move_on(reader, cursor->at);
	/* one that does not end reaches to the end of the line */
	ecs_cursor_value(cursor, &text);
	ecs_arena_empty(&reader->arena);
	ecs_scan(&scan, &reader->arena, text, &reader->options);
	if (scan.hits && !reader->nested && find_hits(text, &array))
	{
		begin_nested(reader, array);
		return ECS_DONE;
	}
	status = ecs_read_document(reader, text, &scan, record, error);
	reader->torn = status == ECS_REJECTED;
	return status;
}

/*
 * Go on with the next of the lines that were held, or with the line after them.
 * False if there is none.
 */
static bool
next_line(EcsReader *reader)
{
	const EcsHold *hold = &reader->hold;
	EcsLine		line = {.number = hold->line};
	const char *end;

	if (reader->replaying && reader->replayed < hold->length)
	{
		line.text = hold->text + reader->replayed;
		end = memchr(line.text, '\n', hold->length - reader->replayed);
		line.length = line.full_length = (size_t) (end - line.text);
		line.number += reader->replayed_lines++;
		reader->replayed += line.length + 1;
		begin_line(reader, &line);
		return true;
	}
	reader->replaying = false;
	if (!reader->then_line)
		return false;
	ecs_reader_line(reader, &reader->next_line);
	return reader->state != ECS_STATE_DONE;
}

/*
 * The next record, or what is wrong.
 */
EcsStatus
ecs_reader_next(EcsReader *reader, EcsRecord *record, EcsError *error)
{
	EcsStatus	status;

	if (reader->hold_failed)
	{
		reader->hold_failed = false;
		return ECS_NO_MEMORY;
	}
	do
	{
		status = ECS_DONE;
		if (reader->state == ECS_STATE_LINE)
		{
			status = read_line(reader, record, error);
			if (reader->state == ECS_STATE_LINE)
				reader->state = ECS_STATE_DONE;
		}
		while (status == ECS_DONE && reader->state == ECS_STATE_ELEMENTS)
			status = read_element(reader, record, error);
	} while (status == ECS_DONE && next_line(reader));
	return status == ECS_DONE && reader->hold_failed ? ECS_NO_MEMORY : status;
}
