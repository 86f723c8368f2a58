// SPDX-License-Identifier: Apache-2.0
/*
 * signatures_test.c - types by content: which one wins, and what is said about mistakes.
 *
 * tests/signatures/real_test.py holds the shipped signatures against real files.
 */
#include <glob.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/frames.h"
#include "policy/pattern.h"
#include "policy/signatures.h"
#include "tests/check.h"

static struct arena *arena;
static struct signatures *set;
static struct pattern_scratch *scratch;
static struct error err;

static const char *write_file(const char *name, const char *text)
{
	const char *folder = getenv("scratch");
	static char path[2][512];
	static unsigned turn;
	char *p = path[turn++ % 2];
	FILE *f;

	snprintf(p, sizeof(path[0]), "%s/%s", folder ? folder : "/tmp", name);
	f = fopen(p, "w");
	CHECK_MUST(f);
	fputs(text, f);
	fclose(f);
	return p;
}

static void unload(void)
{
	pattern_scratch_free(scratch);
	signatures_free(set);
	arena_free(arena);
	scratch = NULL;
	set = NULL;
	arena = NULL;
}

static int load(const char *const *paths, size_t n)
{
	unload();
	arena = arena_new();
	CHECK_MUST(arena);
	err.text[0] = '\0';
	if (signatures_load(arena, NULL, paths, n, &set, &err) < 0)
		return -1;
	CHECK_MUST(signatures_scratch(set, &scratch, &err) == 0);
	return 0;
}

static int load_text(const char *text)
{
	return load((const char *const[]){ write_file("one.yaml", text) }, 1);
}

