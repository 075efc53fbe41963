/*
 * set_words.c
 *		The table of a large set of 64-bit words.
 *
 * Linear probing over an array of the words themselves.  The slot comes from
 * the high bits of the hash.  So doubling the table takes each word to about
 * twice its place: one pass through both arrays in order, no cache misses,
 * which is what makes growing cheap.  The word 0 marks a free slot; whether
 * the set holds 0 is a flag.
 */
#include "set_words.h"

#include "set_hash.h"

/* Slots that a walk takes in a row before it leaps. */
#define SCAN_BLOCK 64

/*
 * Puts a word that is not 0 into its slot, from slot i on; true if it is new.
 */
static inline bool
put_at(TdWordTable *table, uint64_t word, uint64_t i)
{
	while (table->slots[i] != 0)
	{
		if (table->slots[i] == word)
			return false;
		i = (i + 1) & table->mask;
	}
	table->slots[i] = word;
	return true;
}

/*
 * The same from the slot that the hash says.
 */
static inline bool
put(TdWordTable *table, uint64_t word, uint64_t seed)
{
	return put_at(table, word, td_hash_word(word, seed) >> table->shift);
}

/*
 * Gives a table without slots 2^bits of them.
 */
static void
set_size(const TdSetType *type, void *memory, TdWordTable *table, int bits)
{
	uint64_t	slots = UINT64_C(1) << bits;

	table->slots = type->alloc(memory, td_slots_size(slots));
	memset(table->slots, 0, td_slots_size(slots));
	table->mask = slots - 1;
	table->shift = 64 - bits;
	table->fill_max = TD_FILL(slots);
}

/*
 * Makes a table of a few distinct words.
 */
TdWordTable *
td_words_create(const TdSetType *type, void *memory, const uint64_t *words, int count)
{
	TdWordTable *table = type->alloc(memory, sizeof(TdWordTable));

	table->has_zero = false;
	table->npending = 0;
	table->count = (uint64_t) count;
	table->has_last = count > 0;
	table->last = count > 0 ? words[count - 1] : 0;
	set_size(type, memory, table, TD_FIRST_BITS);
	for (int i = 0; i < count; i++)
	{
		if (words[i] == 0)
			table->has_zero = true;
		else
			(void) put(table, words[i], type->seed);
	}
	return table;
}

/*
 * Releases a table.
 */
void
td_words_free(const TdSetType *type, void *memory, TdWordTable *table)
{
	type->release(memory, table->slots, (table->mask + 1) * sizeof(uint64_t));
	type->release(memory, table, sizeof(TdWordTable));
}

/*
 * Gives the table 2^bits slots.
 */
static void
resize(const TdSetType *type, void *memory, TdWordTable *table, int bits)
{
	uint64_t   *old = table->slots;
	uint64_t	old_slots = table->mask + 1;

	set_size(type, memory, table, bits);
	for (uint64_t i = 0; i < old_slots; i++)
	{
		if (old[i] != 0)
			(void) put(table, old[i], type->seed);
		td_poll(type, i + 1);
	}
	type->release(memory, old, old_slots * sizeof(uint64_t));
}

/*
 * Makes the table large enough for count words.
 */
void
td_words_expect(const TdSetType *type, void *memory, TdWordTable *table, uint64_t count)
{
	int			bits = 64 - table->shift;

	while (bits < 60 && TD_FILL(UINT64_C(1) << bits) < count)
		bits++;
	if (bits > 64 - table->shift)
		resize(type, memory, table, bits);
}

/*
 * Looks up the pending words.  All their slots are prefetched before the first
 * is looked at.  A slot that was prefetched when its word came would be out of
 * the cache again by now if the words of many sets come in turn.
 */
void
td_words_flush(const TdSetType *type, void *memory, TdWordTable *table)
{
	uint64_t	seed = type->seed;
	uint64_t	added = 0;
	uint64_t	at[TD_BATCH];

	if (table->count + table->npending > table->fill_max)
		td_words_expect(type, memory, table, table->count + table->npending);
	for (uint32_t i = 0; i < table->npending; i++)
	{
		at[i] = td_hash_word(table->pending[i], seed) >> table->shift;
		TD_PREFETCH(&table->slots[at[i]]);
	}
	for (uint32_t i = 0; i < table->npending; i++)
	{
		if (td_likely(table->pending[i] != 0))
			added += put_at(table, table->pending[i], at[i]);
		else
		{
			added += !table->has_zero;
			table->has_zero = true;
		}
	}
	table->npending = 0;
	table->count += added;
}

/*
 * The next word.  The walk takes blocks of slots in a scattered order (an odd
 * number times the block's number, modulo a power of two).  In the order of the
 * slots, a table that is filled from the walk would fill up from one end.
 */
bool
td_words_scan_next(const TdWordTable *table, TdSetScan *scan)
{
	uint64_t	blocks = (table->mask + 1) / SCAN_BLOCK;

	scan->value = &scan->word;
	scan->len = 8;
	if (scan->chunk == 0)
	{
		scan->chunk = 1;
		if (table->has_zero)
		{
			scan->word = 0;
			return true;
		}
	}
	while (scan->position <= table->mask)
	{
		uint64_t	i = scan->position++;

		if (blocks > 1)
			i = ((i / SCAN_BLOCK * TD_K0) & (blocks - 1)) * SCAN_BLOCK +
				i % SCAN_BLOCK;
		if (table->slots[i] != 0)
		{
			scan->word = table->slots[i];
			return true;
		}
	}
	return false;
}
