/*
 * runtime_scalar.h
 *		What the files of ES|QL's scalar runtime share: the three kinds of
 *		value that PostgreSQL keeps in another form than ES|QL does.
 *
 * A date of ES|QL is a number of milliseconds since 1970 (UTC), ours a number
 * of microseconds since 2000.  An address of ES|QL is 16 bytes, IPv4 being
 * ::ffff:a.b.c.d, ours has a family and a netmask.  And whole numbers come
 * from decimal ones by rounding half up, as java.lang.Math.round() does.
 *
 * Functions that return bool say whether there is a result; none of them
 * raises on any value.
 */
#ifndef ESQL_RUNTIME_SCALAR_H
#define ESQL_RUNTIME_SCALAR_H

#include "datatype/timestamp.h"
#include "utils/inet.h"

#define TD_MS_PER_DAY		INT64CONST(86400000)

/* Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL starts. */
#define TD_MS_TO_PG_EPOCH \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * TD_MS_PER_DAY)

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

/* Quotient towards minus infinity; n > 0. */
static inline int64
td_floor_div(int64 a, int64 n)
{
	int64		quotient = a / n;

	return (a % n < 0) ? quotient - 1 : quotient;
}

/* A finite timestamp cut to milliseconds, toward the past. */
static inline TimestampTz
td_floor_ms(TimestampTz timestamp)
{
	return td_floor_div(timestamp, 1000) * 1000;
}

/* runtime_date.c */
extern bool td_timestamp_to_ms(TimestampTz timestamp, int64 *ms);
extern bool td_ms_to_timestamp(int64 ms, TimestampTz *timestamp);
extern bool td_date_diff_unit_known(const char *name, size_t length);
extern bool td_date_part_known(const char *name, size_t length);
extern const char td_date_diff_units[]; /* for hints */
extern const char td_date_parts[];

/* runtime_number.c */
extern bool td_double_to_long(double value, int64 *result);

/* runtime_convert.c */
extern bool td_read_ip(const char *text, size_t length, TdAddress *address);
extern bool td_read_cidr(const char *text, size_t length, TdBlock *block);
extern inet *td_address_to_inet(const TdAddress *address);
extern void td_content_to_address(const void *content, TdAddress *address);
extern void td_inet_to_address(inet *value, TdAddress *address);

#endif							/* ESQL_RUNTIME_SCALAR_H */
