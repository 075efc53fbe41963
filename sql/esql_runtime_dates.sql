/*
 * esql_runtime_dates.sql
 *
 * Dates of ES|QL by patterns. None of these functions raises on data.
 */

CREATE FUNCTION transfer_detect_internal.esql_date_format(pattern text, date timestamptz)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_date_format'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_format(text, timestamptz) IS
    'ES|QL: a date in UTC by a pattern of java.time, in English, null for a pattern that cannot be read';

CREATE FUNCTION transfer_detect_internal.esql_date_parse(pattern text, date text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_parse'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_parse(text, text) IS
    'ES|QL: the date of a text by a pattern of java.time, null if it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_date_parse(pattern text, date text, zone text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_parse_zone'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_parse(text, text, text) IS
    'ES|QL: the date of a text by a pattern of java.time, in that zone unless it names its own, null if it does not fit';
