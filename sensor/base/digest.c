// SPDX-License-Identifier: Apache-2.0
/*
 * digest.c - SHA-256 of what was transferred, SHA-1 for community ids.
 *
 * OpenSSL looks an algorithm up by name at a cost of microseconds, so that is done once
 * for the process; a short digest also needs a context at hand, one a thread.
 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256, *sha1;  /* written once, under `once` */
static pthread_key_t contexts; /* a thread's EVP_MD_CTX for short digests */

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

static void fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	if (pthread_key_create(&contexts, context_free) != 0)
		abort(); /* at the first digest of the process: no keys can be out by then
		          */
}

struct digest {
	EVP_MD_CTX *context;
};

struct digest *digest_new(void)
{
	struct digest *digest = calloc(1, sizeof(*digest));

	pthread_once(&once, fetch);
	if (!digest)
		return NULL;
	digest->context = EVP_MD_CTX_new();
	if (!digest->context || !sha256 ||
	    EVP_DigestInit_ex2(digest->context, sha256, NULL) != 1) {
		digest_free(digest);
		return NULL;
	}
	return digest;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void digest_reset(struct digest *digest)
{
	EVP_DigestInit_ex2(digest->context, NULL, NULL);
}

void digest_add(struct digest *digest, struct bytes b)
{
	if (b.n > 0)
		EVP_DigestUpdate(digest->context, b.p, b.n);
}

void digest_result(struct digest *digest, uint8_t result[32])
{
	EVP_DigestFinal_ex(digest->context, result, NULL);
	digest_reset(digest);
}

int digest_sha1(struct bytes b, uint8_t result[20])
{
	EVP_MD_CTX *context;

	pthread_once(&once, fetch);
	context = pthread_getspecific(contexts);
	if (!context) {
		context = EVP_MD_CTX_new();
		if (!context || pthread_setspecific(contexts, context) != 0) {
			EVP_MD_CTX_free(context);
			return -1;
		}
	}
	if (!sha1 || EVP_DigestInit_ex2(context, sha1, NULL) != 1 ||
	    EVP_DigestUpdate(context, b.p, b.n) != 1 ||
	    EVP_DigestFinal_ex(context, result, NULL) != 1)
		return -1;
	return 0;
}

void digest_base64(struct bytes b, char *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < b.n; i += 3) {
		size_t n = b.n - i < 3 ? b.n - i : 3;
		uint32_t group = (uint32_t)b.p[i] << 16 |
		                 (n > 1 ? (uint32_t)b.p[i + 1] << 8 : 0) |
		                 (n > 2 ? (uint32_t)b.p[i + 2] : 0);

		*out++ = letters[group >> 18];
		*out++ = letters[group >> 12 & 63];
		*out++ = n > 1 ? letters[group >> 6 & 63] : '=';
		*out++ = n > 2 ? letters[group & 63] : '=';
	}
	*out = '\0';
}

void digest_hex(struct bytes b, char *out)
{
	static const char letters[] = "0123456789abcdef";

	for (size_t i = 0; i < b.n; i++) {
		*out++ = letters[b.p[i] >> 4];
		*out++ = letters[b.p[i] & 15];
	}
	*out = '\0';
}

const char *digest_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
