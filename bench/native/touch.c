/*
 * First touch of memory, a byte in each page, in order: touch megabytes
 */
#include "bench.h"

int
main(int argc, char *argv[])
{
	volatile char *p;
	size_t i, n;
	long long t;

	if(argc != 2)
		return 2;
	n = (size_t)atoi(argv[1]) * MiB;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if(p == MAP_FAILED)
		fatal("mmap");
	t = now();
	for(i = 0; i < n; i += PAGE)
		p[i] = 1;
	result("touch", n / PAGE, now() - t);
	return 0;
}
