/*
 * Channels: allocation, reference counts, closing.
 *
 *   newchan    makes one
 *   cclone     another Chan for the same file
 *   cclose     drops a reference; the last closes
 *   ccloseq    the same for callers that must not wait for a device
 *   eqchan     the same file?
 *
 * Chans are never given back to the heap: fid stays with the structure, so that it
 * is unique for as long as the Chan is in use.
 */
#include "ns/nsdat.h"

void (*nskproc)(const char *name, void (*f)(void *), void *arg);
void (*newpipe)(Chan *end[2]);
char *(*srvname)(Chan *c);
Mntclient mntclient;

enum
{
	/* numbers that are kept to be given out again; more are lost */
	NOLDFID = 256,
};

static struct
{
	Lock lk;
	Chan *free;
	/* numbers up to nfid have been given out; those of old[0..nold-1] are free again */
	u32int nfid;
	u32int old[NOLDFID];
	int nold;
	/* atomic */
	long inuse;
} chanalloc = {.lk = LOCKRANK(Rchanalloc)};

static struct
{
	/* guards everything but turn and r; taken inside r's */
	Lock lk;
	Chan *head;
	Chan *tail;
	/* how many Chans are in the queue */
	int n;
	/* how many closers wait for a Chan */
	int idle;
	/* how many closers there are */
	int nproc;
	/* held by the closer that sleeps on r */
	QLock turn;
	Rendez r;
} closeq = {.lk = LOCKRANK(Rcloseq), .turn = QLOCKRANK(Rcloseturn)};

void
newfid(Chan *c)
{
	lock(&chanalloc.lk);
	if(chanalloc.nold > 0)
		c->fid = chanalloc.old[--chanalloc.nold];
	else
		c->fid = ++chanalloc.nfid;
	unlock(&chanalloc.lk);
}

void
oldfid(u32int fid)
{
	lock(&chanalloc.lk);
	if(chanalloc.nold < NOLDFID)
		chanalloc.old[chanalloc.nold++] = fid;
	unlock(&chanalloc.lk);
}

Chan *
newchan(void)
{
	Chan *c;

	lock(&chanalloc.lk);
	c = chanalloc.free;
	if(c != nil)
		chanalloc.free = c->next;
	unlock(&chanalloc.lk);
	if(c == nil) {
		c = smalloc(sizeof *c);
		newfid(c);
	}
	__atomic_add_fetch(&chanalloc.inuse, 1, __ATOMIC_RELAXED);
	setqrank(&c->dirlock, Rdirlock);
	c->next = nil;
	c->flag = 0;
	c->type = NODEV;
	incref(&c->r);
	return c;
}

long
nchan(void)
{
	return loadrelaxed(&chanalloc.inuse);
}

/* c has no reference, and its device has finished with it. Add the Chans that c's references
 * keep, and that have none now, to list. */
static void
chanput(Chan *c, Chan **list)
{
	u32int fid;

	pathdrop(c->path, list);
	uniondrop(c->un, list);
	chandrop(c->unc, list);
	chandrop(c->mchan, list);
	if(c->mux != nil)
		mntclient.free(c);
	free(c->rock);
	fid = c->fid;
	memset(c, 0, sizeof *c);
	c->fid = fid;
	c->type = NODEV;
	c->flag = CFREE;
	__atomic_sub_fetch(&chanalloc.inuse, 1, __ATOMIC_RELAXED);
	lock(&chanalloc.lk);
	c->next = chanalloc.free;
	chanalloc.free = c;
	unlock(&chanalloc.lk);
}

void
chandrop(Chan *c, Chan **list)
{
	if(c == nil)
		return;
	if((c->flag & CFREE) || getref(&c->r) < 1)
		panic("chandrop: chan %d is not in use", c->fid);
	if(decref(&c->r) > 0)
		return;
	c->next = *list;
	*list = c;
}

/* A device's close should not error. If it does, the other closes go on. */
static void
devclose(Chan *c)
{
	if(c->type == NODEV || waserror())
		return;
	devtab[c->type]->close(c);
	poperror();
}

void
closelist(Chan *list)
{
	char err[ERRMAX], *keep;
	Chan *c;

	if(list == nil)
		return;
	/* a close that errors has its own string */
	err[0] = '\0';
	keep = up->errstr;
	up->errstr = err;
	while((c = list) != nil) {
		list = c->next;
		if(c->mux != nil && mntclient.linger(c))
			continue;
		devclose(c);
		chanput(c, &list);
	}
	up->errstr = keep;
}

void
cclose(Chan *c)
{
	Chan *list;

	list = nil;
	chandrop(c, &list);
	closelist(list);
}

void
chanfree(Chan *c)
{
	Chan *list;

	if((c->flag & CFREE) || decref(&c->r) != 0)
		panic("chanfree: chan %d is in use", c->fid);
	list = nil;
	chanput(c, &list);
	closelist(list);
}

