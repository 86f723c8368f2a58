// SPDX-License-Identifier: Apache-2.0
/*
 * defrag_test.c - fragments in any order, doubled, overlapping, lost, wrong or far too
 * many, and what comes of them.
 */
#include <time.h>

#include "tests/traffic/pieces.h"

enum { UDP_N = 4000, HEADER = 8, SNAP_NONE = 1 << 20 };

static uint64_t state = 1;

static uint32_t roll(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % sides;
}

/* A UDP datagram from 40000 to 53, of n bytes in all. */
static uint8_t *datagram(uint32_t n)
{
	static uint8_t whole[RIG_ROOM];

	for (uint32_t i = 0; i < n; i++)
		whole[i] = (uint8_t)roll(256);
	rig_put16(whole, 40000);
	rig_put16(whole + 2, 53);
	rig_put16(whole + 4, n);
	return whole;
}

static void check_whole(struct rig *r, const uint8_t *whole, uint32_t n, uint32_t pieces,
                        uint32_t wirelen)
{
	CHECK_EQ(0, r->p.fragment);
	CHECK_EQ(PROTO_UDP, r->p.tuple.proto);
	CHECK_EQ(40000, r->p.tuple.from_port);
	CHECK_EQ(53, r->p.tuple.to_port);
	CHECK_EQ(n - HEADER, r->p.payload_len);
	CHECK_EQ(n - HEADER, r->p.payload_cap);
	CHECK_EQ(pieces, r->p.pieces);
	CHECK_EQ(wirelen, r->p.wirelen);
	CHECK_EQ(r->number, r->p.number);
	CHECK_EQ(r->now, r->p.time);
	CHECK(memcmp(r->payload, whole + HEADER, n - HEADER) == 0);
}

/* The datagram in n pieces of no common length. */
static void cut_up(struct cut *cuts, unsigned n, const struct cut *like)
{
	uint32_t at = 0;

	for (unsigned i = 0; i < n; i++) {
		uint32_t end =
			i + 1 < n ? at + 8 * (1 + roll((UDP_N - at) / 8 / n)) : UDP_N - 3;

		cuts[i] = *like;
		cuts[i].offset = at;
		cuts[i].n = end - at;
		cuts[i].more = i + 1 < n;
		at = end;
	}
}

/* The k-th order of n things. */
static void permute(unsigned *order, unsigned n, unsigned k)
{
	for (unsigned i = 0; i < n; i++)
		order[i] = i;
	for (unsigned i = 0; i < n; i++) {
		unsigned j = i + k % (n - i), t = order[i];

		k /= n - i;
		order[i] = order[j];
		order[j] = t;
	}
}

static void every_order_of(unsigned n, unsigned orders, const struct cut *like)
{
	struct rig *r = rig_new(1 << 20);
	struct cut cuts[5];
	unsigned order[5];

	for (unsigned k = 0; k < orders; k++) {
		uint8_t *whole = datagram(UDP_N - 3);
		uint32_t wire = 0;

		cut_up(cuts, n, like);
		permute(order, n, k);
		for (unsigned i = 0; i < n; i++) {
			cuts[order[i]].id = k;
			r->now += 1000;
			CHECK_EQ(i + 1 == n,
			         rig_send(r, &cuts[order[i]], whole, SNAP_NONE));
			wire += (like->v6 ? 48 + like->extensions * 8U : 20) +
			        cuts[order[i]].n;
		}
		check_whole(r, whole, UDP_N - 3, n, wire);
	}
	CHECK_EQ(orders,
	         rig_count(r, like->v6 ? COUNT_DEFRAG_V6_WHOLE : COUNT_DEFRAG_V4_WHOLE));
	CHECK_EQ(orders * n, rig_count(r, like->v6 ? COUNT_DEFRAG_V6 : COUNT_DEFRAG_V4));
	rig_free(r);
}

static void pieces_in_every_order_give_the_whole(void)
{
	static const struct cut kinds[] = {
		{ .proto = PROTO_UDP },
		{ .v6 = true, .proto = PROTO_UDP },
		{ .v6 = true, .proto = PROTO_UDP, .extensions = 3 },
	};

	for (unsigned k = 0; k < 3; k++)
		for (unsigned n = 2, orders = 2; n <= 5; n++, orders *= n)
			every_order_of(n, orders, &kinds[k]);
}

