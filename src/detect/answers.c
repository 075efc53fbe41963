/*
 * answers.c
 *		first_answer(): what was answered first in this transaction.
 *
 * Another server shows a run the same state from its first read until the run's
 * transaction ends.  So the question which transactions were open there has one
 * answer that counts: the first, which was given before that read.  sql/remote.sql
 * keeps it here.
 */
#include "compat.h"

#include "fmgr.h"
#include "nodes/pg_list.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(td_first_answer);

typedef struct Answer
{
	Oid			server;
	char	   *text;
} Answer;

static List *answers = NIL;		/* in TopTransactionContext */
static LocalTransactionId answered_in = InvalidLocalTransactionId;

/*
 * first_answer(server oid, answer text) -> text: the first answer of this server in this
 * transaction.  One that is not null is kept if there is none yet.
 */
Datum
td_first_answer(PG_FUNCTION_ARGS)
{
	Oid			server = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
	MemoryContext old;
	ListCell   *cell;
	Answer	   *answer;

	if (answered_in != td_local_transaction())
	{
		answers = NIL;
		answered_in = td_local_transaction();
	}
	foreach(cell, answers)
	{
		answer = lfirst(cell);
		if (answer->server == server)
			PG_RETURN_TEXT_P(cstring_to_text(answer->text));
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	old = MemoryContextSwitchTo(TopTransactionContext);
	answer = palloc(sizeof(Answer));
	answer->server = server;
	answer->text = text_to_cstring(PG_GETARG_TEXT_PP(1));
	answers = lappend(answers, answer);
	MemoryContextSwitchTo(old);
	PG_RETURN_TEXT_P(cstring_to_text(answer->text));
}
