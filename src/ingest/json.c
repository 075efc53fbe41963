/*
 * json.c
 *		A document's tree to jsonb, faster than jsonb's own input function.
 *
 * jsonb_in() would parse the document again, make a tree of its own, sort the
 * members of each object, and write it out. src/ecs has made a tree already,
 * with sorted members; here it is written out as it is.
 *
 * The result is byte for byte what jsonb_in() makes, as the tests see to
 * (utils/jsonb.h describes it): a container is a header, an entry for each
 * element (of an object, for each key and then for each value), and what the
 * elements consist of.  An entry has the length of its element with the padding
 * before it, but every JB_OFFSET_STRIDEth where the element ends.
 *
 * For databases in UTF-8 only.
 */
#include "compat.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "ecs/tree.h"
#include "ingest/ingest.h"

/* Integers of so many digits fit into int64. */
#define INT64_DIGITS	18

/* Numbers so long, without an exponent, are never too much for numeric. */
#define PLAIN_NUMBER	100

/* More than what an item takes beside its texts: two entries, header, padding. */
#define ITEM_SIZE		32

/* A container's entries while they are written. */
typedef struct Entries
{
	JEntry	   *next;
	uint32		count;			/* written */
	char	   *data;			/* where the first element begins */
} Entries;

static char *write_container(const EcsItem *container, char *to);

static void
write_entry(Entries *entries, JEntry type, const char *start, const char *end)
{
	*entries->next++ = entries->count++ % JB_OFFSET_STRIDE == 0 ?
		type | JENTRY_HAS_OFF | (uint32) (end - entries->data) : type | (uint32) (end - start);
}

/*
 * Zeros up to the next multiple of four; the document begins at one.
 */
static char *
pad(char *to)
{
	char	   *aligned = (char *) INTALIGN(to);

	while (to < aligned)
		*to++ = '\0';
	return to;
}

static char *
write_number(const EcsItem *item, char *to)
{
	int64		number = 0;
	bool		negative = item->text[0] == '-';
	uint32		i = negative ? 1 : 0;
	Numeric		numeric;

	if (item->length - i <= INT64_DIGITS)
	{
		while (i < item->length && item->text[i] >= '0' && item->text[i] <= '9')
			number = number * 10 + (item->text[i++] - '0');
	}
	if (i == item->length)
		numeric = int64_to_numeric(negative ? -number : number);
	else
		numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in,
													  CStringGetDatum(pnstrdup(item->text, item->length)),
													  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	memcpy(to, numeric, VARSIZE_ANY(numeric));
	return to + VARSIZE_ANY(numeric);
}

static char *
write_value(Entries *entries, const EcsItem *item, char *to)
{
	JEntry		type = JENTRY_ISNULL;
	char	   *start = to;

	switch (item->kind)
	{
		case ECS_ITEM_NULL:
		case ECS_ITEM_LEAF:		/* no tree has it */
			break;
		case ECS_ITEM_FALSE:
			type = JENTRY_ISBOOL_FALSE;
			break;
		case ECS_ITEM_TRUE:
			type = JENTRY_ISBOOL_TRUE;
			break;
		case ECS_ITEM_NUMBER:
			type = JENTRY_ISNUMERIC;
			to = write_number(item, pad(to));
			break;
		case ECS_ITEM_STRING:
			type = JENTRY_ISSTRING;
			memcpy(to, item->text, item->length);
			to += item->length;
			break;
		case ECS_ITEM_ARRAY:
		case ECS_ITEM_OBJECT:
			type = JENTRY_ISCONTAINER;
			to = write_container(item, pad(to));
			break;
	}
	write_entry(entries, type, start, to);
	return to;
}

/*
 * src/ecs has limited the depth.
 */
static char *
write_container(const EcsItem *container, char *to)
{
	bool		object = container->kind == ECS_ITEM_OBJECT;
	uint32		count = container->length;
	Entries		entries = {.next = (JEntry *) (to + sizeof(uint32))};
	const EcsItem *element = container + 1;

	*(uint32 *) to = count | (object ? JB_FOBJECT : JB_FARRAY);
	to += sizeof(uint32) + (Size) count * (object ? 2 : 1) * sizeof(JEntry);
	entries.data = to;
	for (uint32 i = 0; object && i < count; i++)
	{
		const EcsItem *member = container + container->sorted[i];

		memcpy(to, member->key, member->key_length);
		write_entry(&entries, JENTRY_ISSTRING, to, to + member->key_length);
		to += member->key_length;
	}
	for (uint32 i = 0; i < count; i++, element += element->size)
		to = write_value(&entries, object ? container + container->sorted[i] : element, to);
	return to;
}

/*
 * A number that numeric_in() may refuse.
 */
static bool
is_large_number(const EcsItem *item)
{
	return item->length > PLAIN_NUMBER ||
		memchr(item->text, 'e', item->length) != NULL || memchr(item->text, 'E', item->length) != NULL;
}

/*
 * How much room a document takes at most, or 0 if it may be too much for jsonb,
 * or has numbers that may be.
 */
static Size
room_for(const EcsItem *document)
{
	Size		size = VARHDRSZ;

	for (uint32 i = 0; i < document->size; i++)
	{
		const EcsItem *item = &document[i];

		size += ITEM_SIZE + item->key_length;
		if (item->kind == ECS_ITEM_STRING || item->kind == ECS_ITEM_NUMBER)
			size += item->length;
		if (item->kind == ECS_ITEM_NUMBER && is_large_number(item))
			return 0;
	}
	return size <= JENTRY_OFFLENMASK ? size : 0;
}

/*
 * An object or array as jsonb, in the current memory context; NULL if it may be
 * that jsonb does not take it, and jsonb_in() must be asked.
 */
Jsonb *
ingest_jsonb(const EcsItem *document)
{
	Size		size = room_for(document);
	char	   *result;
	char	   *end;

	if (size == 0)
		return NULL;
	result = palloc(size);
	end = write_container(document, result + VARHDRSZ);
	Assert((Size) (end - result) <= size);
	SET_VARSIZE(result, end - result);
	return (Jsonb *) result;
}
