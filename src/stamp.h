/*
 * stamp.h
 *		Whether what a session has kept of some tables still holds.
 */
#ifndef TD_STAMP_H
#define TD_STAMP_H

#define TD_MOST_STAMPED	4

/* The rows of a table that a snapshot sees. */
typedef struct TdTableStamp
{
	Oid			relid;
	uint64		rows;
	uint64		versions[2];	/* sums of hashes of the rows' places and transactions */
} TdTableStamp;

typedef struct TdStamp
{
	Oid			reader;
	uint64		changes;		/* of relations, functions, types, schemas, roles and what else may have an owner */
	TdTableStamp tables[TD_MOST_STAMPED];
} TdStamp;

extern bool td_stamp(const char *const *tables, int count, TdStamp *stamp);
extern bool td_same_stamp(const TdStamp *one, const TdStamp *other);

#endif							/* TD_STAMP_H */
