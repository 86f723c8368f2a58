# SPDX-License-Identifier: Apache-2.0
"""Holds the shipped signatures against what programs write.

Samples are made here by the encoders and packers of the distribution, so that a signature is
tried on files that it was not written from.  A program that is not installed skips its cases.
Then the other way round: what must not be taken for anything, or not for audio.
"""

import concurrent.futures
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
import zipfile

source = os.environ.get("srcdir", os.getcwd())
build = os.environ.get("builddir", os.getcwd())
scratch = os.environ.get("scratch") or tempfile.mkdtemp()
signatures = os.path.join(source, "rules/signatures")
tool = os.environ.get("IDENTIFY_TOOL") or os.path.join(build, "tests/policy/identify_tool")
failed = False


def say(kind, sentence, why=""):
    global failed
    if kind == "not ok":
        failed = True
        if why:
            print(why)
        why = ""
    print(f"{kind} - {sentence}" + (f": {why}" if why else ""), flush=True)


def identify(paths, *options):
    """{path: (type, class)}"""
    text = "\n".join(paths) + "\n"
    out = subprocess.run([tool, *options, signatures, "-"], input=os.fsencode(text),
                         stdout=subprocess.PIPE, check=True).stdout
    found = {}
    for line in os.fsdecode(out).splitlines():
        fields = line.split("\t")
        found[fields[0]] = (fields[1], fields[2])
    return found


# -- raw material

