/*
 * document_terms.c
 *		What an index says of a document: which fields it has, and the values of some.
 *
 * A rule asks for documents that have certain fields, and certain values in fields that
 * have few different ones (event.action, process.name).  document_terms() makes a number
 * of each: of "has the field F", and of "has the value V in F".  A GIN index holds these,
 *
 *		CREATE INDEX ON logs USING gin (transfer_detect.document_terms(document));
 *
 * and the SQL of a query asks for those that its conditions need (esql/analysis/terms.c).
 * The index only narrows: the conditions are asked as well.  So two terms may be the same
 * number, and a document may have more terms than it needs; it must not lack one.
 *
 * A field is named by the keys on the way to it, joined by dots, as document.c reads it.
 * So nested objects and keys with dots in them give the same terms, and each element of an
 * array counts.  A field is there if it has a scalar that is not null.  What the value of
 * a number or a boolean is as a keyword says esql_document_keyword().
 *
 * One walk over the document makes all terms.  The name's hash goes along with it, one key
 * after the other, so the time is proportional to the document's size, however deep it is.
 * Nothing is refused: the walk keeps its way in memory and not on the stack.  There are at
 * most two terms a scalar.
 *
 * Indexes hold the numbers.  So neither the hash nor the lists below can change without a
 * REINDEX in the upgrade script: an index made before would lack terms that queries ask for.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "esql/runtime/document_read.h"

#define TERMS_ON_STACK	128
#define LEVELS_ON_STACK	16

/* FNV-1a */
#define HASH_BASIS		UINT64CONST(0xcbf29ce484222325)
#define HASH_PRIME		UINT64CONST(0x100000001b3)

/* Between a field's name and its value: not in UTF-8, and in no name. */
#define VALUE_MARK		0xff

/* A container on the way, and what leads to it. */
typedef struct Level
{
	EsqlJsonbWalk walk;
	bool		object;
	bool		named;			/* has a name led here? */
	bool		valued;			/* are values of this field terms?  Of an array. */
	uint64		name;			/* the hash of the name so far */
} Level;

/* The terms, and the way to where the walk is. */
typedef struct Walk
{
	int32	   *terms;
	Size		count;
	Size		room;
	Level	   *levels;
	Size		depth;
	Size		levels_room;
	int32		terms_on_stack[TERMS_ON_STACK];
	Level		levels_on_stack[LEVELS_ON_STACK];
} Walk;

/*
 * Fields whose values are terms: those with one of these names, ...
 */
static const char *const valued_fields[] = {
	"process.name", "process.parent.name", "process.pe.original_file_name", "process.code_signature.subject_name",
	"service.name", "user_agent.name", "user.id", "rule.name"
};

/* ... and those whose name ends in one of these words.  Their values are few, in whichever log. */
static const char *const valued_words[] = {
	"action", "category", "channel", "code", "code_name", "dataset", "decision", "direction", "error_code", "event_id",
	"event_name", "event_type", "extension", "family", "kind", "level", "method", "module", "namespace", "operation",
	"operation_name", "outcome", "platform", "protocol", "provider", "reason", "region", "resource", "result", "severity",
	"stage", "status", "subresource", "transport", "type", "verb", "verdict"
};

/* The hashes of both, by their lowest bits.  Filled at first use; 0 is free. */
#define VALUED_SLOTS	256
static uint64 valued[VALUED_SLOTS];
static bool valued_ready = false;

/* ---------------------------------------------------------------- hashes */

static inline uint64
hash_byte(uint64 hash, unsigned char byte)
{
	return (hash ^ byte) * HASH_PRIME;
}

static inline uint64
hash_bytes_on(uint64 hash, const char *data, Size length)
{
	for (Size i = 0; i < length; i++)
		hash = hash_byte(hash, (unsigned char) data[i]);
	return hash;
}

/* The term that a hash comes to. */
static inline int32
term_of(uint64 hash)
{
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xff51afd7ed558ccd);
	return (int32) (uint32) (hash >> 32);
}

