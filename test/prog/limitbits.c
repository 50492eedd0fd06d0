/*
 * More append-only files than the host allows descriptors: limitbits. run9 keeps such files open,
 * but files can still be opened, and every file is append-only. For test/limits.sh.
 */
#include "lib.h"

enum
{
	Files = 150,
	Opens = 20,
};

static char name[Files][16];

static void
createall(void)
{
	int fd, i;

	for(i = 0; i < Files; i++) {
		snprint(name[i], sizeof name[i], "bits%d", i);
		fd = create(name[i], OWRITE, DMAPPEND | 0666);
		if(fd < 0)
			sysfatal("create %s: %r", name[i]);
		close(fd);
	}
}

static void
opensome(void)
{
	int fd[Opens], i;

	for(i = 0; i < Opens; i++)
		if((fd[i] = open(name[i], OREAD)) < 0)
			sysfatal("open %s: %r", name[i]);
	for(i = 0; i < Opens; i++)
		close(fd[i]);
}

static void
removeall(void)
{
	int i;

	for(i = 0; i < Files; i++) {
		if((dirstat(name[i])->mode & DMAPPEND) == 0)
			sysfatal("%s is not append-only", name[i]);
		if(remove(name[i]) != 0)
			sysfatal("remove %s: %r", name[i]);
	}
}

void
main(int argc, char *argv[])
{
	USED(argc);
	USED(argv);
	createall();
	opensome();
	removeall();
	exits(nil);
}
