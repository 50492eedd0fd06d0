/*
 * Host processes: each Proc runs in one of its own. They are pooled.
 */
#ifndef PROCS_H
#define PROCS_H

#include "u.h"

typedef struct Proc Proc;
typedef struct Rendez Rendez;

/*
 * Give p a host process, which starts at f() with up == p, on p's kernel stack, with no user
 * mappings. May wait for the host to make one. Errors, if no host process is to be had,
 * before anything has happened.
 */
void procrun(Proc *p, void (*f)(void));

/* The same for a process that the instance cannot do without: does not wait, never errors.
 * The caller need not be a Proc. */
void procmust(Proc *p, void (*f)(void));

/*
 * Choose p's host process, if one is idle. procrun then starts p there. Preferred is a host
 * process that last ran the same program, and a thread if p is one: many of its mappings are
 * right for p too. program is any address that stands for the program, or nil. Until procrun or
 * procunreserve, mmucheapest called by up answers for p.
 */
void procreserve(Proc *p, const void *program, int thread);

/* Undo procreserve: p, or nil, will not run. mmucheapest answers for up again. */
void procunreserve(Proc *p);

/*
 * up is over: its host process goes back to the pool. up->mach may be reused from here on,
 * so everything else of up must be settled. done(p), if not nil, is called when p's kernel
 * stack is no longer in use. Last of all the sleeper on r, if r is not nil, is woken: by then
 * the host process can be had again, so that a process which the sleeper starts runs there.
 * r stays a Rendez for ever.
 */
_Noret void procend(void (*done)(Proc *p), Rendez *r);

/* Have the host schedule p, which runs, as its basepri and wired say, as far as the host lets.
 * A Proc that begins needs no call. */
void procsched(Proc *p);

/*
 * Make p look at its notes and requests. If p runs user code, it enters the kernel soon; if
 * it is in a host call that blocks, that call ends with Eintr; otherwise only p's kicked
 * flag is set. What p is to see is set before. No locks needed; does not sleep.
 */
void kick(Proc *p);

#endif
