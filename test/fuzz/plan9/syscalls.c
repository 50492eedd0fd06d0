/*
 * Every system call number there is, and those there are not, with arguments
 * that are right, nearly right and random: bad pointers, pointers into and
 * across what is not mapped, into the kernel's range, huge and negative counts,
 * by the gate and by a trap, from several processes that share memory, names
 * and descriptors, with notes coming in between.
 */
#include "fuzz.h"
#include "test.h"

enum
{
	NBUF = 8 * KiB,
	MAXCALLS = 40,
	MAXFORKS = 6,
	NARG = 6,
	ALARMMS = 30,
};

typedef vlong Stub(u64int, u64int, u64int, u64int, u64int, u64int);

char *targetname = "syscalls";

/* How arguments look when they are right: s a name, f a descriptor, b a
 * buffer, n a count, o an offset, i flags, v an argument vector, a an address,
 * d a directory entry, p a small buffer, m milliseconds. */
static struct
{
	void *stub;
	char *args;
} calls[NCALL] = {
    [0] = {sysr1, ""},
    [1] = {_errstr, "b"},
    [2] = {bind, "ssi"},
    [3] = {chdir, "s"},
    [4] = {close, "f"},
    [5] = {dup, "ff"},
    [6] = {alarm, "m"},
    [7] = {exec, "sv"},
    [8] = {exits, "s"},
    [9] = {_fsession, "fbn"},
    [10] = {fauth, "fs"},
    [11] = {_fstat, "fb"},
    [12] = {segbrk, "aa"},
    [13] = {_mount, "fsis"},
    [14] = {open, "si"},
    [15] = {_read, "fbn"},
    [16] = {oseek, "foi"},
    [17] = {sleep, "m"},
    [18] = {_stat, "sb"},
    [19] = {rfork, "i"},
    [20] = {_write, "fbn"},
    [21] = {pipe, "p"},
    [22] = {create, "sii"},
    [23] = {fd2path, "fbn"},
    [24] = {brk_, "a"},
    [25] = {remove, "s"},
    [26] = {_wstat, "sb"},
    [27] = {_fwstat, "fb"},
    [28] = {_notify, "a"},
    [29] = {noted, "i"},
    [30] = {segattach, "isan"},
    [31] = {segdetach, "a"},
    [32] = {segfree, "an"},
    [33] = {segflush, "an"},
    [34] = {rendezvous, "nn"},
    [35] = {unmount, "ss"},
    [36] = {_wait, "b"},
    [37] = {semacquire, "pi"},
    [38] = {semrelease, "pn"},
    [39] = {_seek, "pfoi"},
    [40] = {fversion, "fnbn"},
    [41] = {errstr, "bn"},
    [42] = {stat, "sbn"},
    [43] = {fstat, "fbn"},
    [44] = {wstat, "sdn"},
    [45] = {fwstat, "fdn"},
    [46] = {mount, "ffsis"},
    [47] = {await, "bn"},
    [50] = {pread, "fbno"},
    [51] = {pwrite, "fbno"},
    [52] = {tsemacquire, "pm"},
    [53] = {_nsec, "p"},
};

static char buf[NBUF];
static uchar entry[512];
static char names[4][128];
static char *vectors[8];
static s32int words[16];
static volatile int *forks; /* shared by the case's processes */

void
targetinit(void)
{
	int i;

	for(i = 0; i < NCALL; i++)
		if(calls[i].args == nil)
			calls[i].args = "xxxxxx";
}

