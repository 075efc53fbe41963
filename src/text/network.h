/*
 * network.h
 *		Networks as NETWORK_DIRECTION names them.
 */
#ifndef TEXT_NETWORK_H
#define TEXT_NETWORK_H

#include "text/address.h"

extern bool td_is_network(const char *name, size_t length);
extern bool td_in_network(const TdAddress *address, const char *name, size_t length, bool *within);

#endif							/* TEXT_NETWORK_H */
