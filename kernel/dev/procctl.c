/*
 * #p: writes to a process's files: control messages, notes, its note group and
 * arguments.
 *
 * A process is changed only under one of its locks, with the pid checked under it
 * (seglock keeps all of it), so that a change never hits another process that was given
 * the same Proc.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"

enum
{
	CMclose,
	CMclosefiles,
	CMfixedpri,
	CMhang,
	CMinterrupt,
	CMkill,
	CMnohang,
	CMnointerrupt,
	CMnoswap,
	CMpri,
	CMprivate,
	CMstart,
	CMstartstop,
	CMstartsyscall,
	CMstop,
	CMwaitstop,
	CMnotdone,

	MAXPRI = 19,
	MAXARGS = 8 * KiB,
};

static Cmdtab ctltab[] = {
    {CMclose, "close", 2},
    {CMclosefiles, "closefiles", 1},
    {CMfixedpri, "fixedpri", 2},
    {CMhang, "hang", 1},
    {CMinterrupt, "interrupt", 1},
    {CMkill, "kill", 1},
    {CMnohang, "nohang", 1},
    {CMnointerrupt, "nointerrupt", 1},
    {CMnoswap, "noswap", 1},
    {CMpri, "pri", 2},
    {CMprivate, "private", 1},
    {CMstart, "start", 1},
    {CMstartstop, "startstop", 1},
    {CMstartsyscall, "startsyscall", 1},
    {CMstop, "stop", 1},
    {CMwaitstop, "waitstop", 1},

    /* proc(3) has them; they would do nothing in this kernel */
    {CMnotdone, "admit", 0},
    {CMnotdone, "cost", 0},
    {CMnotdone, "deadline", 0},
    {CMnotdone, "event", 0},
    {CMnotdone, "period", 0},
    {CMnotdone, "profile", 0},
    {CMnotdone, "sporadic", 0},
    {CMnotdone, "trace", 0},
    {CMnotdone, "wired", 0},
    {CMnotdone, "yieldonblock", 0},
};

void
mustbestopped(Proc *p)
{
	if(__atomic_load_n(&p->state, __ATOMIC_SEQ_CST) != Stopped)
		error(Ebadctl);
}

/* s as a number, at most max; nothing may follow it. */
static u32int
numarg(const char *s, u32int max)
{
	uvlong v;
	char *e;

	v = strtoull(s, &e, 0);
	if(*s < '0' || *s > '9' || *e != 0 || v > max)
		error(Ebadarg);
	return (u32int)v;
}

/* n bytes at buf as a string in to, which has room for max. */
static void
copymsg(char *to, long max, const char *buf, long n)
{
	if(n < 0 || n >= max)
		error(Etoobig);
	memmove(to, buf, (usize)n);
	to[n] = 0;
}

/* --- ctl --- */

/* f(p), while p cannot become another process. */
static void
held(Proc *p, u32int pid, void (*f)(Proc *))
{
	lockproc(&p->seglock, p, pid);
	onerror(qunlock(&p->seglock));
	f(p);
	poperror();
	qunlock(&p->seglock);
}

static void
mayrequest(Proc *p)
{
	if(p->kp)
		error(Eperm);
}

static void
killproc(Proc *p)
{
	mayrequest(p);
	procctl(p, Proc_exitme);
}

static void
traceproc(Proc *p)
{
	mayrequest(p);
	procctl(p, Proc_traceme);
}

/* Wait until p stops, because it was told to (stop) or a note comes (trace). */
static void
awaitstop(Proc *p, u32int pid, int req)
{
	if(p == up || p->kp)
		error(Ebadctl); /* it would wait for ever */
	if(isgone(p, pid))
		error(Eprocdied);
	procstopwait(p, req);
	if(isgone(p, pid))
		error(Eprocdied);
}

static void
ctlclose(Proc *p, u32int pid, u32int fd)
{
	Fgrp *f;
	int was;

	f = procfds(p, pid);
	was = fgrpclose(f, (int)fd);
	closefgrp(f);
	if(!was)
		error(Ebadfd);
}

static void
closeall(Proc *p, u32int pid)
{
	Fgrp *f;
	int fd;

	f = procfds(p, pid);
	for(fd = 0; fd <= fgrpmax(f); fd++)
		fgrpclose(f, fd);
	closefgrp(f);
}

/* Set one of p's words. */
static void
setword(Proc *p, u32int pid, int *word, int v)
{
	lockproc(&p->notelock, p, pid);
	__atomic_store_n(word, v, __ATOMIC_SEQ_CST);
	qunlock(&p->notelock);
}

