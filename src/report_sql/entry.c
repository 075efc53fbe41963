/*
 * entry.c
 *		The writers of src/report as SQL functions.
 *
 * They work in UTF-8, and texts of other encodings are converted on the way.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "report/report.h"

PG_FUNCTION_INFO_V1(td_html);
PG_FUNCTION_INFO_V1(td_html_attribute);
PG_FUNCTION_INFO_V1(td_plain);
PG_FUNCTION_INFO_V1(td_fill_html);
PG_FUNCTION_INFO_V1(td_fill_plain);
PG_FUNCTION_INFO_V1(td_shell_quote);
PG_FUNCTION_INFO_V1(td_markdown);

static void *
allocate(void *arg, size_t size)
{
	return palloc(size);
}

static ReportText
report_text(text *value)
{
	const char *data = VARDATA_ANY(value);
	int			length = VARSIZE_ANY_EXHDR(value);
	char	   *converted = pg_server_to_any(data, length, PG_UTF8);

	if (converted == data)
		return (ReportText) {data, length};
	return (ReportText) {converted, strlen(converted)};
}

static text *
result_text(const EsqlBuffer *buffer)
{
	char	   *converted;

	if (buffer->failed)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a text of the report is too long")));
	if (buffer->length == 0)
		return cstring_to_text("");
	converted = pg_any_to_server(buffer->data, (int) buffer->length, PG_UTF8);
	if (converted == buffer->data)
		return cstring_to_text_with_len(buffer->data, (int) buffer->length);
	return cstring_to_text(converted);
}

/* A function of one text. */
static Datum
write_one(FunctionCallInfo fcinfo, void (*append) (EsqlBuffer *, ReportText))
{
	EsqlContext context = {.alloc = allocate};
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	append(&out, report_text(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_TEXT_P(result_text(&out));
}

/* html(value text) -> text */
Datum
td_html(PG_FUNCTION_ARGS)
{
	return write_one(fcinfo, report_html_text);
}

/* html_attribute(value text) -> text */
Datum
td_html_attribute(PG_FUNCTION_ARGS)
{
	return write_one(fcinfo, report_html_attribute);
}

/* plain(value text) -> text */
Datum
td_plain(PG_FUNCTION_ARGS)
{
	return write_one(fcinfo, report_plain);
}

/* shell_quote(value text) -> text */
Datum
td_shell_quote(PG_FUNCTION_ARGS)
{
	return write_one(fcinfo, report_shell_quote);
}

/* markdown(value text) -> text */
Datum
td_markdown(PG_FUNCTION_ARGS)
{
	EsqlContext context = {.alloc = allocate};
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	if (!report_markdown(&out, report_text(PG_GETARG_TEXT_PP(0))))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	PG_RETURN_TEXT_P(result_text(&out));
}

/* A function of a sentence and its values. */
static Datum
write_sentence(FunctionCallInfo fcinfo, void (*fill) (EsqlBuffer *, ReportText, const ReportText *, size_t))
{
	EsqlContext context = {.alloc = allocate};
	EsqlBuffer	out;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	ReportText *values;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	values = palloc0((count + 1) * sizeof(ReportText));
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			values[i] = report_text(DatumGetTextPP(elements[i]));
	}
	esql_buffer_init(&out, &context);
	fill(&out, report_text(PG_GETARG_TEXT_PP(0)), values, count);
	PG_RETURN_TEXT_P(result_text(&out));
}

/* fill_html(sentence text, items text[]) -> text */
Datum
td_fill_html(PG_FUNCTION_ARGS)
{
	return write_sentence(fcinfo, report_fill_html);
}

/* fill_plain(sentence text, items text[]) -> text */
Datum
td_fill_plain(PG_FUNCTION_ARGS)
{
	return write_sentence(fcinfo, report_fill_plain);
}