/* Nothing here leads out of the tree: run.sh says what the tree is. */
static char *
name(Rng *r)
{
	static char *fixed[] = {"/", ".", "..", "", "/tmp", "/bin/true", "/bin",
	    "/dev/null", "/dev/zero", "/dev/cons", "/dev/consctl",
	    "/dev/random", "/dev/time", "/dev/swap", "/dev/imagecache",
	    "/dev/sysstat", "/env", "/env/a", "/env/b", "/srv", "/srv/a",
	    "/srv/b", "/proc", "/fd", "/fd/0", "/fd/3", "/fd/4ctl", "/mnt",
	    "/n", "/net", "#|", "#|/data", "#|/data1", "#e", "#ec", "#ec/a",
	    "#s", "#d", "#d/0ctl", "#p", "#c", "#c/pid", "#/", "#σ", "#M",
	    "#zz", "#", "##", "a", "b", "c", "d", "a/b", "a/../b", "../../..",
	    "d/e/f", "/tmp/a", "x/y/z/w", "memory", "shared", "text",
	    "\377\376", "a\nb", " ", "9P2000", "boot"};
	static char *ofself[] = {"args", "ctl", "fd", "fpregs", "kregs", "mem",
	    "note", "noteid", "notepg", "ns", "proc", "profile", "regs",
	    "segment", "status", "text", "wait", ""};
	static char *ctls[] = {"stop", "start", "waitstop", "startsyscall",
	    "hang", "nohang", "private", "noswap", "wired 1", "pri 5",
	    "closefiles", "kill", "close 3", "startstop", "interrupt", "alarm",
	    "sys: trap: x"};
	char *p = names[below(r, nelem(names))];
	int i, n;

	switch(below(r, 8)) {
	case 0:
		snprint(p, sizeof names[0], "/proc/%d/%s", getpid(),
		    ofself[below(r, nelem(ofself))]);
		return p;
	case 1:
		n = below(r, sizeof names[0]);
		for(i = 0; i < n; i++) {
			p[i] = onein(r, 5) ? '/' : rnd(r);
			if(p[i] == '#')
				p[i] = 'h';
		}
		p[n] = 0;
		if(onein(r, 4))
			p[sizeof names[0] - 1] = 'x'; /* no end here */
		return p;
	case 2:
		strecpy(buf, buf + sizeof buf, ctls[below(r, nelem(ctls))]);
		return buf;
	}
	return fixed[below(r, nelem(fixed))];
}

static uintptr
pointer(Rng *r)
{
	static uintptr brk;

	switch(below(r, 9)) {
	case 0:
		return outside(word(r)) == 0 ? 0 : word(r);
	case 1:
		/* across the end of what is mapped */
		if(brk == 0)
			brk = ROUNDUP((uintptr)sbrk(0), BY2PG);
		return brk - below(r, 64);
	case 2:
		return (uintptr)main + below(r, 4096); /* read only */
	case 3:
		return ((uintptr)&brk & ~(uintptr)(BY2PG - 1)) - below(r, 256);
	case 4:
		return USTKTOP - below(r, 512);
	case 5:
		return KLOW + (rnd(r) & (KHIGH - KLOW - 1));
	}
	return (uintptr)buf + below(r, NBUF - 512);
}

static uintptr
vector(Rng *r)
{
	int i, n;

	n = below(r, nelem(vectors));
	for(i = 0; i < n; i++)
		vectors[i] = onein(r, 8) ? (char *)pointer(r) : name(r);
	vectors[i] = nil;
	return (uintptr)vectors;
}

static uintptr
direntry(Rng *r)
{
	Dir d;
	uint n;

	nulldir(&d);
	if(onein(r, 2))
		d.name = name(r);
	if(onein(r, 3))
		d.mode = rnd(r) | 0700;
	if(onein(r, 3))
		d.length = below(r, 1 << 20);
	if(onein(r, 4))
		d.mtime = rnd(r);
	if(onein(r, 4))
		d.gid = "none";
	d.name = strlen(d.name) < 200 ? d.name : "long";
	n = convD2M(&d, entry, sizeof entry);
	if(n > 0 && onein(r, 3))
		entry[below(r, n)] = rnd(r);
	return (uintptr)entry;
}