static void pieces_that_come_again_are_left_out(void)
{
	static const struct cut like = { .proto = PROTO_UDP };
	struct rig *r = rig_new(1 << 20);
	struct cut cuts[3];
	uint8_t *whole = datagram(UDP_N - 3);

	cut_up(cuts, 3, &like);
	for (unsigned i = 0; i < 6; i++) { /* each twice, the last when all is there */
		CHECK_EQ(i == 4, rig_send(r, &cuts[i / 2], whole, SNAP_NONE));
		if (i == 4)
			check_whole(r, whole, UDP_N - 3, 3, 3 * 20 + UDP_N - 3);
	}
	for (unsigned i = 0; i < 3; i++) /* and all of them once more */
		CHECK(!rig_send(r, &cuts[i], whole, SNAP_NONE));
	CHECK_EQ(6, rig_count(r, COUNT_FRAGMENT_REPEATS));
	CHECK_EQ(2 * (UDP_N - 3), rig_count(r, COUNT_FRAGMENT_REPEAT_BYTES));
	CHECK_EQ(0, rig_count(r, COUNT_FRAGMENT_CONFLICTS));
	r->now += 3000000; /* nobody doubles so late */
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(i == 2, rig_send(r, &cuts[i], whole, SNAP_NONE));
	CHECK_EQ(2, r->given);
	rig_free(r);
}

static void an_id_may_come_round_at_once(void)
{
	static const struct cut like = { .proto = PROTO_UDP };
	struct rig *r = rig_new(1 << 20);
	struct cut cuts[3];

	for (unsigned turn = 0; turn < 50; turn++) {
		uint8_t *whole = datagram(UDP_N - 3);

		cut_up(cuts, 3, &like);
		for (unsigned i = 0; i < 3; i++)
			CHECK_EQ(i == 2, rig_send(r, &cuts[i], whole, SNAP_NONE));
		check_whole(r, whole, UDP_N - 3, 3, 3 * 20 + UDP_N - 3);
	}
	CHECK_EQ(0, rig_count(r, COUNT_FRAGMENT_REPEATS));
	rig_free(r);
}

static void what_is_another_datagrams_is_kept_apart(void)
{
	struct cut first = { .proto = PROTO_UDP, .n = 800, .more = true };
	struct cut last = { .proto = PROTO_UDP, .offset = 800, .n = 100 };
	struct tunnel tunnel = { .kind = TUNNEL_GRE, .depth = 1, .from.b[15] = 1 };
	struct rig *r = rig_new(1 << 20);
	uint8_t *whole = datagram(900);

	CHECK(!rig_send(r, &first, whole, SNAP_NONE));
	last.id = 1;
	CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	last.id = 0;
	last.proto = PROTO_ICMP;
	CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	last.proto = PROTO_UDP;
	last.v6 = true;
	CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	last.v6 = false;
	r->vlan = 7;
	CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	r->vlan = 0;
	for (unsigned i = 0; i < 3; i++) {
		r->tunnel = tunnel;
		r->tunnel.depth = (uint8_t)(i == 0 ? 2 : 1);
		r->tunnel.to.b[0] = (uint8_t)(i == 1);
		CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	}
	r->tunnel.to.b[0] = 1;
	CHECK(rig_send(r, &first, whole, SNAP_NONE));
	CHECK_EQ(TUNNEL_GRE, r->p.tunnel.kind); /* the tunnel is that of the whole, too */
	memset(&r->tunnel, 0, sizeof(r->tunnel));
	CHECK(rig_send(r, &last, whole, SNAP_NONE));
	check_whole(r, whole, 900, 2, 940);
	CHECK_EQ(6, rig_give_up(r, INT64_MAX));
	CHECK_EQ(6, r->alone);
	rig_free(r);
}

static void in_ipv6_the_first_piece_says_what_it_carries(void)
{
	struct cut first = { .v6 = true, .proto = PROTO_UDP, .n = 800, .more = true };
	struct cut last = { .v6 = true, .proto = PROTO_TCP, .offset = 800, .n = 100 };
	struct rig *r = rig_new(1 << 20);
	uint8_t *whole = datagram(900);

	CHECK(!rig_send(r, &last, whole, SNAP_NONE));
	CHECK(rig_send(r, &first, whole, SNAP_NONE));
	check_whole(r, whole, 900, 2, 2 * 48 + 900);
	rig_free(r);
}

