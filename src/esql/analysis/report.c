/*
 * report.c
 *		Errors in a query, as PostgreSQL reports them.
 *
 * Every error names its place twice: as "line L:C:" in the message, for those
 * who see only that, and as the internal query's position, from which psql
 * draws the query's line with a caret under the word.
 */
#include "compat.h"

#include "mb/pg_wchar.h"
#include "nodes/pg_list.h"

#include "esql/analysis/report.h"
#include "text/error.h"
#include "text/place.h"

/* One SQLSTATE for each class of error. */
static int
error_sqlstate(EsqlErrorClass class)
{
	switch (class)
	{
		case ESQL_ERROR_SYNTAX:
			return ERRCODE_SYNTAX_ERROR;
		case ESQL_ERROR_UNSUPPORTED:
			return ERRCODE_FEATURE_NOT_SUPPORTED;
		case ESQL_ERROR_UNKNOWN_COLUMN:
			return ERRCODE_UNDEFINED_COLUMN;
		case ESQL_ERROR_UNKNOWN_FUNCTION:
			return ERRCODE_UNDEFINED_FUNCTION;
		case ESQL_ERROR_UNKNOWN_SOURCE:
			return ERRCODE_UNDEFINED_TABLE;
		case ESQL_ERROR_TYPE:
			return ERRCODE_DATATYPE_MISMATCH;
		case ESQL_ERROR_VALUE:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case ESQL_ERROR_LIMIT:
			return ERRCODE_STATEMENT_TOO_COMPLEX;
		case ESQL_ERROR_MEMORY:
			return ERRCODE_OUT_OF_MEMORY;
		case ESQL_ERROR_NONE:
			break;
	}
	return ERRCODE_INTERNAL_ERROR;
}

/* Text of the query's, which is UTF-8, in the database's encoding; palloc'd. */
static char *
in_server_encoding(const char *text, size_t length)
{
	char	   *copy = pnstrdup(text, length);

	return pg_any_to_server(copy, (int) length, PG_UTF8);
}

/* Raise context->error. */
void
esql_report(const EsqlContext *context)
{
	const EsqlError *error = &context->error;
	uint32		line;
	uint32		column;
	uint32		character;

	esql_place(context->text, context->length, error->span.start,
			   &line, &column, &character);
	ereport(ERROR,
			(errcode(error_sqlstate(error->class)),
			 errmsg("%s%sline %u:%u: %s", context->label ? context->label : "",
					context->label ? ", " : "", line, column,
					in_server_encoding(error->message, strlen(error->message))),
			 error->hint[0] != '\0' ?
			 errhint("%s", in_server_encoding(error->hint, strlen(error->hint))) : 0,
			 internalerrquery(in_server_encoding(context->text, context->length)),
			 internalerrposition((int) character)));
}

/* Raise an error at a place of the query; hint may be NULL. */
void
esql_raise(const EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
		   const char *hint, const char *format,...)
{
	EsqlContext failed = *context;
	va_list		args;

	va_start(args, format);
	esql_set_error_va(&failed, class, span, hint, format, args);
	va_end(args);
	esql_report(&failed);
}

/* The query's own text of a span, palloc'd. */
char *
esql_source_text(const EsqlContext *context, EsqlSpan span)
{
	return pnstrdup(context->text + span.start, span.length);
}
