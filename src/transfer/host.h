/*
 * host.h
 *		What the name or address of a host says by itself.
 */
#ifndef TRANSFER_HOST_H
#define TRANSFER_HOST_H

#include "text/address.h"
#include "transfer/transfer.h"

typedef enum TransferHostKind
{
	TRANSFER_HOST_LOCAL,		/* this host, under a name or address that every host has */
	TRANSFER_HOST_PRIVATE,		/* an address or a domain that only private networks have */
	TRANSFER_HOST_ADDRESS,		/* another address: in TransferHost.address */
	TRANSFER_HOST_NAME			/* another name */
} TransferHostKind;

typedef struct TransferHost
{
	TransferHostKind kind;
	bool		is_address;
	TdAddress	address;		/* if it is one */
} TransferHost;

extern TransferHost transfer_read_host(TransferText name);
extern TransferText transfer_trim_host(TransferText name);
extern TransferText transfer_short_host(TransferText name);
extern TransferText transfer_host_domain(TransferText name);
extern bool transfer_can_be_own(TransferText domain);
extern TransferText transfer_host_role(TransferText name);

#endif							/* TRANSFER_HOST_H */
