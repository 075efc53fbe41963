/*
 * set_family.c
 *		What sets have in common that serve one purpose: type, memory, limit, and the
 *		table of their strings.
 */
#include "set.h"

#include "set_internal.h"
#include "set_numbered.h"

/* Families of this process, to tell them apart. */
static uint64_t families_made = 0;

/*
 * Makes a family.  All its memory, and its sets', comes from the type's hooks
 * with the given memory; limit is the number of values at which a set stops
 * remembering.  alone says that its sets are few and want tables of their own.
 */
TdSetFamily *
td_set_family(const TdSetType *type, void *memory, uint64_t limit, bool alone)
{
	TdSetFamily *family = type->alloc(memory, sizeof(TdSetFamily));

	family->type = type;
	family->memory = memory;
	family->limit = limit;
	family->alone = alone || limit != TD_SET_UNLIMITED || type->payload > 0;
	family->keeper = family;
	family->table = NULL;
	family->large = 0;
	family->serial = ++families_made;
	family->maps = NULL;
	family->unmapped = 0;
	return family;
}

/*
 * Makes a family whose strings are kept by another one, of the same type, without a
 * limit, and without sets of its own.  Where groups come one after the other and
 * each ends before the next, the strings of earlier ones need not be learned
 * again.  The sets of the last family that was made like this must not be used any
 * more.
 */
TdSetFamily *
td_set_family_kept(TdSetFamily *keeper, void *memory)
{
	TdSetFamily *family = td_set_family(keeper->type, memory, keeper->limit, false);

	assert(!family->alone);
	family->keeper = keeper;
	family->table = keeper->table;
	if (family->table != NULL)
		td_bytes_lend(family->table, memory);
	return family;
}

/*
 * About how many bytes the strings of a keeper take.
 */
size_t
td_set_family_size(const TdSetFamily *keeper)
{
	return keeper->table == NULL ? 0 : td_bytes_size(keeper->table) + td_numbered_size(keeper);
}

/*
 * The table of a family, made if there is none yet.
 */
TdByteTable *
td_family_table(TdSetFamily *family)
{
	TdSetFamily *keeper = family->keeper;

	if (keeper->table == NULL)
	{
		keeper->table = td_bytes_create(keeper->type, keeper->memory, true);
		td_bytes_lend(keeper->table, family->memory);
	}
	return keeper->table;
}

/*
 * Releases a family that has no sets any more.
 */
void
td_set_family_free(TdSetFamily *family)
{
	if (family->keeper == family && family->table != NULL)
		td_bytes_free(family->table);
	td_numbered_free(family);
	family->type->release(family->memory, family, sizeof(TdSetFamily));
}
