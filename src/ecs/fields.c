/*
 * fields.c
 *		Values gathered from a document, field by field.
 *
 * A field may stand in a document in several ways, and in several of them at
 * once: {"process": {"parent": {"pid": 1}}}, {"process.parent": {"pid": 1}},
 * {"process": {"parent.pid": 1}}, and arrays of objects anywhere.  All are the
 * same to Elasticsearch, and their values add up.  So the walk goes down the
 * document, and at the same time down a tree of the names that the columns
 * need.  It leaves out what is not in that tree.
 *
 * Values are gathered as texts, numbers as they are spelled.  After that they
 * are converted to the type of their column: a number in a string counts as a
 * number, as for Elasticsearch. null and [] are no value; an object where a
 * value is wanted is another field.  Elasticsearch may leave out keywords of
 * more than 1,024 characters (ignore_above); here none is left out.
 *
 * What a column does not take is left out of it, and noted.  The document keeps
 * it.  ES|QL reads documents by the same rules (esql/runtime/document.c): a field
 * has the same values in events as in a table of documents.
 */
#include "ecs/fields.h"
#include "ecs/cursor.h"
#include "ecs/scan.h"
#include "ecs/text.h"
#include "ecs/timestamp.h"

#include <stdlib.h>
#include <string.h>

#include "text/address.h"
#include "text/whole.h"

/*
 * The child of a node for a segment, or NULL.
 */
static EcsNode *
find_child(const EcsNode *node, const char *segment, size_t length)
{
	EcsNode    *child = node->child;

	while (child != NULL && (child->length != length || memcmp(child->segment, segment, length) != 0))
		child = child->sibling;
	return child;
}

/*
 * The node that a key leads to, each dot being a step; NULL if no column is
 * there.
 */
static EcsNode *
descend(EcsNode *node, const char *key, size_t length)
{
	const char *end = key + length;

	for (;;)
	{
		const char *dot = memchr(key, '.', (size_t) (end - key));

		node = find_child(node, key, (size_t) ((dot != NULL ? dot : end) - key));
		if (node == NULL || dot == NULL)
			return node;
		key = dot + 1;
	}
}

/*
 * Put a column's field into the tree.
 */
static void
plant(EcsFields *fields, EcsColumn column)
{
	EcsNode    *node = &fields->nodes[0];
	const char *segment = ecs_columns[column].field;

	for (;;)
	{
		size_t		length = strcspn(segment, ".");
		EcsNode    *child = find_child(node, segment, length);

		if (child == NULL)
		{
			child = &fields->nodes[fields->nnodes++];
			*child = (EcsNode) {segment, length, -1, NULL, node->child};
			node->child = child;
		}
		node = child;
		if (segment[length] == '\0')
			break;
		segment += length + 1;
	}
	node->column = (int) column;
}

/*
 * Make the tree of names.
 */
void
ecs_fields_init(EcsFields *fields, EcsArena *arena)
{
	memset(fields, 0, sizeof(*fields));
	fields->arena = arena;
	fields->nodes[0].column = -1;
	fields->nnodes = 1;
	for (int column = 0; column < ECS_COLUMNS; column++)
		plant(fields, (EcsColumn) column);
}

/*
 * Forget what was gathered.
 */
void
ecs_fields_empty(EcsFields *fields)
{
	memset(fields->gathered, 0, sizeof(fields->gathered));
	fields->no_memory = false;
	fields->nfaults = 0;
}

/*
 * Note a value that cannot be used as it is.
 */
void
ecs_fields_fault(EcsFields *fields, const char *field, const char *reason, EcsText value)
{
	if (fields->nfaults < ECS_MAX_FAULTS)
		fields->faults[fields->nfaults++] = (EcsFault) {field, reason, value};
}

/*
 * Add a value to a field.
 */
void
ecs_fields_add(EcsFields *fields, EcsColumn column, EcsText value)
{
	EcsGathered *gathered = &fields->gathered[column];

	if (gathered->count == 0)
	{
		gathered->items = &gathered->one;
		gathered->capacity = 1;
	}
	else if (gathered->count == gathered->capacity)
	{
		size_t		capacity = gathered->capacity * 4;
		EcsText    *items = ecs_arena_alloc(fields->arena, capacity * sizeof(EcsText));

		if (items == NULL)
		{
			fields->no_memory = true;
			return;
		}
		memcpy(items, gathered->items, gathered->count * sizeof(EcsText));
		gathered->items = items;
		gathered->capacity = capacity;
	}
	gathered->items[gathered->count++] = value;
}

/*
 * A number as jsonb keeps it: without an exponent, and zero without a sign.
 * Otherwise a keyword would have another value here than in the document.
 */
static EcsText
stored_number(EcsFields *fields, EcsText text)
{
	EcsText		result = {NULL, 0};
	char	   *to;

	if (text.data[0] != '-' && memchr(text.data, 'e', text.length) == NULL && memchr(text.data, 'E', text.length) == NULL)
		return text;
	result.length = td_plain_number(NULL, text.data, text.length);
	to = ecs_arena_alloc(fields->arena, result.length + 1);
	if (to == NULL)
	{
		fields->no_memory = true;
		return text;
	}
	td_plain_number(to, text.data, text.length);
	result.data = to;
	return result;
}

