/*
 * set_internal.h
 *		The structure of a set.
 */
#ifndef TD_SET_INTERNAL_H
#define TD_SET_INTERNAL_H

#include "set_bytes.h"
#include "set_words.h"

/* The room for the first values that a set is born with. */
#define TD_TINY_ROOM 40

typedef enum TdSetMode
{
	TD_MODE_TINY,				/* a few values in a row, no table */
	TD_MODE_TABLE,				/* a table of its own */
	TD_MODE_IDS,				/* numbers of values in the family's table */
	TD_MODE_FULL,				/* the limit is reached, nothing is kept */
	TD_MODE_WIRE				/* still in its wire form */
} TdSetMode;

/* The numbers here of another process's family; see set_numbered.c. */
typedef struct TdNumberMap TdNumberMap;

/* What sets have in common that were made for one purpose; see set.c. */
struct TdSetFamily
{
	const TdSetType *type;		/* must be first */
	void	   *memory;			/* handed to the memory hooks */
	uint64_t	limit;
	bool		alone;			/* its sets have tables of their own */
	TdSetFamily *keeper;		/* whose strings its sets have: mostly its own */
	TdByteTable *table;			/* the keeper's, when it has been needed */
	uint64_t	large;			/* how many sets have kept numbers */
	uint64_t	serial;			/* tells the families of a process apart */
	TdNumberMap *maps;			/* of a keeper; the one used last is the first */
	uint64_t	unmapped;		/* strings that came without, since the last was made */
};

struct TdSet
{
	TdSetFamily *family;		/* must be first */
	union
	{
		unsigned char *tiny;	/* records, or words */
		TdWordTable *words;
		TdByteTable *bytes;
		const unsigned char *wire;
	}			u;
	uint8_t		mode;			/* a TdSetMode */
	uint8_t		tiny_count;
	uint16_t	tiny_used;
	uint16_t	tiny_size;
	union
	{
		uint64_t	tiny[TD_TINY_ROOM / 8];
		TdIds		ids;
		size_t		wire_len;
	}			room;
};

extern TdByteTable *td_family_table(TdSetFamily *family);

#endif							/* TD_SET_INTERNAL_H */
