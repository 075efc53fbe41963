/*
 * index.c
 *		The data stream or index that a document says it is from.
 *
 * A search hit or bulk action has _index, a document of Elastic Agent has
 * data_stream.type, .dataset and .namespace.  _index comes first, since an alert
 * of Kibana's brings the data_stream of the event that it is about.
 *
 * The index behind a data stream is named after it, .ds-NAME-2026.11.20-000001, and
 * the one behind an alias of Kibana's .internal.NAME-000001 after .NAME.  FROM
 * names the data stream and the alias.
 *
 * An alert that comes without _index is known by its kibana.alert.uuid.  An audit
 * event of laurel's is from no index: what ships it may put it in any.
 */
#include "ecs/index.h"
#include "ecs/tree.h"

#include <string.h>

#define DATA_STREAM		".ds-"
#define INTERNAL		".internal."
#define ALERTS			".alerts-security.alerts-"

/*
 * How long a name is without the parts that end it, such as "-2026.11.20-000001":
 * each a dash, and digits or dots.
 */
static size_t
without_parts(EcsText name, int parts)
{
	size_t		length = name.length;

	for (int i = 0; i < parts; i++)
	{
		size_t		at = length;

		while (at > 0 && ((name.data[at - 1] >= '0' && name.data[at - 1] <= '9') || name.data[at - 1] == '.'))
			at--;
		if (at == length || at < 2 || name.data[at - 1] != '-')
			return name.length;
		length = at - 1;
	}
	return length;
}

/*
 * A prefix that a text has, and more after it?
 */
static bool
begins(EcsText text, const char *prefix)
{
	size_t		length = strlen(prefix);

	return text.length > length && memcmp(text.data, prefix, length) == 0;
}

/*
 * The name by which FROM knows an index.
 */
static EcsText
known_name(EcsText index)
{
	EcsText		name = index;

	if (begins(index, DATA_STREAM))
	{
		name = (EcsText) {index.data + strlen(DATA_STREAM), index.length - strlen(DATA_STREAM)};
		name.length = without_parts(name, 2);
	}
	else if (begins(index, INTERNAL))
	{
		/* with the dot at its end */
		name = (EcsText) {index.data + strlen(INTERNAL) - 1, index.length - strlen(INTERNAL) + 1};
		name.length = without_parts(name, 1);
	}
	return name;
}

/*
 * Texts with dashes between them; false for want of memory.
 */
static bool
join(EcsArena *arena, EcsText *result, const EcsText *parts, int count, const char *between)
{
	size_t		length = strlen(between) * (size_t) (count - 1);
	char	   *to;

	for (int i = 0; i < count; i++)
		length += parts[i].length;
	to = ecs_arena_alloc(arena, length + 1);
	if (to == NULL)
		return false;
	*result = (EcsText) {to, length};
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
		{
			memcpy(to, between, strlen(between));
			to += strlen(between);
		}
		memcpy(to, parts[i].data, parts[i].length);
		to += parts[i].length;
	}
	return true;
}

/*
 * Set the record's index; index is the envelope's, or empty.  False for want of
 * memory.
 */
bool
ecs_set_index(EcsArena *arena, EcsRecord *record, EcsText index)
{
	EcsText		parts[3];

	record->index = (EcsText) {NULL, 0};
	if (record->shape == ECS_SHAPE_LAUREL)
		return true;
	if (index.length > 0)
	{
		record->index = known_name(index);
		return true;
	}
	if (ecs_path_text(record->tree, "kibana.alert.uuid").length > 0)
	{
		parts[0] = (EcsText) {ALERTS, strlen(ALERTS)};
		parts[1] = ecs_path_text(record->tree, "kibana.space_ids");
		if (parts[1].length == 0)
			parts[1] = (EcsText) {"default", 7};
		return join(arena, &record->index, parts, 2, "");
	}
	parts[0] = ecs_path_text(record->tree, "data_stream.type");
	parts[1] = ecs_path_text(record->tree, "data_stream.dataset");
	parts[2] = ecs_path_text(record->tree, "data_stream.namespace");
	if (parts[0].length == 0 || parts[1].length == 0)
		return true;
	if (parts[2].length == 0)
		parts[2] = (EcsText) {"default", 7};
	return join(arena, &record->index, parts, 3, "-");
}
