# HTTP/1.x: see vectors.h for the form.  ">" is the client.

an upload opens a transfer with its name, type and declared size
> "PUT /backup/2026/calls.zip?part=1 HTTP/1.1\r\nHost: files.example:8080\r\n"
> "User-Agent: curl/7.88.1\r\nContent-Type: application/zip; x=y\r\nContent-Length: 10\r\n\r\n"
> "0123456789"
< "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
= > http.request.method="PUT" url.domain="files.example" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=10 http.request.mime_type="application/zip" url.original="/backup/2026/calls.zip?part=1" user_agent.original="curl/7.88.1" url.path="/backup/2026/calls.zip"; open 0 client name="calls.zip" type="application/zip" declared=10 by content-length
= > content 0 10 last
= < http.response.status_code=201 http.response.body.bytes=0

a request without a body opens nothing and its answer is named after the path
> "GET /a/b/song.wav?x=/y.txt#z HTTP/1.1\r\nHost: h\r\nReferer: http://h/\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 5\r\n\r\nRIFF."
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/a/b/song.wav?x=/y.txt#z" url.path="/a/b/song.wav" http.request.referrer="http://h/"
= < http.response.status_code=200 http.response.body.bytes=5 http.response.mime_type="audio/wav"; open 1 server name="song.wav" type="audio/wav" declared=5 by content-length
= < content 1 5 last

a client that leaves its name empty says so; one that does not say it says nothing
> "GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: \r\n\r\n"
> "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/a" user_agent.original="" url.path="/a"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/b" url.path="/b"

a chunked upload is one transfer, whatever its chunks, extensions and trailers
> "POST /up HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
> "4\r\nWiki\r\n6;name=\"v\"\r\npedia \r\nE \r\nin \r\n\r\nchunks.\r\n000\r\nX-Sum: 1\r\nY: 2\r\n\r\n"
> "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
= > http.request.method="POST" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/up" url.path="/up"; open 0 client name="up"
= > content 0 24
= > close 0 complete
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

an empty chunked body is over at once
< "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
= < http.response.status_code=200; open 1 server
= < close 1 complete
= < http.response.status_code=204

with Content-Length and chunked, chunked wins
> "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nA\r\n0\r\n\r\n"
= > http.request.method="POST" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"; open 0 client gzip
= > content 0 1
= > close 0 complete

an answer without a length goes on until the connection closes
> "GET /f HTTP/1.0\r\n\r\n"
< "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" *3000 "x"
= > http.request.method="GET" http.version="1.0" egret.http.protocol="HTTP/1.0" url.original="/f" url.path="/f"
= < http.response.status_code=200 http.response.mime_type="text/plain"; open 1 server name="f" type="text/plain"
= < content 1 3000 last

answers to HEAD, 1xx, 204 and 304 have no body
> "HEAD /big.iso HTTP/1.1\r\nHost: h\r\n\r\n" "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
> "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n" "GET /3.bin HTTP/1.1\r\nHost: h\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"
< "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
< "HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
= > http.request.method="HEAD" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/big.iso" url.path="/big.iso"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/1" url.path="/1"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/2" url.path="/2"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/3.bin" url.path="/3.bin"
= < http.response.status_code=200
= < http.response.status_code=304
= < http.response.status_code=204
= < http.response.status_code=103
= < http.response.status_code=200 http.response.body.bytes=2; open 1 server name="3.bin" declared=2 by content-length
= < content 1 2 last

pipelined uploads follow each other without a gap
> "PUT /1.bin HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPUT /2.bin HTTP/1.1\r\nContent-Length: 4\r\n\r\nPUT PUT /3.bin HTTP/1.1\r\nContent-Length: 1\r\n\r\n."
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 url.original="/1.bin" url.path="/1.bin"; open 0 client name="1.bin" declared=3 by content-length
= > content 0 3 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=4 url.original="/2.bin" url.path="/2.bin"; open 0 client name="2.bin" declared=4 by content-length
= > content 0 4 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/3.bin" url.path="/3.bin"; open 0 client name="3.bin" declared=1 by content-length
= > content 0 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="1.bin" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="2.bin" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="3.bin" declared=1 by content-length
= < content 1 1 last

