// SPDX-License-Identifier: Apache-2.0
/*
 * appid_test.c - what nDPI calls a flow, and that nothing of its is left behind.
 */
#include "base/error.h"
#include "tests/check.h"
#include "traffic/appid.h"
#include "traffic/decode.h"
#include "traffic/flow.h"

enum { LINK_RAW = 101, ROOM = 4096 };

struct lab {
	struct flow_table *flows;
	struct appid *appid;
	struct counters counters;
	struct packet p;
	struct flow *flow;
	uint64_t number;
	uint8_t bytes[ROOM];
	struct flow over;
	char over_name[128];
};

static void ended(void *arg, struct flow *flow)
{
	struct lab *l = arg;

	appid_end(l->appid, flow);
	l->over = *flow;
	snprintf(l->over_name, sizeof(l->over_name), "%s",
	         appid_server_name(l->appid, flow));
	appid_forget(l->appid, flow);
}

static struct lab *lab_new(uint32_t flows)
{
	static const struct flow_limits limits = { 1024,       1000000000, 1000000000,
		                                   1000000000, 1000000000, 0 };
	struct lab *l = calloc(1, sizeof(*l));
	struct error err = { "" };

	CHECK_MUST(l);
	l->flows = flow_table_new(&limits, &l->counters, ended, l);
	l->appid = appid_new(flows, 4, &l->counters, &err);
	CHECK_TEXT("", err.text);
	CHECK_MUST(l->flows && l->appid);
	return l;
}

static void lab_free(struct lab *l)
{
	while (flow_shutdown(l->flows, 100))
		;
	appid_free(l->appid);
	flow_table_free(l->flows);
	free(l);
}

static void put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* A packet from 10.0.0.1:from to 192.0.2.1:to, or back; gives what appid_take said. */
static bool show(struct lab *l, uint8_t proto, unsigned from, unsigned to, bool back,
                 uint8_t flags, const void *payload, size_t n, uint32_t cut, bool offload)
{
	size_t header = proto == PROTO_TCP ? 40 : 28;
	uint8_t *b = l->bytes;
	unsigned dir;
	bool begun;
	int link = LINK_RAW;

	CHECK_MUST(header + n <= ROOM);
	memset(b, 0, header);
	b[0] = 0x45;
	put16(b + 2, offload ? 0 : (unsigned)(header + n));
	b[8] = 64;
	b[9] = proto;
	memcpy(b + 12, back ? "\300\0\2\1\12\0\0\1" : "\12\0\0\1\300\0\2\1", 8);
	put16(b + 20, back ? to : from);
	put16(b + 22, back ? from : to);
	if (proto == PROTO_TCP) {
		put16(b + 26, 1);
		put16(b + 30, 1);
		b[32] = 0x50;
		b[33] = flags;
	} else {
		put16(b + 24, (unsigned)(8 + n));
	}
	if (n)
		memcpy(b + header, payload, n);
	l->p = (struct packet){ .number = ++l->number,
		                .pieces = 1,
		                .time = (int64_t)l->number * 1000,
		                .data = b,
		                .caplen = (uint32_t)(header + n) - cut,
		                .wirelen = (uint32_t)(header + n) };
	CHECK_MUST(decode_packet(&l->p, link, &l->counters));
	l->flow = flow_take(l->flows, &l->p, &dir, &begun);
	return appid_take(l->appid, l->flow, dir, &l->p);
}

static bool show_tcp(struct lab *l, unsigned from, unsigned to, const char *text)
{
	return show(l, PROTO_TCP, from, to, false, TCP_ACK, text, strlen(text), 0, false);
}

static const char request[] =
	"PUT /calls.zip HTTP/1.1\r\nHost: Files.Example.net:8080\r\n"
	"User-Agent: curl/7.88.1\r\nContent-Length: 100\r\n\r\n";

