/*
 * missing.c
 *		All fields of a query that its relation does not have, in one error.
 *
 * Somebody who runs a rule on a table of their own has columns named ts, exe
 * and cmd.  An error a field would send them round as many times as the rule
 * has fields.  So the first unknown field leads to a look at the whole query,
 * as far as its names come from the relation, and the hint is a view that gives
 * the columns the names that the query wants: to be pasted, looked at, and
 * named instead of the table.
 */
#include "compat.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "esql/analysis/missing.h"
#include "esql/analysis/report.h"
#include "esql/analysis/source.h"
#include "esql/analysis/transfer.h"

/* What people call the columns that hold a field, without underscores. */
static const struct
{
	const char *field;
	const char *type;			/* of a column that has to be made up */
	const char *names[12];
}			usual_names[] =
{
	{"@timestamp", "timestamptz", {"ts", "time", "eventtime", "datetime", "timestamp", "occurredat", "createdat", "logtime", "happened"}},
	{"agent.id", "text", {"agent", "agentid", "sensor", "sensorid", "endpointid", "machineid", "hostid"}},
	{"event.action", "text", {"action", "eventaction", "syscall", "operation"}},
	{"event.type", "text", {"type", "eventtype", "kind"}},
	{"host.name", "text", {"host", "hostname", "computer", "machine", "node", "computername", "server"}},
	{"host.os.type", "text", {"os", "ostype", "platform", "osfamily"}},
	{"process.args", "text[]", {"args", "argv", "arguments"}},
	{"process.command_line", "text", {"cmd", "cmdline", "command", "commandline"}},
	{"process.executable", "text", {"exe", "executable", "image", "path", "binary", "program", "filepath", "processpath"}},
	{"process.name", "text", {"name", "process", "processname", "proc", "comm"}},
	{"process.parent.command_line", "text", {"parentcmd", "parentcmdline", "parentcommandline", "ppcmd"}},
	{"process.parent.executable", "text", {"parentexe", "parentexecutable", "parentimage", "parentpath", "parent", "pexe", "ppath"}},
	{"process.parent.name", "text", {"parentname", "pname", "parentprocess"}},
	{"process.pid", "bigint", {"pid", "processid"}},
	{"user.name", "text", {"user", "username", "account", "login"}}
};

/* Does the column's name, without underscores, mean the field? */
static bool
is_usual_name(const char *column, const char *const *names)
{
	char		plain[NAMEDATALEN];
	int			length = 0;

	for (const char *c = column; *c != '\0' && length < NAMEDATALEN - 1; c++)
	{
		if (*c != '_')
			plain[length++] = pg_tolower((unsigned char) *c);
	}
	plain[length] = '\0';
	for (int i = 0; i < (int) lengthof(usual_names[0].names) && names[i] != NULL; i++)
	{
		if (strcmp(plain, names[i]) == 0)
			return true;
	}
	return false;
}

/* The relation's column that seems to hold the field, or NULL; *type gets the field's type. */
static const char *
guess_column(const EsqlRelation *relation, const char *name, const char **type)
{
	ListCell   *cell;

	*type = "text";
	for (int i = 0; i < (int) lengthof(usual_names); i++)
	{
		if (strcmp(usual_names[i].field, name) != 0)
			continue;
		*type = usual_names[i].type;
		foreach(cell, relation->fields)
		{
			const EsqlAccess *access = ((EsqlRelationField *) lfirst(cell))->access;

			if (is_usual_name(access->attname, usual_names[i].names))
				return access->attname;
		}
	}
	return NULL;
}

/* Has one of the relations the field? */
static bool
is_there(const EsqlResolver *resolver, const char *name)
{
	ListCell   *cell;

	if (esql_is_transfer_field(name))
		return true;
	foreach(cell, resolver->catalog->relations)
	{
		if (esql_find_access(lfirst(cell), name) != NULL)
			return true;
	}
	return false;
}