/*
 * Gather what lies below a value.  The depth was limited before (scan.c).
 */
static void
walk(EcsFields *fields, EcsNode *node, const EcsItem *value)
{
	const EcsItem *child = value + 1;
	EcsText		text;

	switch (value->kind)
	{
		case ECS_ITEM_OBJECT:
			if (node->child == NULL)
				return;
			for (uint32_t i = 0; i < value->length; i++, child += child->size)
			{
				EcsNode    *below = descend(node, child->key, child->key_length);

				if (below != NULL)
					walk(fields, below, child);
			}
			break;
		case ECS_ITEM_ARRAY:
			for (uint32_t i = 0; i < value->length; i++, child += child->size)
				walk(fields, node, child);
			break;
		default:
			text = ecs_item_text(value);
			if (node->column < 0 || text.data == NULL)
				break;
			if (value->kind == ECS_ITEM_NUMBER && ecs_columns[node->column].kind != ECS_KIND_TIMESTAMP)
				text = stored_number(fields, text);
			ecs_fields_add(fields, (EcsColumn) node->column, text);
			break;
	}
}

/*
 * Gather the columns' values from a document, an object.
 */
void
ecs_fields_walk(EcsFields *fields, const EcsItem *document)
{
	walk(fields, &fields->nodes[0], document);
}

/*
 * Does a value in JSON read as a text?
 */
static bool
json_reads(EcsText json, EcsText text)
{
	size_t		i = 0;

	if (json.length >= 2 && json.data[0] == '"')
		json = (EcsText) {json.data + 1, json.length - 2};
	/* a message needs no more than the text before an escape */
	while (i < json.length && i < text.length && json.data[i] != '\\' && json.data[i] == text.data[i])
		i++;
	return (i == json.length && i == text.length) || (i < json.length && json.data[i] == '\\');
}

/*
 * Look for a value in the JSON text by the path that walk() took to it.
 */
static const char *
locate(EcsNode *node, EcsText json, const EcsFieldProblem *problem)
{
	EcsCursor	cursor = {json.data, json.data + json.length};
	const char *found = NULL;
	EcsText		key;
	EcsText		value;

	if (ecs_cursor_take(&cursor, '{'))
	{
		while (found == NULL && ecs_cursor_member(&cursor, &key, &value))
		{
			EcsNode    *child = descend(node, key.data + 1, key.length - 2);

			if (child != NULL)
				found = locate(child, value, problem);
		}
	}
	else if (ecs_cursor_take(&cursor, '['))
	{
		do
		{
			if (ecs_cursor_value(&cursor, &value))
				found = locate(node, value, problem);
		} while (found == NULL && ecs_cursor_take(&cursor, ','));
	}
	else if (node->column == (int) problem->column && json_reads(json, problem->value))
		found = json.data;
	return found;
}

/*
 * The position of a field's bad value in the document's JSON.
 */
bool
ecs_fields_locate(const EcsFields *fields, EcsText document, const EcsFieldProblem *problem, size_t *position)
{
	const char *found = locate((EcsNode *) &fields->nodes[0], document, problem);

	if (found == NULL)
		return false;
	*position = (size_t) (found - document.data);
	return true;
}

/*
 * Sort texts and leave every one in once.
 */
static void
sort_distinct(EcsGathered *gathered)
{
	size_t		n = 1;

	if (gathered->count < 2)
		return;
	qsort(gathered->items, gathered->count, sizeof(EcsText), ecs_compare);
	for (size_t i = 1; i < gathered->count; i++)
	{
		if (ecs_compare(&gathered->items[n - 1], &gathered->items[i]) != 0)
			gathered->items[n++] = gathered->items[i];
	}
	gathered->count = n;
}

/*
 * Are all of them the same text?
 */
static bool
all_same(const EcsGathered *gathered)
{
	for (size_t i = 1; i < gathered->count; i++)
	{
		if (ecs_compare(&gathered->items[0], &gathered->items[i]) != 0)
			return false;
	}
	return true;
}

/*
 * Note what is wrong with a value; always false.
 */
static bool
bad(EcsFieldProblem *problem, const char *sqlstate, const char *what, EcsText value)
{
	problem->sqlstate = sqlstate;
	problem->what = what;
	problem->value = value;
	return false;
}

/*
 * Keep the values of a field that read() takes, and note one that it does not.
 * An empty text is no number or address, and no fault, for Elasticsearch as well.
 */
