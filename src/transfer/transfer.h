/*
 * transfer.h
 *		What the command line of a file transfer says: who copies what, where to
 *		and which way.
 *
 * Pure C, no PostgreSQL.  Results live in the context's memory or point into
 * the command that was read, so they last as long as both.
 */
#ifndef TRANSFER_TRANSFER_H
#define TRANSFER_TRANSFER_H

#include "text/context.h"

/* A stretch of text; data is NULL where there is none. */
typedef struct TransferText
{
	const char *data;
	size_t		length;
} TransferText;

typedef struct TransferList
{
	TransferText *items;
	size_t		count;
	size_t		capacity;
} TransferList;

typedef enum TransferUtility
{
	TRANSFER_NONE,				/* the command is no transfer that we know */
	TRANSFER_SCP,
	TRANSFER_SFTP,
	TRANSFER_SFTP_SERVER,
	TRANSFER_RSYNC,
	TRANSFER_FTP,
	TRANSFER_VSFTPD,
	TRANSFER_SSH
} TransferUtility;

/* What the process does; transfer_mode_names has the words. */
typedef enum TransferMode
{
	TRANSFER_MODE_UNKNOWN,		/* no operands, or some that contradict each other */
	TRANSFER_CLIENT,			/* a client, told only later what to copy */
	TRANSFER_CLIENT_OUT,
	TRANSFER_CLIENT_IN,
	TRANSFER_CLIENT_LIST,		/* rsync host:dir */
	TRANSFER_CLIENT_BETWEEN,	/* scp from one remote host to another */
	TRANSFER_LOCAL,				/* from this host to this host */
	TRANSFER_SERVER,			/* started by the other side, told only later what to copy */
	TRANSFER_SERVER_SENDER,
	TRANSFER_SERVER_RECEIVER,
	TRANSFER_DAEMON,
	TRANSFER_INFORMATION		/* prints its version or help */
} TransferMode;

typedef enum TransferDirection
{
	TRANSFER_UNKNOWN,
	TRANSFER_OUT,				/* from this host */
	TRANSFER_IN					/* to this host */
} TransferDirection;

typedef enum TransferClass
{
	TRANSFER_DATA,
	TRANSFER_HOME,
	TRANSFER_TMP,
	TRANSFER_HIDDEN,
	TRANSFER_SECRET,
	TRANSFER_SYSTEM
} TransferClass;

typedef struct Transfer
{
	TransferUtility utility;
	TransferMode mode;
	TransferDirection direction;
	TransferList local_paths;
	TransferText remote_user;
	TransferText remote_host;
	int			remote_port;	/* 0: not given */
	TransferList remote_paths;
	TransferList other_hosts;	/* jump hosts, proxies, further sources */
	TransferText helper;		/* a program that it goes through, from an odd place */
	TransferList options;		/* name or name=value */
	TransferText template;
	TransferList not_understood;
} Transfer;

/* A command: its words, if args is not NULL, and the line that has them. */
typedef struct TransferCommand
{
	TransferText line;
	const TransferText *args;
	size_t		arg_count;
	TransferText executable;
	bool		process;		/* the line is a process's, and no shell's */
} TransferCommand;

extern const char *const transfer_utility_names[];
extern const char *const transfer_mode_names[];
extern const char *const transfer_direction_names[];
extern const char *const transfer_class_names[];

extern bool transfer_has_no_name(const TransferCommand *command);
extern bool transfer_read(EsqlContext *context, const TransferCommand *command, Transfer *transfer);
extern TransferClass transfer_classify(TransferText path);
extern bool transfer_program_name(EsqlContext *context, TransferText path, TransferText *name);

#endif							/* TRANSFER_TRANSFER_H */
