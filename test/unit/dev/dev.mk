# kernel/dev on the test machine (test/mach).
unitdev = test/unit/kerntest.c test/unit/dev/devcall.c
unithost = $(unitdev) test/unit/dev/hosttmp.c

$(eval $(call machtests,cap dev srv,$(unitdev),address))
$(eval $(call machtests,env pipe segdev,$(unitdev),address thread))
$(eval $(call machtests,mnt mntstorm,$(unitdev) test/unit/dev/mntserv.c,address thread))
$(eval $(call machtests,hostexec hoststat,$(unithost),address))
$(eval $(call machtests,root shr,$(unithost),address))
$(eval $(call machtests,hostfile hostio,$(unithost),address thread))
# by system calls on names
$(eval $(call machtests,hostfar,test/unit/kerntest.c test/unit/ns/nscall.c,address))

# #p, with processes that never run to look at
$(eval $(call machtests,procfs procnote procmem procctl procgone, \
	test/unit/kerntest.c test/unit/dev/stillproc.c,address))
