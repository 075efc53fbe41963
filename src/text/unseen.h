/*
 * unseen.h
 *		Characters that are not seen where they stand, or look like others.
 */
#ifndef TEXT_UNSEEN_H
#define TEXT_UNSEEN_H

#include <stdbool.h>
#include <stdint.h>

extern bool td_is_unseen(uint32_t code);
extern bool td_stacks(uint32_t code);
extern bool td_is_odd_space(uint32_t code);

#endif							/* TEXT_UNSEEN_H */
