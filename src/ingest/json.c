/*
 * json.c
 *		JSON text to jsonb, faster than jsonb's own input function.
 *
 * src/ecs has read the text before and found it well-formed UTF-8, so that
 * nothing has to be checked again: what does not fit is an internal error.
 *
 * jsonb_in() makes a tree of the text and then jsonb of the tree.  Here each
 * array or object is written out as soon as it ends, and copied into the one
 * around it when that ends; strings without escapes are used where they lie.
 * That works because what is in a container does not depend on where it is, as
 * long as it begins at a multiple of four.
 *
 * The result is byte for byte what jsonb_in() makes, as the tests see to
 * (utils/jsonb.h describes it): a container is a header, an entry for each
 * element (of an object, for each key and then for each value), and what the
 * elements consist of.  An entry has the length of its element with the padding
 * before it, but every JB_OFFSET_STRIDEth where the element ends.  An object's
 * keys are sorted by length and then by bytes; of equal ones the last counts.
 *
 * For databases in UTF-8 (or SQL_ASCII, which takes any bytes) only.
 */
#include "compat.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "ingest/ingest.h"

/* Integers of so many digits fit into int64. */
#define INT64_DIGITS	18

/* Objects of so many members are sorted by insertion. */
#define FEW_MEMBERS		24

/* An element of an array, or a member of an object. */
typedef struct Element
{
	const char *key;			/* NULL in an array */
	uint32		key_length;
	uint32		order;			/* in which it came */
	JEntry		type;
	const char *data;
	uint32		length;
} Element;

typedef struct Reader
{
	const char *at;
	const char *end;
	Element	   *elements;			/* of the containers that have not ended */
	uint32		nelements;
	uint32		elements_size;
} Reader;

static void read_value(Reader *reader, Element *element);

TD_NORETURN static void
malformed(void)
{
	elog(ERROR, "malformed JSON after it was read");
	pg_unreachable();
}

