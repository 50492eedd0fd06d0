# The 9P client on the test machine.
fuzz_mnt_SRC = $(unitmach) test/fuzz/kerncall.c test/unit/ns/nscall.c
fuzz_mnt_DEFS = $(unitmachdefs)
fuzz_mnt_ARGS = -max_len=400 -use_value_profile=1
