// SPDX-License-Identifier: Apache-2.0
/*
 * drive.c - the session's part, for one dissector alone.
 *
 * The trace has a line for each call that said something, and one for each run of content
 * or of messages that said nothing, added up: so it does not depend on how the bytes were
 * cut.
 */
#include "tests/dissectors/drive.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

static void defect(const struct drive *drive, const char *what)
{
	fflush(drive->to);
	fprintf(stderr, "%s: %s, after call %u\n%s", drive->dissector->name, what,
	        drive->calls, drive->trace);
	abort();
}

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static void say_bytes(FILE *to, struct bytes b)
{
	fputc('"', to);
	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];

		if (c == '\r' || c == '\n')
			fputs(c == '\r' ? "\\r" : "\\n", to);
		else
			fprintf(to,
			        isprint(c) && c != '"' && c != '\\' ? "%c" : "\\x%02x",
			        c);
	}
	fputc('"', to);
}

/* Begins a line: a protocol's say who speaks. */
static void say_side(struct drive *drive, const struct drive_side *side)
{
	if (drive->dissector->kind == DISSECTOR_PROTOCOL)
		fprintf(drive->to, "%c ", side == &drive->side[0] ? '>' : '<');
}

static void say_slot(FILE *to, uint8_t slot)
{
	if (slot == SLOT_NONE)
		fputs(" none", to);
	else if (slot == SLOT_SELF)
		fputs(" self", to);
	else
		fprintf(to, " %u", slot);
}

static void say_runs(struct drive *drive, struct drive_side *side)
{
	if (side->run_read) {
		say_side(drive, side);
		fprintf(drive->to, "read %" PRIu64 "\n", side->run_read);
	}
	if (side->run_content) {
		say_side(drive, side);
		fputs("content", drive->to);
		say_slot(drive->to, side->run_slot);
		fprintf(drive->to, " %" PRIu64 "\n", side->run_content);
	}
	side->run_read = side->run_content = 0;
}

static void say_note(struct drive *drive, const struct note *n)
{
	static const char *const kinds[] = { "open", "learn", "close" };
	static const char *const senders[] = { "client", "server", "parent" };
	static const char *const codings[] = { "identity", "deflate", "zlib", "gzip",
		                               "unknown" };
	FILE *to = drive->to;

	fprintf(to, "%s", kinds[n->kind]);
	say_slot(to, n->slot);
	if (n->kind == NOTE_CLOSE)
		fputs(n->complete ? " complete" : " broken", to);
	if (n->kind == NOTE_OPEN)
		fprintf(to, " %s", senders[n->sender]);
	if (n->member)
		fputs(" member", to);
	if (n->encrypted)
		fputs(" encrypted", to);
	if (n->coding)
		fprintf(to, " %s", codings[n->coding]);
	if (n->name.n) {
		fputs(" name=", to);
		say_bytes(to, n->name);
	}
	if (n->mime_type.n) {
		fputs(" type=", to);
		say_bytes(to, n->mime_type);
	}
	if (n->declared != SIZE_UNKNOWN)
		fprintf(to, " declared=%" PRIu64 " by %s", n->declared, n->declared_by);
	if (n->plain_size != SIZE_UNKNOWN)
		fprintf(to, " plain=%" PRIu64, n->plain_size);
	if (n->part_total)
		fprintf(to, " part=%" PRIu64 "/%" PRIu64, n->part_offset, n->part_total);
	if (n->members_total)
		fprintf(to, " members=%" PRIu64, n->members_total);
	if (n->audio.byte_rate) {
		fprintf(to, " audio=%u Hz, %u ch, %u bit, %u B/s, ", n->audio.rate,
		        n->audio.channels, n->audio.bits, n->audio.byte_rate);
		if (n->audio.data_bytes == SIZE_UNKNOWN)
			fputs("to the end", to);
		else
			fprintf(to, "%" PRIu64 " bytes", n->audio.data_bytes);
	}
}

static void say_naming(FILE *to, const struct naming *n)
{
	static const char *const by[] = { "dns", "mdns", "llmnr", "dhcp", "arp" };
	char text[ADDR_TEXT];

	fputs(by[n->by], to);
	if (n->has_addr)
		fprintf(to, " %s", addr_say(text, &n->addr));
	for (unsigned i = 0; n->has_mac && i < 6; i++)
		fprintf(to, "%c%02x", i ? ':' : ' ', n->mac[i]);
	if (n->name.n) {
		fputs(" name=", to);
		say_bytes(to, n->name);
	}
	fprintf(to, " for %u s", n->seconds);
}

