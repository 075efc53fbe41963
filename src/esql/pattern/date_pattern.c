/*
 * date_pattern.c
 *		Reading a pattern of DATE_FORMAT or DATE_PARSE.
 *
 * Numbers that stand side by side, as in yyyyMMdd, share their digits as in
 * java.time: the first takes what the numbers of fixed width behind it leave.
 */
#include "esql/pattern/date_pattern.h"

#include <string.h>

#include "text/error.h"
#include "text/utf8.h"

const char *const td_month_names[12] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
	"December"
};

const char *const td_day_names[7] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
};

/* What a letter stands for. */
typedef struct Letter
{
	char		letter;
	TdDateField field;
	int			most;			/* as many of it at most */
	bool		text;			/* three and more of it are a name */
} Letter;

static const Letter letters[] = {
	{'G', TD_DATE_ERA, 5, true},
	{'y', TD_DATE_YEAR_OF_ERA, 10, false},
	{'u', TD_DATE_YEAR, 10, false},
	{'Q', TD_DATE_QUARTER, 5, true},
	{'q', TD_DATE_QUARTER, 5, true},
	{'M', TD_DATE_MONTH, 5, true},
	{'L', TD_DATE_MONTH, 5, true},
	{'D', TD_DATE_DAY_OF_YEAR, 3, false},
	{'d', TD_DATE_DAY, 2, false},
	{'E', TD_DATE_DAY_OF_WEEK, 5, true},
	{'a', TD_DATE_AMPM, 1, true},
	{'H', TD_DATE_HOUR, 2, false},
	{'k', TD_DATE_CLOCK_HOUR, 2, false},
	{'K', TD_DATE_HOUR_OF_AMPM, 2, false},
	{'h', TD_DATE_CLOCK_HOUR_OF_AMPM, 2, false},
	{'m', TD_DATE_MINUTE, 2, false},
	{'s', TD_DATE_SECOND, 2, false},
	{'S', TD_DATE_NANO, 9, false},
	{'A', TD_DATE_MILLI_OF_DAY, 19, false},
	{'n', TD_DATE_NANO, 19, false},
	{'N', TD_DATE_NANO_OF_DAY, 19, false},
	{'g', TD_DATE_JULIAN_DAY, 19, false},
	{'X', TD_DATE_OFFSET, 5, false},
	{'x', TD_DATE_OFFSET, 5, false},
	{'Z', TD_DATE_OFFSET, 5, false},
	{'z', TD_DATE_OFFSET, 4, false},
	{'O', TD_DATE_OFFSET, 4, false},
	{'V', TD_DATE_OFFSET, 2, false},
	{'v', TD_DATE_OFFSET, 4, false}
};

#define LETTERS	(sizeof(letters) / sizeof(letters[0]))

/* The first words of the names that Elasticsearch gives formats. */
static const char *const named[] = {
	"basic_", "date_", "epoch_", "hour_", "iso8601", "ordinal_", "rfc3339_", "strict_", "t_time", "time_", "week_",
	"weekyear", "year_month", "date", "time", "hour", "year"
};

typedef struct Reader
{
	EsqlContext *context;
	const char *function;
	EsqlSpan	span;
	const char *text;
	size_t		length;
	size_t		at;
	bool		scanning;
	TdDatePattern *pattern;
	int			number;			/* the item that numbers of fixed width add to, or -1 */
} Reader;

static bool
fail(Reader *r, EsqlErrorClass class, size_t at, const char *what)
{
	unsigned	character = 1;

	for (size_t i = 0; i < at; i++)
		character += !td_utf8_continues(r->text[i]);
	esql_set_error(r->context, class, r->span,
				   class == ESQL_ERROR_UNSUPPORTED ? "Letters of java.time's patterns such as yyyy, MM, dd, HH, mm, ss and SSS are supported." : NULL,
				   "%s, character %u of the pattern: %s", r->function, character, what);
	return false;
}

static bool
fail_letter(Reader *r, size_t at, char letter, const char *what)
{
	char		message[100] = "the letter \"?\" ";

	message[12] = letter;
	strncat(message, what, sizeof(message) - strlen(message) - 1);
	return fail(r, ESQL_ERROR_UNSUPPORTED, at, message);
}

/* The next item, cleared. */
static TdDateItem *
add(Reader *r, TdDateItemKind kind)
{
	TdDateItem *item = &r->pattern->items[r->pattern->count++];

	memset(item, 0, sizeof(TdDateItem));
	item->kind = kind;
	return item;
}

static void
add_literal(Reader *r, const char *data, size_t length)
{
	TdDateItem *item = add(r, TD_DATE_LITERAL);

	item->literal.data = (char *) data;
	item->literal.length = (uint32_t) length;
	r->number = -1;
}

