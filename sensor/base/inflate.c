// SPDX-License-Identifier: Apache-2.0
/*
 * inflate.c - plain bytes of whatever an input was compressed with.
 *
 * One loop reads the input, fills the output and steps from member to member; a codec
 * only knows how to go on in one.  What is not compressed goes straight from the input to
 * whoever reads, once its first bytes have been looked at.
 */
#include "base/inflate.h"

#include <bzlib.h>
#include <errno.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/error.h"

enum {
	IN_SIZE = 256 * 1024,
	MAGIC_MAX = 6,
};

enum step { STEP_MORE, STEP_END, STEP_BAD };

struct codec;

struct inflate {
	int fd;
	char *name;
	uint64_t size;
	uint64_t position; /* of fd */

	const struct codec *codec; /* NULL: not compressed */
	uint8_t *in;
	size_t at, n; /* in[at..n) is not used yet */
	bool begun;   /* the first member is */
	bool member;  /* in the middle of one */
	bool broken;  /* err says how; nothing further is given */
	struct error err;

	union { /* of the codec */
		z_stream gzip;
		lzma_stream xz;
		ZSTD_DCtx *zstd;
		LZ4F_dctx *lz4;
		bz_stream bzip2;
	};
};

/* Where the output goes: what is left of it. */
struct room {
	uint8_t *p;
	size_t n;
};

/* init is called once, next before each further member, done once. */
struct codec {
	const char *name;
	struct bytes magic;
	bool (*init)(struct inflate *input);
	bool (*next)(struct inflate *input); /* NULL: goes on by itself */
	enum step (*step)(struct inflate *input, struct room *room);
	void (*done)(struct inflate *input);
};

static void advance(struct inflate *input, struct room *room, size_t read, size_t written)
{
	input->at += read;
	room->p += written;
	room->n -= written;
}

/* The libraries count in 32 bits. */
static unsigned at_most(size_t n)
{
	return n > 1u << 30 ? 1u << 30 : (unsigned)n;
}

static bool gzip_init(struct inflate *input)
{
	return inflateInit2(&input->gzip, 16 + MAX_WBITS) == Z_OK;
}

static bool gzip_next(struct inflate *input)
{
	return inflateReset(&input->gzip) == Z_OK;
}

static enum step gzip_step(struct inflate *input, struct room *room)
{
	z_stream *z = &input->gzip;
	unsigned in = at_most(input->n - input->at), out = at_most(room->n);
	int result;

	z->next_in = input->in + input->at;
	z->avail_in = in;
	z->next_out = room->p;
	z->avail_out = out;
	result = inflate(z, Z_NO_FLUSH);
	advance(input, room, in - z->avail_in, out - z->avail_out);
	if (result == Z_STREAM_END)
		return STEP_END;
	return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_BAD;
}

static void gzip_done(struct inflate *input)
{
	inflateEnd(&input->gzip);
}

static bool xz_init(struct inflate *input)
{
	return lzma_stream_decoder(&input->xz, UINT64_MAX, 0) == LZMA_OK;
}

static enum step xz_step(struct inflate *input, struct room *room)
{
	lzma_stream *xz = &input->xz;
	size_t in = input->n - input->at, out = room->n;
	lzma_ret result;

	xz->next_in = input->in + input->at;
	xz->avail_in = in;
	xz->next_out = room->p;
	xz->avail_out = out;
	result = lzma_code(xz, LZMA_RUN);
	advance(input, room, in - xz->avail_in, out - xz->avail_out);
	if (result == LZMA_STREAM_END)
		return STEP_END;
	return result == LZMA_OK || result == LZMA_BUF_ERROR ? STEP_MORE : STEP_BAD;
}

static void xz_done(struct inflate *input)
{
	lzma_end(&input->xz);
}

static bool zstd_init(struct inflate *input)
{
	input->zstd = ZSTD_createDCtx();
	if (!input->zstd)
		return false;
	/* also what zstd --long=31 wrote; memory is taken only as the content needs it */
	ZSTD_DCtx_setParameter(input->zstd, ZSTD_d_windowLogMax, 31);
	return true;
}

static enum step zstd_step(struct inflate *input, struct room *room)
{
	ZSTD_inBuffer in = { input->in + input->at, input->n - input->at, 0 };
	ZSTD_outBuffer out = { room->p, room->n, 0 };
	size_t result = ZSTD_decompressStream(input->zstd, &out, &in);

	advance(input, room, in.pos, out.pos);
	if (ZSTD_isError(result))
		return STEP_BAD;
	return result == 0 ? STEP_END : STEP_MORE;
}

static void zstd_done(struct inflate *input)
{
	ZSTD_freeDCtx(input->zstd);
}

static bool lz4_init(struct inflate *input)
{
	return !LZ4F_isError(LZ4F_createDecompressionContext(&input->lz4, LZ4F_VERSION));
}

