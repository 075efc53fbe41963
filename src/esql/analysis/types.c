/*
 * types.c
 *		ES|QL's types, and the SQL types that hold them.
 *
 * One row a type.  text, wildcard and the like are keyword to a query, and the
 * short numbers are integer or double: the aliases of the second table.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#include "esql/analysis/types.h"

static const struct
{
	EsqlType	type;
	const char *name;			/* as error messages say it */
	const char *sql;			/* NULL: no SQL value has it */
}			type_rows[] =
{
	{ESQL_TYPE_NULL, "null", "text"},
	{ESQL_TYPE_BOOLEAN, "boolean", "boolean"},
	{ESQL_TYPE_INTEGER, "integer", "integer"},
	{ESQL_TYPE_LONG, "long", "bigint"},
	{ESQL_TYPE_DOUBLE, "double", "double precision"},
	{ESQL_TYPE_KEYWORD, "keyword", "text"},
	{ESQL_TYPE_IP, "ip", "inet"},
	{ESQL_TYPE_DATE, "date", "timestamptz"},
	{ESQL_TYPE_SOURCE, "_source", "jsonb"},
	{ESQL_TYPE_DURATION, "time_duration", NULL},
	{ESQL_TYPE_PERIOD, "date_period", NULL},
	{ESQL_TYPE_UNSUPPORTED, "unsupported", NULL}
};

/* Names by which casts (x::long) and the table of fields ask for a type. */
static const struct
{
	const char *name;
	EsqlType	type;
	bool		castable;		/* also as x::name */
}			type_names[] =
{
	{"boolean", ESQL_TYPE_BOOLEAN, true},
	{"bool", ESQL_TYPE_BOOLEAN, true},
	{"integer", ESQL_TYPE_INTEGER, true},
	{"int", ESQL_TYPE_INTEGER, true},
	{"long", ESQL_TYPE_LONG, true},
	{"double", ESQL_TYPE_DOUBLE, true},
	{"keyword", ESQL_TYPE_KEYWORD, true},
	{"string", ESQL_TYPE_KEYWORD, true},
	{"text", ESQL_TYPE_KEYWORD, true},
	{"ip", ESQL_TYPE_IP, true},
	{"date", ESQL_TYPE_DATE, true},
	{"datetime", ESQL_TYPE_DATE, true},
	{"byte", ESQL_TYPE_INTEGER, false},
	{"short", ESQL_TYPE_INTEGER, false},
	{"float", ESQL_TYPE_DOUBLE, false},
	{"half_float", ESQL_TYPE_DOUBLE, false},
	{"scaled_float", ESQL_TYPE_DOUBLE, false},
	{"constant_keyword", ESQL_TYPE_KEYWORD, false},
	{"wildcard", ESQL_TYPE_KEYWORD, false},
	{"match_only_text", ESQL_TYPE_KEYWORD, false}
};

/* The type's name as ES|QL spells it. */
const char *
esql_type_name(EsqlType type)
{
	Assert(type_rows[type].type == type);
	return type_rows[type].name;
}

/* The SQL type that holds one value of the type; an array of it holds several. */
const char *
esql_type_sql(EsqlType type)
{
	Assert(type_rows[type].sql != NULL);
	return type_rows[type].sql;
}

/* The type of that name, in any case of letters, or ESQL_TYPE_UNSUPPORTED. */
EsqlType
esql_type_by_name(const char *name, size_t length)
{
	for (int i = 0; i < (int) lengthof(type_names); i++)
	{
		if (strlen(type_names[i].name) == length &&
			pg_strncasecmp(type_names[i].name, name, length) == 0)
			return type_names[i].type;
	}
	return ESQL_TYPE_UNSUPPORTED;
}

/* The names that may follow ::, for a hint.  palloc'd. */
char *
esql_castable_types(void)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(type_names); i++)
	{
		if (type_names[i].castable)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", type_names[i].name);
	}
	return list.data;
}

/*
 * The ES|QL type that a column of this SQL type (not an array, domains taken
 * off) has, or ESQL_TYPE_UNSUPPORTED.
 */
EsqlType
esql_type_of_sql(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return ESQL_TYPE_BOOLEAN;
		case INT2OID:
		case INT4OID:
			return ESQL_TYPE_INTEGER;
		case INT8OID:
		case OIDOID:
			return ESQL_TYPE_LONG;
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return ESQL_TYPE_DOUBLE;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case CHAROID:
		case UUIDOID:
		case MACADDROID:
		case MACADDR8OID:
			return ESQL_TYPE_KEYWORD;
		case INETOID:
		case CIDROID:
			return ESQL_TYPE_IP;
		case TIMESTAMPTZOID:
		case TIMESTAMPOID:
		case DATEOID:
			return ESQL_TYPE_DATE;
		default:
			if (type_is_enum(type))
				return ESQL_TYPE_KEYWORD;
			return ESQL_TYPE_UNSUPPORTED;
	}
}
