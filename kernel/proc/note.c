/*
 * Notes: notify(2). Posting, delivery on the way to user mode, and noted.
 *
 * The orders of sendnote, intrproc, firstnote and noted are modelled in model/sleep.pml, putoff in
 * model/kick.pml.
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
	/* bytes below the stack pointer in which a program may keep data */
	Redzone = 256,
};

/* Queue a note for p. Caller holds p's notelock. */
static int
sendnote(Proc *p, const char *msg, int flag)
{
	Note *n;

	if(loadrelaxed(&p->kp) || loadrelaxed(&p->exiting) ||
	    loadrelaxed(&p->state) == Dead)
		return 0;
	if(flag != NUser && (p->notify == 0 || p->notified))
		/* p dies of this note: the others do not matter */
		storerelaxed(&p->nnote, 0);
	if(flag == NUser) {
		if(p->nnote >= NNOTE)
			return 0;
		n = &p->note[p->nnote];
	} else {
		/* in front: if another note were handled first, the trap would be delivered to
		 * a process in its handler, and kill it */
		n = &p->note[0];
		if(p->nnote > 0 && n->flag != NUser)
			/* one note with this reason is enough */
			return 0;
		memmove(n + 1, n, p->nnote * sizeof *n);
	}
	storerelaxed(&p->nnote, p->nnote + 1);
	strecpy(n->msg, n->msg + sizeof n->msg, msg);
	n->flag = flag;
	astore(&p->notepending, 1);
	return 1;
}

/* End p's wait. p may have become another process by now; that process is not disturbed,
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
notebeforecall(void)
{
	up->noteputoff = 0;
	up->notedue = 1;
	kick(up);
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
	char buf[4 * ERRMAX], *e;
	va_list ap;
	Chan *c;
	long n;

	e = seprint(buf, buf + sizeof buf, "%s %d: ", up->text, up->pid);
	va_start(ap, fmt);
	e = vseprint(e, buf + sizeof buf, fmt, ap);
	va_end(ap);
	if(waserror())
		return;
	/* not if fd 2 is a mount's connection: its reader expects 9P */
	c = fdtochan(2, OWRITE, 1, 1);
	onerror(cclose(c));
	n = chanwrite(c, buf, e - buf, loadrelaxed(&c->offset));
	chanadvance(c, n);
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