static inline int32
value_term(uint64 name, const char *data, Size length)
{
	return term_of(hash_bytes_on(hash_byte(name, VALUE_MARK), data, length));
}

/* A word that a name ends in hashes as "*.word": no field is called so. */
static inline uint64
hash_word(const char *data, Size length)
{
	return hash_bytes_on(hash_bytes_on(HASH_BASIS, "*.", 2), data, length);
}

/* ---------------------------------------------------------------- fields with values */

static void
add_valued(uint64 hash)
{
	Size		slot = hash % VALUED_SLOTS;

	while (valued[slot] != 0)
		slot = (slot + 1) % VALUED_SLOTS;
	valued[slot] = hash;
}

static bool
is_valued_hash(uint64 hash)
{
	for (Size slot = hash % VALUED_SLOTS; valued[slot] != 0; slot = (slot + 1) % VALUED_SLOTS)
	{
		if (valued[slot] == hash)
			return true;
	}
	return false;
}

static void
prepare_valued(void)
{
	if (valued_ready)
		return;
	for (Size i = 0; i < lengthof(valued_fields); i++)
		add_valued(hash_bytes_on(HASH_BASIS, valued_fields[i], strlen(valued_fields[i])));
	for (Size i = 0; i < lengthof(valued_words); i++)
		add_valued(hash_word(valued_words[i], strlen(valued_words[i])));
	valued_ready = true;
}

/* Are the values of a field terms?  By its name's hash, and the key that it ends in. */
static bool
is_valued(uint64 name, const char *key, Size length)
{
	Size		start = length;

	while (start > 0 && key[start - 1] != '.')
		start--;
	return is_valued_hash(hash_word(key + start, length - start)) || is_valued_hash(name);
}

/* ---------------------------------------------------------------- the walk */

static void
add_term(Walk *walk, int32 term)
{
	if (walk->count == walk->room)
	{
		Size		room = walk->room * 2;
		int32	   *grown = MemoryContextAllocHuge(CurrentMemoryContext, room * sizeof(int32));

		memcpy(grown, walk->terms, walk->count * sizeof(int32));
		if (walk->terms != walk->terms_on_stack)
			pfree(walk->terms);
		walk->terms = grown;
		walk->room = room;
	}
	walk->terms[walk->count++] = term;
}

/* Go into a container. */
static void
enter(Walk *walk, JsonbContainer *container, uint64 name, bool named, bool is_valued_array)
{
	Level	   *level;

	if (walk->depth == walk->levels_room)
	{
		Size		room = walk->levels_room * 2;
		Level	   *grown = MemoryContextAllocHuge(CurrentMemoryContext, room * sizeof(Level));

		memcpy(grown, walk->levels, walk->depth * sizeof(Level));
		if (walk->levels != walk->levels_on_stack)
			pfree(walk->levels);
		walk->levels = grown;
		walk->levels_room = room;
	}
	level = &walk->levels[walk->depth++];
	level->walk = esql_walk_jsonb(container);
	level->object = JsonContainerIsObject(container);
	level->name = name;
	level->named = named;
	level->valued = is_valued_array;
}

/* The terms of a scalar. */
static void
add_scalar(Walk *walk, const JsonbValue *scalar, uint64 name, bool with_value)
{
	add_term(walk, term_of(name));
	if (!with_value)
		return;
	if (scalar->type == jbvString)
		add_term(walk, value_term(name, scalar->val.string.val, scalar->val.string.len));
	else if (scalar->type == jbvBool)
		add_term(walk, value_term(name, scalar->val.boolean ? "true" : "false", scalar->val.boolean ? 4 : 5));
	else
	{
		char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(scalar->val.numeric)));

		add_term(walk, value_term(name, text, strlen(text)));
		pfree(text);
	}
}

