/*
 * path.c
 *		What kind of file a path leads to.
 *
 * The classes, the first that fits: secret (keys, passwords, what logs a
 * person or a machine in), hidden (a name with a dot in front, or a folder that
 * lies in memory only), tmp (places where everybody may write), home, system (the operating system's own), data
 * (everything else).  A path is read without its detours: /tmp/../etc/shadow is
 * /etc/shadow.  Where a relative path begins is not known, so only its names
 * count.
 */
#include "transfer/parse.h"

#include <string.h>

/* Longer paths keep their detours. */
#define MAX_PATH_LENGTH	1024

static const char *const system_folders[] = {
	"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr",
	"/var/cache", "/var/lib/dpkg", "/var/lib/rpm", "/var/log", "/var/run", "/var/spool", NULL
};
static const char *const tmp_folders[] = {"/tmp", "/var/tmp", "/run/lock", "/var/crash", NULL};
/* They lie in memory only, and nobody looks there. */
static const char *const hidden_folders[] = {"/dev/shm", "/run/shm", "/var/run/shm", NULL};
static const char *const home_folders[] = {"/home", "/root", "/Users", "/export/home", NULL};
static const char *const secret_folders[] = {
	"/etc/ssl/private", "/etc/pki/tls/private", "/etc/letsencrypt", "/etc/sudoers", "/etc/sudoers.d",
	"/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd",
	"/etc/krb5.keytab", "/etc/openvpn", "/etc/wireguard", "/etc/ipsec.secrets", "/etc/ppp/chap-secrets",
	"/proc/kcore", "/var/lib/sss/db", "/var/lib/samba/private", "/run/secrets", "/var/run/secrets",
	"/etc/kubernetes/admin.conf", "/etc/kubernetes/pki", "/etc/rancher", NULL
};

/* Names that are secret wherever they stand. */
static const char *const secret_names[] = {
	".aws", ".azure", ".docker", ".env", ".git-credentials", ".gnupg", ".htpasswd", ".kube", ".my.cnf", ".mylogin.cnf",
	".netrc", ".npmrc", ".password-store", ".pgpass", ".pypirc", ".smbcredentials", ".ssh", ".vault-token", "gshadow",
	"id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_rsa", "master.key", "shadow",
	"ssh_host_dsa_key", "ssh_host_ecdsa_key", "ssh_host_ed25519_key", "ssh_host_rsa_key", "wallet.dat", NULL
};
static const char *const secret_endings[] = {
	".jks", ".kdb", ".kdbx", ".key", ".keystore", ".keytab", ".ovpn", ".p12", ".pem", ".pfx", ".ppk", NULL
};

/* Is the path one of the folders, or in it? */
static bool
is_in(TransferText path, const char *const *folders)
{
	for (; *folders != NULL; folders++)
	{
		size_t		n;

		/* most folders differ in the letter after the slash */
		if (path.length < 2 || path.data[1] != (*folders)[1])
			continue;
		n = strlen(*folders);
		if (path.length >= n && memcmp(path.data, *folders, n) == 0 && (path.length == n || path.data[n] == '/'))
			return true;
	}
	return false;
}

/* Copy the path without double slashes, "." and "..". */
static size_t
straighten(TransferText path, char *out)
{
	bool		absolute = path.length > 0 && path.data[0] == '/';
	size_t		n = 0;

	for (size_t i = 0; i < path.length;)
	{
		size_t		start = i;
		size_t		length;

		while (i < path.length && path.data[i] != '/')
			i++;
		length = i - start;
		i++;
		if (length == 0 || (length == 1 && path.data[start] == '.'))
			continue;
		if (length == 2 && path.data[start] == '.' && path.data[start + 1] == '.' && absolute)
		{
			while (n > 0 && out[--n] != '/')
				;
			continue;
		}
		if (n > 0 || absolute)
			out[n++] = '/';
		memcpy(out + n, path.data + start, length);
		n += length;
	}
	return n;
}

static bool
is_secret_name(TransferText name)
{
	size_t		dot = name.length;

	if (name.length < 3)
		return false;
	/* no name of the table begins otherwise */
	if (strchr(".gimsw", name.data[0]) != NULL)
	{
		for (const char *const *secret = secret_names; *secret != NULL; secret++)
		{
			if (transfer_same(name, *secret))
				return true;
		}
	}
	if (transfer_starts(name, ".env."))
		return true;
	while (dot > 0 && name.data[dot - 1] != '.')
		dot--;
	if (dot == 0 || name.length - dot < 3)
		return false;
	for (const char *const *secret = secret_endings; *secret != NULL; secret++)
	{
		if (transfer_same(transfer_slice(name, dot - 1, name.length), *secret))
			return true;
	}
	return false;
}

/* What the names of a path say. */
static TransferClass
classify_names(TransferText path)
{
	TransferClass class = TRANSFER_DATA;

	for (size_t i = 0; i < path.length;)
	{
		size_t		start = i;
		TransferText name;

		while (i < path.length && path.data[i] != '/')
			i++;
		name = transfer_slice(path, start, i);
		i++;
		if (is_secret_name(name))
			return TRANSFER_SECRET;
		if (name.length > 1 && name.data[0] == '.' && !transfer_same(name, ".."))
			class = TRANSFER_HIDDEN;
	}
	return class;
}

TransferClass
transfer_classify(TransferText path)
{
	char		straight[MAX_PATH_LENGTH + 1];
	TransferClass class;

	if (path.length > 0 && path.length <= MAX_PATH_LENGTH)
		path = (TransferText) {straight, straighten(path, straight)};
	class = classify_names(path);
	if (class == TRANSFER_SECRET || path.length == 0)
		return class;
	if (path.data[0] == '~' || transfer_starts(path, "$HOME"))
		return class == TRANSFER_HIDDEN ? class : TRANSFER_HOME;
	if (path.data[0] != '/')
		return class;
	if (is_in(path, secret_folders) || (transfer_starts(path, "/proc/") && transfer_same(transfer_base_name(path), "environ")))
		return TRANSFER_SECRET;
	if (class == TRANSFER_HIDDEN || is_in(path, hidden_folders))
		return TRANSFER_HIDDEN;
	return is_in(path, tmp_folders) ? TRANSFER_TMP : is_in(path, home_folders) ? TRANSFER_HOME :
		is_in(path, system_folders) ? TRANSFER_SYSTEM : TRANSFER_DATA;
}
