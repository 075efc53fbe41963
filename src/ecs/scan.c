/*
 * scan.c
 *		What has to be known of a JSON text before jansson sees it.
 *
 * One pass over the bytes, which knows strings, numbers and brackets.  It knows
 * no grammar; jansson does.
 *
 * It takes the text apart into leaves and a skeleton.  The leaves are its
 * numbers and those strings that are no keys; the skeleton is what is left, with
 * an integer for each leaf, counted from 0, and one blank for several:
 *
 *		{"a":  "x", "b": [1.50, true]}	is	{"a": 0, "b": [1, true]}
 *		with the leaves					x and 1.50
 *
 * The text is JSON if the skeleton is, provided that each leaf is a string or
 * number and that what follows does not continue it.  If the scan is not sure of
 * a leaf, the text is no JSON and the scan is not plain.  It is not plain either
 * if the skeleton is long.  This is done because jansson needs a function call
 * or two for each byte, and most texts have the skeleton of an earlier text
 * (form.c).
 *
 * A text whose scan is not plain goes to jansson as a whole.  For that, numbers
 * that it would change or refuse are found: it reads 1.0, 1.00 and 1e0 to the
 * same double, and fails for the whole document on an integer beyond 64 bits.
 * Where a keyword is wanted, the spelling is the value.  So these "odd" numbers
 * are handed to jansson as strings that begin with a NUL, which no other string
 * does (ecs_scan_rewrite).
 *
 * It also finds
 *
 * - nesting that goes too deep.  jansson allows 2,048 levels and cannot be told
 *	 otherwise;
 * - NUL characters, which no text in PostgreSQL holds, as a byte or as an escape;
 * - numbers that are too large or too precise for jsonb, whose numeric takes
 *	 131,072 digits before the decimal point and 16,383 after it;
 * - whether the text may be a search response.
 *
 * In a text that is no JSON the scan may mistake an opening quote for a closing
 * one, and report something that is not there.  So the caller asks jansson
 * whether it finds an earlier problem.
 */
#include "ecs/scan.h"
#include "ecs/text.h"

#include <string.h>

#include "text/utf8.h"

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

/* The first size; enough for an everyday event. */
#define FIRST_LEAVES	128
#define FIRST_SKELETON	((size_t) 2048)

/* Digits of a leaf's number. */
#define LEAF_DIGITS		10

/* Bytes that mean something outside of strings. */
enum
{
	OTHER,
	BLANK,
	QUOTE,
	OPEN,
	CLOSE,
	NUMBER,
	NUL
};

static const unsigned char outside[256] =
{
	['\0'] = NUL,
	[' '] = BLANK, ['\t'] = BLANK, ['\n'] = BLANK, ['\r'] = BLANK,
	['"'] = QUOTE,
	['{'] = OPEN, ['['] = OPEN,
	['}'] = CLOSE, [']'] = CLOSE,
	['-'] = NUMBER, ['0'] = NUMBER, ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER, ['4'] = NUMBER,
	['5'] = NUMBER, ['6'] = NUMBER, ['7'] = NUMBER, ['8'] = NUMBER, ['9'] = NUMBER,
};

/* Bytes that may follow a leaf. */
static const unsigned char ends_leaf[256] =
{
	[' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [','] = 1, ['}'] = 1, [']'] = 1,
};

/* Bytes that mean something in a string: all but the plain ones of ASCII. */
static const unsigned char inside[256] =
{
	[0] = 1, [1] = 1, [2] = 1, [3] = 1, [4] = 1, [5] = 1, [6] = 1, [7] = 1,
	[8] = 1, [9] = 1, [10] = 1, [11] = 1, [12] = 1, [13] = 1, [14] = 1, [15] = 1,
	[16] = 1, [17] = 1, [18] = 1, [19] = 1, [20] = 1, [21] = 1, [22] = 1, [23] = 1,
	[24] = 1, [25] = 1, [26] = 1, [27] = 1, [28] = 1, [29] = 1, [30] = 1, [31] = 1,
	['"'] = 1, ['\\'] = 1,
#define ROW(n)	[n] = 1, [n + 1] = 1, [n + 2] = 1, [n + 3] = 1, [n + 4] = 1, [n + 5] = 1, [n + 6] = 1, [n + 7] = 1
	ROW(128), ROW(136), ROW(144), ROW(152), ROW(160), ROW(168), ROW(176), ROW(184),
	ROW(192), ROW(200), ROW(208), ROW(216), ROW(224), ROW(232), ROW(240), ROW(248),
#undef ROW
};

/*
 * Note the first problem.
 */
static void
found(EcsScan *scan, const char *sqlstate, const char *problem, size_t position)
{
	scan->sqlstate = sqlstate;
	scan->problem = problem;
	scan->position = position;
	scan->plain = false;
}

/*
 * Room for size bytes at the skeleton's end.  False if there is none, and then
 * the scan is not plain.
 */
