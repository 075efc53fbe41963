/*
 * plan.h
 *		A query with its names and types worked out: what the resolver makes
 *		of the parser's tree, and the SQL generator writes down.
 *
 * The resolver has applied all ES|QL rules about types, nulls and multivalued
 * fields: a node is a constant, a column, or a call of an SQL template, and the
 * generator only has to put text together.
 *
 * Columns go by identity, not by name.  RENAME gives a column another name,
 * KEEP and DROP change a list, EVAL over an existing name makes a new column;
 * none of these needs SQL of its own.
 *
 * A column that may hold several values has two faces in SQL: the list (an
 * array in normal form: NULL, or at least one value and no NULLs), and the
 * single value (NULL unless there is just one).  Which of them a source
 * column needs is known when the whole query has been resolved; the source's
 * SELECT then makes only these.  This is why a scan for
 * event.action == "exec" never builds an array.
 */
#ifndef ESQL_PLAN_H
#define ESQL_PLAN_H

#include "compat.h"

#include "nodes/pg_list.h"

#include "esql/syntax/ast.h"
#include "esql/analysis/types.h"

/* How text compares in SQL, which must not depend on anybody's locale. */
typedef enum EsqlCollation
{
	ESQL_COLLATION_C,			/* by bytes, or not text at all */
	ESQL_COLLATION_LITERAL,		/* a literal: goes along with the other side */
	ESQL_COLLATION_BARE			/* equality is by bytes, order need not be */
} EsqlCollation;

/* Where one relation keeps a field. */
typedef struct EsqlAccess
{
	EsqlType	type;
	bool		multivalued;
	bool		document;		/* by path from the jsonb column */
	bool		point;			/* a point of the earth there, which is a text here */
	char	   *several;		/* field that some rows have several values of: in their
								 * documents, and then the column is null; or NULL */
	char	   *attname;		/* the column; the jsonb one if .document */
	bool		array;
	bool		in_order;		/* of an array, as it is stored, repetitions too */
	const char *cast;			/* template over the column's name, such as
								 * "$1::text", or NULL */
	bool		nondeterministic;	/* needs COLLATE "C" even for equality */
	EsqlCollation collation;
	bool		microseconds;			/* a date to the microsecond */
	bool		naive;			/* timestamp without time zone */
	char	   *sql_type;		/* as format_type says it, for messages */
} EsqlAccess;

/* A column of the relation, under its ES|QL name. */
typedef struct EsqlRelationField
{
	char	   *name;
	EsqlAccess *access;
} EsqlRelationField;

/* Where the rows of a relation are. */
typedef enum EsqlHome
{
	ESQL_HOME_LOCAL,
	ESQL_HOME_FOREIGN,			/* some or all in foreign tables: on other servers */
	ESQL_HOME_CITUS				/* in shards of Citus, which are on its nodes */
} EsqlHome;

typedef struct EsqlRelation
{
	Oid			relid;
	char	   *sql_name;		/* quoted and qualified, also for messages */
	char	   *alias;			/* of its rows in the SQL: no column's name */
	List	   *fields;			/* of EsqlRelationField */
	char	   *document;		/* attname of the jsonb column, or NULL */
	char	   *several;		/* attname of the names of fields that only the document
								 * has all values of, or NULL */
	bool		several_known;	/* were its rows asked for these names? */
	List	   *several_names;	/* if so: the names, of char * */
	char	   *index;			/* attname of the index that a row is from, or NULL */
	char	   *plain_name;		/* without a schema, not quoted */
	List	   *patterns;		/* of EsqlPattern: which of its indices FROM means, in
								 * FROM's order; NIL: all */
	bool		origins_sought; /* were its rows asked for the names that they have? */
	bool		origins_known;	/* are these names known then, as few as they are? */
	List	   *origins;		/* if so: those that .patterns fit */
	bool		all_origins;	/* if so: are these all that there are? */
	bool		unnamed;		/* if so: do rows lack one? */
	bool		arrivals;		/* has it a column arrived, which is no field? */
	bool		conditions;		/* is there an index made of a query's conditions, in it or in a
								 * part of it? */
	bool		computed;		/* is there one of expressions, such as a document's field? */
	bool		partial;		/* has it an index that holds a part of its rows? */
	List	   *covers;			/* of lists of attnames: what indexes that cover
								 * short rows hold, see esql/sql/index.c */
	bool		terms;			/* has it, or a part of it, an index of its documents' terms? */
	EsqlHome	home;
	List	   *shards;			/* sql_names of the tables that its rows are in, if they
								 * are several and may be read one by one; else NIL */
	List	   *shard_key;		/* attnames: rows that are equal in all of them are in
								 * one shard; NIL if nothing is known */
} EsqlRelation;

