/*
 * stored.h
 *		The type distinct_set: a set as a value of SQL.
 */
#ifndef TD_STORED_H
#define TD_STORED_H

#include "compat.h"

#include "utils/expandeddatum.h"

#include "type.h"

/* The expanded form of a distinct_set. */
typedef struct TdStored
{
	ExpandedObjectHeader header;	/* must be first */
	TdSet	   *set;
	bytea	   *flat;			/* its flat form, if it has been asked for */
	Oid			checked;		/* a state: it has values of the type that this function
								 * declares */
} TdStored;

extern void td_stored_allow(Oid typid);
extern void td_stored_check_type(const TdSet *set, Oid typid);
extern TdType *td_stored_lookup(Oid typid, Oid collation);
extern TdType *td_stored_type(TdType *type);
extern void td_stored_init(TdStored *stored, TdSet *set, MemoryContext context);
extern TdStored *td_stored_expanded(Datum value);
extern TdSet *td_stored_argument(FunctionCallInfo fcinfo, int number);
extern uint64 td_stored_count(Datum value);
extern bytea *td_stored_flat(TdSet *set);
extern bytea *td_stored_checked(FunctionCallInfo fcinfo, const char *data, Size len);

#endif							/* TD_STORED_H */
