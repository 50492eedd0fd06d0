# kernel/ns on the test machine, as its unit tests have it.
fuzz_namec_SRC = $(unitmach) test/fuzz/kerncall.c test/unit/ns/nscall.c
fuzz_namec_DEFS = $(unitmachdefs)
fuzz_namec_ARGS = -max_len=300