/* The host schedules; the number is kept and shown. */
static void
setpri(Proc *p, u32int pid, u32int pri, int fixed)
{
	setword(p, pid, &p->basepri, (int)pri);
	setword(p, pid, &p->fixedpri, fixed);
}

static void
obeycmd(Proc *p, u32int pid, Cmdbuf *cb)
{
	switch(lookupcmd(cb, ctltab, nelem(ctltab))->index) {
	case CMclose:
		ctlclose(p, pid, numarg(cb->f[1], 0x7fffffff));
		break;
	case CMclosefiles:
		closeall(p, pid);
		break;
	case CMhang:
		setword(p, pid, &p->hang, 1);
		break;
	case CMnohang:
		setword(p, pid, &p->hang, 0);
		break;
	case CMprivate:
		setword(p, pid, &p->privatemem, 1);
		break;
	case CMnoswap:
		setword(p, pid, &p->noswap, 1);
		break;
	case CMpri:
	case CMfixedpri:
		setpri(p, pid, numarg(cb->f[1], MAXPRI), cb->f[0][0] == 'f');
		break;
	case CMkill:
		held(p, pid, killproc);
		break;
	case CMstop:
		awaitstop(p, pid, Proc_stopme);
		break;
	case CMwaitstop:
		awaitstop(p, pid, Proc_traceme);
		break;
	case CMinterrupt:
		held(p, pid, procinterrupt);
		break;
	case CMnointerrupt:
		held(p, pid, procnointerrupt);
		break;
	case CMstart:
		held(p, pid, procstart);
		break;
	case CMstartstop:
		/* in this order: the process must not run a step untraced */
		mustbestopped(p);
		held(p, pid, traceproc);
		held(p, pid, procstart);
		awaitstop(p, pid, Proc_none);
		break;
	case CMstartsyscall:
		mustbestopped(p);
		held(p, pid, procstartsyscall);
		awaitstop(p, pid, Proc_none);
		break;
	case CMnotdone:
		error(Enotimpl);
	}
}

void
writectl(Proc *p, u32int pid, const char *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	obeycmd(p, pid, cb);
	poperror();
	free(cb);
}

/* --- notes --- */

void
writenote(Proc *p, u32int pid, const char *buf, long n)
{
	char msg[ERRMAX];

	copymsg(msg, sizeof msg, buf, n);
	/* not under a lock that p takes when it wakes */
	if(postnotepid(p, pid, msg, NUser))
		return;
	lockproc(&p->notelock, p, pid);
	qunlock(&p->notelock);
	error("note not posted");
}

void
writenotepg(u32int noteid, const char *buf, long n)
{
	char msg[ERRMAX];

	copymsg(msg, sizeof msg, buf, n);
	postnotepg(noteid, msg, NUser);
}

/* p's user, copied; 0 if p has changed. */
static int
ownerof(Proc *p, u32int pid, char *user, int n)
{
	int there;

	qlock(&p->namelock);
	there = !isgone(p, pid) && p->user != nil;
	if(there)
		strecpy(user, user + n, p->user);
	qunlock(&p->namelock);
	return there;
}

/* Is there a process of user in note group id? */
static int
groupof(u32int id, const char *user)
{
	char owner[KNAMELEN];
	Proc *p;
	u32int i, pid;
	int in;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil)
			continue;
		qlock(&p->notelock);
		pid = pidof(p);
		in = pid != 0 && p->noteid == id;
		qunlock(&p->notelock);
		if(in && ownerof(p, pid, owner, sizeof owner) &&
		    strcmp(owner, user) == 0)
			return 1;
	}
	return 0;
}

void
writenoteid(Proc *p, u32int pid, const char *buf, long n)
{
	char num[NUMSIZE], user[KNAMELEN], *f[1];
	u32int id;

	copymsg(num, sizeof num, buf, n);
	if(tokenize(num, f, 1) != 1)
		error(Ebadarg);
	id = numarg(f[0], 0xFFFFFFFFU);
	if(!ownerof(p, pid, user, sizeof user))
		error(Eprocdied);
	if(id == 0 || (id != pid && !groupof(id, user)))
		error(Ebadarg);
	lockproc(&p->notelock, p, pid);
	storerelaxed(&p->noteid, id);
	qunlock(&p->notelock);
}

/* --- args --- */

void
writeargs(Proc *p, u32int pid, const char *buf, long n)
{
	char *args, *old;

	if(n < 0 || n > MAXARGS)
		error(Etoobig);
	args = smalloc((usize)n + 1);
	onerror(free(args));
	memmove(args, buf, (usize)n);
	lockproc(&p->namelock, p, pid);
	poperror();
	old = p->args;
	p->args = args;
	p->setargs = 1;
	qunlock(&p->namelock);
	free(old);
}
