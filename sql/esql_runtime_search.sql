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