int
closequeued(void)
{
	Chan *c;

	lock(&closeq.lk);
	c = closeq.head;
	if(c != nil) {
		closeq.head = c->next;
		if(closeq.head == nil)
			closeq.tail = nil;
		closeq.n--;
		c->next = nil;
	}
	unlock(&closeq.lk);
	if(c == nil)
		return 0;
	closelist(c);
	return 1;
}

static int
closework(void *unused)
{
	int some;

	USED(unused);
	lock(&closeq.lk);
	some = closeq.head != nil;
	unlock(&closeq.lk);
	return some;
}

static void
closersleep(void)
{
	qlock(&closeq.turn);
	if(!waserror()) {
		sleep(&closeq.r, closework, nil);
		poperror();
	}
	qunlock(&closeq.turn);
}

static void
closerpause(void)
{
	if(waserror())
		return;
	tsleep(&up->sleeprend, return0, nil, CLOSEMS);
	poperror();
}

static void closer(void *);

/* Start one more closer. If that fails, the closers that exist, or the next call's, do the
 * work. */
static void
startcloser(void)
{
	char err[ERRMAX];

	strecpy(err, err + sizeof err, up->errstr);
	if(waserror()) {
		lock(&closeq.lk);
		closeq.nproc--;
		unlock(&closeq.lk);
	} else {
		nskproc("closer", closer, nil);
		poperror();
	}
	strecpy(up->errstr, up->errstr + ERRMAX, err);
}

/* Start a closer if none is idle: a closer that waits for a dead server is not idle. */
static void
morecloser(void)
{
	int more;

	lock(&closeq.lk);
	more = closeq.n > 0 && closeq.idle == 0 && closeq.nproc < NCLOSER;
	if(more)
		closeq.nproc++;
	unlock(&closeq.lk);
	if(more)
		startcloser();
}

static void
closer(void *unused)
{
	USED(unused);
	for(;;) {
		lock(&closeq.lk);
		closeq.idle++;
		unlock(&closeq.lk);
		closersleep();
		/* wait, so that closes gather: each exec leaves one when its program has
		 * ended */
		closerpause();
		lock(&closeq.lk);
		closeq.idle--;
		unlock(&closeq.lk);
		do
			morecloser();
		while(closequeued());
	}
}

void
ccloseq(Chan *c)
{
	Chan *list;

	list = nil;
	chandrop(c, &list);
	if(list == nil)
		return;
	lock(&closeq.lk);
	if(closeq.tail != nil)
		closeq.tail->next = c;
	else
		closeq.head = c;
	closeq.tail = c;
	closeq.n++;
	unlock(&closeq.lk);
	morecloser();
	wakeup(&closeq.r);
}

Chan *
cclone(Chan *c)
{
	Walkqid *wq;
	Chan *nc;

	if(c->flag & COPEN)
		panic("cclone: chan %d is open", c->fid);
	wq = devtab[c->type]->walk(c, nil, nil, 0);
	if(wq == nil)
		error(Eclone);
	nc = wq->clone;
	free(wq);
	if(nc == nil)
		error(Eclone);
	if(nc->path != c->path) {
		pathclose(nc->path);
		nc->path = c->path;
		if(nc->path != nil)
			incref(&nc->path->r);
	}
	return nc;
}

int
eqchantdqid(Chan *c, ushort type, u32int dev, Qid qid, int skipvers)
{
	return c->type == type && c->dev == dev && c->qid.path == qid.path &&
	    (skipvers || c->qid.vers == qid.vers);
}

int
eqchan(Chan *a, Chan *b, int skipvers)
{
	return eqchantdqid(a, b->type, b->dev, b->qid, skipvers);
}

const char *
chanpath(Chan *c)
{
	if(c == nil || c->path == nil)
		return "<null>";
	return c->path->s;
}

void
isdir(Chan *c)
{
	if((c->qid.type & QTDIR) == 0)
		error(Enotdir);
}

u32int
newmountid(void)
{
	static u32int id;

	return __atomic_add_fetch(&id, 1, __ATOMIC_RELAXED);
}

static long
chanimageread(Chan *c, void *buf, long n, vlong off)
{
	return devtab[c->type]->read(c, buf, n, off);
}

static void
chanimageclunk(Chan *c)
{
	__atomic_fetch_and(&c->flag, ~CCACHE, __ATOMIC_RELAXED);
	if(c->mchan != nil)
		mntclient.uncache(c);
}

void
nsinit(void)
{
	Dev *d;
	int i;

	imageread = chanimageread;
	imageclose = ccloseq;
	imageclunk = chanimageclunk;
	for(i = 0; (d = devtab[i]) != nil; i++)
		if(!d->attach || !d->walk || !d->stat || !d->open ||
		    !d->create || !d->close || !d->read || !d->write ||
		    !d->remove || !d->wstat)
			panic("device %s lacks a function", d->name);
}
