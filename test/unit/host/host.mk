# kernel/host: gates.c, which maps no gates here but writes calls of them.
unit_gates_SRC = kernel/host/entry/gates.c kernel/host/entry/scan.S kernel/lib/switches.c
# clock.c, on a clock of the test's
unit_clock_SRC = kernel/host/base/clock.c kernel/lib/utf.c
# file: host files' room is a part of the test machine
$(eval $(call machtests,hostsock,$(unithost),address thread))
