/*
 * #Z: reading and writing host files, listing host directories, and Chans for the descriptors
 * that run9 was started with.
 *
 * Plain files that #Z opened are read and written at the Chan's offset. All others are read and
 * written at the host's own position: devices, fifos, and every inherited descriptor, whose
 * position other programs share. That position is moved only when a program asks for an offset
 * other than the end of its last access.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

Chan *
hostfdchan(int fd, int keep, const char *path)
{
	Chan *c;
	Hostfile *f;
	Hoststat st;
	int mode, append;

	mode = hostfdmode(fd, &append);
	if(mode < 0)
		error(Ebadfd);
	c = devattach('Z', nil);
	if(waserror()) {
		freehostfile(c->aux);
		c->aux = nil;
		chanfree(c);
		nexterror();
	}
	c->aux = f = pathhostfile(path);
	hostfstat(fd, &st);
	channame(c, path);
	poperror();
	f->fd = fd;
	f->keep = keep;
	f->noname = 1;
	f->append = append;
	f->stream = !st.isdir;
	f->at = f->stream ? hostseek(fd, 0, 1) : -1;
	f->seeks = f->at >= 0;
	if(f->at < 0)
		f->at = 0;
	c->qid = hostqid(&st);
	c->mode = mode;
	c->offset = f->at;
	c->flag |= COPEN | (st.ispipe ? CSTREAM : 0);
	return c;
}

/* Move the host's position to off, if it is not there. Caller holds f->lk. */
static void
seekto(Hostfile *f, vlong off)
{
	if(f->seeks && off != f->at)
		hostseek(f->fd, off, 0);
}

/* Read or write at the host's own position. In a file that can seek, the lock keeps other
 * processes from moving the position meanwhile. In another file no lock is held, because a
 * waiting reader must not hold up a writer. */
static long
streamio(Hostfile *f, void *buf, long n, vlong off, int write)
{
	long m;

	if(!f->seeks)
		return write ? hostwrite(f->fd, buf, n, -1)
			     : hostread(f->fd, buf, n, -1);
	qlock(&f->lk);
	onerror(qunlock(&f->lk));
	seekto(f, off);
	m = write ? hostwrite(f->fd, buf, n, -1) : hostread(f->fd, buf, n, -1);
	f->at = off + m;
	poperror();
	qunlock(&f->lk);
	return m;
}

/* The host does not let up look at the file of an entry of f: describe it by what the entry says. Device,
 * owner and times are the directory's, and there are no permissions. */
static void
entrystat(Hostfile *f, const Hostdirent *e, Hoststat *st)
{
	hostfstat(f->fd, st);
	st->ino = e->ino;
	st->mode = 0;
	st->length = 0;
	st->isdir = e->isdir;
	st->isreg = e->isreg;
}

/* Describe an entry of f. Returns 0 if it is gone. */
static int
lookat(Hostfile *f, const Hostdirent *e, Hoststat *st)
{
	int r;

	r = hoststatat(f->fd, e->name, st);
	if(r == Hostother)
		entrystat(f, e, st);
	return r != Hostnone;
}

/*
 * Read directory entries of c from c->pos on, as many as fit, or as the host has given so far;
 * c->pos moves behind them. An entry that is gone when it is looked at is left out. Caller holds
 * f->lk.
 */
static long
readdir(Chan *c, Hostfile *f, uchar *buf, long n)
{
	Hostdirent ent;
	Hoststat st;
	long got;
	uint m;

	got = 0;
	while(hostreaddir(f->dir, c->pos, &ent)) {
		if(lookat(f, &ent, &st)) {
			m = hostmsg(c, ent.name, &st, buf + got, n - got);
			if(m <= BIT16SZ) {
				if(got == 0)
					error(Eshort);
				return got;
			}
			got += m;
		}
		c->pos = ent.next;
		if(ent.last && got > 0)
			break;
	}
	return got;
}

static long
dirio(Chan *c, Hostfile *f, void *buf, long n, vlong off)
{
	long m;

	qlock(&f->lk);
	onerror(qunlock(&f->lk));
	if(f->dir == nil) {
		f->dir = smalloc(sizeof *f->dir);
		f->dir->fd = f->fd;
	}
	if(off == 0)
		c->pos = 0;
	m = readdir(c, f, buf, n);
	poperror();
	qunlock(&f->lk);
	return m;
}

long
hostfsread(Chan *c, void *buf, long n, vlong off)
{
	Hostfile *f = c->aux;

	if(c->qid.type & QTDIR) {
		/* a standard file can be read as bytes only */
		if(f->noname)
			error(Eisdir);
		return dirio(c, f, buf, n, off);
	}
	if(off < 0)
		error(Enegoff);
	if(f->stream)
		return streamio(f, buf, n, off, 0);
	return hostread(f->fd, buf, n, off);
}

void
setappend(Hostfile *f, int on)
{
	int can;

	can = hostsetappend(f->fd, on);
	f->hostappends = on && can;
	f->append = on;
}

/* The file's mode bits may have changed since f was opened. */
static void
followbits(Chan *c, Hostfile *f)
{
	int on;

	if(!f->append && !anyhostbits())
		return;
	on = (hostbits(c->qid.path) & DMAPPEND) != 0;
	if(on != f->append)
		setappend(f, on);
}

/* Write at the end of the file, wherever that is. */
static long
appendio(Hostfile *f, const void *buf, long n)
{
	Hoststat st;
	long m;

	if(f->hostappends)
		return hostwrite(f->fd, buf, n, 0);
	qlock(&f->lk);
	onerror(qunlock(&f->lk));
	hostfstat(f->fd, &st);
	m = hostwrite(f->fd, buf, n, st.length);
	poperror();
	qunlock(&f->lk);
	return m;
}

static long
hostwriteat(Chan *c, Hostfile *f, const void *buf, long n, vlong off)
{
	if(f->stream)
		return streamio(f, (void *)buf, n, off, 1);
	followbits(c, f);
	if(f->append)
		return appendio(f, buf, n);
	return hostwrite(f->fd, buf, n, off);
}

long
hostfswrite(Chan *c, const void *buf, long n, vlong off)
{
	Hostfile *f = c->aux;
	long m;

	if(c->qid.type & QTDIR)
		error(Eisdir);
	if(off < 0)
		error(Enegoff);
	if(waserror()) {
		/* a 9P client learns it from the error alone */
		if(strcmp(up->errstr, Ehungup) == 0 &&
		    !(loadrelaxed(&c->flag) & CMSG))
			postnote(up, 1, "sys: write on closed pipe", NUser);
		nexterror();
	}
	m = hostwriteat(c, f, buf, n, off);
	poperror();
	return m;
}

long
hostfswritenow(Chan *c, const void *buf, long n)
{
	Hostfile *f = c->aux;

	return f->stream && !f->seeks ? hostwritenow(f->fd, buf, n) : 0;
}
