-- KQL(), QSTR(), MATCH(), MATCH_PHRASE() and ":": what fits, by the type of the field.
\pset format unaligned
\pset tuples_only
SET client_min_messages = warning;

CREATE TABLE searched (n integer, document jsonb);
INSERT INTO searched VALUES
	(1, '{"process": {"name": "scp", "pid": 7, "args": ["scp", "-r", "a b"]}, "message": "Failed password for root from 10.1.2.3",
		"source": {"ip": "10.1.2.3"}, "@timestamp": "2026-11-20T09:30:15.250Z", "event": {"type": "start", "risk_score": 1.5}, "network": {"forwarded_ip": "::1"}}'),
	(2, '{"process": {"name": ["rsync", "scp"], "pid": [8, 9]}, "message": ["user root", "session opened"],
		"source": {"ip": ["192.168.0.9", "2001:db8::5"]}, "@timestamp": "2026-11-21T00:00:00Z", "event": {"type": ["start", "end"]}}'),
	(3, '{"process": {"name": "SCP.exe", "executable": "C:\\Windows\\scp.exe"}, "message": "the user''s /var/log/auth.log, 3.14 times: x_y",
		"event": {"type": "end"}, "labels_free": true}'),
	(4, '{"process": {"name": "a:b (c) and *", "pid": 0}, "message": "", "tags": ["50%", "a_c"]}'),
	(5, '{}');

