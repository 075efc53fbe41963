/*
 * set_pack.h
 *		UUIDs that come as text, kept as the 16 bytes they stand for.
 */
#ifndef TD_SET_PACK_H
#define TD_SET_PACK_H

#include "set_base.h"

extern bool td_pack_uuid(const unsigned char *text, unsigned char *packed);
extern bool td_pack_uuid_portably(const unsigned char *text, unsigned char *packed);
extern void td_unpack_uuid(const unsigned char *packed, char *text);

#endif							/* TD_SET_PACK_H */
