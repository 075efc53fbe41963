/*
 * match.c
 *		MATCH(), MATCH_PHRASE() and the operator ":": one value in one field.
 */
#include "compat.h"

#include "esql/analysis/expr.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/match.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/analysis/search.h"
#include "text/literal.h"

/* An option that is a number, from a least on. */
static int
number_option(EsqlResolver *resolver, const EsqlExpr *name, const EsqlExpr *value, int least, int most)
{
	int64_t		number = value->integer;

	if (value->kind == ESQL_STRING && !esql_read_long(value->string.data, value->string.length, &number))
		number = (int64_t) least - 1;
	else if (value->kind != ESQL_INTEGER && value->kind != ESQL_STRING)
		number = (int64_t) least - 1;
	if (number < least || number > most)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, value->span, NULL,
				   "option %s is a whole number from %d to %d", name->string.data, least, most);
	return (int) number;
}

static bool
boolean_option(EsqlResolver *resolver, const EsqlExpr *name, const EsqlExpr *value)
{
	if (value->kind != ESQL_BOOLEAN)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, value->span, NULL,
				   "option %s is true or false", name->string.data);
	return value->boolean;
}

static bool
is_word(const EsqlExpr *value, const char *word)
{
	return value->kind == ESQL_STRING && pg_strcasecmp(value->string.data, word) == 0;
}

/* One option of MATCH or MATCH_PHRASE. */
static void
read_option(EsqlResolver *resolver, EsqlMatch *match, const char *function, const EsqlExpr *name, const EsqlExpr *value)
{
	const char *option = name->string.data;

	if (strcmp(option, "boost") == 0)
		return;					/* only for a score, which there is none of */
	if (!match->phrase)
	{
		if (strcmp(option, "max_expansions") == 0 || strcmp(option, "auto_generate_synonyms_phrase_query") == 0 ||
			strcmp(option, "fuzzy_rewrite") == 0)
			return;				/* all words that fit count, and there are no synonyms */
		if (strcmp(option, "operator") == 0)
		{
			if (!is_word(value, "and") && !is_word(value, "or"))
				esql_raise(resolver->context, ESQL_ERROR_VALUE, value->span, NULL, "option operator is \"AND\" or \"OR\"");
			match->all_words = is_word(value, "and");
			return;
		}
		if (strcmp(option, "fuzziness") == 0)
		{
			match->edits = is_word(value, "auto") ? -1 : number_option(resolver, name, value, 0, 2);
			return;
		}
		if (strcmp(option, "prefix_length") == 0)
		{
			match->prefix = number_option(resolver, name, value, 0, PG_INT16_MAX);
			return;
		}
		if (strcmp(option, "fuzzy_transpositions") == 0)
		{
			match->transpositions = boolean_option(resolver, name, value);
			return;
		}
		if (strcmp(option, "lenient") == 0)
		{
			match->lenient = boolean_option(resolver, name, value);
			return;
		}
	}
	esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, name->span,
			   match->phrase ? "Supported is boost." :
			   "Supported are operator, fuzziness, prefix_length, fuzzy_transpositions, max_expansions, lenient and boost.",
			   "option %s of %s is not supported", option, function);
}

/* Does a field hold what a constant says? */
static EsqlNode *
match_condition(const EsqlSearcher *searcher, EsqlNode *field, EsqlNode *value)
{
	EsqlSearch	search = {.kind = ESQL_SEARCH_VALUE};

	if (field->kind != ESQL_NODE_COLUMN || field->column->accesses == NIL)
		esql_raise(searcher->resolver->context, ESQL_ERROR_TYPE, field->span,
				   "Use ==, LIKE or MV_CONTAINS for a value that the query has made.",
				   "%s looks into fields of the source only", searcher->name);
	if (value->kind != ESQL_NODE_CONST || value->isnull)
		esql_raise(searcher->resolver->context, ESQL_ERROR_UNSUPPORTED, value->span, NULL,
				   "what %s looks for must be a constant", searcher->name);
	if (esql_is_string_const(value))
		search.value = value->string;
	else
	{
		search.value.data = esql_source_text(searcher->resolver->context, value->span);
		search.value.length = (uint32_t) strlen(search.value.data);
	}
	return esql_is_true(esql_field_condition(searcher, field, &search));
}

/* MATCH(field, value, options), MATCH_PHRASE(field, value, options) */
EsqlNode *
esql_build_match(EsqlResolver *resolver, const EsqlFunction *function,
				 const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlMatch		match = esql_plain_match;
	EsqlSearcher	searcher = {resolver, NULL, call->span, &match};
	const EsqlExpr *options = esql_call_options(call);

	(void) nargs;
	match.phrase = strcmp(function->name, "match_phrase") == 0;
	searcher.name = match.phrase ? "MATCH_PHRASE" : "MATCH";
	for (uint32_t i = 0; options != NULL && i < options->nargs; i += 2)
		read_option(resolver, &match, function->name, options->args[i], options->args[i + 1]);
	return match_condition(&searcher, args[0], args[1]);
}

/* field : value */
EsqlNode *
esql_resolve_match(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlSearcher	searcher = {resolver, "\":\"", expr->span, &esql_plain_match};
	EsqlNode   *field = esql_resolve_expr(resolver, expr->args[0]);

	return match_condition(&searcher, field, esql_resolve_expr(resolver, expr->args[1]));
}