static void say_message(struct drive *drive, struct drive_side *side)
{
	const struct dissect_out *out = &drive->out;
	const char *between = "";

	if (out->facts.count + out->facts.lost + out->note_count + out->notes_lost +
	            out->naming_count + out->namings_lost ==
	    0)
		return;
	say_runs(drive, side);
	say_side(drive, side);
	for (unsigned i = 0; i < out->facts.count; i++, between = " ") {
		const struct fact *fact = &out->facts.at[i];

		fprintf(drive->to, "%s%s=", between, fact->field->name);
		if (fact->field->type == FIELD_NUMBER)
			fprintf(drive->to, "%" PRIu64, fact->number);
		else
			say_bytes(drive->to, fact->bytes);
	}
	for (unsigned i = 0; i < out->note_count; i++) {
		fputs(out->facts.count + i ? "; " : "", drive->to);
		say_note(drive, &out->notes[i]);
	}
	for (unsigned i = 0; i < out->naming_count; i++) {
		fputs(i ? "; " : "", drive->to);
		say_naming(drive->to, &out->namings[i]);
	}
	if (out->facts.lost + out->notes_lost + out->namings_lost)
		fprintf(drive->to, " lost %u",
		        out->facts.lost + out->notes_lost + out->namings_lost);
	fputc('\n', drive->to);
}

static void check_message(const struct drive *drive)
{
	const struct dissect_out *out = &drive->out;

	for (unsigned i = 0; i < out->facts.count; i++) {
		const struct field *field = drive->dissector->fields;

		while (field->name && field != out->facts.at[i].field)
			field++;
		if (!field->name)
			defect(drive, "a fact is of a field that is not in its table");
	}
	for (unsigned i = 0; i < out->note_count; i++) {
		const struct note *n = &out->notes[i];

		if (n->slot >= SLOTS && (n->slot != SLOT_SELF || n->kind != NOTE_LEARN))
			defect(drive, "a note is of a slot that there is not");
		if (n->declared != SIZE_UNKNOWN && !n->declared_by)
			defect(drive, "a size is declared by nobody");
	}
}

/* n bytes of content go by. */
static void pass(struct drive *drive, struct drive_side *side, uint64_t n)
{
	if (side->run_content && side->run_slot != side->slot)
		say_runs(drive, side);
	if (n && side->run_read)
		say_runs(drive, side);
	side->run_slot = side->slot;
	side->run_content += n;
	side->seen += n;
	if (side->left != CONTENT_TO_END)
		side->left -= n;
	if (n)
		side->idle = 0;
}

static void content_over(struct drive *drive, struct drive_side *side)
{
	if (side->last) {
		uint64_t n = side->run_content;

		side->run_content = 0;
		say_runs(drive, side);
		say_side(drive, side);
		fputs("content", drive->to);
		say_slot(drive->to, side->slot);
		fprintf(drive->to, " %" PRIu64 " last\n", n);
	}
	side->left = 0;
	side->last = false;
}

static void drop(struct drive_side *side, size_t n)
{
	side->n -= n;
	memmove(side->kept, side->kept + n, side->n);
}

/* How many of the bytes at hand go by as content; false: none, until more have come. */
static bool content(struct drive *drive, struct drive_side *side)
{
	size_t n = side->n < side->left ? side->n : (size_t)side->left, hold;
	const struct marker *m = &side->until;
	const uint8_t *at;

	if (m->n == 0) {
		pass(drive, side, n);
		drop(side, n);
	} else {
		at = n ? memmem(side->kept, n, m->b, m->n) : NULL;
		hold = n < m->n ? n : m->n - 1U;
		while (!at && hold && memcmp(side->kept + n - hold, m->b, hold) != 0)
			hold--;
		if (at)
			n = (size_t)(at - side->kept);
		else if (n < side->left)
			n -= hold;
		pass(drive, side, n);
		drop(side, n);
		if (at) {
			content_over(drive, side);
			return true;
		}
	}
	if (side->left == 0)
		content_over(drive, side);
	return n > 0;
}

static void refuse(struct drive *drive, struct drive_side *side)
{
	say_runs(drive, side);
	say_side(drive, side);
	fputs("refused\n", drive->to);
	side->dead = true;
}

/* What of the gap was content. */
static void gap_content(struct drive *drive, struct drive_side *side)
{
	const struct content *c = &drive->out.content;

	if (c->before > side->gap)
		defect(drive, "more than the gap was content");
	if (c->before && c->before_slot >= SLOTS)
		defect(drive,
		       "what was content of the gap is of a slot that there is not");
	side->gap = 0;
	if (c->before == 0)
		return;
	if (side->run_content && side->run_slot != c->before_slot)
		say_runs(drive, side);
	side->slot = c->before_slot;
	side->left = CONTENT_TO_END;
	pass(drive, side, c->before);
	side->left = 0;
}