/* A fragment of a whole that is itself a fragment, by a second fragment header. */
static void pieces_of_pieces_are_put_together(void)
{
	struct rig *r = rig_new(1 << 20);
	uint8_t inner[2][RIG_ROOM] = { { 0 } }, *whole = datagram(900);

	for (uint32_t i = 0; i < 2; i++) { /* 800 and 100 bytes behind 8 of header */
		uint32_t n = i ? 100 : 800;
		struct cut cut = { .v6 = true, .proto = 44, .id = i, .more = true };

		inner[i][0] = PROTO_UDP;
		rig_put16(inner[i] + 2, i ? 800 : 1);
		memcpy(inner[i] + 8, whole + 800 * i, n);
		cut.n = 48;
		CHECK(!rig_send(r, &cut, inner[i], SNAP_NONE));
		cut.offset = 48;
		cut.n = 8 + n - 48;
		cut.more = false;
		CHECK_EQ(i == 1, rig_send(r, &cut, inner[i], SNAP_NONE));
	}
	check_whole(r, whole, 900, 4, 4 * 48 + 16 + 900);
	rig_free(r);
}

static void a_snap_length_takes_nothing_from_the_count(void)
{
	static const uint32_t ends[] = { 400, 1000, 1701 };

	for (uint32_t snap = 20; snap <= 20 + 701; snap++) {
		struct rig *r = rig_new(1 << 20);
		uint8_t *whole = datagram(1701);
		uint32_t at = 0, hand = UINT32_MAX;

		for (unsigned i = 0; i < 3; i++) {
			struct cut cut = { .proto = PROTO_ANY, .offset = at };

			cut.n = ends[i] - at;
			cut.more = i < 2;
			if (snap - 20 < cut.n && hand == UINT32_MAX)
				hand = at + snap - 20;
			CHECK_EQ(i == 2, rig_send(r, &cut, whole, snap));
			at = ends[i];
		}
		CHECK_EQ(1701, r->p.payload_len);
		CHECK_EQ(hand < 1701 ? hand : 1701, r->p.payload_cap);
		CHECK(memcmp(r->payload, whole, r->p.payload_cap) == 0);
		CHECK_EQ(1701 + 60, r->p.wirelen);
		rig_free(r);
	}
}

static void what_cannot_be_a_piece_goes_on_alone(void)
{
	static const struct {
		struct cut cut;
		enum counter counts;
	} wrong[] = {
		{ { .offset = 65512, .n = 8, .more = true }, COUNT_FRAGMENT_TOO_LONG },
		{ { .offset = 65512, .n = 4 }, COUNT_FRAGMENT_TOO_LONG },
		{ { .offset = 800, .n = 65504, .more = true }, COUNT_FRAGMENT_TOO_LONG },
		{ { .offset = 16, .n = 0, .more = true }, COUNT_FRAGMENT_REFUSED },
		{ { .offset = 16, .n = 0 }, COUNT_FRAGMENT_REFUSED },
		{ { .offset = 16, .n = 12, .more = true }, COUNT_FRAGMENT_REFUSED },
		{ { .offset = 1600, .n = 99 }, COUNT_FRAGMENT_REFUSED }, /* another end */
		{ { .offset = 1600, .n = 101 }, COUNT_FRAGMENT_REFUSED },
		{ { .offset = 1696, .n = 8, .more = true }, COUNT_FRAGMENT_REFUSED },
	};
	uint8_t *whole = datagram(RIG_ROOM - 1);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rig *r = rig_new(1 << 20);
		struct cut cut = { .proto = PROTO_ANY, .offset = 1600, .n = 100 };

		CHECK(!rig_send(r, &cut, whole, SNAP_NONE));
		cut = wrong[i].cut;
		cut.proto = PROTO_ANY;
		CHECK(rig_send(r, &cut, whole, SNAP_NONE));
		CHECK_EQ(1, r->p.fragment);
		CHECK_EQ(cut.n, r->p.payload_len);
		CHECK_EQ(1, rig_count(r, wrong[i].counts));
		CHECK_EQ(cut.n, rig_count(r, COUNT_FRAGMENT_REFUSED_BYTES));
		/* and does the others no harm */
		cut = (struct cut){ .proto = PROTO_ANY, .n = 1600, .more = true };
		CHECK(rig_send(r, &cut, whole, SNAP_NONE));
		CHECK_EQ(1700, r->p.payload_len);
		rig_free(r);
	}
}

