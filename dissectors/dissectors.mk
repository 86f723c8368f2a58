# The dissectors.  This list is the only place that names them all: the table in
# dissector.c is made from it, and the vector tests and the fuzz target go by that.
DISSECTORS = \
	dissectors/dhcp.c \
	dissectors/dns.c \
	dissectors/http.c \
	dissectors/wav.c \
	dissectors/zip.c

noinst_LIBRARIES += libdissectors.a
libdissectors_a_SOURCES = \
	dissectors/arp.c dissectors/arp.h \
	dissectors/context.c dissectors/context.h \
	dissectors/dissector.c dissectors/dissector.h \
	dissectors/http_chunk.c dissectors/http_header.c dissectors/http_header.h \
	dissectors/http_line.c dissectors/http_parts.h \
	$(DISSECTORS)
EXTRA_DIST += dissectors/README.md

BUILT_SOURCES += dissectors/list.h
CLEANFILES += dissectors/list.h
dissectors/list.h: $(srcdir)/dissectors/dissectors.mk
	$(AM_V_GEN)$(MKDIR_P) dissectors && \
	{ echo '// SPDX-License-Identifier: Apache-2.0'; \
	for f in $(DISSECTORS); do echo "DISSECTOR(`basename $$f .c`)"; done; } > $@
$(libdissectors_a_OBJECTS): dissectors/list.h
