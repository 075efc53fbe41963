/*
 * laurel.c
 *		Linux audit events, as laurel writes them, made ECS events.
 *
 * laurel puts the records of one audit event into one JSON object, by their
 * type: {"ID": "1795507417.298:25", "NODE": .., "SYSCALL": {..}, "EXECVE":
 * {"ARGV": [..]}, "CWD": {..}, ..}. A successful system call that starts a
 * program (laurel_syscall.c) becomes what Elastic Defend sends for an exec:
 * process, start, exec.  Every other audit event becomes an event without
 * category and type.  So nothing is lost, and rules about processes do not find
 * it.  Its action is the system call or the record type.
 *
 * A shipper may add fields of its own (@timestamp, agent, host, ..).  The time of
 * the event is still the one in its ID.
 *
 * laurel_host.c has the host, laurel_process.c the process, laurel_text.c how
 * texts and fields are written.
 */
#include "ecs/laurel.h"
#include "ecs/laurel_parts.h"
#include "ecs/text.h"

#include <string.h>

/*
 * A character of a record's type as it is written in an action.
 */
static char
action_character(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/*
 * Is a member a record of the audit system, and none of what a shipper adds?
 * Records have their types as keys: SYSCALL, USER_LOGIN, UNKNOWN[1337].
 */
static bool
is_record(const EcsItem *item)
{
	EcsText		key = {item->key, item->key_length};

	if ((!ecs_is_object(item) && item->kind != ECS_ITEM_ARRAY) || ecs_text_is(key, "ID") || ecs_text_is(key, "NODE"))
		return false;
	for (uint32_t i = 0; i < item->key_length; i++)
	{
		char		c = item->key[i];

		if ((c < 'A' || c > 'Z') && (i == 0 || ((c < '0' || c > '9') && strchr("_[]-", c) == NULL)))
			return false;
	}
	return item->key_length > 0;
}

/*
 * The first record that is about the event, or NULL.
 */
static const EcsItem *
first_record(const EcsItem *document)
{
	const EcsItem *record = document + 1;

	for (uint32_t i = 0; i < document->length; i++, record += record->size)
	{
		if (is_record(record))
			return record;
	}
	return NULL;
}

/*
 * What an event without a system call is about: the type of its first record,
 * USER_LOGIN as user-login.
 */
static void
gather_record_type(Laurel *laurel)
{
	const EcsItem *record = first_record(laurel->document);
	char	   *to;

	if (record == NULL)
		return;
	to = laurel_new_text(laurel, record->key_length);
	if (to == NULL)
		return;
	for (size_t k = 0; k < record->key_length; k++)
		to[k] = action_character(record->key[k]);
	laurel_add(laurel, ECS_EVENT_ACTION, (EcsText) {to, record->key_length});
}

/*
 * What happened, and how it ended.
 */
static void
gather_action(Laurel *laurel, EcsText name, bool exec)
{
	EcsText		number = laurel_member(laurel, laurel->syscall, "syscall");
	EcsText		success = laurel_member(laurel, laurel->syscall, "success");

	laurel_add_constant(laurel, ECS_EVENT_KIND, "event");
	laurel_add_constant(laurel, ECS_EVENT_DATASET, "auditd.laurel");
	if (success.data != NULL && ecs_text_is(success, "yes"))
		laurel_add_constant(laurel, ECS_EVENT_OUTCOME, "success");
	else if (success.data != NULL && ecs_text_is(success, "no"))
		laurel_add_constant(laurel, ECS_EVENT_OUTCOME, "failure");

	if (exec)
	{
		laurel_add_constant(laurel, ECS_EVENT_CATEGORY, "process");
		laurel_add_constant(laurel, ECS_EVENT_TYPE, "start");
		laurel_add_constant(laurel, ECS_EVENT_ACTION, "exec");
	}
	else if (laurel_has(name))
		laurel_add(laurel, ECS_EVENT_ACTION, name);
	else if (laurel_has(number))
		laurel_add(laurel, ECS_EVENT_ACTION, laurel_join(laurel, (EcsText) {"syscall-", 8}, "", number));
	else
		gather_record_type(laurel);
}

/*
 * Skip the digits at the front of a text and the character after them.  False if
 * they are not there.
 */
static bool
take_digits(EcsText *text, char end)
{
	size_t		n = 0;

	while (n < text->length && text->data[n] >= '0' && text->data[n] <= '9')
		n++;
	if (n == 0 || n == text->length || text->data[n] != end)
		return false;
	*text = (EcsText) {text->data + n + 1, text->length - n - 1};
	return true;
}

/*
 * Is a document laurel's?  Then its ID is that of an audit event,
 * seconds.milliseconds:serial, and it has a record of one if it has an
 * @timestamp as well, which a shipper has added.
 */
bool
ecs_is_laurel(const EcsItem *document)
{
	const EcsItem *id = ecs_member(document, "ID");
	EcsText		text = ecs_item_text(id);
	size_t		n = 0;

	if (id == NULL || id->kind != ECS_ITEM_STRING || !take_digits(&text, '.') || !take_digits(&text, ':'))
		return false;
	while (n < text.length && text.data[n] >= '0' && text.data[n] <= '9')
		n++;
	return n > 0 && n == text.length &&
		(ecs_member(document, "@timestamp") == NULL || first_record(document) != NULL);
}

/*
 * Gather the columns' values from a document of laurel's.  True if its event.id
 * is one on all hosts.
 */
bool
ecs_laurel_gather(EcsFields *fields, const EcsItem *document, const EcsOptions *options)
{
	Laurel		laurel = {.fields = fields, .document = document};
	EcsText		id = ecs_item_text(ecs_member(document, "ID"));
	EcsText		name;
	bool		exec;

	laurel.syscall = ecs_member(document, "SYSCALL");
	laurel_find_prefix(&laurel);
	name = ecs_item_text(laurel_enriched(&laurel, "syscall"));
	exec = laurel_is_exec(&laurel, name);
	laurel_gather_host(&laurel, options);
	ecs_fields_add(fields, ECS_TIMESTAMP,
				   (EcsText) {id.data, (size_t) ((const char *) memchr(id.data, ':', id.length) - id.data)});
	laurel_add(&laurel, ECS_EVENT_ID, laurel_first_of(laurel_global_id(&laurel, id), id, NULL));
	if (laurel.syscall != NULL)
		laurel_gather_process(&laurel, exec);
	gather_action(&laurel, name, exec);
	laurel_gather_arguments(&laurel);
	return laurel.host.length > 0;
}
