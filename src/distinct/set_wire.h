/*
 * set_wire.h
 *		The form in which a set travels: its header and its entries.
 */
#ifndef TD_SET_WIRE_H
#define TD_SET_WIRE_H

#include "set_base.h"

#define TD_WIRE_HEADER_SIZE 40

/* What follows the header; see set_wire.c. */
enum
{
	TD_WIRE_WORDS = 1,
	TD_WIRE_WIDTH = 2,
	TD_WIRE_LENGTHS = 3,
	TD_WIRE_ENTRIES = 4,
	TD_WIRE_PACKED = 5
};

typedef struct TdWireHeader
{
	uint8_t		form;
	bool		full;
	bool		numbered;		/* the body begins with numbers; see set_numbered.c */
	uint16_t	label_len;
	uint32_t	width;
	uint64_t	count;
	uint64_t	limit;
	uint64_t	body_len;
} TdWireHeader;

extern uint8_t td_wire_form(const TdSetType *type);
extern TdSetStatus td_wire_read_header(const unsigned char *data, size_t len, TdWireHeader *header);
extern void td_wire_write_header(unsigned char *data, const TdWireHeader *header);
extern uint64_t td_wire_count(const unsigned char *data);

/*
 * Writes a number, its lowest byte first.
 */
static inline void
td_store_le(unsigned char *p, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (unsigned char) (value >> (8 * i));
}

/*
 * Reads one.
 */
static inline uint64_t
td_load_le(const unsigned char *p, int bytes)
{
	uint64_t	value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t) p[i] << (8 * i);
	return value;
}

/*
 * Makes room for need more bytes.
 */
static inline void
td_wire_reserve(TdSetWriter *writer, size_t need)
{
	if (td_unlikely(need > writer->size - writer->used))
		writer->more(writer, need);
}

/*
 * Writes bytes.
 */
static inline void
td_wire_put(TdSetWriter *writer, const void *bytes, size_t len)
{
	td_wire_reserve(writer, len);
	memcpy(writer->data + writer->used, bytes, len);
	writer->used += len;
}

/*
 * Writes bytes with a number before them.
 */
static inline void
td_wire_put_numbered(TdSetWriter *writer, uint64_t number, const void *bytes, size_t len)
{
	td_wire_reserve(writer, 10 + len);
	while (number >= 0x80)
	{
		writer->data[writer->used++] = (unsigned char) (number | 0x80);
		number >>= 7;
	}
	writer->data[writer->used++] = (unsigned char) number;
	memcpy(writer->data + writer->used, bytes, len);
	writer->used += len;
}

/*
 * Reads the number before the next entry and steps behind it.
 */
static inline TdSetStatus
td_wire_number(const unsigned char **at, const unsigned char *end, uint64_t *number)
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
 * Reads the length of the next entry and steps to its bytes.  TD_SET_OK says
 * that all of them are there.  *packed says that they are a packed UUID.
 */
static inline TdSetStatus
td_wire_length(const TdWireHeader *header, const unsigned char **at,
			 const unsigned char *end, uint64_t *len, bool *packed)
{
	TdSetStatus status = TD_SET_OK;

	*packed = false;
	*len = header->form == TD_WIRE_WORDS ? 8 : header->width;
	if (header->form != TD_WIRE_WORDS && header->form != TD_WIRE_WIDTH)
		status = td_wire_number(at, end, len);
	if (status != TD_SET_OK)
		return status;
	if (header->form == TD_WIRE_PACKED)
	{
		*packed = *len == 0;
		*len = *packed ? TD_PACKED_SIZE : *len - 1;
	}
	if (*len > (uint64_t) (end - *at))
		return TD_SET_TRUNCATED;
	/* the longest of all says "packed" inside the set */
	return *len < TD_PACKED ? TD_SET_OK : TD_SET_CORRUPT;
}

#endif							/* TD_SET_WIRE_H */
