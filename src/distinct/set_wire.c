/*
 * set_wire.c
 *		The form in which a set travels, between processes and machines.
 *
 *		bytes  0- 3  'T' 'D' 'S' and the version, 1
 *		byte   4     what follows: 1 words, 2 strings of one width,
 *					 3 strings each with its length, 4 the caller's entries
 *					 each with its length, 5 strings each with its length and
 *					 1, or with 0 the 16 bytes of a packed UUID
 *		byte   5     1 if the set is full (its limit reached), else 0
 *		bytes  6- 7  length of the label
 *		bytes  8-11  width of the strings, for form 2, else 0
 *		bytes 12-15  0
 *		bytes 16-23  number of values
 *		bytes 24-31  limit, all bits set if there is none
 *		bytes 32-39  length of the body
 *		then the label (bytes of the caller's, which say what the values are)
 *		and the body; nothing behind it.
 *
 * Numbers and words are little-endian; a length in the body takes 7 bits a
 * byte, the lowest first, the high bit on all bytes but the last.  There are
 * no addresses in it.  The order of the values means nothing, and a value may
 * stand there twice: whoever reads adds them to a set.
 *
 * Reading trusts nothing: each length is checked against what is there, and
 * the number of values against what was found.  So the header's number can
 * size a table beforehand: it is at most the number of bytes in the body.
 */
#include "set_internal.h"

#define HEADER_SIZE 40
#define VERSION 1

enum
{
	FORM_WORDS = 1,
	FORM_WIDTH = 2,
	FORM_LENGTHS = 3,
	FORM_ENTRIES = 4,
	FORM_PACKED = 5
};

typedef struct WireHeader
{
	uint8_t		form;
	bool		full;
	uint16_t	label_len;
	uint32_t	width;
	uint64_t	count;
	uint64_t	limit;
	uint64_t	body_len;
} WireHeader;

static void
store_le(unsigned char *p, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (unsigned char) (value >> (8 * i));
}

static uint64_t
load_le(const unsigned char *p, int bytes)
{
	uint64_t	value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t) p[i] << (8 * i);
	return value;
}

static uint8_t
form_of(const TdSetType *type)
{
	if (type->encode != NULL)
		return FORM_ENTRIES;
	if (type->kind == TD_SET_WORDS)
		return FORM_WORDS;
	if (type->packs)
		return FORM_PACKED;
	return type->kind == TD_SET_BYTES && type->width > 0 ? FORM_WIDTH : FORM_LENGTHS;
}

static inline void
reserve(TdSetWriter *writer, size_t need)
{
	if (td_unlikely(need > writer->size - writer->used))
		writer->more(writer, need);
}

static inline void
put_bytes(TdSetWriter *writer, const void *bytes, size_t len)
{
	reserve(writer, len);
	memcpy(writer->data + writer->used, bytes, len);
	writer->used += len;
}

/* Writes bytes with a number before them. */
static inline void
put_numbered(TdSetWriter *writer, uint64_t number, const void *bytes, size_t len)
{
	reserve(writer, 10 + len);
	while (number >= 0x80)
	{
		writer->data[writer->used++] = (unsigned char) (number | 0x80);
		number >>= 7;
	}
	writer->data[writer->used++] = (unsigned char) number;
	memcpy(writer->data + writer->used, bytes, len);
	writer->used += len;
}

/* Writes one entry of the caller's form: its length and its bytes. */
void
td_set_write_entry(TdSetWriter *writer, const void *bytes, size_t len)
{
	put_numbered(writer, len, bytes, len);
}

/* A guess at the size of the body, lest the writer begin too small. */
static size_t
body_guess(const TdSetType *type, uint64_t count)
{
	size_t		each = type->kind == TD_SET_WORDS ? 8 :
		type->packs ? TD_PACKED_SIZE + 1 : type->width;

	return count > SIZE_MAX / 32 ? 0 : (size_t) count * each;
}

/* Writes the present value of a walk. */
static inline void
write_value(TdSetWriter *writer, const TdSetType *type, uint8_t form,
			const TdSetScan *scan)
{
	switch (form)
	{
		case FORM_WORDS:
			reserve(writer, 8);
			store_le(writer->data + writer->used, scan->word, 8);
			writer->used += 8;
			break;
		case FORM_WIDTH:
			put_bytes(writer, scan->value, scan->len);
			break;
		case FORM_LENGTHS:
			put_numbered(writer, scan->len, scan->value, scan->len);
			break;
		case FORM_PACKED:
			if (scan->packed != NULL)
				put_numbered(writer, 0, scan->packed, TD_PACKED_SIZE);
			else
				put_numbered(writer, scan->len + UINT64_C(1), scan->value, scan->len);
			break;
		default:
			type->encode(type, scan->value, scan->len, writer);
	}
}

