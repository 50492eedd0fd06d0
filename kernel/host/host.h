/*
 * host: the machine, as the portable rooms see it. The only other way in is
 * the other direction: the machine calls syscall(), fault(), trapnote() and
 * notify() (proc.h, mm.h) when a program traps.
 *
 * The harness (test/unit) implements this interface with pthreads and an
 * array; another machine layer needs nothing but this header and machine.h.
 *
 *   time           monons todns
 *   waiting        hostwait hostsleep hostwake hostrelax: under locks and sleep
 *   processors     procrun procmust procend kick forkregs: a Proc gets a host process
 *   user mode      touser; fpinit and friends: registers
 *   the MMU        mmuput mmudrop mmurdonly mmuflush mmufreeze
 *   frames         frameaddr framefill framepunch
 *   text           fixtext unfixtext: system call sites
 *   the end        panic hostexit
 *
 * Host files and terminals, for the devices that show them, are in
 * hostfile.h.
 */
#ifndef HOST_H
#define HOST_H

#include "u.h"
#include "ureg.h"
#include "machine.h" /* Label, setlabel, gotolabel, up, MachProc */

typedef struct Proc Proc;
typedef struct Rendez Rendez;

/* Nanoseconds since some fixed moment; never goes back. */
uvlong monons(void);

/* Nanoseconds since 1970, UTC. */
vlong todns(void);

/*
 * Sleep while *w == val, at most ns nanoseconds (for ever if negative).
 * Returns -1 if the time ran out, else 0; may return 0 early for no reason,
 * so callers check *w again. Not cut short by kick (kick's effects are for
 * the caller's loop: postnote changes *w and wakes it). Never errors.
 */
int hostwait(u32int *w, u32int val, vlong ns);

/*
 * The same for who holds no Lock, and may be kept a little longer for that: what it has
 * lent (mmufreeze) it waits for.
 */
int hostsleep(u32int *w, u32int val, vlong ns);

/*
 * Between these two up touches no user memory, so that nobody needs to stop it for that:
 * both are part of the waits above, and for who looks at a word for long. leavelazy does what was
 * asked for meanwhile. patient: it may wait, as hostsleep.
 */
void enterlazy(void);
void leavelazy(int patient);

/* Wake at most n sleepers on w. */
void hostwake(u32int *w, int n);

/* Busy-wait politely. */
void hostrelax(void);

/* Where another schedule could matter: the harness's machine.h makes these points yield. */
#ifndef PERTURB
#define PERTURB() ((void)0)
#endif

/* Let others have the processor. */
void hostyield(void);

/* Nanoseconds of processor time that p's host process has used: in user
 * mode and in the kernel and the host. Grows from Proc to Proc that it runs.
 * Another's than up's are in steps of 10 ms; 0 if the host does not say. */
void hosttimes(Proc *p, uvlong *user, uvlong *sys);
/* The same for up, which begins, and did not ask before: its host process's last one may
 * have asked just now, and what came between is little. */
void hosttimesbegin(uvlong *user, uvlong *sys);

/* Ticks of the time-stamp counter in a second; 0 if unknown. */
uvlong hostcyclefreq(void);

/* How many processors run Procs at once. */
int hostncpu(void);

/*
 * Give p a host process of its own, which starts at f() with up == p, on p's
 * kernel stack, with no user mappings. May wait for the host to make one, and error (no
 * host process to be had) before anything has happened.
 */
void procrun(Proc *p, void (*f)(void));

/* The same for a process that the instance cannot do without: no waiting, never errors. The
 * caller need not be a Proc. */
void procmust(Proc *p, void (*f)(void));

/* A process is likely to be wanted soon: have a host process made for it, if none is idle,
 * while others go on. Does not wait. */
void procprewarm(void);

/* Choose p's host process already, if one is idle; procrun starts p there: one that ran a
 * process of the same kind, any number, for what it has mapped from that will do for p too.
 * Until then mmuhint, called by this process, speaks of that one's mappings: so the pages
 * that p is given can be where it has them mapped. */
void procreserve(Proc *p, u64int kind);

