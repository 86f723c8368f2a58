// SPDX-License-Identifier: Apache-2.0
/*
 * config_keys.c - every setting: name, type, range, default and what it is for.
 *
 * What an administrator should know beyond one line stands in config/egret.yaml; a test
 * holds that file against this table.
 */
#include "policy/config_keys.h"

#include <inttypes.h>
#include <string.h>

#define AT(member) offsetof(struct config, member)
#define KIB(n)     ((uint64_t)(n) << 10)
#define MIB(n)     ((uint64_t)(n) << 20)
#define GIB(n)     ((uint64_t)(n) << 30)
#define SECONDS(n) ((uint64_t)(n)*1000000000)
#define HOURS(n)   SECONDS((n)*3600)

/* In the order of enum level. */
static const char *const levels[] = { "informational", "low",      "medium",
	                              "high",          "critical", NULL };
/* In the order of RFC 5424, section 6.2.1. */
static const char *const facilities[] = {
	"kern",   "user",   "mail",   "daemon",   "auth",   "syslog", "lpr",
	"news",   "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",
	"alert",  "clock",  "local0", "local1",   "local2", "local3", "local4",
	"local5", "local6", "local7", NULL,
};

/* Most keys have neither words nor anything that could be wrong with their text. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
const struct key config_keys[] = {
	{ "networks.protected", KEY_PREFIXES, AT(protected), 0, 0,
	  "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,169.254.0.0/16,"
	  "fc00::/7,fe80::/10",
	  "the networks that are inside: what goes from them to elsewhere is leaving" },

	{ "rules.paths", KEY_PATHS, AT(rules), 0, 0, "$data/rules/egret",
	  "files and folders of Sigma rules" },
	{ "rules.signatures", KEY_PATHS, AT(signatures), 0, 0, "$data/rules/signatures",
	  "files and folders of file signatures" },
	{ "rules.taxonomy", KEY_PATHS, AT(taxonomy), 0, 0, "$data/rules/taxonomy",
	  "files and folders of tables with other people's names of fields" },
	{ "rules.lists", KEY_PATHS, AT(lists), 0, 0, "$data/rules/lists",
	  "folders of lists for %placeholders%: name.txt, name.yaml" },
	{ "rules.vars", KEY_WORDS, AT(vars), 0, 0, "",
	  "values for %placeholders%: name=value; a name may stand several times" },
	{ "rules.off", KEY_WORDS, AT(rules_off), 0, 0, "",
	  "rules not to load: their ids, level:low, tag:attack.t1048" },
	{ "rules.levels", KEY_WORDS, AT(levels), 0, 0, "",
	  "levels that replace those of rules: id=level" },
	{ "time.zone", KEY_ZONE, AT(zone), 0, 0, "UTC",
	  "for |hour and the like in rules: UTC, or an offset such as +02:00" },
	{ "rules.cache", KEY_BOOL, AT(cache), 0, 0, "true",
	  "keep compiled patterns in the user's cache folder, for a quick start" },

	{ "engine.shards", KEY_NUMBER, AT(shards), 1, 64, "8",
	  "parts into which address pairs are divided; at most so many workers are of "
	  "use" },
	{ "engine.workers", KEY_NUMBER, AT(workers), 0, 64, "0",
	  "threads that do the work; 0: as many as there are cores" },

	{ "live.interfaces", KEY_WORDS, AT(interfaces), 0, 0, "",
	  "what egret live listens to; -i names others" },
	{ "live.filter", KEY_TEXT, AT(live_filter), 0, 0, "",
	  "only packets that this lets pass, as tcpdump has it; the kernel leaves out "
	  "the "
	  "rest" },
	{ "live.buffer", KEY_SIZE, AT(live_buffer), MIB(1), GIB(1), "64MiB",
	  "memory of the kernel for packets that wait, for each interface and who reads "
	  "it" },
	{ "live.snaplen", KEY_NUMBER, AT(live_snaplen), 256, 262144, "65535",
	  "bytes of a packet that are taken; lengths count whole" },
	{ "live.promiscuous", KEY_BOOL, AT(live_promiscuous), 0, 0, "true",
	  "take what is addressed to others: a span port needs it" },
	{ "live.fanout", KEY_BOOL, AT(live_fanout), 0, 0, "true",
	  "each worker reads its part of the packets; false: one thread reads for all" },
	{ "live.pin", KEY_WORDS, AT(live_pin), 0, 0, "",
	  "numbers of the cores that the workers are kept on, the first for the first" },
	{ "live.timestamps", KEY_TEXT, AT(live_clock), 0, 0, "",
	  "who stamps packets: host, adapter, adapter_unsynced...; empty: the host" },

	{ "service.user", KEY_TEXT, AT(user), 0, 0, "egret",
	  "whom egret live becomes when it was started as root and everything is open" },

	{ "control.socket", KEY_TEXT, AT(control_socket), 0, 0, "/run/egret/egret.sock",
	  "where egret ctl asks egret live; empty: nowhere" },
	{ "metrics.listen", KEY_TEXT, AT(metrics_listen), 0, 0, "127.0.0.1:9642",
	  "where egret live gives numbers to Prometheus: address:port, unix:PATH; empty: "
	  "nowhere",
	  .wrong = config_wrong_listen },

	{ "decode.checksums", KEY_BOOL, AT(checksums), 0, 0, "false",
	  "pass over packets whose checksum is wrong" },

	{ "flow.memory", KEY_SIZE, AT(flow_memory), KIB(64), GIB(64), "128MiB",
	  "memory for flows; when full, the one of least value ends early" },
	{ "flow.timeout.new", KEY_TIME, AT(flow_new), SECONDS(1), HOURS(1), "30s",
	  "a TCP flow without a finished handshake ends after this silence" },
	{ "flow.timeout.established", KEY_TIME, AT(flow_established), SECONDS(1),
	  HOURS(168), "15m", "a TCP flow ends after this silence" },
	{ "flow.timeout.closed", KEY_TIME, AT(flow_closed), SECONDS(1), HOURS(1), "10s",
	  "a TCP flow is forgotten so long after its FIN or RST" },
	{ "flow.timeout.udp", KEY_TIME, AT(flow_udp), SECONDS(1), HOURS(24), "2m",
	  "a UDP, ICMP or other flow ends after this silence" },
	{ "flow.unanswered", KEY_BOOL, AT(flow_unanswered), 0, 0, "false",
	  "write flow records for flows that nobody answered (scans), too" },
	{ "flow.update", KEY_TIME, AT(flow_update), 0, HOURS(168), "1h",
	  "time between two flow_update records of a flow that goes on; 0: none" },

	{ "fragment.memory", KEY_SIZE, AT(fragment_memory), KIB(256), GIB(4), "8MiB",
	  "memory for IP fragments whose datagram is not whole" },
	{ "fragment.timeout", KEY_TIME, AT(fragment_timeout), SECONDS(1), HOURS(1), "30s",
	  "a datagram that is not whole so long after its first fragment is given up" },

	{ "stream.memory", KEY_SIZE, AT(stream_memory), MIB(1), GIB(64), "64MiB",
	  "memory for TCP segments that wait for an earlier one" },
	{ "stream.held", KEY_NUMBER, AT(stream_held), 1, 1024, "1024",
	  "segments that wait in one direction of one flow" },

	{ "session.max", KEY_NUMBER, AT(session_max), 64, 16777216, "65536",
	  "flows whose protocol is read at the same time" },
	{ "transfer.max", KEY_NUMBER, AT(transfer_max), 64, 16777216, "65536",
	  "transfers followed at the same time" },
	{ "transfer.sha256", KEY_BOOL, AT(sha256), 0, 0, "false",
	  "compute SHA-256 of every transfer that is seen whole" },

	{ "appid.enabled", KEY_BOOL, AT(appid), 0, 0, "true",
	  "let nDPI say which protocol and application a flow is" },
	{ "appid.packets", KEY_NUMBER, AT(appid_packets), 1, 64, "10",
	  "packets of a flow, with payload, that nDPI is shown at most" },

	{ "names.max", KEY_NUMBER, AT(names_max), 64, 16777216, "65536",
	  "names of addresses (from DNS, DHCP, ARP and their kin) that are kept" },

	{ "output.eve.types", KEY_RECORDS, AT(eve), 0, 0,
	  "alert,fileinfo,flow,flow_update,stats", "which records are written" },
	{ "output.eve.rotate.size", KEY_SIZE, AT(rotate_size), 0, GIB(1024), "0",
	  "bytes at which the file of a live run makes way for a new one; 0: never" },
	{ "output.eve.rotate.keep", KEY_NUMBER, AT(rotate_keep), 1, 1000, "7",
	  "old ones that are kept: eve.json.1 is the newest" },
	{ "output.eve.rotate.time", KEY_TIME, AT(rotate_time), 0, HOURS(8760), "0",
	  "time after which it does, counted from midnight UTC; 0: never" },
	{ "output.syslog.to", KEY_TEXT, AT(syslog_to), 0, 0, "",
	  "a system log: unix:/dev/log, udp:HOST:PORT, tcp:HOST:PORT; empty: none",
	  .wrong = config_wrong_log },
	{ "output.syslog.types", KEY_RECORDS, AT(syslog_types), 0, 0, "alert",
	  "which records it gets" },
	{ "output.syslog.level", KEY_CHOICE, AT(syslog_level), 0, 0, "informational",
	  "alerts of that level and above", .words = levels },
	{ "output.syslog.facility", KEY_CHOICE, AT(syslog_facility), 0, 0, "local0",
	  "its facility, as syslog has them", .words = facilities },
	{ "output.webhook.url", KEY_TEXT, AT(webhook_url), 0, 0, "",
	  "a web service that gets each alert by POST, as JSON; empty: none",
	  .wrong = config_wrong_url },
	{ "output.webhook.level", KEY_CHOICE, AT(webhook_level), 0, 0, "low",
	  "alerts of that level and above", .words = levels },
	{ "output.webhook.updates", KEY_BOOL, AT(webhook_updates), 0, 0, "false",
	  "send alert_update records, too" },
	{ "output.webhook.rate", KEY_NUMBER, AT(webhook_rate), 1, 6000, "60",
	  "requests a minute, at most; what comes faster waits" },
	{ "output.webhook.timeout", KEY_TIME, AT(webhook_timeout), SECONDS(1),
	  SECONDS(60), "10s", "for one request, with its answer" },
	{ "output.webhook.token", KEY_TEXT, AT(webhook_token), 0, 0, "",
	  "a file whose first line is sent as Authorization: Bearer; empty: none" },
	{ "output.webhook.ca", KEY_TEXT, AT(webhook_ca), 0, 0, "",
	  "a file of certificates that are believed; empty: the system's" },
	{ "output.queue", KEY_SIZE, AT(queue), MIB(4), GIB(1), "16MiB",
	  "memory for records that wait for a slow disk or a slow reader, for each of "
	  "them; a quarter of it is for alerts" },
	{ "output.spool.folder", KEY_TEXT, AT(spool_folder), 0, 0, "/var/lib/egret",
	  "where alerts are kept that syslog or a webhook does not take; empty: in "
	  "memory only" },
	{ "output.spool.size", KEY_SIZE, AT(spool_size), MIB(1), GIB(64), "64MiB",
	  "bytes that may be kept there, for each of them" },
	{ "stats.interval", KEY_TIME, AT(stats_interval), 0, HOURS(24), "1m",
	  "packet time between two stats records; 0: one, at the end" },
	{ 0 },
};
#pragma GCC diagnostic pop

#define TYPE(member) offsetof(struct record_types, member)
const struct record_word config_records[] = {
	{ "alert", TYPE(alert) }, { "fileinfo", TYPE(fileinfo) },
	{ "flow", TYPE(flow) },   { "flow_update", TYPE(flow_update) },
	{ "stats", TYPE(stats) }, { 0 },
};

const struct key *config_key(const char *name)
{
	for (const struct key *k = config_keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

struct unit {
	const char *name;
	uint64_t of;
};

/* In the largest unit that needs no fraction, as one would write it into the file. */
static int say_exact(char *text, size_t cap, uint64_t n, const struct unit *units)
{
	for (; units->name; units++)
		if (n && n % units->of == 0)
			return snprintf(text, cap, "%" PRIu64 "%s", n / units->of,
			                units->name);
	return snprintf(text, cap, "%" PRIu64, n);
}

