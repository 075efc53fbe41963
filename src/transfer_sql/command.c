/*
 * command.c
 *		transfer_command(): what src/transfer reads in a command line, as a row.
 *
 * Bytes of a text are read as they are.  Everything that src/transfer looks at
 * is ASCII, which means the same in each encoding that a database can have, and
 * it cuts texts nowhere else.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "transfer/transfer.h"
#include "transfer_sql/memo.h"

PG_FUNCTION_INFO_V1(td_transfer_command);
PG_FUNCTION_INFO_V1(td_transfer_of);
PG_FUNCTION_INFO_V1(td_path_classes);
PG_FUNCTION_INFO_V1(td_program_names);

/* The columns of the type transfer. */
enum
{
	COLUMN_UTILITY,
	COLUMN_MODE,
	COLUMN_DIRECTION,
	COLUMN_LOCAL_PATHS,
	COLUMN_LOCAL_CLASSES,
	COLUMN_REMOTE_USER,
	COLUMN_REMOTE_HOST,
	COLUMN_REMOTE_PORT,
	COLUMN_REMOTE_PATHS,
	COLUMN_OTHER_HOSTS,
	COLUMN_HELPER,
	COLUMN_OPTIONS,
	COLUMN_TEMPLATE,
	COLUMN_NOT_UNDERSTOOD,
	COLUMNS
};

static void *
allocate(void *arg, size_t size)
{
	return palloc_extended(size, MCXT_ALLOC_HUGE);
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
array_argument(FunctionCallInfo fcinfo, int number, size_t *count)
{
	Datum	   *values;
	bool	   *nulls;
	int			length;
	TransferText *texts;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &length);
	texts = palloc((length + 1) * sizeof(TransferText));
	*count = 0;
	for (int i = 0; i < length; i++)
	{
		text	   *value;

		if (nulls[i])
			continue;
		value = DatumGetTextPP(values[i]);
		texts[(*count)++] = (TransferText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
	}
	return texts;
}

static Datum
text_datum(TransferText text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.data, (int) text.length));
}

