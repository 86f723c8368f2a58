// SPDX-License-Identifier: Apache-2.0
/*
 * summary_alerts.c - the alerts in a summary: what was noticed, then what it is about.
 *
 * Everything that comes from the wire goes through say_wire.
 */
#include "output/summary.h"

#include "base/units.h"
#include "output/eve.h"
#include "output/incidents.h"
#include "output/say.h"

enum { SHOWN = 20 }; /* incidents; the rest is counted */

static enum ink level_ink(enum level level)
{
	if (level >= LEVEL_HIGH)
		return INK_RED;
	return level == LEVEL_MEDIUM ? INK_YELLOW : INK_CYAN;
}

static void say_level(const struct page *page, enum level level)
{
	const char *name = level_name(level);
	char word[16];
	size_t n = 0;

	for (; name[n] && n + 1 < sizeof(word); n++)
		word[n] = (char)(name[n] >= 'a' && name[n] <= 'z' ? name[n] - 'a' + 'A'
		                                                  : name[n]);
	word[n] = 0;
	page_ink(page, level_ink(level), word);
	fprintf(page->to, "%*s", n < 9 ? (int)(9 - n) : 1, "");
}

/* "HIGH     An archive is leaving                   15:04:06" */
static void say_rule(const struct page *page, const struct incident_rule *r)
{
	char time[40], title[SAY_TEXT];
	const char *when = say_time(time, r->time) + (page->days ? 0 : 11);
	unsigned room = page->width - 9 - (unsigned)strlen(when);

	say_wire(title, bytes_of(r->title), room - 2);
	say_level(page, r->level);
	page_ink(page, INK_BOLD, title);
	fprintf(page->to, "%*s", (int)(room - say_width(title)), "");
	page_ink(page, INK_DIM, when);
	fputc('\n', page->to);
}

/* ", port 443, TLS (Dropbox)" */
static void flow_say(char to[SAY_TEXT], const struct incident *i)
{
	const struct flow_event *f = &i->flow;
	char protocol[SAY_TEXT], application[SAY_TEXT], port[16] = "";
	bool more = f->application[0] && strcmp(f->application, f->protocol) != 0;

	if (i->from_client && proto_has_ports(f->proto))
		snprintf(port, sizeof(port), ", port %u", f->server_port);
	say_wire(protocol, bytes_of(f->protocol), 24);
	say_wire(application, bytes_of(more ? f->application : ""), 32);
	snprintf(to, SAY_TEXT, "%s%s%.96s%s%.128s%s", port, protocol[0] ? ", " : "",
	         protocol, more ? " (" : "", application, more ? ")" : "");
}

static void say_ends(const struct page *page, const struct incident *i)
{
	enum { NAME_LEAST = 16 };
	const struct flow_event *f = &i->flow;
	const struct addr *from = i->from_client ? &f->client : &f->server;
	const struct addr *to = i->from_client ? &f->server : &f->client;
	bool inside = i->from_client ? f->client_inside : f->server_inside;
	bool leaves = inside && !(i->from_client ? f->server_inside : f->client_inside);
	const char *called = i->from_client && f->server_name[0] ? f->server_name
	                     : leaves                            ? i->outside
	                                                         : "";
	char text[ADDR_TEXT], name[SAY_TEXT], flow[SAY_TEXT];
	unsigned used;

	page_name(page, "from");
	if (inside && (i->from_client || !f->client_inside) && i->inside[0])
		fprintf(page->to, "%s (%s)",
		        say_wire(name, bytes_of(i->inside), page_room(page) / 2),
		        addr_say(text, from));
	else
		fputs(addr_say(text, from), page->to);
	if (!i->from_client && proto_has_ports(f->proto))
		fprintf(page->to, ", port %u", f->server_port);
	fputs(inside ? ", inside" : "", page->to);
	page_name(page, "to");
	addr_say(text, to);
	flow_say(flow, i);
	used = (unsigned)strlen(text) + say_width(flow) + 3;
	if (used + NAME_LEAST > page_room(page))
		used = page_room(page) - NAME_LEAST;
	if (called[0] && strcmp(called, text) != 0)
		fprintf(page->to, "%s (%s)",
		        say_wire(name, bytes_of(called), page_room(page) - used), text);
	else
		fputs(text, page->to);
	fputs(flow, page->to);
}

static struct bytes wire_bytes(const struct wire_name *name)
{
	return (struct bytes){ (const uint8_t *)name->b, name->n };
}

