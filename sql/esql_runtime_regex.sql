/*
 * REPLACE, GROK and DISSECT: what the SQL of an ES|QL query calls.
 *
 * Patterns come as they stand in the query. A session reads and compiles each of them once.
 */

CREATE FUNCTION transfer_detect_internal.esql_replace(text, pattern text, replacement text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE COST 20 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_replace(text, pattern text, replacement text) IS
	'ES|QL REPLACE: all matches of a regular expression of Java replaced';

CREATE FUNCTION transfer_detect_internal.esql_grok(text, pattern text) RETURNS bytea
	IMMUTABLE STRICT PARALLEL SAFE COST 20 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok(text, pattern text) IS
	'ES|QL GROK: what a pattern captures, for esql_capture()';

CREATE FUNCTION transfer_detect_internal.esql_grok(text[], pattern text) RETURNS bytea
	IMMUTABLE STRICT PARALLEL SAFE COST 20 LANGUAGE C AS 'MODULE_PATHNAME', 'esql_grok_list';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok(text[], pattern text) IS
	'ES|QL GROK: what a pattern captures from each of several texts, for esql_capture_list()';

CREATE FUNCTION transfer_detect_internal.esql_dissect(text, pattern text, separator text) RETURNS bytea
	IMMUTABLE STRICT PARALLEL SAFE COST 10 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_dissect(text, pattern text, separator text) IS
	'ES|QL DISSECT: the texts between the delimiters of a pattern, for esql_capture()';

CREATE FUNCTION transfer_detect_internal.esql_dissect(text[], pattern text, separator text) RETURNS bytea
	IMMUTABLE STRICT PARALLEL SAFE COST 10 LANGUAGE C AS 'MODULE_PATHNAME', 'esql_dissect_list';
COMMENT ON FUNCTION transfer_detect_internal.esql_dissect(text[], pattern text, separator text) IS
	'ES|QL DISSECT: the texts between the delimiters of a pattern, in each of several texts, for esql_capture_list()';

CREATE FUNCTION transfer_detect_internal.esql_capture(captures bytea, number integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_capture(captures bytea, number integer) IS
	'ES|QL GROK and DISSECT: the value of a column, the first being 1';

CREATE FUNCTION transfer_detect_internal.esql_capture_list(captures bytea, number integer) RETURNS text[]
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_capture_list(captures bytea, number integer) IS
	'ES|QL GROK and DISSECT: the values of a column, the first being 1';

CREATE FUNCTION transfer_detect_internal.esql_grok_integer(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok_integer(text) IS
	'ES|QL GROK: %{...:int}, null if it is no such number';

CREATE FUNCTION transfer_detect_internal.esql_grok_long(text) RETURNS bigint
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok_long(text) IS
	'ES|QL GROK: %{...:long}, null if it is no such number';

CREATE FUNCTION transfer_detect_internal.esql_grok_double(text) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok_double(text) IS
	'ES|QL GROK: %{...:double}, null if it is no finite number';

CREATE FUNCTION transfer_detect_internal.esql_grok_float(text) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok_float(text) IS
	'ES|QL GROK: %{...:float}, a double that was rounded to a float, null if it is no finite number';

CREATE FUNCTION transfer_detect_internal.esql_grok_boolean(text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_grok_boolean(text) IS
	'ES|QL GROK: %{...:boolean}, false unless it is "true" in any letter case';