static enum step lz4_step(struct inflate *input, struct room *room)
{
	size_t in = input->n - input->at, out = room->n;
	size_t result = LZ4F_decompress(input->lz4, room->p, &out, input->in + input->at,
	                                &in, NULL);

	if (LZ4F_isError(result))
		return STEP_BAD;
	advance(input, room, in, out);
	return result == 0 ? STEP_END : STEP_MORE;
}

static void lz4_done(struct inflate *input)
{
	LZ4F_freeDecompressionContext(input->lz4);
}

static bool bzip2_init(struct inflate *input)
{
	return BZ2_bzDecompressInit(&input->bzip2, 0, 0) == BZ_OK;
}

static void bzip2_done(struct inflate *input)
{
	BZ2_bzDecompressEnd(&input->bzip2);
}

static bool bzip2_next(struct inflate *input)
{
	bzip2_done(input);
	return bzip2_init(input);
}

static enum step bzip2_step(struct inflate *input, struct room *room)
{
	bz_stream *bz = &input->bzip2;
	unsigned in = at_most(input->n - input->at), out = at_most(room->n);
	int result;

	bz->next_in = (char *)input->in + input->at;
	bz->avail_in = in;
	bz->next_out = (char *)room->p;
	bz->avail_out = out;
	result = BZ2_bzDecompress(bz);
	advance(input, room, in - bz->avail_in, out - bz->avail_out);
	if (result == BZ_STREAM_END)
		return STEP_END;
	return result == BZ_OK ? STEP_MORE : STEP_BAD;
}

/* A zstd file may begin with a skippable frame; lz4 has the same, and far more rarely. */
static const struct codec codecs[] = {
	{ "gzip", BYTES("\x1f\x8b"), gzip_init, gzip_next, gzip_step, gzip_done },
	{ "xz", BYTES("\xfd\x37zXZ\0"), xz_init, xz_init, xz_step, xz_done },
	{ "zstd", BYTES("\x28\xb5\x2f\xfd"), zstd_init, NULL, zstd_step, zstd_done },
	{ "zstd", BYTES("\x50\x2a\x4d\x18"), zstd_init, NULL, zstd_step, zstd_done },
	{ "lz4", BYTES("\x04\x22\x4d\x18"), lz4_init, NULL, lz4_step, lz4_done },
	{ "bzip2", BYTES("BZh"), bzip2_init, bzip2_next, bzip2_step, bzip2_done },
};

static const struct codec *codec_find(struct bytes head)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(*codecs); i++) {
		struct bytes magic = codecs[i].magic;

		if (head.n >= magic.n && memcmp(head.p, magic.p, magic.n) == 0)
			return &codecs[i];
	}
	return NULL;
}

/* Reads more behind in[n): the number of bytes, 0 at the end, -1 and errno. */
static ssize_t fill(struct inflate *input)
{
	ssize_t got;

	if (input->at == input->n)
		input->at = input->n = 0;
	got = read(input->fd, input->in + input->n, IN_SIZE - input->n);
	if (got > 0) {
		input->n += (size_t)got;
		input->position += (uint64_t)got;
	}
	return got;
}

static void input_break(struct inflate *input, const char *how)
{
	input->broken = true;
	error_set(&input->err,
	          "%s: %s at byte %ju of the %s data; all before it was read",
	          input->name, how, (uintmax_t)(input->position - (input->n - input->at)),
	          input->codec->name);
}

/* Between two members: true when another begins.  Zeros may pad the end (of a tape, say).
 */
static bool member_next(struct inflate *input)
{
	if (input->begun)
		while (input->at < input->n && input->in[input->at] == 0)
			input->at++;
	if (input->at == input->n)
		return false;
	if (input->begun && input->codec->next && !input->codec->next(input)) {
		input_break(input, "out of memory");
		return false;
	}
	input->begun = true;
	input->member = true;
	return true;
}

/* Goes on with what is in the buffer.  True: as far as that or the room allows. */
static bool inflate_more(struct inflate *input, struct room *room)
{
	while (room->n > 0 && !input->broken) {
		size_t at = input->at, left = room->n;

		if (!input->member && !member_next(input))
			break;
		switch (input->codec->step(input, room)) {
		case STEP_END: input->member = false; continue;
		case STEP_BAD: input_break(input, "broken"); continue;
		case STEP_MORE: break;
		}
		if (input->at > at || room->n < left)
			continue;
		if (input->at <
		    input->n) /* it neither reads nor writes: never go round */
			input_break(input, "broken");
		break;
	}
	return room->n > 0;
}

static ssize_t plain_read(struct inflate *input, void *out, size_t n)
{
	size_t kept = input->n - input->at;
	ssize_t got;

	if (kept > 0) { /* what was read to see whether it is compressed */
		if (n > kept)
			n = kept;
		memcpy(out, input->in + input->at, n);
		input->at += n;
		return (ssize_t)n;
	}
	got = read(input->fd, out, n);
	if (got > 0)
		input->position += (uint64_t)got;
	return got;
}

