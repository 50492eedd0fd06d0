/*
 * Copy on write: copies of rfork stay apart.
 */
#include "test.h"

enum
{
	BIG = 8 * MiB,
	DEEP = 12 * MiB, /* of the 16 a stack may grow to */
	FRAME = 4 * KiB,
};

static int
pattern(usize i, int who)
{
	return (int)(i * 2654435761U >> 7) ^ who * 0x1010101;
}

static void
fill(int *p, int who)
{
	usize i;

	for(i = 0; i < BIG / sizeof(int); i += 97)
		p[i] = pattern(i, who);
}

static void
verify(int *p, int who)
{
	usize i;

	for(i = 0; i < BIG / sizeof(int); i += 97)
		if(p[i] != pattern(i, who))
			fail("%d's word %lld changed", who, (vlong)i);
}

static int *area;

static void
cowchild(void *arg)
{
	int who = (int)(uintptr)arg;

	verify(area, 0);
	fill(area, who);
	sleep(0);
	verify(area, who);
}

static void
copyonwritekeepscopiesapart(void)
{
	int pid[4], i;

	area = malloc(BIG);
	check(area != nil);
	fill(area, 0);
	for(i = 0; i < (int)nelem(pid); i++) {
		pid[i] = rfork(RFPROC | RFFDG);
		if(pid[i] == 0) {
			cowchild((void *)(uintptr)(i + 1));
			exits(nil);
		}
	}
	for(i = 0; i < (int)nelem(pid); i++) {
		Waitmsg w;

		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	verify(area, 0);
}

static void
parentwritesarenotseenbychild(void)
{
	volatile int *go = sharedpage();
	int pid;

	area = malloc(BIG);
	fill(area, 0);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		waitval(go, 1);
		verify(area, 0);
		exits(nil);
	}
	fill(area, 9);
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	childok(pid);
	verify(area, 9);
}

static void
generation(int depth)
{
	int pid;

	verify(area, depth);
	if(depth == 6)
		return;
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		fill(area, depth + 1);
		generation(depth + 1);
		exits(nil);
	}
	childok(pid);
	verify(area, depth);
}

static void
copyonwriteovergenerations(void)
{
	area = malloc(BIG);
	fill(area, 0);
	generation(0);
}

static void
systemcallwritescopytoo(void)
{
	char *p = sbrk(BY2PG * 2);
	int fd[2], pid;

	strcpy(p, "original");
	check(pipe(fd) == 0);
	check(write(fd[1], "changed!", 8) == 8);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		check(read(fd[0], p, 8) == 8);
		checkstr(p, "changed!");
		exits(nil);
	}
	childok(pid);
	checkstr(p, "original");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(copyonwritekeepscopiesapart),
	    CASE(parentwritesarenotseenbychild),
	    CASE(copyonwriteovergenerations),
	    CASE(systemcallwritescopytoo),
	};

	runcases(cases, nelem(cases), argc, argv);
}
