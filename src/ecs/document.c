/*
 * document.c
 *		From the text of one document to a record.
 *
 * The text is a document, a search hit with the document in it, or the action line of a bulk
 * body, which says by what id the next document goes.  A text that gives no record gives an
 * error with its place in the line.
 */
#include "ecs/clean.h"
#include "ecs/index.h"
#include "ecs/laurel.h"
#include "ecs/reader_parts.h"
#include "ecs/text.h"

#include <stdio.h>
#include <string.h>

/* As much of a bad value as a message shows. */
#define SHOWN_VALUE			80

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

/*
 * Line and column of something in what is to be read.
 */
static void
ecs_reader_place(const EcsReader *reader, const char *at, size_t *line, size_t *column)
{
	*line = reader->known.line;
	*column = reader->known.column;
	ecs_advance(reader->known.at, at, line, column);
}

/*
 * Say that a text gives no record.  at is the place, or NULL for the whole.
 */
EcsStatus
ecs_reject(EcsReader *reader, EcsText raw, const char *at, const char *sqlstate, const char *message, EcsError *error)
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
		ecs_reader_place(reader, at, &error->line, &error->column);
	return ECS_REJECTED;
}

/*
 * There is no memory for a document: either it reaches the limit, which is the
 * document's fault, or the server has no more.
 */
EcsStatus
ecs_reject_no_memory(EcsReader *reader, EcsText raw, EcsError *error)
{
	if (reader->arena.over || reader->action_arena.over || reader->forms.arena.over)
		return ecs_reject(reader, raw, raw.data, "54000", "document needs too much memory", error);
	reader->state = ECS_STATE_DONE;
	return ECS_NO_MEMORY;
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
bulk_action(const EcsItem *root, EcsAction *action)
{
	static const struct
	{
		const char *name;
		EcsAction		action;
	}			actions[] =
	{
		{"index", ECS_ACTION_INDEX}, {"create", ECS_ACTION_INDEX}, {"update", ECS_ACTION_UPDATE}, {"delete", ECS_ACTION_DELETE},
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
read_action(EcsReader *reader, EcsText text, const EcsItem *object, EcsAction action, EcsError *error)
{
	reader->action = ECS_ACTION_NONE;
	if (action == ECS_ACTION_DELETE)
		return ecs_reject(reader, text, text.data, "22023", "bulk action \"delete\" brings no event", error);
	ecs_arena_empty(&reader->action_arena);
	reader->action_index = keep_text(reader, member_text(object, "_index"));
	reader->action_id = keep_text(reader, member_text(object, "_id"));
	if (reader->fields.no_memory)
		return ecs_reject_no_memory(reader, text, error);
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
		return ecs_reject(reader, envelope->original, envelope->original.data, problem->sqlstate, message, error);
	if (!ecs_fields_locate(&reader->fields, envelope->source, problem, &position))
		position = 0;
	return ecs_reject(reader, envelope->text, envelope->source.data + position, problem->sqlstate, message, error);
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
		return ecs_reject_no_memory(reader, raw, error);
	if (!ecs_fields_finish(&reader->fields, record, &problem))
		return reject_field(reader, envelope, &problem, error);
	if (!record->values[ECS_TIMESTAMP].present)
		return ecs_reject(reader, raw, place, "23502", "document has no @timestamp", error);

	record->document = envelope->source;
	record->tree = envelope->document;
	record->shape = envelope->shape;
	record->original = envelope->original;
	if (!ecs_set_index(&reader->arena, record, envelope->index))
		return ecs_reject_no_memory(reader, raw, error);
	ecs_reader_place(reader, place, &record->line, &record->column);
	set_key(reader, record, envelope, unique_event_id);
	if (reader->fields.no_memory)
		return ecs_reject_no_memory(reader, raw, error);
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
	EcsAction		action = ECS_ACTION_NONE;
	const EcsItem *object;

	if (!ecs_is_object(root))
		return ecs_reject(reader, raw, raw.data, "22023", "document is not a JSON object", error);
	object = reader->state == ECS_STATE_LINE ? bulk_action(root, &action) : NULL;
	if (object != NULL)
		return read_action(reader, raw, object, action, error);

	if (reader->action == ECS_ACTION_UPDATE)
		return ecs_reject(reader, raw, raw.data, "22023",
						  "bulk action \"update\" brings only a part of a document", error);
	if (reader->action == ECS_ACTION_INDEX)
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
			return ecs_reject(reader, raw, raw.data, "22023", "search hit has neither _source nor fields", error);
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
EcsStatus
ecs_read_document(EcsReader *reader, EcsText text, const EcsScan *scan, EcsRecord *record, EcsError *error)
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
		return ecs_reject_no_memory(reader, text, error);
	return ecs_reject(reader, text, text.data + reader->problem.position, reader->problem.sqlstate,
					  reader->problem.message, error);
}
