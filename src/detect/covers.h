/*
 * covers.h
 *		Indexes that hold all that a query reads of short rows.
 */
#ifndef TD_COVERS_H
#define TD_COVERS_H

#include "nodes/pg_list.h"

extern List *td_find_covers(Oid relid);
extern bool td_has_terms(Oid relid);
extern Oid	td_terms_function(void);
extern List *td_index_rows(Oid relid);
extern bool td_has_conditions(Oid relid, bool *computed);

#endif							/* TD_COVERS_H */
