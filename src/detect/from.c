/*
 * from.c
 *		from_relations(): the relations that a query's FROM means.
 *
 * run() looks for events in the relation that its rule names, and tells when
 * the rule's FROM means others.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/array.h"

#include "detect/arguments.h"
#include "detect/catalog.h"
#include "detect/evaluate.h"

PG_FUNCTION_INFO_V1(td_query_relations);

/* from_relations(query text) -> regclass[] */
Datum
td_query_relations(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *query = td_text_argument(fcinfo, 0, "query");
	TdSession	session;
	List	   *relations;
	Datum	   *elements;
	int			count = 0;
	ListCell   *cell;

	td_begin(&session, TD_CHECK);
	relations = td_from_relations(td_parse_query(query)->from, session.schema);
	MemoryContextSwitchTo(caller);
	elements = palloc(Max(1, list_length(relations)) * sizeof(Datum));
	foreach(cell, relations)
		elements[count++] = ObjectIdGetDatum(lfirst_oid(cell));
	td_end();
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, count, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}
