# kernel/sync, in the harness of mm (test/unit/mm/mm.mk).
unit_heap_SRC = $(unitmm)
unit_heap_DEFS = $(unitmmdefs)
unit_heap_SAN = address thread
unit_event_SRC = $(unitmm)
unit_event_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_event_SAN = address thread
unit_lock_SRC = $(unitmm)
unit_lock_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_sleep_SRC = $(unitmm)
unit_sleep_DEFS = $(unitmmdefs) -DHOSTMALLOC
unit_sleep_SAN = address thread
