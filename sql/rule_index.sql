/*
 * rule_index.sql: an index for a rule.
 */

CREATE FUNCTION transfer_detect_internal.esql_fits_index_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME'
LANGUAGE C STRICT;

COMMENT ON FUNCTION transfer_detect_internal.esql_fits_index_support(internal) IS 'Planner support of esql_fits_index';

CREATE FUNCTION transfer_detect_internal.esql_fits_index(VARIADIC "any")
RETURNS boolean
AS 'MODULE_PATHNAME'
LANGUAGE C IMMUTABLE PARALLEL SAFE
SUPPORT transfer_detect_internal.esql_fits_index_support;

COMMENT ON FUNCTION transfer_detect_internal.esql_fits_index("any") IS 'Whether values are short enough, together, to be held by a row of an index';

CREATE FUNCTION transfer_detect_internal.rule_index_parts(query text, events regclass, timestamp_field text DEFAULT '@timestamp', timestamp_fallback text DEFAULT NULL,
	OUT keys text[], OUT conditions text[], OUT included text[])
AS 'MODULE_PATHNAME', 'td_rule_index_parts'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000;

COMMENT ON FUNCTION transfer_detect_internal.rule_index_parts(text, regclass, text, text) IS 'What an index for a query is made of: the time, the conditions that are the same at every run, and the other columns that the query reads';

CREATE FUNCTION transfer_detect_internal.index_targets(events regclass) RETURNS SETOF regclass
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A partitioned table gets its indexes itself, and so do its later partitions.
 * The extension's own events are the exception, since pg_dump would try to
 * attach a partition's index to one that it did not dump: there, each
 * partition gets its own, and events_template, of which later ones are made.
 */
BEGIN
	IF EXISTS (SELECT FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid
				WHERE d.classid = 'pg_class'::regclass AND d.objid = events AND d.deptype = 'e' AND c.relkind = 'p')
	THEN
		RETURN QUERY
			SELECT t.relid FROM pg_partition_tree(events) AS t JOIN pg_class AS c ON c.oid = t.relid WHERE c.relkind = 'r'
			UNION ALL
			SELECT '@extschema@.events_template'
			ORDER BY 1;
	ELSE
		RETURN NEXT events;
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.index_targets(regclass) IS 'The tables on which an index for a relation is made';

