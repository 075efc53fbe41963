/*
 * several.h
 *		Which fields have several values in some document of a relation.
 */
#ifndef TD_SEVERAL_H
#define TD_SEVERAL_H

#include "detect/spi.h"
#include "esql/analysis/plan.h"

extern bool td_may_read(Oid relid, const char *column);
extern List *td_several_names(Oid relid, const char *sql_name, const char *several, EsqlHome home);

#endif							/* TD_SEVERAL_H */
