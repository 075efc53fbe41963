/*
 * row.h
 *		What was read in a command, as values of SQL.
 */
#ifndef TRANSFER_SQL_ROW_H
#define TRANSFER_SQL_ROW_H

#include "access/htup.h"

#include "transfer/transfer.h"

/* text[] */
extern Datum td_transfer_list(const TransferList *list);
extern Datum td_transfer_classes(const TransferText *paths, size_t count);

/* The type transfer, and a row of it that is almost empty. */
typedef struct TransferRowType
{
	Oid			oid;
	HeapTupleHeader empty;
} TransferRowType;

extern const TransferRowType *td_transfer_row_type(FunctionCallInfo fcinfo);
extern Datum td_transfer_row(const TransferRowType *type, const Transfer *transfer);

#endif							/* TRANSFER_SQL_ROW_H */
