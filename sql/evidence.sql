/*
 * evidence.sql: copies of the documents behind alerts.
 *
 * Events are kept for some weeks, and alerts for much longer.  Copies are made in
 * the transaction that files or extends an alert, if evidence_settings asks for
 * them.  Whoever may read alert_evidence sees them, whatever row security hides
 * of the events.
 */

CREATE TABLE evidence_settings (
	rule_id text COLLATE "C",
	documents integer NOT NULL DEFAULT 20 CHECK (documents BETWEEN 0 AND 10000),
	bytes bigint NOT NULL DEFAULT 1048576 CHECK (bytes BETWEEN 0 AND 1073741824),
	CONSTRAINT evidence_settings_rule UNIQUE NULLS NOT DISTINCT (rule_id)
);

COMMENT ON TABLE evidence_settings IS 'How many of the documents behind an alert are copied; a row without rule_id holds for all rules without a row of their own, and without any row none is copied';
COMMENT ON COLUMN evidence_settings.rule_id IS 'The rule, or null';
COMMENT ON COLUMN evidence_settings.documents IS 'At most so many documents of an alert; 0 for none';
COMMENT ON COLUMN evidence_settings.bytes IS 'At most so many bytes of an alert altogether, as text';

CREATE TABLE alert_evidence (
	alert_id bigint NOT NULL,
	digest bytea NOT NULL,
	happened timestamptz,
	copied_at timestamptz NOT NULL DEFAULT now(),
	document jsonb NOT NULL,
	PRIMARY KEY (alert_id, digest)
);

COMMENT ON TABLE alert_evidence IS 'Copies of documents behind alerts, made when the alert was filed or extended';
COMMENT ON COLUMN alert_evidence.alert_id IS 'The alert';
COMMENT ON COLUMN alert_evidence.digest IS 'SHA-256 of the document as text, by which it is known again among the events';
COMMENT ON COLUMN alert_evidence.happened IS 'Time of the event, if the document says it';
COMMENT ON COLUMN alert_evidence.copied_at IS 'When it was copied';
COMMENT ON COLUMN alert_evidence.document IS 'The document, or the row as JSON if it had none';

ALTER TABLE evidence_settings REPLICA IDENTITY FULL;
SELECT pg_catalog.pg_extension_config_dump('evidence_settings', '');
SELECT pg_catalog.pg_extension_config_dump('alert_evidence', '');
GRANT SELECT ON evidence_settings TO PUBLIC;

CREATE FUNCTION transfer_detect_internal.document_digest(document jsonb) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN sha256(convert_to(document::text, 'UTF8')); END $$;
COMMENT ON FUNCTION transfer_detect_internal.document_digest(jsonb) IS 'By what a copied document is known again';

CREATE FUNCTION transfer_detect_internal.keeps_evidence(rule_id text) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN coalesce((
		SELECT s.documents > 0 AND s.bytes > 0 FROM @extschema@.evidence_settings AS s
		 WHERE s.rule_id = keeps_evidence.rule_id OR s.rule_id IS NULL ORDER BY s.rule_id NULLS LAST LIMIT 1), false);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.keeps_evidence(text) IS 'part of run(): whether documents behind a rule''s alerts are copied';

CREATE FUNCTION transfer_detect_internal.keep_evidence(target bigint, rule rule_versions, group_key jsonb, parts alert_hits[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Copies the documents of some hits, as many as the settings leave room for.  A
 * document that is too large for the rest of the bytes is left out, and smaller
 * ones after it are not.
 */
DECLARE
	wanted @extschema@.evidence_settings;
	kept record;
	part @extschema@.alert_hits;
	document jsonb;
BEGIN
	SELECT s.* INTO wanted FROM @extschema@.evidence_settings AS s
	 WHERE s.rule_id = rule.rule_id OR s.rule_id IS NULL ORDER BY s.rule_id NULLS LAST LIMIT 1;
	IF NOT FOUND OR wanted.documents = 0 OR wanted.bytes = 0 THEN
		RETURN;
	END IF;
	SELECT count(*) AS documents, coalesce(sum(octet_length(e.document::text)), 0) AS bytes INTO kept
	  FROM @extschema@.alert_evidence AS e WHERE e.alert_id = target;
	FOREACH part IN ARRAY parts LOOP
		EXIT WHEN kept.documents >= wanted.documents OR kept.bytes >= wanted.bytes;
		FOR document IN
			SELECT r FROM transfer_detect_internal.hit_events(rule, part, group_key) AS r LIMIT wanted.documents
		LOOP
			EXIT WHEN kept.documents >= wanted.documents;
			CONTINUE WHEN kept.bytes + octet_length(document::text) > wanted.bytes;
			INSERT INTO @extschema@.alert_evidence (alert_id, digest, happened, document)
			VALUES (target, transfer_detect_internal.document_digest(document),
				transfer_detect_internal.event_time(transfer_detect_internal.event_field(document, '@timestamp')), document)
			ON CONFLICT DO NOTHING;
			IF FOUND THEN
				kept.documents := kept.documents + 1;
				kept.bytes := kept.bytes + octet_length(document::text);
			END IF;
		END LOOP;
	END LOOP;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.keep_evidence(bigint, rule_versions, jsonb, alert_hits[]) IS 'part of run(): copies documents behind an alert';

CREATE FUNCTION transfer_detect_internal.evidence_copies(alert_id bigint) RETURNS SETOF alert_evidence
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The copies of an alert, by time; none for who may not read them. */
BEGIN
	IF has_table_privilege('@extschema@.alert_evidence', 'SELECT') THEN
		RETURN QUERY SELECT e.* FROM @extschema@.alert_evidence AS e WHERE e.alert_id = evidence_copies.alert_id ORDER BY e.happened, e.digest;
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.evidence_copies(bigint) IS 'The copies of documents of an alert';