more requests than are kept are still counted
> *40 "HEAD / HTTP/1.1\r\n\r\n"
< *32 "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n."
< *7 "HTTP/1.1 204 No\r\n\r\n"
> "GET /z.zip HTTP/1.1\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n."
= > http.request.method="HEAD" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/" (40 times)
= < http.response.status_code=200 (32 times)
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=204 (7 times)
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/z.zip" url.path="/z.zip"
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="z.zip" declared=1 by content-length
= < content 1 1 last

an upload that waits for 100 is one upload
> "PUT /big.zip HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n"
< "HTTP/1.1 100 Continue\r\n\r\n"
> "GET /ab"
< "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
= > http.request.method="PUT" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=6 url.original="/big.zip" url.path="/big.zip"; open 0 client name="big.zip" declared=6 by content-length
= < http.response.status_code=100
= > content 0 6 last
= < http.response.status_code=200 http.response.body.bytes=0
= > refused

an upload refused before its body is broken off, and the next request is read
> "PUT /big.zip HTTP/1.1\r\nHost: h\r\nContent-Length: 6000000000\r\nExpect: 100-continue\r\n\r\n"
< "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
> "PUT /big.zip HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nAuthorization: Basic eA==\r\n\r\nabc"
< "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
= > http.request.method="PUT" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=6000000000 url.original="/big.zip" url.path="/big.zip"; open 0 client name="big.zip" declared=6000000000 by content-length
= < http.response.status_code=401 http.response.body.bytes=0
= > http.request.method="PUT" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 url.original="/big.zip" url.path="/big.zip"; close 0 broken; open 0 client name="big.zip" declared=3 by content-length
= > content 0 3 last
= < http.response.status_code=200 http.response.body.bytes=0

a body sent though it was refused is a body
> "PUT /x HTTP/1.1\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n"
< "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
> "PUT..." "GET / HTTP/1.1\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=6 url.original="/x" url.path="/x"; open 0 client name="x" declared=6 by content-length
= < http.response.status_code=500 http.response.body.bytes=0
= > content 0 6 last
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

a chunked upload may wait for 100, too
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
< "HTTP/1.1 100 Continue\r\n\r\n"
> "3\r\nabc\r\n0\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= < http.response.status_code=100
= > content 0 3
= > close 0 complete

after CONNECT has succeeded nothing is HTTP any more
> "CONNECT mail.example:443 HTTP/1.1\r\nHost: proxy\r\n\r\n"
< "HTTP/1.1 200 Connection established\r\n\r\n" 16 03 03 00 01
> 16 03 01 "GET / HTTP/1.1\r\n\r\n"
= > http.request.method="CONNECT" url.domain="mail.example" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="mail.example:443"
= < http.response.status_code=200
= > content none 21
= < content none 5

a CONNECT that fails has an answer like any other
> "CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n"
< "HTTP/1.1 407 Auth\r\nContent-Length: 2\r\n\r\nno"
> "CONNECT u@mail.example:443 HTTP/1.1\r\n\r\n"
= > http.request.method="CONNECT" url.domain="[2001:db8::1]" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="[2001:db8::1]:443"
= < http.response.status_code=407 http.response.body.bytes=2; open 1 server declared=2 by content-length
= < content 1 2 last
= > http.request.method="CONNECT" url.domain="mail.example" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="u@mail.example:443"

after an upgrade nothing is HTTP any more
> "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
< "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" 81 05 "Hello"
> 81 85 00 00 00 00 "Hello"
= > http.request.method="GET" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/chat" url.path="/chat"
= < http.response.status_code=101
= > content none 11
= < content none 7

a part of an object says where it belongs
> "PUT /upload/session HTTP/1.1\r\nContent-Length: 4\r\nContent-Range: bytes 62914560-62914563/8589934592\r\n\r\nabcd"
> "PUT /upload/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes 0-1/*\r\n\r\n2\r\nab\r\n0\r\n\r\n"
> "PUT /upload/session HTTP/1.1\r\nContent-Length: 0\r\nContent-Range: bytes */8589934592\r\n\r\n"
> "PUT /upload/session HTTP/1.1\r\nContent-Length: 1\r\nContent-Range: bytes 5-4/3\r\n\r\n."
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=4 egret.http.upload.bytes=8589934592 url.original="/upload/session" url.path="/upload/session"; open 0 client name="session" declared=4 by content-length part=62914560/8589934592
= > content 0 4 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/upload/session" url.path="/upload/session"; open 0 client name="session" declared=2 by content-range
= > content 0 2
= > close 0 complete
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=0 url.original="/upload/session" url.path="/upload/session"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/upload/session" url.path="/upload/session"; open 0 client name="session" declared=1 by content-length
= > content 0 1 last

