/*
 * memo.h
 *		Rows of command lines that were taken apart before.
 */
#ifndef TD_TRANSFER_MEMO_H
#define TD_TRANSFER_MEMO_H

/* The arguments of transfer_of(), as they are: what a row is looked up by. */
#define MEMO_ARGUMENTS	3

typedef struct TransferMemoKey
{
	Oid			type;			/* of the row */
	uint64		hash;
	const struct varlena *arguments[MEMO_ARGUMENTS];	/* or NULL */
} TransferMemoKey;

extern bool td_transfer_recall(TransferMemoKey *key, Datum *row, bool *isnull);
extern void td_transfer_remember(const TransferMemoKey *key, Datum row, bool isnull);

#endif							/* TD_TRANSFER_MEMO_H */
