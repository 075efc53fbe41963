/*
 * string_code.c
 *		ES|QL's functions that turn text into other bytes and back: URLs,
 *		base64, hashes.
 *
 * They work on the bytes of the text.  In a UTF-8 database the bytes, and so the
 * results, are Elasticsearch's.  In another database they are the bytes of its
 * encoding.
 *
 * Decoded bytes need not be text.  URL_DECODE does as Java: each ill-formed
 * sequence becomes U+FFFD, and so does the byte 0, which PostgreSQL's text
 * cannot hold, so that "%00" in a request does not hide the rest of it.
 * FROM_BASE64 gives NULL if the result is no text.  Both give NULL for input
 * that is not encoded correctly.
 */
#include "compat.h"

#include "common/cryptohash.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "text/hex.h"

PG_FUNCTION_INFO_V1(esql_url_encode);
PG_FUNCTION_INFO_V1(esql_url_encode_component);
PG_FUNCTION_INFO_V1(esql_url_decode);
PG_FUNCTION_INFO_V1(esql_to_base64);
PG_FUNCTION_INFO_V1(esql_from_base64);
PG_FUNCTION_INFO_V1(esql_hash);

static const char base64_digits[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* U+FFFD, which stands for what cannot be read. */
static const char replacement_character[] = "\xef\xbf\xbd";

#define REPLACEMENT_LENGTH	3

/*
 * Is this an ASCII letter or digit?
 */
static bool
is_alphanumeric(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9');
}

/*
 * The first argument with all bytes but letters, digits and . - * _ as
 * %XX; a blank as the given text.  NULL if that is too long for a text.
 */
static Datum
url_encoded(FunctionCallInfo fcinfo, const char *blank)
{
	static const char hex[] = "0123456789ABCDEF";
	text	   *argument = PG_GETARG_TEXT_PP(0);
	const unsigned char *from = (const unsigned char *) VARDATA_ANY(argument);
	Size		length = VARSIZE_ANY_EXHDR(argument);
	text	   *result;
	char	   *to;

	if (!AllocSizeIsValid(VARHDRSZ + length * 3))
	{
		PG_FREE_IF_COPY(argument, 0);
		PG_RETURN_NULL();
	}
	result = (text *) palloc(VARHDRSZ + length * 3);
	to = VARDATA(result);
	for (Size i = 0; i < length; i++)
	{
		unsigned char c = from[i];

		if (is_alphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_')
			*to++ = c;
		else if (c == ' ')
		{
			memcpy(to, blank, strlen(blank));
			to += strlen(blank);
		}
		else
		{
			*to++ = '%';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 0xf];
		}
	}
	SET_VARSIZE(result, to - (char *) result);
	PG_FREE_IF_COPY(argument, 0);
	PG_RETURN_TEXT_P(result);
}

/*
 * esql_url_encode, esql_url_encode_component
 *		URL_ENCODE, which writes a blank as +, and URL_ENCODE_COMPONENT.
 */
Datum
esql_url_encode(PG_FUNCTION_ARGS)
{
	return url_encoded(fcinfo, "+");
}

Datum
esql_url_encode_component(PG_FUNCTION_ARGS)
{
	return url_encoded(fcinfo, "%20");
}

/*
 * Decode length bytes to `to`, which has room for as many; how many came
 * out, or -1 if a % is not followed by two digits.
 */
static int
url_decode_bytes(const char *from, int length, char *to)
{
	char	   *start = to;

	for (int i = 0; i < length; i++)
	{
		if (from[i] == '+')
			*to++ = ' ';
		else if (from[i] != '%')
			*to++ = from[i];
		else
		{
			int			high = i + 1 < length ? td_hex_digit((unsigned char) from[i + 1]) : -1;
			int			low = i + 2 < length ? td_hex_digit((unsigned char) from[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			*to++ = (char) (high << 4 | low);
			i += 2;
		}
	}
	return (int) (to - start);
}

/*
 * How many bytes at p, at least one, are a UTF-8 character or begin one;
 * *whole says which.
 */
static int
utf8_prefix(const unsigned char *p, const unsigned char *end, bool *whole)
{
	int			needed;
	int			length = 1;

	if (*p < 0x80)
		needed = 1;
	else if (*p >= 0xc2 && *p <= 0xdf)
		needed = 2;
	else if (*p >= 0xe0 && *p <= 0xef)
		needed = 3;
	else if (*p >= 0xf0 && *p <= 0xf4)
		needed = 4;
	else
	{
		*whole = false;
		return 1;
	}
	while (length < needed && p + length < end)
	{
		unsigned char c = p[length];
		unsigned char least = 0x80;
		unsigned char most = 0xbf;

		/* No overlong form, no surrogate, nothing beyond U+10FFFF. */
		if (length == 1 && *p == 0xe0)
			least = 0xa0;
		else if (length == 1 && *p == 0xed)
			most = 0x9f;
		else if (length == 1 && *p == 0xf0)
			least = 0x90;
		else if (length == 1 && *p == 0xf4)
			most = 0x8f;
		if (c < least || c > most)
			break;
		length++;
	}
	*whole = length == needed;
	return length;
}

/*
 * Any bytes as a new text, ill-formed sequences and bytes 0 replaced;
 * NULL if that is too long for a text.
 */
static text *
repaired_utf8(const char *bytes, int length)
{
	const unsigned char *p = (const unsigned char *) bytes;
	const unsigned char *end = p + length;
	text	   *result;
	char	   *to;

	if (!AllocSizeIsValid(VARHDRSZ + (Size) length * REPLACEMENT_LENGTH))
		return NULL;
	result = (text *) palloc(VARHDRSZ + (Size) length * REPLACEMENT_LENGTH);
	to = VARDATA(result);
	while (p < end)
	{
		bool		whole;
		int			taken = utf8_prefix(p, end, &whole);

		if (whole && *p != '\0')
		{
			memcpy(to, p, taken);
			to += taken;
		}
		else
		{
			memcpy(to, replacement_character, REPLACEMENT_LENGTH);
			to += REPLACEMENT_LENGTH;
		}
		p += taken;
	}
	SET_VARSIZE(result, to - (char *) result);
	return result;
}

/*
 * Bytes as a new text if they are one in the database's encoding, else
 * NULL.
 */
static text *
checked_text(const char *bytes, int length)
{
	if (memchr(bytes, '\0', length) != NULL ||
		!pg_verify_mbstr(GetDatabaseEncoding(), bytes, length, true))
		return NULL;
	return cstring_to_text_with_len(bytes, length);
}

/*
 * URL_DECODE.
 */
Datum
esql_url_decode(PG_FUNCTION_ARGS)
{
	text	   *argument = PG_GETARG_TEXT_PP(0);
	int			length = VARSIZE_ANY_EXHDR(argument);
	char	   *bytes = (char *) palloc(length + 1);
	text	   *result = NULL;
	int			decoded = url_decode_bytes(VARDATA_ANY(argument), length,
										   bytes);

	if (decoded >= 0)
	{
		result = checked_text(bytes, decoded);
		if (result == NULL && GetDatabaseEncoding() == PG_UTF8)
			result = repaired_utf8(bytes, decoded);
	}
	pfree(bytes);
	PG_FREE_IF_COPY(argument, 0);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/*
 * TO_BASE64: RFC 4648, padded, without line breaks.
 */
Datum
esql_to_base64(PG_FUNCTION_ARGS)
{
	text	   *argument = PG_GETARG_TEXT_PP(0);
	const unsigned char *from = (const unsigned char *) VARDATA_ANY(argument);
	Size		length = VARSIZE_ANY_EXHDR(argument);
	Size		size = VARHDRSZ + (length + 2) / 3 * 4;
	text	   *result;
	char	   *to;

	if (!AllocSizeIsValid(size))
	{
		PG_FREE_IF_COPY(argument, 0);
		PG_RETURN_NULL();
	}
	result = (text *) palloc(size);
	SET_VARSIZE(result, size);
	to = VARDATA(result);
	for (Size i = 0; i < length; i += 3)
	{
		Size		left = length - i;
		uint32		bits = (uint32) from[i] << 16 |
		(left > 1 ? (uint32) from[i + 1] << 8 : 0) |
		(left > 2 ? (uint32) from[i + 2] : 0);

		*to++ = base64_digits[bits >> 18 & 63];
		*to++ = base64_digits[bits >> 12 & 63];
		*to++ = left > 1 ? base64_digits[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? base64_digits[bits & 63] : '=';
	}
	PG_FREE_IF_COPY(argument, 0);
	PG_RETURN_TEXT_P(result);
}

/*
 * Decode length bytes to `to`, which has room for as many; how many came out,
 * or -1 if they are not base64.  Works as Java's basic decoder: padding may be
 * missing but must not be wrong, and blanks are not allowed.
 */
static int
base64_decode_bytes(const char *from, int length, char *to)
{
	char	   *start = to;
	uint32		bits = 0;
	int			digits = length;

	/* Padding fills up the last four digits, and may stand nowhere else. */
	if (length > 0 && length % 4 == 0)
	{
		if (from[length - 1] == '=')
			digits--;
		if (digits < length && from[length - 2] == '=')
			digits--;
	}
	if (digits % 4 == 1)
		return -1;
	for (int i = 0; i < digits; i++)
	{
		const char *digit = from[i] == '\0' ? NULL :
		strchr(base64_digits, from[i]);

		if (digit == NULL)
			return -1;
		bits = bits << 6 | (uint32) (digit - base64_digits);
		if (i % 4 == 3)
		{
			*to++ = (char) (bits >> 16);
			*to++ = (char) (bits >> 8);
			*to++ = (char) bits;
			bits = 0;
		}
	}
	if (digits % 4 == 2)
		*to++ = (char) (bits >> 4);
	else if (digits % 4 == 3)
	{
		*to++ = (char) (bits >> 10);
		*to++ = (char) (bits >> 2);
	}
	return (int) (to - start);
}

/*
 * FROM_BASE64.
 */
Datum
esql_from_base64(PG_FUNCTION_ARGS)
{
	text	   *argument = PG_GETARG_TEXT_PP(0);
	int			length = VARSIZE_ANY_EXHDR(argument);
	char	   *bytes = (char *) palloc(length + 1);
	int			decoded = base64_decode_bytes(VARDATA_ANY(argument), length,
											  bytes);
	text	   *result = decoded < 0 ? NULL : checked_text(bytes, decoded);

	pfree(bytes);
	PG_FREE_IF_COPY(argument, 0);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/*
 * Bytes as a new text of lower case hexadecimal digits.
 */
static text *
to_hex(const char *bytes, int length)
{
	text	   *result = (text *) palloc(VARHDRSZ + length * 2);

	SET_VARSIZE(result, VARHDRSZ + length * 2);
	hex_encode(bytes, length, VARDATA(result));
	return result;
}

/*
 * A hash by one of PostgreSQL's functions of bytea, in hexadecimal.  Text
 * and bytea are the same bytes.
 */
static text *
hash_by_function(PGFunction function, Datum input)
{
	bytea	   *hash = DatumGetByteaPP(DirectFunctionCall1(function, input));
	text	   *result = to_hex(VARDATA_ANY(hash), VARSIZE_ANY_EXHDR(hash));

	pfree(hash);
	return result;
}

/*
 * SHA-1, for which PostgreSQL has no SQL function of its own; NULL where
 * the server's library refuses it.
 */
static text *
sha1_hash(Datum input)
{
	text	   *result = NULL;
	text	   *bytes = DatumGetTextPP(input);
	uint8		hash[20];
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA1);

	if (context == NULL)
		return NULL;
	if (pg_cryptohash_init(context) == 0 &&
		pg_cryptohash_update(context, (const uint8 *) VARDATA_ANY(bytes),
							 VARSIZE_ANY_EXHDR(bytes)) == 0 &&
		pg_cryptohash_final(context, hash, sizeof(hash)) == 0)
		result = to_hex((const char *) hash, sizeof(hash));
	pg_cryptohash_free(context);
	if ((Pointer) bytes != DatumGetPointer(input))
		pfree(bytes);
	return result;
}

/*
 * Is this the algorithm's name?  Case and dashes do not matter.
 */
static bool
is_algorithm(const text *given, const char *name)
{
	const char *p = VARDATA_ANY(given);
	const char *end = p + VARSIZE_ANY_EXHDR(given);

	for (; p < end; p++)
	{
		if (*p == '-')
			continue;
		if (*name == '\0' || pg_ascii_tolower((unsigned char) *p) != *name++)
			return false;
	}
	return *name == '\0';
}

/*
 * HASH(algorithm, text), in hexadecimal; NULL for an algorithm that is
 * not known.
 */
Datum
esql_hash(PG_FUNCTION_ARGS)
{
	text	   *algorithm = PG_GETARG_TEXT_PP(0);
	Datum		input = PG_GETARG_DATUM(1);
	text	   *result = NULL;

	if (is_algorithm(algorithm, "md5"))
		result = DatumGetTextP(DirectFunctionCall1(md5_text, input));
	else if (is_algorithm(algorithm, "sha") || is_algorithm(algorithm, "sha1"))
		result = sha1_hash(input);
	else if (is_algorithm(algorithm, "sha224"))
		result = hash_by_function(sha224_bytea, input);
	else if (is_algorithm(algorithm, "sha256"))
		result = hash_by_function(sha256_bytea, input);
	else if (is_algorithm(algorithm, "sha384"))
		result = hash_by_function(sha384_bytea, input);
	else if (is_algorithm(algorithm, "sha512"))
		result = hash_by_function(sha512_bytea, input);

	PG_FREE_IF_COPY(algorithm, 0);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}
