/*
 * print.h
 *		A parsed query as ES|QL again, in one normal form, for the unit tests and
 *		the fuzzer.
 *
 * One command to a line, every operator in parentheses with its operands,
 * names in backquotes only where they need them.  What is printed parses to
 * the same tree again, but for spans and for the parentheses of the original;
 * so printing it once more gives the same text.  fuzz_parse holds it to that.
 *
 * Recursion is bounded by the depth that the parser allows.
 */
#ifndef TEST_PRINT_H
#define TEST_PRINT_H

#include <stdio.h>
#include <string.h>

#include "esql/syntax/lex.h"
#include "text/buffer.h"
#include "text/literal.h"

static void print_expr(EsqlBuffer *out, const EsqlExpr *expr);

/*
 * A string in double quotes.  Line breaks and tabs are escaped; other control
 * characters may stand as they are.
 */
static void
print_string(EsqlBuffer *out, EsqlString string)
{
	esql_append_char(out, '"');
	for (uint32_t i = 0; i < string.length; i++)
	{
		char		c = string.data[i];

		switch (c)
		{
			case '\t':
				esql_append_text(out, "\\t");
				break;
			case '\n':
				esql_append_text(out, "\\n");
				break;
			case '\r':
				esql_append_text(out, "\\r");
				break;
			case '"':
			case '\\':
				esql_append_char(out, '\\');
				esql_append_char(out, c);
				break;
			default:
				esql_append_char(out, c);
		}
	}
	esql_append_char(out, '"');
}

/*
 * A name in backquotes.
 */
static void
print_backquoted(EsqlBuffer *out, const char *data, uint32_t length)
{
	esql_append_char(out, '`');
	for (uint32_t i = 0; i < length; i++)
	{
		if (data[i] == '`')
			esql_append_char(out, '`');
		esql_append_char(out, data[i]);
	}
	esql_append_char(out, '`');
}

/*
 * The name of a column in an expression: plain if each of its parts is a word
 * and none of them a keyword.
 */
static void
print_column(EsqlBuffer *out, EsqlString name)
{
	bool		plain = true;
	uint32_t	start = 0;

	for (uint32_t i = 0; i <= name.length; i++)
	{
		if (i < name.length && name.data[i] != '.')
			continue;
		if (!esql_is_word(name.data + start, i - start) ||
			esql_keyword(name.data + start, i - start) != KEYWORD_NONE)
			plain = false;
		start = i + 1;
	}
	if (plain)
		esql_append(out, name.data, name.length);
	else
		print_backquoted(out, name.data, name.length);
}

/*
 * A name pattern: plain if all of it reads the same that way; else what is
 * between wildcards goes in backquotes.
 */
static void
print_pattern(EsqlBuffer *out, EsqlString name)
{
	bool		plain = true;
	uint32_t	start = 0;

	for (uint32_t i = 0; i < name.length; i++)
	{
		char		c = name.data[i];

		if (c == '.')
			plain = plain && i > 0 && i + 1 < name.length && name.data[i - 1] != '.';
		else
			plain = plain && (esql_is_word_char(c) || c == '@' || c == ESQL_WILDCARD);
	}
	for (uint32_t i = 0; i <= name.length; i++)
	{
		if (i < name.length && name.data[i] != ESQL_WILDCARD)
			continue;
		if (plain)
			esql_append(out, name.data + start, i - start);
		else if (i > start)
			print_backquoted(out, name.data + start, i - start);
		if (i < name.length)
			esql_append_char(out, '*');
		start = i + 1;
	}
}

/*
 * Expressions, separated by commas.
 */
static void
print_args(EsqlBuffer *out, EsqlExpr *const *args, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
			esql_append_text(out, ", ");
		print_expr(out, args[i]);
	}
}

/*
 * IN, LIKE and RLIKE: their first operand stands on the left.  A lone pattern
 * has no parentheses.
 */
static void
print_listed(EsqlBuffer *out, const EsqlExpr *expr, const char *name)
{
	bool		lone = expr->kind != ESQL_IN && expr->nargs == 2;

	esql_append_char(out, '(');
	print_expr(out, expr->args[0]);
	esql_append_char(out, ' ');
	esql_append_text(out, name);
	esql_append_text(out, lone ? " " : " (");
	print_args(out, expr->args + 1, expr->nargs - 1);
	esql_append_text(out, lone ? ")" : "))");
}

/*
 * x::type.  The cast binds more tightly than the minus of a negative number.
 */
static void
print_cast(EsqlBuffer *out, const EsqlExpr *expr)
{
	const EsqlExpr *arg = expr->args[0];
	bool		negative = (arg->kind == ESQL_INTEGER || arg->kind == ESQL_TIMESPAN) &&
		arg->integer < 0;

	if (arg->kind == ESQL_DOUBLE)
	{
		char		buf[ESQL_LITERAL_SIZE];

		(void) esql_write_double(arg->number, buf);
		negative = buf[0] == '-';
	}
	if (negative)
		esql_append_char(out, '(');
	print_expr(out, arg);
	if (negative)
		esql_append_char(out, ')');
	esql_append_text(out, "::");
	esql_append(out, expr->string.data, expr->string.length);
}

