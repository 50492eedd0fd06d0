/*
 * What the files of #p share: procfs.c is the tree, procread.c has texts about a process,
 * procmem.c memory, registers and text, procctl.c control messages and other writes.
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
#include "proc/proc.h"

/* --- procfs.c --- */

/* The process that the file c is about. error(Eprocdied) */
Proc *chanproc(Chan *c, u32int *pid);

/* --- procread.c: off and n are the read's; all error(Eprocdied) --- */

long readargs(Proc *p, u32int pid, char *buf, long n, vlong off);
/* The system call that it is stopped in by startsyscall; else nothing. */
long readsyscall(Proc *p, u32int pid, char *buf, long n, vlong off);
long readfds(Proc *p, u32int pid, char *buf, long n, vlong off);
long readns(Proc *p, u32int pid, char *buf, long n, vlong off);
long readsegments(Proc *p, u32int pid, char *buf, long n, vlong off);
long readstatus(Proc *p, u32int pid, char *buf, long n, vlong off);
/* Takes the oldest note. error(Etoosmall) */
long readnote(Proc *p, u32int pid, char *buf, long n);
/* Waits for an exited child and takes its record. error(Eintr), error(Enochild) */
long readwait(Proc *p, u32int pid, char *buf, long n);
/* p's open files, with a reference. error(Eprocdied) */
Fgrp *procfds(Proc *p, u32int pid);

/* --- procmem.c --- */

/* error(Eperm) if p's memory is private, or it has none. */
void mayread(Proc *p);
long readprocmem(Proc *p, u32int pid, char *buf, long n, vlong off);
long writeprocmem(Proc *p, u32int pid, const char *buf, long n, vlong off);
long readregs(Proc *p, u32int pid, char *buf, long n, vlong off);
long writeregs(Proc *p, u32int pid, const char *buf, long n, vlong off);
/* Both error(Ebadctl) unless p is stopped. */
long readfpregs(Proc *p, u32int pid, char *buf, long n, vlong off);
long writefpregs(Proc *p, u32int pid, const char *buf, long n, vlong off);
/* The open file p runs, with a reference. error(Enonexist) if there is none */
Chan *textchan(Proc *p, u32int pid);

/* --- procctl.c --- */

void writectl(Proc *p, u32int pid, const char *buf, long n);
void writenote(Proc *p, u32int pid, const char *buf, long n);
void writenotepg(u32int noteid, const char *buf, long n);
void writenoteid(Proc *p, u32int pid, const char *buf, long n);
void writeargs(Proc *p, u32int pid, const char *buf, long n);
/* error(Ebadctl) unless p is stopped: a hint, for it may be started again. */
void mustbestopped(Proc *p);

#endif
