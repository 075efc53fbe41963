/*
 * coerce.c
 *		From one ES|QL type to another.
 *
 * Two ways lead from type to type: promotion of numbers, which loses nothing
 * and is done silently, and conversion, which a query asks for (to_long(x),
 * x::long) and which gives null where a value cannot be read.  String
 * literals are read as dates, addresses and booleans where one is needed;
 * since they are known here, one that cannot be read is an error.
 */
#include "compat.h"

#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "esql/analysis/coerce.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/value/calendar.h"
#include "esql/value/inet.h"
#include "esql/value/instant.h"
#include "text/literal.h"

/* The type to which both can be promoted, or ESQL_TYPE_UNSUPPORTED. */
EsqlType
esql_common_type(EsqlType a, EsqlType b)
{
	if (a == b || b == ESQL_TYPE_NULL)
		return a;
	if (a == ESQL_TYPE_NULL)
		return b;
	if (ESQL_IS_NUMERIC(a) && ESQL_IS_NUMERIC(b))
		return Max(a, b);
	return ESQL_TYPE_UNSUPPORTED;
}

/* A constant number of another numeric type, or NULL if node is no constant. */
static EsqlNode *
promote_const(EsqlNode *node, EsqlType type)
{
	EsqlNode   *promoted;

	if (node->kind != ESQL_NODE_CONST)
		return NULL;
	promoted = palloc(sizeof(EsqlNode));
	*promoted = *node;
	promoted->type = type;
	if (type == ESQL_TYPE_DOUBLE && node->type != ESQL_TYPE_DOUBLE)
		promoted->number = (double) node->integer;
	return promoted;
}

/* The node as a value of a type that it can be promoted to. */
EsqlNode *
esql_promote(EsqlNode *node, EsqlType type)
{
	EsqlNode   *promoted;

	if (node->type == type)
		return node;
	promoted = promote_const(node, type);
	if (promoted != NULL)
		return promoted;
	if (node->type == ESQL_TYPE_NULL)
		return esql_const_null(type, node->span);
	if (node->kind == ESQL_NODE_LIST)
	{
		promoted = esql_new_node(ESQL_NODE_LIST, type, node->span);
		promoted->multivalued = node->multivalued;
		promoted->nargs = node->nargs;
		promoted->args = palloc(node->nargs * sizeof(EsqlNode *));
		for (int i = 0; i < node->nargs; i++)
			promoted->args[i] = esql_promote(node->args[i], type);
		return promoted;
	}
	Assert(ESQL_IS_NUMERIC(node->type) && ESQL_IS_NUMERIC(type));
	promoted = esql_call1(type == ESQL_TYPE_LONG ?
						  (node->multivalued ? "$1::bigint[]" : "$1::bigint") :
						  (node->multivalued ? "$1::double precision[]" : "$1::double precision"),
						  type, node);
	promoted->multivalued = node->multivalued;
	return promoted;
}

/* The SQL that converts one value, or NULL if there is no such conversion. */
static const char *
conversion_sql(EsqlType from, EsqlType to)
{
	switch (to)
	{
		case ESQL_TYPE_KEYWORD:
			return "@esql_to_string($1)";
		case ESQL_TYPE_INTEGER:
			return from == ESQL_TYPE_IP ? NULL : "@esql_to_integer($1)";
		case ESQL_TYPE_LONG:
			return from == ESQL_TYPE_IP ? NULL :
				from == ESQL_TYPE_INTEGER ? "$1::bigint" : "@esql_to_long($1)";
		case ESQL_TYPE_DOUBLE:
			return from == ESQL_TYPE_IP ? NULL :
				ESQL_IS_WHOLE(from) ? "$1::double precision" : "@esql_to_double($1)";
		case ESQL_TYPE_BOOLEAN:
			return from == ESQL_TYPE_IP || from == ESQL_TYPE_DATE ? NULL :
				"@esql_to_boolean($1)";
		case ESQL_TYPE_IP:
			return from == ESQL_TYPE_KEYWORD ? "@esql_to_ip($1)" : NULL;
		case ESQL_TYPE_DATE:
			return from == ESQL_TYPE_KEYWORD || from == ESQL_TYPE_LONG ?
				"@esql_to_datetime($1)" :
				from == ESQL_TYPE_INTEGER ? "@esql_to_datetime($1::bigint)" :
				from == ESQL_TYPE_DOUBLE ? "@esql_to_datetime(@esql_to_long($1))" : NULL;
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_SOURCE:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
			break;
	}
	return NULL;
}

