# kernel/net on the test machine, with sockets of the host's loopback interface.
unitnet = $(unitdev) test/unit/net/nettalk.c

$(eval $(call machtests,netaddr,$(unitdev),address))
$(eval $(call machtests,ipdev netrace,$(unitnet),address thread))
