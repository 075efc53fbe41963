/*
 * kept_rule.c
 *		What a rule was compiled to, kept for the session.
 *
 * A rule that runs every hour is compiled to the same SQL each time.  A session keeps the
 * SQL and what its columns are, and takes it again if all that the compiler went by is the same:
 *
 *	- what it was asked: the query, the relation, the options, the search_path
 *	- the catalogs, and the rows of the tables of sources and fields: a stamp (stamp.c) says so,
 *	  which is taken before the rule is compiled, and when the relations have been locked
 *	- which columns the documents of the relation have several values of: that is looked up anew
 *
 * And all that the rule reads has to be trusted, now as then.
 *
 * Only a rule is kept whose SQL is the same for all windows.  So it has the window as parameters,
 * asks for no indices by the names that the rows have, has no exceptions, and says nothing of NOW().
 * And nothing was to be told of it: that has to be told each time.
 */
#include "compat.h"

#include <ctype.h>

#include "access/relation.h"
#include "catalog/namespace.h"
#include "storage/lockdefs.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "detect/catalog.h"
#include "detect/kept_rule.h"
#include "detect/several.h"
#include "detect/trust.h"

/* At most so many are kept, and the one that was not used for longest makes room. */
#define MOST_RULES	16

/* A relation that the rule reads. */
typedef struct KeptRelation
{
	Oid			relid;
	char	   *sql_name;
	char	   *several;		/* column whose names were looked up, or NULL */
	List	   *several_names;	/* the names, of char * */
} KeptRelation;

/* What the compiler was asked. */
typedef struct Question
{
	char	   *query;
	Oid			events;
	EsqlOutputMode output_mode;
	bool		count_hits;
	bool		late;			/* only what arrived so */
	char	   *time_field;		/* or NULL, as the others */
	char	   *time_fallback;
	char	   *others;
	char	   *without;
	char	   *search_path;
} Question;

typedef struct KeptRule
{
	MemoryContext context;		/* NULL: there is none */
	uint64		used;			/* when, on a clock that counts uses */
	Question	question;
	TdStamp		stamp;
	List	   *relations;		/* of KeptRelation */
	TdCompiled	compiled;
} KeptRule;

static KeptRule kept[MOST_RULES];
static uint64 clock_of_uses = 0;

static const char *const tables[] = {"sources", "fields"};

static char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}

