// SPDX-License-Identifier: Apache-2.0
/*
 * community_id_test.c - Community IDs against the examples that the specification has.
 */
#include "output/community_id.h"

#include "tests/check.h"
#include "tests/output/sample.h"

static const struct example {
	uint8_t proto;
	const char *from, *to;
	uint16_t from_port, to_port;
	const char *id;
	bool one_way;
} examples[] = {
	{ 6, "128.232.110.120", "66.35.250.204", 34855, 80,
	  "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", false },
	{ 17, "192.168.1.52", "8.8.8.8", 54585, 53,
	  "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", false },
	{ 1, "192.168.0.89", "192.168.0.1", 8, 0,
	  "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", false },
	{ 1, "192.168.0.89", "192.168.0.1", 20, 0,
	  "1:3o2RFccXzUgjl7zDpqmY7yJi8rI=", true },
	{ 58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 136,
	  "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", false },
	{ 132, "192.168.170.8", "192.168.170.56", 7, 7,
	  "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=", false },
	{ 46, "10.1.24.4", "10.1.12.1", 0, 0, "1:/nQI4Rh/TtY3mf0R2gJFBkVlgS4=", false },
};

static struct flow_event flow_of(const struct example *e, bool turned)
{
	return (struct flow_event){
		.proto = e->proto,
		.client = sample_addr(turned ? e->to : e->from),
		.server = sample_addr(turned ? e->from : e->to),
		.client_port = turned ? e->to_port : e->from_port,
		.server_port = turned ? e->from_port : e->to_port,
	};
}

static void ids_are_those_of_the_specification(void)
{
	char text[COMMUNITY_ID_TEXT];

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct flow_event f = flow_of(&examples[i], false);

		CHECK_TEXT(examples[i].id, community_id(text, &f));
	}
}

static void both_directions_of_a_flow_have_one_id(void)
{
	char text[COMMUNITY_ID_TEXT];

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct flow_event f = flow_of(&examples[i], true);

		if (!examples[i].one_way)
			CHECK_TEXT(examples[i].id, community_id(text, &f));
	}
}

int main(void)
{
	TEST(ids_are_those_of_the_specification);
	TEST(both_directions_of_a_flow_have_one_id);
	return check_done();
}
