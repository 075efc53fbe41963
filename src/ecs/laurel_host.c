/*
 * laurel_host.c
 *		The host and agent of an audit event.
 *
 * NODE is there if auditd has a name_format; laurel writes no other name of the
 * host.  A label of all processes can carry one, and the agent's id:
 * "host.name=X" and "agent.id=X" in SYSCALL.LABELS.
 *
 * A shipper adds its own agent and host.  If it runs on the host itself, these
 * are the host's: its name may be longer than NODE (web-1.example.org and web-1),
 * but both begin alike.  If NODE has another name, the shipper collects the
 * events of many hosts, and NODE is the host's name and, for want of another, its
 * agent's id.  Otherwise all of these hosts would be one.
 */
#include "ecs/laurel_parts.h"

#include <string.h>

/*
 * The value of a label "name=value" of the process, or nothing.
 */
static EcsText
label(Laurel *laurel, const char *name)
{
	size_t		length = strlen(name);
	uint32_t	n;
	const EcsItem *entry = ecs_elements(ecs_member(laurel->syscall, "LABELS"), &n);

	for (uint32_t i = 0; i < n; i++, entry += entry->size)
	{
		EcsText		text = ecs_item_text(entry);

		if (entry->kind != ECS_ITEM_STRING)
			continue;
		if (text.length > length + 1 && memcmp(text.data, name, length) == 0 && text.data[length] == '=')
			return laurel_decode(laurel, (EcsText) {text.data + length + 1, text.length - length - 1});
	}
	return (EcsText) {NULL, 0};
}

/*
 * What a shipper says, as {"host": {"name": ..}} or {"host.name": ..}.
 */
static EcsText
stamped(const Laurel *laurel, const char *object, const char *key, const char *dotted)
{
	EcsText		text = ecs_item_text(ecs_member(ecs_member(laurel->document, object), key));

	return text.data != NULL ? text : ecs_item_text(ecs_member(laurel->document, dotted));
}

/*
 * A letter of ASCII as a small one.
 */
static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/*
 * Can both be names of one host, of which one has its domain?
 */
static bool
same_host(EcsText a, EcsText b)
{
	size_t		i = 0;

	while (i < a.length && i < b.length && small(a.data[i]) == small(b.data[i]))
		i++;
	if (i == 0)
		return false;
	return (i == a.length && (i == b.length || b.data[i] == '.')) || (i == b.length && a.data[i] == '.');
}

/*
 * Host and agent.  Rules count machines by agent.id, so a host of which only the
 * name is known has its name as agent.id.
 */
void
laurel_gather_host(Laurel *laurel, const EcsOptions *options)
{
	EcsText		node = laurel_member(laurel, laurel->document, "NODE");
	EcsText		shipper = stamped(laurel, "host", "name", "host.name");
	EcsText		hostname = stamped(laurel, "host", "hostname", "host.hostname");
	bool		own = !laurel_has(node);
	EcsText		name = label(laurel, "host.name");
	EcsText		id = label(laurel, "agent.id");
	EcsText		machine = id;

	/* before there was host.name, host was the name */
	shipper = laurel_first_of(shipper, ecs_item_text(ecs_member(laurel->document, "host")), NULL);
	own = own || (laurel_has(shipper) && same_host(shipper, node)) ||
		(laurel_has(hostname) && same_host(hostname, node));
	if (own)
	{
		name = laurel_first_of(name, shipper, NULL);
		id = laurel_first_of(id, stamped(laurel, "agent", "id", "agent.id"), NULL);
		machine = laurel_first_of(machine, stamped(laurel, "host", "id", "host.id"), NULL);
	}
	else
		hostname = (EcsText) {NULL, 0};
	name = laurel_first_of(name, node, options->host_name);
	laurel_add(laurel, ECS_HOST_NAME, name);
	laurel_add(laurel, ECS_HOST_HOSTNAME, laurel_first_of(hostname, name, NULL));
	laurel_add(laurel, ECS_HOST_ID, machine);
	laurel_add_constant(laurel, ECS_HOST_OS_TYPE, "linux");
	if (!laurel_has(id) && !laurel_has(node) && options->agent_id != NULL)
		id = (EcsText) {options->agent_id, strlen(options->agent_id)};
	laurel->host = laurel_first_of(id, name, NULL);
	laurel_add(laurel, ECS_AGENT_ID, laurel->host);
	laurel_add_constant(laurel, ECS_AGENT_TYPE, "laurel");
}

/*
 * Make an id that is unique on its host unique on all hosts.
 */
EcsText
laurel_global_id(Laurel *laurel, EcsText id)
{
	if (!laurel_has(id) || laurel->host.length == 0)
		return (EcsText) {NULL, 0};
	return laurel_join(laurel, laurel->host, "/", id);
}
