-- The exact distinct aggregates.  distinct_count counts the distinct values of
-- its argument, distinct_values returns them in order; the forms with
-- _elements do the same with the elements of arrays.  Nulls are ignored.  All
-- are exact, run in parallel, partition by partition, and as window functions.
-- The functions at the top are the aggregates' parts and cannot be called by
-- themselves.  The cost of adding is that of a look-up in a hash table, several
-- times that of adding to a count: it lets the planner see what workers save.
-- The cost of serializing a set in a worker and of merging it in the leader
-- depends on the number of its values, which the planner does not know.  The
-- costs below fit sets of some thousands of values, whose strings the leader
-- mostly knows from other groups.  With them the planner uses workers for some
-- hundred groups of a few million rows, but not for very many groups.

CREATE FUNCTION transfer_detect_internal.distinct_add(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add';
COMMENT ON FUNCTION transfer_detect_internal.distinct_add(internal, anyelement) IS 'part of the aggregates distinct_count and distinct_values';

CREATE FUNCTION transfer_detect_internal.distinct_add(internal, anyelement, bigint) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_at_most';
COMMENT ON FUNCTION transfer_detect_internal.distinct_add(internal, anyelement, bigint) IS 'part of the aggregate distinct_count with at_most';

CREATE FUNCTION transfer_detect_internal.distinct_add_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_elements';
COMMENT ON FUNCTION transfer_detect_internal.distinct_add_elements(internal, anyarray) IS 'part of the aggregates distinct_count_elements and distinct_values_elements';

CREATE FUNCTION transfer_detect_internal.distinct_add_elements(internal, anyarray, bigint) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_elements_at_most';
COMMENT ON FUNCTION transfer_detect_internal.distinct_add_elements(internal, anyarray, bigint) IS 'part of the aggregate distinct_count_elements with at_most';

CREATE FUNCTION transfer_detect_internal.distinct_combine(internal, internal) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'td_distinct_combine';
COMMENT ON FUNCTION transfer_detect_internal.distinct_combine(internal, internal) IS 'part of the distinct aggregates: merges two partial states';

CREATE FUNCTION transfer_detect_internal.distinct_serialize(internal) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS 'MODULE_PATHNAME', 'td_distinct_serialize';
COMMENT ON FUNCTION transfer_detect_internal.distinct_serialize(internal) IS 'part of the distinct aggregates: a partial state as bytes';

CREATE FUNCTION transfer_detect_internal.distinct_deserialize(bytea, internal) RETURNS internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'td_distinct_deserialize';
COMMENT ON FUNCTION transfer_detect_internal.distinct_deserialize(bytea, internal) IS 'part of the distinct aggregates: a partial state from bytes';

CREATE FUNCTION transfer_detect_internal.distinct_count_result(internal) RETURNS bigint
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_count';
COMMENT ON FUNCTION transfer_detect_internal.distinct_count_result(internal) IS 'part of the aggregate distinct_count';

CREATE FUNCTION transfer_detect_internal.distinct_values_result(internal, anynonarray) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values';
COMMENT ON FUNCTION transfer_detect_internal.distinct_values_result(internal, anynonarray) IS 'part of the aggregate distinct_values';

CREATE FUNCTION transfer_detect_internal.distinct_values_elements_result(internal, anyarray) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values_elements';
COMMENT ON FUNCTION transfer_detect_internal.distinct_values_elements_result(internal, anyarray) IS 'part of the aggregate distinct_values_elements';

CREATE FUNCTION transfer_detect_internal.distinct_moving_add(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_add';
COMMENT ON FUNCTION transfer_detect_internal.distinct_moving_add(internal, anyelement) IS 'part of the aggregate distinct_count in moving window frames';

CREATE FUNCTION transfer_detect_internal.distinct_moving_remove(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_remove';
COMMENT ON FUNCTION transfer_detect_internal.distinct_moving_remove(internal, anyelement) IS 'part of the aggregate distinct_count in moving window frames';

CREATE FUNCTION transfer_detect_internal.distinct_moving_add_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_add_elements';
COMMENT ON FUNCTION transfer_detect_internal.distinct_moving_add_elements(internal, anyarray) IS 'part of the aggregate distinct_count_elements in moving window frames';

CREATE FUNCTION transfer_detect_internal.distinct_moving_remove_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_remove_elements';
COMMENT ON FUNCTION transfer_detect_internal.distinct_moving_remove_elements(internal, anyarray) IS 'part of the aggregate distinct_count_elements in moving window frames';

CREATE FUNCTION transfer_detect_internal.distinct_moving_result(internal) RETURNS bigint
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_count';
COMMENT ON FUNCTION transfer_detect_internal.distinct_moving_result(internal) IS 'part of the aggregate distinct_count in moving window frames';

CREATE AGGREGATE distinct_count(value anyelement) (
	SFUNC = transfer_detect_internal.distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_count_result,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	MSFUNC = transfer_detect_internal.distinct_moving_add,
	MINVFUNC = transfer_detect_internal.distinct_moving_remove,
	MSTYPE = internal,
	MSSPACE = 240,
	MFINALFUNC = transfer_detect_internal.distinct_moving_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count(anyelement) IS 'exact number of distinct non-null values';

CREATE AGGREGATE distinct_count(value anyelement, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_count_result,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count(anyelement, bigint) IS 'number of distinct non-null values, or at_most if there are more; keeps no more than that in memory';

CREATE AGGREGATE distinct_values(value anynonarray) (
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
COMMENT ON AGGREGATE distinct_values(anynonarray) IS 'distinct non-null values in ascending order, null if there are none';

CREATE AGGREGATE distinct_count_elements(value anyarray) (
	SFUNC = transfer_detect_internal.distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_count_result,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	MSFUNC = transfer_detect_internal.distinct_moving_add_elements,
	MINVFUNC = transfer_detect_internal.distinct_moving_remove_elements,
	MSTYPE = internal,
	MSSPACE = 240,
	MFINALFUNC = transfer_detect_internal.distinct_moving_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count_elements(anyarray) IS 'exact number of distinct non-null elements of arrays';

CREATE AGGREGATE distinct_count_elements(value anyarray, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_count_result,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count_elements(anyarray, bigint) IS 'number of distinct non-null elements of arrays, or at_most if there are more';

CREATE AGGREGATE distinct_values_elements(value anyarray) (
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
COMMENT ON AGGREGATE distinct_values_elements(anyarray) IS 'distinct non-null elements of arrays in ascending order, null if there are none';
