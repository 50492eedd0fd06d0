# kernel/dev, with the real name space and the real host files: threads for
# processes, libc's syscall for host calls (devhost.c).
unitdev = kernel/dev/board.c kernel/dev/cmd.c kernel/dev/cons.c kernel/dev/consinfo.c \
	kernel/dev/dev.c kernel/dev/dup.c kernel/dev/env.c kernel/dev/hostbits.c \
	kernel/dev/hostexec.c kernel/dev/hostfs.c kernel/dev/hostio.c kernel/dev/hostpath.c kernel/dev/hoststat.c \
	kernel/dev/kmesg.c kernel/dev/pipe.c kernel/dev/pipeq.c \
	kernel/dev/root.c kernel/dev/srv.c kernel/dev/swap.c \
	kernel/host/file/errno.c kernel/host/file/filetimes.c kernel/host/file/hostdir.c kernel/host/file/hostfile.c \
	kernel/host/file/hostuser.c kernel/host/file/tty.c \
	$(wildcard kernel/ns/*.c) $(unitsync) kernel/lib/conv.c kernel/lib/error.c kernel/lib/switches.c \
	kernel/lib/field.c kernel/lib/fmt.c kernel/lib/str.c kernel/lib/utf.c \
	test/unit/devhost.c test/unit/nolend.c
unitdevdefs = -include test/unit/devmachine.h -Derror=kerror -Dsleep=ksleep \
	-Dfree=kfree -Dmalloc=kmalloc -Drealloc=krealloc \
	$(foreach f,$(filter str%,$(unitlibc)),-D$(f)=k$(f))

unit_dev_SRC = $(unitdev)
unit_dev_DEFS = $(unitdevdefs)
unit_env_SRC = $(unitdev)
unit_env_DEFS = $(unitdevdefs)
unit_env_SAN = address thread
unit_hostfs_SRC = $(unitdev)
unit_hostfs_DEFS = $(unitdevdefs)
unit_pipe_SRC = $(unitdev)
unit_pipe_DEFS = $(unitdevdefs)
unit_pipe_SAN = address thread