/*
 * Gives what it has rather than wait for more: at the other end of a pipe may be a live
 * capture.
 */
static ssize_t codec_read(struct inflate *input, void *out, size_t n)
{
	struct room room = { out, n };

	while (inflate_more(input, &room) && room.n == n && !input->broken) {
		ssize_t got = fill(input);

		if (got < 0)
			return -1;
		if (got == 0) {
			if (input->member)
				input_break(input, "cut off");
			break;
		}
	}
	return (ssize_t)(n - room.n);
}

ssize_t inflate_read(struct inflate *input, void *out, size_t n)
{
	return input->codec ? codec_read(input, out, n) : plain_read(input, out, n);
}

static struct inflate *input_new(int fd, const char *name)
{
	struct inflate *input = calloc(1, sizeof(*input));

	if (!input) {
		close(fd);
		return NULL;
	}
	input->fd = fd;
	input->name = strdup(name);
	input->in = malloc(IN_SIZE);
	if (!input->name || !input->in) {
		inflate_close(input);
		return NULL;
	}
	return input;
}

struct inflate *inflate_open(int fd, const char *name, struct error *err)
{
	struct inflate *input = input_new(fd, name);
	struct stat st;
	ssize_t got = 1;

	if (!input) {
		error_set(err, "%s: out of memory", name);
		return NULL;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		input->size = (uint64_t)st.st_size;
	while (input->n < MAGIC_MAX && got > 0)
		got = fill(input);
	if (got < 0) {
		error_set(err, "%s: %s", name, strerror(errno));
		inflate_close(input);
		return NULL;
	}
	input->codec = codec_find((struct bytes){ input->in, input->n });
	if (input->codec && !input->codec->init(input)) {
		input->codec = NULL;
		error_set(err, "%s: out of memory", name);
		inflate_close(input);
		return NULL;
	}
	return input;
}

const char *inflate_error(const struct inflate *input)
{
	return input->broken ? input->err.text : NULL;
}

const char *inflate_kind(const struct inflate *input)
{
	return input->codec ? input->codec->name : NULL;
}

uint64_t inflate_position(const struct inflate *input)
{
	return input->position;
}

uint64_t inflate_size(const struct inflate *input)
{
	return input->size;
}

void inflate_close(struct inflate *input)
{
	if (!input)
		return;
	close(input->fd);
	if (input->codec)
		input->codec->done(input);
	free(input->name);
	free(input->in);
	free(input);
}

/* zlib's state (7 KiB) and window (32 KiB), on the stack of one call. */
struct scratch {
	size_t used;
	_Alignas(16) uint8_t at[48 * 1024];
};

static void *scratch_take(void *opaque, unsigned count, unsigned size)
{
	struct scratch *scratch = opaque;
	size_t n = ((size_t)count * size + 15) / 16 * 16;

	if (n > sizeof(scratch->at) - scratch->used)
		return NULL;
	scratch->used += n;
	return scratch->at + scratch->used - n;
}

static void scratch_give(void *opaque, void *p)
{
	(void)opaque;
	(void)p;
}

static size_t head_zlib(int window_bits, struct bytes in, uint8_t *out, size_t cap)
{
	struct scratch scratch;
	z_stream z = {
		.zalloc = scratch_take,
		.zfree = scratch_give,
		.opaque = &scratch,
		.next_in = (uint8_t *)in.p,
		.avail_in = at_most(in.n),
		.next_out = out,
		.avail_out = at_most(cap),
	};

	scratch.used = 0;
	if (inflateInit2(&z, window_bits) != Z_OK)
		return 0;
	inflate(&z, Z_SYNC_FLUSH); /* what it gave counts, whatever it answers */
	inflateEnd(&z);
	return at_most(cap) - z.avail_out;
}

size_t inflate_head(enum coding coding, struct bytes in, uint8_t *out, size_t cap)
{
	size_t n;

	if (in.n == 0 || cap == 0)
		return 0;
	switch (coding) {
	case CODING_IDENTITY:
		n = in.n < cap ? in.n : cap;
		memcpy(out, in.p, n);
		return n;
	case CODING_DEFLATE: return head_zlib(-MAX_WBITS, in, out, cap);
	case CODING_ZLIB:
		n = head_zlib(MAX_WBITS, in, out, cap);
		return n > 0 ? n : head_zlib(-MAX_WBITS, in, out, cap);
	case CODING_GZIP: return head_zlib(16 + MAX_WBITS, in, out, cap);
	case CODING_UNKNOWN: break;
	}
	return 0;
}

char *inflate_versions(char *text, size_t cap)
{
	/* bzip2 says its date, too: "1.0.8, 13-Jul-2019" */
	snprintf(text, cap, "zlib %s, liblzma %s, libzstd %s, liblz4 %s, libbz2 %.5s",
	         zlibVersion(), lzma_version_string(), ZSTD_versionString(),
	         LZ4_versionString(), BZ2_bzlibVersion());
	return text;
}
