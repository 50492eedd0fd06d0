# The test machine, test/mach, with every portable room; kernel/host's files of
# host files, which call libc.
machkernel = $(filter-out kernel/lib/mem.c, \
	$(foreach r,lib sync mm ns proc dev,$(wildcard kernel/$(r)/*.c))) \
	$(wildcard kernel/host/file/*.c)
unitmach = $(machkernel) $(wildcard test/mach/*.c) test/unit/mmtest.c
unitmachdefs = -include test/mach/machine.h -DHOSTMALLOC -Itest

unit_fork_SRC = $(unitmach)
unit_fork_DEFS = $(unitmachdefs)
unit_fork_SAN = address thread
unit_storm_SRC = $(unitmach)
unit_storm_DEFS = $(unitmachdefs)
unit_storm_SAN = address thread
unit_procrace_SRC = $(unitmach)
unit_procrace_DEFS = $(unitmachdefs)
unit_procrace_SAN = address thread
unit_nolocks_SRC = $(unitmach)
unit_nolocks_DEFS = $(unitmachdefs)
