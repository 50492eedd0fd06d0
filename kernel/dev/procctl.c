/*
 * #p: control messages, proc(3).
 *
 * A process is changed only under one of its locks, with the pid checked under it. (seglock
 * will do for any part of it.) So a change never hits another process that was given the same
 * Proc.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "proc/profile.h"
#include "proc/traceevent.h"

enum
{
	CMadmit,
	CMclose,
	CMclosefiles,
	CMcost,
	CMdeadline,
	CMevent,
	CMexpel,
	CMfixedpri,
	CMhang,
	CMinterrupt,
	CMkill,
	CMnohang,
	CMnointerrupt,
	CMnoswap,
	CMperiod,
	CMpri,
	CMprivate,
	CMprofile,
	CMrtflag,
	CMstart,
	CMstartstop,
	CMstartsyscall,
	CMstop,
	CMtrace,
	CMwaitstop,
	CMwired,
};

static Cmdtab ctltab[] = {
    {CMadmit, "admit", 1},
    {CMclose, "close", 2},
    {CMclosefiles, "closefiles", 1},
    {CMcost, "cost", 2},
    {CMdeadline, "deadline", 2},
    {CMevent, "event", 1},
    {CMexpel, "expel", 1},
    {CMfixedpri, "fixedpri", 2},
    {CMhang, "hang", 1},
    {CMinterrupt, "interrupt", 1},
    {CMkill, "kill", 1},
    {CMnohang, "nohang", 1},
    {CMnointerrupt, "nointerrupt", 1},
    {CMnoswap, "noswap", 1},
    {CMperiod, "period", 2},
    {CMpri, "pri", 2},
    {CMprivate, "private", 1},
    {CMprofile, "profile", 1},
    {CMrtflag, "deadlinenotes", 1},
    {CMrtflag, "extra", 1},
    {CMrtflag, "sporadic", 1},
    {CMstart, "start", 1},
    {CMstartstop, "startstop", 1},
    {CMstartsyscall, "startsyscall", 1},
    {CMstop, "stop", 1},
    {CMtrace, "trace", 0},
    {CMwaitstop, "waitstop", 1},
    {CMwired, "wired", 2},
};

void
mustbestopped(Proc *p)
{
	if(aload(&p->state) != Stopped)
		error(Ebadctl);
}

/* Call f(p) while p cannot become another process. */
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
killproc(Proc *p)
{
	procctl(p, p->pid, Proc_exitme);
}

static void
traceproc(Proc *p)
{
	procctl(p, p->pid, Proc_traceme);
}

/* Ask p to stop by req, unless that is Proc_none, and wait until p stops. A process that asks
 * itself stops when it leaves the kernel. */
static void
awaitstop(Proc *p, u32int pid, int req)
{
	if(isgone(p, pid))
		error(Eprocdied);
	if(p == up) {
		if(req != Proc_none)
			procctl(p, pid, req);
		return;
	}
	procstopwait(p, pid, req);
	if(isgone(p, pid))
		error(Eprocdied);
}

/* Close descriptor fd of p, if it is open. */
static void
closeone(Proc *p, u32int pid, int fd)
{
	Fgrp *f;

	if(fd < 0)
		error(Ebadfd);
	f = procfds(p, pid);
	fgrpclose(f, fd);
	closefgrp(f);
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

/* Set a word of p to v. */
static void
setword(Proc *p, u32int pid, int *word, int v)
{
	lockproc(&p->notelock, p, pid);
	astore(word, v);
	qunlock(&p->notelock);
}

/* Messages about scheduling. */
static void
obeysched(Proc *p, u32int pid, int cmd, Cmdbuf *cb)
{
	switch(cmd) {
	case CMpri:
	case CMfixedpri:
		setpri(p, pid, atoi(cb->f[1]), cmd == CMfixedpri);
		break;
	case CMwired:
		wire(p, pid, atoi(cb->f[1]));
		break;
	case CMperiod:
		setrt(p, pid, RTperiod, cb->f[1]);
		break;
	case CMdeadline:
		setrt(p, pid, RTdeadline, cb->f[1]);
		break;
	case CMcost:
		setrt(p, pid, RTcost, cb->f[1]);
		break;
	case CMrtflag:
		setrt(p, pid, RTflag, nil);
		break;
	case CMadmit:
		admitrt(p, pid);
		break;
	case CMexpel:
		/* no process is ever admitted, so none is expelled */
		break;
	}
}

/* Without an argument, trace turns tracing on if it is off, and off if it is on. */
static void
settrace(Proc *p, u32int pid, Cmdbuf *cb)
{
	u32int on;

	if(cb->nf > 2)
		error("args");
	lockproc(&p->notelock, p, pid);
	on = cb->nf == 1 ? !p->trace : atoi(cb->f[1]) != 0;
	storerelaxed(&p->trace, on);
	qunlock(&p->notelock);
}

/* Messages for debuggers: stopping and starting. */
static void
obeydebug(Proc *p, u32int pid, int cmd)
{
	switch(cmd) {
	case CMstop:
		awaitstop(p, pid, Proc_stopme);
		break;
	case CMwaitstop:
		awaitstop(p, pid, Proc_none);
		break;
	case CMstart:
		held(p, pid, procstart);
		break;
	case CMstartstop:
		/* in this order, because the process must not run untraced in between */
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
	}
}

static void
obeycmd(Proc *p, u32int pid, Cmdbuf *cb)
{
	int cmd;

	cmd = lookupcmd(cb, ctltab, nelem(ctltab))->index;
	switch(cmd) {
	case CMclose:
		closeone(p, pid, atoi(cb->f[1]));
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
	case CMkill:
		held(p, pid, killproc);
		break;
	case CMinterrupt:
		held(p, pid, procinterrupt);
		break;
	case CMnointerrupt:
		held(p, pid, procnointerrupt);
		break;
	case CMprofile:
		profilestart(p, pid);
		break;
	case CMtrace:
		settrace(p, pid, cb);
		break;
	case CMevent:
		traceevent(up, TRuser);
		break;
	default:
		obeydebug(p, pid, cmd);
		obeysched(p, pid, cmd, cb);
	}
}

long
writectl(Procio *f, const char *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	obeycmd(f->p, f->pid, cb);
	poperror();
	free(cb);
	return n;
}
