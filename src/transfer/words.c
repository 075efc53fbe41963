/*
 * words.c
 *		Stretches of text, and lists of them, in the context's memory.
 */
#include "transfer/parse.h"

#include <string.h>

#include "text/word.h"

TransferText
transfer_text(const char *text)
{
	return (TransferText) {text, strlen(text)};
}

bool
transfer_same_text(TransferText one, TransferText other)
{
	return one.length == other.length && (one.length == 0 || memcmp(one.data, other.data, one.length) == 0);
}

/* The same but for letter case; lower is in lower case. */
bool
transfer_same_word(TransferText text, const char *lower)
{
	return esql_same_word(text.data, text.length, lower);
}

bool
transfer_has(TransferText text, char c)
{
	return text.length > 0 && memchr(text.data, c, text.length) != NULL;
}

/* What stands behind the last slash. */
TransferText
transfer_base_name(TransferText path)
{
	size_t		start = path.length;

	while (start > 0 && path.data[start - 1] != '/')
		start--;
	return transfer_slice(path, start, path.length);
}

bool
transfer_read_port(TransferText text, int *port)
{
	int			value = 0;

	if (text.length == 0 || text.length > 5)
		return false;
	for (size_t i = 0; i < text.length; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		value = value * 10 + (text.data[i] - '0');
	}
	if (value < 1 || value > 65535)
		return false;
	*port = value;
	return true;
}

/* Memory, or NULL and a parse that has failed. */
void *
transfer_alloc(TransferParse *parse, size_t size)
{
	void	   *result = parse->context->alloc(parse->context->alloc_arg, size);

	if (result == NULL)
		parse->failed = true;
	return result;
}

void
transfer_add(TransferParse *parse, TransferList *list, TransferText text)
{
	if (list->count == list->capacity)
	{
		size_t		capacity = list->capacity == 0 ? 4 : list->capacity * 2;
		TransferText *grown = transfer_alloc(parse, capacity * sizeof(TransferText));

		if (grown == NULL)
			return;
		if (list->count > 0)
			memcpy(grown, list->items, list->count * sizeof(TransferText));
		list->items = grown;
		list->capacity = capacity;
	}
	list->items[list->count++] = text;
}

/* An option that matters: its name, with its value if it has one. */
void
transfer_note(TransferParse *parse, const char *name, TransferText value)
{
	size_t		n = strlen(name);
	char	   *text;

	if (value.data == NULL)
	{
		transfer_add(parse, &parse->result->options, transfer_text(name));
		return;
	}
	text = transfer_alloc(parse, n + 1 + value.length);
	if (text == NULL)
		return;
	memcpy(text, name, n);
	text[n] = '=';
	if (value.length > 0)
		memcpy(text + n + 1, value.data, value.length);
	transfer_add(parse, &parse->result->options, (TransferText) {text, n + 1 + value.length});
}

void
transfer_puzzled(TransferParse *parse, size_t word)
{
	transfer_add(parse, &parse->result->not_understood, parse->words[word].text);
}

/* The port that an option gives, if it is given; another that was found before it stays. */
void
transfer_set_port(TransferParse *parse, const TransferOption *option)
{
	int			port;

	if (option->word == 0 && option->value.data == NULL)
		return;
	if (!transfer_read_port(option->value, &port))
		transfer_puzzled(parse, option->word);
	else if (parse->result->remote_port == 0)
		parse->result->remote_port = port;
}
