-- The distinct aggregates with a distinct_set as their state, for engines that compute
-- partial aggregates on other nodes and need a state of a real type and arguments of
-- concrete types.  Generated SQL uses them there and nowhere else: on one machine the
-- others are faster.  There is one of each for each type, so they are made in a loop.

CREATE FUNCTION transfer_detect_internal.typed_combine(distinct_set, distinct_set) RETURNS distinct_set
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'td_typed_combine';
COMMENT ON FUNCTION transfer_detect_internal.typed_combine(distinct_set, distinct_set) IS 'part of the typed aggregates: merges two partial states';

CREATE FUNCTION transfer_detect_internal.typed_count_result(distinct_set) RETURNS bigint
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_typed_count';
COMMENT ON FUNCTION transfer_detect_internal.typed_count_result(distinct_set) IS 'part of the aggregates typed_count and typed_count_elements';

DO $typed$
DECLARE
	value_type text;
	elements boolean;
	at_most boolean;
	suffix text;
	arguments text;
	says text;
BEGIN
	FOREACH value_type IN ARRAY '{text,varchar,bigint,integer,uuid,inet,timestamptz,date,numeric,boolean,double precision,bytea}'::text[] LOOP
	FOREACH elements IN ARRAY '{false,true}'::boolean[] LOOP
	FOREACH at_most IN ARRAY '{false,true}'::boolean[] LOOP
		suffix := CASE WHEN elements THEN '_elements' ELSE '' END;
		arguments := value_type || CASE WHEN elements THEN '[]' ELSE '' END || CASE WHEN at_most THEN ', bigint' ELSE '' END;
		says := CASE WHEN elements THEN 'elements of arrays' ELSE 'values' END || CASE WHEN at_most THEN ', up to at_most' ELSE '' END;

		EXECUTE format('CREATE FUNCTION transfer_detect_internal.typed_add%s(distinct_set, %s) RETURNS distinct_set
			LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS ''MODULE_PATHNAME'', %L',
			suffix, arguments, 'td_typed_add' || suffix || CASE WHEN at_most THEN '_at_most' ELSE '' END);
		EXECUTE format('COMMENT ON FUNCTION transfer_detect_internal.typed_add%s(distinct_set, %s) IS %L',
			suffix, arguments, 'part of the typed aggregates');
		EXECUTE format('CREATE FUNCTION transfer_detect_internal.typed_values%s_result(distinct_set, %s) RETURNS %s[]
			LANGUAGE C IMMUTABLE PARALLEL SAFE AS ''MODULE_PATHNAME'', ''td_typed_values''',
			suffix, arguments, value_type);
		EXECUTE format('COMMENT ON FUNCTION transfer_detect_internal.typed_values%s_result(distinct_set, %s) IS %L',
			suffix, arguments, 'part of the typed aggregates');

		EXECUTE format('CREATE AGGREGATE transfer_detect_internal.typed_count%1$s(%2$s) (
				SFUNC = transfer_detect_internal.typed_add%1$s, STYPE = distinct_set, SSPACE = 240,
				FINALFUNC = transfer_detect_internal.typed_count_result,
				COMBINEFUNC = transfer_detect_internal.typed_combine, PARALLEL = SAFE)', suffix, arguments);
		EXECUTE format('COMMENT ON AGGREGATE transfer_detect_internal.typed_count%s(%s) IS %L',
			suffix, arguments, 'exact number of distinct non-null ' || says || ', with a state that can be sent');
		EXECUTE format('CREATE AGGREGATE transfer_detect_internal.typed_values%1$s(%2$s) (
				SFUNC = transfer_detect_internal.typed_add%1$s, STYPE = distinct_set, SSPACE = 240,
				FINALFUNC = transfer_detect_internal.typed_values%1$s_result, FINALFUNC_EXTRA,
				COMBINEFUNC = transfer_detect_internal.typed_combine, PARALLEL = SAFE)', suffix, arguments);
		EXECUTE format('COMMENT ON AGGREGATE transfer_detect_internal.typed_values%s(%s) IS %L',
			suffix, arguments, 'distinct non-null ' || says || ' in ascending order, with a state that can be sent');
	END LOOP;
	END LOOP;
	END LOOP;
END
$typed$;
