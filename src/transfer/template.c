/*
 * template.c
 *		The command as a template: what changes from one run of a job to the next
 *		is replaced.
 *
 *		<uuid>		8-4-4-4-12 hexadecimal digits
 *		<date>		a day, perhaps with its time: 2026-11-27, 20261127T0341, 2026/11/27
 *		<hash>		seven or more hexadecimal digits, of both letters and figures
 *		<random>	names that mktemp and its like make up
 *		<n>			other numbers
 *
 * Two commands of the same job have the same template, whether they came as a
 * line or as arguments: words stand with one blank between them.  The remote host,
 * account and port are never replaced, for a template that two hosts share would
 * hide the second.  Nor are options themselves, numbers that are all of an
 * option's value, and names of formats that have a figure in them (mp3, id_ed25519).
 */
#include "transfer/parse.h"

#include <string.h>

#include "text/buffer.h"

/* Kinds of bytes, in a table, since every byte of every line is looked up. */
enum
{
	OTHER = 0,
	DIGIT = 1,
	LOWER = 2,
	UPPER = 4,
	HEX = 8,					/* beside one of the others */
	KIND = DIGIT | LOWER | UPPER
};

#define D DIGIT | HEX
#define H HEX
#define L LOWER
#define U UPPER

static const unsigned char kinds[256] = {
	['0'] = D, D, D, D, D, D, D, D, D, D,
	['A'] = U | H, U | H, U | H, U | H, U | H, U | H, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	['a'] = L | H, L | H, L | H, L | H, L | H, L | H, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L
};

#undef D
#undef H
#undef L
#undef U

static int
kind_of(char c)
{
	return kinds[(unsigned char) c] & KIND;
}

static bool
is_hex(char c)
{
	return (kinds[(unsigned char) c] & HEX) != 0;
}

/* Read exactly n digits at i; their value, or -1. */
static int
read_digits(TransferText text, size_t i, size_t n)
{
	int			value = 0;

	if (i + n > text.length)
		return -1;
	for (size_t k = i; k < i + n; k++)
	{
		if (kind_of(text.data[k]) != DIGIT)
			return -1;
		value = value * 10 + (text.data[k] - '0');
	}
	return value;
}

static bool
digit_at(TransferText text, size_t i)
{
	return i < text.length && kind_of(text.data[i]) == DIGIT;
}

/* The end of a uuid at i, or i. */
size_t
transfer_match_uuid(TransferText text, size_t i)
{
	static const int lengths[] = {8, 4, 4, 4, 12};
	size_t		at = i;

	if (i + 36 > text.length || text.data[i + 8] != '-')
		return i;
	for (int group = 0; group < 5; group++)
	{
		for (int k = 0; k < lengths[group]; k++)
		{
			if (!is_hex(text.data[at++]))
				return i;
		}
		if (group < 4 && text.data[at++] != '-')
			return i;
	}
	return at < text.length && kind_of(text.data[at]) != OTHER ? i : at;
}

/* The end of a time of day at i, behind a date: [T_.-]HH[:-]MM[[:-]SS[.fraction]][Z], or i. */
static size_t
match_time(TransferText text, size_t i)
{
	size_t		at = i;
	int			hour;
	int			minute;

	if (at < text.length && strchr("T_.- t", text.data[at]) != NULL)
		at++;
	hour = read_digits(text, at, 2);
	if (hour < 0 || hour > 23)
		return i;
	at += 2;
	if (at < text.length && strchr(":-_h.", text.data[at]) != NULL)
		at++;
	minute = read_digits(text, at, 2);
	if (minute < 0 || minute > 59)
		return i;
	at += 2;
	if (at + 2 < text.length && strchr(":-_m.", text.data[at]) != NULL && read_digits(text, at + 1, 2) >= 0)
		at += 3;
	else if (read_digits(text, at, 2) >= 0)
		at += 2;
	if (at < text.length && text.data[at] == '.' && digit_at(text, at + 1))
	{
		for (at++; digit_at(text, at); at++)
			;
	}
	if (at < text.length && text.data[at] == 'Z')
		at++;
	return digit_at(text, at) ? i : at;
}

/* The end of a date at i, or i: a year, a month and mostly a day, with the same mark between them, or none. */
static size_t
match_date(TransferText text, size_t i)
{
	int			year = read_digits(text, i, 4);
	size_t		at = i + 4;
	char		mark = 0;
	int			month;
	int			day;
	size_t		end;

	if (year < 1990 || year > 2099)
		return i;
	if (at < text.length && strchr("-_./", text.data[at]) != NULL)
		mark = text.data[at++];
	month = read_digits(text, at, 2);
	if (month < 1 || month > 12)
		return i;
	at += 2;
	if (mark != 0 && (at >= text.length || text.data[at] != mark))
		return mark == '-' && !digit_at(text, at) ? at : i;
	if (mark != 0)
		at++;
	day = read_digits(text, at, 2);
	if (day < 1 || day > 31)
		return i;
	at += 2;
	end = match_time(text, at);
	return digit_at(text, end) ? i : end;
}

