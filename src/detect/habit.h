/*
 * habit.h
 *		A window of a rule that knows habits: its events, their keys, and what is
 *		remembered of them.  habits.c says how they come together.
 */
#ifndef TD_HABIT_H
#define TD_HABIT_H

#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/hsearch.h"
#include "utils/uuid.h"

#include "detect/evaluation.h"
#include "detect/memory.h"

/* Columns that habit_query() adds begin so; they are no part of the result. */
#define HIDDEN_PREFIX	"habit."

/* How a key's parts are held together; no text has a byte of that value. */
#define PART_END	'\0'

#define MAX_SPACES	32

/* A space, and where its columns are in the query's rows. */
typedef struct Space
{
	char	   *name;
	int			scope_column;	/* -1: the fleet */
	int			first_part;
	int			part_count;
	int			fires;			/* column, or -1: always */
	int			remember;		/* days */
	int			weight;
	bool		role;			/* the scope is a role */
	int			within;			/* the space of the fleet whose alerts its own join, or -1 */
	bool		has_narrow;		/* it is that of another */
	char	   *words;			/* the reason, with placeholders */
} Space;

/* The first event of a day with a key. */
typedef struct Day
{
	int32		day;
	TimestampTz first;
	struct Day *next;
} Day;

/* A row that may be shown. */
typedef struct Row
{
	Datum	   *values;
	bool	   *nulls;
} Row;

/* A key that is new where the same key of the fleet has an alert: it joins that. */
typedef struct Joined
{
	int			key;
	TimestampTz time;
	const Row  *row;
	List	   *reasons;		/* numbers of the keys that are new with it */
} Joined;

typedef struct Key
{
	/* what it is */
	int			space;
	char	   *text;			/* scope and parts, each with PART_END behind it */
	int			length;
	pg_uuid_t	digest;

	/* its events in the window */
	Day		   *days;
	TimestampTz first_seen;
	Row		   *row;			/* that of the first event */
	text	   *role;			/* of the host of the first event, or NULL */

	/* what is remembered of it */
	TdMemory	memory;
	TimestampTz *filed;			/* the openings that made its alert, ascending */
	int			filed_count;
	TimestampTz *filed_before;	/* those that made alerts before it */
	int			filed_before_count;
	bool		had_alert;		/* it has made one, which may be open */
	TimestampTz *joined;		/* the openings that joined alerts of the fleet's key */
	int			joined_count;
	bool		loud;
	TimestampTz loud_from;		/* events from then on belong to the alert */
	bool		hostile;		/* loud also when its alert is closed, */
	TimestampTz hostile_from;	/* by events from then on */
	bool		seen_later;		/* it was known already on its last day in the window, or after it */
	bool		lost;			/* some opening that made the alert is none any more */
	bool		known_widely;	/* an analyst said so for the role or the fleet */
	bool		changed;		/* learning changed what is remembered */
	bool		turned;			/* an event came late by which others are new, or none are any more */

	/* what becomes of it */
	bool		files;			/* makes a group */
	bool		opens;			/* because it is new */
	Row		   *opening;		/* that of the event that is new */
	TimestampTz opening_time;
	bool		closed;			/* it has made an alert that is closed now */
	int			excepted_by;	/* of the events that would: an exception fits all so far */
	List	   *reasons;		/* numbers of the keys that are new with it */
	List	   *joins;			/* Joined *: those that join its alert */
	Joined	   *joins_as;		/* as which it joins that of the fleet's key, or NULL */
	int64		count;			/* the events of the group */
	TimestampTz *times;			/* of all its events in the window, if it had an alert and they are not many */
	int			time_count;
	int			time_room;
	TimestampTz first;
	TimestampTz last;
	List	   *hosts;			/* text * */
	List	   *agents;
} Key;

/* A key of an event, and whether the space fires for the event. */
typedef struct KeyUse
{
	int			key;
	bool		fires;
} KeyUse;

typedef struct Event
{
	TimestampTz time;
	int			excepted;		/* the group exception that fits, or 0 */
	int			first_use;
	int			use_count;
	int			heaviest;		/* its heaviest new key and 1, or 0 */
	text	   *host;
	text	   *role;
	text	   *agent;
	Row		   *row;
} Event;

typedef struct Habits
{
	TdEvaluation evaluation;	/* first: the sinks get its address */
	MemoryContext context;
	Datum		rule_id;
	bool		file;			/* look for groups, not only learn */
	TimestampTz file_from;		/* events before it have been learned on request, and make none */
	Space		spaces[MAX_SPACES];
	int			space_count;
	bool		bound;			/* are the columns known? */
	int			host_column;
	int			role_column;
	int			agent_column;
	int			direction;		/* of the shown columns the one with the direction of a transfer, or -1 */
	bool		tell;			/* are the spaces' words known? */
	const char *learning;		/* what alerts say in the first days, or NULL */
	List	   *shown;			/* of EsqlVisible: columns of the result */
	int		   *shown_numbers;
	int			column_count;
	HTAB	   *key_numbers;
	HTAB	   *texts;
	Key		   *keys;
	int			key_count;
	int			key_room;
	Event	   *events;
	int64		event_count;
	int64		event_room;
	KeyUse	   *uses;
	int64		use_count;
	int64		use_room;
	int64	   *event_hits;		/* of each event exception */
	int			test_count;
	List	   *displaced;		/* TimestampTz *: of events that were thought to be new */
	StringInfoData scratch;
	uint64		seed;
} Habits;

/* habit_events.c */
extern void td_habit_begin(Habits *habits);
extern void td_habit_bind(Habits *habits);
extern void td_habit_event(void *arg, Datum *values, bool *nulls);

/* habit_digest.c */
extern Datum *td_habit_elements(FunctionCallInfo fcinfo, int argument, Oid type, int *count);
extern void td_habit_digest_key(const char *space, const char *data, int length, pg_uuid_t *digest);
extern void td_habit_digest_widely(const Habits *habits, const Key *key, const text *role, pg_uuid_t *digest);
extern ArrayType *td_habit_parts(const Key *key);

/* habit_memory.c */
extern void td_habit_recall(Habits *habits);
extern void td_habit_recall_widely(Habits *habits);

/* habit_learn.c */
extern void td_habit_learn_key(Habits *habits, Key *key);
extern void td_habit_write(Habits *habits);
extern void td_habit_settle_loud(Key *key);
extern void td_habit_learn(Habits *habits);

/* habit_judge.c */
extern bool td_habit_weighs_more(const Habits *habits, const Key *key, const Key *other);
extern void td_habit_judge(Habits *habits);

/* habit_late.c */
extern void td_habit_put_late(Habits *habits);

/* habit_reasons.c */
extern List *td_habit_ordered_reasons(const Habits *habits, const List *reasons);
extern List *td_habit_further_reasons(const Habits *habits, const Key *key, const List *reasons);
extern char *td_habit_reason_text(const Habits *habits, const Key *key, const Row *row);
extern int	td_habit_score(const Habits *habits, const List *reasons);
extern void td_habit_write_reasons(StringInfo out, const Habits *habits, const Key *key, const Row *row);

/* habit_joins.c */
extern bool td_habit_same_parts(const Key *one, const Key *other);
extern Key *td_habit_fleet_key(const Habits *habits, const Event *event, const Key *key);
extern void td_habit_join(Habits *habits, Key *fleet, int number, const Event *event, const List *reasons);
extern void td_habit_write_joins(StringInfo out, const Habits *habits, const Key *key);

/* habit_groups.c */
extern void td_habit_put_groups(Habits *habits);

#endif							/* TD_HABIT_H */