/*
 * Constants, and the brackets of a list.
 */
static void
print_constant(EsqlBuffer *out, const EsqlExpr *expr)
{
	char		buf[ESQL_LITERAL_SIZE + 20];

	switch (expr->kind)
	{
		case ESQL_NULL:
			esql_append_text(out, "NULL");
			break;
		case ESQL_BOOLEAN:
			esql_append_text(out, expr->boolean ? "TRUE" : "FALSE");
			break;
		case ESQL_INTEGER:
			snprintf(buf, sizeof(buf), "%lld", (long long) expr->integer);
			esql_append_text(out, buf);
			break;
		case ESQL_DOUBLE:
			(void) esql_write_double(expr->number, buf);
			esql_append_text(out, buf);
			break;
		case ESQL_TIMESPAN:
			snprintf(buf, sizeof(buf), "%lld %s%s", (long long) expr->integer,
					 esql_time_unit_name(expr->unit), expr->integer == 1 ? "" : "s");
			esql_append_text(out, buf);
			break;
		case ESQL_LIST:
			esql_append_char(out, '[');
			print_args(out, expr->args, expr->nargs);
			esql_append_char(out, ']');
			break;
		case ESQL_OPTIONS:
			esql_append_char(out, '{');
			for (uint32_t i = 0; i < expr->nargs; i += 2)
			{
				esql_append_text(out, i > 0 ? ", " : "");
				print_string(out, expr->args[i]->string);
				esql_append_text(out, ": ");
				print_constant(out, expr->args[i + 1]);
			}
			esql_append_char(out, '}');
			break;
		default:
			print_string(out, expr->string);
			break;
	}
}

/*
 * Any expression.
 */
static void
print_expr(EsqlBuffer *out, const EsqlExpr *expr)
{
	switch (expr->kind)
	{
		case ESQL_NULL:
		case ESQL_BOOLEAN:
		case ESQL_INTEGER:
		case ESQL_DOUBLE:
		case ESQL_STRING:
		case ESQL_TIMESPAN:
		case ESQL_LIST:
		case ESQL_OPTIONS:
			print_constant(out, expr);
			break;
		case ESQL_COLUMN:
			print_column(out, expr->string);
			break;
		case ESQL_CALL:
			esql_append(out, expr->string.data, expr->string.length);
			esql_append_text(out, expr->star ? "(*" : "(");
			print_args(out, expr->args, expr->nargs);
			esql_append_char(out, ')');
			break;
		case ESQL_NEGATE:
		case ESQL_NOT:
			esql_append_text(out, expr->kind == ESQL_NOT ? "(NOT " : "(-");
			print_expr(out, expr->args[0]);
			esql_append_char(out, ')');
			break;
		case ESQL_ADD:
		case ESQL_SUBTRACT:
		case ESQL_MULTIPLY:
		case ESQL_DIVIDE:
		case ESQL_MODULO:
		case ESQL_EQ:
		case ESQL_NE:
		case ESQL_LT:
		case ESQL_LE:
		case ESQL_GT:
		case ESQL_GE:
		case ESQL_AND:
		case ESQL_OR:
		case ESQL_MATCH:
			esql_append_char(out, '(');
			print_expr(out, expr->args[0]);
			esql_append_char(out, ' ');
			esql_append_text(out, esql_operator_text(expr->kind));
			esql_append_char(out, ' ');
			print_expr(out, expr->args[1]);
			esql_append_char(out, ')');
			break;
		case ESQL_IN:
			print_listed(out, expr, "IN");
			break;
		case ESQL_LIKE:
			print_listed(out, expr, "LIKE");
			break;
		case ESQL_RLIKE:
			print_listed(out, expr, "RLIKE");
			break;
		case ESQL_IS_NULL:
		case ESQL_IS_NOT_NULL:
			esql_append_char(out, '(');
			print_expr(out, expr->args[0]);
			esql_append_text(out, expr->kind == ESQL_IS_NULL ? " IS NULL)" : " IS NOT NULL)");
			break;
		case ESQL_CAST:
			print_cast(out, expr);
			break;
	}
}

/*
 * The fields of EVAL and STATS, or the keys behind BY.
 */
static void
print_fields(EsqlBuffer *out, const EsqlField *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		esql_append_text(out, i > 0 ? ", " : " ");
		if (fields[i].name.data != NULL)
		{
			print_column(out, fields[i].name);
			esql_append_text(out, " = ");
		}
		print_expr(out, fields[i].expr);
		if (fields[i].where != NULL)
		{
			esql_append_text(out, " WHERE ");
			print_expr(out, fields[i].where);
		}
	}
}

/*
 * Names, separated by commas.
 */
static void
print_patterns(EsqlBuffer *out, const EsqlName *names, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		esql_append_text(out, i > 0 ? ", " : " ");
		print_pattern(out, names[i].name);
	}
}

/*
 * The name of a source.
 */
