/*
 * split.c
 *		Lines of a text that comes in chunks.
 *
 * A line that lies in one chunk is handed out where it lies.  One that goes on
 * in the next chunk is gathered in a buffer, which never holds more than the
 * longest line that is allowed; of a longer one the beginning is kept and the
 * rest is only counted.
 */
#include "ecs/record.h"

#include <string.h>

#include "text/utf8.h"

#define DEFAULT_MAX_LINE ((size_t) 16 * 1024 * 1024)

/* What the buffer begins with, and what is not kept after a long line. */
#define USUAL_BUFFER	((size_t) 64 * 1024)
#define LARGE_BUFFER	((size_t) 1024 * 1024)

static const char byte_order_mark[3] = {'\xEF', '\xBB', '\xBF'};

struct EcsSplitter
{
	EcsMemory	memory;
	size_t		max_line;
	const char *chunk;			/* what is left of the chunk */
	size_t		length;
	bool		last;			/* no other comes after it */
	size_t		number;			/* lines handed out */

	/* the line that began in an earlier chunk */
	char	   *buffer;			/* its beginning */
	size_t		buffered;
	size_t		capacity;
	size_t		full;			/* its bytes so far, kept or not */
	char		tail;			/* the last of them */
	bool		overlong;
	bool		handed_out;		/* nothing comes to it any more */
};

/*
 * A splitter, or NULL for want of memory.
 */
EcsSplitter *
ecs_splitter_create(EcsMemory memory, size_t max_line)
{
	EcsSplitter *splitter = memory.alloc(memory.arg, sizeof(EcsSplitter));

	if (splitter == NULL)
		return NULL;
	*splitter = (EcsSplitter) {.memory = memory, .chunk = ""};
	splitter->max_line = max_line == 0 ? DEFAULT_MAX_LINE : max_line;
	return splitter;
}

/*
 * Free a splitter; NULL will do.
 */
void
ecs_splitter_destroy(EcsSplitter *splitter)
{
	EcsMemory	memory;

	if (splitter == NULL)
		return;
	memory = splitter->memory;
	if (splitter->buffer != NULL)
		memory.free(memory.arg, splitter->buffer);
	memory.free(memory.arg, splitter);
}

/*
 * The next piece of the text.
 */
void
ecs_splitter_feed(EcsSplitter *splitter, const char *chunk, size_t length, bool last)
{
	splitter->chunk = length == 0 ? "" : chunk;
	splitter->length = length;
	splitter->last = last;
}

/*
 * How much of a line that is too long to show, at most.
 */
static size_t
head_size(const EcsSplitter *splitter)
{
	return splitter->max_line < ECS_LINE_HEAD ? splitter->max_line : ECS_LINE_HEAD;
}

/*
 * Room for size bytes in the buffer.  False for want of memory.
 */
static bool
make_room(EcsSplitter *splitter, size_t size)
{
	size_t		capacity = splitter->capacity == 0 ? USUAL_BUFFER : splitter->capacity;
	char	   *buffer;

	if (size <= splitter->capacity)
		return true;
	while (capacity < size)
		capacity *= 2;
	buffer = splitter->memory.alloc(splitter->memory.arg, capacity);
	if (buffer == NULL)
		return false;
	if (splitter->buffered > 0)
		memcpy(buffer, splitter->buffer, splitter->buffered);
	if (splitter->buffer != NULL)
		splitter->memory.free(splitter->memory.arg, splitter->buffer);
	splitter->buffer = buffer;
	splitter->capacity = capacity;
	return true;
}

/*
 * Add bytes to the line in the buffer.  False for want of memory.
 *
 * The limit holds for the line without its CR.  Whether a CR ends the line is
 * not known yet, so there is room for one byte more.
 */
static bool
gather(EcsSplitter *splitter, const char *text, size_t length)
{
	splitter->full += length;
	if (length > splitter->max_line + 1 - splitter->buffered)
		splitter->overlong = true;
	if (splitter->overlong)
	{
		/* what hand_out() wants of it */
		size_t		keep = sizeof(byte_order_mark) + head_size(splitter) + 1;
		size_t		room = keep > splitter->buffered ? keep - splitter->buffered : 0;

		if (length > room)
			length = room;
	}
	if (length == 0)
		return true;
	if (!make_room(splitter, splitter->buffered + length))
		return false;
	memcpy(splitter->buffer + splitter->buffered, text, length);
	splitter->buffered += length;
	return true;
}

/*
 * Make a line of length bytes, of which what is too long need not be there
 * beyond a byte order mark, its head and a byte.  cr says whether the last one is a CR.
 */
static EcsStatus
hand_out(EcsSplitter *splitter, const char *text, size_t length, bool cr, EcsLine *line)
{
	splitter->number++;
	if (cr)
		length--;
	if (splitter->number == 1 && length >= sizeof(byte_order_mark) &&
		memcmp(text, byte_order_mark, sizeof(byte_order_mark)) == 0)
	{
		text += sizeof(byte_order_mark);
		length -= sizeof(byte_order_mark);
	}
	line->text = text;
	line->number = splitter->number;
	line->full_length = length;
	line->too_long = length > splitter->max_line;
	line->length = line->too_long ? td_utf8_clip(text, head_size(splitter)) : length;
	return ECS_RECORD;
}

/*
 * The line in the buffer.
 */
static EcsStatus
hand_out_buffer(EcsSplitter *splitter, EcsLine *line)
{
	splitter->handed_out = true;
	return hand_out(splitter, splitter->buffer, splitter->full, splitter->tail == '\r', line);
}

/*
 * Forget the line in the buffer, and a buffer that was for a long one.
 */
static void
begin_line(EcsSplitter *splitter)
{
	splitter->handed_out = false;
	splitter->overlong = false;
	splitter->buffered = 0;
	splitter->full = 0;
	if (splitter->capacity > LARGE_BUFFER)
	{
		splitter->memory.free(splitter->memory.arg, splitter->buffer);
		splitter->buffer = NULL;
		splitter->capacity = 0;
	}
}

/*
 * The next line.
 */
EcsStatus
ecs_splitter_next(EcsSplitter *splitter, EcsLine *line)
{
	const char *text;
	const char *end;
	size_t		length;

	if (splitter->handed_out)
		begin_line(splitter);

	text = splitter->chunk;
	end = splitter->length > 0 ? memchr(text, '\n', splitter->length) : NULL;
	length = end != NULL ? (size_t) (end - text) : splitter->length;
	splitter->chunk += length + (end != NULL);
	splitter->length -= length + (end != NULL);

	/* the whole line in the chunk, the last one possibly without an LF */
	if (splitter->full == 0 && (end != NULL || (splitter->last && length > 0)))
		return hand_out(splitter, text, length, length > 0 && text[length - 1] == '\r', line);

	if (length > 0)
	{
		if (!gather(splitter, text, length))
			return ECS_NO_MEMORY;
		splitter->tail = text[length - 1];
	}
	if (splitter->full > 0 && (end != NULL || splitter->last))
		return hand_out_buffer(splitter, line);
	return ECS_DONE;
}
