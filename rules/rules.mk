# What an analyst reads.  Every file is named here: what is not is not installed.
nobase_dist_pkgdata_DATA = \
	rules/README.md \
	rules/egret/archive-with-audio.yml \
	rules/egret/audio-leaving.yml \
	rules/egret/bulk-encrypted.yml \
	rules/egret/large-archive-or-audio.yml \
	rules/signatures/audio.yaml
