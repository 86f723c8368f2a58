// SPDX-License-Identifier: Apache-2.0
/*
 * caller.c - calls all of appid_ndpi.h and prints its answers, between what the fake nDPI
 * prints of how it was called.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "traffic/appid_ndpi.h"
#include "traffic/flow.h"

static void print(const char *what, struct appid_label label)
{
	printf("%s: %u.%u of %u\n", what, label.protocol, label.application,
	       label.category);
}

int main(void)
{
	static const uint8_t ip[20] = { 0x45 };
	struct flow flow = { .proto = PROTO_TCP,
		             .client_port = 40000,
		             .server_port = 443 };
	struct error err = { "" };
	struct ndpi_detection_module_struct *module;
	struct ndpi_flow_struct *state = calloc(1, appid_ndpi_state_size());

	for (unsigned i = 0; i < 2; i++) {
		struct addr *addr = i ? &flow.server : &flow.client;

		addr->b[10] = addr->b[11] = 0xff;
		addr->b[12] = 10;
		addr->b[15] = (uint8_t)(1 + i);
	}
	module = appid_ndpi_new();
	if (!appid_ndpi_fits(&err) || !module || !state) {
		printf("no module\n");
		free(state);
		return 0;
	}
	printf("version: %s\n", appid_ndpi_version());
	print("packet", appid_ndpi_packet(module, state, &flow, TO_CLIENT,
	                                  (struct bytes){ ip, sizeof(ip) }, 5999999));
	printf("wants more: %d\n", appid_ndpi_wants_more(state));
	printf("name: %s\n", appid_ndpi_name(state));
	print("found", appid_ndpi_found(module, state));
	print("last word", appid_ndpi_give_up(module, state));
	print("guess", appid_ndpi_guess(module, &flow));
	printf("names: %s %s %d\n", appid_ndpi_protocol(module, 91),
	       appid_ndpi_category(module, 5), appid_ndpi_names_another(5));
	appid_ndpi_state_done(state);
	appid_ndpi_free(module);
	free(state);
	return 0;
}