/* Is the name in a list of char *? */
static bool
is_listed(List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* What a walk through the query has found. */
typedef struct Walk
{
	const EsqlResolver *resolver;
	List	   *defined;		/* names that commands have made so far */
	List	   *missing;
} Walk;

/* Note a name that comes from the relation and is not there. */
static void
note_name(Walk *walk, const char *name)
{
	if (!is_listed(walk->defined, name) && !is_listed(walk->missing, name) &&
		name[0] != '_' && !is_there(walk->resolver, name))
		walk->missing = lappend(walk->missing, pstrdup(name));
}

static void
note_expr(Walk *walk, const EsqlExpr *expr)
{
	if (expr == NULL)
		return;
	if (expr->kind == ESQL_COLUMN)
		note_name(walk, expr->string.data);
	for (uint32_t i = 0; i < expr->nargs; i++)
		note_expr(walk, expr->args[i]);
}

/* The names in fields, and then the names that they make; without a name a field goes by its text. */
static void
note_fields(Walk *walk, const EsqlField *fields, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
	{
		note_expr(walk, fields[i].expr);
		note_expr(walk, fields[i].where);
		walk->defined = lappend(walk->defined, esql_field_name(walk->resolver, &fields[i]));
	}
}

/* What LOOKUP JOIN joins by, and the columns that it brings. */
static void
note_lookup(Walk *walk, const EsqlCommand *command)
{
	const EsqlRelation *relation = esql_find_lookup(walk->resolver->catalog, command)->relation;
	ListCell   *cell;

	/* in a condition, who is on which side is not told here */
	for (uint32_t i = 0; i < command->nby; i++)
	{
		if (command->by[i].expr->kind == ESQL_COLUMN)
			note_expr(walk, command->by[i].expr);
	}
	foreach(cell, relation->fields)
		walk->defined = lappend(walk->defined, ((EsqlRelationField *) lfirst(cell))->name);
}

/* One command; false if names after it no longer come from the relation. */
static bool
note_command(Walk *walk, const EsqlCommand *command)
{
	bool		wildcard = false;

	note_expr(walk, command->expr);
	note_fields(walk, command->by, command->nby);
	note_fields(walk, command->fields, command->nfields);
	for (uint32_t i = 0; i < command->nkeys; i++)
		note_expr(walk, command->keys[i].expr);
	if (command->kind == ESQL_LOOKUP_JOIN)
	{
		note_lookup(walk, command);
		return true;
	}
	for (uint32_t i = 0; i < command->nnames && command->kind != ESQL_FROM; i++)
	{
		wildcard = wildcard || command->names[i].wildcard;
		if (!command->names[i].wildcard)
			note_name(walk, command->names[i].name.data);
	}
	for (uint32_t i = 0; i < command->nrenames; i++)
	{
		note_name(walk, command->renames[i].from.name.data);
		walk->defined = lappend(walk->defined, command->renames[i].to.name.data);
	}
	return command->kind != ESQL_STATS && (command->kind != ESQL_KEEP || wildcard);
}

/*
 * The names (char *) that the query wants of its relation, which does not have
 * them, in the query's order; first, unless NULL, is one that the engine wants.
 */
List *
esql_missing_fields(EsqlResolver *resolver, const char *first)
{
	/* that of the query: an exception's names are in a text of its own */
	Walk		walk = {.resolver = resolver->plan->at_end};

	if (first != NULL)
		note_name(&walk, first);
	for (const EsqlCommand *command = resolver->query->from; command != NULL; command = command->next)
	{
		if (!note_command(&walk, command))
			break;
	}
	return walk.missing;
}

/* The statement that makes a view with the missing names; palloc'd. */
static char *
mapping_view(const EsqlRelation *relation, List *missing)
{
	StringInfoData view;
	ListCell   *cell;

	initStringInfo(&view);
	appendStringInfoString(&view, "A view can give the columns these names. Correct the guesses, fill in what is NULL, and name the view instead of the table:\n"
						   "CREATE VIEW events_for_rules AS\nSELECT e.*");
	foreach(cell, missing)
	{
		const char *name = lfirst(cell);
		const char *type;
		const char *column = guess_column(relation, name, &type);

		if (column != NULL)
			appendStringInfo(&view, ",\n\te.%s", quote_identifier(column));
		else
			appendStringInfo(&view, ",\n\tNULL::%s", type);
		appendStringInfo(&view, " AS %s", quote_identifier(name));
	}
	appendStringInfo(&view, "\nFROM %s AS e;", relation->sql_name);
	return view.data;
}

/* Raise the error of several missing fields; span is the first one's place. */
void
esql_raise_missing(EsqlResolver *resolver, List *missing, EsqlSpan span)
{
	const EsqlRelation *relation = linitial(resolver->catalog->relations);
	StringInfoData names;
	ListCell   *cell;

	initStringInfo(&names);
	foreach(cell, missing)
		appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", (char *) lfirst(cell));
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, span, mapping_view(relation, missing),
			   "%s lacks %d fields of the query: %s", relation->sql_name, list_length(missing), names.data);
}
