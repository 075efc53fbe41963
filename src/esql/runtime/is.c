/*
 * is.c
 *		esql_is(), esql_is_any(): equality of a field's single value, with an estimate.
 *
 * A condition on a list or a document's field reads
 *
 *		esql_stored_single(event_action) = 'exec'
 *
 * in plain SQL.  PostgreSQL has no statistics on such an expression and
 * estimates that one row in 200 fits.  With three such conditions in a rule it
 * expects a single row, and plans neither hashing nor parallel workers.
 * esql_is(value, constant) is the same comparison as a function of its own,
 * whose support function knows better: for a list it asks the statistics of the
 * list's elements, as column @> ARRAY['exec'] would.  For a document it guesses,
 * since there are no statistics of what is inside of jsonb.
 *
 * An index on the expression still serves: the support function gives the
 * planner the plain equality for it.
 *
 * esql_is_any(value, constants) is value = ANY (constants) for a document's field, and takes
 * no longer.  PostgreSQL would take the operator to cost as much as half of the constants, and
 * ask all conditions with == before it.  The estimate is that of the operator.
 */
#include "compat.h"

#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/*
 * The estimated share of documents that have the value that a rule asks for.
 * Rules mostly ask for kinds of events and hosts, of which there are few.
 */
#define DOCUMENT_SELECTIVITY	0.25

/* PostgreSQL's own estimate for equality of which it knows nothing. */
#define UNKNOWN_SELECTIVITY		0.005

#define TEXT_EQUAL_OPERATOR		98	/* = (text, text) */

PG_FUNCTION_INFO_V1(esql_is);
PG_FUNCTION_INFO_V1(esql_is_any);
PG_FUNCTION_INFO_V1(esql_is_support);

/* The texts of an array. */
typedef struct Wanted
{
	int			count;
	bool		has_null;
	uint64		lengths;		/* a bit for each length, by its last six bits */
	text	   *value[FLEXIBLE_ARRAY_MEMBER];
} Wanted;

/*
 * esql_is(text, text) -> boolean: equality by bytes
 */
Datum
esql_is(PG_FUNCTION_ARGS)
{
	text	   *a = PG_GETARG_TEXT_PP(0);
	text	   *b = PG_GETARG_TEXT_PP(1);
	Size		length = VARSIZE_ANY_EXHDR(a);
	bool		same = length == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), length) == 0;

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	PG_RETURN_BOOL(same);
}

/* Take an array apart; its texts are in the context. */
static Wanted *
take_apart(ArrayType *array, MemoryContext context)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	Wanted	   *wanted;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	wanted = palloc0(offsetof(Wanted, value) + count * sizeof(text *));
	for (int i = 0; i < count; i++)
	{
		text	   *value;

		if (nulls[i])
		{
			wanted->has_null = true;
			continue;
		}
		value = DatumGetTextPCopy(elements[i]);
		wanted->lengths |= UINT64CONST(1) << (VARSIZE(value) - VARHDRSZ) % 64;
		wanted->value[wanted->count++] = value;
	}
	pfree(elements);
	pfree(nulls);
	MemoryContextSwitchTo(caller);
	return wanted;
}

static bool
is_wanted(const Wanted *wanted, const char *data, Size length)
{
	if ((wanted->lengths >> length % 64 & 1) == 0)
		return false;
	for (int i = 0; i < wanted->count; i++)
	{
		if (VARSIZE(wanted->value[i]) - VARHDRSZ == length && memcmp(VARDATA(wanted->value[i]), data, length) == 0)
			return true;
	}
	return false;
}

/*
 * esql_is_any(text, text[]) -> boolean: equality by bytes to one of the texts; null if it is
 * none of them and a null is among them, as = ANY
 */
Datum
esql_is_any(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	Wanted	   *wanted = fcinfo->flinfo->fn_extra;
	bool		same;

	if (wanted == NULL)
	{
		bool		stable = get_fn_expr_arg_stable(fcinfo->flinfo, 1);

		wanted = take_apart(PG_GETARG_ARRAYTYPE_P(1), stable ? fcinfo->flinfo->fn_mcxt : CurrentMemoryContext);
		if (stable)
			fcinfo->flinfo->fn_extra = wanted;
	}
	same = is_wanted(wanted, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_FREE_IF_COPY(value, 0);
	if (!same && wanted->has_null)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(same);
}

/*
 * The list column that the value is read from; NULL if it is none.
 */
static Node *
list_of_value(Node *value)
{
	while (IsA(value, RelabelType))
		value = (Node *) ((RelabelType *) value)->arg;
	if (IsA(value, FuncExpr) && list_length(((FuncExpr *) value)->args) == 1)
	{
		Node	   *list = linitial(((FuncExpr *) value)->args);

		if (IsA(list, Var) && exprType(list) == TEXTARRAYOID)
			return list;
	}
	return NULL;
}

/* As of value = ANY (constants). */
static Selectivity
estimate_any(Node *wanted)
{
	int			count = 1;

	if (IsA(wanted, Const) && !((Const *) wanted)->constisnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(((Const *) wanted)->constvalue);

		count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	}
	return Min(count * UNKNOWN_SELECTIVITY, 1.0);
}

static Selectivity
estimate(SupportRequestSelectivity *request)
{
	Node	   *list = list_of_value(linitial(request->args));
	Node	   *wanted = lsecond(request->args);
	Const	   *constant;
	Datum		element;

	while (IsA(wanted, RelabelType))
		wanted = (Node *) ((RelabelType *) wanted)->arg;
	if (exprType(wanted) == TEXTARRAYOID)
		return estimate_any(wanted);
	if (request->is_join || list == NULL || !IsA(wanted, Const) || ((Const *) wanted)->constisnull)
		return DOCUMENT_SELECTIVITY;
	element = ((Const *) wanted)->constvalue;
	constant = makeConst(TEXTARRAYOID, -1, exprCollation(list), -1,
						 PointerGetDatum(construct_array(&element, 1, TEXTOID, -1, false,
														 TYPALIGN_INT)),
						 false, false);
	return restriction_selectivity(request->root, OID_ARRAY_CONTAINS_OP,
								   list_make2(list, constant), request->inputcollid,
								   request->varRelid);
}

/*
 * value = constant, for an index on the value's expression.
 */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	List	   *args;
	Oid			operator;
	Node	   *value;
	Node	   *wanted;

	if (!IsA(request->node, FuncExpr) || request->indexarg != 0)
		return NIL;
	args = ((FuncExpr *) request->node)->args;
	value = linitial(args);
	wanted = lsecond(args);
	if (exprType(wanted) == TEXTARRAYOID)
		return NIL;				/* it is written where there is no such index */
	if (!is_pseudo_constant_for_index(request->root, wanted, request->index))
		return NIL;
	operator = get_opfamily_member(request->opfamily, TEXTOID, TEXTOID, BTEqualStrategyNumber);
	if (operator != TEXT_EQUAL_OPERATOR)
		return NIL;
	request->lossy = false;
	return list_make1(make_opclause(operator, BOOLOID, false, (Expr *) value, (Expr *) wanted,
									InvalidOid, request->indexcollation));
}

/*
 * The planner's questions about esql_is() and esql_is_any().
 */
Datum
esql_is_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSelectivity))
	{
		((SupportRequestSelectivity *) request)->selectivity =
			estimate((SupportRequestSelectivity *) request);
		PG_RETURN_POINTER(request);
	}
	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request));
	PG_RETURN_POINTER(NULL);
}
