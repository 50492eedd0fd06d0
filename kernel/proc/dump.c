/*
 * The state dump: one line for each process, then the locks that are held and
 * the processes that wait for them, the image cache's counts and the last kernel
 * messages.
 *
 * It is for an instance that hangs or has come to harm. So it takes no lock and no
 * memory; what it reads may change or be nonsense, so each pointer is looked at
 * before it is followed, and each list has a limit.
 */
#include "u.h"
#include "proc/callfmt.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"

enum
{
	Linesize = 500, /* kprint takes 512 */
	Mostprocs = 300,
	Moststacks = 64,
	Mostlocks = 64,
	Mostchain = 16, /* of processes that wait for each other */
};

void (*dumpmesg)(void);

/* The locks that a Proc has. */
static const struct
{
	usize off;
	const char *name;
} fields[] = {
    {offsetof(Proc, seglock), "seglock"},
    {offsetof(Proc, namelock), "namelock"},
    {offsetof(Proc, notelock), "notelock"},
    {offsetof(Proc, qwaitr), "qwaitr"},
    {offsetof(Proc, exl), "exl"},
    {offsetof(Proc, rlock), "rlock"},
    {offsetof(Proc, waitr), "waitr"},
    {offsetof(Proc, stopr), "stopr"},
    {offsetof(Proc, sleeprend), "sleeprend"},
};

/* The process in place i of the table, or nil. */
static Proc *
procat(u32int i)
{
	Proc *p;

	p = proctab(i);
	return hostreadable(p, sizeof *p) ? p : nil;
}

static Proc *
withpid(u32int pid)
{
	Proc *p;
	u32int i;

	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p != nil && p->pid == pid)
			return p;
	}
	return nil;
}

/* A string of p's that may be gone any moment, of at most KNAMELEN bytes, in buf. */
static const char *
namein(const char *name, char *buf)
{
	int i;

	for(i = 0; i < KNAMELEN - 1 && hostreadable(name + i, 1); i++) {
		buf[i] = name[i];
		if(buf[i] == 0)
			break;
		if(buf[i] < ' ' || buf[i] >= 0x7f)
			buf[i] = '?';
	}
	buf[i] = 0;
	return buf;
}

static char *
fmtproc(char *s, char *e, u32int pid)
{
	char name[KNAMELEN];
	Proc *p;

	if(pid == 0)
		return seprint(s, e, "no process");
	p = withpid(pid);
	if(p == nil)
		return seprint(s, e, "pid %ud, which is gone", pid);
	return seprint(s, e, "pid %ud %s", pid, namein(p->text, name));
}

/* Code, or static data. */
static char *
fmtsym(char *s, char *e, uintptr addr)
{
	const char *name;
	u32int off;

	name = hostsym(addr, &off);
	if(name == nil)
		return seprint(s, e, "%#llux", (uvlong)addr);
	return seprint(s, e, "%s+%#ux", name, off);
}

/* A lock or a Rendez. */
static char *
fmtobject(char *s, char *e, const void *addr)
{
	usize off;
	Proc *p;
	u32int i, k;

	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		off = (usize)((uintptr)addr - (uintptr)p);
		if(p == nil || off >= sizeof *p)
			continue;
		for(k = 0; k < nelem(fields); k++)
			if(fields[k].off == off)
				return seprint(s, e, "%s of pid %ud",
				    fields[k].name, p->pid);
		return seprint(s, e, "%#llux in pid %ud", (uvlong)off, p->pid);
	}
	return fmtsym(s, e, (uintptr)addr);
}

static char *
fmtholder(char *s, char *e, const Lock *l)
{
	u32int pid;

	if(!hostreadable(l, sizeof *l) || l->key == 0)
		return seprint(s, e, ", which is free");
	pid = l->pid;
	if(pid == 0)
		s = seprint(s, e, " held by the host's side");
	else {
		s = seprint(s, e, " held by ");
		s = fmtproc(s, e, pid);
	}
	s = seprint(s, e, " at ");
	return fmtsym(s, e, l->pc);
}

/* What p waits for, if for anything. */
static char *
fmtwait(char *s, char *e, Proc *p, const Hostproc *h)
{
	const Lock *l;
	Rendez *r;

	l = p->waitlock;
	if(l != nil) {
		s = seprint(s, e, " waits for lock ");
		s = fmtobject(s, e, l);
		return fmtholder(s, e, l);
	}
	if(p->waitrw != nil) {
		s = seprint(s, e, " waits for RWlock ");
		return fmtobject(s, e, p->waitrw);
	}
	r = p->r;
	if(r != nil) {
		s = seprint(s, e, " sleeps in Rendez ");
		s = fmtobject(s, e, r);
		s = seprint(s, e, " until ");
		return fmtsym(s, e, (uintptr)p->sleepfn);
	}
	if(p->state == Rendezvous)
		return seprint(s, e, " waits for a partner at tag %#llux",
		    (uvlong)p->rendtag);
	if(h->call != nil)
		return seprint(
		    s, e, " in host call %s(%#llux)", h->call, h->arg);
	return s;
}

