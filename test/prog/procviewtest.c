/*
 * What the texts of /proc/n say of things that are rarely there: segments of each kind, odd
 * arguments, name spaces that another process builds again; and what stat says. proc(3).
 */
#include "procfile.h"
#include "treeserv.h"

/* --- segment --- */

typedef struct Segline Segline;
struct Segline
{
	char *type, *flags;
	u64int base, top;
	int ref;
};

/* The line of pid's segment that begins at base. */
static Segline
segline(int pid, uintptr base)
{
	static char text[4096];
	char *f[8], *p, *e;
	Segline s;
	int n;

	strecpy(text, text + sizeof text, procfile(pid, "segment"));
	for(p = text; *p != 0; p = e) {
		e = strchr(p, '\n');
		check(e != nil);
		*e++ = 0;
		n = tokenize(p, f, nelem(f), " ");
		check(n == 4 || n == 5);
		s.type = f[0];
		s.flags = n == 5 ? f[1] : "";
		s.base = strtoll(f[n - 3], nil, 16);
		s.top = strtoll(f[n - 2], nil, 16);
		s.ref = atoi(f[n - 1]);
		if(s.base == base)
			return s;
	}
	fail("no segment at %#p", base);
}

static void
wait1(void *arg)
{
	volatile int *go = arg;

	go[0] = 1;
	while(go[1] == 0)
		sleep(1);
}

static void
kindsofsegments(void)
{
	volatile int *go = sharedpage();
	void *shared, *mem, *ro;
	Segline s;
	int pid;

	shared = segattach(0, "shared", (void *)0x10000000, 3 * BY2PG);
	mem = segattach(0, "memory", (void *)0x20000000, 2 * BY2PG + 1);
	ro = segattach(SG_RONLY, "shared", (void *)0x30000000, BY2PG);
	check(shared == (void *)0x10000000 && mem == (void *)0x20000000 &&
	    ro == (void *)0x30000000);
	s = segline(getpid(), 0x10000000);
	checkstr(s.type, "Shared");
	checkstr(s.flags, "");
	checkint(s.top, 0x10003000);
	checkint(s.ref, 1);
	s = segline(getpid(), 0x20000000);
	checkstr(s.type, "Bss");
	checkint(s.top, 0x20003000);
	s = segline(getpid(), 0x30000000);
	checkstr(s.flags, "R");
	check(segattach(SG_FAULT | SG_RONLY, "shared", (void *)0x40000000,
		  BY2PG) == (void *)0x40000000);
	s = segline(getpid(), 0x40000000);
	checkstr(s.type, "Shared");
	checkstr(s.flags, "F");
	checkint(segdetach((void *)0x40000000), 0);
	pid = spawn(RFFDG, wait1, (void *)go);
	waitval(go, 1);
	checkint(segline(pid, 0x10000000).ref, 2);
	checkint(segline(pid, 0x20000000).ref, 1);
	checkint(
	    segline(pid, 0x200000).ref, 3); /* text: ours, the runner's, its */
	check(segfree((void *)0x10001000, BY2PG) == 0);
	checkint(segline(pid, 0x10000000).top, 0x10003000);
	check(segdetach(shared) == 0);
	checkint(segline(pid, 0x10000000).ref, 1);
	go[1] = 1;
	childok(pid);
	go[0] = go[1] = 0;
	pid = spawn(RFFDG | RFMEM, wait1, (void *)go);
	waitval(go, 1);
	checkint(segline(pid, 0x20000000).ref, 2);
	checkint(segline(getpid(), 0x20000000).ref, 2);
	go[1] = 1;
	childok(pid);
}

static void
profiledtextsayssoandlengths(void)
{
	char path[64];
	Dir *d;

	snprint(path, sizeof path, "/proc/%d/profile", getpid());
	checkint(dirstat(path)->length, 0);
	ctl(getpid(), "profile");
	checkstr(segline(getpid(), 0x200000).flags, "RP");
	d = dirstat(path);
	/* a word for each 8 bytes of text: prof(1) */
	check(d->length >= (vlong)((uintptr)etext - 0x200000) / 8 * 4);
}

/* --- args --- */

static void
execs(void *arg)
{
	ctl(getpid(), "hang");
	exec(self, arg);
	exits("exec");
}

static int
hung(char **argv)
{
	int pid = spawn(RFFDG, execs, argv);

	statebecomes(pid, "Stopped");
	return pid;
}

