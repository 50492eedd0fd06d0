/*
 * Fids: the files that a client has named. intro(5).
 *
 * A request takes a reference to the Chan of its fid, and uses that without a lock. What it makes of
 * the fid is entered at its end, if the fid is still the same. So a fid may be clunked at any time.
 */
#include "export/exportdat.h"

static Exfid **
findfid(Exconn *c, u32int fid)
{
	Exfid **f;

	for(f = &c->fids[fid % EXFIDHASH]; *f != nil; f = &(*f)->hash)
		if((*f)->fid == fid)
			break;
	return f;
}

/* Is w's request still one of the connection's? Called with its lk. */
static const char *
stale(Exwork *w)
{
	return w->gen != w->c->gen ? Eintr : nil;
}

Chan *
fidchan(Exwork *w, u32int fid, int *omode)
{
	Exconn *c;
	Exfid *f;
	Chan *fc;

	c = w->c;
	w->fid = fid;
	fc = nil;
	lock(&c->lk);
	f = *findfid(c, fid);
	if(f != nil && stale(w) == nil) {
		fc = f->c;
		incref(&fc->r);
		*omode = f->omode;
	}
	unlock(&c->lk);
	if(fc == nil)
		error(Enofid);
	return fc;
}

void
fidunused(Exwork *w, u32int fid)
{
	Exconn *c;
	int used;

	c = w->c;
	lock(&c->lk);
	used = *findfid(c, fid) != nil;
	unlock(&c->lk);
	if(used || fid == NOFID)
		error(Eusedfid);
}

static void
uncountfid(Export *e)
{
	__atomic_sub_fetch(&e->nfid, 1, __ATOMIC_RELAXED);
}

/* Count one fid more. Errors: the limit. */
static void
countfid(Export *e)
{
	if(__atomic_add_fetch(&e->nfid, 1, __ATOMIC_RELAXED) <= NEXFID)
		return;
	uncountfid(e);
	saylimit(&e->saidfid, "fids of an export: %d", NEXFID);
	errorf("export: more than %d fids", NEXFID);
}

/* Enter f: nil, or why not. */
static const char *
enterfid(Exwork *w, Exfid *f)
{
	Exconn *c;
	Exfid **p;
	const char *err;

	c = w->c;
	lock(&c->lk);
	err = stale(w);
	p = findfid(c, f->fid);
	if(*p != nil)
		err = Eusedfid;
	if(err == nil)
		*p = f;
	unlock(&c->lk);
	return err;
}

void
fidnew(Exwork *w, u32int fid, Chan *fc)
{
	const char *err;
	Exfid *f;

	countfid(w->e);
	f = malloc(sizeof *f);
	err = Enomem;
	if(f != nil) {
		f->fid = fid;
		f->c = fc;
		f->omode = NOTOPEN;
		err = enterfid(w, f);
	}
	if(err != nil) {
		free(f);
		uncountfid(w->e);
		error(err);
	}
}

void
fidchange(Exwork *w, u32int fid, Chan *old, Chan *fc, int omode)
{
	Exconn *c;
	Exfid *f;
	int ok;

	c = w->c;
	lock(&c->lk);
	f = *findfid(c, fid);
	ok = stale(w) == nil && f != nil && f->c == old && f->omode == NOTOPEN;
	if(ok) {
		f->c = fc;
		f->omode = omode;
		f->diroff = 0;
		f->slow = 0;
		f->pinned = 0;
	}
	unlock(&c->lk);
	if(!ok)
		error(Ebadfid);
	cclose(old);
}

Chan *
fidtake(Exwork *w, u32int fid, int *omode)
{
	Exconn *c;
	Exfid **p, *f;
	Chan *fc;

	c = w->c;
	lock(&c->lk);
	p = findfid(c, fid);
	f = stale(w) == nil ? *p : nil;
	if(f != nil)
		*p = f->hash;
	unlock(&c->lk);
	if(f == nil)
		error(Enofid);
	fc = f->c;
	*omode = f->omode;
	free(f);
	uncountfid(w->e);
	return fc;
}

