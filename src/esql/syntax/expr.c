/*
 * expr.c
 *		ES|QL expressions.
 *
 * Operators are rows of one table, and one function, subexpr(), reads them all.
 * It takes operators as long as they bind at least as tightly as its limit, and
 * calls itself for their right operands.  From loose to tight:
 *
 *		OR, AND, NOT, [NOT] IN / LIKE / RLIKE, IS NULL and ":",
 *		comparisons, + and -, * / and %, signs, ::
 *
 * Comparisons do not chain, and neither do the predicates of the fourth group:
 * after one of them only looser operators may follow.
 *
 * A chain of ANDs or of ORs of conditions becomes a balanced tree.  It means the
 * same, and its depth is the logarithm of its length.  So rules with hundreds of alternatives
 * stay far from the limit on depth.  That limit, ESQL_MAX_DEPTH, holds for the
 * tree that is built (so whoever walks it may recurse) and for the brackets in
 * the text (so this parser may).
 *
 * After a dot, any word of the language may be part of a column's name.  A name
 * may also begin with one, unless it is an operator or a constant.
 */
#include "esql/syntax/expr.h"

#include <string.h>

#include "esql/syntax/constant.h"
#include "text/word.h"

enum
{
	PRIORITY_ANY,
	PRIORITY_OR,
	PRIORITY_AND,
	PRIORITY_NOT,
	PRIORITY_PREDICATE,
	PRIORITY_COMPARISON,
	PRIORITY_SUM,
	PRIORITY_PRODUCT,
	PRIORITY_SIGN
};

/* Operators with an operand on either side. */
static const struct
{
	EsqlTokenKind token;
	EsqlKeyword keyword;
	int			priority;
	EsqlExprKind kind;
} operators[] =
{
	{TOKEN_WORD, KEYWORD_OR, PRIORITY_OR, ESQL_OR},
	{TOKEN_WORD, KEYWORD_AND, PRIORITY_AND, ESQL_AND},
	{TOKEN_WORD, KEYWORD_NOT, PRIORITY_PREDICATE, ESQL_NOT},
	{TOKEN_WORD, KEYWORD_IN, PRIORITY_PREDICATE, ESQL_IN},
	{TOKEN_WORD, KEYWORD_LIKE, PRIORITY_PREDICATE, ESQL_LIKE},
	{TOKEN_WORD, KEYWORD_RLIKE, PRIORITY_PREDICATE, ESQL_RLIKE},
	{TOKEN_WORD, KEYWORD_IS, PRIORITY_PREDICATE, ESQL_IS_NULL},
	{TOKEN_COLON, KEYWORD_NONE, PRIORITY_PREDICATE, ESQL_MATCH},
	{TOKEN_EQ, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_EQ},
	{TOKEN_NE, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_NE},
	{TOKEN_LT, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_LT},
	{TOKEN_LE, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_LE},
	{TOKEN_GT, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_GT},
	{TOKEN_GE, KEYWORD_NONE, PRIORITY_COMPARISON, ESQL_GE},
	{TOKEN_PLUS, KEYWORD_NONE, PRIORITY_SUM, ESQL_ADD},
	{TOKEN_MINUS, KEYWORD_NONE, PRIORITY_SUM, ESQL_SUBTRACT},
	{TOKEN_STAR, KEYWORD_NONE, PRIORITY_PRODUCT, ESQL_MULTIPLY},
	{TOKEN_SLASH, KEYWORD_NONE, PRIORITY_PRODUCT, ESQL_DIVIDE},
	{TOKEN_PERCENT, KEYWORD_NONE, PRIORITY_PRODUCT, ESQL_MODULO},
};

#define NOPERATORS	((int) (sizeof(operators) / sizeof(operators[0])))

static EsqlExpr *subexpr(Parser *p, int least);
static EsqlExpr *unary(Parser *p);

/*
 * Where an operand should stand, is this word something else than the beginning
 * of a name?
 */
