/*
 * esql.sql: ES|QL queries, run or shown as SQL.
 */

CREATE FUNCTION esql(query text, as_of timestamptz DEFAULT now(), events regclass DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME', 'td_esql'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION esql(text, timestamptz, regclass) IS 'Runs an ES|QL query and returns a JSON object a row';

CREATE FUNCTION esql_sql(query text, as_of timestamptz DEFAULT now(), events regclass DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'td_esql_sql'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000;

COMMENT ON FUNCTION esql_sql(text, timestamptz, regclass) IS 'The SQL that an ES|QL query becomes';

CREATE FUNCTION transfer_detect_internal.esql_is_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME'
LANGUAGE C STRICT;

COMMENT ON FUNCTION transfer_detect_internal.esql_is_support(internal) IS 'Planner support of esql_is and esql_is_any';

CREATE FUNCTION transfer_detect_internal.esql_is(text, text)
RETURNS boolean
AS 'MODULE_PATHNAME'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT transfer_detect_internal.esql_is_support;

CREATE FUNCTION transfer_detect_internal.esql_is_any(text, text[])
RETURNS boolean
AS 'MODULE_PATHNAME'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT transfer_detect_internal.esql_is_support;

COMMENT ON FUNCTION transfer_detect_internal.esql_is_any(text, text[]) IS 'Equality by bytes to one of some texts, at the cost of esql_is';

COMMENT ON FUNCTION transfer_detect_internal.esql_is(text, text) IS 'Equality by bytes, which the planner can estimate for fields with several values';