static bool
make_room(EcsScan *scan, size_t size)
{
	size_t		done = (size_t) (scan->to - scan->skeleton.data);
	size_t		capacity = (done + scan->room) * 2;
	char	   *buffer;

	if (!scan->plain)
		return false;
	if (done + size > scan->max_skeleton)
	{
		scan->plain = false;
		return false;
	}
	if (capacity < FIRST_SKELETON)
		capacity = FIRST_SKELETON;
	while (capacity < done + size)
		capacity *= 2;
	if (capacity > scan->max_skeleton)
		capacity = scan->max_skeleton;
	buffer = ecs_arena_alloc(scan->arena, capacity);
	if (buffer == NULL)
	{
		scan->no_memory = true;
		scan->plain = false;
		return false;
	}
	if (done > 0)
		memcpy(buffer, scan->skeleton.data, done);
	scan->skeleton.data = buffer;
	scan->to = buffer + done;
	scan->room = capacity - done;
	return true;
}

/*
 * The skeleton goes on with a piece of the text.
 */
static inline void
copy(EcsScan *scan, size_t start, size_t length)
{
	if (scan->room < length && !make_room(scan, length))
		return;
	memcpy(scan->to, scan->text.data + start, length);
	scan->to += length;
	scan->room -= length;
}

/*
 * The skeleton goes on with a character.
 */
static inline void
copy_character(EcsScan *scan, char c)
{
	if (scan->room < 1 && !make_room(scan, 1))
		return;
	*scan->to++ = c;
	scan->room--;
}

/*
 * Remember a leaf, which ends before end, and write its number to the skeleton.
 * Without a skeleton only odd numbers are remembered.
 */