static Datum
list_datum(const TransferList *list)
{
	Datum	   *values = palloc((list->count + 1) * sizeof(Datum));

	for (size_t i = 0; i < list->count; i++)
		values[i] = text_datum(list->items[i]);
	return PointerGetDatum(construct_array(values, (int) list->count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The class of each path. */
static Datum
classes_datum(const TransferText *paths, size_t count)
{
	Datum	   *values = palloc((count + 1) * sizeof(Datum));

	for (size_t i = 0; i < count; i++)
		values[i] = CStringGetTextDatum(transfer_class_names[transfer_classify(paths[i])]);
	return PointerGetDatum(construct_array(values, (int) count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
set_text(Datum *values, bool *nulls, int column, TransferText text)
{
	nulls[column] = text.data == NULL;
	if (text.data != NULL)
		values[column] = text_datum(text);
}

/* The type transfer, looked up once for each call site. */
static TupleDesc
result_type(FunctionCallInfo fcinfo)
{
	TupleDesc	desc = fcinfo->flinfo->fn_extra;
	MemoryContext before;

	if (desc != NULL)
		return desc;
	before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = BlessTupleDesc(desc);
	MemoryContextSwitchTo(before);
	fcinfo->flinfo->fn_extra = desc;
	return desc;
}

static Datum
row_datum(TupleDesc desc, const Transfer *transfer)
{
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {false};

	values[COLUMN_UTILITY] = CStringGetTextDatum(transfer_utility_names[transfer->utility]);
	values[COLUMN_MODE] = CStringGetTextDatum(transfer_mode_names[transfer->mode]);
	values[COLUMN_DIRECTION] = CStringGetTextDatum(transfer_direction_names[transfer->direction]);
	values[COLUMN_LOCAL_PATHS] = list_datum(&transfer->local_paths);
	values[COLUMN_LOCAL_CLASSES] = classes_datum(transfer->local_paths.items, transfer->local_paths.count);
	set_text(values, nulls, COLUMN_REMOTE_USER, transfer->remote_user);
	set_text(values, nulls, COLUMN_REMOTE_HOST, transfer->remote_host);
	nulls[COLUMN_REMOTE_PORT] = transfer->remote_port == 0;
	values[COLUMN_REMOTE_PORT] = Int32GetDatum(transfer->remote_port);
	values[COLUMN_REMOTE_PATHS] = list_datum(&transfer->remote_paths);
	values[COLUMN_OTHER_HOSTS] = list_datum(&transfer->other_hosts);
	set_text(values, nulls, COLUMN_HELPER, transfer->helper);
	values[COLUMN_OPTIONS] = list_datum(&transfer->options);
	set_text(values, nulls, COLUMN_TEMPLATE, transfer->template);
	values[COLUMN_NOT_UNDERSTOOD] = list_datum(&transfer->not_understood);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/* transfer_command(command_line text, args text[], executable text) -> transfer, or null if it is none */
Datum
td_transfer_command(PG_FUNCTION_ARGS)
{
	EsqlContext context = {.alloc = allocate};
	TransferCommand command = {.line = text_argument(fcinfo, 0), .executable = text_argument(fcinfo, 2)};
	Transfer	transfer;

	if (!PG_ARGISNULL(1))
		command.args = array_argument(fcinfo, 1, &command.arg_count);
	/* an empty list says nothing, so the line does */
	if (command.arg_count == 0)
		command.args = NULL;
	if (!transfer_read(&context, &command, &transfer))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	if (transfer.utility == TRANSFER_NONE)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(row_datum(result_type(fcinfo), &transfer));
}

static Transfer
read_command(EsqlContext *context, const TransferCommand *command)
{
	Transfer	transfer;

	if (!transfer_read(context, command, &transfer))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return transfer;
}

/* Is it a transfer, and not the ssh that carries one? */
static bool
is_by_itself(const Transfer *transfer)
{
	return transfer->utility != TRANSFER_NONE && transfer->utility != TRANSFER_SSH;
}

/* The transfer of an event: see td_transfer_of(). */
static Transfer
find_transfer(FunctionCallInfo fcinfo)
{
	EsqlContext context = {.alloc = allocate};
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
		found = read_command(&context, &command);
	}
	for (size_t i = 0; i < line_count && line_count > 1 && !is_by_itself(&found); i++)
	{
		TransferCommand command = {.line = lines[i], .process = true};
		Transfer	transfer = read_command(&context, &command);

		if (is_by_itself(&transfer) || found.utility == TRANSFER_NONE)
			found = transfer;
	}
	by_name = found.utility != TRANSFER_NONE;
	for (size_t i = 0; i < line_count && line_count > 1 && executable_count == 1 && !by_name && found.remote_host.data == NULL; i++)
	{
		TransferCommand command = {.line = lines[i], .executable = executables[0], .process = true};
		Transfer	transfer = read_command(&context, &command);

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
	TupleDesc	desc = result_type(fcinfo);
	TransferMemoKey key = {.type = desc->tdtypeid};
	Transfer	transfer;
	Datum		row = (Datum) 0;
	bool		isnull;

	for (int i = 0; i < MEMO_ARGUMENTS; i++)
		key.arguments[i] = PG_ARGISNULL(i) ? NULL : PG_GETARG_VARLENA_P(i);
	if (has_no_name(&key))
		PG_RETURN_NULL();
	if (!td_transfer_recall(&key, &row, &isnull))
	{
		transfer = find_transfer(fcinfo);
		isnull = transfer.utility == TRANSFER_NONE;
		if (!isnull)
			row = row_datum(desc, &transfer);
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

	PG_RETURN_DATUM(classes_datum(paths, count));
}

/* program_names(paths text[]) -> text[] */
Datum
td_program_names(PG_FUNCTION_ARGS)
{
	EsqlContext context = {.alloc = allocate};
	TransferList names = {0};

	names.items = array_argument(fcinfo, 0, &names.count);
	for (size_t i = 0; i < names.count; i++)
	{
		if (!transfer_program_name(&context, names.items[i], &names.items[i]))
			ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	}
	PG_RETURN_DATUM(list_datum(&names));
}
