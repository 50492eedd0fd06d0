# kernel/proc, on the test machine (test/mach).
$(eval $(call machtests,fork storm procrace note,,address thread))
$(eval $(call machtests,nolocks,,address))
