--
-- PostgreSQL database dump
--

\restrict KmIh44v0ccwbROkbJz55V5cnSzhBOswQepPfnWc7DQcRdG9wUuLomUGJaQw4ARr

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: transfer_detect; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA transfer_detect;


ALTER SCHEMA transfer_detect OWNER TO postgres;

--
-- Name: transfer_detect; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION transfer_detect VERSION '1.0.0';


--
-- Name: EXTENSION transfer_detect; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION transfer_detect IS 'detection of unusual file transfer utilities with ES|QL rules, exact and inside the database';


--
-- Name: launch(timestamp with time zone, text, text, text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.launch(at timestamp with time zone, command text, host text DEFAULT 'web-1'::text, parent text DEFAULT '/usr/bin/dash'::text) RETURNS void
    LANGUAGE sql
    AS $$
	INSERT INTO transfer_detect.events (timestamp, event_ingested, event_id, event_type, event_action, agent_id, host_name, host_os_type, process_name, process_executable,
		process_command_line, process_parent_executable)
	VALUES (at, at, md5(at::text || command || host), '{start}', '{exec}', 'agent of ' || host, host, 'linux', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), command, parent) $$;


ALTER FUNCTION public.launch(at timestamp with time zone, command text, host text, parent text) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: own_events; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.own_events (
    "timestamp" timestamp with time zone NOT NULL,
    event_ingested timestamp with time zone,
    event_id text COLLATE pg_catalog."C",
    event_kind text COLLATE pg_catalog."C",
    event_category text[] COLLATE pg_catalog."C",
    event_type text[] COLLATE pg_catalog."C",
    event_action text[] COLLATE pg_catalog."C",
    event_outcome text COLLATE pg_catalog."C",
    event_dataset text COLLATE pg_catalog."C",
    agent_id text COLLATE pg_catalog."C",
    agent_type text COLLATE pg_catalog."C",
    agent_version text COLLATE pg_catalog."C",
    host_id text COLLATE pg_catalog."C",
    host_name text COLLATE pg_catalog."C",
    host_hostname text COLLATE pg_catalog."C",
    host_os_type text COLLATE pg_catalog."C",
    host_ip inet[],
    user_id text COLLATE pg_catalog."C",
    user_name text COLLATE pg_catalog."C",
    process_pid bigint,
    process_entity_id text COLLATE pg_catalog."C",
    process_name text COLLATE pg_catalog."C",
    process_executable text COLLATE pg_catalog."C",
    process_args text[] COLLATE pg_catalog."C",
    process_command_line text COLLATE pg_catalog."C",
    process_working_directory text COLLATE pg_catalog."C",
    process_parent_pid bigint,
    process_parent_entity_id text COLLATE pg_catalog."C",
    process_parent_name text COLLATE pg_catalog."C",
    process_parent_executable text COLLATE pg_catalog."C",
    process_parent_command_line text COLLATE pg_catalog."C",
    document jsonb,
    document_key text COLLATE pg_catalog."C"
);


ALTER TABLE public.own_events OWNER TO postgres;

--
-- Name: events_2026_11_20; Type: TABLE; Schema: transfer_detect; Owner: postgres
--

