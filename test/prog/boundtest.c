/*
 * Arguments at their bounds, for every system call that has some: addresses that are no
 * memory, descriptors that are none, counts, flags. Section 2 of the manual.
 */
#include "test.h"

enum
{
#define SYSCALL(n, name) N##name = n,
#include "syscalls.h"
#undef SYSCALL
	MAXARG = 5,
	/* where the address goes in Call.arg */
	HERE = -77,
};

static int nnote;
static char lastnote[ERRMAX];

static void
keep(Ureg *u, char *msg)
{
	USED(u);
	nnote++;
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
	noted(NCONT);
}

/* The kernel's lines about each bad address are not for the log. */
static void
quiet(void)
{
	notify(keep);
	close(2);
}

typedef struct Call Call;
struct Call
{
	char *name;
	int num;
	vlong arg[MAXARG];
};

static char name[] = ".";
static char null[] = "/dev/null";
static char buf[1024];
/* a wstat message that changes nothing */
static uchar nothingstat[STATFIXLEN];
static int zero = -1;
#define P(x) ((vlong)(uintptr)(x))
#define FD (-78)

/* Each address of each call; the other arguments are good. */
static Call calls[] = {
    {"_errstr", N_errstr, {HERE}},
    {"bind", Nbind, {HERE, P(name), MREPL}},
    {"bind", Nbind, {P(name), HERE, MREPL}},
    {"chdir", Nchdir, {HERE}},
    {"exec", Nexec, {HERE, P(buf)}},
    {"exec", Nexec, {P(null), HERE}},
    {"_fsession", N_fsession, {FD, HERE, 10}},
    {"fauth", Nfauth, {FD, HERE}},
    {"_fstat", N_fstat, {FD, HERE}},
    {"open", Nopen, {HERE, OREAD}},
    {"_read", N_read, {FD, HERE, 10}},
    {"_stat", N_stat, {HERE, P(buf)}},
    {"_stat", N_stat, {P(name), HERE}},
    {"_write", N_write, {FD, HERE, 10}},
    {"pipe", Npipe, {HERE}},
    {"create", Ncreate, {HERE, OREAD, 0666}},
    {"fd2path", Nfd2path, {FD, HERE, 10}},
    {"remove", Nremove, {HERE}},
    {"segattach", Nsegattach, {0, HERE, 0, BY2PG}},
    {"unmount", Nunmount, {HERE, P(name)}},
    {"unmount", Nunmount, {0, HERE}},
    {"semacquire", Nsemacquire, {HERE, 0}},
    {"semrelease", Nsemrelease, {HERE, 1}},
    {"seek", Nseek, {HERE, FD, 0, 0}},
    {"fversion", Nfversion, {FD, 8192, HERE, 10}},
    {"errstr", Nerrstr, {HERE, 10}},
    {"stat", Nstat, {HERE, P(buf), 100}},
    {"stat", Nstat, {P(name), HERE, 100}},
    {"fstat", Nfstat, {FD, HERE, 100}},
    {"wstat", Nwstat, {HERE, P(nothingstat), STATFIXLEN}},
    {"wstat", Nwstat, {P(name), HERE, 100}},
    {"fwstat", Nfwstat, {FD, HERE, 100}},
    {"mount", Nmount, {FD, -1, HERE, MREPL, P(buf)}},
    {"await", Nawait, {HERE, 100}},
    {"pread", Npread, {FD, HERE, 10, 0}},
    {"pwrite", Npwrite, {FD, HERE, 10, 0}},
    {"tsemacquire", Ntsemacquire, {HERE, 0}},
};

/* no memory of a program: nil, below it, the stack's end, no address at all, the kernel's */
static uvlong bad[] = {
    0x10,
    0xfffff,
    0x123456789000,
    USTKTOP,
    0x800000000000,
    0x8000000000000000,
    0xffffffff80110000,
    ~0ULL,
};

static vlong
make(Call *c, uvlong addr)
{
	vlong a[MAXARG];
	int i;

	for(i = 0; i < MAXARG; i++) {
		a[i] = c->arg[i];
		if(a[i] == HERE)
			a[i] = (vlong)addr;
		else if(a[i] == FD)
			a[i] = zero;
	}
	return trapsyscall(c->num, a[0], a[1], a[2], a[3], a[4]);
}

