/*
 * Notes: notify(2). Posting, delivery on the way to user mode, and noted.
 *
 * The orders of sendnote, intrproc, firstnote and noted are modelled in model/sleep.pml.
 */
#include "u.h"
#include "ureg.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

enum
{
	Word = 8,
	/* a program may keep data this far below its stack pointer */
	Redzone = 256,
};

/* Queue a note for p, whose notelock is held. */
static int
sendnote(Proc *p, const char *msg, int flag)
{
	Note *n;

	if(p->kp || p->exiting || loadrelaxed(&p->state) == Dead)
		return 0;
	if(flag != NUser && (p->notify == 0 || p->notified))
		/* p dies of this note */
		storerelaxed(&p->nnote, 0);
	if(flag == NUser) {
		if(p->nnote >= NNOTE)
			return 0;
		n = &p->note[p->nnote];
	} else {
		/* before waiting notes: else one of them would be handled first, and the
		 * trap found in a handler, where traps kill */
		n = &p->note[0];
		if(p->nnote > 0 && n->flag != NUser)
			return 0; /* one reason is enough */
		memmove(n + 1, n, p->nnote * sizeof *n);
	}
	storerelaxed(&p->nnote, p->nnote + 1);
	strecpy(n->msg, n->msg + sizeof n->msg, msg);
	n->flag = flag;
	__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
	return 1;
}

/* End p's waiting. p may have become another process by now: that process is not disturbed,
 * because no note is pending for it. A process that was asleep looks for notes itself. */
void
intrproc(Proc *p)
{
	if(p != up) {
		if(intrsleep(p))
			return;
		intrrend(p);
	}
	kick(p);
}

int
postnote(Proc *p, int dolock, const char *msg, int flag)
{
	int r;

	if(dolock)
		qlock(&p->notelock);
	r = sendnote(p, msg, flag);
	if(dolock)
		qunlock(&p->notelock);
	intrproc(p);
	return r;
}

int
postnotepid(Proc *p, u32int pid, const char *msg, int flag)
{
	int r;

	qlock(&p->notelock);
	r = loadrelaxed(&p->pid) == pid && sendnote(p, msg, flag);
	qunlock(&p->notelock);
	if(r)
		intrproc(p);
	return r;
}

void
postnotepg(u32int noteid, const char *msg, int flag)
{
	Proc *p;
	u32int i;
	int sent;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || p == up || loadrelaxed(&p->noteid) != noteid ||
		    loadrelaxed(&p->kp))
			continue;
		qlock(&p->notelock);
		sent = loadrelaxed(&p->pid) != 0 &&
		    loadrelaxed(&p->noteid) == noteid && sendnote(p, msg, flag);
		qunlock(&p->notelock);
		if(sent)
			intrproc(p);
	}
}

void
trapnote(Ureg *u, const char *msg)
{
	USED(u);
	postnote(up, 1, msg, NDebug);
}

void
pprint(const char *fmt, ...)
{
	char buf[2 * ERRMAX], *e;
	va_list ap;
	Chan *c;

	e = seprint(buf, buf + sizeof buf, "%s %d: ", up->text, up->pid);
	va_start(ap, fmt);
	e = vseprint(e, buf + sizeof buf, fmt, ap);
	va_end(ap);
	if(waserror())
		return;
	c = fdtochan(2, OWRITE, 0, 1);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	chanwrite(c, buf, e - buf, c->offset);
	poperror();
	cclose(c);
	poperror();
}

/* Die of note n. */
static _Noret void
suicide(const char *msg, int flag)
{
	char buf[ERRMAX];

	strecpy(buf, buf + sizeof buf, msg);
	if(flag == NDebug)
		pprint("suicide: %s\n", buf);
	pexit(buf, flag != NDebug);
}

static _Noret void
badhandler(const char *why)
{
	pprint("suicide: bad %s in notify\n", why);
	pexit("Suicide", 0);
}

int
popnote(Proc *p, Note *n)
{
	if(p->nnote == 0)
		return 0;
	*n = p->note[0];
	storerelaxed(&p->nnote, p->nnote - 1);
	memmove(&p->note[0], &p->note[1], p->nnote * sizeof p->note[0]);
	return 1;
}

