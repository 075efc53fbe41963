/*
 * report_parts.sql: what both reports are put together from.
 *
 * Functions called report_... return HTML.  Values go through html() or
 * html_attribute() there and nowhere else, and a piece of HTML is never escaped
 * or filled again.
 */

CREATE FUNCTION transfer_detect_internal.report_mark(mark text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('<svg class="k" viewBox="-7 -7 14 14" aria-hidden="true"><use href="#m-%s"/></svg>', mark) $$;
COMMENT ON FUNCTION transfer_detect_internal.report_mark(text) IS 'A mark in a line of text';

CREATE FUNCTION transfer_detect_internal.report_code(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '<code>' || transfer_detect_internal.html(value) || '</code>' $$;
COMMENT ON FUNCTION transfer_detect_internal.report_code(text) IS 'What was typed or stored, as HTML';

CREATE FUNCTION transfer_detect_internal.report_small(piece text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '<small>' || piece || '</small>' WHERE piece <> '' $$;
COMMENT ON FUNCTION transfer_detect_internal.report_small(text) IS 'A piece of HTML in small print, nothing for none';

CREATE FUNCTION transfer_detect_internal.report_section(id text, class text, title text, lead text, body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* A section: its question on the left, its answer on the right.  None without a body. */
SELECT format(E'<section%s aria-labelledby="%s">\n<div><h2 id="%s">%s</h2><p>%s</p></div>\n<div>\n%s\n</div>\n</section>\n',
	coalesce(' class="' || class || '"', ''), id, id, title, lead, body) WHERE body <> ''
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_section(text, text, text, text, text) IS 'A section of a report';

CREATE FUNCTION transfer_detect_internal.report_table(caption text, heads text, rows text, class text DEFAULT 'stack') RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format(E'<table class="%s">\n<caption>%s</caption>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody></table>', class, caption, heads, rows) WHERE rows <> ''
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_table(text, text, text, text) IS 'A table of a report; none without rows';

CREATE FUNCTION transfer_detect_internal.report_severity(severity text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* As many of four steps are filled as the severity is high. */
SELECT format('<svg class="k steps" viewBox="0 0 34 10" aria-hidden="true">%s</svg>%s',
	(SELECT string_agg(CASE WHEN n <= s.steps THEN format('<rect x="%s" width="7" height="10"/>', (n - 1) * 9)
							ELSE format('<path class="m-soft" d="M%s.75h5.5v8.5h-5.5z"/>', ((n - 1) * 9 + 0.75)::text || ' ') END, '' ORDER BY n)
	   FROM generate_series(1, 4) AS n), transfer_detect_internal.html(severity))
  FROM (SELECT coalesce(array_position('{low,medium,high,critical}', severity), 1) AS steps) AS s
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_severity(text) IS 'A severity as steps and a word';

CREATE FUNCTION transfer_detect_internal.report_list(mark text, items jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT '<ul class="marked">' || string_agg(format(E'\n<li>%s%s</li>', transfer_detect_internal.report_mark(mark), transfer_detect_internal.said_html(i.value)), '' ORDER BY i.place)
	|| E'\n</ul>' FROM jsonb_array_elements(items) WITH ORDINALITY AS i(value, place)
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_list(text, jsonb) IS 'Some sentences of say() as a list with marks';

CREATE FUNCTION transfer_detect_internal.report_facts(facts jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* An array of [name, piece of HTML, small print]; a fact whose piece is null is left out. */
SELECT E'<dl class="facts">' || string_agg(format(E'\n<div><dt>%s</dt><dd>%s%s</dd></div>', f.value ->> 0, f.value ->> 1,
		coalesce(transfer_detect_internal.report_small(f.value ->> 2), '')), '' ORDER BY f.place) || E'\n</dl>\n'
  FROM jsonb_array_elements(facts) WITH ORDINALITY AS f(value, place) WHERE f.value ->> 1 <> ''
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_facts(jsonb) IS 'The facts at the head of a report';

CREATE FUNCTION transfer_detect_internal.report_state(facts jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT E'<dl class="state">' || string_agg(format(E'\n<div><dt>%s</dt><dd>%s</dd></div>', f.value ->> 0, f.value ->> 1), '' ORDER BY f.place) || E'\n</dl>'
  FROM jsonb_array_elements(facts) WITH ORDINALITY AS f(value, place) WHERE f.value ->> 1 <> ''
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_state(jsonb) IS 'How things stand, at the head of a report: an array of [name, piece of HTML]';

CREATE FUNCTION transfer_detect_internal.report_nav(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The list of the sections that there are. */
SELECT '<nav aria-label="On this page"><ul>' || string_agg(format('<li><a href="#%s">%s</a></li>', m.part[1], m.part[2]), '' ORDER BY m.place) || E'</ul></nav>\n'
  FROM regexp_matches(body, '<h2 id="([a-z]+)">([^<]+)</h2>', 'g') WITH ORDINALITY AS m(part, place)
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_nav(text) IS 'Links to the sections of a report';

CREATE FUNCTION transfer_detect_internal.report_page(title text, bar text, head text, body text, foot text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The whole page.  The content security policy forbids scripts and everything
 * from outside, should a value ever slip through as markup.
 */
SELECT format($page$<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>%s</title>
<style>%s</style>
</head>
<body>
%s<div class="page">
<header>
<div class="top"><span>%s</span><span>transfer_detect</span></div>
%s%s</header>
<main>
%s</main>
<footer>
%s</footer>
</div>
</body>
</html>
$page$, title, transfer_detect_internal.report_style(), transfer_detect_internal.report_marks(), bar, head,
	transfer_detect_internal.report_nav(body), body, foot)
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_page(text, text, text, text, text) IS 'A page of HTML that needs nothing from outside';

CREATE FUNCTION transfer_detect_internal.report_document(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* A document with a line for each of its fields, so that it is read at a glance. */
SELECT '<pre>{' || string_agg(E'\n  ' || transfer_detect_internal.html(to_json(d.key)::text || ': ' || d.value::text), ',' ORDER BY d.key <> '@timestamp', d.key COLLATE "C") || E'\n}</pre>'
  FROM jsonb_each(document) AS d
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_document(jsonb) IS 'A document as a block of HTML';

CREATE FUNCTION transfer_detect_internal.percent(share numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT trim_scale(round(share * 100, 2)) || '%' $$;
COMMENT ON FUNCTION transfer_detect_internal.percent(numeric) IS 'A share as a length of CSS and SVG';

CREATE FUNCTION transfer_detect_internal.nice_step(span numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The distance of the ticks of an axis: 1, 2 or 5 with zeros, so that there are three to seven. */
SELECT s.base * CASE WHEN span / s.base < 3.5 THEN CASE WHEN span / s.base < 1.5 THEN 0.2 ELSE 0.5 END WHEN span / s.base < 7 THEN 1 ELSE 2 END
  FROM (SELECT power(10, floor(log(span))) AS base) AS s
$$;
COMMENT ON FUNCTION transfer_detect_internal.nice_step(numeric) IS 'The distance of the ticks of an axis of this length';

CREATE FUNCTION transfer_detect_internal.report_this_page(call text, up_to timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format('<div><h2>This page</h2><p>Made in the database by <code>%s</code>, transfer_detect %s%s. Times in %s. One file, no script, nothing loaded from elsewhere.</p></div>' || E'\n',
	transfer_detect_internal.html(call), (SELECT x.extversion FROM pg_extension AS x WHERE x.extname = 'transfer_detect'),
	coalesce(', from events up to ' || to_char(up_to, 'FMDD FMMonth YYYY, HH24:MI'), ''), transfer_detect_internal.html(current_setting('TimeZone')))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_this_page(text, timestamptz) IS 'The foot of a report: what made it';
