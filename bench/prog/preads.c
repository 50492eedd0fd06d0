/*
 * Reads of a file that the host has in memory: preads file count
 *
 * count reads of 4 KiB all over its first 4 MiB, and as many bytes in reads of
 * 1 MiB.
 */
#include "bench.h"

static uchar buf[MiB];

static void
reads(char *name, int fd, s32int size, int n)
{
	vlong t;
	int i;

	t = now();
	for(i = 0; i < n; i++)
		if(pread(fd, buf, size, (vlong)i * size % (4 * MiB)) != size)
			sysfatal("pread: %r");
	result(name, n, now() - t);
}

void
main(int argc, char *argv[])
{
	int fd, n;

	if(argc != 3)
		sysfatal("usage: preads file count");
	n = atoi(argv[2]);
	fd = open(argv[1], OREAD);
	if(fd < 0)
		sysfatal("open %s: %r", argv[1]);
	reads("pread4k", fd, 4 * KiB, n);
	reads("pread1m", fd, MiB, n / 64);
	exits(nil);
}
