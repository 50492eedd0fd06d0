# kernel/ns, with threads for processes and a file system in memory.
unitns = $(wildcard kernel/ns/*.c) $(unitsync) kernel/lib/conv.c kernel/lib/error.c kernel/lib/switches.c \
	kernel/lib/field.c kernel/lib/fmt.c kernel/lib/str.c kernel/lib/utf.c \
	test/unit/nshost.c test/unit/nolend.c
unitnsdefs = -include test/unit/nsmachine.h -Derror=kerror -Dsleep=ksleep \
	-Dfree=kfree -Dmalloc=kmalloc -Drealloc=krealloc \
	$(foreach f,$(filter str%,$(unitlibc)),-D$(f)=k$(f))

unit_ns_SRC = $(unitns)
unit_ns_DEFS = $(unitnsdefs)
unit_nsrace_SRC = $(unitns)
unit_nsrace_DEFS = $(unitnsdefs)
unit_nsrace_SAN = thread address
