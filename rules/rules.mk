# What an analyst reads.  Every file is named here: what is not is not installed.
nobase_dist_pkgdata_DATA = \
	rules/README.md \
	rules/egret/archive-with-audio.yml \
	rules/egret/audio-leaving.yml \
	rules/egret/bulk-encrypted.yml \
	rules/egret/large-archive-or-audio.yml \
	rules/signatures/README.md \
	rules/signatures/archive.yaml \
	rules/signatures/audio.yaml \
	rules/signatures/database.yaml \
	rules/signatures/disk_image.yaml \
	rules/signatures/document.yaml \
	rules/signatures/encrypted.yaml \
	rules/signatures/executable.yaml \
	rules/signatures/image.yaml \
	rules/signatures/mailbox.yaml \
	rules/signatures/text.yaml \
	rules/signatures/video.yaml \
	rules/taxonomy/dns.yaml \
	rules/taxonomy/ecs.yaml \
	rules/taxonomy/firewall.yaml \
	rules/taxonomy/network_connection.yaml \
	rules/taxonomy/proxy.yaml \
	rules/taxonomy/zeek.yaml \
	rules/lists/cloud_storage.txt
