/*
 * title.c
 *		What filing makes of a group for its alert: key_digest() and
 *		alert_title().
 *
 * Both are called for each group that a window files, of which there may be a
 * hundred thousand.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "detect/evaluate.h"
#include "detect/fit_text.h"
#include "detect/result.h"

PG_FUNCTION_INFO_V1(td_key_digest);
PG_FUNCTION_INFO_V1(td_alert_title);

/* key_digest(group_key jsonb) -> bytea: the SHA-256 of its text in UTF-8 */
Datum
td_key_digest(PG_FUNCTION_ARGS)
{
	Jsonb	   *key = PG_GETARG_JSONB_P(0);
	char	   *text = td_to_utf8(JsonbToCString(NULL, &key->root, VARSIZE(key)));
	bytea	   *digest = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	SET_VARSIZE(digest, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	if (context == NULL || pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) text, strlen(text)) < 0 ||
		pg_cryptohash_final(context, (uint8 *) VARDATA(digest), PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute the digest of a group's key")));
	pg_cryptohash_free(context);
	PG_RETURN_BYTEA_P(digest);
}

/* The program's name in a command line: what comes before the first space. */
static bool
begins_with_word(const char *text, const char *word)
{
	size_t		length = strlen(word);

	return strcspn(text, " ") == length && memcmp(text, word, length) == 0;
}

typedef struct Member
{
	char	   *name;
	char	   *line;
} Member;

static int
compare_members(const void *a, const void *b)
{
	return strcmp(((const Member *) a)->name, ((const Member *) b)->name);
}

/* All members of an object, as "name=value, ...", by the bytes of their names; null if it has none. */
static char *
list_members(Jsonb *object)
{
	Datum		text;
	int			count = 0;
	Member	   *members;
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	StringInfoData line;

	if (!JB_ROOT_IS_OBJECT(object) || JB_ROOT_COUNT(object) == 0)
		return NULL;
	members = palloc(JB_ROOT_COUNT(object) * sizeof(Member));
	iterator = JsonbIteratorInit(&object->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			members[count].name = pnstrdup(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
		{
			const char *shown;

			if (value.type == jbvNull)
				shown = "";
			else if (value.type == jbvString)
				shown = pnstrdup(value.val.string.val, value.val.string.len);
			else
			{
				text = JsonbPGetDatum(JsonbValueToJsonb(&value));
				shown = JsonbToCString(NULL, &DatumGetJsonbP(text)->root, VARSIZE(DatumGetPointer(text)));
			}
			members[count].line = psprintf("%s=%s", members[count].name, shown);
			count++;
		}
	}
	qsort(members, count, sizeof(Member), compare_members);
	initStringInfo(&line);
	for (int i = 0; i < count; i++)
		appendStringInfo(&line, "%s%s", i > 0 ? ", " : "", members[i].line);
	return line.data;
}

/* Where it happened: the first three hosts, and the number of the others. */
static void
append_hosts(StringInfo title, ArrayType *hosts)
{
	enum { SHOWN = 3 };
	Datum	   *names;
	bool	   *nulls;
	int			count;
	int			start = title->len;

	deconstruct_array(hosts, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	for (int i = 0; i < Min(count, SHOWN); i++)
	{
		if (!nulls[i])
			appendStringInfo(title, "%s%s", title->len == start ? " on " : ", ",
							 td_fit(TextDatumGetCString(names[i]), 80));
	}
	if (title->len == start + 4 && count <= SHOWN)	/* a host without a name */
	{
		title->len = start;
		title->data[start] = '\0';
	}
	if (count > SHOWN)
		appendStringInfo(title, " and %d more hosts", count - SHOWN);
}

/*
 * alert_title(result jsonb, group_key jsonb, hosts text[]) -> text
 *
 * The title says what happened.  The rule's name is not part of it.
 */
Datum
td_alert_title(PG_FUNCTION_ARGS)
{
	Jsonb	   *result = PG_GETARG_JSONB_P(0);
	Jsonb	   *key = PG_GETARG_JSONB_P(1);
	char	   *executable = td_result_text(result, "process.executable", "Esql.process_executable_values");
	char	   *parent = td_result_text(result, "process.parent.executable", "Esql.process_parent_executable_values");
	char	   *what = td_result_text(result, "process.command_line", "Esql.process_command_line_values");
	StringInfoData title;

	if (what == NULL)
		what = executable;
	else if (executable != NULL && !begins_with_word(what, executable))
		what = psprintf("%s (%s)", td_fit(what, 160), executable);
	if (what == NULL)			/* a STATS without BY has no key: its row says what happened */
		what = list_members(JB_ROOT_COUNT(key) == 0 ? result : key);
	initStringInfo(&title);
	appendStringInfoString(&title, what == NULL ? "the rule matched" : td_fit(what, 200));
	if (parent != NULL)
		appendStringInfo(&title, ", started by %s", td_fit(parent, 100));
	append_hosts(&title, PG_GETARG_ARRAYTYPE_P(2));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(title.data, title.len));
}
