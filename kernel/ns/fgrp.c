/*
 * File descriptors: tables of Chans that processes share, rfork(2).
 *
 * Nothing is allocated under the table's Lock. A process that needs room releases the Lock,
 * allocates, takes the Lock again, and looks again.
 */
#include "ns/nsdat.h"

Fgrp *
newfgrp(void)
{
	Fgrp *f;

	f = smalloc(sizeof *f);
	setrank(&f->lk, Rfgrp);
	f->r.ref = 1;
	f->maxfd = -1;
	f->dupend = DELTAFD;
	return f;
}

/* An fd table of n entries: Chans, then their flags. nil if there is no memory. */
static Chan **
newtable(int n)
{
	return malloc(n * (sizeof(Chan *) + 1));
}

static void
settable(Fgrp *f, Chan **fd, int n)
{
	uchar *flag;

	flag = (uchar *)(fd + n);
	if(f->nfd > 0) {
		memmove(fd, f->fd, f->nfd * sizeof fd[0]);
		memmove(flag, f->flag, f->nfd);
	}
	f->fd = fd;
	f->flag = flag;
	f->nfd = n;
}

/* n, rounded up to a table of 9front's. */
static int
steps(int n)
{
	return (n + DELTAFD - 1) / DELTAFD * DELTAFD;
}

/* Make room for fd. Caller holds f->lk, which this releases and takes again: what the caller
 * knows of the table may be wrong afterwards. Returns 0, with f->lk released, if there is no
 * room. */
static int
growfgrp(Fgrp *f, int fd)
{
	static u64int said;
	Chan **new, **old;
	int n;

	n = 2 * f->nfd;
	unlock(&f->lk);
	if(fd >= NFD) {
		saylimit(&said, "%d open files in a group of processes", NFD);
		return 0;
	}
	if(n < fd + 1)
		n = steps(fd + 1);
	if(n > NFD)
		n = NFD;
	new = newtable(n);
	if(new == nil)
		return 0;
	lock(&f->lk);
	if(n <= f->nfd) {
		unlock(&f->lk);
		free(new);
		lock(&f->lk);
		return 1;
	}
	old = f->fd;
	settable(f, new, n);
	unlock(&f->lk);
	free(old);
	lock(&f->lk);
	return 1;
}

Fgrp *
dupfgrp(Fgrp *f)
{
	Fgrp *nf;
	Chan **fd;
	int i, n;

	nf = newfgrp();
	if(f == nil)
		return nf;
	lock(&f->lk);
	for(;;) {
		n = steps(f->maxfd + 1);
		unlock(&f->lk);
		if(n == 0)
			return nf;
		fd = newtable(n);
		if(fd == nil) {
			free(nf);
			error(Enomem);
		}
		lock(&f->lk);
		if(f->maxfd < n)
			break;
		unlock(&f->lk);
		free(fd);
		lock(&f->lk);
	}
	settable(nf, fd, n);
	nf->lowfd = f->lowfd;
	for(i = 0; i <= f->maxfd; i++) {
		nf->fd[i] = f->fd[i];
		nf->flag[i] = f->flag[i];
		if(nf->fd[i] != nil) {
			incref(&nf->fd[i]->r);
			nf->maxfd = i;
		}
	}
	unlock(&f->lk);
	if(nf->maxfd >= 0)
		nf->dupend = steps(nf->maxfd + 1);
	return nf;
}

void
closefgrp(Fgrp *f)
{
	int i;

	if(f == nil || decref(&f->r) > 0)
		return;
	for(i = 0; i <= f->maxfd; i++)
		if(f->fd[i] != nil)
			cclose(f->fd[i]);
	free(f->fd);
	free(f);
}

Chan *
fdtochan(int fd, int mode, int chkmnt, int iref)
{
	Fgrp *f;
	Chan *c;
	const char *err;

	f = up->fgrp;
	c = nil;
	err = nil;
	lock(&f->lk);
	if(fd < 0 || fd > f->maxfd || (c = f->fd[fd]) == nil)
		err = Ebadfd;
	else if(chkmnt && (loadrelaxed(&c->flag) & CMSG))
		err = Ebadusefd;
	else if(mode >= 0 && c->mode != ORDWR) {
		if((mode & OTRUNC) && c->mode == OREAD)
			err = Ebadusefd;
		else if((mode & ~OTRUNC) != c->mode)
			err = Ebadusefd;
	}
	if(err == nil && iref)
		incref(&c->r);
	unlock(&f->lk);
	if(err != nil)
		error(err);
	return c;
}

