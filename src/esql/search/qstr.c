/*
 * qstr.c
 *		Lucene's query strings.
 *
 * query  = { [ "AND" | "&&" | "OR" | "||" ] , [ "+" | "-" | "!" | "NOT" ] , clause } ;
 * clause = [ name , ":" ] , ( "(" , query , ")" | quoted | range | comparison | term ) , [ "^" , number ] ;
 * range  = ( "[" | "{" ) , bound , "TO" , bound , ( "]" | "}" ) ;
 * comparison = ( ">" | ">=" | "<" | "<=" ) , bound ;
 *
 * AND and OR do not come before each other.  A clause must, may, or must not
 * fit: AND makes the clauses on its two sides ones that must, a plus makes it
 * the one behind it, NOT, "!" and a minus make it one that must not; all others
 * may fit, and one of these has to if there is none that must.  So in
 * "a AND b OR c" the c says nothing.  A query of clauses that must not fit
 * finds everything else.
 *
 * A backslash escapes; * and ? are wildcards, but not in quotes.  A boost
 * (^2) means nothing without a score.  Values without a field, regular
 * expressions, nearness (~) and wildcards in names are refused.
 */
#include "esql/search/reader.h"

#include <string.h>

#include "text/utf8.h"

typedef struct Reader
{
	SearchReader base;
	const char *text;
	size_t		end;
	size_t		at;
} Reader;

typedef enum Occur
{
	OCCUR_MAY,
	OCCUR_MUST,
	OCCUR_MUST_NOT
} Occur;

static EsqlSearch *read_query(Reader *r, const EsqlString *field);

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(Reader *r)
{
	while (r->at < r->end && is_blank(r->text[r->at]))
		r->at++;
}

/* The character that comes next, '\0' at the end. */
static char
ahead(const Reader *r)
{
	return r->at < r->end ? r->text[r->at] : '\0';
}

static bool
take(Reader *r, const char *what)
{
	size_t		length = strlen(what);

	if (r->end - r->at < length || memcmp(r->text + r->at, what, length) != 0)
		return false;
	r->at += length;
	return true;
}

/* A word that is an operator: a blank, a parenthesis or the end must follow. */
static bool
take_word(Reader *r, const char *word)
{
	size_t		start = r->at;

	if (take(r, word) && (r->at == r->end || is_blank(ahead(r)) || ahead(r) == '('))
		return true;
	r->at = start;
	return false;
}

static void SEARCH_NORETURN
unexpected(Reader *r, const char *expected)
{
	size_t		rest = r->end - r->at;

	if (rest == 0)
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->at, 0, NULL, "unexpected end of the search, expected %s", expected);
	esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->at, 1, "A backslash before it makes it a plain character.",
					 "unexpected \"%.*s\", expected %s", (int) td_utf8_clip(r->text + r->at, rest > 4 ? 4 : rest),
					 r->text + r->at, expected);
}

/* Does the character end a term? */
static bool
ends_term(char c)
{
	return is_blank(c) || (c != '\0' && strchr("()[]{}:^\"~", c) != NULL);
}

/* A backslash and what it escapes, appended. */
static void
append_escape(Reader *r, EsqlBuffer *out)
{
	size_t		bytes = esql_search_read_code(&r->base, out, r->at, r->end);

	if (bytes == 0)
	{
		if (r->at + 1 >= r->end)
			esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->at, 1, "A backslash itself is written \\\\.",
							 "a backslash at the end escapes nothing");
		esql_search_check_char(&r->base, r->at + 1);
		esql_append_char(out, r->text[r->at + 1]);
		bytes = 2;
	}
	r->at += bytes;
}

/* A term, with its wildcards marked; *wildcard tells whether there are any. */
static EsqlString
read_term(Reader *r, bool *wildcard)
{
	EsqlBuffer	out;
	size_t		start = r->at;

	esql_buffer_init(&out, r->base.context);
	*wildcard = false;
	while (r->at < r->end && !ends_term(ahead(r)))
	{
		char		c = ahead(r);

		if (c == '\\')
		{
			append_escape(r, &out);
			continue;
		}
		if (c == '/')
			esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, r->at, 1, "A plain slash is written \\/.",
							 "regular expressions are not supported");
		if (c == '!' || (r->at == start && (c == '+' || c == '-' || c == '&' || c == '|')))
			unexpected(r, "a value");
		esql_search_check_char(&r->base, r->at);
		*wildcard = *wildcard || c == '*' || c == '?';
		esql_append_char(&out, c == '*' ? ESQL_SEARCH_ANY : c == '?' ? ESQL_SEARCH_ONE : c);
		r->at++;
	}
	if (r->at == start)
		unexpected(r, "a value");
	return esql_search_finish(&r->base, &out);
}

