# SPDX-License-Identifier: Apache-2.0
# ndpi.m4 - how the nDPI at hand wants to be called.
#
# nDPI's calls change from one release to the next, and distributions take parts of later
# ones; so what compiles is asked, never a number.  The answers fill in ndpi_shape.h, and
# adding a release that calls something differently is one more way here.

# EGRET_NDPI(NAME, WHAT, BEFORE, WAY...): NAME becomes the first WAY with which BEFORE WAY compiles
AC_DEFUN([EGRET_NDPI], [
	AC_MSG_CHECKING([how nDPI $2])
	$1=
	m4_foreach([egret_way], m4_dquote(m4_shift3($@)), [
		AS_IF([test -z "$$1"], [AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
			#include <stddef.h>
			#include <ndpi_api.h>
			#define SHAPE_LICENSE $NDPI_LICENSE
			struct ndpi_detection_module_struct *module;
			struct ndpi_flow_struct *state;
			ndpi_protocol p;
			unsigned char ip[20], guessed, dir, begun, protocol;
			unsigned short n, client_port, server_port;
			unsigned client, server, number;
			unsigned long ms;]],
			[$3 m4_defn([egret_way]);])], [$1='m4_defn([egret_way])'])])
	])
	AS_IF([test -z "$$1"], [
		AC_MSG_RESULT([in none of the ways that egret knows])
		AC_MSG_ERROR([this nDPI ($ndpi_version) is not one that egret knows how to call (4.2 to 6.0 are): egret cannot tell how it $2])
	])
	AC_MSG_RESULT([$$1])
	AC_SUBST([$1])
])

AC_DEFUN([EGRET_NDPI_SHAPE], [
	AC_ARG_WITH([ndpi-license],
		[AS_HELP_STRING([--with-ndpi-license=USE],
			[what nDPI 6 is told that it is used for: not-for-profit, for-profit-lgpl (the default: it has no TLS, QUIC and DNS then) or for-profit-dual-license])],
		[], [with_ndpi_license=for-profit-lgpl])
	AS_CASE([$with_ndpi_license],
		[not-for-profit], [NDPI_LICENSE=NDPI_LICENSE_NOT_FOR_PROFIT_LGPL],
		[for-profit-lgpl], [NDPI_LICENSE=NDPI_LICENSE_FOR_PROFIT_LGPL],
		[for-profit-dual-license], [NDPI_LICENSE=NDPI_LICENSE_FOR_PROFIT_DUAL_LICENSE],
		[AC_MSG_ERROR([--with-ndpi-license=$with_ndpi_license: not-for-profit, for-profit-lgpl or for-profit-dual-license])])
	AC_SUBST([NDPI_LICENSE])
	ndpi_version=`$PKG_CONFIG --modversion libndpi 2>/dev/null`
	saved_CPPFLAGS=$CPPFLAGS saved_CFLAGS=$CFLAGS
	CPPFLAGS="$CPPFLAGS $NDPI_CFLAGS"
	CFLAGS="$CFLAGS -Werror=implicit-function-declaration -Werror=int-conversion -Werror=incompatible-pointer-types"
	EGRET_NDPI([NDPI_NEW], [makes a module], [module =],
		[ndpi_init_detection_module(ndpi_no_prefs)],
		[ndpi_init_detection_module(NULL)],
		[ndpi_init_detection_module(NULL, SHAPE_LICENSE)])
	AS_CASE([$NDPI_NEW], [*SHAPE_LICENSE*],
		[AC_MSG_NOTICE([nDPI is told that its use is $with_ndpi_license; --with-ndpi-license says otherwise])])
	EGRET_NDPI([NDPI_ENABLE_ALL], [is told to look for all it knows], [],
		[do { NDPI_PROTOCOL_BITMASK all; NDPI_BITMASK_SET_ALL(all); ndpi_set_protocol_detection_bitmask2(module, &all); } while (0)],
		[(void)module])
	EGRET_NDPI([NDPI_NO_GUESSES], [is kept from guessing when given up], [],
		[(void)ndpi_set_config(module, NULL, "dpi.guess_on_giveup", "0")],
		[(void)module])
	EGRET_NDPI([NDPI_FINALIZE], [is told that the module is complete], [number =],
		[ndpi_finalize_initialization(module)],
		[(ndpi_finalize_initialization(module), 0)])
	EGRET_NDPI([NDPI_PACKET], [takes a packet], [p =],
		[ndpi_detection_process_packet(module, state, ip, n, ms, &(struct ndpi_flow_input_info){ .in_pkt_dir = dir, .seen_flow_beginning = begun })],
		[((void)(dir), (void)(begun), ndpi_detection_process_packet(module, state, ip, n, ms))])
	EGRET_NDPI([NDPI_GIVE_UP], [gives up], [p =],
		[((void)(guessed), ndpi_detection_giveup(module, state))],
		[ndpi_detection_giveup(module, state, &(guessed))],
		[ndpi_detection_giveup(module, state, 0, &(guessed))])
	EGRET_NDPI([NDPI_GUESS], [guesses by port and address], [p =],
		[ndpi_guess_undetected_protocol_v4(module, NULL, protocol, client, client_port, server, server_port)],
		[ndpi_guess_undetected_protocol(module, NULL, protocol, client, client_port, server, server_port)])
	EGRET_NDPI([NDPI_MASTER], [names a protocol], [number =],
		[(p).proto.master_protocol], [(p).master_protocol])
	EGRET_NDPI([NDPI_APP], [names an application], [number =],
		[(p).proto.app_protocol], [(p).app_protocol])
	EGRET_NDPI([NDPI_OWNER], [names the owner of an address], [number =],
		[(state)->guessed_protocol_id_by_ip],
		[((void)(state), 0)])
	EGRET_NDPI([NDPI_WANTS_MORE], [says that it wants more packets], [number =],
		[(state)->check_extra_packets],
		[(state)->extra_packets_func != NULL])
	CPPFLAGS=$saved_CPPFLAGS CFLAGS=$saved_CFLAGS
])