static char *
fmtcall(char *s, char *e, Proc *p)
{
	const char *state;
	u32int num;

	state = p->psstate;
	num = p->syscall;
	if(state == nil)
		return seprint(s, e, p->kp ? "kernel process" : "user mode");
	if(num >= ncalldesc || calldesc[num].name == nil ||
	    (state != calldesc[num].ps && strcmp(state, "Stopwait") != 0))
		return seprint(s, e, "%s", state); /* a page fault */
	s = seprint(s, e, "%s(", calldesc[num].name);
	s = callargs(s, e, num, p->callarg, 0, MaxArgs, 0, 0);
	return seprint(s, e, ")");
}

static void
dumpproc(Proc *p, int stack)
{
	char line[Linesize], name[KNAMELEN], *s, *e;
	Hostproc h;
	u32int i;

	hostproc(p, &h);
	e = line + sizeof line;
	s = seprint(line, e, "%5ud %6ud %6d %-10s %-12s ", p->pid, p->parentpid,
	    h.pid, stateword(p->state), namein(p->text, name));
	s = fmtcall(s, e, p);
	fmtwait(s, e, p, &h);
	kprint("%s\n", line);
	if(!stack || h.nframe == 0)
		return;
	s = line;
	for(i = 0; i < h.nframe; i++) {
		s = seprint(s, e, " ");
		s = fmtsym(s, e, h.frame[i]);
	}
	kprint("%20s%s\n", "", line);
}

static void
dumpprocs(void)
{
	u32int i, n;
	Proc *p;

	kprint(
	    "  pid parent   host state      program      call, what it waits for; stack\n");
	n = 0;
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p == nil)
			continue;
		if(n < Mostprocs)
			dumpproc(p, n < Moststacks);
		n++;
	}
	if(n > Mostprocs)
		kprint("... and %ud more\n", n - Mostprocs);
}

/* --- locks --- */

/* Locks, each once. */
typedef struct Found Found;
struct Found
{
	const Lock *l[Mostlocks];
	u32int n;
};

static void
found(Found *f, const Lock *l)
{
	u32int i;

	if(l == nil || f->n == Mostlocks || !hostreadable(l, sizeof *l) ||
	    l->key == 0)
		return;
	for(i = 0; i < f->n; i++)
		if(f->l[i] == l)
			return;
	f->l[f->n++] = l;
}

static void
findlocks(Found *f)
{
	u32int i, k;
	Proc *p;

	f->n = 0;
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p == nil)
			continue;
		found(f, p->waitlock);
		found(f, &p->seglock.use);
		found(f, &p->namelock.use);
		found(f, &p->notelock.use);
		found(f, &p->qwaitr.use);
		for(k = 0; k < p->nlocks && k < NHELD; k++)
			found(f, p->held[k]);
	}
}

static void
dumplock(const Lock *l)
{
	char line[Linesize], *s, *e;
	const char *sep;
	u32int i;
	Proc *p;

	e = line + sizeof line;
	s = seprint(line, e, "lock ");
	s = fmtobject(s, e, l);
	s = fmtholder(s, e, l);
	sep = "; waited for by pid ";
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p == nil || p->waitlock != l)
			continue;
		s = seprint(s, e, "%s%ud", sep, p->pid);
		sep = ", ";
	}
	kprint("%s\n", line);
}

/* The process that holds what p waits for, or nil. */
static Proc *
waitsfor(Proc *p)
{
	const Lock *l;

	l = p->waitlock;
	if(l == nil || !hostreadable(l, sizeof *l) || l->key == 0)
		return nil;
	return withpid(l->pid);
}

/* Say so if p waits for itself; of a circle's members the first in the table does. */
static void
dumpcircle(Proc *p)
{
	char line[Linesize], *s, *e;
	Proc *q;
	int n;

	e = line + sizeof line;
	s = seprint(line, e, "deadlock: pid %ud", p->pid);
	q = p;
	for(n = 0; n < Mostchain; n++) {
		q = waitsfor(q);
		if(q == nil || q->index < p->index)
			return;
		s = seprint(s, e, " waits for %ud", q->pid);
		if(q == p) {
			kprint("%s\n", line);
			return;
		}
	}
}

static void
dumplocks(void)
{
	Found f;
	u32int i;
	Proc *p;

	findlocks(&f);
	for(i = 0; i < f.n; i++)
		dumplock(f.l[i]);
	if(f.n == 0)
		kprint("no lock of a process is held, none is waited for\n");
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p != nil)
			dumpcircle(p);
	}
}

/* --- the image cache --- */

/* Its lines, several to one. */
static void
dumpcache(void)
{
	char text[Linesize], line[Linesize], *s, *e;

	imagestatstext(text, text + sizeof text);
	e = line;
	for(s = text; *s != 0 && e < line + sizeof line - 3; s++)
		if(*s != '\n')
			*e++ = *s;
		else if(s[1] != 0) {
			*e++ = ',';
			*e++ = ' ';
		}
	*e = 0;
	kprint("image cache: %s\n", line);
}

void
dumpstate(void)
{
	kprint(
	    "run9: state of the instance of host process %d\n", hostinstance());
	dumpprocs();
	dumplocks();
	dumpcache();
	if(dumpmesg != nil)
		dumpmesg();
}