/* The relation that a LOOKUP JOIN names. */
typedef struct EsqlLookup
{
	const EsqlCommand *command;
	EsqlRelation *relation;
	List	   *unique;			/* of lists of attnames: together each is once in it */
} EsqlLookup;

/* A pattern of FROM that rows of a relation are compared with. */
typedef struct EsqlPattern
{
	char	   *text;			/* with * as wildcard */
	bool		exclude;
} EsqlPattern;

typedef struct EsqlColumn EsqlColumn;
typedef struct EsqlNode EsqlNode;
struct EsqlNearest;

/* What a query is compiled against: detect/catalog.c fills it. */
typedef struct EsqlCatalog
{
	List	   *relations;		/* of EsqlRelation */
	List	   *lookups;		/* of EsqlLookup */
	char	   *schema;			/* the extension's, quoted */

	/* the type that the table of fields gives a document's field */
	EsqlType	(*document_type) (const struct EsqlCatalog *catalog, const char *name,
								  bool *known);

	/* the name of that type in Elasticsearch, or NULL */
	const char *(*field_type) (const struct EsqlCatalog *catalog, const char *name);

	/* the value of an expression that is a string and reads no column; NULL for null */
	char	   *(*evaluate) (const struct EsqlCatalog *catalog, const EsqlNode *node);

	/* offers the names in that table to a search for the nearest */
	void		(*offer_fields) (const struct EsqlCatalog *catalog, struct EsqlNearest *nearest);
} EsqlCatalog;

typedef enum EsqlNodeKind
{
	ESQL_NODE_CONST,
	ESQL_NODE_LIST,				/* a constant list: args are constants */
	ESQL_NODE_COLUMN,
	ESQL_NODE_CALL,				/* template over args */
	ESQL_NODE_CASE,				/* condition, value, ..., value */
	ESQL_NODE_IN,				/* args[0] IN (the rest) */
	ESQL_NODE_MAP,				/* args[1] over the elements of the list
								 * args[0], each of them an ELEMENT */
	ESQL_NODE_ELEMENT
} EsqlNodeKind;

/*
 * What a call means to those who read a plan: thresholds, the times that a
 * rule asks for, the SQL writer.  Its SQL is nothing but text.
 */
typedef enum EsqlOperator
{
	ESQL_OPERATOR_NONE,
	ESQL_OPERATOR_AND,
	ESQL_OPERATOR_OR,
	ESQL_OPERATOR_EQ,
	ESQL_OPERATOR_NE,
	ESQL_OPERATOR_LT,
	ESQL_OPERATOR_LE,
	ESQL_OPERATOR_GT,
	ESQL_OPERATOR_GE,
	ESQL_OPERATOR_LIKE,
	ESQL_OPERATOR_RLIKE,
	ESQL_OPERATOR_IS_NULL,
	ESQL_OPERATOR_IS_NOT_NULL,
	ESQL_OPERATOR_IS_TRUE,
	ESQL_OPERATOR_DISTINCT_COUNT,
	ESQL_OPERATOR_DISTINCT_VALUES
} EsqlOperator;

struct EsqlNode
{
	EsqlNodeKind kind;
	EsqlSpan	span;
	EsqlType	type;
	bool		multivalued;		/* the value is a list in normal form */
	EsqlCollation collation;
	bool		microseconds;			/* a date to the microsecond */
	bool		aggregate;		/* holds an aggregate */

	/* CONST */
	bool		isnull;
	bool		boolean;
	int64		integer;		/* integer, long; date: ms, us if .microseconds; spans:
								 * amount */
	double		number;
	EsqlString	string;			/* keyword; ip: its text */
	EsqlTimeUnit unit;
	int64		days;			/* of a span of months: days besides */

	EsqlColumn *column;
	bool		face_list;		/* COLUMN: the list or the single value */

	EsqlOperator operator;		/* CALL: what it means, where a reader of plans asks */
	const char *sql;			/* CALL: see functions.h */
	const char *bounded_sql;	/* CALL: the same with a bound, $2, or NULL */
	bool		ordered;		/* CALL: text in it compares by bytes */
	bool		any_letters;	/* CALL: makes letters large or small */
	bool		part_of_or;		/* OR: of another OR that has been looked at, see esql/sql/likes.c */
	EsqlNode   *holds;			/* RLIKE: a list of patterns, of which what matches is
								 * LIKE one; or NULL */
	EsqlNode   *filter;			/* of an aggregate */
	EsqlNode  **args;
	int			nargs;
};