static void load_shipped(void)
{
	const char *source = getenv("srcdir");
	char pattern[512];
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s/rules/signatures/*.yaml",
	         source ? source : ".");
	CHECK_MUST(glob(pattern, 0, NULL, &files) == 0);
	if (load((const char *const *)files.gl_pathv, files.gl_pathc) < 0)
		fprintf(stderr, "%s\n", err.text);
	CHECK_MUST(set);
	globfree(&files);
}

static const struct file_type *identify(struct bytes head)
{
	return signatures_type(set, signatures_identify(set, scratch, head));
}

#define HOLD(want, literal) CHECK_TEXT(want, identify(BYTES(literal))->type)

#define TYPE(name, pattern)                                                         \
	"- type: " name "\n  name: N\n  class: archive\n  mime: a/b\n  patterns:\n" \
	"    - " pattern "\n"

/* What is said of a file, without the folder that it is in. */
static const char *mistake(const char *text)
{
	const char *at;

	if (load_text(text) == 0)
		return "no mistake";
	at = strstr(err.text, "one.yaml");
	return at ? at : err.text;
}

static void a_type_is_what_its_file_says(void)
{
	const struct file_type *t;

	CHECK_EQ(0, load_text("- type: wav\n"
	                      "  name: RIFF WAVE audio\n"
	                      "  class: audio\n"
	                      "  mime: audio/x-wav\n"
	                      "  extensions: [wav, 001]\n"
	                      "  patterns:\n"
	                      "    - hex: \"52 49 46 46 ?? ?? ?? ?? 57 41 56 45\"\n"
	                      "- type: rf64\n"
	                      "  name: larger\n"
	                      "  class: audio\n"
	                      "  mime: audio/x-wav\n"
	                      "  read_as: wav\n"
	                      "  patterns:\n"
	                      "    - expression: 'RF64.{4}WAVE'\n"));
	CHECK_EQ(2, signatures_count(set));
	t = identify(BYTES("RIFF\x24\x08\x00\nWAVEfmt "));
	CHECK_EQ(1, t->id);
	CHECK_TEXT("wav", t->type);
	CHECK_TEXT("RIFF WAVE audio", t->name);
	CHECK_TEXT("audio/x-wav", t->mime_type);
	CHECK_EQ(CLASS_AUDIO, t->class);
	CHECK_TEXT("wav", t->extensions[0]);
	CHECK_TEXT("001", t->extensions[1]);
	CHECK(!t->extensions[2]);
	CHECK_TEXT("wav", t->read_as);
	t = signatures_type(set, 2);
	CHECK_TEXT("wav", t->read_as);
	CHECK(!t->extensions[0]);
	HOLD("unknown", "RIFF\x24\x08\x00\x00WAVX");
	HOLD("unknown", "RIFF\x24\x08\x00\x00WAV");
	HOLD("unknown", "xRIFF\x24\x08\x00\x00WAVE");
}

static void what_is_not_known_has_words_of_its_own(void)
{
	const struct file_type *t;

	CHECK_EQ(0, load(NULL, 0));
	CHECK_EQ(0, signatures_count(set));
	t = identify(BYTES("anything"));
	CHECK_EQ(0, t->id);
	CHECK_TEXT("unknown", t->type);
	CHECK_TEXT("application/octet-stream", t->mime_type);
	CHECK_EQ(CLASS_UNKNOWN, t->class);
	CHECK(!t->extensions[0]);
	CHECK_TEXT("unknown", identify((struct bytes){ NULL, 0 })->type);
	CHECK_TEXT("disk_image", file_class_name(CLASS_DISK_IMAGE));
	CHECK_EQ(0, load_text("# nothing but a comment\n"));
	CHECK_EQ(0, signatures_count(set));
}

static void half_bytes_and_offsets_are_obeyed(void)
{
	CHECK_EQ(0,
	         load_text(
			 TYPE("high", "hex: \"4? 42 43\"") TYPE(
				 "low",
				 "hex: \"?7 77 "
				 "77\"") TYPE("deep",
	                                      "{ hex: \"75 73 74 61 72\", offset: 257 }")
				 TYPE("later", "{ expression: 'a[bc]d', offset: 3 }")
					 TYPE("far",
	                                      "{ expression: '[ab]cde', offset: 100 }")));
	HOLD("high", "\x40"
	             "BC");
	HOLD("high", "OBC");
	HOLD("unknown", "PBC");
	HOLD("low", "\x07ww");
	HOLD("low", "\xf7ww");
	HOLD("unknown", "\x08ww");
	HOLD("later", "\0\n\0acd");
	HOLD("unknown", "\0\0acd");

	uint8_t head[300] = "";

	memcpy(head + 257, "ustar", 5);
	CHECK_TEXT("deep", identify((struct bytes){ head, 262 })->type);
	CHECK_TEXT("unknown", identify((struct bytes){ head, 261 })->type);
	memcpy(head + 100, "bcde", 4);
	CHECK_TEXT("far", identify((struct bytes){ head, 104 })->type);
	CHECK_TEXT("unknown", identify((struct bytes){ head, 103 })->type);
}

static void the_one_that_pins_the_most_wins_then_the_first(void)
{
	const char *const both[] = {
		write_file("one.yaml", TYPE("short", "hex: \"41 42\"")
		                               TYPE("third", "hex: \"41 42\"")),
		write_file("two.yaml", TYPE("long", "expression: 'AB[\\x00-\\x7f]'")
		                               TYPE("set", "{ hex: \"41 42 ?? 44\", "
		                                           "strength: 17 }"))
	};

	CHECK_EQ(0, load(both, 2));
	HOLD("short", "AB");
	HOLD("short", "AB\xff");
	HOLD("long", "ABC");
	HOLD("set", "AB\xff"
	            "D");
	/* 17 bits each: the file that comes first */
	HOLD("long", "ABCD");
}

static void a_suspicion_must_be_confirmed(void)
{
	CHECK_EQ(
		0,
		load_text(
			TYPE("zip", "hex: \"50 4b 03 04\"") TYPE(
				"docx", "{ hex: \"50 4b 03 04\", confirm: '.*word/' }")
				TYPE("xlsx",
	                             "{ hex: \"50 4b 03 04\", confirm: '.{8,90}xl/' }")));
	HOLD("zip", "PK\3\4........name");
	HOLD("docx", "PK\3\4........word/");
	HOLD("xlsx", "PK\3\4........xl/");
	HOLD("docx", "PK\3\4........xl/......word/");
	HOLD("unknown", "PK\3\5........word/");
}

static void only_the_bytes_that_signatures_see_count(void)
{
	static uint8_t head[8192];

	CHECK_EQ(0, load_text(TYPE("end", "{ hex: \"41 42\", offset: 4094 }") TYPE(
			    "far", "{ hex: \"00 00\", confirm: '.*[X]YZ' }")));
	memset(head, 0, sizeof(head));
	memcpy(head + 4094, "AB", 2);
	CHECK_TEXT("end", identify((struct bytes){ head, sizeof(head) })->type);
	head[4094] = 0;
	memcpy(head + 4095, "XYZ", 3);
	CHECK_TEXT("unknown", identify((struct bytes){ head, sizeof(head) })->type);
	memcpy(head + 4093, "XYZ", 3);
	CHECK_TEXT("far", identify((struct bytes){ head, sizeof(head) })->type);
}

static void frames_are_followed(void)
{
	/* MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes, one more with padding */
	static uint8_t mp3[2000];
	static const uint8_t header[4] = { 0xff, 0xfb, 0x90, 0x64 };

	memcpy(mp3, header, 4);
	CHECK(!frames_follow(FRAMES_MPEG, (struct bytes){ mp3, sizeof(mp3) }));
	memcpy(mp3 + 417, header, 4);
	CHECK(frames_follow(FRAMES_MPEG, (struct bytes){ mp3, 600 }));
	CHECK(frames_follow(FRAMES_MPEG, (struct bytes){ mp3, 417 + 7 }));
	CHECK(!frames_follow(FRAMES_MPEG, (struct bytes){ mp3, 417 + 3 }));
	CHECK(!frames_follow(FRAMES_MPEG, (struct bytes){ mp3, sizeof(mp3) }));
	mp3[417 + 2] = 0x92; /* padding */
	memcpy(mp3 + 835, header, 4);
	memcpy(mp3 + 1252, header, 4);
	CHECK(frames_follow(FRAMES_MPEG, (struct bytes){ mp3, sizeof(mp3) }));
	mp3[835 + 2] = 0x94; /* another sampling rate */
	CHECK(!frames_follow(FRAMES_MPEG, (struct bytes){ mp3, sizeof(mp3) }));
	CHECK(!frames_follow(FRAMES_ADTS, (struct bytes){ mp3, sizeof(mp3) }));
	CHECK(!frames_follow(FRAMES_AC3, (struct bytes){ mp3, 6 }));
	CHECK(!frames_follow(FRAMES_LOAS, (struct bytes){ mp3, 0 }));

	CHECK_EQ(0, load_text(TYPE("mp3", "{ hex: \"ff fb\", frames: mpeg }")
	                              TYPE("weak", "hex: \"ff fb\"")));
	CHECK_TEXT("weak", identify((struct bytes){ mp3, sizeof(mp3) })->type);
	mp3[835 + 2] = 0x90;
	CHECK_TEXT("mp3", identify((struct bytes){ mp3, sizeof(mp3) })->type);
}

static void every_length_of_a_head_is_fine(void)
{
	static const char *const heads[] = { "RIFF....WAVEfmt ", "PK\3\4\24",
		                             "\xff\xfb\x90\x64", "OggS",
		                             "\x1f\x8b\x08",     "ID3\3",
		                             "\x1a\x45\xdf\xa3" };

	load_shipped();
	for (size_t h = 0; h < sizeof(heads) / sizeof(*heads); h++) {
		for (size_t n = 0; n < 700; n++) {
			/* exactly that size, so that a sanitizer sees a step outside */
			uint8_t *p = calloc(1, n + !n);
			size_t front = strlen(heads[h]) < n ? strlen(heads[h]) : n;

			CHECK_MUST(p);
			memcpy(p, heads[h], front);
			signatures_identify(set, scratch, (struct bytes){ p, n });
			free(p);
		}
	}
}

static void the_shipped_signatures_know_what_they_promise(void)
{
	unsigned per_class[CLASSES] = { 0 };

	load_shipped();
	for (uint16_t id = 1; id <= signatures_count(set); id++)
		per_class[signatures_type(set, id)->class]++;
	CHECK(per_class[CLASS_AUDIO] >= 40);
	CHECK(per_class[CLASS_ARCHIVE] >= 30);
	for (int c = CLASS_UNKNOWN + 1; c < CLASSES; c++)
		CHECK(per_class[c] >= 5);
	HOLD("rar", "Rar!\x1a\x07\x00\xcf\x90\x73");
	HOLD("rar5", "Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5");
	HOLD("dss", "\x02"
	            "dss\x01\x00\x00\x00");
	HOLD("ds2", "\x03"
	            "ds2\x01\x00\x00\x00");
	HOLD("silk", "\x02#!SILK_V3\x1a\x00");
	HOLD("silk", "#!SILK_V3\x1a\x00");
	HOLD("amr", "#!AMR\n\x3c\x00");
	HOLD("amr-wb", "#!AMR-WB\n\x3c\x00");
	HOLD("pst", "!BDN\x5e\x30\xb3\x68SM\x17\x00");
	HOLD("rclone", "RCLONE\0\0abcdefghijkl");
	HOLD("kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00");
	HOLD("mysql-dump", "-- MySQL dump 10.13  Distrib 8.0.36\n");
	HOLD("mysql-dump",
	     "/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n");
	HOLD("pg-dump", "PGDMP\x01\x0e\x00\x04");
	HOLD("pg-dump", "--\n-- PostgreSQL database dump\n--\n");
	HOLD("snappy", "\xff\x06\x00\x00sNaPpY");
	HOLD("memory-dump", "MDMP\x93\xa7\x2d\xa5");
	HOLD("unknown", "MP3 players and MP4 files");
	HOLD("unknown", "RIFFRAFF");
	HOLD("unknown", "From the desk of");
}

static void a_word_that_is_unknown_gets_the_one_that_was_meant(void)
{
	CHECK_TEXT("one.yaml:2:3: unknown key \"nam\", did you mean \"name\"?",
	           mistake("- type: a\n  nam: N\n"));
	CHECK_TEXT("one.yaml:3:10: unknown class \"audi\", did you mean \"audio\"?",
	           mistake("- type: a\n  name: N\n  class: audi\n  mime: a/b\n"));
	CHECK_TEXT("one.yaml:6:7: unknown key \"hax\", did you mean \"hex\"?",
	           mistake(TYPE("a", "hax: \"41 42\"")));
	CHECK_TEXT(
		"one.yaml:6:31: unknown kind of frames \"mpg\", did you mean \"mpeg\"?",
		mistake(TYPE("a", "{ hex: \"41 42\", frames: mpg }")));
	CHECK_TEXT("one.yaml:5:12: unknown type \"zap\", did you mean \"zip\"?",
	           mistake("- type: zip\n  name: N\n  class: text\n  mime: a/b\n"
	                   "  read_as: zap\n  patterns: [{ hex: \"41 42\" }]\n"));
}

static void a_bad_pattern_is_shown_where_it_stands(void)
{
	CHECK_TEXT("one.yaml:6:16: \"5G\" is not a byte: two hexadecimal digits, where ? "
	           "is any",
	           mistake(TYPE("a", "hex: \"41 5G\"")));
	CHECK_TEXT("one.yaml:6:16: \"5\" is not a byte: two hexadecimal digits, where ? "
	           "is any",
	           mistake(TYPE("a", "hex: \"41 5\"")));
	CHECK_TEXT("one.yaml:6:19: Hyperscan refuses this: Missing close parenthesis for "
	           "group started at index 0",
	           mistake(TYPE("a", "expression: '(abc'")));
	CHECK_TEXT(
		"one.yaml:6:19: how much this pins down cannot be told; say it in bits, "
		"as in \"strength: 40\"",
		mistake(TYPE("a", "expression: 'ab[[:alpha:]]'")));
	CHECK_TEXT("no mistake",
	           mistake(TYPE("a", "{ expression: 'ab[[:alpha:]]', strength: 20 }")));
	CHECK_TEXT(
		"one.yaml:6:12: this pins down only 12 bits: one file in 4096 would be "
		"taken for it by chance; 16 bits are the least",
		mistake(TYPE("a", "hex: \"41 4? ??\"")));
	CHECK_TEXT("one.yaml:6:19: this may go on for ever; a head has 4096 bytes: bound "
	           "what "
	           "repeats, as in {0,16}",
	           mistake(TYPE("a", "expression: 'ab+cd'")));
	CHECK_TEXT("one.yaml:6:14: this reaches to byte 4097; only the first 4096 are "
	           "looked at",
	           mistake(TYPE("a", "{ hex: \"41 42\", offset: 4095 }")));
	CHECK_TEXT("one.yaml:6:31: \"offset\" must be a number from 0 to 4095, not "
	           "\"32769\"",
	           mistake(TYPE("a", "{ hex: \"41 42\", offset: 32769 }")));
	CHECK_TEXT("one.yaml:6:7: a pattern has either \"hex\" or \"expression\"",
	           mistake(TYPE("a", "offset: 4")));
	CHECK_TEXT("one.yaml:6:7: a pattern has either \"hex\" or \"expression\"",
	           mistake(TYPE("a", "{ hex: \"41 42\", expression: 'AB' }")));
	CHECK_TEXT("one.yaml:6:42: \"frames\" begin at the front: no \"offset\" here",
	           mistake(TYPE("a", "{ hex: \"41 42\", offset: 3, frames: mpeg }")));
}

static void a_bad_type_is_shown_where_it_stands(void)
{
	const char *const both[] = {
		write_file("one.yaml", TYPE("zip", "hex: \"41 42\"")),
		write_file("two.yaml", TYPE("zip", "hex: \"43 44\""))
	};

	CHECK_EQ(-1, load(both, 2));
	CHECK(strstr(err.text, "two.yaml:1:9: the type \"zip\" stands already in "));
	CHECK(strstr(err.text, "one.yaml, line 1"));
	CHECK_TEXT("one.yaml:1:9: \"Zip!\" is not a name for a type: small letters, "
	           "digits and "
	           "._-",
	           mistake(TYPE("Zip!", "hex: \"41 42\"")));
	CHECK_TEXT("one.yaml:1:3: \"mime\" is missing here",
	           mistake("- type: a\n  name: N\n  class: text\n"));
	CHECK_TEXT("one.yaml:1:3: \"patterns\" is missing here",
	           mistake("- type: a\n  name: N\n  class: text\n  mime: a/b\n"));
	CHECK_TEXT("one.yaml:5:13: \"patterns\" must be a list of at least one",
	           mistake("- type: a\n  name: N\n  class: text\n  mime: a/b\n  "
	                   "patterns: []\n"));
	CHECK_TEXT("one.yaml:4:9: \"wav\" is not a MIME type, such as audio/x-wav",
	           mistake("- type: a\n  name: N\n  class: text\n  mime: wav\n"));
	CHECK_TEXT(
		"one.yaml:5:16: \".wav\" is not an extension: small letters and digits, "
		"without the dot",
		mistake("- type: a\n  name: N\n  class: text\n  mime: a/b\n"
	                "  extensions: [.wav]\n"));
	CHECK_TEXT("one.yaml:1:1: a signature file is a list (- type: ...), not a map",
	           mistake("type: a\n"));
	CHECK_TEXT("one.yaml:1:3: a signature must be a map, not a single value",
	           mistake("- zip\n"));
}

int main(void)
{
	TEST(a_type_is_what_its_file_says);
	TEST(what_is_not_known_has_words_of_its_own);
	TEST(half_bytes_and_offsets_are_obeyed);
	TEST(the_one_that_pins_the_most_wins_then_the_first);
	TEST(a_suspicion_must_be_confirmed);
	TEST(only_the_bytes_that_signatures_see_count);
	TEST(frames_are_followed);
	TEST(every_length_of_a_head_is_fine);
	TEST(the_shipped_signatures_know_what_they_promise);
	TEST(a_word_that_is_unknown_gets_the_one_that_was_meant);
	TEST(a_bad_pattern_is_shown_where_it_stands);
	TEST(a_bad_type_is_shown_where_it_stands);
	unload();
	return check_done();
}