vlong
fiddiroff(Exwork *w, u32int fid)
{
	Exconn *c;
	Exfid *f;
	vlong off;

	c = w->c;
	lock(&c->lk);
	f = *findfid(c, fid);
	off = f != nil ? f->diroff : 0;
	unlock(&c->lk);
	return off;
}

void
fidsetdiroff(Exwork *w, u32int fid, Chan *fc, vlong off)
{
	Exconn *c;
	Exfid *f;

	c = w->c;
	lock(&c->lk);
	f = *findfid(c, fid);
	if(f != nil && f->c == fc)
		f->diroff = off;
	unlock(&c->lk);
}

/* Host files and what the kernel has in memory do not wait. A host file that does, because it is a
 * fifo or on a slow file system, is noticed by the watch. */
static int
ioslow(Chan *c)
{
	switch(devtab[c->type]->dc) {
	case 'Z':
	case '/':
	case 'e':
		return 0;
	}
	return (c->qid.type & QTDIR) == 0;
}

int
fidslow(Exconn *c, u32int fid, int io)
{
	Exfid *f;
	int slow;

	lock(&c->lk);
	f = *findfid(c, fid);
	slow = f != nil &&
	    (f->c->mchan != nil || (io && (f->slow || ioslow(f->c))));
	unlock(&c->lk);
	return slow;
}

void
fidsetslow(Exconn *c, u32int fid)
{
	Exfid *f;

	lock(&c->lk);
	f = *findfid(c, fid);
	if(f != nil)
		f->slow = 1;
	unlock(&c->lk);
}

/* --- renames --- */

enum
{
	/* Chans that are pinned together */
	NPIN = 32,
};

/* Is path dir, or below it? */
static int
isbelow(const char *path, const char *dir)
{
	usize n;

	n = strlen(dir);
	return strncmp(path, dir, n) == 0 && (path[n] == 0 || path[n] == '/');
}

/* Put references to those Chans of c's fids into list, from its nth on, that are to be pinned. Returns
 * how many there are then. Called with c->lk. */
static int
fidstopin(Exconn *c, const char *dir, Chan **list, int n)
{
	Exfid *f;
	int i;

	for(i = 0; i < EXFIDHASH; i++)
		for(f = c->fids[i]; f != nil && n < NPIN; f = f->hash)
			if(f->omode == NOTOPEN && !f->pinned &&
			    devtab[f->c->type]->pin != nil &&
			    isbelow(chanpath(f->c), dir)) {
				f->pinned = 1;
				incref(&f->c->r);
				list[n++] = f->c;
			}
	return n;
}

static void
trypin(Chan *c)
{
	/* the file is gone, or the host has no descriptor left */
	if(waserror())
		return;
	devtab[c->type]->pin(c);
	poperror();
}

void
fidspin(Exwork *w, Chan *c)
{
	Chan *list[NPIN];
	Exconn *k;
	int i, n;

	do {
		n = 0;
		lock(&w->e->lk);
		for(k = w->e->conns; k != nil; k = k->next) {
			lock(&k->lk);
			n = fidstopin(k, chanpath(c), list, n);
			unlock(&k->lk);
		}
		unlock(&w->e->lk);
		for(i = 0; i < n; i++) {
			trypin(list[i]);
			cclose(list[i]);
		}
	} while(n == NPIN);
}

int
fidpinned(Exwork *w, u32int fid)
{
	Exconn *c;
	Exfid *f;
	int pinned;

	c = w->c;
	lock(&c->lk);
	f = *findfid(c, fid);
	pinned = f != nil && f->pinned;
	unlock(&c->lk);
	return pinned;
}

Exfid *
fidany(Exconn *c)
{
	Exfid *f;
	int i;

	for(i = 0; i < EXFIDHASH; i++)
		if((f = c->fids[i]) != nil) {
			c->fids[i] = f->hash;
			uncountfid(c->e);
			return f;
		}
	return nil;
}