static void
keep_usable(EcsFields *fields, EcsColumn column, const char *(*read) (EcsText *value, int64_t *number), int64_t *number)
{
	EcsGathered *gathered = &fields->gathered[column];
	size_t		n = 0;
	const char *reason = NULL;
	EcsText		faulty = {NULL, 0};

	for (size_t i = 0; i < gathered->count; i++)
	{
		EcsText		value = gathered->items[i];
		int64_t		result;
		const char *problem;

		if (value.length == 0)
			continue;
		problem = read(&value, &result);
		if (problem != NULL && reason == NULL)
		{
			reason = problem;
			faulty = gathered->items[i];
		}
		if (value.length == 0)
			continue;
		*number = result;
		gathered->items[n++] = value;
	}
	gathered->count = n;
	if (reason != NULL)
		ecs_fields_fault(fields, ecs_columns[column].field, reason, faulty);
}

/*
 * For keep_usable(), which tells what is wrong with a value, and empties it if it
 * cannot be used: whole numbers.
 */
static const char *
read_long(EcsText *value, int64_t *number)
{
	const char *problem = NULL;

	switch (td_read_whole(value->data, value->length, number))
	{
		case TD_WHOLE_OK:
			break;
		case TD_WHOLE_SYNTAX:
			problem = "is not an integer";
			break;
		case TD_WHOLE_RANGE:
			problem = "is out of range";
			break;
	}
	if (problem != NULL)
		value->length = 0;
	return problem;
}

/*
 * Addresses: a netmask or zone behind one is left out.
 */
static const char *
read_address(EcsText *value, int64_t *number)
{
	size_t		length = value->length;

	*number = 0;
	value->length = td_bare_address(value->data, value->length);
	if (value->length == 0)
		return "is not an IP address";
	return value->length < length ? "is an address with more behind it" : NULL;
}

/*
 * Timestamps.
 */
static const char *
read_time(EcsText *value, int64_t *number)
{
	const char *problem = NULL;

	switch (ecs_read_timestamp(*value, number))
	{
		case ECS_TIMESTAMP_OK:
			break;
		case ECS_TIMESTAMP_SYNTAX:
			problem = "is not a timestamp";
			break;
		case ECS_TIMESTAMP_RANGE:
			problem = "is out of range";
			break;
	}
	if (problem != NULL)
		value->length = 0;
	return problem;
}

/*
 * @timestamp, without which there is no event.  An event has one time: several
 * are refused, as Elasticsearch does.
 */
static bool
finish_event_time(const EcsGathered *gathered, EcsValue *result, EcsFieldProblem *problem)
{
	problem->column = ECS_TIMESTAMP;
	for (size_t i = 0; i < gathered->count; i++)
	{
		switch (ecs_read_timestamp(gathered->items[i], &result->number))
		{
			case ECS_TIMESTAMP_OK:
				break;
			case ECS_TIMESTAMP_SYNTAX:
				return bad(problem, "22007", "is not a timestamp", gathered->items[i]);
			case ECS_TIMESTAMP_RANGE:
				return bad(problem, "22008", "is out of range", gathered->items[i]);
		}
	}
	if (gathered->count > 1)
		return bad(problem, "22023", "has several values", gathered->items[1]);
	result->present = gathered->count == 1;
	return true;
}

/*
 * Make a column's value of the gathered texts.  The texts stay where they are.
 */
static void
finish_column(EcsFields *fields, EcsColumn column, EcsValue *result)
{
	EcsGathered *gathered = &fields->gathered[column];

	switch (ecs_columns[column].kind)
	{
		case ECS_KIND_TEXT:
			result->present = all_same(gathered);
			result->several = !result->present;
			result->text = gathered->items[0];
			return;
		case ECS_KIND_LONG:
			keep_usable(fields, column, read_long, &result->number);
			result->present = gathered->count == 1;
			result->several = gathered->count > 1;
			return;
		case ECS_KIND_TIMESTAMP:
			keep_usable(fields, column, read_time, &result->number);
			result->present = gathered->count == 1;
			/* the column then has when it came in, and not nothing */
			if (gathered->count > 1)
				ecs_fields_fault(fields, ecs_columns[column].field, "has several values", gathered->items[1]);
			return;
		case ECS_KIND_ADDRESSES:
			keep_usable(fields, column, read_address, &result->number);
			break;
		case ECS_KIND_KEYWORDS:
			sort_distinct(gathered);
			break;
		case ECS_KIND_TEXTS:
			break;
	}
	result->present = gathered->count > 0;
	result->list = (EcsList) {gathered->items, gathered->count};
}

/*
 * Make the record's values of what was gathered; they last as long as both the
 * arena and what was gathered.  False, with the problem, if @timestamp is unusable.
 */
bool
ecs_fields_finish(EcsFields *fields, EcsRecord *record, EcsFieldProblem *problem)
{
	for (int column = 0; column < ECS_COLUMNS; column++)
	{
		EcsValue   *value = &record->values[column];

		value->present = false;
		value->several = false;
		if (fields->gathered[column].count == 0)
			continue;
		if (column != ECS_TIMESTAMP)
			finish_column(fields, (EcsColumn) column, value);
		else if (!finish_event_time(&fields->gathered[column], value, problem))
			return false;
	}
	record->faults = fields->faults;
	record->nfaults = fields->nfaults;
	return true;
}
