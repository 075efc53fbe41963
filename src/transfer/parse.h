/*
 * parse.h
 *		What the readers of the utilities share: the words of a command, its
 *		options and operands, and the result that they fill.
 */
#ifndef TRANSFER_PARSE_H
#define TRANSFER_PARSE_H

#include <string.h>

#include "transfer/transfer.h"

/* What the template may replace in a word. */
typedef enum TransferWordKind
{
	TRANSFER_WORD_PATH,			/* everything that changes */
	TRANSFER_WORD_VALUE,		/* an option's value: numbers that stand alone are kept */
	TRANSFER_WORD_SHELL,		/* as ssh's options: paths in it only, for hosts and accounts stand there too */
	TRANSFER_WORD_KEEP			/* nothing */
} TransferWordKind;

typedef struct TransferWord
{
	TransferText text;
	TransferWordKind kind;
	size_t		keep;			/* bytes at its beginning that the template leaves alone */
} TransferWord;

/* A long option; value is what getopt_long() calls has_arg. */
typedef struct TransferLong
{
	const char *name;
	char		value;			/* 0 none, 1 required, 2 optional */
	int			code;			/* what the reader switches on; 0: nothing that matters */
} TransferLong;

/* How a utility reads its options. */
typedef struct TransferSyntax
{
	const char *letters;		/* as getopt() takes them */
	const TransferLong *longs;	/* sorted by name */
	size_t		long_count;
	bool		permute;		/* options may stand behind operands */
	bool		negations;		/* --no-name turns the option name off */
	bool		equals;			/* a letter's value may stand behind = */
	bool		abbreviations;	/* a long name may be cut short where it stays clear */
} TransferSyntax;

typedef struct TransferOption
{
	int			code;			/* the letter, or a long option's code */
	TransferText value;			/* none if the option has none */
	size_t		word;			/* where the value stands */
} TransferOption;

/* Codes of long options lie beyond the letters. */
#define TRANSFER_LONG_CODE	256

/* How a line is split. */
typedef enum TransferSplit
{
	TRANSFER_SPLIT_SHELL,		/* as a shell does */
	TRANSFER_SPLIT_SCRIPT,		/* the same; no URL with a semicolon stands in it */
	TRANSFER_SPLIT_ARGUMENTS,	/* operators are words */
	TRANSFER_SPLIT_BLANKS		/* quotes are characters, too */
} TransferSplit;

typedef struct TransferParse
{
	EsqlContext *context;
	Transfer   *result;
	TransferWord *words;		/* the first is the program */
	size_t		word_count;
	size_t		at;				/* the next word to read options from */
	size_t		letter;			/* within a cluster of letters, or 0 */
	size_t	   *operands;		/* numbers of words */
	size_t		operand_count;
	struct TransferParse *carried;	/* what ssh runs on the other side */
	bool		from_line;		/* the words are those of a line */
	bool		guessed;		/* some are taken for ssh's, though they might be the utility's */
	TransferText rest;			/* of the line, from the first operator of the shell on */
	TransferText merged;		/* from the first word on that quotes keep together */
	bool		failed;			/* out of memory */
} TransferParse;

/* A place as a utility writes it: a remote one, or a local path. */
typedef struct TransferPlace
{
	bool		remote;
	bool		daemon;			/* rsync's host::module and rsync:// */
	TransferText user;
	TransferText host;
	int			port;
	TransferText path;			/* none where the place has none */
	size_t		keep;			/* bytes of the word up to the end of host and port */
} TransferPlace;

/* Inline, so that the length of a constant is a constant. */
static inline TransferText
transfer_slice(TransferText text, size_t start, size_t end)
{
	return (TransferText) {text.data == NULL ? NULL : text.data + start, end - start};
}

static inline bool
transfer_same(TransferText text, const char *other)
{
	return strlen(other) == text.length && (text.length == 0 || memcmp(text.data, other, text.length) == 0);
}

static inline bool
transfer_starts(TransferText text, const char *start)
{
	size_t		n = strlen(start);

	return text.length >= n && memcmp(text.data, start, n) == 0;
}

/* words.c */
extern TransferText transfer_text(const char *text);
extern bool transfer_same_text(TransferText one, TransferText other);
extern bool transfer_same_word(TransferText text, const char *lower);
extern bool transfer_has(TransferText text, char c);
extern TransferText transfer_base_name(TransferText path);
extern bool transfer_read_port(TransferText text, int *port);
extern void *transfer_alloc(TransferParse *parse, size_t size);
extern void transfer_add(TransferParse *parse, TransferList *list, TransferText text);
extern void transfer_note(TransferParse *parse, const char *name, TransferText value);
extern void transfer_puzzled(TransferParse *parse, size_t word);
extern void transfer_set_port(TransferParse *parse, const TransferOption *option);

/* shell.c */
extern bool transfer_split(TransferParse *parse, TransferText line, TransferSplit how);

/* option.c */
extern bool transfer_next_option(TransferParse *parse, const TransferSyntax *syntax, TransferOption *option);

/* place.c */
extern void transfer_read_place(TransferText text, TransferPlace *place);
extern void transfer_read_hop(TransferText text, TransferPlace *place);
extern bool transfer_read_url(TransferParse *parse, TransferText text, const char *scheme, TransferPlace *place);
extern void transfer_take_remote(TransferParse *parse, size_t word, const TransferPlace *place);
extern void transfer_take_local(TransferParse *parse, TransferText path);

/* carried.c */
extern size_t transfer_skip_wrapper(const TransferParse *parse, size_t program);
extern size_t transfer_find_program(const TransferParse *parse);
extern bool transfer_read_carried(TransferParse *parse, bool subsystem);

/* joined.c */
extern TransferText transfer_join_proxy(TransferParse *parse, TransferText value);
extern size_t transfer_count_shell_words(const TransferParse *parse);

/* way.c */
extern void transfer_other_host(TransferParse *parse, TransferText host);
extern void transfer_read_ways(TransferParse *parse);

/* template.c */
extern void transfer_make_template(TransferParse *parse);
extern size_t transfer_match_uuid(TransferText text, size_t i);

/* The readers of the utilities. */
extern void transfer_read_scp(TransferParse *parse);
extern void transfer_read_sftp(TransferParse *parse);
extern void transfer_read_sftp_server(TransferParse *parse);
extern void transfer_read_rsync(TransferParse *parse);
extern void transfer_read_ftp(TransferParse *parse);
extern void transfer_read_vsftpd(TransferParse *parse);
extern void transfer_read_ssh(TransferParse *parse);

/* ssh.c: an option that ssh, scp and sftp have in common */
extern bool transfer_ssh_has_value(char letter);
extern bool transfer_ssh_option(TransferParse *parse, const TransferOption *option);
extern size_t transfer_ssh_destination(TransferParse *parse);
extern void transfer_shell_words(TransferParse *parse, size_t count);
extern void transfer_remote_shell(TransferParse *parse, TransferText command);

/* utility.c */
extern TransferUtility transfer_utility_of(TransferText program);

#endif							/* TRANSFER_PARSE_H */