CREATE TABLE transfer_detect.events_2026_11_20 (
    "timestamp" timestamp with time zone NOT NULL,
    event_ingested timestamp with time zone DEFAULT now(),
    event_id text COLLATE pg_catalog."C",
    event_kind text COLLATE pg_catalog."C",
    event_category text[] COLLATE pg_catalog."C",
    event_type text[] COLLATE pg_catalog."C",
    event_action text[] COLLATE pg_catalog."C",
    event_outcome text COLLATE pg_catalog."C",
    event_dataset text COLLATE pg_catalog."C",
    agent_id text COLLATE pg_catalog."C",
    agent_type text COLLATE pg_catalog."C",
    agent_version text COLLATE pg_catalog."C",
    host_id text COLLATE pg_catalog."C",
    host_name text COLLATE pg_catalog."C",
    host_hostname text COLLATE pg_catalog."C",
    host_os_type text COLLATE pg_catalog."C",
    host_ip inet[],
    user_id text COLLATE pg_catalog."C",
    user_name text COLLATE pg_catalog."C",
    process_pid bigint,
    process_entity_id text COLLATE pg_catalog."C",
    process_name text COLLATE pg_catalog."C",
    process_executable text COLLATE pg_catalog."C",
    process_args text[] COLLATE pg_catalog."C",
    process_command_line text COLLATE pg_catalog."C",
    process_working_directory text COLLATE pg_catalog."C",
    process_parent_pid bigint,
    process_parent_entity_id text COLLATE pg_catalog."C",
    process_parent_name text COLLATE pg_catalog."C",
    process_parent_executable text COLLATE pg_catalog."C",
    process_parent_command_line text COLLATE pg_catalog."C",
    document jsonb,
    document_key text COLLATE pg_catalog."C"
);


ALTER TABLE transfer_detect.events_2026_11_20 OWNER TO postgres;

--
-- Name: events_2026_11_20; Type: TABLE ATTACH; Schema: transfer_detect; Owner: postgres
--

ALTER TABLE ONLY transfer_detect.events ATTACH PARTITION transfer_detect.events_2026_11_20 FOR VALUES FROM ('2026-11-20 00:00:00+00') TO ('2026-11-21 00:00:00+00');


--
-- Data for Name: own_events; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.own_events ("timestamp", event_ingested, event_id, event_kind, event_category, event_type, event_action, event_outcome, event_dataset, agent_id, agent_type, agent_version, host_id, host_name, host_hostname, host_os_type, host_ip, user_id, user_name, process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line, process_working_directory, process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable, process_parent_command_line, document, document_key) FROM stdin;
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	e5c62352e12f4e54812e72d21c9596ec	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp open	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	09498fd2f3780e84f97bd731c1adf1b8	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp acknowledged	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	49ae050e562fbe62f29ae4ba9a60c6d6	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp closed	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	aec6f1694d835967e11a47978a3628ca	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp again	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	7208360222b461285e9c3ddba829dc51	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp trusted	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-19 09:10:00+00	2026-11-19 09:10:00+00	dda79a41f0ba3986abd317ef67104210	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp yesterday	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
\.


--
-- Data for Name: rule_versions; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.rule_versions (rule_id, version, name, query, events, timestamp_field, timestamp_fallback, run_interval, look_back, max_alerts, severity, risk_score, shipped, created_at, created_by) FROM stdin;
own	1	Own rule	FROM own_events | STATS runs = COUNT() BY process.executable	public.own_events	@timestamp	\N	01:00:00	01:01:00	100	low	21	f	2026-11-27 04:48:06.122595+00	postgres
unusual-file-transfer-utility-launched	2	Unusual File Transfer Utility Launched	FROM logs-endpoint.events.process-*\n| KEEP @timestamp, host.os.type, event.type, event.action, process.name,\n       process.executable, process.parent.executable, process.command_line,\n       agent.id, host.name\n| WHERE @timestamp > NOW() - 1 hour\n    AND host.os.type == "linux"\n    AND event.type == "start"\n    AND event.action == "exec"\n    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")\n| STATS cc = COUNT(),\n        agent_count = COUNT_DISTINCT(agent.id),\n        host.name = VALUES(host.name),\n        agent.id = VALUES(agent.id)\n     BY process.executable, process.parent.executable, process.command_line\n| WHERE agent_count == 1 AND cc < 4\n| SORT cc ASC\n| LIMIT 100	transfer_detect.events	@timestamp	\N	01:00:00	01:01:00	100	low	21	f	2026-11-27 04:48:06.138434+00	postgres
\.


