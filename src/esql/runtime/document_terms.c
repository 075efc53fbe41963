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
 * Indexes hold the numbers.  So neither the hash nor the lists in esql/value/term.c can change without a
 * REINDEX in the upgrade script: an index made before would lack terms that queries ask for.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "esql/runtime/document_read.h"
#include "esql/value/term.h"

#define TERMS_ON_STACK	128
#define LEVELS_ON_STACK	16

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
	add_term(walk, esql_term_of(name));
	if (!with_value)
		return;
	if (scalar->type == jbvString)
		add_term(walk, esql_value_term(name, scalar->val.string.val, scalar->val.string.len));
	else if (scalar->type == jbvBool)
		add_term(walk, esql_value_term(name, scalar->val.boolean ? "true" : "false", scalar->val.boolean ? 4 : 5));
	else
	{
		char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(scalar->val.numeric)));

		add_term(walk, esql_value_term(name, text, strlen(text)));
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
			name = esql_term_add(name, ".", 1);
		name = esql_term_add(name, key, to - from);
		place += (int) level->walk.count;
		if (JBE_ISNULL(container->children[place]))
			return;
		esql_jsonb_value(container, level->walk.base, place, getJsonbOffset(container, place), &value);
		with_value = (value.type != jbvBinary || JsonContainerIsArray(value.val.binary.data)) &&
			esql_has_value_terms(name, key, to - from);
	}
	else
		esql_jsonb_value(container, level->walk.base, place, from, &value);
	if (value.type == jbvBinary)
		enter(walk, value.val.binary.data, name, true, with_value);
	else if (value.type != jbvNull)
		add_scalar(walk, &value, name, with_value);
}

#define ST_SORT sort_terms
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The terms as an array: ascending, each once. */
static ArrayType *
terms_array(Walk *walk)
{
	Size		count = 0;
	Size		size;
	ArrayType  *array;

	sort_terms(walk->terms, walk->count);
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

	walk.terms = walk.terms_on_stack;
	walk.count = 0;
	walk.room = TERMS_ON_STACK;
	walk.levels = walk.levels_on_stack;
	walk.depth = 0;
	walk.levels_room = LEVELS_ON_STACK;
	if (JB_ROOT_IS_OBJECT(document))
		enter(&walk, &document->root, ESQL_TERM_BASIS, false, false);
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
	field = PG_GETARG_TEXT_PP(0);
	name = esql_term_add(ESQL_TERM_BASIS, VARDATA_ANY(field), VARSIZE_ANY_EXHDR(field));
	if (PG_ARGISNULL(1) || !esql_has_value_terms(name, VARDATA_ANY(field), VARSIZE_ANY_EXHDR(field)))
		PG_RETURN_INT32(esql_term_of(name));
	value = PG_GETARG_TEXT_PP(1);
	PG_RETURN_INT32(esql_value_term(name, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)));
}
