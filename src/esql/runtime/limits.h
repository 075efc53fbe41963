/*
 * limits.h
 *		How much a function may make of little.
 */
#ifndef TD_ESQL_RUNTIME_LIMITS_H
#define TD_ESQL_RUNTIME_LIMITS_H

/*
 * The longest result, in bytes, of the functions that can make much of little
 * (REPEAT, SPACE, CONCAT, REPLACE, MV_APPEND).  What would be longer is null,
 * as in Elasticsearch, so that a query that doubles a value again and again
 * ends soon.
 */
#define TD_LONGEST_RESULT	(1024 * 1024)

#endif							/* TD_ESQL_RUNTIME_LIMITS_H */
