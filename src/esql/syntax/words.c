/*
 * words.c
 *		The words that begin commands, and what to say of other words.
 */
#include "esql/syntax/words.h"

#include <stdio.h>
#include <string.h>

#include "text/distance.h"
#include "text/word.h"

/* The commands that there are, in the order in which hints list them. */
static const EsqlCommandWord commands[] =
{
	{"from", NULL, "FROM", ESQL_FROM, ESQL_LEX_SOURCE},
	{"row", NULL, "ROW", ESQL_ROW, ESQL_LEX_EXPRESSION},
	{"where", NULL, "WHERE", ESQL_WHERE, ESQL_LEX_EXPRESSION},
	{"eval", NULL, "EVAL", ESQL_EVAL, ESQL_LEX_EXPRESSION},
	{"stats", NULL, "STATS", ESQL_STATS, ESQL_LEX_EXPRESSION},
	{"inline", "stats", "INLINE STATS", ESQL_INLINE_STATS, ESQL_LEX_EXPRESSION},
	{"inlinestats", NULL, "INLINE STATS", ESQL_INLINE_STATS, ESQL_LEX_EXPRESSION},
	{"keep", NULL, "KEEP", ESQL_KEEP, ESQL_LEX_NAME},
	{"drop", NULL, "DROP", ESQL_DROP, ESQL_LEX_NAME},
	{"rename", NULL, "RENAME", ESQL_RENAME, ESQL_LEX_NAME},
	{"sort", NULL, "SORT", ESQL_SORT, ESQL_LEX_EXPRESSION},
	{"limit", NULL, "LIMIT", ESQL_LIMIT, ESQL_LEX_EXPRESSION},
	{"mv_expand", NULL, "MV_EXPAND", ESQL_MV_EXPAND, ESQL_LEX_NAME},
	{"grok", NULL, "GROK", ESQL_GROK, ESQL_LEX_EXPRESSION},
	{"dissect", NULL, "DISSECT", ESQL_DISSECT, ESQL_LEX_EXPRESSION},
	{"lookup", "join", "LOOKUP JOIN", ESQL_LOOKUP_JOIN, ESQL_LEX_SOURCE},
};

#define NCOMMANDS	(sizeof(commands) / sizeof(commands[0]))

/* Commands of ES|QL that are not supported, and what to do instead. */
static const struct
{
	const char *word;
	const char *name;
	const char *hint;			/* or NULL: which commands there are */
} other_commands[] =
{
	{"change_point", "CHANGE_POINT", NULL},
	{"completion", "COMPLETION", "It asks a language model, and there is none here: end the query before it."},
	{"enrich", "ENRICH", "A table takes the place of a policy: | LOOKUP JOIN assets ON host.name."},
	{"explain", "EXPLAIN", "esql_sql() shows the SQL of a query; EXPLAIN of PostgreSQL shows its plan."},
	{"fork", "FORK", "Write a query for each branch, and UNION ALL in SQL."},
	{"fuse", "FUSE", "It ranks search results, and searches have no scores here."},
	{"insist", "INSIST", NULL},
	{"join", "JOIN", "The command is LOOKUP JOIN, as in: | LOOKUP JOIN assets ON host.name."},
	{"metrics", "METRICS", NULL},
	{"metrics_info", "METRICS_INFO", NULL},
	{"mmr", "MMR", "It ranks search results, and searches have no scores here."},
	{"promql", "PROMQL", NULL},
	{"registered_domain", "REGISTERED_DOMAIN", NULL},
	{"rerank", "RERANK", "It asks a language model, and there is none here."},
	{"sample", "SAMPLE", NULL},
	{"set", "SET", NULL},
	{"show", "SHOW", NULL},
	{"ts", "TS", "Time series are read like other rows: begin with FROM."},
	{"ts_info", "TS_INFO", NULL},
	{"uri_parts", "URI_PARTS", "GROK takes URIs apart, as in: | GROK url.original \"%{URIPROTO:scheme}://%{URIHOST:host}\"."},
	{"user_agent", "USER_AGENT", NULL},
};

#define NOTHER_COMMANDS	(sizeof(other_commands) / sizeof(other_commands[0]))

