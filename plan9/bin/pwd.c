/*
 * pwd: pwd(1).
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	static char path[8192];
	int fd;

	USED(argc), USED(argv);
	fd = open(".", OREAD);
	if(fd < 0 || fd2path(fd, path, sizeof path) < 0)
		sysfatal("pwd: %r");
	print("%s\n", path);
}
