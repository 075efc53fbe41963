/*
 * vsftpd.c
 *		The daemon vsftpd: [configuration file ...] [-o name=value ...].
 *
 * Its settings may say who writes here, so those on the command line are
 * options of the transfer.
 */
#include "transfer/parse.h"

static const TransferSyntax vsftpd_syntax = {.letters = "o:v", .permute = true};

void
transfer_read_vsftpd(TransferParse *parse)
{
	TransferOption option;

	parse->result->mode = TRANSFER_DAEMON;
	while (transfer_next_option(parse, &vsftpd_syntax, &option))
	{
		if (option.code == 'v')
		{
			parse->result->mode = TRANSFER_INFORMATION;
			continue;
		}
		/* addresses among its settings stay */
		parse->words[option.word].kind = TRANSFER_WORD_SHELL;
		if (transfer_has(option.value, '='))
			transfer_add(parse, &parse->result->options, option.value);
		else
			transfer_puzzled(parse, option.word);
	}
	for (size_t i = 0; i < parse->operand_count; i++)
		transfer_note(parse, "config", parse->words[parse->operands[i]].text);
}
