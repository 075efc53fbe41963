/*
 * type.h
 *		The types whose values go into sets.
 */
#ifndef TD_TYPE_H
#define TD_TYPE_H

#include "type_value.h"

extern TdType *td_type_lookup(Oid typid, Oid collation);
extern TdType *td_type_from_label(const char *label, Size len, void (*allow) (Oid typid));

#endif							/* TD_TYPE_H */
