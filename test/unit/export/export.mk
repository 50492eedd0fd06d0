# kernel/export on the test machine.
unitexport = test/unit/kerntest.c test/unit/ns/nscall.c test/unit/export/raw9p.c \
	test/unit/export/extree.c

$(eval $(call machtests,export exbad,$(unitexport),address))
$(eval $(call machtests,exwait,$(unitexport),address thread))
