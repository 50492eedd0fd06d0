# kernel/ns on the test machine (test/unit/proc/proc.mk), with files in memory.
unitns = $(unitmach) test/unit/kerntest.c test/unit/ns/nscall.c test/unit/ns/nstree.c

unit_walk_SRC = $(unitns)
unit_walk_DEFS = $(unitmachdefs)
unit_file_SRC = $(unitns)
unit_file_DEFS = $(unitmachdefs)
unit_fgrp_SRC = $(unitns)
unit_fgrp_DEFS = $(unitmachdefs)
unit_nsfile_SRC = $(unitns)
unit_nsfile_DEFS = $(unitmachdefs)
unit_nsfault_SRC = $(unitns)
unit_nsfault_DEFS = $(unitmachdefs)
unit_nsrace_SRC = $(unitmach) test/unit/kerntest.c test/unit/ns/nscall.c
unit_nsrace_DEFS = $(unitmachdefs)
unit_nsrace_SAN = thread address
