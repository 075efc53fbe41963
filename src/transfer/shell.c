/*
 * shell.c
 *		A command line as words, as a POSIX shell splits it: blanks, single and
 *		double quotes, $'...' with its escapes, backslashes.
 *
 * Shippers write the command line of a process in two ways: as its arguments
 * with blanks between them, or quoted so that a shell would give the arguments
 * back.  In the first form an apostrophe is just a character.  So a quote that
 * nothing closes is one, too.  Variables, globs and tildes stay as they are:
 * the shell that started the process has expanded its own already.
 *
 * Words point into the line where they can, and are copied where quotes or
 * backslashes go.  An operator of the shell (;, &&, ||, |, & or a redirection) ends
 * the command, whether it stands alone or behind a word: "h:&&".  It and what
 * follows are not understood.
 *
 * But the line of a process is no shell's: its arguments stand in it, and whoever
 * starts it may hand it ";" or "'" as one of them.  So a line can be read in three
 * ways, and utility.c chooses.
 */
#include "transfer/parse.h"

#include <string.h>

#include "text/hex.h"

/* What a character means to a shell; 0: it is part of a word. */
enum
{
	BLANK = 1,
	QUOTING = 2,
	OPERATOR = 4
};

/* A table, since every character of every line is looked up. */
static const unsigned char meanings[256] = {
	[' '] = BLANK, ['\t'] = BLANK, ['\n'] = BLANK, ['\r'] = BLANK, ['\0'] = BLANK,
	['\''] = QUOTING, ['"'] = QUOTING, ['\\'] = QUOTING,
	[';'] = OPERATOR, ['&'] = OPERATOR, ['|'] = OPERATOR, ['<'] = OPERATOR, ['>'] = OPERATOR
};

static int
meaning_of(char c)
{
	return meanings[(unsigned char) c];
}

static bool
is_blank(char c)
{
	return meaning_of(c) == BLANK;
}

/* The position of the quote that closes the one at start, or the line's length.  Some quotes have escapes. */
static size_t
find_close(TransferText line, size_t start, bool escapes)
{
	char		quote = line.data[start];

	for (size_t i = start + 1; i < line.length; i++)
	{
		if (line.data[i] == quote)
			return i;
		if (escapes && line.data[i] == '\\')
			i++;
	}
	return line.length;
}

/* Copy what stands between the double quotes at open and close. */
static size_t
copy_quoted(TransferText line, size_t open, size_t close, char *out)
{
	size_t		n = 0;

	for (size_t i = open + 1; i < close; i++)
	{
		if (line.data[i] == '\\' && i + 1 < close && strchr("$`\"\\", line.data[i + 1]) != NULL)
			i++;
		out[n++] = line.data[i];
	}
	return n;
}

/* The byte that the escape at i stands for, and where it ends; 0 if that is neither visible ASCII, nor a tab or a new line. */
static char
read_escape(TransferText line, size_t i, size_t close, size_t *end)
{
	static const char letters[] = "nt\\'\"";
	static const char meant[] = "\n\t\\'\"";
	bool		hex = line.data[i + 1] == 'x';
	const char *letter = strchr(letters, line.data[i + 1]);
	int			code = 0;

	*end = i + 2;
	if (letter != NULL && *letter != '\0')
		return meant[letter - letters];
	i += hex ? 2 : 1;
	for (*end = i; *end < close && *end < i + (hex ? 2 : 3); ++*end)
	{
		int			digit = td_hex_digit((unsigned char) line.data[*end]);

		if (digit < 0 || (!hex && digit > 7))
			break;
		code = code * (hex ? 16 : 8) + digit;
	}
	return code >= ' ' && code < 0x7F ? (char) code : '\0';
}

/* Copy what stands between $' at open and the quote at close.  An escape that cannot stand in a text stays as it is. */
static size_t
copy_escaped(TransferText line, size_t open, size_t close, char *out)
{
	size_t		n = 0;

	for (size_t i = open + 1; i < close;)
	{
		size_t		end = i + 1;
		char		c = line.data[i] == '\\' && i + 1 < close ? read_escape(line, i, close, &end) : '\0';

		out[n++] = c != '\0' ? c : line.data[i];
		i = c != '\0' ? end : i + 1;
	}
	return n;
}

