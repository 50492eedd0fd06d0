/*
 * What the machine may call of the portable rooms, and nothing else; lib is free for
 * all. Another machine layer calls the same functions at the same places.
 * test/rooms-host.sh checks the objects against this list.
 *
 * The rooms' own headers (sync.h, mm.h, proc.h, init.h) declare these functions too, and
 * say more. Functions that may error jump to the caller's waserror.
 */
#ifndef UPCALL_H
#define UPCALL_H

#include "u.h"
#include "ureg.h"
#include "sync/lock.h"

typedef struct Boot Boot;
typedef struct Proc Proc;

/* --- the start, from the instance's first host process, where up is nil --- */

/* Frames and Images exist. Before any Proc; frames read as zeros. */
void mminit(u32int nframes, u32int nimages);
/* The user's options, which the machine fills in before boot. */
extern Boot bootconf;
/* Make the first process, by procmust. Called once. */
void boot(void);
/* The host's user asked for attention: hostnote has something. Does not wait for up. */
void hostsignalled(void);

/* --- from a program: up runs it, on its kernel stack, without a Lock --- */

/* A system call: the number is in BP, the arguments are above SP; sets u->ax. */
void syscall(Ureg *u);
/* Map the page at addr for that access (Aread, Awrite, Aexec), or say why not (Fok, Fbad, Fioerr,
 * Fintr: mm.h). May sleep. */
int fault(uintptr addr, int access);
/* fault said Fioerr, and up->errstr says why. In user mode, with registers u, the process ends or
 * there is a note; in a system call, where u is nil, that ends with an error, and a note follows. */
void nopage(Ureg *u, uintptr addr);
/* The program did what the processor forbids: a note. msg is copied. */
void trapnote(Ureg *u, const char *msg);
/* A kick interrupted the program, whose registers u has, in user mode. */
void profclock(Ureg *u);
/* Before user mode, when up was kicked: deliver notes, obey stops; 1 if u changed. May not
 * return. */
int notify(Ureg *u);
/* End up, whose system call has nobody to tell of its error. */
_Noret void pexit(const char *s, int freemem);

/* --- questions about up --- */

/* Is a note pending that ends a blocking host call? Says so once. */
int hasintr(void);
/* May up's program read (write) there? Maps nothing, does not sleep. */
int okaddr(uintptr addr, uvlong len, int write);
/* Bytes from addr on that are zero and have no frame yet, at most max. Does not sleep. */
uvlong untouched(uintptr addr, uvlong max);

/* --- for whoever looks into the instance --- */

/* Print who waits for what. Any context: takes no lock and no memory. */
void dumpstate(void);
/* run9 --trace, before the first process: the number of a system call of that name, of n
 * bytes, or -1; print that call, print all. */
int callnumber(const char *name, usize n);
void calltracenum(u32int num);
void calltraceall(void);

/* --- errors --- */

_Noret void error(const char *msg);
_Noret void errorf(const char *fmt, ...);

/* --- locks, and waiting: not in a signal's handler that may have interrupted their holder --- */

void lock(Lock *l);
void unlock(Lock *l);
void qlock(QLock *q);
void qunlock(QLock *q);
/* One host process waits, others set the event: how an idle slot gets its next Proc. */
void eventreset(Event *e);
void eventsleep(Event *e, Spin *s);
int eventset(Event *e);
void eventwake(Event *e);
/* procend's Rendez. */
Proc *wakeup(Rendez *r);
/* nolocks found that up holds a Lock where it may not: a panic. */
_Noret void lockheld(const char *what);
/* n more processes want a processor, or (n < 0) fewer: around what blocks in the host. */
void running(int n);

/* --- limits --- */

/* Tell the user that a limit is reached, once a minute: *said is when. No Lock held. */
void saylimit(u64int *said, const char *fmt, ...);

/* --- memory: the heap exists from sharedinit on --- */

/* Zeroed; nil if there is none. */
void *malloc(usize n);
void free(void *p);
/* The same; errors instead. */
void *smalloc(usize n);
/* A smalloc'ed copy. */
char *kstrcpy(const char *s);

#endif