/* A number: does it share digits with the one before it? */
static void
add_number(Reader *r, TdDateItemKind kind, TdDateField field, int least, int most, TdDateSign sign)
{
	TdDateItem *item = add(r, kind);

	item->field = field;
	item->least = least;
	item->most = most;
	item->sign = sign;
	if (r->number >= 0 && least == most && sign == TD_DATE_NO_SIGN)
		r->pattern->items[r->number].following += most;
	else
	{
		if (r->number >= 0)		/* java.time forgets about the others then */
			r->pattern->items[r->number].following = 0;
		r->number = (int) r->pattern->count - 1;
	}
}

static void
add_text(Reader *r, TdDateField field, TdDateStyle style)
{
	TdDateItem *item = add(r, TD_DATE_TEXT);

	item->field = field;
	item->style = style;
	r->number = -1;
}

/* An offset as numbers. */
static void
add_offset(Reader *r, char letter, int count)
{
	TdDateItem *item = add(r, TD_DATE_ZONE);
	int			form = letter != 'Z' ? count : count == 5 ? 5 : 2;

	item->field = TD_DATE_OFFSET;
	item->colon = form == 3 || form == 5;
	item->minutes = form == 1 ? TD_DATE_IF_NOT_ZERO : TD_DATE_ALWAYS;
	item->seconds = form >= 4 ? TD_DATE_IF_NOT_ZERO : TD_DATE_NEVER;
	item->zero = letter == 'X' || (letter == 'Z' && count == 5) ? "Z" :
		form == 1 ? "+00" : item->colon ? "+00:00" : "+0000";
	r->number = -1;
}

/* A zone by name, of which there is UTC only. */
static bool
add_zone_name(Reader *r, size_t at, char letter, int count)
{
	TdDateItem *item;

	if (r->scanning)
		return fail_letter(r, at, letter, count > 1 ? "in that number is supported by DATE_FORMAT only" : "is supported by DATE_FORMAT only");
	if ((letter == 'V' && count != 2) || ((letter == 'O' || letter == 'v') && count != 1 && count != 4))
		return fail_letter(r, at, letter, "cannot stand so often");
	item = add(r, TD_DATE_ZONE_NAME);
	item->literal.data = letter == 'O' || letter == 'Z' ? (char *) "GMT" : (char *) "Z";
	item->literal.length = (uint32_t) strlen(item->literal.data);
	r->number = -1;
	return true;
}

static void
add_year(Reader *r, TdDateField field, int count)
{
	if (count == 2)
		add_number(r, TD_DATE_REDUCED, field, 2, 2, TD_DATE_NO_SIGN);
	else
		add_number(r, TD_DATE_NUMBER, field, count, 19,
				   count < 4 ? TD_DATE_MINUS : TD_DATE_PLUS_IF_LONG);
}

/* A letter, so many times. */
static bool
add_letter(Reader *r, size_t at, char letter, int count)
{
	const Letter *known = NULL;

	for (size_t i = 0; i < LETTERS && known == NULL; i++)
	{
		if (letters[i].letter == letter)
			known = &letters[i];
	}
	if (known == NULL)
		return fail_letter(r, at, letter, strchr("YwWeFcBp", letter) != NULL ? "is not supported" : "has no meaning");
	if (count > known->most)
		return fail_letter(r, at, letter, "cannot stand so often");
	if (known->field == TD_DATE_OFFSET)
	{
		if (strchr("zOVv", letter) != NULL || (letter == 'Z' && count == 4))
			return add_zone_name(r, at, letter, count);
		add_offset(r, letter, count);
		return true;
	}
	if (r->scanning && (known->field == TD_DATE_QUARTER || known->field == TD_DATE_JULIAN_DAY))
		return fail_letter(r, at, letter, "is supported by DATE_FORMAT only");
	if (r->scanning && known->text && count == 5)
		return fail_letter(r, at, letter, "is supported five times by DATE_FORMAT only");
	if (known->field == TD_DATE_YEAR_OF_ERA || known->field == TD_DATE_YEAR)
		add_year(r, known->field, count);
	else if (letter == 'S')
		add_number(r, TD_DATE_FRACTION, known->field, count, count, TD_DATE_NO_SIGN);
	else if (known->most == 19)
		add_number(r, TD_DATE_NUMBER, known->field, count, 19, letter == 'g' ? TD_DATE_MINUS : TD_DATE_NO_SIGN);
	else if (known->text && (count > 2 || strchr("GEa", letter) != NULL))
		add_text(r, known->field, count == 4 ? TD_DATE_FULL : count == 5 ? TD_DATE_NARROW : TD_DATE_SHORT);
	else if (count == 1)
		add_number(r, TD_DATE_NUMBER, known->field, 1, 19, TD_DATE_MINUS);
	else
		add_number(r, TD_DATE_NUMBER, known->field, count, letter == 'D' ? 3 : count, TD_DATE_NO_SIGN);
	return true;
}

