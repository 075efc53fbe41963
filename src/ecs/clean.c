/*
 * clean.c
 *		A JSON text with the characters and numbers that jsonb cannot hold put right.
 *
 * jsonb has no NUL, no half of a surrogate pair, no bytes that are no UTF-8 and no
 * number of more digits than numeric has.  One of them in a field beside the point
 * must not cost the event.  A character becomes U+FFFD, as Unicode has it for what
 * cannot be shown; a number becomes null.  Each kind is noted once, with the field
 * that it was found in.
 *
 * The text is copied, byte by byte.  This is for the few texts that were refused as
 * they are.
 */
#include "ecs/clean.h"

#include <string.h>

#include "text/hex.h"
#include "text/utf8.h"

#define REPLACEMENT			"\xEF\xBF\xBD"
#define REPLACEMENT_LENGTH	3

/* Deeper fields are named by their first parts. */
#define NAMED_DEPTH			32
#define NAME_LENGTH			256

/* What numeric holds; see scan.c. */
#define NUMERIC_DIGITS		131072
#define NUMERIC_SCALE		16383

typedef enum Kind
{
	KIND_NUL,
	KIND_SURROGATE,
	KIND_UTF8,
	KIND_NUMBER
} Kind;

static const char *const reasons[] =
{
	[KIND_NUL] = "has a NUL character",
	[KIND_SURROGATE] = "has half of a surrogate pair",
	[KIND_UTF8] = "has bytes that are no UTF-8",
	[KIND_NUMBER] = "is a number of too many digits"
};

typedef struct Cleaner
{
	EcsFields  *fields;
	const char *at;
	const char *end;
	char	   *to;
	unsigned	depth;
	EcsText		keys[NAMED_DEPTH];
	bool		noted[KIND_NUMBER + 1];
	bool		changed;
} Cleaner;

/*
 * The name of the field at hand, its keys with dots between them.
 */
static const char *
field_name(Cleaner *cleaner)
{
	char	   *name = ecs_arena_alloc(cleaner->fields->arena, NAME_LENGTH);
	size_t		done = 0;

	if (name == NULL)
		return "";
	for (unsigned i = 1; i <= cleaner->depth && i < NAMED_DEPTH; i++)
	{
		EcsText		key = cleaner->keys[i];
		size_t		length = td_utf8_clip(key.data == NULL ? "" : key.data, key.length);

		if (length == 0 || done + length + 2 > NAME_LENGTH)
			continue;
		if (done > 0)
			name[done++] = '.';
		for (size_t k = 0; k < length; k++)
		{
			unsigned char c = (unsigned char) key.data[k];

			name[done++] = c < 0x20 || c >= 0x7F ? '?' : (char) c;
		}
	}
	name[done] = '\0';
	return name;
}

/*
 * The part of a text before whatever else cannot be stored in it.
 */
static EcsText
storable(EcsText text)
{
	size_t		i = 0;
	size_t		n;

	while ((n = td_utf8_length(text.data + i, text.length - i)) > 0 && text.data[i] != '\0')
		i += n;
	return (EcsText) {text.data, i};
}

static void
note(Cleaner *cleaner, Kind kind, EcsText value)
{
	cleaner->changed = true;
	if (!cleaner->noted[kind])
		ecs_fields_fault(cleaner->fields, field_name(cleaner), reasons[kind], storable(value));
	cleaner->noted[kind] = true;
}

/*
 * The code unit of an escape \uXXXX at a position, or -1.
 */
static int
code_unit(const char *at, const char *end)
{
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	return td_hex_unit(at + 2);
}

static void
copy(Cleaner *cleaner, size_t length)
{
	memcpy(cleaner->to, cleaner->at, length);
	cleaner->to += length;
	cleaner->at += length;
}

/*
 * A character of a string that is to be replaced.
 */
static void
replace(Cleaner *cleaner, size_t length)
{
	memcpy(cleaner->to, REPLACEMENT, REPLACEMENT_LENGTH);
	cleaner->to += REPLACEMENT_LENGTH;
	cleaner->at += length;
}

/*
 * A string, after its quote.  A key is remembered, as it was.
 */
