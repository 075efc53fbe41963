/*
 * set_tiny.h
 *		The small form of a set: a few values in a row.
 */
#ifndef TD_SET_TINY_H
#define TD_SET_TINY_H

#include "set_internal.h"

/* A set of at most this many values, in at most this many bytes, is tiny. */
#define TD_TINY_VALUES 8
#define TD_TINY_BYTES 2048

extern void td_tiny_init(TdSet *set);
extern void td_tiny_release(TdSet *set);
extern size_t td_tiny_record_size(const TdSetType *type, uint32_t len);
extern unsigned char *td_tiny_enter(TdSet *set, const void *value, uint32_t len, bool *found);
extern bool td_tiny_add_word(TdSet *set, uint64_t word);
extern bool td_tiny_scan_next(TdSetScan *scan);

#endif							/* TD_SET_TINY_H */
