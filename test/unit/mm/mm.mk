# kernel/mm, with processes that run kernel code (test/mach/memproc.h).
unit_mm_SRC = $(unitmach)
unit_mm_DEFS = $(unitmachdefs)
unit_mm_SAN = address thread
unit_races_SRC = $(unitmach)
unit_races_DEFS = $(unitmachdefs)
unit_races_SAN = address thread
unit_prefill_SRC = $(unitmach)
unit_prefill_DEFS = $(unitmachdefs)
unit_prefill_SAN = address thread
unit_forkhold_SRC = $(unitmach)
unit_forkhold_DEFS = $(unitmachdefs)
unit_forkhold_SAN = address thread
