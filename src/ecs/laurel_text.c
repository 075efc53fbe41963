/*
 * laurel_text.c
 *		Texts and names of fields as laurel writes them.
 *
 * laurel writes control characters, percent, plus and bytes that are no UTF-8
 * as %xx.  This is decoded where the result is text.
 *
 * What laurel adds to a record has the name of the field that it explains, in
 * capitals (uid is 1000, UID is "ann") or, if it is configured so, after a
 * prefix (x_uid).  auditd's own additions are always in capitals.
 */
#include "ecs/laurel_parts.h"

#include <string.h>

#include "text/hex.h"
#include "text/utf8.h"

/* No field that is explained has a longer name. */
#define LONGEST_NAME	16

/*
 * A text of counted length in the arena, for the caller to fill.
 */
char *
laurel_new_text(Laurel *laurel, size_t length)
{
	char	   *result = ecs_arena_alloc(laurel->fields->arena, length == 0 ? 1 : length);

	if (result == NULL)
		laurel->fields->no_memory = true;
	return result;
}

/*
 * Two texts and what stands between them; empty for want of memory.
 */
EcsText
laurel_join(Laurel *laurel, EcsText a, const char *between, EcsText b)
{
	size_t		middle = strlen(between);
	char	   *to = laurel_new_text(laurel, a.length + middle + b.length);

	if (to == NULL)
		return (EcsText) {"", 0};
	if (a.length > 0)
		memcpy(to, a.data, a.length);
	memcpy(to + a.length, between, middle);
	if (b.length > 0)
		memcpy(to + a.length + middle, b.data, b.length);
	return (EcsText) {to, a.length + middle + b.length};
}

/*
 * The character that begins with a %xx: its bytes, and how many there are.  0
 * if there is none, or it is NUL.
 */
static size_t
encoded_character(EcsText text, size_t i, char character[4])
{
	size_t		n = 0;
	size_t		length;

	while (n < 4 && text.length - i >= 3 * (n + 1) && text.data[i + 3 * n] == '%')
	{
		int			high = td_hex_digit((unsigned char) text.data[i + 3 * n + 1]);
		int			low = td_hex_digit((unsigned char) text.data[i + 3 * n + 2]);

		if (high < 0 || low < 0)
			break;
		character[n++] = (char) (high * 16 + low);
	}
	length = td_utf8_length(character, n);
	return length == 1 && character[0] == '\0' ? 0 : length;
}

/*
 * Undo laurel's encoding.
 */
EcsText
laurel_decode(Laurel *laurel, EcsText text)
{
	char	   *to;
	size_t		done = 0;

	if (memchr(text.data, '%', text.length) == NULL)
		return text;
	to = laurel_new_text(laurel, text.length);
	if (to == NULL)
		return text;
	for (size_t i = 0; i < text.length;)
	{
		char		character[4];
		size_t		n = text.data[i] == '%' ? encoded_character(text, i, character) : 0;

		if (n == 0)
			to[done++] = text.data[i++];
		else
		{
			memcpy(to + done, character, n);
			done += n;
			i += 3 * n;
		}
	}
	return (EcsText) {to, done};
}

/*
 * A member of an object as text, decoded; data is NULL if it has none.
 */
EcsText
laurel_member(Laurel *laurel, const EcsItem *object, const char *key)
{
	EcsText		text = ecs_item_text(ecs_member(object, key));

	return text.data != NULL ? laurel_decode(laurel, text) : text;
}

/*
 * Give a column a value, if there is one.
 */
void
laurel_add(Laurel *laurel, EcsColumn column, EcsText value)
{
	if (value.data != NULL && value.length > 0)
		ecs_fields_add(laurel->fields, column, value);
}

/*
 * The same for a constant.
 */
void
laurel_add_constant(Laurel *laurel, EcsColumn column, const char *value)
{
	ecs_fields_add(laurel->fields, column, (EcsText) {value, strlen(value)});
}

/*
 * What follows a path's last slash.
 */
EcsText
laurel_base_name(EcsText path)
{
	for (size_t i = path.length; i > 0; i--)
	{
		if (path.data[i - 1] == '/')
			return (EcsText) {path.data + i, path.length - i};
	}
	return path;
}

/*
 * The first of three texts that there is.
 */
EcsText
laurel_first_of(EcsText a, EcsText b, const char *c)
{
	if (laurel_has(a))
		return a;
	if (laurel_has(b))
		return b;
	return (EcsText) {c, c == NULL ? 0 : strlen(c)};
}

/*
 * If a key ends in a name and has something before it, that is the prefix.
 */
static bool
take_prefix(Laurel *laurel, const EcsItem *member, const char *name)
{
	size_t		length = strlen(name);

	if (member->key_length <= length ||
		memcmp(member->key + member->key_length - length, name, length) != 0)
		return false;
	laurel->prefix = (EcsText) {member->key, member->key_length - length};
	return true;
}

/*
 * Find the prefix of what laurel has added to the system call.  It is taken from
 * names that no field of the kernel's ends in: with arch and syscall there is
 * one that is no text of a number, with pids one that is an object.
 */
void
laurel_find_prefix(Laurel *laurel)
{
	static const char *const texts[] = {"syscall", "arch", "fsuid", "euid"};
	static const char *const objects[] = {"ppid", "pid"};
	const EcsItem *member;

	if (!ecs_is_object(laurel->syscall))
		return;
	for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
	{
		member = laurel->syscall + 1;
		for (uint32_t i = 0; i < laurel->syscall->length; i++, member += member->size)
		{
			if (member->kind == ECS_ITEM_STRING && take_prefix(laurel, member, texts[k]))
				return;
		}
	}
	for (size_t k = 0; k < sizeof(objects) / sizeof(objects[0]); k++)
	{
		member = laurel->syscall + 1;
		for (uint32_t i = 0; i < laurel->syscall->length; i++, member += member->size)
		{
			if (ecs_is_object(member) && take_prefix(laurel, member, objects[k]))
				return;
		}
	}
}

/*
 * What explains a field of the system call, under either name, or NULL.
 */
const EcsItem *
laurel_enriched(const Laurel *laurel, const char *name)
{
	size_t		length = strlen(name);
	char		capitals[LONGEST_NAME];
	const EcsItem *member;

	for (size_t i = 0; i <= length; i++)
		capitals[i] = name[i] >= 'a' && name[i] <= 'z' ? (char) (name[i] - ('a' - 'A')) : name[i];
	member = ecs_member(laurel->syscall, capitals);
	if (member != NULL || laurel->prefix.data == NULL || !ecs_is_object(laurel->syscall))
		return member;
	member = laurel->syscall + 1;
	for (uint32_t i = 0; i < laurel->syscall->length; i++, member += member->size)
	{
		if (member->key_length == laurel->prefix.length + length &&
			memcmp(member->key, laurel->prefix.data, laurel->prefix.length) == 0 &&
			memcmp(member->key + laurel->prefix.length, name, length) == 0)
			return member;
	}
	return NULL;
}
