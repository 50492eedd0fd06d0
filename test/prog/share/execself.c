#include "execself.h"

char buf[64 * KiB];
char zeros[256 * KiB];
int initialised = 42;
char *table[] = {"zero", "one", "two"};

char *
run(char *file, char *argv[])
{
	int p[2], pid, n;

	check(pipe(p) == 0);
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		close(p[0]);
		dup(p[1], 1);
		close(p[1]);
		exec(file, argv);
		rerrstr(buf, ERRMAX);
		exits(buf);
	}
	close(p[1]);
	n = 0;
	for(;;) {
		int m = read(p[0], buf + n, sizeof buf - 1 - n);

		if(m <= 0)
			break;
		n += m;
	}
	buf[n] = 0;
	close(p[0]);
	return childmsg(pid);
}

char *
runmode(char *mode, char *arg)
{
	char *argv[] = {self, mode, arg, nil};

	return run(self, argv);
}

void
modeargs(int argc, char *argv[])
{
	int i;

	print("%d\n", argc);
	for(i = 0; i < argc; i++)
		print("[%s]\n", argv[i]);
}

void
modeimage(void)
{
	usize i;

	for(i = 0; i < sizeof zeros; i++)
		if(zeros[i] != 0)
			fail("bss byte %lld is %d", (vlong)i, zeros[i]);
	checkint(initialised, 42);
	checkstr(table[2], "two");
	check(
	    (uintptr)etext > UTZERO && (uintptr)etext < (uintptr)&initialised);
	checkint(
	    ROUNDUP((uintptr)etext, UTROUND), (uintptr)edata & ~(UTROUND - 1));
}
