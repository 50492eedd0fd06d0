/*
 * The system call itself: encodings, argument widths, results, unknown
 * numbers, bad addresses and stacks. intro(2), notify(2).
 */
#include "test.h"

enum
{
#define SYSCALL(n, name) SYS##name = n,
#include "syscalls.h"
#undef SYSCALL
	NSYSCALL = 64, /* past the last */
};

/* Argument slots whose high half must not matter. */
#define JUNK(v) ((vlong)0xdeadbeef00000000ULL | (u32int)(v))

static char buf[256];
static char lastnote[ERRMAX];
static volatile int nnote;

static void
keep(Ureg *u, char *msg)
{
	USED(u);
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
	nnote++;
	noted(NCONT);
}

static void
unusualencodingworks(void)
{
	vlong fd = trapsyscall(SYSopen, "/dev/null", (vlong)OREAD);

	check(fd >= 0);
	checkint(trapsyscall(SYSfd2path, fd, buf, (vlong)sizeof buf), 0);
	checkstr(buf, "/dev/null");
	checkint(trapsyscall(SYSclose, fd), 0);
	checkint(trapsyscall(SYSclose, fd), -1);
}

static void
syscallinthemiddleofthepatternworks(void)
{
	vlong fd = midsyscall(SYSopen, "/dev/null", (vlong)OREAD);

	check(fd >= 0);
	checkint(midsyscall(SYSclose, fd), 0);
	checkint(midsyscall(SYSclose, fd), -1);
}

static void
callthatcopiesworks(void)
{
	vlong args[3] = {(vlong)(uintptr) "/dev/null", OREAD, 0};
	vlong fd = copysyscall(SYSopen, args, nil);

	check(fd >= 0);
	args[0] = fd;
	args[1] = (vlong)(uintptr)buf;
	args[2] = sizeof buf;
	checkint(copysyscall(SYSfd2path, args, nil), 0);
	checkstr(buf, "/dev/null");
	checkint(midcopysyscall(SYSclose, fd), 0);
	checkint(midcopysyscall(SYSclose, fd), -1);
	notify(keep);
	check(copysyscall(NSYSCALL, args, nil) == -1);
	check(copysyscall(0x12345678, args, nil) == -1);
	checkhas(lastnote, "sys: bad sys call");
}

static vlong *copyfrom;

/* Give the copy something to copy, and to copy to, and let it go on. */
static void
supply(Ureg *u, char *msg)
{
	checkhas(msg, "fault");
	nnote++;
	if((uintptr)segattach(0, "memory", copyfrom + 2, BY2PG) == ~0ULL)
		exits("segattach");
	copyfrom[2] = 0;
	check(u->si == (uintptr)(copyfrom + 2));
	noted(NCONT);
}

/* The third word is in a page that is not there. */
static void
faultinthecopyisanoteandgoeson(void)
{
	vlong *page = segattach(0, "memory", (void *)0x100000000ULL, BY2PG);
	vlong fd;

	check(page != (void *)-1);
	copyfrom = page + BY2PG / sizeof(vlong) - 2;
	copyfrom[0] = (vlong)(uintptr) "/dev/null";
	copyfrom[1] = OREAD;
	notify(supply);
	fd = copysyscall(SYSopen, copyfrom, nil);
	checkint(nnote, 1);
	check(fd >= 0);
	checkint(close(fd), 0);
}

static void
copynowhere(void *arg)
{
	vlong args[3] = {0};

	copysyscall(SYSsysr1, arg == nil ? args : arg, badaddr);
	exits("came back");
}

static void
copytonowhereisanote(void)
{
	checkhas(childmsg(spawn(RFFDG, copynowhere, nil)), "fault write addr");
	checkhas(
	    childmsg(spawn(RFFDG, copynowhere, badaddr)), "fault read addr");
}

static void
bothencodingsgivethesame(void)
{
	int i;

	for(i = 0; i < 1000; i++) {
		checkint(trapsyscall(SYSsleep, 0LL), 0);
		checkint(sleep(0), 0);
	}
}