static bool
is_reserved(EsqlKeyword keyword)
{
	switch (keyword)
	{
		case KEYWORD_AND:
		case KEYWORD_BY:
		case KEYWORD_FALSE:
		case KEYWORD_IN:
		case KEYWORD_IS:
		case KEYWORD_LIKE:
		case KEYWORD_NOT:
		case KEYWORD_NULL:
		case KEYWORD_OR:
		case KEYWORD_RLIKE:
		case KEYWORD_TRUE:
		case KEYWORD_WHERE:
			return true;
		default:
			return false;
	}
}

/*
 * Does a column's name begin with this token?
 */
static bool
begins_column(const Parser *p, const EsqlToken *token)
{
	if (token->kind == TOKEN_BACKQUOTED)
		return true;
	if (token->kind != TOKEN_WORD)
		return false;
	return !is_reserved(token->keyword) ||
		esql_peek(p, token, ESQL_LEX_EXPRESSION).kind == TOKEN_DOT;
}

/*
 * Do a column's name and a "=" come next?  Looks ahead without taking
 * anything.
 */
bool
esql_column_and_assign(const Parser *p)
{
	EsqlToken	token = p->token;

	if (!begins_column(p, &token))
		return false;
	for (;;)
	{
		if (token.kind != TOKEN_WORD && token.kind != TOKEN_BACKQUOTED)
			return false;
		token = esql_peek(p, &token, ESQL_LEX_EXPRESSION);
		if (token.kind == TOKEN_ASSIGN)
			return true;
		if (token.kind != TOKEN_DOT)
			return false;
		token = esql_peek(p, &token, ESQL_LEX_EXPRESSION);
	}
}

/*
 * column = ident , { "." , ident } ;
 */
