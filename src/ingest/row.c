/*
 * row.c
 *		A record as a row of events.
 *
 * This takes two steps. ingest_fill_row() copies the record from the reader's
 * memory into values that are complete but for the database's encoding.  No
 * document can make it fail. ingest_convert_row() does the rest: addresses, and
 * what jsonb or the encoding may not be able to hold.  It runs where a failure
 * costs this row only.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/inet.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "ecs/tree.h"
#include "ingest/ingest.h"

#define SHA256_LENGTH	PG_SHA256_DIGEST_LENGTH

/* As much of the content's SHA-256 as tells documents of one id and time apart. */
#define CONTENT_LENGTH	16

const char *
ingest_column_name(int column)
{
	switch (column)
	{
		case INGEST_DOCUMENT:
			return "document";
		case INGEST_KEY:
			return "document_key";
		case INGEST_INDEX:
			return "source_index";
		case INGEST_SEVERAL:
			return "multivalued_fields";
		default:
			return ecs_columns[column].name;
	}
}

Oid
ingest_column_type(int column)
{
	if (column == INGEST_DOCUMENT)
		return JSONBOID;
	if (column == INGEST_KEY || column == INGEST_INDEX)
		return TEXTOID;
	if (column == INGEST_SEVERAL)
		return TEXTARRAYOID;
	switch (ecs_columns[column].kind)
	{
		case ECS_KIND_TEXT:
			return TEXTOID;
		case ECS_KIND_KEYWORDS:
		case ECS_KIND_TEXTS:
			return TEXTARRAYOID;
		case ECS_KIND_ADDRESSES:
			return get_array_type(INETOID);
		case ECS_KIND_LONG:
			return INT8OID;
		case ECS_KIND_TIMESTAMP:
			return TIMESTAMPTZOID;
	}
	return InvalidOid;
}

static Datum
text_datum(EcsText text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.data, (int) text.length));
}

static Datum
list_datum(EcsList list)
{
	Datum	   *items = palloc(list.count * sizeof(Datum));

	for (size_t i = 0; i < list.count; i++)
		items[i] = text_datum(list.items[i]);
	return PointerGetDatum(construct_array(items, (int) list.count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* What a value takes at most, beside its key and text: two kinds, two lengths, an end. */
#define ITEM_SIZE		(3 + 2 * sizeof(uint32))

/*
 * Add a text to what is hashed, with its length before it, so that no two documents
 * give the same bytes.
 */
static inline char *
add_text(char *to, char kind, const char *text, uint32 length)
{
	*to++ = kind;
	memcpy(to, &length, sizeof(length));
	to += sizeof(length);
	memcpy(to, text, length);
	return to + length;
}

/*
 * Add a value to what is hashed.  The order of an object's members and the blanks
 * between them make no difference: a document that is sent again may be written
 * anew.
 */
static char *
add_item(char *to, const EcsItem *item)
{
	const EcsItem *child = item + 1;

	switch (item->kind)
	{
		case ECS_ITEM_NUMBER:
		case ECS_ITEM_STRING:
			return add_text(to, (char) ('0' + item->kind), item->text, item->length);
		case ECS_ITEM_OBJECT:
			*to++ = '{';
			for (uint32 i = 0; i < item->length; i++)
			{
				child = item + item->sorted[i];
				to = add_item(add_text(to, ':', child->key, child->key_length), child);
			}
			*to++ = '}';
			return to;
		case ECS_ITEM_ARRAY:
			*to++ = '[';
			for (uint32 i = 0; i < item->length; i++, child += child->size)
				to = add_item(to, child);
			*to++ = ']';
			return to;
		default:
			*to++ = (char) ('0' + item->kind);
			return to;
	}
}

/*
 * What is hashed of a document, in the current memory context.
 */
static EcsText
content_of(const EcsRecord *record)
{
	Size		size = 0;
	char	   *content;

	if (record->original.data != NULL)
		return record->original;
	for (uint32 i = 0; i < record->tree->size; i++)
	{
		const EcsItem *item = &record->tree[i];

		size += ITEM_SIZE + item->key_length;
		if (item->kind == ECS_ITEM_NUMBER || item->kind == ECS_ITEM_STRING)
			size += item->length;
	}
	content = MemoryContextAllocHuge(CurrentMemoryContext, size);
	return (EcsText) {content, (size_t) (add_item(content, record->tree) - content)};
}

static void
append_hash(StringInfo key, const char *data, Size size, int length)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	uint8		hash[SHA256_LENGTH];

	if (context == NULL || pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) data, size) < 0 ||
		pg_cryptohash_final(context, hash, sizeof(hash)) < 0)
		elog(ERROR, "could not compute SHA-256 hash");
	pg_cryptohash_free(context);
	enlargeStringInfo(key, length * 2 + 1);
	key->len += (int) hex_encode((const char *) hash, length, key->data + key->len);
}