static void
print_source(EsqlBuffer *out, EsqlString name)
{
	if (esql_is_source(name.data, name.length))
		esql_append(out, name.data, name.length);
	else
		print_string(out, name);
}

/*
 * FROM and its METADATA.
 */
static void
print_from(EsqlBuffer *out, const EsqlCommand *command)
{
	esql_append_text(out, "FROM");
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		esql_append_text(out, i > 0 ? ", " : " ");
		print_source(out, command->names[i].name);
	}
	if (command->nmetadata > 0)
	{
		esql_append_text(out, " METADATA");
		print_patterns(out, command->metadata, command->nmetadata);
	}
}

/*
 * SORT, with its defaults written out.
 */
static void
print_sort(EsqlBuffer *out, const EsqlCommand *command)
{
	esql_append_text(out, "SORT");
	for (uint32_t i = 0; i < command->nkeys; i++)
	{
		esql_append_text(out, i > 0 ? ", " : " ");
		print_expr(out, command->keys[i].expr);
		esql_append_text(out, command->keys[i].descending ? " DESC" : " ASC");
		esql_append_text(out, command->keys[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
}

/*
 * One command, without the "|" before it.
 */
static void
print_command(EsqlBuffer *out, const EsqlCommand *command)
{
	char		buf[40];

	switch (command->kind)
	{
		case ESQL_FROM:
			print_from(out, command);
			break;
		case ESQL_WHERE:
			esql_append_text(out, "WHERE ");
			print_expr(out, command->expr);
			break;
		case ESQL_ROW:
			esql_append_text(out, "ROW");
			print_fields(out, command->fields, command->nfields);
			break;
		case ESQL_EVAL:
			esql_append_text(out, "EVAL");
			print_fields(out, command->fields, command->nfields);
			break;
		case ESQL_STATS:
		case ESQL_INLINE_STATS:
			esql_append_text(out, command->kind == ESQL_STATS ? "STATS" : "INLINE STATS");
			print_fields(out, command->fields, command->nfields);
			if (command->nby > 0)
				esql_append_text(out, " BY");
			print_fields(out, command->by, command->nby);
			break;
		case ESQL_KEEP:
			esql_append_text(out, "KEEP");
			print_patterns(out, command->names, command->nnames);
			break;
		case ESQL_DROP:
			esql_append_text(out, "DROP");
			print_patterns(out, command->names, command->nnames);
			break;
		case ESQL_RENAME:
			esql_append_text(out, "RENAME");
			for (uint32_t i = 0; i < command->nrenames; i++)
			{
				esql_append_text(out, i > 0 ? ", " : " ");
				print_pattern(out, command->renames[i].from.name);
				esql_append_text(out, " AS ");
				print_pattern(out, command->renames[i].to.name);
			}
			break;
		case ESQL_SORT:
			print_sort(out, command);
			break;
		case ESQL_LIMIT:
			snprintf(buf, sizeof(buf), "LIMIT %lld", (long long) command->limit);
			esql_append_text(out, buf);
			if (command->nby > 0)
				esql_append_text(out, " BY");
			print_fields(out, command->by, command->nby);
			break;
		case ESQL_MV_EXPAND:
			esql_append_text(out, "MV_EXPAND");
			print_patterns(out, command->names, command->nnames);
			break;
		case ESQL_LOOKUP_JOIN:
			esql_append_text(out, "LOOKUP JOIN ");
			print_source(out, command->names[0].name);
			esql_append_text(out, " ON");
			print_fields(out, command->by, command->nby);
			break;
		case ESQL_GROK:
		case ESQL_DISSECT:
			esql_append_text(out, command->kind == ESQL_GROK ? "GROK " : "DISSECT ");
			print_expr(out, command->expr);
			for (uint32_t i = 0; i < command->npatterns; i++)
			{
				esql_append_text(out, i == 0 ? " " : ", ");
				print_string(out, command->patterns[i].string);
			}
			if (command->separator.data != NULL)
			{
				esql_append_text(out, " APPEND_SEPARATOR = ");
				print_string(out, command->separator);
			}
			break;
	}
}

/*
 * A whole query.  .data is NULL if memory ran out.
 */
static EsqlString
esql_print_query(EsqlContext *context, const EsqlQuery *query)
{
	EsqlBuffer	out;
	EsqlString	result;

	esql_buffer_init(&out, context);
	for (const EsqlCommand *command = query->from; command != NULL; command = command->next)
	{
		if (command != query->from)
			esql_append_text(&out, "\n| ");
		print_command(&out, command);
	}
	(void) esql_buffer_finish(&out, &result);
	return result;
}

/*
 * One expression.  .data is NULL if memory ran out.
 */
static EsqlString
esql_print_expr(EsqlContext *context, const EsqlExpr *expr)
{
	EsqlBuffer	out;
	EsqlString	result;

	esql_buffer_init(&out, context);
	print_expr(&out, expr);
	(void) esql_buffer_finish(&out, &result);
	return result;
}

#endif							/* TEST_PRINT_H */
