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
typedef struct Note Note;
typedef struct Path Path;
typedef struct Pgrp Pgrp;
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
	Broken, /* died of a fault and kept for a debugger */
	Moribund, /* exiting */
};

/* Note.flag */
enum
{
	NUser, /* from a program */
	NExit, /* not delivered: the process exits */
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
	u32int time[3]; /* ms: user, system, real */
	char msg[ERRMAX + KNAMELEN + 16];
	Waitq *next;
};

struct Proc
{
	/* the machine's part comes first */
	MachProc mach;

	/*
	 * These stay as they are when the Proc becomes another process's: a process that
	 * found it in the table, or that was its child, may hold one just now.
	 */
	QLock seglock; /* seg[]; up holds it to change, others to look */
	QLock namelock; /* pgrp egrp fgrp slash dot text user args */
	QLock notelock; /* notes; pid, which changes under it */
	QLock qwaitr; /* one await at a time */
	Lock exl; /* waitq, nchild, nwait; leaf */
	Lock rlock; /* r, state Wakeme; orders after Rendez.l */
	Rendez waitr; /* await */
	Rendez stopr; /* procstopwait */
	Rendez sleeprend; /* for sleeps without a waker */

	/* the Locks up holds, QLocks not among them; any process may look */
	u32int nlocks;
	Lock *held[NHELD];
#ifdef LOCKORDER
	u32int nranked;
	Ranked ranked[2 * NHELD];
#endif

	u32int pid; /* first of what clean (table.c) clears */
	u32int noteid; /* note group */
	u32int index; /* place in the table */
	u32int state;
	char *text; /* name of the program */
	char *user;
	char *args; /* argv, quoted, as /proc/n/args shows it */
	int setargs; /* args was written by the program */
	const char *psstate; /* the system call it is in, for ps(1); or nil */

	/* errors: touched by up only */
	Label errlab[NERR];
	int nerrlab;
	char *errstr; /* of the call under way */
	char *syserrstr; /* of the last that failed: errstr(2) */
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
	Proc *parent; /* weak: valid while parentpid is its pid */
	u32int parentpid;
	int nochild; /* RFNOWAIT: it has no parent to wait for it */
	int nchild; /* living, not RFNOWAIT */
	int nwait;
	Waitq *waitq;
	Waitq *epitaph; /* its own wait record; nil with RFNOWAIT */

	/* what it waits for, for the state dump: set by up, read by anybody */
	Lock *waitlock; /* or that in a QLock */
	RWlock *waitrw;
	int (*sleepfn)(void *); /* sleep's condition, while r is set */

	/* sleeping */
	Rendez *r;
	Event wake;
	Spin spin; /* for wake */

	/* rendezvous */
	uintptr rendtag;
	uintptr rendval;
	Proc *rendhash;

	/* notes: under notelock but for notepending, a hint that is set last */
	u32int notepending;
	u32int intrpending; /* ctl's interrupt: outlives the way to user mode */
	int nnote;
	Note note[NNOTE + 1]; /* one more for a trap */
	int notified; /* in a handler */
	int exiting; /* takes no more notes and requests */
	int nsaved; /* noted(NSAVE)s without their NRSTR */
	char lastnote[ERRMAX];
	int lastflag;
	uintptr notify; /* handler */
	uintptr ureg; /* user Ureg of the running handler */
	uvlong alarm; /* monons, or 0 */

	/* debugging: /proc/n/ctl */
	int procctl;
	int hang; /* stop at exec */
	Ureg *dbgreg; /* user registers while in the kernel */
	Proc *pdbg; /* the process that waits for it to stop */
	int noswap;
	int privatemem; /* debuggers may not read its memory; until exec */
	u32int syscall; /* number of the call under way */
	uintptr callarg[6]; /* its arguments */
	u32int calltrace; /* Tstop, Tprint: calltrace.c */
	char *calltext; /* /proc/n/syscall; under namelock */
	/* the note that syscall() posts at the end of this call, for a wrong argument */
	const char *callnote;

	Ureg start; /* what a new process enters user mode with */
	void (*kfn)(void *); /* a kernel process's function */
	void *karg;

	/* times */
	uvlong started; /* monons */
	uvlong basens[2]; /* hosttimes when it began */
	uvlong childns[3]; /* of dead children: user, system, real */
	uvlong stepns; /* monons; step.h */
	uvlong ncalls; /* system calls made */
	uvlong nfaults; /* page faults taken */
	u32int kp; /* kernel process: never enters user mode */
	int fixedpri;
	int basepri;
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
	Lock lk; /* offset */
	Chan *next; /* free list, close queue */
	vlong offset; /* of the fd; a directory's: under dirlock */
	vlong
	    devoffset; /* a directory's: what the device has been read to; under dirlock */
	ushort type; /* index in devtab */
	u32int dev; /* device instance */
	ushort mode; /* OREAD, OWRITE or ORDWR; set by the device's open */
	ushort flag;
	Qid qid;
	u32int
	    fid; /* chan number, unique among Chans in use, for the 9P client and debugging */
	u32int iounit; /* bytes in one I/O; 0: the default */
	int ismtpt; /* namec crossed a mount point to get here */
	QLock dirlock; /* un's elements, rock; held across device calls */
	Union *un; /* directory opened on a union: its elements */
	Chan *unc; /* the element of un being read, open */
	int uni; /* which it is */
	uchar *rock; /* directory entries read but not yet asked for */
	u32int nrock; /* bytes in rock */
	u32int rockoff; /* bytes of it given out */
	Path *path;
	void *aux; /* the device's */
	vlong
	    pos; /* the device's, in a directory; 0 again when reading starts anew */
};

#endif
