# ZIP archives, PKWARE APPNOTE 6.3.

a stored member, a deflated one, and the directory that counts them
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=3 u32=3 u16=5 u16=0 "a.wav" "abc"
> "PK" 03 04 u16=20 u16=2048 u16=8 u32=0 u32=0 u32=4 u32=100 u16=7 u16=4 "d/b.txt" u16=0x5455 u16=0 "ABCD"
> "PK" 01 02 u16=20 u16=20 u16=0 u16=0 u32=0 u32=0 u32=3 u32=3 u16=5 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "a.wav"
> "PK" 01 02 u16=20 u16=20 u16=0 u16=8 u32=0 u32=0 u32=4 u32=100 u16=7 u16=2 u16=3 u16=0 u16=0 u32=0 u32=38 "d/b.txt" "xxyyy"
> "PK" 05 06 u16=0 u16=0 u16=2 u16=2 u32=100 u32=80 u16=5 "hello"
= open 0 parent member name="a.wav" declared=3 by zip-header plain=3
= content 0 3 last
= open 0 parent member deflate name="d/b.txt" declared=4 by zip-header plain=100
= content 0 4 last
= read 51
= content none 5
= learn self members=2
= content none 5

folders and empty members open nothing and are not counted
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0 u32=0 u16=2 u16=0 "d/"
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "e"
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
> "PK" 01 02 u16=20 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0 u32=0 u16=2 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "d/"
> "PK" 01 02 u16=20 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "e"
> "PK" 01 02 u16=20 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "f"
> "PK" 05 06 u16=0 u16=0 u16=3 u16=3 u32=100 u32=80 u16=0
= read 63
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last
= read 142
= learn self members=1

a member of 8 GB has its sizes in the ZIP64 field
> "PK" 03 04 u16=45 u16=0 u16=8 u32=0 u32=0 u32=0xffffffff u32=0xffffffff u16=3 u16=24 "big" u16=9 u16=0 u16=1 u16=16 u64=9000000000 u64=8589934592 *100 "."
= open 0 parent member deflate name="big" declared=8589934592 by zip64-header plain=9000000000
= content 0 100
= cut

ZIP64 end records say how many members there are
> "PK" 03 04 u16=45 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
> "PK" 06 06 u64=47 u16=45 u16=45 u32=0 u32=0 u64=70000 u64=70000 u64=1 u64=2 "xyz"
> "PK" 06 07 u32=0 u64=77 u32=1 "PK" 05 06 u16=0 u16=0 u16=0xffff u16=0xffff u32=1 u32=2 u16=0
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last
= learn self members=70000
= content none 19
= read 42

a streamed member ends at its descriptor
> "PK" 03 04 u16=20 u16=8 u16=8 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "s" "0123456789" "PK" 07 08 u32=7 u32=10 u32=50
> "PK" 03 04 u16=20 u16=8 u16=8 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "t" "abc" "PK" 07 08 u32=7 u32=3 u32=50
> "PK" 01 02 u16=20 u16=20 u16=8 u16=8 u32=0 u32=7 u32=10 u32=50 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "s"
= open 0 parent member deflate name="s"
= content 0 10
= learn 0 declared=10 by zip-descriptor plain=50; close 0 complete
= open 0 parent member deflate name="t"
= content 0 3
= learn 0 declared=3 by zip-descriptor plain=50; close 0 complete
= read 47

a streamed member with sizes of 64 bits, as zip and Python write them into a pipe
> "PK" 03 04 u16=45 u16=8 u16=8 u32=0 u32=0 u32=0xffffffff u32=0xffffffff u16=1 u16=20 "-" u16=1 u16=16 u64=0 u64=0 "0123456789" "PK" 07 08 u32=7 u64=10 u64=50
> "PK" 01 02 u16=20 u16=20 u16=8 u16=8 u32=0 u32=7 u32=10 u32=50 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "-"
= open 0 parent member deflate name="-"
= content 0 10
= learn 0 declared=10 by zip-descriptor plain=50; close 0 complete
= read 47

a descriptor with a count that is wrong is content
> "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=0 u32=0 u16=5 u16=0 "z.zip"
> "PK" 07 08 u32=7 u32=10 u32=50 "PKPK" 07 08 "PK" 07 08 u32=1 u32=1 u32=1 "abc" "PK" 07 08 u32=7 u32=41 u32=41
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
= open 0 parent member name="z.zip"
= content 0 41
= learn 0 declared=41 by zip-descriptor plain=41; close 0 complete
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last

a streamed member of nothing, whose descriptor may be of either size
> "PK" 03 04 u16=20 u16=8 u16=8 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "s" "PK" 07 08 u32=0 u32=0 u32=0
> "PK" 03 04 u16=20 u16=8 u16=8 u32=0 u32=0 u32=0 u32=0 u16=2 u16=0 "d/" "PK" 07 08 u32=0 u64=0 u64=0
> "PK" 01 02 u16=20 u16=20 u16=8 u16=8 u32=0 u32=7 u32=0 u32=0 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "s"
> "PK" 01 02 u16=20 u16=20 u16=8 u16=8 u32=0 u32=7 u32=0 u32=0 u16=2 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "d/"
> "PK" 05 06 u16=0 u16=0 u16=2 u16=2 u32=100 u32=80 u16=0
= open 0 parent member deflate name="s"
= learn 0 declared=0 by zip-descriptor plain=0; close 0 complete
= read 119
= learn self members=1

a streamed member cut off by the end is not complete
> "PK" 03 04 u16=20 u16=8 u16=8 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "s" "0123456789PK" 07 08 u32=7
= open 0 parent member deflate name="s"
= content 0 18
= cut