static inline void
skip_blanks(Reader *reader)
{
	while (reader->at < reader->end &&
		   (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r'))
		reader->at++;
}

/* The next character, which may be a blank only before it. */
static inline char
peek(Reader *reader)
{
	skip_blanks(reader);
	if (reader->at >= reader->end)
		malformed();
	return *reader->at;
}

static inline void
expect(Reader *reader, char c)
{
	if (peek(reader) != c)
		malformed();
	reader->at++;
}

static pg_wchar
read_hex(const char *at, const char *end)
{
	pg_wchar	value = 0;

	if (end - at < 4)
		malformed();
	for (int i = 0; i < 4; i++)
	{
		char		c = at[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (pg_wchar) (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (pg_wchar) (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (pg_wchar) (c - 'A' + 10);
		else
			malformed();
	}
	return value;
}

/* The escape after a backslash at *at, into *to; both are moved on. */
static void
read_escape(const char **at, const char *end, char **to)
{
	pg_wchar	code;
	char		c;

	if (*at >= end)
		malformed();
	c = *(*at)++;
	switch (c)
	{
		case 'b':
			*(*to)++ = '\b';
			return;
		case 'f':
			*(*to)++ = '\f';
			return;
		case 'n':
			*(*to)++ = '\n';
			return;
		case 'r':
			*(*to)++ = '\r';
			return;
		case 't':
			*(*to)++ = '\t';
			return;
		case 'u':
			break;
		default:
			*(*to)++ = c;
			return;
	}
	code = read_hex(*at, end);
	*at += 4;
	if (is_utf16_surrogate_first(code))
	{
		if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
			malformed();
		code = surrogate_pair_to_codepoint(code, read_hex(*at + 2, end));
		*at += 6;
	}
	unicode_to_utf8(code, (unsigned char *) *to);
	*to += pg_utf_mblen((unsigned char *) *to);
}

/* Where the string that begins at from ends, and whether it has escapes. */
static const char *
string_end(const char *from, const char *end, bool *escapes)
{
	const char *at = from;

	*escapes = false;
	while (at < end && *at != '"')
	{
		if (*at == '\\')
		{
			*escapes = true;
			at++;
		}
		at++;
	}
	if (at >= end)
		malformed();
	return at;
}

/* A string, in *data and *length. */
static void
read_string(Reader *reader, const char **data, uint32 *length)
{
	const char *from;
	const char *end;
	char	   *to;
	bool		escapes;

	expect(reader, '"');
	from = reader->at;
	end = string_end(from, reader->end, &escapes);
	reader->at = end + 1;
	*data = from;
	*length = (uint32) (end - from);
	if (!escapes)
		return;
	to = palloc(end - from);
	*data = to;
	while (from < end)
	{
		if (*from == '\\')
		{
			from++;
			read_escape(&from, end, &to);
		}
		else
			*to++ = *from++;
	}
	*length = (uint32) (to - *data);
}

static Numeric
read_numeric(Reader *reader)
{
	const char *from = reader->at;
	const char *at = from;
	bool		negative = *at == '-';
	int64		number = 0;
	int			digits;

	if (negative)
		at++;
	for (digits = 0; at < reader->end && *at >= '0' && *at <= '9'; digits++, at++)
	{
		if (digits < INT64_DIGITS)
			number = number * 10 + (*at - '0');
	}
	if (digits > 0 && digits <= INT64_DIGITS &&
		(at == reader->end || (*at != '.' && *at != 'e' && *at != 'E')))
	{
		reader->at = at;
		return td_int64_to_numeric(negative ? -number : number);
	}
	while (at < reader->end && strchr("+-.eE0123456789", *at) != NULL && *at != '\0')
		at++;
	if (at == from)
		malformed();
	reader->at = at;
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(from, at - from)),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static void
read_number(Reader *reader, Element *element)
{
	Numeric		number = read_numeric(reader);

	element->type = JENTRY_ISNUMERIC;
	element->data = (const char *) number;
	element->length = VARSIZE_ANY(number);
}

static void
read_word(Reader *reader, Element *element)
{
	static const struct
	{
		const char *word;
		Size		length;
		JEntry		type;
	}			words[] = {
		{"true", 4, JENTRY_ISBOOL_TRUE}, {"false", 5, JENTRY_ISBOOL_FALSE}, {"null", 4, JENTRY_ISNULL}
	};

	for (int i = 0; i < (int) lengthof(words); i++)
	{
		if ((Size) (reader->end - reader->at) >= words[i].length &&
			memcmp(reader->at, words[i].word, words[i].length) == 0)
		{
			reader->at += words[i].length;
			element->type = words[i].type;
			element->length = 0;
			return;
		}
	}
	malformed();
}

/* After a member or element: whether there is another; else takes the end. */
static bool
another(Reader *reader, char end)
{
	char		c = peek(reader);

	reader->at++;
	if (c == ',')
		return true;
	if (c != end)
		malformed();
	return false;
}

static void
push_element(Reader *reader, const Element *element)
{
	if (reader->nelements == reader->elements_size)
	{
		reader->elements_size = reader->elements_size == 0 ? 256 : reader->elements_size * 2;
		if (reader->elements == NULL)
			reader->elements = palloc(reader->elements_size * sizeof(Element));
		else
			reader->elements = repalloc_huge(reader->elements, reader->elements_size * sizeof(Element));
	}
	reader->elements[reader->nelements++] = *element;
}

static int
compare_keys(const Element *left, const Element *right)
{
	if (left->key_length != right->key_length)
		return left->key_length < right->key_length ? -1 : 1;
	return memcmp(left->key, right->key, left->key_length);
}

/* For qsort: equal keys in the order in which they came. */
static int
compare_members(const void *a, const void *b)
{
	const Element *left = a;
	const Element *right = b;
	int			order = compare_keys(left, right);

	return order != 0 ? order : (left->order < right->order ? -1 : 1);
}

/* Sort an object's members and drop those that later ones replace. */
static uint32
sort_members(Element *elements, uint32 count)
{
	uint32		kept = 0;

	if (count > FEW_MEMBERS)
		qsort(elements, count, sizeof(Element), compare_members);
	else
	{
		for (uint32 i = 1; i < count; i++)
		{
			Element		element = elements[i];
			uint32		j = i;

			for (; j > 0 && compare_keys(&elements[j - 1], &element) > 0; j--)
				elements[j] = elements[j - 1];
			elements[j] = element;
		}
	}
	for (uint32 i = 0; i < count; i++)
	{
		if (i + 1 < count && compare_keys(&elements[i], &elements[i + 1]) == 0)
			continue;
		if (kept != i)
			elements[kept] = elements[i];
		kept++;
	}
	return kept;
}

/* Where a container is written. */
typedef struct Writer
{
	JEntry	   *entry;			/* the next */
	uint32		entries;		/* written */
	char	   *data;			/* begins behind the entries */
	uint32		length;			/* of the data so far */
} Writer;

static void
write_element(Writer *writer, JEntry type, const char *data, uint32 length)
{
	uint32		padding = 0;

	/* the entries before the data are a multiple of four as well */
	if (type == JENTRY_ISNUMERIC || type == JENTRY_ISCONTAINER)
		padding = INTALIGN(writer->length) - writer->length;
	memset(writer->data + writer->length, 0, padding);
	if (length > 0)
		memcpy(writer->data + writer->length + padding, data, length);
	writer->length += padding + length;
	*writer->entry++ = writer->entries++ % JB_OFFSET_STRIDE == 0 ?
		type | JENTRY_HAS_OFF | writer->length : type | (padding + length);
}

/*
 * Make the elements from first on a container, and take them off.  before is room
 * for a header of the caller's, in the same piece of memory.
 */
static void
end_container(Reader *reader, uint32 first, bool object, Size before, Element *result)
{
	Element	   *elements = reader->elements + first;
	uint32		count = reader->nelements - first;
	uint32		entries;
	Size		size;
	char	   *start;
	Writer		writer = {0};

	reader->nelements = first;
	if (object)
		count = sort_members(elements, count);
	entries = object ? count * 2 : count;
	size = sizeof(uint32) + (Size) entries * sizeof(JEntry);
	for (uint32 i = 0; i < count; i++)
		size += (Size) elements[i].length + (object ? elements[i].key_length : 0) + sizeof(uint32) - 1;
	if (size > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("document is too large for jsonb")));
	start = palloc(before + size);
	*(uint32 *) (start + before) = count | (object ? JB_FOBJECT : JB_FARRAY);
	writer.entry = (JEntry *) (start + before + sizeof(uint32));
	writer.data = start + before + sizeof(uint32) + (Size) entries * sizeof(JEntry);
	for (uint32 i = 0; object && i < count; i++)
		write_element(&writer, JENTRY_ISSTRING, elements[i].key, elements[i].key_length);
	for (uint32 i = 0; i < count; i++)
		write_element(&writer, elements[i].type, elements[i].data, elements[i].length);
	result->type = JENTRY_ISCONTAINER;
	result->data = start;
	result->length = (uint32) (writer.data + writer.length - start);
}

static void
read_container(Reader *reader, Size before, Element *result)
{
	uint32		first = reader->nelements;
	bool		object = *reader->at == '{';
	char		end = object ? '}' : ']';

	reader->at++;
	if (peek(reader) == end)
		reader->at++;
	else
	{
		do
		{
			Element		element = {.order = reader->nelements - first};

			if (object)
			{
				read_string(reader, &element.key, &element.key_length);
				expect(reader, ':');
			}
			read_value(reader, &element);
			push_element(reader, &element);
		} while (another(reader, end));
	}
	end_container(reader, first, object, before, result);
}

static void
read_value(Reader *reader, Element *element)
{
	check_stack_depth();
	switch (peek(reader))
	{
		case '{':
		case '[':
			read_container(reader, 0, element);
			break;
		case '"':
			element->type = JENTRY_ISSTRING;
			read_string(reader, &element->data, &element->length);
			break;
		case 't':
		case 'f':
		case 'n':
			read_word(reader, element);
			break;
		default:
			read_number(reader, element);
			break;
	}
}

/* An object's or array's text as jsonb. */
Datum
ingest_jsonb(const char *text, Size length)
{
	Reader		reader = {.at = text, .end = text + length};
	char		c = peek(&reader);
	Element		root;

	if (c != '{' && c != '[')
		malformed();
	read_container(&reader, VARHDRSZ, &root);
	skip_blanks(&reader);
	if (reader.at != reader.end)
		malformed();
	SET_VARSIZE(root.data, root.length);
	return PointerGetDatum(root.data);
}
