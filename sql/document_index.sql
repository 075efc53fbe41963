/*
 * document_index.sql: an index of the fields of documents, and of the values of some.
 */

CREATE FUNCTION document_terms(document jsonb)
RETURNS integer[]
AS 'MODULE_PATHNAME', 'td_document_terms'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 10;

COMMENT ON FUNCTION document_terms(jsonb) IS 'Numbers of the fields that a document has, and of the values of some of them: for an index';

CREATE FUNCTION document_term(field text, value text DEFAULT NULL)
RETURNS integer
AS 'MODULE_PATHNAME', 'td_document_term'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION document_term(text, text) IS 'The number that document_terms() gives of a field, or of a value in it: an array of document_terms() has it if the document has that';

CREATE FUNCTION transfer_detect_internal.document_indexes(events regclass) RETURNS TABLE (name regclass, usable boolean)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT d.objid::regclass, x.indisvalid
		  FROM pg_depend AS d JOIN pg_index AS x ON d.classid = 'pg_class'::regclass AND x.indexrelid = d.objid
		 WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = '@extschema@.document_terms(jsonb)'::regprocedure
		   AND x.indrelid = events AND (NOT x.indisvalid OR x.indpred IS NULL);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.document_indexes(regclass) IS 'The indexes of a table''s documents that create_document_index() would make: whole ones, and those that are invalid';

CREATE FUNCTION create_document_index(events regclass DEFAULT '@extschema@.events', OUT index_name regclass, OUT bytes bigint)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The planner goes by the statistics of the index, which ANALYZE makes.
 */
DECLARE
	kind "char";
	target regclass;
	broken regclass;
BEGIN
	SELECT c.relkind INTO kind FROM pg_class AS c WHERE c.oid = events;
	IF kind IS NULL OR kind NOT IN ('r', 'p', 'm') THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('"%s" cannot have an index', events),
			HINT = 'Name the table that has the documents.';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = events AND a.attname = 'document' AND NOT a.attisdropped) THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_column',
			MESSAGE = format('table "%s" has no column document', events);
	END IF;
	IF NOT EXISTS (
		SELECT FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
		 WHERE a.attrelid = events AND a.attname = 'document' AND 'jsonb'::regtype IN (t.oid, t.typbasetype))
	THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('column document of table "%s" is not jsonb', events);
	END IF;
	FOR target IN SELECT t FROM transfer_detect_internal.index_targets(events) AS t LOOP
		FOR broken IN SELECT i.name FROM transfer_detect_internal.document_indexes(target) AS i WHERE NOT i.usable LOOP
			RAISE WARNING USING MESSAGE = format('index "%s" is invalid, and costs time at each INSERT', broken),
				HINT = 'A CREATE INDEX or REINDEX has failed. Drop it, or REINDEX it.';
		END LOOP;
		index_name := (SELECT min(i.name::oid) FROM transfer_detect_internal.document_indexes(target) AS i WHERE i.usable);
		IF index_name IS NULL THEN
			EXECUTE format('CREATE INDEX ON %s USING gin (@extschema@.document_terms(document))', target);
			EXECUTE format('ANALYZE %s', target);
			index_name := (SELECT min(i.name::oid) FROM transfer_detect_internal.document_indexes(target) AS i WHERE i.usable);
		ELSE
			RAISE NOTICE USING MESSAGE = format('index "%s" already exists', index_name);
		END IF;
		SELECT sum(pg_relation_size(c.oid)) INTO bytes
		FROM pg_class AS c
		WHERE c.oid = index_name OR c.oid IN (SELECT t.relid FROM pg_partition_tree(index_name) AS t);
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION create_document_index(regclass) IS 'Makes the index that leads rules to documents which have the fields and values they ask for, and says what it takes';