/* Text in quotes; two quotes are one. */
static bool
quoted(Reader *r)
{
	size_t		start = r->at++;
	char	   *to = r->context->alloc(r->context->alloc_arg, r->length - start);
	size_t		length = 0;

	if (to == NULL)
	{
		esql_set_error(r->context, ESQL_ERROR_MEMORY, r->span, NULL, "out of memory");
		return false;
	}
	for (;; r->at++)
	{
		if (r->at >= r->length)
			return fail(r, ESQL_ERROR_VALUE, start, "the quote has no end");
		if (r->text[r->at] == '\'')
		{
			if (r->at + 1 >= r->length || r->text[r->at + 1] != '\'')
				break;
			r->at++;
		}
		to[length++] = r->text[r->at];
	}
	r->at++;
	if (length == 0)
		to[length++] = '\'';
	add_literal(r, to, length);
	return true;
}

/* Items up to the end, or to the bracket that ends an optional part. */
static bool
items(Reader *r, int depth)
{
	while (r->at < r->length && r->text[r->at] != ']')
	{
		size_t		at = r->at;
		char		c = r->text[at];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		{
			while (r->at < r->length && r->text[r->at] == c)
				r->at++;
			if (!add_letter(r, at, c, r->at - at > 100 ? 100 : (int) (r->at - at)))
				return false;
		}
		else if (c == '\'')
		{
			if (!quoted(r))
				return false;
		}
		else if (c == '[')
		{
			uint32_t	item = r->pattern->count;

			if (depth >= ESQL_MAX_DEPTH)
				return fail(r, ESQL_ERROR_LIMIT, at, "brackets are nested too deeply");
			(void) add(r, TD_DATE_OPTIONAL);
			r->at++;
			r->number = -1;
			if (!items(r, depth + 1))
				return false;
			r->at++;			/* the bracket; at the end of the pattern it may be missing */
			r->number = -1;
			r->pattern->items[item].end = r->pattern->count;
		}
		else if (c == '{' || c == '}' || c == '#')
			return fail(r, ESQL_ERROR_VALUE, at, "braces and # must stand in quotes");
		else if (c == '|' && at + 1 < r->length && r->text[at + 1] == '|')
			return fail(r, ESQL_ERROR_UNSUPPORTED, at, "several formats are not supported");
		else
		{
			do
				r->at++;
			while (r->at < r->length && td_utf8_continues(r->text[r->at]));
			add_literal(r, r->text + at, r->at - at);
		}
	}
	if (r->at < r->length && depth == 0)
		return fail(r, ESQL_ERROR_VALUE, r->at, "the bracket has no beginning");
	return true;
}

/* Is it a format that Elasticsearch knows by a name? */
static bool
is_named(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
	{
		size_t		size = strlen(named[i]);
		bool		prefix = strchr(named[i], '_') != NULL || size > 4;

		if (length >= size && memcmp(text, named[i], size) == 0 && (prefix || length == size))
			return true;
	}
	return false;
}

/*
 * The items of a pattern; it has to stay as long as they are used.  Blanks at
 * both ends do not count.  On failure the context has an error at span.
 */
bool
td_date_read_pattern(EsqlContext *context, const char *function, EsqlString pattern, EsqlSpan span,
					 bool scanning, TdDatePattern *result)
{
	Reader		r = {context, function, span, pattern.data, pattern.length, 0, scanning, result, -1};

	while (r.length > 0 && (unsigned char) r.text[0] <= ' ')
		r.text++, r.length--;
	while (r.length > 0 && (unsigned char) r.text[r.length - 1] <= ' ')
		r.length--;
	result->count = 0;
	if (r.length == 0)
		return fail(&r, ESQL_ERROR_VALUE, 0, "it is empty");
	if (r.length > TD_DATE_PATTERN_MAX)
		return fail(&r, ESQL_ERROR_LIMIT, 0, "it is too long");
	if (is_named(r.text, r.length))
		return fail(&r, ESQL_ERROR_UNSUPPORTED, 0, "formats by name are not supported");
	result->items = context->alloc(context->alloc_arg, r.length * sizeof(TdDateItem));
	if (result->items == NULL)
	{
		esql_set_error(context, ESQL_ERROR_MEMORY, span, NULL, "out of memory");
		return false;
	}
	return items(&r, 0);
}