static void
whatisinaxmeansnothing(void)
{
	enum
	{
		UPROBE =
		    336, /* Linux 6.18 keeps it from seccomp: doc/host.md */
	};
	static s32int sem;
	int ax, n = 0;

	for(ax = -600; ax < 1000; ax++)
		if(ax != UPROBE)
			checkint(
			    axsyscall(SYSsemrelease, ax, (vlong)&sem, 1), ++n);
}

static void
sysr1doesnothing(void)
{
	checkint(sysr1(), 0);
	checkint(trapsyscall(SYSsysr1, badaddr, -1LL), 0);
}

static void
errorisall64bitsof1(void)
{
	check(trapsyscall(SYSopen, "/no/such", 0LL) == -1LL);
	check(trapsyscall(SYSsegattach, 0LL, "nonsense", 0LL, 4096LL) == -1LL);
	check(trapsyscall(SYSpread, 99LL, buf, 1LL, 0LL) == -1LL);
}

static void
intargumentsarelow32bits(void)
{
	vlong fd;

	fd = trapsyscall(SYSopen, "/dev/zero", JUNK(OREAD));
	check(fd >= 0);
	checkint(trapsyscall(SYSpread, JUNK(fd), buf, JUNK(10), -1LL), 10);
	check(trapsyscall(SYSdup, JUNK(fd), JUNK(-1)) == fd + 1);
	checkint(trapsyscall(SYSsleep, JUNK(0)), 0);
	checkint(trapsyscall(SYSalarm, JUNK(0)), 0);
	checkint(trapsyscall(SYSclose, JUNK(fd)), 0);
}

static void
textstaystheoriginal(void)
{
	/* a kernel may rewrite the pattern, but the program's file as seen by
	 * /proc/n/text and a debugger through /proc/n/mem is what it was */
	uchar want[9] = {0x48, 0xc7, 0xc5, SYSdup, 0, 0, 0, 0x0f, 0x05};
	uchar mem[128], *p;
	char name[64];
	int fd, i, n;

	snprint(name, sizeof name, "/proc/%d/mem", getpid());
	fd = open(name, OREAD);
	check(fd >= 0);
	p = (uchar *)dup;
	n = pread(fd, mem, sizeof mem, (uintptr)p);
	checkint(n, sizeof mem);
	for(i = 0; i + (int)sizeof want <= n; i++)
		if(memcmp(mem + i, want, sizeof want) == 0)
			return;
	/* the other stubs have no such pattern: movl $n, %ebp */
	for(i = 0; i + 5 <= n; i++)
		if(mem[i] == 0xbd && mem[i + 1] == SYSdup && mem[i + 2] == 0)
			return;
	fail("no stub of dup in /proc/n/mem");
}

/* The same for the calls that copy. */
static void
copysitestaystheoriginal(void)
{
	uchar mem[sizeof copysite];
	char name[64];
	int fd, i;

	snprint(name, sizeof name, "/proc/%d/mem", getpid());
	fd = open(name, OREAD);
	check(fd >= 0);
	checkint(pread(fd, mem, sizeof mem, (uintptr)copysite), sizeof mem);
	/* byte by byte: as a constant they would be rewritten too */
	for(i = 0; i < 6; i += 2) {
		checkint(mem[i], 0x48);
		checkint(mem[i + 1], 0xa5);
	}
	checkint(mem[6], 0x0f);
	checkint(mem[7], 0x05);
	close(fd);
}

static void
badcall(void *arg)
{
	trapsyscall((int)(uintptr)arg);
	exits("came back");
}

static void
unknownnumberisanote(void)
{
	checkhas(childmsg(spawn(RFFDG, badcall, (void *)NSYSCALL)),
	    "sys: bad sys call");
	checkhas(
	    childmsg(spawn(RFFDG, badcall, (void *)48)), "sys: bad sys call");
	checkhas(childmsg(spawn(RFFDG, badcall, (void *)(uintptr)-1)),
	    "sys: bad sys call");
	checkhas(childmsg(spawn(RFFDG, badcall, (void *)0x7fffffff)),
	    "sys: bad sys call");
}

