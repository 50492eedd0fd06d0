/*
 * The supervisor: the process that the user started. It makes the nursery, waits for its end,
 * and leaves nothing of the instance behind. Host signals are sent to it; every other process
 * of the instance ignores them.
 *
 * If the supervisor is killed, the nursery dies with it, and the slots die with the nursery
 * (PR_SET_PDEATHSIG). If the nursery is killed, its slots die, and the supervisor reaps them.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/pool/pool.h"
#include "init/init.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGABRT = 6,
	SIGKILL = 9,
	SIGUSR1 = 10,
	SIGTERM = 15,
	SIGCHLD = 17,
	SIGWINCH = 28,
	/* instance.signals */
	Sigint = 1 << 0,
	Sigwinch = 1 << 1,
	SIG_BLOCK = 0,
	SIG_UNBLOCK = 1,
	SIG_IGN = 1,
	WNOHANG = 1,
	PR_SET_CHILD_SUBREAPER = 36,
	CLONE_FILES = 0x400,
	RLIMIT_CORE = 4,
};

#define BIT(sig) (1ULL << ((sig)-1))

int
hostinterrupted(void)
{
	return instance.interrupted;
}

static int
take(u32int bit)
{
	return (__atomic_fetch_and(&instance.signals, ~bit, __ATOMIC_SEQ_CST) &
		   bit) != 0;
}

const char *
hostnote(void)
{
	for(;;) {
		if(take(Sigint))
			return "interrupt";
		if(take(Sigwinch))
			return nil;
		running(-1);
		hostwait(&instance.signals, 0, -1);
		running(1);
	}
}

/* Kill all slots and wait for their end. */
static void
reapall(void)
{
	int status, options;
	long r;

	killslots();
	options = 0;
	/* without the launcher, the processes that commands left are this process's children */
	if(instance.launcherpid != 0 &&
	    hostcall(__NR_kill, instance.launcherpid, 0) == -ESRCH)
		killchildren();
	for(;;) {
		r = hostcall(__NR_wait4, -1, &status, options, 0);
		if(r == -EINTR)
			continue;
		if(r <= 0)
			return;
		checkend(r, status);
		if(r != instance.launcherpid)
			continue;
		/* waits for all but a program of another user */
		killchildren();
		options = WNOHANG;
	}
}

/* Keep what is not in use of the kernel's memory, and the arena, out of this process's core
 * file. */
static void
sizecore(void)
{
	enum
	{
		MADV_DONTDUMP = 16,
	};
	uvlong used, max, n;

	used = hostheapsize(&max);
	n = instance.nslot;
	hostcall(__NR_madvise, HEAPVA + used, HEAPMAX - used, MADV_DONTDUMP);
	hostcall(__NR_madvise, ARENAVA, (uvlong)instance.nframes * BY2PG,
	    MADV_DONTDUMP);
	hostcall(
	    __NR_madvise, SMALLVA, (uvlong)NSLOT * SMALLTEXT, MADV_DONTDUMP);
	hostcall(__NR_madvise, SLOTVA + n * BY2PG, (NSLOT - n) * BY2PG,
	    MADV_DONTDUMP);
	hostcall(__NR_madvise, KSTKVA + n * (KSTKSIZE + KSTKGUARD),
	    (NSLOT - n) * (KSTKSIZE + KSTKGUARD), MADV_DONTDUMP);
}

/* End by the default action of signal sig. */
static void
dieof(int sig)
{
	u64int mask, sa[4] = {0, 0, 0, 0};

	hostcall(__NR_rt_sigaction, sig, sa, nil, 8);
	mask = BIT(sig);
	hostcall(__NR_rt_sigprocmask, SIG_UNBLOCK, &mask, nil, 8);
	hostcall(__NR_kill, instance.superpid, sig);
}

static void
abortself(void)
{
	sizecore();
	instance.superpid = hostcall(__NR_getpid, 0);
	dieof(SIGABRT);
	hostcall(__NR_exit_group, KernelBroken);
}

