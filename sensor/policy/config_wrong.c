// SPDX-License-Identifier: Apache-2.0
/*
 * config_wrong.c - what may be wrong with the text of a setting that is an address.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/config_keys.h"

/* "host:514", "[::1]:514" */
static bool host_and_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	char *end;
	unsigned long port;

	if (!colon || colon == text || strchr(text, '/') || strchr(text, ' '))
		return false;
	if (text[0] != '[' && memchr(text, ':', (size_t)(colon - text)))
		return false; /* IPv6 without its brackets: which colon is the port's? */
	if (text[0] == '[' && colon[-1] != ']')
		return false;
	port = strtoul(colon + 1, &end, 10);
	return colon[1] >= '0' && colon[1] <= '9' && *end == '\0' && port > 0 &&
	       port < 65536;
}

const char *config_wrong_log(const char *text)
{
	bool there = strncmp(text, "udp:", 4) == 0 || strncmp(text, "tcp:", 4) == 0;

	if (!*text || strncmp(text, "unix:/", 6) == 0 ||
	    (there && host_and_port(text + 4)))
		return NULL;
	return "no place of a system log: unix:/dev/log, udp:HOST:PORT or tcp:HOST:PORT";
}

const char *config_wrong_listen(const char *text)
{
	if (!*text || strncmp(text, "unix:/", 6) == 0 || host_and_port(text))
		return NULL;
	return "no address and port: 127.0.0.1:9642, [::1]:9642 or unix:/PATH";
}

const char *config_wrong_url(const char *text)
{
	const char *host = strncmp(text, "http://", 7) == 0    ? text + 7
	                   : strncmp(text, "https://", 8) == 0 ? text + 8
	                                                       : NULL;

	if (!*text)
		return NULL;
	if (!host || !*host || *host == '/' || strpbrk(text, " \t\r\n"))
		return "no address of a web service: https://HOST/PATH";
	if (memchr(host, '@', strcspn(host, "/?#")))
		return "an address with a password in it: see output.webhook.token";
	return NULL;
}
