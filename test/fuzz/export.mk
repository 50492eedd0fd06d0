# The export on the test machine.
fuzz_export_SRC = $(unitmach) test/fuzz/kerncall.c test/unit/ns/nscall.c
fuzz_export_DEFS = $(unitmachdefs)
fuzz_export_ARGS = -max_len=600 -use_value_profile=1
