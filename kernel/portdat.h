/*
 * The two structures of which every room has a part: Proc and Chan. Data only;
 * the functions on them are in the rooms' own headers. The comment over a part
 * of Proc names the room that owns it.
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
typedef struct Profile Profile;
typedef struct Rgrp Rgrp;
typedef struct Segment Segment;
typedef struct Union Union;
typedef struct Waitq Waitq;

enum
{
	NERR = 64, /* waserror()s a process may have open */
	NNOTE = 5, /* notes a process may have waiting */
	NWAITQ = 128, /* await records a parent may have waiting */
};

/* Segments of a Proc, by place: Proc.seg[]. */
enum
{
	SSEG,
	TSEG,
	DSEG,
	BSEG,
	ESEG, /* not used by exec */
	SEG1,
	SEG2,
	SEG3,
	SEG4,
	SEG5,
	NSEG, /* 10 */
};

/* Proc.state, and what /proc/n/status calls it */
enum
{
	Dead,
	New, /* being made */
	Running, /* in user or kernel mode, or ready to be */
	Wakeme, /* sleep(): waits in a Rendez */
	Rendezvous,
	Stopped, /* by /proc/n/ctl, or traced */
	Broken, /* dead of a trap; kept for debuggers */
	Moribund, /* exiting */
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
	/* none of them: a way of scheduling */
	RTflag = NRT,
};

/* Note.flag */
enum
{
	NUser, /* from a program */
	NDebug, /* from a trap: a process without handler dies of it */
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
	/* the machine's part comes first */
	MachProc mach;

	/*
	 * These stay as they are when the Proc becomes another process's: a process that
	 * found it in the table, or that was its child, may hold one just now.
	 */
	/* seg[]; up holds it to change, others to look. Rank Rseglock: before notelock, Segment.lk;
	 * rfork takes its child's inside its own */
	QLock seglock;
	/* pgrp egrp fgrp slash dot text user args. Rank Rnamelock: after Chan.dirlock */
	QLock namelock;
	/* notes; pid, which freeproc clears under it. Rank Rnotelock: after oom.lk, seglock; before
	 * Rgrp.lk, Rendez.l */
	QLock notelock;
	/* pid of the process whose wait records a reader takes, or 0; atomic: await.c */
	u32int waitreader;
	/* waitq, nchild, nwait. Rank Rexl: a leaf */
	Lock exl;
	/* r, state Wakeme. Rank Rrlock: after Rendez.l */
	Lock rlock;
	/* await */
	Rendez waitr;
	/* procstopwait */
	Rendez stopr;
	/* for sleeps without a waker */
	Rendez sleeprend;

	/* the locks that up holds, in the order in which it took them: held.h. The state dump
	 * reads them without a lock */
	u32int nheld;
	/* of these, how many are Locks */
	u32int nlocks;
	Held held[NHELD];

	/* first of what clean (newproc.c) clears */
	u32int pid;
	/* note group */
	u32int noteid;
	/* place in the table */
	u32int index;
	u32int state;
	/* name of the program */
	char *text;
	char *user;
	/* argv, quoted, as /proc/n/args shows it */
	char *args;
	/* args was written by the program */
	int setargs;
	/* the system call it is in, for ps(1); or nil */
	const char *psstate;

	/* errors: touched by up only */
	Label errlab[NERR];
	int nerrlab;
	/* of the call under way */
	char *errstr;
	/* of the last that failed: errstr(2) */
	char *syserrstr;
	char errbuf0[ERRMAX];
	char errbuf1[ERRMAX];
	char genbuf[128];

	/* memory */
	Segment *seg[NSEG];

	/* name space; replaced by up only, under namelock when others may look */
	Pgrp *pgrp;
	Egrp *egrp;
	Fgrp *fgrp;
	Rgrp *rgrp;
	Chan *slash;
	Chan *dot;

	/* family: under the process table's lock */
	/* weak: valid while parentpid is its pid */
	Proc *parent;
	u32int parentpid;
	/* RFNOWAIT: it has no parent to wait for it */
	int nochild;
	/* living, not RFNOWAIT */
	int nchild;
	int nwait;
	Waitq *waitq;
	/* its own wait record; nil with RFNOWAIT */
	Waitq *epitaph;

	/* what it waits for, for the state dump: set by up, read without lock */
	/* a Lock, QLock or RWlock, or nil */
	const void *waitlock;
	/* Islock .. */
	u32int waitkind;
	/* sleep's condition, while r is set */
	int (*sleepfn)(void *);

	/* sleeping */
	Rendez *r;
	Event wake;
	/* for wake */
	Spin spin;
	/* ctl: its events are for /proc/trace */
	u32int trace;

