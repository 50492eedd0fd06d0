/*
 * The system call that does least, getppid: call count
 *
 * It is the peer of rewritten calls, of both kinds, and of a trapped one; clock_gettime, as run9,
 * through the vdso, that of nsec.
 */
#include "bench.h"

int
main(int argc, char *argv[])
{
	long long t;
	int i, n;

	if(argc != 2)
		return 2;
	n = atoi(argv[1]);
	t = now();
	for(i = 0; i < n; i++)
		syscall(SYS_getppid);
	result("call", n, now() - t);
	t = now();
	for(i = 0; i < n; i++)
		now();
	result("nsec", n, now() - t);
	t = now();
	for(i = 0; i < n; i++)
		syscall(SYS_getppid);
	result("gocall", n, now() - t);
	n /= 20;
	t = now();
	for(i = 0; i < n; i++)
		syscall(SYS_getppid);
	result("trap", n, now() - t);
	return 0;
}