/*
 * Writes the set and the label.  What it costs in memory is the writer's
 * business, which also refuses what is too long for it.
 */
void
td_set_write(TdSet *set, const void *label, size_t label_len, TdSetWriter *writer)
{
	const TdSetType *type = set->family->type;
	size_t		start = writer->used;
	size_t		body;
	uint64_t	count = 0;
	unsigned char *header;
	TdSetScan	scan;
	uint8_t		form = form_of(type);

	assert(label_len <= UINT16_MAX);
	td_set_scan_begin(set, &scan);
	reserve(writer, HEADER_SIZE + label_len + body_guess(type, td_set_count(set)));
	memset(writer->data + start, 0, HEADER_SIZE);
	writer->used += HEADER_SIZE;
	put_bytes(writer, label, label_len);
	body = writer->used;
	while (td_set_scan_next(&scan))
	{
		write_value(writer, type, form, &scan);
		td_poll(type, ++count);
	}
	if (set->mode == TD_MODE_FULL)
		count = set->family->limit;
	header = writer->data + start;
	memcpy(header, "TDS", 3);
	header[3] = VERSION;
	header[4] = form;
	header[5] = set->mode == TD_MODE_FULL;
	store_le(header + 6, label_len, 2);
	store_le(header + 8, form == FORM_WIDTH ? type->width : 0, 4);
	store_le(header + 16, count, 8);
	store_le(header + 24, set->family->limit, 8);
	store_le(header + 32, writer->used - body, 8);
}

/* Reads the header and checks what can be checked without the type. */
static TdSetStatus
read_header(const unsigned char *data, size_t len, WireHeader *header)
{
	if (len < HEADER_SIZE)
		return TD_SET_TRUNCATED;
	if (memcmp(data, "TDS", 3) != 0 || data[3] != VERSION)
		return TD_SET_UNKNOWN;
	header->form = data[4];
	header->full = data[5] != 0;
	header->label_len = (uint16_t) load_le(data + 6, 2);
	header->width = (uint32_t) load_le(data + 8, 4);
	header->count = load_le(data + 16, 8);
	header->limit = load_le(data + 24, 8);
	header->body_len = load_le(data + 32, 8);
	if (data[5] > 1 || load_le(data + 12, 4) != 0)
		return TD_SET_CORRUPT;
	if (len - HEADER_SIZE < header->label_len ||
		len - HEADER_SIZE - header->label_len < header->body_len)
		return TD_SET_TRUNCATED;
	if (len - HEADER_SIZE - header->label_len > header->body_len)
		return TD_SET_CORRUPT;
	if (header->full)
		return header->count == header->limit && header->body_len == 0 ?
			TD_SET_OK : TD_SET_CORRUPT;
	if (header->count >= header->limit || header->count > header->body_len)
		return TD_SET_CORRUPT;
	return TD_SET_OK;
}

/*
 * The label of a set in wire form, for who must know it to tell the type.
 * It points into the data.
 */
TdSetStatus
td_set_wire_label(const void *data, size_t len, const void **label, size_t *label_len)
{
	WireHeader	header;
	TdSetStatus status = read_header(data, len, &header);

	if (status == TD_SET_OK)
	{
		*label = (const unsigned char *) data + HEADER_SIZE;
		*label_len = header.label_len;
	}
	return status;
}

/*
 * Makes a set of the data, which must stay where it is until the set has been
 * thawed or is used no more.  The values are not looked at before that, or
 * before the set is merged into another.
 */
