/*
 * fuzz_set.c
 *		Any bytes as a set in wire form.  A set that can be read is a set: it counts
 *		what it scans, each value once and within its limit, and what it writes is
 *		the same set again.  A set that cannot be read says so, and neither way asks
 *		for more memory than the bytes are worth.
 *
 * The first byte chooses the kind of values and what is done with the set: it is
 * thawed, or merged into another that has a value and maybe a limit, or into two that
 * keep numbers.  Those take the form that processes of one query send each other,
 * where a state may ask for 4 bytes for each string that another process has.
 */
#include "unit/set_model.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

/* All memory of an input, which is freed as a whole, as a memory context is. */
typedef struct Block
{
	struct Block *next;
	size_t		size;
} Block;

static Block *memory;
static size_t in_use;
static size_t allowed;

static void *
keep_alloc(void *arg, size_t size)
{
	Block	   *block;

	(void) arg;
	in_use += size;
	MUST(in_use <= allowed);
	block = malloc(sizeof(Block) + size);
	MUST(block != NULL);
	block->next = memory;
	block->size = size;
	memory = block;
	memset(block + 1, 0xa5, size);
	return block + 1;
}

static void
keep_release(void *arg, void *pointer, size_t size)
{
	Block	  **at = &memory;
	Block	   *block;

	(void) arg;
	while (*at != NULL && (void *) (*at + 1) != pointer)
		at = &(*at)->next;
	MUST(*at != NULL && (*at)->size == size);
	block = *at;
	*at = block->next;
	in_use -= size;
	free(block);
}

static void *
keep_grow(void *arg, void *pointer, size_t old_size, size_t size)
{
	void	   *grown = keep_alloc(arg, size);

	memcpy(grown, pointer, old_size < size ? old_size : size);
	keep_release(arg, pointer, old_size);
	return grown;
}

static void
free_all(void)
{
	while (memory != NULL)
		keep_release(NULL, memory + 1, memory->size);
}

/* What the set's values come to, whatever their order. */
static uint64_t
digest(TdSet *set, uint64_t *count)
{
	TdSetScan	scan;
	uint64_t	sum = 0;

	*count = 0;
	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
	{
		uint64_t	hash = UINT64_C(14695981039346656037) + scan.len;
		const unsigned char *bytes = scan.value;

		for (size_t i = 0; i < scan.len; i++)
			hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
		sum += hash * (hash | 1);
		(*count)++;
	}
	return sum;
}

/* Checks a set that was read, and that it travels. */
static void
check_set(TdSet *set, const TdSetType *type)
{
	uint64_t	count;
	uint64_t	again_count;
	uint64_t	sum = digest(set, &count);
	TdSetWriter writer = written(set, "label");
	TdSet	   *again;
	const void *label;
	size_t		label_len;

	if (td_set_count(set) < td_set_limit(set))
		MUST(count == td_set_count(set));
	else
		MUST(td_set_count(set) == td_set_limit(set));
	MUST(td_set_wire_label(writer.data, writer.used, &label, &label_len) == TD_SET_OK);
	MUST(label_len == 5 && memcmp(label, "label", 5) == 0);
	MUST(td_set_open(type, NULL, writer.data, writer.used, &again) == TD_SET_OK);
	MUST(td_set_thaw(again) == TD_SET_OK);
	MUST(td_set_count(again) == td_set_count(set) && td_set_limit(again) == td_set_limit(set));
	if (td_set_count(set) < td_set_limit(set))
		MUST(digest(again, &again_count) == sum && again_count == count);
	free(writer.data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	const TdSetType *type;
	unsigned char *copy;
	TdSet	   *set;
	uint8_t		how;

	if (size < 1)
		return 0;
	if (!ready)
	{
		init_types();
		for (int i = 0; i <= NTYPES; i++)
		{
			types[i].alloc = keep_alloc;
			types[i].grow = keep_grow;
			types[i].release = keep_release;
		}
		ready = true;
	}
	how = data[0] / NTYPES % 4;
	type = &types[data[0] % NTYPES];
	/* a copy of the exact size, so that reading past the end is seen */
	copy = malloc(size);
	MUST(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	allowed = 1024 * 1024 + 512 * size;
	if (how == 3)
	{
		TdSetFamily *family = td_set_family(type, NULL, TD_SET_UNLIMITED, false);

		allowed += UINT64_C(4) << 26;
		for (int i = 0; i < 2; i++)
		{
			TdSet	   *other = td_set_create(family);

			if (td_set_open_numbered(type, NULL, copy, size - 1, &set) == TD_SET_OK &&
				td_set_limit(set) == TD_SET_UNLIMITED && td_set_merge(other, set) == TD_SET_OK)
				check_set(other, type);
		}
	}
	else if (td_set_open(type, NULL, copy, size - 1, &set) == TD_SET_OK)
	{
		if (how == 0)
		{
			if (td_set_thaw(set) == TD_SET_OK)
				check_set(set, type);
		}
		else
		{
			uint64_t	limit = how == 1 ? td_set_limit(set) : 3;
			TdSet	   *other = td_set_create(td_set_family(type, NULL, limit, false));
			Value		value = {16, "sixteen bytes at"};

			add(other, data[0] % NTYPES, &value);
			/* callers unite sets of one limit only: what others come to need not travel */
			if (td_set_merge(other, set) == TD_SET_OK && limit == td_set_limit(set))
				check_set(other, type);
		}
	}
	free_all();
	free(copy);
	return 0;
}
