/*
 * gunzip.c
 *		gzip streams, chunk by chunk: also several after one another in one
 *		file, as log rotation and cat make them.
 *
 * zlib's memory comes from a memory context, so that an error frees it.
 */
#include "compat.h"

#include <zlib.h>

#include "utils/memutils.h"

#include "ingest/ingest.h"

struct IngestGunzip
{
	z_stream	stream;
	bool		within;			/* within a member */
	const char *problem;		/* what is wrong with the data, or NULL */
};

static voidpf
zlib_alloc(voidpf opaque, uInt items, uInt size)
{
	return MemoryContextAllocExtended((MemoryContext) opaque, (Size) items * size, MCXT_ALLOC_NO_OOM);
}

static void
zlib_free(voidpf opaque, voidpf address)
{
	(void) opaque;
	pfree(address);
}

bool
ingest_is_gzip(const char *head, Size length)
{
	return length >= 2 && (unsigned char) head[0] == 0x1f && (unsigned char) head[1] == 0x8b;
}

IngestGunzip *
ingest_gunzip_create(MemoryContext memory)
{
	IngestGunzip *gunzip = MemoryContextAllocZero(memory, sizeof(IngestGunzip));

	gunzip->stream.zalloc = zlib_alloc;
	gunzip->stream.zfree = zlib_free;
	gunzip->stream.opaque = memory;
	/* 16: expects a gzip header */
	if (inflateInit2(&gunzip->stream, 16 + MAX_WBITS) != Z_OK)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	gunzip->within = true;
	return gunzip;
}

/*
 * At a member's end: go on with the next, or past the zeros that pad a file.
 */
static void
begin_member(IngestGunzip *gunzip)
{
	z_stream   *stream = &gunzip->stream;

	while (stream->avail_in > 0 && *stream->next_in == 0)
	{
		stream->next_in++;
		stream->avail_in--;
	}
	if (stream->avail_in > 0)
	{
		inflateReset(stream);
		gunzip->within = true;
	}
}

/*
 * Decompress from *in, which is moved on, into out.  Returns how many bytes
 * came; 0 means that it needs more input, or that there is a problem.
 */
Size
ingest_gunzip(IngestGunzip *gunzip, const char **in, Size *in_length, char *out, Size out_size)
{
	z_stream   *stream = &gunzip->stream;

	stream->next_in = (Bytef *) unconstify(char *, *in);
	stream->avail_in = (uInt) *in_length;
	stream->next_out = (Bytef *) out;
	stream->avail_out = (uInt) out_size;
	while (gunzip->problem == NULL && stream->avail_out > 0)
	{
		int			code;

		if (!gunzip->within)
			begin_member(gunzip);
		if (!gunzip->within)
			break;
		code = inflate(stream, Z_NO_FLUSH);
		if (code == Z_STREAM_END)
			gunzip->within = false;
		else if (code == Z_MEM_ERROR)
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("out of memory")));
		else if (code != Z_OK && code != Z_BUF_ERROR)
			gunzip->problem = stream->msg != NULL ? stream->msg : "invalid data";
		else if (stream->avail_in == 0)
			break;
	}
	*in = (const char *) stream->next_in;
	*in_length = stream->avail_in;
	return out_size - stream->avail_out;
}

/*
 * Whether the data may end here.
 */
bool
ingest_gunzip_complete(const IngestGunzip *gunzip)
{
	return !gunzip->within;
}

const char *
ingest_gunzip_problem(const IngestGunzip *gunzip)
{
	return gunzip->problem;
}
