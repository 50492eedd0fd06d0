/*
 * The harness for kernel/mm: what tests may use.
 *
 *   machinit           the arena and the room, once in a test's process
 *   infork             runs a test in a process of its own
 *   spawn join         a Proc on its own thread
 *   uread uwrite       user code's loads and stores, with faults
 *   gate...            stop a thread at a named point, deterministically
 *   newfile openfile   the fake device: files whose every word says whose it is
 */
#ifndef MACH_H
#define MACH_H

#include "u.h"
#include "proc/proc.h"
#include "mm/mm.h"
#include "mmtest.h"
#include "ns/ns.h"
#include "host/host.h"

/* A condition of a test. Ends the process, whichever thread says it. */
#define must(x)                                                                \
	do {                                                                   \
		if(!(x))                                                       \
			panic("%s:%d: must hold: %s", __FILE__, __LINE__, #x); \
	} while(0)

void machinit(u32int nframes, u32int nimages);

/* Run f in a forked process; 1 if it ends well. It is killed when it does not
 * end at all. */
int infork(void (*f)(void));

/* A cmocka test name_ that is name in a fork. */
#define IN_FORK(name)                                                          \
	static void name##_(void **state)                                      \
	{                                                                      \
		(void)state;                                                   \
		assert_true(infork(name));                                     \
	}

/* Every frame and Image is free when everything is dropped, and no Chan open. */
void mustbefree(void);

/* --- processes --- */

/* A Proc whose thread runs f(arg). */
Proc *spawn(void (*f)(void *), void *arg);
/* The same, made by spawn's caller in steps, for rfork, whose holdend(l) is to follow. */
Proc *makeproc(void);
/* p, which does not run yet, gets up's segments. */
void givemem(Proc *p, int share, Forkhold *l);
void startproc(Proc *p, void (*f)(void *), void *arg);
/* Wait for its end. */
void join(Proc *p);
/* Up gives up its segments: exit(2)'s memory half. */
void leavemem(void);
/* Run f(arg) with errors caught: 1 if it raised one (it is in up->errstr). */
int fails(void (*f)(void *), void *arg);

/* --- user code --- */

enum
{
	Killed = -10, /* the out-of-memory killer wants up */
};

/* Load and store a 64-bit word at a multiple of 8. Fok, or why not. */
int uread(uintptr va, uvlong *v);
int uwrite(uintptr va, uvlong v);
/* The same, and nothing may go wrong. */
uvlong mustread(uintptr va);
void mustwrite(uintptr va, uvlong v);
/* Frame that up maps at va, or NOFRAME. */
u32int mapped(uintptr va);

/* --- schedules --- */

/* Yield or sleep at random at one in n PERTURB points; 0: never. */
extern int perturbone;

/* The nth time (1 is the next) that p passes PERTURB in function func, it stops. */
void gate(int g, Proc *p, const char *func, int nth);
void gatewait(int g); /* until p has stopped there */
void gateopen(int g); /* let it go on, or never stop */
int gatestopped(int g);

/* How often framecollapse was called; whether it says no; whether it takes long. */
extern u32int wholes, refusewhole, slowwhole;

/* Called at each PERTURB, if set before threads run. */
extern void (*atpoint)(const char *func);

/* --- files --- */

typedef struct File File;
struct File
{
	u32int id;
	u32int vers; /* atomic, all below */
	u32int length; /* bytes */
	u32int blocked; /* reads wait while set */
	u32int waiting; /* how many do */
	u32int failing; /* each nth read fails */
	u32int slow; /* reads sleep a little */
	u32int reads;
};

File *newfile(u32int length);
Chan *openfile(File *f); /* one reference */
u32int openchans(void);
long fileread(Chan *c, void *buf, long n, vlong off);
void ccloseq(Chan *c);

/* Word at offset off of file f's version vers; text has its call sites rewritten. */
#define FIXED (1ULL << 63)
uvlong fileword(u32int id, u32int vers, u32int off);

/* exec: up's memory becomes file f, of these lengths, and a stack. Errors. */
void execfile(File *f, u32int text, u32int data, u32int bss);
/* Addresses in a program made by execfile. */
uintptr databaseof(u32int text);

#endif
