# What to look for: settings, rules, signatures.  Cold, but for scanning heads.
noinst_LIBRARIES += libpolicy.a
libpolicy_a_SOURCES = \
	sensor/policy/cache.c sensor/policy/cache.h \
	sensor/policy/complaints.c sensor/policy/complaints.h \
	sensor/policy/config.c sensor/policy/config.h \
	sensor/policy/config_carry.c \
	sensor/policy/config_wrong.c sensor/policy/config_set.c sensor/policy/config_set.h \
	sensor/policy/config_keys.c sensor/policy/config_keys.h \
	sensor/policy/fields.c sensor/policy/fields.h \
	sensor/policy/files.c sensor/policy/files.h \
	sensor/policy/frames.c sensor/policy/frames.h \
	sensor/policy/lists.c sensor/policy/lists.h \
	sensor/policy/pattern.c sensor/policy/pattern.h \
	sensor/policy/policy.c sensor/policy/policy.h \
	sensor/policy/program.c sensor/policy/program.h \
	sensor/policy/program_gate.c \
	sensor/policy/program_atoms.c \
	sensor/policy/program_prefix.c \
	sensor/policy/program_text.c \
	sensor/policy/sigma.c sensor/policy/sigma.h \
	sensor/policy/sigma_build.c sensor/policy/sigma_build.h \
	sensor/policy/sigma_condition.c \
	sensor/policy/sigma_correlation.c \
	sensor/policy/sigma_detection.c \
	sensor/policy/sigma_filter.c \
	sensor/policy/sigma_item.c \
	sensor/policy/sigma_load.c sensor/policy/sigma_load.h \
	sensor/policy/sigma_marks.c \
	sensor/policy/sigma_modifier.c \
	sensor/policy/sigma_print.c \
	sensor/policy/sigma_rule.c \
	sensor/policy/sigma_source.c \
	sensor/policy/sigma_text.c \
	sensor/policy/sigma_time.c \
	sensor/policy/sigma_value.c \
	sensor/policy/signature_file.c sensor/policy/signature_file.h \
	sensor/policy/signatures.c sensor/policy/signatures.h \
	sensor/policy/strength.c sensor/policy/strength.h \
	sensor/policy/taxonomy.c sensor/policy/taxonomy.h \
	sensor/policy/yaml.c sensor/policy/yaml.h \
	sensor/policy/yaml_node.c
EXTRA_DIST += sensor/policy/README.md
