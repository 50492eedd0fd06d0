/*
 * First touch of memory, a byte in each page, in order: touch megabytes
 */
#include "bench.h"

void
main(int argc, char *argv[])
{
	volatile char *p;
	usize i, n;
	vlong t;

	if(argc != 2)
		sysfatal("usage: touch megabytes");
	n = (usize)atoi(argv[1]) * MiB;
	p = sbrk(n);
	if(p == (char *)-1)
		sysfatal("sbrk: %r");
	t = now();
	for(i = 0; i < n; i += BY2PG)
		p[i] = 1;
	result("touch", n / BY2PG, now() - t);
	exits(nil);
}