--
-- Data for Name: runs; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.runs (id, rule_id, version, kind, status, window_from, window_to, started_at, finished_at, evaluate_time, file_time, events_scanned, events_matched, groups, alerts_created, alerts_extended, known, excepted, over_cap, settled, horizon, evaluations, sqlstate, message, run_by) FROM stdin;
1	own	1	scheduled	succeeded	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	2026-11-27 04:48:06.195286+00	2026-11-27 04:48:06.243086+00	00:00:00.001769	00:00:00.045204	5	5	1	1	0	0	0	0	t	2026-11-27 04:48:06.177327+00	1	\N	\N	postgres
2	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	2026-11-27 04:48:06.243713+00	2026-11-27 04:48:06.283484+00	00:00:00.002056	00:00:00.037482	5	5	5	4	0	0	1	0	t	2026-11-27 04:48:06.177327+00	1	\N	\N	postgres
3	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-20 09:59:00+00	2026-11-20 11:00:00+00	2026-11-27 04:48:06.320054+00	2026-11-27 04:48:06.349076+00	00:00:00.001843	00:00:00.02685	3	3	3	2	1	0	0	0	t	2026-11-27 04:48:06.31884+00	1	\N	\N	postgres
4	unusual-file-transfer-utility-launched	2	scheduled	gap	2026-11-20 11:00:00+00	2026-11-21 11:00:00+00	2026-11-27 04:48:06.358893+00	2026-11-27 04:48:06.358893+00	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	2026-11-27 04:48:06.349682+00	1	\N	no window that ends in this time was evaluated: backfill() can do that	postgres
5	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 10:59:00+00	2026-11-21 12:00:00+00	2026-11-27 04:48:06.359229+00	2026-11-27 04:48:06.361909+00	00:00:00.001526	00:00:00.000885	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
6	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 11:59:00+00	2026-11-21 13:00:00+00	2026-11-27 04:48:06.362045+00	2026-11-27 04:48:06.373788+00	00:00:00.010418	00:00:00.001102	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
7	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 12:59:00+00	2026-11-21 14:00:00+00	2026-11-27 04:48:06.373992+00	2026-11-27 04:48:06.385153+00	00:00:00.009836	00:00:00.000949	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
8	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 13:59:00+00	2026-11-21 15:00:00+00	2026-11-27 04:48:06.385308+00	2026-11-27 04:48:06.395839+00	00:00:00.001112	00:00:00.009296	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
9	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 14:59:00+00	2026-11-21 16:00:00+00	2026-11-27 04:48:06.395985+00	2026-11-27 04:48:06.398159+00	00:00:00.001316	00:00:00.000747	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
10	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 15:59:00+00	2026-11-21 17:00:00+00	2026-11-27 04:48:06.398306+00	2026-11-27 04:48:06.409032+00	00:00:00.009693	00:00:00.000922	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
11	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 16:59:00+00	2026-11-21 18:00:00+00	2026-11-27 04:48:06.409171+00	2026-11-27 04:48:06.419828+00	00:00:00.001079	00:00:00.009443	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
12	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 17:59:00+00	2026-11-21 19:00:00+00	2026-11-27 04:48:06.419984+00	2026-11-27 04:48:06.430636+00	00:00:00.001435	00:00:00.000953	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
13	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 18:59:00+00	2026-11-21 20:00:00+00	2026-11-27 04:48:06.430879+00	2026-11-27 04:48:06.433538+00	00:00:00.001645	00:00:00.000843	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
14	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 19:59:00+00	2026-11-21 21:00:00+00	2026-11-27 04:48:06.43365+00	2026-11-27 04:48:06.444294+00	00:00:00.009306	00:00:00.00122	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
15	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 20:59:00+00	2026-11-21 22:00:00+00	2026-11-27 04:48:06.444461+00	2026-11-27 04:48:06.459173+00	00:00:00.001377	00:00:00.0132	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
16	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 21:59:00+00	2026-11-21 23:00:00+00	2026-11-27 04:48:06.459329+00	2026-11-27 04:48:06.461561+00	00:00:00.00134	00:00:00.000785	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
17	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 22:59:00+00	2026-11-22 00:00:00+00	2026-11-27 04:48:06.461668+00	2026-11-27 04:48:06.476254+00	00:00:00.013419	00:00:00.001059	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
18	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-21 23:59:00+00	2026-11-22 01:00:00+00	2026-11-27 04:48:06.476398+00	2026-11-27 04:48:06.478477+00	00:00:00.001183	00:00:00.000788	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
19	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 00:59:00+00	2026-11-22 02:00:00+00	2026-11-27 04:48:06.486028+00	2026-11-27 04:48:06.488574+00	00:00:00.001543	00:00:00.000851	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
20	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 01:59:00+00	2026-11-22 03:00:00+00	2026-11-27 04:48:06.488693+00	2026-11-27 04:48:06.50556+00	00:00:00.001067	00:00:00.01568	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
21	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 02:59:00+00	2026-11-22 04:00:00+00	2026-11-27 04:48:06.505729+00	2026-11-27 04:48:06.508226+00	00:00:00.001541	00:00:00.000799	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
22	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 03:59:00+00	2026-11-22 05:00:00+00	2026-11-27 04:48:06.508872+00	2026-11-27 04:48:06.523365+00	00:00:00.001112	00:00:00.013262	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
23	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 04:59:00+00	2026-11-22 06:00:00+00	2026-11-27 04:48:06.523509+00	2026-11-27 04:48:06.525598+00	00:00:00.001245	00:00:00.000738	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
24	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 05:59:00+00	2026-11-22 07:00:00+00	2026-11-27 04:48:06.525703+00	2026-11-27 04:48:06.54015+00	00:00:00.013348	00:00:00.000994	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
25	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 06:59:00+00	2026-11-22 08:00:00+00	2026-11-27 04:48:06.540289+00	2026-11-27 04:48:06.54225+00	00:00:00.00115	00:00:00.000707	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
26	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 07:59:00+00	2026-11-22 09:00:00+00	2026-11-27 04:48:06.548628+00	2026-11-27 04:48:06.555057+00	00:00:00.001342	00:00:00.004921	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
27	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 08:59:00+00	2026-11-22 10:00:00+00	2026-11-27 04:48:06.555189+00	2026-11-27 04:48:06.557217+00	00:00:00.001113	00:00:00.000816	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
28	unusual-file-transfer-utility-launched	2	scheduled	succeeded	2026-11-22 09:59:00+00	2026-11-22 11:00:00+00	2026-11-27 04:48:06.557321+00	2026-11-27 04:48:06.571813+00	00:00:00.001078	00:00:00.013308	0	0	0	0	0	0	0	0	t	2026-11-27 04:48:06.349682+00	1	\N	\N	postgres
\.


