/*
 * address.h
 *		IP addresses and blocks of them, as ES|QL has them.
 *
 * An address of ES|QL is 16 bytes.  An IPv4 address a.b.c.d is the same
 * address as ::ffff:a.b.c.d.
 */
#ifndef TEXT_ADDRESS_H
#define TEXT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

/* An address in the form that ES|QL compares: 16 bytes, network order. */
typedef struct TdAddress
{
	unsigned char byte[16];
} TdAddress;

/* A block of addresses: those that agree with it in the first bits. */
typedef struct TdBlock
{
	TdAddress	address;
	int			bits;			/* 0 to 128, of the 16-byte form */
} TdBlock;

/* The longest text of an IPv6 address, and a bit more. */
#define TD_ADDRESS_TEXT_SIZE	64

/* Hexadecimal digits of an address's key. */
#define TD_ADDRESS_KEY_LENGTH	32

extern bool td_read_ip(const char *text, size_t length, TdAddress *address);
extern size_t td_bare_address(const char *text, size_t length);
extern bool td_read_cidr(const char *text, size_t length, TdBlock *block);
extern size_t td_write_ip(const TdAddress *address, char buffer[TD_ADDRESS_TEXT_SIZE]);
extern bool td_read_ip_key(const char *key, size_t length, TdAddress *address);
extern void td_write_ip_key(const TdAddress *address, char key[TD_ADDRESS_KEY_LENGTH]);
extern bool td_is_ipv4(const TdAddress *address);
extern void td_ipv4_address(const unsigned char bytes[4], TdAddress *address);
extern bool td_in_block(const TdAddress *address, const TdBlock *block);
extern void td_keep_prefix(TdAddress *address, int bits);

#endif							/* TEXT_ADDRESS_H */