CREATE FUNCTION pg_temp.found(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	negated text;
BEGIN
	SELECT string_agg(r.j ->> 'n', ' ') INTO result
	FROM transfer_detect.esql('FROM searched | WHERE ' || condition || ' | SORT n | KEEP n') AS r(j);
	-- what is not found is what NOT finds: a search is never null
	SELECT string_agg(r.j ->> 'n', ' ') INTO negated
	FROM transfer_detect.esql('FROM searched | EVAL k = NOT (' || condition || ') | WHERE k | SORT n | KEEP n') AS r(j);
	IF length(replace(coalesce(result, '') || coalesce(negated, ''), ' ', '')) <> 5 THEN
		RETURN coalesce(result, 'none') || ', but NOT finds ' || coalesce(negated, 'none');
	END IF;
	RETURN coalesce(result, 'none');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;

CREATE TEMP TABLE expected (kind text, search text, found text);

-- hand-written expectations
INSERT INTO expected VALUES
	-- keywords: the whole value, in its case of letters; any of several
	('KQL', 'process.name: scp', '1 2'),
	('KQL', 'process.name:scp', '1 2'),
	('KQL', 'process.name : "scp"', '1 2'),
	('KQL', 'process.name: SCP', 'none'),
	('KQL', 'process.name: rsync', '2'),
	('KQL', 'not process.name: scp', '3 4 5'),
	('KQL', 'not process.name: rsync', '1 3 4 5'),
	('KQL', 'process.name: (scp or SCP.exe)', '1 2 3'),
	('KQL', 'process.name: (scp and rsync)', '2'),
	('KQL', 'process.name: (scp and not rsync)', '1'),
	('KQL', 'process.name: not scp', 'KQL, character 15: unexpected "not", expected a value'),
	('KQL', 'process.args: a b', '1'),
	('KQL', 'process.args: (a b)', '1'),
	('KQL', 'process.args: ("a b" or nothing)', '1'),
	-- wildcards, and what only looks like one
	('KQL', 'process.name: s*', '1 2'),
	('KQL', 'process.name: *c*', '1 2 4'),
	('KQL', 'process.name: *', '1 2 3 4'),
	('KQL', 'process.pid: *', '1 2 4'),
	('KQL', 'not process.pid: *', '3 5'),
	('KQL', 'process.name: "*"', 'none'),
	('KQL', 'process.name: *\*', '4'),
	('KQL', 'process.name: "s*"', 'none'),
	('KQL', 'tags: 5*%', '4'),
	('KQL', 'tags: a_*', '4'),
	('KQL', 'tags: _*', 'none'),
	('KQL', 'process.executable: C\:\\Windows\\*', '3'),
	('KQL', 'process.executable: "C:\\Windows\\scp.exe"', '3'),
	-- escapes and operators' words
	('KQL', 'process.name: a\:b \(c\) \and \*', '4'),
	('KQL', 'process.name: "a:b (c) and *"', '4'),
	('KQL', 'process.name: \u0073cp', '1 2'),
	('KQL', 'process.name: android', 'none'),
	-- joining
	('KQL', 'process.name: scp and event.type: end', '2'),
	('KQL', 'process.name: scp or event.type: end', '1 2 3'),
	('KQL', 'process.name: scp AND NOT event.type: end', '1'),
	('KQL', 'event.type: end or process.name: scp and process.pid: 7', '1 2 3'),
	('KQL', '(event.type: end or process.name: scp) and process.pid: 7', '1'),
	('KQL', 'not (event.type: end or process.name: scp)', '4 5'),
	('KQL', 'not not process.name: scp', '1 2'),
	('KQL', '*', '1 2 3 4 5'),
	('KQL', '*:*', '1 2 3 4 5'),
	('KQL', '', '1 2 3 4 5'),
	('KQL', '   ', '1 2 3 4 5'),
	-- words of a text
	('KQL', 'message: root', '1 2'),
	('KQL', 'message: ROOT', '1 2'),
	('KQL', 'message: "failed password"', '1'),
	('KQL', 'message: "password failed"', 'none'),
	('KQL', 'message: password failed', '1'),
	('KQL', 'message: session nothing', '2'),
	('KQL', 'message: "root session"', 'none'),
	('KQL', 'message: fail*', '1'),
	('KQL', 'message: sess* nothing', '2'),
	('KQL', 'message: auth.log', '3'),
	('KQL', 'message: auth', 'none'),
	('KQL', 'message: var', '3'),
	('KQL', 'message: "3.14"', '3'),
	('KQL', 'message: x_y', '3'),
	('KQL', 'message: "user''s"', '3'),
	('KQL', 'message: "--"', 'none'),
	('KQL', 'message: *', '1 2 3 4'),
	-- numbers
	('KQL', 'process.pid: 7', '1'),
	('KQL', 'process.pid: 9', '2'),
	('KQL', 'process.pid: "8"', '2'),
	('KQL', 'process.pid >= 8', '2'),
	('KQL', 'process.pid < 8', '1 4'),
	('KQL', 'process.pid > 7 and process.pid < 9', '2'),
	('KQL', 'process.pid: 7.5', 'none'),
	('KQL', 'process.pid: 7.0', '1'),
	('KQL', 'event.risk_score > 1.25', '1'),
	('KQL', 'process.pid: seven', 'KQL looks for "seven" in "process.pid", which is of type long'),
	('KQL', 'process.pid: 7*', 'KQL looks with a wildcard in "process.pid", which is of type long'),
	-- addresses and blocks
	('KQL', 'source.ip: 10.1.2.3', '1'),
	('KQL', 'source.ip: "10.0.0.0/8"', '1'),
	('KQL', 'source.ip: 192.168.0.0/16', '2'),
	('KQL', 'source.ip: "2001:db8::/32"', '2'),
	('KQL', 'not source.ip: 10.0.0.0/8', '2 3 4 5'),
	('KQL', 'source.ip >= 192.0.0.0', '2'),
	('KQL', 'source.ip: nowhere', 'KQL looks for "nowhere" in "source.ip", which is of type ip'),
	-- dates stand for all of their stretch
	('KQL', '@timestamp: "2026-11-20"', '1'),
	('KQL', '@timestamp: 2026-11-21', '2'),
	('KQL', '@timestamp: "2026-11"', '1 2'),
	('KQL', '@timestamp: "2026"', '1 2'),
	('KQL', '@timestamp: "2026-11-20T09:30"', '1'),
	('KQL', '@timestamp: "2026-11-20T09:30:15Z"', '1'),
	('KQL', '@timestamp: "2026-11-20T09:30:15.250Z"', '1'),
	('KQL', '@timestamp: "2026-11-20T09:30:15.251Z"', 'none'),
	('KQL', '@timestamp > "2026-11-20"', '2'),
	('KQL', '@timestamp >= "2026-11-20"', '1 2'),
	('KQL', '@timestamp <= "2026-11-20"', '1'),
	('KQL', '@timestamp < "2026-11-20"', 'none'),
	('KQL', '@timestamp < "2026-11-21"', '1'),
	('KQL', '@timestamp: now', 'KQL looks for "now" in "@timestamp", which is of type date'),
	-- keywords compare by bytes
	('KQL', 'process.name >= "s"', '1 2'),
	('KQL', 'process.name < "a"', '3'),
	-- broken, or not supported
	('KQL', 'scp', 'KQL, character 1: a search in all fields is not supported'),
	('KQL', '"scp"', 'KQL, character 1: a search in all fields is not supported'),
	('KQL', 'process.*: scp', 'KQL, character 1: wildcards in the name of a field are not supported'),
	('KQL', 'process: { name: scp }', 'KQL, character 10: nested documents are not supported'),
	('KQL', 'process.name: (scp', 'KQL, character 19: unexpected end of the search, expected and, or or ")"'),
	('KQL', 'process.name: scp)', 'KQL, character 18: unexpected ")", expected and, or or the end of the search'),
	('KQL', 'process.name:', 'KQL, character 14: unexpected end of the search, expected a value'),
	('KQL', 'process.name: "scp', 'KQL, character 15: the quoted value does not end'),
	('KQL', 'process.name: a:b', 'KQL, character 16: unexpected ":", expected and, or or the end of the search'),
	('KQL', 'process.name: scp and', 'KQL, character 22: unexpected end of the search, expected a field'),
	('KQL', 'process.name: s\', 'KQL, character 16: a backslash at the end escapes nothing'),
	('KQL', 'process.name > s*', 'KQL, character 1: a value that is compared cannot have wildcards'),
	('KQL', 'message > a', 'KQL cannot compare "message", which is of type text'),

	('QSTR', 'process.name:scp', '1 2'),
	('QSTR', 'process.name:(scp SCP.exe)', '1 2 3'),
	('QSTR', 'process.name:(+scp +rsync)', '2'),
	('QSTR', 'process.name:scp AND event.type:end', '2'),
	('QSTR', 'process.name:scp AND process.pid:7 OR event.type:end', '1'),
	('QSTR', 'process.name:scp OR event.type:end', '1 2 3'),
	('QSTR', 'process.name:scp event.type:end', '1 2 3'),
	('QSTR', '+process.name:scp -event.type:end', '1'),
	('QSTR', 'NOT process.name:scp', '3 4 5'),
	('QSTR', 'process.name:scp && !(event.type:end)', '1'),
	('QSTR', '_exists_:process.pid', '1 2 4'),
	('QSTR', 'process.pid:*', '1 2 4'),
	('QSTR', '*:*', '1 2 3 4 5'),
	('QSTR', 'process.pid:[7 TO 8]', '1 2'),
	('QSTR', 'process.pid:{7 TO 9}', '2'),
	('QSTR', 'process.pid:[8 TO *]', '2'),
	('QSTR', 'process.pid:>=8', '2'),
	('QSTR', '@timestamp:["2026-11-20" TO 2026-11-20]', '1'),
	('QSTR', 'process.name:s?p', '1 2'),
	('QSTR', 'process.name:s* AND tags:x', 'none'),
	('QSTR', 'process.name:"a:b (c) and *"^2', '4'),
	('QSTR', 'process.name:a\:b\ \(c\)\ and\ \*', '4'),
	('QSTR', 'source.ip:"10.0.0.0/8"', '1'),
	('QSTR', 'message:"failed password"', '1'),
	('QSTR', 'message:(failed opened)', '1 2'),
	('QSTR', 'scp', 'QSTR, character 1: a search in all fields is not supported'),
	('QSTR', 'process.name:/s.p/', 'QSTR, character 14: regular expressions are not supported'),
	('QSTR', 'process.name:scp~', 'QSTR, character 17: nearness (~) is not supported'),
	('QSTR', 'process.*:scp', 'QSTR, character 1: wildcards in the name of a field are not supported'),
	('QSTR', 'process.name:(scp', 'QSTR, character 18: unexpected end of the search, expected ")"'),
	('QSTR', 'process.name:scp AND', 'QSTR, character 21: unexpected end of the search, expected a field'),
	('QSTR', '', 'QSTR, character 1: unexpected end of the search, expected a field'),
	('QSTR', 'message:ro?t', 'the wildcard ? in fields of type text is not supported'),

	('', 'process.name : "scp"', '1 2'),
	('', 'NOT process.name : "rsync"', '1 3 4 5'),
	('', 'process.name : "scp" AND event.type : "end"', '2'),
	('', 'process.pid : 7', '1'),
	('', 'process.pid : "9"', '2'),
	('', 'source.ip : "10.1.2.3"', '1'),
	('', 'source.ip : "10.0.0.0/8"', '1'),
	('', '@timestamp : "2026-11-20"', '1'),
	('', 'message : "ROOT nothing"', '1 2'),
	('', 'message : "s*"', 'none'),
	('', 'message::string : "root"', '1 2'),
	('', 'MATCH(message, "failed opened")', '1 2'),
	('', 'MATCH(message, "user opened", {"operator": "AND"})', '2'),
	('', 'MATCH(message, "failed opened", {"operator": "and", "boost": 2})', 'none'),
	('', 'MATCH(process.name, "s*")', 'none'),
	('', 'MATCH(process.name, "spc", {"fuzziness": 1})', '1 2'),
	('', 'MATCH(process.name, "spc", {"fuzziness": 1, "fuzzy_transpositions": false})', 'none'),
	('', 'MATCH(process.name, "sc", {"fuzziness": 1, "max_expansions": 10})', '1 2'),
	('', 'MATCH(process.name, "xcp", {"fuzziness": "AUTO"})', '1 2'),
	('', 'MATCH(process.name, "xcp", {"fuzziness": "AUTO", "prefix_length": 1})', 'none'),
	('', 'MATCH(process.name, "SPC.xe", {"fuzziness": 2})', '3'),
	('', 'MATCH(process.pid, 9)', '2'),
	('', 'MATCH(process.pid, "nine")', 'MATCH looks for "nine" in "process.pid", which is of type long'),
	('', 'MATCH(process.pid, "nine", {"lenient": true})', 'none'),
	('', 'MATCH(message, "root", {"operator": "XOR"})', 'option operator is "AND" or "OR"'),
	('', 'MATCH(message, "root", {"fuzziness": 3})', 'option fuzziness is a whole number from 0 to 2'),
	('', 'MATCH(message, "rot", {"fuzziness": 1})', 'fuzziness in fields of type text is not supported'),
	('', 'MATCH(message, "root", {"analyzer": "x"})', 'option analyzer of match is not supported'),
	('', 'MATCH_PHRASE(message, "password for root")', '1'),
	('', 'MATCH_PHRASE(message, "for password")', 'none'),
	('', 'MATCH_PHRASE(message, "for password", {"slop": 2})', 'option slop of match_phrase is not supported'),
	('', 'MATCH_PHRASE(process.name, "scp")', '1 2'),
	('', 'LENGTH(process.name, {"a": 1}) > 2', 'length takes no options');

SELECT format('WRONG: %s => %s, not %s', e.search, f.found, e.found)
FROM expected AS e, LATERAL (SELECT regexp_replace(pg_temp.found(CASE e.kind WHEN '' THEN e.search ELSE format('%s("""%s""")', e.kind, e.search) END),
	'^line \d+:\d+: ', '')) AS f(found)
WHERE f.found <> e.found;
SELECT count(*) || ' searches' FROM expected;

\set VERBOSITY terse
-- where it may stand
SELECT transfer_detect.esql('FROM searched | STATS c = COUNT() BY process.name | WHERE KQL("process.name: scp")');
SELECT transfer_detect.esql('ROW a = 1 | WHERE KQL("a: 1")');
SELECT transfer_detect.esql('FROM searched | EVAL x = CONCAT(process.name, "") | WHERE MATCH(x, "scp")');
SELECT transfer_detect.esql('FROM searched | WHERE MATCH(process.name, message)');
SELECT transfer_detect.esql('FROM searched | WHERE KQL(process.name)');
SELECT transfer_detect.esql('FROM searched | WHERE MATCH(process.name, "a", {"operator": "AND"}, 2)');
SELECT transfer_detect.esql('FROM searched | WHERE MATCH(process.name, {"operator"})');
SELECT transfer_detect.esql('FROM searched | STATS c = COUNT() WHERE KQL("process.name: scp"), d = COUNT()');
-- the field of the index, whatever the query calls so
SELECT transfer_detect.esql('FROM searched | EVAL process.name = "other" | WHERE KQL("process.name: rsync") | KEEP n, process.name');

-- in rules and their exceptions: on events, not on groups
SELECT stage, transfer_detect_internal.condition_fits(q, 'KQL("process.name: scp and not event.type: end")', stage, 'searched')
FROM (VALUES ('FROM searched | WHERE KQL("process.name: *") | STATS c = COUNT() BY event.type')) AS q(q), (VALUES ('event'), ('group')) AS s(stage);
SELECT result, event_count, event_hits
FROM transfer_detect_internal.rule_groups('FROM searched | WHERE KQL("process.name: scp") | STATS c = COUNT() BY event.type', 'searched',
	'2026-11-20Z', '2026-11-22Z', event_exceptions => ARRAY['KQL("process.name: rsync")', 'message : "nothing"'], count_hits => true);
SELECT transfer_detect_internal.condition_check('FROM searched | STATS c = COUNT()', 'KQL("process.name: scp")', 'group', 'searched');
SELECT transfer_detect_internal.condition_check('FROM searched | STATS c = COUNT()', 'KQL("process.name: (")', 'event', 'searched');

-- a table without documents: what is not there fits nothing
SET client_min_messages = notice;
CREATE TABLE plain (name text, sizes integer[], at timestamptz, ok boolean);
INSERT INTO plain VALUES ('scp', '{1,2}', '2026-11-20 09:30:15.250999+00', true), (NULL, NULL, NULL, NULL);
SELECT transfer_detect.esql('FROM plain | WHERE KQL("name: scp and sizes: 2 and ok: true and at: \"2026-11-20T09:30:15.250Z\"") | KEEP name');
SELECT transfer_detect.esql('FROM plain | WHERE NOT KQL("name: scp") | STATS c = COUNT()');
SELECT transfer_detect.esql('FROM plain | WHERE KQL("nam: scp") | STATS c = COUNT()');
SELECT transfer_detect.esql('FROM plain | WHERE KQL("ok: yes")');
-- empty input
SELECT transfer_detect.esql('FROM plain | WHERE name == "none" | WHERE KQL("name: scp") OR name : "x" | STATS c = COUNT()');

-- a test of a list is the test of each of its texts, and false without any: how many pass, and no row that differs
SET search_path = transfer_detect_internal, public;
CREATE TEMP TABLE said AS
SELECT i, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE
	ARRAY(SELECT nullif((ARRAY['Failed password', 'ROOT at 10.1.2.3', 'svchosts.exe', 'SVCHOST.EXE', 'svchost.exe', 'x', '', 'pass_word: a.b', 'root password', 'user''s root'])[1 + (hashint8(i * 10 + k) & 1023) % 10], 'x')
		FROM generate_series(1, i % 4) k) END AS texts
FROM generate_series(1::bigint, 400) i;
SELECT count(*) FILTER (WHERE word), count(*) FILTER (WHERE wild), count(*) FILTER (WHERE phrase), count(*) FILTER (WHERE near), count(*) FILTER (WHERE
	word IS DISTINCT FROM EXISTS (SELECT FROM unnest(texts) u(v) WHERE esql_has_word(esql_lower(v), 'password svchost.exe')) OR
	wild IS DISTINCT FROM EXISTS (SELECT FROM unnest(texts) u(v) WHERE esql_has_word_like(esql_lower(v), E'pass\x01 u\x01s')) OR
	phrase IS DISTINCT FROM EXISTS (SELECT FROM unnest(texts) u(v) WHERE esql_has_phrase(esql_lower(v), 'root at 10.1.2.3')) OR
	near IS DISTINCT FROM EXISTS (SELECT FROM unnest(texts) u(v) WHERE esql_is_near(v, 'svchost.exe', 1, 0, true)))
FROM (SELECT texts, esql_any_has_word(texts, 'password svchost.exe') AS word, esql_any_has_word_like(texts, E'pass\x01 u\x01s') AS wild,
	esql_any_has_phrase(texts, 'root at 10.1.2.3') AS phrase, esql_any_is_near(texts, 'svchost.exe', 1, 0, true) AS near FROM said) s;
-- letters of ASCII, at each place of a text, as the database knows them
SELECT count(*) FROM generate_series(0, 20) n, generate_series(1, 127) c, LATERAL (SELECT repeat('z', n) || chr(c) || repeat('A', 20 - n) AS text) t
WHERE esql_lower(text) <> lower(text COLLATE "C") OR esql_upper(text) <> upper(text COLLATE "C") OR length(esql_lower(left(text, n))) <> n;
RESET search_path;

-- many values and words; too many
SELECT transfer_detect.esql('FROM plain | WHERE KQL("name: (' || repeat('x or ', 9999) || 'scp)") | KEEP name');
SELECT transfer_detect.esql('FROM plain | WHERE KQL("name: (' || repeat('x or ', 10000) || 'scp)") | KEEP name');
SELECT transfer_detect.esql('FROM plain | WHERE KQL("name: (' || repeat('not ', 300) || 'scp)") | KEEP name');

-- a WHERE keeps what can use an index
SELECT transfer_detect.esql_sql('FROM plain | WHERE KQL("name: scp and not ok: true") OR name : "x" | KEEP name');
DROP TABLE searched, plain;
