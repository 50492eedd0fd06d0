# kernel/ns, in the harness that its unit tests use.
fuzz_namec_SRC = $(wildcard kernel/ns/*.c) $(unitsync) kernel/lib/conv.c \
	kernel/lib/error.c kernel/lib/field.c kernel/lib/fmt.c kernel/lib/str.c \
	kernel/lib/utf.c kernel/lib/switches.c test/unit/nshost.c test/unit/nolend.c
fuzz_namec_DEFS = -include test/unit/nsmachine.h -Derror=kerror -Dsleep=ksleep \
	-Dfree=kfree -Dmalloc=kmalloc -Drealloc=krealloc \
	$(foreach f,strlen strcmp strncmp strchr strrchr strstr strtoull \
	strtoll,-D$(f)=k$(f))
fuzz_namec_ARGS = -max_len=300