/*
 * event.id:... or id:index/id and a part of the content's SHA-256, or all of it
 * where there is no id
 */
static Datum
key_datum(IngestRun *run, const EcsRecord *record)
{
	StringInfoData key;
	EcsText		content;
	MemoryContext old;

	initStringInfo(&key);
	if (record->key_kind == ECS_KEY_CONTENT)
	{
		appendStringInfoString(&key, "sha256:");
		append_hash(&key, record->key.data, record->key.length, SHA256_LENGTH);
		return PointerGetDatum(cstring_to_text_with_len(key.data, key.len));
	}
	appendStringInfoString(&key, record->key_kind == ECS_KEY_EVENT_ID ? "event.id:" : "id:");
	appendBinaryStringInfo(&key, record->key.data, (int) record->key.length);
	appendStringInfoChar(&key, '#');
	old = MemoryContextSwitchTo(run->scratch);
	content = content_of(record);
	MemoryContextSwitchTo(old);
	append_hash(&key, content.data, content.length, CONTENT_LENGTH);
	MemoryContextReset(run->scratch);
	return PointerGetDatum(cstring_to_text_with_len(key.data, key.len));
}

/*
 * The names of the fields of which only the document has all values; 0 if there
 * are none.
 */
static Datum
several_datum(const EcsRecord *record)
{
	Datum		names[ECS_COLUMNS];
	int			count = 0;

	for (int i = 0; i < ECS_COLUMNS; i++)
	{
		if (record->values[i].several && record->shape != ECS_SHAPE_LAUREL)
			names[count++] = CStringGetTextDatum(ecs_columns[i].field);
	}
	if (count == 0)
		return (Datum) 0;
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * The document as jsonb, or 0 if that may fail, or needs the database's
 * encoding.  Its working memory is freed at once, so that all documents use the
 * same few pages.
 */
static Datum
document_datum(IngestRun *run, const EcsRecord *record)
{
	MemoryContext old;
	Jsonb	   *document;
	Datum		result = (Datum) 0;

	if (run->convert)
		return result;
	old = MemoryContextSwitchTo(run->scratch);
	document = ingest_jsonb(record->tree);
	MemoryContextSwitchTo(old);
	if (document != NULL)
		result = datumCopy(JsonbPGetDatum(document), false, -1);
	MemoryContextReset(run->scratch);
	return result;
}

/*
 * Copy a record, in the batch's memory, which is the current one.
 */
void
ingest_fill_row(IngestRun *run, IngestRow *row, const EcsRecord *record)
{
	char	   *document = palloc(record->document.length + 1);

	memcpy(document, record->document.data, record->document.length);
	document[record->document.length] = '\0';
	row->document.data = document;
	row->document.length = record->document.length;
	row->values[INGEST_DOCUMENT] = document_datum(run, record);
	for (int i = 0; i < ECS_COLUMNS; i++)
	{
		const EcsValue *value = &record->values[i];

		row->nulls[i] = !value->present;
		if (!value->present)
			continue;
		switch (ecs_columns[i].kind)
		{
			case ECS_KIND_TEXT:
				row->values[i] = text_datum(value->text);
				break;
			case ECS_KIND_KEYWORDS:
			case ECS_KIND_TEXTS:
			case ECS_KIND_ADDRESSES:
				row->values[i] = list_datum(value->list);
				break;
			case ECS_KIND_LONG:
			case ECS_KIND_TIMESTAMP:
				row->values[i] = Int64GetDatum(value->number);
				break;
		}
	}
	if (row->nulls[ECS_EVENT_INGESTED])
	{
		row->values[ECS_EVENT_INGESTED] = TimestampTzGetDatum(row->origin->received);
		row->nulls[ECS_EVENT_INGESTED] = false;
	}
	row->nulls[INGEST_DOCUMENT] = false;
	row->nulls[INGEST_KEY] = false;
	/* a document that is tried again keeps its key */
	if (row->origin->key != NULL)
		row->values[INGEST_KEY] = CStringGetTextDatum(row->origin->key);
	else
		row->values[INGEST_KEY] = key_datum(run, record);
	row->nulls[INGEST_INDEX] = record->index.data == NULL;
	if (record->index.data != NULL)
		row->values[INGEST_INDEX] = text_datum(record->index);
	row->values[INGEST_SEVERAL] = several_datum(record);
	row->nulls[INGEST_SEVERAL] = row->values[INGEST_SEVERAL] == (Datum) 0;
}

/*
 * A text in the database's encoding; throws when it has no such characters.
 */
static Datum
convert_text(Datum datum)
{
	text	   *value = DatumGetTextPP(datum);
	char	   *from = VARDATA_ANY(value);
	char	   *to = pg_any_to_server(from, VARSIZE_ANY_EXHDR(value), PG_UTF8);

	return to == from ? datum : CStringGetTextDatum(to);
}

static Datum
convert_array(Datum datum, Oid element_type, int16 element_length, bool convert)
{
	Datum	   *items;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(datum), TEXTOID, -1, false, TYPALIGN_INT, &items, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		if (element_type == INETOID)
			items[i] = DirectFunctionCall1(inet_in, CStringGetDatum(TextDatumGetCString(items[i])));
		else if (convert)
			items[i] = convert_text(items[i]);
	}
	return PointerGetDatum(construct_array(items, count, element_type, element_length, false,
										   TYPALIGN_INT));
}

