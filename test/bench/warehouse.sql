-- warehouse.sql: td_bench.warehouse, documents of twelve data streams in jsonb, as a warehouse of logs has them.
--
-- per_hour documents an hour for so many hours, the last of which ends on 2026-11-20 10:00 UTC. The same
-- numbers give the same documents. Nothing is random: i is a document's number, and what it holds comes from
-- hashes of that. Most of an hour is plain traffic, and a little is what the pack of rules (pack.pl) looks for.

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS td_bench;
SET search_path = td_bench, public;
SET client_min_messages = warning;

CREATE TABLE warehouse (
	timestamp timestamptz NOT NULL,
	source_index text COLLATE "C",
	document jsonb
);

-- which of n it is, by the document's number and what is asked of it
CREATE FUNCTION pick(i bigint, what int, n int) RETURNS int LANGUAGE sql STABLE
	RETURN abs(hashint8extended(i, what) % n)::int;

CREATE FUNCTION one(i bigint, what int, names text[]) RETURNS text LANGUAGE sql STABLE
	RETURN names[1 + abs(hashint8extended(i, what) % cardinality(names))::int];

CREATE FUNCTION address(i bigint, what int) RETURNS text LANGUAGE sql STABLE
	RETURN format('203.0.%s.%s', pick(i, what, 200), pick(i, what + 100, 250));

-- the stream of a document: of each hundred in a row, so many
CREATE FUNCTION stream(i bigint) RETURNS text LANGUAGE sql STABLE
	RETURN CASE
		WHEN i % 100 < 20 THEN 'endpoint.events.process'
		WHEN i % 100 < 40 THEN 'endpoint.events.network'
		WHEN i % 100 < 50 THEN 'endpoint.events.file'
		WHEN i % 100 < 65 THEN 'nginx.access'
		WHEN i % 100 < 75 THEN 'system.security'
		WHEN i % 100 < 78 THEN 'windows.powershell_operational'
		WHEN i % 100 < 86 THEN 'aws.cloudtrail'
		WHEN i % 100 < 92 THEN 'kubernetes.audit_logs'
		WHEN i % 100 < 95 THEN 'gcp.audit'
		WHEN i % 100 < 97 THEN 'okta.system'
		WHEN i % 100 < 99 THEN 'azure.signinlogs'
		ELSE 'system.auth' END;

CREATE FUNCTION common(i bigint, at timestamptz, stream text) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object(
		'@timestamp', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
		'ecs', '{"version": "8.11.0"}'::jsonb,
		'data_stream', jsonb_build_object('type', 'logs', 'dataset', stream, 'namespace', 'default'),
		'agent', jsonb_build_object('id', md5('agent' || pick(i, 1, 400)), 'name', 'host-' || pick(i, 1, 400), 'type', 'filebeat', 'version', '8.17.3'));

CREATE FUNCTION event(i bigint, stream text, action text, category text, type text, outcome text) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_strip_nulls(jsonb_build_object('id', md5(i::text), 'action', action, 'category', jsonb_build_array(category), 'type', jsonb_build_array(type),
		'kind', 'event', 'dataset', stream, 'module', split_part(stream, '.', 1), 'outcome', outcome));