EsqlString
esql_column(Parser *p, EsqlSpan *span)
{
	EsqlString	name = {NULL, 0};
	uint32_t	start = p->token.span.start;

	for (;;)
	{
		EsqlString	part;
		EsqlString	longer;

		if (p->token.kind == TOKEN_BACKQUOTED)
			part = esql_unquote(p, &p->token);
		else if (p->token.kind == TOKEN_WORD)
			part = esql_copy(p, p->context->text + p->token.span.start, p->token.span.length);
		else
			esql_unexpected(p, "the name of a column");
		if (name.data == NULL)
			name = part;
		else
		{
			/* quadratic in the number of parts, of which there are few */
			longer.length = name.length + 1 + part.length;
			longer.data = esql_get(p, (size_t) longer.length + 1);
			memcpy(longer.data, name.data, name.length);
			longer.data[name.length] = '.';
			memcpy(longer.data + name.length + 1, part.data, part.length);
			name = longer;
		}
		esql_next(p, ESQL_LEX_EXPRESSION);
		if (p->token.kind != TOKEN_DOT)
			break;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
	*span = esql_span_from(p, start);
	return name;
}

/*
 * function = ident , "(" , [ "*" | bool , { "," , bool } ] , ")" ;
 */
static EsqlExpr *
function(Parser *p)
{
	EsqlSpan	name_span = p->token.span;
	EsqlString	name = esql_copy(p, p->context->text + name_span.start, name_span.length);
	ExprList	args = {NULL, 0, 0};
	EsqlExpr   *expr;
	EsqlSpan	open;
	bool		star = false;

	esql_next(p, ESQL_LEX_EXPRESSION);
	open = p->token.span;
	esql_enter(p, &p->level);
	esql_next(p, ESQL_LEX_EXPRESSION);
	if (p->token.kind == TOKEN_STAR)
	{
		star = true;
		esql_next(p, ESQL_LEX_EXPRESSION);
		if (p->token.kind != TOKEN_RIGHT_PAREN)
			esql_unexpected(p, "\")\"");
	}
	else if (p->token.kind != TOKEN_RIGHT_PAREN)
	{
		for (;;)
		{
			bool		options = args.n > 0 && p->token.kind == TOKEN_LEFT_BRACE;

			esql_add_expr(p, &args, options ? esql_options(p) : subexpr(p, PRIORITY_ANY), "arguments");
			if (options || p->token.kind != TOKEN_COMMA)
				break;
			esql_next(p, ESQL_LEX_EXPRESSION);
		}
	}
	esql_close(p, TOKEN_RIGHT_PAREN, open, ESQL_LEX_EXPRESSION);
	p->level--;
	expr = esql_node(p, ESQL_CALL, name_span.start, name_span, args.items, args.n);
	expr->string = name;
	expr->star = star;
	return expr;
}

/*
 * "(" , bool , ")"
 *
 * Parentheses have no node, but they belong to the expression's span.
 */
static EsqlExpr *
parenthesized(Parser *p)
{
	EsqlSpan	open = p->token.span;
	EsqlExpr   *expr;

	esql_enter(p, &p->level);
	esql_next(p, ESQL_LEX_EXPRESSION);
	expr = subexpr(p, PRIORITY_ANY);
	esql_close(p, TOKEN_RIGHT_PAREN, open, ESQL_LEX_EXPRESSION);
	p->level--;
	expr->span = esql_span_from(p, open.start);
	return expr;
}

/*
 * primary = constant | function | column | "(" , bool , ")" ;
 */
EsqlExpr *
esql_primary(Parser *p)
{
	EsqlExpr   *expr;
	EsqlToken	next;

	switch (p->token.kind)
	{
		case TOKEN_INTEGER:
		case TOKEN_DECIMAL:
			return esql_number_or_timespan(p);
		case TOKEN_STRING:
			return esql_string_constant(p);
		case TOKEN_LEFT_BRACKET:
			return esql_list(p);
		case TOKEN_LEFT_PAREN:
			return parenthesized(p);
		case TOKEN_WORD:
		case TOKEN_BACKQUOTED:
			break;
		default:
			esql_unexpected(p, "an expression");
	}
	if (!begins_column(p, &p->token))
	{
		if (p->token.keyword == KEYWORD_NULL)
			return esql_leaf(p, ESQL_NULL);
		if (p->token.keyword == KEYWORD_TRUE || p->token.keyword == KEYWORD_FALSE)
			return esql_boolean_constant(p);
		if (p->token.keyword == KEYWORD_NOT)
			esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span,
					  "Put NOT and what it negates in parentheses.",
					  "unexpected NOT %s, expected a value", p->place);
		esql_unexpected(p, "an expression");
	}
	next = esql_peek(p, &p->token, ESQL_LEX_EXPRESSION);
	if (p->token.kind == TOKEN_WORD && next.kind == TOKEN_LEFT_PAREN)
		return function(p);
	expr = esql_get(p, sizeof(EsqlExpr));
	expr->kind = ESQL_COLUMN;
	expr->depth = 1;
	expr->string = esql_column(p, &expr->span);
	expr->name_span = expr->span;
	return expr;
}

/*
 * cast = primary , { "::" , type } ;
 */
static EsqlExpr *
cast(Parser *p)
{
	EsqlExpr   *expr = esql_primary(p);

	while (p->token.kind == TOKEN_CAST)
	{
		EsqlSpan	type;
		EsqlString	name;

		esql_next(p, ESQL_LEX_EXPRESSION);
		if (p->token.kind != TOKEN_WORD)
			esql_unexpected(p, "the name of a type");
		type = p->token.span;
		name = esql_copy(p, p->context->text + type.start, type.length);
		esql_next(p, ESQL_LEX_EXPRESSION);
		expr = esql_node1(p, ESQL_CAST, expr->span.start, type, expr);
		expr->string = name;
	}
	return expr;
}

/*
 * unary = { "-" | "+" } , cast ;
 *
 * A sign before a number is part of it; a plus is nothing.
 */
