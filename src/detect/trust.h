/*
 * trust.h
 *		Whose code a rule's relation can make its reader run.
 */
#ifndef TD_TRUST_H
#define TD_TRUST_H

#include "detect/spi.h"

extern bool td_trusts(const TdSession *session, Oid relid);
extern void td_require_trust(const TdSession *session, Oid relid);

#endif							/* TD_TRUST_H */