/* p, which was placed, will not run; or nil: mmuhint speaks of up's again. */
void procunreserve(Proc *p);

/*
 * up is over: its host process goes back to the pool. up->mach may be reused
 * from here on, so everything else of up must be settled. done(p), if not nil, is
 * called when p's kernel stack is no longer in use. Last of all whoever sleeps on r,
 * if not nil, is woken: by then the host process can be had again, so what he starts
 * next runs there. r must stay a Rendez for ever.
 */
_Noret void procend(void (*done)(Proc *p), Rendez *r);

/*
 * Make p look at its notes and requests: if it runs user code, it enters
 * trapkick() soon; if it is in a host call that blocks, that call ends with
 * Eintr; otherwise nothing but up->kicked being set. Set what p should see
 * before calling. No locks needed; does not sleep.
 */
void kick(Proc *p);

/* p is about to be given up's registers at rfork: integer from u, floating
 * point from up's present state. p does not run yet. p will return 0 from
 * its system call. */
void forkregs(Proc *p, const Ureg *u);

/* Enter user mode with these registers. Ureg.cs, ss and flags are made safe. */
_Noret void touser(Ureg *u);

/* The system call under way changed registers other than AX, or the pc. */
void fullregs(void);

/* Put up's floating-point registers into exec's initial state. Takes effect
 * when up enters user mode. */
void fpinit(void);

/* Around note handlers: fpsave keeps up's user floating-point state and fpinits;
 * fprestore puts back what the last fpsave kept. */
void fpsave(void);
void fprestore(void);

/* For debuggers: up is about to stop and goes on afterwards. Between the two,
 * others may look at its floating-point registers, as FXSAVE stores them, and
 * change them. fpget is 0 if there is no telling what they are. */
enum
{
	FPREGSIZE = 512,
};
void fpstop(void);
void fpgo(void);
int fpget(Proc *p, uchar *regs);
void fpput(Proc *p, const uchar *regs);

/*
 * The MMU. Mappings are a cache of what Segments say: they may vanish at any
 * time, and a fault brings them back. All but mmuflush, mmufreeze and mmuthaw act on up and its own
 * host process only. Callers of mmuput hold the lock of the Segment the pages
 * belong to, so that mmuflush by another holder cannot be overtaken.
 *
 * Mapping is what costs most in starting a program. So a new address space
 * begins with the mappings of the slot's last one, out of date: until mmusettle
 * takes away those that mmuput has not asked for again, user memory must not be
 * touched but where mmuput has mapped it.
 */
enum
{
	Pread = 1,
	Pwrite = 2,
	Pexec = 4,
	/* for mmuput, which keeps no note of them: */
	Ppopulate = 8, /* will be touched soon */
	Pimmutable = 16, /* nobody writes to the frames while they are mapped */
};

/* up begins a new address space: nothing is mapped, as far as Segments know. */
void mmunew(void);

/* Forget what mmunew left and nobody asked for. Before user mode, and before
 * touching user memory that was not just mapped. */
void mmusettle(void);

/* The frame that is out of date at va, or ~0: if it is free, using it again at va
 * saves a mapping. */
u32int mmuhint(uintptr va);

/* The first run of frames out of date at or after *va, which becomes where it is; 0 if there is
 * none. */
int mmuold(uintptr *va, u32int *frame, u32int *n);
/* What is there of [va, va+len), runs out of date without a gap, is right: map it so. The same
 * preconditions as mmuput. */
void mmuagain(uintptr va, uvlong len, int prot);

/* Map n frames from `frame' at va (page-aligned, inside one segment). Without
 * Ppopulate each is mapped only when it is touched, by the host. */
void mmuput(uintptr va, u32int frame, u32int n, int prot);

/* Forget mappings in [va, va+len). */
void mmudrop(uintptr va, uvlong len);

/* Take write permission from mappings in [va, va+len). */
void mmurdonly(uintptr va, uvlong len);

