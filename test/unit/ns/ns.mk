# kernel/ns on the test machine (test/mach), with files in memory.
unitns = test/unit/kerntest.c test/unit/ns/nscall.c

$(eval $(call machtests,walk file fgrp nsfile nsfault,$(unitns) test/unit/ns/nstree.c,address))
$(eval $(call machtests,nsrace,$(unitns),thread address))
