/*
 * exceptions.h
 *		A rule together with the exceptions that are in force.
 */
#ifndef TD_EXCEPTIONS_H
#define TD_EXCEPTIONS_H

#include "detect/evaluate.h"

/* An exception that a rule is to be compiled with. */
typedef struct TdException
{
	char	   *text;			/* its condition */
	char	   *label;			/* names it in errors */
	bool		on_groups;		/* it is asked of the rule's rows, not of events */
	EsqlCondition *condition;	/* parsed, or NULL so far */
	char	   *problem;		/* why it was left out, or NULL */
} TdException;

extern TdCompiled *td_compile_excepting(const TdSession *session, const char *query, Oid events,
										EsqlOptions *options, List *exceptions, bool leave_out);

#endif							/* TD_EXCEPTIONS_H */