--
-- Data for Name: alerts; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.alerts (id, rule_id, version, group_key, status, close_reason, severity, risk_score, title, process_executable, process_parent_executable, process_command_line, event_count, agent_count, host_names, agent_ids, first_event, last_event, last_window, result, over_cap, run_id, predecessor_id, assignee, tags, notes, created_at, updated_at, updated_by, closed_at) FROM stdin;
1	own	1	{"process.executable": "/usr/bin/scp"}	open	\N	low	21	Own rule: /usr/bin/scp	/usr/bin/scp	\N	\N	5	\N	{}	{}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	2026-11-20 10:00:00+00	{"runs": 5, "process.executable": "/usr/bin/scp"}	f	1	\N	\N	{}		2026-11-27 04:48:06.177101+00	2026-11-27 04:48:06.177101+00	postgres	\N
2	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp acknowledged", "process.parent.executable": "/usr/bin/dash"}	acknowledged	\N	low	21	Unusual File Transfer Utility Launched: scp acknowledged (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp acknowledged	1	1	{web-1}	{"agent of web-1"}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	2026-11-20 10:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp acknowledged", "process.parent.executable": "/usr/bin/dash"}	f	2	\N	ann	{t}	n	2026-11-27 04:48:06.177101+00	2026-11-27 04:48:06.294571+00	postgres	\N
3	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp again", "process.parent.executable": "/usr/bin/dash"}	closed	benign	low	21	Unusual File Transfer Utility Launched: scp again (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp again	1	1	{web-1}	{"agent of web-1"}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	2026-11-20 10:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp again", "process.parent.executable": "/usr/bin/dash"}	f	2	\N	\N	{}		2026-11-27 04:48:06.177101+00	2026-11-27 04:48:06.306595+00	postgres	2026-11-27 04:48:06.306595+00
4	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp closed", "process.parent.executable": "/usr/bin/dash"}	closed	benign	low	21	Unusual File Transfer Utility Launched: scp closed (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp closed	1	1	{web-1}	{"agent of web-1"}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	2026-11-20 10:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp closed", "process.parent.executable": "/usr/bin/dash"}	f	2	\N	\N	{}		2026-11-27 04:48:06.177101+00	2026-11-27 04:48:06.306595+00	postgres	2026-11-27 04:48:06.306595+00
6	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp again", "process.parent.executable": "/usr/bin/dash"}	open	\N	low	21	Unusual File Transfer Utility Launched: scp again (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp again	1	1	{web-1}	{"agent of web-1"}	2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	2026-11-20 11:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp again", "process.parent.executable": "/usr/bin/dash"}	f	3	3	\N	{}		2026-11-27 04:48:06.318586+00	2026-11-27 04:48:06.318586+00	postgres	\N
7	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp more", "process.parent.executable": "/usr/bin/dash"}	open	\N	low	21	Unusual File Transfer Utility Launched: scp more (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp more	1	1	{web-1}	{"agent of web-1"}	2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	2026-11-20 11:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp more", "process.parent.executable": "/usr/bin/dash"}	f	3	\N	\N	{}		2026-11-27 04:48:06.318586+00	2026-11-27 04:48:06.318586+00	postgres	\N
5	unusual-file-transfer-utility-launched	2	{"process.executable": "/usr/bin/scp", "process.command_line": "scp open", "process.parent.executable": "/usr/bin/dash"}	open	\N	low	21	Unusual File Transfer Utility Launched: scp open (/usr/bin/scp), started by /usr/bin/dash on web-1	/usr/bin/scp	/usr/bin/dash	scp open	2	1	{web-1}	{"agent of web-1"}	2026-11-20 09:10:00+00	2026-11-20 10:10:00+00	2026-11-20 11:00:00+00	{"cc": 1, "agent.id": "agent of web-1", "host.name": "web-1", "agent_count": 1, "process.executable": "/usr/bin/scp", "process.command_line": "scp open", "process.parent.executable": "/usr/bin/dash"}	f	2	\N	\N	{}		2026-11-27 04:48:06.177101+00	2026-11-27 04:48:06.318586+00	postgres	\N
\.


