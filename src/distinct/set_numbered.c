/*
 * set_numbered.c
 *		The form in which a set of a family travels to another process of its query.
 *
 * A worker that has hundreds of groups over the same agents sends each agent once
 * for each group that has it.  To find every one of them in its own table by its
 * bytes is most of what the leader does.  So the worker also sends the numbers that
 * the strings have in its table, and the leader remembers which of its own numbers
 * each stands for.  When it knows all numbers of a state, it does not look at the
 * strings at all: a number costs a look into an array and a bit set.
 *
 * Each state still has its strings, so it needs no other.  States may come in
 * any order, lie in a file meanwhile, or not come at all.
 *
 * The body (see set_wire.c) begins with the numbers:
 *
 *		bytes  0-15  the family that they belong to: a random number of its process,
 *					 and how many families that process had made before it
 *		bytes 16-19  all numbers are below this one
 *		bytes 20-23  words of bits, or 0: then each number takes 4 bytes
 *		then the numbers, and the strings in the order of the numbers.
 *
 * Numbers are little-endian too, and what is read is checked.  But whoever writes a
 * state can say what he likes about a family's numbers.  So this form is for states
 * that processes of one query send each other, and td_set_open() refuses it.
 */
#include "set_numbered.h"

#include "set_body.h"

#define HEAD 24

/* A family with more strings sends them without numbers: a map takes 4 bytes each. */
#define MOST_STRINGS (UINT32_C(1) << 26)

/* Maps that are kept: a family's states come from a few processes at a time. */
#define MOST_MAPS 16

/* To clear an entry of a map costs a small part of a look-up of a string. */
#define CLEARED_PER_STRING 16

/* The numbers here of another process's family. */
struct TdNumberMap
{
	uint64_t	family[2];
	uint32_t   *here;			/* number + 1 in the table here, or 0 */
	uint32_t	size;
	struct TdNumberMap *next;
};

/* What a state says of its numbers. */
typedef struct Numbers
{
	uint64_t	family[2];
	uint32_t	below;
	uint32_t	words;
	uint64_t	count;
	const unsigned char *at;
	const unsigned char *strings;
} Numbers;

/* A walk through them. */
typedef struct Walk
{
	uint64_t	next;			/* position in a list, or the next word */
	uint64_t	bits;			/* what is left of a word */
	uint32_t	base;			/* its first number */
} Walk;

/*
 * Is the form of use?  Not for the only large set of a family, whose strings are all
 * new to the leader.
 */
bool
td_numbered_fits(const TdSet *set)
{
	const TdSetFamily *family = set->family;

	return set->mode == TD_MODE_IDS && family->large > 1 && family->type->process != 0 &&
		family->type->encode == NULL && family->table->home.count < MOST_STRINGS;
}

/*
 * Writes one string of the table.
 */
static inline void
write_string(TdSetWriter *writer, const TdSetType *type, uint8_t form, const unsigned char *body)
{
	uint32_t	len = td_body_len(type, body);
	const unsigned char *value = td_body_value(type, body);

	if (form == TD_WIRE_WIDTH)
		td_wire_put(writer, value, len);
	else if (form == TD_WIRE_LENGTHS)
		td_wire_put_numbered(writer, len, value, len);
	else if (len == TD_PACKED)
		td_wire_put_numbered(writer, 0, value, TD_PACKED_SIZE);
	else
		td_wire_put_numbered(writer, len + UINT64_C(1), value, len);
}

/*
 * Writes the numbers and the strings of a set that has nothing pending.
 */
void
td_numbered_write(const TdSet *set, uint8_t form, TdSetWriter *writer)
{
	const TdSetFamily *family = set->family;
	const TdByteTable *table = family->table;
	const TdIds *ids = &set->room.ids;
	/* a bitmap may reach beyond the last string */
	uint32_t	most = table->home.count / TD_WORD_BITS + 1;
	uint32_t	words = ids->form != TD_IDS_BITS ? 0 : ids->size < most ? ids->size : most;
	size_t		size = HEAD + (words > 0 ? words * (size_t) 8 : ids->count * (size_t) 4);
	uint64_t	position = 0;
	uint32_t	id;
	unsigned char *to;

	td_wire_reserve(writer, size);
	to = writer->data + writer->used;
	td_store_le(to, family->type->process, 8);
	td_store_le(to + 8, family->serial, 8);
	td_store_le(to + 16, words > 0 ? words * (uint64_t) TD_WORD_BITS : table->home.count, 4);
	td_store_le(to + 20, words, 4);
	to += HEAD;
	for (uint32_t i = 0; i < words; i++, to += 8)
		td_store_le(to, ids->u.bits[i], 8);
	for (; words == 0 && td_ids_next(ids, &position, &id); to += 4)
		td_store_le(to, id, 4);
	writer->used += size;
	for (position = 0; td_ids_next(ids, &position, &id);)
	{
		write_string(writer, table->home.type, form, td_bytes_numbered(table, id) + table->body_at);
		td_poll(table->home.type, position);
	}
}

