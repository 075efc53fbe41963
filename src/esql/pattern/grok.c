/*
 * grok.c
 *		Patterns of GROK: a regular expression, and the columns that it captures.
 *
 * translate.c reads the pattern.  What is captured is in the names of the groups,
 * as Elasticsearch has it: the name of %{INT:size:long} is "INT:size:long", and
 * its parts are the pattern, the column and the type; a name without a colon is
 * the column's.  Groups of the same whole name give their values one after the
 * other; then come those of the same column by another pattern.
 *
 * Several patterns of one GROK are alternatives, (?:first)|(?:second).  So of two
 * that match, the one that matches further to the left counts.
 */
#include "esql/pattern/grok.h"

#include <stdlib.h>
#include <string.h>

#include "text/buffer.h"
#include "text/error.h"

/*
 * The part of a group's name between two colons; false if there is no such part.
 */
static bool
part(EsqlString name, int number, EsqlString *result)
{
	char	   *end = name.data + name.length;
	char	   *start = name.data;

	for (; number > 0; number--)
	{
		start = memchr(start, ':', (size_t) (end - start));
		if (start == NULL)
			return false;
		start++;
	}
	result->data = start;
	start = memchr(start, ':', (size_t) (end - start));
	result->length = (uint32_t) ((start == NULL ? end : start) - result->data);
	return true;
}

/*
 * The type by its name.  Whatever is no type is a string, as in Elasticsearch.
 */
static EsqlGrokType
type_of(EsqlString name)
{
	static const struct
	{
		const char *name;
		EsqlGrokType type;
	} types[] = {
		{"int", ESQL_GROK_INTEGER}, {"long", ESQL_GROK_LONG}, {"float", ESQL_GROK_FLOAT},
		{"double", ESQL_GROK_DOUBLE}, {"boolean", ESQL_GROK_BOOLEAN}
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
	{
		if (strlen(types[i].name) == name.length && memcmp(types[i].name, name.data, name.length) == 0)
			return types[i].type;
	}
	return ESQL_GROK_KEYWORD;
}

static bool
same(EsqlString a, EsqlString b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/*
 * For qsort(): by name.
 */
static int
compare_fields(const void *a, const void *b)
{
	const EsqlString *left = &((const EsqlGrokField *) a)->name;
	const EsqlString *right = &((const EsqlGrokField *) b)->name;
	int			order = memcmp(left->data, right->data,
							   left->length < right->length ? left->length : right->length);

	return order != 0 ? order : left->length < right->length ? -1 : left->length > right->length;
}

/*
 * The column and the type of a group.
 */
static bool
read_name(EsqlContext *context, EsqlSpan span, EsqlString name, EsqlString *column, EsqlGrokType *type)
{
	EsqlString	type_name;
	EsqlString	more;

	if (!part(name, 1, column))
		(void) part(name, 0, column);
	*type = part(name, 2, &type_name) && !part(name, 3, &more) ? type_of(type_name) :
		ESQL_GROK_KEYWORD;
	if (column->length > 0)
		return true;
	esql_set_error(context, ESQL_ERROR_VALUE, span, NULL,
				   "invalid pattern for GROK: %%{%.60s} names no column", name.data);
	return false;
}

/*
 * Note that a group gives values to a column.
 */
static bool
add_group(EsqlContext *context, EsqlSpan span, EsqlGrok *grok, EsqlString column, EsqlGrokType type,
		  uint32_t group)
{
	EsqlGrokField *field = NULL;

	for (uint32_t i = 0; i < grok->nfields && field == NULL; i++)
	{
		if (same(grok->fields[i].name, column))
			field = &grok->fields[i];
	}
	if (field == NULL)
	{
		field = &grok->fields[grok->nfields++];
		memset(field, 0, sizeof(*field));
		field->name.length = column.length;
		field->name.data = context->alloc(context->alloc_arg, column.length + 1);
		field->groups = context->alloc(context->alloc_arg, ESQL_MAX_GROUPS * sizeof(uint32_t));
		if (field->name.data == NULL || field->groups == NULL)
		{
			esql_set_error(context, ESQL_ERROR_MEMORY, span, NULL, "out of memory");
			return false;
		}
		memcpy(field->name.data, column.data, column.length);
		field->name.data[column.length] = '\0';
		field->type = type;
	}
	if (field->type != type)
	{
		esql_set_error(context, ESQL_ERROR_TYPE, span, "Give it one type, as in %{NUMBER:n:int}.",
					   "invalid pattern for GROK: \"%s\" is captured with different types",
					   field->name.data);
		return false;
	}
	field->groups[field->ngroups++] = group;
	return true;
}

/*
 * The columns of a pattern's groups.
 */
static bool
find_fields(EsqlContext *context, EsqlSpan span, const EsqlPcre *pcre, EsqlGrok *grok)
{
	for (uint32_t i = 0; i < pcre->ngroups; i++)
	{
		EsqlString	column;
		EsqlGrokType type;
		bool		repeated = false;

		for (uint32_t j = 0; j < i && !repeated; j++)
			repeated = same(pcre->names[i], pcre->names[j]);
		if (repeated)
			continue;
		if (!read_name(context, span, pcre->names[i], &column, &type))
			return false;
		for (uint32_t j = i; j < pcre->ngroups; j++)
		{
			if (same(pcre->names[i], pcre->names[j]) &&
				!add_group(context, span, grok, column, type, j + 1))
				return false;
		}
	}
	qsort(grok->fields, grok->nfields, sizeof(EsqlGrokField), compare_fields);
	return true;
}

/*
 * Read a pattern; see grok.h.
 */
bool
esql_grok_read(EsqlContext *context, EsqlString pattern, EsqlSpan span, EsqlGrok *result)
{
	EsqlPcre	pcre;

	if (!esql_regex_translate(context, ESQL_DIALECT_RUBY, "GROK", pattern, span, &pcre))
		return false;
	result->text = pcre.text;
	result->nfields = 0;
	result->fields = context->alloc(context->alloc_arg, (pcre.ngroups + 1) * sizeof(EsqlGrokField));
	if (result->fields == NULL)
	{
		esql_set_error(context, ESQL_ERROR_MEMORY, span, NULL, "out of memory");
		return false;
	}
	return find_fields(context, span, &pcre, result);
}

/*
 * Join patterns; see grok.h.
 */
bool
esql_grok_join(EsqlContext *context, const EsqlString *patterns, uint32_t count, EsqlString *result)
{
	EsqlBuffer	out;

	esql_buffer_init(&out, context);
	for (uint32_t i = 0; i < count; i++)
	{
		if (i > 0)
			esql_append_char(&out, '|');
		if (count > 1)
			esql_append_text(&out, "(?:");
		esql_append(&out, patterns[i].data, patterns[i].length);
		if (count > 1)
			esql_append_char(&out, ')');
	}
	return esql_buffer_finish(&out, result);
}
