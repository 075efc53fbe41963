/*
 * scan.c
 *		What has to be known of a JSON text before jansson sees it.
 *
 * One pass over the bytes, which knows strings, numbers and brackets and
 * nothing of grammar: that is jansson's.  It finds
 *
 * - nesting that goes too deep.  jansson allows 2,048 levels and cannot be told
 *	 otherwise;
 * - NUL characters, which no text in PostgreSQL holds, as a byte or as an escape;
 * - numbers that are too large or too precise for jsonb, whose numeric takes
 *	 131,072 digits before the decimal point and 16,383 after it;
 * - numbers that jansson would change or refuse: it reads 1.0, 1.00 and 1e0 to
 *	 the same double, and fails for the whole document on an integer beyond 64
 *	 bits.  Where a keyword is wanted, the spelling is the value.  So these "odd"
 *	 numbers are handed to jansson as strings that begin with a NUL, which no
 *	 other string does (ecs_scan_rewrite);
 * - whether the text may be a search response.
 *
 * In a text that is no JSON it may take quotes the wrong way round and report
 * what is none of these; the caller asks jansson whether it stumbles earlier.
 */
#include "ecs/scan.h"

#include <string.h>

/* Numbers of so many digits fit into 64 bits. */
#define SAFE_DIGITS		18

#define NUMERIC_DIGITS	131072
#define NUMERIC_SCALE	16383

/* Far beyond both, and far from overflowing. */
#define LARGE_EXPONENT	INT64_C(1000000000)

/* How an odd number is wrapped for jansson. */
#define BEFORE_ODD		"\"\\u0000"
#define AFTER_ODD		"\""
#define WRAPPING		(sizeof(BEFORE_ODD) - 1 + sizeof(AFTER_ODD) - 1)

/* Bytes that mean something outside of strings. */
enum
{
	OTHER,
	QUOTE,
	OPEN,
	CLOSE,
	NUMBER,
	NUL
};

static const unsigned char outside[256] =
{
	['\0'] = NUL,
	['"'] = QUOTE,
	['{'] = OPEN, ['['] = OPEN,
	['}'] = CLOSE, [']'] = CLOSE,
	['-'] = NUMBER, ['0'] = NUMBER, ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER, ['4'] = NUMBER,
	['5'] = NUMBER, ['6'] = NUMBER, ['7'] = NUMBER, ['8'] = NUMBER, ['9'] = NUMBER,
};

/* Bytes that mean something in a string. */
static const unsigned char inside[256] = {['\0'] = 1, ['"'] = 1, ['\\'] = 1};

/*
 * Note the first problem.
 */
static void
found(EcsScan *scan, const char *sqlstate, const char *problem, size_t position)
{
	scan->sqlstate = sqlstate;
	scan->problem = problem;
	scan->position = position;
}

/*
 * Past a string, whose first byte is at i.
 */
static size_t
scan_string(EcsScan *scan, EcsText text, size_t i)
{
	const char *s = text.data;

	for (;;)
	{
		while (i < text.length && !inside[(unsigned char) s[i]])
			i++;
		if (i >= text.length)
			return text.length;
		if (s[i] == '"')
			return i + 1;
		if (s[i] == '\0')
		{
			found(scan, "22021", "NUL character", i);
			return text.length;
		}
		if (text.length - i >= 6 && memcmp(s + i, "\\u0000", 6) == 0)
		{
			found(scan, "22P05", "\\u0000 cannot be stored as text", i);
			return text.length;
		}
		i += 2;
	}
}

/*
 * Number of digits at i.
 */
static size_t
digits_at(EcsText text, size_t i)
{
	size_t		n = 0;

	while (i + n < text.length && text.data[i + n] >= '0' && text.data[i + n] <= '9')
		n++;
	return n;
}

/*
 * Remember an odd number.
 */
static void
remember_odd(EcsScan *scan, EcsArena *arena, size_t start, size_t length)
{
	if (scan->nodd == scan->capacity)
	{
		size_t		capacity = scan->capacity == 0 ? 16 : scan->capacity * 2;
		EcsOddNumber *odd = ecs_arena_alloc(arena, capacity * sizeof(EcsOddNumber));

		if (odd == NULL)
		{
			scan->no_memory = true;
			return;
		}
		if (scan->nodd > 0)
			memcpy(odd, scan->odd, scan->nodd * sizeof(EcsOddNumber));
		scan->odd = odd;
		scan->capacity = capacity;
	}
	scan->odd[scan->nodd++] = (EcsOddNumber) {start, length};
}

/*
 * The exponent at i, where an e may stand: its length, 0 if there is none.
 */
