/*
 * settings.c
 *		The settings of ingest.
 */
#include "compat.h"

#include <limits.h>

#include "utils/guc.h"

#include "ingest/ingest.h"

int			td_max_document_size = 16 * 1024;
int			td_ingest_batch = 5000;
char	   *td_ingest_table = NULL;
int			td_ingest_notice = 100000;
char	   *td_default_agent_id = NULL;
char	   *td_default_host_name = NULL;

void
td_define_ingest_settings(void)
{
	DefineCustomIntVariable("transfer_detect.max_document_size",
							"Longest line that ingest reads.",
							"Of a longer one the beginning goes to rejected_documents.",
							&td_max_document_size,
							16 * 1024, 64, 256 * 1024,
							PGC_USERSET, GUC_UNIT_KB,
							NULL, NULL, NULL);
	DefineCustomIntVariable("transfer_detect.ingest_batch",
							"Documents that ingest_file() commits together.",
							NULL,
							&td_ingest_batch,
							5000, 1, 1000000,
							PGC_USERSET, 0,
							NULL, NULL, NULL);
	/* not for everybody: inbox writes into it with the rights of its owner */
	DefineCustomStringVariable("transfer_detect.ingest_table",
							   "Table that documents are ingested into, with its schema.",
							   "Empty is the table events of the extension.",
							   &td_ingest_table,
							   "",
							   PGC_SUSET, 0,
							   NULL, NULL, NULL);
	DefineCustomIntVariable("transfer_detect.ingest_notice",
							"After how many documents ingest_file() says how far it is.",
							"0 is never.",
							&td_ingest_notice,
							100000, 0, INT_MAX,
							PGC_USERSET, 0,
							NULL, NULL, NULL);
	DefineCustomStringVariable("transfer_detect.default_agent_id",
							   "agent.id of Linux audit events that bring none.",
							   NULL,
							   &td_default_agent_id,
							   "",
							   PGC_USERSET, 0,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("transfer_detect.default_host_name",
							   "host.name of Linux audit events without a node name.",
							   NULL,
							   &td_default_host_name,
							   "",
							   PGC_USERSET, 0,
							   NULL, NULL, NULL);
}
