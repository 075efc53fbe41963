-- The type distinct_set: an exact set of values that can be stored.  src/distinct/stored.c
-- says what it is made of.  The aggregates share the transition of distinct_count.

CREATE TYPE distinct_set;

CREATE FUNCTION transfer_detect_internal.distinct_set_in(cstring) RETURNS distinct_set
	LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_in';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_in(cstring) IS 'part of the type distinct_set: reads the text form';

CREATE FUNCTION transfer_detect_internal.distinct_set_out(distinct_set) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_out';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_out(distinct_set) IS 'part of the type distinct_set: writes the text form';

CREATE FUNCTION transfer_detect_internal.distinct_set_recv(internal) RETURNS distinct_set
	LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_recv';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_recv(internal) IS 'part of the type distinct_set: reads the binary form';

CREATE FUNCTION transfer_detect_internal.distinct_set_send(distinct_set) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_send';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_send(distinct_set) IS 'part of the type distinct_set: writes the binary form, and casts to bytea';

CREATE TYPE distinct_set (
	INPUT = transfer_detect_internal.distinct_set_in,
	OUTPUT = transfer_detect_internal.distinct_set_out,
	RECEIVE = transfer_detect_internal.distinct_set_recv,
	SEND = transfer_detect_internal.distinct_set_send,
	STORAGE = extended
);
COMMENT ON TYPE distinct_set IS 'an exact set of values: store it, and unite it with others later';

CREATE CAST (distinct_set AS bytea) WITH FUNCTION transfer_detect_internal.distinct_set_send(distinct_set);
COMMENT ON CAST (distinct_set AS bytea) IS 'the bytes of the binary form';

CREATE FUNCTION distinct_set_count(set distinct_set) RETURNS bigint
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_count_of';
COMMENT ON FUNCTION distinct_set_count(distinct_set) IS 'number of values in a set, or the at_most with which it was made if there are more';

CREATE FUNCTION distinct_set_values(set distinct_set, of_type anyelement) RETURNS anyarray
	LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_values_of';
COMMENT ON FUNCTION distinct_set_values(distinct_set, anyelement) IS 'values of a set in ascending order; of_type is a null of their type; null if at_most was reached';

CREATE FUNCTION transfer_detect_internal.distinct_set_list(set distinct_set, of_type anyelement) RETURNS anyarray
	LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_typed_values';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_list(distinct_set, anyelement) IS 'values of a set as distinct_values has them: null if there are none, or at_most was reached';

CREATE FUNCTION transfer_detect_internal.distinct_set_result(internal, anyelement) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_result';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_result(internal, anyelement) IS 'part of the aggregate distinct_set_agg';

CREATE FUNCTION transfer_detect_internal.distinct_set_result(internal, anyelement, bigint) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_result';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_result(internal, anyelement, bigint) IS 'part of the aggregate distinct_set_agg with at_most';

CREATE FUNCTION transfer_detect_internal.distinct_set_elements_result(internal, anyarray) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_elements_result';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_elements_result(internal, anyarray) IS 'part of the aggregate distinct_set_agg_elements';

CREATE FUNCTION transfer_detect_internal.distinct_set_elements_result(internal, anyarray, bigint) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_elements_result';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_elements_result(internal, anyarray, bigint) IS 'part of the aggregate distinct_set_agg_elements with at_most';

CREATE FUNCTION transfer_detect_internal.distinct_set_add(internal, distinct_set) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'td_set_union_add';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_add(internal, distinct_set) IS 'part of the aggregate distinct_set_union';

CREATE FUNCTION transfer_detect_internal.distinct_set_union_result(internal) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_set_union_result';
COMMENT ON FUNCTION transfer_detect_internal.distinct_set_union_result(internal) IS 'part of the aggregate distinct_set_union';

CREATE AGGREGATE distinct_set_agg(value anyelement) (
	SFUNC = transfer_detect_internal.distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_set_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_set_agg(anyelement) IS 'set of the distinct non-null values';

CREATE AGGREGATE distinct_set_agg(value anyelement, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_set_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_set_agg(anyelement, bigint) IS 'set of the distinct non-null values, which forgets them when there are at_most';

CREATE AGGREGATE distinct_set_agg_elements(value anyarray) (
	SFUNC = transfer_detect_internal.distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_set_elements_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_set_agg_elements(anyarray) IS 'set of the distinct non-null elements of arrays';

CREATE AGGREGATE distinct_set_agg_elements(value anyarray, at_most bigint) (
	SFUNC = transfer_detect_internal.distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_set_elements_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_set_agg_elements(anyarray, bigint) IS 'set of the distinct non-null elements of arrays, which forgets them when there are at_most';

CREATE AGGREGATE distinct_set_union(set distinct_set) (
	SFUNC = transfer_detect_internal.distinct_set_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = transfer_detect_internal.distinct_set_union_result,
	COMBINEFUNC = transfer_detect_internal.distinct_combine,
	SERIALFUNC = transfer_detect_internal.distinct_serialize,
	DESERIALFUNC = transfer_detect_internal.distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_set_union(distinct_set) IS 'union of sets of one type; null if there are none';
