/*
 * test_transfer.c
 *		Command lines of file transfers.
 *
 * With a number, "test_transfer 200000", it reads all forms as often, and prints
 * how long a line takes.
 */
#include "unit.h"
#include "transfer_commands.h"
#include "transfer_forms.h"

#include <time.h>

#include "text/buffer.h"
#include "transfer/transfer.h"

/* Memory that is given back all at once, and that can run out. */
typedef struct Scratch
{
	char	   *data;
	size_t		size;
	size_t		used;
} Scratch;

static void *
scratch_alloc(void *arg, size_t size)
{
	Scratch	   *scratch = arg;
	void	   *result = scratch->data + scratch->used;

	size = (size + 15) & ~(size_t) 15;
	if (size > scratch->size - scratch->used)
		return NULL;
	scratch->used += size;
	return result;
}

static TransferText
text(const char *s)
{
	return (TransferText) {s, strlen(s)};
}

static bool
read_line(Scratch *scratch, const char *line, Transfer *transfer)
{
	EsqlContext context = {.alloc = scratch_alloc, .alloc_arg = scratch};
	TransferCommand command = {.line = text(line)};

	scratch->used = 0;
	return transfer_read(&context, &command, transfer);
}

static void
append_list(EsqlBuffer *out, const char *before, const TransferList *list, const char *between)
{
	for (size_t i = 0; i < list->count; i++)
	{
		esql_append_text(out, i == 0 ? before : between);
		esql_append(out, list->items[i].data, list->items[i].length);
	}
}

static void
append_part(EsqlBuffer *out, const char *before, TransferText part)
{
	if (part.data == NULL)
		return;
	esql_append_text(out, before);
	esql_append(out, part.data, part.length);
}

/* What was read, as transfer_forms.h writes it. */
static const char *
meaning(EsqlContext *context, const Transfer *transfer)
{
	EsqlBuffer	out;
	EsqlString	result;
	char		port[40];

	if (transfer->utility == TRANSFER_NONE)
		return "none";
	esql_buffer_init(&out, context);
	esql_append_text(&out, transfer_utility_names[transfer->utility]);
	append_part(&out, ": ", text(transfer_mode_names[transfer->mode]));
	append_part(&out, ", ", text(transfer_direction_names[transfer->direction]));
	for (size_t i = 0; i < transfer->local_paths.count; i++)
	{
		append_part(&out, i == 0 ? " | local " : " ", transfer->local_paths.items[i]);
		append_part(&out, " (", text(transfer_class_names[transfer_classify(transfer->local_paths.items[i])]));
		esql_append_char(&out, ')');
	}
	append_part(&out, " | user ", transfer->remote_user);
	append_part(&out, " | host ", transfer->remote_host);
	snprintf(port, sizeof(port), " | port %d", transfer->remote_port);
	if (transfer->remote_port != 0)
		esql_append_text(&out, port);
	append_list(&out, " | remote ", &transfer->remote_paths, " ");
	append_list(&out, " | others ", &transfer->other_hosts, " ");
	append_part(&out, " | helper ", transfer->helper);
	append_list(&out, " | options ", &transfer->options, ", ");
	append_list(&out, " | not understood ", &transfer->not_understood, " ");
	return esql_buffer_finish(&out, &result) ? result.data : NULL;
}

static void
test_forms(Scratch *scratch)
{
	EsqlContext context = {.alloc = scratch_alloc, .alloc_arg = scratch};

	CHECK(TRANSFER_FORMS >= 120);
	for (size_t i = 0; i < TRANSFER_FORMS; i++)
	{
		const TransferForm *form = &transfer_forms[i];
		Transfer	transfer;

		CHECK(read_line(scratch, form->line, &transfer));
		CHECK_TEXT(meaning(&context, &transfer), form->meaning);
		CHECK(transfer.template.length == strlen(form->template) &&
			  memcmp(transfer.template.length == 0 ? "" : transfer.template.data, form->template, transfer.template.length) == 0);
	}
}

/* Arguments need no quotes, and a line that a shell would split into them says the same. */
static void
test_arguments(Scratch *scratch)
{
	EsqlContext context = {.alloc = scratch_alloc, .alloc_arg = scratch};
	TransferText args[] = {text("scp"), text("-o"), text("ProxyCommand=nc %h %p"), text("a 'b"), text("h:\"c"), text("")};
	TransferCommand command = {.line = text("sftp x"), .args = args, .arg_count = 5};
	Transfer	transfer;

	scratch->used = 0;
	CHECK(transfer_read(&context, &command, &transfer));
	CHECK_TEXT(meaning(&context, &transfer),
			   "scp: client out, out | local a 'b (data) | host h | remote \"c | options proxy_command=nc %h %p");
	CHECK(read_line(scratch, "scp -o 'ProxyCommand=nc %h %p' \"a 'b\" h:\\\"c", &transfer));
	CHECK_TEXT(meaning(&context, &transfer),
			   "scp: client out, out | local a 'b (data) | host h | remote \"c | options proxy_command=nc %h %p");
	command.arg_count = 6;
	CHECK(transfer_read(&context, &command, &transfer));
	CHECK_TEXT(meaning(&context, &transfer),
			   "scp: client in, in | local a 'b (data)  (data) | host h | remote \"c | options proxy_command=nc %h %p");
}