/*
 * Reads what stands before the numbers, and steps behind them.
 */
static TdSetStatus
read_numbers(const unsigned char *at, const unsigned char *end, uint64_t count, Numbers *numbers)
{
	uint64_t	size;

	if (end - at < HEAD)
		return TD_SET_TRUNCATED;
	numbers->family[0] = td_load_le(at, 8);
	numbers->family[1] = td_load_le(at + 8, 8);
	numbers->below = (uint32_t) td_load_le(at + 16, 4);
	numbers->words = (uint32_t) td_load_le(at + 20, 4);
	numbers->count = count;
	numbers->at = at + HEAD;
	if (numbers->words > 0 && numbers->below != numbers->words * (uint64_t) TD_WORD_BITS)
		return TD_SET_CORRUPT;
	if (count > SIZE_MAX / 8)
		return TD_SET_CORRUPT;
	size = numbers->words > 0 ? numbers->words * UINT64_C(8) : count * 4;
	if (size > (uint64_t) (end - numbers->at))
		return TD_SET_TRUNCATED;
	numbers->strings = numbers->at + size;
	return TD_SET_OK;
}

/*
 * Where the map of a family of another process is linked, or else the oldest one if
 * there are as many as may be, or the end.
 */
static TdNumberMap **
link_of(TdSetFamily *family, const Numbers *numbers)
{
	TdNumberMap **link = &family->maps;

	for (int i = 1; *link != NULL && memcmp((*link)->family, numbers->family, sizeof((*link)->family)) != 0; i++)
	{
		if ((*link)->next == NULL && i >= MOST_MAPS)
			break;
		link = &(*link)->next;
	}
	return link;
}

/*
 * Is the map of a body's numbers there, or worth to be made?  Workers whose groups do
 * not fit into their memory begin a family again and again, and then small states of many
 * families may come by turns.  A map for each, of which next to nothing is used, would cost
 * more than their strings.  So it is made when as many strings have come without one.
 */
bool
td_numbered_pays(TdSet *set, const unsigned char *at, const unsigned char *end, uint64_t count)
{
	TdSetFamily *family = set->family->keeper;
	const TdNumberMap *map;
	Numbers		numbers;
	uint64_t	size;

	/* what cannot be right is for td_numbered_merge() to say */
	if (read_numbers(at, end, count, &numbers) != TD_SET_OK || numbers.below > MOST_STRINGS)
		return true;
	map = *link_of(family, &numbers);
	size = numbers.below;
	if (map != NULL && memcmp(map->family, numbers.family, sizeof(map->family)) == 0)
		return true;
	if (map != NULL && map->size > size)
		size = map->size;
	family->unmapped += count;
	if (family->unmapped < size / CLEARED_PER_STRING)
		return false;
	family->unmapped = 0;
	return true;
}

/*
 * Steps over the numbers, for who wants the strings only.
 */
TdSetStatus
td_numbered_skip(const unsigned char **at, const unsigned char *end, uint64_t count)
{
	Numbers		numbers;
	TdSetStatus status = read_numbers(*at, end, count, &numbers);

	if (status == TD_SET_OK)
		*at = numbers.strings;
	return status;
}

/*
 * The next number; false behind the last.
 */
static inline bool
next_number(const Numbers *numbers, Walk *walk, uint32_t *number)
{
	if (numbers->words == 0)
	{
		if (walk->next == numbers->count)
			return false;
		*number = (uint32_t) td_load_le(numbers->at + 4 * walk->next++, 4);
		return true;
	}
	while (walk->bits == 0)
	{
		if (walk->next == numbers->words)
			return false;
		walk->base = (uint32_t) walk->next * TD_WORD_BITS;
		walk->bits = td_load_le(numbers->at + 8 * walk->next++, 8);
	}
	*number = walk->base + (uint32_t) td_low_zeros(walk->bits);
	walk->bits &= walk->bits - 1;
	return true;
}

/*
 * The map of a family of another process, large enough for the numbers.
 */