	/* rendezvous */
	uintptr rendtag;
	uintptr rendval;
	Proc *rendhash;

	/* notes: under notelock but for notepending, a hint that is set last */
	u32int notepending;
	/* ctl's interrupt: outlives the way to user mode */
	u32int intrpending;
	int nnote;
	/* one more for a trap */
	Note note[NNOTE + 1];
	/* in a handler */
	int notified;
	/* takes no more notes and requests */
	int exiting;
	char lastnote[ERRMAX];
	int lastflag;
	/* handler */
	uintptr notify;
	/* user Ureg of the running handler */
	uintptr ureg;
	/* monons, or 0 */
	uvlong alarm;

	/* debugging: /proc/n/ctl */
	int procctl;
	/* stop at exec */
	int hang;
	/* user registers while in the kernel */
	Ureg *dbgreg;
	/* the process that waits for it to stop */
	Proc *pdbg;
	int noswap;
	/* mode of those files of /proc/n that have none of their own */
	u32int procmode;
	/* debuggers may not read its memory; until exec */
	int privatemem;
	/* number of the call under way */
	u32int syscall;
	/* its arguments */
	uintptr callarg[6];
	/* Tstop, Tprint: calltrace.c */
	u32int calltrace;
	/* /proc/n/syscall; under namelock */
	char *calltext;
	/* /proc/n/profile; under namelock */
	Profile *profile;
	/* the profiler asks where it is */
	u32int profiletick;
	/* the note that syscall() posts at the end of this call, for a wrong argument */
	const char *callnote;
	/* the argument, if it was an address */
	uintptr badaddr;
	uvlong badlen;

	/* what a new process enters user mode with */
	Ureg start;
	/* a kernel process's function */
	void (*kfn)(void *);
	void *karg;

	/* times */
	/* monons */
	uvlong started;
	/* hosttimes when it began */
	uvlong basens[2];
	/* of dead children: user, system, real */
	uvlong childns[3];
	/* monons; step.h */
	uvlong stepns;
	/* system calls made */
	uvlong ncalls;
	/* page faults taken */
	uvlong nfaults;
	/* kernel process: never enters user mode */
	u32int kp;
	int fixedpri;
	int basepri;
	/* real time, as ctl said, in µs: proc(3) */
	uvlong rt[NRT];
	int rtset;
};

/* Chan.flag */
enum
{
	COPEN = 0x0001, /* open for I/O */
	CMSG = 0x0002, /* the message channel of a mount */
	CFREE = 0x0010, /* not in use */
	CRCLOSE = 0x0020, /* remove on close */
	CEXACT = 0x0040, /* open for exec: qid differs if any contents do */
	CCACHE = 0x0080, /* the mount cache may keep it */

	CCEXEC = 0x0008, /* Fgrp.flag only: close at exec */
};

enum
{
	NODEV = 0xffff, /* Chan.type: of no device yet */
};

/*
 * A file or a name being walked: one client's view of a file on a device.
 * type, dev, qid and path of a Chan that others can see do not change.
 */
struct Chan
{
	Ref r;
	/* offset. Rank Rchan: a leaf */
	Lock lk;
	/* free list, close queue */
	Chan *next;
	/* of the fd; a directory's: under dirlock */
	vlong offset;
	/* a directory's: what the device has been read to; under dirlock */
	vlong devoffset;
	/* index in devtab */
	ushort type;
	/* device instance */
	u32int dev;
	/* OREAD, OWRITE or ORDWR; set by the device's open */
	ushort mode;
	ushort flag;
	Qid qid;
	/* chan number, unique among Chans in use: a fid of the 9P client, and for debugging */
	u32int fid;
	/* bytes in one I/O; 0: the default */
	u32int iounit;
	/* namec crossed a mount point to get here */
	int ismtpt;
	/* un's elements, rock; held across device calls. Rank Rdirlock: before Hostfile.lk,
	 * Pgrp.ns, Egrp.lk, Proc.namelock */
	QLock dirlock;
	/* directory opened on a union: its elements */
	Union *un;
	/* the element of un being read, open */
	Chan *unc;
	/* which it is */
	int uni;
	/* directory entries read but not yet asked for */
	uchar *rock;
	/* bytes in rock */
	u32int nrock;
	/* bytes of it given out */
	u32int rockoff;
	Path *path;
	/* the 9P client's part of a connection; set once, under lk */
	Mnt *mux;
	/* of a 9P server's file: the connection, a reference */
	Chan *mchan;
	/* and the tree, which may be mounted more than once */
	u32int tree;
	/* the device's */
	void *aux;
	/* the device's, in a directory; 0 again when reading starts anew */
	vlong pos;
};

#endif
