# run9-resolve: what is written to cs and dns, 9P, and DNS messages from anybody.
fuzz_resolve_SRC = kernel/lib/conv.c \
	$(filter-out %/main.c %/net.c %/nss.c,$(wildcard helper/resolve/*.c))
fuzz_resolve_DEFS = -D_GNU_SOURCE -Ihelper/resolve
fuzz_resolve_ARGS = -max_len=800
