-- distinct_values with at_most: what a threshold on a distinct count leaves of
-- VALUES (src/esql/analysis/bound.c).  Null if there are so many values, since
-- the set forgets them then.  The transition is that of distinct_count with
-- at_most, so both over the same argument share one set.

CREATE FUNCTION transfer_detect_internal.distinct_values_result(internal, anynonarray, bigint) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values';
COMMENT ON FUNCTION transfer_detect_internal.distinct_values_result(internal, anynonarray, bigint) IS 'part of the aggregate distinct_values with at_most';

CREATE FUNCTION transfer_detect_internal.distinct_values_elements_result(internal, anyarray, bigint) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values_elements';
COMMENT ON FUNCTION transfer_detect_internal.distinct_values_elements_result(internal, anyarray, bigint) IS 'part of the aggregate distinct_values_elements with at_most';

CREATE AGGREGATE distinct_values(value anynonarray, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_values_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values(anynonarray, bigint) IS 'distinct non-null values in ascending order if there are fewer than at_most, else null; null if there are none';

CREATE AGGREGATE distinct_values_elements(value anyarray, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_values_elements_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values_elements(anyarray, bigint) IS 'distinct non-null elements of arrays in ascending order if there are fewer than at_most, else null; null if there are none';
