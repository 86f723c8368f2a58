// SPDX-License-Identifier: Apache-2.0
/*
 * audio.c - seconds of sound.
 */
#include "content/audio.h"

/* a * b / c without overflow on the way; c is not 0. */
static uint64_t scaled(uint64_t a, uint64_t b, uint64_t c)
{
	unsigned __int128 r = (unsigned __int128)a * b / c;

	return r > UINT64_MAX ? UINT64_MAX : (uint64_t)r;
}

uint64_t audio_milliseconds(const struct audio *audio, uint64_t bytes)
{
	uint64_t data = audio->data_bytes;

	if (audio->byte_rate == 0)
		return 0;
	if (data == SIZE_UNKNOWN || data > bytes)
		data = bytes;
	if (data == SIZE_UNKNOWN)
		return 0;
	return scaled(data, 1000, audio->byte_rate);
}

uint64_t audio_own(const struct transfer *t)
{
	uint64_t there = transfer_size(t);

	if (t->coding != CODING_IDENTITY) /* the header speaks of what is decoded */
		there = t->plain_size;    /* not known: SIZE_UNKNOWN bounds nothing */
	return audio_milliseconds(&t->audio, there);
}

uint64_t audio_counted(const struct transfer *t, bool *known)
{
	*known = true;
	if (t->audio.byte_rate)
		return audio_own(t);
	if (t->inside && t->inside->audio)
		return t->inside->audio_ms;
	*known = false;
	return 0;
}

uint64_t audio_estimated(const struct transfer *t)
{
	const struct inside *inside = t->inside;
	uint64_t size = transfer_size(t);

	if (!inside || !inside->audio || inside->bytes == 0 || inside->audio_ms == 0)
		return 0;
	if (inside->total && inside->seen >= inside->total)
		return 0;
	if (inside->bytes >= size - size / 50) /* the rest is directory */
		return 0;
	return scaled(inside->audio_ms, size, inside->bytes);
}