static TdNumberMap *
map_of(TdSetFamily *family, const Numbers *numbers)
{
	const TdSetType *type = family->type;
	TdNumberMap **link = link_of(family, numbers);
	TdNumberMap *map;
	uint32_t	size = numbers->below;

	/* the oldest gives way */
	map = *link;
	if (map != NULL)
		*link = map->next;
	else
	{
		map = type->alloc(family->memory, sizeof(TdNumberMap));
		map->size = 0;
	}
	map->next = family->maps;
	family->maps = map;
	if (map->size == 0 || memcmp(map->family, numbers->family, sizeof(map->family)) != 0)
	{
		memcpy(map->family, numbers->family, sizeof(map->family));
		if (map->size > 0)
			memset(map->here, 0, map->size * sizeof(uint32_t));
	}
	if (map->size < size)
	{
		if (map->size == 0)
			map->here = type->alloc(family->memory, size * sizeof(uint32_t));
		else
			map->here = type->grow(family->memory, map->here, map->size * sizeof(uint32_t), size * sizeof(uint32_t));
		memset(map->here + map->size, 0, (size - map->size) * sizeof(uint32_t));
		map->size = size;
	}
	return map;
}

/*
 * Adds the strings whose numbers are not known, and learns them.
 */
static TdSetStatus
learn_strings(TdSet *set, const TdWireHeader *header, const Numbers *numbers, TdNumberMap *map,
			  const unsigned char *end)
{
	TdByteTable *table = set->family->table;
	const unsigned char *at = numbers->strings;
	TdSetStatus status = TD_SET_OK;
	Walk		walk = {0, 0, 0};
	uint32_t	number;
	uint64_t	step = 0;

	td_bytes_flush(table);
	while (next_number(numbers, &walk, &number))
	{
		uint64_t	len;
		bool		packed;

		status = td_wire_length(header, &at, end, &len, &packed);
		if (status != TD_SET_OK)
			break;
		if (map->here[number] == 0)
			td_bytes_learn(table, &set->room.ids, at, packed ? TD_PACKED : (uint32_t) len, &map->here[number]);
		at += len;
		td_poll(table->home.type, ++step);
	}
	/* what is pending points into the map */
	td_bytes_flush(table);
	return status == TD_SET_OK && at != end ? TD_SET_CORRUPT : status;
}

/*
 * Adds the values of a body to a set that keeps numbers.
 */
TdSetStatus
td_numbered_merge(TdSet *set, const TdWireHeader *header, const unsigned char *at, const unsigned char *end)
{
	TdByteTable *table = set->family->table;
	TdIds	   *ids = &set->room.ids;
	Numbers		numbers;
	TdNumberMap *map;
	TdSetStatus status = read_numbers(at, end, header->count, &numbers);
	Walk		walk = {0, 0, 0};
	uint32_t	number;
	uint64_t	count = 0;
	uint64_t	unknown = 0;

	if (status != TD_SET_OK)
		return status;
	if (numbers.below > MOST_STRINGS)
		return TD_SET_CORRUPT;
	if (header->count > (uint64_t) (end - at) || header->count > MOST_STRINGS)
		return TD_SET_CORRUPT;
	map = map_of(set->family->keeper, &numbers);
	td_ids_expect(&table->home, ids, (uint32_t) header->count);
	while (next_number(&numbers, &walk, &number))
	{
		uint32_t	here;

		if (number >= numbers.below)
			return TD_SET_CORRUPT;
		here = map->here[number];
		if (here == 0)
			unknown++;
		else if (!td_ids_in_run(ids, here - 1) && !td_ids_add_bit(ids, here - 1))
			td_ids_add(&table->home, ids, here - 1);
		td_poll(table->home.type, ++count);
	}
	if (count != header->count)
		return TD_SET_CORRUPT;
	return unknown == 0 ? TD_SET_OK : learn_strings(set, header, &numbers, map, end);
}

/*
 * The bytes of a family's maps.
 */
size_t
td_numbered_size(const TdSetFamily *family)
{
	size_t		size = 0;

	for (const TdNumberMap *map = family->maps; map != NULL; map = map->next)
		size += map->size * sizeof(uint32_t);
	return size;
}

/*
 * Releases a family's maps.
 */
void
td_numbered_free(TdSetFamily *family)
{
	const TdSetType *type = family->type;

	while (family->maps != NULL)
	{
		TdNumberMap *map = family->maps;

		family->maps = map->next;
		if (map->size > 0)
			type->release(family->memory, map->here, map->size * sizeof(uint32_t));
		type->release(family->memory, map, sizeof(TdNumberMap));
	}
}
