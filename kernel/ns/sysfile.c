/*
 * System calls on files and file descriptors: open(2), read(2), seek(2), pipe(2),
 * fd2path(2), remove(2). dup(2) is in fgrp.c, stat(2) in sysstat.c.
 *
 * Arguments are 64-bit slots; an int or long is the low half of its slot.
 */
#include "ns/nsdat.h"

/* An fd for c. Takes over the reference, also on an error. */
static int
chanfd(Chan *c, int mode)
{
	int fd;

	onerror(cclose(c));
	fd = newfd(c, mode);
	poperror();
	return fd;
}

/* namec of a name in user memory. */
static Chan *
usernamec(uintptr addr, int amode, int omode, u32int perm)
{
	char *name;
	Chan *c;

	name = validstr(addr, PATHMAX);
	onerror(free(name));
	c = namec(name, amode, omode, perm);
	poperror();
	free(name);
	return c;
}

uintptr
sysopen(uintptr *arg)
{
	Chan *c;
	int mode;

	mode = (int)arg[1];
	openmode(mode);
	c = faropen(arg[0], mode);
	if(c == nil)
		c = usernamec(arg[0], Aopen, mode, 0);
	return chanfd(c, mode);
}

uintptr
syscreate(uintptr *arg)
{
	Chan *c;
	int mode;

	mode = (int)arg[1];
	openmode(mode & ~OEXCL);
	c = farcreate(arg[0], mode, (u32int)arg[2]);
	if(c == nil)
		c = usernamec(arg[0], Acreate, mode, (u32int)arg[2]);
	return chanfd(c, mode);
}

uintptr
sysclose(uintptr *arg)
{
	fdclose((int)arg[0]);
	return 0;
}

/* With off negative, read at the fd's own offset, which moves. */
static long
readchan(Chan *c, void *buf, long n, vlong off)
{
	long nn;

	if(c->qid.type & QTDIR)
		return dirread(c, buf, n, off);
	if(off >= 0)
		return chanread(c, buf, n, off);
	nn = chanread(c, buf, n, loadrelaxed(&c->offset));
	chanadvance(c, nn);
	return nn;
}

/* Write at the fd's own offset. It moves before the write, so that processes that share the fd
 * do not overwrite each other's data. */
static long
writenext(Chan *c, const void *buf, long n)
{
	vlong off;
	long nn;

	off = chanadvance(c, n);
	onerror(chanadvance(c, -n));
	nn = chanwrite(c, buf, n, off);
	poperror();
	chanadvance(c, nn - n);
	return nn;
}

/* read and write, pread and pwrite. off -1 means the fd's own offset. */
static long
sysrw(uintptr *arg, int write, vlong off)
{
	Chan *c;
	void *buf;
	long n, nn;

	n = (s32int)arg[2];
	/* a read of the file stores to buf */
	buf = validaddr(arg[1], (u32int)n, !write);
	c = fdtochan((int)arg[0], write ? OWRITE : OREAD, 1, 1);
	onerror(cclose(c));
	if(off < -1)
		error(Enegoff);
	if(!write)
		nn = readchan(c, buf, n, off);
	else if(off >= 0)
		nn = chanwrite(c, buf, n, off);
	else
		nn = writenext(c, buf, n);
	poperror();
	cclose(c);
	return nn;
}

uintptr
syspread(uintptr *arg)
{
	return sysrw(arg, 0, (vlong)arg[3]);
}

uintptr
syspwrite(uintptr *arg)
{
	return sysrw(arg, 1, (vlong)arg[3]);
}

uintptr
sys_read(uintptr *arg)
{
	return sysrw(arg, 0, -1);
}

uintptr
sys_write(uintptr *arg)
{
	return sysrw(arg, 1, -1);
}

static vlong
seekdir(Chan *c, vlong off, int whence)
{
	if(whence != 0 || off != 0)
		error(Eisdir);
	qlock(&c->dirlock);
	/* makes the next read begin at the start */
	c->offset = 0;
	qunlock(&c->dirlock);
	return 0;
}

