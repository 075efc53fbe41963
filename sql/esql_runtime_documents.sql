/*
 * esql_runtime_documents.sql
 *
 * Fields of documents, as ES|QL reads them, and what it makes of their points of the earth.
 */

CREATE FUNCTION transfer_detect_internal.esql_document_keyword(document jsonb, path text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_document_keyword'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword(jsonb, text) IS
    'ES|QL: distinct keywords by bytes of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_keyword_single(document jsonb, path text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_keyword_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword_single(jsonb, text) IS
    'ES|QL: the keyword of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_long(document jsonb, path text)
    RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'esql_document_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long(jsonb, text) IS
    'ES|QL: longs of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_long_single(document jsonb, path text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_document_long_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long_single(jsonb, text) IS
    'ES|QL: the long of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_integer(document jsonb, path text)
    RETURNS integer[]
    AS 'MODULE_PATHNAME', 'esql_document_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer(jsonb, text) IS
    'ES|QL: integers of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_integer_single(document jsonb, path text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_document_integer_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer_single(jsonb, text) IS
    'ES|QL: the integer of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_double(document jsonb, path text)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_document_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double(jsonb, text) IS
    'ES|QL: doubles of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_double_single(document jsonb, path text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_document_double_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double_single(jsonb, text) IS
    'ES|QL: the double of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean(document jsonb, path text)
    RETURNS boolean[]
    AS 'MODULE_PATHNAME', 'esql_document_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean(jsonb, text) IS
    'ES|QL: booleans of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean_single(document jsonb, path text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_boolean_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean_single(jsonb, text) IS
    'ES|QL: the boolean of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_ip(document jsonb, path text)
    RETURNS inet[]
    AS 'MODULE_PATHNAME', 'esql_document_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip(jsonb, text) IS
    'ES|QL: distinct addresses of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_ip_single(document jsonb, path text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_document_ip_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip_single(jsonb, text) IS
    'ES|QL: the address of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_date(document jsonb, path text)
    RETURNS timestamptz[]
    AS 'MODULE_PATHNAME', 'esql_document_date'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date(jsonb, text) IS
    'ES|QL: dates of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_date_single(document jsonb, path text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_document_date_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date_single(jsonb, text) IS
    'ES|QL: the date of a field of a document, null unless it is the only one';

/* Text with the collation of an empty one, see src/esql/sql/citus.c. */

CREATE FUNCTION transfer_detect_internal.esql_by_bytes(string text, collated text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_by_bytes'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_by_bytes(text, text) IS
    'ES|QL: the string, with the collation of the other one';

CREATE FUNCTION transfer_detect_internal.esql_by_bytes(strings text[], collated text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_by_bytes'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_by_bytes(text[], text) IS
    'ES|QL: the strings, with the collation of the other one';

/* The same for other servers, see src/esql/sql/ship.c. */

CREATE FUNCTION transfer_detect_internal.esql_lower(string text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_lower'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_lower(text) IS
    'ES|QL: the string with all letters small, of any language';

CREATE FUNCTION transfer_detect_internal.esql_upper(string text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_upper'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_upper(text) IS
    'ES|QL: the string with all letters large, of any language';

CREATE FUNCTION transfer_detect_internal.esql_lower_each(list text[])
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_lower_each'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_lower_each(text[]) IS
    'ES|QL: the list with all letters of its strings small, of any language';

CREATE FUNCTION transfer_detect_internal.esql_upper_each(list text[])
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_upper_each'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_upper_each(text[]) IS
    'ES|QL: the list with all letters of its strings large, of any language';

CREATE FUNCTION transfer_detect_internal.esql_document_keyword_at(document jsonb, path jsonb)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_keyword_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword_at(jsonb, jsonb) IS
    'ES|QL: the keyword of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_long_at(document jsonb, path jsonb)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_document_long_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long_at(jsonb, jsonb) IS
    'ES|QL: the whole number of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_integer_at(document jsonb, path jsonb)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_document_integer_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer_at(jsonb, jsonb) IS
    'ES|QL: the integer of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_double_at(document jsonb, path jsonb)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_document_double_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double_at(jsonb, jsonb) IS
    'ES|QL: the number of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean_at(document jsonb, path jsonb)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_boolean_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean_at(jsonb, jsonb) IS
    'ES|QL: the boolean of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_ip_at(document jsonb, path jsonb)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_document_ip_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip_at(jsonb, jsonb) IS
    'ES|QL: the address of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_date_at(document jsonb, path jsonb)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_document_date_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date_at(jsonb, jsonb) IS
    'ES|QL: the date of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_test(document jsonb, test jsonb)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_test'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_test(jsonb, jsonb) IS
    'ES|QL: whether the keyword of a field of a document passes a test, an array of the field, an operator (=, ~~, ~) and values';

/* ---- points of the earth ---- */

CREATE FUNCTION transfer_detect_internal.esql_document_geo_point(document jsonb, path text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_document_geo_point'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_geo_point(jsonb, text) IS
    'ES|QL: points of a field of a document, as texts, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_geo_point_single(document jsonb, path text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_geo_point_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_geo_point_single(jsonb, text) IS
    'ES|QL: the point of a field of a document, as text, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_to_geopoint(point text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_to_geopoint'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_geopoint(text) IS
    'ES|QL: the text of a point in its one form, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_x(point text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_x'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_x(text) IS
    'ES|QL: longitude of a point, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_y(point text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_y'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_y(text) IS
    'ES|QL: latitude of a point, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_distance(a text, b text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_distance'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_distance(text, text) IS
    'ES|QL: metres between two points, null if one is none';
