/*
 * type_travel.h
 *		How the values of a type travel, and the label that names the type.
 */
#ifndef TD_TYPE_TRAVEL_H
#define TD_TYPE_TRAVEL_H

#include "lib/stringinfo.h"

#include "type_value.h"

extern void td_type_set_travel(TdType *type);
extern void td_type_make_label(TdType *type);
extern void td_type_write_label(const TdType *type, StringInfo label);
extern void td_type_read_label(const char *label, Size len, Oid *typid, Oid *collation,
							   int *encoding);
extern void td_type_check_encoding(const TdType *type, int encoding);

#endif							/* TD_TYPE_TRAVEL_H */