static void
clean_string(Cleaner *cleaner)
{
	const char *start = cleaner->at;

	while (cleaner->at < cleaner->end && *cleaner->at != '"')
	{
		int			unit = code_unit(cleaner->at, cleaner->end);
		size_t		n = td_utf8_length(cleaner->at, (size_t) (cleaner->end - cleaner->at));
		EcsText		before = {start, (size_t) (cleaner->at - start)};

		if (unit == 0)
		{
			note(cleaner, KIND_NUL, before);
			replace(cleaner, 6);
		}
		else if (unit >= 0xD800 && unit < 0xDC00 &&
				 (code_unit(cleaner->at + 6, cleaner->end) & 0xFC00) == 0xDC00)
			copy(cleaner, 12);
		else if (unit >= 0xD800 && unit < 0xE000)
		{
			note(cleaner, KIND_SURROGATE, before);
			replace(cleaner, 6);
		}
		else if (*cleaner->at == '\0')
		{
			note(cleaner, KIND_NUL, before);
			replace(cleaner, 1);
		}
		else if (n == 0)
		{
			note(cleaner, KIND_UTF8, before);
			replace(cleaner, 1);
		}
		else if (*cleaner->at == '\\' && cleaner->end - cleaner->at > 1 &&
				 (unsigned char) cleaner->at[1] < 0x80 && cleaner->at[1] != '\0')
			copy(cleaner, 2);
		else
			copy(cleaner, n);
	}
	if (cleaner->depth < NAMED_DEPTH)
	{
		const char *next = cleaner->at;

		while (++next < cleaner->end && memchr(" \t\r\n", *next, 4) != NULL)
			continue;
		if (next < cleaner->end && *next == ':')
			cleaner->keys[cleaner->depth] = (EcsText) {start, (size_t) (cleaner->at - start)};
	}
	if (cleaner->at < cleaner->end)
		copy(cleaner, 1);
}

/*
 * A number, which may be one that numeric does not hold.
 */
static void
clean_number(Cleaner *cleaner)
{
	const char *start = cleaner->at;
	const char *at = start;
	int64_t		before = 0;
	int64_t		behind = 0;
	int64_t		exponent = 0;
	bool		point = false;
	bool		negative = false;

	for (at += *at == '-'; at < cleaner->end && ((*at >= '0' && *at <= '9') || (*at == '.' && !point)); at++)
	{
		point = point || *at == '.';
		before += !point;
		behind += point && *at != '.';
	}
	if (at < cleaner->end && (*at == 'e' || *at == 'E'))
	{
		at++;
		if (at < cleaner->end && (*at == '-' || *at == '+'))
			negative = *at++ == '-';
		for (; at < cleaner->end && *at >= '0' && *at <= '9'; at++)
		{
			if (exponent < INT64_C(1000000000))
				exponent = exponent * 10 + (*at - '0');
		}
		if (negative)
			exponent = -exponent;
	}
	if (before + exponent <= NUMERIC_DIGITS && behind - exponent <= NUMERIC_SCALE)
		copy(cleaner, (size_t) (at - start));
	else
	{
		note(cleaner, KIND_NUMBER, (EcsText) {start, (size_t) (at - start)});
		memcpy(cleaner->to, "null", 4);
		cleaner->to += 4;
		cleaner->at = at;
	}
}

/*
 * Clean a text; false if there was nothing to clean, or for want of memory.
 */
bool
ecs_clean(EcsFields *fields, EcsText text, EcsText *cleaned)
{
	/* a byte becomes three at most, and a number that is replaced has more than four */
	char	   *to = text.length > SIZE_MAX / 4 ? NULL :
		ecs_arena_alloc(fields->arena, text.length * REPLACEMENT_LENGTH + 1);
	Cleaner		cleaner = {.fields = fields, .at = text.data, .end = text.data + text.length, .to = to};

	if (to == NULL)
		return false;
	while (cleaner.at < cleaner.end)
	{
		char		c = *cleaner.at;

		if (c == '"')
		{
			copy(&cleaner, 1);
			clean_string(&cleaner);
			continue;
		}
		if (c == '{' || c == '[')
		{
			cleaner.depth++;
			if (cleaner.depth < NAMED_DEPTH)
				cleaner.keys[cleaner.depth] = (EcsText) {NULL, 0};
		}
		else if ((c == '}' || c == ']') && cleaner.depth > 0)
			cleaner.depth--;
		else if (c == ',' && cleaner.depth < NAMED_DEPTH)
			cleaner.keys[cleaner.depth] = (EcsText) {NULL, 0};
		if (c == '-' || (c >= '0' && c <= '9'))
			clean_number(&cleaner);
		else
			copy(&cleaner, 1);
	}
	*cleaned = (EcsText) {to, (size_t) (cleaner.to - to)};
	return cleaner.changed;
}
