/*
 * set_numbered.h
 *		The form in which a set of a family travels to another process of its query.
 */
#ifndef TD_SET_NUMBERED_H
#define TD_SET_NUMBERED_H

#include "set_internal.h"
#include "set_wire.h"

extern bool td_numbered_fits(const TdSet *set);
extern void td_numbered_write(const TdSet *set, uint8_t form, TdSetWriter *writer);
extern bool td_numbered_pays(TdSet *set, const unsigned char *at, const unsigned char *end, uint64_t count);
extern TdSetStatus td_numbered_skip(const unsigned char **at, const unsigned char *end, uint64_t count);
extern TdSetStatus td_numbered_merge(TdSet *set, const TdWireHeader *header,
									 const unsigned char *at, const unsigned char *end);
extern size_t td_numbered_size(const TdSetFamily *family);
extern void td_numbered_free(TdSetFamily *family);

#endif							/* TD_SET_NUMBERED_H */
