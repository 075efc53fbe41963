/*
 * fuzz_transfer.c
 *		Any bytes as a command line, and as arguments.  Whatever is read lies
 *		within what there is; and the template has the
 *		remote host in it.
 *
 * The first byte chooses the program.
 */
#include <stdlib.h>
#include <string.h>

#include "transfer/transfer.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

/* Blocks to free, and how many allocations are left. */
typedef struct Blocks
{
	void	   *blocks[4096];
	size_t		count;
	size_t		left;
} Blocks;

static void *
fuzz_alloc(void *arg, size_t size)
{
	Blocks	   *blocks = arg;
	void	   *result;

	if (blocks->count == blocks->left || blocks->count == sizeof(blocks->blocks) / sizeof(blocks->blocks[0]))
		return NULL;
	result = malloc(size == 0 ? 1 : size);
	CHECK(result != NULL);
	memset(result, 0xA5, size);
	blocks->blocks[blocks->count++] = result;
	return result;
}

static void
free_blocks(Blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		free(blocks->blocks[i]);
	blocks->count = 0;
}

/* Touch each byte, so that the sanitizer sees one that is not there. */
static size_t
touch(TransferText text)
{
	size_t		sum = 0;

	for (size_t i = 0; i < text.length; i++)
		sum += (unsigned char) text.data[i];
	return sum;
}

static void
check_list(const TransferList *list, bool paths)
{
	CHECK(list->count <= list->capacity);
	for (size_t i = 0; i < list->count; i++)
	{
		(void) touch(list->items[i]);
		CHECK(list->items[i].data != NULL);
		if (paths)
			CHECK(transfer_classify(list->items[i]) <= TRANSFER_SYSTEM);
	}
}

static bool
contains(TransferText text, TransferText part)
{
	for (size_t i = 0; i + part.length <= text.length; i++)
	{
		if (memcmp(text.data + i, part.data, part.length) == 0)
			return true;
	}
	return false;
}

static void
check_transfer(const Transfer *transfer)
{
	if (transfer->utility == TRANSFER_NONE)
		return;
	check_list(&transfer->local_paths, true);
	check_list(&transfer->remote_paths, false);
	check_list(&transfer->other_hosts, false);
	check_list(&transfer->options, false);
	check_list(&transfer->not_understood, false);
	CHECK(transfer->remote_port >= 0 && transfer->remote_port <= 65535);
	(void) touch(transfer->remote_user);
	(void) touch(transfer->helper);
	(void) touch(transfer->template);
	if (transfer->remote_host.data != NULL)
		CHECK(contains(transfer->template, transfer->remote_host));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const programs[] = {"", "scp", "sftp", "sftp-server", "rsync", "ftp", "vsftpd", "ssh"};
	const char *program;
	char	   *copy;
	Blocks		blocks = {.left = SIZE_MAX};
	EsqlContext context = {.alloc = fuzz_alloc, .alloc_arg = &blocks};
	TransferCommand command = {.arg_count = 0};
	Transfer	transfer;
	TransferText args[64];
	size_t		at = 1;

	if (size < 2 || size > 4000)
		return 0;
	program = programs[data[0] % 8];
	if (data[0] >= 128)
		blocks.left = data[1];
	copy = malloc(size - 1);
	CHECK(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	command.executable = (TransferText) {program, strlen(program)};
	command.line = (TransferText) {copy, size - 1};
	if (transfer_read(&context, &command, &transfer))
		check_transfer(&transfer);
	else
		CHECK(blocks.left != SIZE_MAX || blocks.count > 1000);
	free_blocks(&blocks);

	/* the same bytes as arguments, a newline between them */
	while (at < size && command.arg_count < 64)
	{
		size_t		start = at;

		while (at < size && data[at] != '\n')
			at++;
		args[command.arg_count++] = (TransferText) {copy + start - 1, at - start};
		at++;
	}
	command.args = args;
	if (transfer_read(&context, &command, &transfer))
	{
		check_transfer(&transfer);
		CHECK(!transfer_has_no_name(&command) || transfer.utility == TRANSFER_NONE);
	}
	free_blocks(&blocks);
	free(copy);
	return 0;
}