/* intro(2), notify(2): the note, and without a death of it an error */
static void
eachbadaddressisanoteandanerror(void)
{
	char err[ERRMAX];
	usize i, k;
	vlong r;

	zero = open("/dev/zero", ORDWR);
	if(zero < 0)
		zero = open("/dev/zero", OREAD);
	check(zero >= 0);
	quiet();
	for(i = 0; i < nelem(calls); i++)
		for(k = 0; k < nelem(bad); k++) {
			nnote = 0;
			lastnote[0] = 0;
			werrstr("none");
			r = make(&calls[i], bad[k]);
			rerrstr(err, sizeof err);
			if(r != -1 || nnote != 1 ||
			    strncmp(lastnote, "sys: bad address in syscall",
				27) != 0 ||
			    strcmp(err, "bad arg in system call") != 0)
				fail("%s of %llx: %lld, %d notes, '%s', '%s'",
				    calls[i].name, bad[k], r, nnote, lastnote,
				    err);
		}
}

typedef struct Death Death;
struct Death
{
	Call *c;
	uvlong addr;
};

static void
die(void *arg)
{
	Death *d = arg;

	close(2);
	make(d->c, d->addr);
	exits("came back");
}

static void
eachbadaddresskillswithoutahandler(void)
{
	Death d = {0};
	usize i;
	char *msg;

	zero = open("/dev/zero", OREAD);
	d.addr = 0x10;
	for(i = 0; i < nelem(calls); i++) {
		d.c = &calls[i];
		msg = childmsg(spawn(RFFDG, die, &d));
		if(strncmp(msg, "sys: bad address in syscall pc=0x", 33) != 0)
			fail("%s: child ended with '%s'", calls[i].name, msg);
	}
}

/* a buffer whose last byte is the segment's is good; one byte more is not */
static void
buffersendwithasegment(void)
{
	char *p = segattach(0, "memory", (void *)0x100000000ULL, BY2PG), *last;
	int fd = open("/dev/zero", OREAD), pp[2];

	check(p != (void *)-1);
	last = p + BY2PG;
	quiet();
	checkint(pread(fd, last - 8, 8, 0), 8);
	checkerr(pread(fd, last - 8, 9, 0), "bad arg in system call");
	checkint(nnote, 1);
	memmove(last - 10, "/dev/null", 10);
	check(close(open(last - 10, OREAD)) == 0);
	memmove(last - 9, "/dev/null", 9);
	checkerr(open(last - 9, OREAD), "bad arg in system call");
	checkint(nnote, 2);
	check(pipe((int *)(last - 8)) == 0);
	memmove(pp, last - 8, sizeof pp);
	close(pp[0]);
	close(pp[1]);
	checkerr(pipe((int *)(last - 4)), "bad arg in system call");
	checkint(nnote, 3);
	check(stat("/dev/null", (uchar *)last - 100, 100) > 0);
	checkerr(stat("/dev/null", (uchar *)last - 100, 101),
	    "bad arg in system call");
	checkint(nnote, 4);
	memset(last - 4, 0, 4);
	check(semrelease((s32int *)(last - 4), 1) == 1);
	checkerr(semrelease((s32int *)(last - 2), 1), "bad arg in system call");
	check(_seek((vlong *)(last - 8), fd, 0, 0) == 0);
	checkerr(
	    _seek((vlong *)(last - 4), fd, 0, 0), "bad arg in system call");
	/* exec wants an argv of two words */
	nnote = 0;
	memset(last - 8, 0, 8);
	checkerr(
	    exec("/no/such", (char **)(last - 8)), "bad arg in system call");
	checkint(nnote, 1);
	check(segdetach(p) == 0);
}

/* text is no place to write to: what the kernel would write there is refused likewise */
static void
textisnotwritten(void)
{
	char *text = (char *)(uintptr)textisnotwritten, was[16];
	int fd = open("/dev/zero", OREAD);

	memmove(was, text, sizeof was);
	quiet();
	checkerr(read(fd, text, 8), "bad arg in system call");
	checkerr(
	    stat("/dev/null", (uchar *)text, 100), "bad arg in system call");
	checkerr(pipe((int *)text), "bad arg in system call");
	checkerr(fd2path(fd, text, 8), "bad arg in system call");
	checkerr(await(text, 8), "bad arg in system call");
	checkerr(semrelease((s32int *)text, 1), "bad arg in system call");
	checkerr(semacquire((s32int *)text, 0), "bad arg in system call");
	checkerr(_seek((vlong *)text, fd, 0, 0), "bad arg in system call");
	checkint(errstr(text, 8), -1);
	check(memcmp(text, was, sizeof was) == 0);
}

static int badfds[] = {-1, -2, 99, 100000, 0x7fffffff, -0x7fffffff - 1};
#define Ebadfd "fd out of range or not open"

