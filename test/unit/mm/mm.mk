# kernel/mm in the harness: mach.c is the machine, fakedev.c the files. libc's
# malloc takes the place of the kernel's, for ASan to see every block, except
# where the kernel's is what is tested.
unitmm = $(wildcard kernel/mm/*.c) $(unitsync) \
	kernel/sync/heap.c kernel/lib/fmt.c kernel/lib/field.c kernel/lib/utf.c kernel/lib/error.c \
	kernel/lib/switches.c test/unit/mach.c test/unit/mmtest.c test/unit/fakedev.c
unitmmdefs = -include test/unit/machine.h -Dmalloc=kmalloc -Dfree=kfree \
	-Drealloc=krealloc -Dsleep=ksleep

unit_mm_SRC = $(unitmm)
unit_mm_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_mm_SAN = address thread
unit_races_SRC = $(unitmm)
unit_races_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_races_SAN = address thread
unit_prefill_SRC = $(unitmm)
unit_prefill_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_prefill_SAN = address thread
unit_forkhold_SRC = $(unitmm)
unit_forkhold_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_forkhold_SAN = address thread
