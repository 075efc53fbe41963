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
#include "ecs/clean.h"
#include "ecs/cursor.h"
#include "ecs/fields.h"
#include "ecs/hold.h"
#include "ecs/index.h"
#include "ecs/laurel.h"
#include "ecs/parse.h"
#include "ecs/text.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_MAX_DEPTH	200
#define DEFAULT_MAX_MEMORY	((size_t) 256 * 1024 * 1024)
#define DEFAULT_MAX_SKELETON ((size_t) 16 * 1024)

/* What the scan can count. */
#define LONGEST_TEXT		((size_t) UINT32_MAX)

/* As much of a bad value as a message shows. */
#define SHOWN_VALUE			80

/* What the line before has announced. */
typedef enum Action
{
	ACTION_NONE,
	ACTION_INDEX,				/* or create */
	ACTION_UPDATE,
	ACTION_DELETE				/* announces nothing */
} Action;

typedef enum State
{
	STATE_DONE,
	STATE_LINE,					/* nothing of the line was read */
	STATE_ELEMENTS				/* in the array of a response, or an array */
} State;

/* A document, and what it came in. */
typedef struct Envelope
{
	EcsText		text;			/* all of it */
	EcsText		source;			/* the document's JSON */
	const EcsItem *document;
	EcsShape	shape;
	EcsText		index;			/* _index and _id, or empty */
	EcsText		id;
	EcsText		original;		/* before it was cleaned; data is NULL if it was not */
} Envelope;

/* A position in the line of which line and column are known. */
typedef struct Place
{
	const char *at;
	size_t		line;
	size_t		column;
} Place;

struct EcsReader
{
	EcsMemory	memory;
	EcsOptions	options;
	EcsArena	arena;			/* of the document */
	EcsArena	action_arena;	/* of the bulk action */
	EcsForms	forms;			/* of the documents before */
	EcsFields	fields;
	EcsLine		line;
	State		state;
	EcsCursor	cursor;			/* STATE_ELEMENTS: before the next one */
	bool		first;			/* no element is behind us */
	bool		torn;			/* the element before was rejected */
	bool		nested;			/* the elements belong to one of outer's */
	EcsCursor	outer;
	EcsHold		hold;
	bool		replaying;		/* its lines are read one by one */
	size_t		replayed;		/* bytes and lines of it that were read so */
	size_t		replayed_lines;
	bool		hold_failed;	/* for want of memory */
	bool		then_line;		/* and then this one */
	EcsLine		next_line;
	Place		known;			/* before all that is still to be read */
	Action		action;
	EcsText		action_index;	/* in action_arena */
	EcsText		action_id;
	EcsParseProblem problem;	/* holds the message of an error */
};

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
	reader->state = STATE_DONE;
	reader->action = ACTION_NONE;
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
	reader->state = STATE_LINE;
	reader->known = (Place) {line->text, line->number, 1};
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

	reader->state = STATE_DONE;
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
	reader->state = STATE_DONE;
	reader->then_line = false;
	if (reader->hold.open)
		give_up_held(reader);
}

/*
 * Line and column of something in what is to be read.
 */
