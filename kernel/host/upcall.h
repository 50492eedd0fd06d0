/*
 * All functions of the portable rooms that the machine may call; it may also use lib. Another
 * machine layer calls the same functions at the same places. test/rooms-host.sh checks the
 * objects against this list.
 *
 * The rooms' own headers (sync.h, mm.h, proc.h, init.h) declare these functions too, and say
 * more. A function that may error jumps to the caller's waserror.
 */
#ifndef UPCALL_H
#define UPCALL_H

#include "u.h"
#include "ureg.h"
#include "sync/lock.h"

typedef struct Boot Boot;
typedef struct Proc Proc;

/* --- the start, from the instance's first host process, where up is nil --- */

/* Make the tables of frames and Images. Called before any Proc exists; frames read as zeros. */
void mminit(u32int nframes, u32int nimages);
/* The user's options. The machine fills them in before boot. */
extern Boot bootconf;
/* Make the first process, by procmust. Called once. */
void boot(void);
/* The host's user has asked for attention, so hostnote will return. up may be nil. */
void hostsignalled(void);

/* --- from a program: up runs it, and is on its kernel stack without a Lock --- */

/* A system call. The number is in BP, the arguments are above SP. Sets u->ax. */
void syscall(Ureg *u);
/* Map the page at addr for that access (Aread, Awrite or Aexec). Returns Fok, or why not: Fbad,
 * Fioerr or Fintr (mm.h). May sleep. */
int fault(uintptr addr, int access);
/* The same where up's system call touches user memory. Only what ends up interrupts it. */
int kernfault(uintptr addr, int access);
/* fault returned Fioerr, and up->errstr says why. In user mode, u is the registers; the process
 * ends or gets a note. In a system call, u is nil; the call then ends with an error, and a note
 * follows. */
void nopage(Ureg *u, uintptr addr);
/* The program did what the processor forbids: post a note with a copy of msg. */
void trapnote(Ureg *u, const char *msg);
/* A kick interrupted the program in user mode. u is its registers. */
void profclock(Ureg *u);
/* up was kicked and is about to enter user mode: deliver notes, obey stop requests. Returns 1
 * if *u changed. May not return. */
int notify(Ureg *u);
/* End up. For a fault in the kernel that no waserror of a system call would see. */
_Noret void pexit(const char *s, int freemem);

/* --- questions about up --- */

/* Is a note pending that ends a blocking host call? A second question says no. */
int hasintr(void);
/* May up's program read (write) the len bytes at addr? Maps nothing. Does not sleep. */
int okaddr(uintptr addr, uvlong len, int write);
/* How many bytes from addr on, at most max, are zero and have no frame yet. Does not sleep. */
uvlong untouched(uintptr addr, uvlong max);

/* --- for users who look into the instance --- */

/* Print the state of every process and lock. Any context: takes no lock, allocates no
 * memory. */
void dumpstate(void);
/* run9 --trace, before the first process. callnumber returns the number of the system call with
 * that name, of n bytes, or -1. calltracenum has that call printed, calltraceall every call.
 * callnames writes the names of all calls to [s, e), each after a space, and returns the end. */
int callnumber(const char *name, usize n);
char *callnames(char *s, char *e);
void calltracenum(u32int num);
void calltraceall(void);

/* --- errors --- */

_Noret void error(const char *msg);
_Noret void errorf(const char *fmt, ...);
/* The error goes on, to the waserror outside. */
_Noret void nexterror(void);

/* --- locks and waiting: not in a signal handler that may have interrupted the lock's holder
 * --- */

void lock(Lock *l);
void unlock(Lock *l);
void qlock(QLock *q);
void qunlock(QLock *q);
/* One host process waits for the event, others set it. So an idle slot gets its next Proc. */
void eventreset(Event *e);
void eventsleep(Event *e, Spin *s);
int eventset(Event *e);
void eventwake(Event *e);
/* For procend's Rendez. */
void wakeup(Rendez *r);
/* nolocks found that up holds a Lock where it must not. Panics. */
_Noret void lockheld(const char *what);
/* n more processes want a processor, or -n fewer if n is negative. Called around waits in the
 * host. */
void running(int n);

/* --- limits --- */

/* Tell the user that a limit is reached, once a minute: *said is when. No Lock held. */
void saylimit(u64int *said, const char *fmt, ...);

/* --- memory: the heap exists from sharedinit on --- */

/* n bytes of zeroed memory; nil if there is none. */
void *malloc(usize n);
void free(void *p);
/* The same, but errors if there is none. */
void *smalloc(usize n);
/* A copy of s by smalloc. */
char *kstrcpy(const char *s);

#endif
