/*
 * set_words.h
 *		The table of a large set of 64-bit words.
 */
#ifndef TD_SET_WORDS_H
#define TD_SET_WORDS_H

#include "set_base.h"

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

extern TdWordTable *td_words_create(const TdSetType *type, void *memory, const uint64_t *words, int count);
extern void td_words_free(const TdSetType *type, void *memory, TdWordTable *table);
extern void td_words_flush(const TdSetType *type, void *memory, TdWordTable *table);
extern void td_words_expect(const TdSetType *type, void *memory, TdWordTable *table, uint64_t count);
extern bool td_words_scan_next(const TdWordTable *table, TdSetScan *scan);

#endif							/* TD_SET_WORDS_H */
