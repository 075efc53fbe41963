/*
 * pattern_cache.c
 *		Patterns of REPLACE, GROK and DISSECT, read and compiled once a session.
 *
 * The compiler of queries has checked every pattern that stands in one.  So the
 * SQL holds the pattern as it was written, and what PCRE2 makes of it is kept
 * here, in a table of fixed size, from which the pattern that was used least
 * recently has to go.  Patterns from data may be broken; that they are is kept
 * as well.
 *
 * A search may take long: engine.c says how it is cut into pieces.  Between them
 * it asks for interrupts, so that statement_timeout and a cancel request work,
 * and looks at the clock.  After MAX_SEARCH_MS a function call gives up.  Its
 * result is null then, and a warning says so.
 */
#include "compat.h"

#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "esql/runtime/pattern_cache.h"

#define CACHED_PATTERNS		64
#define MAX_SEARCH_MS		500.0

/* A place of the table; unused if memory is NULL. */
typedef struct CachedPattern
{
	MemoryContext memory;		/* of the pattern, and of what was read from it */
	uint32		hash;
	uint64		used;
	char	   *key;
	int			length;
	bool		broken;
	TdPattern	pattern;
} CachedPattern;

static CachedPattern cache[CACHED_PATTERNS];
static uint64 cache_clock;

/* An allocator for the readers of patterns: palloc, but for the error. */
static void *
allocate(void *arg, size_t size)
{
	return MemoryContextAllocExtended((MemoryContext) arg, size, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
}

/* Empty a place of the table. */
static void
forget(CachedPattern *entry)
{
	if (entry->memory == NULL)
		return;
	esql_regex_free(entry->pattern.regex);
	MemoryContextDelete(entry->memory);
	memset(entry, 0, sizeof(*entry));
}

/* Compile a regular expression for PCRE2. */
static bool
compile(TdPattern *pattern, EsqlString pcre)
{
	char		message[200];

	pattern->regex = esql_regex_compile(pcre.data, pcre.length, true, message, sizeof(message));
	return pattern->regex != NULL;
}

/* Read the pattern; false if it is broken. */
static bool
read_pattern(CachedPattern *entry, TdPatternKind kind, TdUtf8 key)
{
	EsqlContext context = {.alloc = allocate, .alloc_arg = entry->memory};
	EsqlString	string = {(char *) key.data, (uint32_t) key.length};
	EsqlSpan	nowhere = {0, 0};
	TdPattern  *pattern = &entry->pattern;
	bool		ok = false;

	pattern->kind = kind;
	switch (kind)
	{
		case TD_PATTERN_JAVA:
			ok = esql_regex_translate(&context, ESQL_DIALECT_JAVA, "REPLACE", string, nowhere,
									  &pattern->pcre) && compile(pattern, pattern->pcre.text);
			break;
		case TD_PATTERN_GROK:
			ok = esql_grok_read(&context, string, nowhere, &pattern->grok) &&
				compile(pattern, pattern->grok.text);
			break;
		case TD_PATTERN_DISSECT:
			ok = esql_dissect_read(&context, string, nowhere, &pattern->dissect);
			if (ok)
				pattern->parts = MemoryContextAlloc(entry->memory, pattern->dissect.nkeys *
													sizeof(EsqlDissectPart));
			break;
	}
	if (!ok && context.error.class == ESQL_ERROR_MEMORY)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return ok;
}

/* The place to use next: a free one, or the one that was used least recently. */
static CachedPattern *
oldest(void)
{
	CachedPattern *entry = &cache[0];

	for (int i = 1; i < CACHED_PATTERNS; i++)
	{
		if (cache[i].used < entry->used)
			entry = &cache[i];
	}
	return entry;
}

const TdPattern *
td_pattern(TdPatternKind kind, const text *pattern)
{
	const char *key = VARDATA_ANY(pattern);
	int			length = VARSIZE_ANY_EXHDR(pattern);
	uint32		hash = hash_bytes((const unsigned char *) key, length) + kind;
	CachedPattern *entry;
	TdUtf8		utf8;

	for (int i = 0; i < CACHED_PATTERNS; i++)
	{
		entry = &cache[i];
		if (entry->hash == hash && entry->memory != NULL && entry->pattern.kind == kind &&
			entry->length == length && memcmp(entry->key, key, length) == 0)
		{
			entry->used = ++cache_clock;
			return entry->broken ? NULL : &entry->pattern;
		}
	}
	utf8 = td_utf8_of(pattern);
	entry = oldest();
	forget(entry);
	entry->memory = AllocSetContextCreate(TopMemoryContext, "pattern of ES|QL", ALLOCSET_SMALL_SIZES);
	entry->broken = true;		/* should an error get in the way */
	entry->pattern.kind = kind;
	entry->key = MemoryContextAlloc(entry->memory, length + 1);
	memcpy(entry->key, key, length);
	entry->broken = !read_pattern(entry, kind, utf8);
	entry->length = length;
	entry->hash = hash;
	entry->used = ++cache_clock;
	return entry->broken ? NULL : &entry->pattern;
}

TdUtf8
td_utf8_of(const text *value)
{
	TdUtf8		result = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};

	if (GetDatabaseEncoding() != PG_UTF8)
	{
		char	   *converted = pg_server_to_any(result.data, (int) result.length, PG_UTF8);

		if (converted != result.data)
		{
			result.data = converted;
			result.length = strlen(converted);
		}
	}
	return result;
}

text *
td_text_of_utf8(const char *data, size_t length)
{
	char	   *converted = (char *) data;

	if (GetDatabaseEncoding() != PG_UTF8)
		converted = pg_any_to_server(data, (int) length, PG_UTF8);
	if (converted != data)
		return cstring_to_text(converted);
	return cstring_to_text_with_len(data, (int) length);
}

/* Is it time to stop?  Raises the error of an interrupt. */
static bool
stop(EsqlWatch *watch)
{
	return td_watch_stop((TdWatch *) watch);
}

/* Begin to watch a search; the clock is read when it turns out to be long. */
void
td_watch_start(TdWatch *watch)
{
	watch->watch.stop = stop;
	watch->started = false;
}

bool
td_watch_stop(TdWatch *watch)
{
	instr_time	now;

	CHECK_FOR_INTERRUPTS();
	INSTR_TIME_SET_CURRENT(now);
	if (!watch->started)
	{
		watch->started = true;
		watch->start = now;
		return false;
	}
	INSTR_TIME_SUBTRACT(now, watch->start);
	return INSTR_TIME_GET_MILLISEC(now) > MAX_SEARCH_MS;
}

/* Warn, once for each place of a query, that a text was too much for a pattern. */
void
td_gave_up(FunctionCallInfo fcinfo, const char *what, size_t length)
{
	if (fcinfo->flinfo->fn_extra != NULL)
		return;
	fcinfo->flinfo->fn_extra = fcinfo->flinfo;
	ereport(WARNING,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s gave up on a text of %zu bytes, and gave null", what, length),
			 errdetail("Its pattern needs too many steps for this text."),
			 errhint("Alternatives that begin alike, and quantifiers inside of quantifiers, are what "
					 "takes time.")));
}
