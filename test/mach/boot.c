/*
 * The test machine's start: the rooms, the devices, the first process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include "priv.h"
#include "kern.h"
#include "proc/sys.h"
#include "dev/dev.h"
#include "net/net.h"
#include "tls/tls.h"
#include "mm/mmdat.h"
#include "mmtest.h"
#include "ram.h"
#include "tagfile.h"
#include "lib/lib.h"

pid_t fork(void); /* unistd.h has another sleep */
unsigned alarm(unsigned);

#define Idle 10000000000ULL /* ns that processes may take to end */

enum
{
	Deadlock = 120, /* or $DEADLOCK: seconds; what takes longer hangs */
};

static Dev *const devices[] = {
    &rootdev,
    &archdev,
    &capdev,
    &consdev,
    &dupdev,
    &envdev,
    &ipdev,
    &mntdev,
    &pipedev,
    &procdev,
    &segmentdev,
    &shrdev,
    &srvdev,
    &swapdev,
    &tlsdev,
    &hostdev,
    &ramdev,
    &tagdev,
};

static void (*firstfn)(void);

const char *__asan_default_options(void);
const char *__tsan_default_options(void);

/* The kernel's touch of user memory is a fault that the machine handles. */
const char *
__asan_default_options(void)
{
	return "handle_segv=0:handle_sigbus=0:allow_user_segv_handler=1:"
	       "detect_leaks=0";
}

/* ... in a signal handler, which may do what kernel code may do. */
const char *
__tsan_default_options(void)
{
	return "report_signal_unsafe=0";
}

void
machinit(u32int nframes, u32int nimages)
{
	u32int i;

	waitinit();
	poolinit();
	arenainit(nframes);
	windowinit();
	ncpus = 64; /* threads run too many to be counted */
	mminit(nframes, nimages);
	procinit();
	for(i = 0; i < nelem(devices); i++)
		adddev(devices[i]);
}

static void
bindname(Chan *new, const char *old, int flag)
{
	Chan *c;

	c = namec(old, Amount, 0, 0);
	cmount(new, c, flag, nil);
	cclose(c);
	cclose(new);
}

static void namespace(void)
{
	Chan *c;

	c = devtab[devno('/', 0)]->attach("host");
	newgroups(c);
	bindname(namec("#R", Abind, 0, 0), "/", MBEFORE | MCREATE);
	bindname(namec("#d", Abind, 0, 0), "/fd", MREPL);
	bindname(namec("#e", Abind, 0, 0), "/env", MREPL | MCREATE);
	bindname(namec("#p", Abind, 0, 0), "/proc", MREPL);
	bindname(namec("#s", Abind, 0, 0), "/srv", MREPL | MCREATE);
}

static void
first(void)
{
	up->nerrlab = 0;
	if(waserror())
		panic("first process: %s", up->errstr);
	eve = kstrcpy("eve");
	kfree(up->user);
	up->user = kstrcpy(eve);
	devinit();
	nsinit();
	namespace();
	firstfn();
	panic("the first process's function returned");
}

int
machboot(void (*f)(void))
{
	Proc *p;

	firstfn = f;
	p = bodyproc("first", "none");
	initproc = p;
	procmust(p, first);
	return machwait();
}

void
leavemem(void)
{
	int n;

	for(n = 0; n < NSEG; n++)
		setseg(n, nil);
}

/* Processes but the first and the kernel's own. */
static u32int
countprocs(int say)
{
	Proc *p;
	u32int i, n;

	n = 0;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || p == initproc || loadrelaxed(&p->kp))
			continue;
		n++;
		if(say)
			fprintf(stderr, "pid %d '%s' %s is left\n", (int)p->pid,
			    p->text, statename(p));
	}
	return n;
}

void
machclean(void)
{
	struct timespec t = {0, 2000000};
	uvlong end;

	end = monons() + Idle;
	while(countprocs(0) > 0 && monons() < end)
		nanosleep(&t, nil);
	must(countprocs(1) == 0);
	mustbeidle();
}

/* It hangs: say who waits, and end. */
static void
dump(int sig)
{
	Proc *p;
	u32int i;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p != nil)
			fprintf(stderr,
			    "pid %d '%s' %s (%s) notes %d pending %d ctl %d\n",
			    (int)p->pid, p->text != nil ? p->text : "",
			    statename(p),
			    aload(&p->state) == Wakeme ? "asleep" : "awake",
			    p->nnote, (int)p->notepending, p->procctl);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

int
infork(void (*f)(void))
{
	const char *deadlock;
	pid_t pid;
	int status;

	fflush(nil);
	pid = fork();
	if(pid == 0) {
		deadlock = getenv("DEADLOCK");
		signal(SIGALRM, dump);
		alarm(deadlock != nil ? atoi(deadlock) : Deadlock);
		f();
		exit(0);
	}
	if(pid < 0 || waitpid(pid, &status, 0) != pid)
		return 0;
	if(WIFSIGNALED(status))
		fprintf(stderr, "ended by signal %d%s\n", WTERMSIG(status),
		    WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	return status == 0;
}