static void a_request_says_protocol_and_server(void)
{
	struct lab *l = lab_new(16);

	CHECK(!show(l, PROTO_TCP, 40000, 4444, false, TCP_SYN, NULL, 0, 0, false));
	CHECK_EQ(APPID_NOT_YET, l->flow->app_state);
	CHECK_TEXT("unknown", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("", appid_server_name(l->appid, l->flow));
	CHECK(show_tcp(l, 40000, 4444, request));
	CHECK_EQ(APPID_DECIDED, l->flow->app_state);
	CHECK_TEXT("HTTP", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("HTTP", appid_application(l->appid, l->flow));
	CHECK_TEXT("Web", appid_category(l->appid, l->flow));
	CHECK_TEXT("files.example.net", appid_server_name(l->appid, l->flow));
	CHECK(!show_tcp(l, 40000, 4444, request)); /* said once */
	CHECK_EQ(1, l->counters.at[COUNT_APPID_FLOWS]);
	lab_free(l);
}

static void a_service_is_told_from_its_protocol(void)
{
	struct lab *l = lab_new(16);

	show_tcp(l, 40000, 80,
	         "GET / HTTP/1.1\r\nHost: www.dropbox.com\r\nUser-Agent: x\r\n\r\n");
	CHECK_TEXT("HTTP", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("Dropbox", appid_application(l->appid, l->flow));
	CHECK_TEXT("www.dropbox.com", appid_server_name(l->appid, l->flow));
	lab_free(l);
}

static void a_packet_cut_short_says_as_much(void)
{
	struct lab *l = lab_new(16);

	CHECK(show(l, PROTO_TCP, 40000, 4444, false, TCP_ACK, request, strlen(request),
	           20, false));
	CHECK_TEXT("files.example.net", appid_server_name(l->appid, l->flow));
	CHECK(show(l, PROTO_TCP, 40001, 4444, false, TCP_ACK, request, strlen(request), 0,
	           true)); /* segmentation offload: no length in the header */
	CHECK_TEXT("files.example.net", appid_server_name(l->appid, l->flow));
	lab_free(l);
}

static void a_name_asked_about_is_not_the_server(void)
{
	static const uint8_t query[] =
		"\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\3net\0\0\1\0\1";
	struct lab *l = lab_new(16);

	for (unsigned i = 0; i < 4 && l->number < 4; i++)
		show(l, PROTO_UDP, 40000, 53, false, 0, query, sizeof(query) - 1, 0,
		     false);
	CHECK_EQ(APPID_DECIDED, l->flow->app_state);
	CHECK_TEXT("DNS", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("", appid_server_name(l->appid, l->flow));
	lab_free(l);
}

static void after_so_many_packets_it_gives_up(void)
{
	struct lab *l = lab_new(16);

	for (unsigned i = 0; i < 3; i++)
		CHECK(!show_tcp(l, 40000, 50001,
		                "\1\2\3nothing that anybody knows\4\5\6"));
	CHECK(show_tcp(l, 40000, 50001, "\1\2\3nothing that anybody knows\4\5\6"));
	CHECK_EQ(APPID_DECIDED, l->flow->app_state);
	CHECK_EQ(0, l->flow->app);
	CHECK_TEXT("unknown", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("unknown", appid_category(l->appid, l->flow));
	lab_free(l);
}

static void a_recording_on_a_bare_connection_is_not_called_tls(void)
{
	uint8_t mp3[1400] = "ID3\3";
	struct lab *l = lab_new(16);

	memset(mp3 + 100, 0xff, 1300);
	for (unsigned i = 0; i < 4; i++)
		show(l, PROTO_TCP, 40000, 7254, false, TCP_ACK, mp3, sizeof(mp3), 0,
		     false);
	CHECK_EQ(APPID_DECIDED, l->flow->app_state);
	CHECK(strcmp("TLS", appid_protocol(l->appid, l->flow)) != 0);
	lab_free(l);
}

static void what_is_undecided_at_the_end_is_decided_then(void)
{
	struct lab *l = lab_new(16);

	show_tcp(l, 40000, 22, "\1\2\3 not its beginning \4\5\6");
	CHECK_EQ(APPID_NOT_YET, l->flow->app_state);
	while (flow_shutdown(l->flows, 1))
		;
	CHECK_EQ(APPID_DECIDED, l->over.app_state);
	CHECK_TEXT("SSH", appid_protocol(l->appid, &l->over)); /* as its port suggests */
	lab_free(l);
}

static void a_full_pool_is_counted_and_names_are_given_back(void)
{
	struct lab *l = lab_new(4);

	for (unsigned i = 0; i < 5; i++)
		show_tcp(l, 40000 + i, 50001, "\1\2\3nothing that anybody knows\4\5\6");
	CHECK_EQ(APPID_OFF, l->flow->app_state);
	CHECK_EQ(1, l->counters.at[COUNT_APPID_FULL]);
	CHECK_TEXT("unknown", appid_protocol(l->appid, l->flow));
	while (flow_shutdown(l->flows, 1))
		;
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < 16;
		     i++) { /* as many names as there is room for */
			CHECK(show_tcp(l, 41000 + i, 80, request));
			CHECK_TEXT("files.example.net",
			           appid_server_name(l->appid, l->flow));
		}
		while (flow_shutdown(l->flows, 1))
			;
		CHECK_TEXT("files.example.net", l->over_name);
	}
	CHECK_EQ(1, l->counters.at[COUNT_APPID_FULL]);
	for (unsigned i = 0; i < 17; i++)
		show_tcp(l, 41000 + i, 80, request);
	CHECK_TEXT("HTTP", appid_protocol(l->appid, l->flow));
	CHECK_TEXT("", appid_server_name(l->appid, l->flow));
	CHECK_EQ(2, l->counters.at[COUNT_APPID_FULL]);
	lab_free(l);
}

/* What is said of a flow, as text. */
static void put_label(const struct lab *l, const struct flow *flow, char *text, size_t n)
{
	snprintf(text, n, "%s %s %s %s", appid_protocol(l->appid, flow),
	         appid_application(l->appid, flow), appid_category(l->appid, flow),
	         appid_server_name(l->appid, flow));
}

static const struct talk {
	unsigned port;
	bool back;
	const char *text;
} talks[2][5] = {
	{ { 80, false, "GET /calls HTTP/1.1\r\nHost: www.dropbox.com\r\n" },
	  { 80, false, "User-Agent: x\r\nAccept: */*\r\n\r\n" },
	  { 80, true, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwait" },
	  { 80, false, "GET /next HTTP/1.1\r\nHost: www.dropbox.com\r\n\r\n" },
	  { 80, true, "HTTP/1.1 404 Not Found\r\n\r\n" } },
	{ { 4444, true, "SSH-2.0-OpenSSH_9.2\r\n" },
	  { 4444, false, "SSH-2.0-PuTTY_Release_0.78\r\n" },
	  { 4444, false, "\1\2\3\4 a key exchange" },
	  { 4444, true, "\1\2\3\4 and its answer" },
	  { 4444, false, "\1\2\3\4 what nobody reads" } },
};

/* Shows the chosen talks step by step, each step of the one before that of the other. */
static void show_talks(bool first, bool second, char labels[2][128])
{
	struct lab *l = lab_new(16);
	struct flow *flows[2] = { NULL, NULL };

	for (unsigned step = 0; step < 5; step++)
		for (unsigned i = 0; i < 2; i++) {
			const struct talk *t = &talks[i][step];

			if (!(i ? second : first))
				continue;
			if (step == 0)
				show(l, PROTO_TCP, 40000 + i, t->port, false, TCP_SYN,
				     NULL, 0, 0, false);
			show(l, PROTO_TCP, 40000 + i, t->port, t->back, TCP_ACK, t->text,
			     strlen(t->text), 0, false);
			flows[i] = l->flow;
		}
	for (unsigned i = 0; i < 2; i++)
		if (flows[i])
			put_label(l, flows[i], labels[i], sizeof(labels[i]));
	lab_free(l);
}

static void what_a_flow_is_does_not_depend_on_what_comes_between(void)
{
	char apart[2][128], together[2][128];

	show_talks(true, false, apart);
	show_talks(false, true, apart);
	show_talks(true, true, together);
	CHECK_TEXT("HTTP Dropbox Cloud www.dropbox.com", apart[0]);
	CHECK(strncmp("SSH SSH ", apart[1], 8) == 0);
	CHECK_TEXT(apart[0], together[0]);
	CHECK_TEXT(apart[1], together[1]);
}

int main(void)
{
	TEST(a_request_says_protocol_and_server);
	TEST(a_service_is_told_from_its_protocol);
	TEST(a_packet_cut_short_says_as_much);
	TEST(a_name_asked_about_is_not_the_server);
	TEST(after_so_many_packets_it_gives_up);
	TEST(a_recording_on_a_bare_connection_is_not_called_tls);
	TEST(what_is_undecided_at_the_end_is_decided_then);
	TEST(what_a_flow_is_does_not_depend_on_what_comes_between);
	TEST(a_full_pool_is_counted_and_names_are_given_back);
	return check_done();
}
