/*
 * Proc and Chan: the two structures of which every room has a part. Data only; the rooms' own
 * headers have the functions. The comment over a part of Proc names the room that owns it.
 */
#ifndef PORTDAT_H
#define PORTDAT_H

#include "u.h"
#include "fcall.h"
#include "ureg.h"
#include "sync/lock.h"
#include "host/host.h"

typedef struct Chan Chan;
typedef struct Egrp Egrp;
typedef struct Fgrp Fgrp;
typedef struct Mnt Mnt;
typedef struct Note Note;
typedef struct Path Path;
typedef struct Pgrp Pgrp;
typedef struct Rgrp Rgrp;
typedef struct Segment Segment;
typedef struct Union Union;
typedef struct Waitq Waitq;

enum
{
	/* how many waserror()s a process may have open */
	NERR = 64,
	/* how many notes may wait for a process */
	NNOTE = 5,
	/* how many await records may wait for a parent */
	NWAITQ = 128,
};

/* The places of Segments in Proc.seg[]. */
enum
{
	SSEG,
	TSEG,
	DSEG,
	BSEG,
	/* exec does not use it */
	ESEG,
	SEG1,
	SEG2,
	SEG3,
	SEG4,
	SEG5,
	/* 10 */
	NSEG,
};

/* Proc.state, and what /proc/n/status calls it */
enum
{
	Dead,
	/* being made by rfork */
	New,
	/* in user or kernel mode, or ready to be */
	Running,
	/* waits in a Rendez: sleep() */
	Wakeme,
	Rendezvous,
	/* stopped by /proc/n/ctl, or traced */
	Stopped,
	/* dead of a trap, and kept for debuggers */
	Broken,
	/* exiting */
	Moribund,
};

/* Priorities of proc(3): a process above PriNormal needs the owner; children of boot(8) have
 * PriUser, as on 9front. */
enum
{
	PriNormal = 10,
	PriUser = 13,
};

/* Proc.rt */
enum
{
	RTperiod,
	RTdeadline,
	RTcost,
	NRT,
	/* a way of scheduling, not a number */
	RTflag = NRT,
};

/* Note.flag */
enum
{
	/* from a program */
	NUser,
	/* from a trap: a process without a handler dies of it */
	NDebug,
};

struct Note
{
	char msg[ERRMAX];
	int flag;
};

struct Waitq
{
	u32int pid;
	/* ms: user, system, real */
	u32int time[3];
	/* "name pid: " and the exit string */
	char msg[ERRMAX];
	Waitq *next;
};