/* every call that takes a descriptor */
static void
eachbaddescriptorisanerror(void)
{
	uchar d[200];
	Dir nd;
	vlong off;
	usize i;
	int fd;

	quiet();
	nulldir(&nd);
	convD2M(&nd, d, sizeof d);
	for(i = 0; i < nelem(badfds); i++) {
		fd = badfds[i];
		checkexact(close(fd), Ebadfd);
		checkexact(dup(fd, -1), Ebadfd);
		checkexact(dup(fd, 50), Ebadfd);
		checkexact(pread(fd, buf, 1, 0), Ebadfd);
		checkexact(pwrite(fd, buf, 1, 0), Ebadfd);
		checkexact(_read(fd, buf, 1), Ebadfd);
		checkexact(_write(fd, buf, 1), Ebadfd);
		checkexact(_seek(&off, fd, 0, 0), Ebadfd);
		checkexact(oseek(fd, 0, 0), Ebadfd);
		checkexact(fstat(fd, d, sizeof d), Ebadfd);
		checkexact(_fstat(fd, buf), Ebadfd);
		checkexact(fwstat(fd, d, sizeD2M(&nd)), Ebadfd);
		checkexact(fd2path(fd, buf, sizeof buf), Ebadfd);
		checkexact(
		    fversion(fd, 8192, strcpy(buf, "9P2000"), 100), Ebadfd);
		checkexact(fauth(fd, ""), Ebadfd);
		checkexact(mount(fd, -1, ".", MREPL, ""), Ebadfd);
		checkexact(_mount(fd, ".", MREPL, ""), Ebadfd);
	}
	checkint(nnote, 0);
}

/* dup(2): a new descriptor may not be anywhere */
static void
dupsnumbersarebounded(void)
{
	int fd = open("/dev/null", OREAD);

	check(dup(fd, 0x7fffffff) == -1);
	check(dup(fd, -2) >= -1); /* any negative number is -1's, or none */
	checkint(dup(fd, 19), 19);
	checkint(close(19), 0);
	checkexact(close(19), Ebadfd);
}

/* open(2): modes are what they are */
static void
modesofopenarechecked(void)
{
	int fd;

	checkexact(open("/dev/null", 0x80), "bad arg in system call");
	checkexact(open("/dev/null", 0x100), "bad arg in system call");
	checkexact(open("/dev/null", 0x10000), "bad arg in system call");
	checkexact(open("/dev/null", -1), "bad arg in system call");
	checkexact(open("/dev/null", 8), "bad arg in system call");
	fd = open("/dev/null", OREAD | OCEXEC);
	check(fd >= 0);
	close(fd);
	checkerr(open("/dev/pid", OWRITE), "permission denied");
}

/* read(2), open(2), fd2path(2): counts */
static void
countsarechecked(void)
{
	int fd = open("/dev/zero", OREAD), null9 = open("/dev/null", OWRITE);
	uchar d[200];

	quiet();
	check(fd >= 0 && null9 >= 0);
	checkint(pread(fd, buf, 0, 0), 0);
	checkint(pwrite(null9, buf, 0, 0), 0);
	checkerr(pread(fd, buf, -1, 0), "bad arg in system call");
	checkerr(pwrite(null9, buf, -1, 0), "bad arg in system call");
	checkerr(pread(fd, buf, -0x7fffffff - 1, 0), "bad arg in system call");
	checkerr(pread(fd, buf, 0x7fffffff, 0), "bad arg in system call");
	checkerr(pread(fd, buf, 10, -2), "negative i/o offset");
	checkerr(pread(77, buf, 10, -2), "fd out of range or not open");
	checkerr(pwrite(null9, buf, 10, -2), "negative i/o offset");
	checkerr(stat("/dev/null", d, 0), "bad arg in system call");
	checkerr(stat("/dev/null", d, 1), "bad arg in system call");
	checkint(stat("/dev/null", d, 2), 2);
	checkerr(fstat(fd, d, 1), "bad arg in system call");
	checkint(fstat(fd, d, 2), 2);
	checkerr(fd2path(fd, buf, -1), "bad arg in system call");
	checkint(fd2path(fd, buf, 0), 0);
	buf[0] = 'x';
	checkint(fd2path(fd, buf, 1), 0);
	checkint(buf[0], 0);
}

static void
nothing(void *arg)
{
	USED(arg);
}

