/*
 * inbox.c
 *		The triggers of inbox: rows become events.
 *
 * The row trigger takes the documents of a statement, the statement trigger
 * lands them; a statement of many rows, such as COPY, lands a batch whenever
 * one is full.  The row itself is never stored.
 *
 * A batch lands as the owner of the table that has the triggers, as foreign
 * keys are checked by the owner of the referenced table: a log shipper needs
 * INSERT on inbox and nothing else, and cannot read or change an event.  Row
 * security of events does not apply to its owner (unless forced).  So a role
 * that may write into inbox may deliver any event.  As in a SECURITY DEFINER
 * function, search_path is set to a safe one.
 *
 * Documents that were taken are kept in the memory of the subtransaction, and
 * so are dropped with it when the statement fails.  A statement inside of
 * another one, in a subtransaction of its own, may be rolled back alone.  It
 * must not land what the outer statement has taken, so there is a stack.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "ingest/ingest.h"

PG_FUNCTION_INFO_V1(td_inbox_row);
PG_FUNCTION_INFO_V1(td_inbox_statement);

/* What a statement has taken so far. */
typedef struct Inbox
{
	struct Inbox *outer;		/* of a statement around this one */
	int			level;			/* of the transaction's nesting */
	Oid			relid;
	Oid			owner;
	MemoryContext memory;
	MemoryContext origins;		/* of the batch's rows */
	IngestOrigin *origin;		/* of the last row */
	IngestRun  *run;
	int64		rows;
	MemoryContextCallback forget;
} Inbox;

static Inbox *inbox = NULL;

static void
forget(void *arg)
{
	Inbox	   *self = arg;

	if (inbox == self)
		inbox = self->outer;
}

/*
 * Nothing that was taken may be left when the transaction commits.
 */
static void
at_commit(XactEvent event, void *arg)
{
	if ((event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) && inbox != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("documents were taken by the trigger inbox_row and not turned into events"),
				 errhint("A table with a trigger that calls inbox_row() needs an AFTER INSERT FOR EACH STATEMENT trigger that calls inbox_statement().")));
}

static Inbox *
open_inbox(Relation rel, Oid namespace)
{
	static bool registered = false;
	MemoryContext memory;
	MemoryContext old;
	Inbox	   *self;

	if (!registered)
	{
		RegisterXactCallback(at_commit, NULL);
		registered = true;
	}
	memory = AllocSetContextCreate(CurTransactionContext, "transfer_detect inbox", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(memory);
	self = palloc0(sizeof(Inbox));
	self->level = GetCurrentTransactionNestLevel();
	self->relid = RelationGetRelid(rel);
	self->owner = rel->rd_rel->relowner;
	self->memory = memory;
	self->origins = AllocSetContextCreate(memory, "transfer_detect origins", ALLOCSET_SMALL_SIZES);
	self->run = ingest_begin(namespace);
	self->outer = inbox;
	self->forget.func = forget;
	self->forget.arg = self;
	MemoryContextRegisterResetCallback(memory, &self->forget);
	inbox = self;
	MemoryContextSwitchTo(old);
	return self;
}

/*
 * Land the batch as the owner of the table.
 */
static void
land(Inbox *self)
{
	Oid			user;
	int			context;
	int			nest;

	/* a trigger of events may insert into inbox; that is another statement */
	inbox = NULL;
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(self->owner, context | SECURITY_LOCAL_USERID_CHANGE);
	nest = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	ingest_check_rights(self->run);
	ingest_land(self->run);
	SPI_finish();
	ingest_forget_plans(self->run);
	AtEOXact_GUC(true, nest);
	SetUserIdAndSecContext(user, context);
	if (inbox != NULL)
		elog(ERROR, "documents were left over while others were turned into events");
	inbox = self;
}

static void
close_inbox(Inbox *self)
{
	if (self->origin != NULL)
		ingest_finish_lines(self->run, self->origin);
	land(self);
	MemoryContextDelete(self->memory);
}

/*
 * The inbox of the statement that the trigger fires for.
 */
static Inbox *
find_inbox(Relation rel, Oid namespace)
{
	if (inbox != NULL && inbox->level == GetCurrentTransactionNestLevel())
	{
		if (inbox->relid == RelationGetRelid(rel))
			return inbox;
		close_inbox(inbox);
	}
	return open_inbox(rel, namespace);
}

static Datum
column_value(const TriggerData *trigger, const char *name, bool *isnull, Oid *type)
{
	TupleDesc	desc = RelationGetDescr(trigger->tg_relation);
	int			number = SPI_fnumber(desc, name);

	*isnull = true;
	*type = InvalidOid;
	if (number <= 0)
		return (Datum) 0;
	*type = TupleDescAttr(desc, number - 1)->atttypid;
	return heap_getattr(trigger->tg_trigtuple, number, desc, isnull);
}

/*
 * A column's text, or NULL; *length is set.
 */
static char *
column_text(const TriggerData *trigger, const char *name, Size *length)
{
	Oid			type;
	bool		isnull;
	Datum		value = column_value(trigger, name, &isnull, &type);
	Oid			output;
	bool		by_length;
	char	   *result;

	if (isnull)
		return NULL;
	if (type == TEXTOID || type == VARCHAROID || type == JSONOID)
	{
		*length = VARSIZE_ANY_EXHDR(DatumGetTextPP(value));
		return VARDATA_ANY(DatumGetTextPP(value));
	}
	getTypeOutputInfo(type, &output, &by_length);
	result = OidOutputFunctionCall(output, value);
	*length = strlen(result);
	return result;
}

/*
 * Where a row comes from.  Rows with the same origin share the record of it.
 */
static void
set_origin(Inbox *self, const TriggerData *trigger, const char *column)
{
	Size		length = 0;
	char	   *source = column_text(trigger, column, &length);
	Oid			type;
	bool		isnull;
	Datum		datum = column_value(trigger, "received", &isnull, &type);
	TimestampTz received = isnull || type != TIMESTAMPTZOID ?
		GetCurrentTransactionStartTimestamp() : DatumGetTimestampTz(datum);
	IngestOrigin *last = self->origin;
	MemoryContext old;

	if (self->run->nrows + self->run->nrejects == 0 && self->origin != NULL)
	{
		MemoryContextReset(self->origins);
		self->origin = last = NULL;
	}
	if (source == NULL)
	{
		source = GetUserNameFromId(GetUserId(), false);
		length = strlen(source);
	}
	if (last != NULL && last->received == received && strlen(last->source) == length &&
		memcmp(last->source, source, length) == 0)
		return;
	old = MemoryContextSwitchTo(self->origins);
	self->origin = palloc0(sizeof(IngestOrigin));
	self->origin->source = pnstrdup(source, length);
	self->origin->received = received;
	MemoryContextSwitchTo(old);
}

static void
check_trigger(const TriggerData *trigger, const char *name, bool right)
{
	if (!right)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" must be called by a trigger %s", name,
						strcmp(name, "inbox_row") == 0 ? "BEFORE INSERT FOR EACH ROW" : "AFTER INSERT FOR EACH STATEMENT")));
}