--
-- Data for Name: alert_history; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.alert_history (id, alert_id, changed_at, changed_by, login, action, changes) FROM stdin;
1	1	2026-11-27 04:48:06.177101+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 5]}
2	2	2026-11-27 04:48:06.177101+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
3	3	2026-11-27 04:48:06.177101+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
4	4	2026-11-27 04:48:06.177101+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
5	5	2026-11-27 04:48:06.177101+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
6	2	2026-11-27 04:48:06.294571+00	postgres	postgres	changed	{"tags": [[], ["t"]], "notes": ["", "n"], "status": ["open", "acknowledged"], "assignee": [null, "ann"]}
7	3	2026-11-27 04:48:06.306595+00	postgres	postgres	changed	{"status": ["open", "closed"], "closed_at": [null, "2026-11-27T04:48:06.306595+00:00"], "close_reason": [null, "benign"]}
8	4	2026-11-27 04:48:06.306595+00	postgres	postgres	changed	{"status": ["open", "closed"], "closed_at": [null, "2026-11-27T04:48:06.306595+00:00"], "close_reason": [null, "benign"]}
9	6	2026-11-27 04:48:06.318586+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
10	7	2026-11-27 04:48:06.318586+00	postgres	postgres	created	{"status": [null, "open"], "event_count": [null, 1]}
11	5	2026-11-27 04:48:06.318586+00	postgres	postgres	extended	{"last_event": ["2026-11-20T09:10:00+00:00", "2026-11-20T10:10:00+00:00"], "event_count": [1, 2]}
\.


