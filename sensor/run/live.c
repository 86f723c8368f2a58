// SPDX-License-Identifier: Apache-2.0
/*
 * live.c - egret live: what passes on interfaces, for as long as it takes.
 */
#include <getopt.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "run/job.h"
#include "run/pin.h"

enum { OPTION_PROTECT = 256, OPTION_EVE, OPTION_NO_SANDBOX };

struct live_run {
	struct job job;
	const char *interfaces[LIVE_INTERFACES];
	size_t n;
};

static int read_options(const struct command *command, int argc, char **argv,
                        struct live_run *r)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ "interface", required_argument, NULL, 'i' },
		{ "protect", required_argument, NULL, OPTION_PROTECT },
		{ "workers", required_argument, NULL, 'w' },
		{ "output", required_argument, NULL, 'o' },
		{ "eve", required_argument, NULL, OPTION_EVE },
		{ "no-sandbox", no_argument, NULL, OPTION_NO_SANDBOX },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:i:w:o:qh", options, NULL)) != -1) {
		switch (c) {
		case 'c': r->job.settings.config = optarg; break;
		case 's': settings_add(&r->job.settings, optarg); break;
		case 'i':
			if (r->n == LIVE_INTERFACES)
				return command_misuse(command, "more than %d interfaces",
				                      LIVE_INTERFACES);
			r->interfaces[r->n++] = optarg;
			break;
		case OPTION_PROTECT:
			if (settings_protect(&r->job.settings, optarg) < 0)
				return EXIT_USAGE;
			break;
		case 'w':
			if (job_workers(command, optarg, &r->job))
				return EXIT_USAGE;
			break;
		case 'o': r->job.folder = optarg; break;
		case OPTION_EVE: r->job.eve = optarg; break;
		case OPTION_NO_SANDBOX: r->job.unsandboxed = true; break;
		case 'q': r->job.quiet = true; break;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	if (optind < argc)
		return command_misuse(command, "%s: interfaces are named by -i",
		                      argv[optind]);
	return -1;
}

static void say(void *arg, const char *sentence)
{
	(void)arg;
	log_notice("%s", sentence);
}

/* Of the settings, unless the command line has some. */
static int choose_interfaces(const struct command *command, struct live_run *r)
{
	const struct texts *named = &r->job.policy->config->interfaces;

	if (r->n == 0 && named->n > LIVE_INTERFACES)
		return command_misuse(command, "live.interfaces: more than %d",
		                      LIVE_INTERFACES);
	for (size_t i = 0; r->n == 0 && i < named->n; i++)
		r->interfaces[i] = named->at[i];
	if (r->n == 0)
		r->n = named->n;
	return r->n ? -1
	            : command_misuse(command, "no interface named: -i eth1, or "
	                                      "live.interfaces in the settings");
}

/* An address and its mask as a network; false: of another family, or no mask. */
static bool network_of(const struct ifaddrs *at, struct prefix *ret)
{
	uint8_t mask[16];
	unsigned skip;

	if (!at->ifa_addr || !at->ifa_netmask)
		return false;
	if (at->ifa_addr->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, at->ifa_addr, sizeof(v4));
		ret->addr = addr_from_v4((const uint8_t *)&v4.sin_addr);
		memcpy(&v4, at->ifa_netmask, sizeof(v4));
		memcpy(mask, &v4.sin_addr, 4);
		skip = 12;
	} else if (at->ifa_addr->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, at->ifa_addr, sizeof(v6));
		memcpy(ret->addr.b, &v6.sin6_addr, 16);
		memcpy(&v6, at->ifa_netmask, sizeof(v6));
		memcpy(mask, &v6.sin6_addr, 16);
		skip = 0;
	} else {
		return false;
	}
	ret->bits = (uint8_t)(8 * skip);
	for (unsigned i = skip; i < 16; i++) {
		ret->addr.b[i] &= mask[i - skip];
		ret->bits = (uint8_t)(ret->bits + __builtin_popcount(mask[i - skip]));
	}
	return true;
}

/* Where the sensor itself has an address, that network is inside. */
static void protect_own(struct live_run *r, const char *interface,
                        const struct ifaddrs *all)
{
	struct policy *policy = r->job.policy;
	char text[ADDR_TEXT];
	struct prefix own;

	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		size_t before = policy->config->protected.n;

		if (strcmp(at->ifa_name, interface) != 0 || !network_of(at, &own) ||
		    config_protect(policy->arena, policy->config, &own) < 0 ||
		    policy->config->protected.n == before)
			continue;
		settings_inside(&r->job.settings, &own);
		log_notice("%s/%u is inside, too: it is %s's own",
		           addr_say(text, &own.addr),
		           own.bits - (addr_is_v4(&own.addr) ? 96u : 0), interface);
	}
}

static void protect_networks(struct live_run *r)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) < 0)
		return;
	for (size_t i = 0; i < r->n; i++)
		protect_own(r, r->interfaces[i], all);
	freeifaddrs(all);
}

/* A name that no other run has. */
static void name_run(struct job *job)
{
	struct timespec now;
	uint64_t h;

	clock_gettime(CLOCK_REALTIME, &now);
	h = hash64(&now, sizeof(now), job->policy->hash);
	snprintf(job->run, sizeof(job->run), "%016llx", (unsigned long long)h);
}

static int begin(const struct command *command, struct live_run *r)
{
	struct error err = { "" };
	int status;

	if (settings_load(&r->job.settings, NULL, &r->job.policy, NULL) < 0)
		return EXIT_USAGE;
	status = choose_interfaces(command, r);
	if (status >= 0)
		return status;
	protect_networks(r);
	if (pin_check(&r->job.policy->config->live_pin, &err) < 0 ||
	    reader_open_live(&r->job.reader, r->job.policy->config, r->interfaces, r->n,
	                     say, NULL, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	name_run(&r->job);
	return job_begin(&r->job);
}

int command_live(const struct command *command, int argc, char **argv)
{
	struct live_run r = { .job = { .fail_on = -1, .lasts = true } };
	int status = read_options(command, argc, argv, &r);

	if (status < 0) {
		reload_expect();
		status = begin(command, &r);
	}
	if (status < 0)
		status = job_run(&r.job);
	job_done(&r.job);
	return status;
}
