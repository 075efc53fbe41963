/*
 * parse.c
 *		ES|QL queries: the pipeline and its commands.
 *
 * Recursive descent with one token of look-ahead.  The comment above a function
 * is the production that it reads; the function has the production's name.
 * Expressions are in expr.c.  The parser tells the lexer in which mode to read
 * each token (lex.h), so esql_next() takes the mode of the token that comes
 * next: a source after FROM, a name after KEEP.
 *
 * The first error ends the parse: esql_fail() fills in context->error and
 * jumps back into esql_parse().  Nothing needs cleaning up, for all memory is
 * the allocator's.  The time is linear in the text; the names of fields
 * ("x.y = ...") are read twice.
 */
#include "esql/syntax/parse.h"

#include <stdio.h>
#include <string.h>

#include "esql/syntax/expr.h"
#include "esql/syntax/extract.h"
#include "esql/syntax/tools.h"
#include "esql/syntax/words.h"
#include "text/buffer.h"
#include "text/literal.h"
#include "text/word.h"

/*
 * pattern = patpart , { "." , patpart } ;
 * patpart = { letter | digit | "_" | "@" | "*" | backquoted }- ;
 *
 * Parts of a patpart touch each other.  Wildcards become ESQL_WILDCARD; where
 * "what" is not NULL there may be none, and it says of what.
 */
static EsqlName
pattern(Parser *p, const char *what)
{
	EsqlName	name;
	EsqlBuffer	buffer;
	uint32_t	start = p->token.span.start;

	memset(&name, 0, sizeof(name));
	esql_buffer_init(&buffer, p->context);
	for (;;)
	{
		if (p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_BACKQUOTED)
			esql_unexpected(p, "the name of a column");
		do
		{
			if (p->token.kind == TOKEN_BACKQUOTED)
			{
				EsqlString	part = esql_unquote(p, &p->token);

				esql_append(&buffer, part.data, part.length);
			}
			else
			{
				for (uint32_t i = 0; i < p->token.span.length; i++)
				{
					char		c = p->context->text[p->token.span.start + i];

					name.wildcard = name.wildcard || c == '*';
					esql_append_char(&buffer, c == '*' ? ESQL_WILDCARD : c);
				}
			}
			esql_next(p, ESQL_LEX_NAME);
		} while (p->token.span.start == p->previous_end &&
				 (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_BACKQUOTED));
		if (p->token.kind != TOKEN_DOT)
			break;
		esql_append_char(&buffer, '.');
		esql_next(p, ESQL_LEX_NAME);
	}
	name.span = esql_span_from(p, start);
	if (!esql_buffer_finish(&buffer, &name.name))
		longjmp(p->escape, 1);
	if (name.wildcard && what != NULL)
		esql_fail(p, ESQL_ERROR_SYNTAX, name.span,
				  "An asterisk that is part of a name is written in backquotes.",
				  "wildcards are not allowed in %s", what);
	return name;
}

/*
 * pattern , { "," , pattern }
 */
static EsqlName *
patterns(Parser *p, const char *what, uint32_t *n)
{
	EsqlName   *names = NULL;
	uint32_t	capacity = 0;

	*n = 0;
	for (;;)
	{
		names = esql_grow(p, names, *n, &capacity, sizeof(EsqlName), "names");
		names[(*n)++] = pattern(p, what);
		if (p->token.kind != TOKEN_COMMA)
			return names;
		esql_next(p, ESQL_LEX_NAME);
	}
}

/*
 * source = unquoted_source | string ;
 */
static EsqlName
source(Parser *p)
{
	EsqlName	name;

	memset(&name, 0, sizeof(name));
	name.span = p->token.span;
	if (p->token.kind == TOKEN_LEFT_PAREN)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, p->token.span, NULL, "subqueries are not supported");
	if (p->token.kind == TOKEN_STRING)
		name.name = esql_unquote(p, &p->token);
	else if (p->token.kind == TOKEN_SOURCE)
		name.name = esql_copy(p, p->context->text + p->token.span.start, p->token.span.length);
	else
		esql_unexpected(p, "the name of a source");
	if (name.name.length == 0)
		esql_fail(p, ESQL_ERROR_SYNTAX, name.span, NULL, "the name of a source is empty");
	esql_next(p, ESQL_LEX_SOURCE);
	if (p->token.kind == TOKEN_COLON)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, p->token.span, NULL,
				  "sources on remote clusters are not supported");
	if (p->token.kind == TOKEN_CAST)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, p->token.span, NULL,
				  "selectors of sources are not supported");
	return name;
}

