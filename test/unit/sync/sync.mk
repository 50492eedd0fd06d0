# kernel/sync, with processes that run kernel code (test/mach/memproc.h). heap has
# the kernel's heap, the others libc's.
unit_event_SRC = $(unitmach)
unit_event_DEFS = $(unitmachdefs)
unit_event_SAN = address thread
unit_lock_SRC = $(unitmach)
unit_lock_DEFS = $(unitmachdefs)
unit_sleep_SRC = $(unitmach)
unit_sleep_DEFS = $(unitmachdefs)
unit_sleep_SAN = address thread
unit_heap_SRC = $(filter-out test/mach/heap.c,$(unitmach))
unit_heap_DEFS = $(filter-out -DHOSTMALLOC,$(unitmachdefs))
unit_heap_SAN = address thread
