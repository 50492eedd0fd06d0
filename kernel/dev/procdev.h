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

/* A read or write of a file of a process. */
typedef struct Procio Procio;
struct Procio
{
	Chan *c;
	/* p is process pid, if that still exists */
	Proc *p;
	u32int pid;
	vlong off;
};

/* All of these error(Eprocdied). A Procread fills n bytes at buf and returns how many bytes it
 * read; a Procwrite returns how many it took. */
typedef long Procread(Procio *f, char *buf, long n);
typedef long Procwrite(Procio *f, const char *buf, long n);

/* --- procdir.c: the names in #p --- */

enum
{
	/* the root's files; pid is 0 */
	Qtop,
	Qtrace,
	/* a process's directory, then its files in the order of the listing */
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

	/* bits of Procfile.open */
	/* the file can only be read */
	Readonly = 1 << 0,
	/* a kernel process does not have the file, or its file cannot be changed */
	Nokproc = 1 << 1,
	Nokwrite = 1 << 2,
	/* not for a process that ctl private marked */
	Noprivate = 1 << 3,
};

typedef struct Procfile Procfile;
struct Procfile
{
	const char *name;
	int open;
	u32int length;
	/* 0: the process's mode, which wstat sets */
	u32int perm;
	/* nil: procfs.c itself reads the file */
	Procread *read;
	Procwrite *write;
};

extern const Procfile procfiles[NPROCFILE];
/* Which file c is: Qtop or another. */
int which(Chan *c);
/* The process whose file c is; *pid becomes its pid. error(Eprocdied) */
Proc *chanproc(Chan *c, u32int *pid);
Devgen procgen;
/* Describe the root's entry of process pid. Returns 0 if p is another process. */
int gendir(Chan *c, Proc *p, u32int pid, Dir *d);

/* --- procfs.c --- */

/* A process of user none may not use the files of other processes: proc(3). error(Eperm) if up is one,
 * and p another. */
void notnone(Proc *p);

/* --- procread.c --- */

Procread readargs, readpid, readfds, readnoteid, readns, readppid, readsegments;
Procread readstatus, readwatchpt;
/* The system call in which startsyscall has stopped it; otherwise nothing. */
Procread readsyscall;
/* Counters, each a u32int of milliseconds. error("profile is off") */
Procread readprofile;
/* Takes the oldest note, cut to n bytes. error(Etoosmall) */
Procread readnote;
/* Waits until a child has ended, and takes its record: nextwait. */
Procread readwait;
/* p's open files, with a reference. */
Fgrp *procfds(Proc *p, u32int pid);

/* --- procmem.c --- */

Procread readprocmem;
/* error(Ebadctl) unless p is stopped. */
Procwrite writeprocmem;
/* The open file of the program that p runs, with a reference. error(Enonexist) if there is
 * none. */
Chan *textchan(Proc *p, u32int pid);

/* --- procregs.c: error(Enoreg) if p's registers are not known --- */

Procread readregs, readfpregs, readkregs, readkfpregs, readprocstruct;
Procwrite writeregs, writefpregs;

/* --- procctl.c --- */

Procwrite writectl;
/* error(Ebadctl) unless p is stopped. A hint: p may be started again at once. */
void mustbestopped(Proc *p);

/* --- procsched.c --- */

/* Keep p on processor cpu of those that the instance may use, modulo their number. A negative cpu
 * stands for the processor with fewest wired processes. */
void wire(Proc *p, u32int pid, int cpu);
/* Set p's priority: ctl's pri, and with fixed fixedpri. Errors: Eperm */
void setpri(Proc *p, u32int pid, int pri, int fixed);
/* Set a real-time parameter of p from a text. RTflag only notes that there are some. */
void setrt(Proc *p, u32int pid, int which, const char *s);
/* Always an error, which says why p is not a real-time process. */
_Noret void admitrt(Proc *p, u32int pid);

/* --- procwrite.c --- */

Procwrite writeargs, writenote, writenoteid, writewatchpt;
/* Post a note to a note group. No process of the group is checked. */
void writenotepg(u32int noteid, const char *buf, long n);
/* wstat: p gets the user that d names, if it names one, and d's mode. error(Eperm) */
void setowner(Proc *p, u32int pid, const Dir *d);
/* Copy the name of p's user. Returns 0 if p is no longer process pid. */
int ownerof(Proc *p, u32int pid, char *user, int n);

#endif
