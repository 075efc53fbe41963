/*
 * set_type.h
 *		What a set is made with and for: kinds of values, hooks, writing, walks.
 */
#ifndef TD_SET_TYPE_H
#define TD_SET_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limit of a set that has none. */
#define TD_SET_UNLIMITED UINT64_MAX

/* The length of a UUID as text. */
#define TD_UUID_TEXT 36

typedef struct TdSet TdSet;
typedef struct TdSetFamily TdSetFamily;
typedef struct TdSetType TdSetType;
typedef struct TdSetWriter TdSetWriter;

typedef enum TdSetKind
{
	TD_SET_WORDS,				/* 64-bit words, compared as such */
	TD_SET_BYTES,				/* byte strings, compared byte by byte */
	TD_SET_CALLER				/* byte strings, compared by the caller */
} TdSetKind;

typedef enum TdSetStatus
{
	TD_SET_OK,
	TD_SET_TRUNCATED,			/* the data ends too early */
	TD_SET_CORRUPT,				/* the data contradicts itself */
	TD_SET_UNKNOWN				/* no such format or version, or another kind */
} TdSetStatus;

/*
 * What all sets over one kind of value have in common.  It must live as long
 * as any set made with it.
 *
 * alloc and grow never return NULL (they throw, or end the program).  They must
 * accept any size_t; a set that cannot grow any further asks for SIZE_MAX.  What
 * they return is aligned to 8 bytes. grow and release are told the size that
 * the pointer was made with. poll may be NULL; it is called now and then in
 * long loops, and may throw.  After a hook has thrown, the set and its family
 * must not be used any more; their memory is freed as a whole.
 *
 * hash and equal serve TD_SET_CALLER only.  The value they get is aligned to
 * 8 bytes if it was when it was added.
 *
 * encode and decode are NULL where the value's own bytes may travel.
 * Otherwise encode gives the writer one entry (td_set_write_entry) that means
 * the same value on any machine, and decode adds the value of such an entry
 * to the set; false says that the entry makes no sense.
 */
struct TdSetType
{
	TdSetKind	kind;
	uint32_t	width;			/* TD_SET_BYTES: length of each, 0 if any */
	uint32_t	payload;		/* bytes of the caller's beside each value: 0, 8 */
	bool		packs;			/* TD_SET_BYTES of any length: keep UUIDs in
								 * lower case as the 16 bytes they stand for */
	uint64_t	seed;			/* any number; best one that nobody can guess */
	uint64_t	process;		/* a random number of this process, or 0: its sets
								 * never travel with their numbers */
	void	   *owner;			/* the caller's */

	void	   *(*alloc) (void *memory, size_t size);
	void	   *(*grow) (void *memory, void *pointer, size_t old_size, size_t size);
	void		(*release) (void *memory, void *pointer, size_t size);
	void		(*poll) (void);

	uint32_t	(*hash) (const TdSetType *type, const void *value, size_t len);
	bool		(*equal) (const TdSetType *type, const void *a, size_t a_len,
						  const void *b, size_t b_len);

	void		(*encode) (const TdSetType *type, const void *value, size_t len,
						   TdSetWriter *writer);
	bool		(*decode) (const TdSetType *type, const void *entry, size_t len,
						   TdSet *into);
};

/*
 * Where td_set_write writes.  more() must make room for need more bytes
 * behind used, or throw.
 */
struct TdSetWriter
{
	unsigned char *data;
	size_t		used;
	size_t		size;
	void		(*more) (TdSetWriter *writer, size_t need);
};

/*
 * A walk through the values of a set; the set, and the sets of its family,
 * must not change meanwhile.
 */
typedef struct TdSetScan
{
	TdSet	   *set;
	const void *value;			/* the present value ... */
	size_t		len;			/* ... and its length */
	void	   *payload;		/* ... and what the caller keeps beside it */
	const unsigned char *packed;	/* ... and its 16 bytes, if it is packed */
	uint64_t	word;			/* the present value of a set of words */
	uint64_t	position;
	uint64_t	chunk;
	char		text[TD_UUID_TEXT];	/* where a packed value is unpacked */
} TdSetScan;

/*
 * The type of a set: a set begins with its family, a family with its type.
 */
static inline const TdSetType *
td_set_type(const TdSet *set)
{
	return **(const TdSetType *const *const *) set;
}

/* set_wire.c: what needs no set */
extern void td_set_write_entry(TdSetWriter *writer, const void *bytes, size_t len);
extern TdSetStatus td_set_wire_label(const void *data, size_t len,
									 const void **label, size_t *label_len);
extern const char *td_set_status_text(TdSetStatus status);

#endif							/* TD_SET_TYPE_H */
