/*
 * seed.h
 *		Seeds of hashes, so that nobody can choose values that meet.
 */
#ifndef TD_SEED_H
#define TD_SEED_H

static inline uint64
td_random_seed(void)
{
	uint64		seed;

	if (!pg_strong_random(&seed, sizeof(seed)))
		elog(ERROR, "could not get a random number");
	return seed;
}

#endif							/* TD_SEED_H */
