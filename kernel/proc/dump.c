/*
 * The state dump: one line for each process; then the locks that are held, and the processes
 * that wait for them; the image cache's counts; the last kernel messages.
 *
 * It is for an instance that hangs or is damaged. So it takes no lock and allocates no memory.
 * What it reads may change meanwhile, or be nonsense. So it checks each pointer before it
 * follows it, and each list has a limit.
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
	/* kprint's lines have at most 512 bytes */
	Linesize = 500,
	Mostprocs = 300,
	Moststacks = 64,
	Mostlocks = 64,
	/* the most processes in a chain that wait for each other */
	Mostchain = 16,
};

void (*dumpmesg)(void);

/* The locks in a Proc. */
static const struct
{
	usize off;
	const char *name;
} fields[] = {
    {offsetof(Proc, seglock), "seglock"},
    {offsetof(Proc, namelock), "namelock"},
    {offsetof(Proc, notelock), "notelock"},
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

/* Copy a string of p to buf, at most KNAMELEN bytes. The string may be freed at any moment. */
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

/* Write addr, which is code or static data, as name+offset. */
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

/* Write addr, which is a lock or a Rendez. */
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

/* Write " by PROCESS at PLACE": the process that took a lock, and where. */
static char *
fmttaker(char *s, char *e, u32int pid, uintptr pc)
{
	s = seprint(s, e, " by ");
	if(pid == 0)
		s = seprint(s, e, "a host process without a Proc");
	else
		s = fmtproc(s, e, pid);
	s = seprint(s, e, " at ");
	return fmtsym(s, e, pc);
}

/* Write the processes that have l in their lists of held locks. */
static char *
fmtreaders(char *s, char *e, const RWlock *l)
{
	const char *sep;
	u32int i, k;
	Proc *p;

	sep = ":";
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		for(k = 0; p != nil && k < p->nheld && k < NHELD; k++)
			if(p->held[k].l == l) {
				s = seprint(s, e, "%s", sep);
				s = fmttaker(s, e, p->pid, p->held[k].pc);
				sep = ",";
			}
	}
	return s;
}

static char *
fmtrwholder(char *s, char *e, const RWlock *l)
{
	u32int n;

	if(!hostreadable(l, sizeof *l) || (n = l->state) == 0)
		return seprint(s, e, ", which is free");
	if(n & RWwriter) {
		s = seprint(s, e, " held for writing");
		return fmttaker(s, e, l->pid, l->pc);
	}
	s = seprint(s, e, " held by %ud reader%s", n, n == 1 ? "" : "s");
	return fmtreaders(s, e, l);
}

/* Write the holder of l, a lock of that kind. */
static char *
fmtholder(char *s, char *e, const void *l, u32int kind)
{
	const Lock *k;

	if(kind == Isreader || kind == Iswriter)
		return fmtrwholder(s, e, l);
	k = l;
	if(!hostreadable(k, sizeof *k) || k->key == 0)
		return seprint(s, e, ", which is free");
	s = seprint(s, e, " held");
	return fmttaker(s, e, k->pid, k->pc);
}

static const char *
kindname(u32int kind)
{
	if(kind == Islock)
		return "Lock";
	return kind == Isqlock ? "QLock" : "RWlock";
}

/* Write what p waits for, if it waits. */
static char *
fmtwait(char *s, char *e, Proc *p, const Hostproc *h)
{
	const void *l;
	Rendez *r;

	l = p->waitlock;
	if(l != nil) {
		s = seprint(s, e, " waits %s %s ",
		    p->waitkind == Isreader	  ? "to read"
			: p->waitkind == Iswriter ? "to write"
						  : "for",
		    kindname(p->waitkind));
		s = fmtobject(s, e, l);
		return fmtholder(s, e, l, p->waitkind);
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
		/* no system call: a page fault */
		return seprint(s, e, "%s", state);
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

/* The locks that are held, each once. */
typedef struct Found Found;
struct Found
{
	Held h[Mostlocks];
	u32int n;
};

/* Is l, a lock of that kind, held? */
static int
isheld(const void *l, u32int kind)
{
	const RWlock *rw;
	const Lock *k;

	if(kind == Isreader || kind == Iswriter) {
		rw = l;
		return hostreadable(rw, sizeof *rw) && rw->state != 0;
	}
	k = l;
	return hostreadable(k, sizeof *k) && k->key != 0;
}

static void
found(Found *f, const void *l, u32int kind)
{
	u32int i;

	if(l == nil || f->n == Mostlocks || !isheld(l, kind))
		return;
	for(i = 0; i < f->n; i++)
		if(f->h[i].l == l)
			return;
	f->h[f->n].l = l;
	f->h[f->n++].kind = kind;
}

/* Find the locks in processes' lists, and those that processes wait for. A Lock may be held by
 * a host process without a Proc, so the lists do not have all. */
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
		found(f, p->waitlock, p->waitkind);
		for(k = 0; k < p->nheld && k < NHELD; k++)
			found(f, p->held[k].l, p->held[k].kind);
	}
}

static void
dumplock(const void *l, u32int kind)
{
	char line[Linesize], *s, *e;
	const char *sep;
	u32int i;
	Proc *p;

	e = line + sizeof line;
	s = seprint(line, e, "%s ", kindname(kind));
	s = fmtobject(s, e, l);
	s = fmtholder(s, e, l, kind);
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

/* A process that holds what p waits for, or nil. Of several readers, the first. */
static Proc *
waitsfor(Proc *p)
{
	const RWlock *rw;
	u32int i, k;
	Proc *q;

	if(p->waitlock == nil || !isheld(p->waitlock, p->waitkind))
		return nil;
	if(p->waitkind == Islock || p->waitkind == Isqlock)
		return withpid(((const Lock *)p->waitlock)->pid);
	rw = p->waitlock;
	if(rw->state & RWwriter)
		return withpid(rw->pid);
	for(i = 0; i < nproctab(); i++) {
		q = procat(i);
		for(k = 0; q != nil && k < q->nheld && k < NHELD; k++)
			if(q->held[k].l == rw)
				return q;
	}
	return nil;
}

/* Print it if p waits for itself through others. Of the circle's members, the first in the
 * table prints. */
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
		dumplock(f.h[i].l, f.h[i].kind);
	if(f.n == 0)
		kprint("no lock of a process is held, none is waited for\n");
	for(i = 0; i < nproctab(); i++) {
		p = procat(i);
		if(p != nil)
			dumpcircle(p);
	}
}

/* --- the image cache --- */

/* Print the cache's counters, several to a line. */
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
