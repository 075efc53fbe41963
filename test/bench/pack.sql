-- pack.sql: td_bench.pack, thirty rules in ES|QL of our own, for the documents of warehouse.sql.
--
-- They are what published rules are like: a few conditions on one data stream, lists of patterns over small
-- letters, groups with counts. One reads a data stream that is not there, and one all of them.

CREATE TABLE td_bench.pack (rule int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO td_bench.pack (query) VALUES
-- processes
($$FROM logs-endpoint.events.process-* METADATA _id
| WHERE host.os.type == "linux" AND event.type == "start" AND event.action == "exec" AND process.name IN ("scp", "sftp", "rsync")
| STATS n = COUNT(*), agents = COUNT_DISTINCT(agent.id), hosts = VALUES(host.name) BY process.executable, process.parent.executable, process.command_line
| WHERE agents == 1 AND n < 5$$),
($$FROM logs-endpoint.events.process-*
| WHERE event.action == "exec" AND process.command_line LIKE "*https://*" AND process.parent.name IN ("bash", "java", "python3")
| STATS n = COUNT(*), lines = VALUES(process.command_line) BY host.name, process.name$$),
($$FROM logs-endpoint.events.process-*
| WHERE event.type == "start" AND process.name == "base64" AND process.args_count > 2
| STATS n = COUNT(*), first = MIN(@timestamp), last = MAX(@timestamp) BY host.name, user.name$$),
($$FROM logs-endpoint.events.process-*
| EVAL line = TO_LOWER(process.command_line)
| WHERE line LIKE "*mimikatz*" OR line LIKE "*lsass*" OR line LIKE "*procdump*" OR line LIKE "*sekurlsa*" OR line LIKE "*ntds.dit*"
	OR line LIKE "*vssadmin*" OR line LIKE "*/etc/shadow*" OR line LIKE "*id_rsa*" OR line LIKE "*.aws/credentials*" OR line LIKE "*payload.bin*"
| STATS n = COUNT(*), lines = VALUES(line), users = VALUES(user.name) BY host.name$$),
($$FROM logs-endpoint.events.process-*
| WHERE event.action == "exec" AND process.name RLIKE "(nc|ncat|socat)"
| KEEP @timestamp, host.name, process.name, process.command_line$$),
($$FROM logs-endpoint.events.process-*
| WHERE event.type == "start" AND process.parent.name == "sshd" AND NOT process.name IN ("bash", "sh")
| STATS n = COUNT(*), programs = COUNT_DISTINCT(process.name) BY host.name, user.name
| WHERE programs > 12$$),
-- network
($$FROM logs-endpoint.events.network-*
| WHERE event.action == "connection_attempted" AND destination.port == 4444 AND network.direction == "egress"
| STATS n = COUNT(*), targets = COUNT_DISTINCT(destination.ip) BY host.name, process.name
| WHERE targets > 3$$),
($$FROM logs-endpoint.events.network-*
| WHERE event.action == "connection_attempted" AND destination.port IN (22, 3389, 5985) AND destination.ip IS NOT NULL
| STATS targets = COUNT_DISTINCT(destination.ip), n = COUNT(*) BY source.ip
| WHERE targets > 100$$),
($$FROM logs-endpoint.events.network-*
| WHERE network.direction == "egress" AND NOT CIDR_MATCH(destination.ip, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16") AND destination.bytes > 89000
| STATS sent = SUM(destination.bytes), n = COUNT(*) BY host.name
| WHERE sent > 5000000$$),
($$FROM logs-endpoint.events.network-*
| WHERE process.name IN ("curl", "nc", "base64") AND destination.port != 443
| STATS n = COUNT(*), ports = VALUES(destination.port) BY host.name, process.name$$),
($$FROM logs-endpoint.events.network-*
| WHERE destination.port > 1023
| STATS ports = COUNT_DISTINCT(destination.port), n = COUNT(*) BY source.ip, destination.ip
| WHERE ports > 20$$),
-- files
($$FROM logs-endpoint.events.file-*
| WHERE event.action == "creation" AND file.extension == "sh" AND file.size > 890000
| STATS n = COUNT(*), paths = VALUES(file.path) BY host.name, process.name$$),
($$FROM logs-endpoint.events.file-*
| WHERE event.action IN ("rename", "deletion")
| STATS n = COUNT(*), files = COUNT_DISTINCT(file.path) BY host.name, process.name
| WHERE files > 20$$),
-- authentication
($$FROM logs-system.security-*
| WHERE event.category == "authentication" AND event.action == "logon-failed" AND winlog.logon.type == "Network"
| STATS n = COUNT(*), names = COUNT_DISTINCT(user.name) BY source.ip
| WHERE names > 5 AND n > 5$$),
($$FROM logs-system.security-*, winlogbeat-*
| WHERE event.code IN ("4624", "4625") AND winlog.event_data.AuthenticationPackageName == "NTLM" AND winlog.event_data.KeyLength == "0"
| STATS failed = COUNT(*) WHERE event.outcome == "failure", passed = COUNT(*) WHERE event.outcome == "success" BY source.ip, user.name
| WHERE failed > 3 AND passed > 0$$),
($$FROM logs-system.auth-*
| WHERE event.action == "ssh_login" AND event.outcome == "failure" AND user.name == "root"
| STATS n = COUNT(*), hosts = COUNT_DISTINCT(host.name) BY source.ip
| WHERE n > 5$$),
($$FROM logs-okta.system-*
| WHERE event.action == "user.session.start" AND okta.outcome.result == "FAILURE"
| STATS n = COUNT(*), people = COUNT_DISTINCT(okta.actor.alternate_id) BY client.ip
| WHERE people > 3$$),
($$FROM logs-okta.system-*
| WHERE okta.authentication_context.external_session_id IS NOT NULL
| STATS devices = COUNT_DISTINCT(okta.debug_context.debug_data.dt_hash), addresses = COUNT_DISTINCT(client.ip) BY okta.authentication_context.external_session_id
| WHERE devices > 8$$),
($$FROM logs-azure.signinlogs-*
| WHERE event.outcome == "failure" AND azure.signinlogs.properties.status.error_code == 50126
| STATS n = COUNT(*), people = COUNT_DISTINCT(azure.signinlogs.properties.user_principal_name) BY source.ip
| WHERE people > 4$$),
($$FROM logs-azure.signinlogs-*
| WHERE azure.signinlogs.properties.authentication_requirement == "singleFactorAuthentication" AND event.outcome == "success"
| EVAL minute = DATE_TRUNC(10 minutes, @timestamp)
| STATS networks = COUNT_DISTINCT(source.`as`.number) BY minute, azure.signinlogs.properties.user_principal_name
| WHERE networks > 5$$),
-- the cloud
($$FROM logs-aws.cloudtrail-*
| WHERE event.provider == "cloudtrail.amazonaws.com" AND event.action == "DeleteTrail" AND event.outcome == "success"
| STATS n = COUNT(*), regions = VALUES(cloud.region), addresses = VALUES(source.ip) BY aws.cloudtrail.user_identity.arn$$),
($$FROM logs-aws.cloudtrail-*
| WHERE event.action == "GetSecretValue"
| STATS n = COUNT(*), first = MIN(@timestamp), last = MAX(@timestamp), agents = VALUES(user_agent.original) BY aws.cloudtrail.user_identity.arn, source.ip
| WHERE n > 3$$),
($$FROM logs-aws.cloudtrail-*
| WHERE event.action == "GetObject" AND aws.cloudtrail.request_parameters IS NOT NULL
| GROK aws.cloudtrail.request_parameters "bucketName=%{DATA:bucket},"
| STATS n = COUNT(*), buckets = COUNT_DISTINCT(bucket) BY aws.cloudtrail.user_identity.arn
| WHERE buckets > 15$$),
($$FROM logs-kubernetes.audit_logs-*
| WHERE kubernetes.audit.objectRef.resource == "secrets" AND kubernetes.audit.verb IN ("get", "list")
| STATS n = COUNT(*), names = COUNT_DISTINCT(kubernetes.audit.objectRef.name), denied = COUNT(*) WHERE kubernetes.audit.responseStatus.code == 403 BY kubernetes.audit.user.username
| WHERE names > 20$$),
($$FROM logs-gcp.audit-*
| WHERE event.action LIKE "google.iam.admin.*.CreateServiceAccountKey"
| STATS n = COUNT(*), addresses = VALUES(source.ip) BY client.user.email
| WHERE n > 2$$),
-- the web
($$FROM logs-nginx.access-*, logs-apache.access-*, logs-iis.access-*
| EVAL agent = TO_LOWER(user_agent.original), page = TO_LOWER(url.original)
| WHERE agent LIKE "sqlmap*" OR agent LIKE "nikto*" OR agent LIKE "*nmap*" OR agent LIKE "*gobuster*" OR agent LIKE "*dirbuster*" OR agent LIKE "wpscan*"
	OR agent LIKE "*masscan*" OR agent LIKE "*zgrab*" OR agent LIKE "*hydra*" OR agent LIKE "*burp*" OR agent LIKE "*acunetix*" OR agent LIKE "*nessus*"
| STATS n = COUNT(*), pages = COUNT_DISTINCT(page), agents = VALUES(agent) BY source.ip$$),
($$FROM logs-nginx.access-*, logs-apache.access-*
| WHERE http.response.status_code IN (403, 404, 500)
| STATS n = COUNT(*), pages = COUNT_DISTINCT(url.path) BY source.ip
| WHERE pages > 20$$),
($$FROM logs-nginx.access-*
| WHERE http.request.method == "POST"
| EVAL page = TO_LOWER(URL_DECODE(url.original)), hit = CASE(page LIKE "*/etc/passwd*" OR page LIKE "*../../*" OR page LIKE "*<script*", 1, page LIKE "*union*select*" OR page LIKE "*' or *", 2, 0)
| WHERE hit > 0
| STATS n = COUNT(*), pages = VALUES(page) BY source.ip, hit$$),
-- a data stream that is not there, and all of them
($$FROM logs-aws_bedrock.invocation-*
| EVAL prompt = TO_LOWER(gen_ai.prompt)
| WHERE prompt LIKE "*/bin/sh*" OR prompt LIKE "*powershell*" OR prompt LIKE "*curl *" OR prompt LIKE "*wget *" OR prompt LIKE "*base64 -d*"
| STATS n = COUNT(*) BY user.id$$),
($$FROM logs-*
| WHERE source.ip IS NOT NULL AND event.outcome == "failure"
| STATS n = COUNT(*), sets = COUNT_DISTINCT(data_stream.dataset) BY source.ip
| WHERE sets > 2 AND n > 20$$);