/* What a source column is, if it is none of the relation's fields. */
typedef enum EsqlMetadata
{
	ESQL_METADATA_NONE,
	ESQL_METADATA_ID,			/* the fields that METADATA names */
	ESQL_METADATA_INDEX,
	ESQL_METADATA_VERSION,
	ESQL_METADATA_SOURCE,
	ESQL_METADATA_IGNORED,
	ESQL_EVENT_TIME,			/* no query can name these: the event's time by the
								 * window's field, in full precision */
	ESQL_EVENT_NUMBER,			/* which event of this execution it is */
	ESQL_EVENT_DOCUMENT			/* the event as it came */
} EsqlMetadata;

struct EsqlColumn
{
	int			id;
	char	   *name;
	EsqlType	type;
	bool		multivalued;
	EsqlCollation collation;
	bool		microseconds;
	List	   *accesses;		/* source columns: an EsqlAccess, or NULL, for
								 * each relation */
	EsqlMetadata metadata;		/* what it is of a row, if no field of it */
	bool		uses_list;
	bool		uses_single;
	int			weight;			/* size of its expression, all folded in */
	int			made_in_stage;	/* number of the stage that makes it, in a finished plan */
	int			last_use;		/* number of the last stage that reads it */
	char	   *alias;			/* its name in the SQL, quoted */
	char	   *alias_single;	/* of the single face, if it has both */
	const EsqlNode *constant;	/* its value, where the query's text gives it, or NULL */
	const char *place;			/* its SQL, of a column that no SELECT makes, or NULL */
};

typedef enum EsqlStageKind
{
	ESQL_STAGE_SOURCE,
	ESQL_STAGE_WHERE,			/* .conditions, all of them */
	ESQL_STAGE_EVAL,			/* .outputs */
	ESQL_STAGE_EXPAND,			/* .outputs: one column, a row a value */
	ESQL_STAGE_STATS,			/* .outputs, .keys */
	ESQL_STAGE_INLINE,			/* .outputs of the groups by .keys, whose values are .values */
	ESQL_STAGE_LIMIT,			/* .order, .limit, and perhaps .each and .place */
	ESQL_STAGE_LOOKUP			/* .relation, .lookups, .conditions of the join */
} EsqlStageKind;

/* A new column and the expression it gets. */
typedef struct EsqlOutput
{
	EsqlColumn *column;
	EsqlNode   *node;
	bool		ordinality;		/* EXPAND: the place of the value in its list */
} EsqlOutput;

/* A column of the relation that a LOOKUP JOIN names. */
typedef struct EsqlLookupColumn
{
	EsqlColumn *column;			/* what it becomes; a key: what the condition reads */
	EsqlAccess *access;
	bool		key;
} EsqlLookupColumn;

typedef struct EsqlOrder
{
	EsqlNode   *node;
	bool		descending;
	bool		nulls_first;
} EsqlOrder;

typedef struct EsqlStage
{
	EsqlStageKind kind;
	uint32		line;			/* of the command in the query */
	EsqlSpan	span;			/* the command */
	const char *command;		/* its name, for the reader of the SQL */
	List	   *conditions;		/* of EsqlNode */
	List	   *outputs;		/* of EsqlOutput */
	List	   *keys;			/* STATS: of EsqlColumn, read and handed on */
	List	   *values;			/* INLINE: of EsqlColumn: one value of each key that may have several, or NULL */
	List	   *by;				/* STATS: of EsqlVisible, the keys and their names */
	List	   *order;			/* of EsqlOrder */
	List	   *each;			/* LIMIT: of EsqlNode, so many rows of each group by these */
	EsqlColumn *place;			/* LIMIT: of a row in its group */
	const EsqlRelation *relation;	/* LOOKUP */
	List	   *lookups;		/* LOOKUP: of EsqlLookupColumn */
	bool		once;			/* LOOKUP: no row becomes several */
	bool		group_values;	/* EXPAND: distinct values, for a group key */
	bool		fence;			/* EVAL: not to be folded into later stages */
	List	   *fields;			/* EVAL: of EsqlColumn: fields that are read here from .document */
	EsqlColumn *document;		/* EVAL: the document as FROM hands it on, or NULL */
	int64		limit;
} EsqlStage;

/* The columns that detection needs for each row of a rule: see detect/rule_plan.c. */
typedef struct EsqlHidden
{
	bool		aggregating;	/* the rule has STATS */
	int			stage;			/* number of the stage that makes the groups */
	List	   *keys;			/* of EsqlVisible: what identifies a row */
	bool		keys_apart;		/* they are not what the row shows, but columns besides */
	int64		cap;			/* the LIMIT that was lifted, or -1 */
	List	   *condition_columns;	/* EsqlColumns that event conditions read */
	EsqlColumn *time;			/* of an event */
	EsqlColumn *number;			/* of an event, if rows before STATS may be several
								 * of one */
	EsqlColumn *document;		/* of an event: ESQL_OUTPUT_EVENTS */
	EsqlColumn *count;			/* events behind the row */
	EsqlColumn *first;			/* and their times */
	EsqlColumn *last;
	EsqlColumn *matched;		/* what sums up to the events behind all groups */
	EsqlColumn *excepted;		/* the first group condition that fits, or NULL */
	List	   *tests;			/* EsqlColumns: whether event conditions fit, if
								 * their hits are counted */
	int			tested;			/* number of the stage whose rows have these; -1
								 * until events that fit are left out */
} EsqlHidden;

