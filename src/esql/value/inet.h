/*
 * inet.h
 *		ES|QL's addresses from and to PostgreSQL's inet.
 *
 * inet keeps the families apart and has a netmask; an address of ES|QL is 16
 * bytes, see text/address.h.
 */
#ifndef ESQL_VALUE_INET_H
#define ESQL_VALUE_INET_H

#include "compat.h"

#include <sys/socket.h>

#include "utils/inet.h"

#include "text/address.h"

extern inet *td_address_to_inet(const TdAddress *address);
extern void td_content_to_address(const void *content, TdAddress *address);
extern void td_inet_to_address(inet *value, TdAddress *address);

#endif							/* ESQL_VALUE_INET_H */
