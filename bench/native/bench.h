/*
 * What the native peers share: a clock, and the line "name count nanoseconds"
 * that bench/prog prints for the same work.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum
{
	KiB = 1024,
	MiB = 1024 * KiB,
	PAGE = 4096,
};

static inline long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline void
result(const char *name, long long count, long long ns)
{
	printf("%s %lld %lld\n", name, count, ns);
}

static inline _Noreturn void
fatal(const char *what)
{
	perror(what);
	exit(1);
}
