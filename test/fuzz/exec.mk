# exec, on the test machine.
fuzz_exec_SRC = $(unitmach) test/fuzz/kerncall.c
fuzz_exec_DEFS = $(unitmachdefs)
fuzz_exec_ARGS = -max_len=700 -use_value_profile=1