static void
set_place(const EcsReader *reader, const char *at, size_t *line, size_t *column)
{
	*line = reader->known.line;
	*column = reader->known.column;
	ecs_advance(reader->known.at, at, line, column);
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
 * Say that a text gives no record.  at is the place, or NULL for the whole.
 */
static EcsStatus
reject(EcsReader *reader, EcsText raw, const char *at, const char *sqlstate, const char *message, EcsError *error)
{
	memset(error, 0, sizeof(*error));
	memcpy(error->sqlstate, sqlstate, sizeof(error->sqlstate) - 1);
	if (message != reader->problem.message)
		snprintf(reader->problem.message, sizeof(reader->problem.message), "%s", message);
	error->message = reader->problem.message;
	error->raw = raw;
	error->raw_length = raw.length;
	error->line = reader->line.number;
	if (at != NULL)
		set_place(reader, at, &error->line, &error->column);
	return ECS_REJECTED;
}

/*
 * There is no memory for a document: either it reaches the limit, which is the
 * document's fault, or the server has no more.
 */
static EcsStatus
no_memory(EcsReader *reader, EcsText raw, EcsError *error)
{
	if (reader->arena.over || reader->action_arena.over || reader->forms.arena.over)
		return reject(reader, raw, raw.data, "54000", "document needs too much memory", error);
	reader->state = STATE_DONE;
	return ECS_NO_MEMORY;
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
 * A member that is text; empty if there is none.
 */
static EcsText
member_text(const EcsItem *object, const char *key)
{
	return ecs_item_text(ecs_member(object, key));
}

/*
 * Copy a text of a bulk action, which outlives its line.
 */
static EcsText
keep_text(EcsReader *reader, EcsText text)
{
	char	   *to;

	if (text.length == 0)
		return (EcsText) {NULL, 0};
	to = ecs_arena_alloc(&reader->action_arena, text.length);
	if (to == NULL)
	{
		reader->fields.no_memory = true;
		return (EcsText) {NULL, 0};
	}
	memcpy(to, text.data, text.length);
	return (EcsText) {to, text.length};
}

/*
 * Is it the action line of a bulk body?  Then its object.
 */
static const EcsItem *
bulk_action(const EcsItem *root, Action *action)
{
	static const struct
	{
		const char *name;
		Action		action;
	}			actions[] =
	{
		{"index", ACTION_INDEX}, {"create", ACTION_INDEX}, {"update", ACTION_UPDATE}, {"delete", ACTION_DELETE},
	};
	const EcsItem *value;

	if (root->length != 1)
		return NULL;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
	{
		value = ecs_member(root, actions[i].name);
		if (ecs_is_object(value))
		{
			*action = actions[i].action;
			return value;
		}
	}
	return NULL;
}

/*
 * An action line.
 */
static EcsStatus
read_action(EcsReader *reader, EcsText text, const EcsItem *object, Action action, EcsError *error)
{
	reader->action = ACTION_NONE;
	if (action == ACTION_DELETE)
		return reject(reader, text, text.data, "22023", "bulk action \"delete\" brings no event", error);
	ecs_arena_empty(&reader->action_arena);
	reader->action_index = keep_text(reader, member_text(object, "_index"));
	reader->action_id = keep_text(reader, member_text(object, "_id"));
	if (reader->fields.no_memory)
		return no_memory(reader, text, error);
	reader->action = action;
	return ECS_DONE;
}

/*
 * By what the document is known again.
 */
static void
set_key(EcsReader *reader, EcsRecord *record, const Envelope *envelope, bool unique_event_id)
{
	const EcsValue *event_id = &record->values[ECS_EVENT_ID];
	size_t		length = envelope->index.length;
	char	   *to;

	if (unique_event_id && event_id->present && event_id->text.length > 0)
	{
		record->key_kind = ECS_KEY_EVENT_ID;
		record->key = event_id->text;
		return;
	}
	record->key_kind = ECS_KEY_CONTENT;
	record->key = record->original.data != NULL ? record->original : record->document;
	if (envelope->id.length == 0)
		return;
	to = ecs_arena_alloc(&reader->arena, length + 1 + envelope->id.length);
	if (to == NULL)
	{
		reader->fields.no_memory = true;
		return;
	}
	record->key_kind = ECS_KEY_DOCUMENT_ID;
	record->key = (EcsText) {to, length + 1 + envelope->id.length};
	if (length > 0)
		memcpy(to, envelope->index.data, length);
	to[length] = '/';
	memcpy(to + length + 1, envelope->id.data, envelope->id.length);
}

/*
 * Say what is wrong with a field, and where it is.
 */
static EcsStatus
reject_field(EcsReader *reader, const Envelope *envelope, const EcsFieldProblem *problem, EcsError *error)
{
	char		message[ECS_MESSAGE_SIZE];
	char		value[SHOWN_VALUE];
	size_t		position;

	ecs_printable(value, sizeof(value), problem->value);
	snprintf(message, sizeof(message), "field \"%s\" %s: \"%s\"", ecs_columns[problem->column].field,
			 problem->what, value);
	/* the place may be unknown: laurel's documents have no such fields */
	if (envelope->original.data != NULL)
		return reject(reader, envelope->original, envelope->original.data, problem->sqlstate, message, error);
	if (!ecs_fields_locate(&reader->fields, envelope->source, problem, &position))
		position = 0;
	return reject(reader, envelope->text, envelope->source.data + position, problem->sqlstate, message, error);
}

/*
 * Make a record of a document.
 */
static EcsStatus
make_record(EcsReader *reader, Envelope *envelope, EcsRecord *record, EcsError *error)
{
	EcsText		raw = envelope->original.data != NULL ? envelope->original : envelope->text;
	const char *place = envelope->original.data != NULL ? raw.data : envelope->source.data;
	EcsFieldProblem problem;
	bool		unique_event_id = true;

	if (ecs_is_laurel(envelope->document))
	{
		envelope->shape = ECS_SHAPE_LAUREL;
		unique_event_id = ecs_laurel_gather(&reader->fields, envelope->document, &reader->options);
	}
	else
		ecs_fields_walk(&reader->fields, envelope->document);
	if (reader->fields.no_memory)
		return no_memory(reader, raw, error);
	if (!ecs_fields_finish(&reader->fields, record, &problem))
		return reject_field(reader, envelope, &problem, error);
	if (!record->values[ECS_TIMESTAMP].present)
		return reject(reader, raw, place, "23502", "document has no @timestamp", error);

	record->document = envelope->source;
	record->tree = envelope->document;
	record->shape = envelope->shape;
	record->original = envelope->original;
	if (!ecs_set_index(&reader->arena, record, envelope->index))
		return no_memory(reader, raw, error);
	set_place(reader, place, &record->line, &record->column);
	set_key(reader, record, envelope, unique_event_id);
	if (reader->fields.no_memory)
		return no_memory(reader, raw, error);
	return ECS_RECORD;
}

/*
 * If it is a search hit, turn to the document in it: _source, or the fields, whose
 * names have dots and whose values are lists.
 */
static bool
open_hit(const EcsItem *root, Envelope *envelope)
{
	const EcsItem *source = ecs_member(root, "_source");
	const EcsItem *fields = ecs_member(root, "fields");
	bool		has_source = ecs_is_object(source) && source->length > 0;
	const char *key = "_source";

	if (ecs_is_object(fields) && fields->length > 0 &&
		(!has_source || (ecs_path_text(source, "@timestamp").data == NULL && ecs_path_text(fields, "@timestamp").data != NULL)))
	{
		source = fields;
		key = "fields";
	}
	if (!ecs_is_object(source) || !ecs_cursor_find(envelope->text, key, &envelope->source))
		return false;
	envelope->document = source;
	envelope->shape = ECS_SHAPE_HIT;
	return true;
}

/*
 * A document, hit or action line that has been parsed.  original is what the text
 * was before it was cleaned.
 */
static EcsStatus
read_root(EcsReader *reader, EcsText text, EcsText original, const EcsItem *root, EcsRecord *record, EcsError *error)
{
	Envelope	envelope = {.text = text, .source = text, .document = root, .original = original};
	EcsText		raw = original.data != NULL ? original : text;
	Action		action = ACTION_NONE;
	const EcsItem *object;

	if (!ecs_is_object(root))
		return reject(reader, raw, raw.data, "22023", "document is not a JSON object", error);
	object = reader->state == STATE_LINE ? bulk_action(root, &action) : NULL;
	if (object != NULL)
		return read_action(reader, raw, object, action, error);

	if (reader->action == ACTION_UPDATE)
		return reject(reader, raw, raw.data, "22023",
					  "bulk action \"update\" brings only a part of a document", error);
	if (reader->action == ACTION_INDEX)
	{
		envelope.shape = ECS_SHAPE_BULK;
		envelope.index = reader->action_index;
		envelope.id = reader->action_id;
	}
	else
	{
		bool		plain = ecs_member(root, "@timestamp") != NULL;

		envelope.index = member_text(root, "_index");
		envelope.id = member_text(root, "_id");
		if (!plain && !open_hit(root, &envelope) && envelope.id.data != NULL)
			return reject(reader, raw, raw.data, "22023", "search hit has neither _source nor fields", error);
	}
	return make_record(reader, &envelope, record, error);
}

/*
 * May a text be read after it has been cleaned?
 */
static bool
can_be_cleaned(const EcsParseProblem *problem)
{
	return problem->sqlstate != NULL && strcmp(problem->sqlstate, "54001") != 0;
}

/*
 * A document, hit or action line that has been scanned.
 */
static EcsStatus
read_scanned(EcsReader *reader, EcsText text, const EcsScan *scan, EcsRecord *record, EcsError *error)
{
	const EcsItem *root;
	EcsParseProblem problem;
	EcsScan		again;
	EcsText		cleaned;

	ecs_fields_empty(&reader->fields);
	root = ecs_parse(&reader->forms, scan, &reader->arena, &reader->problem);
	if (root != NULL)
		return read_root(reader, text, (EcsText) {NULL, 0}, root, record, error);
	if (can_be_cleaned(&reader->problem) && ecs_clean(&reader->fields, text, &cleaned))
	{
		problem = reader->problem;
		ecs_scan(&again, &reader->arena, cleaned, &reader->options);
		root = ecs_parse(&reader->forms, &again, &reader->arena, &reader->problem);
		if (root != NULL)
			return read_root(reader, cleaned, text, root, record, error);
		/* what was wrong with it as it came */
		if (reader->problem.sqlstate != NULL)
			reader->problem = problem;
	}
	if (reader->problem.sqlstate == NULL || reader->arena.failed)
		return no_memory(reader, text, error);
	return reject(reader, text, text.data + reader->problem.position, reader->problem.sqlstate,
				  reader->problem.message, error);
}

/*
 * Go on with the elements of an array.
 */
static void
begin_elements(EcsReader *reader, EcsText array)
{
	reader->state = STATE_ELEMENTS;
	reader->action = ACTION_NONE;
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
		reader->state = STATE_DONE;
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
		return no_memory(reader, text, error);
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
		return no_memory(reader, text, error);
	if (reader->problem.position >= before)
		reader->problem.position += cut;
	return reject(reader, text, text.data + reader->problem.position, reader->problem.sqlstate,
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
		reader->action = ACTION_NONE;
		status = reject(reader, (EcsText) {reader->line.text, reader->line.length}, NULL, "54000",
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
	status = read_scanned(reader, text, &scan, record, error);
	/* an action is for the next line only */
	if (status != ECS_DONE)
		reader->action = ACTION_NONE;
	return status;
}

/*
 * The rest of an array that cannot be gone on with.
 */
static EcsStatus
reject_rest(EcsReader *reader, const char *message, EcsError *error)
{
	EcsText		rest = {reader->cursor.at, (size_t) (reader->cursor.end - reader->cursor.at)};

	reader->state = STATE_DONE;
	return reject(reader, rest, rest.data, "22P02", message, error);
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
		reader->state = STATE_DONE;
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
	status = read_scanned(reader, text, &scan, record, error);
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
	return reader->state != STATE_DONE;
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
		if (reader->state == STATE_LINE)
		{
			status = read_line(reader, record, error);
			if (reader->state == STATE_LINE)
				reader->state = STATE_DONE;
		}
		while (status == ECS_DONE && reader->state == STATE_ELEMENTS)
			status = read_element(reader, record, error);
	} while (status == ECS_DONE && next_line(reader));
	return status == ECS_DONE && reader->hold_failed ? ECS_NO_MEMORY : status;
}
