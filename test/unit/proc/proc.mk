# kernel/proc, on the test machine (test/mach).
$(eval $(call machtests,fork note,,address thread))
$(eval $(call machtests,procrace memrace,test/unit/proc/raceprog.c,address thread))
$(eval $(call machtests,storm,test/unit/proc/strict.c test/unit/proc/stormacts.c,address thread))
$(eval $(call machtests,nolocks,,address))
