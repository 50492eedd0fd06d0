# exec, up to where it changes the process.
fuzz_exec_SRC = kernel/proc/exec.c kernel/proc/execargs.c kernel/sync/waserror.c kernel/lib/str.c kernel/lib/error.c \
	kernel/lib/field.c kernel/lib/fmt.c kernel/lib/utf.c
fuzz_exec_DEFS = -include test/unit/procmachine.h -Derror=kerror \
	-Dsleep=ksleep \
	$(foreach f,strlen strcmp strncmp strchr strrchr strstr strtoull \
	strtoll,-D$(f)=k$(f)) -Dfree=kfree -Dmalloc=kmalloc -Drealloc=krealloc \
	-Wno-unused-parameter
fuzz_exec_ARGS = -max_len=700 -use_value_profile=1