/*
 * The document as jsonb by its own input function, which takes more memory on
 * the way than is worth keeping.
 */
static Datum
convert_document(IngestRun *run, EcsText document)
{
	MemoryContext old = MemoryContextSwitchTo(run->scratch);
	/* as it is in a database in UTF-8; escapes are converted by jsonb_in() */
	char	   *text = pg_any_to_server(unconstify(char *, document.data), (int) document.length, PG_UTF8);
	Datum		result = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));

	MemoryContextSwitchTo(old);
	result = datumCopy(result, false, -1);
	MemoryContextReset(run->scratch);
	return result;
}

/*
 * Convert a row for events.  If it throws, the row must not be used any more.
 */
void
ingest_convert_row(IngestRun *run, IngestRow *row)
{
	MemoryContext old = MemoryContextSwitchTo(run->batch_memory);

	for (int i = 0; i < ECS_COLUMNS; i++)
	{
		if (row->nulls[i])
			continue;
		if (ecs_columns[i].kind == ECS_KIND_ADDRESSES)
			row->values[i] = convert_array(row->values[i], INETOID, -1, false);
		else if (!run->convert)
			continue;
		else if (ecs_columns[i].kind == ECS_KIND_TEXT)
			row->values[i] = convert_text(row->values[i]);
		else if (ecs_columns[i].kind == ECS_KIND_KEYWORDS || ecs_columns[i].kind == ECS_KIND_TEXTS)
			row->values[i] = convert_array(row->values[i], TEXTOID, -1, true);
	}
	if (run->convert && !row->nulls[INGEST_INDEX])
		row->values[INGEST_INDEX] = convert_text(row->values[INGEST_INDEX]);
	if (run->convert && row->origin->key == NULL)
		row->values[INGEST_KEY] = convert_text(row->values[INGEST_KEY]);
	if (row->values[INGEST_DOCUMENT] == (Datum) 0)
		row->values[INGEST_DOCUMENT] = convert_document(run, row->document);
	row->ready = true;
	MemoryContextSwitchTo(old);
}

static int
compare_documents(const IngestRow *left, const IngestRow *right)
{
	TimestampTz left_time = DatumGetTimestampTz(left->values[ECS_TIMESTAMP]);
	TimestampTz right_time = DatumGetTimestampTz(right->values[ECS_TIMESTAMP]);
	text	   *left_key;
	text	   *right_key;
	int			left_length;
	int			right_length;
	int			order;

	if (left_time != right_time)
		return left_time < right_time ? -1 : 1;
	left_key = DatumGetTextPP(left->values[INGEST_KEY]);
	right_key = DatumGetTextPP(right->values[INGEST_KEY]);
	left_length = (int) VARSIZE_ANY_EXHDR(left_key);
	right_length = (int) VARSIZE_ANY_EXHDR(right_key);
	order = memcmp(VARDATA_ANY(left_key), VARDATA_ANY(right_key), Min(left_length, right_length));
	return order != 0 ? order : left_length - right_length;
}

/*
 * For qsort of IngestRow pointers: by time, key, and as they came.
 */
int
ingest_compare_rows(const void *a, const void *b)
{
	const IngestRow *left = *(IngestRow *const *) a;
	const IngestRow *right = *(IngestRow *const *) b;
	int			order = compare_documents(left, right);

	if (order != 0)
		return order;
	return left < right ? -1 : left > right;
}

/*
 * Whether two rows are the same document, delivered twice.
 */
bool
ingest_same_document(const IngestRow *left, const IngestRow *right)
{
	return compare_documents(left, right) == 0;
}
