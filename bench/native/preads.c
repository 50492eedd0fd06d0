/*
 * Reads of a file that is in memory: preads file count
 */
#include "bench.h"

static char buf[MiB];

static void
reads(const char *name, int fd, int size, int n)
{
	long long t;
	int i;

	t = now();
	for(i = 0; i < n; i++)
		if(pread(fd, buf, size, (long long)i * size % (4 * MiB)) !=
		    size)
			fatal("pread");
	result(name, n, now() - t);
}

int
main(int argc, char *argv[])
{
	int fd, n;

	if(argc != 3)
		return 2;
	n = atoi(argv[2]);
	fd = open(argv[1], O_RDONLY);
	if(fd < 0)
		fatal(argv[1]);
	reads("pread4k", fd, 4 * KiB, n);
	reads("pread1m", fd, MiB, n / 64);
	return 0;
}
