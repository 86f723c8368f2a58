// SPDX-License-Identifier: Apache-2.0
/*
 * digest.h - the door to OpenSSL: SHA-256 of what was transferred, SHA-1 for community
 * ids.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/bytes.h"

struct digest; /* a running SHA-256 */

struct digest *digest_new(void); /* NULL: out of memory */
void digest_free(struct digest *digest);
void digest_reset(struct digest *digest);
void digest_add(struct digest *digest, struct bytes b);
void digest_result(struct digest *digest, uint8_t sha256[32]); /* and reset */

/*
 * One shot; the algorithm is fetched once, so that a call costs its bytes.  Any thread.
 * -1 where OpenSSL has no memory or no SHA-1 to give; sha1 is not written then.
 */
int digest_sha1(struct bytes b, uint8_t sha1[20]);

/* RFC 4648 base64 with padding; out has room for 4 * ((n + 2) / 3) + 1. */
void digest_base64(struct bytes b, char *out);
/* Lower-case hexadecimal; out has room for 2 * n + 1. */
void digest_hex(struct bytes b, char *out);

const char *digest_version(void); /* of OpenSSL, as it runs: "3.0.15" */

#endif
