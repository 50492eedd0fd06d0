# The test machine, test/mach, with every portable room; kernel/host's files of
# host files, which call libc.
machkernel = $(filter-out kernel/lib/mem.c, \
	$(foreach r,lib sync mm ns proc dev net tls export,$(wildcard kernel/$(r)/*.c))) \
	$(wildcard kernel/host/file/*.c kernel/host/net/*.c)
# The kernel's own heap: the machine has another.
machheap = $(addprefix kernel/sync/,heap.c heapspan.c heappages.c)
unitmach = $(filter-out $(machheap),$(machkernel)) $(wildcard test/mach/*.c)
unitmachdefs = -include test/mach/machine.h -Itest

# The tests that are made of the machine's sources and others besides:
# $(eval $(call machtests,names,sources,variants of sanitizers)).
define machtests
$(foreach t,$(1),
unit_$(t)_SRC = $$(unitmach) $(2)
unit_$(t)_DEFS = $$(unitmachdefs)
unit_$(t)_SAN = $(3)
)
endef
