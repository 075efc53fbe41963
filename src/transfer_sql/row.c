/*
 * row.c
 *		What was read in a command, as a row of the type transfer.
 *
 * A row has fourteen columns, and six of them are lists, most of which are empty.  To
 * make a value of each and then heap_form_tuple() of them takes as long as to read the
 * command.  So the values are written right at their place, as heap_fill_tuple() lays
 * them out on disk.  The header is PostgreSQL's own: that of a row that heap_form_tuple()
 * made once, for minor releases have added to what stands there.
 *
 * All columns but one have variable length.  A value of up to 126 bytes has a header of
 * one byte, and stands where the one before ends; a longer one has a header of four,
 * and begins at a multiple of four, as the integer does.  What is null takes no room.
 * Texts in a list have the long header in any case, and each begins at a multiple of
 * four, counted from the list's beginning.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "transfer_sql/row.h"

/* The columns of the type transfer. */
enum
{
	COLUMN_UTILITY,
	COLUMN_MODE,
	COLUMN_DIRECTION,
	COLUMN_LOCAL_PATHS,
	COLUMN_LOCAL_CLASSES,
	COLUMN_REMOTE_USER,
	COLUMN_REMOTE_HOST,
	COLUMN_REMOTE_PORT,
	COLUMN_REMOTE_PATHS,
	COLUMN_OTHER_HOSTS,
	COLUMN_HELPER,
	COLUMN_OPTIONS,
	COLUMN_TEMPLATE,
	COLUMN_NOT_UNDERSTOOD,
	COLUMNS
};

/* Classes of so many paths take no memory of their own. */
#define FEW				8

/* Names of utilities, modes and directions have no more bytes. */
#define LONGEST_WORD	32

/* The values of a row that are being written. */
typedef struct Writer
{
	char	   *at;
	uint8	   *present;		/* the bit of each column: 0 if it is null */
} Writer;

/* The type, looked up once for each call site. */
const TransferRowType *
td_transfer_row_type(FunctionCallInfo fcinfo)
{
	TransferRowType *type = fcinfo->flinfo->fn_extra;
	MemoryContext before;
	TupleDesc	desc;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS];

	if (type != NULL)
		return type;
	before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts != COLUMNS)
		elog(ERROR, "return type must be the row type transfer");
	type = palloc(sizeof(TransferRowType));
	type->oid = desc->tdtypeid;
	/* a text and nulls, as all rows have */
	memset(nulls, true, sizeof(nulls));
	nulls[COLUMN_UTILITY] = false;
	values[COLUMN_UTILITY] = CStringGetTextDatum("");
	type->empty = DatumGetHeapTupleHeader(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
	MemoryContextSwitchTo(before);
	fcinfo->flinfo->fn_extra = type;
	return type;
}

/* Bytes of a list, without its header. */
static Size
list_size(const TransferList *list)
{
	Size		size = ARR_OVERHEAD_NONULLS(list->count > 0 ? 1 : 0) - VARHDRSZ;

	for (size_t i = 0; i < list->count; i++)
		size += INTALIGN(VARHDRSZ + list->items[i].length);
	return size;
}

