// SPDX-License-Identifier: Apache-2.0
/*
 * marker.c - finds a marker in content that comes in pieces.
 *
 * Only what may be the beginning of a marker is held back, and that needs no memory: it
 * is equal to the marker's own first bytes.
 */
#include "session/feed.h"

/* The longest end of text that is a beginning of the marker, and shorter than it. */
static size_t beginning(const struct marker *m, const uint8_t *text, size_t n)
{
	size_t most = n < m->n ? n : m->n - 1U;

	for (size_t k = most; k > 0; k--)
		if (memcmp(text + n - k, m->b, k) == 0)
			return k;
	return 0;
}

struct marker_hit marker_find(const struct marker *m, unsigned matched, struct bytes in)
{
	struct marker_hit hit = { .held = matched };
	const uint8_t *at;

	if (matched) {
		uint8_t seam[2 * MARKER_MAX];
		size_t more = in.n < m->n ? in.n : m->n, n = matched + more;

		memcpy(seam, m->b, matched);
		memcpy(seam + matched, in.p, more);
		at = memmem(seam, n, m->b, m->n);
		if (at && at < seam + matched) {
			hit.found = true;
			hit.held = (size_t)(at - seam);
			hit.rest = matched - hit.held;
			return hit;
		}
		if (in.n < m->n) { /* the beginning may still reach into the next piece */
			size_t k = beginning(m, seam, n);

			if (k > more) {
				hit.held = n - k;
				hit.matched = (uint8_t)k;
				return hit; /* all of in is held now */
			}
		}
	}
	at = in.n ? memmem(in.p, in.n, m->b, m->n) : NULL;
	if (at) {
		hit.found = true;
		hit.content = (size_t)(at - in.p);
		return hit;
	}
	hit.matched = (uint8_t)beginning(m, in.p, in.n);
	hit.content = in.n - hit.matched;
	return hit;
}
