/*
 * analyzer.c
 *		The words of a text, as Elasticsearch's standard analyzer finds them.
 *
 * That analyzer cuts a text where Unicode's rules of word boundaries (UAX 29)
 * say so, keeps what holds a letter or a digit, and makes it lower case.  The
 * rules as they are for the characters of command lines and messages:
 *
 *	- letters, digits and underscores that stand together are one word;
 *	- one of . : ' between two letters does not part them (example.com), nor does
 *	  one of . , ; ' between two digits (3.14);
 *	- a character of Chinese or Hiragana is a word by itself;
 *	- everything else parts words and is left out.
 *
 * Of the characters beyond ASCII, those in blocks of punctuation and symbols
 * part words, and all others count as letters.  Lower case is the caller's.
 */
#include "text/analyzer.h"

#include "text/utf8.h"

typedef enum Class
{
	CLASS_OTHER,
	CLASS_LETTER,
	CLASS_DIGIT,
	CLASS_UNDERSCORE,
	CLASS_ALONE,				/* a word by itself */
	CLASS_MID_LETTER,			/* : */
	CLASS_MID_NUMBER,			/* , ; */
	CLASS_MID_BOTH				/* . ' */
} Class;

/* Characters beyond ASCII that are no letters. */
static const struct
{
	uint32_t	first;
	uint32_t	last;
	Class		class;
}			ranges[] =
{
	{0x80, 0xA9, CLASS_OTHER},
	{0xAB, 0xB4, CLASS_OTHER},
	{0xB6, 0xB6, CLASS_OTHER},
	{0xB7, 0xB7, CLASS_MID_LETTER},
	{0xB8, 0xB9, CLASS_OTHER},
	{0xBB, 0xBF, CLASS_OTHER},
	{0xD7, 0xD7, CLASS_OTHER},
	{0xF7, 0xF7, CLASS_OTHER},
	{0x2000, 0x2017, CLASS_OTHER},
	{0x2018, 0x2019, CLASS_MID_BOTH},
	{0x201A, 0x203E, CLASS_OTHER},
	{0x203F, 0x2040, CLASS_UNDERSCORE},
	{0x2041, 0x206F, CLASS_OTHER},
	{0x20A0, 0x20CF, CLASS_OTHER},
	{0x2190, 0x2BFF, CLASS_OTHER},
	{0x2E00, 0x2E7F, CLASS_OTHER},
	{0x2E80, 0x2FDF, CLASS_ALONE},
	{0x2FE0, 0x3004, CLASS_OTHER},
	{0x3005, 0x3007, CLASS_ALONE},
	{0x3008, 0x3020, CLASS_OTHER},
	{0x3041, 0x3096, CLASS_ALONE},
	{0x3400, 0x4DBF, CLASS_ALONE},
	{0x4E00, 0x9FFF, CLASS_ALONE},
	{0xE000, 0xF8FF, CLASS_OTHER},
	{0xF900, 0xFAFF, CLASS_ALONE},
	{0xFE10, 0xFE6F, CLASS_OTHER},
	{0xFF00, 0xFF0F, CLASS_OTHER},
	{0xFF1A, 0xFF20, CLASS_OTHER},
	{0xFF3B, 0xFF3E, CLASS_OTHER},
	{0xFF3F, 0xFF3F, CLASS_UNDERSCORE},
	{0xFF40, 0xFF40, CLASS_OTHER},
	{0xFF5B, 0xFF65, CLASS_OTHER},
	{0xFFE0, 0xFFFF, CLASS_OTHER},
	{0x1F000, 0x1FAFF, CLASS_OTHER},
	{0x20000, 0x3FFFF, CLASS_ALONE}
};

/* The characters of ASCII, sixteen a line. */
#define _ CLASS_OTHER
#define L CLASS_LETTER
#define D CLASS_DIGIT
#define U CLASS_UNDERSCORE
#define M CLASS_MID_LETTER
#define N CLASS_MID_NUMBER
#define B CLASS_MID_BOTH

static const unsigned char ascii[0x80] = {
	_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _,
	_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _,
	_, _, _, _, _, _, _, B, _, _, _, _, N, _, B, _,
	D, D, D, D, D, D, D, D, D, D, M, N, _, _, _, _,
	_, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, _, _, _, _, U,
	_, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, _, _, _, _, _
};

#undef _
#undef L
#undef D
#undef U
#undef M
#undef N
#undef B

/*
 * The class of a character beyond ASCII, and its bytes.
 */
static Class
class_beyond_ascii(const char *text, size_t length, size_t *bytes)
{
	uint32_t	code;

	*bytes = td_utf8_decode(text, length, &code);
	if (*bytes == 0)
	{
		*bytes = 1;
		return CLASS_OTHER;
	}
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
	{
		if (code >= ranges[i].first && code <= ranges[i].last)
			return ranges[i].class;
	}
	return CLASS_LETTER;
}

/*
 * The class of the character at a place, and its bytes; CLASS_OTHER at the end.
 */
static inline Class
class_at(const char *text, size_t length, size_t at, size_t *bytes)
{
	*bytes = 1;
	if (at >= length)
		return CLASS_OTHER;
	if ((unsigned char) text[at] < 0x80)
		return (Class) ascii[(unsigned char) text[at]];
	return class_beyond_ascii(text + at, length - at, bytes);
}

/*
 * Does a character between two others not part them?
 */
static inline bool
joins(Class before, Class between, Class after)
{
	if (before == CLASS_LETTER && after == CLASS_LETTER)
		return between == CLASS_MID_LETTER || between == CLASS_MID_BOTH;
	if (before == CLASS_DIGIT && after == CLASS_DIGIT)
		return between == CLASS_MID_NUMBER || between == CLASS_MID_BOTH;
	return false;
}

static inline bool
is_word_class(Class class)
{
	return class == CLASS_LETTER || class == CLASS_DIGIT || class == CLASS_UNDERSCORE;
}

/*
 * The next word from *at on: *at becomes its place.  False if there is none.
 * Go on from *at + *word_length.
 */
bool
td_next_word(const char *text, size_t length, size_t *at, size_t *word_length)
{
	size_t		place = *at;
	size_t		bytes;

	while (place < length)
	{
		Class		class = class_at(text, length, place, &bytes);
		size_t		end = place + bytes;
		int			characters = 1;
		bool		content = class != CLASS_UNDERSCORE;

		if (class == CLASS_ALONE)
		{
			*at = place;
			*word_length = bytes;
			return true;
		}
		if (!is_word_class(class))
		{
			place = end;
			continue;
		}
		while (end < length && characters < TD_LONGEST_WORD)
		{
			Class		next = class_at(text, length, end, &bytes);
			size_t		after_bytes;

			if (is_word_class(next))
				end += bytes;
			else
			{
				Class		after = class_at(text, length, end + bytes, &after_bytes);

				if (!joins(class, next, after) || characters + 2 > TD_LONGEST_WORD)
					break;
				end += bytes + after_bytes;
				characters++;
				next = after;
			}
			class = next;
			characters++;
			content = content || class != CLASS_UNDERSCORE;
		}
		if (content)
		{
			*at = place;
			*word_length = end - place;
			return true;
		}
		place = end;
	}
	*at = length;
	return false;
}
