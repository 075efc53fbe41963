/*
 * catalog.h
 *		From FROM's index patterns to relations, and from their columns to
 *		ES|QL's fields.
 */
#ifndef TD_CATALOG_H
#define TD_CATALOG_H

#include "esql/analysis/plan.h"

extern EsqlCatalog *td_load_catalog(const EsqlContext *context, const EsqlCommand *from,
									Oid events, const char *schema);

#endif							/* TD_CATALOG_H */
