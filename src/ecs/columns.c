/*
 * columns.c
 *		Which field fills which column of events, and how.
 *
 * This table is the only place that says so.  The reader walks over documents
 * with a tree of names made from it, and src/ingest takes the columns' names
 * and types from it.  An entry stands at its EcsColumn.
 *
 * The lists of keywords are stored as Elasticsearch indexes them, distinct and
 * sorted.  process.args is a keyword as well, but its order is what an analyst
 * wants to see; ES|QL here normalizes stored lists when it reads them, so
 * storing the arguments as they came costs rules nothing.
 */
#include "ecs/record.h"

#define FIELD(field, name, kind) {field, name, ECS_KIND_##kind}

const EcsColumnInfo ecs_columns[ECS_COLUMNS] =
{
	[ECS_TIMESTAMP] = FIELD("@timestamp", "timestamp", TIMESTAMP),
	[ECS_EVENT_INGESTED] = FIELD("event.ingested", "event_ingested", TIMESTAMP),
	[ECS_EVENT_ID] = FIELD("event.id", "event_id", TEXT),
	[ECS_EVENT_KIND] = FIELD("event.kind", "event_kind", TEXT),
	[ECS_EVENT_CATEGORY] = FIELD("event.category", "event_category", KEYWORDS),
	[ECS_EVENT_TYPE] = FIELD("event.type", "event_type", KEYWORDS),
	[ECS_EVENT_ACTION] = FIELD("event.action", "event_action", KEYWORDS),
	[ECS_EVENT_OUTCOME] = FIELD("event.outcome", "event_outcome", TEXT),
	[ECS_EVENT_DATASET] = FIELD("event.dataset", "event_dataset", TEXT),
	[ECS_AGENT_ID] = FIELD("agent.id", "agent_id", TEXT),
	[ECS_AGENT_TYPE] = FIELD("agent.type", "agent_type", TEXT),
	[ECS_AGENT_VERSION] = FIELD("agent.version", "agent_version", TEXT),
	[ECS_HOST_ID] = FIELD("host.id", "host_id", TEXT),
	[ECS_HOST_NAME] = FIELD("host.name", "host_name", TEXT),
	[ECS_HOST_HOSTNAME] = FIELD("host.hostname", "host_hostname", TEXT),
	[ECS_HOST_OS_TYPE] = FIELD("host.os.type", "host_os_type", TEXT),
	[ECS_HOST_IP] = FIELD("host.ip", "host_ip", ADDRESSES),
	[ECS_USER_ID] = FIELD("user.id", "user_id", TEXT),
	[ECS_USER_NAME] = FIELD("user.name", "user_name", TEXT),
	[ECS_PROCESS_PID] = FIELD("process.pid", "process_pid", LONG),
	[ECS_PROCESS_ENTITY_ID] = FIELD("process.entity_id", "process_entity_id", TEXT),
	[ECS_PROCESS_NAME] = FIELD("process.name", "process_name", TEXT),
	[ECS_PROCESS_EXECUTABLE] = FIELD("process.executable", "process_executable", TEXT),
	[ECS_PROCESS_ARGS] = FIELD("process.args", "process_args", TEXTS),
	[ECS_PROCESS_COMMAND_LINE] = FIELD("process.command_line", "process_command_line", TEXT),
	[ECS_PROCESS_WORKING_DIRECTORY] = FIELD("process.working_directory", "process_working_directory", TEXT),
	[ECS_PROCESS_PARENT_PID] = FIELD("process.parent.pid", "process_parent_pid", LONG),
	[ECS_PROCESS_PARENT_ENTITY_ID] = FIELD("process.parent.entity_id", "process_parent_entity_id", TEXT),
	[ECS_PROCESS_PARENT_NAME] = FIELD("process.parent.name", "process_parent_name", TEXT),
	[ECS_PROCESS_PARENT_EXECUTABLE] = FIELD("process.parent.executable", "process_parent_executable", TEXT),
	[ECS_PROCESS_PARENT_COMMAND_LINE] = FIELD("process.parent.command_line", "process_parent_command_line", TEXT),
};
