/*
 * set_internal.h
 *		What the files of the set share with each other, and with nobody else.
 */
#ifndef TD_SET_INTERNAL_H
#define TD_SET_INTERNAL_H

#include <assert.h>
#include <string.h>

#include "set.h"

#ifdef __GNUC__
#define TD_PREFETCH(address) __builtin_prefetch(address)
#define td_likely(x) __builtin_expect((x) != 0, 1)
#define td_unlikely(x) __builtin_expect((x) != 0, 0)
#define TD_INLINE static inline __attribute__((always_inline))
#else
#define TD_PREFETCH(address) ((void) 0)
#define td_likely(x) (x)
#define td_unlikely(x) (x)
#define TD_INLINE static inline
#endif

/* A set of at most this many values, in at most this many bytes, is tiny. */
#define TD_TINY_VALUES 8
#define TD_TINY_BYTES 2048

/* The room for the first values that a set is born with. */
#define TD_TINY_ROOM 40

/* Values that wait for their slots' cache lines to arrive. */
#define TD_BATCH 32

/* How many steps of a long loop may pass between two calls of poll. */
#define TD_POLL_STEPS 4096

/* The first table has this many bits, and tables are filled to 3/4. */
#define TD_FIRST_BITS 5
#define TD_FILL(slots) ((slots) / 4 * 3)

typedef enum TdSetMode
{
	TD_MODE_TINY,				/* a few values in a row, no table */
	TD_MODE_TABLE,				/* a table of its own */
	TD_MODE_IDS,				/* numbers of values in the family's table */
	TD_MODE_FULL,				/* the limit is reached, nothing is kept */
	TD_MODE_WIRE				/* still in its wire form */
} TdSetMode;

/* A table of words; the word 0 marks the free slot and is kept aside. */
typedef struct TdWordTable
{
	uint64_t   *slots;
	uint64_t	mask;
	uint64_t	count;			/* without those that wait */
	int			shift;			/* 64 - log2(number of slots) */
	bool		has_zero;
	bool		has_last;
	uint32_t	npending;
	uint64_t	fill_max;		/* grow when more values than that */
	uint64_t	last;			/* the word added last */
	uint64_t	pending[TD_BATCH];
} TdWordTable;

/* A piece of the arena in which byte strings lie. */
typedef struct TdChunk
{
	unsigned char *base;
	size_t		used;			/* of the last chunk: see TdByteTable.pending_at */
	size_t		size;
} TdChunk;

/* The strings that wait for their slots. */
typedef struct TdBatch
{
	uint32_t	hash[TD_BATCH];
	uint32_t	size[TD_BATCH]; /* of the record, if it fits */
	uint32_t	id[TD_BATCH];
	uint64_t	slot[TD_BATCH];
	TdSet	   *owner[TD_BATCH];	/* whose string it is */
} TdBatch;

/* A table of byte strings: slots point into an arena of chunks. */
typedef struct TdByteTable
{
	const TdSetType *type;
	const TdSetType *like;		/* the same, or what it is like; see set_bytes.c */
	void	   *memory;
	bool		of_family;		/* the sets keep numbers of its strings */
	uint8_t		body_at;		/* where in a record its body begins */
	int			shift;			/* 32 - log2(number of slots) */
	uint32_t	count;			/* without those that wait */
	uint32_t	npending;
	uint64_t   *slots;
	uint64_t	mask;
	uint64_t	fill_max;
	unsigned char *tail;		/* free space of the last chunk */
	unsigned char *end;			/* its end */
	unsigned char *pending_at;	/* where the records that wait begin */
	const unsigned char *last;	/* the record added last, or NULL, ... */
	const TdSet *last_owner;	/* ... and whose it was */
	TdBatch    *batch;			/* NULL while the table is small */
	TdChunk    *chunks;
	uint32_t	nchunks;
	uint32_t	chunks_size;
	uint64_t	arena_size;		/* sum of all chunks */
	uint32_t   *places;			/* where number n is, for the first nplaces */
	uint32_t	nplaces;
	uint32_t	places_size;
} TdByteTable;

