-- ES|QL's runtime, part 2: fields with several values, and strings.  The SQL
-- that the ES|QL front end writes calls these functions; they are no public
-- interface.  A list is an array that is NULL or holds at least one value, in
-- one dimension, and no NULLs; esql_stored() makes one of whatever array lies in
-- a table.  Text compares by bytes, addresses by their 16 byte form.  None of
-- them raises on data: what ES|QL cannot answer is NULL.

-- Stored arrays and lists.

CREATE FUNCTION transfer_detect_internal.esql_stored(anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_stored(anyarray) IS
	'a stored array as the list that Elasticsearch would have indexed';

-- The cost puts conditions on lists behind those on plain columns, of which more are false.
CREATE FUNCTION transfer_detect_internal.esql_stored_single(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE COST 3 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_stored_single(anyarray) IS
	'the value of a stored array that has exactly one, else null';

CREATE FUNCTION transfer_detect_internal.esql_single(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_single(anyarray) IS
	'the value of a list of one, else null';

CREATE FUNCTION transfer_detect_internal.esql_as_list(anyelement) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_as_list(anyelement) IS
	'a value as the list of it';

CREATE FUNCTION transfer_detect_internal.esql_group_values(anyarray) RETURNS anyarray
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_group_values(anyarray) IS
	'what grouping by a list unnests: its distinct values, or one null';

CREATE FUNCTION transfer_detect_internal.esql_expand_values(anyarray) RETURNS anyarray
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_expand_values(anyarray) IS
	'what MV_EXPAND unnests: the values of a list, or one null';

-- ROWS is what the planner takes unnest() for.  Conditions on documents leave more rows than it thinks, and
-- with fewer here it would sort them for groups that are hashed faster.
CREATE FUNCTION transfer_detect_internal.esql_each_group_value(anyarray) RETURNS SETOF anyelement
	IMMUTABLE PARALLEL SAFE ROWS 10 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_each_group_value(anyarray) IS
	'the groups of a row when a list is grouped by: its distinct values, or one null';

CREATE FUNCTION transfer_detect_internal.esql_each_group_place(anyarray) RETURNS SETOF integer
	IMMUTABLE PARALLEL SAFE ROWS 10 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_each_group_place(anyarray) IS
	'the places of the values of esql_each_group_value(), counted from 1';

CREATE FUNCTION transfer_detect_internal.esql_each_place(anyarray) RETURNS SETOF integer
	IMMUTABLE PARALLEL SAFE ROWS 10 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_each_place(anyarray) IS
	'the places of the values of esql_each_value(), counted from 1';

CREATE FUNCTION transfer_detect_internal.esql_each_value(anyarray) RETURNS SETOF anyelement
	IMMUTABLE PARALLEL SAFE ROWS 10 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_each_value(anyarray) IS
	'the rows that MV_EXPAND makes of a row: the values of a list, or one null';

CREATE AGGREGATE transfer_detect_internal.esql_join_lists(anycompatiblearray) (
	SFUNC = pg_catalog.array_cat,
	STYPE = anycompatiblearray,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE transfer_detect_internal.esql_join_lists(anycompatiblearray) IS
	'the values of all lists, one list after the other: what INLINE STATS gives a row of several groups';

-- The MV_ functions.

CREATE FUNCTION transfer_detect_internal.esql_mv_count(anyarray) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_count(anyarray) IS
	'ES|QL MV_COUNT: number of values';

CREATE FUNCTION transfer_detect_internal.esql_mv_min(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_min(anyarray) IS
	'ES|QL MV_MIN: the least value';

CREATE FUNCTION transfer_detect_internal.esql_mv_max(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_max(anyarray) IS
	'ES|QL MV_MAX: the greatest value';

CREATE FUNCTION transfer_detect_internal.esql_mv_first(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_first(anyarray) IS
	'ES|QL MV_FIRST: the first value';

CREATE FUNCTION transfer_detect_internal.esql_mv_last(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_last(anyarray) IS
	'ES|QL MV_LAST: the last value';

CREATE FUNCTION transfer_detect_internal.esql_mv_dedupe(anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_dedupe(anyarray) IS
	'ES|QL MV_DEDUPE: each value once, where it came first';

CREATE FUNCTION transfer_detect_internal.esql_mv_sort(anyarray, descending boolean) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_sort(anyarray, descending boolean) IS
	'ES|QL MV_SORT: the values in order';

CREATE FUNCTION transfer_detect_internal.esql_mv_slice(anyarray, start_at integer, end_at integer) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_slice(anyarray, start_at integer, end_at integer) IS
	'ES|QL MV_SLICE: the values from one place to another, from 0, negative from the end';

CREATE FUNCTION transfer_detect_internal.esql_greatest(VARIADIC anyarray) RETURNS anyelement
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.esql_greatest(VARIADIC anyarray) IS
    'ES|QL: GREATEST, null if one value is null';

CREATE FUNCTION transfer_detect_internal.esql_least(VARIADIC anyarray) RETURNS anyelement
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.esql_least(VARIADIC anyarray) IS
    'ES|QL: LEAST, null if one value is null';

CREATE FUNCTION transfer_detect_internal.esql_mv_append(anyarray, anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_append(anyarray, anyarray) IS
	'ES|QL MV_APPEND: the values of both lists';

CREATE FUNCTION transfer_detect_internal.esql_mv_union(anyarray, anyarray) RETURNS anyarray
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_union(anyarray, anyarray) IS
	'ES|QL MV_UNION: each value of both lists once, null being the empty list';

CREATE FUNCTION transfer_detect_internal.esql_mv_concat(text[], delimiter text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_concat(text[], delimiter text) IS
	'ES|QL MV_CONCAT: the values joined by a delimiter';

CREATE FUNCTION transfer_detect_internal.esql_mv_contains(superset anyarray, subset anyarray) RETURNS boolean
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_contains(superset anyarray, subset anyarray) IS
	'ES|QL MV_CONTAINS: are all values of the second list in the first, null being the empty list';

CREATE FUNCTION transfer_detect_internal.esql_mv_intersection(anyarray, anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_intersection(anyarray, anyarray) IS
	'ES|QL MV_INTERSECTION: the distinct values of the first list that are in the second';

CREATE FUNCTION transfer_detect_internal.esql_mv_zip(text[], text[], delimiter text) RETURNS text[]
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_zip(text[], text[], delimiter text) IS
	'ES|QL MV_ZIP: the values of two lists joined pairwise';

CREATE FUNCTION transfer_detect_internal.esql_mv_sum(integer[]) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_integer';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_sum(integer[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mv_sum(bigint[]) RETURNS bigint
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_long';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_sum(bigint[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mv_sum(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_double';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_sum(double precision[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mv_avg(integer[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_avg(integer[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION transfer_detect_internal.esql_mv_avg(bigint[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_avg(bigint[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION transfer_detect_internal.esql_mv_avg(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_avg(double precision[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION transfer_detect_internal.esql_mv_median(integer[]) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median(integer[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION transfer_detect_internal.esql_mv_median(bigint[]) RETURNS bigint
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median(bigint[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION transfer_detect_internal.esql_mv_median(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median(double precision[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION transfer_detect_internal.esql_list_total(integer[]) RETURNS numeric
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_integer';
COMMENT ON FUNCTION transfer_detect_internal.esql_list_total(integer[]) IS
	'the sum of a list, for the aggregate SUM over lists';

CREATE FUNCTION transfer_detect_internal.esql_list_total(bigint[]) RETURNS numeric
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_integer';
COMMENT ON FUNCTION transfer_detect_internal.esql_list_total(bigint[]) IS
	'the sum of a list, for the aggregate SUM over lists';

CREATE FUNCTION transfer_detect_internal.esql_list_total(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_double';
COMMENT ON FUNCTION transfer_detect_internal.esql_list_total(double precision[]) IS
	'the sum of a list, for the aggregate SUM over lists';

-- Strings.

CREATE FUNCTION transfer_detect_internal.esql_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_length(text) IS
	'ES|QL LENGTH: number of code points';

CREATE FUNCTION transfer_detect_internal.esql_byte_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_byte_length(text) IS
	'ES|QL BYTE_LENGTH: number of bytes';

CREATE FUNCTION transfer_detect_internal.esql_bit_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_bit_length(text) IS
	'ES|QL BIT_LENGTH: number of bits';

CREATE FUNCTION transfer_detect_internal.esql_substring(text, start_at integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_substring(text, start_at integer) IS
	'ES|QL SUBSTRING: the text from a position on';

CREATE FUNCTION transfer_detect_internal.esql_substring(text, start_at integer, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_substring(text, start_at integer, length integer) IS
	'ES|QL SUBSTRING: so many code points from a position on';

CREATE FUNCTION transfer_detect_internal.esql_left(text, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_left(text, length integer) IS
	'ES|QL LEFT: the first code points';

CREATE FUNCTION transfer_detect_internal.esql_right(text, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_right(text, length integer) IS
	'ES|QL RIGHT: the last code points';

CREATE FUNCTION transfer_detect_internal.esql_locate(text, part text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_locate(text, part text) IS
	'ES|QL LOCATE: position of a part, 0 if there is none';

CREATE FUNCTION transfer_detect_internal.esql_locate(text, part text, start_at integer) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_locate(text, part text, start_at integer) IS
	'ES|QL LOCATE: position of a part from a position on, 0 if there is none';

CREATE FUNCTION transfer_detect_internal.esql_starts_with(text, prefix text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_starts_with(text, prefix text) IS
	'ES|QL STARTS_WITH: does the text begin with this';

CREATE FUNCTION transfer_detect_internal.esql_ends_with(text, suffix text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_ends_with(text, suffix text) IS
	'ES|QL ENDS_WITH: does the text end with this';

CREATE FUNCTION transfer_detect_internal.esql_contains(text, part text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_contains(text, part text) IS
	'ES|QL CONTAINS: is this in the text';

CREATE FUNCTION transfer_detect_internal.esql_split(text, delimiter text) RETURNS text[]
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_split(text, delimiter text) IS
	'ES|QL SPLIT: the parts between the delimiters';

CREATE FUNCTION transfer_detect_internal.esql_trim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_trim(text) IS
	'ES|QL TRIM: without blanks at both ends';

CREATE FUNCTION transfer_detect_internal.esql_ltrim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_ltrim(text) IS
	'ES|QL LTRIM: without blanks at the start';

CREATE FUNCTION transfer_detect_internal.esql_rtrim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_rtrim(text) IS
	'ES|QL RTRIM: without blanks at the end';

CREATE FUNCTION transfer_detect_internal.esql_repeat(text, times integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_repeat(text, times integer) IS
	'ES|QL REPEAT: the text so many times, at most a megabyte';

CREATE FUNCTION transfer_detect_internal.esql_space(length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_space(length integer) IS
	'ES|QL SPACE: so many blanks, at most a megabyte';

CREATE FUNCTION transfer_detect_internal.esql_reverse(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_reverse(text) IS
	'ES|QL REVERSE: the characters in reverse order';

CREATE FUNCTION transfer_detect_internal.esql_concat(VARIADIC texts text[]) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.esql_concat(VARIADIC text[]) IS
    'ES|QL: CONCAT, null if one is null or the result would exceed 1 MB';

CREATE FUNCTION transfer_detect_internal.esql_url_encode(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_url_encode(text) IS
	'ES|QL URL_ENCODE: percent encoding, a blank as +';

CREATE FUNCTION transfer_detect_internal.esql_url_encode_component(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_url_encode_component(text) IS
	'ES|QL URL_ENCODE_COMPONENT: percent encoding, a blank as %20';

CREATE FUNCTION transfer_detect_internal.esql_url_decode(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_url_decode(text) IS
	'ES|QL URL_DECODE: percent encoding undone';

CREATE FUNCTION transfer_detect_internal.esql_to_base64(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_to_base64(text) IS
	'ES|QL TO_BASE64: the bytes in base64';

CREATE FUNCTION transfer_detect_internal.esql_from_base64(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_from_base64(text) IS
	'ES|QL FROM_BASE64: the text whose base64 this is';

CREATE FUNCTION transfer_detect_internal.esql_hash(algorithm text, text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION transfer_detect_internal.esql_hash(algorithm text, text) IS
	'ES|QL HASH: MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 in hexadecimal';