TdSetStatus
td_set_open(const TdSetType *type, void *memory, const void *data, size_t len,
			TdSet **set)
{
	struct
	{
		TdSet		set;
		TdSetFamily family;
	}		   *opened;
	WireHeader	header;
	TdSetStatus status = read_header(data, len, &header);

	if (status != TD_SET_OK)
		return status;
	if (header.form != form_of(type) ||
		header.width != (header.form == FORM_WIDTH ? type->width : 0))
		return TD_SET_UNKNOWN;
	opened = type->alloc(memory, sizeof(*opened));
	opened->family.type = type;
	opened->family.memory = memory;
	opened->family.limit = header.limit;
	opened->family.alone = true;
	opened->family.table = NULL;
	opened->set.family = &opened->family;
	opened->set.mode = header.full || header.limit == 0 ? TD_MODE_FULL : TD_MODE_WIRE;
	opened->set.u.wire = data;
	opened->set.room.wire_len = len;
	*set = &opened->set;
	return TD_SET_OK;
}

/* The number of values that a set in wire form says it has. */
uint64_t
td_wire_count(const TdSet *wire)
{
	return load_le(wire->u.wire + 16, 8);
}

/* Reads the number before the next entry and steps behind it. */
static inline TdSetStatus
entry_number(const unsigned char **at, const unsigned char *end, uint64_t *number)
{
	uint64_t	value = 0;

	for (int shift = 0; shift < 35; shift += 7)
	{
		unsigned char byte;

		if (*at == end)
			return TD_SET_TRUNCATED;
		byte = *(*at)++;
		value |= (uint64_t) (byte & 0x7f) << shift;
		if (byte < 0x80)
		{
			*number = value;
			return TD_SET_OK;
		}
	}
	return TD_SET_CORRUPT;
}

/*
 * Finds the length of the next entry, and steps to its bytes, which are there.
 * *packed says that they are of a packed UUID.
 */
static inline TdSetStatus
entry_length(const WireHeader *header, const unsigned char **at,
			 const unsigned char *end, uint64_t *len, bool *packed)
{
	TdSetStatus status = TD_SET_OK;

	*packed = false;
	*len = header->form == FORM_WORDS ? 8 : header->width;
	if (header->form != FORM_WORDS && header->form != FORM_WIDTH)
		status = entry_number(at, end, len);
	if (status != TD_SET_OK)
		return status;
	if (header->form == FORM_PACKED)
	{
		*packed = *len == 0;
		*len = *packed ? TD_PACKED_SIZE : *len - 1;
	}
	if (*len > (uint64_t) (end - *at))
		return TD_SET_TRUNCATED;
	/* the longest of all says "packed" inside the set */
	return *len < TD_PACKED ? TD_SET_OK : TD_SET_CORRUPT;
}

/*
 * Adds the values of a set in wire form to another.  A set that fills up
 * leaves the rest unread.
 */
TdSetStatus
td_wire_merge(TdSet *set, const TdSet *wire)
{
	const TdSetType *type = set->family->type;
	const unsigned char *at = wire->u.wire;
	const unsigned char *end = at + wire->room.wire_len;
	WireHeader	header;
	TdSetStatus status = read_header(at, wire->room.wire_len, &header);
	uint64_t	count = 0;

	if (status != TD_SET_OK)
		return status;
	at += HEADER_SIZE + header.label_len;
	while (at < end && set->mode != TD_MODE_FULL)
	{
		uint64_t	len;
		bool		packed;

		status = entry_length(&header, &at, end, &len, &packed);
		if (status != TD_SET_OK)
			return status;
		if (packed)
			td_set_add_packed(set, at);
		else if (header.form == FORM_WORDS)
			td_set_add_word(set, load_le(at, 8));
		else if (header.form != FORM_ENTRIES)
			td_set_add(set, at, (size_t) len);
		else if (!type->decode(type, at, (size_t) len, set))
			return TD_SET_CORRUPT;
		at += len;
		td_poll(type, ++count);
	}
	if (set->mode != TD_MODE_FULL && count != header.count)
		return TD_SET_CORRUPT;
	return TD_SET_OK;
}

/* Turns a set in wire form into a set like any other; others stay as is. */
TdSetStatus
td_set_thaw(TdSet *set)
{
	TdSet		wire = *set;

	if (set->mode != TD_MODE_WIRE)
		return TD_SET_OK;
	td_set_become_tiny(set);
	return td_wire_merge(set, &wire);
}

const char *
td_set_status_text(TdSetStatus status)
{
	switch (status)
	{
		case TD_SET_OK:
			return "no error";
		case TD_SET_TRUNCATED:
			return "the data ends too early";
		case TD_SET_CORRUPT:
			return "the data contradicts itself";
		case TD_SET_UNKNOWN:
			return "the data is of another format, version or kind";
	}
	return "unknown error";
}