static void the_largest_datagram_is_put_together(void)
{
	for (unsigned v6 = 0; v6 < 2; v6++) {
		struct cut last = { .v6 = v6, .proto = PROTO_ANY, .offset = 40000 };
		struct cut first = { .v6 = v6, .proto = PROTO_ANY, .n = 40000 };
		struct rig *r = rig_new(1 << 20);
		uint8_t *whole = datagram(65535);

		last.n = (v6 ? 65535 : 65515) - 40000;
		first.more = true;
		CHECK(!rig_send(r, &last, whole, SNAP_NONE));
		CHECK(rig_send(r, &first, whole, SNAP_NONE));
		CHECK_EQ(40000 + last.n, r->p.payload_len);
		CHECK_EQ(40000 + last.n, r->p.payload_cap);
		CHECK(memcmp(r->payload, whole, 40000 + last.n) == 0);
		rig_free(r);
	}
}

static void a_datagram_that_is_late_counts_with_what_there_was(void)
{
	static const struct {
		uint32_t offset, n;
		unsigned alone;
		uint32_t length;
	} parts[] = {
		{ 0, 800, 0, 792 },  /* its ports are known */
		{ 0, 8, 0, 0 },      /* just so */
		{ 800, 800, 1, 800 } /* they are not */
	};
	uint8_t *whole = datagram(4000);

	for (size_t i = 0; i < 3; i++) {
		struct rig *r = rig_new(1 << 20);
		struct cut cut = { .proto = PROTO_UDP, .more = true };
		int64_t began = r->now;

		cut.offset = parts[i].offset;
		cut.n = parts[i].n;
		CHECK(!rig_send(r, &cut, whole, SNAP_NONE));
		CHECK_EQ(0, rig_give_up(r, began + 30 * RIG_SECOND));
		CHECK_EQ(1, rig_give_up(r, began + 100 * RIG_SECOND));
		CHECK_EQ(began + 30 * RIG_SECOND, r->p.time);
		CHECK_EQ(parts[i].alone, r->p.fragment);
		CHECK_EQ(parts[i].alone ? 0 : 40000, r->p.tuple.from_port);
		CHECK_EQ(parts[i].length, r->p.payload_len);
		CHECK_EQ(parts[i].n + 20, r->p.wirelen);
		CHECK_EQ(1, rig_count(r, COUNT_DEFRAG_V4_TIMEOUT));
		CHECK_EQ(parts[i].n, rig_count(r, COUNT_FRAGMENT_UNFINISHED_BYTES));
		rig_free(r);
	}
}

static void a_hole_ends_the_bytes_and_not_the_count(void)
{
	struct rig *r = rig_new(1 << 20);
	struct cut cut = { .proto = PROTO_UDP, .n = 800, .more = true };
	uint8_t *whole = datagram(4000);

	CHECK(!rig_send(r, &cut, whole, SNAP_NONE));
	cut.offset = 1600;
	CHECK(!rig_send(r, &cut, whole, SNAP_NONE));
	CHECK_EQ(1, rig_give_up(r, INT64_MAX));
	CHECK_EQ(1592, r->p.payload_len);
	CHECK_EQ(792, r->p.payload_cap);
	CHECK_EQ(2, r->p.pieces);
	CHECK(memcmp(r->payload, whole + HEADER, 792) == 0);
	CHECK_EQ(0,
	         rig_count(r, COUNT_DEFRAG_V4_TIMEOUT) + rig_count(r, COUNT_DEFRAG_FULL));
	rig_free(r);
}

