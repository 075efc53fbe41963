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

/* Kinds of bytes. */
enum
{
	OTHER, DIGIT, LOWER, UPPER
};

static int
kind_of(char c)
{
	return c >= '0' && c <= '9' ? DIGIT : c >= 'a' && c <= 'z' ? LOWER : c >= 'A' && c <= 'Z' ? UPPER : OTHER;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
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
		if (transfer_same(run, names[i]))
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

/* Replace the numbers of a run. */
static void
append_numbers(EsqlBuffer *out, TransferText text, size_t start, size_t end)
{
	for (size_t i = start; i < end;)
	{
		size_t		from = i;

		if (kind_of(text.data[i]) == DIGIT)
		{
			while (i < end && kind_of(text.data[i]) == DIGIT)
				i++;
			esql_append(out, "<n>", 3);
			continue;
		}
		while (i < end && kind_of(text.data[i]) != DIGIT)
			i++;
		esql_append(out, text.data + from, i - from);
	}
}

/* Append what stands for the run at start.  Returns where the text goes on. */
static size_t
append_run(EsqlBuffer *out, TransferText text, size_t start)
{
	Run			run = read_run(text, start);
	size_t		length = run.end - start;
	size_t		end;

	if (run.digits == 0 && run.changes == 0 && length < 32 && !(length == 8 && run.hex) &&
		!(length == 10 && is_random(text, start, &run)))
		esql_append(out, text.data + start, length);
	else if ((end = transfer_match_uuid(text, start)) > start)
	{
		esql_append_text(out, "<uuid>");
		return end;
	}
	else if ((end = match_date(text, start)) > start)
	{
		esql_append_text(out, "<date>");
		return end;
	}
	else if (run.digits > 0 && is_name(transfer_slice(text, start, run.end)))
		esql_append(out, text.data + start, length);
	else if (run.hex && ((length >= 7 && run.digits > 0 && run.digits < length) || length >= 32))
		esql_append_text(out, "<hash>");
	else if (is_random(text, start, &run))
		esql_append_text(out, "<random>");
	else if (length == 11 && transfer_starts(transfer_slice(text, start, run.end), "tmp") && run.digits > 0)
		esql_append_text(out, "tmp<random>");
	else
		append_numbers(out, text, start, run.end);
	return run.end;
}

static void
append_changing(EsqlBuffer *out, TransferText text)
{
	for (size_t i = 0; i < text.length;)
	{
		size_t		start = i;

		if (kind_of(text.data[i]) != OTHER)
		{
			/* a date may end within a run, as 20261127T0341x does */
			i = append_run(out, text, i);
			continue;
		}
		while (i < text.length && kind_of(text.data[i]) == OTHER)
		{
			/* %20 of a URL is no number */
			bool		encoded = text.data[i] == '%' && i + 2 < text.length && is_hex(text.data[i + 1]) && is_hex(text.data[i + 2]);

			i += encoded ? 3 : 1;
		}
		esql_append(out, text.data + start, i - start);
	}
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
append_shell(EsqlBuffer *out, TransferText text)
{
	for (size_t i = 0; i < text.length;)
	{
		size_t		start = i;
		TransferText part;

		while (i < text.length && text.data[i] != ' ' && text.data[i] != '=' && text.data[i] != '@')
			i++;
		part = transfer_slice(text, start, i);
		if (part.length > 0 && (part.data[0] == '/' || part.data[0] == '~') && (i == text.length || text.data[i] != '@'))
			append_changing(out, part);
		else
			esql_append(out, part.data, part.length);
		if (i < text.length)
			esql_append_char(out, text.data[i++]);
	}
}

static void
append_word(EsqlBuffer *out, const TransferWord *word)
{
	size_t		keep = word->keep < word->text.length ? word->keep : word->text.length;
	TransferText rest = transfer_slice(word->text, keep, word->text.length);

	esql_append(out, word->text.data, keep);
	if (word->kind == TRANSFER_WORD_KEEP || (word->kind == TRANSFER_WORD_VALUE && is_number(rest)))
		esql_append(out, rest.data, rest.length);
	else if (word->kind == TRANSFER_WORD_SHELL)
		append_shell(out, rest);
	else
		append_changing(out, rest);
}

/* The template, of the words and of those that ssh carries. */
void
transfer_make_template(TransferParse *parse)
{
	EsqlBuffer	out;
	EsqlString	text;
	size_t		count = 0;

	esql_buffer_init(&out, parse->context);
	for (const TransferParse *part = parse; part != NULL; part = part->carried)
	{
		for (size_t i = 0; i < part->word_count; i++)
		{
			if (count++ > 0)
				esql_append(&out, " ", 1);
			append_word(&out, &part->words[i]);
		}
	}
	if (count == 0)
		return;
	if (esql_buffer_finish(&out, &text))
		parse->result->template = (TransferText) {text.data, text.length};
	else
		parse->failed = true;
}
