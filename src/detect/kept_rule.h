/*
 * kept_rule.h
 *		What a rule was compiled to, kept for the session.
 */
#ifndef TD_KEPT_RULE_H
#define TD_KEPT_RULE_H

#include "detect/choose.h"
#include "detect/spi.h"
#include "stamp.h"

extern TdCompiled *td_recall_rule(const TdSession *session, const char *query, Oid events, const EsqlOptions *options,
								  TdStamp *stamp);
extern void td_keep_rule(const char *query, Oid events, const EsqlOptions *options, const TdStamp *stamp,
						 const TdCompiled *compiled);

#endif							/* TD_KEPT_RULE_H */