CREATE FUNCTION host(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('id', md5('host' || pick(i, 1, 400)), 'name', 'host-' || pick(i, 1, 400), 'hostname', 'host-' || pick(i, 1, 400),
		'ip', jsonb_build_array('10.1.' || pick(i, 1, 200) || '.7', 'fe80::1'), 'architecture', 'x86_64',
		'os', jsonb_build_object('type', one(i, 1, '{linux,linux,windows,windows,macos}'), 'family', 'x', 'version', '12'));

CREATE FUNCTION process_name(i bigint) RETURNS text LANGUAGE sql STABLE
	RETURN CASE WHEN i % 9700 < 20 THEN one(i, 17, '{scp,sftp,curl,nc,rsync,base64}')
		ELSE one(i, 18, '{bash,sh,sleep,grep,cat,java,python3,node,postgres,sed,awk,ls,ps,find,tar,gzip}') END;

CREATE FUNCTION process(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('pid', pick(i, 11, 60000), 'entity_id', md5('process' || i), 'name', process_name(i), 'executable', '/usr/bin/' || process_name(i),
		'args', jsonb_build_array(process_name(i), '--job', pick(i, 12, 3000)::text), 'args_count', 3, 'working_directory', '/srv/app',
		'command_line', process_name(i) || ' --job ' || pick(i, 12, 3000) || ' --config /etc/app/' || pick(i, 13, 500) || '.conf'
			|| CASE WHEN i % 7900 < 20 THEN ' https://files.example.net/' || pick(i, 14, 90) || '/payload.bin' ELSE '' END,
		'parent', jsonb_build_object('pid', pick(i, 15, 60000), 'entity_id', md5('parent' || i), 'name', one(i, 16, '{bash,systemd,cron,sshd,java,python3}'),
			'executable', '/usr/bin/' || one(i, 16, '{bash,systemd,cron,sshd,java,python3}'), 'command_line', one(i, 16, '{bash,systemd,cron,sshd,java,python3}') || ' -c run'));

CREATE FUNCTION agent_of_user(i bigint) RETURNS text LANGUAGE sql STABLE
	RETURN CASE WHEN i % 4900 BETWEEN 50 AND 60 THEN one(i, 21, '{sqlmap/1.8,nikto/2.5,Mozilla/5.0 (compatible; Nmap Scripting Engine)}')
		ELSE one(i, 22, ARRAY['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
			'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
			'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0', 'curl/8.9.1', 'kube-probe/1.31']) END;

-- what the documents of each stream hold besides common(), by the stream's name

CREATE FUNCTION "endpoint.events.process"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'process', process(i), 'event', event(i, 'endpoint.events.process', one(i, 31, '{exec,exec,fork,end}'), 'process', one(i, 31, '{start,start,start,end}'), NULL),
		'user', jsonb_build_object('id', pick(i, 32, 2000)::text, 'name', 'user-' || pick(i, 32, 2000)));

CREATE FUNCTION "endpoint.events.network"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'process', process(i) - 'parent', 'event', event(i, 'endpoint.events.network', one(i, 33, '{connection_attempted,disconnect_received}'), 'network', 'start', NULL),
		'source', jsonb_build_object('ip', '10.1.' || pick(i, 1, 200) || '.7', 'port', pick(i, 34, 60000)),
		'destination', jsonb_build_object('ip', address(i, 35), 'port', (one(i, 36, '{443,443,443,80,22,53,5432,8080,4444}'))::int, 'bytes', pick(i, 37, 90000)),
		'network', jsonb_build_object('transport', 'tcp', 'direction', one(i, 38, '{egress,ingress}')), 'user', jsonb_build_object('name', 'user-' || pick(i, 32, 2000)));

CREATE FUNCTION "endpoint.events.file"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'process', process(i) - 'parent', 'event', event(i, 'endpoint.events.file', one(i, 39, '{creation,deletion,rename}'), 'file', 'change', NULL),
		'file', jsonb_build_object('path', '/srv/data/' || pick(i, 40, 5000) || '/report.' || one(i, 41, '{csv,txt,json,log,sh}'), 'name', 'report.' || one(i, 41, '{csv,txt,json,log,sh}'),
		'extension', one(i, 41, '{csv,txt,json,log,sh}'), 'size', pick(i, 42, 900000)), 'user', jsonb_build_object('name', 'user-' || pick(i, 32, 2000)));

CREATE FUNCTION "nginx.access"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'nginx.access', NULL, 'web', 'access', CASE WHEN pick(i, 43, 9) = 0 THEN 'failure' ELSE 'success' END),
		'source', jsonb_build_object('ip', address(i % 3000, 44), 'address', address(i % 3000, 44)), 'user_agent', jsonb_build_object('original', agent_of_user(i), 'name', 'x'),
		'http', jsonb_build_object('request', jsonb_build_object('method', one(i, 45, '{GET,GET,GET,POST}')), 'response', jsonb_build_object('status_code', one(i, 46, '{200,200,200,200,304,404,403,500}')::int, 'body', jsonb_build_object('bytes', pick(i, 47, 90000)))),
		'url', jsonb_build_object('original', '/shop/item/' || pick(i, 48, 30000) || '?page=' || pick(i, 49, 9), 'path', '/shop/item/' || pick(i, 48, 30000)),
		'host', jsonb_build_object('name', 'web-' || pick(i, 50, 6)), 'message', repeat('"GET /shop HTTP/1.1" ', 8));

CREATE FUNCTION "system.security"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'event', event(i, 'system.security', one(i, 51, '{logged-in,logged-in,logged-in,logon-failed,logged-out}'), 'authentication', 'start', one(i, 51, '{success,success,success,failure,success}'))
		|| jsonb_build_object('code', one(i, 51, '{4624,4624,4672,4625,4634}'), 'provider', 'Microsoft-Windows-Security-Auditing'),
		'winlog', jsonb_build_object('event_id', one(i, 51, '{4624,4624,4672,4625,4634}'), 'channel', 'Security', 'logon', jsonb_build_object('type', one(i, 52, '{Network,Interactive,RemoteInteractive}')),
		'event_data', jsonb_build_object('TargetUserName', 'user-' || pick(i, 32, 2000), 'SubjectUserSid', 'S-1-5-18', 'LogonProcessName', 'Kerberos', 'AuthenticationPackageName', 'NTLM', 'KeyLength', '0')),
		'source', jsonb_build_object('ip', address(i % 2000, 53)), 'user', jsonb_build_object('name', 'user-' || pick(i, 32, 2000), 'domain', 'EXAMPLE'), 'message', repeat('An account was logged on. ', 16));

