// SPDX-License-Identifier: Apache-2.0
/*
 * fanout.c - the program by which the kernel says who gets a packet.
 *
 * It reads behind the link layer (SKF_NET_OFF) and behind one more VLAN tag, which is
 * what is there once the kernel has taken the outermost away.  A load beyond the packet
 * ends it with 0.
 */
#include "traffic/fanout.h"

#include <assert.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "traffic/spread.h"

enum {
	AT_IP, /* of the memory: how far behind the link layer the IP header is */
	SUM,   /* of the words of an address so far */
	FIRST, /* of the addresses, mixed */
	PROGRAM_MOST = 128,
	TAG = 4,
};

struct program {
	struct sock_filter at[PROGRAM_MOST];
	unsigned short n;
};

static void add(struct program *p, unsigned code, uint32_t k)
{
	assert(p->n < PROGRAM_MOST);
	p->at[p->n++] = (struct sock_filter){ .code = (uint16_t)code, .k = k };
}

/* A is k: goes on; else to where land says.  Gives the place of the jump. */
static unsigned unless(struct program *p, uint32_t k)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, k);
	return p->n - 1;
}

static void land(struct program *p, unsigned jump)
{
	p->at[jump].jf = (uint8_t)(p->n - jump - 1);
}

/* A = A ^ A >> shift */
static void fold(struct program *p, unsigned shift)
{
	add(p, BPF_MISC | BPF_TAX, 0);
	add(p, BPF_ALU | BPF_RSH | BPF_K, shift);
	add(p, BPF_ALU | BPF_XOR | BPF_X, 0);
}

/* A = spread_addr of the last so many words, which stand at `at` of the IP header. */
static void add_addr(struct program *p, unsigned at, unsigned words)
{
	static const uint32_t by[4] = SPREAD_WORDS;

	add(p, BPF_LD | BPF_IMM, words == 1 ? 0xffff * by[2] : 0);
	add(p, BPF_ST, SUM);
	for (unsigned i = 0; i < words; i++) {
		add(p, BPF_LDX | BPF_MEM, AT_IP);
		add(p, BPF_LD | BPF_W | BPF_IND, (uint32_t)SKF_NET_OFF + at + 4 * i);
		add(p, BPF_ALU | BPF_MUL | BPF_K, by[4 - words + i]);
		add(p, BPF_LDX | BPF_MEM, SUM);
		add(p, BPF_ALU | BPF_XOR | BPF_X, 0);
		add(p, BPF_ST, SUM);
	}
	fold(p, SPREAD_ADDR_SHIFT);
}

static void add_pair(struct program *p, unsigned at, unsigned words, unsigned shards,
                     unsigned members)
{
	add_addr(p, at, words);
	add(p, BPF_ST, FIRST);
	add_addr(p, at + 4 * words, words);
	add(p, BPF_LDX | BPF_MEM, FIRST);
	add(p, BPF_ALU | BPF_ADD | BPF_X, 0);
	add(p, BPF_ALU | BPF_MUL | BPF_K, SPREAD_PAIR);
	fold(p, SPREAD_PAIR_SHIFT);
	add(p, BPF_ALU | BPF_MOD | BPF_K, shards);
	add(p, BPF_ALU | BPF_MOD | BPF_K, members);
	add(p, BPF_RET | BPF_A, 0);
}

/* Leaves the type of what follows the tag in A. */
static void add_tag(struct program *p, uint32_t type)
{
	unsigned other = unless(p, type);

	add(p, BPF_LDX | BPF_IMM, TAG);
	add(p, BPF_STX, AT_IP);
	add(p, BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_NET_OFF + 2);
	land(p, other);
}

static void build(struct program *p, unsigned shards, unsigned members)
{
	unsigned other;

	add(p, BPF_LDX | BPF_IMM, 0);
	add(p, BPF_STX, AT_IP);
	add(p, BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL));
	add_tag(p, ETH_P_8021Q);
	add_tag(p, ETH_P_8021AD);
	other = unless(p, ETH_P_IP);
	add_pair(p, 12, 1, shards, members);
	land(p, other);
	other = unless(p, ETH_P_IPV6);
	add_pair(p, 8, 4, shards, members);
	land(p, other);
	add(p, BPF_RET | BPF_K, 0);
}

static int name_of_group(int fd, int *group)
{
	int value = 0;
	socklen_t n = sizeof(value);

	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, &n) < 0)
		return -1;
	*group = value & 0xffff;
	return 0;
}

int fanout_join(int fd, int *group, unsigned shards, unsigned members, struct error *err)
{
	struct program program = { .n = 0 };
	struct sock_fprog by = { .filter = program.at };
	int value = *group | PACKET_FANOUT_CBPF << 16;

	build(&program, shards, members);
	by.len = program.n;
	if (*group < 0)
		value = (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof(value)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &by, sizeof(by)) < 0 ||
	    name_of_group(fd, group) < 0)
		return error_set(err, "packets cannot be divided among workers: %s",
		                 strerror(errno));
	return 0;
}