static EsqlExpr *
unary(Parser *p)
{
	EsqlToken	sign = p->token;
	EsqlExpr   *operand;
	EsqlExpr   *folded;

	if (sign.kind != TOKEN_MINUS && sign.kind != TOKEN_PLUS)
		return cast(p);
	esql_enter(p, &p->prefixes);
	esql_next(p, ESQL_LEX_EXPRESSION);
	operand = unary(p);
	p->prefixes--;
	if (sign.kind == TOKEN_PLUS)
	{
		operand->span = esql_span_from(p, sign.span.start);
		return operand;
	}
	folded = esql_fold_minus(p, operand, sign.span.start);
	if (folded != NULL)
		return folded;
	return esql_node1(p, ESQL_NEGATE, sign.span.start, sign.span, operand);
}

/*
 * "IN" , "(" , value , { "," , value } , ")"
 */
static EsqlExpr *
in_list(Parser *p, EsqlExpr *left, EsqlSpan name_span)
{
	ExprList	args = {NULL, 0, 0};
	EsqlSpan	open = p->token.span;

	if (p->token.kind != TOKEN_LEFT_PAREN)
		esql_unexpected(p, "\"(\" and a list of values");
	esql_add_expr(p, &args, left, "values");
	do
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		if (args.n == 1 && p->token.kind == TOKEN_WORD &&
			esql_same_word(p->context->text + p->token.span.start, p->token.span.length, "from"))
		{
			EsqlToken	next = esql_peek(p, &p->token, ESQL_LEX_EXPRESSION);

			if (next.kind == TOKEN_WORD || next.kind == TOKEN_STRING)
				esql_fail(p, ESQL_ERROR_UNSUPPORTED, p->token.span, NULL,
						  "subqueries are not supported");
		}
		esql_add_expr(p, &args, subexpr(p, PRIORITY_COMPARISON), "values");
	} while (p->token.kind == TOKEN_COMMA);
	esql_close(p, TOKEN_RIGHT_PAREN, open, ESQL_LEX_EXPRESSION);
	return esql_node(p, ESQL_IN, left->span.start, name_span, args.items, args.n);
}

/*
 * ( "LIKE" | "RLIKE" ) , ( primary | "(" , string , { "," , string } , ")" )
 */
static EsqlExpr *
like_patterns(Parser *p, EsqlExprKind kind, EsqlExpr *left, EsqlSpan name_span)
{
	ExprList	args = {NULL, 0, 0};
	EsqlSpan	open = p->token.span;

	esql_add_expr(p, &args, left, "patterns");
	if (p->token.kind != TOKEN_LEFT_PAREN)
	{
		if (p->token.kind == TOKEN_END || p->token.kind == TOKEN_PIPE)
			esql_unexpected(p, "a pattern in double quotes");
		esql_add_expr(p, &args, esql_primary(p), "patterns");
	}
	else
	{
		do
		{
			esql_next(p, ESQL_LEX_EXPRESSION);
			if (p->token.kind != TOKEN_STRING)
				esql_unexpected(p, "a pattern in double quotes");
			esql_add_expr(p, &args, esql_string_constant(p), "patterns");
		} while (p->token.kind == TOKEN_COMMA);
		esql_close(p, TOKEN_RIGHT_PAREN, open, ESQL_LEX_EXPRESSION);
	}
	return esql_node(p, kind, left->span.start, name_span, args.items, args.n);
}

/*
 * column [ "::" type ] ":" constant
 */
static EsqlExpr *
match(Parser *p, EsqlExpr *left, EsqlSpan name_span)
{
	EsqlExpr   *right;

	if (left->kind != ESQL_COLUMN &&
		!(left->kind == ESQL_CAST && left->args[0]->kind == ESQL_COLUMN))
		esql_fail(p, ESQL_ERROR_SYNTAX, left->span, "Equality is written ==.",
				  "only a column may stand before \":\"");
	right = unary(p);
	switch (right->kind)
	{
		case ESQL_NULL:
		case ESQL_BOOLEAN:
		case ESQL_INTEGER:
		case ESQL_DOUBLE:
		case ESQL_STRING:
		case ESQL_TIMESPAN:
		case ESQL_LIST:
			return esql_node2(p, ESQL_MATCH, name_span, left, right);
		default:
			esql_fail(p, ESQL_ERROR_SYNTAX, right->span, NULL,
					  "only a constant may stand behind \":\"");
	}
}