/* Words of SQL that people write out of habit. */
static const struct
{
	const char *word;
	const char *hint;
} sql_words[] =
{
	{"select", ESQL_BEGIN_HINT},
	{"with", ESQL_BEGIN_HINT},
	{"group", "Groups are made by STATS, as in: | STATS n = COUNT(*) BY a."},
	{"having", "What STATS computes is filtered by a WHERE after it, as in: "
	"| STATS n = COUNT(*) BY a | WHERE n > 1."},
	{"order", "Rows are ordered by SORT, as in: | SORT a DESC."},
	{"between", "A range is written as two comparisons, as in: a >= 1 AND a <= 2."},
	{"ilike", "LIKE heeds letter case; compare TO_LOWER() of the field."},
	{"distinct", "Distinct groups are made by STATS BY, distinct values counted by "
	"COUNT_DISTINCT()."},
};

#define NSQL_WORDS	(sizeof(sql_words) / sizeof(sql_words[0]))

/*
 * The command that a word begins; NULL if it begins none that is supported.
 */
const EsqlCommandWord *
esql_find_command(const char *word, size_t length)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
	{
		if (esql_same_word(word, length, commands[i].word))
			return &commands[i];
	}
	return NULL;
}

/*
 * The command that was perhaps meant by a word that is none: at most two
 * letters differ, and at most half of the command's.  NULL if there is none.
 */
const EsqlCommandWord *
esql_nearest_command(const char *word, size_t length)
{
	const EsqlCommandWord *best = NULL;
	size_t		best_distance = 3;
	char		lower[32];

	if (length > sizeof(lower))
		return NULL;
	for (size_t i = 0; i < length; i++)
		lower[i] = (char) (word[i] >= 'A' && word[i] <= 'Z' ? word[i] - 'A' + 'a' : word[i]);
	for (size_t i = 0; i < NCOMMANDS; i++)
	{
		size_t		command_length = strlen(commands[i].word);
		size_t		distance = td_edit_distance(lower, length, commands[i].word, command_length,
												best_distance - 1);

		if (distance < best_distance && distance * 2 <= command_length)
		{
			best_distance = distance;
			best = &commands[i];
		}
	}
	return best;
}

/*
 * The list of the commands, as a sentence.
 */
void
esql_list_commands(char buf[ESQL_COMMAND_LIST_SIZE])
{
	size_t		size = ESQL_COMMAND_LIST_SIZE;
	size_t		n = (size_t) snprintf(buf, size, "Supported commands are ");

	for (size_t i = 0; i < NCOMMANDS && n < size; i++)
	{
		if (i == 0 || strcmp(commands[i].name, commands[i - 1].name) != 0)
			n += (size_t) snprintf(buf + n, size - n, "%s%s", i == 0 ? "" : ", ", commands[i].name);
	}
	if (n < size)
		snprintf(buf + n, size - n, ".");
}

/*
 * The name of the command that a word begins, whether it is supported or not;
 * NULL if it begins none.
 */
const char *
esql_command_name(const char *word, size_t length)
{
	const EsqlCommandWord *command = esql_find_command(word, length);

	if (command != NULL)
		return command->name;
	for (size_t i = 0; i < NOTHER_COMMANDS; i++)
	{
		if (esql_same_word(word, length, other_commands[i].word))
			return other_commands[i].name;
	}
	return NULL;
}

/*
 * What to do instead of a command that is not supported; NULL if there is
 * nothing to say, or no such command.
 */
const char *
esql_instead_of(const char *word, size_t length)
{
	for (size_t i = 0; i < NOTHER_COMMANDS; i++)
	{
		if (esql_same_word(word, length, other_commands[i].word))
			return other_commands[i].hint;
	}
	return NULL;
}

/*
 * The hint for a word of SQL; NULL if it is none.
 */
const char *
esql_sql_hint(const char *word, size_t length)
{
	for (size_t i = 0; i < NSQL_WORDS; i++)
	{
		if (esql_same_word(word, length, sql_words[i].word))
			return sql_words[i].hint;
	}
	return NULL;
}
