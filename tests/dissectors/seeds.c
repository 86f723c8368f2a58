// SPDX-License-Identifier: Apache-2.0
/*
 * seeds.c - the bytes of a fuzz target's input, written and read.
 */
#include "tests/dissectors/seeds.h"

#include <stdlib.h>

#include "tests/dissectors/vectors.h"

enum { SERVER = 1, LOST = 2, PIECE_SHIFT = 2, STEP_MOST = 0xffff };

static void add(struct seed *seed, const void *b, size_t n)
{
	seed->b = realloc(seed->b, seed->n + n + 1);
	if (!seed->b)
		abort();
	if (n)
		memcpy(seed->b + seed->n, b, n);
	seed->n += n;
}

static void add_step(struct seed *seed, const struct step *step, const uint8_t *b,
                     size_t n)
{
	uint8_t head[3] = { 7 << PIECE_SHIFT, (uint8_t)n, (uint8_t)(n >> 8) };

	head[0] |= step->from_client ? 0 : SERVER;
	head[0] |= b ? 0 : LOST;
	add(seed, head, sizeof(head));
	if (b)
		add(seed, b, n);
}

bool seed_next(struct seed *seed)
{
	const char *srcdir = getenv("srcdir");
	const struct dissector *dissector;
	struct vectors all;
	const struct vector *v;
	char path[4096];
	uint8_t index = (uint8_t)seed->index;

	seed->n = 0;
	dissector = dissectors[seed->index];
	if (!dissector) {
		free(seed->b);
		return false;
	}
	snprintf(path, sizeof(path), "%s/tests/dissectors/%s.t", srcdir ? srcdir : ".",
	         dissector->name);
	all = vectors_read(path);
	if (seed->vector == all.count) {
		vectors_free(&all);
		seed->vector = 0;
		seed->index++;
		return seed_next(seed);
	}
	v = &all.at[seed->vector++];
	seed->dissector = dissector->name;
	seed->line = v->line;
	add(seed, &index, 1);
	for (size_t i = 0; i < v->step_count; i++) {
		const struct step *step = &v->steps[i];

		if (step->lost)
			add_step(seed, step, NULL,
			         step->lost < STEP_MOST ? step->lost : STEP_MOST);
		for (size_t at = 0; at < step->n; at += STEP_MOST)
			add_step(seed, step, step->b + at,
			         step->n - at < STEP_MOST ? step->n - at : STEP_MOST);
	}
	vectors_free(&all);
	return true;
}

const struct dissector *seed_dissector(struct bytes seed)
{
	size_t count = 0;

	while (dissectors[count])
		count++;
	return seed.n ? dissectors[seed.p[0] % count] : NULL;
}

static uint16_t port_of(const struct dissector *dissector, size_t index)
{
	size_t count = 0;

	while (dissector->ports[count])
		count++;
	return dissector->ports[index % count];
}

void seed_play(struct bytes seed, struct drive *drive, bool pieces)
{
	struct cursor in = cursor_over(seed);

	cursor_take(&in, 1);
	while (cursor_left(&in) > 3) {
		unsigned op = cursor_u8(&in);
		size_t n = cursor_u16_le(&in), piece = op >> PIECE_SHIFT;
		bool from_client =
			!(op & SERVER) || drive->dissector->kind == DISSECTOR_CONTAINER;
		struct bytes b;

		if (op & LOST) {
			drive_lose(drive, from_client, n);
			continue;
		}
		if (drive->dissector->ports)
			drive->port = port_of(drive->dissector, piece);
		b = cursor_take(&in, n < cursor_left(&in) ? n : cursor_left(&in));
		piece = piece ? piece : 1;
		while (b.n) {
			bool cut = pieces && !drive->dissector->ports;
			size_t most = cut && piece < b.n ? piece : b.n;

			drive_push(drive, from_client, (struct bytes){ b.p, most });
			b.p += most;
			b.n -= most;
		}
	}
	drive_end(drive);
}
