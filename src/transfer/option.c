/*
 * option.c
 *		Options and operands, as getopt(), getopt_long() and popt tell them
 *		apart.
 *
 * OpenSSH stops at the first operand; rsync and the ftp clients take options
 * behind operands, too.  A word of one dash is an operand, a word of two dashes
 * ends the options.
 */
#include "transfer/parse.h"

#include <string.h>

/* Compare a name, which may have a zero byte in it, with that of a long option. */
static int
compare_long(TransferText name, const char *other)
{
	for (size_t i = 0; i < name.length; i++)
	{
		unsigned char one = (unsigned char) name.data[i];
		unsigned char two = (unsigned char) other[i];

		if (one != two || two == '\0')
			return two == '\0' || one > two ? 1 : -1;
	}
	return other[name.length] == '\0' ? 0 : -1;
}

static const TransferLong *
search_long(const TransferSyntax *syntax, TransferText name)
{
	size_t		low = 0;
	size_t		high = syntax->long_count;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;
		int			result = compare_long(name, syntax->longs[middle].name);

		if (result == 0)
			return &syntax->longs[middle];
		if (result < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* A long option by its name. */
static const TransferLong *
find_long(const TransferSyntax *syntax, TransferText name)
{
	const TransferLong *found;

	found = search_long(syntax, name);
	if (found != NULL || !syntax->abbreviations || name.length == 0)
		return found;
	for (size_t i = 0; i < syntax->long_count; i++)
	{
		if (strncmp(syntax->longs[i].name, name.data, name.length) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &syntax->longs[i];
	}
	return found;
}

static void
add_operand(TransferParse *parse, size_t word)
{
	if (parse->operands == NULL)
	{
		parse->operands = transfer_alloc(parse, parse->word_count * sizeof(size_t));
		if (parse->operands == NULL)
			return;
	}
	parse->operands[parse->operand_count++] = word;
}

/* All words from the next one on are operands. */
static void
take_rest(TransferParse *parse)
{
	while (parse->at < parse->word_count && !parse->failed)
		add_operand(parse, parse->at++);
}

/* The value of an option is the next word, if there is one. */
static bool
take_value(TransferParse *parse, TransferOption *option)
{
	if (parse->at >= parse->word_count)
		return false;
	option->word = parse->at;
	option->value = parse->words[parse->at].text;
	parse->words[parse->at++].kind = TRANSFER_WORD_VALUE;
	return true;
}

/* A long option.  Returns false if it says nothing to anybody. */
static bool
read_long(TransferParse *parse, const TransferSyntax *syntax, TransferOption *option)
{
	size_t		number = parse->at++;
	TransferWord *word = &parse->words[number];
	TransferText name = transfer_slice(word->text, 2, word->text.length);
	const char *equals = memchr(name.data, '=', name.length);
	const TransferLong *found;

	word->kind = TRANSFER_WORD_KEEP;
	if (equals != NULL)
		name.length = (size_t) (equals - name.data);
	found = find_long(syntax, name);
	*option = (TransferOption) {.word = number};
	if (equals != NULL)
	{
		word->kind = TRANSFER_WORD_VALUE;
		word->keep = 2 + name.length + 1;
		option->value = transfer_slice(word->text, word->keep, word->text.length);
	}
	if (found == NULL && syntax->negations && equals == NULL && transfer_starts(name, "no-"))
		return false;
	if (found == NULL || (found->value == 0 && equals != NULL) ||
		(found->value == 1 && equals == NULL && !take_value(parse, option)))
	{
		transfer_puzzled(parse, number);
		return false;
	}
	option->code = found->code;
	return found->code != 0;
}

/* The next letter of a cluster.  Returns false if nobody knows it. */
static bool
read_letter(TransferParse *parse, const TransferSyntax *syntax, TransferOption *option)
{
	size_t		number = parse->at;
	TransferWord *word = &parse->words[number];
	char		letter = word->text.data[parse->letter++];
	const char *known = letter == ':' || letter == '\0' ? NULL : strchr(syntax->letters, letter);
	bool		last = parse->letter == word->text.length;

	word->kind = TRANSFER_WORD_KEEP;
	*option = (TransferOption) {.code = letter, .word = number};
	if (known != NULL && known[1] == ':' && !last)
	{
		if (syntax->equals && word->text.data[parse->letter] == '=')
			parse->letter++;
		word->kind = TRANSFER_WORD_VALUE;
		word->keep = parse->letter;
		option->value = transfer_slice(word->text, parse->letter, word->text.length);
		last = true;
	}
	else if (known != NULL && known[1] == ':')
	{
		parse->at++;
		parse->letter = 0;
		if (!take_value(parse, option))
			known = NULL;
	}
	if (last && parse->at == number)
	{
		parse->at++;
		parse->letter = 0;
	}
	if (known != NULL)
		return true;
	if (parse->letter > 0)
	{
		/* what follows an unknown letter may be its value */
		parse->at++;
		parse->letter = 0;
	}
	transfer_puzzled(parse, number);
	return false;
}

/*
 * Read the next option.  False at the end of them; then the parse has the
 * operands.
 */
bool
transfer_next_option(TransferParse *parse, const TransferSyntax *syntax, TransferOption *option)
{
	while (!parse->failed && parse->at < parse->word_count)
	{
		TransferText word = parse->words[parse->at].text;

		if (parse->letter > 0)
		{
			if (read_letter(parse, syntax, option))
				return true;
		}
		else if (word.length < 2 || word.data[0] != '-')
		{
			if (!syntax->permute)
				break;
			add_operand(parse, parse->at++);
		}
		else if (transfer_same(word, "--"))
		{
			parse->at++;
			break;
		}
		else if (word.data[1] == '-' && syntax->long_count > 0)
		{
			if (read_long(parse, syntax, option))
				return true;
		}
		else
		{
			parse->letter = 1;
		}
	}
	take_rest(parse);
	return false;
}
