/*
 * The nursery: a host process that maps only the kernel, clones all slots, and reaps them. A
 * clone of a process with many mappings is slow; the nursery has few.
 *
 * It makes one slot at a time, because instance.wanted must stay until the new slot has read
 * it. Every slot has the nursery's death as its PDEATHSIG, and the nursery has the
 * supervisor's.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/map/map.h"
#include "host/pool/pool.h"
#include "init/init.h"
#include "proc/proc.h"

enum
{
	CLONE_FILES = 0x400,
	SIGCHLD = 17,
	SIGKILL = 9,
	PR_SET_PDEATHSIG = 1,
	WNOHANG = 1,

	PROT_RW = 3,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,

	/* ns: how long a slot waits that the host has refused a process */
	Retry = 1000000000,
};

/* The first steps of a new slot. self is not mapped yet. */
static void
slotmain(void)
{
	Slot *s;
	long r;

	s = slotof(aload(&instance.wanted));
	r = hostcall(__NR_mmap, SELFVA, BY2PG, PROT_RW, MAP_SHARED | MAP_FIXED,
	    instance.kernfd, (uintptr)s - KLOW);
	if(r != (long)SELFVA)
		panic("no slot page: error %lld", (vlong)-r);
	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if(hostcall(__NR_getppid, 0) != instance.nurserypid)
		hostcall(__NR_exit_group, 1);
	self.hostpid = hostcall(__NR_getpid, 0);
	/* an earlier host process may have used this Slot */
	mapsclear();
	self.helpmem = 0;
	self.timer = 0;
	self.flushreq = 0;
	self.asleep = 0;
	self.freeze = 0;
	self.usageat = 0;
	running(1);
	slottraps();
	kstkguard();
	slotready(s);
}

/* Clone a host process for s. */
static void
spawn(Slot *s)
{
	long r;

	astore(&instance.wanted, s->index);
	r = hostclone(CLONE_FILES | SIGCHLD, s->kstktop, slotmain);
	if(r < 0) {
		slotrefused(s);
		return;
	}
	/* the slot reads instance.wanted before it leaves this state */
	while(aload(&s->state) == Wanted)
		if(hostwait(&s->state, Wanted, 1000000000) < 0 &&
		    hostcall(__NR_kill, r, 0) < 0)
			panic("a new host process died");
}

static void
spawnall(void)
{
	u32int i;

	for(i = 1; i < aload(&instance.nslot); i++)
		if(aload(&slotof(i)->state) == Wanted || slotretry(slotof(i)))
			spawn(slotof(i));
}

/* Every host process of run9 catches these signals. A process that dies of one could not run
 * its handler: its stack or its memory is damaged. */
static int
iscrash(int sig)
{
	return sig == SIGILL || sig == SIGTRAP || sig == SIGBUS ||
	    sig == SIGFPE || sig == SIGSEGV || sig == SIGSYS;
}

void
checkend(long pid, int status)
{
	if(!iscrash(WTERMSIG(status)))
		return;
	instance.panicked = 1;
	kprint(
	    "run9: host process %lld ended by signal %d: the kernel is damaged\n",
	    (vlong)pid, WTERMSIG(status));
}

void
saykilled(long pid, const Proc *p, int sig)
{
	const char *what;

	what = pid == instance.superpid	  ? "the supervisor"
	    : pid == instance.nurserypid  ? "the nursery"
	    : pid == instance.launcherpid ? "the launcher"
					  : "an idle one";
	if(p != nil)
		kprint(
		    "run9: host process %lld, of '%s' %d, was killed (signal %d)\n",
		    (vlong)pid, p->text, p->pid, sig);
	else
		kprint("run9: host process %lld, %s, was killed (signal %d)\n",
		    (vlong)pid, what, sig);
}

/* s's host process pid has ended, and was not told to. End the instance. */
static _Noret void
lost(Slot *s, long pid, int status)
{
	Proc *p;

	p = s->proc;
	if(WTERMSIG(status) == 0 || iscrash(WTERMSIG(status)))
		panic("host process %lld of '%s' pid %d ended (status %#x)",
		    (vlong)pid, p != nil ? p->text : "idle",
		    p != nil ? p->pid : 0, status);
	saykilled(pid, p, WTERMSIG(status));
	hostexit(KernelBroken);
}

/* Reap slots that have ended. A slot that was not told to end takes the instance with it. */
static void
reap(void)
{
	int status;
	u32int i;
	long pid;
	Slot *s;

	while((pid = hostcall(__NR_wait4, -1, &status, WNOHANG, 0)) > 0) {
		if(pid == instance.launcherpid && !instance.ending) {
			saykilled(pid, nil, WTERMSIG(status));
			hostexit(KernelBroken);
		}
		for(i = 1; i < instance.nslot; i++) {
			s = slotof(i);
			if(s->hostpid != pid)
				continue;
			s->hostpid = 0;
			if(s->state == Leaving) {
				astore(&s->state, Unused);
				break;
			}
			if(!instance.ending)
				lost(s, pid, status);
			checkend(pid, status);
			break;
		}
	}
}

void
killslots(void)
{
	u32int i;

	for(i = 1; i < instance.nslot; i++)
		if(slotof(i)->hostpid > 0)
			hostcall(__NR_kill, slotof(i)->hostpid, SIGKILL);
}

_Noret void
nursery(void)
{
	u32int work;

	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if(hostcall(__NR_getppid, 0) != instance.superpid)
		hostcall(__NR_exit_group, 1);
	while(aload(&instance.nurserypid) == 0)
		hostwait((u32int *)&instance.nurserypid, 0, -1);
	self.index = 0;
	dropuser();
	gatesinit();
	for(;;) {
		work = aload(&instance.nurserywork);
		if(aload(&instance.ending)) {
			/* the slots die with this process; the supervisor waits for them */
			killslots();
			hostcall(__NR_exit_group, 0);
		}
		/* hostsignalled takes locks. The supervisor calls nothing that does, so that it
		 * can always print the state and end the instance. */
		if(aload(&instance.signals) != 0)
			hostsignalled();
		spawnall();
		launchwork();
		reap();
		/* SIGCHLD changes nurserywork too, so no death is missed */
		hostwait(&instance.nurserywork, work, slotswait() ? Retry : -1);
	}
}

void
worknursery(void)
{
	__atomic_add_fetch(&instance.nurserywork, 1, __ATOMIC_SEQ_CST);
	hostwake(&instance.nurserywork, 1);
}

void
nurserychild(void)
{
	__atomic_add_fetch(&instance.nurserywork, 1, __ATOMIC_SEQ_CST);
}
