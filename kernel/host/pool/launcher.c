/*
 * The launcher: the host process that starts host commands, sends their signals and reaps them.
 * The nursery makes it when the first command is asked for. As the nursery, it maps only the
 * kernel, and shares the descriptors of all.
 *
 * All that it waits for are signals: SIGUSR1 (there are requests), SIGCHLD, and SIGTERM when its
 * parent, the nursery, has died. All signals are blocked, so that none is handled.
 *
 * A command's process group is signalled only before the command is reaped. Its number is nobody
 * else's until then.
 *
 * No process of a command outlives the instance. The launcher is a subreaper, so what commands
 * leave behind becomes its child. When the nursery has died, the launcher kills its children
 * until there are none. If the launcher dies too, they become the supervisor's, which does the
 * same (killchildren). A command dies with the launcher, by PDEATHSIG.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/pool/launcher.h"
#include "lib/lib.h"
#include "init/init.h"
#include "proc/proc.h"

enum
{
	SIGHUP = 1,
	SIGINT = 2,
	SIGKILL = 9,
	SIGUSR1 = 10,
	SIGTERM = 15,
	SIGCHLD = 17,
	NSIG = 64,
	SIG_DFL = 0,
	SIG_IGN = 1,
	SIG_SETMASK = 2,

	CLONE_VFORK = 0x4000,
	CLONE_FILES = 0x400,
	WNOHANG = 1,
	PR_SET_PDEATHSIG = 1,
	PR_SET_CHILD_SUBREAPER = 36,
	PRIO_PROCESS = 0,
	/* getpriority's answer for nice 0 */
	Zeronice = 20,

	F_DUPFD = 0,
	O_RDONLY = 0,
	O_WRONLY = 1,
	/* a table of descriptors, where close_range(2) is missing */
	Manyfiles = 64 * KiB,

	STACK = 16 * KiB,
	PathMax = 4096,
	/* exit status of a child that cannot become the command; nobody sees it */
	NotRun = 127,
};

#define BIT(sig) (1ULL << ((sig)-1))

typedef struct Rusage Rusage;
struct Rusage
{
	/* user time in seconds and microseconds, then system time */
	vlong usec[4];
	vlong rest[14];
};

static struct
{
	/* asked for, the last first. Any process adds to it, the launcher takes all */
	Hostcmd *asked;
	/* the launcher's own */
	Hostcmd *running;
	/* the one that is being started */
	Hostcmd *starting;
	/* what the user gave run9 */
	u64int sigmask;
	u64int ignored;
	/* of the launcher, and of a child until it is the command */
	uchar stack[STACK] __attribute__((aligned(16)));
	uchar childstack[STACK] __attribute__((aligned(16)));
} launch;

void
launchgiven(void)
{
	u64int sa[4];
	int sig;

	hostcall(__NR_rt_sigprocmask, SIG_SETMASK, nil, &launch.sigmask, 8);
	for(sig = 1; sig <= NSIG; sig++)
		if(hostcall(__NR_rt_sigaction, sig, nil, sa, 8) == 0 &&
		    sa[0] == SIG_IGN)
			launch.ignored |= BIT(sig);
}

void
cmdunref(Hostcmd *h)
{
	if(__atomic_sub_fetch(&h->refs, 1, __ATOMIC_SEQ_CST) == 0)
		free(h);
}

void
launchwake(void)
{
	s32int pid;

	pid = aload(&instance.launcherpid);
	if(pid != 0)
		hostcall(__NR_kill, pid, SIGUSR1);
	else
		worknursery();
}