/* wait(2): as much as there is room for */
static void
awaitscountsarechecked(void)
{
	char *msg = buf;

	quiet();
	childok(spawn(RFFDG, nothing, nil));
	spawn(RFFDG, nothing, nil);
	msg[0] = 'x';
	checkint(await(msg, 1), 0);
	checkint(msg[0], 0);
	spawn(RFFDG, nothing, nil);
	checkint(await(msg, 2), 1);
	/* no room: the record is lost, and no error is given */
	spawn(RFFDG, nothing, nil);
	errstr(strcpy(msg, "kept"), ERRMAX);
	checkint(await(msg, 0), -1);
	errstr(msg, ERRMAX);
	checkstr(msg, "kept");
	checkerr(await(msg, 100), "no living children");
}

/* sleep(2), rendezvous(2), alarm(2) with what is no time */
static void
timesarechecked(void)
{
	static s32int sem;
	vlong t = _nsec(nil);

	checkint(sleep(-1), 0);
	checkint(sleep(-0x7fffffff - 1), 0);
	checkint(tsemacquire(&sem, 0), 0);
	check(_nsec(nil) - t < 60 * 1000000000LL);
	checkint(alarm(0), 0);
	checkint(alarm(0xffffffff), 0);
	check((u32int)alarm(0) > 0x7fffffff);
}

/* semacquire(2) */
static void
semaphorescountsarechecked(void)
{
	static s32int sem;

	checkexact(semrelease(&sem, -1), "bad arg in system call");
	checkexact(semrelease(&sem, -0x7fffffff - 1), "bad arg in system call");
	checkint(semrelease(&sem, 0), 0);
	checkint(semrelease(&sem, 0x7fffffff), 0x7fffffff);
	checkint(semacquire(&sem, 0), 1);
	checkint(sem, 0x7ffffffe);
	sem = -1;
	checkexact(semacquire(&sem, 0), "bad arg in system call");
	checkexact(semacquire(&sem, 1), "bad arg in system call");
	checkexact(tsemacquire(&sem, 10), "bad arg in system call");
	checkexact(semrelease(&sem, 1), "bad arg in system call");
	checkint(sem, -1);
}

/* seek(2): whence */
static void
whencesarechecked(void)
{
	int fd = create("whence", ORDWR | ORCLOSE, 0600);
	vlong off;

	check(fd >= 0);
	checkexact(_seek(&off, fd, 0, 3), "bad arg in system call");
	checkexact(_seek(&off, fd, 0, -1), "bad arg in system call");
	checkexact(_seek(&off, fd, -1, 0), "negative i/o offset");
	checkint(seek(fd, 1LL << 40, 0), 1LL << 40);
	checkint(seek(fd, 1, 1), (1LL << 40) + 1);
	checkint(seek(fd, -1, 1), 1LL << 40);
	checkexact(_seek(&off, fd, -(1LL << 41), 1), "negative i/o offset");
	checkexact(oseek(fd, 0, 3), "bad arg in system call");
	checkint(oseek(fd, 5, 0), 5);
	checkint(oseek(fd, 0, 2), 0);
}

/* bind(2): MREPL, MBEFORE, MAFTER, with MCREATE */
static void
bindsflagsarechecked(void)
{
	close(create("bound", OREAD, DMDIR | 0777));
	checkint(bind(".", "bound", MREPL), 0);
	checkint(bind(".", "bound", MBEFORE | MCREATE), 0);
	checkint(bind(".", "bound", MAFTER), 0);
	checkexact(bind(".", "bound", 3), "bad arg in system call");
	checkexact(bind(".", "bound", 8), "bad arg in system call");
	checkexact(bind(".", "bound", 0x20), "bad arg in system call");
	checkexact(bind(".", "bound", -1), "bad arg in system call");
	checkexact(bind("", "bound", MREPL), "empty file name");
	checkint(unmount(nil, "bound"), 0);
	checkexact(unmount(nil, "bound"), "not mounted");
	checkexact(unmount(".", "bound"), "not mounted");
	check(remove("bound") == 0);
}

void
main(int argc, char *argv[])
{
	Dir d;

	static Case cases[] = {
	    CASE(eachbadaddressisanoteandanerror),
	    CASE(eachbadaddresskillswithoutahandler),
	    CASE(buffersendwithasegment),
	    CASE(textisnotwritten),
	    CASE(eachbaddescriptorisanerror),
	    CASE(dupsnumbersarebounded),
	    CASE(modesofopenarechecked),
	    CASE(countsarechecked),
	    CASE(awaitscountsarechecked),
	    CASE(timesarechecked),
	    CASE(semaphorescountsarechecked),
	    CASE(whencesarechecked),
	    CASE(bindsflagsarechecked),
	};

	nulldir(&d);
	convD2M(&d, nothingstat, sizeof nothingstat);
	runcases(cases, nelem(cases), argc, argv);
}
