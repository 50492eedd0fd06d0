/*
 * Conversations: their table, and the states that they are in.
 */
#include "tls/tlsdat.h"

#include "dev/dev.h"
#include "lib/atomic.h"
#include "sync/rank.h"

static struct
{
	/* guards the table, and of each conversation ref, user, perm. Rank Rtlsconvs */
	Lock lk;
	Tlsconv *conv[Maxconvs];
	/* numbers below it have been used; atomic */
	u32int n;
} tlsconvs = {.lk = LOCKRANK(Rtlsconvs)};

/* Makes sure that channels below channels never go round: held while a channel is set and its way
 * down is looked at. Rank Rtlschan */
static QLock tlschanlk = QLOCKRANK(Rtlschan);

u32int
ntlsconvs(void)
{
	return aload(&tlsconvs.n);
}

/* Give t the lowest free number. Returns 0 if there is none. */
static int
enterconv(Tlsconv *t)
{
	u32int i;

	lock(&tlsconvs.lk);
	for(i = 0; i < Maxconvs && tlsconvs.conv[i] != nil; i++)
		;
	if(i < Maxconvs) {
		t->id = i;
		tlsconvs.conv[i] = t;
		if(i == tlsconvs.n)
			astore(&tlsconvs.n, i + 1);
	}
	unlock(&tlsconvs.lk);
	return i < Maxconvs;
}

Tlsconv *
newtlsconv(void)
{
	Tlsconv *t;

	t = smalloc(sizeof *t);
	onerror(free(t));
	kstrdup(&t->user, up->user);
	poperror();
	setqrank(&t->lk, Rtlssec);
	setrank(&t->statelk, Rtlsstate);
	setqrank(&t->inlock, Rtlsin);
	setqrank(&t->handread, Rtlshand);
	setrank(&t->handlk, Rtlshandq);
	setqrank(&t->outlock, Rtlsout);
	t->state = Sclosed;
	t->perm = 0660;
	t->ref = 1;
	if(!enterconv(t)) {
		free(t->user);
		free(t);
		return nil;
	}
	return t;
}

u32int
tlsconvowner(u32int id, char *user, int n)
{
	Tlsconv *t;
	u32int perm;

	lock(&tlsconvs.lk);
	t = tlsconvs.conv[id];
	perm = t != nil ? t->perm : 0;
	strecpy(user, user + n, t != nil ? t->user : eve);
	unlock(&tlsconvs.lk);
	return perm;
}

Tlsconv *
tlsconvopen(u32int id, int omode, int hand)
{
	char user[KNAMELEN];
	Tlsconv *t;
	u32int perm;

	/* the reference keeps t while its owner is looked at */
	lock(&tlsconvs.lk);
	t = tlsconvs.conv[id];
	if(t != nil)
		t->ref++;
	unlock(&tlsconvs.lk);
	if(t == nil)
		error("must open connection using clone");
	onerror(tlsconvclose(t, 0));
	perm = tlsconvowner(id, user, sizeof user);
	devpermcheck(user, perm, omode);
	if(hand)
		tlshandopen(t);
	poperror();
	return t;
}

/* The conversation is over: tell the peer, and free all. A peer that has sent a close notify reads no
 * more, and may have closed the channel: a write to it would post a note. */
static void
endtls(Tlsconv *t)
{
	if(t->chan != nil) {
		if(t->state & (Sopen | Shandshake))
			tlssendalert(t, Aclosenotify);
		else if(t->state & Slclose)
			tlsflush(t);
		cclose(t->chan);
	}
	tlsfreesecret(t->insec);
	tlsfreesecret(t->innew);
	tlsfreesecret(t->outsec);
	tlsfreesecret(t->outnew);
	cryptclear();
	free(t->in);
	free(t->out);
	free(t->user);
	free(t);
}

void
tlsconvclose(Tlsconv *t, int hand)
{
	int last;

	if(hand)
		tlshandclose(t);
	lock(&tlsconvs.lk);
	last = --t->ref == 0;
	if(last)
		tlsconvs.conv[t->id] = nil;
	unlock(&tlsconvs.lk);
	if(last)
		endtls(t);
}

void
tlsconvwstat(u32int id, const Dir *d)
{
	char *user, *old;
	Tlsconv *t;
	int mine;

	user = *d->uid != 0 ? kstrcpy(d->uid) : nil;
	old = nil;
	mine = 0;
	lock(&tlsconvs.lk);
	t = tlsconvs.conv[id];
	if(t != nil && strcmp(t->user, up->user) == 0) {
		mine = 1;
		if(user != nil) {
			old = t->user;
			t->user = user;
			user = nil;
		}
		if(d->mode != NOTOUCH32)
			t->perm = d->mode & 0777;
	}
	unlock(&tlsconvs.lk);
	free(user);
	free(old);
	if(t == nil)
		error(Ebadusefd);
	if(!mine)
		error(Eperm);
}

/* The conversation whose data c is; nil if it is another file. */
static Tlsconv *
convbelow(Chan *c)
{
	return devtab[c->type] == &tlsdev ? c->aux : nil;
}

void
tlssetchan(Tlsconv *t, int fd)
{
	Tlsconv *below;
	Chan *c;
	int depth;

	c = fdtochan(fd, ORDWR, 1, 1);
	onerror(cclose(c));
	qlock(&tlschanlk);
	depth = 1;
	for(below = convbelow(c); below != nil && below != t;
	    below = below->chan != nil ? convbelow(below->chan) : nil)
		depth++;
	if(below == nil && depth <= Maxnested)
		t->chan = c;
	qunlock(&tlschanlk);
	if(below == t)
		error("tls filter cannot be its own channel");
	if(depth > Maxnested)
		error("too many tls filters on each other");
	poperror();
}

void
tlssetstate(Tlsconv *t, int new, int old)
{
	lock(&t->statelk);
	if(t->state & old)
		t->state = new;
	unlock(&t->statelk);
}

void
tlsclosed(Tlsconv *t, int new)
{
	lock(&t->statelk);
	if(t->state & (Sopen | Shandshake))
		t->state = new;
	else if((new | t->state) == (Srclose | Slclose))
		t->state = Sclosed;
	unlock(&t->statelk);
	tlshanderror(t, "close notify");
}

void
tlscheckstate(Tlsconv *t, int hand, int ok)
{
	char why[ERRMAX];
	int state;

	lock(&t->statelk);
	state = t->state;
	strecpy(why, why + sizeof why, t->err);
	unlock(&t->statelk);
	if(state & ok)
		return;
	if(state & (Serror | Salert))
		error(hand ? why : "tls error");
	if(state & (Srclose | Slclose | Sclosed))
		error("tls hungup");
	error("tls improperly configured");
}

const char *
tlsstatename(int state)
{
	switch(state) {
	case Shandshake:
		return "Handshaking";
	case Sopen:
		return "Established";
	case Srclose:
		return "RemoteClosed";
	case Slclose:
		return "LocalClosed";
	case Salert:
		return "Alerting";
	case Serror:
		return "Errored";
	}
	return "Closed";
}

void
tlsdebug(Tlsconv *t, const char *fmt, ...)
{
	char text[256], *p;
	va_list ap;

	if(!loadrelaxed(&t->debug))
		return;
	p = seprint(text, text + sizeof text, "tls %d: ", t->id);
	va_start(ap, fmt);
	vseprint(p, text + sizeof text, fmt, ap);
	va_end(ap);
	kprint("%s", text);
}
