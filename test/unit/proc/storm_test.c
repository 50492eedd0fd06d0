/*
 * Storms: workers that rfork with all flags, exec, exit, await, post notes to
 * each other and to groups, stop, start and kill their children, meet in
 * rendezvous and semaphores, change their name space and their memory, all at
 * once. What each process may see follows from what it did itself: the
 * children it awaits are its own, memory that was copied does not change, a
 * register is what it was when a note handler has ended, and a process that
 * nobody sends a note dies of none.
 */
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "lib/lib.h"
#include "proc/sys.h"
#include "stormacts.h"
#include "strict.h"

/* For all processes of the storm: C variables, which no program has. */
static u32int pids[64]; /* whom notes go to; atomic */
static int rounds = 60;
static u32int seed = 1;

/* Note handler n == 1 of every program here. */
static void
handler(uintptr ureg)
{
	USED(ureg);
	*ufp() = 0xBAD;
	ustore(Notes, uload(Notes) + 1);
	if(uload(Waiting) != 0)
		sys(Nalarm, Tick);
	sys(Nnoted, NCONT);
}

static void
mypid(u32int *pid)
{
	char buf[32];
	uintptr va;
	u64int w;

	va = USTKTOP - 8; /* the last words of Tos: pid, clock */
	w = uload(va);
	*pid = (u32int)w;
	USED(buf);
}

/* A program that nobody sends anything: its memory is what its file says. */
static void
leaf(uintptr arg)
{
	u32int k;

	USED(arg);
	for(k = Base; k < Base + Data; k += 520)
		must(uload(k) == progword("/bin/leaf", Text + k - Base));
	for(k = Base + Data; k < Base + Data + Bss; k += 1032)
		must(uload(k) == 0);
	for(k = UTZERO + BY2PG; k < UTZERO + Text; k += 520)
		must(uload(k) == (progword("/bin/leaf", k - UTZERO) | FIXED));
	must(*ufp() == 0);
	ustore(Base + Data, 1);
	uexits("leaf ok");
}

/* A child that is left alone: it must end as it says. */
static void
quiet(uintptr arg)
{
	sys(Nnotify, 0);
	must(uload(Stamp + (arg & 3) * BY2PG) == arg);
	uexec("/bin/leaf", "a", "b", nil);
	uexits("no exec");
}

static void
grandchild(uintptr arg)
{
	ustore(Scrap, arg);
	uexits("grandchild");
}

/* A child that others meddle with. */
static void
wild(uintptr arg)
{
	u32int s, k;

	s = arg * 2654435761u;
	if(stormrnd(&s, 2))
		sys(Nnotify, 0);
	for(k = 0; k < 4; k++)
		switch(stormrnd(&s, 6)) {
		case 0:
			actblock(&s);
			break;
		case 1:
			actnames(&s);
			break;
		case 2:
			ufork(RFPROC | RFNOWAIT |
				(stormrnd(&s, 2) ? RFMEM : 0) |
				(stormrnd(&s, 2) ? RFFDG : 0),
			    grandchild, arg);
			break;
		case 3:
			ufork(RFPROC | (stormrnd(&s, 2) ? RFNAMEG : 0),
			    grandchild, arg);
			break;
		case 4:
			sys(Nsleep, stormrnd(&s, 3));
			break;
		case 5:
			actmeddle(&s, aload(&pids[stormrnd(&s, nelem(pids))]));
			break;
		}
	if(stormrnd(&s, 3) == 0)
		uexec("/bin/leaf", nil);
	uexits(stormrnd(&s, 2) ? "wild" : "");
}

static void
threadfn(uintptr arg)
{
	ustore(Ack, arg);
	uexits("thread ok");
}

typedef struct Kid Kid;
struct Kid
{
	int pid;
	int wild;
};

static u32int
wildflags(u32int *s)
{
	static const u32int fds[] = {0, RFFDG, RFCFDG};
	static const u32int ns[] = {0, RFNAMEG, RFCNAMEG};
	static const u32int env[] = {0, RFENVG, RFCENVG};

	return RFPROC | fds[stormrnd(s, 3)] | ns[stormrnd(s, 3)] |
	    env[stormrnd(s, 3)] | (stormrnd(s, 2) ? RFNOTEG : 0) |
	    (stormrnd(s, 2) ? RFREND : 0) | (stormrnd(s, 4) == 0 ? RFMEM : 0) |
	    (stormrnd(s, 4) == 0 ? RFNOMNT : 0);
}

static void
control(u32int *s, int pid)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/ctl", pid);
	switch(stormrnd(s, 3)) {
	case 0:
		uecho(path, "stop");
		uecho(path, "start");
		break;
	case 1:
		uecho(path, "kill");
		break;
	case 2:
		uecho(path, "startstop");
		break;
	}
}

static void
killwild(Kid *kid)
{
	char path[64];
	int i;

	for(i = 0; i < Children; i++)
		if(kid[i].pid != 0 && kid[i].wild) {
			snprint(path, sizeof path, "/proc/%d/ctl", kid[i].pid);
			uecho(path, "kill");
		}
}

