/*
 * timestamp.h
 *		Points in time, as documents write them.
 */
#ifndef ECS_TIMESTAMP_H
#define ECS_TIMESTAMP_H

#include "ecs/record.h"

typedef enum EcsTimestampResult
{
	ECS_TIMESTAMP_OK,
	ECS_TIMESTAMP_SYNTAX,		/* it cannot be read */
	ECS_TIMESTAMP_RANGE			/* there is no such day or hour, or timestamptz ends before */
} EcsTimestampResult;

extern EcsTimestampResult ecs_read_timestamp(EcsText text, int64_t *result);

#endif							/* ECS_TIMESTAMP_H */
