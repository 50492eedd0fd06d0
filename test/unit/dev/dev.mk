# kernel/dev on the test machine (test/unit/proc/proc.mk).
unitdev = $(unitmach) test/unit/kerntest.c test/unit/dev/devcall.c
unithost = $(unitdev) test/unit/dev/hosttmp.c

unit_dev_SRC = $(unitdev)
unit_dev_DEFS = $(unitmachdefs)
unit_env_SRC = $(unitdev)
unit_env_DEFS = $(unitmachdefs)
unit_env_SAN = address thread
unit_pipe_SRC = $(unitdev)
unit_pipe_DEFS = $(unitmachdefs)
unit_pipe_SAN = address thread
unit_mnt_SRC = $(unitdev)
unit_mnt_DEFS = $(unitmachdefs)
unit_mnt_SAN = address thread
unit_hostfile_SRC = $(unithost)
unit_hostfile_DEFS = $(unitmachdefs)
unit_hostexec_SRC = $(unithost)
unit_hostexec_DEFS = $(unitmachdefs)
unit_hoststat_SRC = $(unithost)
unit_hoststat_DEFS = $(unitmachdefs)
unit_hostio_SRC = $(unithost)
unit_hostio_DEFS = $(unitmachdefs)
unit_hostio_SAN = address thread
unit_hostfile_SAN = address thread
unit_segdev_SRC = $(unitdev)
unit_segdev_DEFS = $(unitmachdefs)
unit_segdev_SAN = address thread

# #p, with processes that never run to look at
unitstill = $(unitmach) test/unit/kerntest.c test/unit/dev/stillproc.c

unit_procfs_SRC = $(unitstill)
unit_procfs_DEFS = $(unitmachdefs)
unit_procnote_SRC = $(unitstill)
unit_procnote_DEFS = $(unitmachdefs)
unit_procmem_SRC = $(unitstill)
unit_procmem_DEFS = $(unitmachdefs)
unit_procctl_SRC = $(unitstill)
unit_procctl_DEFS = $(unitmachdefs)
unit_procgone_SRC = $(unitstill)
unit_procgone_DEFS = $(unitmachdefs)