/*
 * from = "FROM" , source , { "," , source } , [ "METADATA" , name , { "," , name } ] ;
 */
static void
from(Parser *p, EsqlCommand *command)
{
	uint32_t	capacity = 0;

	for (;;)
	{
		command->names = esql_grow(p, command->names, command->nnames, &capacity,
								   sizeof(EsqlName), "sources");
		command->names[command->nnames++] = source(p);
		if (p->token.kind != TOKEN_COMMA)
			break;
		esql_next(p, ESQL_LEX_SOURCE);
	}
	if (p->token.kind == TOKEN_SOURCE && p->token.keyword == KEYWORD_METADATA)
	{
		esql_next(p, ESQL_LEX_NAME);
		command->metadata = patterns(p, "METADATA", &command->nmetadata);
	}
}

/*
 * where = "WHERE" , bool ;
 */
static void
where(Parser *p, EsqlCommand *command)
{
	command->expr = esql_bool(p);
}

/*
 * field = [ column , "=" ] , bool ;
 *
 * The name's span is the expression's when none was written.
 */
static void
field(Parser *p, EsqlField *result)
{
	uint32_t	start = p->token.span.start;

	memset(result, 0, sizeof(*result));
	if (esql_column_and_assign(p))
	{
		result->name = esql_column(p, &result->name_span);
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
	result->expr = esql_bool(p);
	result->span = esql_span_from(p, start);
	if (result->name.data == NULL)
		result->name_span = result->expr->span;
}

/*
 * agg = field , [ "WHERE" , bool ] ;
 */
static void
agg(Parser *p, EsqlField *result)
{
	field(p, result);
	if (p->token.kind == TOKEN_WORD && p->token.keyword == KEYWORD_WHERE)
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		result->where = esql_bool(p);
		result->span = esql_span_from(p, result->span.start);
	}
}

/*
 * one , { "," , one }, where one reads a field or an aggregate.
 */
static EsqlField *
fields(Parser *p, void (*one) (Parser *p, EsqlField *result), uint32_t *n)
{
	EsqlField  *result = NULL;
	uint32_t	capacity = 0;

	*n = 0;
	for (;;)
	{
		result = esql_grow(p, result, *n, &capacity, sizeof(EsqlField), "fields");
		one(p, &result[(*n)++]);
		if (p->token.kind != TOKEN_COMMA)
			return result;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
}

/*
 * eval = "EVAL" , field , { "," , field } ;
 * row = "ROW" , field , { "," , field } ;
 */
static void
eval(Parser *p, EsqlCommand *command)
{
	command->fields = fields(p, field, &command->nfields);
}

/*
 * Is BY next?
 */
static bool
at_by(const Parser *p)
{
	return p->token.kind == TOKEN_WORD && p->token.keyword == KEYWORD_BY;
}

/*
 * stats = "STATS" , [ agg , { "," , agg } ] , [ "BY" , field , { "," , field } ] ;
 * inline_stats = ( "INLINE" , "STATS" | "INLINESTATS" ) , agg , { "," , agg } , [ "BY" , ... ] ;
 *
 * Of STATS one of the two there must be.
 */
static void
stats(Parser *p, EsqlCommand *command)
{
	if (!at_by(p) || command->kind == ESQL_INLINE_STATS)
	{
		if (command->kind == ESQL_INLINE_STATS && (at_by(p) || p->token.kind == TOKEN_END || p->token.kind == TOKEN_PIPE))
			esql_unexpected(p, "an aggregate");
		if (p->token.kind == TOKEN_END || p->token.kind == TOKEN_PIPE)
			esql_unexpected(p, "an aggregate or BY");
		command->fields = fields(p, agg, &command->nfields);
	}
	if (at_by(p))
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		command->by = fields(p, field, &command->nby);
	}
}

/*
 * keep = "KEEP" , pattern , { "," , pattern } ;
 * drop = "DROP" , pattern , { "," , pattern } ;
 */
static void
keep(Parser *p, EsqlCommand *command)
{
	command->names = patterns(p, NULL, &command->nnames);
}

/*
 * ren = column , "AS" , column | column , "=" , column ;
 *
 * The second form has the new name first.
 */
