/*
 * The test machine's own header.
 */
#ifndef MACHPRIV_H
#define MACHPRIV_H

#include <pthread.h>
#include <setjmp.h>
#include "mach.h"

enum
{
	NSLOT = 256,
	WINPAGES = USTKTOP / BY2PG,
	Patience = 5000000, /* ns that what is frozen is waited for */
};

/* A page of a process: what the page table says, and what the window shows. */
typedef struct Mapping Mapping;
struct Mapping
{
	u32int frame;
	uchar prot; /* Pread..; 0: none */
	uchar shown; /* prot with which the window has it; 0: not */
};

typedef struct Mmu Mmu;
struct Mmu
{
	/* all below; and held over each access of the program */
	pthread_mutex_t lk;
	/* holder was set to 0 */
	pthread_cond_t back;
	/* whose copy [frozenva, frozenva+frozenlen) is frozen for; or 0 */
	u32int holder;
	uintptr frozenva;
	uvlong frozenlen;
	/* its process is in the kernel, and not asleep there */
	int inkernel;
	/* [base, base+USTKTOP) of the host's addresses is the window */
	uchar *base;
	/* pages [first, last) of each half were used */
	u32int first[2];
	u32int last[2];
	Mapping *page;
};

/* A program's function that runs: user.c. */
typedef struct Act Act;

/* A host process, which is a thread. */
struct Slot
{
	Mmu mmu;
	u32int index;
	pthread_t thread;
	int made;
	/* up; atomic */
	Proc *proc;
	/* look at notes and requests; atomic */
	u32int kicked;
	/* odd: it is in a host call that may block; atomic */
	u32int blocked;
	/* has something to run; under pool.lk */
	int busy;
	pthread_cond_t go;
	void (*start)(void);
	/* procend's arguments */
	void (*done)(Proc *);
	Rendez *told;
	Slot *next; /* idle list */
	/* the bottom of the thread's stack */
	jmp_buf base;
	/* what touser starts there */
	Ureg regs;
	Act *act;
	/* the floating-point register */
	u64int fp;
};

extern _Thread_local Slot *self;
extern pthread_condattr_t bymonons;

/* longjmp(self->base, ...) */
enum
{
	Run = 1,
	End,
};

/* The host's time ns from now, for pthread_cond_timedwait with bymonons. */
struct timespec;
void after(struct timespec *t, vlong ns);

/* arena.c */
extern int arenafd;
void arenainit(u32int nframes);

/* window.c: the window of slot index; take n pages from k on out of m's */
void windowinit(void);
uchar *windowbase(u32int index);
void hide(Mmu *m, u32int k, u32int n);

/* mmu.c */
void mmuslot(Mmu *m, u32int index);
/* up enters (leaves) the kernel. */
void inkernel(int in);

/* 0 if the program's access is not mapped: mmu.c */
int access(uintptr va, int write, uvlong *v);
u32int mapped(uintptr va);

/* pool.c: the calling thread is p's host process; it is in the kernel */
void slotself(Proc *p);
/* wait for hostexit, and its status */
void poolinit(void);
int machwait(void);

/* boot.c: up gives up its memory. The first process does so in hostexit, which does
 * not return to let it exit. */
void leavemem(void);

/* body.c: a process of kernel code, which nobody waits for and which does not run yet */
Proc *bodyproc(const char *text, const char *user);
/* The body of such a process: run f(arg), which must catch its errors. */
void runbody(void (*f)(void *), void *arg);
/* No Image, cached page or frame is in use when the cache is dropped. */
void mustbeidle(void);

/* A trap of the program into k: cpu.c */
void trap(Ureg *u, void (*k)(Ureg *, void *), void *arg);

/* cpu.c: run a program from the registers in self->regs */
_Noret void runuser(void);

/* wait.c */
void waitinit(void);

/* hostcall.c: end the host call in which s waits, if it is in one */
void endblock(Slot *s);
void hostcallinit(void);

#endif