a download in parts says so, too
< "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 10-12/100\r\nContent-Length: 3\r\n\r\nabc"
= < http.response.status_code=206 http.response.body.bytes=3; open 1 server declared=3 by content-length part=10/100
= < content 1 3 last

announced uploads are facts of the request that announces them
> "POST /upload/drive/v3/files?uploadType=resumable HTTP/1.1\r\nX-Upload-Content-Length: 8589934592\r\nContent-Length: 2\r\n\r\n{}"
> "POST /files HTTP/1.1\r\nUpload-Length: 100\r\nContent-Length: 3\r\nContent-Type: application/offset+octet-stream\r\n\r\nabc"
> "PATCH /files/1 HTTP/1.1\r\nUpload-Offset: 3\r\nUpload-Length: 100\r\nContent-Length: 3\r\nContent-Type: application/offset+octet-stream\r\n\r\ndef"
> "PUT /dav/a.dmg HTTP/1.1\r\nX-Expected-Entity-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n1234567\r\n0\r\n\r\n"
= > http.request.method="POST" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=2 egret.http.upload.bytes=8589934592 url.original="/upload/drive/v3/files?uploadType=resumable" url.path="/upload/drive/v3/files"; open 0 client name="files" declared=2 by content-length
= > content 0 2 last
= > http.request.method="POST" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 egret.http.upload.bytes=100 http.request.mime_type="application/offset+octet-stream" url.original="/files" url.path="/files"; open 0 client name="files" type="application/offset+octet-stream" declared=3 by content-length part=0/100
= > content 0 3 last
= > http.request.method="PATCH" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 egret.http.upload.bytes=100 http.request.mime_type="application/offset+octet-stream" url.original="/files/1" url.path="/files/1"; open 0 client name="1" type="application/offset+octet-stream" declared=3 by content-length part=3/100
= > content 0 3 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" egret.http.upload.bytes=7 url.original="/dav/a.dmg" url.path="/dav/a.dmg"; open 0 client name="a.dmg" declared=7 by x-expected-entity-length
= > content 0 7
= > close 0 complete

names come from Content-Disposition, coded or not
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: attachment; filename=\"a;b.zip\"; size=4\r\n\r\n."
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: attachment; filename=\"x\"; filename*=UTF-8''na%C3%AFve%20plan.zip\r\n\r\n."
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: attachment; foo=\"\\\"bar\"; filename=\"say \\\"hi\\\".txt\r\n\r\n."
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: inline ; filename = C:\\plan.doc ;\r\n\r\n."
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: ;;=;filename*=;filename\r\n\r\n."
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="a;b.zip" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="na\xc3\xafve plan.zip" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="say \x22hi\x22.txt" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="C:\x5cplan.doc" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server declared=1 by content-length
= < content 1 1 last

a coded path is decoded, a name too long keeps its end
> "PUT /d/top%20secret%2Ezip%4 HTTP/1.1\r\nContent-Length: 1\r\n\r\n."
> "GET /" *200 "n" ".tar.gz HTTP/1.1\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n."
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/d/top%20secret%2Ezip%4" url.path="/d/top%20secret%2Ezip%4"; open 0 client name="top secret.zip%4" declared=1 by content-length
= > content 0 1 last
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.tar.gz" url.path="/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.tar.gz"
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="top secret.zip%4" declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server name="nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.tar.gz" declared=1 by content-length
= < content 1 1 last