--
-- Data for Name: alert_hits; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.alert_hits (id, alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count) FROM stdin;
1	1	own	1	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	{"host.name == \\"test\\""}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	5
2	2	unusual-file-transfer-utility-launched	2	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	{"host.name == \\"test\\""}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	1
3	3	unusual-file-transfer-utility-launched	2	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	{"host.name == \\"test\\""}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	1
4	4	unusual-file-transfer-utility-launched	2	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	{"host.name == \\"test\\""}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	1
5	5	unusual-file-transfer-utility-launched	2	2026-11-20 08:59:00+00	2026-11-20 10:00:00+00	{"host.name == \\"test\\""}	2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	1
6	6	unusual-file-transfer-utility-launched	2	2026-11-20 09:59:00+00	2026-11-20 11:00:00+00	{"host.name == \\"test\\""}	2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	1
7	7	unusual-file-transfer-utility-launched	2	2026-11-20 09:59:00+00	2026-11-20 11:00:00+00	{"host.name == \\"test\\""}	2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	1
8	5	unusual-file-transfer-utility-launched	2	2026-11-20 09:59:00+00	2026-11-20 11:00:00+00	{"host.name == \\"test\\""}	2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	1
\.


--
-- Data for Name: checkpoints; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.checkpoints (rule_id, checkpoint) FROM stdin;
own	2026-11-20 10:00:00+00
unusual-file-transfer-utility-launched	2026-11-22 11:00:00+00
\.


--
-- Data for Name: consumers; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.consumers (name, "position", handed_out, confirmed_at) FROM stdin;
siem	0	0	\N
\.


--
-- Data for Name: events_2026_11_20; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.events_2026_11_20 ("timestamp", event_ingested, event_id, event_kind, event_category, event_type, event_action, event_outcome, event_dataset, agent_id, agent_type, agent_version, host_id, host_name, host_hostname, host_os_type, host_ip, user_id, user_name, process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line, process_working_directory, process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable, process_parent_command_line, document, document_key) FROM stdin;
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	e5c62352e12f4e54812e72d21c9596ec	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp open	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	09498fd2f3780e84f97bd731c1adf1b8	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp acknowledged	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	49ae050e562fbe62f29ae4ba9a60c6d6	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp closed	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	aec6f1694d835967e11a47978a3628ca	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp again	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:10:00+00	2026-11-20 09:10:00+00	7208360222b461285e9c3ddba829dc51	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp trusted	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	d800c28affc10b6adc6f6981e0acfc14	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp open	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	e91dda05090f05c8e077b787fded06f6	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp again	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 10:10:00+00	2026-11-20 10:10:00+00	285a0ac1926a60afaf247ef009ed01b8	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp more	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
2026-11-20 09:00:00+00	2026-11-27 04:48:06.578573+00	ingested	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	db-1	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"host": {"name": "db-1"}, "event": {"id": "ingested"}, "@timestamp": "2026-11-20T09:00:00Z"}	event.id:ingested
\.


