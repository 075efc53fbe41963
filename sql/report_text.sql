/*
 * report_text.sql: how values of the events get into pages, terminals and shells.
 *
 * Each value passes one of these functions, once and last.  The writers are in
 * src/report.
 */

CREATE FUNCTION transfer_detect_internal.html(value text) RETURNS text
AS 'MODULE_PATHNAME', 'td_html'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.html(text) IS 'A value as text of HTML; characters that are not seen are shown by their number';

CREATE FUNCTION transfer_detect_internal.html_attribute(value text) RETURNS text
AS 'MODULE_PATHNAME', 'td_html_attribute'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.html_attribute(text) IS 'A value for an attribute of HTML, to stand between double quotes';

CREATE FUNCTION transfer_detect_internal.plain(value text) RETURNS text
AS 'MODULE_PATHNAME', 'td_plain'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.plain(text) IS 'A value as a line for a terminal; characters that are not seen are shown by their number';

CREATE FUNCTION transfer_detect_internal.shell_quote(value text) RETURNS text
AS 'MODULE_PATHNAME', 'td_shell_quote'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.shell_quote(text) IS 'A value as one word of a POSIX shell';

CREATE FUNCTION transfer_detect_internal.markdown(value text) RETURNS text
AS 'MODULE_PATHNAME', 'td_markdown'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.markdown(text) IS 'Markdown as HTML; HTML in it and dangerous links are left out';

CREATE FUNCTION transfer_detect_internal.fill_html(sentence text, items text[]) RETURNS text
AS 'MODULE_PATHNAME', 'td_fill_html'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.fill_html(text, text[]) IS 'A sentence as HTML: $1 to $9 are its values, `code`, *bold*';

CREATE FUNCTION transfer_detect_internal.fill_plain(sentence text, items text[]) RETURNS text
AS 'MODULE_PATHNAME', 'td_fill_plain'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.fill_plain(text, text[]) IS 'A sentence as plain text: $1 to $9 are its values';

CREATE FUNCTION transfer_detect_internal.say(sentence text, VARIADIC items text[] DEFAULT '{}') RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT jsonb_build_object('say', sentence, 'items', to_jsonb(items)) $$;
COMMENT ON FUNCTION transfer_detect_internal.say(text, text[]) IS 'A sentence with its values, to be filled where it is shown';

CREATE FUNCTION transfer_detect_internal.said_html(said jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT transfer_detect_internal.fill_html(said ->> 'say', ARRAY(SELECT jsonb_array_elements_text(said -> 'items'))) $$;
COMMENT ON FUNCTION transfer_detect_internal.said_html(jsonb) IS 'What say() made, as HTML';

CREATE FUNCTION transfer_detect_internal.said_plain(said jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT transfer_detect_internal.fill_plain(said ->> 'say', ARRAY(SELECT jsonb_array_elements_text(said -> 'items'))) $$;
COMMENT ON FUNCTION transfer_detect_internal.said_plain(jsonb) IS 'What say() made, as plain text';
