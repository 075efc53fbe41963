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
#include "set_internal.h"

/* Slots that a walk takes in a row before it leaps. */
#define SCAN_BLOCK 64

/* Puts a word that is not 0 into its slot; true if it was not there. */
static inline bool
put(TdWordTable *table, uint64_t word, uint64_t seed)
{
	uint64_t	i = td_hash_word(word, seed) >> table->shift;

	while (table->slots[i] != 0)
	{
		if (table->slots[i] == word)
			return false;
		i = (i + 1) & table->mask;
	}
	table->slots[i] = word;
	return true;
}

static void
set_size(TdSet *set, TdWordTable *table, int bits)
{
	uint64_t	slots = UINT64_C(1) << bits;

	table->slots = set->type->alloc(set->memory, td_slots_size(slots));
	memset(table->slots, 0, td_slots_size(slots));
	table->mask = slots - 1;
	table->shift = 64 - bits;
	table->fill_max = TD_FILL(slots);
}

/* Gives the table 2^bits slots. */
static void
resize(TdSet *set, int bits)
{
	TdWordTable *table = set->u.words;
	uint64_t   *old = table->slots;
	uint64_t	old_slots = table->mask + 1;

	set_size(set, table, bits);
	for (uint64_t i = 0; i < old_slots; i++)
	{
		if (old[i] != 0)
			(void) put(table, old[i], set->type->seed);
		td_poll(set->type, i + 1);
	}
	set->type->release(set->memory, old, old_slots * sizeof(uint64_t));
}

/* Turns the small form into a table. */
void
td_words_create(TdSet *set)
{
	TdWordTable *table = set->type->alloc(set->memory, sizeof(TdWordTable));
	const uint64_t *words = (const uint64_t *) set->tiny;

	table->has_zero = false;
	table->npending = 0;
	table->has_last = set->count > 0;
	table->last = set->count > 0 ? words[set->count - 1] : 0;
	set_size(set, table, TD_FIRST_BITS);
	for (uint64_t i = 0; i < set->count; i++)
	{
		if (words[i] == 0)
			table->has_zero = true;
		else
			(void) put(table, words[i], set->type->seed);
	}
	set->u.words = table;
	set->mode = TD_MODE_TABLE;
}

void
td_words_free(TdSet *set)
{
	TdWordTable *table = set->u.words;

	set->type->release(set->memory, table->slots,
					   (table->mask + 1) * sizeof(uint64_t));
	set->type->release(set->memory, table, sizeof(TdWordTable));
}

/* Makes the table large enough for count words. */
void
td_words_expect(TdSet *set, uint64_t count)
{
	TdWordTable *table = set->u.words;
	int			bits = 64 - table->shift;

	while (bits < 60 && TD_FILL(UINT64_C(1) << bits) < count)
		bits++;
	if (bits > 64 - table->shift)
		resize(set, bits);
}

/* Looks up the pending words; the set may become full. */
void
td_words_flush(TdSet *set)
{
	TdWordTable *table = set->u.words;
	uint64_t	seed = set->type->seed;
	uint64_t	added = 0;

	if (set->count + table->npending > table->fill_max)
		td_words_expect(set, set->count + table->npending);
	for (uint32_t i = 0; i < table->npending; i++)
	{
		if (td_likely(table->pending[i] != 0))
			added += put(table, table->pending[i], seed);
		else
		{
			added += !table->has_zero;
			table->has_zero = true;
		}
	}
	table->npending = 0;
	set->count += added;
	if (set->count >= set->limit)
		td_set_become_full(set);
}

/*
 * The next word.  The walk takes blocks of slots in a scattered order (an
 * odd number times the block's number, modulo a power of two), lest a table
 * that is filled from it fill up from one end.
 */
bool
td_words_scan_next(TdSetScan *scan)
{
	const TdWordTable *table = scan->set->u.words;
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