/* the number is the lower half of BP */
static void
thenumberhas32bits(void)
{
	s32int sem = 3;

	checkint(trapsyscall((1LL << 32) + SYSsemrelease, &sem, 4LL), 7);
	checkint(trapsyscall((7LL << 40) + SYSsemacquire, &sem, 0LL), 1);
	checkint(sem, 6);
}

static void
unknownnumberreturnsanerror(void)
{
	notify(keep);
	checkerr(trapsyscall(NSYSCALL), "bad arg in system call");
	checkhas(lastnote, "sys: bad sys call");
	checkint(nnote, 1);
}

static void
badaddress(void *arg)
{
	write(1, arg, 10);
	exits("came back");
}

static void
badaddressisanote(void)
{
	checkhas(childmsg(spawn(RFFDG, badaddress, badaddr)),
	    "sys: bad address in syscall");
	checkhas(childmsg(spawn(RFFDG, badaddress, (void *)USTKTOP)),
	    "sys: bad address in syscall");
	checkhas(childmsg(spawn(RFFDG, badaddress, (void *)~7ULL)),
	    "sys: bad address in syscall");
}

static void
badaddressreturnsanerror(void)
{
	int fd = open("/dev/zero", OREAD);

	notify(keep);
	check(read(fd, badaddr, 10) == -1);
	checkhas(lastnote, "sys: bad address in syscall");
	check(read(fd, (void *)UTZERO, 10) == -1);
	check(open(badaddr, OREAD) == -1);
	check(stat("/dev/null", badaddr, 100) == -1);
	check(chdir(badaddr) == -1);
	check(_seek(badaddr, fd, 0, 0) == -1);
	check(fd2path(fd, badaddr, 100) == -1);
	check(semacquire(badaddr, 0) == -1);
	check(semrelease(badaddr, 1) == -1);
	check(create(badaddr, OREAD, 0644) == -1);
	check(remove(badaddr) == -1);
	check(bind(badaddr, "/mnt", 0) == -1);
	check(await(badaddr, 100) == -1);
}

static void
bufferacrosstheendofasegmentisrefused(void)
{
	char *p = segattach(0, "memory", (void *)0x100000000ULL, BY2PG);
	int fd = open("/dev/zero", OREAD);

	check(p != (void *)-1);
	notify(keep);
	check(read(fd, p + BY2PG - 5, 10) == -1);
	checkint(read(fd, p + BY2PG - 5, 5), 5);
	memset(p + BY2PG - 5, 'x', 5); /* a name that never ends */
	check(open(p + BY2PG - 5, OREAD) == -1);
	check(nnote >= 1);
}

/* Arguments that are not aligned are arguments. */
static void
anoddstackworks(void)
{
	char space[512];
	vlong fd;
	int n;

	fd = open("/dev/null", OREAD);
	for(n = 0; n < 8; n++) {
		vlong arg[2] = {fd, 20 + n};

		memmove(space + 256 + n + 8, arg, sizeof arg);
		checkint(
		    rawsyscall(SYSdup, (uintptr)(space + 256 + n)), 20 + n);
		checkint(close(20 + n), 0);
	}
}

/* So are a semaphore, an offset, a pipe's descriptors and argv. */
static void
oddaddresseswork(void)
{
	char space[64], *p;
	s32int one = 1;
	vlong off;
	int fd[2], n;

	fd[0] = open(self, OREAD);
	for(n = 1; n < 8; n++) {
		p = space + n;
		memmove(p, &one, sizeof one);
		checkint(semacquire((s32int *)p, 0), 1);
		checkint(semacquire((s32int *)p, 0), 0);
		checkint(tsemacquire((s32int *)p, 1), 0);
		checkint(semrelease((s32int *)p, 7), 7);
		checkint(_seek((vlong *)p, fd[0], n, 0), 0);
		memmove(&off, p, sizeof off);
		checkint(off, n);
	}
	check(pipe((int *)(space + 3)) == 0);
	memmove(fd, space + 3, sizeof fd);
	checkint(write(fd[0], "x", 1), 1);
	checkint(read(fd[1], space, 1), 1);
}