codings are told
> "PUT /a HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n."
> "PUT /b HTTP/1.1\r\nContent-Encoding: deflate\r\nContent-Length: 1\r\n\r\n."
> "PUT /c HTTP/1.1\r\nContent-Encoding: gzip, br\r\nContent-Length: 1\r\n\r\n."
> "PUT /d HTTP/1.1\r\nContent-Encoding: identity\r\nContent-Length: 1\r\n\r\n."
> "PUT /e HTTP/1.1\r\nContent-Encoding: zstd\r\nContent-Length: 1\r\n\r\n."
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/a" url.path="/a"; open 0 client gzip name="a" declared=1 by content-length
= > content 0 1 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/b" url.path="/b"; open 0 client zlib name="b" declared=1 by content-length
= > content 0 1 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/c" url.path="/c"; open 0 client unknown name="c" declared=1 by content-length
= > content 0 1 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/d" url.path="/d"; open 0 client name="d" declared=1 by content-length
= > content 0 1 last
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/e" url.path="/e"; open 0 client unknown name="e" declared=1 by content-length
= > content 0 1 last

an absolute target names the host, whatever Host says
> "GET http://user@real.example:81/x/y.zip?q=1 HTTP/1.1\r\nHost: other\r\n\r\n"
> "GET https://real.example HTTP/1.1\r\nHost: other\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"
= > http.request.method="GET" url.domain="real.example" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="http://user@real.example:81/x/y.zip?q=1" url.path="/x/y.zip"
= > http.request.method="GET" url.domain="real.example" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="https://real.example"
= > http.request.method="OPTIONS" url.domain="[::1]" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="*"

bare line feeds, empty lines before a message, and folded lines are tolerated
> "\r\n\nPOST /x HTTP/1.1\nHost: h\nContent-Type:\n text/plain\nContent-Length :\r\n\t 3 \n\nabc\r\n\r\nGET /y HTTP/1.1\n\n"
= > read 3
= > http.request.method="POST" url.domain="h" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 http.request.mime_type="text/plain" url.original="/x" url.path="/x"; open 0 client name="x" type="text/plain" declared=3 by content-length
= > content 0 3 last
= > read 4
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/y" url.path="/y"

equal lengths are one, different ones are refused
> "PUT /x HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3, 3\r\n\r\nabc"
> "PUT /y HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 url.original="/x" url.path="/x"; open 0 client name="x" declared=3 by content-length
= > content 0 3 last
= > refused

a length that looks negative is refused
> "PUT /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n"
= > refused
= < refused

a length of 2^64 is refused
> "PUT /x HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"
= > refused
= < refused

a length of 2^63 is refused and one less is not
> "PUT /x HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nabc"
= > refused
= < http.response.status_code=200 http.response.body.bytes=9223372036854775807; open 1 server declared=9223372036854775807 by content-length
= < content 1 3
= < cut

an empty length is refused
> "PUT /x HTTP/1.1\r\nContent-Length:\r\n\r\n"
< "HTTP/1.1 200 OK\r\nContent-Length: 1,\r\n\r\n." "X"
= > refused
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server declared=1 by content-length
= < content 1 1 last
= < refused

a chunk size that overflows is refused
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nFFFFFFFFFFFFFFFFF\r\nabc"
< "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\nabc"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 2
= > refused
= < http.response.status_code=200; open 1 server name="x"
= < refused

a chunk size that is none is refused
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc"
< "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 x\r\nabc"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > refused
= < http.response.status_code=200; open 1 server name="x"
= < refused

a chunk that does not end where it should is refused
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 3
= > refused

a last chunk cut off by the end is still the last
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 3
= > close 0 complete

a header block that never ends is refused
> "GET / HTTP/1.1\r\n" *1700 "X-Padding: 0123456789\r\n"
= > refused

a line that never ends is refused
> "GET /" *33000 "a"
= > refused

what is not HTTP is refused at once
> 16 03 01 00 05
< "SSH-2.0-x\r\n"
= > refused
= < refused

HTTP/0.9 and 2 are refused
> "GET /index.html\r\n"
< "HTTP/2.0 200 OK\r\n\r\n"
= > refused
= < refused

odd status lines
< "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n.HTTP/1.0 404  \r\nContent-Length: 0\r\n\r\nHTTP/1.1 099 X\r\n\r\n"
= < http.response.status_code=200 http.response.body.bytes=1; open 1 server declared=1 by content-length
= < content 1 1 last
= < http.response.status_code=404 http.response.body.bytes=0
= < refused