/* After a panic, if the host's user wants core files: make a child dump core, so that this
 * process can still exit with its own status. The child uses the stack of the nursery, which
 * has ended. */
static void
leavecore(void)
{
	u64int lim[2];
	int status;

	if(hostcall(__NR_prlimit64, 0, RLIMIT_CORE, nil, lim) < 0 ||
	    lim[0] == 0)
		return;
	if(hostclone(SIGCHLD, self.kstktop, abortself) > 0)
		hostcall(__NR_wait4, -1, &status, 0, 0);
}

/* End the instance without the nursery's help, which may hang. Its slots die with it. */
static void
endall(void)
{
	astore(&instance.ending, 1);
	hostcall(__NR_kill, instance.nurserypid, SIGKILL);
}

/* The signals to serve. Those that run9's parent had ignored stay ignored. */
static u64int
wantedsignals(void)
{
	static const uchar sigs[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGTERM};
	u64int mask, sa[4];
	uint i;

	mask = BIT(SIGCHLD);
	for(i = 0; i < nelem(sigs); i++)
		if(hostcall(__NR_rt_sigaction, sigs[i], nil, sa, 8) == 0 &&
		    sa[0] != SIG_IGN)
			mask |= BIT(sigs[i]);
	/* otherwise nobody asks for the size */
	if(bootconf.login)
		mask |= BIT(SIGWINCH);
	return mask;
}

/* hostnote has something. */
static void
attention(u32int bit)
{
	__atomic_fetch_or(&instance.signals, bit, __ATOMIC_SEQ_CST);
	hostwake(&instance.signals, 1);
	worknursery(); /* it calls hostsignalled */
}

/* Serve the signals of mask until the nursery has ended with wait status *status. Returns the
 * signal that ended the instance, or 0. */
static int
attend(const u64int *mask, int *status)
{
	int deadly;
	long r, sig;

	deadly = 0;
	for(;;) {
		r = hostcall(
		    __NR_wait4, instance.nurserypid, status, WNOHANG, 0);
		if(r == instance.nurserypid)
			return deadly;
		sig = hostcall(__NR_rt_sigtimedwait, mask, nil, nil, 8);
		if(sig == SIGINT) {
			instance.interrupted = 1;
			attention(Sigint);
		} else if(sig == SIGWINCH) {
			attention(Sigwinch);
		} else if(sig == SIGUSR1) {
			dumpstate();
		} else if(sig == SIGHUP || sig == SIGQUIT || sig == SIGTERM) {
			if(sig == SIGQUIT)
				dumpstate();
			deadly = sig;
			endall();
		}
	}
}

_Noret void
supervise(void)
{
	u64int mask;
	int status, deadly;
	long r;

	instance.superpid = hostcall(__NR_getpid, 0);
	hostcall(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1);
	mask = wantedsignals();
	launchgiven();
	trapinit();
	r = hostclone(CLONE_FILES | SIGCHLD, self.kstktop, nursery);
	if(r < 0)
		cannotstart("cannot make a process", r);
	hostcall(__NR_rt_sigprocmask, SIG_BLOCK, &mask, nil, 8);
	astore(&instance.nurserypid, r);
	hostwake((u32int *)&instance.nurserypid, 1);
	boot();
	deadly = attend(&mask, &status);
	reapall();
	ttyrestore();
	socketsremove();
	if(!instance.ending) {
		saykilled(instance.nurserypid, nil, WTERMSIG(status));
		hostcall(__NR_exit_group, KernelBroken);
	}
	if(deadly == SIGQUIT)
		sizecore();
	if(deadly)
		dieof(deadly);
	if(instance.panicked) {
		instance.status = KernelBroken;
		leavecore();
	}
	if(instance.status == HostInterrupted) {
		dieof(SIGINT);
		instance.status = 128 + SIGINT;
	}
	hostcall(__NR_exit_group, instance.status);
	__builtin_unreachable();
}
