/*
 * System calls of kernel/ns as tests write them, on the Proc up.
 */
#ifndef NSCALL_H
#define NSCALL_H

#include "nshost.h"

/* f(arg) as the system call table calls it: -1 if it errors, and then up->errstr says why. */
static inline vlong
docall(Syscall *f, uintptr *arg)
{
	uintptr r;

	if(waserror())
		return -1;
	r = f(arg);
	poperror();
	return (vlong)r;
}

#define CALL(f, ...) docall(f, (uintptr[]){__VA_ARGS__})
#define S(s) ((uintptr)(s))

static inline int
xopen(const char *name, int mode)
{
	return CALL(sysopen, S(name), (u32int)mode);
}

static inline int
xcreate(const char *name, int mode, u32int perm)
{
	return CALL(syscreate, S(name), (u32int)mode, perm);
}

static inline int
xclose(int fd)
{
	return CALL(sysclose, (u32int)fd);
}

static inline int
xbind(const char *new, const char *old, int flag)
{
	return CALL(sysbind, S(new), S(old), (u32int)flag);
}

static inline int
xunmount(const char *new, const char *old)
{
	return CALL(sysunmount, S(new), S(old));
}

static inline int
xchdir(const char *name)
{
	return CALL(syschdir, S(name));
}

static inline int
xremove(const char *name)
{
	return CALL(sysremove, S(name));
}

static inline long
xread(int fd, void *buf, long n)
{
	return CALL(sys_read, (u32int)fd, S(buf), (u32int)n);
}

static inline long
xwrite(int fd, const void *buf, long n)
{
	return CALL(sys_write, (u32int)fd, S(buf), (u32int)n);
}

static inline long
xpread(int fd, void *buf, long n, vlong off)
{
	return CALL(syspread, (u32int)fd, S(buf), (u32int)n, (uintptr)off);
}

static inline long
xpwrite(int fd, const void *buf, long n, vlong off)
{
	return CALL(syspwrite, (u32int)fd, S(buf), (u32int)n, (uintptr)off);
}

static inline vlong
xseek(int fd, vlong off, int whence)
{
	vlong r;

	if(CALL(sysseek, S(&r), (u32int)fd, (uintptr)off, (u32int)whence) < 0)
		return -1;
	return r;
}

static inline int
xdup(int old, int new)
{
	return CALL(sysdup, (u32int)old, (u32int) new);
}

static inline int
xstat(const char *name, void *buf, int n)
{
	return CALL(sysstat, S(name), S(buf), (u32int)n);
}

static inline int
xfstat(int fd, void *buf, int n)
{
	return CALL(sysfstat, (u32int)fd, S(buf), (u32int)n);
}

/* A new file with contents s; or a new directory if s is nil. -1 if it cannot be. */
static inline int
xmk(const char *name, const char *s)
{
	int fd, r;

	if(s == nil)
		fd = xcreate(name, OREAD, DMDIR | 0777);
	else
		fd = xcreate(name, OWRITE, 0666);
	if(fd < 0)
		return -1;
	r = s != nil && xwrite(fd, s, strlen(s)) != (long)strlen(s) ? -1 : 0;
	xclose(fd);
	return r;
}

/* A file's first bytes, or "!" and the error. */
static inline const char *
xcat(const char *name)
{
	static _Thread_local char buf[ERRMAX + 1];
	long n;
	int fd;

	fd = xopen(name, OREAD);
	n = -1;
	if(fd >= 0) {
		n = xread(fd, buf, sizeof buf - 1);
		if(n >= 0)
			buf[n] = '\0';
		xclose(fd);
	}
	if(n < 0)
		snprint(buf, sizeof buf, "!%s", up->errstr);
	return buf;
}

/* The names in a directory with a blank after each, or "!" and the error. n bytes a read. */
static inline const char *
xls(const char *name, int n)
{
	static _Thread_local char list[4096];
	static _Thread_local uchar buf[8192];
	char strs[512], *p;
	Dir d;
	long nn;
	uint len, i;
	int fd;

	p = list;
	*p = '\0';
	fd = xopen(name, OREAD);
	nn = -1;
	if(fd >= 0) {
		while((nn = xread(fd, buf, n)) > 0)
			for(i = 0; i < nn; i += len) {
				len = convM2D(buf + i, nn - i, &d, strs);
				if(len == 0)
					return "not whole entries";
				p = seprint(
				    p, list + sizeof list, "%s ", d.name);
			}
	}
	if(nn < 0)
		snprint(list, sizeof list, "!%s", up->errstr);
	if(fd >= 0)
		xclose(fd);
	return list;
}

/* The name that fd has. */
static inline const char *
xfd2path(int fd)
{
	static _Thread_local char buf[1024];

	if(CALL(sysfd2path, (u32int)fd, S(buf), sizeof buf) < 0)
		return up->errstr;
	return buf;
}

/* The current directory. */
static inline const char *
xpwd(void)
{
	const char *s;
	int fd;

	fd = xopen(".", OREAD);
	if(fd < 0)
		return up->errstr;
	s = xfd2path(fd);
	xclose(fd);
	return s;
}

#endif