CREATE FUNCTION "windows.powershell_operational"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'event', event(i, 'windows.powershell_operational', 'Execute a Remote Command', 'process', 'info', NULL) || '{"code": "4104", "provider": "Microsoft-Windows-PowerShell"}',
		'powershell', jsonb_build_object('sequence', 1, 'total', 1, 'file', jsonb_build_object('script_block_id', md5('block' || i), 'script_block_length', 900, 'script_block_text',
		repeat('Get-ChildItem -Path C:\Data\' || pick(i, 54, 900) || ' | ForEach-Object { $_.Name } ; ', 15)
		|| CASE WHEN i % 800 BETWEEN 75 AND 76 THEN '[System.Convert]::FromBase64String($x) | Invoke-Expression' ELSE '' END)),
		'user', jsonb_build_object('id', 'S-1-5-21-' || pick(i, 32, 2000), 'name', 'user-' || pick(i, 32, 2000)));

CREATE FUNCTION "aws.cloudtrail"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'aws.cloudtrail', one(i, 55, '{GetObject,PutObject,AssumeRole,DescribeInstances,ListBuckets,GetSecretValue,ConsoleLogin,DeleteTrail}'), 'web', 'info', one(i, 56, '{success,success,success,failure}'))
		|| jsonb_build_object('provider', (one(i, 55, '{s3,s3,sts,ec2,s3,secretsmanager,signin,cloudtrail}')) || '.amazonaws.com'),
		'aws', jsonb_build_object('cloudtrail', jsonb_build_object('user_identity', jsonb_build_object('type', one(i, 57, '{AssumedRole,IAMUser,Root}'), 'arn', 'arn:aws:iam::123456789012:user/u' || pick(i, 58, 300), 'access_key_id', 'AKIA' || pick(i, 58, 300)),
		'request_parameters', '{bucketName=data-' || pick(i, 59, 90) || ', key=part/' || pick(i, 60, 9000) || '}', 'event_type', 'AwsApiCall', 'read_only', pick(i, 55, 2) = 0)),
		'cloud', jsonb_build_object('provider', 'aws', 'region', one(i, 61, '{us-east-1,eu-west-1,eu-central-1}'), 'account', jsonb_build_object('id', '123456789012')),
		'source', jsonb_build_object('ip', address(i % 900, 62), 'address', address(i % 900, 62), 'geo', jsonb_build_object('country_iso_code', one(i % 900, 63, '{DE,FR,US,US,NL}')), 'as', jsonb_build_object('organization', jsonb_build_object('name', 'Example Networks'))),
		'user_agent', jsonb_build_object('original', 'aws-cli/2.17.0 Python/3.12 Linux/6.1'), 'user', jsonb_build_object('name', 'u' || pick(i, 58, 300)));

CREATE FUNCTION "kubernetes.audit_logs"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'kubernetes.audit_logs', one(i, 64, '{get,list,watch,create}'), 'configuration', 'info', NULL),
		'kubernetes', jsonb_build_object('audit', jsonb_build_object('verb', one(i, 64, '{get,list,watch,create}'), 'stage', 'ResponseComplete', 'level', 'RequestResponse',
		'user', jsonb_build_object('username', 'system:serviceaccount:prod:app-' || pick(i, 65, 60), 'groups', '["system:serviceaccounts","system:authenticated"]'::jsonb),
		'objectRef', jsonb_build_object('resource', one(i, 66, '{pods,configmaps,secrets,services,deployments}'), 'namespace', one(i, 67, '{prod,kube-system,dev}'), 'name', 'object-' || pick(i, 68, 500), 'apiVersion', 'v1'),
		'responseStatus', jsonb_build_object('code', one(i, 69, '{200,200,200,403}')::int), 'sourceIPs', jsonb_build_array('10.2.0.' || pick(i, 70, 250)), 'requestURI', '/api/v1/namespaces/prod/pods/object-' || pick(i, 68, 500),
		'userAgent', 'kubelet/v1.31 (linux/amd64)', 'annotations', jsonb_build_object('authorization_k8s_io/decision', one(i, 69, '{allow,allow,allow,forbid}'), 'authorization_k8s_io/reason', 'RBAC: allowed by ClusterRoleBinding'))),
		'source', jsonb_build_object('ip', '10.2.0.' || pick(i, 70, 250)), 'user_agent', jsonb_build_object('original', 'kubelet/v1.31 (linux/amd64)'));

