/*
 * shell.c
 *		A command line as words, as a POSIX shell splits it: blanks, single and
 *		double quotes, backslashes.
 *
 * Shippers write the command line of a process in two ways: as its arguments
 * with blanks between them, or quoted so that a shell would give the arguments
 * back.  In the first form an apostrophe is just a character.  So a quote that
 * nothing closes is one, too.  Variables, globs and tildes stay as they are:
 * the shell that started the process has expanded its own already.
 *
 * Words point into the line where they can, and are copied where quotes or
 * backslashes go.  A word that is an operator of the shell (;, &&, ||, |, & or
 * a redirection) ends the command; it and what follows are not understood.
 */
#include "transfer/parse.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* The position of the quote that closes the one at start, or the line's length. */
static size_t
find_close(TransferText line, size_t start)
{
	char		quote = line.data[start];

	for (size_t i = start + 1; i < line.length; i++)
	{
		if (line.data[i] == quote)
			return i;
		if (quote == '"' && line.data[i] == '\\')
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

/* Copy a word that has quotes or backslashes in it.  Returns where it ends. */
static size_t
copy_word(TransferText line, size_t i, char *out, size_t *length)
{
	size_t		n = 0;

	while (i < line.length && !is_blank(line.data[i]))
	{
		char		c = line.data[i];
		size_t		close = c == '\'' || c == '"' ? find_close(line, i) : line.length;

		if (close < line.length && c == '\'')
		{
			memcpy(out + n, line.data + i + 1, close - i - 1);
			n += close - i - 1;
			i = close + 1;
		}
		else if (close < line.length)
		{
			n += copy_quoted(line, i, close, out + n);
			i = close + 1;
		}
		else
		{
			if (c == '\\' && i + 1 < line.length)
				i++;
			out[n++] = line.data[i++];
		}
	}
	*length = n;
	return i;
}

/* Does the word, as written, end the command? */
static bool
is_operator(TransferText word)
{
	static const char *const operators[] = {";", "&", "&&", "||", "|", ">", ">>", "<", "2>", "2>&1", "&>"};

	if (word.length == 0 || word.length > 4 || strchr(";&|><2", word.data[0]) == NULL)
		return false;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
	{
		if (transfer_same(word, operators[i]))
			return true;
	}
	return false;
}

/* How many words the line has at most. */
static size_t
count_words(TransferText line, bool *quoted)
{
	size_t		count = 0;
	bool		within = false;

	for (size_t i = 0; i < line.length; i++)
	{
		char		c = line.data[i];
		bool		blank = is_blank(c);

		count += !blank && !within;
		within = !blank;
		*quoted = *quoted || c == '\'' || c == '"' || c == '\\';
	}
	return count;
}

/* The line's words become those of the parse; false if out of memory. */
bool
transfer_split(TransferParse *parse, TransferText line)
{
	bool		quoted = false;
	size_t		most = count_words(line, &quoted);
	char	   *copy = quoted ? transfer_alloc(parse, line.length) : NULL;

	parse->word_count = 0;
	parse->words = transfer_alloc(parse, (most + 1) * sizeof(TransferWord));
	if (parse->failed)
		return false;
	for (size_t i = 0; i < line.length;)
	{
		size_t		start = i;
		bool		special = false;
		TransferText word;

		if (is_blank(line.data[i]))
		{
			i++;
			continue;
		}
		for (; i < line.length && !is_blank(line.data[i]); i++)
			special = special || line.data[i] == '\'' || line.data[i] == '"' || line.data[i] == '\\';
		word = transfer_slice(line, start, i);
		if (special)
		{
			word.data = copy;
			i = copy_word(line, start, copy, &word.length);
			copy += word.length;
		}
		else if (parse->word_count > 0 && is_operator(word))
		{
			transfer_add(parse, &parse->result->not_understood, transfer_slice(line, start, line.length));
			break;
		}
		parse->words[parse->word_count++] = (TransferWord) {word, TRANSFER_WORD_PATH, 0};
	}
	return !parse->failed;
}