/* Take the first note that may be delivered now; 0 if there is none. */
static int
firstnote(Note *n, uvlong pc)
{
	char *e;

	qlock(&up->notelock);
	__atomic_store_n(&up->notepending, up->intrpending, __ATOMIC_SEQ_CST);
	if((up->notified && up->note[0].flag == NUser) || !popnote(up, n)) {
		qunlock(&up->notelock);
		return 0;
	}
	if(strncmp(n->msg, "sys:", 4) == 0) {
		e = n->msg + strlen(n->msg);
		/* room for " pc=0x" and 16 digits */
		if(e > n->msg + ERRMAX - 24)
			e = n->msg + ERRMAX - 24;
		seprint(e, n->msg + ERRMAX, " pc=%#llux", pc);
	}
	qunlock(&up->notelock);
	return 1;
}

/* Make the handler's frame on the user's stack, and u enter the handler. */
static void
callhandler(Ureg *u, Note *n)
{
	uintptr sp, ureg, *w;

	ureg = ((u->sp - Redzone) & ~(uintptr)15) - sizeof(Ureg);
	sp = ureg - Word - ERRMAX - 3 * Word;
	if(!okaddr(up->notify, 1, 0))
		badhandler("address");
	if(ureg > u->sp || !okaddr(sp, ureg + sizeof(Ureg) - sp, 1))
		badhandler("sp");
	if(waserror())
		badhandler("sp");
	memmove(userptr(ureg), u, sizeof(Ureg));
	*(uintptr *)userptr(ureg - Word) = up->ureg;
	memmove(userptr(ureg - Word - ERRMAX), n->msg, ERRMAX);
	w = userptr(sp);
	w[2] = ureg - Word - ERRMAX;
	w[1] = ureg;
	w[0] = 0;
	poperror();
	up->ureg = ureg;
	u->sp = sp;
	u->pc = up->notify;
	u->bp = ureg;
}

int
notify(Ureg *u)
{
	Note n;

	if(loadrelaxed(&up->procctl) != Proc_none)
		obey();
	if(!firstnote(&n, u->pc))
		return 0;
	if(up->notify == 0 || (up->notified && n.flag != NUser))
		suicide(n.msg, n.flag);
	callhandler(u, &n);
	fpsave();
	up->notified = 1;
	up->lastflag = n.flag;
	memmove(up->lastnote, n.msg, ERRMAX);
	return 1;
}

/* Go back to where the handler was entered, with the registers as the handler left them. */
static void
unnote(Ureg *u)
{
	if(!okaddr(up->ureg - Word, sizeof(Ureg) + Word, 0) || waserror()) {
		pprint(
		    "suicide: bad ureg in noted or call to noted when not notified\n");
		pexit("Suicide", 0);
	}
	*u = *(Ureg *)userptr(up->ureg);
	poperror();
	if((!okaddr(u->pc, 1, 0) && !hostcopies(u->pc)) ||
	    !okaddr(u->sp, Word, 0)) {
		pprint("suicide: bad pc or sp in noted\n");
		pexit("Suicide", 0);
	}
	fullregs();
}

/* Take the running handler's Ureg off the chain of handlers. */
static void
leave(uintptr ureg)
{
	if(waserror())
		pexit("Suicide", 0);
	up->ureg = *(uintptr *)userptr(ureg - Word);
	poperror();
}

void
noted(Ureg *u, int how)
{
	uintptr ureg, sp, *w;

	ureg = up->ureg;
	up->notified = 0;
	switch(how) {
	case NRSTR:
		up->nsaved--;
		/* fall through */
	case NCONT:
		unnote(u);
		leave(ureg);
		fprestore();
		break;
	case NSAVE:
		up->nsaved++;
		unnote(u);
		fprestore();
		sp = ureg - Word - ERRMAX - 3 * Word;
		if(!okaddr(sp, 3 * Word, 1) || waserror())
			pexit("Suicide", 0);
		w = userptr(sp);
		w[1] = ureg;
		w[0] = 0;
		poperror();
		u->sp = sp;
		u->bp = ureg;
		break;
	case NDFLT:
		suicide(up->lastnote, up->lastflag);
	default:
		pprint("unknown noted arg %#x\n", how);
		suicide(up->lastnote, NDebug);
	}
	if(loadrelaxed(&up->nnote) > 0) {
		/* a note waited for the handler to end */
		__atomic_store_n(&up->notepending, 1, __ATOMIC_SEQ_CST);
		kick(up);
	}
}
