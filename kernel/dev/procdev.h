/*
 * What the files of #p share: procdir.c is the tree, procfs.c its Dev, procread.c has texts about a process,
 * procmem.c memory and text, procregs.c registers, procctl.c control messages, procwrite.c
 * other writes.
 *
 * A process may vanish at any moment. Procs are type-stable, so looking at one is
 * harmless. A Proc is the process that a file is about as long as its pid is the file's.
 * A function that relies on more holds a lock that exit takes first:
 *
 *   namelock  text, user, args; pgrp, fgrp, slash, dot
 *   seglock   seg[]; and all of it: once Moribund, exit lets go of the segments
 *             before the Proc is used again
 *   notelock  notes, note group, requests
 *
 * None of them is held while a device is called or user memory touched.
 */
#ifndef PROCDEV_H
#define PROCDEV_H

#include "u.h"
#include "dev/dev.h"
#include "proc/proc.h"

/* A read or write of a process's file. */
typedef struct Procio Procio;
struct Procio
{
	Chan *c;
	/* p is the process pid, if it is there still */
	Proc *p;
	u32int pid;
	vlong off;
};

/* All of these error(Eprocdied). A read fills n bytes at buf: bytes read. A write says how many
 * bytes it took. */
typedef long Procread(Procio *f, char *buf, long n);
typedef long Procwrite(Procio *f, const char *buf, long n);

/* --- procdir.c: the names in #p --- */

enum
{
	/* the root's; pid 0 */
	Qtop,
	Qtrace,
	/* a process's directory; its files, in the order of the listing */
	Qdir,
	Qargs,
	Qctl,
	Qfd,
	Qfpregs,
	Qkfpregs,
	Qkregs,
	Qmem,
	Qnote,
	Qnoteid,
	Qnotepg,
	Qns,
	Qppid,
	Qproc,
	Qregs,
	Qsegment,
	Qstatus,
	Qtext,
	Qwait,
	Qprofile,
	Qsyscall,
	Qwatchpt,
	NPROCFILE,

	QBITS = 8,

	/* Procfile.open */
	/* only to be read */
	Readonly = 1 << 0,
	/* a kernel process has no such thing; or none that may be changed */
	Nokproc = 1 << 1,
	Nokwrite = 1 << 2,
	/* not of a process whose ctl said private */
	Noprivate = 1 << 3,
};

typedef struct Procfile Procfile;
struct Procfile
{
	const char *name;
	int open;
	u32int length;
	/* 0: as the process's mode says, which wstat sets */
	u32int perm;
	/* nil: this file does it */
	Procread *read;
	Procwrite *write;
};

extern const Procfile procfiles[NPROCFILE];
/* Which of them c is: Qtop ... */
int which(Chan *c);
/* The process that the file c is about. error(Eprocdied) */
Proc *chanproc(Chan *c, u32int *pid);
Devgen procgen;
/* The entry of process pid in the root; 0 if p is not it. */
int gendir(Chan *c, Proc *p, u32int pid, Dir *d);

/* --- procread.c --- */

Procread readargs, readpid, readfds, readnoteid, readns, readppid, readsegments;
Procread readstatus, readwatchpt;
/* The system call that it is stopped in by startsyscall; else nothing. */
Procread readsyscall;
/* Counters, each a u32int of milliseconds. error("profile is off") */
Procread readprofile;
/* Takes the oldest note, cut to fit. error(Etoosmall) */
Procread readnote;
/* Waits for an exited child and takes its record: nextwait. */
Procread readwait;
/* p's open files, with a reference. */
Fgrp *procfds(Proc *p, u32int pid);

/* --- procmem.c --- */

Procread readprocmem;
/* error(Ebadctl) unless p is stopped. */
Procwrite writeprocmem;
/* The open file p runs, with a reference. error(Enonexist) if there is none */
Chan *textchan(Proc *p, u32int pid);

/* --- procregs.c: error(Enoreg) if they are nowhere --- */

Procread readregs, readfpregs, readkregs, readkfpregs, readprocstruct;
Procwrite writeregs, writefpregs;

/* --- procctl.c --- */

Procwrite writectl;
/* error(Ebadctl) unless p is stopped: a hint, for it may be started again. */
void mustbestopped(Proc *p);

/* --- procsched.c --- */

/* Keep p to processor cpu of those there are, counted round. */
void wire(Proc *p, u32int pid, int cpu);
/* ctl's pri and fixedpri. Errors: Eperm */
void setpri(Proc *p, u32int pid, int pri, int fixed);
/* Set one of p's real-time parameters from a text; RTflag: say only that there are some. */
void setrt(Proc *p, u32int pid, int which, const char *s);
/* Always an error: why p is no real-time process. */
_Noret void admitrt(Proc *p, u32int pid);

/* --- procwrite.c --- */

Procwrite writeargs, writenote, writenoteid, writewatchpt;
/* To a note group, whose processes are not looked at. */
void writenotepg(u32int noteid, const char *buf, long n);
/* wstat: p's user becomes d's, if it names one, and its mode d's. error(Eperm) */
void setowner(Proc *p, u32int pid, const Dir *d);
/* p's user, copied; 0 if p is not pid any more. */
int ownerof(Proc *p, u32int pid, char *user, int n);

#endif