/* The lowest free fd that is at least `from'; f->nfd if none is free. Caller holds f->lk. */
static int
freefd(Fgrp *f, int from)
{
	int fd;

	for(fd = from > f->lowfd ? from : f->lowfd;
	    fd < f->nfd && f->fd[fd] != nil; fd++)
		;
	if(from <= f->lowfd)
		f->lowfd = fd;
	return fd;
}

/* Make c descriptor fd, which is within the table. Caller holds f->lk. */
static void
installfd(Fgrp *f, int fd, Chan *c, int mode)
{
	f->fd[fd] = c;
	f->flag[fd] = mode & OCEXEC ? CCEXEC : 0;
	if(fd > f->maxfd)
		f->maxfd = fd;
	if(fd >= f->dupend)
		storerelaxed(&f->dupend, steps(fd + 1));
}

int
newfd(Chan *c, int mode)
{
	Fgrp *f;
	int fd;

	f = up->fgrp;
	lock(&f->lk);
	while((fd = freefd(f, 0)) == f->nfd)
		if(!growfgrp(f, fd))
			error(Enofd);
	installfd(f, fd, c, mode);
	unlock(&f->lk);
	return fd;
}

void
newfd2(int fd[2], Chan *c[2])
{
	Fgrp *f;

	f = up->fgrp;
	lock(&f->lk);
	for(;;) {
		fd[0] = freefd(f, 0);
		fd[1] = freefd(f, fd[0] + 1);
		if(fd[1] < f->nfd)
			break;
		if(!growfgrp(f, fd[1]))
			error(Enofd);
	}
	installfd(f, fd[0], c[0], 0);
	installfd(f, fd[1], c[1], 0);
	unlock(&f->lk);
}

/* Make c descriptor fd, with the caller's reference, and close what fd was. Returns 0 if there
 * is no room; the reference is then still the caller's. */
static int
replace(int fd, Chan *c)
{
	Fgrp *f;
	Chan *old;

	f = up->fgrp;
	lock(&f->lk);
	while(fd >= f->nfd)
		if(!growfgrp(f, fd))
			return 0;
	old = f->fd[fd];
	installfd(f, fd, c, 0);
	unlock(&f->lk);
	if(old != nil)
		cclose(old);
	return 1;
}

void
setfd(int fd, Chan *c)
{
	if(fd < 0 || !replace(fd, c))
		error(Enofd);
}

/* Is fd within dup's reach? A hint when another process changes the table. */
static int
dupreach(int fd)
{
	return fd >= 0 && fd < loadrelaxed(&up->fgrp->dupend) + DELTAFD;
}

uintptr
sysdup(uintptr *arg)
{
	Chan *c;
	int fd;

	/* the copy is closed at exec only if dup's argument says so: dup(2) */
	c = fdtochan((int)arg[0], -1, 0, 1);
	fd = (int)arg[1];
	onerror(cclose(c));
	if(fd == -1)
		fd = newfd(c, 0);
	else {
		if(!dupreach(fd))
			error(Ebadfd);
		if(!replace(fd, c))
			error(Enofd);
	}
	poperror();
	return fd;
}

/* Free descriptor fd. Returns its Chan for the caller to close, or nil. Caller holds f->lk. */
static Chan *
takefd(Fgrp *f, int fd)
{
	Chan *c;

	if(fd < 0 || fd > f->maxfd)
		return nil;
	c = f->fd[fd];
	f->fd[fd] = nil;
	f->flag[fd] = 0;
	if(fd < f->lowfd)
		f->lowfd = fd;
	return c;
}

int
fgrpclose(Fgrp *f, int fd)
{
	Chan *c;

	lock(&f->lk);
	c = takefd(f, fd);
	unlock(&f->lk);
	if(c != nil)
		cclose(c);
	return c != nil;
}

Chan *
fgrpchan(Fgrp *f, int fd)
{
	Chan *c;

	lock(&f->lk);
	c = fd >= 0 && fd <= f->maxfd ? f->fd[fd] : nil;
	if(c != nil)
		incref(&c->r);
	unlock(&f->lk);
	return c;
}

int
fgrpmax(Fgrp *f)
{
	int n;

	lock(&f->lk);
	n = f->maxfd;
	unlock(&f->lk);
	return n;
}

void
fdclose(int fd)
{
	if(!fgrpclose(up->fgrp, fd))
		error(Ebadfd);
}

void
fdcloseexec(Fgrp *f)
{
	Chan *c;
	int fd;

	for(fd = 0;; fd++) {
		lock(&f->lk);
		while(fd <= f->maxfd &&
		    !(f->fd[fd] != nil && (f->flag[fd] & CCEXEC)))
			fd++;
		c = takefd(f, fd);
		unlock(&f->lk);
		if(c == nil)
			return;
		cclose(c);
	}
}
