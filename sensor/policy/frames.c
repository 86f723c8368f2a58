// SPDX-License-Identifier: Apache-2.0
/*
 * frames.c - do audio frames stand in a row at the front of these bytes?
 */
#include "policy/frames.h"

#include <assert.h>

const char *const frames_names[] = { "mpeg", "adts", "loas", "ac3", NULL };

enum { HEADER_MAX = 7 }; /* bytes of a header that are read here */

/* A header: its frame's length, and what stays the same from frame to frame. */
struct frame {
	size_t length; /* 0: this is no header */
	uint32_t same;
};

static const struct frame none = { 0, 0 };

/*
 *     11111111 111vvllp bbbbrr+. ........
 *
 * v version, l layer, p no CRC, b bit rate, r sampling rate, + padding.
 */
static struct frame read_mpeg(const uint8_t *h)
{
	/* kbit/s by row and b - 1; row: layers I to III of MPEG-1, I and II/III of the
	 * others */
	static const uint16_t rates[5][14] = {
		{ 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448 },
		{ 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384 },
		{ 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
		{ 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256 },
		{ 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
	};
	static const uint32_t hertz[3] = { 44100, 48000, 32000 };
	unsigned version = h[1] >> 3 & 3; /* 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5 */
	unsigned layer = 4 - (h[1] >> 1 & 3);
	unsigned bits = h[2] >> 4, rate = h[2] >> 2 & 3, padding = h[2] >> 1 & 1;
	unsigned row, kbits, hz;
	struct frame f = { .same = (uint32_t)h[1] << 8 | rate };

	if (h[0] != 0xff || h[1] < 0xe0 || version == 1 || layer == 4 || rate == 3 ||
	    bits == 0 || bits == 15)
		return none;
	row = version == 3 ? layer - 1 : layer == 1 ? 3 : 4;
	kbits = rates[row][bits - 1];
	hz = version == 3   ? hertz[rate]
	     : version == 2 ? hertz[rate] / 2
	                    : hertz[rate] / 4;
	if (layer == 1)
		f.length = (12000 * kbits / hz + padding) * 4; /* in words of 4 bytes */
	else if (layer == 3 && version != 3)
		f.length = 72000 * kbits / hz + padding;
	else
		f.length = 144000 * kbits / hz + padding;
	return f;
}

/*
 *     11111111 1111v00p ppffff.c cc....LL LLLLLLLL LLL.....
 *
 * The length L counts the header.
 */
static struct frame read_adts(const uint8_t *h)
{
	struct frame f = {
		.length = (h[3] & 3u) << 11 | (unsigned)h[4] << 3 | h[5] >> 5,
		.same = (uint32_t)h[1] << 16 | (h[2] & 0xfdu) << 8 | (h[3] & 0xc0u),
	};

	if (h[0] != 0xff || (h[1] & 0xf6) != 0xf0 || (h[2] >> 2 & 15) > 12 ||
	    f.length <= HEADER_MAX)
		return none;
	return f;
}

/* 01010110 111LLLLL LLLLLLLL; the length does not count these three bytes. */
static struct frame read_loas(const uint8_t *h)
{
	size_t length = (h[1] & 0x1fu) << 8 | h[2];

	if (h[0] != 0x56 || (h[1] & 0xe0) != 0xe0 || length < 4)
		return none;
	return (struct frame){ .length = length + 3 };
}

static struct frame read_ac3(const uint8_t *h)
{
	static const uint16_t kbits[19] = { 32,  40,  48,  56,  64,  80,  96,
		                            112, 128, 160, 192, 224, 256, 320,
		                            384, 448, 512, 576, 640 };
	unsigned rate = h[4] >> 6, code = h[4] & 63, bsid = h[5] >> 3;
	size_t words;

	if (h[0] != 0x0b || h[1] != 0x77)
		return none;
	if (bsid > 10 && bsid <= 16) /* E-AC-3 says its length, less one, in words */
		return (struct frame){ .length = (((h[2] & 7u) << 8 | h[3]) + 1) * 2,
			               .same = bsid << 8 };
	if (bsid > 8 || rate == 3 || code > 37)
		return none;
	/* 1536 samples a frame; a word is 16 bits */
	words = rate == 0   ? kbits[code / 2] * 2u
	        : rate == 1 ? kbits[code / 2] * 96000u / 44100 + (code & 1)
	                    : kbits[code / 2] * 3u;
	return (struct frame){ .length = words * 2, .same = bsid << 8 | rate };
}

static struct frame read_frame(enum frames kind, const uint8_t *h)
{
	switch (kind) {
	case FRAMES_MPEG: return read_mpeg(h);
	case FRAMES_ADTS: return read_adts(h);
	case FRAMES_LOAS: return read_loas(h);
	case FRAMES_AC3: return read_ac3(h);
	case FRAMES_NONE:
	case FRAMES_KINDS: break;
	}
	assert(false && "a kind of frames that exists");
	return none;
}

bool frames_follow(enum frames kind, struct bytes b)
{
	struct frame first = none;
	unsigned headers = 0;

	for (size_t at = 0; headers < FRAMES_ENOUGH && b.n - at >= HEADER_MAX;
	     headers++) {
		struct frame f = read_frame(kind, b.p + at);

		if (headers == 0)
			first = f;
		if (f.length == 0 || f.same != first.same)
			return false;
		if (f.length > b.n - at)
			return headers > 0; /* the bytes end inside this frame */
		at += f.length;
	}
	return headers >= 2;
}
