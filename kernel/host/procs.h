/*
 * Host processes. Each Proc runs in one of its own. Host processes are pooled.
 */
#ifndef PROCS_H
#define PROCS_H

#include "u.h"

typedef struct Proc Proc;
typedef struct Rendez Rendez;

/*
 * Give p a host process. It starts at f() with up == p, on p's kernel stack, with no user
 * mappings. procrun may wait for the host to make a process. If there is none to be had, it
 * errors before anything has happened.
 */
void procrun(Proc *p, void (*f)(void));

/* The same for a process that the instance cannot do without. procmust does not wait and never
 * errors. While the host has no process to give, p waits: for one that another Proc leaves, or for
 * the host to make one after all. The kernel panics if the host has none for the first process. The
 * caller need not be a Proc. */
void procmust(Proc *p, void (*f)(void));

/*
 * Reserve an idle host process for p, if there is one; procrun then starts p there. A host
 * process that last ran the same program is preferred, and for a thread one that last ran a
 * thread of it: many of its mappings are right for p too. program is any address that stands
 * for the program, or nil. thread is 1 if p is a thread, else 0. From now until procrun or
 * procunreserve, mmucheapest called by up answers for p.
 */
void procreserve(Proc *p, const void *program, int thread);

/* Undo procreserve: p will not run. p may be nil, if nothing was reserved. mmucheapest answers
 * for up again. */
void procunreserve(Proc *p);

/*
 * End up: its host process goes back to the pool. up->mach may be reused from here on, so
 * everything else of up must be settled. done(p), if done is not nil, is called when p's kernel
 * stack is no longer in use. Last of all the sleeper on r is woken, if r is not nil. By then
 * the host process is idle, so a process that the sleeper starts can run there. r's memory must
 * stay a Rendez for ever.
 */
_Noret void procend(void (*done)(Proc *p), Rendez *r);

/* Have the host schedule p, which runs, by p's basepri and wired, as far as the host allows. A
 * new Proc needs no call. */
void procsched(Proc *p);

/*
 * Make p look at its notes and requests. If p runs user code, it enters the kernel soon. If p
 * is in a host call that blocks, that call ends with Eintr. Otherwise only p's kicked flag is
 * set. The caller first stores what p is to see. No locks needed; does not sleep.
 */
void kick(Proc *p);
/*
 * Begin a tick, a few milliseconds of up's own processor time. At its end up is kicked: if
 * up->noteputoff is set then, up looks at its notes before it is in user mode again. Returns 0 if
 * the host has no timer for it.
 */
int kicktick(void);
/* Is the tick that kicktick began not over? */
int ticking(void);

#endif