static void
oddargv(void *arg)
{
	char space[64], *argv[4] = {self, "-args", "two", nil};

	USED(arg);
	memmove(space + 5, argv, sizeof argv);
	exec(self, (char **)(space + 5));
	exits("exec");
}

static void
anoddargvworks(void)
{
	checkstr(childmsg(spawn(RFFDG, oddargv, nil)), "two");
}

static void
badstack(void *arg)
{
	rawsyscall(SYSclose, (uintptr)arg);
	exits("came back");
}

static void
argumentsoutsidememoryareadeathorerror(void)
{
	/* the text depends on the kernel; it may not crash, nor believe it */
	check(childmsg(spawn(RFFDG, badstack, nil))[0] != 0);
	check(childmsg(spawn(RFFDG, badstack, (void *)0x7ffffffff000ULL))[0] !=
	    0);
	check(childmsg(spawn(RFFDG, badstack, (void *)~0xffULL))[0] != 0);
}

static void
everycallsurvivesnonsense(void)
{
	static int skip[] = {SYSexits, SYSrfork, SYSnoted, SYSsleep, SYSalarm,
	    SYSbrk_, SYSsegdetach, SYSsegfree, SYSsegbrk, SYSrendezvous,
	    SYSclose, SYSnotify, SYSdup, SYSremove, SYSsysr1};
	int n, i, pid;

	for(n = 0; n < NSYSCALL; n++) {
		for(i = 0; i < (int)nelem(skip) && skip[i] != n; i++)
			;
		if(i < (int)nelem(skip))
			continue;
		pid = rfork(RFPROC | RFNAMEG | RFFDG);
		check(pid >= 0);
		if(pid == 0) {
			notify(keep);
			trapsyscall(n, badaddr, -1LL, -1LL, -1LL, -1LL);
			trapsyscall(n, -1LL, badaddr, badaddr, 1LL, 1LL);
			trapsyscall(n, 0LL, 0LL, 0LL, 0LL, 0LL);
			exits(nil);
		}
		childok(pid);
	}
}

static void
registersholdnokerneladdressafterwards(void)
{
	u64int r[16];
	uint i;

	nsecregs(r);
	for(i = 0; i < nelem(r); i++)
		if(r[i] >= 0x600000000000 && r[i] < 0x700000000000)
			fail("register %d is %p", i, r[i]);
}

void
main(int argc, char *argv[])
{
	if(argc == 3 && strcmp(argv[1], "-args") == 0)
		exits(argv[2]);
	static Case cases[] = {
	    CASE(unusualencodingworks),
	    CASE(syscallinthemiddleofthepatternworks),
	    CASE(callthatcopiesworks),
	    CASE(faultinthecopyisanoteandgoeson),
	    CASE(copytonowhereisanote),
	    CASE(bothencodingsgivethesame),
	    CASE(whatisinaxmeansnothing),
	    CASE(sysr1doesnothing),
	    CASE(errorisall64bitsof1),
	    CASE(intargumentsarelow32bits),
	    CASE(textstaystheoriginal),
	    CASE(copysitestaystheoriginal),
	    CASE(unknownnumberisanote),
	    CASE(thenumberhas32bits),
	    CASE(unknownnumberreturnsanerror),
	    CASE(badaddressisanote),
	    CASE(badaddressreturnsanerror),
	    CASE(bufferacrosstheendofasegmentisrefused),
	    CASE(anoddstackworks),
	    CASE(oddaddresseswork),
	    CASE(anoddargvworks),
	    CASE(argumentsoutsidememoryareadeathorerror),
	    CASE(everycallsurvivesnonsense),
	    CASE(registersholdnokerneladdressafterwards),
	};

	runcases(cases, nelem(cases), argc, argv);
}