static void bytes_of_a_whole_stay_good_for_a_while(void)
{
	struct rig *r = rig_new(1 << 20);
	struct packet kept[DEFRAG_RING];
	uint8_t *whole = datagram(900);

	for (unsigned i = 0; i < DEFRAG_RING; i++) {
		struct cut cut = { .proto = PROTO_ANY, .id = i, .n = 800, .more = true };

		memset(whole, (int)i, 900);
		rig_send(r, &cut, whole, SNAP_NONE);
		cut = (struct cut){
			.proto = PROTO_ANY, .id = i, .offset = 800, .n = 100
		};
		CHECK(rig_send(r, &cut, whole, SNAP_NONE));
		kept[i] = r->p;
	}
	for (unsigned i = 0; i < DEFRAG_RING; i++)
		for (unsigned at = 0; at < 900; at++)
			CHECK_EQ(i, kept[i].data[kept[i].payload_at + at]);
	rig_free(r);
}

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void a_flood_takes_no_more_memory_and_loses_no_byte(void)
{
	struct rig *r = rig_new(1 << 18);
	uint64_t sent = 0, wire = 0;
	uint32_t most = 0, n = 300000;
	uint8_t *whole = datagram(RIG_ROOM - 1);
	double began = seconds();

	for (uint32_t i = 0; i < n; i++) {
		struct cut cut = {
			.v6 = true, .proto = PROTO_ANY, .id = i, .more = true
		};

		cut.offset = 8 * roll(8000);
		cut.n = 8 * (1 + roll(100));
		cut.id = roll(4) ? i : roll(i + 1);
		r->now += 100;
		sent += cut.n;
		wire += 48 + cut.n;
		rig_send(r, &cut, whole, 64);
		most = defrag_used(r->x) > most ? defrag_used(r->x) : most;
	}
	rig_give_up(r, INT64_MAX);
	CHECK(most < (1 << 18) / 1024);
	CHECK_EQ(sent, r->length + rig_count(r, COUNT_FRAGMENT_REPEAT_BYTES) +
	                       rig_count(r, COUNT_FRAGMENT_OVERLAP_BYTES));
	CHECK(r->wire <= wire && r->wire >= sent - (wire - sent));
	CHECK(rig_count(r, COUNT_DEFRAG_FULL) > n / 2);
	CHECK(seconds() - began < 30);
	rig_free(r);
}

static void tiny_pieces_cost_no_more_in_hostile_orders(void)
{
	enum { TINY = 8189, ROUNDS = 4 };
	static uint32_t order[TINY];
	uint8_t *whole = datagram(TINY * 8);
	double took[4];

	for (unsigned kind = 0; kind < 4; kind++) {
		struct rig *r = rig_new(1 << 20);
		double began = seconds();

		for (uint32_t i = 0; i < TINY; i++)
			order[i] = kind == 0   ? i
			           : kind == 1 ? TINY - 1 - i
			           : kind == 2 ? i * 4093 % TINY /* all over the place */
			                       : (i & 1 ? TINY - 1 - i / 2 : i / 2);
		for (uint32_t i = 0; i < TINY * ROUNDS; i++) {
			struct cut cut = { .proto = PROTO_ANY, .id = i / TINY, .n = 8 };

			cut.offset = order[i % TINY] * 8;
			cut.more = order[i % TINY] != TINY - 1;
			CHECK_EQ(i % TINY == TINY - 1,
			         rig_send(r, &cut, whole, SNAP_NONE));
		}
		CHECK_EQ(ROUNDS, r->given);
		CHECK_EQ(TINY, r->p.pieces);
		CHECK(memcmp(r->payload, whole, TINY * 8) == 0);
		rig_free(r);
		took[kind] = seconds() - began;
	}
	for (unsigned kind = 1; kind < 4; kind++)
		CHECK(took[kind] < took[0] * 10 + 0.1);
}

int main(void)
{
	TEST(pieces_in_every_order_give_the_whole);
	TEST(pieces_that_come_again_are_left_out);
	TEST(an_id_may_come_round_at_once);
	TEST(what_is_another_datagrams_is_kept_apart);
	TEST(in_ipv6_the_first_piece_says_what_it_carries);
	TEST(pieces_of_pieces_are_put_together);
	TEST(a_snap_length_takes_nothing_from_the_count);
	TEST(what_cannot_be_a_piece_goes_on_alone);
	TEST(the_largest_datagram_is_put_together);
	TEST(a_datagram_that_is_late_counts_with_what_there_was);
	TEST(a_hole_ends_the_bytes_and_not_the_count);
	TEST(bytes_of_a_whole_stay_good_for_a_while);
	TEST(a_flood_takes_no_more_memory_and_loses_no_byte);
	TEST(tiny_pieces_cost_no_more_in_hostile_orders);
	return check_done();
}