char *config_range(char text[RANGE_TEXT], const struct key *key)
{
	static const struct unit sizes[] = {
		{ "GiB", GIB(1) },
		{ "MiB", MIB(1) },
		{ "KiB", KIB(1) },
		{ "B", 1 },
		{ 0 },
	};
	static const struct unit times[] = {
		{ "d", HOURS(24) },
		{ "h", HOURS(1) },
		{ "m", SECONDS(60) },
		{ "s", SECONDS(1) },
		{ 0 },
	};
	static const struct unit numbers[] = { { "", 1 }, { 0 } };
	const struct unit *units = key->type == KEY_SIZE   ? sizes
	                           : key->type == KEY_TIME ? times
	                                                   : numbers;
	int n;

	text[0] = '\0';
	if (key->max == 0)
		return text;
	n = say_exact(text, RANGE_TEXT, key->min, units);
	n += snprintf(text + n, RANGE_TEXT - (size_t)n, " to ");
	say_exact(text + n, RANGE_TEXT - (size_t)n, key->max, units);
	return text;
}

void config_print_keys(FILE *to)
{
	static const char *const types[] = {
		[KEY_NUMBER] = "a number",
		[KEY_SIZE] = "a size (64MiB)",
		[KEY_TIME] = "a time (90s, 15m)",
		[KEY_BOOL] = "true or false",
		[KEY_ZONE] = "UTC or an offset (+02:00)",
		[KEY_TEXT] = "a text",
		[KEY_WORDS] = "a list of words",
		[KEY_PREFIXES] = "a list of networks (10.0.0.0/8)",
		[KEY_PATHS] =
			"a list of files and folders; $data is where egret's own are",
		[KEY_RECORDS] = "a list of: alert, fileinfo, flow, flow_update, stats",
		[KEY_CHOICE] = "one of:",
	};
	char range[RANGE_TEXT];

	for (const struct key *k = config_keys; k->name; k++) {
		config_range(range, k);
		fprintf(to, "%s\n    %s\n    %s%s%s", k->name, k->help, types[k->type],
		        *range ? ", " : "", range);
		for (unsigned i = 0; k->words && k->words[i]; i++)
			fprintf(to, "%s %s", i ? "," : "", k->words[i]);
		fprintf(to, "; default %s\n", k->initial);
	}
}
