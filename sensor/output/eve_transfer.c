// SPDX-License-Identifier: Apache-2.0
/*
 * eve_transfer.c - what EVE says of an object on the move: `fileinfo` and `files` in
 * Suricata's words, and all else in egret.transfer.
 */
#include "output/eve.h"

#include "base/digest.h"

/* Suricata's words: CLOSED is whole, TRUNCATED broke off, UNKNOWN is still under way. */
static const char *file_state(const struct transfer_event *t)
{
	if (t->closed)
		return "CLOSED";
	return t->over ? "TRUNCATED" : "UNKNOWN";
}

/* The keys that `fileinfo` and an element of `files` have in common. */
static void eve_file(struct json *j, const struct transfer_event *t)
{
	char sha256[2 * sizeof(t->sha256) + 1];

	eve_wire_name(j, "filename", &t->name);
	if (t->type->id)
		json_text(j, "magic", t->type->name);
	json_bool(j, "gaps", t->missing > 0);
	json_text(j, "state", file_state(t));
	if (t->has_sha256) {
		digest_hex((struct bytes){ t->sha256, sizeof(t->sha256) }, sha256);
		json_text(j, "sha256", sha256);
	}
	json_bool(j, "stored", false);
	json_u64(j, "size", t->seen);
}

void eve_fileinfo(struct json *j, const struct transfer_event *t)
{
	json_object(j, "fileinfo");
	eve_file(j, t);
	json_object_end(j);
}

void eve_files(struct json *j, const struct transfer_event *t)
{
	json_array(j, "files");
	json_object(j, NULL);
	eve_file(j, t);
	json_object_end(j);
	json_array_end(j);
}

static void eve_type(struct json *j, const struct file_type *type)
{
	if (!type->id)
		return;
	json_text(j, "type", type->type);
	json_text(j, "class", file_class_name(type->class));
}

static void eve_member(struct json *j, const struct member_event *m)
{
	json_object(j, NULL);
	eve_wire_name(j, "name", &m->name);
	eve_type(j, m->type);
	if (m->size != SIZE_UNKNOWN)
		json_u64(j, "size", m->size);
	if (m->audio_milliseconds)
		eve_seconds(j, "audio_seconds", m->audio_milliseconds);
	json_bool(j, "encrypted", m->encrypted);
	json_object_end(j);
}

static void eve_members(struct json *j, const struct transfer_event *t, bool brief)
{
	json_object(j, "members");
	json_u64(j, "count", t->members_seen);
	if (t->members_total)
		json_u64(j, "total", t->members_total);
	json_array(j, "classes");
	for (unsigned c = CLASS_UNKNOWN + 1; c < CLASSES; c++)
		if (t->member_classes & UINT64_C(1) << c)
			json_text(j, NULL, file_class_name((enum file_class)c));
	json_array_end(j);
	json_array(j, "list");
	for (unsigned i = 0; !brief && i < t->member_count && i < EVENT_MEMBERS; i++)
		eve_member(j, &t->members[i]);
	json_array_end(j);
	json_object_end(j);
}

static void eve_audio(struct json *j, const struct audio_event *a)
{
	if (!a->known)
		return;
	eve_seconds(j, "audio_seconds", a->milliseconds);
	if (!a->estimated_milliseconds)
		return;
	eve_seconds(j, "audio_estimated_seconds", a->estimated_milliseconds);
	json_bool(j, "estimated", true);
}

void eve_transfer(struct json *j, const struct transfer_event *t, bool brief)
{
	json_object(j, "transfer");
	eve_hex(j, "id", t->id);
	if (t->parent)
		eve_hex(j, "parent", t->parent);
	eve_wire_name(j, "name", &t->name);
	if (t->name.cut)
		json_bool(j, "name_cut", true);
	if (t->type->id)
		json_text(j, "mime_type", t->type->mime_type);
	eve_wire_name(j, "claimed_mime_type", &t->claimed_mime);
	json_text(j, "direction", heading_name(t->heading));
	json_text(j, "sender", t->from_client ? "client" : "server");
	eve_type(j, t->type);
	if (t->declared != SIZE_UNKNOWN) {
		json_u64(j, "declared", t->declared);
		json_text(j, "declared_by", t->declared_by);
	}
	json_u64(j, "seen", t->seen);
	json_u64(j, "missing", t->missing);
	if (t->gaps)
		json_u64(j, "gaps", t->gaps);
	json_bool(j, "encrypted", t->encrypted);
	if (t->members_seen || t->members_total)
		eve_members(j, t, brief);
	eve_audio(j, &t->audio);
	if (t->part_total) {
		json_object(j, "parts");
		json_u64(j, "offset", t->part_offset);
		json_u64(j, "total", t->part_total);
		json_object_end(j);
	}
	if (t->first_packet)
		json_u64(j, "first_packet", t->first_packet);
	if (t->rate)
		json_u64(j, "rate", t->rate);
	if (!t->over && t->seconds_left != UINT64_MAX)
		json_u64(j, "seconds_left", t->seconds_left);
	json_object_end(j);
}