a status of two digits is refused
< "HTTP/1.1 20 OK\r\n\r\n"
= < refused

headers without names, values or colons are no matter
> "GET / HTTP/1.1\r\n: x\r\n:\r\nfoo\r\nHost:\r\n \r\nUser-Agent:   \r\n\r\n"
> "GET / HTTP/1.1\r\n\r\n"
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" user_agent.original="" url.path="/"
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

a target with spaces in it is read to the last
> "PUT /my file.zip HTTP/1.1\r\nContent-Length: 1\r\n\r\n."
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1 url.original="/my file.zip" url.path="/my file.zip"; open 0 client name="my file.zip" declared=1 by content-length
= > content 0 1 last

what an Icecast source sends is an upload without end
> "SOURCE /live.mp3 ICE/1.0\r\nContent-Type: audio/mpeg\r\n\r\n" *64 "."
= > http.request.method="SOURCE" egret.http.protocol="ICE/1.0" http.request.mime_type="audio/mpeg" url.original="/live.mp3" url.path="/live.mp3"; open 0 client name="live.mp3" type="audio/mpeg"
= > content 0 64 last

a source that asks leave to send does so without a length
> "PUT /live HTTP/1.1\r\nExpect: 100-continue\r\nContent-Type: audio/ogg\r\n\r\n"
< "HTTP/1.1 100 Continue\r\n\r\n"
> "OggS" *64 "."
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.mime_type="audio/ogg" url.original="/live" url.path="/live"; open 0 client name="live" type="audio/ogg"
= < http.response.status_code=100
= > content 0 68 last

a gap in a body costs nothing
> "PUT /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" "abc" ~900 *97 "d" "GET / HTTP/1.1\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=1000 url.original="/x" url.path="/x"; open 0 client name="x" declared=1000 by content-length
= > content 0 1000 last
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

after a gap in the framing the next request is found
> "PUT /x HTTP/1.1\r\nContent-Le" ~500 "bodybodyPUT not thisPUT /y.zip HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
> "GET / HTTP/1.1\r\n\r\n"
= > content none 20
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=3 url.original="/y.zip" url.path="/y.zip"; open 0 client name="y.zip" declared=3 by content-length
= > content 0 3 last
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

a gap over the end of a body and the next headers is no matter
> "PUT /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc" ~200 "GEGET PUT /" 00 "GET / HTTP/1.1\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=10 url.original="/x" url.path="/x"; open 0 client name="x" declared=10 by content-length
= > content 0 10 last
= > content none 12
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

after lost answers the newest request is the one that is answered
> "HEAD /1 HTTP/1.1\r\n\r\n" "GET /2.bin HTTP/1.1\r\n\r\n"
< ~100 "xHTTP/1.1 2 HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
= > http.request.method="HEAD" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/1" url.path="/1"
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/2.bin" url.path="/2.bin"
= < content none 12
= < http.response.status_code=200 http.response.body.bytes=3; open 1 server name="2.bin" declared=3 by content-length
= < content 1 3 last

a chunked upload survives the loss of a chunk-size line
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n" ~100 "lost\r\nfeet\r\n\r\nA\r\n0123456789\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 132
= > close 0 broken
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"

a chunked upload that lost its end is broken off by the next request
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n" ~100 "PUT /y HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n.\r\n0\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 5
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/y" url.path="/y"; close 0 broken; open 0 client name="y"
= > content 0 1
= > close 0 complete

a chunk line believed by mistake is lost again
> "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" ~100 "text\r\n5\r\nabc\r\nno chunk\r\n4\r\nABCD\r\n0\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/x" url.path="/x"; open 0 client name="x"
= > content 0 121
= > close 0 broken

a body that waits for 100 and loses its beginning ends where it was to end
> "PUT /x HTTP/1.1\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n" ~8 "012345678901GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"
= > http.request.method="PUT" http.version="1.1" egret.http.protocol="HTTP/1.1" http.request.body.bytes=20 url.original="/x" url.path="/x"; open 0 client name="x" declared=20 by content-length
= > content 0 20 last
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/" url.path="/"
= > http.request.method="GET" http.version="1.1" egret.http.protocol="HTTP/1.1" url.original="/2" url.path="/2"