/* Copy a word that has quotes or backslashes in it.  Returns where it ends. */
static size_t
copy_word(TransferText line, size_t i, char *out, size_t *length)
{
	size_t		n = 0;

	while (i < line.length && !is_blank(line.data[i]))
	{
		bool		dollar = line.data[i] == '$' && i + 1 < line.length && (line.data[i + 1] == '\'' || line.data[i + 1] == '"');
		size_t		open = dollar ? i + 1 : i;
		char		c = line.data[open];
		size_t		close = c == '\'' || c == '"' ? find_close(line, open, c == '"' || dollar) : line.length;

		if (close < line.length && c == '\'' && dollar)
		{
			n += copy_escaped(line, open, close, out + n);
			i = close + 1;
		}
		else if (close < line.length && c == '\'')
		{
			memcpy(out + n, line.data + i + 1, close - i - 1);
			n += close - i - 1;
			i = close + 1;
		}
		else if (close < line.length)
		{
			n += copy_quoted(line, open, close, out + n);
			i = close + 1;
		}
		else
		{
			if (line.data[i] == '\\' && i + 1 < line.length)
				i++;
			out[n++] = line.data[i++];
		}
	}
	*length = n;
	return i;
}

/* Where an operator of the shell begins in the word as written, or its length. */
static size_t
find_operator(TransferText word, TransferSplit how)
{
	for (size_t i = 0; i < word.length; i++)
	{
		char		c = word.data[i];
		bool		last = i + 1 == word.length;

		/* in URLs they stand between others */
		if (c == ';' && (last || how == TRANSFER_SPLIT_SCRIPT))
			return i;
		if ((c == '&' || c == '|') && (last || word.data[i + 1] == c))
			return i;
		if (c == '>' || (c == '<' && i == 0))
			return i == 1 && (word.data[0] == '&' || (word.data[0] >= '0' && word.data[0] <= '9')) ? 0 : i;
	}
	return word.length;
}

/* Add a word to those of the parse, which have room for so many. */
static void
add_word(TransferParse *parse, TransferText text, size_t *room)
{
	if (parse->word_count == *room)
	{
		size_t		grown = *room == 0 ? 16 : *room * 2;
		TransferWord *words = transfer_alloc(parse, grown * sizeof(TransferWord));

		if (words == NULL)
			return;
		if (parse->word_count > 0)
			memcpy(words, parse->words, parse->word_count * sizeof(TransferWord));
		parse->words = words;
		*room = grown;
	}
	parse->words[parse->word_count++] = (TransferWord) {text, TRANSFER_WORD_PATH, 0};
}

/* The line's words become those of the parse; false if out of memory. */
bool
transfer_split(TransferParse *parse, TransferText line, TransferSplit how)
{
	char	   *copy = NULL;
	size_t		room = 0;

	parse->from_line = true;
	parse->word_count = 0;
	for (size_t i = 0; i < line.length && !parse->failed;)
	{
		size_t		start = i;
		int			met = 0;
		TransferText word;

		if (is_blank(line.data[i]))
		{
			i++;
			continue;
		}
		for (; i < line.length && !is_blank(line.data[i]); i++)
			met |= meaning_of(line.data[i]);
		word = transfer_slice(line, start, i);
		if ((met & QUOTING) != 0 && how != TRANSFER_SPLIT_BLANKS)
		{
			size_t		blank = i;

			if (copy == NULL && (copy = transfer_alloc(parse, line.length - start)) == NULL)
				break;
			word.data = copy;
			i = copy_word(line, start, copy, &word.length);
			copy += word.length;
			if (i > blank && parse->merged.data == NULL)
				parse->merged = transfer_slice(line, start, line.length);
		}
		else if ((met & OPERATOR) != 0 && (parse->word_count > 0 || how == TRANSFER_SPLIT_SCRIPT) && parse->rest.data == NULL)
		{
			size_t		at = find_operator(word, how);

			if (at < word.length)
				parse->rest = transfer_slice(line, start + at, line.length);
			if (at < word.length && (how == TRANSFER_SPLIT_SHELL || how == TRANSFER_SPLIT_SCRIPT))
			{
				if (at > 0)
					add_word(parse, transfer_slice(word, 0, at), &room);
				break;
			}
		}
		add_word(parse, word, &room);
	}
	return !parse->failed;
}
