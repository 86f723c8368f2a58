// SPDX-License-Identifier: Apache-2.0
/*
 * first_test.c - what of a flow's first datagram is kept, and for how long.
 */
#include "traffic/first.h"

#include <stdlib.h>

#include "tests/check.h"

enum { IP = 28, WAITING = 1000 };

static uint8_t bytes[4096]; /* 14 of the link layer, then IP */

/* A datagram with n bytes of payload, that begins the flow. */
static struct packet datagram(struct flow *flow, uint64_t number, uint32_t n)
{
	for (uint32_t i = 0; i < IP + n; i++)
		bytes[14 + i] = (uint8_t)(number * 31 + i);
	*flow = (struct flow){ .proto = PROTO_UDP, .first_packet = number };
	return (struct packet){
		.number = number,
		.time = (int64_t)number * 1000,
		.data = bytes,
		.caplen = 14 + IP + n,
		.ip_at = 14,
		.ip_len = IP + n,
		.payload_len = n,
	};
}

static void same(const struct flow *flow, const struct packet *p, uint32_t n)
{
	CHECK_EQ(flow->first_packet, p->number);
	CHECK_EQ((int64_t)flow->first_packet * 1000, p->time);
	CHECK_EQ(n, p->payload_len);
	CHECK_EQ(IP + n, p->ip_len);
	for (uint32_t i = 0; i < IP + n; i++)
		CHECK_MUST(p->data[p->ip_at + i] ==
		           (uint8_t)(flow->first_packet * 31 + i));
}

static void what_is_kept_is_given_back_once(void)
{
	struct counters c = { { 0 } };
	struct first *first = first_new(&c);
	struct flow flow;
	struct packet p = datagram(&flow, 7, 100), kept;
	unsigned dir;

	CHECK(first_keep(first, &flow, TO_CLIENT, &p));
	CHECK_EQ(APPID_WAITS, flow.app_state);
	memset(bytes, 0, sizeof(bytes));
	CHECK(first_take(first, &flow, &kept, &dir));
	same(&flow, &kept, 100);
	CHECK_EQ(TO_CLIENT, dir);
	CHECK_EQ(APPID_NOT_YET, flow.app_state);
	CHECK_EQ(0, flow.appid);
	first_free(first);
}

static void what_is_not_small_does_not_wait(void)
{
	struct counters c = { { 0 } };
	struct first *first = first_new(&c);
	struct flow flow;
	struct packet p = datagram(&flow, 7, 0);

	CHECK(!first_keep(first, &flow, 0, &p)); /* has nothing to show */
	p = datagram(&flow, 7, FLOW_SMALL_BYTES);
	CHECK(!first_keep(first, &flow, 0, &p));
	p = datagram(&flow, 7, FLOW_SMALL_BYTES - 1);
	CHECK(first_keep(first, &flow, 0, &p));
	p = datagram(&flow, 7, 100);
	p.ip_len = 2000; /* cut off by wrong headers */
	CHECK(!first_keep(first, &flow, 0, &p));
	p = datagram(&flow, 7, 100);
	p.fragment = 1;
	CHECK(!first_keep(first, &flow, 0, &p));
	p = datagram(&flow, 7, 100);
	flow.proto = PROTO_TCP;
	CHECK(!first_keep(first, &flow, 0, &p));
	CHECK_EQ(APPID_NOT_YET, flow.app_state);
	first_free(first);
}

static void who_comes_too_late_is_told_so_and_nobody_gets_anothers(void)
{
	static struct flow flows[WAITING];
	static uint32_t sizes[WAITING];
	struct counters c = { { 0 } };
	struct first *first = first_new(&c);
	uint64_t state = 1, taken = 0, late = 0;
	struct packet p;
	unsigned dir;

	for (uint64_t number = 1; number < 200000; number++) {
		unsigned which;

		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		which = (unsigned)(state >> 33) % WAITING;
		if (number % 20000 < 9000) /* a flood now and then */
			which = 0;
		if (flows[which].app_state == APPID_WAITS) {
			if (first_take(first, &flows[which], &p, &dir)) {
				same(&flows[which], &p, sizes[which]);
				taken++;
			} else {
				late++;
			}
		}
		sizes[which] = (uint32_t)(state >> 50) % FLOW_SMALL_BYTES + 1;
		p = datagram(&flows[which], number, sizes[which]);
		CHECK_EQ(sizes[which] < FLOW_SMALL_BYTES,
		         first_keep(first, &flows[which], 0, &p));
	}
	CHECK(taken > 1000 && late > 1000);
	CHECK_EQ(late, c.at[COUNT_APPID_LATE]);
	first_free(first);
}

int main(void)
{
	TEST(what_is_kept_is_given_back_once);
	TEST(what_is_not_small_does_not_wait);
	TEST(who_comes_too_late_is_told_so_and_nobody_gets_anothers);
	return check_done();
}
