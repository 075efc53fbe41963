-- Sets that PostgreSQL 15 has written: the text form, and within it the bytes of the binary form. Each server reads
-- them, as when a dump is restored into a newer one or partitions are on servers of several versions.

SET timezone = 'UTC';
SET search_path = transfer_detect, public;
CREATE TABLE kept (type text PRIMARY KEY, set distinct_set NOT NULL);
INSERT INTO kept VALUES
('text', 'VERTAQUACwAAAAAAAAAAAAUAAAAAAAAA//////////8UAAAAAAAAAAAAGQAAAAC2AwAABMOpMQTDqTIEw6kzBMOpNATDqTU='),
('varchar', 'VERTAQUACwAAAAAAAAAAAAUAAAAAAAAA//////////8PAAAAAAAAAAAAGQAAAAC2AwAAA3YxA3YyA3YzA3Y0A3Y1'),
('bigint', 'VERTAQEACwAAAAAAAAAAAAUAAAAAAAAA//////////8oAAAAAAAAAAAAFAAAAAAAAAAAAIDGpH6NAwAAAI1J/RoHAACAU+57qAoAAAAak/o1DgAAgOA3ecMRAA=='),
('integer', 'VERTAQEACwAAAAAAAAAAAAUAAAAAAAAA//////////8oAAAAAAAAAAAAFwAAAAAAAAAA/v///wAAAAD/////AAAAAAAAAAAAAAAAAQAAAAAAAAACAAAAAAAAAA=='),
('uuid', 'VERTAQIACwAQAAAAAAAAAAUAAAAAAAAA//////////9QAAAAAAAAAAAAhgsAAAAAAAAAxMpCOKC5I4INzFCab3WEm8geco2dTC9jbwZ/icwUhizsy8h+S1zi/igwj9nyp7rzqH/2eaLz5x2RgaZ7dUISLOTaO3+7ziNF13crBnSjGNU='),
('inet', 'VERTAQQACwAAAAAAAAAAAAUAAAAAAAAA//////////8tAAAAAAAAAAIAZQMAAAAAAAAACAIgAAQKAAABCAIgAAQKAAACCAIgAAQKAAADCAIgAAQKAAAECAIgAAQKAAAF'),
('timestamptz', 'VERTAQEACwAAAAAAAAAAAAUAAAAAAAAA//////////8oAAAAAAAAAAAAoAQAAAAAAAAAAehqE7EDAwAC6GoTsQMDAAPoahOxAwMABOhqE7EDAwAF6GoTsQMDAA=='),
('date', 'VERTAQEACwAAAAAAAAAAAAUAAAAAAAAA//////////8oAAAAAAAAAAAAOgQAAAAAAAAAXSYAAAAAAABeJgAAAAAAAF8mAAAAAAAAYCYAAAAAAABhJgAAAAAAAA=='),
('numeric', 'VERTAQQACwAAAAAAAAAAAAUAAAAAAAAA//////////85AAAAAAAAAAIApAYAAAAAAAAACgAB//8AAAACCcQKAAH//wAAAAITiAoAAf//AAAAAh1MCgABAAAAAAACAAEMAAIAAAAAAAIAAQnE'),
('boolean', 'VERTAQEACwAAAAAAAAAAAAIAAAAAAAAA//////////8QAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAA=='),
('double precision', 'VERTAQEACwAAAAAAAAAAAAUAAAAAAAAA//////////8oAAAAAAAAAAAAvQIAAAAAAAAAVVVVVVVV1T9VVVVVVVXlPwAAAAAAAPA/VVVVVVVV9T+rqqqqqqr6Pw=='),
('bytea', 'VERTAQMACwAAAAAAAAAAAAUAAAAAAAAA//////////9VAAAAAAAAAAAAEQAAAAAAAAAAEMTKQjiguSOCDcxQmm91hJsQyB5yjZ1ML2NvBn+JzBSGLBDsy8h+S1zi/igwj9nyp7rzEKh/9nmi8+cdkYGme3VCEiwQ5No7f7vOI0XXdysGdKMY1Q=='),
('text[]', 'VERTAQQACwAAAAAAAAAAAAUAAAAAAAAA//////////+bAAAAAAAAAAIA8QMAAAC2AwAAHgAAAAEAAAAAAAAAGQAAAAIAAAABAAAAAWEAAAABMR4AAAABAAAAAAAAABkAAAACAAAAAQAAAAFhAAAAATIeAAAAAQAAAAAAAAAZAAAAAgAAAAEAAAABYQAAAAEzHgAAAAEAAAAAAAAAGQAAAAIAAAABAAAAAWEAAAABNB4AAAABAAAAAAAAABkAAAACAAAAAQAAAAFhAAAAATU='),
('jsonb', 'VERTAQQACwAAAAAAAAAAAAUAAAAAAAAA//////////8yAAAAAAAAAAIA2g4AAAAAAAAACQF7ImkiOiAxfQkBeyJpIjogMn0JAXsiaSI6IDN9CQF7ImkiOiA0fQkBeyJpIjogNX0='),
('macaddr', 'VERTAQIACwAGAAAAAAAAAAUAAAAAAAAA//////////8eAAAAAAAAAAAAPQMAAAAAAAAACAArAQIBCAArAQICCAArAQIDCAArAQIECAArAQIF');

-- what is in them; a set with the same values made here unites with them, and adds nothing
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::text) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg('é' || i) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'text';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::varchar) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(('v' || i)::varchar) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'varchar';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::bigint) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(i::bigint * 1e15::bigint) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'bigint';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::integer) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(i::integer - 3) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'integer';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::uuid) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(md5(i::text)::uuid) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'uuid';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::inet) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(('10.0.0.' || i)::inet) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'inet';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::timestamptz) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg('2026-11-20 10:00Z'::timestamptz + i * interval '1 microsecond') FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'timestamptz';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::date) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg('2026-11-20'::date + i::integer) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'date';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::numeric) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(i * 0.25) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'numeric';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::boolean) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(i % 2 = 0) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'boolean';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::double precision) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(i / 3.0::double precision) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'double precision';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::bytea) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(decode(md5(i::text), 'hex')) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'bytea';
SELECT type, distinct_set_count(set), NULL AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(ARRAY['a', i::text]) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'text[]';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::jsonb) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(jsonb_build_object('i', i)) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'jsonb';
SELECT type, distinct_set_count(set), distinct_set_values(set, NULL::macaddr) AS "values",
	(SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT k.set UNION ALL SELECT distinct_set_agg(('08:00:2b:01:02:0' || i)::macaddr) FROM generate_series(1, 5) AS i) AS u(s)) AS united
  FROM kept AS k WHERE type = 'macaddr';

-- what this server writes of them are the same bytes
SELECT count(*) FROM kept WHERE set::text::distinct_set::bytea = set::bytea AND octet_length(set::bytea) > 0;
DROP TABLE kept;