/* One call; false: it wants more, or nothing any more. */
static bool framing(struct drive *drive, struct drive_side *side, bool at_end)
{
	const struct dissector *dissector = drive->dissector;
	struct dissect_out *out = &drive->out;
	uint8_t *exact = must(malloc(side->n)),
		*before = must(malloc(dissector->state_size));
	struct dissect d = {
		.in = cursor_over((struct bytes){ exact, side->n }),
		.out = out,
		.state = drive->state,
		.from_client = side == &drive->side[0],
		.after_gap = side->after_gap,
		.gap = side->gap,
		.at_end = at_end,
		.port = drive->port,
		.content_seen = side->seen,
	};
	enum dissect_result result;
	bool again = true;

	memcpy(exact, side->kept, side->n);
	memcpy(before, drive->state, dissector->state_size);
	memset(&out->facts, 0, sizeof(out->facts));
	out->note_count = out->notes_lost = 0;
	out->naming_count = out->namings_lost = 0;
	memset(&out->content, 0, sizeof(out->content));
	drive->calls++;
	result = dissector->dissect(&d);
	switch (result) {
	case DISSECT_MORE:
		if (memcmp(before, drive->state, dissector->state_size) != 0)
			defect(drive, "MORE, and its state has changed");
		if (at_end)
			defect(drive, "MORE at the end");
		if (side->n >= dissector->max_message)
			refuse(drive, side);
		again = false;
		break;
	case DISSECT_REFUSED:
		refuse(drive, side);
		again = false;
		break;
	case DISSECT_MESSAGE:
	case DISSECT_CONTENT:
		if (d.in.at == 0 && result == DISSECT_MESSAGE)
			defect(drive, "MESSAGE, and nothing was read");
		if (d.in.at == 0 && result == DISSECT_CONTENT && out->content.length == 0)
			defect(drive, "no content, and nothing was read");
		if (d.in.at > dissector->max_message)
			defect(drive, "a message is longer than max_message");
		/* content of some length moves; content up to a marker may be none */
		side->idle = d.in.at || !out->content.until.n ? 0 : side->idle + 1;
		if (side->idle > 1)
			defect(drive, "two calls in a row moved nothing");
		side->after_gap = false;
		gap_content(drive, side);
		check_message(drive);
		say_message(drive, side);
		if (result == DISSECT_MESSAGE &&
		    out->facts.count + out->note_count + out->naming_count == 0) {
			if (side->run_content)
				say_runs(drive, side);
			side->run_read += d.in.at;
		}
		drop(side, d.in.at);
		if (result == DISSECT_MESSAGE)
			break;
		if (out->content.slot != SLOT_NONE && out->content.slot >= SLOTS)
			defect(drive, "content is of a slot that there is not");
		if (out->content.offset != CONTENT_APPEND)
			say_runs(drive, side); /* none so far */
		if (side->run_content && side->run_slot != out->content.slot)
			say_runs(drive, side);
		side->slot = out->content.slot;
		side->last = out->content.last;
		side->left = out->content.length;
		side->until = out->content.until;
		side->seen = 0;
		if (side->left == 0)
			content_over(drive, side);
	}
	free(before);
	free(exact);
	return again;
}

static void run(struct drive *drive, struct drive_side *side)
{
	while (side->n && !side->dead)
		if (!(side->left ? content(drive, side) : framing(drive, side, false)))
			break;
}

void drive_init(struct drive *drive, const struct dissector *dissector)
{
	*drive = (struct drive){ .dissector = dissector };
	drive->port = dissector->ports ? dissector->ports[0] : 0;
	drive->state = must(calloc(1, dissector->state_size));
	drive->to = must(open_memstream(&drive->trace, &drive->trace_n));
}

/* A datagram is a message, whatever came of the one before. */
static void datagram(struct drive *drive, struct drive_side *side)
{
	framing(drive, side, true);
	side->n = 0;
	side->dead = false;
}

void drive_push(struct drive *drive, bool from_client, struct bytes b)
{
	struct drive_side *side = &drive->side[from_client ? 0 : 1];

	if (side->dead || b.n == 0)
		return;
	side->kept = must(realloc(side->kept, side->n + b.n));
	memcpy(side->kept + side->n, b.p, b.n);
	side->n += b.n;
	if (drive->dissector->ports)
		datagram(drive, side);
	else
		run(drive, side);
}

void drive_lose(struct drive *drive, bool from_client, uint64_t n)
{
	struct drive_side *side = &drive->side[from_client ? 0 : 1];
	uint64_t part;

	if (side->dead || n == 0)
		return;
	if (side->left) { /* what may have begun a marker was content */
		part = side->n < side->left ? side->n : side->left;
		pass(drive, side, part);
		drop(side, (size_t)part);
	}
	if (side->left) {
		part = n < side->left ? n : side->left;
		pass(drive, side, part);
		n -= part;
		if (side->left == 0)
			content_over(drive, side);
	}
	side->idle = 0;
	if (n) {
		side->gap += n + side->n;
		side->n = 0;
		side->after_gap = true;
	}
}

static void side_end(struct drive *drive, struct drive_side *side)
{
	bool again = true;

	while (again && side->n && !side->dead)
		again = side->left ? content(drive, side) : framing(drive, side, true);
	if (side->left && !side->dead) {
		pass(drive, side, side->n); /* what may have begun a marker */
		if (side->left == CONTENT_TO_END)
			content_over(drive, side);
		else if (side->slot != SLOT_NONE) {
			side->last = false;
			say_runs(drive, side);
			say_side(drive, side);
			fputs("cut\n", drive->to);
		}
	}
	say_runs(drive, side);
}

void drive_end(struct drive *drive)
{
	side_end(drive, &drive->side[0]);
	side_end(drive, &drive->side[1]);
	fflush(drive->to);
}

void drive_done(struct drive *drive)
{
	fclose(drive->to);
	free(drive->trace);
	free(drive->state);
	free(drive->side[0].kept);
	free(drive->side[1].kept);
}
