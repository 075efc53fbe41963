/*
 * command.c
 *		transfer_command(): what src/transfer reads in a command line, as a row.
 *
 * Bytes of a text are read as they are.  Everything that src/transfer looks at
 * is ASCII, which means the same in each encoding that a database can have, and
 * it cuts texts nowhere else.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "transfer/transfer.h"
#include "transfer_sql/memo.h"
#include "transfer_sql/row.h"

PG_FUNCTION_INFO_V1(td_transfer_command);
PG_FUNCTION_INFO_V1(td_transfer_of);
PG_FUNCTION_INFO_V1(td_path_classes);
PG_FUNCTION_INFO_V1(td_program_names);

/*
 * Memory for what is read in a command, which lasts only until it is a row.  Most take less than the first room, which is
 * the caller's own.
 */
typedef struct Memory
{
	EsqlContext context;
	char	   *at;
	size_t		left;
	union
	{
		char		room[8192];
		double		aligned;
		void	   *aligned_as_well;
	}			first;
} Memory;

static void *
allocate(void *arg, size_t size)
{
	Memory	   *memory = arg;
	char	   *result = memory->at;

	if (size > memory->left)
		return palloc_extended(size, MCXT_ALLOC_HUGE);
	size = MAXALIGN(size);
	memory->at += size;
	memory->left -= size;
	return result;
}

/* Memory of which nothing is in use. */
static void
begin_memory(Memory *memory)
{
	/* neither the room nor the texts of an error have to be empty */
	memset(&memory->context, 0, offsetof(EsqlContext, error));
	memory->context.error.class = ESQL_ERROR_NONE;
	memory->context.alloc = allocate;
	memory->context.alloc_arg = memory;
	memory->at = memory->first.room;
	memory->left = sizeof(memory->first.room);
}