/* A run of letters and digits. */
typedef struct Run
{
	size_t		end;
	size_t		digits;
	size_t		changes;		/* between digits, small and capital letters */
	bool		hex;
} Run;

static Run
read_run(TransferText text, size_t start)
{
	Run			run = {.end = start, .hex = true};
	int			before = OTHER;

	while (run.end < text.length)
	{
		char		c = text.data[run.end];
		int			kind = kind_of(c);

		if (kind == OTHER)
			break;
		run.digits += kind == DIGIT;
		run.changes += before != OTHER && kind != before;
		run.hex = run.hex && is_hex(c);
		before = kind;
		run.end++;
	}
	return run;
}

/* Names in which a figure says no number. */
static bool
is_name(TransferText run)
{
	static const char *const names[] = {
		"7z", "aarch64", "amd64", "arm64", "base64", "bz2", "ed25519", "ext4", "h264", "i386", "i686", "ipv4", "ipv6",
		"k8s", "lz4", "md5", "mp3", "mp4", "python3", "s3", "sha1", "sha256", "sha512", "sqlite3", "utf8", "x86"
	};

	if (run.length > 7)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (run.data[0] == names[i][0] && transfer_same(run, names[i]))
			return true;
	}
	return false;
}

/* Did mktemp, or something like it, make up the name from start to run.end? */
static bool
is_random(TransferText text, size_t start, const Run *run)
{
	size_t		length = run->end - start;
	bool		behind_tmp = start >= 4 && memcmp(text.data + start - 4, "tmp", 3) == 0 && strchr(".-_", text.data[start - 1]) != NULL;

	if (length < 6 || length > 64)
		return false;
	if (behind_tmp && (run->changes > 0 || length == 10))
		return true;
	return run->changes >= 3 && run->changes * 3 >= length;
}

/*
 * The template as it is written.  What stays as it is mostly follows what stayed before it in the line, so
 * a stretch of it is copied as late as can be; and a line that nothing changes in is its own template.
 */
typedef struct Writer
{
	EsqlBuffer	out;
	const char *kept;			/* is to be appended */
	size_t		length;
} Writer;

static void
keep(Writer *writer, const char *data, size_t length)
{
	if (writer->kept != NULL && data == writer->kept + writer->length)
	{
		writer->length += length;
		return;
	}
	if (length == 0)
		return;
	if (writer->length > 0)
		esql_append(&writer->out, writer->kept, writer->length);
	writer->kept = data;
	writer->length = length;
}

/* What stands for something that changes. */
static void
put(Writer *writer, const char *instead, size_t length)
{
	if (writer->length > 0)
		esql_append(&writer->out, writer->kept, writer->length);
	writer->kept = NULL;
	writer->length = 0;
	esql_append(&writer->out, instead, length);
}

/* The blank before a word: mostly that of the line. */
static void
put_blank(Writer *writer, const TransferParse *part, const TransferWord *word)
{
	if (part->from_line && writer->kept != NULL && word > part->words &&
		word[-1].text.data + word[-1].text.length + 1 == word->text.data && word->text.data[-1] == ' ' &&
		writer->kept + writer->length + 1 == word->text.data)
		writer->length++;
	else
		put(writer, " ", 1);
}

#define PUT(writer, instead) put(writer, instead, sizeof(instead) - 1)

/* Replace the numbers of a run. */
static void
put_numbers(Writer *writer, TransferText text, size_t start, size_t end)
{
	for (size_t i = start; i < end;)
	{
		size_t		from = i;

		if (kind_of(text.data[i]) == DIGIT)
		{
			while (i < end && kind_of(text.data[i]) == DIGIT)
				i++;
			PUT(writer, "<n>");
			continue;
		}
		while (i < end && kind_of(text.data[i]) != DIGIT)
			i++;
		keep(writer, text.data + from, i - from);
	}
}

