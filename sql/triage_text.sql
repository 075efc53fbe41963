/*
 * triage_text.sql: numbers, times and lists in sentences.
 */

CREATE FUNCTION transfer_detect_internal.show_span(seconds numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN seconds < 1 THEN round(seconds * 1000) || ' ms'
			WHEN seconds < 60 THEN trim_scale(round(seconds, 1)) || ' s'
			WHEN seconds < 5400 AND seconds <> 3600 THEN round(seconds / 60) || ' min'
			WHEN seconds < 172800 THEN trim_scale(round(seconds / 3600, 1)) || ' h'
			ELSE round(seconds / 86400) || ' days' END
$$;
COMMENT ON FUNCTION transfer_detect_internal.show_span(numeric) IS 'A length of time for people';

CREATE FUNCTION transfer_detect_internal.seconds_between(earlier text, later text) RETURNS numeric
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT extract(epoch FROM later::timestamptz - earlier::timestamptz) $$;
COMMENT ON FUNCTION transfer_detect_internal.seconds_between(text, text) IS 'Seconds from one time of a jsonb value to another';

CREATE FUNCTION transfer_detect_internal.show_clock(at timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_char(at, 'HH24:MI:SS') $$;
COMMENT ON FUNCTION transfer_detect_internal.show_clock(timestamptz) IS 'The time of day, in the time zone of the session';

CREATE FUNCTION transfer_detect_internal.show_day(at timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_char(at, 'FMDD FMMonth YYYY') $$;
COMMENT ON FUNCTION transfer_detect_internal.show_day(timestamptz) IS 'The day, in the time zone of the session';

CREATE FUNCTION transfer_detect_internal.show_list(items text[], most integer DEFAULT 3) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN n = 0 THEN NULL WHEN n = 1 THEN items[1]
			WHEN n <= most THEN array_to_string(items[:n - 1], ', ') || ' and ' || items[n]
			ELSE array_to_string(items[:most - 1], ', ') || ' and ' || n - most + 1 || ' more' END
  FROM (SELECT cardinality(items) AS n) AS c
$$;
COMMENT ON FUNCTION transfer_detect_internal.show_list(text[], integer) IS 'Some names as a phrase: a, b and 4 more';

CREATE FUNCTION transfer_detect_internal.show_count(number bigint, one text, more text DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT trim(to_char(number, '999,999,999,999,999')) || ' ' || CASE number WHEN 1 THEN one ELSE coalesce(more, one || 's') END $$;
COMMENT ON FUNCTION transfer_detect_internal.show_count(bigint, text, text) IS 'A number of things';

CREATE FUNCTION transfer_detect_internal.capital(phrase text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT upper(left(phrase, 1)) || substr(phrase, 2) $$;
COMMENT ON FUNCTION transfer_detect_internal.capital(text) IS 'A phrase with a capital first letter';

CREATE FUNCTION transfer_detect_internal.json_texts(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT ARRAY(SELECT e.value FROM jsonb_array_elements_text(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE '[]' END) WITH ORDINALITY AS e(value, place) ORDER BY e.place) $$;
COMMENT ON FUNCTION transfer_detect_internal.json_texts(jsonb) IS 'A list of texts, empty for null';
