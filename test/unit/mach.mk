# The test machine, test/mach, with every portable room; kernel/host's files of
# host files, which call libc.
machkernel = $(filter-out kernel/lib/mem.c, \
	$(foreach r,lib sync mm ns proc dev,$(wildcard kernel/$(r)/*.c))) \
	kernel/host/file/errno.c kernel/host/file/filetimes.c kernel/host/file/hostdir.c \
	kernel/host/file/hostfile.c kernel/host/file/hostuser.c kernel/host/file/tty.c
unitmach = $(machkernel) $(wildcard test/mach/*.c) test/unit/mmtest.c
unitmachdefs = -include test/mach/machine.h -DHOSTMALLOC -Itest

unit_fork_SRC = $(unitmach)
unit_fork_DEFS = $(unitmachdefs)
unit_fork_SAN = address thread
unit_storm_SRC = $(unitmach)
unit_storm_DEFS = $(unitmachdefs)
unit_storm_SAN = address thread