static void say_size(const struct page *page, const struct incident_file *file)
{
	char seen[UNITS_TEXT], declared[UNITS_TEXT], missing[UNITS_TEXT];
	bool all = file->declared == file->seen;

	units_say_size(seen, file->seen);
	page_name(page, "size");
	if (file->declared == SIZE_UNKNOWN) {
		fprintf(page->to, "%s seen, none declared", seen);
	} else {
		fprintf(page->to, "%s declared",
		        units_say_size(declared, file->declared));
		if (file->declared_by)
			fprintf(page->to, " by %s", file->declared_by);
		fprintf(page->to, ", %s seen", all ? "all of it" : seen);
	}
	if (file->missing)
		fprintf(page->to, ", %s of it lost to the capture",
		        units_say_size(missing, file->missing));
	if (file->over && !file->closed)
		fputs(": broken off", page->to);
}

/* "audio (WAV)": the classes, and the types where they say more. */
static void say_classes(const struct page *page, const struct incident_file *file)
{
	const char *between = ": ";

	for (unsigned c = CLASS_UNKNOWN + 1; c < CLASSES; c++)
		if (file->member_classes & UINT64_C(1) << c) {
			fprintf(page->to, "%s%s", between,
			        file_class_name((enum file_class)c));
			between = ", ";
		}
	if (file->member_types[0])
		fprintf(page->to, " (%s)", file->member_types);
}

static void say_type(const struct page *page, const struct incident_file *file)
{
	char count[UNITS_TEXT], total[UNITS_TEXT];

	if (!file->type[0] && !file->encrypted && !file->members_seen)
		return;
	page_name(page, "content");
	fprintf(page->to, "%s%s", file->type[0] ? file->type : "of unknown type",
	        file->encrypted ? ", encrypted" : "");
	if (!file->members_seen)
		return;
	units_say_count(count, file->members_seen);
	if (file->members_total && file->members_total != file->members_seen)
		fprintf(page->to, ", %s of %s members seen", count,
		        units_say_count(total, file->members_total));
	else if (file->members_total)
		fprintf(page->to, ", %s member%s, all seen", count,
		        file->members_seen == 1 ? "" : "s");
	else
		fprintf(page->to, ", %s member%s seen", count,
		        file->members_seen == 1 ? "" : "s");
	say_classes(page, file);
}

/* The first few names, as many as a line takes. */
static void say_members(const struct page *page, const struct incident_file *file)
{
	unsigned left = page_room(page) - 5;
	char name[SAY_TEXT];

	for (unsigned i = 0; i < file->member_names; i++) {
		unsigned wide;

		say_wire(name, wire_bytes(&file->members[i]), page_room(page) - 5);
		wide = say_width(name) + 2;
		if (i > 0 && wide > left)
			break;
		if (i == 0)
			page_name(page, NULL);
		else
			page_ink(page, INK_DIM, ", ");
		page_ink(page, INK_DIM, name);
		left -= wide < left ? wide : left;
	}
	if (file->member_names && file->members_seen > file->member_names)
		page_ink(page, INK_DIM, ", ...");
}

static char *say_audio(char to[UNITS_TEXT], uint64_t milliseconds)
{
	const uint64_t most = INT64_MAX / 1000000;

	return units_say_duration(
		to, (int64_t)(milliseconds < most ? milliseconds : most) * 1000000);
}

static void say_sound(const struct page *page, const struct incident_file *file)
{
	const struct audio_event *a = &file->audio;
	char text[SAY_TEXT], count[UNITS_TEXT], counted[UNITS_TEXT], line[2 * SAY_TEXT];
	int n;

	if (!a->known)
		return;
	page_name(page, "audio");
	if (!a->estimated_milliseconds) {
		fprintf(page->to, "%s, counted", say_audio(counted, a->milliseconds));
		return;
	}
	n = snprintf(line, sizeof(line), "about %s, estimated from the %s member%s seen",
	             say_audio_about(text, a->estimated_milliseconds),
	             units_say_count(count, file->members_seen),
	             file->members_seen == 1 ? "" : "s");
	say_audio(counted, a->milliseconds);
	fputs(line, page->to);
	if ((unsigned)n + strlen(counted) + 11 <= page_room(page))
		fprintf(page->to, " (%s of it)", counted);
}

