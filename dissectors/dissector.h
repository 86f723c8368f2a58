// SPDX-License-Identifier: Apache-2.0
/*
 * dissector.h - what a dissector is: bytes in, named facts out.
 *
 * A dissector reads the framing of a protocol or of a container format.  It sees bytes,
 * its own state, and a place to put facts and notes; it allocates nothing, logs nothing,
 * and knows no rule, thread or file.  Content (the bytes of a file on the move) never
 * passes through it: it says how far the content goes, and is called again after that.
 *
 * The session calls dissect() with all bytes of one direction (or of one container) that
 * are there and not yet read.  What the answer means is said at enum dissect_result.
 */
#ifndef DISSECTORS_DISSECTOR_H
#define DISSECTORS_DISSECTOR_H

#include "base/cursor.h"
#include "base/inflate.h"
#include "base/prefix.h"

enum field_type { FIELD_NONE, FIELD_NUMBER, FIELD_BYTES, FIELD_BOOL, FIELD_IP };

/* What a rule can name.  Tables of these end with a row of zeros. */
struct field {
	const char *name; /* ECS where ECS has one: "http.request.method" */
	enum field_type type;
	const char *help; /* one line for rule writers */
	const char *eve;  /* key in the protocol's EVE object ("http_method"), or NULL */
	bool grows;       /* the value only ever grows: gt and gte are true for good */
};

struct fact {
	const struct field *field;
	uint64_t number;
	struct bytes bytes; /* borrowed from the message, or from static memory */
};

enum { FACTS_MAX = 16, NOTES_MAX = 8 };

struct facts {
	unsigned count;
	unsigned lost; /* facts that did not fit; counted, never silent */
	struct fact at[FACTS_MAX];
};

enum dissect_result {
	/*
	 * One message was read: d->in stands behind it, facts and notes are in out.
	 * Called again at once with what is left (also with nothing left: then it is not
	 * called). Reading nothing at all and saying MESSAGE is a defect; the session
	 * refuses for it.
	 */
	DISSECT_MESSAGE,
	/* The same, and what follows is content, as out->content says.  May have read
	   nothing. */
	DISSECT_CONTENT,
	/*
	 * The message goes on in bytes not yet seen.  The session keeps all bytes from
	 * where d->in stood at the call (d->in is put back), up to max_message, and calls
	 * again with more.  Nothing in out counts, and state must not have changed.
	 */
	DISSECT_MORE,
	/* Not this protocol, or it broke its own rules: this direction is not asked
	   again. */
	DISSECT_REFUSED,
};

#define CONTENT_TO_END UINT64_MAX /* length: only the end of the stream ends it */
#define CONTENT_APPEND UINT64_MAX /* offset: goes on where the slot's content stood */
#define SIZE_UNKNOWN   UINT64_MAX /* declared: nobody said */

enum { MARKER_MAX = 72, SLOTS = 4, SLOT_NONE = 0xff, SLOT_SELF = 0xfe };

struct marker {
	uint8_t n; /* 0: none */
	uint8_t b[MARKER_MAX];
};

/* The bytes that follow the message. */
struct content {
	uint8_t slot;    /* whose they are; SLOT_NONE: nobody's, just skip them */
	bool last;       /* the slot closes complete when they have gone by */
	uint64_t offset; /* where in the object; CONTENT_APPEND for "next" */
	uint64_t length; /* on the wire; CONTENT_TO_END */
	/*
	 * With dissect.gap, and also with DISSECT_MESSAGE: so many bytes of the gap, at
	 * most all, were content of before_slot.  They count before the notes do.
	 */
	uint64_t before;
	uint8_t before_slot;
	/*
	 * Or until a marker, found by the session across segments: length is then the
	 * most that is looked through.  The marker itself is not content: the next call
	 * starts at it.
	 */
	struct marker until;
};

enum note_kind {
	NOTE_OPEN,  /* a transfer begins in `slot` (one that stands there is closed,
	               aborted) */
	NOTE_LEARN, /* more is known of it; SLOT_SELF: of the container that is being read
	             */
	NOTE_CLOSE, /* it is over: `complete` or broken off */
};

enum sender {
	SENDER_CLIENT,
	SENDER_SERVER,
	SENDER_PARENT /* for members of a container */
};

/* What is known of audio: enough for seconds.  Zero where unknown. */
struct audio {
	uint32_t rate; /* samples a second */
	uint16_t channels;
	uint16_t bits;       /* a sample of one channel */
	uint32_t byte_rate;  /* bytes a second */
	uint64_t data_bytes; /* of sound, as declared; SIZE_UNKNOWN where only the end
	                        tells */
};

