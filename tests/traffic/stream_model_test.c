// SPDX-License-Identifier: Apache-2.0
/*
 * stream_model_test.c - known bytes, cut, doubled, shuffled and lost at random, against
 * what comes out.
 */
#include "tests/check.h"
#include "tests/traffic/talk.h"

enum { LENGTH = 100000, SEGMENTS = 4000 };

struct chaos {
	unsigned shuffle; /* how far a segment may be displaced */
	unsigned doubled; /* per cent that come twice */
	unsigned overlap; /* per cent that begin in the one before */
	unsigned lost;    /* per cent that are not captured, though they arrive */
	bool acks;        /* the receiver is seen */
	bool snap;        /* only 50 bytes of a segment are captured */
};

struct segment {
	uint32_t at, n;
	double order;
	bool lost;
};

static uint64_t state;

static uint32_t roll(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % sides;
}

static int by_order(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static unsigned cut(struct segment *s, const struct chaos *c)
{
	unsigned n = 0;

	for (uint32_t at = 0; at < LENGTH;) {
		uint32_t back = roll(100) < c->overlap ? roll(400) : 0;
		uint32_t from = back < at ? at - back : at;
		uint32_t to = at + 1 + roll(300);

		to = to < LENGTH ? to : LENGTH;
		s[n] = (struct segment){ from, to - from, n, roll(100) < c->lost };
		s[n].lost = s[n].lost && to < LENGTH;
		if (c->shuffle)
			s[n].order += roll(1 + 10 * c->shuffle) / 10.0;
		n++;
		if (roll(100) < c->doubled) {
			s[n] = s[n - 1];
			s[n].order += roll(8);
			n++;
		}
		at = to;
	}
	qsort(s, n, sizeof(*s), by_order);
	return n;
}

static void once(const struct chaos *c, uint64_t seed)
{
	static uint8_t sent[LENGTH];
	static uint8_t arrived[LENGTH];
	static struct segment s[SEGMENTS];
	struct talk *t = talk_new_with(1 << 20, 256, 64);
	uint32_t isn, contiguous = 0;
	unsigned n, wrong = 0;

	state = seed;
	isn = UINT32_MAX - roll(2 * LENGTH);
	for (uint32_t i = 0; i < LENGTH; i++)
		sent[i] = (uint8_t)('a' + roll(26));
	memset(arrived, 0, sizeof(arrived));
	n = cut(s, c);
	CHECK_MUST(n < SEGMENTS);
	talk_tcp(t, C, TCP_SYN, isn - 1, 0, NULL, 0, 0);
	if (c->acks)
		talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, isn, NULL, 0, 0);
	for (unsigned i = 0; i < n; i++) {
		uint32_t cap = c->snap && s[i].n > 50 ? 50 : s[i].n;

		if (!s[i].lost)
			talk_tcp(t, C, TCP_ACK, isn + s[i].at, 5000, sent + s[i].at, cap,
			         s[i].n);
		memset(arrived + s[i].at, 1, s[i].n);
		while (contiguous < LENGTH && arrived[contiguous])
			contiguous++;
		if (c->acks && roll(2))
			talk_tcp(t, S, TCP_ACK, 5000, isn + contiguous, NULL, 0, 0);
	}
	talk_tcp(t, C, TCP_ACK | TCP_FIN, isn + LENGTH, 5000, NULL, 0, 0);
	if (c->acks)
		talk_tcp(t, S, TCP_ACK | TCP_FIN, 5000, isn + LENGTH + 1, NULL, 0, 0);
	talk_end(t);
	for (uint32_t i = 0; i < LENGTH; i++) {
		uint8_t got = t->got[TO_SERVER][i];

		wrong += got != sent[i] && !(got == '?' && c->lost) &&
		         !(got == '.' && c->snap);
	}
	CHECK_EQ(0, wrong);
	CHECK_EQ(LENGTH, t->given[TO_SERVER]);
	CHECK_EQ(LENGTH, t->over.dir[TO_SERVER].payload + t->over.dir[TO_SERVER].missing);
	CHECK_EQ(t->lost[TO_SERVER], t->over.dir[TO_SERVER].missing);
	if (!c->lost)
		CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
	CHECK_EQ(1, t->complete[TO_SERVER]);
	talk_free(t);
}

static void run(const struct chaos *c)
{
	for (uint64_t seed = 1; seed <= 40; seed++)
		once(c, seed);
}

static void a_shuffled_stream_comes_out_as_it_was_sent(void)
{
	run(&(struct chaos){ .shuffle = 30, .doubled = 5, .overlap = 10, .acks = true });
}

static void with_heavy_overlap_too(void)
{
	run(&(struct chaos){ .shuffle = 60, .doubled = 40, .overlap = 80, .acks = true });
}

static void without_acknowledgements_too_if_shuffled_less(void)
{
	run(&(struct chaos){ .shuffle = 6, .doubled = 5, .overlap = 10 });
}

static void cut_packets_count_as_much(void)
{
	run(&(struct chaos){
		.shuffle = 20, .doubled = 5, .overlap = 10, .acks = true, .snap = true });
}

static void lost_packets_are_missing_bytes(void)
{
	run(&(struct chaos){ .shuffle = 6, .doubled = 5, .lost = 5, .acks = true });
	run(&(struct chaos){ .shuffle = 30, .overlap = 20, .lost = 30, .acks = true });
	run(&(struct chaos){ .lost = 60, .acks = true });
}

static void lost_packets_of_one_side_alone_are_missing_bytes(void)
{
	run(&(struct chaos){ .shuffle = 3, .doubled = 5, .lost = 5 });
	run(&(struct chaos){ .lost = 50 });
}

int main(void)
{
	TEST(a_shuffled_stream_comes_out_as_it_was_sent);
	TEST(with_heavy_overlap_too);
	TEST(without_acknowledgements_too_if_shuffled_less);
	TEST(cut_packets_count_as_much);
	TEST(lost_packets_are_missing_bytes);
	TEST(lost_packets_of_one_side_alone_are_missing_bytes);
	return check_done();
}