/*
 * The node converted to a type, value by value; NULL if no conversion leads
 * from its type to that one.
 */
EsqlNode *
esql_convert(EsqlNode *node, EsqlType type)
{
	const char *sql;
	EsqlNode   *element;

	if (node->type == type)
		return node;
	if (node->type == ESQL_TYPE_NULL)
		return esql_const_null(type, node->span);
	if (node->type >= ESQL_TYPE_SOURCE)
		return NULL;
	if (type == ESQL_TYPE_DATE && esql_is_string_const(node))
	{
		/* a constant lets the planner see which partitions count */
		int64		ms;

		return esql_read_date(node->string.data, node->string.length, &ms) ?
			esql_const_date(ms, node->span) : esql_const_null(type, node->span);
	}
	sql = conversion_sql(node->type, type);
	if (sql == NULL)
		return NULL;
	if (!node->multivalued)
		return esql_call1(sql, type, esql_settle(node));
	element = esql_element(node);
	return esql_map(node, element, esql_call1(sql, type, element));
}

/* An address literal in PostgreSQL's words; raises if it cannot be read. */
static EsqlNode *
read_address(EsqlResolver *resolver, EsqlNode *node)
{
	EsqlNode   *constant;
	TdAddress	address;

	if (!td_read_ip(node->string.data, node->string.length, &address))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, node->span,
				   "An address is written as 192.0.2.1 or 2001:db8::1.",
				   "\"%s\" cannot be read as an ip", node->string.data);
	constant = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_IP, node->span);
	constant->string.data =
		DatumGetCString(DirectFunctionCall1(inet_out,
											InetPGetDatum(td_address_to_inet(&address))));
	constant->string.length = (uint32_t) strlen(constant->string.data);
	return constant;
}

/*
 * A string literal as a constant of another type; any other node as it is.
 * Raises an error at the literal if it cannot be read.
 */
EsqlNode *
esql_read_literal(EsqlResolver *resolver, EsqlNode *node, EsqlType type)
{
	int64		ms;
	EsqlNode   *constant;

	if (node->kind == ESQL_NODE_LIST && node->type == ESQL_TYPE_KEYWORD &&
		type != ESQL_TYPE_KEYWORD)
	{
		constant = esql_new_node(ESQL_NODE_LIST, type, node->span);
		constant->multivalued = node->multivalued;
		constant->nargs = node->nargs;
		constant->args = palloc(node->nargs * sizeof(EsqlNode *));
		for (int i = 0; i < node->nargs; i++)
			constant->args[i] = esql_read_literal(resolver, node->args[i], type);
		return constant;
	}
	if (!esql_is_string_const(node))
		return node;
	switch (type)
	{
		case ESQL_TYPE_DATE:
			if (!esql_read_date(node->string.data, node->string.length, &ms))
				esql_raise(resolver->context, ESQL_ERROR_VALUE, node->span,
						   "A date is written as 2026-11-20, 2026-11-20T10:00:00Z or 2026-11-20T10:00:00.000+01:00.",
						   "\"%s\" cannot be read as a date", node->string.data);
			return esql_const_date(ms, node->span);
		case ESQL_TYPE_IP:
			return read_address(resolver, node);
		case ESQL_TYPE_BOOLEAN:
			if (pg_strcasecmp(node->string.data, "true") != 0 &&
				pg_strcasecmp(node->string.data, "false") != 0)
				esql_raise(resolver->context, ESQL_ERROR_VALUE, node->span,
						   "A boolean is true or false.",
						   "\"%s\" cannot be read as a boolean", node->string.data);
			constant = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_BOOLEAN, node->span);
			constant->boolean = pg_strcasecmp(node->string.data, "true") == 0;
			return constant;
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_INTEGER:
		case ESQL_TYPE_LONG:
		case ESQL_TYPE_DOUBLE:
		case ESQL_TYPE_KEYWORD:
		case ESQL_TYPE_SOURCE:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
			break;
	}
	return node;
}

