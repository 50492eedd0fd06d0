/*
 * #p: writes to a process's files, except ctl and the debugger's: notes, its note group and
 * arguments, its owner.
 *
 * A process is changed only under one of its locks, with the pid checked under it. So a change
 * never hits another process that was given the same Proc.
 */
#include "u.h"
#include "aout.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/proc.h"

/* Make a write of n bytes at off a string in to, of ERRMAX bytes. */
static void
copymsg(char *to, const char *buf, long n, vlong off)
{
	if(off != 0 || n < 0 || n >= ERRMAX)
		error(Etoobig);
	memmove(to, buf, (usize)n);
	to[n] = 0;
}

long
writenote(Procio *f, const char *buf, long n)
{
	char msg[ERRMAX];

	copymsg(msg, buf, n, 0);
	/* no lock is held that p takes when it wakes */
	if(postnotepid(f->p, f->pid, msg, NUser))
		return n;
	lockproc(&f->p->notelock, f->p, f->pid);
	qunlock(&f->p->notelock);
	error("note not posted");
}

void
writenotepg(u32int noteid, const char *buf, long n)
{
	char msg[ERRMAX];

	copymsg(msg, buf, n, 0);
	postnotepg(noteid, msg, NUser);
}

int
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

/* Does a process of user exist in note group id? Errors: Eperm, if up may not use it */
static int
groupof(u32int id, const char *user)
{
	char owner[KNAMELEN];
	Proc *p;
	u32int i, pid;
	int in;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || loadrelaxed(&p->kp))
			continue;
		qlock(&p->notelock);
		pid = pidof(p);
		in = pid != 0 && p->noteid == id;
		qunlock(&p->notelock);
		if(in && ownerof(p, pid, owner, sizeof owner) &&
		    strcmp(owner, user) == 0) {
			notnone(p);
			return 1;
		}
	}
	return 0;
}

long
writenoteid(Procio *f, const char *buf, long n)
{
	char num[ERRMAX], user[KNAMELEN];
	int id;

	copymsg(num, buf, n, f->off);
	id = atoi(num);
	if(id <= 0)
		error(Ebadarg);
	if(!ownerof(f->p, f->pid, user, sizeof user))
		error(Eprocdied);
	if((u32int)id == loadrelaxed(&f->p->noteid))
		return n;
	if((u32int)id != f->pid && !groupof((u32int)id, user))
		error(Eperm);
	lockproc(&f->p->notelock, f->p, f->pid);
	storerelaxed(&f->p->noteid, (u32int)id);
	qunlock(&f->p->notelock);
	return n;
}

long
writeargs(Procio *f, const char *buf, long n)
{
	char text[ERRMAX], *args, *old;

	copymsg(text, buf, n, f->off);
	args = kstrcpy(text);
	onerror(free(args));
	lockproc(&f->p->namelock, f->p, f->pid);
	poperror();
	old = f->p->args;
	f->p->args = args;
	storerelaxed(&f->p->setargs, 1);
	qunlock(&f->p->namelock);
	free(old);
	return n;
}

/* Errors unless f[] asks for a watchpoint: its type, of the letters r, w, x and -, its address
 * and its length in bytes. */
static void
checkwatchpt(char **f)
{
	char *p, *e;
	uvlong addr, len;
	int type;

	type = 0;
	for(p = f[0]; *p != 0; p++) {
		if(strchr("rwx-", *p) == nil)
			error("invalid type");
		type |= *p != '-';
	}
	if(!type)
		error("invalid type");
	addr = strtoull(f[1], &e, 0);
	if(*e != 0)
		error("invalid address");
	len = strtoull(f[2], &e, 0);
	if(*e != 0)
		error("invalid length");
	if(addr >= USTKTOP || len > USTKTOP - addr)
		error("bad address");
}

/* Does the line of n bytes ask for a watchpoint? A blank one asks for nothing. */
static int
watchptline(const char *from, long n)
{
	enum
	{
		Nfields = 3,
		Linesize = 256,
	};
	char line[Linesize], *f[Nfields + 1];
	int nf;

	if(n >= Linesize)
		error("line too long");
	memmove(line, from, (usize)n);
	line[n] = 0;
	nf = tokenize(line, f, nelem(f));
	if(nf == 0)
		return 0;
	if(nf != Nfields)
		error("wrong number of fields");
	checkwatchpt(f);
	return 1;
}

/* The host gives processes no watchpoints. What is behind the last newline asks for none. */
long
writewatchpt(Procio *f, const char *buf, long n)
{
	long start, i;
	int asked;

	USED(f);
	asked = 0;
	start = 0;
	for(i = 0; i < n; i++)
		if(buf[i] == '\n') {
			asked |= watchptline(buf + start, i - start);
			start = i + 1;
		}
	if(asked)
		error("no watchpoints");
	return n;
}

void
setowner(Proc *p, u32int pid, const Dir *d)
{
	lockproc(&p->namelock, p, pid);
	onerror(qunlock(&p->namelock));
	if(strcmp(up->user, p->user) != 0 && !iseve())
		error(Eperm);
	if(*d->uid != 0 && strcmp(d->uid, p->user) != 0) {
		if(!iseve())
			error(Eperm);
		kstrdup(&p->user, d->uid);
	}
	if(d->mode != ~(u32int)0)
		storerelaxed(&p->procmode, d->mode & 0777);
	poperror();
	qunlock(&p->namelock);
}
