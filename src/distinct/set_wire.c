/*
 * set_wire.c
 *		The form in which a set travels, between processes and machines.
 *
 *		bytes  0- 3  'T' 'D' 'S' and the version, 1
 *		byte   4     what follows: 1 words, 2 strings of one width,
 *					 3 strings each with its length, 4 the caller's entries
 *					 each with its length, 5 strings each with its length and
 *					 1, or with 0 the 16 bytes of a packed UUID
 *		byte   5     1 if the set is full (its limit reached), 2 if the body
 *					 begins with numbers (set_numbered.c), else 0
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
 * no addresses in it.  The order of the values means nothing.  A value may come
 * twice; the reader adds values to a set anyway.
 *
 * Reading trusts nothing.  Each length is checked against what is there, and
 * the number of values against what was found.  The header's number is at most
 * the number of bytes in the body, so a table can be sized by it beforehand.
 */
#include "set_wire.h"

#define VERSION 1

/* byte 5 */
#define FULL 1
#define NUMBERED 2

/*
 * The form in which sets of a type travel.
 */
uint8_t
td_wire_form(const TdSetType *type)
{
	if (type->encode != NULL)
		return TD_WIRE_ENTRIES;
	if (type->kind == TD_SET_WORDS)
		return TD_WIRE_WORDS;
	if (type->packs)
		return TD_WIRE_PACKED;
	return type->kind == TD_SET_BYTES && type->width > 0 ? TD_WIRE_WIDTH : TD_WIRE_LENGTHS;
}

/*
 * Writes one entry of the caller's form: its length and its bytes.
 */
void
td_set_write_entry(TdSetWriter *writer, const void *bytes, size_t len)
{
	td_wire_put_numbered(writer, len, bytes, len);
}

/*
 * Reads the header and checks what can be checked without the type.
 */
TdSetStatus
td_wire_read_header(const unsigned char *data, size_t len, TdWireHeader *header)
{
	if (len < TD_WIRE_HEADER_SIZE)
		return TD_SET_TRUNCATED;
	if (memcmp(data, "TDS", 3) != 0 || data[3] != VERSION)
		return TD_SET_UNKNOWN;
	header->form = data[4];
	header->full = data[5] == FULL;
	header->numbered = data[5] == NUMBERED;
	header->label_len = (uint16_t) td_load_le(data + 6, 2);
	header->width = (uint32_t) td_load_le(data + 8, 4);
	header->count = td_load_le(data + 16, 8);
	header->limit = td_load_le(data + 24, 8);
	header->body_len = td_load_le(data + 32, 8);
	if (data[5] > NUMBERED || td_load_le(data + 12, 4) != 0)
		return TD_SET_CORRUPT;
	if (len - TD_WIRE_HEADER_SIZE < header->label_len ||
		len - TD_WIRE_HEADER_SIZE - header->label_len < header->body_len)
		return TD_SET_TRUNCATED;
	if (len - TD_WIRE_HEADER_SIZE - header->label_len > header->body_len)
		return TD_SET_CORRUPT;
	if (header->limit != TD_SET_UNLIMITED && header->limit > INT64_MAX)
		return TD_SET_CORRUPT;
	if (header->full)
		return header->limit != TD_SET_UNLIMITED && header->count == header->limit &&
			header->body_len == 0 ? TD_SET_OK : TD_SET_CORRUPT;
	if (header->count >= header->limit || header->count > header->body_len)
		return TD_SET_CORRUPT;
	return TD_SET_OK;
}

/*
 * The label of a set in wire form, for a caller that finds the type by it.  It
 * points into the data.
 */
TdSetStatus
td_set_wire_label(const void *data, size_t len, const void **label, size_t *label_len)
{
	TdWireHeader	header;
	TdSetStatus status = td_wire_read_header(data, len, &header);

	if (status == TD_SET_OK)
	{
		*label = (const unsigned char *) data + TD_WIRE_HEADER_SIZE;
		*label_len = header.label_len;
	}
	return status;
}

/*
 * Writes the header.
 */
void
td_wire_write_header(unsigned char *data, const TdWireHeader *header)
{
	memset(data, 0, TD_WIRE_HEADER_SIZE);
	memcpy(data, "TDS", 3);
	data[3] = VERSION;
	data[4] = header->form;
	data[5] = header->full ? FULL : header->numbered ? NUMBERED : 0;
	td_store_le(data + 6, header->label_len, 2);
	td_store_le(data + 8, header->width, 4);
	td_store_le(data + 16, header->count, 8);
	td_store_le(data + 24, header->limit, 8);
	td_store_le(data + 32, header->body_len, 8);
}

/*
 * The number of values that a set in wire form says it has.
 */
uint64_t
td_wire_count(const unsigned char *data)
{
	return td_load_le(data + 16, 8);
}

/*
 * What a status means, for a message.
 */
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
