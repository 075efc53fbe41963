/*
 * esql_runtime_search.sql: what the SQL of KQL() and MATCH() calls.
 */

CREATE FUNCTION transfer_detect_internal.esql_has_word(value text, words text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_has_word'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_has_word(text, text) IS
    'ES|QL: whether the text has one of the words; both in lower case';

CREATE FUNCTION transfer_detect_internal.esql_has_word_like(value text, patterns text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_has_word_like'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_has_word_like(text, text) IS
    'ES|QL: whether the text has a word like one of the patterns; both in lower case';

CREATE FUNCTION transfer_detect_internal.esql_has_phrase(value text, words text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_has_phrase'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_has_phrase(text, text) IS
    'ES|QL: whether the text has the words one after the other; both in lower case';

CREATE FUNCTION transfer_detect_internal.esql_is_near(value text, wanted text, edits integer, prefix integer, swaps boolean)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_is_near'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_is_near(text, text, integer, integer, boolean) IS
    'ES|QL: whether the text differs from what is wanted in few characters, and not in the first';

-- It costs no more than ~ does, or PostgreSQL would ask the regular expression behind it first.
CREATE FUNCTION transfer_detect_internal.esql_like_any(value text, patterns text[])
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_like_any'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1;

COMMENT ON FUNCTION transfer_detect_internal.esql_like_any(text, text[]) IS
    'ES|QL: whether the text is LIKE one of the patterns';

CREATE FUNCTION transfer_detect_internal.esql_any_has_word(list text[], words text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_any_has_word'
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_any_has_word(text[], text) IS
    'ES|QL: whether a text of the list has one of the words, which are in lower case; false without a text';

CREATE FUNCTION transfer_detect_internal.esql_any_has_word_like(list text[], patterns text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_any_has_word_like'
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_any_has_word_like(text[], text) IS
    'ES|QL: whether a text of the list has a word like one of the patterns, which are in lower case; false without a text';

CREATE FUNCTION transfer_detect_internal.esql_any_has_phrase(list text[], words text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_any_has_phrase'
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_any_has_phrase(text[], text) IS
    'ES|QL: whether a text of the list has the words one after the other, which are in lower case; false without a text';

CREATE FUNCTION transfer_detect_internal.esql_any_is_near(list text[], wanted text, edits integer, prefix integer, swaps boolean)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_any_is_near'
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_any_is_near(text[], text, integer, integer, boolean) IS
    'ES|QL: whether a text of the list differs from what is wanted in few characters, and not in the first; false without a text';

CREATE FUNCTION transfer_detect_internal.esql_json_extract(document text, VARIADIC steps text[])
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_json_extract'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_json_extract(text, VARIADIC text[]) IS
    'ES|QL: the value that the steps lead to, null if there is none; a step is a key behind a dot or a place behind a bracket';

CREATE FUNCTION transfer_detect_internal.esql_json_extract(document jsonb, VARIADIC steps text[])
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_json_extract_document'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_json_extract(jsonb, VARIADIC text[]) IS
    'ES|QL: the value of the document that the steps lead to, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_top_add(state anyarray, more anyarray, most integer, descending boolean)
    RETURNS anyarray
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT transfer_detect_internal.esql_mv_slice(transfer_detect_internal.esql_mv_sort(
            CASE WHEN state IS NULL THEN more WHEN more IS NULL THEN state
            ELSE transfer_detect_internal.esql_mv_append(state, more) END, descending), 0, most OPERATOR(pg_catalog.-) 1)
    $$;

COMMENT ON FUNCTION transfer_detect_internal.esql_top_add(anyarray, anyarray, integer, boolean) IS 'part of the aggregate esql_top';

CREATE AGGREGATE transfer_detect_internal.esql_top(more anyarray, most integer, descending boolean) (
    SFUNC = transfer_detect_internal.esql_top_add,
    STYPE = anyarray,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_top(anyarray, integer, boolean) IS
    'ES|QL: the least or the greatest values, in order';
