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

typedef struct Folder
{
	const char *path;
	size_t		length;
	TransferClass class;
} Folder;

#define FOLDER(path, class) {path, sizeof(path) - 1, TRANSFER_##class}

/*
 * Folders by the letter behind the slash, and of these the first that fits counts:
 * secret ones, hidden ones (they lie in memory only, and nobody looks there), tmp, home, system.
 */
static const Folder b_folders[] = {FOLDER("/bin", SYSTEM), FOLDER("/boot", SYSTEM), {NULL, 0, 0}};
static const Folder d_folders[] = {FOLDER("/dev/shm", HIDDEN), FOLDER("/dev", SYSTEM), {NULL, 0, 0}};
static const Folder e_folders[] = {
	FOLDER("/etc/ssl/private", SECRET), FOLDER("/etc/pki/tls/private", SECRET), FOLDER("/etc/letsencrypt", SECRET),
	FOLDER("/etc/sudoers", SECRET), FOLDER("/etc/sudoers.d", SECRET), FOLDER("/etc/shadow", SECRET), FOLDER("/etc/shadow-", SECRET),
	FOLDER("/etc/gshadow", SECRET), FOLDER("/etc/gshadow-", SECRET), FOLDER("/etc/security/opasswd", SECRET),
	FOLDER("/etc/krb5.keytab", SECRET), FOLDER("/etc/openvpn", SECRET), FOLDER("/etc/wireguard", SECRET),
	FOLDER("/etc/ipsec.secrets", SECRET), FOLDER("/etc/ppp/chap-secrets", SECRET), FOLDER("/etc/kubernetes/admin.conf", SECRET),
	FOLDER("/etc/kubernetes/pki", SECRET), FOLDER("/etc/rancher", SECRET), FOLDER("/export/home", HOME), FOLDER("/etc", SYSTEM),
	{NULL, 0, 0}
};
static const Folder h_folders[] = {FOLDER("/home", HOME), {NULL, 0, 0}};
static const Folder l_folders[] = {FOLDER("/lib", SYSTEM), FOLDER("/lib32", SYSTEM), FOLDER("/lib64", SYSTEM), {NULL, 0, 0}};
static const Folder p_folders[] = {FOLDER("/proc/kcore", SECRET), FOLDER("/proc", SYSTEM), {NULL, 0, 0}};
static const Folder r_folders[] = {
	FOLDER("/run/secrets", SECRET), FOLDER("/run/shm", HIDDEN), FOLDER("/run/lock", TMP), FOLDER("/root", HOME), FOLDER("/run", SYSTEM),
	{NULL, 0, 0}
};
static const Folder s_folders[] = {FOLDER("/sbin", SYSTEM), FOLDER("/sys", SYSTEM), {NULL, 0, 0}};
static const Folder t_folders[] = {FOLDER("/tmp", TMP), {NULL, 0, 0}};
static const Folder u_folders[] = {FOLDER("/usr", SYSTEM), {NULL, 0, 0}};
static const Folder users_folders[] = {FOLDER("/Users", HOME), {NULL, 0, 0}};
static const Folder v_folders[] = {
	FOLDER("/var/lib/sss/db", SECRET), FOLDER("/var/lib/samba/private", SECRET), FOLDER("/var/run/secrets", SECRET),
	FOLDER("/var/run/shm", HIDDEN), FOLDER("/var/tmp", TMP), FOLDER("/var/crash", TMP), FOLDER("/var/cache", SYSTEM),
	FOLDER("/var/lib/dpkg", SYSTEM), FOLDER("/var/lib/rpm", SYSTEM), FOLDER("/var/log", SYSTEM), FOLDER("/var/run", SYSTEM),
	FOLDER("/var/spool", SYSTEM), {NULL, 0, 0}
};
static const Folder *const folders[256] = {
	['U'] = users_folders, ['b'] = b_folders, ['d'] = d_folders, ['e'] = e_folders, ['h'] = h_folders, ['l'] = l_folders,
	['p'] = p_folders, ['r'] = r_folders, ['s'] = s_folders, ['t'] = t_folders, ['u'] = u_folders, ['v'] = v_folders
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

/* The class of the folder that the path is, or lies in. */
static TransferClass
classify_folder(TransferText path)
{
	const Folder *folder = path.length < 2 ? NULL : folders[(unsigned char) path.data[1]];

	for (; folder != NULL && folder->path != NULL; folder++)
	{
		size_t		n = folder->length;

		if (path.length >= n && memcmp(path.data, folder->path, n) == 0 && (path.length == n || path.data[n] == '/'))
			return folder->class;
	}
	return TRANSFER_DATA;
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
	TransferClass folder;

	if (path.length > 0 && path.length <= MAX_PATH_LENGTH)
		path = (TransferText) {straight, straighten(path, straight)};
	class = classify_names(path);
	if (class == TRANSFER_SECRET || path.length == 0)
		return class;
	if (path.data[0] == '~' || transfer_starts(path, "$HOME"))
		return class == TRANSFER_HIDDEN ? class : TRANSFER_HOME;
	if (path.data[0] != '/')
		return class;
	folder = classify_folder(path);
	if (folder == TRANSFER_SECRET || (transfer_starts(path, "/proc/") && transfer_same(transfer_base_name(path), "environ")))
		return TRANSFER_SECRET;
	return class == TRANSFER_HIDDEN ? class : folder;
}
