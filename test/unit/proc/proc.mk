# kernel/proc, on the test machine (test/mach).
$(eval $(call machtests,fork procrace note,,address thread))
$(eval $(call machtests,storm,test/unit/proc/strict.c,address thread))
$(eval $(call machtests,nolocks,,address))
