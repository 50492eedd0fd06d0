# kernel/proc, on the test machine.
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
unit_note_SRC = $(unitmach)
unit_note_DEFS = $(unitmachdefs)
unit_note_SAN = address thread