static void
test_commands(Scratch *scratch)
{
	EsqlContext context = {.alloc = scratch_alloc, .alloc_arg = scratch};

	for (size_t i = 0; i < TRANSFER_CASES; i++)
	{
		const TransferCase *form = &transfer_cases[i];
		TransferText args[10];
		TransferCommand command = {.arg_count = 0};
		Transfer	transfer;

		if (form->executable != NULL)
			command.executable = text(form->executable);
		if (form->line != NULL)
			command.line = text(form->line);
		while (command.arg_count < 10 && form->args[command.arg_count] != NULL)
		{
			args[command.arg_count] = text(form->args[command.arg_count]);
			command.arg_count++;
		}
		command.args = command.arg_count > 0 ? args : NULL;
		scratch->used = 0;
		CHECK(transfer_read(&context, &command, &transfer));
		CHECK_TEXT(meaning(&context, &transfer), form->meaning);
	}
}

/* Where the names alone say that a process is no transfer, it is none. */
static void
test_names(Scratch *scratch)
{
	static const char *const names[] = {
		NULL, "", "ls", "scp", "/usr/bin/sftp", "-rsync", "/memfd:ftp (deleted)", "ssh", "/bin/sh", "scp a h:", "ls -l", " scp a h:", "'scp' a h:",
		"ssh h rsync --server --sender . /x", "a/scp/", "xscp", "ssh\tx"
	};
	static const size_t count = sizeof(names) / sizeof(names[0]);
	EsqlContext context = {.alloc = scratch_alloc, .alloc_arg = scratch};
	size_t		none = 0;

	for (size_t i = 0; i < count * count * count * 3; i++)
	{
		TransferText args[2] = {text("a"), text("h:b")};
		TransferCommand command = {.args = args, .arg_count = i % 3, .process = i % 2 == 0};
		const char *line = names[i / 3 % count];
		const char *executable = names[i / 3 / count % count];
		const char *first = names[i / 3 / count / count];
		Transfer	transfer;

		if (line != NULL)
			command.line = text(line);
		if (executable != NULL)
			command.executable = text(executable);
		if (first != NULL)
			args[0] = text(first);
		if (command.arg_count == 0)
			command.args = NULL;
		scratch->used = 0;
		CHECK(transfer_read(&context, &command, &transfer));
		CHECK(!transfer_has_no_name(&command) || transfer.utility == TRANSFER_NONE);
		none += transfer_has_no_name(&command);
	}
	CHECK(none > 100);
}

/* Out of memory at each step: false, and nothing worse. */
static void
test_memory(Scratch *scratch)
{
	size_t		size = scratch->size;
	size_t		failed = 0;

	for (size_t i = 0; i < TRANSFER_FORMS; i++)
	{
		for (scratch->size = 0; scratch->size < 4096; scratch->size += 16)
		{
			Transfer	transfer;

			if (read_line(scratch, transfer_forms[i].line, &transfer))
				break;
			failed++;
		}
		CHECK(scratch->size < 4096);
	}
	CHECK(failed > TRANSFER_FORMS);
	scratch->size = size;
}

static void
measure(Scratch *scratch, long times)
{
	struct timespec before;
	struct timespec after;
	Transfer	transfer;
	double		seconds;
	size_t		classes = 0;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (long n = 0; n < times; n++)
	{
		for (size_t i = 0; i < TRANSFER_FORMS; i++)
		{
			(void) read_line(scratch, transfer_forms[i].line, &transfer);
			for (size_t k = 0; k < transfer.local_paths.count; k++)
				classes += transfer_classify(transfer.local_paths.items[k]);
		}
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	seconds = (double) (after.tv_sec - before.tv_sec) + (double) (after.tv_nsec - before.tv_nsec) / 1e9;
	CHECK(classes > 0);
	printf("%.3f microseconds a line\n", seconds * 1e6 / (double) times / (double) TRANSFER_FORMS);
}

int
main(int argc, char **argv)
{
	Scratch		scratch = {.size = 1 << 20};

	scratch.data = malloc(scratch.size);
	if (scratch.data == NULL)
		return 1;
	if (argc > 1)
		measure(&scratch, atol(argv[1]));
	else
	{
		test_forms(&scratch);
		test_arguments(&scratch);
		test_commands(&scratch);
		test_names(&scratch);
		test_memory(&scratch);
	}
	free(scratch.data);
	return argc > 1 ? 0 : unit_report();
}
