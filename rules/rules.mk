# What an analyst reads.  Every file is named here: what is not is not installed.
#
#	nobase_dist_pkgdata_DATA = rules/exfiltration/x.yaml