static void
add_leaf(EcsScan *scan, EcsLeaf leaf, size_t end)
{
	char		digits[LEAF_DIGITS];
	size_t		n = LEAF_DIGITS;
	uint32_t	rest = scan->nleaves;

	if (end < scan->text.length && !ends_leaf[(unsigned char) scan->text.data[end]])
		scan->plain = false;
	if (!scan->plain && leaf.kind != ECS_LEAF_ODD_NUMBER)
		return;
	if (scan->nleaves == scan->leaves_size)
	{
		uint32_t	size = scan->leaves_size == 0 ? FIRST_LEAVES : scan->leaves_size * 2;
		EcsLeaf    *leaves = ecs_arena_alloc(scan->arena, size * sizeof(EcsLeaf));

		if (leaves == NULL)
		{
			scan->no_memory = true;
			scan->plain = false;
			return;
		}
		if (scan->nleaves > 0)
			memcpy(leaves, scan->leaves, scan->nleaves * sizeof(EcsLeaf));
		scan->leaves = leaves;
		scan->leaves_size = size;
	}
	scan->leaves[scan->nleaves++] = leaf;
	scan->nescaped += leaf.kind == ECS_LEAF_ESCAPED;
	scan->nodd += leaf.kind == ECS_LEAF_ODD_NUMBER;
	if (scan->room < LEAF_DIGITS && !make_room(scan, LEAF_DIGITS))
		return;
	do
	{
		digits[--n] = (char) ('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	memcpy(scan->to, digits + n, LEAF_DIGITS - n);
	scan->to += LEAF_DIGITS - n;
	scan->room -= LEAF_DIGITS - n;
}

/*
 * Past a string, whose first byte is at i.
 */
static size_t
skip_string(EcsScan *scan, size_t i, bool *escapes)
{
	const char *s = scan->text.data;
	size_t		length = scan->text.length;

	*escapes = false;
	for (;;)
	{
		unsigned char c;

		while (i < length && !inside[(unsigned char) s[i]])
			i++;
		if (i >= length)
		{
			scan->plain = false;
			return length;
		}
		c = (unsigned char) s[i];
		if (c == '"')
			return i + 1;
		if (c == '\0')
		{
			found(scan, "22021", "NUL character", i);
			return length;
		}
		if (c == '\\')
		{
			if (length - i >= 6 && memcmp(s + i, "\\u0000", 6) == 0)
			{
				found(scan, "22P05", "\\u0000 cannot be stored as text", i);
				return length;
			}
			*escapes = true;
			i += 2;
		}
		else
		{
			size_t		n = c < 0x20 ? 0 : td_utf8_length(s + i, length - i);

			if (n == 0)
			{
				scan->plain = false;
				n = 1;
			}
			i += n;
		}
	}
}

/*
 * Does a key of the top stand in a response that may hold documents?
 */
static bool
leads_to_hits(EcsText key)
{
	switch (key.length)
	{
		case 4:
			return ecs_text_is(key, "hits") || ecs_text_is(key, "docs");
		case 8:
			return ecs_text_is(key, "response");
		case 9:
			return ecs_text_is(key, "responses");
		case 11:
			return ecs_text_is(key, "rawResponse");
		default:
			return false;
	}
}

/*
 * Past a string, whose quote is at start: a key or a leaf.
 */
static size_t
scan_string(EcsScan *scan, size_t start, unsigned depth)
{
	const char *s = scan->text.data;
	bool		escapes;
	size_t		end = skip_string(scan, start + 1, &escapes);
	size_t		next = end;
	size_t		inner;

	while (next < scan->text.length && outside[(unsigned char) s[next]] == BLANK)
		next++;
	if (next < scan->text.length && s[next] == ':')
	{
		copy(scan, start, end - start);
		if (depth == 1 && !scan->hits)
			scan->hits = leads_to_hits((EcsText) {s + start + 1, end - start - 2});
		return end;
	}
	/* one that does not end is none */
	if (!scan->plain)
		return end;
	inner = escapes ? 0 : 1;
	add_leaf(scan, (EcsLeaf) {s + start + inner, (uint32_t) (end - start - 2 * inner),
							  escapes ? ECS_LEAF_ESCAPED : ECS_LEAF_STRING}, end);
	return end;
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
scan_number(EcsScan *scan, size_t start)
{
	EcsText		text = scan->text;
	bool		negative = text.data[start] == '-';
	size_t		i = start + negative;
	size_t		whole = digits_at(text, i);
	size_t		fraction = 0;
	size_t		exponent_length;
	int64_t		exponent;
	bool		odd;

	if (whole == 0 || (whole > 1 && text.data[i] == '0'))
	{
		scan->plain = false;
		return i + whole + (whole == 0);
	}
	i += whole;
	if (i < text.length && text.data[i] == '.')
	{
		fraction = digits_at(text, i + 1);
		if (fraction == 0)
		{
			scan->plain = false;
			return i;
		}
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
	odd = fraction > 0 || exponent_length > 0 || whole > SAFE_DIGITS || (negative && text.data[start + 1] == '0');
	add_leaf(scan, (EcsLeaf) {text.data + start, (uint32_t) (i - start),
							  odd ? ECS_LEAF_ODD_NUMBER : ECS_LEAF_NUMBER}, i);
	return i;
}

/*
 * Go over a text, of less than 4 GB.
 */
void
ecs_scan(EcsScan *scan, EcsArena *arena, EcsText text, const EcsOptions *options)
{
	const char *s = text.data;
	unsigned	depth = 0;
	size_t		i = 0;

	*scan = (EcsScan) {.plain = true, .arena = arena, .text = text, .max_skeleton = options->max_skeleton};
	while (i < text.length && scan->problem == NULL && !scan->no_memory)
	{
		unsigned char class = outside[(unsigned char) s[i]];

		switch (class)
		{
			case BLANK:
				while (i < text.length && outside[(unsigned char) s[i]] == BLANK)
					i++;
				copy_character(scan, ' ');
				break;
			case QUOTE:
				i = scan_string(scan, i, depth);
				break;
			case OPEN:
				if (++depth > options->max_depth)
					found(scan, "54001", "nesting is too deep", i);
				copy_character(scan, s[i++]);
				break;
			case CLOSE:
				depth -= depth > 0;
				copy_character(scan, s[i++]);
				break;
			case NUMBER:
				i = scan_number(scan, i);
				break;
			case NUL:
				found(scan, "22021", "NUL character", i);
				break;
			default:
				copy_character(scan, s[i++]);
				break;
		}
	}
	scan->skeleton.length = scan->plain && scan->to != NULL ? (size_t) (scan->to - scan->skeleton.data) : 0;
}

/*
 * The text with every odd number as a marked string.  False for want of memory.
 */
bool
ecs_scan_rewrite(const EcsScan *scan, EcsArena *arena, EcsText *rewritten)
{
	size_t		length = scan->text.length + scan->nodd * WRAPPING;
	char	   *to = ecs_arena_alloc(arena, length);
	const char *done = scan->text.data;

	if (to == NULL)
		return false;
	*rewritten = (EcsText) {to, length};
	for (uint32_t k = 0; k < scan->nleaves; k++)
	{
		EcsLeaf		odd = scan->leaves[k];

		if (odd.kind != ECS_LEAF_ODD_NUMBER)
			continue;
		memcpy(to, done, (size_t) (odd.text - done));
		to += odd.text - done;
		memcpy(to, BEFORE_ODD, sizeof(BEFORE_ODD) - 1);
		to += sizeof(BEFORE_ODD) - 1;
		memcpy(to, odd.text, odd.length);
		to += odd.length;
		memcpy(to, AFTER_ODD, sizeof(AFTER_ODD) - 1);
		to += sizeof(AFTER_ODD) - 1;
		done = odd.text + odd.length;
	}
	memcpy(to, done, (size_t) (scan->text.data + scan->text.length - done));
	return true;
}

/*
 * Where in the text a position of the rewritten text was.
 */
size_t
ecs_scan_original(const EcsScan *scan, size_t position)
{
	size_t		shift = 0;

	for (uint32_t k = 0; k < scan->nleaves; k++)
	{
		EcsLeaf		odd = scan->leaves[k];
		size_t		start = (size_t) (odd.text - scan->text.data);

		if (odd.kind != ECS_LEAF_ODD_NUMBER)
			continue;
		if (position <= start + shift)
			break;
		/* the wrapping stands for the number's edges */
		if (position <= start + odd.length + shift + WRAPPING)
			return start + odd.length;
		shift += WRAPPING;
	}
	return position - shift;
}