static char *
write_int(char *at, int32 value)
{
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

/* A text with the header of four bytes, up to the next multiple of four; it may stand anywhere. */
static char *
write_element(char *at, TransferText text)
{
	Size		size = VARHDRSZ + text.length;
	Size		padding = INTALIGN(size) - size;
	varattrib_4b header;

	SET_VARSIZE(&header, size);
	memcpy(at, &header, VARHDRSZ);
	at += VARHDRSZ;
	if (text.length > 0)
		memcpy(at, text.data, text.length);
	at += text.length;
	memset(at, 0, padding);
	return at + padding;
}

/* A list without its header, as construct_array() makes it. */
static char *
write_list(char *at, const TransferList *list)
{
	at = write_int(at, list->count > 0 ? 1 : 0);
	at = write_int(at, 0);		/* no nulls */
	at = write_int(at, (int32) TEXTOID);
	if (list->count == 0)
		return at;
	at = write_int(at, (int32) list->count);
	at = write_int(at, 1);
	for (size_t i = 0; i < list->count; i++)
		at = write_element(at, list->items[i]);
	return at;
}

Datum
td_transfer_list(const TransferList *list)
{
	Size		size = VARHDRSZ + list_size(list);
	char	   *result = palloc(size);

	SET_VARSIZE(result, size);
	write_list(result + VARHDRSZ, list);
	return PointerGetDatum(result);
}

/* The class of each path; its items are in few, or allocated. */
static TransferList
list_classes(const TransferText *paths, size_t count, TransferText *few)
{
	TransferList list = {.items = count <= FEW ? few : palloc(count * sizeof(TransferText)), .count = count};

	for (size_t i = 0; i < count; i++)
	{
		const char *name = transfer_class_names[transfer_classify(paths[i])];

		list.items[i] = (TransferText) {name, strlen(name)};
	}
	return list;
}

Datum
td_transfer_classes(const TransferText *paths, size_t count)
{
	TransferText few[FEW];
	TransferList list = list_classes(paths, count, few);

	return td_transfer_list(&list);
}

static void
align(Writer *writer)
{
	char	   *next = (char *) INTALIGN(writer->at);

	while (writer->at < next)
		*writer->at++ = 0;
}

static void
set_present(Writer *writer, int column)
{
	writer->present[column / 8] |= 1 << (column % 8);
}

/* Begin the value of a column that has so many bytes. */
static void
begin_value(Writer *writer, int column, Size size)
{
	set_present(writer, column);
	if (size + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
	{
		SET_VARSIZE_SHORT(writer->at, size + VARHDRSZ_SHORT);
		writer->at += VARHDRSZ_SHORT;
		return;
	}
	align(writer);
	SET_VARSIZE(writer->at, size + VARHDRSZ);
	writer->at += VARHDRSZ;
}

static void
put_text(Writer *writer, int column, TransferText text)
{
	if (text.data == NULL)
		return;
	begin_value(writer, column, text.length);
	if (text.length > 0)
		memcpy(writer->at, text.data, text.length);
	writer->at += text.length;
}

static void
put_word(Writer *writer, int column, const char *word)
{
	Assert(strlen(word) <= LONGEST_WORD);
	put_text(writer, column, (TransferText) {word, strlen(word)});
}

static void
put_list(Writer *writer, int column, const TransferList *list)
{
	begin_value(writer, column, list_size(list));
	writer->at = write_list(writer->at, list);
}

static void
put_port(Writer *writer, int column, int port)
{
	if (port == 0)
		return;
	set_present(writer, column);
	align(writer);
	writer->at = write_int(writer->at, port);
}

/* Bytes that the values take at most. */
static Size
values_room(const Transfer *transfer)
{
	/* a header each and what aligns it, three words and a port */
	Size		room = COLUMNS * (VARHDRSZ + ALIGNOF_INT) + 3 * LONGEST_WORD + sizeof(int32);

	room += transfer->remote_user.length + transfer->remote_host.length + transfer->helper.length + transfer->template.length;
	room += list_size(&transfer->local_paths) + list_size(&transfer->remote_paths) + list_size(&transfer->other_hosts);
	room += list_size(&transfer->options) + list_size(&transfer->not_understood);
	return room;
}

static void
put_values(Writer *writer, const Transfer *transfer, const TransferList *classes)
{
	put_word(writer, COLUMN_UTILITY, transfer_utility_names[transfer->utility]);
	put_word(writer, COLUMN_MODE, transfer_mode_names[transfer->mode]);
	put_word(writer, COLUMN_DIRECTION, transfer_direction_names[transfer->direction]);
	put_list(writer, COLUMN_LOCAL_PATHS, &transfer->local_paths);
	put_list(writer, COLUMN_LOCAL_CLASSES, classes);
	put_text(writer, COLUMN_REMOTE_USER, transfer->remote_user);
	put_text(writer, COLUMN_REMOTE_HOST, transfer->remote_host);
	put_port(writer, COLUMN_REMOTE_PORT, transfer->remote_port);
	put_list(writer, COLUMN_REMOTE_PATHS, &transfer->remote_paths);
	put_list(writer, COLUMN_OTHER_HOSTS, &transfer->other_hosts);
	put_text(writer, COLUMN_HELPER, transfer->helper);
	put_list(writer, COLUMN_OPTIONS, &transfer->options);
	put_text(writer, COLUMN_TEMPLATE, transfer->template);
	put_list(writer, COLUMN_NOT_UNDERSTOOD, &transfer->not_understood);
}

Datum
td_transfer_row(const TransferRowType *type, const Transfer *transfer)
{
	TransferText few[FEW];
	TransferList classes = list_classes(transfer->local_paths.items, transfer->local_paths.count, few);
	HeapTupleHeader row = palloc(type->empty->t_hoff + values_room(transfer) + list_size(&classes));
	Writer		writer = {.at = (char *) row + type->empty->t_hoff, .present = (uint8 *) row->t_bits};

	memcpy(row, type->empty, type->empty->t_hoff);
	memset(writer.present, 0, BITMAPLEN(COLUMNS));
	put_values(&writer, transfer, &classes);
	HeapTupleHeaderSetDatumLength(row, writer.at - (char *) row);
	return PointerGetDatum(row);
}