CREATE FUNCTION rule_index_ddl(rule_id text, events regclass DEFAULT NULL,
	OUT table_name regclass, OUT index_name text, OUT definition text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * events defaults to the relation that the rule is for.
 *
 * One index where the rule reads fields of a document or has a timestamp_fallback, and
 * on tables that Citus has distributed; else two: the one for short rows holds all that
 * the rule reads, the other one has the rest.  With two, the query is a union, of which one planner
 * has to say whether it is cheaper.  On Citus each worker plans for its shards,
 * and the coordinator knows no costs; and over a union it would have rows sent and not
 * aggregates.
 */
DECLARE
	rule @extschema@.rules;
	kind "char";
	one boolean;
	parts record;
	keys text;
	condition text;
	base text;
BEGIN
	IF rule_index_ddl.rule_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'rule_id must not be null';
	END IF;
	SELECT r.* INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = rule_index_ddl.rule_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = format('rule "%s" does not exist', rule_index_ddl.rule_id),
			HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	END IF;
	events := coalesce(events, rule.events);
	SELECT c.relkind INTO kind FROM pg_class AS c WHERE c.oid = events;
	IF kind = 'v' THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('view "%s" cannot have an index', events),
			HINT = 'Name the table that the view reads; the index serves the view as well if the view hands its columns on as they are.';
	ELSIF kind = 'f' THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('foreign table "%s" cannot have an index', events),
			HINT = 'Create the index where the table is.';
	END IF;

	parts := transfer_detect_internal.rule_index_parts(rule.query, events, rule.timestamp_field, rule.timestamp_fallback);
	IF cardinality(parts.conditions) = 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
			MESSAGE = format('the WHERE of rule "%s" has no condition that an index could be limited to', rule.rule_id),
			DETAIL = 'It would take one that comes before STATS and EVAL and is the same at each run.',
			HINT = 'An ordinary index on the time serves the rule.';
	END IF;
	one := cardinality(parts.included) = 0 OR events IN (SELECT t FROM transfer_detect_internal.citus_tables() AS t);
	keys := '(' || array_to_string(parts.keys, '), (') || ')';
	condition := array_to_string(parts.conditions, ' AND ');
	FOR table_name IN SELECT t FROM transfer_detect_internal.index_targets(events) AS t LOOP
		base := format('rule_%s_%s', translate(left(rule.rule_id, 24), '-', '_'),
					   left(md5(rule.rule_id || '/' || table_name), 8));
		IF one THEN
			index_name := base;
			definition := format('CREATE INDEX %s ON %s (%s) WHERE %s',
								 index_name, table_name, keys, condition);
			RETURN NEXT;
			CONTINUE;
		END IF;
		index_name := base || '_short';
		definition := format('CREATE INDEX %s ON %s (%s) INCLUDE (%s) WHERE %s AND transfer_detect_internal.esql_fits_index(%4$s)',
							 index_name, table_name, keys, array_to_string(parts.included, ', '), condition);
		RETURN NEXT;
		index_name := base || '_long';
		definition := format('CREATE INDEX %s ON %s (%s) WHERE %s AND NOT transfer_detect_internal.esql_fits_index(%s)',
							 index_name, table_name, keys, condition, array_to_string(parts.included, ', '));
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION rule_index_ddl(text, regclass) IS 'The statements that create_rule_index() runs: to be run by hand, for example with CONCURRENTLY';

CREATE FUNCTION create_rule_index(rule_id text, events regclass DEFAULT NULL,
	OUT index_name regclass, OUT definition text, OUT entries bigint, OUT bytes bigint)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * An index that is there already is reported and left alone, if it was made
 * for the rule as it is now.  Its comment says what it was made for, unless it
 * was made by hand, or with its partition from events_template: then it goes by
 * another name, and is known by having the definition of one before it.
 */
DECLARE
	wanted record;
	made_for text;
	body text;
	bodies jsonb := '{}';	-- what PostgreSQL makes of the part of a definition behind the names
BEGIN
	FOR wanted IN SELECT * FROM @extschema@.rule_index_ddl(create_rule_index.rule_id, events) LOOP
		definition := wanted.definition;
		body := substr(definition, length(format('CREATE INDEX %s ON %s ', wanted.index_name, wanted.table_name)) + 1);
		SELECT i.indexrelid, obj_description(i.indexrelid, 'pg_class') INTO index_name, made_for
		FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid CROSS JOIN pg_get_indexdef(i.indexrelid) AS d(def)
		WHERE i.indrelid = wanted.table_name AND i.indisvalid
			AND (c.relname = wanted.index_name OR substr(d.def, strpos(d.def, ' USING ')) = bodies ->> body)
		ORDER BY c.relname = wanted.index_name DESC LIMIT 1;
		IF NOT FOUND THEN
			EXECUTE definition;
			SELECT i.indexrelid INTO STRICT index_name
			FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
			WHERE i.indrelid = wanted.table_name AND c.relname = wanted.index_name;
			EXECUTE format('COMMENT ON INDEX %s IS %L', index_name,
						   format('For rule %s of transfer_detect, made by create_rule_index as %s',
								  create_rule_index.rule_id, md5(body)));
		ELSIF made_for LIKE 'For rule %' AND right(made_for, 32) <> md5(body) THEN
			RAISE EXCEPTION USING ERRCODE = 'duplicate_table',
				MESSAGE = format('index "%s" was made for the rule as it was before', index_name),
				HINT = format('DROP INDEX %s, and create it anew.', index_name);
		ELSE
			RAISE NOTICE USING MESSAGE = format('index "%s" already exists', index_name);
		END IF;
		bodies := bodies || jsonb_build_object(body,
			substr(pg_get_indexdef(index_name), strpos(pg_get_indexdef(index_name), ' USING ')));
		-- pg_partition_tree() knows partitioned indexes only
		SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.relkind = 'i'), 0), sum(pg_relation_size(c.oid))
		INTO entries, bytes
		FROM pg_class AS c
		WHERE c.oid = index_name OR c.oid IN (SELECT t.relid FROM pg_partition_tree(index_name) AS t);
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION create_rule_index(text, regclass) IS 'Makes the partial indexes that a rule can use, and says what they take';