static void
argsaretokenized(void)
{
	char *argv[] = {"name", "", "a b", "it's", "x=1", "back`tick",
	    "tab\tnl\n", "plain", nil};
	int pid = hung(argv);

	checkstr(procfile(pid, "args"),
	    "name '' 'a b' 'it''s' x=1 back`tick 'tab\tnl\n' plain");
	ctl(pid, "kill");
}

/* --- ns --- */

static int
flagsof(char *s)
{
	int flag;

	flag = 0;
	if(strchr(s, 'a'))
		flag |= MAFTER;
	if(strchr(s, 'b'))
		flag |= MBEFORE;
	if(strchr(s, 'c'))
		flag |= MCREATE;
	return flag;
}

/* Carry out a line, as newns does: namespace(6). */
static void
buildline(char *line)
{
	char *f[8], **a;
	int n, fd, flag;

	n = tokenize(line, f, nelem(f), " ");
	a = f + 1;
	flag = 0;
	if(a[0][0] == '-')
		flag = flagsof(*a++);
	if(strcmp(f[0], "cd") == 0) {
		check(chdir(a[0]) == 0);
	} else if(strcmp(f[0], "bind") == 0) {
		if(bind(a[0], a[1], flag) < 0)
			fail("bind %s %s: %r", a[0], a[1]);
	} else if(strcmp(f[0], "mount") == 0) {
		fd = open(a[0], ORDWR);
		if(fd < 0)
			fail("open %s: %r", a[0]);
		if(mount(fd, -1, a[1], flag, a + 2 < f + n ? a[2] : "") < 0)
			fail("mount %s %s: %r", a[0], a[1]);
	} else
		fail("line %s", f[0]);
}

static void
build(char *text)
{
	char *p, *e;

	for(p = text; *p != 0; p = e) {
		e = strchr(p, '\n');
		check(e != nil);
		*e++ = 0;
		buildline(p);
	}
}

static char first[sizeof procbuf];

static void
rebuild(void *arg)
{
	static char again[sizeof procbuf], copy[sizeof procbuf];
	int fd;
	char path[64];

	memmove(copy, first, sizeof copy);
	check(rfork(RFCNAMEG) >= 0);
	build(copy);
	snprint(path, sizeof path, "#p/%d/ns", getpid());
	fd = open(path, OREAD);
	check(fd >= 0);
	inpieces(fd, again, sizeof again - 1, sizeof again - 1);
	checkstr(again, first);
	check(arg == nil || open(arg, OREAD) >= 0);
}

static void
nscanbebuiltagain(void)
{
	check(bind("#|", "/n", MREPL) >= 0);
	check(bind("#c", "/n", MAFTER) >= 0);
	check(bind("#e", "/n", MBEFORE | MCREATE) >= 0);
	check(bind("/dev/null", "/dev/zero", MREPL) >= 0);
	strecpy(first, first + sizeof first, procfile(getpid(), "ns"));
	childok(spawn(RFFDG, rebuild, nil));
}

/* A mounted connection has the name of its post, which can be opened again. */
static void
mountsarenamedbytheirposts(void)
{
	int fd, post, pid;
	char num[16];

	fd = startserver(&pid);
	post = create("/srv/procview", OWRITE | ORCLOSE, 0600);
	snprint(num, sizeof num, "%d", fd);
	check(write(post, num, strlen(num)) > 0);
	check(mount(fd, -1, "/n", MREPL, "") >= 0);
	check(bind("/n/sub", "/mnt", MAFTER) >= 0);
	strecpy(first, first + sizeof first, procfile(getpid(), "ns"));
	checkhas(first, "\nmount  #s/procview /n\nbind -a /n/sub /mnt\n");
	unmount(nil, "/mnt");
	unmount(nil, "/n");
	check(chdir("/") == 0);
	childok(spawn(RFFDG, rebuild, "/mnt/deep"));
	/* without a post there is only the pipe */
	fd = startserver(&pid);
	check(mount(fd, -1, "/n", MREPL, "") >= 0);
	checkhas(procfile(getpid(), "ns"), "\nmount  #|/data /n\n");
}

/* --- stat --- */

