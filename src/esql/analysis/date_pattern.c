/*
 * date_pattern.c
 *		DATE_FORMAT and DATE_PARSE: literal patterns and options are checked
 *		here.  The SQL holds them as they are; the runtime reads them again,
 *		once a query.
 */
#include "compat.h"

#include "esql/analysis/call.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/pattern/date_pattern.h"
#include "esql/value/zone.h"

static void
check_pattern(EsqlResolver *resolver, const char *function, const EsqlNode *pattern, bool scanning)
{
	TdDatePattern read;

	if (esql_is_string_const(pattern) &&
		!td_date_read_pattern(resolver->context, function, pattern->string, pattern->span, scanning, &read))
		esql_report(resolver->context);
}

/* DATE_FORMAT(pattern, date) */
EsqlNode *
esql_build_date_format(EsqlResolver *resolver, const EsqlFunction *function,
					   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	check_pattern(resolver, "DATE_FORMAT", args[0], false);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* One option of DATE_PARSE: *zone becomes the time zone. */
static void
read_option(EsqlResolver *resolver, const EsqlExpr *name, const EsqlExpr *value, EsqlNode **zone)
{
	bool		is_zone = strcmp(name->string.data, "time_zone") == 0;
	TdZone		known;

	if (!is_zone && strcmp(name->string.data, "locale") != 0)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, name->span, "Supported are time_zone and locale.",
				   "option %s of date_parse is not supported", name->string.data);
	if (value->kind != ESQL_STRING)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, value->span, NULL,
				   "option %s is a string", name->string.data);
	if (!is_zone && pg_strcasecmp(value->string.data, "en") != 0 && pg_strncasecmp(value->string.data, "en-", 3) != 0)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, value->span, NULL,
				   "names of months and days are read in English only");
	if (is_zone && !td_read_zone(value->string.data, value->string.length, &known))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, value->span,
				   "A time zone is written as Europe/Berlin, +02:00 or UTC.",
				   "\"%s\" is no time zone", value->string.data);
	if (is_zone)
		*zone = esql_const_string(value->string.data, value->string.length, value->span);
}

/* DATE_PARSE(pattern, string, options) */
EsqlNode *
esql_build_date_parse(EsqlResolver *resolver, const EsqlFunction *function,
					  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	const EsqlExpr *options = esql_call_options(call);
	EsqlNode   *all[3] = {args[0], nargs > 1 ? args[1] : NULL, NULL};

	if (options != NULL && nargs == 1)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, options->span, "Write a pattern as the first argument.",
				   "date_parse without a pattern takes no options");
	if (nargs > 1)
		check_pattern(resolver, "DATE_PARSE", args[0], true);
	for (uint32_t i = 0; options != NULL && i < options->nargs; i += 2)
		read_option(resolver, options->args[i], options->args[i + 1], &all[2]);
	if (all[2] == NULL)
		return esql_call_row(resolver, function, call->span, args, nargs);
	args = palloc(sizeof(all));
	memcpy(args, all, sizeof(all));
	return esql_call_row(resolver, function, call->span, args, 3);
}
