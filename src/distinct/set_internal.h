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
#else
#define TD_PREFETCH(address) ((void) 0)
#define td_likely(x) (x)
#define td_unlikely(x) (x)
#endif

/* A set of at most this many values, in at most this many bytes, has no table. */
#define TD_TINY_VALUES 8
#define TD_TINY_BYTES 2048

/* The room for the first values that a set is born with. */
#define TD_TINY_ROOM 64

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
	TD_MODE_TABLE,
	TD_MODE_FULL,				/* the limit is reached, nothing is kept */
	TD_MODE_WIRE				/* still in its wire form */
} TdSetMode;

/* A table of words; the word 0 marks the free slot and is kept aside. */
typedef struct TdWordTable
{
	uint64_t   *slots;
	uint64_t	mask;
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

/* A table of byte strings: slots point into an arena of chunks. */
typedef struct TdByteTable
{
	uint64_t   *slots;
	uint64_t	mask;
	int			shift;
	uint32_t	npending;
	uint64_t	fill_max;
	unsigned char *tail;		/* free space of the last chunk */
	unsigned char *end;			/* its end */
	unsigned char *pending_at;	/* where the records that wait begin */
	const unsigned char *last;	/* the value added last, or NULL */
	size_t		last_len;
	TdChunk    *chunks;
	uint32_t	nchunks;
	uint32_t	chunks_size;
	uint64_t	arena_size;		/* sum of all chunks */
	uint64_t	bytes;			/* sum of all values' lengths */
	uint64_t	hash[TD_BATCH];
	uint64_t	slot[TD_BATCH];
} TdByteTable;

struct TdSet
{
	const TdSetType *type;
	void	   *memory;			/* handed to the memory hooks */
	uint64_t	count;			/* without those that wait */
	uint64_t	limit;
	union
	{
		TdWordTable *words;
		TdByteTable *bytes;
		size_t		wire_len;
	}			u;
	unsigned char *tiny;		/* records, or words; or the wire form */
	uint32_t	tiny_used;
	uint32_t	tiny_size;
	TdSetMode	mode;
	uint32_t	unused;
	uint64_t	room[TD_TINY_ROOM / 8];
};

/* ---- records: [payload] [header] value, padded to 8 bytes ---- */

/* bytes of header: length, length and hash, or nothing */
static inline size_t
td_record_header(const TdSetType *type)
{
	if (type->kind == TD_SET_CALLER)
		return 8;
	return type->width > 0 ? 0 : 4;
}

static inline size_t
td_record_size(const TdSetType *type, size_t len)
{
	return (type->payload + td_record_header(type) + len + 7) & ~(size_t) 7;
}

static inline size_t
td_record_len(const TdSetType *type, const unsigned char *record)
{
	uint32_t	len;

	if (type->kind != TD_SET_CALLER && type->width > 0)
		return type->width;
	memcpy(&len, record + type->payload, 4);
	return len;
}

static inline const unsigned char *
td_record_value(const TdSetType *type, const unsigned char *record)
{
	return record + type->payload + td_record_header(type);
}

/* ---- hashing ---- */

#define TD_K0 UINT64_C(0x9e3779b97f4a7c15)
#define TD_K1 UINT64_C(0xd6e8feb86659fd93)
#define TD_K2 UINT64_C(0xc2b2ae3d27d4eb4f)

/* Multiplies to 128 bits and folds the halves. */
static inline uint64_t
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
 * The hash of bytes: 16 at a time, two words folded by one multiplication.
 * It never leaves the process, so the machine's byte order may show in it.
 */
static inline uint64_t
td_hash_bytes(const unsigned char *p, size_t len, uint64_t seed)
{
	uint64_t	a,
				b,
				h = seed ^ (len * TD_K0);

	if (len > 16)
	{
		size_t		left = len;

		while (left > 16)
		{
			h = td_fold(td_load64(p) ^ TD_K1, td_load64(p + 8) ^ h);
			p += 16;
			left -= 16;
		}
		/* the last 16 bytes, which may overlap those read before */
		a = td_load64(p + left - 16);
		b = td_load64(p + left - 8);
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
	{
		a = ((uint64_t) p[0] << 16) | ((uint64_t) p[len / 2] << 8) | p[len - 1];
		b = 0;
	}
	else
		a = b = 0;
	return td_fold(td_fold(a ^ TD_K2, b ^ h), TD_K0 ^ len) * TD_K1;
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

/* set_words.c */
extern void td_words_create(TdSet *set);
extern void td_words_free(TdSet *set);
extern void td_words_flush(TdSet *set);
extern void td_words_expect(TdSet *set, uint64_t count);
extern bool td_words_scan_next(TdSetScan *scan);

/* set_bytes.c */
extern void td_bytes_create(TdSet *set);
extern void td_bytes_free(TdSet *set);
extern void td_bytes_add(TdSet *set, const void *value, size_t len);
extern void *td_bytes_enter(TdSet *set, const void *value, size_t len, bool *found);
extern void td_bytes_flush(TdSet *set);
extern void td_bytes_expect(TdSet *set, uint64_t count);
extern bool td_bytes_scan_next(TdSetScan *scan);
extern void td_record_write(const TdSetType *type, unsigned char *record,
							const void *value, size_t len, uint32_t hash);
extern bool td_record_equal(const TdSetType *type, const unsigned char *record,
							const void *value, size_t len, uint32_t hash);

/* set_wire.c */
extern TdSetStatus td_wire_merge(TdSet *set, const TdSet *wire);

static inline void
td_poll(const TdSetType *type, uint64_t step)
{
	if (td_unlikely(step % TD_POLL_STEPS == 0) && type->poll != NULL)
		type->poll();
}

#endif							/* TD_SET_INTERNAL_H */
