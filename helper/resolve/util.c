/*
 * What all files use.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "resolve.h"

enum
{
	/* of a file that is read whole */
	Maxfile = 64 * MiB,
};

Conf conf = {
    .mntpt = "/net",
    .hosts = "/etc/hosts",
    .services = "/etc/services",
    .protocols = "/etc/protocols",
    .resolvconf = "/etc/resolv.conf",
    .nsswitch = "/etc/nsswitch.conf",
    .ipv6 = 1,
    .target = 8000,
};

static _Noret void
nomemory(void)
{
	fprintf(stderr, "run9-resolve: out of memory\n");
	exit(1);
}

void *
erealloc(void *p, usize n)
{
	p = realloc(p, n > 0 ? n : 1);
	if(p == nil)
		nomemory();
	return p;
}

void *
emalloc(usize n)
{
	return erealloc(nil, n);
}

char *
estrdup(const char *s)
{
	usize n;

	n = strlen(s) + 1;
	return memmove(emalloc(n), s, n);
}

char *
smprint(const char *fmt, ...)
{
	va_list arg;
	char *s;

	va_start(arg, fmt);
	if(vasprintf(&s, fmt, arg) < 0)
		nomemory();
	va_end(arg);
	return s;
}

vlong
nowms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1000LL * t.tv_sec + t.tv_nsec / 1000000;
}

char *
readfile(const char *path)
{
	char *s;
	usize n, max;
	ssize_t r;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if(fd < 0)
		return nil;
	s = nil;
	n = max = 0;
	do {
		if(max - n < 4096) {
			max = 2 * max + 16 * KiB;
			s = erealloc(s, max);
		}
		r = read(fd, s + n, max - n - 1);
		if(r > 0)
			n += r;
	} while(n < Maxfile && (r > 0 || (r < 0 && errno == EINTR)));
	close(fd);
	s[n] = 0;
	return s;
}