static TransferText
text_argument(FunctionCallInfo fcinfo, int number)
{
	text	   *value;

	if (PG_ARGISNULL(number))
		return (TransferText) {NULL, 0};
	value = PG_GETARG_TEXT_PP(number);
	return (TransferText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

/* The elements of an array, without its nulls. */
static TransferText *
read_array(ArrayType *array, size_t *count)
{
	int			length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	TransferText *texts = palloc((length + 1) * sizeof(TransferText));
	const char *at = (const char *) array + (ARR_HASNULL(array) ? (Size) array->dataoffset : ARR_OVERHEAD_NONULLS(ARR_NDIM(array)));
	const uint8 *present = (const uint8 *) ARR_NULLBITMAP(array);

	*count = 0;
	for (int i = 0; i < length; i++)
	{
		if (present != NULL && (present[i / 8] & (1 << (i % 8))) == 0)
			continue;
		texts[(*count)++] = (TransferText) {VARDATA_ANY(at), VARSIZE_ANY_EXHDR(at)};
		at = (const char *) INTALIGN(at + VARSIZE_ANY(at));
	}
	return texts;
}

static TransferText *
array_argument(FunctionCallInfo fcinfo, int number, size_t *count)
{
	return read_array(PG_GETARG_ARRAYTYPE_P(number), count);
}

static void
read_command(Memory *memory, const TransferCommand *command, Transfer *transfer)
{
	if (!transfer_read(&memory->context, command, transfer))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

/* transfer_command(command_line text, args text[], executable text) -> transfer, or null if it is none */
Datum
td_transfer_command(PG_FUNCTION_ARGS)
{
	Memory		memory;
	TransferCommand command = {.line = text_argument(fcinfo, 0), .executable = text_argument(fcinfo, 2)};
	Transfer	transfer;

	if (!PG_ARGISNULL(1))
		command.args = array_argument(fcinfo, 1, &command.arg_count);
	/* an empty list says nothing, so the line does */
	if (command.arg_count == 0)
		command.args = NULL;
	begin_memory(&memory);
	read_command(&memory, &command, &transfer);
	if (transfer.utility == TRANSFER_NONE)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(td_transfer_row(td_transfer_row_type(fcinfo), &transfer));
}

/* Is it a transfer, and not the ssh that carries one? */
static bool
is_by_itself(const Transfer *transfer)
{
	return transfer->utility != TRANSFER_NONE && transfer->utility != TRANSFER_SSH;
}

/* The transfer of an event: see td_transfer_of(). */
static Transfer
find_transfer(FunctionCallInfo fcinfo, Memory *memory)
{
	TransferText none = {NULL, 0};
	size_t		line_count = 0;
	size_t		executable_count = 0;
	TransferText *lines = PG_ARGISNULL(0) ? NULL : array_argument(fcinfo, 0, &line_count);
	TransferText *executables = PG_ARGISNULL(2) ? NULL : array_argument(fcinfo, 2, &executable_count);
	Transfer	found = {.utility = TRANSFER_NONE};
	bool		by_name;

	if (line_count <= 1)
	{
		TransferCommand command = {.line = line_count == 1 ? lines[0] : none, .process = true};

		if (executable_count == 1)
			command.executable = executables[0];
		if (!PG_ARGISNULL(1))
			command.args = array_argument(fcinfo, 1, &command.arg_count);
		if (command.arg_count == 0)
			command.args = NULL;
		read_command(memory, &command, &found);
	}
	for (size_t i = 0; i < line_count && line_count > 1 && !is_by_itself(&found); i++)
	{
		TransferCommand command = {.line = lines[i], .process = true};
		Transfer	transfer;

		read_command(memory, &command, &transfer);
		if (is_by_itself(&transfer) || found.utility == TRANSFER_NONE)
			found = transfer;
	}
	by_name = found.utility != TRANSFER_NONE;
	for (size_t i = 0; i < line_count && line_count > 1 && executable_count == 1 && !by_name && found.remote_host.data == NULL; i++)
	{
		TransferCommand command = {.line = lines[i], .executable = executables[0], .process = true};
		Transfer	transfer;

		read_command(memory, &command, &transfer);
		if (found.utility == TRANSFER_NONE || transfer.remote_host.data != NULL)
			found = transfer;
	}
	return found;
}

/* The first text of an array as it lies there; false if the array has nulls or other dimensions, or more texts than that. */
static bool
first_text(const struct varlena *value, int most, TransferText *text)
{
	const ArrayType *array = (const ArrayType *) value;
	const struct varlena *first;

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_DIMS(array)[0] < 1 || ARR_DIMS(array)[0] > most)
		return false;
	first = (const struct varlena *) ((const char *) array + ARR_OVERHEAD_NONULLS(1));
	*text = (TransferText) {VARDATA_ANY(first), VARSIZE_ANY_EXHDR(first)};
	return true;
}

/* Is the event surely no transfer?  Most are none, and their names tell. */
static bool
has_no_name(const TransferMemoKey *key)
{
	TransferText first;
	TransferCommand command = {.args = &first, .arg_count = 1};

	return key->arguments[1] != NULL && first_text(key->arguments[1], PG_INT32_MAX, &first) &&
		(key->arguments[0] == NULL || first_text(key->arguments[0], 1, &command.line)) &&
		(key->arguments[2] == NULL || first_text(key->arguments[2], 1, &command.executable)) &&
		transfer_has_no_name(&command);
}

/*
 * transfer_of(command_lines text[], args text[], executables text[]) -> transfer
 *
 * A merged event has several command lines, those that the process had one after
 * the other, in no order, and the executable of the last.  The first line that is a
 * transfer by its own name counts, or else the first that carries one.  Only if
 * there is none, the executable says what the lines are, and one that names a
 * remote host is the most likely.
 */
Datum
td_transfer_of(PG_FUNCTION_ARGS)
{
	const TransferRowType *type = td_transfer_row_type(fcinfo);
	TransferMemoKey key = {.type = type->oid};
	Datum		row = (Datum) 0;
	bool		isnull;

	for (int i = 0; i < MEMO_ARGUMENTS; i++)
		key.arguments[i] = PG_ARGISNULL(i) ? NULL : PG_GETARG_VARLENA_P(i);
	if (has_no_name(&key))
		PG_RETURN_NULL();
	if (!td_transfer_recall(&key, &row, &isnull))
	{
		Memory		memory;
		Transfer	transfer;

		begin_memory(&memory);
		transfer = find_transfer(fcinfo, &memory);
		isnull = transfer.utility == TRANSFER_NONE;
		if (!isnull)
			row = td_transfer_row(type, &transfer);
		td_transfer_remember(&key, row, isnull);
	}
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(row);
}

/* path_classes(paths text[]) -> text[] */
Datum
td_path_classes(PG_FUNCTION_ARGS)
{
	size_t		count;
	TransferText *paths = array_argument(fcinfo, 0, &count);

	PG_RETURN_DATUM(td_transfer_classes(paths, count));
}

/* program_names(paths text[]) -> text[] */
Datum
td_program_names(PG_FUNCTION_ARGS)
{
	ArrayType  *paths = PG_GETARG_ARRAYTYPE_P(0);
	Memory		memory;
	TransferList names = {0};
	bool		changed = ARR_NDIM(paths) != 1 || ARR_LBOUND(paths)[0] != 1 || ARR_HASNULL(paths);

	begin_memory(&memory);
	names.items = read_array(paths, &names.count);
	for (size_t i = 0; i < names.count; i++)
	{
		TransferText path = names.items[i];

		if (!transfer_program_name(&memory.context, path, &names.items[i]))
			ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
		changed = changed || names.items[i].data != path.data;
	}
	/* most paths have no version in them */
	if (!changed)
		PG_RETURN_ARRAYTYPE_P(paths);
	PG_RETURN_DATUM(td_transfer_list(&names));
}
