/*
 * System calls of kernel/ns as tests write them: nscall.h.
 */
#include <string.h>
#include "nscall.h"

vlong
docall(Syscall *f, uintptr *arg)
{
	uintptr r;

	if(waserror()) {
		/* the note of a wrong call is syscall.c's */
		up->callnote = nil;
		argreset();
		return -1;
	}
	r = f(arg);
	poperror();
	argreset();
	return (vlong)r;
}

int
xopen(const char *name, int mode)
{
	return CALL(sysopen, argstr(name), (u32int)mode);
}

int
xcreate(const char *name, int mode, u32int perm)
{
	return CALL(syscreate, argstr(name), (u32int)mode, perm);
}

int
xclose(int fd)
{
	return CALL(sysclose, (u32int)fd);
}

int
xbind(const char *new, const char *old, int flag)
{
	return CALL(sysbind, argstr(new), argstr(old), (u32int)flag);
}

int
xmount(int fd, int afd, const char *old, int flag)
{
	return CALL(sysmount, (u32int)fd, (u32int)afd, argstr(old),
	    (u32int)flag, argstr(""));
}

int
xunmount(const char *new, const char *old)
{
	return CALL(sysunmount, argstr(new), argstr(old));
}

int
xchdir(const char *name)
{
	return CALL(syschdir, argstr(name));
}

int
xremove(const char *name)
{
	return CALL(sysremove, argstr(name));
}

/* Room for n bytes, which may be any number, or no address for no buffer. */
static uintptr
room(const void *buf, long n)
{
	return buf != nil ? argroom(n > 0 ? n : 0) : 0;
}

/* r bytes of the argument at va to buf, if the call that returned r gave any. */
static long
fetch(void *buf, uintptr va, long r)
{
	if(r > 0)
		memmove(buf, userptr(va), r);
	return r;
}

long
xread(int fd, void *buf, long n)
{
	uintptr va;

	va = room(buf, n);
	return fetch(buf, va, CALL(sys_read, (u32int)fd, va, (u32int)n));
}

long
xwrite(int fd, const void *buf, long n)
{
	return CALL(
	    sys_write, (u32int)fd, argcopy(buf, n > 0 ? n : 0), (u32int)n);
}

long
xpread(int fd, void *buf, long n, vlong off)
{
	uintptr va;

	va = room(buf, n);
	return fetch(
	    buf, va, CALL(syspread, (u32int)fd, va, (u32int)n, (uintptr)off));
}

long
xpwrite(int fd, const void *buf, long n, vlong off)
{
	return CALL(syspwrite, (u32int)fd, argcopy(buf, n > 0 ? n : 0),
	    (u32int)n, (uintptr)off);
}

vlong
xseek(int fd, vlong off, int whence)
{
	uintptr va;
	vlong r;

	va = argroom(sizeof r);
	if(CALL(sysseek, va, (u32int)fd, (uintptr)off, (u32int)whence) < 0)
		return -1;
	fetch(&r, va, sizeof r);
	return r;
}

int
xdup(int old, int new)
{
	return CALL(sysdup, (u32int)old, (u32int) new);
}

int
xpipe(int fd[2])
{
	uintptr va;

	va = room(fd, 2 * sizeof fd[0]);
	if(CALL(syspipe, va) < 0)
		return -1;
	fetch(fd, va, 2 * sizeof fd[0]);
	return 0;
}

int
xstat(const char *name, void *buf, int n)
{
	uintptr va;

	va = room(buf, n);
	return fetch(buf, va, CALL(sysstat, argstr(name), va, (u32int)n));
}

int
xfstat(int fd, void *buf, int n)
{
	uintptr va;

	va = room(buf, n);
	return fetch(buf, va, CALL(sysfstat, (u32int)fd, va, (u32int)n));
}

int
xwstat(const char *name, const void *buf, int n)
{
	return CALL(syswstat, argstr(name), argcopy(buf, n), (u32int)n);
}

int
xfwstat(int fd, const void *buf, int n)
{
	return CALL(sysfwstat, (u32int)fd, argcopy(buf, n), (u32int)n);
}

int
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

const char *
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

const char *
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

const char *
xfd2path(int fd)
{
	static _Thread_local char buf[1024];
	uintptr va;

	va = argroom(sizeof buf);
	if(CALL(sysfd2path, (u32int)fd, va, sizeof buf) < 0)
		return up->errstr;
	fetch(buf, va, sizeof buf);
	return buf;
}

const char *
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

int
xnsfile(const char *text)
{
	char buf[512];

	strecpy(buf, buf + sizeof buf, text);
	if(waserror())
		return -1;
	nsfile("ns", buf, nil);
	poperror();
	return 0;
}

void
ramgroups(void)
{
	newgroups(ramdev.attach("root"));
	ksetenv(up->egrp, "home", "/usr/glenda", strlen("/usr/glenda"));
}

long
nstext(Proc *p, char *buf, long n)
{
	char *line, *e;
	vlong at;

	e = buf;
	*e = 0;
	for(at = 0; (line = nsline(p, &at)) != nil; free(line))
		e = strecpy(e, buf + n, line);
	return e - buf;
}
