# #p, with the process table, the devices' common part and its own fakes.
unit_procdev_SRC = $(wildcard kernel/dev/proc*.c) \
	kernel/dev/dev.c \
	kernel/dev/cmd.c kernel/dev/dup.c kernel/mm/seginfo.c kernel/proc/newproc.c kernel/proc/kproc.c \
	kernel/proc/procinfo.c kernel/proc/await.c kernel/proc/profile.c kernel/proc/traceevent.c kernel/ns/devtab.c \
	$(unitsync) kernel/sync/proctab.c \
	$(unitlib) kernel/lib/str.c test/unit/procdevhost.c test/unit/nolend.c
unit_procdev_DEFS = -include test/unit/procmachine.h -Derror=kerror \
	-Dsleep=ksleep -Dfree=kfree -Dmalloc=kmalloc -Drealloc=krealloc \
	$(foreach f,$(filter str%,$(unitlibc)),-D$(f)=k$(f))