/* A phrase in double quotes. */
static EsqlString
read_quoted(Reader *r)
{
	EsqlBuffer	out;
	size_t		start = r->at++;

	esql_buffer_init(&out, r->base.context);
	while (r->at < r->end && ahead(r) != '"')
	{
		if (ahead(r) == '\\')
			append_escape(r, &out);
		else
		{
			esql_search_check_char(&r->base, r->at);
			esql_append_char(&out, r->text[r->at++]);
		}
	}
	if (r->at >= r->end)
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, start, 1, NULL, "the quoted value does not end");
	r->at++;
	return esql_search_finish(&r->base, &out);
}

/* A bound of a range or comparison; false for a lone asterisk, which is none. */
static bool
read_bound(Reader *r, EsqlString *bound)
{
	bool		wildcard = false;
	size_t		start;

	skip_blanks(r);
	start = r->at;
	if (ahead(r) == '"')
		*bound = read_quoted(r);
	else
		*bound = read_term(r, &wildcard);
	if (wildcard && (bound->length > 1 || bound->data[0] != ESQL_SEARCH_ANY))
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, start, r->at - start, NULL, "a value that is compared cannot have wildcards");
	return !wildcard;
}

static EsqlSearch *
comparison(Reader *r, const EsqlString *field, EsqlSearchKind kind, size_t place, const EsqlString *bound)
{
	EsqlSearch *node = esql_search_node(&r->base, kind, place);

	node->field = *field;
	node->value = *bound;
	return node;
}

/* range = ( "[" | "{" ) , bound , "TO" , bound , ( "]" | "}" ) ; */
static EsqlSearch *
read_range(Reader *r, const EsqlString *field)
{
	size_t		start = r->at;
	EsqlSearch *both = esql_search_node(&r->base, ESQL_SEARCH_AND, start);
	bool		inclusive = ahead(r) == '[';
	EsqlString	bound;
	bool		bounded;

	r->at++;
	if (read_bound(r, &bound))
		esql_search_add(&r->base, both, comparison(r, field, inclusive ? ESQL_SEARCH_GE : ESQL_SEARCH_GT, start, &bound));
	skip_blanks(r);
	if (!take(r, "TO") || !is_blank(ahead(r)))
		unexpected(r, "TO");
	bounded = read_bound(r, &bound);
	skip_blanks(r);
	if (ahead(r) != ']' && ahead(r) != '}')
		unexpected(r, "\"]\" or \"}\"");
	inclusive = r->text[r->at++] == ']';
	if (bounded)
		esql_search_add(&r->base, both, comparison(r, field, inclusive ? ESQL_SEARCH_LE : ESQL_SEARCH_LT, start, &bound));
	if (both->nargs == 0)
	{
		both->kind = ESQL_SEARCH_EXISTS;
		both->field = *field;
	}
	return both;
}

/* The value of a field. */
static EsqlSearch *
read_value(Reader *r, const EsqlString *field)
{
	EsqlSearch *node = esql_search_node(&r->base, ESQL_SEARCH_VALUE, r->at);
	size_t		start = r->at;
	EsqlString	bound;

	if (ahead(r) == '[' || ahead(r) == '{')
		return read_range(r, field);
	if (ahead(r) == '>' || ahead(r) == '<')
	{
		node->kind = take(r, ">=") ? ESQL_SEARCH_GE : take(r, "<=") ? ESQL_SEARCH_LE :
			take(r, ">") ? ESQL_SEARCH_GT : ESQL_SEARCH_LT;
		r->at += node->kind == ESQL_SEARCH_LT;
		if (!read_bound(r, &bound))
			unexpected(r, "a value");
		return comparison(r, field, node->kind, start, &bound);
	}
	node->field = *field;
	node->quoted = ahead(r) == '"';
	node->value = node->quoted ? read_quoted(r) : read_term(r, &node->wildcard);
	if (node->wildcard && node->value.length == 1 && node->value.data[0] == ESQL_SEARCH_ANY)
		node->kind = ESQL_SEARCH_EXISTS;
	return node;
}

/* What may stand behind a clause: a boost. */
static void
skip_boost(Reader *r)
{
	if (ahead(r) == '~')
		esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, r->at, 1, "MATCH() has the option fuzziness.",
						 "nearness (~) is not supported");
	if (!take(r, "^"))
		return;
	if (ahead(r) < '0' || ahead(r) > '9')
		unexpected(r, "a number");
	while ((ahead(r) >= '0' && ahead(r) <= '9') || ahead(r) == '.')
		r->at++;
}

/* "(" , query , ")" ; */
static EsqlSearch *
read_group(Reader *r, const EsqlString *field)
{
	EsqlSearch *node;

	esql_search_enter(&r->base, r->at);
	r->at++;
	node = read_query(r, field);
	if (ahead(r) != ')')
		unexpected(r, "\")\"");
	r->at++;
	r->base.depth--;
	return node;
}

static void SEARCH_NORETURN
fail_wildcard_name(Reader *r, size_t start, size_t end)
{
	esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, start, end - start, NULL,
					 "wildcards in the name of a field are not supported");
}