static EsqlRename
ren(Parser *p)
{
	EsqlRename	result;
	EsqlName	first = pattern(p, "RENAME");
	bool		as = p->token.kind == TOKEN_NAME && p->token.keyword == KEYWORD_AS;
	EsqlName	second;

	if (!as && p->token.kind != TOKEN_ASSIGN)
		esql_unexpected(p, "AS or \"=\"");
	esql_next(p, ESQL_LEX_NAME);
	second = pattern(p, "RENAME");
	result.from = as ? first : second;
	result.to = as ? second : first;
	return result;
}

/*
 * rename = "RENAME" , ren , { "," , ren } ;
 */
static void
rename_command(Parser *p, EsqlCommand *command)
{
	uint32_t	capacity = 0;

	for (;;)
	{
		command->renames = esql_grow(p, command->renames, command->nrenames, &capacity,
									 sizeof(EsqlRename), "names");
		command->renames[command->nrenames++] = ren(p);
		if (p->token.kind != TOKEN_COMMA)
			return;
		esql_next(p, ESQL_LEX_NAME);
	}
}

/*
 * key = bool , [ "ASC" | "DESC" ] , [ "NULLS" , ( "FIRST" | "LAST" ) ] ;
 *
 * Null counts as the greatest value unless said otherwise.
 */
static void
key(Parser *p, EsqlSortKey *result)
{
	result->expr = esql_bool(p);
	result->descending = false;
	if (p->token.kind == TOKEN_WORD &&
		(p->token.keyword == KEYWORD_ASC || p->token.keyword == KEYWORD_DESC))
	{
		result->descending = p->token.keyword == KEYWORD_DESC;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
	result->nulls_first = result->descending;
	if (p->token.kind == TOKEN_WORD && p->token.keyword == KEYWORD_NULLS)
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		if (p->token.kind != TOKEN_WORD ||
			(p->token.keyword != KEYWORD_FIRST && p->token.keyword != KEYWORD_LAST))
			esql_unexpected(p, "FIRST or LAST");
		result->nulls_first = p->token.keyword == KEYWORD_FIRST;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
}

/*
 * sort = "SORT" , key , { "," , key } ;
 */
static void
sort(Parser *p, EsqlCommand *command)
{
	uint32_t	capacity = 0;

	for (;;)
	{
		command->keys = esql_grow(p, command->keys, command->nkeys, &capacity,
								  sizeof(EsqlSortKey), "sort keys");
		key(p, &command->keys[command->nkeys++]);
		if (p->token.kind != TOKEN_COMMA)
			return;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
}

/*
 * limit = "LIMIT" , integer , [ "BY" , bool , { "," , bool } ] ;
 */
static void
limit(Parser *p, EsqlCommand *command)
{
	EsqlSpan	span = p->token.span;
	const char *digits = p->context->text + span.start;

	if (p->token.kind == TOKEN_MINUS)
		esql_fail(p, ESQL_ERROR_VALUE, span, NULL, "LIMIT must not be negative");
	if (p->token.kind != TOKEN_INTEGER)
		esql_unexpected(p, "a whole number");
	/* digits alone: what is too great comes back as the greatest, or not at all */
	if (!esql_read_long(digits, span.length, &command->limit) || command->limit == INT64_MAX)
		esql_fail(p, ESQL_ERROR_VALUE, span, NULL, "LIMIT is out of range");
	esql_next(p, ESQL_LEX_EXPRESSION);
	if (!at_by(p))
		return;
	esql_next(p, ESQL_LEX_EXPRESSION);
	command->by = fields(p, field, &command->nby);
	for (uint32_t i = 0; i < command->nby; i++)
	{
		if (command->by[i].name.data != NULL)
			esql_fail(p, ESQL_ERROR_SYNTAX, command->by[i].name_span,
					  "Name it with EVAL before, or leave the name out.",
					  "LIMIT BY makes no columns");
	}
}

/*
 * mvexpand = "MV_EXPAND" , column ;
 */
static void
mvexpand(Parser *p, EsqlCommand *command)
{
	command->names = esql_get(p, sizeof(EsqlName));
	command->names[0] = pattern(p, "MV_EXPAND");
	command->nnames = 1;
	if (p->token.kind == TOKEN_COMMA)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span,
				  "Write one MV_EXPAND for each column, separated by |.",
				  "MV_EXPAND takes one column");
}

/*
 * lookup_join = "LOOKUP" , "JOIN" , source , "ON" , bool , { "," , bool } ;
 *
 * These are columns, or there is one condition: analysis/lookup.c tells.
 */
static void
lookup_join(Parser *p, EsqlCommand *command)
{
	command->names = esql_get(p, sizeof(EsqlName));
	command->names[0] = source(p);
	command->nnames = 1;
	if (p->token.kind != TOKEN_SOURCE ||
		!esql_same_word(p->context->text + p->token.span.start, p->token.span.length, "on"))
		esql_unexpected(p, "ON");
	esql_next(p, ESQL_LEX_EXPRESSION);
	command->by = fields(p, field, &command->nby);
	for (uint32_t i = 0; i < command->nby; i++)
	{
		if (command->by[i].name.data != NULL)
			esql_fail(p, ESQL_ERROR_SYNTAX, command->by[i].span, "Equality is written ==.",
					  "LOOKUP JOIN takes columns or conditions after ON");
	}
}

/*
 * Say what is wrong with the word that stands where a command should.
 */
static void ESQL_NORETURN
bad_command(Parser *p)
{
	const char *word = p->context->text + p->token.span.start;
	uint32_t	length = p->token.span.length;
	const char *name = esql_command_name(word, length);
	const char *instead = esql_instead_of(word, length);
	const EsqlCommandWord *nearest;
	char		list[ESQL_COMMAND_LIST_SIZE];
	char		hint[ESQL_COMMAND_LIST_SIZE + 100];

	if (p->token.kind != TOKEN_WORD)
		esql_unexpected(p, "a command");
	esql_list_commands(list);
	if (name != NULL)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, p->token.span, instead != NULL ? instead : list,
				  "%s is not supported", name);
	if (esql_sql_hint(word, length) != NULL)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, esql_sql_hint(word, length),
				  "%.*s is not a command of ES|QL", (int) length, word);
	nearest = esql_nearest_command(word, length);
	if (nearest != NULL)
		snprintf(hint, sizeof(hint), "Did you mean %s? %s", nearest->name, list);
	else
		snprintf(hint, sizeof(hint), "%s", list);
	esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, hint, "unknown command \"%.*s%s\"",
			  length > 60 ? 60 : (int) length, word, length > 60 ? "..." : "");
}