def make_inputs():
    noise = random.Random(1)
    with wave.open("voice.wav", "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(8000)
        w.writeframes(b"".join(struct.pack("<h", noise.randrange(-9000, 9000))
                               for _ in range(24000)))
    with open("letter.txt", "w", encoding="utf-8") as f:
        for _ in range(4000):
            f.write(noise.choice(["the ", "call ", "was ", "recorded ", "on ", "Monday\n"]))
    with open("noise.bin", "wb") as f:
        f.write(noise.randbytes(200000))
    os.mkdir("folder")
    shutil.copy("letter.txt", "folder/letter.txt")
    shutil.copy("voice.wav", "folder/2026-11-23_0001.wav")
    os.mkdir("home", 0o700)
    with open("empty.zip", "wb") as f:
        zipfile.ZipFile(f, "w").close()
    pipe = io.BytesIO()
    pipe.seekable = lambda: False  # sizes behind the data, as curl and servers write it
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as z:
        z.write("letter.txt")
    with open("stream.zip", "wb") as f:
        f.write(pipe.getvalue())


FFMPEG = "ffmpeg -nostdin -v error -y "
VOICE = FFMPEG + "-i voice.wav "
FILM = FFMPEG + "-f lavfi -i testsrc=s=176x144:d=1:r=25 -i voice.wav -shortest "
PICTURE = FFMPEG + "-f lavfi -i testsrc=s=64x48:d=1 -frames:v 1 "
GPG = "gpg --homedir home --batch --yes --pinentry-mode loopback --passphrase x -q "

# (type, class, programs, shell command; %s is the file to write)
AUDIO = [
    ("wav", "sox", "sox voice.wav %s.wav && mv %s.wav %s"),
    ("wav", "sox", "sox voice.wav -e a-law %s.wav && mv %s.wav %s"),
    ("wav", "sox", "sox voice.wav -e gsm-full-rate %s.wav && mv %s.wav %s"),
    ("wav", "sox", "sox voice.wav -B -t wav %s || sox voice.wav -t wav %s"),
    ("wav", "ffmpeg", VOICE + "-c:a pcm_s24le -f wav %s"),
    ("rf64", "ffmpeg", VOICE + "-rf64 always -f wav %s"),
    ("w64", "ffmpeg", VOICE + "-f w64 %s"),
    ("w64", "sox", "sox voice.wav -t w64 %s"),
    ("aiff", "sox", "sox voice.wav -t aiff %s"),
    ("aiff", "sox", "sox voice.wav -t aifc %s"),
    ("8svx", "sox", "sox voice.wav -t 8svx %s"),
    ("8svx", "sox", "sox voice.wav -t maud %s"),
    ("caf", "ffmpeg", VOICE + "-f caf %s"),
    ("caf", "sox", "sox voice.wav -t caf %s"),
    ("au", "sox", "sox voice.wav -e u-law -t au %s"),
    ("au", "sox", "sox voice.wav -L -t au %s"),
    ("au", "ffmpeg", VOICE + "-f au %s"),
    ("voc", "sox", "sox voice.wav -t voc %s"),
    ("sphere", "sox", "sox voice.wav -t sph %s"),
    ("ircam", "sox", "sox voice.wav -t sf %s"),
    ("pvf", "sox", "sox voice.wav -t pvf %s"),
    ("avr", "sox", "sox voice.wav -t avr %s"),
    ("wve", "sox", "sox voice.wav -t wve %s"),
    ("sox", "sox", "sox voice.wav -t sox %s"),
    ("paf", "sox", "sox voice.wav -t paf %s"),
    ("gsm", "sox", "sox voice.wav -t gsm %s"),
    ("amr", "sox", "sox voice.wav -t amr-nb %s"),
    ("amr-wb", "sox", "sox voice.wav -r 16000 -t amr-wb %s"),
    ("flac", "flac", "flac -s -o %s voice.wav"),
    ("flac", "ffmpeg", VOICE + "-f flac %s"),
    ("ogg-flac", "flac", "flac -s --ogg -o %s voice.wav"),
    ("ogg-flac", "ffmpeg", VOICE + "-c:a flac -f oga %s"),
    ("vorbis", "oggenc", "oggenc -Q -o %s voice.wav"),
    ("vorbis", "ffmpeg", VOICE + "-c:a libvorbis -f ogg %s"),
    ("opus", "opusenc", "opusenc --quiet voice.wav %s"),
    ("opus", "ffmpeg", VOICE + "-c:a libopus -b:a 16k -f opus %s"),
    ("speex", "speexenc", "speexenc --quiet voice.wav %s"),
    ("speex", "ffmpeg", VOICE + "-c:a libspeex -f ogg %s"),
    ("mp3", "lame", "lame --quiet voice.wav %s"),
    ("mp3", "lame", "lame --quiet -V 4 voice.wav %s"),
    ("mp3", "lame", "lame --quiet -t -b 16 voice.wav %s"),
    ("mp3", "lame", "lame --quiet -t -b 320 --resample 48 voice.wav %s"),
    ("mp3", "lame", "lame --quiet -t -b 64 --resample 22.05 voice.wav %s"),
    ("mp3", "lame", "lame --quiet -t -p -b 96 --resample 32 voice.wav %s"),
    ("mp3", "lame", "lame --quiet -t --abr 40 --resample 11.025 voice.wav %s"),
    ("mp3", "lame", "lame --quiet --tt call --id3v2-only voice.wav %s"),
    ("mp3", "ffmpeg", VOICE + "-ar 44100 -b:a 128k -write_xing 0 -id3v2_version 0 -f mp3 %s"),
    ("mp2", "twolame", "sox voice.wav -r 32000 32.wav && twolame --quiet 32.wav %s"),
    ("mp2", "ffmpeg", VOICE + "-ar 44100 -b:a 192k -f mp2 %s"),
    ("aac", "ffmpeg", VOICE + "-c:a aac -f adts %s"),
    ("aac", "ffmpeg", VOICE + "-c:a aac -ar 48000 -ac 2 -b:a 192k -f adts %s"),
    ("loas", "ffmpeg", VOICE + "-c:a aac -f latm %s"),
    ("m4a", "ffmpeg", VOICE + "-c:a aac -f ipod %s"),
    ("m4a", "ffmpeg", VOICE + "-c:a alac -f ipod -movflags faststart %s"),
    ("ac3", "ffmpeg", VOICE + "-ar 44100 -c:a ac3 -f ac3 %s"),
    ("ac3", "ffmpeg", VOICE + "-ar 48000 -c:a eac3 -f eac3 %s"),
    ("dts", "ffmpeg", VOICE + "-ar 48000 -ac 2 -c:a dca -strict -2 -f dts %s"),
    ("wma", "ffmpeg", VOICE + "-c:a wmav2 -ar 22050 -f asf %s"),
    ("weba", "ffmpeg", VOICE + "-c:a libopus -f webm %s"),
    ("weba", "ffmpeg", VOICE + "-c:a flac -f matroska %s"),
    ("flv-audio", "ffmpeg", VOICE + "-c:a libmp3lame -ar 22050 -f flv %s"),
    ("tta", "ffmpeg", VOICE + "-f tta %s"),
    ("wavpack", "wavpack", "wavpack -q voice.wav -o %s.wv && mv %s.wv %s"),
    ("wavpack", "ffmpeg", VOICE + "-f wv %s"),
    ("mpc", "mpcenc", "sox voice.wav -r 44100 44.wav 2>/dev/null || " + VOICE +
     "-ar 44100 44.wav; mpcenc --silent --overwrite 44.wav %s.mpc && mv %s.mpc %s"),
    ("codec2", "ffmpeg", VOICE + "-c:a libcodec2 -mode 2400 -f codec2 %s"),
]
VIDEO = [
    ("mp4", "ffmpeg", FILM + "-c:v mpeg4 -c:a aac -f mp4 %s"),
    ("mp4", "ffmpeg", FILM + "-c:v mpeg4 -c:a aac -movflags frag_keyframe+empty_moov -f mp4 %s"),
    ("mov", "ffmpeg", FILM + "-c:v mpeg4 -c:a aac -f mov %s"),
    ("3gp", "ffmpeg", FILM + "-c:v h263 -c:a aac -f 3gp %s"),
    ("matroska", "ffmpeg", FILM + "-c:v mpeg4 -c:a aac -f matroska %s"),
    ("webm", "ffmpeg", FILM + "-c:v libvpx -c:a libopus -f webm %s"),
    ("avi", "ffmpeg", FILM + "-c:v mpeg4 -c:a mp2 -f avi %s"),
    ("ogv", "ffmpeg", FILM + "-c:v libtheora -c:a libvorbis -f ogg %s"),
    ("ogv", "ffmpeg", FILM + "-map 1:a -map 0:v -c:v libtheora -c:a libvorbis -f ogg %s"),
    ("asf", "ffmpeg", FILM + "-c:v wmv2 -c:a wmav2 -ar 22050 -f asf %s"),
    ("flv", "ffmpeg", FILM + "-c:v flv -c:a libmp3lame -ar 22050 -f flv %s"),
    ("mpeg-ps", "ffmpeg", FILM + "-c:v mpeg2video -c:a mp2 -ar 44100 -f vob %s"),
    ("mpeg-ps", "ffmpeg", FILM + "-c:v mpeg1video -c:a mp2 -ar 44100 -f mpeg %s"),
    ("mpeg-video", "ffmpeg", FILM + "-an -c:v mpeg2video -f mpeg2video %s"),
    ("mpeg-ts", "ffmpeg", FILM + "-c:v mpeg2video -c:a mp2 -f mpegts %s"),
    ("mpeg-ts", "ffmpeg", FILM + "-c:v mpeg2video -c:a mp2 -mpegts_m2ts_mode 1 -f mpegts %s"),
    ("realmedia", "ffmpeg", FILM + "-c:v rv20 -c:a ac3 -ar 44100 -f rm %s"),
    ("mxf", "ffmpeg", FILM + "-c:v mpeg2video -c:a pcm_s16le -ar 48000 -f mxf %s"),
    ("nut", "ffmpeg", FILM + "-c:v mpeg4 -c:a mp2 -f nut %s"),
    ("ivf", "ffmpeg", FILM + "-an -c:v libvpx -f ivf %s"),
    ("dv", "ffmpeg", FILM + "-an -s 720x576 -pix_fmt yuv420p -f dv %s"),
]
ARCHIVE = [
    ("zip", "zip", "zip -q -r - folder > %s"),
    ("zip", "zip", "zip -q -0 -r %s.zip folder && mv %s.zip %s"),
    ("zip", "zip", "zip -q -P secret %s.zip letter.txt && mv %s.zip %s"),
    ("zip", "zip", "zip -q -s 64k -0 %s.zip noise.bin && mv %s.z01 %s"),
    ("zip", "zip", "zip -q -fz %s.zip letter.txt && mv %s.zip %s"),
    ("zip", "7zz", "7zz a -bd -tzip -mem=AES256 -psecret %s.zip folder && mv %s.zip %s"),
    ("zip", "7zz", "7zz a -bd -tzip -mm=LZMA %s.zip folder && mv %s.zip %s"),
    ("zip", "bsdtar", "bsdtar -c --format zip -f %s folder"),
    ("zip", "", "cp empty.zip %s"),
    ("zip", "", "cp stream.zip %s"),
    ("7z", "7zz", "7zz a -bd %s.7z folder && mv %s.7z %s"),
    ("7z", "7zz", "7zz a -bd -mhe -psecret %s.7z folder && mv %s.7z %s"),
    ("7z", "7zz", "7zz a -bd -mx0 -v50k %s.7z noise.bin && mv %s.7z.001 %s"),
    ("7z", "bsdtar", "bsdtar -c --format 7zip -f %s folder"),
    ("tar", "tar", "tar -c --format=gnu -f %s folder"),
    ("tar", "tar", "tar -c --format=pax -f %s folder"),
    ("tar", "tar", "tar -c --format=ustar -f %s folder"),
    ("tar", "tar", "tar -c --format=v7 -f %s letter.txt"),
    ("tar", "bsdtar", "bsdtar -c --format pax -f %s folder"),
    ("tar", "python3", "python3 -m tarfile -c %s folder"),
    ("gzip", "gzip", "gzip -c letter.txt > %s"),
    ("gzip", "gzip", "gzip -1 < noise.bin > %s"),
    ("gzip", "tar", "tar -czf %s folder"),
    ("gzip", "7zz", "7zz a -bd -tgzip %s.gz letter.txt && mv %s.gz %s"),
    ("bzip2", "bzip2", "bzip2 -c letter.txt > %s"),
    ("bzip2", "bzip2", "bzip2 -c < /dev/null > %s"),
    ("xz", "xz", "xz -c letter.txt > %s"),
    ("xz", "xz", "xz -0 --check=none -c noise.bin > %s"),
    ("lzma", "xz", "xz --format=lzma -c letter.txt > %s"),
    ("lzma", "xz", "xz --format=lzma -9e -c noise.bin > %s"),
    ("lzip", "lzip", "lzip -c letter.txt > %s"),
    ("lzip", "lzip", "lzip -9 -c noise.bin > %s"),
    ("zstd", "zstd", "zstd -q -c letter.txt > %s"),
    ("zstd", "zstd", "zstd -q --ultra -22 --no-check < noise.bin > %s"),
    ("zstd", "pzstd", "pzstd -q -c noise.bin > %s"),
    ("lz4", "lz4", "lz4 -q -c letter.txt > %s"),
    ("lz4", "lz4", "lz4 -q -9 -BD --content-size letter.txt %s"),
    ("lz4", "lz4", "lz4 -q -l -c letter.txt > %s"),
    ("lzop", "lzop", "lzop -c letter.txt > %s"),
    ("lrzip", "lrzip", "lrzip -q -o %s letter.txt"),
    ("compress", "compress", "compress -c letter.txt > %s"),
    ("compress", "compress", "compress -b 12 -c letter.txt > %s"),
    ("cab", "gcab", "gcab -c %s letter.txt"),
    ("arj", "arj", "arj a -i %s.arj letter.txt && mv %s.arj %s"),
    ("lha", "jlha", "jlha a %s.lzh letter.txt && mv %s.lzh %s"),
    ("cpio", "cpio", "echo letter.txt | cpio --quiet -o -H newc > %s"),
    ("cpio", "cpio", "echo letter.txt | cpio --quiet -o -H crc > %s"),
    ("cpio", "cpio", "echo letter.txt | cpio --quiet -o -H odc > %s"),
    ("cpio", "cpio", "echo letter.txt | cpio --quiet -o -H bin > %s"),
    ("ar", "ar", "ar rc %s letter.txt"),
    ("deb", "dpkg-deb", "mkdir -p d%s/DEBIAN && printf 'Package: a\\nVersion: 1\\nArchitecture: all\\n"
     "Maintainer: a <a@b.example>\\nDescription: a\\n' > d%s/DEBIAN/control && dpkg-deb -b d%s %s"),
    ("rpm", "rpmbuild", "printf 'Name: a\\nVersion: 1\\nRelease: 1\\nSummary: a\\nLicense: a\\n"
     "%%%%description\\na\\n%%%%files\\n' > a.spec && rpmbuild --quiet --define \"_topdir $PWD/rpm\" "
     "-bb a.spec && mv rpm/RPMS/*/*.rpm %s"),
    ("squashfs", "mksquashfs", "mksquashfs folder %s -quiet -no-progress"),
    ("xar", "bsdtar", "bsdtar -c --format xar -f %s folder"),
    ("wim", "wimlib-imagex", "wimlib-imagex capture folder %s"),
    ("zpaq", "zpaq", "zpaq a %s.zpaq letter.txt && mv %s.zpaq %s"),
]
ENCRYPTED = [
    ("pgp", "gpg", GPG + "-c -o %s letter.txt"),
    ("pgp", "gpg", GPG + "-c --cipher-algo TWOFISH --s2k-mode 1 -z 0 -o %s noise.bin"),
    ("pgp", "gpg", GPG + "-c --armor -o %s letter.txt"),
    ("pgp", "gpg", GPG + "--quick-gen-key ecc@a.example future-default default && " + GPG +
     "-e -r ecc@a.example --trust-model always -o %s letter.txt"),
    ("pgp", "gpg", GPG + "--quick-gen-key rsa@a.example rsa2048 encr && " + GPG +
     "-e -r rsa@a.example --trust-model always -o %s letter.txt"),
    ("age", "age", "age-keygen 2>/dev/null > key%s && age -R key%s -o %s letter.txt || "
     "age -r $(age-keygen -y key%s) -o %s letter.txt"),
    ("age", "age", "age-keygen 2>/dev/null > key%s && age -a -r $(age-keygen -y key%s) -o %s letter.txt"),
    ("openssl", "openssl", "openssl enc -aes-256-cbc -pbkdf2 -k secret -in letter.txt -out %s"),
    ("openssl", "openssl", "openssl enc -aes-256-cbc -a -pbkdf2 -k secret -in letter.txt -out %s"),
    ("cms", "openssl", "openssl req -x509 -newkey rsa:2048 -nodes -keyout k%s -out c%s -subj /CN=a "
     "2>/dev/null && openssl cms -encrypt -binary -outform DER -in letter.txt -out %s c%s"),
    ("luks", "cryptsetup", "truncate -s 20M %s && echo secret | cryptsetup luksFormat -q "
     "--pbkdf pbkdf2 --pbkdf-force-iterations 1000 %s -"),
    ("luks", "cryptsetup", "truncate -s 20M %s && echo secret | cryptsetup luksFormat -q --type luks1 "
     "--pbkdf-force-iterations 1000 %s -"),
    ("kdbx", "keepassxc-cli", "printf 'a\\na\\n' | keepassxc-cli db-create -q -p %s.kdbx && mv %s.kdbx %s"),
]
OTHERS = [
    ("png", "image", "ffmpeg", PICTURE + "-f image2 -c:v png %s"),
    ("jpeg", "image", "ffmpeg", PICTURE + "-f image2 -c:v mjpeg %s"),
    ("gif", "image", "ffmpeg", PICTURE + "-f gif %s"),
    ("bmp", "image", "ffmpeg", PICTURE + "-f image2 -c:v bmp %s"),
    ("tiff", "image", "ffmpeg", PICTURE + "-f image2 -c:v tiff %s"),
    ("webp", "image", "ffmpeg", PICTURE + "-f webp %s"),
    ("jp2", "image", "ffmpeg", PICTURE + "-f image2 -c:v jpeg2000 -format jp2 %s"),
    ("exr", "image", "ffmpeg", PICTURE + "-pix_fmt gbrpf32le -f image2 -c:v exr %s"),
    ("heif", "image", "heif-enc", PICTURE + "p%s.png && heif-enc -o %s p%s.png"),
    ("avif", "image", "heif-enc", PICTURE + "p%s.png && heif-enc -A -o %s p%s.png"),
    ("pdf", "document", "img2pdf", PICTURE + "-pix_fmt rgb24 p%s.png && img2pdf -o %s p%s.png"),
    ("docx", "document", "/usr/lib/python3/dist-packages/docx",
     "/usr/bin/python3 -c 'import docx; d = docx.Document(); d.add_paragraph(\"a\"); d.save(\"%s\")'"),
    ("xlsx", "document", "/usr/lib/python3/dist-packages/openpyxl",
     "/usr/bin/python3 -c 'import openpyxl; openpyxl.Workbook().save(\"%s\")'"),
    ("odt", "document", "/usr/lib/python3/dist-packages/odf",
     "/usr/bin/python3 -c 'import odf.opendocument as o; o.OpenDocumentText().save(\"%s\")'"),
    ("ods", "document", "/usr/lib/python3/dist-packages/odf",
     "/usr/bin/python3 -c 'import odf.opendocument as o; o.OpenDocumentSpreadsheet().save(\"%s\")'"),
    ("sqlite", "database", "sqlite3", "sqlite3 %s 'create table a(b)'"),
    ("sql-dump", "database", "sqlite3", "sqlite3 :memory: 'create table a(b)' .dump > %s"),
    ("mbox", "mailbox", "python3", "python3 -c 'import mailbox; m = mailbox.mbox(\"%s\"); "
     "m.add(\"Subject: a\\n\\nb\\n\"); m.flush()'"),
    ("eml", "mailbox", "python3", "python3 -c 'import email.message as e; m = e.EmailMessage(); "
     "m[\"From\"] = \"a@b.example\"; m[\"To\"] = \"c@d.example\"; m.set_content(\"x\"); "
     "print(m)' > %s"),
    ("qcow2", "disk_image", "qemu-img", "qemu-img create -q -f qcow2 %s 10M"),
    ("qcow2", "disk_image", "qemu-img", "qemu-img create -q -f qed %s 10M"),
    ("vdi", "disk_image", "qemu-img", "qemu-img create -q -f vdi %s 10M"),
    ("vmdk", "disk_image", "qemu-img", "qemu-img create -q -f vmdk %s 10M"),
    ("vhd", "disk_image", "qemu-img", "qemu-img create -q -f vpc %s 10M"),
    ("vhdx", "disk_image", "qemu-img", "qemu-img create -q -f vhdx %s 10M"),
    ("hdd", "disk_image", "qemu-img", "qemu-img create -q -f parallels %s 10M"),
    ("luks", "encrypted", "qemu-img", "qemu-img create -q -f luks --object secret,id=s,data=x "
     "-o key-secret=s,iter-time=10 %s 10M"),
    ("ext", "disk_image", "mkfs.ext4", "truncate -s 4M %s && mkfs.ext4 -q -F %s"),
    ("ext", "disk_image", "mkfs.ext2", "truncate -s 4M %s && mkfs.ext2 -q -F %s"),
    ("fat", "disk_image", "mformat", "mformat -C -f 1440 -i %s ::"),
    ("fat", "disk_image", "mformat", "truncate -s 64M %s && mformat -F -i %s ::"),
    ("gpt", "disk_image", "parted", "truncate -s 4M %s && parted -s %s mklabel gpt mkpart a 1MiB 2MiB"),
    ("mbr", "disk_image", "parted", "truncate -s 4M %s && parted -s %s mklabel msdos "
     "mkpart primary ext2 1MiB 2MiB"),
    ("ewf", "disk_image", "ewfacquire", "head -c 1000000 /dev/zero > z%s && ewfacquire -q -u -t e%s z%s "
     "> /dev/null && mv e%s.E01 %s"),
    ("elf", "executable", "cc", "echo 'int main(void){return 0;}' | cc -x c -o %s -"),
    ("java-class", "executable", "javac", "mkdir j%s && echo 'class A {}' > j%s/A.java && "
     "javac -d j%s j%s/A.java && mv j%s/A.class %s"),
    ("jar", "executable", "jar", "jar cf %s letter.txt"),
    ("wasm", "executable", "wat2wasm", "echo '(module)' > %s.wat && wat2wasm %s.wat -o %s"),
    ("pyc", "executable", "python3", "echo 'a = 1' > %s.py && python3 -c 'import py_compile; "
     "py_compile.compile(\"%s.py\", \"%s\")'"),
    ("html", "text", "", "printf '\\n<!DOCTYPE HTML>\\n<html>' > %s"),
    ("xml", "text", "", "printf '<?xml version=\"1.0\"?>\\n<a/>' > %s"),
    ("svg", "image", "", "printf '<?xml version=\"1.0\"?>\\n<!-- a -->\\n<svg xmlns=\"x\"/>' > %s"),
    ("json", "text", "python3", "python3 -c 'import json; print(json.dumps([{\"a b\": 1}], indent=2))' > %s"),
    ("script", "text", "", "printf '#!/bin/sh\\necho\\n' > %s"),
]
NOTHING = [
    "cp letter.txt %s",
    "printf 'caller,called,seconds\\n1,2,3\\n' > %s",
    "printf '/* RIFF */\\nint main(void);\\n' > %s",
    "printf 'IDentity, please\\n' > %s",
    "printf 'From here on it is ours\\n' > %s",
    "printf 'MZ is a prefix\\n' > %s",
    "printf 'PK and ID3 are two bytes and three\\n' > %s",
    "printf 'x' > %s",
    "head -c 8192 /dev/zero > %s",
    "head -c 8192 /dev/zero | tr '\\0' '\\377' > %s",
    "printf '\\377\\376h\\0i\\0' > %s",
    "seq 1 2000 > %s",
]


def there(program):
    return os.path.exists(program) if program.startswith("/") else shutil.which(program)


def make(case):
    """Gives (case, path or None, what went wrong)."""
    number, _, _, program, command = case
    path = f"s{number}"
    command = command.replace("%%", "\0").replace("%s", path).replace("\0", "%")
    if program and not there(program):
        return case, None, f"{os.path.basename(program)} is not installed"
    done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0 and os.path.exists(path) and os.path.getsize(path):
        return case, path, ""
    words = done.stdout.decode(errors="replace").strip().splitlines()
    return case, None, f"{program} could not make it here ({words[-1][:80] if words else 'no word'})"


def short(command):
    for long, name in ((VOICE, "ffmpeg "), (FILM, "ffmpeg "), (PICTURE, "ffmpeg "), (GPG, "gpg ")):
        command = command.replace(long, name)
    command = command.replace("%s", "FILE").replace("%%", "%")
    return " ".join(command.split())[:76]


def real_files():
    cases = [(t, c, p, m) for kind, c in ((AUDIO, "audio"), (VIDEO, "video"), (ARCHIVE, "archive"),
                                          (ENCRYPTED, "encrypted")) for t, p, m in kind]
    cases += OTHERS + [("unknown", "unknown", "", m) for m in NOTHING]
    cases = [(n, *c) for n, c in enumerate(cases)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = list(pool.map(make, cases))
    found = identify([path for _, path, _ in made if path])
    for (_, want, kind, _, command), path, why in made:
        sentence = f"{want} ({kind}) is what this makes: {short(command)}"
        if not path:
            say("skip", sentence, why)
        elif found.get(path) == (want, kind):
            say("ok", sentence)
        else:
            say("not ok", sentence, f"it was taken for {found.get(path)}")
    return {path: want for (_, want, _, _, _), path, _ in made if path}


def front_is_enough(made):
    """What a first segment shows must do for nearly all, and less must never mislead."""
    paths = list(made)
    right = identify(paths)
    first = identify(paths, "-n", "1400")
    # these need more, and have a name of their class meanwhile, or none
    deep = {"mp3", "mp2", "ac3", "dts", "docx", "asf", "wma", "ogv"}
    late = [(p, made[p], first[p]) for p in paths if first[p] != right[p] and made[p] not in deep]
    check(not late, "the first 1,400 bytes are enough for nearly all", str(late))
    wrong = []
    for n in ("16", "30", "64", "200", "1400"):
        wrong += [(made[p], n, found) for p, found in identify(paths, "-n", n).items()
                  if found[1] == "audio" and right[p][1] not in ("audio", "video")]
    check(not wrong, "a short head of something else is never called audio", str(wrong))


def check(truth, sentence, why=""):
    say("ok" if truth else "not ok", sentence, why)


def random_heads():
    out = subprocess.run([tool, "-r", "300000", signatures], stdout=subprocess.PIPE,
                         check=True).stdout.decode()
    count = int(out.split()[-1])
    print(f"of 300,000 heads of random bytes {count} were taken for something")
    print(out)
    check(count <= 3 and "\taudio\t" not in out,
          "random bytes are taken for something at most once in 100,000, and never for audio", out)
    paths = []
    os.makedirs("urandom")
    with open("/dev/urandom", "rb") as f:
        for n in range(2000):
            with open(f"urandom/{n}", "wb") as out:
                out.write(f.read(4096))
            paths.append(f"urandom/{n}")
    known = [v for v in identify(paths).values() if v[0] != "unknown"]
    check(len(known) <= 1, "of 2,000 blocks of /dev/urandom at most one is taken for something",
          str(known))


def files_below(folder, most):
    out = []
    for top, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(top, name)
            if os.path.isfile(path) and not os.path.islink(path) and "\n" not in path:
                out.append(path)
    random.Random(1).shuffle(out)
    return out[:most]


AUDIO_NAMES = (".wav", ".wave", ".au", ".snd", ".aif", ".aiff", ".aifc", ".mp3", ".mp2", ".ogg", ".oga",
               ".opus", ".flac", ".voc", ".8svx", ".m4a", ".aac", ".gsm", ".spx", ".caf", ".amr", ".ac3")


def this_machine():
    programs = [p for p in files_below("/usr/bin", 3000)]
    found = identify(programs)
    elf = []
    for path in programs:
        with open(path, "rb") as f:
            if f.read(4) == b"\x7fELF":
                elf.append(path)
    wrong = [p for p in elf if found[p] != ("elf", "executable")]
    if elf:
        check(not wrong, "every ELF program in /usr/bin is one", str(wrong[:9]))
    files = files_below("/usr/share", 15000) + files_below("/usr/lib", 15000)
    found = identify(files)
    wrong = [p for p, v in found.items()
             if v[1] == "audio" and not p.lower().endswith(AUDIO_NAMES)]
    print(f"{len(found)} files of /usr/share and /usr/lib")
    check(not wrong, "no file of /usr/share and /usr/lib is called audio that is not", str(wrong[:9]))


def main():
    if not os.path.exists(tool):
        say("not ok", "identify_tool is built", tool)
        return 1
    os.chdir(scratch)
    make_inputs()
    made = real_files()
    front_is_enough(made)
    random_heads()
    this_machine()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
