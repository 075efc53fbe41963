/*
 * fuzz_parse.c
 *		Any bytes as a query and as a condition: no crash; an error has a class,
 *		a message and a span within the text; what parses prints to a text that
 *		parses again and prints the same.
 */
#include "unit/unit.h"
#include "unit/print.h"
#include "esql/syntax/parse.h"
#include "text/place.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_span(const EsqlContext *context, EsqlSpan span)
{
	if ((size_t) span.start + span.length > context->length)
		abort();
}

static void
check_error(const EsqlContext *context)
{
	uint32_t	line;
	uint32_t	column;
	uint32_t	character;

	if (context->error.class == ESQL_ERROR_NONE || context->error.message[0] == '\0')
		abort();
	check_span(context, context->error.span);
	esql_place(context->text, context->length, context->error.span.start, &line, &column,
			   &character);
	if (line == 0 || column == 0 || column > character || character > context->length + 1)
		abort();
}

static void
check_expr(const EsqlContext *context, const EsqlExpr *expr)
{
	check_span(context, expr->span);
	check_span(context, expr->name_span);
	if (expr->span.length == 0 || expr->depth > ESQL_MAX_DEPTH)
		abort();
	for (uint32_t i = 0; i < expr->nargs; i++)
	{
		if (expr->args[i]->depth >= expr->depth)
			abort();
		check_expr(context, expr->args[i]);
	}
}

static void
check_fields(const EsqlContext *context, const EsqlField *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		check_span(context, fields[i].span);
		check_span(context, fields[i].name_span);
		check_expr(context, fields[i].expr);
		if (fields[i].where != NULL)
			check_expr(context, fields[i].where);
	}
}

static void
check_query(const EsqlContext *context, const EsqlQuery *query)
{
	for (const EsqlCommand *command = query->from; command != NULL; command = command->next)
	{
		check_span(context, command->span);
		check_fields(context, command->fields, command->nfields);
		check_fields(context, command->by, command->nby);
		if (command->expr != NULL)
			check_expr(context, command->expr);
		for (uint32_t i = 0; i < command->nkeys; i++)
			check_expr(context, command->keys[i].expr);
	}
}

/*
 * Print, parse that, print again; the texts must be equal.
 */
static void
check_fixpoint(Arena *arena, EsqlContext *context, const EsqlQuery *query, const EsqlExpr *expr)
{
	EsqlString	once = query != NULL ? esql_print_query(context, query) :
		esql_print_expr(context, expr);
	EsqlContext again = arena_context(arena, once.data, once.length);
	EsqlString	twice = {NULL, 0};

	if (once.length > ESQL_MAX_QUERY_BYTES)
		return;
	if (query != NULL)
	{
		EsqlQuery  *parsed = esql_parse(&again);

		if (parsed != NULL)
			twice = esql_print_query(&again, parsed);
	}
	else
	{
		EsqlExpr   *parsed = esql_parse_condition(&again);

		if (parsed != NULL)
			twice = esql_print_expr(&again, parsed);
	}
	if (twice.data == NULL || twice.length != once.length ||
		memcmp(once.data, twice.data, once.length) != 0)
	{
		fprintf(stderr, "once:\n%s\ntwice:\n%s\nerror: %s\n", once.data,
				twice.data == NULL ? "(nothing)" : twice.data, again.error.message);
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context;
	char	   *text = malloc(size == 0 ? 1 : size);
	EsqlQuery  *query;
	EsqlExpr   *expr;

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	context = arena_context(&arena, text, size);
	query = esql_parse(&context);
	if (query == NULL)
		check_error(&context);
	else
	{
		check_query(&context, query);
		check_fixpoint(&arena, &context, query, NULL);
	}
	expr = esql_parse_condition(&context);
	if (expr == NULL)
		check_error(&context);
	else
	{
		check_expr(&context, expr);
		check_fixpoint(&arena, &context, NULL, expr);
	}
	arena_reset(&arena);
	free(text);
	return 0;
}
