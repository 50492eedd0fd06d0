# kernel/net on the test machine, with loopback sockets.
fuzz_netctl_SRC = $(unitmach) test/fuzz/kerncall.c
fuzz_netctl_DEFS = $(unitmachdefs)
fuzz_netctl_ARGS = -max_len=200 -dict=test/fuzz/netctl.dict