/* In the order of the rooms. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct Proc
{
	/* the machine's part */
	MachProc mach;

	/*
	 * These stay as they are when the Proc becomes another process's. A process that found
	 * the Proc in the table, or that was its child, may hold one of them at that moment.
	 */
	/* guards seg[]: up holds it to change seg[], others to look. Rank Rseglock: before
	 * notelock, Segment.lk; rfork takes its child's inside its own */
	QLock seglock;
	/* guards pgrp egrp fgrp slash dot text user args. Rank Rnamelock: after Chan.dirlock */
	QLock namelock;
	/* guards the notes, and pid, which freeproc clears. Rank Rnotelock: after oom.lk,
	 * seglock; before Rgrp.lk, Rendez.l */
	QLock notelock;
	/* pid of the process whose wait records a reader takes; 0: none. Atomic: await.c */
	u32int waitreader;
	/* guards waitq, nchild, nwait. Rank Rexl: a leaf */
	Lock exl;
	/* guards r, and state Wakeme. Rank Rrlock: after Rendez.l */
	Lock rlock;
	/* await sleeps here */
	Rendez waitr;
	/* procstopwait sleeps here, until another process stops */
	Rendez stopr;
	/* sleeps that no process ends are here */
	Rendez sleeprend;

	/* the locks that up holds, in the order in which it took them: held.h. The state dump
	 * reads them without a lock */
	u32int nheld;
	/* how many of these are Locks */
	u32int nlocks;
	Held held[NHELD];

	/* the first field that clean (newproc.c) clears */
	u32int pid;
	/* the note group */
	u32int noteid;
	/* the place in the process table */
	u32int index;
	u32int state;
	/* the program's name */
	char *text;
	char *user;
	/* argv, quoted, as /proc/n/args shows it */
	char *args;
	/* the program itself wrote args */
	int setargs;
	/* for ps(1): what it does in the kernel; nil: the state's name is shown */
	const char *psstate;

	/* errors: only up uses these */
	Label errlab[NERR];
	int nerrlab;
	/* the error of the call under way */
	char *errstr;
	/* the error of the last call that failed: errstr(2) */
	char *syserrstr;
	char errbuf0[ERRMAX];
	char errbuf1[ERRMAX];
	char genbuf[128];

	/* memory */
	Segment *seg[NSEG];

	/* name space: only up replaces these, and holds namelock if others may look */
	Pgrp *pgrp;
	Egrp *egrp;
	Fgrp *fgrp;
	Rgrp *rgrp;
	Chan *slash;
	Chan *dot;

	/* family: guarded by the process table's lock */
	/* no reference: valid while parentpid is the pid of *parent; nil with RFNOWAIT */
	Proc *parent;
	u32int parentpid;
	/* RFNOWAIT: no parent waits for it */
	int nochild;
	/* how many children live, RFNOWAIT ones not counted */
	int nchild;
	int nwait;
	Waitq *waitq;
	/* its own wait record; nil with RFNOWAIT */
	Waitq *epitaph;

	/* what it waits for, for the state dump: set by up, read without a lock */
	/* a Lock, QLock or RWlock, or nil */
	const void *waitlock;
	/* Islock or another kind */
	u32int waitkind;
	/* the condition of its sleep, while r is set */
	int (*sleepfn)(void *);

	/* where it sleeps; nil: it does not */
	Rendez *r;
	Event wake;
	/* how long to spin for wake */
	Spin spin;
	/* set by ctl: its events go to /proc/trace */
	u32int trace;

	/* rendezvous */
	uintptr rendtag;
	uintptr rendval;
	Proc *rendhash;

	/* notes: guarded by notelock, except notepending, a hint that is set last */
	u32int notepending;
	/* ctl interrupt came; stays set on the way to user mode */
	u32int intrpending;
	/* the last call was a read or a write, but for semaphores and sleep after it */
	u32int afterio;
	/* note.c; only the process itself uses them: the pending note waits for the end of a tick;
	 * it waited long enough */
	u32int noteputoff;
	u32int notedue;
	int nnote;
	/* one more than NNOTE, for a trap */
	Note note[NNOTE + 1];
	/* a note handler runs */
	int notified;
	/* it takes no more notes and requests */
	int exiting;
	char lastnote[ERRMAX];
	int lastflag;
	/* user address of the note handler */
	uintptr notify;
	/* user address of the running handler's Ureg */
	uintptr ureg;
	/* when the alarm is due (monons); 0: none; 1: its note is being posted */
	uvlong alarm;

	/* debugging: /proc/n/ctl */
	/* the request to obey on the way to user mode: Proc_stopme and others */
	int procctl;
	/* stop at the next exec */
	int hang;
	/* user registers while it is in the kernel */
	Ureg *dbgreg;
	/* the process that waits until this one stops */
	Proc *pdbg;
	/* set by ctl noswap: another process dies when memory runs out. Inherited; exec clears it */
	int noswap;
	/* mode of the files of /proc/n that have none of their own */
	u32int procmode;
	/* debuggers may not read its memory; until exec */
	int privatemem;
	/* number of the system call under way */
	u32int syscall;
	/* the system call's arguments */
	uintptr callarg[6];
	/* Tstop, Tprint, Tcycles: calltrace.c */
	u32int calltrace;
	/* text of /proc/n/syscall; under namelock */
	char *calltext;
	/* the profiler has asked at which pc it is */
	u32int profiletick;
	/* a note that syscall() posts at the end of this call, because of a bad argument */
	const char *callnote;
	/* the bad argument, if it was an address */
	uintptr badaddr;
	uvlong badlen;

	/* the registers with which a new process enters user mode */
	Ureg start;
	/* the function of a kernel process */
	void (*kfn)(void *);
	void *karg;

	/* times */
	/* monons when it started */
	uvlong started;
	/* hosttimes when it started */
	uvlong basens[2];
	/* of children that have ended: user, system, real */
	uvlong childns[3];
	/* monons of the last step; step.h */
	uvlong stepns;
	/* how many system calls it made */
	uvlong ncalls;
	/* how many page faults it took */
	uvlong nfaults;
	/* a kernel process: it never enters user mode */
	u32int kp;
	/* as ctl set them: proc(3). procsched tells the host */
	int fixedpri;
	int basepri;
	/* 1 + the processor that ctl keeps it on, or 0 */
	int wired;
	/* real time in µs, as ctl set it: proc(3) */
	uvlong rt[NRT];
	int rtset;
};