/* A set of numbers; see set_ids.c. */
typedef struct TdIds
{
	union
	{
		uint32_t   *slots;		/* number + 1, or 0 */
		uint64_t   *bits;
	}			u;
	uint32_t	first;			/* of a run */
	uint32_t	count;
	uint32_t	size;			/* slots, or words of bits */
	uint8_t		form;
	uint8_t		shift;			/* 32 - log2(slots) */
} TdIds;

/* The forms of a set of numbers. */
enum
{
	TD_IDS_RUN,
	TD_IDS_HASH,
	TD_IDS_BITS
};

#define TD_WORD_BITS 64

/* What sets have in common that were made for one purpose; see set.c. */
struct TdSetFamily
{
	const TdSetType *type;		/* must be first */
	void	   *memory;			/* handed to the memory hooks */
	uint64_t	limit;
	bool		alone;			/* its sets have tables of their own */
	TdByteTable *table;			/* of the family, when it has been needed */
};

struct TdSet
{
	TdSetFamily *family;		/* must be first */
	union
	{
		unsigned char *tiny;	/* records, or words */
		TdWordTable *words;
		TdByteTable *bytes;
		const unsigned char *wire;
	}			u;
	uint8_t		mode;			/* a TdSetMode */
	uint8_t		tiny_count;
	uint16_t	tiny_used;
	uint16_t	tiny_size;
	union
	{
		uint64_t	tiny[TD_TINY_ROOM / 8];
		TdIds		ids;
		size_t		wire_len;
	}			room;
};

/* ---- records ----
 *
 * What is kept of a string is its body: its length (4 bytes, unless all are of
 * one width), its hash (4 bytes) if it is the caller's kind, and its bytes.  A
 * tiny record is the payload and the body, a table's record is the payload,
 * the string's number (4 bytes, for the caller's kind 8) and the body.
 *
 * Inside the set, the length of a packed UUID is TD_PACKED.
 */

#define TD_PACKED UINT32_MAX
#define TD_PACKED_SIZE 16

TD_INLINE size_t
td_stored_size(uint32_t len)
{
	return len == TD_PACKED ? TD_PACKED_SIZE : len;
}

/* ---- bytes ---- */

static inline uint64_t
td_load64(const unsigned char *p)
{
	uint64_t	v;

	memcpy(&v, p, 8);
	return v;
}

static inline uint64_t
td_load32(const unsigned char *p)
{
	uint32_t	v;

	memcpy(&v, p, 4);
	return v;
}

/*
 * Are these values of this stored length the same, byte by byte?  Most that
 * are not differ at one of their ends, and most that are short are not worth
 * a call: the ends are compared here, and only the middle of a long one, if
 * they are the same, elsewhere.
 */
TD_INLINE bool
td_same_bytes(const void *a, const void *b, uint32_t len)
{
	const unsigned char *p = a;
	const unsigned char *q = b;
	uint32_t	i;

	len = (uint32_t) td_stored_size(len);
	if (len >= 8)
	{
		if (((td_load64(p) ^ td_load64(q)) |
			 (td_load64(p + len - 8) ^ td_load64(q + len - 8))) != 0)
			return false;
		return len <= 16 || memcmp(p + 8, q + 8, len - 16) == 0;
	}
	if (len >= 4)
		return ((td_load32(p) ^ td_load32(q)) |
				(td_load32(p + len - 4) ^ td_load32(q + len - 4))) == 0;
	for (i = 0; i < len && p[i] == q[i]; i++)
		;
	return i == len;
}

/* Copies bytes, few of them without a call. */
TD_INLINE void
td_copy_bytes(unsigned char *to, const unsigned char *from, size_t len)
{
	if (len > 16 || len < 4)
		memcpy(to, from, len);
	else if (len >= 8)
	{
		uint64_t	first = td_load64(from);
		uint64_t	last = td_load64(from + len - 8);

		memcpy(to, &first, 8);
		memcpy(to + len - 8, &last, 8);
	}
	else
	{
		uint32_t	first = (uint32_t) td_load32(from);
		uint32_t	last = (uint32_t) td_load32(from + len - 4);

		memcpy(to, &first, 4);
		memcpy(to + len - 4, &last, 4);
	}
}