--
-- Data for Name: events_default; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.events_default ("timestamp", event_ingested, event_id, event_kind, event_category, event_type, event_action, event_outcome, event_dataset, agent_id, agent_type, agent_version, host_id, host_name, host_hostname, host_os_type, host_ip, user_id, user_name, process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line, process_working_directory, process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable, process_parent_command_line, document, document_key) FROM stdin;
2026-11-19 09:10:00+00	2026-11-19 09:10:00+00	dda79a41f0ba3986abd317ef67104210	\N	\N	{start}	{exec}	\N	\N	agent of web-1	\N	\N	\N	web-1	\N	linux	\N	\N	\N	\N	\N	scp	/usr/bin/scp	\N	scp yesterday	\N	\N	\N	\N	/usr/bin/dash	\N	\N	\N
\.


--
-- Data for Name: exceptions; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.exceptions (id, rule_id, stage, condition, comment, author, created_at, expires_at, enabled) FROM stdin;
1	unusual-file-transfer-utility-launched	group	process.command_line == "scp trusted"	known	postgres	2026-11-27 04:48:06.154028+00	2030-01-01 00:00:00+00	t
2	\N	event	host.name == "test"		postgres	2026-11-27 04:48:06.155723+00	\N	t
\.


--
-- Data for Name: exception_hits; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.exception_hits (exception_id, rule_id, hits, last_hit) FROM stdin;
1	unusual-file-transfer-utility-launched	1	2026-11-20 10:00:00+00
\.


--
-- Data for Name: fields; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.fields (field, type, several, shipped) FROM stdin;
my.field	long	f	f
\.


--
-- Data for Name: rules; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.rules (rule_id, version, name, description, query, events, timestamp_field, timestamp_fallback, severity, risk_score, run_interval, look_back, max_alerts, max_catch_up, tags, threat, note, false_positives, rule_references, enabled, enabled_at, shipped, edited_at, edited_by) FROM stdin;
own	1	Own rule		FROM own_events | STATS runs = COUNT() BY process.executable	public.own_events	@timestamp	\N	low	21	01:00:00	01:01:00	100	24	{}	[]		{}	{}	t	2026-11-27 04:48:06.122595+00	f	2026-11-27 04:48:06.122595+00	postgres
unusual-file-transfer-utility-launched	2	Unusual File Transfer Utility Launched	A file transfer utility ran on one Linux host only, and fewer than five times within the hour. Tools that an organisation uses run on many hosts or often; a transfer that nobody else makes can be data on its way out.	FROM logs-endpoint.events.process-*\n| KEEP @timestamp, host.os.type, event.type, event.action, process.name,\n       process.executable, process.parent.executable, process.command_line,\n       agent.id, host.name\n| WHERE @timestamp > NOW() - 1 hour\n    AND host.os.type == "linux"\n    AND event.type == "start"\n    AND event.action == "exec"\n    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")\n| STATS cc = COUNT(),\n        agent_count = COUNT_DISTINCT(agent.id),\n        host.name = VALUES(host.name),\n        agent.id = VALUES(agent.id)\n     BY process.executable, process.parent.executable, process.command_line\n| WHERE agent_count == 1 AND cc < 4\n| SORT cc ASC\n| LIMIT 100	transfer_detect.events	@timestamp	\N	low	21	01:00:00	01:01:00	100	24	{"Domain: Endpoint","OS: Linux","Use Case: Threat Detection","Tactic: Exfiltration","Tactic: Execution","Data Source: Elastic Defend"}	[{"tactic": {"id": "TA0010", "name": "Exfiltration"}, "techniques": [{"id": "T1048", "name": "Exfiltration Over Alternative Protocol"}]}, {"tactic": {"id": "TA0002", "name": "Execution"}, "techniques": [{"id": "T1059", "name": "Command and Scripting Interpreter", "subtechniques": [{"id": "T1059.004", "name": "Unix Shell"}]}]}]	## Is it a transfer that somebody wanted?\n\n1. Read the command line: which file, in which direction, to which host? A destination outside of the organisation, an archive in a\n   temporary or hidden directory and a key file given with `-i` speak for an attack.\n2. Look at the parent. A login shell is a person, cron or a unit of systemd is a job, an interpreter or a file in a hidden or\n   world-writable directory is neither.\n3. `alert_events()` has the events. Who was logged in, and from where? What did the same parent start before and after?\n4. Has the host sent anything to this destination earlier? Have others? Then close the alert as benign, and write an exception for the\n   command or the parent rather than for the host.\n\n## If not\n\nKeep the host's memory and the file before anything else, cut the host off, revoke the keys and passwords that the command used, and\nlook for the same destination and the same parent on all hosts.\n	{"An administrator copies something by hand","A backup or deployment job that runs on one host only","A job whose command line names a new file each time, and so never looks like its last run"}	{https://attack.mitre.org/techniques/T1048/,https://attack.mitre.org/techniques/T1059/004/}	t	2026-11-27 04:48:05.632343+00	f	2026-11-27 04:48:06.138434+00	postgres
\.