/* Chan.flag */
enum
{
	/* open for I/O */
	COPEN = 0x0001,
	/* the message channel of a mount */
	CMSG = 0x0002,
	/* not in use */
	CFREE = 0x0010,
	/* the file is removed on close */
	CRCLOSE = 0x0020,
	/* open for exec, and a change of the contents changes the qid */
	CEXACT = 0x0040,
	/* the mount cache may keep it */
	CCACHE = 0x0080,
	/* its close waits for the server's answer */
	CWAIT = 0x0100,
	/* a pipe: it has no offset */
	CSTREAM = 0x0200,

	/* only in Fgrp.flag: close at exec */
	CCEXEC = 0x0008,
};

enum
{
	/* Chan.type of a Chan without a device */
	NODEV = 0xffff,
};

/*
 * A file, or a name being walked: one client's view of a file on a device. type, dev, qid and
 * path do not change once others can see the Chan.
 */
struct Chan
{
	Ref r;
	/* next in the free list or in closer's queue */
	Chan *next;
	/* the fd's offset: atomic; of a directory: under dirlock */
	vlong offset;
	/* of a directory: how far the device has been read; under dirlock */
	vlong devoffset;
	/* index in devtab */
	ushort type;
	/* the device's instance */
	u32int dev;
	/* OREAD, OWRITE or ORDWR, set by the device's open */
	ushort mode;
	ushort flag;
	Qid qid;
	/* chan number, unique among Chans in use: a fid of the 9P client, and for debugging */
	u32int fid;
	/* bytes in one read or write of the device; 0: the default */
	u32int iounit;
	/* namec crossed a mount point to get here */
	int ismtpt;
	/* guards un's elements and rock; held across device calls. Rank Rdirlock: before
	 * Hostfile.lk, Pgrp.ns, Egrp.lk, Proc.namelock */
	QLock dirlock;
	/* of a directory that was opened on a union: its elements */
	Union *un;
	/* the open Chan of the element of un that is being read */
	Chan *unc;
	/* the index of that element */
	int uni;
	/* directory entries that were read but not returned yet */
	uchar *rock;
	/* how many bytes rock has */
	u32int nrock;
	/* how many bytes of rock were returned */
	u32int rockoff;
	Path *path;
	/* the 9P client's part of a connection; set once, atomically */
	Mnt *mux;
	/* of a 9P server's file: the connection, a reference */
	Chan *mchan;
	/* and the tree, which may be mounted more than once */
	u32int tree;
	/* the device's */
	void *aux;
	/* the device's own, in a directory; 0 when reading starts again */
	vlong pos;
};

#endif