CREATE FUNCTION "gcp.audit"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'gcp.audit', one(i, 71, '{storage.objects.get,storage.objects.list,google.iam.admin.v1.CreateServiceAccountKey}'), 'network', 'access', 'success'),
		'gcp', jsonb_build_object('audit', jsonb_build_object('type', 'type.googleapis.com/google.cloud.audit.AuditLog', 'resource_name', 'projects/_/buckets/b' || pick(i, 72, 90))),
		'client', jsonb_build_object('user', jsonb_build_object('email', 'u' || pick(i, 58, 300) || '@example.net')), 'source', jsonb_build_object('ip', address(i % 900, 62)), 'cloud', '{"provider": "gcp"}'::jsonb);

CREATE FUNCTION "okta.system"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'okta.system', one(i, 73, '{user.session.start,user.authentication.sso,user.authentication.auth_via_mfa,policy.evaluate_sign_on}'), 'authentication', 'info', one(i, 74, '{success,success,failure}')),
		'okta', jsonb_build_object('actor', jsonb_build_object('alternate_id', 'u' || pick(i, 58, 300) || '@example.net', 'type', 'User'), 'outcome', jsonb_build_object('result', one(i, 74, '{SUCCESS,SUCCESS,FAILURE}'), 'reason', 'INVALID_CREDENTIALS'),
		'authentication_context', jsonb_build_object('external_session_id', md5('session' || pick(i, 75, 4000))), 'debug_context', jsonb_build_object('debug_data', jsonb_build_object('dt_hash', md5('device' || pick(i, 76, 3000))))),
		'client', jsonb_build_object('ip', address(i % 700, 77)), 'source', jsonb_build_object('ip', address(i % 700, 77)), 'user_agent', jsonb_build_object('original', agent_of_user(i)));

CREATE FUNCTION "azure.signinlogs"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('event', event(i, 'azure.signinlogs', 'Sign-in activity', 'authentication', 'info', one(i, 78, '{success,success,failure}')),
		'azure', jsonb_build_object('signinlogs', jsonb_build_object('category', one(i, 79, '{SignInLogs,NonInteractiveUserSignInLogs}'), 'properties', jsonb_build_object('user_principal_name', 'u' || pick(i, 58, 300) || '@example.net', 'app_display_name', 'Office',
		'authentication_requirement', one(i, 80, '{singleFactorAuthentication,multiFactorAuthentication}'), 'status', jsonb_build_object('error_code', one(i, 78, '{0,0,50126}')::int), 'incoming_token_type', 'none', 'session_id', md5('s' || pick(i, 81, 5000))))),
		'source', jsonb_build_object('ip', address(i % 700, 77), 'as', jsonb_build_object('number', pick(i % 700, 82, 900))), 'user', jsonb_build_object('id', md5('u' || pick(i, 58, 300))));

CREATE FUNCTION "system.auth"(i bigint) RETURNS jsonb LANGUAGE sql STABLE
	RETURN jsonb_build_object('host', host(i), 'event', event(i, 'system.auth', 'ssh_login', 'authentication', 'info', one(i, 83, '{success,failure}')), 'source', jsonb_build_object('ip', address(i % 500, 84), 'port', pick(i, 34, 60000)),
		'process', '{"name": "sshd", "pid": 900}'::jsonb, 'user', jsonb_build_object('name', one(i, 85, '{root,admin,deploy,ops}')), 'system', '{"auth": {"ssh": {"method": "password", "event": "Failed"}}}'::jsonb);

CREATE UNLOGGED TABLE piece (i bigint, document jsonb);
SELECT format('INSERT INTO piece SELECT i, common(i, at, %1$L) || %1$I(i) FROM (SELECT i, %2$L::timestamptz + (i + 0.5) * interval ''1 hour'' / %3$s AS at
	FROM generate_series(0, %4$s::bigint * %3$s - 1) AS i WHERE stream(i) = %1$L) AS e', stream(i),
	'2026-11-20 10:00Z'::timestamptz - :hours * interval '1 hour', :per_hour, :hours)
FROM generate_series(0, 99) AS i GROUP BY stream(i) \gexec

INSERT INTO warehouse SELECT (document ->> '@timestamp')::timestamptz, 'logs-' || (document #>> '{data_stream,dataset}') || '-default', document FROM piece ORDER BY i;
DROP TABLE piece;
CREATE INDEX warehouse_timestamp ON warehouse (timestamp);
CREATE INDEX warehouse_source ON warehouse (source_index, timestamp);
VACUUM ANALYZE warehouse;