/*
 * pred = value [ ["NOT"] "IN" ... | ["NOT"] ("LIKE"|"RLIKE") ... | "IS" ["NOT"] "NULL" ] ;
 *
 * What comes after the value; its first token is the current one.
 */
static EsqlExpr *
predicate(Parser *p, EsqlExprKind kind, EsqlExpr *left)
{
	EsqlSpan	name_span = p->token.span;
	EsqlSpan	not_span = p->token.span;
	bool		negated = kind == ESQL_NOT;
	EsqlExpr   *expr;

	esql_next(p, ESQL_LEX_EXPRESSION);
	if (kind == ESQL_IS_NULL)
	{
		if (esql_at_keyword(&p->token, KEYWORD_NOT))
		{
			kind = ESQL_IS_NOT_NULL;
			esql_next(p, ESQL_LEX_EXPRESSION);
		}
		if (!esql_at_keyword(&p->token, KEYWORD_NULL))
			esql_unexpected(p, kind == ESQL_IS_NULL ? "NULL or NOT NULL" : "NULL");
		esql_next(p, ESQL_LEX_EXPRESSION);
		return esql_node1(p, kind, left->span.start, name_span, left);
	}
	if (kind == ESQL_MATCH)
		return match(p, left, name_span);
	if (negated)
	{
		if (esql_at_keyword(&p->token, KEYWORD_IN))
			kind = ESQL_IN;
		else if (esql_at_keyword(&p->token, KEYWORD_LIKE))
			kind = ESQL_LIKE;
		else if (esql_at_keyword(&p->token, KEYWORD_RLIKE))
			kind = ESQL_RLIKE;
		else
			esql_unexpected(p, "IN, LIKE or RLIKE after NOT");
		name_span = p->token.span;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
	if (kind == ESQL_IN)
		expr = in_list(p, left, name_span);
	else
		expr = like_patterns(p, kind, left, name_span);
	return negated ? esql_node1(p, ESQL_NOT, left->span.start, not_span, expr) : expr;
}

/*
 * The conditions from..to of a chain as a balanced tree.
 */
static EsqlExpr *
balance(Parser *p, EsqlExprKind kind, EsqlSpan name_span, EsqlExpr **items, uint32_t n)
{
	uint32_t	half = n / 2;
	EsqlExpr   *left;
	EsqlExpr   *right;

	if (n == 1)
		return items[0];
	left = balance(p, kind, name_span, items, half);
	right = balance(p, kind, name_span, items + half, n - half);
	return esql_node2(p, kind, name_span, left, right);
}

/*
 * May an operand of AND or OR hold several values, as far as its form tells?
 */
static bool
may_hold_several(const EsqlExpr *expr)
{
	/* conditions of one value that long chains are made of */
	static const char *const single[] = {"starts_with", "ends_with", "contains", "cidr_match", "mv_contains"};

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]) && expr->kind == ESQL_CALL; i++)
	{
		if (esql_same_word(expr->string.data, expr->string.length, single[i]))
			return false;
	}
	return expr->kind == ESQL_COLUMN || expr->kind == ESQL_CALL || expr->kind == ESQL_CAST ||
		expr->kind == ESQL_LIST;
}

/*
 * The conditions of a chain as a tree that means what the chain does from left to
 * right.  AND and OR are null when a side holds several values, whatever the other
 * side is, so an operand that may hold several must meet just the operands before
 * it; the others may be paired as it suits.
 */