/* Make p forget all mappings in [va, va+len) and wait until it has, whatever p
 * does (user code, host call, waiting for a lock); or, if it sleeps, until it is sure to forget
 * them before it touches memory again. p must not end meanwhile:
 * hold a lock that p's exit takes before its host process can be reused; a p whose
 * host process has no user mappings is done at once. */
void mmuflush(Proc *p, uintptr va, uvlong len);

/*
 * Make p keep its hands off what it has mapped in [va, va+len), without forgetting it, and wait
 * until it is sure to; then mmuthaw. It stops where it is, if that is in user mode or asleep, for
 * some milliseconds at most; elsewhere, and then, it forgets the mappings and goes on. holder,
 * not 0, says whose loan it is: if p has lent to another it forgets them at once. As for mmuflush,
 * p must not end, and the Segment's lock is held.
 */
void mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder);
/* p may go on with what is mapped of that loan, all its ranges. */
void mmuthaw(Proc *p, u32int holder);

/*
 * The arena: frames are numbered 0..nframes-1, and always addressable by the
 * kernel, consecutive frames at consecutive addresses. A fresh arena, and
 * frames after framepunch, read as zeros.
 */
u32int hostnframes(void);
uchar *frameaddr(u32int frame);

/* Fill frames that were never used, or punched: n bytes at buf, which is kernel memory, to
 * the start of frame. For the host that is half the work of a write through frameaddr, which
 * would begin with finding and clearing memory. */
void framefill(u32int frame, const void *buf, usize n);

/* Make memory for the 2 MiB of frames from first on at once, which the host does for the
 * cost of some hundred single pages; what they hold stays. One of them, fresh, is the caller's
 * to write zeros to. 0 if the host cannot, or will not now. Linux 6.1, MADV_COLLAPSE. */
int framecollapse(u32int first, u32int fresh);

/* Give the memory of frames back to the host; they read as zeros afterwards. Nobody maps
 * them in user mode. */
void framepunch(u32int frame, u32int n);

/*
 * Text. fixtext makes system calls in a page of text quick; unfixtext
 * undoes it in a copy of such a page (n bytes, from the page's start). va is
 * the page's address in every program that maps it.
 */
void fixtext(uchar *page, uintptr va, u32int n);
void unfixtext(uchar *page, uintptr va, u32int n);
/* Is pc in what fixtext put in the place of MOVSQs? A program may fault there, and go on
 * there after a note, though no segment of its has it. */
int hostcopies(uintptr pc);

/*
 * The kernel cannot go on. Prints "panic: ", the message, the process and a
 * stack trace on the host's standard error, and ends the instance, exit status
 * non-zero. May be called anywhere.
 */
_Noret void panic(const char *fmt, ...);

/* Wait for the host's user to ask for attention (SIGINT); returns the note to
 * post for it. Called by one kernel process. */
const char *hostnote(void);

/* Who the host's user is, and the host's name of the directory they started us
 * in. Into buf of n bytes; return it. */
char *hostuser(char *buf, int n);
char *hostgetcwd(char *buf, int n);

/* Did the host's user ever ask for it? */
int hostinterrupted(void);

/* Does [va, va+len) touch what no program may use (the kernel's own range, or beyond
 * USTKTOP)? */
int hostreserved(uintptr va, uvlong len);

/* n bytes of fresh zeroed kernel memory, a whole number of pages; nil if there
 * is no more. For the heap (sync/heap.c). */
uchar *hostheapmore(usize n);
/* Bytes that hostheapmore has given out, and can give out in all. */
uvlong hostheapsize(uvlong *max);

/* The message goes to the host's standard error, for what users must see of the kernel. */
void kprint(const char *fmt, ...);

/*
 * End the instance with a host exit status. Every process of it dies.
 * HostInterrupted: as programs do that an interrupt from the terminal ends.
 */
enum
{
	HostInterrupted = 256,
};
_Noret void hostexit(int status);

/* Assertions stay on. */
#define assert(x)                                                              \
	do {                                                                   \
		if(!(x))                                                       \
			panic("%s:%d: assertion failed: %s", __FILE__,         \
			    __LINE__, #x);                                     \
	} while(0)

#endif
