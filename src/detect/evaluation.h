/*
 * evaluation.h
 *		A rule that is evaluated over a window: its arguments, compiled, and where
 *		its rows go.
 */
#ifndef TD_EVALUATION_H
#define TD_EVALUATION_H

#include "utils/tuplestore.h"

#include "detect/evaluate.h"
#include "detect/row_json.h"

typedef struct TdEvaluation
{
	EsqlOptions options;
	EsqlWindow	window;
	EsqlWindow	span;
	Datum		key;
	TdSession	session;
	TdCompiled *compiled;
	Tuplestorestate *store;
	TupleDesc	desc;
	List	   *exceptions;		/* of TdException */
	bool		leave_out;		/* those that do not compile, instead of raising an error */
	bool		keep_plan;		/* for the next window, if one serves for several */
	int64		place;			/* rows so far */
	bool		count_scanned;
	int64		scanned;		/* all events of the window, if they are counted */
} TdEvaluation;

extern void td_begin_evaluation(FunctionCallInfo fcinfo, TdEvaluation *evaluation, EsqlOutputMode output_mode,
								bool leave_out);
extern void td_exceptions_argument(FunctionCallInfo fcinfo, int argument, TdEvaluation *evaluation, bool on_groups);
extern void td_finish_evaluation(FunctionCallInfo fcinfo, TdEvaluation *evaluation, TdRowSink sink,
								 void (*after) (TdEvaluation *evaluation));
extern Datum td_left_out_array(const TdEvaluation *evaluation, bool *isnull);
extern Datum td_row_to_jsonb(List *columns, const Datum *values, const bool *nulls, EsqlOmitted *omitted);

#endif							/* TD_EVALUATION_H */