static vlong
chanlength(Chan *c)
{
	uchar *buf;
	Dir d;
	uint n;

	buf = chanstat(c, &n);
	n = convM2D(buf, n, &d, nil);
	free(buf);
	if(n == 0)
		error(Ebadstat);
	return d.length;
}

/* Make c's offset `to'; with ifold, only if it is old still. Returns 0 if it is not. */
static int
setoffset(Chan *c, vlong old, vlong to, int ifold)
{
	if(ifold)
		return __atomic_compare_exchange_n(&c->offset, &old, to, 0,
		    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	storerelaxed(&c->offset, to);
	return 1;
}

static vlong
seekchan(Chan *c, vlong off, int whence)
{
	vlong base, to;

	if(c->flag & CSTREAM)
		error(Eisstream);
	if(whence < 0 || whence > 2)
		error(Ebadarg);
	if(c->qid.type & QTDIR)
		return seekdir(c, off, whence);
	base = 0;
	if(whence == 2)
		base = chanlength(c);
	do {
		if(whence == 1)
			base = loadrelaxed(&c->offset);
		if(__builtin_add_overflow(base, off, &to) || to < 0)
			error(Enegoff);
	} while(!setoffset(c, base, to, whence == 1));
	return to;
}

static vlong
seekfd(int fd, vlong off, int whence)
{
	Chan *c;
	vlong to;

	c = fdtochan(fd, -1, 1, 1);
	onerror(cclose(c));
	to = seekchan(c, off, whence);
	poperror();
	cclose(c);
	return to;
}

uintptr
sysseek(uintptr *arg)
{
	void *off;
	vlong v;

	off = validaddr(arg[0], sizeof v, 1);
	v = seekfd((int)arg[1], (vlong)arg[2], (int)arg[3]);
	memmove(off, &v, sizeof v);
	return 0;
}

uintptr
sysoseek(uintptr *arg)
{
	return seekfd((int)arg[0], (s32int)arg[1], (int)arg[2]);
}

/* Is #|, of which a new pipe is an attach, denied to up? cons(3), drivers */
static int
pipesdenied(void)
{
	int t;

	if(aload(&up->pgrp->denied) == 0)
		return 0;
	t = devno('|', 1);
	return t >= 0 && !devallowed(up->pgrp, t);
}

uintptr
syspipe(uintptr *arg)
{
	Chan *end[2];
	int fd[2];
	void *ufd;

	ufd = validaddr(arg[0], sizeof fd, 1);
	if(pipesdenied())
		error(Enoattach);
	newpipe(end);
	if(waserror()) {
		cclose(end[0]);
		cclose(end[1]);
		nexterror();
	}
	newfd2(fd, end);
	poperror();
	memmove(ufd, fd, sizeof fd);
	return 0;
}

uintptr
sysfd2path(uintptr *arg)
{
	Chan *c;
	char *buf;
	u32int n;

	n = (u32int)arg[2];
	buf = validaddr(arg[1], n, 1);
	c = fdtochan((int)arg[0], -1, 0, 1);
	onerror(cclose(c));
	if(n > 0)
		strecpy(buf, buf + n, chanpath(c));
	poperror();
	cclose(c);
	return 0;
}

void
chanremove(Chan *c)
{
	/* the name could mean the mount point or the mounted file */
	if(c->ismtpt) {
		cclose(c);
		error(Eismtpt);
	}
	/* error or not, the device has freed its data for c: remove(5) */
	onerror(chanfree(c));
	devtab[c->type]->remove(c);
	poperror();
	chanfree(c);
}

uintptr
sysremove(uintptr *arg)
{
	if(farremove(arg[0]) <= 0)
		chanremove(usernamec(arg[0], Aremove, 0, 0));
	return 0;
}

uintptr
syschdir(uintptr *arg)
{
	char *name;

	name = validstr(arg[0], PATHMAX);
	onerror(free(name));
	kchdir(name);
	poperror();
	free(name);
	return 0;
}