static void
take_document(Inbox *self, char *text, Size length)
{
	char	   *utf8 = ingest_to_utf8(text, &length);
	EcsLine		line;

	ecs_splitter_feed(self->run->splitter, utf8, length, true);
	while (ingest_next_line(self->run, &line))
	{
		ingest_line(self->run, &line, self->origin);
		if (ingest_is_full(self->run))
			land(self);
	}
}

/*
 * BEFORE INSERT FOR EACH ROW: takes the document, and keeps the row out.
 */
Datum
td_inbox_row(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Trigger    *definition;
	const char *document_column;
	Inbox	   *self;
	Size		length;
	char	   *text;

	check_trigger(trigger, "inbox_row",
				  CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_BEFORE(trigger->tg_event) &&
				  TRIGGER_FIRED_FOR_ROW(trigger->tg_event) && TRIGGER_FIRED_BY_INSERT(trigger->tg_event));
	definition = trigger->tg_trigger;
	document_column = definition->tgnargs > 0 ? definition->tgargs[0] : "document";
	if (SPI_fnumber(RelationGetDescr(trigger->tg_relation), document_column) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table \"%s\" has no column \"%s\" for trigger \"%s\"",
						RelationGetRelationName(trigger->tg_relation), document_column, definition->tgname)));
	self = find_inbox(trigger->tg_relation, get_func_namespace(fcinfo->flinfo->fn_oid));
	set_origin(self, trigger, definition->tgnargs > 1 ? definition->tgargs[1] : "source");
	text = column_text(trigger, document_column, &length);
	if (text != NULL)
		take_document(self, text, length);
	else
		ingest_missing(self->run, self->origin);
	return PointerGetDatum(NULL);
}

/*
 * AFTER INSERT FOR EACH STATEMENT: lands what the rows have brought.
 */
Datum
td_inbox_statement(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	check_trigger(trigger, "inbox_statement",
				  CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_AFTER(trigger->tg_event) &&
				  TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) && TRIGGER_FIRED_BY_INSERT(trigger->tg_event));
	if (inbox != NULL && inbox->level == GetCurrentTransactionNestLevel() &&
		inbox->relid == RelationGetRelid(trigger->tg_relation))
		close_inbox(inbox);
	return PointerGetDatum(NULL);
}
