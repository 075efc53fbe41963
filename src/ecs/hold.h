/*
 * hold.h
 *		Lines that may be one document together.
 */
#ifndef ECS_HOLD_H
#define ECS_HOLD_H

#include "ecs/record.h"

#define ECS_HOLD_DEPTH	256

typedef struct EcsHold
{
	EcsMemory	memory;
	size_t		max_length;
	bool		open;			/* lines are held, and more may come */
	size_t		line;			/* number of the first */
	char	   *text;			/* the lines, each with an LF */
	size_t		length;
	size_t		capacity;
	char		last;			/* the last character that is no blank; 'v' ends a value */
	unsigned	depth;
	char		brackets[ECS_HOLD_DEPTH];	/* that are open */
} EcsHold;

typedef enum EcsHoldResult
{
	ECS_HOLD_NO,				/* the line stands alone, or does not go on with what is held */
	ECS_HOLD_MORE,				/* it is held */
	ECS_HOLD_COMPLETE,			/* what is held is a value */
	ECS_HOLD_NO_MEMORY
} EcsHoldResult;

extern void ecs_hold_init(EcsHold *hold, EcsMemory memory, size_t max_length);
extern void ecs_hold_free(EcsHold *hold);
extern EcsHoldResult ecs_hold_line(EcsHold *hold, const EcsLine *line);
extern bool ecs_hold_has_documents(const EcsHold *hold);

#endif							/* ECS_HOLD_H */