struct note {
	enum note_kind kind;
	uint8_t slot;
	enum sender sender; /* NOTE_OPEN */
	bool complete;      /* NOTE_CLOSE */
	bool encrypted;     /* learnt: its content cannot be read */
	bool member;        /* NOTE_OPEN by a container: it is one of the things inside */
	enum coding coding; /* how its bytes stand on the wire; identity is 0 */
	struct bytes name;  /* n == 0: nothing said */
	struct bytes mime_type;  /* as claimed on the wire */
	uint64_t declared;       /* bytes on the wire of this slot; SIZE_UNKNOWN */
	uint64_t plain_size;     /* once decoded, as declared; SIZE_UNKNOWN */
	const char *declared_by; /* static text: "content-length", "zip64-header" */
	uint64_t part_offset;    /* this is a part of an object: where in it... */
	uint64_t part_total;     /* ...and how large that is; 0 when not a part */
	uint64_t
		members_total; /* how many members a container says it has; 0: not said */
	struct audio audio;
};

/* Who said what an address, or a host, is called. */
enum name_by { NAME_DNS, NAME_MDNS, NAME_LLMNR, NAME_DHCP, NAME_ARP };

enum { NAMINGS_MAX = 64, NAMINGS_TEXT = 2048 };

/* An address, a hardware address and a name: two of them, or all, that belong together.
 */
struct naming {
	enum name_by by;
	bool has_addr, has_mac;
	struct addr addr;
	uint8_t mac[6];
	struct bytes name; /* n == 0: none; in dissect_out's text, or in the message */
	uint32_t seconds;  /* it is good for so long, as was said */
};

struct dissect_out {
	struct facts facts;
	unsigned note_count;
	unsigned notes_lost;
	struct note notes[NOTES_MAX];
	struct note spare;      /* where a note goes that found no room */
	struct content content; /* with DISSECT_CONTENT */
	/* datagrams only: */
	unsigned naming_count;
	unsigned namings_lost;                  /* that found no room */
	struct naming namings[NAMINGS_MAX + 1]; /* the last is the spare */
	char text[NAMINGS_TEXT];
};

struct dissect {
	struct cursor in; /* starts at the next message */
	struct dissect_out *out;
	void *state; /* state_size zeroed bytes: of the flow (both directions), or of the
	                container */
	bool from_client; /* which direction is read; true in a container */
	bool after_gap; /* bytes before these were lost or cannot be read: find your feet,
	                   or refuse */
	uint64_t gap;   /* with after_gap: how many; 0 where nobody knows */
	bool at_end;    /* the stream ends after these bytes: MORE would wait for ever */
	uint16_t port;  /* datagrams: the one of `ports` that chose the dissector */
	uint64_t content_seen; /* how many bytes the last content of this direction came
	                          to */
};

/* One way in which a stream of this protocol (or file of this format) may start. */
struct start {
	const char *pattern; /* a Hyperscan expression over the first bytes, anchored by
	                        the user of it */
	bool from_client;    /* false: what the server says first */
};

enum dissector_kind { DISSECTOR_PROTOCOL, DISSECTOR_CONTAINER };

struct dissector {
	const char *name; /* "http": EVE's app_proto and object, vectors' file name */
	enum dissector_kind kind;
	const char *ndpi;      /* the nDPI protocol that chooses it ("HTTP"), or NULL */
	const char *file_type; /* containers: what signatures say it is read as ("zip") */
	const struct start *starts; /* protocols: ends with a row of zeros, or NULL */
	/*
	 * Protocols over UDP: the ports that choose it, ended by 0.  Such a one is called
	 * once with each whole datagram (at_end is true) and answers MESSAGE or REFUSED;
	 * what it named before it came to what is wrong counts.  It keeps no state. NULL:
	 * it reads streams.
	 */
	const uint16_t *ports;
	const struct field *fields; /* ends with a row of zeros */
	size_t state_size;          /* at most DISSECTOR_STATE_MAX */
	size_t max_message; /* bytes kept while MORE is answered; at most MESSAGE_MAX */
	enum dissect_result (*dissect)(struct dissect *d);
};

enum { DISSECTOR_STATE_MAX = 512, MESSAGE_MAX = 65536 };

/* Every dissector in dissectors.mk, in that order; ends with NULL. */
extern const struct dissector *const dissectors[];

void fact_number(struct dissect *d, const struct field *field, uint64_t value);
void fact_bytes(struct dissect *d, const struct field *field, struct bytes value);

/*
 * A fresh note in out with everything unsaid (sizes SIZE_UNKNOWN).  When the list is
 * full, it is counted and a spare is given, so that the caller need not ask.
 */
struct note *note_add(struct dissect *d, enum note_kind kind, uint8_t slot);

/* The dissector that nDPI's name, or a signature's type, chooses; NULL where none. */
const struct dissector *dissector_for_ndpi(const char *protocol);
const struct dissector *dissector_for_type(const char *file_type);
/* The dissector of datagrams between two ports, and which of them (never 0) chooses it;
 * NULL where none does. */
const struct dissector *dissector_for_ports(uint16_t a, uint16_t b, uint16_t *which);

/* A fresh naming, good for no time; a spare where the list is full, which is counted. */
struct naming *naming_add(struct dissect *d, enum name_by by);

#endif
