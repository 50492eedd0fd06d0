# kernel/host: gates.c, which maps no gates here but writes calls of them.
unit_gates_SRC = kernel/host/gates.c kernel/host/scan.S kernel/lib/switches.c
