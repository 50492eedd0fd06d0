/*
 * System calls that do next to nothing: call count
 *
 * alarm(0) with no alarm set is the least that a call can do. The same as Go's
 * syscall.Syscall makes it, with MOVSQs, is rewritten too; by a SYSCALL instruction that
 * cannot be it costs a trap.
 */
#include "bench.h"

enum
{
	ALARM = 6,
};

void
main(int argc, char *argv[])
{
	const vlong none[3] = {0};
	vlong t;
	int i, n;

	if(argc != 2)
		sysfatal("usage: call count");
	n = atoi(argv[1]);
	t = now();
	for(i = 0; i < n; i++)
		alarm(0);
	result("call", n, now() - t);
	t = now();
	for(i = 0; i < n; i++)
		now();
	result("nsec", n, now() - t);
	t = now();
	for(i = 0; i < n; i++)
		copysyscall(ALARM, none, nil);
	result("gocall", n, now() - t);
	n /= 20;
	t = now();
	for(i = 0; i < n; i++)
		trapsyscall(ALARM, 0);
	result("trap", n, now() - t);
	exits(nil);
}
