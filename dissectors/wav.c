// SPDX-License-Identifier: Apache-2.0
/*
 * wav.c - RIFF/WAVE, and its 64-bit kin RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088):
 * how many seconds of sound a file declares.
 *
 * A file is chunks of eight bytes of header and an even number of bytes.  `fmt ` says
 * what a second costs, `data` how many bytes of sound there are; all else goes by unread,
 * and so does everything once both are known.  In RF64 the size of `data` stands in
 * `ds64`.  A size of 0 or 0xffffffff is what programs write into a pipe, where they
 * cannot go back: then only the end of the file tells.
 *
 * A gap in the framing ends the reading: what was learnt stays.
 */
#include "dissectors/dissector.h"

enum phase { RIFF, CHUNKS, DONE };

struct wav_state {
	uint8_t phase;
	bool wide; /* RF64 or BW64 */
	bool has_data;
	uint64_t data64; /* of ds64 */
	struct audio audio;
};

_Static_assert(sizeof(struct wav_state) <= DISSECTOR_STATE_MAX, "state of a container");

enum {
	FORMAT_PCM = 1,
	FORMAT_ADPCM = 2,
	FORMAT_FLOAT = 3,
	FORMAT_ALAW = 6,
	FORMAT_MULAW = 7,
	FORMAT_IMA = 0x11,
	FORMAT_GSM = 0x31,
	FORMAT_EXTENSIBLE = 0xfffe,
	FORMAT_BYTES = 40, /* the most of `fmt ` that is read: WAVEFORMATEXTENSIBLE */
	DS64_BYTES = 28,
};

static const struct field wav_fields[] = { { 0 } };

static enum dissect_result go_by(struct dissect *d, uint64_t length)
{
	d->out->content.slot = SLOT_NONE;
	d->out->content.offset = CONTENT_APPEND;
	d->out->content.length = length;
	return DISSECT_CONTENT;
}

/* A message that is not all there. */
static enum dissect_result wait(const struct dissect *d)
{
	return d->at_end ? DISSECT_REFUSED : DISSECT_MORE;
}

static uint32_t chunk_id(const char id[4])
{
	return (uint32_t)(uint8_t)id[0] << 24 | (uint32_t)(uint8_t)id[1] << 16 |
	       (uint32_t)(uint8_t)id[2] << 8 | (uint8_t)id[3];
}

static enum dissect_result riff(struct dissect *d, struct wav_state *s)
{
	uint32_t id = cursor_u32(&d->in);

	cursor_take(&d->in, 4); /* the size of it all, which nobody keeps right */
	if (cursor_u32(&d->in) != chunk_id("WAVE") && cursor_ok(&d->in))
		return DISSECT_REFUSED;
	if (!cursor_ok(&d->in))
		return wait(d);
	s->wide = id == chunk_id("RF64") || id == chunk_id("BW64");
	if (!s->wide && id != chunk_id("RIFF"))
		return DISSECT_REFUSED;
	s->phase = CHUNKS;
	return DISSECT_MESSAGE;
}

/*
 * What a second of sound costs.  Where every sample has its own bytes, or every block as
 * many samples, that is counted, as players count it; else the file's own word is taken.
 */
static void format(struct cursor *in, struct audio *audio)
{
	unsigned tag = cursor_u16_le(in), block, samples;
	uint64_t rate = 0;

	audio->channels = cursor_u16_le(in);
	audio->rate = cursor_u32_le(in);
	audio->byte_rate = cursor_u32_le(in);
	block = cursor_u16_le(in);
	audio->bits = cursor_u16_le(in);
	cursor_take(in, cursor_left(in) < 2 ? 0 : 2); /* size of what follows */
	samples = cursor_left(in) < 2 ? 0 : cursor_u16_le(in);
	if (tag == FORMAT_EXTENSIBLE && cursor_left(in) >= 20) {
		cursor_take(in, 4);      /* where the speakers stand */
		tag = cursor_u16_le(in); /* a GUID begins with the old tag */
	}
	switch (tag) {
	case FORMAT_ALAW:
	case FORMAT_MULAW: audio->bits = 8; /* fall through */
	case FORMAT_PCM:
	case FORMAT_FLOAT:
		rate = (uint64_t)audio->rate * audio->channels * ((audio->bits + 7U) / 8);
		break;
	case FORMAT_ADPCM:
	case FORMAT_IMA:
	case FORMAT_GSM:
		if (samples)
			rate = (uint64_t)audio->rate * block / samples;
		break;
	}
	if (rate && rate <= UINT32_MAX)
		audio->byte_rate = (uint32_t)rate;
}

/* Tells what is known, once it is enough. */
static bool tell(struct dissect *d, struct wav_state *s)
{
	if (!s->has_data || s->audio.byte_rate == 0)
		return false;
	note_add(d, NOTE_LEARN, SLOT_SELF)->audio = s->audio;
	s->phase = DONE;
	return true;
}

/* `size` bytes of sound, as the chunk's header says. */
static uint64_t sound(const struct wav_state *s, uint32_t size)
{
	uint64_t bytes = size;

	if (s->wide && size == UINT32_MAX)
		bytes = s->data64;
	else if (size == UINT32_MAX)
		bytes = 0;
	return bytes == 0 || bytes > INT64_MAX ? SIZE_UNKNOWN : bytes;
}

static enum dissect_result chunk(struct dissect *d, struct wav_state *s)
{
	uint32_t id = cursor_u32(&d->in), size = cursor_u32_le(&d->in);
	uint64_t left = (uint64_t)size + (size & 1); /* chunks are padded */
	uint64_t bytes;
	struct cursor in;

	if (!cursor_ok(&d->in))
		return wait(d);
	if (id == chunk_id("fmt ")) {
		size_t n = size < FORMAT_BYTES ? size : FORMAT_BYTES;

		if (size < 16)
			return DISSECT_REFUSED;
		in = cursor_sub(&d->in, n);
		if (!cursor_ok(&in))
			return wait(d);
		format(&in, &s->audio);
		left -= n;
		if (tell(d, s))
			return go_by(d, CONTENT_TO_END);
	} else if (id == chunk_id("ds64") && s->wide && size >= DS64_BYTES) {
		in = cursor_sub(&d->in, DS64_BYTES);
		cursor_take(&in, 8); /* of the file */
		bytes = cursor_u64_le(&in);
		if (!cursor_ok(&in))
			return wait(d);
		s->data64 = bytes;
		left -= DS64_BYTES;
	} else if (id == chunk_id("data") && !s->has_data) {
		s->audio.data_bytes = sound(s, size);
		s->has_data = true;
		if (tell(d, s) || s->audio.data_bytes == SIZE_UNKNOWN)
			return go_by(d, CONTENT_TO_END);
		left = s->audio.data_bytes + (s->audio.data_bytes & 1);
	}
	return left ? go_by(d, left) : DISSECT_MESSAGE;
}

static enum dissect_result wav_dissect(struct dissect *d)
{
	struct wav_state *s = d->state;

	if (d->after_gap)
		return DISSECT_REFUSED;
	switch ((enum phase)s->phase) {
	case RIFF: return riff(d, s);
	case CHUNKS: return chunk(d, s);
	case DONE: break;
	}
	return go_by(d, CONTENT_TO_END);
}

const struct dissector wav_dissector = {
	.name = "wav",
	.kind = DISSECTOR_CONTAINER,
	.file_type = "wav",
	.fields = wav_fields,
	.state_size = sizeof(struct wav_state),
	.max_message = 64,
	.dissect = wav_dissect,
};
