/*
 * catalog.h
 *		From FROM's index patterns to relations, and from their columns to
 *		ES|QL's fields.
 */
#ifndef TD_CATALOG_H
#define TD_CATALOG_H

#include "detect/spi.h"
#include "esql/analysis/plan.h"

extern EsqlCatalog *td_load_catalog(const TdSession *session, const EsqlContext *context,
									const EsqlCommand *from, Oid events);
extern List *td_from_relations(const EsqlCommand *from, const char *schema);

#endif							/* TD_CATALOG_H */
