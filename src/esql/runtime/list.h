/*
 * list.h
 *		What the files of the lists' runtime share: facts about the type of a
 *		list's values, their order, reading and building lists.
 */
#ifndef TD_ESQL_RUNTIME_LIST_H
#define TD_ESQL_RUNTIME_LIST_H

#include <sys/socket.h>

#include "fmgr.h"
#include "utils/array.h"
#include "utils/inet.h"

/* How values are compared, and what becomes of them in storage. */
typedef enum TdListKind
{
	TD_LIST_TEXT,				/* by bytes, whatever the collation */
	TD_LIST_IP,					/* by the 16 byte form of the address */
	TD_LIST_INSTANT,			/* timestamps: ES|QL knows milliseconds only */
	TD_LIST_OTHER				/* by the type's default btree order */
} TdListKind;

typedef struct TdListType
{
	Oid			elemtype;
	int16		typlen;
	bool		typbyval;
	char		typalign;
	TdListKind	kind;
	FmgrInfo   *order;			/* btree order of TD_LIST_OTHER, or NULL */
} TdListType;

/* A list taken apart: its values without NULLs, in their order. */
typedef struct TdList
{
	ArrayType  *array;			/* the values point into it */
	bool		copied;			/* array is ours: a detoasted copy */
	Datum	   *values;
	int			count;
	const TdListType *type;
} TdList;

extern const TdListType *td_list_type(FunctionCallInfo fcinfo, Oid elemtype);
extern int	td_list_compare(Datum a, Datum b, const TdListType *type);
extern void td_list_sort(Datum *values, int count, const TdListType *type);
extern bool td_list_contains(const Datum *sorted, int count, Datum value, const TdListType *type);
extern void td_list_read(FunctionCallInfo fcinfo, int argument, TdList *list);
extern void td_list_free(TdList *list);
extern bool td_list_is_plain(const ArrayType *array);
extern Datum td_list_make(Datum *values, int count, const TdListType *type);
extern Datum td_list_of_text(const char *data, Size length);
extern bool td_list_is_final_text(const ArrayType *array);
extern bool td_list_find_text(const ArrayType *list, const ArrayType *wanted, bool *found);

#endif							/* TD_ESQL_RUNTIME_LIST_H */
