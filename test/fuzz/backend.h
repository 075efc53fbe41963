/*
 * backend.h
 *		What esql/analysis and esql/sql need of a server, without one: for
 *		fuzzers.  Each allocation is malloc()'s, so that AddressSanitizer sees what
 *		is written beside it.
 */
#ifndef FUZZ_BACKEND_H
#define FUZZ_BACKEND_H

#include "compat.h"

#include <setjmp.h>

/* Where an error goes, and what it says. */
extern jmp_buf fuzz_error;
extern char fuzz_message[1024];
extern int	fuzz_sqlstate;

/* Free all that was allocated. */
extern void fuzz_free_all(void);

#endif							/* FUZZ_BACKEND_H */
