/*
 * like.c
 *		LIKE: ES|QL's * and ? as SQL's % and _.
 *
 * Both match the whole string, both count characters.  A backslash may stand
 * before *, ? and itself only; SQL's own wildcards are ordinary characters
 * here and come out escaped.
 */
#include "esql/pattern/pattern.h"
#include "text/buffer.h"
#include "text/error.h"

/*
 * Is this byte of the pattern a wildcard?  Escaped ones are passed over by the
 * callers.
 */
static bool
is_wildcard(char c)
{
	return c == '*' || c == '?';
}

/*
 * What kind of pattern it is.  False, with *at where, on a wrong escape.
 */
static bool
look_at_shape(EsqlString pattern, EsqlLikeShape *shape, uint32_t *at)
{
	bool		wildcard = false;
	bool		other = false;

	for (uint32_t i = 0; i < pattern.length; i++)
	{
		char		c = pattern.data[i];

		if (c == '\\')
		{
			*at = i;
			if (++i == pattern.length || (!is_wildcard(pattern.data[i]) && pattern.data[i] != '\\'))
				return false;
			other = true;
		}
		else
		{
			wildcard = wildcard || is_wildcard(c);
			other = other || c != '*';
		}
	}
	*shape = !wildcard ? ESQL_LIKE_EQUAL : other ? ESQL_LIKE_PATTERN : ESQL_LIKE_ANYTHING;
	return true;
}

/*
 * Translate a LIKE pattern; see pattern.h.
 */
bool
esql_like_to_sql(EsqlContext *context, EsqlString pattern, EsqlSpan span,
				 EsqlLikeShape *shape, EsqlString *result)
{
	EsqlBuffer	out;
	uint32_t	at = 0;
	bool		star = false;

	if (!look_at_shape(pattern, shape, &at))
	{
		esql_set_error(context, ESQL_ERROR_VALUE, span,
					   "In a string in double quotes a backslash is itself written \\\\.",
					   "invalid pattern for LIKE: the backslash at byte %u stands before none of "
					   "*, ? and \\",
					   (unsigned) at + 1);
		return false;
	}
	esql_buffer_init(&out, context);
	for (uint32_t i = 0; i < pattern.length; i++)
	{
		char		c = pattern.data[i];

		if (is_wildcard(c))
		{
			/* one % says as much as many, and is matched faster */
			if (c == '?' || !star)
				esql_append_char(&out, c == '*' ? '%' : '_');
			star = c == '*';
			continue;
		}
		star = false;
		if (c == '\\')
			c = pattern.data[++i];
		if (*shape != ESQL_LIKE_EQUAL && (c == '%' || c == '_' || c == '\\'))
			esql_append_char(&out, '\\');
		esql_append_char(&out, c);
	}
	return esql_buffer_finish(&out, result);
}
