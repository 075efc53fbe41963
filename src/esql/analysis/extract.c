/*
 * extract.c
 *		GROK and DISSECT: columns out of strings.
 *
 * Each becomes two SELECTs.  The first runs the pattern, once for each row: it is
 * fenced, so that PostgreSQL does not run it once for each column, too.  Its
 * result is a packet, a column that no query can name (runtime/extract.c).  The
 * second takes the columns out of it.
 *
 * The new columns stand at the end, and take the place of columns of their
 * names.  They may hold several values if the string does, or if the pattern
 * captures one name more than once.
 */
#include "compat.h"

#include "esql/analysis/expr.h"
#include "esql/analysis/extract.h"
#include "esql/analysis/extracted.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/pattern/dissect.h"
#include "esql/pattern/grok.h"

/* What a pattern is matched with, as a string or a list of them. */
static EsqlNode *
resolve_input(EsqlResolver *resolver, const EsqlExpr *expr, const char *command)
{
	EsqlNode   *node = esql_settle(esql_resolve_expr(resolver, expr));

	if (node->type == ESQL_TYPE_NULL)
		return esql_const_null(ESQL_TYPE_KEYWORD, expr->span);
	if (node->type != ESQL_TYPE_KEYWORD)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, expr->span,
				   "Convert it with TO_STRING.",
				   "%s takes a string, not %s", command, esql_type_name(node->type));
	return node;
}

/* Add the SELECT that runs the pattern.  The column of what it captures. */
static EsqlColumn *
add_captures(EsqlResolver *resolver, const EsqlCommand *command, const char *name, EsqlNode *call)
{
	EsqlStage  *stage = esql_add_stage(resolver, ESQL_STAGE_EVAL, command, name);
	EsqlColumn *column = esql_new_column(resolver->plan, "(captures)", call);

	stage->fence = true;
	stage->outputs = list_make1(esql_new_output(column, call));
	return column;
}

/* A column of what was captured, as text. */
static EsqlNode *
capture(EsqlColumn *captures, int number, bool several, EsqlSpan span)
{
	EsqlNode   *node = esql_call2(several ? "@esql_capture_list($1, $2)" : "@esql_capture($1, $2)",
								  ESQL_TYPE_KEYWORD, span, esql_column_node(captures, span),
								  esql_const_long(number, ESQL_TYPE_INTEGER, span));

	node->multivalued = several;
	return node;
}

/* Add a column to the stage that takes them out. */
static void
add_column(EsqlResolver *resolver, EsqlStage *stage, const char *name, EsqlNode *node)
{
	EsqlColumn *column = esql_new_column(resolver->plan, name, node);

	stage->outputs = lappend(stage->outputs, esql_new_output(column, node));
	column->weight = esql_weight(node);
	esql_show(&resolver->visible, name, column);
}

/* What converts a text to the type that %{NAME:field:type} asks for, or NULL. */
static const char *const conversions[] = {
	[ESQL_GROK_KEYWORD] = NULL,
	[ESQL_GROK_INTEGER] = "@esql_grok_integer($1)",
	[ESQL_GROK_LONG] = "@esql_grok_long($1)",
	[ESQL_GROK_FLOAT] = "@esql_grok_float($1)",
	[ESQL_GROK_DOUBLE] = "@esql_grok_double($1)",
	[ESQL_GROK_BOOLEAN] = "@esql_grok_boolean($1)"
};

/* What was captured, converted to the type that it asks for. */
static EsqlNode *
convert(EsqlNode *text, EsqlGrokType type)
{
	EsqlNode   *element;

	if (conversions[type] == NULL)
		return text;
	if (!text->multivalued)
		return esql_call1(conversions[type], esql_grok_type(type), text);
	element = esql_element(text);
	return esql_map(text, element, esql_call1(conversions[type], esql_grok_type(type), element));
}

/* The call that runs a pattern: a packet, which is of no type of ES|QL. */
static EsqlNode *
make_call(const char *sql, EsqlSpan span, int nargs, EsqlNode *input, EsqlNode *pattern,
		  EsqlNode *separator)
{
	EsqlNode  **args = palloc(3 * sizeof(EsqlNode *));

	args[0] = input;
	args[1] = pattern;
	args[2] = separator;
	return esql_call(sql, ESQL_TYPE_UNSUPPORTED, false, span, nargs, args);
}

/* Read the patterns of GROK one by one, for errors at their places, and then as one. */
static EsqlString
read_grok(EsqlResolver *resolver, const EsqlCommand *command, EsqlGrok *grok)
{
	EsqlContext *context = resolver->context;
	EsqlString *patterns = palloc(command->npatterns * sizeof(EsqlString));
	EsqlString	joined;

	for (uint32_t i = 0; i < command->npatterns; i++)
	{
		const EsqlLiteral *literal = &command->patterns[i];

		patterns[i] = literal->string;
		if (!esql_grok_read(context, literal->string, literal->span, grok) ||
			!esql_regex_check(context, "GROK", grok->text, literal->span))
			esql_report(context);
	}
	if (!esql_grok_join(context, patterns, command->npatterns, &joined))
		esql_report(context);
	if (command->npatterns > 1 &&
		(!esql_grok_read(context, joined, command->patterns[1].span, grok) ||
		 !esql_regex_check(context, "GROK", grok->text, command->patterns[1].span)))
		esql_report(context);
	return joined;
}

/* GROK */
void
esql_resolve_grok(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlNode   *input = resolve_input(resolver, command->expr, "GROK");
	EsqlGrok	grok;
	EsqlString	pattern = read_grok(resolver, command, &grok);
	EsqlColumn *captures;
	EsqlStage  *stage;

	if (grok.nfields == 0)
		return;					/* it captures nothing, and no row goes */
	captures = add_captures(resolver, command, "GROK",
							make_call("@esql_grok($1, $2)", command->span, 2, input,
									  esql_const_string(pattern.data, pattern.length, command->span),
									  NULL));
	stage = esql_add_stage(resolver, ESQL_STAGE_EVAL, command, "GROK, its columns");
	for (uint32_t i = 0; i < grok.nfields; i++)
	{
		const EsqlGrokField *field = &grok.fields[i];

		add_column(resolver, stage, field->name.data,
				   convert(capture(captures, (int) i + 1, input->multivalued || field->ngroups > 1,
								   command->span), field->type));
	}
}

/* DISSECT */
void
esql_resolve_dissect(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlContext *context = resolver->context;
	const EsqlLiteral *pattern = &command->patterns[0];
	EsqlNode   *input = resolve_input(resolver, command->expr, "DISSECT");
	EsqlDissect dissect;
	EsqlColumn *captures;
	EsqlStage  *stage;

	if (!esql_dissect_read(context, pattern->string, pattern->span, &dissect))
		esql_report(context);
	captures = add_captures(resolver, command, "DISSECT",
							make_call("@esql_dissect($1, $2, $3)", command->span, 3, input,
									  esql_const_string(pattern->string.data, pattern->string.length,
														pattern->span),
									  esql_const_string(command->separator.data == NULL ? "" : command->separator.data,
														command->separator.length, command->span)));
	stage = esql_add_stage(resolver, ESQL_STAGE_EVAL, command, "DISSECT, its columns");
	for (uint32_t i = 0; i < dissect.nfields; i++)
		add_column(resolver, stage, dissect.fields[i].name.data,
				   capture(captures, (int) i + 1, input->multivalued, command->span));
}