/* What stands behind "_exists_:", the name of a field; all events have some field. */
static EsqlSearch *
read_exists(Reader *r, size_t start)
{
	EsqlSearch *node = esql_search_node(&r->base, ESQL_SEARCH_EXISTS, start);
	size_t		place = r->at;
	bool		wildcard;

	node->field = read_term(r, &wildcard);
	if (wildcard && node->field.length == 1 && node->field.data[0] == ESQL_SEARCH_ANY)
		return esql_search_node(&r->base, ESQL_SEARCH_EVERYTHING, start);
	if (wildcard)
		fail_wildcard_name(r, place, r->at);
	return node;
}

/* A clause that names its field, or has it from the group round it. */
static EsqlSearch *
read_clause(Reader *r, const EsqlString *field)
{
	size_t		start = r->at;
	bool		wildcard;
	EsqlString	name;

	if (ahead(r) == '(')
		return read_group(r, field);
	if (ahead(r) != '"' && ahead(r) != '[' && ahead(r) != '{' && ahead(r) != '>' && ahead(r) != '<')
	{
		name = read_term(r, &wildcard);
		if (take(r, ":"))
		{
			if (wildcard && name.length == 1 && take(r, "*"))
				return esql_search_node(&r->base, ESQL_SEARCH_EVERYTHING, start);
			if (wildcard)
				fail_wildcard_name(r, start, r->at - 1);
			skip_blanks(r);
			if (name.length == 8 && memcmp(name.data, "_exists_", 8) == 0)
				return read_exists(r, start);
			return ahead(r) == '(' ? read_group(r, &name) : read_value(r, &name);
		}
		if (field == NULL && wildcard && name.length == 1 && name.data[0] == ESQL_SEARCH_ANY)
			return esql_search_node(&r->base, ESQL_SEARCH_EVERYTHING, start);
		r->at = start;
	}
	if (field == NULL)
		esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, start, 1, "Name a field, as in: process.name:scp.",
						 "a search in all fields is not supported");
	return read_value(r, field);
}

/* The clauses that were read, as a condition; see above. */
static EsqlSearch *
join(Reader *r, EsqlSearch *clauses, const Occur *occurs, size_t place)
{
	EsqlSearch *all = esql_search_node(&r->base, ESQL_SEARCH_AND, place);
	EsqlSearch *some = esql_search_node(&r->base, ESQL_SEARCH_OR, place);

	for (uint32_t i = 0; i < clauses->nargs; i++)
	{
		if (occurs[i] == OCCUR_MUST)
			esql_search_add(&r->base, all, clauses->args[i]);
		else if (occurs[i] == OCCUR_MAY)
			esql_search_add(&r->base, some, clauses->args[i]);
	}
	if (all->nargs == 0 && some->nargs > 0)
		esql_search_add(&r->base, all, some->nargs == 1 ? some->args[0] : some);
	for (uint32_t i = 0; i < clauses->nargs; i++)
	{
		EsqlSearch *not;

		if (occurs[i] != OCCUR_MUST_NOT)
			continue;
		not = esql_search_node(&r->base, ESQL_SEARCH_NOT, place);
		esql_search_add(&r->base, not, clauses->args[i]);
		esql_search_add(&r->base, all, not);
	}
	return all->nargs == 1 ? all->args[0] : all;
}

/* query, up to a parenthesis or the end */
static EsqlSearch *
read_query(Reader *r, const EsqlString *field)
{
	size_t		start = r->at;
	EsqlSearch *clauses = esql_search_node(&r->base, ESQL_SEARCH_AND, start);
	Occur	   *occurs = esql_search_get(&r->base, (r->end - r->at + 1) * sizeof(Occur));
	bool		and = false;

	skip_blanks(r);
	while (r->at < r->end && ahead(r) != ')')
	{
		uint32_t	n = clauses->nargs;
		bool		not = take(r, "-") || take(r, "!") || take_word(r, "NOT");
		bool		must = !not && take(r, "+");

		skip_blanks(r);
		if (and && occurs[n - 1] == OCCUR_MAY)
			occurs[n - 1] = OCCUR_MUST;
		occurs[n] = not ? OCCUR_MUST_NOT : must || and ? OCCUR_MUST : OCCUR_MAY;
		esql_search_add(&r->base, clauses, read_clause(r, field));
		skip_boost(r);
		skip_blanks(r);
		and = take_word(r, "AND") || take(r, "&&");
		if (and || take_word(r, "OR") || take(r, "||"))
		{
			skip_blanks(r);
			if (r->at >= r->end || ahead(r) == ')')
				unexpected(r, "a field");
		}
	}
	if (clauses->nargs == 0)
		unexpected(r, "a field");
	return join(r, clauses, occurs, start);
}

/*
 * Read the context's text; see search.h.
 */
EsqlSearch *
esql_read_qstr(EsqlContext *context)
{
	Reader		reader = {.base = {.context = context}, .text = context->text, .end = context->length};
	EsqlSearch *volatile search = NULL;

	if (setjmp(reader.base.escape) != 0)
		return NULL;
	search = read_query(&reader, NULL);
	if (reader.at < reader.end)
		unexpected(&reader, "the end of the search");
	return search;
}
