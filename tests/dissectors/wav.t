# RIFF/WAVE, RF64 and BW64.

a second of 8 kHz mono is 16000 bytes
> "RIFF" u32=36036 "WAVE" "fmt " u32=16 u16=1 u16=1 u32=8000 u32=16000 u16=2 u16=16
> "data" u32=16000 *16000 "." "LIST" u32=4 "INFO"
= read 36
= learn self audio=8000 Hz, 1 ch, 16 bit, 16000 B/s, 16000 bytes
= content none 16012

chunks of odd size are padded, and others go by
> "RIFF" u32=100 "WAVE" "JUNK" u32=3 "abc" 00 "bext" u32=0
> "fmt " u32=18 u16=6 u16=2 u32=8000 u32=16000 u16=2 u16=8 u16=0 "fact" u32=4 u32=5 "data" u32=5 "abcde" 00
= read 12
= content none 4
= read 34
= content none 4
= learn self audio=8000 Hz, 2 ch, 8 bit, 16000 B/s, 5 bytes
= content none 6

what is written into a pipe goes on to the end
> "RIFF" u32=0xffffffff "WAVE" "fmt " u32=16 u16=1 u16=2 u32=44100 u32=176400 u16=4 u16=16
> "LIST" u32=2 "ab" "data" u32=0xffffffff *100 "."
= read 36
= content none 2
= learn self audio=44100 Hz, 2 ch, 16 bit, 176400 B/s, to the end
= content none 100

a size of nothing is as unknown
> "RIFF" u32=0 "WAVE" "fmt " u32=16 u16=3 u16=1 u32=48000 u32=0 u16=4 u16=32 "data" u32=0 *7 "."
= read 36
= learn self audio=48000 Hz, 1 ch, 32 bit, 192000 B/s, to the end
= content none 7

the size of RF64 is in ds64
> "RF64" u32=0xffffffff "WAVE" "ds64" u32=28 u64=8589934664 u64=8589934592 u64=0 u32=0
> "fmt " u32=16 u16=1 u16=2 u32=48000 u32=192000 u16=4 u16=16 "data" u32=0xffffffff "abc"
= read 72
= learn self audio=48000 Hz, 2 ch, 16 bit, 192000 B/s, 8589934592 bytes
= content none 3

BW64 is the same, with a table and an axml
> "BW64" u32=0xffffffff "WAVE" "ds64" u32=40 u64=8589934664 u64=5000000001 u64=0 u32=1 "axml" u64=7
> "axml" u32=2 "<>" "fmt " u32=16 u16=7 u16=1 u32=8000 u32=8000 u16=1 u16=8 "data" u32=0xffffffff "abc"
= read 12
= content none 14
= read 24
= learn self audio=8000 Hz, 1 ch, 8 bit, 8000 B/s, 5000000001 bytes
= content none 3

a ds64 of nothing, or of everything, tells nothing
> "RF64" u32=0xffffffff "WAVE" "ds64" u32=28 u64=0 u64=0xffffffffffffffff u64=0 u32=0
> "fmt " u32=16 u16=1 u16=1 u32=48000 u32=0 u16=2 u16=16 "data" u32=0xffffffff "abc"
= read 72
= learn self audio=48000 Hz, 1 ch, 16 bit, 96000 B/s, to the end
= content none 3

an extensible format is what its GUID says
> "RIFF" u32=1 "WAVE" "fmt " u32=40 u16=0xfffe u16=6 u32=48000 u32=1 u16=18 u16=24
> u16=22 u16=24 u32=63 u16=1 00 00 00 00 10 00 80 00 00 aa 00 38 9b 71 "data" u32=864000 "..."
= read 60
= learn self audio=48000 Hz, 6 ch, 24 bit, 864000 B/s, 864000 bytes
= content none 3

of sound in blocks the rate is counted, for there are writers of a wrong one
> "RIFF" u32=1 "WAVE" "fmt " u32=50 u16=2 u16=1 u32=8000 u32=16000 u16=1024 u16=4 u16=32 u16=2036 *30 00 "data" u32=12288 "..."
= read 12
= content none 10
= learn self audio=8000 Hz, 1 ch, 4 bit, 4023 B/s, 12288 bytes
= content none 3