/* Die because of what the program gave notify or noted. */
static _Noret void
wrongnote(const char *why)
{
	/* what is to end does not wait for the memory of its stack: kernfault */
	if(isexit(loadrelaxed(&up->procctl)))
		obey();
	pprint("%s\n", why);
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

/*
 * May the first note wait? One that comes in semrelease, or in user mode after it, waits for the next
 * call, whose wait it ends, or for the end of a tick. On a machine the process that semrelease wakes
 * does not run in place of the one that called, and cannot be back with a note before that one is in
 * its next call. A host may run it at once, and stop the caller for long. Programs rely on it: in Go a
 * process unlocks what tells its number, then reads, and the process that it wakes by the unlock is
 * to end the read (internal/poll). Caller holds notelock.
 */
static int
putoff(void)
{
	/* after a read or a write a program may soon not expect the note any more */
	if(up->notedue || up->syscall != Nsemrelease || up->afterio ||
	    up->notified || up->nnote == 0 || up->note[0].flag != NUser ||
	    !loadrelaxed(&up->notepending))
		return 0;
	/* no second tick: who is kicked often would wait for ever */
	return up->noteputoff ? ticking() : kicktick();
}

/* Take the first note that may be delivered now. Returns 0 if there is none. */
static int
firstnote(Note *n, uvlong pc)
{
	char msg[ERRMAX];

	qlock(&up->notelock);
	up->noteputoff = putoff();
	if(up->noteputoff) {
		qunlock(&up->notelock);
		return 0;
	}
	up->notedue = 0;
	astore(&up->notepending, up->intrpending);
	if((up->notified && up->note[0].flag == NUser) || !popnote(up, n)) {
		qunlock(&up->notelock);
		return 0;
	}
	if(strncmp(n->msg, "sys:", 4) == 0) {
		/* leaves room for " pc=0x" and 16 digits */
		strecpy(msg, msg + sizeof msg - 23, n->msg);
		snprint(n->msg, sizeof n->msg, "%s pc=%#llux", msg, pc);
	}
	qunlock(&up->notelock);
	return 1;
}

/* Store the handler's frame on the user's stack, and make u enter the handler. */
static void
callhandler(Ureg *u, Note *n)
{
	uintptr sp, ureg, *w;

	ureg = ((u->sp - Redzone) & ~(uintptr)15) - sizeof(Ureg);
	sp = ureg - Word - ERRMAX - 3 * Word;
	if(!okaddr(up->notify, 1, 0) || ureg > u->sp ||
	    !okaddr(sp, ureg + sizeof(Ureg) - sp, 1) || waserror())
		wrongnote("suicide: bad address in notify");
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

	if(loadrelaxed(&up->procctl) != Proc_none) {
		obey();
		/* who stops was about to look for notes */
		up->notedue = 1;
	}
	if(!firstnote(&n, u->pc))
		return 0;
	if(up->notify == 0 || (up->notified && n.flag != NUser))
		suicide(n.msg, n.flag);
	callhandler(u, &n);
	fpsave(up->ureg);
	up->notified = 1;
	up->lastflag = n.flag;
	memmove(up->lastnote, n.msg, ERRMAX);
	return 1;
}

/* Set *u to the user's Ureg at ureg, which a handler may have changed. */
static void
uregback(Ureg *u, uintptr ureg)
{
	Ureg new;

	if(!okaddr(ureg - Word, sizeof(Ureg) + Word, 0) || waserror())
		wrongnote(
		    "bad ureg in noted or call to noted when not notified");
	memmove(&new, userptr(ureg), sizeof new);
	poperror();
	notedregs(u, &new);
	fullregs();
}

/* Die unless the program may continue with registers u. */
static void
resumable(Ureg *u)
{
	if((!okaddr(u->pc, 1, 0) && !hostcopies(u->pc)) ||
	    !okaddr(u->sp, Word, 0))
		wrongnote("suicide: trap in noted");
}

/* Unlink the running handler's Ureg from the chain of handlers. */
static void
unlinkureg(uintptr ureg)
{
	uintptr outer;

	if(waserror())
		wrongnote("suicide: trap in noted");
	memmove(&outer, userptr(ureg - Word), sizeof outer);
	poperror();
	up->ureg = outer;
}

/* NSAVE: enter the code at the Ureg's pc as a handler, in which further notes can be
 * handled. */
static void
nexthandler(Ureg *u, uintptr ureg)
{
	uintptr sp, w[2];

	sp = ureg - Word - ERRMAX - 3 * Word;
	if(!okaddr(sp, 3 * Word, 1) || waserror())
		wrongnote("suicide: trap in noted");
	w[0] = 0;
	w[1] = ureg;
	memmove(userptr(sp), w, sizeof w);
	poperror();
	u->sp = sp;
	u->bp = ureg;
}

void
noted(Ureg *u, int how)
{
	uintptr ureg;

	/* after NSAVE no handler counts as running, but NRSTR is allowed */
	if(how != NRSTR && !up->notified)
		wrongnote("call to noted() when not notified");
	up->notified = 0;
	ureg = up->ureg;
	uregback(u, ureg);
	fprestore(ureg, how == NSAVE);
	switch(how) {
	case NRSTR:
	case NCONT:
		resumable(u);
		unlinkureg(ureg);
		break;
	case NSAVE:
		resumable(u);
		nexthandler(u, ureg);
		break;
	case NDFLT:
		suicide(up->lastnote, up->lastflag);
	default:
		suicide(up->lastnote, NDebug);
	}
	if(loadrelaxed(&up->nnote) > 0) {
		/* a note may have waited for the handler to end */
		astore(&up->notepending, 1);
		kick(up);
	}
}
