/*
 * set.h
 *		An exact set of values that grows, merges and travels.
 *
 * The set knows nothing of PostgreSQL: memory comes from the caller's hooks,
 * equality is either that of bytes or the caller's own, and a set can be
 * written to and read from a byte format that is the same on every machine.
 * set.c describes the structure and its cost, set_wire.c the format.
 */
#ifndef TD_SET_H
#define TD_SET_H

#include "set_type.h"

/* Making and ending */
extern TdSetFamily *td_set_family(const TdSetType *type, void *memory,
								  uint64_t limit, bool alone);
extern TdSetFamily *td_set_family_kept(TdSetFamily *keeper, void *memory);
extern size_t td_set_family_size(const TdSetFamily *keeper);
extern void td_set_family_free(TdSetFamily *family);
extern TdSet *td_set_create(TdSetFamily *family);
extern void td_set_free(TdSet *set);

/* Adding */
extern void td_set_add_word(TdSet *set, uint64_t word);
extern void td_set_add(TdSet *set, const void *value, size_t len);
extern void *td_set_enter(TdSet *set, const void *value, size_t len, bool *found);
extern TdSetStatus td_set_merge(TdSet *set, TdSet *other);

/* Asking */
extern bool td_set_is_numbered(const TdSet *set);
extern uint64_t td_set_limit(const TdSet *set);
extern uint64_t td_set_count(TdSet *set);
extern void td_set_scan_begin(TdSet *set, TdSetScan *scan);
extern bool td_set_scan_next(TdSetScan *scan);

/* Travelling */
extern void td_set_write(TdSet *set, const void *label, size_t label_len,
						 TdSetWriter *writer);
extern void td_set_write_numbered(TdSet *set, const void *label, size_t label_len,
								  TdSetWriter *writer);
extern TdSetStatus td_set_open_numbered(const TdSetType *type, void *memory,
										const void *data, size_t len, TdSet **set);
extern TdSetStatus td_set_open(const TdSetType *type, void *memory,
							   const void *data, size_t len, TdSet **set);
extern TdSetStatus td_set_thaw(TdSet *set);

#endif							/* TD_SET_H */
