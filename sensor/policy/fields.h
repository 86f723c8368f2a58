// SPDX-License-Identifier: Apache-2.0
/*
 * fields.h - every name that a rule may use: the engine's own, and the dissectors'.
 */
#ifndef POLICY_FIELDS_H
#define POLICY_FIELDS_H

#include <stdio.h>

#include "dissectors/dissector.h"

/*
 * What a rule's log source makes it speak of.  A rule is evaluated on one kind of thing.
 */
enum category { CATEGORY_TRANSFER, CATEGORY_FLOW, CATEGORIES };

#define T (1u << CATEGORY_TRANSFER)
#define F (1u << CATEGORY_FLOW)

/*
 * The engine's own fields: X(id, name, type, grows, categories, help).  `grows`: the
 * value only ever grows while the thing lives, so gt and gte are decided at marks.
 */
#define ENGINE_FIELDS(X)                                                                 \
	X(TIMESTAMP, "@timestamp", FIELD_NUMBER, false, T | F,                           \
	  "when it is evaluated, packet time: ns since 1970; ask for |hour and the "     \
	  "like")                                                                        \
	X(SOURCE_IP, "source.ip", FIELD_IP, false, T | F,                                \
	  "flow: the client; transfer: the sender of the data")                          \
	X(SOURCE_PORT, "source.port", FIELD_NUMBER, false, T | F, "its port")            \
	X(DESTINATION_IP, "destination.ip", FIELD_IP, false, T | F,                      \
	  "flow: the server; transfer: the receiver of the data")                        \
	X(DESTINATION_PORT, "destination.port", FIELD_NUMBER, false, T | F, "its port")  \
	X(SOURCE_BYTES, "source.bytes", FIELD_NUMBER, true, T | F,                       \
	  "payload that the source sent so far, each byte once")                         \
	X(DESTINATION_BYTES, "destination.bytes", FIELD_NUMBER, true, T | F,             \
	  "payload that the destination sent so far, each byte once")                    \
	X(TRANSPORT, "network.transport", FIELD_BYTES, false, T | F,                     \
	  "tcp, udp, icmp, ipv6-icmp")                                                   \
	X(PROTOCOL, "network.protocol", FIELD_BYTES, false, T | F,                       \
	  "the protocol, in lower case: http, tls, ssh, quic, dns...")                   \
	X(APPLICATION, "network.application", FIELD_BYTES, false, T | F,                 \
	  "what nDPI calls the application, in lower case: dropbox, youtube...")         \
	X(NETWORK_DIRECTION, "network.direction", FIELD_BYTES, false, T | F,             \
	  "who opened the flow: outbound, inbound, internal, external")                  \
	X(DURATION, "event.duration", FIELD_NUMBER, true, T | F, "nanoseconds so far")   \
	X(SERVER_NAME, "tls.client.server_name", FIELD_BYTES, false, T | F, "SNI")       \
	X(URL_FULL, "url.full", FIELD_BYTES, false, T | F,                               \
	  "of the newest request, whole: http://host:port/path?query")                   \
	X(URL_QUERY, "url.query", FIELD_BYTES, false, T | F, "what is behind its ?")     \
	X(URL_EXTENSION, "url.extension", FIELD_BYTES, false, T | F,                     \
	  "of its path, without the dot")                                                \
	X(FILE_NAME, "file.name", FIELD_BYTES, false, T, "as the wire names it")         \
	X(FILE_EXTENSION, "file.extension", FIELD_BYTES, false, T,                       \
	  "of that name, in lower case, without the dot")                                \
	X(FILE_SIZE, "file.size", FIELD_NUMBER, true, T, "the same as egret.file.size")  \
	X(FILE_MIME_TYPE, "file.mime_type", FIELD_BYTES, false, T, "by content")         \
	X(FILE_SHA256, "file.hash.sha256", FIELD_BYTES, false, T,                        \
	  "where transfer.sha256 is on, at the end")                                     \
	X(INSIDE_IP, "egret.inside.ip", FIELD_IP, false, T | F,                          \
	  "the end inside, whoever connected")                                           \
	X(OUTSIDE_IP, "egret.outside.ip", FIELD_IP, false, T | F, "the end outside")     \
	X(OUTSIDE_NAME, "egret.outside.name", FIELD_BYTES, false, T | F,                 \
	  "its name: SNI or Host")                                                       \
	X(DIRECTION, "egret.direction", FIELD_BYTES, false, T | F,                       \
	  "outbound (leaving), inbound, internal, external; of a flow: of who opened "   \
	  "it")                                                                          \
	X(LEAVING_BYTES, "egret.leaving.bytes", FIELD_NUMBER, true, T | F,               \
	  "payload from inside to outside so far, each byte once")                       \
	X(ENTERING_BYTES, "egret.entering.bytes", FIELD_NUMBER, true, T | F,             \
	  "payload from outside to inside so far, each byte once")                       \
	X(RATE_MEAN, "egret.rate.mean", FIELD_NUMBER, false, T | F,                      \
	  "bits a second since it began; may fall again: pair it with a limit on bytes") \
	X(FILE_TYPE, "egret.file.type", FIELD_BYTES, false, T,                           \
	  "by content: zip, wav, amr...")                                                \
	X(FILE_CLASS, "egret.file.class", FIELD_BYTES, false, T,                         \
	  "archive audio video image document database mailbox disk_image encrypted "    \
	  "executable text")                                                             \
	X(FILE_DECLARED, "egret.file.declared", FIELD_NUMBER, false, T,                  \
	  "bytes that were announced, before they are seen")                             \
	X(FILE_DECLARED_BY, "egret.file.declared_by", FIELD_BYTES, false, T,             \
	  "who announced them")                                                          \
	X(FILE_SEEN, "egret.file.seen", FIELD_NUMBER, true, T,                           \
	  "bytes so far, lost ones too")                                                 \
	X(FILE_MISSING, "egret.file.missing", FIELD_NUMBER, true, T,                     \
	  "of them lost on the way here")                                                \
	X(FILE_SIZE_BOTH, "egret.file.size", FIELD_NUMBER, true, T,                      \
	  "the larger of declared and seen")                                             \
	X(FILE_ENCRYPTED, "egret.file.encrypted", FIELD_BOOL, false, T,                  \
	  "itself or a member of it is encrypted")                                       \
	X(MEMBERS_COUNT, "egret.file.members.count", FIELD_NUMBER, true, T,              \
	  "members of an archive seen so far")                                           \
	X(MEMBERS_CLASS, "egret.file.members.class", FIELD_BYTES, false, T,              \
	  "the classes of the members seen so far: matches when any does")               \
	X(AUDIO_SECONDS, "egret.file.audio_seconds", FIELD_NUMBER, true, T,              \
	  "seconds of sound in it, members included, as their headers say")              \
	X(EXTENSION_MATCHES, "egret.file.extension_matches", FIELD_BOOL, false, T,       \
	  "the name's extension is one that the content's type has")                     \
	X(CATEGORY_NDPI, "egret.category", FIELD_BYTES, false, T | F,                    \
	  "nDPI's category, in lower case")

enum engine_field {
#define ENGINE_FIELD_ENUM(id, name, type, grows, categories, help) ENGINE_##id,
	ENGINE_FIELDS(ENGINE_FIELD_ENUM)
#undef ENGINE_FIELD_ENUM
		ENGINE_FIELD_COUNT
};

#undef T
#undef F

/* By enum engine_field; ends with a row of zeros. */
extern const struct field engine_fields[ENGINE_FIELD_COUNT + 1];

/* Which of the engine's fields it is, or -1 where it is a dissector's. */
int field_engine_index(const struct field *field);

/*
 * The field of that name that a rule of this category may use; NULL where there is none.
 * A dissector's fields serve every category (what was said on the flow).
 */
const struct field *field_find(const char *name, enum category category);

/*
 * All the words that a field can have, ending with NULL; NULL where there is no end of
 * them.  A rule that asks for another would never fire.
 */
const char *const *field_words(const struct field *field);

/* Every such name, ending with NULL, for nearest_word; the caller's arena's.  NULL: out
 * of memory. */
struct arena;
const char *const *field_names(struct arena *arena, enum category category);

/* Every field with type, categories and help, for `egret rules fields`. */
void fields_print(FILE *to);

#endif
