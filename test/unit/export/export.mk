# kernel/export on the test machine.
unitexport = test/unit/kerntest.c test/unit/ns/nscall.c test/unit/export/raw9p.c

$(eval $(call machtests,export,$(unitexport),address thread))