/*
 * The second word of a command that has two, such as INLINE STATS.
 */
static void
second_word(Parser *p, const EsqlCommandWord *word)
{
	const char *text;

	esql_next(p, ESQL_LEX_EXPRESSION);
	text = p->context->text + p->token.span.start;
	if (p->token.kind != TOKEN_WORD || !esql_same_word(text, p->token.span.length, word->second))
		esql_unexpected(p, strchr(word->name, ' ') + 1);
}

/*
 * What comes after the command's words.
 */
static void
command_body(Parser *p, EsqlCommand *command)
{
	switch (command->kind)
	{
		case ESQL_FROM:
			from(p, command);
			return;
		case ESQL_WHERE:
			where(p, command);
			return;
		case ESQL_ROW:
		case ESQL_EVAL:
			eval(p, command);
			return;
		case ESQL_STATS:
		case ESQL_INLINE_STATS:
			stats(p, command);
			return;
		case ESQL_KEEP:
		case ESQL_DROP:
			keep(p, command);
			return;
		case ESQL_RENAME:
			rename_command(p, command);
			return;
		case ESQL_SORT:
			sort(p, command);
			return;
		case ESQL_LIMIT:
			limit(p, command);
			return;
		case ESQL_MV_EXPAND:
			mvexpand(p, command);
			return;
		case ESQL_GROK:
			esql_grok_command(p, command);
			return;
		case ESQL_DISSECT:
			esql_dissect_command(p, command);
			return;
		case ESQL_LOOKUP_JOIN:
			lookup_join(p, command);
			return;
	}
}

/*
 * command = from | row | where | eval | stats | inline_stats | keep | drop | rename | sort | limit | mvexpand
 *		   | grok | dissect | lookup_join ;
 *
 * The first command is a FROM or a ROW, and no other is.
 */