static EsqlExpr *
pair_up(Parser *p, EsqlExprKind kind, EsqlSpan name_span, EsqlExpr **items, uint32_t n)
{
	EsqlExpr   *tree = NULL;

	for (uint32_t start = 0, end; start < n; start = end)
	{
		EsqlExpr   *part;

		end = start + 1;
		if (!may_hold_several(items[start]) && (tree == NULL || !may_hold_several(tree)))
		{
			while (end < n && !may_hold_several(items[end]))
				end++;
		}
		part = balance(p, kind, name_span, items + start, end - start);
		tree = tree == NULL ? part : esql_node2(p, kind, name_span, tree, part);
	}
	return tree;
}

/*
 * or = and , { "OR" , and } ;   and = not , { "AND" , not } ;
 *
 * One whole chain of one of the two; the current token is its first operator.
 */
static EsqlExpr *
chain(Parser *p, int op, EsqlExpr *left)
{
	ExprList	items = {NULL, 0, 0};
	EsqlSpan	name_span = p->token.span;

	esql_add_expr(p, &items, left, "conditions");
	while (esql_at_keyword(&p->token, operators[op].keyword))
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		esql_add_expr(p, &items, subexpr(p, operators[op].priority + 1), "conditions");
	}
	return pair_up(p, operators[op].kind, name_span, items.items, items.n);
}

/*
 * Which row of the table the current token is, -1 if none.
 */
static int
find_operator(const Parser *p)
{
	for (int i = 0; i < NOPERATORS; i++)
	{
		if (p->token.kind == operators[i].token &&
			(p->token.kind != TOKEN_WORD || p->token.keyword == operators[i].keyword))
			return i;
	}
	return -1;
}

/*
 * not   = { "NOT" } , pred ;
 * value = arith , [ ("=="|"!="|"<"|"<="|">"|">=") , arith ] ;
 * arith = term , { ("+"|"-") , term } ;
 * term  = unary , { ("*"|"/"|"%") , unary } ;
 *
 * All the operators of at least a given priority.  "most" is what may still
 * follow: after a comparison or a predicate, nothing as tight.
 */
static EsqlExpr *
subexpr(Parser *p, int least)
{
	EsqlExpr   *left;
	int			most = PRIORITY_SIGN;
	int			op;

	if (esql_at_keyword(&p->token, KEYWORD_NOT) && least <= PRIORITY_NOT &&
		!begins_column(p, &p->token))
	{
		EsqlSpan	not_span = p->token.span;

		esql_enter(p, &p->prefixes);
		esql_next(p, ESQL_LEX_EXPRESSION);
		left = subexpr(p, PRIORITY_NOT);
		p->prefixes--;
		left = esql_node1(p, ESQL_NOT, not_span.start, not_span, left);
		most = PRIORITY_AND;
	}
	else
		left = unary(p);
	while ((op = find_operator(p)) >= 0 && operators[op].priority >= least)
	{
		int			priority = operators[op].priority;
		EsqlSpan	name_span = p->token.span;

		if (priority > most)
		{
			if (priority == PRIORITY_COMPARISON)
				esql_fail(p, ESQL_ERROR_SYNTAX, name_span,
						  "Join two comparisons by AND, or put the first one in parentheses.",
						  "comparisons cannot be chained");
			esql_unexpected(p, "AND, OR or the end of the condition");
		}
		if (priority <= PRIORITY_AND)
			left = chain(p, op, left);
		else if (priority == PRIORITY_PREDICATE)
			left = predicate(p, operators[op].kind, left);
		else
		{
			EsqlExpr   *right;

			esql_next(p, ESQL_LEX_EXPRESSION);
			right = subexpr(p, priority + 1);
			left = esql_node2(p, operators[op].kind, name_span, left, right);
		}
		if (priority <= PRIORITY_COMPARISON)
			most = priority - 1;
	}
	return left;
}

/*
 * bool = or ;
 */
EsqlExpr *
esql_bool(Parser *p)
{
	return subexpr(p, PRIORITY_ANY);
}
