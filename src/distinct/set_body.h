/*
 * set_body.h
 *		How a string is kept.
 *
 * What is kept of a string is its body: its length (4 bytes, unless all are of
 * one width), its hash (4 bytes) if it is the caller's kind, and its bytes.  A
 * tiny record is the payload and the body.  A table's record is the payload,
 * the string's number (4 bytes, for the caller's kind 8) and the body.
 *
 * Inside the set, the length of a packed UUID is TD_PACKED.
 */
#ifndef TD_SET_BODY_H
#define TD_SET_BODY_H

#include "set_base.h"
#include "set_pack.h"

/*
 * Bytes of the body before the value.
 */
TD_INLINE size_t
td_body_header(const TdSetType *type)
{
	if (type->kind == TD_SET_CALLER)
		return 8;
	return type->width > 0 ? 0 : 4;
}

/*
 * Bytes of a table's record before the body.
 */
TD_INLINE size_t
td_record_prefix(const TdSetType *type)
{
	return type->payload + (type->kind == TD_SET_CALLER ? 8 : 4);
}

/*
 * The stored length of the value.
 */
TD_INLINE uint32_t
td_body_len(const TdSetType *type, const unsigned char *body)
{
	uint32_t	len;

	if (type->width > 0)
		return type->width;
	memcpy(&len, body, 4);
	return len;
}

/*
 * Where the value is.
 */
TD_INLINE const unsigned char *
td_body_value(const TdSetType *type, const unsigned char *body)
{
	return body + td_body_header(type);
}

/*
 * The caller's hash; other kinds have none.
 */
TD_INLINE uint32_t
td_body_hash(const TdSetType *type, const unsigned char *body)
{
	uint32_t	hash = 0;

	if (type->kind == TD_SET_CALLER)
		memcpy(&hash, body + 4, 4);
	return hash;
}

/*
 * Writes a body.
 */
TD_INLINE void
td_body_write(const TdSetType *type, unsigned char *body, const void *value,
			  uint32_t len, uint32_t hash)
{
	if (type->width == 0)
	{
		memcpy(body, &len, 4);
		body += 4;
	}
	if (type->kind == TD_SET_CALLER)
	{
		memcpy(body, &hash, 4);
		body += 4;
	}
	td_copy_bytes(body, value, td_stored_size(len));
}

/*
 * Is the body's value equal to this one?  The hash matters for the caller's
 * kind only.
 */
TD_INLINE bool
td_body_equal(const TdSetType *type, const unsigned char *body,
			  const void *value, uint32_t len, uint32_t hash)
{
	uint32_t	body_len = td_body_len(type, body);
	const unsigned char *kept = td_body_value(type, body);

	if (type->kind == TD_SET_CALLER)
		return td_body_hash(type, body) == hash &&
			type->equal(type, kept, body_len, value, len);
	return body_len == len && td_same_bytes(kept, value, len);
}

/*
 * Makes a walk show the value of a body.
 */
static inline void
td_body_show(const TdSetType *type, TdSetScan *scan, const unsigned char *body)
{
	uint32_t	len = td_body_len(type, body);

	scan->value = td_body_value(type, body);
	scan->len = len;
	scan->packed = NULL;
	if (type->packs && len == TD_PACKED)
	{
		scan->packed = scan->value;
		td_unpack_uuid(scan->packed, scan->text);
		scan->value = scan->text;
		scan->len = TD_UUID_TEXT;
	}
}

#endif							/* TD_SET_BODY_H */
