/*
 * System calls by any number with any arguments, from processes that fork, share memory
 * and die of it. Nothing is known of what they answer; the kernel goes on. intro(2).
 */
#include "storm.h"

enum
{
	Workers = 12,
	Calls = 64, /* system calls, and some numbers that are none */
	Pread = 50,
	Rfork = 19,
	Kept = 16,
	Childcalls = 40,
};

static char buf[8 * KiB];
static vlong kept[Kept]; /* what calls answered: addresses, descriptors */
static char big[600];

static char *names[] = {"x0", "x1", "x2", "x0/y", "x1/y/z", ".", "", "x0/.",
    "/mnt", "/n", "/dev", "/dev/null", "/dev/zero", "/dev/time", "/dev/random",
    "/dev/pgrpid", "/dev/user", "/dev/drivers", "/dev/sysstat", "/dev/swap",
    "/dev/kmesg", "/dev/bintime", "/env", "/env/a", "/srv", "/srv/x", "/fd",
    "/fd/7", "/fd/7ctl", "#|", "#|/data", "#s", "#s/x", "#e", "#ec", "#p", "#c",
    "#c/null", "#d", "#d/5", "#g", "#g/x", "#g/x/ctl", "#g/x/data", "#M", "#σ",
    "#σc", "#¤", "#¤/caphash", "#/", "#/boot", "#", "#z", "#|x", "a\nb",
    "\x80\xff", big};

static char *files[] = {"args", "ctl", "fd", "fpregs", "kregs", "mem", "note",
    "noteid", "notepg", "ns", "proc", "profile", "regs", "segment", "status",
    "syscall", "text", "wait", "watchpt"};

static char *texts[] = {"stop", "start", "hang", "nohang", "closefiles",
    "private", "fixedpri 3", "pri 9", "wired 0", "profile", "trace 1",
    "startsyscall", "va 0x10000000 0x100000", "close 5", "noswap", "x",
    "memory", "shared"};

/* An address of the process, good, bad or at an edge. */
static vlong
address(void)
{
	static char text;
	uintptr edge[] = {0, 1, BY2PG - 1, UTZERO - 8, USTKTOP - 8, USTKTOP,
	    0x600000000000ULL, 0x6fffffffffffULL, 0x7fffffffffffULL,
	    0x800000000000ULL, (uintptr)-1, (uintptr)-BY2PG};

	switch(rnd(8)) {
	case 0:
		return edge[rnd(nelem(edge))];
	case 1:
		return (uintptr)storm + rnd(4096);
	case 2:
		return (uintptr)&text;
	case 3:
		return (uintptr)buf + sizeof buf - rnd(4096);
	case 4:
		return (uintptr)sbrk(0) - rnd(64);
	case 5:
		return (uintptr)__builtin_frame_address(0) - rnd(64 * KiB);
	default:
		return (uintptr)buf + rnd(sizeof buf / 2);
	}
}

/* The name of a file that is the process's own, a device's, or none. */
static vlong
name(void)
{
	static char own[64];
	switch(rnd(8)) {
	case 0:
		snprint(own, sizeof own, "/proc/%d/%s", _tos->pid,
		    files[rnd(nelem(files))]);
		return (uintptr)own;
	case 1:
		return (uintptr)texts[rnd(nelem(texts))];
	default:
		return (uintptr)names[rnd(nelem(names))];
	}
}

static vlong
number(void)
{
	static vlong n[] = {-1, -2, 0x7fffffff, 0x80000000, 0xffffffff,
	    0x7fffffffffffffff, (vlong)(1ULL << 63), BY2PG, 1 << 20, 1 << 30};

	switch(rnd(4)) {
	case 0:
		return n[rnd(nelem(n))];
	case 1:
		return (vlong)1 << rnd(64);
	case 2:
		return rnd(0x8000);
	default:
		return rnd(70);
	}
}

/* d a descriptor, p an address, s a name, n a count, i a small number, k what was kept */
static char *kinds[Calls] = {"n", "p", "ssi", "s", "d", "di", "i", "sp", "s",
    "dpn", "dssn", "dp", "kp", "dssi", "si", "dpn", "din", "i", "sp", "n",
    "dpn", "p", "sin", "dpn", "p", "s", "sp", "dp", "p", "i", "iskn", "k", "kn",
    "kn", "ii", "ss", "p", "pi", "pi", "pdni", "dnpn", "pn", "spn", "dpn",
    "spn", "dpn", "ddssi", "pn", "", "", "dpnn", "dpnn", "pi", "p"};

static vlong
argument(char kind)
{
	if(rnd(16) == 0)
		kind = "dpsnik"[rnd(6)];
	switch(kind) {
	case 'd':
		return 3 + rnd(rnd(2) ? 4 : 12);
	case 'p':
		return rnd(4) ? (vlong)(uintptr)buf + rnd(64) : address();
	case 's':
		return name();
	case 'i':
		return rnd(rnd(2) ? 4 : 70);
	case 'k':
		return kept[rnd(Kept)];
	}
	return rnd(2) ? rnd(4096) : number();
}

/* Calls that end the process, or stop it until a note, are rarer. */
static int
callnumber(void)
{
	int n;

	n = rnd(Calls);
	switch(n) {
	case 8: /* exits */
	case 17: /* sleep */
	case 28: /* notify */
	case 29: /* noted */
	case 34: /* rendezvous */
		return rnd(16) == 0 ? n : Pread;
	}
	return n;
}

static void
handler(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	noted(rnd(16) != 0 ? NCONT : NDFLT);
}

static vlong
call(int c)
{
	vlong a[5];
	char *k;
	int i;

	k = kinds[c] != nil ? kinds[c] : "";
	for(i = 0; i < 5; i++) {
		a[i] = argument(*k ? *k : 'n');
		k += *k != 0;
	}
	return trapsyscall(c, a[0], a[1], a[2], a[3], a[4]);
}

static void
calls(int n)
{
	vlong r;
	int c;

	while(n-- > 0 && !late()) {
		if(rnd(4) == 0)
			alarm(1 + rnd(8));
		c = callnumber();
		r = call(c);
		if(c == Rfork && r == 0)
			n = rnd(Childcalls);
		else if(r != -1)
			kept[rnd(Kept)] = r;
	}
}

static char lastnote[ERRMAX];

/* The note of a call whose arguments were bad says what was bad. */
static void
remember(Ureg *u, char *msg)
{
	USED(u);
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
	noted(NCONT);
}

/* Away from the storm's files: descriptors 0 to 2 are /dev/null. */
static void
worker(void)
{
	u32int me = _tos->pid;
	int fd, i;
	char dir[64];

	notify(remember);
	rfork(RFNAMEG | RFENVG | RFNOTEG | RFREND);
	fd = open("/dev/null", ORDWR);
	for(i = 0; i < 3; i++)
		dup(fd, i);
	snprint(dir, sizeof dir, "call%u", me);
	close(create(dir, OREAD, DMDIR | 0777));
	if(chdir(dir) != 0)
		failed("chdir %s: %r, note '%s'", dir, lastnote);
	memset(big, 'n', sizeof big - 1);
	notify(handler);
	while(!late() && _tos->pid == me)
		calls(1000);
	exits(nil);
}

void
storm(void)
{
	Waitmsg w;
	int n, pid;

	notify(ignore);
	for(n = 0; !late();) {
		while(n < Workers && !late()) {
			pid = tryfork(RFFDG);
			if(pid == 0)
				worker();
			if(pid > 0)
				n++;
		}
		alarm(100);
		if(waitfor(&w) >= 0)
			n--;
	}
	alarm(0);
}