static size_t
scan_exponent(EcsText text, size_t i, int64_t *exponent)
{
	size_t		n = 1;
	size_t		digits;
	bool		negative = false;

	*exponent = 0;
	if (i >= text.length || (text.data[i] != 'e' && text.data[i] != 'E'))
		return 0;
	if (i + 1 < text.length && (text.data[i + 1] == '-' || text.data[i + 1] == '+'))
		negative = text.data[i + n++] == '-';
	digits = digits_at(text, i + n);
	if (digits == 0)
		return 0;
	for (size_t k = 0; k < digits; k++)
	{
		if (*exponent < LARGE_EXPONENT)
			*exponent = *exponent * 10 + (text.data[i + n + k] - '0');
	}
	if (negative)
		*exponent = -*exponent;
	return n + digits;
}

/*
 * Past a number that begins at start.  What is no JSON number is left to
 * jansson as it is.
 */
static size_t
scan_number(EcsScan *scan, EcsArena *arena, EcsText text, size_t start)
{
	size_t		i = start + (text.data[start] == '-');
	size_t		whole = digits_at(text, i);
	size_t		fraction = 0;
	size_t		exponent_length;
	int64_t		exponent;

	if (whole == 0 || (whole > 1 && text.data[i] == '0'))
		return i + whole + (whole == 0);
	i += whole;
	if (i < text.length && text.data[i] == '.')
	{
		fraction = digits_at(text, i + 1);
		if (fraction == 0)
			return i;
		i += 1 + fraction;
	}
	exponent_length = scan_exponent(text, i, &exponent);
	i += exponent_length;

	if ((int64_t) whole + exponent > NUMERIC_DIGITS || (int64_t) fraction - exponent > NUMERIC_SCALE)
	{
		found(scan, "22003", "number is out of range", start);
		return text.length;
	}
	/* -0 is an integer for jansson, without its sign */
	if (fraction > 0 || exponent_length > 0 || whole > SAFE_DIGITS ||
		(text.data[start] == '-' && text.data[start + 1] == '0'))
		remember_odd(scan, arena, start, i - start);
	return i;
}

/*
 * Go over a text.
 */
void
ecs_scan(EcsScan *scan, EcsArena *arena, EcsText text, unsigned max_depth)
{
	const char *s = text.data;
	unsigned	depth = 0;
	size_t		i = 0;

	*scan = (EcsScan) {0};
	while (i < text.length && scan->problem == NULL && !scan->no_memory)
	{
		size_t		start = i;

		switch (outside[(unsigned char) s[i]])
		{
			case OTHER:
				i++;
				break;
			case QUOTE:
				i = scan_string(scan, text, i + 1);
				if (depth == 1 && i - start == 6 && memcmp(s + start, "\"hits\"", 6) == 0)
					scan->hits = true;
				break;
			case OPEN:
				if (++depth > max_depth)
					found(scan, "54001", "nesting is too deep", i);
				i++;
				break;
			case CLOSE:
				depth -= depth > 0;
				i++;
				break;
			case NUMBER:
				i = scan_number(scan, arena, text, i);
				break;
			case NUL:
				found(scan, "22021", "NUL character", i);
				break;
		}
	}
}

/*
 * The text with every odd number as a marked string.  False for want of memory.
 */
bool
ecs_scan_rewrite(const EcsScan *scan, EcsArena *arena, EcsText text, EcsText *rewritten)
{
	size_t		length = text.length + scan->nodd * WRAPPING;
	char	   *to = ecs_arena_alloc(arena, length);
	size_t		done = 0;

	if (to == NULL)
		return false;
	*rewritten = (EcsText) {to, length};
	for (size_t k = 0; k < scan->nodd; k++)
	{
		EcsOddNumber odd = scan->odd[k];

		memcpy(to, text.data + done, odd.start - done);
		to += odd.start - done;
		memcpy(to, BEFORE_ODD, sizeof(BEFORE_ODD) - 1);
		to += sizeof(BEFORE_ODD) - 1;
		memcpy(to, text.data + odd.start, odd.length);
		to += odd.length;
		memcpy(to, AFTER_ODD, sizeof(AFTER_ODD) - 1);
		to += sizeof(AFTER_ODD) - 1;
		done = odd.start + odd.length;
	}
	memcpy(to, text.data + done, text.length - done);
	return true;
}

/*
 * Where in the text a position of the rewritten text was.
 */
size_t
ecs_scan_original(const EcsScan *scan, size_t position)
{
	size_t		shift = 0;

	for (size_t k = 0; k < scan->nodd; k++)
	{
		EcsOddNumber odd = scan->odd[k];

		if (position <= odd.start + shift)
			break;
		/* the wrapping stands for the number's edges */
		if (position <= odd.start + odd.length + shift + WRAPPING)
			return odd.start + odd.length;
		shift += WRAPPING;
	}
	return position - shift;
}