void
launchask(Hostcmd *h)
{
	h->next = aload(&launch.asked);
	while(!__atomic_compare_exchange_n(
	    &launch.asked, &h->next, h, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	launchwake();
}

/* Take what was asked for, in the order in which it was. */
static Hostcmd *
takeasked(void)
{
	Hostcmd *h, *next, *first;

	first = nil;
	h = __atomic_exchange_n(&launch.asked, nil, __ATOMIC_SEQ_CST);
	for(; h != nil; h = next) {
		next = h->next;
		h->next = first;
		first = h;
	}
	return first;
}

/* Tell the owner of h, which the launcher forgets if there is no command. */
static void
tellcmd(Hostcmd *h, u32int state)
{
	astore(&h->state, state);
	hostwake(&h->state, 0x7fffffff);
	if(state != Cmdruns)
		cmdunref(h);
}

static void
refusecmd(Hostcmd *h, long err)
{
	h->err = err;
	tellcmd(h, Cmdrefused);
}

/* --- in a child, which becomes the command. Functions return a negative host error --- */

/* Close all descriptors but the first three. */
static void
closeothers(void)
{
	int fd;

	if(hostcall(__NR_close_range, 3, ~0U, 0) == 0)
		return;
	for(fd = 3; fd < Manyfiles; fd++)
		hostcall(__NR_close, fd);
}

/* Make fd[i] descriptor i, whatever numbers they have. */
static long
takefiles(const int *fd)
{
	long high[3], r;
	int i;

	for(i = 0; i < 3; i++) {
		high[i] = fd[i];
		if(fd[i] < 0)
			high[i] = hostcall(__NR_open, "/dev/null",
			    i == 0 ? O_RDONLY : O_WRONLY, 0);
		if(high[i] >= 0)
			high[i] = hostcall(__NR_fcntl, high[i], F_DUPFD, 3);
		if(high[i] < 0)
			return high[i];
	}
	for(i = 0; i < 3; i++) {
		r = hostcall(__NR_dup2, high[i], i);
		if(r < 0)
			return r;
	}
	closeothers();
	return 0;
}

/* Signals do what they did when run9 was started. */
static void
takesignals(void)
{
	u64int sa[4] = {0, 0, 0, 0};
	int sig;

	for(sig = 1; sig <= NSIG; sig++) {
		sa[0] = launch.ignored & BIT(sig) ? SIG_IGN : SIG_DFL;
		hostcall(__NR_rt_sigaction, sig, sa, nil, 8);
	}
	hostcall(__NR_rt_sigprocmask, SIG_SETMASK, &launch.sigmask, nil, 8);
}

static void
takenice(int n)
{
	long now;

	if(n <= 0)
		return;
	now = Zeronice - hostcall(__NR_getpriority, PRIO_PROCESS, 0);
	hostcall(__NR_setpriority, PRIO_PROCESS, 0, now + n);
}

/* Run the file called path. Returns only if that fails. */
static long
runfile(Hostcmd *h, const char *path, char *const *env)
{
	long r;

	r = hostcall(__NR_execve, path, h->s->argv, env);
	if(r != -ENOEXEC)
		return r;
	h->shargv[1] = (char *)path;
	r = hostcall(__NR_execve, "/bin/sh", h->shargv, env);
	return r == -ENOENT ? -ENOEXEC : r;
}

/* Look for the program as execvp(3) does, and run it. Returns only if that fails. */
static long
search(Hostcmd *h)
{
	char path[PathMax];
	char *const *env;
	const char *dirs, *prog;
	long r, why;

	env = h->s->env != nil ? h->s->env : bootconf.env;
	prog = h->s->argv[0];
	if(strchr(prog, '/') != nil || *prog == 0)
		return runfile(h, prog, env);
	why = -ENOENT;
	dirs = searchpath(env);
	while(nextpath(&dirs, prog, path, sizeof path)) {
		r = runfile(h, path, env);
		if(r == -EACCES)
			why = r;
		else if(r != -ENOENT && r != -ENOTDIR)
			return r;
	}
	return why;
}

static long
become(Hostcmd *h)
{
	long r;

	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if(hostcall(__NR_getppid, 0) != instance.launcherpid)
		return -EINTR;
	hostcall(__NR_setsid, 0);
	takenice(h->s->nice);
	r = takefiles(h->s->fd);
	if(r < 0)
		return r;
	takesignals();
	givelimits();
	if(h->s->dir != nil) {
		r = hostcall(__NR_chdir, h->s->dir);
		if(r < 0) {
			h->baddir = 1;
			return r;
		}
	}
	return search(h);
}

/* A child starts here. It shares the kernel's memory, and so can tell why it fails. */
static void
child(void)
{
	Hostcmd *h;

	h = launch.starting;
	h->err = -become(h);
	hostcall(__NR_exit_group, NotRun);
}

/* --- the launcher --- */

/* CLONE_VFORK: the child runs a program, or has ended, when hostclone returns. */
static void
startcmd(Hostcmd *h)
{
	long pid;

	launch.starting = h;
	h->began = monons();
	pid = hostclone(
	    CLONE_VFORK | SIGCHLD, (uintptr)(launch.childstack + STACK), child);
	if(pid < 0) {
		refusecmd(h, -pid);
		return;
	}
	if(h->err != 0) {
		hostcall(__NR_wait4, pid, nil, 0, nil);
		tellcmd(h, Cmdrefused);
		return;
	}
	h->pid = pid;
	h->next = launch.running;
	launch.running = h;
	tellcmd(h, Cmdruns);
}

static void
sendsignals(Hostcmd *h)
{
	static const struct
	{
		u32int what;
		int sig;
	} sigs[] = {
	    {Cmdinterrupt, SIGINT},
	    {Cmdhangup, SIGHUP},
	    {Cmdterm, SIGTERM},
	    {Cmdkill, SIGKILL},
	};
	u32int todo, i;

	if(aload(&h->signals) == 0)
		return;
	todo = __atomic_exchange_n(&h->signals, 0, __ATOMIC_SEQ_CST);
	for(i = 0; i < nelem(sigs); i++)
		if(todo & sigs[i].what)
			hostcall(__NR_kill, -h->pid, sigs[i].sig);
}

static u32int
ms(const vlong *usec)
{
	return usec[0] * 1000 + usec[1] / 1000;
}

/* Process pid has ended. It is a command, or what one has left behind. */
static void
ended(long pid, int status, const Rusage *u)
{
	Hostcmd **l, *h;

	for(l = &launch.running; (h = *l) != nil; l = &h->next)
		if(h->pid == pid)
			break;
	if(h == nil)
		return;
	*l = h->next;
	h->end.signal = WTERMSIG(status);
	h->end.killed = h->end.signal == SIGKILL || h->end.signal == SIGTERM;
	h->end.status = h->end.signal == 0 ? status >> 8 & 0xff : 0;
	h->end.user = ms(u->usec);
	h->end.sys = ms(u->usec + 2);
	h->end.real = (monons() - h->began) / 1000000;
	tellcmd(h, Cmdended);
}

static void
reapcmds(void)
{
	Rusage u;
	int status;
	long pid;

	while((pid = hostcall(__NR_wait4, -1, &status, WNOHANG, &u)) > 0)
		ended(pid, status, &u);
}

/* Kill the children that the host lists for this process. Returns how many could be. */
static int
killlisted(void)
{
	char buf[PathMax], *p;
	long fd, n, pid;
	int killed;

	fd = hostcall(__NR_open, "/proc/thread-self/children", O_RDONLY, 0);
	if(fd < 0)
		return 0;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	buf[n < 0 ? 0 : n] = 0;
	killed = 0;
	/* a blank follows each number; one that is cut comes again in the next list */
	for(p = buf; strchr(p, ' ') != nil; p++) {
		pid = (long)strtoull(p, &p, 10);
		if(*p == ' ' && pid > 0 &&
		    hostcall(__NR_kill, pid, SIGKILL) == 0)
			killed++;
	}
	return killed;
}

void
killchildren(void)
{
	int status;
	long r;

	for(;;) {
		do
			r = hostcall(__NR_wait4, -1, &status, WNOHANG, nil);
		while(r > 0);
		/* a program of another user cannot be killed: it is left */
		if(r < 0 || killlisted() == 0)
			return;
		hostcall(__NR_wait4, -1, &status, 0, nil);
	}
}

/* The launcher starts here, with all signals blocked. */
static void
launcher(void)
{
	static const u64int awaited =
	    BIT(SIGUSR1) | BIT(SIGCHLD) | BIT(SIGTERM);
	Hostcmd *h, *next;

	astore(&instance.launcherpid, (s32int)hostcall(__NR_getpid, 0));
	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGTERM);
	hostcall(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1);
	while(hostcall(__NR_getppid, 0) == instance.nurserypid) {
		for(h = takeasked(); h != nil; h = next) {
			next = h->next;
			startcmd(h);
		}
		for(h = launch.running; h != nil; h = h->next)
			sendsignals(h);
		reapcmds();
		hostcall(__NR_rt_sigtimedwait, &awaited, nil, nil, 8);
	}
	for(h = launch.running; h != nil; h = h->next)
		hostcall(__NR_kill, -h->pid, SIGKILL);
	killchildren();
	hostcall(__NR_exit_group, 0);
}

void
launchwork(void)
{
	static const u64int all = ~0ULL;
	u64int mine;
	Hostcmd *h, *next;
	long r;

	if(aload(&launch.asked) == nil)
		return;
	if(aload(&instance.launcherpid) != 0) {
		/* the request may have come before the launcher had a number */
		launchwake();
		return;
	}
	hostcall(__NR_rt_sigprocmask, SIG_SETMASK, &all, &mine, 8);
	r = hostclone(
	    CLONE_FILES | SIGCHLD, (uintptr)(launch.stack + STACK), launcher);
	hostcall(__NR_rt_sigprocmask, SIG_SETMASK, &mine, nil, 8);
	if(r > 0) {
		astore(&instance.launcherpid, (s32int)r);
		return;
	}
	for(h = takeasked(); h != nil; h = next) {
		next = h->next;
		refusecmd(h, -r);
	}
}
