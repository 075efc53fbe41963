/*
 * set_bytes.h
 *		The table of byte strings: of one large set, or of a family of sets.
 */
#ifndef TD_SET_BYTES_H
#define TD_SET_BYTES_H

#include "set_ids.h"

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
	unsigned char *record[TD_BATCH];	/* that may be equal, or NULL */
	TdIds	   *owner[TD_BATCH];	/* the numbers of the set that it came for */
	uint32_t   *learn[TD_BATCH];	/* where its number + 1 is asked for */
} TdBatch;

/* A table of byte strings: slots point into an arena of chunks. */
typedef struct TdByteTable
{
	TdIdsHome	home;			/* type, memory of the sets' numbers, and the count
								 * without those that wait */
	void	   *memory;			/* of the table itself */
	const TdSetType *like;		/* the same, or what it is like; see set_bytes.c */
	bool		of_family;		/* the sets keep numbers of its strings */
	uint8_t		body_at;		/* where in a record its body begins */
	int			shift;			/* 32 - log2(number of slots) */
	uint32_t	npending;
	uint64_t   *slots;
	uint64_t	mask;
	uint64_t	fill_max;
	unsigned char *tail;		/* free space of the last chunk */
	unsigned char *end;			/* its end */
	unsigned char *pending_at;	/* where the records that wait begin */
	const unsigned char *last;	/* the record added last, or NULL, ... */
	const TdIds *last_owner;	/* ... and for which set it came */
	TdBatch    *batch;			/* NULL while the table is small */
	bool		learning;		/* what waits came through td_bytes_learn() */
	TdChunk    *chunks;
	uint32_t	nchunks;
	uint32_t	chunks_size;
	uint64_t	arena_size;		/* sum of all chunks */
	uint32_t   *places;			/* where number n is, for the first nplaces */
	uint32_t	nplaces;
	uint32_t	places_size;
} TdByteTable;

extern TdByteTable *td_bytes_create(const TdSetType *type, void *memory, bool of_family);
extern void td_bytes_free(TdByteTable *table);
extern void td_bytes_add(TdByteTable *table, TdIds *owner, const void *value, uint32_t len);
extern void td_bytes_add_packed(TdByteTable *table, TdIds *owner, const void *packed);
extern void td_bytes_learn(TdByteTable *table, TdIds *owner, const void *value, uint32_t len,
						   uint32_t *number);
extern unsigned char *td_bytes_enter(TdByteTable *table, const void *value, uint32_t len, bool *found);
extern void td_bytes_lend(TdByteTable *table, void *memory);
extern size_t td_bytes_size(const TdByteTable *table);
extern void td_bytes_flush(TdByteTable *table);
extern void td_bytes_expect(TdByteTable *table, uint64_t count);
extern void td_bytes_number(TdByteTable *table);
extern unsigned char *td_bytes_numbered(const TdByteTable *table, uint32_t id);
extern bool td_bytes_scan_next(const TdByteTable *table, TdSetScan *scan);

#endif							/* TD_SET_BYTES_H */