blocks of no samples leave the file's own word
> "RIFF" u32=1 "WAVE" "fmt " u32=20 u16=0x11 u16=1 u32=8000 u32=4055 u16=256 u16=4 u16=2 u16=0 "data" u32=65 "..."
= read 40
= learn self audio=8000 Hz, 1 ch, 4 bit, 4055 B/s, 65 bytes
= content none 3

GSM has its samples in blocks, too
> "RIFF" u32=1 "WAVE" "fmt " u32=20 u16=0x31 u16=1 u32=8000 u32=1625 u16=65 u16=0 u16=2 u16=320 "data" u32=65 "..."
= read 40
= learn self audio=8000 Hz, 1 ch, 0 bit, 1625 B/s, 65 bytes
= content none 3

MP3 in a WAV has its own rate, too
> "RIFF" u32=1 "WAVE" "fmt " u32=30 u16=0x55 u16=2 u32=44100 u32=16000 u16=1 u16=0 *14 00 "data" u32=65 "..."
= read 50
= learn self audio=44100 Hz, 2 ch, 0 bit, 16000 B/s, 65 bytes
= content none 3

data before fmt is counted all the same
> "RIFF" u32=1 "WAVE" "data" u32=3 "abc" 00 "fmt " u32=16 u16=1 u16=1 u32=8000 u32=16000 u16=2 u16=16 "tail"
= read 12
= content none 4
= learn self audio=8000 Hz, 1 ch, 16 bit, 16000 B/s, 3 bytes
= content none 4

without a rate nothing is said
> "RIFF" u32=1 "WAVE" "fmt " u32=16 u16=2 u16=1 u32=8000 u32=0 u16=2 u16=4 "data" u32=3 "abc" 00 "fmt " u32=0xffffffff
= read 36
= content none 4
= refused

samples too many for a second are not believed
> "RIFF" u32=1 "WAVE" "fmt " u32=16 u16=1 u16=0xffff u32=0xffffffff u32=0 u16=0 u16=0xffff "data" u32=2 "ab"
= read 36
= content none 2

zeros everywhere
> "RIFF" u32=0 "WAVE" *100 00
= read 108
= refused

a fmt too short is refused
> "RIFF" u32=0 "WAVE" "fmt " u32=15 *15 00
= read 12
= refused

chunks of nothing lead to the end
> "RIFF" u32=0 "WAVE" *50 "JUNK\x00\x00\x00\x00" "x"
= read 412
= refused

a chunk larger than anything is skipped
> "RIFF" u32=0 "WAVE" "JUNK" u32=0xffffffff *100 "."
= read 12
= content none 100

what is not WAVE is refused
> "RIFF" u32=0 "AVI " "LIST"
= refused

a big-endian RIFX is refused
> "RIFX" u32=0 "WAVE" "fmt "
= refused

a ds64 in plain RIFF is a chunk like any other
> "RIFF" u32=0 "WAVE" "ds64" u32=28 *28 00 "fmt " u32=16 u16=1 u16=1 u32=8000 u32=16000 u16=2 u16=16 "data" u32=0xffffffff
= read 12
= content none 28
= read 24
= learn self audio=8000 Hz, 1 ch, 16 bit, 16000 B/s, to the end

a gap in a chunk costs nothing, one in the framing ends it
> "RIFF" u32=0 "WAVE" "JUNK" u32=100 ~100 "fmt " u32=16 u16=1 u16=1 u32=8000 u32=16000 u16=2 u16=16 "LI" ~10 "data" u32=5
= read 12
= content none 100
= read 24
= refused

a second ds64 counts when it is all there
> "RF64" u32=0xffffffff "WAVE" "ds64" u32=28 u64=1 u64=100 u64=0 u32=0 "ds64" u32=28 u64=1 u64=200 u64=0 u32=0
> "fmt " u32=16 u16=1 u16=1 u32=8000 u32=16000 u16=2 u16=16 "data" u32=0xffffffff "."
= read 108
= learn self audio=8000 Hz, 1 ch, 16 bit, 16000 B/s, 200 bytes
= content none 1