/* The next key of an object or element of an array. */
static void
step(Walk *walk)
{
	Level	   *level = &walk->levels[walk->depth - 1];
	JsonbContainer *container = level->walk.container;
	uint64		name = level->name;
	bool		with_value = level->valued;
	int			place;
	uint32		from;
	uint32		to;
	JsonbValue	value;

	esql_walk_step(&level->walk, &from, &to);
	place = (int) level->walk.place - 1;
	if (level->object)
	{
		const char *key = level->walk.base + from;

		if (level->named)
			name = hash_byte(name, '.');
		name = hash_bytes_on(name, key, to - from);
		place += (int) level->walk.count;
		if (JBE_ISNULL(container->children[place]))
			return;
		esql_jsonb_value(container, level->walk.base, place, getJsonbOffset(container, place), &value);
		with_value = (value.type != jbvBinary || JsonContainerIsArray(value.val.binary.data)) &&
			is_valued(name, key, to - from);
	}
	else
		esql_jsonb_value(container, level->walk.base, place, from, &value);
	if (value.type == jbvBinary)
		enter(walk, value.val.binary.data, name, true, with_value);
	else if (value.type != jbvNull)
		add_scalar(walk, &value, name, with_value);
}

static int
compare_terms(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	return (x > y) - (x < y);
}

/* The terms as an array: ascending, each once. */
static ArrayType *
terms_array(Walk *walk)
{
	Size		count = 0;
	Size		size;
	ArrayType  *array;

	qsort(walk->terms, walk->count, sizeof(int32), compare_terms);
	for (Size i = 0; i < walk->count; i++)
	{
		if (count == 0 || walk->terms[count - 1] != walk->terms[i])
			walk->terms[count++] = walk->terms[i];
	}
	if (count == 0)
		return construct_empty_array(INT4OID);
	size = ARR_OVERHEAD_NONULLS(1) + count * sizeof(int32);
	array = palloc(size);
	memset(array, 0, ARR_OVERHEAD_NONULLS(1));
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = INT4OID;
	ARR_DIMS(array)[0] = (int) count;
	ARR_LBOUND(array)[0] = 1;
	memcpy((char *) array + ARR_OVERHEAD_NONULLS(1), walk->terms, count * sizeof(int32));
	return array;
}

PG_FUNCTION_INFO_V1(td_document_terms);

/* document_terms(document jsonb) -> integer[] */
Datum
td_document_terms(PG_FUNCTION_ARGS)
{
	Jsonb	   *document = esql_get_document(fcinfo, 0);
	ArrayType  *array;
	Walk		walk;

	prepare_valued();
	walk.terms = walk.terms_on_stack;
	walk.count = 0;
	walk.room = TERMS_ON_STACK;
	walk.levels = walk.levels_on_stack;
	walk.depth = 0;
	walk.levels_room = LEVELS_ON_STACK;
	if (JB_ROOT_IS_OBJECT(document))
		enter(&walk, &document->root, HASH_BASIS, false, false);
	while (walk.depth > 0)
	{
		const Level *level = &walk.levels[walk.depth - 1];

		CHECK_FOR_INTERRUPTS();
		if (level->walk.place < level->walk.count)
			step(&walk);
		else
			walk.depth--;
	}
	array = terms_array(&walk);
	if (walk.terms != walk.terms_on_stack)
		pfree(walk.terms);
	if (walk.levels != walk.levels_on_stack)
		pfree(walk.levels);
	esql_free_document(fcinfo, 0, document);
	PG_RETURN_ARRAYTYPE_P(array);
}

PG_FUNCTION_INFO_V1(td_document_term);

/* document_term(field text, value text) -> integer: of the field alone, where values are no terms */
Datum
td_document_term(PG_FUNCTION_ARGS)
{
	text	   *field;
	text	   *value;
	uint64		name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	prepare_valued();
	field = PG_GETARG_TEXT_PP(0);
	name = hash_bytes_on(HASH_BASIS, VARDATA_ANY(field), VARSIZE_ANY_EXHDR(field));
	if (PG_ARGISNULL(1) || !is_valued(name, VARDATA_ANY(field), VARSIZE_ANY_EXHDR(field)))
		PG_RETURN_INT32(term_of(name));
	value = PG_GETARG_TEXT_PP(1);
	PG_RETURN_INT32(value_term(name, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)));
}