static bool
same_text(const char *one, const char *other)
{
	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* What the compiler is asked; the texts are the caller's. */
static Question
ask(const char *query, Oid events, const EsqlOptions *options)
{
	Question	question = {
		.query = unconstify(char *, query),
		.events = events,
		.output_mode = options->output_mode,
		.count_hits = options->count_hits,
		.late = options->arrivals != NULL,
		.time_field = unconstify(char *, options->time_field),
		.time_fallback = unconstify(char *, options->time_fallback),
		.search_path = namespace_search_path
	};

	if (question.late)
	{
		question.others = unconstify(char *, options->arrivals->others);
		question.without = unconstify(char *, options->arrivals->without);
	}
	return question;
}

static bool
same_question(const Question *one, const Question *other)
{
	return one->events == other->events && one->output_mode == other->output_mode && one->count_hits == other->count_hits &&
		one->late == other->late && same_text(one->query, other->query) && same_text(one->time_field, other->time_field) &&
		same_text(one->time_fallback, other->time_fallback) && same_text(one->others, other->others) &&
		same_text(one->without, other->without) && same_text(one->search_path, other->search_path);
}

static bool
is_word(char byte)
{
	return isalnum((unsigned char) byte) || byte == '_';
}

/* May the query say NOW()?  Then its SQL has the time in it. */
static bool
says_now(const char *query)
{
	for (const char *at = query; *at != '\0'; at++)
	{
		if (pg_strncasecmp(at, "now", 3) == 0 && (at == query || !is_word(at[-1])) && !is_word(at[3]))
			return true;
	}
	return false;
}

/* Is the SQL the same for all windows, and known by what is asked and the stamp? */
static bool
may_be_kept(const Question *question, const EsqlOptions *options, const TdCompiled *compiled)
{
	ListCell   *cell;

	if (!compiled->parameters || compiled->prepared != NULL || options->span != NULL || options->any_span || options->key != NULL ||
		!OidIsValid(question->events) || compiled->plan->noted || says_now(question->query))
		return false;
	foreach(cell, compiled->catalog->relations)
	{
		const EsqlRelation *relation = lfirst(cell);

		if (relation->origins_sought || relation->home != ESQL_HOME_LOCAL)
			return false;
	}
	return true;
}

/* Copies of columns, with what is asked of them after the rule is compiled. */
static List *
copy_columns(List *columns)
{
	List	   *copies = NIL;
	ListCell   *cell;

	foreach(cell, columns)
	{
		const EsqlVisible *entry = lfirst(cell);
		EsqlVisible *copy = palloc(sizeof(EsqlVisible));

		copy->name = pstrdup(entry->name);
		copy->column = palloc0(sizeof(EsqlColumn));
		copy->column->name = copy->name;
		copy->column->type = entry->column->type;
		copy->column->multivalued = entry->column->multivalued;
		copies = lappend(copies, copy);
	}
	return copies;
}

static void
copy_compiled(TdCompiled *copy, const TdCompiled *compiled)
{
	memset(copy, 0, sizeof(TdCompiled));
	copy->sql = pstrdup(compiled->sql);
	copy->count_sql = copy_text(compiled->count_sql);
	copy->parameters = compiled->parameters;
	copy->partial = compiled->partial;
	copy->cap = compiled->cap;
	copy->test_count = compiled->test_count;
	copy->looks_at_others = compiled->looks_at_others;
	copy->columns = copy_columns(compiled->columns);
	copy->keys = copy_columns(compiled->keys);
}

static KeptRelation *
copy_relation(Oid relid, const char *sql_name, const char *several, List *several_names)
{
	KeptRelation *copy = palloc0(sizeof(KeptRelation));
	ListCell   *cell;

	copy->relid = relid;
	copy->sql_name = pstrdup(sql_name);
	copy->several = copy_text(several);
	foreach(cell, several_names)
		copy->several_names = lappend(copy->several_names, pstrdup(lfirst(cell)));
	return copy;
}

static KeptRelation *
relation_to_keep(const EsqlRelation *relation)
{
	return copy_relation(relation->relid, relation->sql_name, relation->several_known ? relation->several : NULL,
						 relation->several_names);
}

/* Copies of what is kept of relations: what reads them can run code of others, which may have other rules take the places. */
static List *
copy_relations(List *relations)
{
	List	   *copies = NIL;
	ListCell   *cell;

	foreach(cell, relations)
	{
		const KeptRelation *relation = lfirst(cell);

		copies = lappend(copies, copy_relation(relation->relid, relation->sql_name, relation->several, relation->several_names));
	}
	return copies;
}

/* Lock what the rule reads; false if some of it is there no more. */
static bool
lock_relations(List *relations)
{
	ListCell   *cell;

	foreach(cell, relations)
	{
		Relation	relation = try_relation_open(((KeptRelation *) lfirst(cell))->relid, AccessShareLock);

		if (relation == NULL)
			return false;
		relation_close(relation, NoLock);
	}
	return true;
}

static bool
same_names(List *one, List *other)
{
	ListCell   *left;
	ListCell   *right;

	if (list_length(one) != list_length(other))
		return false;
	forboth(left, one, right, other)
	{
		if (strcmp(lfirst(left), lfirst(right)) != 0)
			return false;
	}
	return true;
}

/* Do the rows have the same fields with several values?  Nothing is read before it is known to be trusted. */
static bool
same_rows(const TdSession *session, List *relations)
{
	ListCell   *cell;

	foreach(cell, relations)
	{
		if (session->purpose == TD_RUN_RULE)
			td_require_trust(session, ((KeptRelation *) lfirst(cell))->relid);
	}
	foreach(cell, relations)
	{
		const KeptRelation *relation = lfirst(cell);

		if (relation->several != NULL &&
			!same_names(td_several_names(relation->relid, relation->sql_name, relation->several, ESQL_HOME_LOCAL), relation->several_names))
			return false;
	}
	return true;
}

/*
 * What the rule was compiled to, if that is kept and still holds; else NULL.  The stamp is for keeping it then; one
 * without a reader means that it cannot be kept.
 */
TdCompiled *
td_recall_rule(const TdSession *session, const char *query, Oid events, const EsqlOptions *options, TdStamp *stamp)
{
	Question	question = ask(query, events, options);
	KeptRule   *rule = NULL;
	TdCompiled *compiled;
	List	   *relations;

	for (int i = 0; i < MOST_RULES && rule == NULL; i++)
	{
		if (kept[i].context != NULL && same_question(&kept[i].question, &question))
			rule = &kept[i];
	}
	if (rule != NULL && !lock_relations(rule->relations))
		rule = NULL;
	if (!td_stamp(tables, lengthof(tables), stamp))
		stamp->reader = InvalidOid;
	if (rule == NULL || !OidIsValid(stamp->reader) || !td_same_stamp(stamp, &rule->stamp))
		return NULL;
	rule->used = ++clock_of_uses;
	compiled = palloc(sizeof(TdCompiled));
	copy_compiled(compiled, &rule->compiled);
	relations = copy_relations(rule->relations);
	return same_rows(session, relations) ? compiled : NULL;
}

/* The place for a rule: its own, or the one that was not used for longest, without what is there. */
static KeptRule *
make_room(const Question *question)
{
	KeptRule   *rule = &kept[0];
	MemoryContext old;

	for (int i = 0; i < MOST_RULES; i++)
	{
		if (kept[i].context != NULL && same_question(&kept[i].question, question))
		{
			rule = &kept[i];
			break;
		}
		if (kept[i].used < rule->used)
			rule = &kept[i];
	}
	old = rule->context;
	memset(rule, 0, sizeof(KeptRule));
	if (old != NULL)
		MemoryContextDelete(old);
	return rule;
}

/* Keep what a rule was compiled to, if that is the same next time. */
void
td_keep_rule(const char *query, Oid events, const EsqlOptions *options, const TdStamp *stamp, const TdCompiled *compiled)
{
	Question	question = ask(query, events, options);
	KeptRule	rule = {.used = ++clock_of_uses, .stamp = *stamp};
	MemoryContext context;
	MemoryContext before;
	ListCell   *cell;

	if (!OidIsValid(stamp->reader) || !may_be_kept(&question, options, compiled))
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "transfer_detect kept rule", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	question.query = copy_text(question.query);
	question.time_field = copy_text(question.time_field);
	question.time_fallback = copy_text(question.time_fallback);
	question.others = copy_text(question.others);
	question.without = copy_text(question.without);
	question.search_path = copy_text(question.search_path);
	rule.question = question;
	foreach(cell, compiled->catalog->relations)
		rule.relations = lappend(rule.relations, relation_to_keep(lfirst(cell)));
	foreach(cell, compiled->catalog->lookups)
		rule.relations = lappend(rule.relations, relation_to_keep(((EsqlLookup *) lfirst(cell))->relation));
	copy_compiled(&rule.compiled, compiled);
	MemoryContextSwitchTo(before);
	rule.context = context;
	MemoryContextSetParent(context, TopMemoryContext);
	*make_room(&question) = rule;
}