/* Write what stands for the run at start.  Returns where the text goes on. */
static size_t
put_run(Writer *writer, TransferText text, size_t start)
{
	Run			run = read_run(text, start);
	size_t		length = run.end - start;
	size_t		end;

	if (run.digits == 0 && run.changes == 0 && length < 32 && !(length == 8 && run.hex) &&
		!(length == 10 && is_random(text, start, &run)))
		keep(writer, text.data + start, length);
	else if ((end = transfer_match_uuid(text, start)) > start)
	{
		PUT(writer, "<uuid>");
		return end;
	}
	else if ((end = match_date(text, start)) > start)
	{
		PUT(writer, "<date>");
		return end;
	}
	else if (run.digits > 0 && run.digits < length && is_name(transfer_slice(text, start, run.end)))
		keep(writer, text.data + start, length);
	else if (run.hex && ((length >= 7 && run.digits > 0 && run.digits < length) || length >= 32))
		PUT(writer, "<hash>");
	else if (is_random(text, start, &run))
		PUT(writer, "<random>");
	else if (length == 11 && transfer_starts(transfer_slice(text, start, run.end), "tmp") && run.digits > 0)
		PUT(writer, "tmp<random>");
	else
		put_numbers(writer, text, start, run.end);
	return run.end;
}

static void
put_changing(Writer *writer, TransferText text)
{
	size_t		kept = 0;		/* where what stays begins */

	for (size_t i = 0; i < text.length;)
	{
		size_t		start = i;
		int			kind = kind_of(text.data[i]);

		if (kind == OTHER)
		{
			/* %20 of a URL is no number */
			bool		encoded = text.data[i] == '%' && i + 2 < text.length && is_hex(text.data[i + 1]) && is_hex(text.data[i + 2]);

			i += encoded ? 3 : 1;
			continue;
		}
		while (++i < text.length && kind_of(text.data[i]) == kind)
			;
		/* most are words, which stay; those of the other lengths are looked at */
		if (kind != DIGIT && i - start < 32 && i - start != 8 && i - start != 10 &&
			(i == text.length || kind_of(text.data[i]) == OTHER))
			continue;
		keep(writer, text.data + kept, start - kept);
		/* a date may end within a run, as 20261127T0341x does */
		kept = i = put_run(writer, text, start);
	}
	keep(writer, text.data + kept, text.length - kept);
}

/* Is it a number, perhaps with a unit? */
static bool
is_number(TransferText text)
{
	size_t		i = 0;

	while (i < text.length && (kind_of(text.data[i]) == DIGIT || (i > 0 && text.data[i] == '.')))
		i++;
	return i > 0 && i + 2 >= text.length;
}

/* Options of ssh: only paths change; hosts and accounts have no slash, or come with ://. */
static void
put_shell(Writer *writer, TransferText text)
{
	for (size_t i = 0; i < text.length;)
	{
		size_t		start = i;
		TransferText part;

		while (i < text.length && text.data[i] != ' ' && text.data[i] != '=' && text.data[i] != '@')
			i++;
		part = transfer_slice(text, start, i);
		if (part.length > 0 && (part.data[0] == '/' || part.data[0] == '~') && (i == text.length || text.data[i] != '@'))
			put_changing(writer, part);
		else
			keep(writer, part.data, part.length);
		if (i < text.length)
			keep(writer, text.data + i++, 1);
	}
}

static void
put_word(Writer *writer, const TransferWord *word)
{
	size_t		kept = word->keep < word->text.length ? word->keep : word->text.length;
	TransferText rest = transfer_slice(word->text, kept, word->text.length);

	keep(writer, word->text.data, kept);
	if (word->kind == TRANSFER_WORD_KEEP || (word->kind == TRANSFER_WORD_VALUE && is_number(rest)))
		keep(writer, rest.data, rest.length);
	else if (word->kind == TRANSFER_WORD_SHELL)
		put_shell(writer, rest);
	else
		put_changing(writer, rest);
}

/* The template, of the words and of those that ssh carries. */
void
transfer_make_template(TransferParse *parse)
{
	Writer		writer = {.kept = NULL};
	EsqlString	text;
	size_t		count = 0;

	esql_buffer_init(&writer.out, parse->context);
	for (const TransferParse *part = parse; part != NULL; part = part->carried)
	{
		for (size_t i = 0; i < part->word_count; i++)
		{
			if (count++ > 0)
				put_blank(&writer, part, &part->words[i]);
			put_word(&writer, &part->words[i]);
		}
	}
	if (count == 0)
		return;
	if (writer.kept != NULL && writer.out.length == 0 && !writer.out.failed)
	{
		parse->result->template = (TransferText) {writer.kept, writer.length};
		return;
	}
	put(&writer, "", 0);
	if (esql_buffer_finish(&writer.out, &text))
		parse->result->template = (TransferText) {text.data, text.length};
	else
		parse->failed = true;
}