static void say_file(const struct page *page, const struct incident *i)
{
	const struct incident_file *file = &i->file;
	char text[SAY_TEXT];

	page_name(page, "file");
	if (file->name.n)
		page_ink(page, INK_BOLD,
		         say_wire(text, wire_bytes(&file->name), page_room(page) - 24));
	else
		fputs("without a name", page->to);
	if (file->member)
		fputs(", inside another file", page->to);
	say_size(page, file);
	say_type(page, file);
	say_members(page, file);
	say_sound(page, file);
}

static void say_volume(const struct page *page, const struct incident *i)
{
	const struct flow_event *f = &i->flow;
	unsigned d = i->from_client ? 0 : 1;
	char there[UNITS_TEXT], back[UNITS_TEXT];

	page_name(page, "volume");
	fprintf(page->to, "%s that way, %s back",
	        units_say_size(there, f->dir[d].payload + f->dir[d].missing),
	        units_say_size(back, f->dir[!d].payload + f->dir[!d].missing));
}

static uint64_t rate_of(const struct incident *i, int64_t ns)
{
	if (i->file.known)
		return i->file.rate;
	return ns < 1000 * 1000
	               ? 0
	               : (uint64_t)((double)incident_bytes(i) * 8e9 / (double)ns);
}

static void say_when(const struct page *page, const struct incident *i)
{
	int64_t first = i->file.known ? i->file.first : i->flow.first;
	int64_t ns = incident_last(i) - first;
	char time[40], took[UNITS_TEXT], rate[UNITS_TEXT];

	page_name(page, "when");
	fprintf(page->to, "from %s UTC, for %s", say_time(time, first),
	        units_say_duration(took, ns));
	if (rate_of(i, ns))
		fprintf(page->to, ", at %s", units_say_rate(rate, rate_of(i, ns)));
}

/* The earliest of its rules. */
static void say_known(const struct page *page, const struct incident *i)
{
	const struct incident_rule *first = &i->rules[0];
	char count[UNITS_TEXT], left[UNITS_TEXT];
	int64_t before;

	for (unsigned k = 1; k < i->rule_count; k++)
		if (i->rules[k].packet < first->packet)
			first = &i->rules[k];
	before = incident_last(i) - first->time;
	page_name(page, "known");
	fprintf(page->to, "first at packet %s, ", units_say_count(count, first->packet));
	if (before > 0)
		fprintf(page->to, "%s before the last byte",
		        units_say_duration(left, before));
	else
		fputs("with the last byte", page->to);
}

static void say_incident(const struct page *page, const struct incident *i)
{
	fputc('\n', page->to);
	for (unsigned k = 0; k < i->rule_count; k++)
		say_rule(page, &i->rules[k]);
	if (i->alerts > i->rule_count)
		fprintf(page->to, "         and %u more rules\n",
		        (unsigned)(i->alerts - i->rule_count));
	say_ends(page, i);
	if (i->file.known)
		say_file(page, i);
	else
		say_volume(page, i);
	say_when(page, i);
	say_known(page, i);
	fputc('\n', page->to);
}

static void say_counts(const struct page *page, const struct incidents *in, uint64_t all)
{
	char count[UNITS_TEXT], text[96];
	const char *between = ": ";

	snprintf(text, sizeof(text), "%s alert%s", units_say_count(count, all),
	         all == 1 ? "" : "s");
	page_ink(page, INK_BOLD, text);
	for (int level = LEVEL_CRITICAL; level >= 0; level--) {
		if (!in->by_level[level])
			continue;
		snprintf(text, sizeof(text), "%s %s",
		         units_say_count(count, in->by_level[level]),
		         level_name((enum level)level));
		fputs(between, page->to);
		page_ink(page, level_ink((enum level)level), text);
		between = ", ";
	}
	if (in->n == 1 && all > 1)
		fprintf(page->to, "; all about the same %s",
		        in->at[0].file.known ? "file" : "flow");
	fputc('\n', page->to);
}

void page_alerts(const struct page *page, struct incidents *in)
{
	uint64_t all = 0, left = in->left_out;
	char count[UNITS_TEXT];

	for (unsigned level = 0; level <= LEVEL_CRITICAL; level++)
		all += in->by_level[level];
	if (all == 0) {
		page_ink(page, INK_BOLD, "No alerts");
		fputc('\n', page->to);
		return;
	}
	incidents_sort(in);
	say_counts(page, in, all);
	for (size_t i = 0; i < in->n; i++) {
		if (i < SHOWN)
			say_incident(page, &in->at[i]);
		else
			left += in->at[i].alerts;
	}
	if (left)
		fprintf(page->to, "\nand %s more alert%s, in the records\n",
		        units_say_count(count, left), left == 1 ? "" : "s");
}
