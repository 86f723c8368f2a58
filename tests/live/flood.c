// SPDX-License-Identifier: Apache-2.0
/*
 * flood.c - datagrams of many hosts onto an interface, so many a second, and says how
 * many went out.
 *
 *	flood INTERFACE SIZE RATE SECONDS PAIRS
 *
 * SIZE: bytes of a frame; RATE: packets a second, 0: as many as it can.  Each pair is
 * 10.9.x.y to 203.0.113.1, port 9 to port 9; the first ones send most.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 64, FRAME_MOST = 1514, HEADERS = 42 };

static uint8_t frames[AT_ONCE][FRAME_MOST];
static struct iovec parts[AT_ONCE];
static struct mmsghdr messages[AT_ONCE];

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned sum16(const uint8_t *at, unsigned n)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < n; i += 2)
		sum += (unsigned)at[i] << 8 | at[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16)) & 0xffff;
}

/* The n-th datagram: an id of its own, or it would be a copy of another. */
static void fill(uint8_t *frame, uint64_t n, unsigned pairs)
{
	unsigned one = (unsigned)(n % pairs), other = (unsigned)(n / pairs % pairs);
	unsigned pair = one < other ? one : other;
	uint8_t *ip = frame + ETHER_HDR_LEN;

	put16(ip + 4, (unsigned)(n % 65535) + 1);
	put16(ip + 10, 0);
	ip[14] = (uint8_t)(pair >> 8);
	ip[15] = (uint8_t)pair;
	put16(ip + 10, sum16(ip, 20));
}

static void prepare(unsigned size)
{
	static const uint8_t ip[20] = { 0x45, 0, 0,  0, 0, 0, 0,   0, 64,  17,
		                        0,    0, 10, 9, 0, 0, 203, 0, 113, 1 };

	for (unsigned i = 0; i < AT_ONCE; i++) {
		uint8_t *f = frames[i];

		memset(f, 2, 12);
		put16(f + 12, ETHERTYPE_IP);
		memcpy(f + 14, ip, sizeof(ip));
		put16(f + 16, size - 14);
		put16(f + 34, 9);
		put16(f + 36, 9);
		put16(f + 38, size - 34);
		parts[i] = (struct iovec){ f, size };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static int open_on(const char *interface)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		                  .sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	int yes = 1;

	if (fd < 0 || !at.sll_ifindex ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		perror(interface);
		exit(1);
	}
	return fd;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Waits until the n-th is due. */
static void pace(double began, uint64_t n, double rate)
{
	double left = rate > 0 ? began + (double)n / rate - now() : 0;

	if (left > 0)
		nanosleep(&(struct timespec){ .tv_nsec = (long)(left * 1e9) }, NULL);
}

int main(int argc, char **argv)
{
	unsigned size = argc == 6 ? (unsigned)atoi(argv[2]) : 0;
	double rate, seconds, began;
	unsigned pairs;
	uint64_t sent = 0;
	int fd;

	if (size < HEADERS || size > FRAME_MOST) {
		fputs("usage: flood INTERFACE SIZE RATE SECONDS PAIRS\n", stderr);
		return 2;
	}
	rate = atof(argv[3]);
	seconds = atof(argv[4]);
	pairs = (unsigned)atoi(argv[5]);
	fd = open_on(argv[1]);
	prepare(size);
	began = now();
	while (now() < began + seconds) {
		int n;

		for (unsigned i = 0; i < AT_ONCE; i++)
			fill(frames[i], sent + i, pairs);
		n = sendmmsg(fd, messages, AT_ONCE, 0);
		if (n > 0)
			sent += (uint64_t)n;
		pace(began, sent, rate);
	}
	printf("%llu\n", (unsigned long long)sent);
	close(fd);
	return 0;
}