/* bytes of the body before the value */
TD_INLINE size_t
td_body_header(const TdSetType *type)
{
	if (type->kind == TD_SET_CALLER)
		return 8;
	return type->width > 0 ? 0 : 4;
}

/* bytes of a table's record before the body */
TD_INLINE size_t
td_record_prefix(const TdSetType *type)
{
	return type->payload + (type->kind == TD_SET_CALLER ? 8 : 4);
}

TD_INLINE uint32_t
td_body_len(const TdSetType *type, const unsigned char *body)
{
	uint32_t	len;

	if (type->width > 0)
		return type->width;
	memcpy(&len, body, 4);
	return len;
}

TD_INLINE const unsigned char *
td_body_value(const TdSetType *type, const unsigned char *body)
{
	return body + td_body_header(type);
}

/* the caller's hash; other kinds have none */
TD_INLINE uint32_t
td_body_hash(const TdSetType *type, const unsigned char *body)
{
	uint32_t	hash = 0;

	if (type->kind == TD_SET_CALLER)
		memcpy(&hash, body + 4, 4);
	return hash;
}

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

/* Is the body's value equal to this one?  hash is of the caller's kind. */
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

/* ---- hashing ---- */

#define TD_K0 UINT64_C(0x9e3779b97f4a7c15)
#define TD_K1 UINT64_C(0xd6e8feb86659fd93)
#define TD_K2 UINT64_C(0xc2b2ae3d27d4eb4f)

/* Multiplies to 128 bits and folds the halves. */
TD_INLINE uint64_t
td_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64_t) product ^ (uint64_t) (product >> 64);
#else
	uint64_t	ah = a >> 32,
				al = (uint32_t) a;
	uint64_t	bh = b >> 32,
				bl = (uint32_t) b;
	uint64_t	ll = al * bl,
				lh = al * bh,
				hl = ah * bl;
	uint64_t	middle = (ll >> 32) + (uint32_t) lh + (uint32_t) hl;

	return ((middle << 32) | (uint32_t) ll) ^
		(ah * bh + (lh >> 32) + (hl >> 32) + (middle >> 32));
#endif
}

/* The hash of a word; the high bits choose the slot. */
static inline uint64_t
td_hash_word(uint64_t word, uint64_t seed)
{
	return td_fold(word ^ seed, TD_K0) * TD_K1;
}

/* The zero bits below the lowest one. */
static inline int
td_low_zeros(uint64_t v)
{
#ifdef __GNUC__
	return __builtin_ctzll(v);
#else
	int			n = 0;

	for (; (v & 1) == 0; v >>= 1)
		n++;
	return n;
#endif
}

/*
 * The hash of bytes: 16 at a time, two words folded by one multiplication; of
 * long ones, in two lanes, so that one multiplication need not wait for the
 * other.  The seed is in both factors: else who knows the constants could make
 * one of them zero, and with it whatever stands in the other disappear.  The
 * hash never leaves the process, so the machine's byte order may show in it.
 */
TD_INLINE uint64_t
td_hash_bytes(const unsigned char *p, size_t len, uint64_t seed)
{
	uint64_t	k1 = seed ^ TD_K1;
	uint64_t	k2 = seed ^ TD_K2;
	uint64_t	h = seed ^ (len * TD_K0);
	uint64_t	a = 0;
	uint64_t	b = 0;

	if (len > 16)
	{
		if (len > 48)
		{
			uint64_t	g = h ^ TD_K2;

			for (; len > 48; p += 32, len -= 32)
			{
				h = td_fold(td_load64(p) ^ k1, td_load64(p + 8) ^ h);
				g = td_fold(td_load64(p + 16) ^ k2, td_load64(p + 24) ^ g);
			}
			h ^= g * TD_K1;
		}
		for (; len > 16; p += 16, len -= 16)
			h = td_fold(td_load64(p) ^ k1, td_load64(p + 8) ^ h);
		/* the last 16 bytes, which may overlap those read before */
		a = td_load64(p + len - 16);
		b = td_load64(p + len - 8);
	}
	else if (len >= 8)
	{
		a = td_load64(p);
		b = td_load64(p + len - 8);
	}
	else if (len >= 4)
	{
		a = td_load32(p);
		b = td_load32(p + len - 4);
	}
	else if (len > 0)
		a = ((uint64_t) p[0] << 16) | ((uint64_t) p[len / 2] << 8) | p[len - 1];
	return td_fold(td_fold(a ^ k2, b ^ h), k1) * TD_K1;
}

