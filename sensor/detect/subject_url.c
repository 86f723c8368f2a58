// SPDX-License-Identifier: Apache-2.0
/*
 * subject_url.c - the URL whole, as proxies log it, and its parts.
 *
 * On the wire it is in two places: the target of the request line, and the host.  It is
 * put together when a rule asks for it; parts are pieces of what the context has.
 */
#include "detect/subject_url.h"

#include <stdio.h>

_Static_assert((int)VALUE_MADE > (int)CONTEXT_TEXT + 32,
               "scheme, host, port and target fit");

static struct bytes fact_of(const struct scene *s, const char *name)
{
	const struct context_fact *fact =
		s->context ? context_find_name(s->context, name) : NULL;

	if (!fact)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ (const uint8_t *)s->context->text + fact->at, fact->n };
}

static size_t find(struct bytes b, char c)
{
	size_t at = 0;

	while (at < b.n && b.p[at] != (uint8_t)c)
		at++;
	return at;
}

static void add(struct value *v, struct bytes *to, struct bytes more)
{
	size_t room = sizeof(v->made) - to->n;

	if (more.n > room)
		more.n = room;
	if (more.n)
		memcpy(v->made + to->n, more.p, more.n);
	to->n += more.n;
}

/* A target that does not begin with a slash is one already (to a proxy), or none (*). */
static struct bytes full(const struct scene *s, struct bytes target, struct value *v)
{
	struct bytes url = { (const uint8_t *)v->made, 0 },
		     host = fact_of(s, "url.domain");
	char port[8];

	if (target.p[0] != '/' || host.n == 0)
		return target;
	add(v, &url, bytes_of("http://"));
	add(v, &url, host);
	if (s->flow->server_port != 80) {
		snprintf(port, sizeof(port), ":%u", s->flow->server_port);
		add(v, &url, bytes_of(port));
	}
	add(v, &url, target);
	return url;
}

static struct bytes query(struct bytes target)
{
	size_t at = find(target, '?');

	at += at < target.n;
	return (struct bytes){ target.p + at, target.n - at };
}

/* Behind the last dot of the path's last part. */
static struct bytes extension(struct bytes path)
{
	for (size_t i = path.n; i > 0 && path.p[i - 1] != '/'; i--)
		if (path.p[i - 1] == '.')
			return (struct bytes){ path.p + i, path.n - i };
	return (struct bytes){ path.p, 0 };
}

void subject_url(const struct scene *scene, enum engine_field field, struct value *value)
{
	struct bytes target = fact_of(scene, "url.original"), part;

	if (target.n == 0) {
		value->known = scene->over ? KNOWN_ABSENT : KNOWN_NOT_YET;
		return;
	}
	if (field == ENGINE_URL_FULL)
		part = full(scene, target, value);
	else if (field == ENGINE_URL_QUERY)
		part = query(target);
	else
		part = extension(fact_of(scene, "url.path"));
	value->known = part.n ? KNOWN_SETTLED : KNOWN_ABSENT;
	if (part.n)
		value->texts[value->text_count++] = part;
}
