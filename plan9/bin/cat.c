/*
 * cat [file ...]: cat(1).
 */
#include "lib.h"

static char buf[IOUNIT];

static void
cat(int fd, char *name)
{
	s32int n;

	while((n = read(fd, buf, sizeof buf)) > 0)
		if(write(1, buf, n) != n)
			sysfatal("cat: write error copying %s: %r", name);
	if(n < 0)
		sysfatal("cat: error reading %s: %r", name);
}

void
main(int argc, char *argv[])
{
	int i, fd;

	if(argc == 1)
		cat(0, "<stdin>");
	for(i = 1; i < argc; i++) {
		fd = open(argv[i], OREAD);
		if(fd < 0)
			sysfatal("cat: can't open %s: %r", argv[i]);
		cat(fd, argv[i]);
		close(fd);
	}
	exits(nil);
}
