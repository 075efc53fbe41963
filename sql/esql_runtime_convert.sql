/*
 * esql_runtime_convert.sql
 *
 * What ES|QL means by conversions from one type to another.  None of these functions raises an
 * error on any value: what cannot be converted is null.
 */

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_text_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(text) IS
    'ES|QL: text to integer, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a bigint)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_long_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(bigint) IS
    'ES|QL: long to integer, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a double precision)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_double_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(double precision) IS
    'ES|QL: double to integer, rounded half up, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a boolean)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_boolean_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(boolean) IS
    'ES|QL: boolean to integer, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a timestamptz)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_date_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(timestamptz) IS
    'ES|QL: milliseconds since 1970 as integer, null when they do not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_text_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(text) IS
    'ES|QL: text to long, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a double precision)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_double_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(double precision) IS
    'ES|QL: double to long, rounded half up, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a boolean)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_boolean_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(boolean) IS
    'ES|QL: boolean to long, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a timestamptz)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_date_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(timestamptz) IS
    'ES|QL: milliseconds since 1970, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a integer)
    RETURNS bigint
    AS 'int48'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(integer) IS
    'ES|QL: integer to long';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_text_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(text) IS
    'ES|QL: text to double, null when unreadable or not finite';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a boolean)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_boolean_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(boolean) IS
    'ES|QL: boolean to double, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a timestamptz)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_date_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(timestamptz) IS
    'ES|QL: milliseconds since 1970 as double, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a integer)
    RETURNS double precision
    AS 'i4tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(integer) IS
    'ES|QL: integer to double';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a bigint)
    RETURNS double precision
    AS 'i8tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(bigint) IS
    'ES|QL: long to double';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_text_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(text) IS
    'ES|QL: whether the text is true, in any letter case';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a double precision)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_double_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(double precision) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a bigint)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_long_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(bigint) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a integer)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_integer_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(integer) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_text_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(text) IS
    'ES|QL: ISO 8601 text to date, null when unreadable or out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a bigint)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_long_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(bigint) IS
    'ES|QL: milliseconds since 1970 to date, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a integer)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_integer_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(integer) IS
    'ES|QL: milliseconds since 1970 to date';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a double precision)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_double_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(double precision) IS
    'ES|QL: milliseconds since 1970 to date, rounded half up, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_ip(a text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_text_to_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_ip(text) IS
    'ES|QL: text to address, null when it is none; a netmask is not allowed';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a integer)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_integer_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(integer) IS
    'ES|QL: integer to text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a bigint)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_long_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(bigint) IS
    'ES|QL: long to text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a double precision)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_double_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(double precision) IS
    'ES|QL: double to text as Java prints it, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a boolean)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_boolean_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(boolean) IS
    'ES|QL: true or false as text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a timestamptz)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_date_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(timestamptz) IS
    'ES|QL: date to ISO 8601 text in UTC with milliseconds, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a inet)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_ip_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(inet) IS
    'ES|QL: address to canonical text, without netmask';
