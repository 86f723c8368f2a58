#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deb.sh - makes a Debian package of what is built: deb.sh BUILDDIR SRCDIR VERSION
set -eu
build=$1 src=$2 version=$3
top=$build/deb
root=$top/root
for tool in dpkg-deb dpkg-shlibdeps fakeroot; do
	command -v $tool >/dev/null || {
		echo "deb.sh: $tool is not installed: apt install dpkg-dev fakeroot" >&2
		exit 2
	}
done
rm -rf "$top" && mkdir -p "$root/DEBIAN" "$top/debian"
${MAKE:-make} -C "$build" install DESTDIR="$root" >/dev/null

strip --strip-unneeded "$root/usr/bin/egret"
gzip -9n "$root"/usr/share/man/man*/*
doc=$root/usr/share/doc/egret
mkdir -p "$doc"
cp "$src/config/debian/copyright" "$doc/copyright"
printf 'egret (%s-1) unstable; urgency=medium\n\n  * Made from its own tree.\n\n -- The egret developers <developers@egret.example>  %s\n' \
	"$version" "$(date -R -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y "$src/configure.ac")}")" |
	gzip -9n >"$doc/changelog.Debian.gz"

printf 'Source: egret\n\nPackage: egret\nArchitecture: any\n' >"$top/debian/control"
libraries=$(cd "$top" && dpkg-shlibdeps -O root/usr/bin/egret 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
	-e "s/@DEPENDS@/$libraries, adduser/" -e "s/@SIZE@/$(du -sk "$root/usr" | cut -f 1)/" \
	"$src/config/debian/control.in" >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
	install -m 755 "$src/config/debian/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find etc -type f | sed 's,^,/,') >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -exec md5sum {} +) >"$root/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$root"
fakeroot dpkg-deb --build "$root" "$build/egret_${version}-1_$(dpkg --print-architecture).deb"