static EsqlCommand *
command(Parser *p, bool first)
{
	EsqlCommand *result = esql_get(p, sizeof(EsqlCommand));
	uint32_t	start = p->token.span.start;
	const EsqlCommandWord *word = NULL;
	char		place[20];

	if (p->token.kind == TOKEN_WORD)
		word = esql_find_command(p->context->text + start, p->token.span.length);
	if (word == NULL)
		bad_command(p);
	if (first && word->kind != ESQL_FROM && word->kind != ESQL_ROW)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, ESQL_BEGIN_HINT,
				  "a query begins with FROM, not with %s", word->name);
	if (!first && word->kind == ESQL_FROM)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span,
				  "Several sources are listed after one FROM, separated by commas.",
				  "FROM can only begin a query");
	if (!first && word->kind == ESQL_ROW)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, "Columns are added by EVAL, as in: | EVAL a = 1.",
				  "ROW can only begin a query");
	snprintf(place, sizeof(place), "in %s", word->name);
	p->place = place;
	result->kind = word->kind;
	if (word->second != NULL)
		second_word(p, word);
	esql_next(p, word->mode);
	command_body(p, result);
	result->span = esql_span_from(p, start);
	if (p->token.kind != TOKEN_PIPE && p->token.kind != TOKEN_END)
		esql_unexpected(p, "\"|\" or the end of the query");
	p->place = "in the query";
	return result;
}

/*
 * query = ( from | row ) , { "|" , command } ;
 */
static EsqlQuery *
query(Parser *p)
{
	EsqlQuery  *result = esql_get(p, sizeof(EsqlQuery));
	EsqlCommand *last;
	uint32_t	n = 1;

	if (p->token.kind == TOKEN_END)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, ESQL_BEGIN_HINT, "the query is empty");
	last = result->from = command(p, true);
	while (p->token.kind == TOKEN_PIPE)
	{
		EsqlSpan	pipe = p->token.span;
		char		list[ESQL_COMMAND_LIST_SIZE];

		if (n++ >= ESQL_MAX_COMMANDS)
			esql_fail(p, ESQL_ERROR_LIMIT, pipe, NULL, "too many commands (limit is %d)",
					  ESQL_MAX_COMMANDS);
		esql_next(p, ESQL_LEX_EXPRESSION);
		esql_list_commands(list);
		if (p->token.kind == TOKEN_END)
			esql_fail(p, ESQL_ERROR_SYNTAX, pipe, list, "nothing follows the last \"|\"");
		if (p->token.kind == TOKEN_PIPE)
			esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, list,
					  "nothing stands between two \"|\"");
		last->next = command(p, false);
		last = last->next;
	}
	return result;
}

/*
 * A parser at the first token.  Checks the length of the text.
 */
static void
start_parser(Parser *p, EsqlContext *context)
{
	p->context = context;
	p->previous_end = 0;
	p->what = "query";
	p->place = "in the query";
	p->level = 0;
	p->prefixes = 0;
	memset(&context->error, 0, sizeof(context->error));
	memset(&p->token, 0, sizeof(p->token));
}

/*
 * Read the first token of a text that is not too long.
 */
static void
first_token(Parser *p)
{
	EsqlSpan	all = {0, ESQL_MAX_QUERY_BYTES};

	if (p->context->length > ESQL_MAX_QUERY_BYTES)
		esql_fail(p, ESQL_ERROR_LIMIT, all, NULL, "the text is too long (limit is %d bytes)",
				  ESQL_MAX_QUERY_BYTES);
	p->token = esql_lex(p->context->text, p->context->length, 0, ESQL_LEX_EXPRESSION);
}

/*
 * Parse a query.  NULL if it cannot be, with context->error filled in.
 */
EsqlQuery *
esql_parse(EsqlContext *context)
{
	Parser		parser;

	start_parser(&parser, context);
	if (setjmp(parser.escape) != 0)
		return NULL;
	first_token(&parser);
	return query(&parser);
}

/*
 * Parse a lone boolean expression.  NULL if it cannot be.
 */
EsqlExpr *
esql_parse_condition(EsqlContext *context)
{
	Parser		parser;
	EsqlExpr   *result;

	start_parser(&parser, context);
	if (setjmp(parser.escape) != 0)
		return NULL;
	first_token(&parser);
	parser.what = "condition";
	parser.place = "in the condition";
	if (parser.token.kind == TOKEN_END)
		esql_fail(&parser, ESQL_ERROR_SYNTAX, parser.token.span, NULL, "the condition is empty");
	result = esql_bool(&parser);
	if (parser.token.kind != TOKEN_END)
		esql_unexpected(&parser, "an operator or the end of the condition");
	return result;
}