a descriptor may follow though the size was known
> "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=2 u32=2 u16=1 u16=0 "s" "ab" "PK" 07 08 u32=7 u32=2 u32=2
> "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=2 u32=2 u16=1 u16=0 "t" "ab" u32=7 u32=2 u32=2
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
= open 0 parent member name="s" declared=2 by zip-header plain=2
= content 0 2 last
= read 16
= open 0 parent member name="t" declared=2 by zip-header plain=2
= content 0 2 last
= content none 12
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last

encrypted members say so, whatever they are packed with
> "PK" 03 04 u16=51 u16=1 u16=99 u32=0 u32=0 u32=3 u32=3 u16=5 u16=11 "a.wav" u16=0x9901 u16=7 u16=2 "AE" u8=3 u16=8 "abc"
> "PK" 03 04 u16=20 u16=1 u16=0 u32=0 u32=0 u32=3 u32=3 u16=1 u16=0 "b" "abc"
> "PK" 03 04 u16=63 u16=0 u16=14 u32=0 u32=0 u32=3 u32=3 u16=1 u16=0 "c" "abc"
= open 0 parent member encrypted unknown name="a.wav" declared=3 by zip-header plain=3
= content 0 3 last
= open 0 parent member encrypted name="b" declared=3 by zip-header plain=3
= content 0 3 last
= open 0 parent member unknown name="c" declared=3 by zip-header plain=3
= content 0 3 last

marks of split archives and records of no matter are passed over
> "PK" 07 08 "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
> "PK" 06 08 u32=3 "abc" "PK" 05 05 u16=2 "ab" "PK" 05 06 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 u16=0
= read 4
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last
= content none 5
= read 22

an archive that would have been split but was not
> "PK00PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
= read 4
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last

an empty archive has no members
> "PK" 05 06 *18 00
= read 22

0xffffffff without a ZIP64 field is a size
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0xffffffff u32=0xffffffff u16=1 u16=0 "f" "..."
= open 0 parent member name="f" declared=4294967295 by zip-header plain=4294967295
= content 0 3
= cut

a ZIP64 field too short is no field
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0xffffffff u32=0xffffffff u16=1 u16=11 "f" u16=1 u16=7 *7 01 "..."
= open 0 parent member name="f" declared=4294967295 by zip-header plain=4294967295
= content 0 3
= cut

a ZIP64 field with one size has the one that did not fit
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0xffffffff u32=5 u16=1 u16=12 "f" u16=1 u16=8 u64=3 "abc"
> "PK" 03 04 u16=20 u16=0 u16=8 u32=0 u32=0 u32=3 u32=0xffffffff u16=1 u16=12 "f" u16=1 u16=8 u64=5000000000 "abc"
= open 0 parent member name="f" declared=3 by zip64-header plain=5
= content 0 3 last
= open 0 parent member deflate name="f" declared=3 by zip-header plain=5000000000
= content 0 3 last

extra fields longer than they may be are left
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=3 u32=3 u16=1 u16=5 "f" u16=1 u16=0xffff "." "abc"
= open 0 parent member name="f" declared=3 by zip-header plain=3
= content 0 3 last

a ZIP64 size of 2^63 and more is refused
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=0xffffffff u32=0xffffffff u16=1 u16=20 "f" u16=1 u16=16 u64=1 u64=0x8000000000000000 "abc"
= refused

a name and extra field longer than a message are refused
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=3 u32=3 u16=30000 u16=3000 "f"
= refused

a member without a name is a member
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=3 u32=3 u16=0 u16=0 "abc"
= open 0 parent member declared=3 by zip-header plain=3
= content 0 3 last

zeros are refused
> *100 00
= refused

junk between members goes by
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" "."
> "junk PK PKPK" 03 05 "PPK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "g" "." "P"
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last
= content none 15
= open 0 parent member name="g" declared=1 by zip-header plain=1
= content 0 1 last
= refused

after a gap the next record that makes sense is found
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 "f" ~100 "lost"
> "PK" 03 04 *30 ff "PK" 01 02 u16=20 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1 u32=1 u16=1 u16=0 u16=0 u16=0 u16=0 u32=0 u32=0 "f"
> "PK" 05 06 u16=0 u16=0 u16=9 u16=9 u32=100 u32=80 u16=0
= open 0 parent member name="f" declared=1 by zip-header plain=1
= content 0 1 last
= content none 38
= read 47
= learn self members=9

a gap in content costs nothing
> "PK" 03 04 u16=20 u16=0 u16=0 u32=0 u32=0 u32=1000 u32=1000 u16=1 u16=0 "f" "." ~999 "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "s"
> "abcPK" ~100 07 08 "PK" 07 08 u32=0 u32=107 u32=107 "PK" 05 06 *18 00
= open 0 parent member name="f" declared=1000 by zip-header plain=1000
= content 0 1000 last
= open 0 parent member name="s"
= content 0 107
= learn 0 declared=107 by zip-descriptor plain=107; close 0 complete
= read 22

a gap in a descriptor breaks its member off
> "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "s" "abcPK" 07 08 u32=1 ~16 "PK" 05 06 *18 00
= open 0 parent member name="s"
= content 0 3
= close 0 broken
= read 22

a ZIP64 end record shorter than itself is refused
> "PK" 06 06 u64=27 *60 00
= refused

a comment cut off by the end is no matter
> "PK" 05 06 u16=0 u16=0 u16=1 u16=1 u32=1 u32=1 u16=0xffff "abc"
= learn self members=1
= content none 3

a gap in the descriptor of a folder breaks nothing off
> "PK" 03 04 u16=20 u16=8 u16=0 u32=0 u32=0 u32=0 u32=0 u16=1 u16=0 "/" "PK" 07 08 u32=1 ~16 "PK" 05 06 *18 00
= read 22
