/*
 * parse.c
 *		A JSON text made a tree in an arena.
 *
 * jansson decides what is JSON.  It parses the skeleton of a text, once for all
 * texts that have the same one (scan.c, form.c), and strings with escapes.  It
 * gets the whole text if the skeleton is long, or if something is wrong in the
 * text, to say what.
 *
 * jansson takes memory through functions that are the same for the whole
 * process.  They are set to ours only while json_loadb() runs, and take memory
 * from the arena.  There is no json_decref(), since emptying the arena frees the
 * tree.  So nothing can leak, the limit holds, and it is a little faster than
 * malloc().
 *
 * The PostgreSQL server has a function json_object() of its own, which a module
 * gets when it calls jansson's.  Nothing here calls it.  jansson itself does: it
 * is linked so that it finds its own since 2.13 or earlier; 2.11 was seen not to.
 *
 * Of several members of an object with the same key the last one counts, for
 * jansson as for jsonb.
 */
#include "ecs/parse.h"
#include "ecs/text.h"

#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

#if JANSSON_VERSION_HEX < 0x020D00
#error "transfer_detect needs jansson 2.13 or later"
#endif

/* The arena of the call that is running. */
static EcsArena *parse_arena = NULL;

/*
 * jansson's malloc().
 */
static void *
parse_alloc(size_t size)
{
	return ecs_arena_alloc(parse_arena, size);
}

/*
 * jansson's free().
 */
static void
parse_free(void *pointer)
{
	(void) pointer;
}

/*
 * Call jansson with the arena as its memory.  If the arena has failed the result
 * may be wrong, since jansson does not always notice.
 */
static json_t *
load(EcsText text, size_t flags, EcsArena *arena, json_error_t *error)
{
	json_malloc_t saved_malloc;
	json_free_t saved_free;
	json_t	   *result;

	json_get_alloc_funcs(&saved_malloc, &saved_free);
	json_set_alloc_funcs(parse_alloc, parse_free);
	parse_arena = arena;
	result = json_loadb(text.data, text.length, flags, error);
	parse_arena = NULL;
	json_set_alloc_funcs(saved_malloc, saved_free);
	return result;
}

/*
 * The first byte that is no character.
 */
static size_t
find_invalid(EcsText text)
{
	size_t		i = 0;
	size_t		n;

	while ((n = td_utf8_length(text.data + i, text.length - i)) > 0)
		i += n;
	return i;
}

/*
 * Whether jansson stopped before a control character, and did not count it.
 */
static bool
stopped_before(const json_error_t *error)
{
	return strncmp(error->text, "control character", 17) == 0 || strncmp(error->text, "unexpected newline", 18) == 0;
}

/*
 * Say what jansson has against the text, and where: it counts the bytes that it
 * has read.
 */
static void
explain(const json_error_t *error, const EcsScan *scan, EcsParseProblem *problem)
{
	size_t		position = (size_t) error->position;
	char		detail[JSON_ERROR_TEXT_LENGTH];

	if (position > 0 && !stopped_before(error))
		position--;
	problem->position = ecs_scan_original(scan, position);
	problem->sqlstate = "22P02";
	switch (json_error_code(error))
	{
		case json_error_invalid_utf8:
			problem->sqlstate = "22021";
			problem->position = find_invalid(scan->text);
			snprintf(problem->message, sizeof(problem->message), "invalid UTF-8");
			break;
		case json_error_premature_end_of_input:
			snprintf(problem->message, sizeof(problem->message), "invalid JSON: it ends too early");
			break;
		default:
			ecs_printable(detail, sizeof(detail), (EcsText) {error->text, strnlen(error->text, sizeof(error->text))});
			snprintf(problem->message, sizeof(problem->message), "invalid JSON: %s", detail);
			break;
	}
}

/*
 * Read the strings with escapes, also those of members that a later member with
 * the same key replaces.  False if one of them is not a string, or for want of
 * memory.
 */
static bool
unescape(const EcsScan *scan, EcsArena *arena)
{
	for (uint32_t i = 0; scan->nescaped > 0 && i < scan->nleaves; i++)
	{
		EcsLeaf    *leaf = &scan->leaves[i];
		const json_t *string;
		json_error_t error;

		if (leaf->kind != ECS_LEAF_ESCAPED)
			continue;
		string = load((EcsText) {leaf->text, leaf->length}, JSON_DECODE_ANY, arena, &error);
		if (string == NULL || arena->failed)
			return false;
		*leaf = (EcsLeaf) {json_string_value(string), (uint32_t) json_string_length(string), ECS_LEAF_STRING};
	}
	return true;
}

/*
 * The tree of a text whose scan is plain.  NULL if jansson does not take its
 * skeleton or one of its strings, or for want of memory.
 */
static const EcsItem *
parse_plain(EcsForms *forms, const EcsScan *scan, EcsArena *arena)
{
	uint64_t	hash = ecs_form_hash(scan->skeleton);
	const EcsForm *form = ecs_forms_find(forms, scan->skeleton, hash);
	json_error_t error;

	if (form == NULL)
	{
		const json_t *root = load(scan->skeleton, JSON_DECODE_ANY, arena, &error);

		if (root == NULL || arena->failed)
			return NULL;
		form = ecs_forms_add(forms, scan->skeleton, hash, root);
		if (form == NULL)
			return NULL;
	}
	return unescape(scan, arena) ? ecs_forms_tree(forms, form, scan->leaves) : NULL;
}

/*
 * The tree of a text as it is, or NULL and the problem.
 *
 * jansson is asked even when the scan has found a problem.  If jansson finds an
 * earlier one, the scan may have misread the rest.
 */
static const EcsItem *
parse_whole(EcsForms *forms, const EcsScan *scan, EcsArena *arena, EcsParseProblem *problem)
{
	size_t		flags = JSON_DECODE_ANY;
	EcsText		input = scan->text;
	json_error_t error;
	json_t	   *root;

	if (scan->nodd > 0)
	{
		if (!ecs_scan_rewrite(scan, arena, &input))
			return NULL;
		flags |= JSON_ALLOW_NUL;
	}
	memset(&error, 0, sizeof(error));
	root = load(input, flags, arena, &error);
	if (root == NULL && !arena->failed)
		explain(&error, scan, problem);
	if (scan->problem != NULL &&
		(problem->sqlstate == NULL || scan->position <= problem->position))
	{
		problem->sqlstate = scan->sqlstate;
		problem->position = scan->position;
		snprintf(problem->message, sizeof(problem->message), "%s", scan->problem);
		return NULL;
	}
	return root == NULL || arena->failed ? NULL : ecs_forms_whole(forms, root);
}

/*
 * The tree of a text that was scanned, or NULL and the problem.  It lasts until
 * the next call.
 */
const EcsItem *
ecs_parse(EcsForms *forms, const EcsScan *scan, EcsArena *arena, EcsParseProblem *problem)
{
	const EcsItem *result = NULL;

	problem->sqlstate = NULL;
	ecs_arena_empty(&forms->arena);
	if (scan->no_memory)
		return NULL;
	if (scan->plain)
		result = parse_plain(forms, scan, arena);
	if (result == NULL && !arena->failed && !forms->arena.failed)
		result = parse_whole(forms, scan, arena, problem);
	return result;
}