static u64int
arg(Rng *r, int kind)
{
	static const u32int flags[] = {0, 1, 2, 3, 0x10, 0x12, 0x20, 0x40, 0x60,
	    0x1000, 0x1001, 4, 5, 6, 040, 0755, 0700, DMDIR | 0755,
	    DMAPPEND | 0600, DMEXCL | 0600, 0x2000, 0x4000, 0x400, 0x800};

	if(onein(r, 8))
		return onein(r, 2) ? word(r) : pointer(r);
	switch(kind) {
	case 's':
		return (uintptr)name(r);
	case 'f':
		return onein(r, 8) ? word(r) : below(r, 12);
	case 'b':
		return onein(r, 2) ? (uintptr)buf : pointer(r);
	case 'p':
		return (uintptr)&words[below(r, nelem(words))];
	case 'n':
		return onein(r, 3) ? word(r) : below(r, 600);
	case 'o':
		return onein(r, 2) ? ~0ULL
		    : onein(r, 2)  ? word(r)
				   : below(r, 5000);
	case 'i':
		return flags[below(r, nelem(flags))] |
		    (onein(r, 2) ? flags[below(r, nelem(flags))] : 0);
	case 'v':
		return vector(r);
	case 'a':
		return onein(r, 3) ? (uintptr)sbrk(0) + below(r, 1 << 20)
				   : pointer(r);
	case 'd':
		return direntry(r);
	case 'm':
		return onein(r, 20) ? word(r) : below(r, 10);
	}
	return word(r);
}

/* How many processes the case may make, and that a child is not its parent. */
static int
mayfork(Rng *r)
{
	USED(r);
	return __atomic_add_fetch(forks, 1, __ATOMIC_SEQ_CST) <= MAXFORKS;
}

static void
onecall(Rng *r)
{
	u64int a[NARG];
	vlong ret;
	int i, n, nargs;

	n = below(r, NCALL);
	if(n == 8 && !onein(r, 20))
		n = 14;
	if((n == 19 || n == 34) && onein(r, 2))
		n = 51;
	nargs = strlen(calls[n].args);
	for(i = 0; i < NARG; i++)
		a[i] = i < nargs && !onein(r, 6) ? arg(r, calls[n].args[i])
						 : word(r);
	if(n == 19) {
		if(onein(r, 2))
			a[0] |= RFPROC | RFNOWAIT;
		if((a[0] & RFPROC) && !mayfork(r))
			return;
	}
	if(onein(r, 30)) {
		/* no such call; not one that forks either */
		trapsyscall((int)(NCALL + below(r, 1 << 20)), a[0], a[1], a[2],
		    a[3], a[4]);
		trapsyscall(
		    -1 - (int)below(r, 100), a[0], a[1], a[2], a[3], a[4]);
		return;
	}
	if(calls[n].stub == nil || onein(r, 3))
		ret = trapsyscall(n, a[0], a[1], a[2], a[3], a[4]);
	else
		ret =
		    ((Stub *)calls[n].stub)(a[0], a[1], a[2], a[3], a[4], a[5]);
	if(n == 19 && ret == 0)
		r->s ^= (u64int)getpid() << 20; /* perhaps a child */
}

static void
goon(Ureg *u, char *msg)
{
	USED(u);
	if(strncmp(msg, "alarm", 5) == 0)
		exits("alarm");
	noted(NCONT);
}

void
targetcase(Rng *r)
{
	int i, n;

	/* nothing of the driver's may be in reach */
	forks = sharedpage();
	segdetach((void *)share);
	chdir("/tmp");
	randbytes(r, buf, 256);
	if(onein(r, 2))
		rfork(RFNOMNT);
	if(onein(r, 4))
		rfork(RFCENVG);
	if(!onein(r, 4))
		notify(goon);
	alarm(ALARMMS);
	n = 1 + below(r, MAXCALLS);
	for(i = 0; i < n; i++)
		onecall(r);
}
