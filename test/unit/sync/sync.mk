# kernel/sync, with processes that run kernel code (test/mach/memproc.h). heap has
# the kernel's heap, the others libc's.
$(eval $(call machtests,event sleep,,address thread))
$(eval $(call machtests,lock,,address))
unit_heap_SRC = $(filter-out test/mach/heap.c,$(unitmach)) $(machheap)
unit_heap_DEFS = $(unitmachdefs)
unit_heap_SAN = address thread
