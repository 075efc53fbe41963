/*
 * exceptions.c
 *		Compile a rule with the exceptions that are in force.
 *
 * All conditions are compiled with the rule, once.  An exception that the rule
 * cannot understand, since it names no column of the rule, must not stop the
 * rule: it is left out, and its problem is told.  The compiler raises errors,
 * so it runs in a subtransaction.  When a condition was at work as the error
 * was raised, the rule is compiled again without it.  An error of the rule's
 * own is raised.
 */
#include "compat.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "detect/exceptions.h"

/* Compile with all exceptions that have no problem; *trying is the one at work. */
static TdCompiled *
compile(const TdSession *session, const char *query, Oid events, EsqlOptions *options,
		List *exceptions, TdException *volatile *trying)
{
	ListCell   *cell;

	options->event_conditions = options->group_conditions = NIL;
	foreach(cell, exceptions)
	{
		TdException *exception = lfirst(cell);
		List	  **conditions = exception->on_groups ? &options->group_conditions : &options->event_conditions;

		if (exception->problem != NULL)
			continue;
		*trying = exception;
		if (exception->condition == NULL)
			exception->condition = td_parse_condition(exception->text, exception->label);
		*conditions = lappend(*conditions, exception->condition);
	}
	*trying = NULL;
	return td_compile(session, query, events, options);
}

/* The exception whose condition the compiler was at, or NULL. */
static TdException *
find_exception(List *exceptions, const EsqlCondition *condition)
{
	ListCell   *cell;

	foreach(cell, exceptions)
	{
		TdException *exception = lfirst(cell);

		if (condition != NULL && exception->condition == condition)
			return exception;
	}
	return NULL;
}

/* Compile in a subtransaction.  NULL if that showed that an exception has a problem. */
static TdCompiled *
try_compile(const TdSession *session, const char *query, Oid events, EsqlOptions *options,
			List *exceptions)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	TdException *volatile trying = NULL;
	const EsqlCondition *condition = NULL;
	TdCompiled *volatile compiled = NULL;

	options->condition_at_work = &condition;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(caller);
	PG_TRY();
	{
		compiled = compile(session, query, events, options, exceptions, &trying);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(caller);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		TdException *failed = trying ? trying : find_exception(exceptions, condition);
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(caller);
		CurrentResourceOwner = owner;
		if (failed == NULL || error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			ReThrowError(error);
		failed->problem = error->message;
		compiled = NULL;
	}
	PG_END_TRY();
	options->condition_at_work = NULL;
	return compiled;
}

/*
 * Compile a rule with exceptions (TdException).  With leave_out one that does
 * not compile gets a problem and is left out; without, it is an error.
 */
TdCompiled *
td_compile_excepting(const TdSession *session, const char *query, Oid events,
					 EsqlOptions *options, List *exceptions, bool leave_out)
{
	TdException *volatile trying = NULL;
	TdCompiled *compiled;

	if (!leave_out || exceptions == NIL)
		return compile(session, query, events, options, exceptions, &trying);
	do
		compiled = try_compile(session, query, events, options, exceptions);
	while (compiled == NULL);
	return compiled;
}