--
-- Data for Name: heartbeats; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.heartbeats (rule_id, last_success, notified_at) FROM stdin;
own	2026-11-20 10:00:00+00	2026-11-27 04:48:06.574995+00
\.


--
-- Data for Name: notify_settings; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.notify_settings (rule_id, mode, backfill, titles) FROM stdin;
own	digest	t	f
\N	off	f	f
\.


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.outbox ("position", kind, rule_id, alert_id, created_at, payload) FROM stdin;
1	digest	own	\N	2026-11-27 04:48:06.177101+00	{"kind": "digest", "alerts": 1, "run_id": 1, "rule_id": "own", "position": 1, "severity": "low", "alert_ids": [1], "rule_name": "Own rule", "risk_score": 21}
2	silent	own	\N	2026-11-27 04:48:06.574995+00	{"kind": "silent", "rule_id": "own", "position": 2, "rule_name": "Own rule", "last_success": "2026-11-20T10:00:00+00:00"}
\.


--
-- Data for Name: rejected_documents; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.rejected_documents (id, received, source, line_number, column_number, sqlstate, reason, document, raw, bytes, truncated, document_key, retried) FROM stdin;
1	2026-11-27 04:48:06.575732+00	ingest	1	2	22P02	invalid JSON: invalid token near 'no'	no document	\N	11	f	\N	0
\.


--
-- Data for Name: sources; Type: TABLE DATA; Schema: transfer_detect; Owner: postgres
--

COPY transfer_detect.sources (pattern, relation, shipped) FROM stdin;
own-*	public.own_events	f
\.


--
-- Name: alert_history_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.alert_history_id_seq', 11, true);


--
-- Name: alert_hits_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.alert_hits_id_seq', 8, true);


--
-- Name: alerts_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.alerts_id_seq', 7, true);


--
-- Name: exceptions_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.exceptions_id_seq', 2, true);


--
-- Name: outbox_position_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.outbox_position_seq', 2, true);


--
-- Name: rejected_documents_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.rejected_documents_id_seq', 1, true);


--
-- Name: runs_id_seq; Type: SEQUENCE SET; Schema: transfer_detect; Owner: postgres
--

SELECT pg_catalog.setval('transfer_detect.runs_id_seq', 28, true);


--
-- Name: events_2026_11_20_event_ingested_idx; Type: INDEX; Schema: transfer_detect; Owner: postgres
--

CREATE INDEX events_2026_11_20_event_ingested_idx ON transfer_detect.events_2026_11_20 USING brin (event_ingested);


--
-- Name: events_2026_11_20_timestamp_document_key_idx; Type: INDEX; Schema: transfer_detect; Owner: postgres
--

CREATE UNIQUE INDEX events_2026_11_20_timestamp_document_key_idx ON transfer_detect.events_2026_11_20 USING btree ("timestamp", document_key);


--
-- PostgreSQL database dump complete
--

\unrestrict KmIh44v0ccwbROkbJz55V5cnSzhBOswQepPfnWc7DQcRdG9wUuLomUGJaQw4ARr

