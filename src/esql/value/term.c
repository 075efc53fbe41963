/*
 * term.c
 *		Fields whose values are terms of an index of documents.
 *
 * They are fields of few different values, which rules compare with constants.  Indexes
 * hold the terms: a field that comes to these lists needs a REINDEX in the upgrade script.
 */
#include "esql/value/term.h"

#include <string.h>

/*
 * Fields whose values are terms: those with one of these names, ...
 */
static const char *const valued_fields[] = {
	"process.name", "process.parent.name", "process.pe.original_file_name", "process.code_signature.subject_name",
	"service.name", "user_agent.name", "user.id", "rule.name"
};

/* ... and those whose name ends in one of these words.  Their values are few, in whichever log. */
static const char *const valued_words[] = {
	"action", "category", "channel", "code", "code_name", "dataset", "decision", "direction", "error_code", "event_id",
	"event_name", "event_type", "extension", "family", "kind", "level", "method", "module", "namespace", "operation",
	"operation_name", "outcome", "platform", "protocol", "provider", "reason", "region", "resource", "result", "severity",
	"stage", "status", "subresource", "transport", "type", "verb", "verdict"
};

/* The hashes of both, by their lowest bits.  Filled at first use; 0 is free. */
#define VALUED_SLOTS	256
static uint64_t valued[VALUED_SLOTS];
static bool valued_ready = false;

/* A word that a name ends in hashes as "*.word": no field is called so. */
static inline uint64_t
hash_word(const char *data, size_t length)
{
	return esql_term_add(esql_term_add(ESQL_TERM_BASIS, "*.", 2), data, length);
}

static void
add_valued(uint64_t hash)
{
	size_t		slot = hash % VALUED_SLOTS;

	while (valued[slot] != 0)
		slot = (slot + 1) % VALUED_SLOTS;
	valued[slot] = hash;
}

static bool
is_valued_hash(uint64_t hash)
{
	for (size_t slot = hash % VALUED_SLOTS; valued[slot] != 0; slot = (slot + 1) % VALUED_SLOTS)
	{
		if (valued[slot] == hash)
			return true;
	}
	return false;
}

static void
prepare_valued(void)
{
	if (valued_ready)
		return;
	for (size_t i = 0; i < sizeof(valued_fields) / sizeof(valued_fields[0]); i++)
		add_valued(esql_term_add(ESQL_TERM_BASIS, valued_fields[i], strlen(valued_fields[i])));
	for (size_t i = 0; i < sizeof(valued_words) / sizeof(valued_words[0]); i++)
		add_valued(hash_word(valued_words[i], strlen(valued_words[i])));
	valued_ready = true;
}

/* Are the values of a field terms?  By its name's hash, and the key that it ends in. */
bool
esql_has_value_terms(uint64_t name, const char *key, size_t length)
{
	size_t		start = length;

	prepare_valued();
	while (start > 0 && key[start - 1] != '.')
		start--;
	return is_valued_hash(hash_word(key + start, length - start)) || is_valued_hash(name);
}

/* The same of a name in dotted form. */
bool
esql_field_has_value_terms(const char *field)
{
	size_t		length = strlen(field);

	return esql_has_value_terms(esql_term_add(ESQL_TERM_BASIS, field, length), field, length);
}
