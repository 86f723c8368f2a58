// SPDX-License-Identifier: Apache-2.0
/*
 * defrag_model_test.c - pieces that overlap at random, against a model that has a number
 * for every byte.
 */
#include "tests/traffic/pieces.h"

enum { SPACE = 3000, SENT_MOST = 40, STACK = 20 /* of header */ };

struct model {
	int at[SPACE + 8];         /* the byte, BLANK, or UNSEEN */
	bool exact[SPACE / 8 + 1]; /* the whole unit is at hand */
	uint32_t end, reach, came;
	uint64_t conflicts, different, overlaps, repeats, refused;
	uint32_t pieces, wirelen;
};

enum { BLANK = -2, UNSEEN = -1 };

static uint64_t state;

static uint32_t roll(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % sides;
}

static bool model_refuses(const struct model *m, const struct cut *c)
{
	uint32_t end = c->offset + c->n;

	if (c->n == 0 || (c->more && c->n % 8))
		return true;
	if (!c->more)
		return end < m->reach || (m->end && end != m->end);
	return m->end && end > m->end;
}

/* One byte: true where it is new. */
static bool model_byte(struct model *m, uint32_t i, int byte, unsigned *different)
{
	if (m->at[i] == BLANK) {
		m->at[i] = byte;
		m->came++;
		return true;
	}
	*different += byte != UNSEEN && m->exact[i / 8] && m->at[i] != byte;
	return false;
}

static void model_send(struct model *m, const struct cut *c, const uint8_t *bytes,
                       uint32_t hand)
{
	uint32_t fresh = 0;
	bool last = !c->more && !m->end;
	unsigned different = 0;
	uint32_t end = c->offset + c->n;

	if (model_refuses(m, c)) {
		m->refused++;
		return;
	}
	for (uint32_t unit = c->offset; unit < end; unit += 8) {
		bool begins = m->at[unit] == BLANK;
		uint32_t stop = unit + 8 < end ? unit + 8 : end;

		for (uint32_t i = unit; i < stop; i++)
			fresh +=
				model_byte(m, i, i < c->offset + hand ? bytes[i] : UNSEEN,
			                   &different);
		if (begins)
			m->exact[unit / 8] = stop <= c->offset + hand;
	}
	if (!fresh && !different && !last) {
		m->repeats++;
		return;
	}
	m->conflicts += different > 0;
	m->different += different;
	m->overlaps += c->n - fresh;
	m->reach = end > m->reach ? end : m->reach;
	m->end = c->more ? m->end : end;
	m->pieces++;
	m->wirelen += STACK + c->n;
}

/* What came out is what the model says. */
static void model_check(const struct model *m, const struct rig *r)
{
	uint32_t hand = 0;

	while (hand < SPACE && m->at[hand] >= 0)
		hand++;
	CHECK_EQ(m->came, r->p.payload_len);
	CHECK_EQ(m->pieces, r->p.pieces);
	CHECK_EQ(m->wirelen, r->p.wirelen);
	CHECK_EQ(m->at[0] == BLANK, r->p.fragment);
	CHECK_EQ(m->at[0] == BLANK ? 0 : hand, r->p.payload_cap);
	for (uint32_t i = 0; i < r->p.payload_cap; i++)
		CHECK_EQ(m->at[i], r->payload[i]);
}

static void once(uint64_t seed, uint32_t space, bool snapped)
{
	static struct model m;
	static uint8_t bytes[SPACE + 8];
	struct rig *r = rig_new(1 << 18);
	bool whole = false;

	state = seed;
	memset(&m, 0, sizeof(m));
	for (uint32_t i = 0; i < SPACE + 8; i++)
		m.at[i] = BLANK;
	for (unsigned n = 1 + roll(SENT_MOST); n && !whole; n--) {
		struct cut cut = { .proto = PROTO_ANY, .offset = roll(space / 8) * 8 };
		uint32_t hand;

		for (uint32_t i = 0; i < SPACE; i++) /* mostly as the others have it */
			bytes[i] = (uint8_t)(i * 7 + (roll(60) == 0));
		cut.n = roll(space - cut.offset + 1);
		cut.more = cut.offset + cut.n < space && roll(12);
		if (cut.more && roll(20))
			cut.n &= ~7U;
		hand = snapped && roll(3) == 0 ? roll(cut.n + 1) : cut.n;
		if (cut.offset == 0 && !cut.more)
			continue; /* no fragment */
		model_send(&m, &cut, bytes, hand);
		whole = m.end && m.came == m.end;
		CHECK_EQ(whole || model_refuses(&m, &cut),
		         rig_send(r, &cut, bytes, STACK + hand) &&
		                 (whole || r->p.fragment));
	}
	if (whole || (m.came && rig_give_up(r, INT64_MAX) == 1))
		model_check(&m, r);
	CHECK_EQ(m.conflicts, rig_count(r, COUNT_FRAGMENT_CONFLICTS));
	CHECK_EQ(m.different, rig_count(r, COUNT_FRAGMENT_CONFLICT_BYTES));
	CHECK_EQ(m.overlaps, rig_count(r, COUNT_FRAGMENT_OVERLAP_BYTES));
	CHECK_EQ(m.repeats, rig_count(r, COUNT_FRAGMENT_REPEATS));
	CHECK_EQ(m.refused, rig_count(r, COUNT_FRAGMENT_REFUSED));
	CHECK_EQ(!whole && m.came, rig_count(r, COUNT_FRAGMENT_UNFINISHED));
	rig_free(r);
}

static void overlapping_pieces_come_out_as_the_model_has_them(void)
{
	for (uint64_t seed = 1; seed <= 10000 && check_here == 0; seed++)
		once(seed, seed % 3 ? 100 + (uint32_t)(seed % 300) : SPACE - 1, false);
}

static void so_do_pieces_that_a_snap_length_cut(void)
{
	for (uint64_t seed = 1; seed <= 10000 && check_here == 0; seed++)
		once(seed, seed % 3 ? 100 + (uint32_t)(seed % 300) : SPACE - 1, true);
}

int main(void)
{
	TEST(overlapping_pieces_come_out_as_the_model_has_them);
	TEST(so_do_pieces_that_a_snap_length_cut);
	return check_done();
}
