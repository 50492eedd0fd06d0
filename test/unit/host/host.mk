# kernel/host: gates.c, which maps no gates here but writes calls of them.
unit_gates_SRC = kernel/host/entry/gates.c kernel/host/entry/scan.S kernel/lib/switches.c