/* ---- between the files ---- */

/*
 * The size of an array of slots.  One beyond size_t is asked for as the largest
 * size there is, so that the memory hook is the one to refuse it.
 */
static inline size_t
td_slots_size(uint64_t slots)
{
	return slots > SIZE_MAX / sizeof(uint64_t) ? SIZE_MAX :
		(size_t) slots * sizeof(uint64_t);
}

/* set.c */
extern void td_set_become_full(TdSet *set);
extern void td_set_become_tiny(TdSet *set);
extern void td_set_add_packed(TdSet *set, const unsigned char *packed);
extern void td_set_show_body(TdSetScan *scan, const unsigned char *body);

/* set_pack.c */
extern bool td_pack_uuid(const unsigned char *text, unsigned char *packed);
extern bool td_pack_uuid_portably(const unsigned char *text, unsigned char *packed);
extern void td_unpack_uuid(const unsigned char *packed, char *text);

/* set_words.c */
extern void td_words_create(TdSet *set);
extern void td_words_free(TdSet *set);
extern void td_words_flush(TdSet *set);
extern void td_words_expect(TdSet *set, uint64_t count);
extern bool td_words_scan_next(TdSetScan *scan);

/* set_bytes.c */
extern TdByteTable *td_bytes_create(const TdSetType *type, void *memory,
									bool of_family);
extern void td_bytes_free(TdByteTable *table);
extern void td_bytes_add(TdByteTable *table, TdSet *set, const void *value,
						 uint32_t len);
extern unsigned char *td_bytes_enter(TdByteTable *table, const void *value,
									 uint32_t len, bool *found);
extern void td_bytes_flush(TdByteTable *table);
extern void td_bytes_expect(TdByteTable *table, uint64_t count);
extern void td_bytes_number(TdByteTable *table);
extern unsigned char *td_bytes_numbered(const TdByteTable *table, uint32_t id);
extern bool td_bytes_scan_next(TdSetScan *scan);

/* set_ids.c */
extern void td_ids_init(TdIds *ids);
extern void td_ids_free(const TdByteTable *table, TdIds *ids);
extern void td_ids_add(const TdByteTable *table, TdIds *ids, uint32_t id);
extern bool td_ids_next(const TdIds *ids, uint64_t *position, uint32_t *id);

/* The slot of a number: its bits are mixed, as numbers may come in any pattern. */
static inline uint32_t
td_ids_slot(const TdIds *ids, uint32_t id)
{
	uint64_t	mixed = (id ^ (id >> 15)) * TD_K0;

	mixed ^= mixed >> 29;
	return (uint32_t) ((mixed * TD_K1) >> 32) >> ids->shift;
}

/* Asks for the memory that td_ids_add() will look at. */
static inline void
td_ids_prefetch(const TdIds *ids, uint32_t id)
{
	if (ids->form == TD_IDS_BITS)
	{
		if (id / TD_WORD_BITS < ids->size)
			TD_PREFETCH(&ids->u.bits[id / TD_WORD_BITS]);
	}
	else if (ids->form == TD_IDS_HASH)
		TD_PREFETCH(&ids->u.slots[td_ids_slot(ids, id)]);
}

/* Is the set a run that has the number? */
static inline bool
td_ids_in_run(const TdIds *ids, uint32_t id)
{
	return ids->form == TD_IDS_RUN && id - ids->first < ids->count;
}

/* set_wire.c */
extern TdSetStatus td_wire_merge(TdSet *set, const TdSet *wire);
extern uint64_t td_wire_count(const TdSet *wire);

static inline void
td_poll(const TdSetType *type, uint64_t step)
{
	if (td_unlikely(step % TD_POLL_STEPS == 0) && type->poll != NULL)
		type->poll();
}

#endif							/* TD_SET_INTERNAL_H */
