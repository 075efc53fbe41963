/*
 * reader_parts.h
 *		What the two files of the reader share: reader.c finds the documents in lines,
 *		document.c makes a record of one.
 */
#ifndef ECS_READER_PARTS_H
#define ECS_READER_PARTS_H

#include "ecs/cursor.h"
#include "ecs/fields.h"
#include "ecs/hold.h"
#include "ecs/parse.h"

/* What the line before has announced. */
typedef enum EcsAction
{
	ECS_ACTION_NONE,
	ECS_ACTION_INDEX,				/* or create */
	ECS_ACTION_UPDATE,
	ECS_ACTION_DELETE				/* announces nothing */
} EcsAction;

typedef enum EcsState
{
	ECS_STATE_DONE,
	ECS_STATE_LINE,					/* nothing of the line was read */
	ECS_STATE_ELEMENTS				/* in the array of a response, or an array */
} EcsState;

/* A position in the line of which line and column are known. */
typedef struct EcsPlace
{
	const char *at;
	size_t		line;
	size_t		column;
} EcsPlace;

struct EcsReader
{
	EcsMemory	memory;
	EcsOptions	options;
	EcsArena	arena;			/* of the document */
	EcsArena	action_arena;	/* of the bulk action */
	EcsForms	forms;			/* of the documents before */
	EcsFields	fields;
	EcsLine		line;
	EcsState	state;
	EcsCursor	cursor;			/* ECS_STATE_ELEMENTS: before the next one */
	bool		first;			/* no element is behind us */
	bool		torn;			/* the element before was rejected */
	bool		nested;			/* the elements belong to one of outer's */
	EcsCursor	outer;
	EcsHold		hold;
	bool		replaying;		/* its lines are read one by one */
	size_t		replayed;		/* bytes and lines of it that were read so */
	size_t		replayed_lines;
	bool		hold_failed;	/* for want of memory */
	bool		then_line;		/* and then this one */
	EcsLine		next_line;
	EcsPlace	known;			/* before all that is still to be read */
	EcsAction	action;
	EcsText		action_index;	/* in action_arena */
	EcsText		action_id;
	EcsParseProblem problem;	/* holds the message of an error */
};

/* document.c */
extern EcsStatus ecs_reject(EcsReader *reader, EcsText raw, const char *at, const char *sqlstate, const char *message,
							EcsError *error);
extern EcsStatus ecs_reject_no_memory(EcsReader *reader, EcsText raw, EcsError *error);
extern EcsStatus ecs_read_document(EcsReader *reader, EcsText text, const EcsScan *scan, EcsRecord *record, EcsError *error);

#endif							/* ECS_READER_PARTS_H */
