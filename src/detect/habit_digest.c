/*
 * habit_digest.c
 *		What a key is looked up by.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "utils/builtins.h"

#include "detect/habit.h"
#include "seed.h"

PG_FUNCTION_INFO_V1(td_habit_digest);

/* Scopes that teach() makes; no host is called so. */
#define TD_WHOLE_FLEET	"*"
#define TD_WHOLE_ROLE	"role="

/*
 * Digests that were computed before, by a hash of what they are of.  The keys of a fleet
 * are mostly those of the hour before, and a strong hash takes a third of the time of looking
 * a key up.  The seed is this session's, so nobody can choose keys that meet.
 */
#define MOST_DIGESTS	32768

typedef struct DigestEntry
{
	uint64		hash[2];
	pg_uuid_t	digest;
} DigestEntry;

static HTAB *digests = NULL;
static uint64 digest_seed;

/* What a digest is kept by. */
static void
digest_hash(const char *space, const char *data, int length, uint64 hash[2])
{
	uint64		seed = hash_bytes_extended((const unsigned char *) space, (int) strlen(space), digest_seed);

	hash[0] = hash_bytes_extended((const unsigned char *) data, length, seed);
	hash[1] = hash_bytes_extended((const unsigned char *) data, length, ~seed);
}

/* An empty memory, if there is none or it is full. */
static void
make_room_for_digests(void)
{
	HASHCTL		info = {.keysize = 2 * sizeof(uint64), .entrysize = sizeof(DigestEntry)};

	if (digests != NULL && hash_get_num_entries(digests) < MOST_DIGESTS)
		return;
	if (digests != NULL)
		hash_destroy(digests);
	digests = NULL;
	digest_seed = td_random_seed();
	digests = hash_create("transfer_detect digests", 1024, &info, HASH_ELEM | HASH_BLOBS);
}

static bool
compute_digest(const char *space, const char *data, int length, pg_uuid_t *digest)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint8		result[PG_SHA256_DIGEST_LENGTH];

	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) space, strlen(space) + 1) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) data, length) < 0 ||
		pg_cryptohash_final(hash, result, sizeof(result)) < 0)
		return false;
	pg_cryptohash_free(hash);
	memcpy(digest->data, result, UUID_LEN);
	return true;
}

/* The digest of a key of a space: what it is looked up by.  Attackers choose keys, so it is a strong one. */
void
td_habit_digest_key(const char *space, const char *data, int length, pg_uuid_t *digest)
{
	uint64		hash[2];
	DigestEntry *entry;

	make_room_for_digests();
	digest_hash(space, data, length, hash);
	entry = hash_search(digests, hash, HASH_FIND, NULL);
	if (entry != NULL)
	{
		*digest = entry->digest;
		return;
	}
	if (!compute_digest(space, data, length, digest))
		elog(ERROR, "could not compute a digest");
	entry = hash_search(digests, hash, HASH_ENTER, NULL);
	entry->digest = *digest;
}

/* The parts of a key as text[]. */
ArrayType *
td_habit_parts(const Key *key)
{
	Datum		parts[MAX_SPACES];
	int			count = 0;

	for (const char *at = key->text + strlen(key->text) + 1; at < key->text + key->length && count < MAX_SPACES;
		 at += strlen(at) + 1)
		parts[count++] = CStringGetTextDatum(at);
	return construct_array(parts, count, TEXTOID, -1, false, TYPALIGN_INT);
}

/* The digest of a key as an analyst has taught it, for a role or, with NULL, the fleet. */
void
td_habit_digest_widely(const Habits *habits, const Key *key, const text *role, pg_uuid_t *digest)
{
	StringInfoData wide;
	int			scope = (int) strlen(key->text) + 1;

	initStringInfo(&wide);
	appendStringInfoString(&wide, role == NULL ? TD_WHOLE_FLEET : TD_WHOLE_ROLE);
	if (role != NULL)
		appendBinaryStringInfo(&wide, VARDATA_ANY(role), VARSIZE_ANY_EXHDR(role));
	appendStringInfoChar(&wide, PART_END);
	appendBinaryStringInfo(&wide, key->text + scope, key->length - scope);
	td_habit_digest_key(habits->spaces[key->space].name, wide.data, wide.len, digest);
}

/* The elements of an array argument that has no nulls. */
Datum *
td_habit_elements(FunctionCallInfo fcinfo, int argument, Oid type, int *count)
{
	Datum	   *elements;
	bool	   *nulls;

	if (array_contains_nulls(PG_GETARG_ARRAYTYPE_P(argument)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("array must not contain nulls")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), type, type == TEXTOID ? -1 : (int) sizeof(int32), type != TEXTOID,
					  TYPALIGN_INT, &elements, &nulls, count);
	return elements;
}

/* habit_digest(space text, scope text, key text[]) -> uuid */
Datum
td_habit_digest(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *digest = palloc(sizeof(pg_uuid_t));
	int			count;
	Datum	   *parts = td_habit_elements(fcinfo, 2, TEXTOID, &count);
	StringInfoData key;

	initStringInfo(&key);
	appendStringInfoString(&key, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	appendStringInfoChar(&key, PART_END);
	for (int i = 0; i < count; i++)
	{
		appendStringInfoString(&key, TextDatumGetCString(parts[i]));
		appendStringInfoChar(&key, PART_END);
	}
	td_habit_digest_key(text_to_cstring(PG_GETARG_TEXT_PP(0)), key.data, key.len, digest);
	PG_RETURN_UUID_P(digest);
}
