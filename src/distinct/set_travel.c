/*
 * set_travel.c
 *		Writing a set in its wire form, and opening what was written.
 */
#include "set.h"

#include "set_numbered.h"

/*
 * A guess at the size of the body, so that the writer begins large enough.  A full
 * set has none, whatever it counts.
 */
static size_t
body_guess(TdSet *set)
{
	const TdSetType *type = set->family->type;
	uint64_t	count = td_set_count(set);
	size_t		each = type->kind == TD_SET_WORDS ? 8 :
		type->packs ? TD_PACKED_SIZE + 1 : type->width;

	return set->mode == TD_MODE_FULL || count > SIZE_MAX / 32 ? 0 : (size_t) count * each;
}

/*
 * Writes the present value of a walk.
 */
static inline void
write_value(TdSetWriter *writer, const TdSetType *type, uint8_t form,
			const TdSetScan *scan)
{
	switch (form)
	{
		case TD_WIRE_WORDS:
			td_wire_reserve(writer, 8);
			td_store_le(writer->data + writer->used, scan->word, 8);
			writer->used += 8;
			break;
		case TD_WIRE_WIDTH:
			td_wire_put(writer, scan->value, scan->len);
			break;
		case TD_WIRE_LENGTHS:
			td_wire_put_numbered(writer, scan->len, scan->value, scan->len);
			break;
		case TD_WIRE_PACKED:
			if (scan->packed != NULL)
				td_wire_put_numbered(writer, 0, scan->packed, TD_PACKED_SIZE);
			else
				td_wire_put_numbered(writer, scan->len + UINT64_C(1), scan->value, scan->len);
			break;
		default:
			type->encode(type, scan->value, scan->len, writer);
	}
}

/*
 * Writes the set and the label, with the numbers of its strings if they may be of
 * use.
 */
static void
write_set(TdSet *set, const void *label, size_t label_len, bool may_number, TdSetWriter *writer)
{
	const TdSetType *type = set->family->type;
	size_t		start = writer->used;
	size_t		body;
	uint64_t	count = 0;
	TdWireHeader header;
	TdSetScan	scan;
	uint8_t		form = td_wire_form(type);

	assert(label_len <= UINT16_MAX);
	td_set_scan_begin(set, &scan);
	td_wire_reserve(writer, TD_WIRE_HEADER_SIZE + label_len + body_guess(set));
	writer->used += TD_WIRE_HEADER_SIZE;
	td_wire_put(writer, label, label_len);
	body = writer->used;
	header.numbered = may_number && td_numbered_fits(set);
	if (header.numbered)
	{
		td_numbered_write(set, form, writer);
		count = set->room.ids.count;
	}
	while (!header.numbered && td_set_scan_next(&scan))
	{
		write_value(writer, type, form, &scan);
		td_poll(type, ++count);
	}
	if (set->mode == TD_MODE_FULL)
		count = set->family->limit;
	header.form = form;
	header.full = set->mode == TD_MODE_FULL;
	header.label_len = (uint16_t) label_len;
	header.width = form == TD_WIRE_WIDTH ? type->width : 0;
	header.count = count;
	header.limit = set->family->limit;
	header.body_len = writer->used - body;
	td_wire_write_header(writer->data + start, &header);
}

/*
 * Writes the set and the label.  The writer provides the memory, and refuses
 * what is too long for it.
 */
void
td_set_write(TdSet *set, const void *label, size_t label_len, TdSetWriter *writer)
{
	write_set(set, label, label_len, false, writer);
}

/*
 * The same for td_set_open_numbered() of a process that can be trusted.
 */
void
td_set_write_numbered(TdSet *set, const void *label, size_t label_len, TdSetWriter *writer)
{
	write_set(set, label, label_len, true, writer);
}

/*
 * Makes a set of the data; says if numbers may stand in it.
 */
static TdSetStatus
open_set(const TdSetType *type, void *memory, const void *data, size_t len, bool may_number,
		 TdSet **set)
{
	struct
	{
		TdSet		set;
		TdSetFamily family;
	}		   *opened;
	TdWireHeader	header;
	TdSetStatus status = td_wire_read_header(data, len, &header);

	if (status != TD_SET_OK)
		return status;
	if (header.form != td_wire_form(type) || (header.numbered && (!may_number || type->encode != NULL)) ||
		header.width != (header.form == TD_WIRE_WIDTH ? type->width : 0))
		return TD_SET_UNKNOWN;
	opened = type->alloc(memory, sizeof(*opened));
	opened->family.type = type;
	opened->family.memory = memory;
	opened->family.limit = header.limit;
	opened->family.alone = true;
	opened->family.keeper = &opened->family;
	opened->family.table = NULL;
	opened->family.large = 0;
	opened->family.serial = 0;
	opened->family.maps = NULL;
	opened->family.unmapped = 0;
	opened->set.family = &opened->family;
	opened->set.mode = header.full || header.limit == 0 ? TD_MODE_FULL : TD_MODE_WIRE;
	opened->set.u.wire = data;
	opened->set.room.wire_len = len;
	*set = &opened->set;
	return TD_SET_OK;
}

/*
 * Makes a set of the data, which must stay where it is until the set has been
 * thawed or is used no more.  The values are read when the set is thawed, or
 * merged into another.
 */
TdSetStatus
td_set_open(const TdSetType *type, void *memory, const void *data, size_t len,
			TdSet **set)
{
	return open_set(type, memory, data, len, false, set);
}

/*
 * The same for what td_set_write_numbered() wrote in a process that can be trusted.
 */
TdSetStatus
td_set_open_numbered(const TdSetType *type, void *memory, const void *data, size_t len,
					 TdSet **set)
{
	return open_set(type, memory, data, len, true, set);
}

/*
 * Does the set stand in the form that td_set_write_numbered() gave it?
 */
bool
td_set_is_numbered(const TdSet *set)
{
	TdWireHeader	header;

	return set->mode == TD_MODE_WIRE &&
		td_wire_read_header(set->u.wire, set->room.wire_len, &header) == TD_SET_OK && header.numbered;
}