static void
qidsareofoneprocess(void)
{
	volatile int *go = sharedpage();
	char path[64];
	int pid, i, n, fd;
	Dir *a, *b, *d;

	pid = spawn(RFFDG, loiter, (void *)go);
	snprint(path, sizeof path, "/proc/%d", pid);
	a = dirstat(path);
	fd = open(path, OREAD);
	b = dirfstat(fd);
	check(a->qid.path == b->qid.path && a->qid.vers == b->qid.vers);
	checkint(a->qid.vers, pid);
	checkint(a->qid.type, QTDIR);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++) {
			snprint(
			    path, sizeof path, "/proc/%d/%s", pid, d[i].name);
			b = dirstat(path);
			check(b->qid.path == d[i].qid.path);
			check(b->qid.vers == d[i].qid.vers);
			checkint(b->qid.vers, pid);
			checkstr(b->uid, d[i].uid);
			checkint(b->mode, d[i].mode);
			snprint(path, sizeof path, "/proc/%d/%s", getpid(),
			    d[i].name);
			check(dirstat(path)->qid.path != b->qid.path);
			check(a->qid.path != b->qid.path);
		}
	ctl(pid, "kill");
}

static void
modesaremeant(void)
{
	volatile int *go = sharedpage();
	char path[64], stat_[64];
	Dir new;
	int pid;

	pid = spawn(RFFDG, loiter, (void *)go);
	waitval(go, 1);
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	snprint(stat_, sizeof stat_, "/proc/%d/status", pid);
	nulldir(&new);
	new.mode = 0;
	check(dirwstat(path, &new) > 0);
	checkerr(open(path, OREAD), "permission denied");
	checkerr(procwrite(pid, "ctl", "stop"), "permission denied");
	check(open(stat_, OREAD) >= 0);
	nulldir(&new);
	new.mode = 0400;
	check(dirwstat(stat_, &new) > 0);
	check(open(path, OREAD) >= 0);
	checkerr(open(path, OWRITE), "permission denied");
	new.mode = 0777;
	check(dirwstat(stat_, &new) > 0);
	checkint(dirstat(path)->mode, 0777);
	checkint(dirstat(stat_)->mode, 0444);
	ctl(pid, "kill");
}

/* fork(2), exec(2) */
static void
modesareinherited(void)
{
	char *argv[] = {"name", nil}, path[64];
	Dir new;
	int pid;

	snprint(path, sizeof path, "/proc/%d/mem", getpid());
	nulldir(&new);
	new.mode = 0600;
	check(dirwstat(path, &new) > 0);
	pid = hung(argv);
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	checkint(dirstat(path)->mode, 0600);
	ctl(pid, "kill");
}

/* --- fd --- */

static void
fdsay(int fd, char *mode, char dev, char *name)
{
	char *p, *f[12], *e;
	int n;

	procfile(getpid(), "fd");
	p = strchr(procbuf, '\n') + 1;
	for(; *p != 0; p = e) {
		e = strchr(p, '\n');
		*e++ = 0;
		if(atoi(p) != fd && !(p[2] == '0' + fd))
			continue;
		n = tokenize(p, f, nelem(f), " ");
		if(atoi(f[0]) != fd)
			continue;
		checkint(n, 10);
		checkstr(f[1], mode);
		checkint(f[2][0], dev);
		check(f[4][0] == '(');
		checkint(strlen(f[4]), 17);
		checkstr(f[9], name);
		return;
	}
	fail("no line of %d", fd);
}

static void
fdlinesofdevices(void)
{
	int p[2];
	char b[4];

	check(pipe(p) == 0);
	write(p[1], "abc", 3);
	read(p[0], b, 3);
	fdsay(p[0], "rw", '|', "#|/data");
	fdsay(p[1], "rw", '|', "#|/data1");
	fdsay(open("/env", OREAD), "r", 'e', "/env");
	fdsay(open("/dev/null", OWRITE), "w", 'c', "/dev/null");
	fdsay(open("/proc/trace", OREAD), "r", 'p', "/proc/trace");
	fdsay(create("/srv/procfds", OWRITE | ORCLOSE, 0600), "w", 's',
	    "/srv/procfds");
	fdsay(open("/fd", OREAD), "r", 'd', "/fd");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(kindsofsegments),
	    CASE(profiledtextsayssoandlengths),
	    CASE(argsaretokenized),
	    CASE(nscanbebuiltagain),
	    CASE(mountsarenamedbytheirposts),
	    CASE(qidsareofoneprocess),
	    CASE(modesaremeant),
	    CASE(modesareinherited),
	    CASE(fdlinesofdevices),
	};

	if(argc > 0 && strcmp(argv[0], "name") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}
