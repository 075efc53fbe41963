/*
 * extracted.c
 *		What columns GROK and DISSECT make, by their patterns alone.
 */
#include "compat.h"

#include "esql/analysis/extracted.h"
#include "esql/pattern/dissect.h"

/* The types that %{NAME:field:type} may ask for. */
static const EsqlType grok_types[] = {
	[ESQL_GROK_KEYWORD] = ESQL_TYPE_KEYWORD,
	[ESQL_GROK_INTEGER] = ESQL_TYPE_INTEGER,
	[ESQL_GROK_LONG] = ESQL_TYPE_LONG,
	[ESQL_GROK_FLOAT] = ESQL_TYPE_DOUBLE,
	[ESQL_GROK_DOUBLE] = ESQL_TYPE_DOUBLE,
	[ESQL_GROK_BOOLEAN] = ESQL_TYPE_BOOLEAN
};

EsqlType
esql_grok_type(EsqlGrokType type)
{
	return grok_types[type];
}

static List *
add_extracted(List *columns, EsqlString name, EsqlType type)
{
	EsqlExtracted *column = palloc(sizeof(EsqlExtracted));

	column->name = name.data;
	column->type = type;
	return lappend(columns, column);
}

/*
 * The columns that GROK or DISSECT makes, of EsqlExtracted, for who asks before
 * the command is resolved.  A pattern that is broken makes none; to say so is
 * left to the command's own turn.
 */
List *
esql_extracted(const EsqlContext *context, const EsqlCommand *command)
{
	EsqlContext copy = *context;	/* for an error that nobody sees */
	EsqlString *patterns = palloc(command->npatterns * sizeof(EsqlString));
	EsqlString	pattern;
	EsqlSpan	span = command->patterns[0].span;
	List	   *columns = NIL;
	EsqlGrok	grok;
	EsqlDissect dissect;

	for (uint32_t i = 0; i < command->npatterns; i++)
		patterns[i] = command->patterns[i].string;
	if (command->kind == ESQL_DISSECT)
	{
		if (!esql_dissect_read(&copy, patterns[0], span, &dissect))
			return NIL;
		for (uint32_t i = 0; i < dissect.nfields; i++)
			columns = add_extracted(columns, dissect.fields[i].name, ESQL_TYPE_KEYWORD);
		return columns;
	}
	if (!esql_grok_join(&copy, patterns, command->npatterns, &pattern) ||
		!esql_grok_read(&copy, pattern, span, &grok))
		return NIL;
	for (uint32_t i = 0; i < grok.nfields; i++)
		columns = add_extracted(columns, grok.fields[i].name, esql_grok_type(grok.fields[i].type));
	return columns;
}
