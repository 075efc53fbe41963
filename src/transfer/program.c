/*
 * program.c
 *		What a program is called, whichever version of it runs.
 *
 * An upgrade brings the same program under another path: /opt/jdk-17.0.8/bin/java,
 * /usr/bin/python3.11, /snap/lxd/26200/bin/lxd.  So numbers that stand for versions
 * and builds are replaced by <n>, and hashes by <hash> or <uuid>:
 *
 * - a run of figures, and what begins with a figure behind a mark (9.6p1), or is a v
 *   and figures; several of them with marks between them count as one;
 * - 8 hexadecimal digits or more, of both letters and figures, and uuids.
 *
 * A figure behind letters is a part of the name: ksh93, app1, python3.  Where anybody may
 * put programs a number is no version, so paths in tmp folders and in memory stay as they
 * are; below a hidden folder of somebody's home, where editors and languages keep theirs,
 * only versions with a dot in them and long hashes are replaced.
 *
 * /bin, /sbin and /lib are /usr/bin, /usr/sbin and /usr/lib, as on all systems of today.
 */
#include "transfer/parse.h"

#include <string.h>

#include "text/buffer.h"

static const char *const merged_folders[] = {"/bin/", "/sbin/", "/lib/", "/lib64/"};

/* A run of letters and figures. */
typedef struct ProgramRun
{
	size_t		start;
	size_t		end;
	size_t		digits;
	bool		hex;			/* hexadecimal digits only */
} ProgramRun;

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What stands between the numbers of a version. */
static bool
is_mark(char c)
{
	return c != '\0' && strchr(".-_+~", c) != NULL;
}

static ProgramRun
read_run(TransferText path, size_t start)
{
	ProgramRun	run = {.start = start, .end = start, .hex = true};

	for (; run.end < path.length && (is_digit(path.data[run.end]) || is_letter(path.data[run.end])); run.end++)
	{
		char		c = path.data[run.end];

		run.digits += is_digit(c);
		run.hex = run.hex && (is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
	}
	return run;
}

static bool
is_hash(const ProgramRun *run, size_t least)
{
	size_t		length = run->end - run->start;

	return run->hex && length >= least && run->digits > 0 && run->digits < length;
}

/* Does the run stand for a version, or for a part of one? */
static bool
is_version(TransferText path, const ProgramRun *run)
{
	size_t		length = run->end - run->start;

	if (run->digits == length)
		return true;
	if (is_digit(path.data[run->start]))
		return run->start > 0 && is_mark(path.data[run->start - 1]);
	return length > 1 && path.data[run->start] == 'v' && run->digits == length - 1;
}

/* Is the number one of several with dots between them? */
static bool
has_dots(TransferText path, const ProgramRun *run)
{
	return (run->end + 1 < path.length && path.data[run->end] == '.' && is_digit(path.data[run->end + 1])) ||
		(run->start > 1 && path.data[run->start - 1] == '.' && is_digit(path.data[run->start - 2]));
}

/* The end of a version whose first run is that: behind its last number. */
static size_t
end_of_version(TransferText path, const ProgramRun *first)
{
	size_t		end = first->end;

	while (end + 1 < path.length && is_mark(path.data[end]) && is_digit(path.data[end + 1]))
	{
		ProgramRun	run = read_run(path, end + 1);

		if (is_hash(&run, 8))
			break;
		end = run.end;
	}
	return end;
}

static void
append_path(EsqlBuffer *out, TransferText path, bool careful)
{
	size_t		kept = 0;		/* where what stays begins */

	for (size_t i = 0; i < path.length;)
	{
		ProgramRun	run = read_run(path, i);
		size_t		uuid = transfer_match_uuid(path, i);
		const char *instead = NULL;
		size_t		end = run.end > i ? run.end : i + 1;

		if (uuid > i)
		{
			instead = "<uuid>";
			end = uuid;
		}
		else if (run.end > i && is_hash(&run, careful ? 32 : 8))
			instead = "<hash>";
		else if (run.end > i && is_version(path, &run) && (!careful || has_dots(path, &run)))
		{
			instead = "<n>";
			end = end_of_version(path, &run);
		}
		if (instead != NULL)
		{
			esql_append(out, path.data + kept, i - kept);
			esql_append_text(out, instead);
			kept = end;
		}
		i = end;
	}
	esql_append(out, path.data + kept, path.length - kept);
}

/* May an upgrade change something in it?  A version and a hash have a digit, and a uuid has dashes and its length. */
static bool
may_change(TransferText path)
{
	bool		dash = false;

	for (size_t i = 0; i < path.length; i++)
	{
		if (is_digit(path.data[i]))
			return true;
		dash = dash || path.data[i] == '-';
	}
	return dash && path.length >= 36;
}

/* Does it lie in a folder that is a link to the one in /usr? */
static bool
in_merged_folder(TransferText path)
{
	for (size_t i = 0; i < sizeof(merged_folders) / sizeof(merged_folders[0]); i++)
	{
		if (transfer_starts(path, merged_folders[i]))
			return true;
	}
	return false;
}

/* The path without what its version changes; false if there is no memory. */
bool
transfer_program_name(EsqlContext *context, TransferText path, TransferText *name)
{
	bool		merged = in_merged_folder(path);
	TransferClass class;
	bool		careful;
	EsqlBuffer	out;
	EsqlString	text;

	*name = path;
	if (!merged && !may_change(path))
		return true;
	class = transfer_classify(path);
	careful = class == TRANSFER_HIDDEN && (transfer_starts(path, "/home/") || transfer_starts(path, "/root/"));
	if (class == TRANSFER_TMP || class == TRANSFER_SECRET || (class == TRANSFER_HIDDEN && !careful))
		return true;
	esql_buffer_init(&out, context);
	if (merged)
		esql_append_text(&out, "/usr");
	append_path(&out, path, careful);
	if (!esql_buffer_finish(&out, &text))
		return false;
	*name = (TransferText) {text.data, text.length};
	return true;
}
