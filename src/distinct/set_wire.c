/*
 * set_wire.c
 *		The form in which a set travels, between processes and machines.
 *
 *		bytes  0- 3  'T' 'D' 'S' and the version, 1
 *		byte   4     what follows: 1 words, 2 strings of one width,
 *					 3 strings each with its length, 4 the caller's entries
 *					 each with its length
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
	FORM_ENTRIES = 4
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

/* Writes one entry of the caller's form: its length and its bytes. */
void
td_set_write_entry(TdSetWriter *writer, const void *bytes, size_t len)
{
	uint64_t	rest = len;

	reserve(writer, 10);
	while (rest >= 0x80)
	{
		writer->data[writer->used++] = (unsigned char) (rest | 0x80);
		rest >>= 7;
	}
	writer->data[writer->used++] = (unsigned char) rest;
	put_bytes(writer, bytes, len);
}

/* A guess at the size of the body, exact if all strings are short. */
static size_t
body_guess(const TdSet *set)
{
	if (set->type->kind == TD_SET_WORDS)
		return (size_t) set->count * 8;
	if (set->mode == TD_MODE_TABLE)
		return (size_t) (set->u.bytes->bytes + set->count);
	return set->tiny_used;
}

/*
 * Writes the set and the label.  What it costs in memory is the writer's
 * business, which also refuses what is too long for it.
 */
void
td_set_write(TdSet *set, const void *label, size_t label_len, TdSetWriter *writer)
{
	const TdSetType *type = set->type;
	size_t		start = writer->used;
	size_t		body;
	uint64_t	step = 0;
	unsigned char *header;
	TdSetScan	scan;
	uint8_t		form = form_of(type);

	assert(label_len <= UINT16_MAX);
	td_set_scan_begin(set, &scan);
	reserve(writer, HEADER_SIZE + label_len + body_guess(set));
	memset(writer->data + start, 0, HEADER_SIZE);
	writer->used += HEADER_SIZE;
	put_bytes(writer, label, label_len);
	body = writer->used;
	while (td_set_scan_next(&scan))
	{
		if (form == FORM_WORDS)
		{
			reserve(writer, 8);
			store_le(writer->data + writer->used, scan.word, 8);
			writer->used += 8;
		}
		else if (form == FORM_WIDTH)
			put_bytes(writer, scan.value, scan.len);
		else if (form == FORM_LENGTHS)
			td_set_write_entry(writer, scan.value, scan.len);
		else
			type->encode(type, scan.value, scan.len, writer);
		td_poll(type, ++step);
	}
	header = writer->data + start;
	memcpy(header, "TDS", 3);
	header[3] = VERSION;
	header[4] = form;
	header[5] = set->mode == TD_MODE_FULL;
	store_le(header + 6, label_len, 2);
	store_le(header + 8, form == FORM_WIDTH ? type->width : 0, 4);
	store_le(header + 16, set->count, 8);
	store_le(header + 24, set->limit, 8);
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
	WireHeader	header;
	TdSetStatus status = read_header(data, len, &header);

	if (status != TD_SET_OK)
		return status;
	if (header.form != form_of(type) ||
		header.width != (header.form == FORM_WIDTH ? type->width : 0))
		return TD_SET_UNKNOWN;
	*set = td_set_create(type, memory, header.limit);
	if ((*set)->mode == TD_MODE_FULL || header.full)
	{
		if ((*set)->mode != TD_MODE_FULL)
			td_set_become_full(*set);
		return TD_SET_OK;
	}
	(*set)->mode = TD_MODE_WIRE;
	(*set)->count = header.count;
	(*set)->tiny = (unsigned char *) data;
	(*set)->u.wire_len = len;
	return TD_SET_OK;
}

/* Reads the next entry's length and steps behind it. */
static TdSetStatus
entry_length(const unsigned char **at, const unsigned char *end, size_t *len)
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
			if (value > (uint64_t) (end - *at))
				return TD_SET_TRUNCATED;
			*len = (size_t) value;
			return value <= UINT32_MAX ? TD_SET_OK : TD_SET_CORRUPT;
		}
	}
	return TD_SET_CORRUPT;
}

/* Adds the entry at *at and steps behind it. */
static TdSetStatus
merge_entry(TdSet *set, const WireHeader *header, const unsigned char **at,
			const unsigned char *end)
{
	size_t		len = header->form == FORM_WORDS ? 8 : header->width;
	TdSetStatus status;

	if (header->form == FORM_WORDS || header->form == FORM_WIDTH)
	{
		if ((size_t) (end - *at) < len)
			return TD_SET_TRUNCATED;
	}
	else
	{
		status = entry_length(at, end, &len);
		if (status != TD_SET_OK)
			return status;
	}
	if (header->form == FORM_WORDS)
		td_set_add_word(set, load_le(*at, 8));
	else if (header->form == FORM_ENTRIES)
	{
		if (!set->type->decode(set->type, *at, len, set))
			return TD_SET_CORRUPT;
	}
	else
		td_set_add(set, *at, len);
	*at += len;
	return TD_SET_OK;
}

/*
 * Adds the values of a set in wire form to another.  A set that fills up
 * leaves the rest unread.
 */
TdSetStatus
td_wire_merge(TdSet *set, const TdSet *wire)
{
	const unsigned char *at = wire->tiny;
	const unsigned char *end = at + wire->u.wire_len;
	WireHeader	header;
	TdSetStatus status = read_header(at, wire->u.wire_len, &header);
	uint64_t	count = 0;

	if (status != TD_SET_OK)
		return status;
	at += HEADER_SIZE + header.label_len;
	td_set_expect(set, header.count > set->count ? header.count : set->count);
	while (at < end && set->mode != TD_MODE_FULL)
	{
		status = merge_entry(set, &header, &at, end);
		if (status != TD_SET_OK)
			return status;
		td_poll(set->type, ++count);
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
	set->mode = TD_MODE_TINY;
	set->count = 0;
	set->tiny = (unsigned char *) set->room;
	set->tiny_used = 0;
	set->tiny_size = TD_TINY_ROOM;
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