/* The stages that take command lines apart: see transfer.c. */
typedef struct EsqlTransfer
{
	EsqlStage  *compute;		/* makes the row value */
	EsqlStage  *take_apart;		/* makes its fields, those that the query names */
	EsqlColumn *row;
	EsqlNode   *host;			/* what the event calls its host, or null */
} EsqlTransfer;

typedef struct EsqlPlan
{
	List	   *stages;
	List	   *columns;		/* all there are, by id */
	List	   *visible;		/* of EsqlVisible: the result */
	List	   *order;			/* of EsqlOrder: the order of the result */
	List	   *end_reads;		/* of EsqlColumn: read by the end, though not shown */
	bool		limited;		/* a LIMIT stands somewhere in the query */
	bool		noted;			/* a NOTICE has told of something in the query */
	EsqlColumn *window;			/* the time column, if a window was asked for */
	EsqlColumn *fallback;		/* its stand-in where it is null, or NULL */
	EsqlTransfer *transfer;		/* its stages, in no list until the plan is finished; NULL
								 * if no field of transfers is read */
	EsqlHidden	hidden;			/* unless the output mode is ESQL_OUTPUT_ROWS */

	/* the names that can be used, for conditions that come from elsewhere */
	struct EsqlResolver *after_from;
	struct EsqlResolver *at_end;
} EsqlPlan;

/* A column under the name that it has at some point of the pipeline. */
typedef struct EsqlVisible
{
	char	   *name;
	EsqlColumn *column;
} EsqlVisible;

/*
 * A stretch of time, inclusive at both ends, in microseconds since 1970: the
 * engine's window round a rule, or the span of an alert's events.
 */
typedef struct EsqlWindow
{
	int64		from;
	int64		to;
	bool		parameters;		/* written as $1 and $2, and arrivals as $3 and $4 */
} EsqlWindow;

/* Events by the numbers of the transactions that brought them. */
typedef struct EsqlArrivals
{
	int64		from;			/* those from this number on */
	int64		before;			/* up to before this one */
	const char *others;			/* and those of these numbers: bigint[] as text */
	const char *without;		/* but not of these */
} EsqlArrivals;

/* What is to become of the query. */
typedef enum EsqlOutputMode
{
	ESQL_OUTPUT_ROWS,			/* its rows */
	ESQL_OUTPUT_GROUPS,			/* its rows, with the events of each counted */
	ESQL_OUTPUT_EVIDENCE,		/* its groups: keys, number and times of events */
	ESQL_OUTPUT_EVENTS,			/* the events of its groups */
	ESQL_OUTPUT_HABITS			/* its rows, with the time of each: they are events */
} EsqlOutputMode;

/* An exception's condition: a text and a tree of its own. */
typedef struct EsqlCondition
{
	EsqlContext *context;
	EsqlExpr   *expr;
} EsqlCondition;

typedef struct EsqlOptions
{
	int64		as_of;			/* now(), ms since 1970 */
	const EsqlWindow *window;	/* or NULL */
	const EsqlArrivals *arrivals;	/* with a window: only what arrived so, or NULL */
	const char *time_field;		/* that the window goes by; NULL: @timestamp */
	const char *time_fallback;	/* for events without it, or NULL */
	int64		implicit_limit; /* rows, when the query has no LIMIT; -1: none */
	bool		shards;			/* aggregate each shard by itself, see
								 * esql/sql/split.c */
	int			cover;			/* number of the cover by which relations are
								 * read in two parts; 0: in one */
	bool		terms;			/* ask the indexes of documents' terms for what the conditions need */
	List	   *event_conditions;	/* of EsqlCondition: such events do not count */

	/* the rest is for other output modes than ESQL_OUTPUT_ROWS */
	EsqlOutputMode output_mode;
	List	   *group_conditions;	/* of EsqlCondition: such rows are marked */
	bool		count_hits;		/* GROUPS: count the events that fit each event
								 * condition */
	const EsqlCondition **condition_at_work;	/* gets the condition that is being
												 * resolved, unless NULL */
	const EsqlWindow *span;		/* EVIDENCE, EVENTS: events of this time, or NULL */
	bool		any_span;		/* EVENTS: of the time that two settings say, see detect/evidence.c */
	const Datum *key;			/* EVIDENCE, EVENTS: jsonb, one group's, or NULL */
} EsqlOptions;

#endif							/* ESQL_PLAN_H */