/*
 * A constant span of time in milliseconds, days or months, whichever it is a
 * multiple of; false if it is out of range, or has months and days.
 */
bool
esql_span_smallest(const EsqlNode *node, int64 *amount, EsqlTimeUnit *unit)
{
	static const struct
	{
		EsqlTimeUnit unit;
		int64		factor;
	}			smallest[] =
	{
		{ESQL_MILLISECOND, 1},
		{ESQL_MILLISECOND, 1000},
		{ESQL_MILLISECOND, 60000},
		{ESQL_MILLISECOND, 3600000},
		{ESQL_DAY, 1},
		{ESQL_DAY, 7},
		{ESQL_MONTH, 1},
		{ESQL_MONTH, 3},
		{ESQL_MONTH, 12}
	};

	*unit = smallest[node->unit].unit;
	return node->days == 0 && !pg_mul_s64_overflow(node->integer, smallest[node->unit].factor, amount);
}

/* A constant span of time as an interval; false if it is out of range. */
bool
esql_span_interval(const EsqlNode *node, Interval *interval)
{
	int64		amount;
	EsqlTimeUnit unit;

	memset(interval, 0, sizeof(Interval));
	if (node->days != 0)
	{
		interval->month = (int32) node->integer;
		interval->day = (int32) node->days;
		return interval->month == node->integer && interval->day == node->days;
	}
	if (!esql_span_smallest(node, &amount, &unit))
		return false;
	if (unit == ESQL_MILLISECOND)
		return !pg_mul_s64_overflow(amount, 1000, &interval->time);
	if (amount < PG_INT32_MIN || amount > PG_INT32_MAX)
		return false;
	if (unit == ESQL_DAY)
		interval->day = (int32) amount;
	else
		interval->month = (int32) amount;
	return true;
}

/* A constant span of time as an SQL interval constant. */
EsqlNode *
esql_interval_node(EsqlResolver *resolver, const EsqlNode *span)
{
	Interval	interval;
	uint64		us;
	char	   *sql;

	if (!esql_span_interval(span, &interval))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, span->span, NULL,
				   "time span is out of range");
	us = interval.time < 0 ? -(uint64) interval.time : (uint64) interval.time;
	if (interval.time != 0)
		sql = psprintf("'%s" UINT64_FORMAT ".%03u seconds'::interval",
					   interval.time < 0 ? "-" : "", us / USECS_PER_SEC,
					   (unsigned) (us % USECS_PER_SEC / 1000));
	else if (interval.day != 0 && interval.month != 0)
		sql = psprintf("'%d months %d days'::interval", interval.month, interval.day);
	else if (interval.day != 0)
		sql = psprintf("'%d days'::interval", interval.day);
	else
		sql = psprintf("'%d months'::interval", interval.month);
	return esql_call(sql, span->type, false, span->span, 0, NULL);
}

/* A constant date moved by a constant span; null if that leads out of range. */
static EsqlNode *
fold_date(EsqlResolver *resolver, const EsqlNode *date, const EsqlNode *span, bool subtract,
		  EsqlSpan place)
{
	Interval	interval;
	TimestampTz timestamp;
	TimestampTz moved;
	int64		ms;

	if (!esql_span_interval(span, &interval))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, span->span, NULL,
				   "time span is out of range");
	if (!td_ms_to_timestamp(date->integer, &timestamp) ||
		!td_add_interval(timestamp, &interval, subtract ? -1 : 1, &moved) ||
		!td_timestamp_to_ms(moved, &ms))
		return esql_const_null(ESQL_TYPE_DATE, place);
	return esql_const_date(ms, place);
}

/* date + span, or date - span; constants are worked out here. */
EsqlNode *
esql_date_arithmetic(EsqlResolver *resolver, EsqlNode *date, EsqlNode *span,
					 bool subtract, EsqlSpan place)
{
	if (date->kind == ESQL_NODE_CONST && !date->isnull)
		return fold_date(resolver, date, span, subtract, place);
	return esql_call2(subtract ? "@esql_date_sub($1, $2)" : "@esql_date_add($1, $2)",
					  ESQL_TYPE_DATE, place, esql_settle(date),
					  esql_interval_node(resolver, span));
}