/* One child's end. 0 if there are none. */
static int
reap(Kid *kid)
{
	char buf[256];
	int pid, i;

	/* a wild one may be stopped, or wait for what nobody does any more */
	ustore(Waiting, 1);
	sys(Nalarm, Tick);
	pid = uawait(buf, sizeof buf);
	ustore(Waiting, 0);
	sys(Nalarm, 0);
	if(pid < 0) {
		if(strcmp(uerrstr(), Enochild) == 0)
			return 0;
		killwild(kid);
		return 1;
	}
	for(i = 0; i < Children && kid[i].pid != pid; i++)
		;
	if(i == Children)
		panic("await of a stranger: %s", buf);
	if(!kid[i].wild && strstr(buf, "ok") == nil)
		panic("a child that was left alone: %s", buf);
	kid[i].pid = 0;
	return 1;
}

static void
start(u32int *s, Kid *k, u32int stamp)
{
	int slot;

	k->wild = stormrnd(s, 2);
	if(k->wild) {
		k->pid = ufork(wildflags(s), wild, stormrnd(s, 1 << 20));
		if(k->pid > 0)
			astore(&pids[stormrnd(s, nelem(pids))], k->pid);
	} else if(stormrnd(s, 4) == 0) {
		ustore(Ack, 0);
		k->pid =
		    ufork(RFPROC | RFMEM | RFNOTEG | RFFDG, threadfn, stamp);
	} else {
		slot = stamp & 3;
		ustore(Stamp + slot * BY2PG, stamp);
		k->pid = ufork(RFPROC | RFNOTEG | RFREND | RFFDG, quiet, stamp);
		ustore(Stamp + slot * BY2PG, ~(u64int)stamp);
	}
	if(k->pid < 0)
		k->pid = 0;
}

static void
worker(uintptr arg)
{
	Kid kid[Children];
	u32int s, n, i, pid;

	s = arg * 40503u + seed * 2654435761u;
	memset(kid, 0, sizeof kid);
	sys(Nnotify, fnaddr(1));
	ustore(Sem, 0);
	mypid(&pid);
	astore(&pids[arg], pid);
	for(n = 0; n < (u32int)rounds; n++) {
		*ufp() = n + 1;
		i = stormrnd(&s, Children);
		switch(stormrnd(&s, 8)) {
		case 0:
		case 1:
			if(kid[i].pid == 0)
				start(&s, &kid[i], n * 8 + 4 + i);
			else
				reap(kid);
			break;
		case 2:
			actblock(&s);
			break;
		case 3:
			actnames(&s);
			break;
		case 4:
			actmemory(&s);
			break;
		case 5:
			actmeddle(&s, aload(&pids[stormrnd(&s, nelem(pids))]));
			break;
		case 6:
			if(kid[i].pid != 0 && kid[i].wild)
				control(&s, kid[i].pid);
			break;
		case 7:
			sys(Nsemrelease, Sem, 1);
			break;
		}
		must(*ufp() == n + 1);
	}
	killwild(kid);
	while(reap(kid))
		;
	for(i = 0; i < Children; i++)
		must(kid[i].pid == 0);
	uexits("worker ok");
}

/* A worker, as soon as the host has a process for it. */
static void
begin(u32int flags, Userfn *f, uintptr arg)
{
	while(ufork(flags, f, arg) < 0)
		sys(Nsleep, 1);
}

static void
init(uintptr arg)
{
	char buf[256];
	uintptr i;
	int n;

	USED(arg);
	for(i = 0; i < Stricts; i++)
		begin(
		    RFPROC | RFFDG | RFNOTEG, strictworker, seed * Stricts + i);
	for(i = 0; i < Workers; i++)
		begin(RFPROC | RFFDG | RFNOTEG | (i % 2 ? RFNAMEG : 0), worker,
		    i);
	for(n = 0; n < Workers + Stricts; n++) {
		must(uawait(buf, sizeof buf) > 0);
		if(strstr(buf, "worker ok") == nil)
			panic("a worker died: %s", buf);
	}
	must(uawait(buf, sizeof buf) < 0);
	uexits("");
}

static void
first(void)
{
	execprog("/bin/init", (char *[]){"init", nil});
	touser(&up->start);
}

static void
storm(int slots)
{
	Userfn *fns[] = {handler, earhandler, nil};

	machverbose = 0;
	maxslots = slots;
	if(perturbone == 0)
		perturbone = 10;
	if(getenv("LONG") != nil && *getenv("LONG") != 0)
		rounds *= 20;
	if(getenv("ROUNDS") != nil)
		rounds = atoi(getenv("ROUNDS"));
	if(getenv("SEED") != nil)
		seed = atoi(getenv("SEED"));
	perturbseed = seed;
	strictrounds = rounds / 4 + 1;
	strictinit();
	userfn(worker), userfn(quiet), userfn(wild), userfn(grandchild);
	userfn(threadfn);
	machinit(16384, 64);
	mkprog("/bin/init", init, Text, Data, Bss, fns);
	mkprog("/bin/leaf", leaf, Text, Data, Bss, fns);
	ramfile("/mnt/x", "x", 1);
	must(machboot(first) == 0);
	machclean();
}

static void
all(void)
{
	storm(200);
}
IN_FORK(all)

/* The same, and the host often has no process to give. */
static void
fewslots(void)
{
	storm(14);
}
IN_FORK(fewslots)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_),
	    cmocka_unit_test(fewslots_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}
