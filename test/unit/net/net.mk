# kernel/net on the test machine, with sockets of the host's loopback interface.
$(eval $(call machtests,netaddr ipdev netrace,$(unitdev),address))
$(eval $(call machtests,ipdev netrace,$(unitdev),address thread))
