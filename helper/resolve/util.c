/*
 * What all files use.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "resolve.h"

enum
{
	/* of a file that is read whole */
	Maxfile = 64 * MiB,
	/* words of a line that are looked at */
	Maxword = 64,
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

u32int
namehash(const char *name, int type)
{
	u32int h;

	h = type;
	for(; *name != 0; name++)
		h = h * 31 + tolower((uchar)*name);
	return h;
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

void
eachline(
    char *text, const char *comment, int min, void (*line)(char **word, int n))
{
	char *s, *nl, *w, *save, *word[Maxword];
	int n;

	for(s = text; s != nil; s = nl) {
		nl = strchr(s, '\n');
		if(nl != nil)
			*nl++ = 0;
		s[strcspn(s, comment)] = 0;
		n = 0;
		for(w = strtok_r(s, " \t\r", &save); w != nil && n < Maxword;
		    w = strtok_r(nil, " \t\r", &save))
			word[n++] = w;
		if(n >= min)
			line(word, n);
	}
}

int
filechanged(const char *path, struct stat *was)
{
	struct stat st;
	int changed;

	if(stat(path, &st) < 0)
		memset(&st, 0, sizeof st);
	changed = st.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != was->st_mtim.tv_nsec ||
	    st.st_ino != was->st_ino || st.st_size != was->st_size;
	*was = st;
	return changed;
}
