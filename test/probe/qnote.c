/* Notes: handlers, noted, pending notes, their order, texts and groups. */
#include "probe.h"

static volatile int nseen, mode, depth;
static char seen[64][300];
static volatile u64int gotax;

static void
h(Ureg *u, char *m)
{
	int k = nseen;

	if(k < 64)
		strecpy(seen[k], seen[k] + 300, m);
	nseen = k + 1;
	switch(mode) {
	case 0:
		noted(NCONT);
		break;
	case 1:
		noted(NDFLT);
		break;
	case 2: /* a note to oneself from a handler */
		if(depth++ < 1) {
			postnote(getpid(), "inner");
			ans("posted in a handler: seen at once", "%d", nseen);
			sleep(10);
			ans("posted in a handler, after sleep: seen", "%d",
			    nseen);
		}
		noted(NCONT);
		break;
	case 3:
		ans("noted(99)", "%d %s", noted(99), errs());
		noted(NCONT);
		break;
	case 4:
		ans("noted(-1)", "%d %s", noted(-1), errs());
		noted(NCONT);
		break;
	case 5: /* NSAVE */
		ans("noted NSAVE gives", "%d", noted(NSAVE));
		exits("after NSAVE");
	case 6:
		u->ax = 12345;
		gotax = u->ax;
		noted(NCONT);
		break;
	case 7:
		exits("exits in a handler");
	case 8:
		return; /* lib exits */
	case 9:
		notify(nil);
		noted(NCONT);
		break;
	case 10:
		_notify((void *)16);
		noted(NCONT);
		break;
	case 11:
		u->pc = 16;
		noted(NCONT);
		break;
	case 12:
		u->sp = 16;
		noted(NCONT);
		break;
	case 13:
		u->cs = 8;
		noted(NCONT);
		break;
	case 14:
		u->flags |= 0x3000;
		noted(NCONT);
		break;
	case 15:
		u->flags |= 0x100;
		mode = 0;
		noted(NCONT);
		break;
	case 16:
		noted(NRSTR);
		break;
	case 17:
		u->pc = 0x8000000000001234ULL;
		mode = 1;
		noted(NCONT);
		break;
	case 18: {
		static char *av[] = {"x", "execd", nil};
		exec(argv0, av);
		exits(errs());
	}
	case 19:
		alarm(1);
		sleep(30);
		ans("alarm in a handler: seen", "%d", nseen);
		mode = 0;
		noted(NCONT);
		break;
	case 20: {
		int p = rfork(RFPROC | RFFDG | RFNOTEG);
		if(p == 0) {
			ans("child made in a handler: noted", "%d",
			    noted(NCONT));
			exits(errs());
		}
		ans("child of a handler ends with", "%s", kidrest(p, 1000));
		mode = 0;
		noted(NCONT);
		break;
	}
	case 21:
		*(volatile int *)16 = 1;
		break;
	case 22:
		u->ss = 0;
		u->ds = 3;
		noted(NCONT);
		break;
	}
}

static void
selfnote(char *m)
{
	postnote(getpid(), m);
}

static void
domode(void *v)
{
	mode = (int)(uintptr)v;
	notify(h);
	noerr();
	selfnote("note text");
	sleep(0);
	selfnote("second");
	sleep(0);
	exits(qs("end: seen %d", nseen));
}

static void
modes(void)
{
	int i, p;

	for(i = 0; i <= 22; i++) {
		p = kid(RFFDG | RFREND | RFNOTEG, domode, (void *)(uintptr)i);
		ans(qs("handler kind %d ends with", i), "%s", kidrest(p, 2000));
	}
}

static void
notehand(char *n, char *text, int hand)
{
	int p;

	p = rfork(RFPROC | RFFDG | RFREND | RFNOTEG);
	if(p == 0) {
		mode = 1;
		notify(hand ? h : nil);
		selfnote(text);
		sleep(0);
		exits("survived");
	}
	ans(qs("note '%s' %s", n, hand ? "NDFLT" : "no handler"), "%s",
	    kidrest(p, 2000));
}

static void
deaths(void)
{
	static char *t[] = {"kill", "hangup", "interrupt", "alarm", "sys: foo",
	    "sys: trap: foo", "sys: write on closed pipe pc=0x1", "x",
	    "kill me", "exit", "die", "term", "sys:", "threadint", "hangup now",
	    "killer", "user: x", "with 'quotes' in it", "a\nb", "  spaces  ",
	    "syskill"};
	uint i;

	for(i = 0; i < nelem(t); i++) {
		notehand(t[i], t[i], 0);
		notehand(t[i], t[i], 1);
	}
}

static void
texts(void)
{
	char b[400], f[64];
	int n, fd, i;
	static int len[] = {
	    0, 1, 2, 26, 27, 28, 63, 64, 126, 127, 128, 129, 200, 300};

	mode = 0;
	notify(h);
	snprint(f, sizeof f, "/proc/%d/note", getpid());
	fd = open(f, OWRITE);
	for(i = 0; i < (int)nelem(len); i++) {
		memset(b, 'n', sizeof b);
		nseen = 0;
		N(qs("write a note of %d bytes", len[i]),
		    n = write(fd, b, len[i]));
		sleep(0);
		ans(qs("note of %d bytes: notes seen, length", len[i]), "%d %d",
		    nseen, nseen ? strlen(seen[0]) : -1);
	}
	nseen = 0;
	memset(b, 'n', 124);
	memcpy(b + 124, "\xc3\xa9\xc3\xa9", 4);
	N("UTF-8 at the end", write(fd, b, 128));
	sleep(0);
	ans("UTF-8 at the end: length, last bytes", "%d %s",
	    nseen ? strlen(seen[0]) : -1,
	    nseen ? show(seen[0] + strlen(seen[0]) - 3, 3) : "");
	nseen = 0;
	N("NUL inside", write(fd, "ab\0cd", 5));
	sleep(0);
	ans("NUL inside: seen", "%s", seen[0]);
	nseen = 0;
	N("newline at the end", write(fd, "ab\n", 3));
	sleep(0);
	ans("newline at the end: seen", "%s", seen[0]);
	nseen = 0;
	N("bad UTF-8", write(fd, "a\xff\xfe", 3));
	sleep(0);
	ans("bad UTF-8: seen", "%s", show(seen[0], strlen(seen[0])));
	nseen = 0;
	N("control bytes", write(fd, "a\001\033b", 4));
	sleep(0);
	ans("control bytes: seen", "%s", show(seen[0], strlen(seen[0])));
	N("pwrite at 100", pwrite(fd, "abc", 3, 100));
	close(fd);
	N("open note ORDWR", (fd = open(f, ORDWR)) >= 0);
	close(fd);
	N("open note OTRUNC", (fd = open(f, OWRITE | OTRUNC)) >= 0);
	N("read of a write-only note", read(fd, b, 10));
	close(fd);
}

static void
kidpending(void *v)
{
	USED(v);
	mode = 0;
	notify(h);
	shm[1] = 1;
	while(shm[2] == 0)
		;
	sleep(0);
	sleep(0);
	{
		int i;
		for(i = 0; i < nseen; i++)
			ans(qs("pending %d", i), "%s", seen[i]);
		ans("pending seen", "%d", nseen);
	}
	exits(nil);
}

static void
pending(void)
{
	int p, i, fd;
	char f[64], b[64], r[300];

	shm[1] = shm[2] = 0;
	p = kid(RFFDG | RFREND | RFNOTEG, kidpending, nil);
	while(shm[1] == 0)
		sleep(1);
	O("stop a spinning process", pctl(p, "stop"));
	ans("state", "%s", pstate(p));
	snprint(f, sizeof f, "/proc/%d/note", p);
	fd = open(f, OWRITE);
	for(i = 0; i < 8; i++) {
		snprint(b, sizeof b, "note%d", i);
		N(qs("post %s to a stopped process", b),
		    write(fd, b, strlen(b)));
	}
	close(fd);
	fd = open(f, OREAD);
	for(i = 0; i < 3; i++) {
		int n = pread(fd, r, sizeof r, -1);
		ans(qs("read its note, %d", i), "%d %s", n,
		    n > 0 ? show(r, n) : errs());
	}
	{
		int n = pread(fd, r, 2, -1);
		ans("read its note, 2 bytes", "%d %s", n,
		    n > 0 ? show(r, n) : errs());
		n = pread(fd, r, 200, -1);
		ans("read its note again", "%d %s", n,
		    n > 0 ? show(r, n) : errs());
		n = pread(fd, r, 200, 100);
		ans("read its note at 100", "%d %s", n,
		    n > 0 ? show(r, n) : errs());
	}
	close(fd);
	shm[2] = 1;
	O("start it", pctl(p, "start"));
	ans("it ends with", "%s", kidrest(p, 1000));
}

static void
member(void *v)
{
	int i = (int)(uintptr)v;

	mode = 0;
	notify(h);
	shm[10 + i] = 1;
	for(int k = 0; k < 20 && nseen == 0; k++)
		sleep(50);
	shm[20 + i] = nseen;
	exits(nseen ? seen[0] : "none");
}

static void
groups(void)
{
	int a, b, c, d, fd, n;
	char r[100];

	for(n = 10; n < 30; n++)
		shm[n] = 0;
	rfork(RFNOTEG);
	notify(nohand);
	a = kid(RFFDG | RFREND, member, (void *)0);
	b = kid(RFFDG | RFREND, member, (void *)1);
	c = kid(RFFDG | RFREND | RFNOTEG, member, (void *)2);
	while(!shm[10] || !shm[11] || !shm[12])
		sleep(1);
	ans("noteid of a group's members is the same", "%d",
	    strcmp(strcpy(r, pfile(a, "noteid")), pfile(b, "noteid")) == 0);
	ans("noteid of another group's member is the same", "%d",
	    strcmp(r, pfile(c, "noteid")) == 0);
	ans("noteid's length and last byte", "%d %d", (int)strlen(r),
	    r[strlen(r) - 1]);
	ans("noteid's number is a pid of mine", "%d", atoi(r) == getpid());
	ans("noteid of RFNOTEG child is its pid", "%d",
	    atoi(pfile(c, "noteid")) == c);
	N("notepg", postnotepg(a, "group note"));
	ans("first", "%s", kidrest(a, 1500));
	ans("second", "%s", kidrest(b, 1500));
	ans("other got", "%d", shm[22]);
	ans("third", "%s", kidrest(c, 1500));
	/* writing noteid */
	for(n = 10; n < 30; n++)
		shm[n] = 0;
	a = kid(RFFDG | RFREND | RFNOTEG, member, (void *)0);
	b = kid(RFFDG | RFREND | RFNOTEG, member, (void *)1);
	d = kid(RFFDG | RFREND | RFNOTEG, hold, nil);
	while(!shm[10] || !shm[11])
		sleep(1);
	fd = open(qs("/proc/%d/noteid", b), ORDWR);
	snprint(r, sizeof r, "%d", a);
	N("write a's pid to b's noteid", write(fd, r, strlen(r)) > 0);
	N("write 0 to noteid", write(fd, "0", 1));
	N("write -1 to noteid", write(fd, "-1", 2));
	N("write x to noteid", write(fd, "x", 1));
	N("write 999999 to noteid", write(fd, "999999", 6));
	N("write nothing to noteid", write(fd, "", 0));
	ans("b's noteid is a", "%d", atoi(pfile(b, "noteid")) == a);
	postnotepg(a, "to a's group");
	ans("a", "%s", kidrest(a, 1500));
	ans("b", "%s", kidrest(b, 1500));
	pctl(d, "kill");
	kidmsg(d);
	N("notepg of oneself, alone in a group",
	    (rfork(RFNOTEG), postnotepg(getpid(), "alone")));
	N("note to a dead process", postnote(a, "x"));
	N("open notepg for read",
	    open(qs("/proc/%d/notepg", getpid()), OREAD) >= 0);
	nseen = 0;
	mode = 0;
	notify(h);
	fd = open(qs("/proc/%d/notepg", getpid()), OWRITE);
	N("notepg write", write(fd, "hello group", 11));
	sleep(0);
	ans("does the writer get it", "%d", nseen);
	N("notepg write 0 bytes", write(fd, "", 0));
	N("notepg read", read(fd, r, 10));
}

static void
syscalls(void)
{
	mode = 0;
	notify(h);
	nseen = 0;
	N("noted outside a handler", noted(NCONT));
	exits(qs("alive, seen %d", nseen));
}
static void
notedout(void *v)
{
	int k = (int)(uintptr)v;

	if(k & 8)
		notify(h);
	N(qs("noted(%d) outside a handler", k & 7), noted(k & 7));
	exits("alive");
}
static void
outside(void)
{
	int i, p;

	for(i = 0; i < 5; i++) {
		p = kid(RFFDG | RFNOTEG, notedout, (void *)(uintptr)(i));
		ans(qs("noted(%d), no handler, ends with", i), "%s",
		    kidrest(p, 1000));
		p = kid(RFFDG | RFNOTEG, notedout, (void *)(uintptr)(i | 8));
		ans(qs("noted(%d) outside, ends with", i), "%s",
		    kidrest(p, 1000));
	}
	USED(syscalls);
	N("notify of a bad address", _notify((void *)16));
	N("notify of a kernel address", _notify((void *)0xffffffff80110000ULL));
	N("notify of a data address", _notify((void *)&mode));
	N("notify nil", _notify(nil));
	p = rfork(RFPROC | RFFDG | RFNOTEG);
	if(p == 0) {
		_notify((void *)&mode);
		selfnote("foo");
		sleep(0);
		exits("survived");
	}
	ans("handler in data: ends with", "%s", kidrest(p, 1000));
	p = rfork(RFPROC | RFFDG | RFNOTEG);
	if(p == 0) {
		_notify((void *)0x300000000000);
		noerr();
		selfnote("foo");
		sleep(0);
		exits("survived");
	}
	ans("handler in nothing: ends with", "%s", kidrest(p, 1000));
}

static void
closedpipe(void)
{
	int fd[2], p, i;

	pipe(fd);
	close(fd[0]);
	mode = 0;
	nseen = 0;
	notify(h);
	N("write on a closed pipe", write(fd[1], "x", 1));
	ans("notes, text", "%d %s", nseen, mask(seen[0]));
	N("write 0 on a closed pipe", write(fd[1], "x", 0));
	N("read on a closed pipe", read(fd[1], seen[9], 1));
	for(i = 0; i < 3; i++)
		N(qs("read on a closed pipe again %d", i),
		    read(fd[1], seen[9], 1));
	ans("notes", "%d", nseen);
	p = rfork(RFPROC | RFFDG | RFNOTEG);
	if(p == 0) {
		notify(nil);
		write(fd[1], "x", 1);
		exits("survived");
	}
	ans("no handler: ends with", "%s", kidrest(p, 1000));
}

static int hist[8];
static int
at1(Ureg *u, char *m)
{
	USED(u);
	hist[0]++;
	return strcmp(m, "take") == 0;
}
static void
fpstate(void)
{
	char a[256], b[256];
	int i;

	/* xmm in a handler */
	for(i = 0; i < 256; i++)
		a[i] = i;
	hist[0] = 0;
	atnotify(at1, 1);
	loadxmm(a);
	selfnote("take");
	savexmm(b);
	ans("xmm after a note", "%d", memcmp(a, b, 256));
	ans("handler ran", "%d", hist[0]);
	ans("mxcsr at start", "%x", _startmxcsr);
	ans("fcw at start", "%x", _startfcw & 0xffff);
	setmxcsr(0x3f80);
	selfnote("take");
	ans("mxcsr after a note", "%x", getmxcsr());
	setmxcsr(0x1f80);
}
static void
fph(Ureg *u, char *m)
{
	char b[256];

	savexmm(b);
	USED(u);
	ans("xmm0 in a handler is", "%s",
	    b[1] == 1 && b[2] == 2 ? "the program's"
		: b[1] == 0	   ? "zero"
				   : "other");
	ans("mxcsr in a handler", "%x", getmxcsr());
	ans("fcw in a handler", "%x", getfcw());
	memset(b, 0x55, 256);
	loadxmm(b);
	noted(NCONT);
}
static void
fpin(void)
{
	char a[256], b[256];
	int i;

	for(i = 0; i < 256; i++)
		a[i] = i;
	notify(fph);
	setmxcsr(0x5f80);
	setfcw(0x27f);
	loadxmm(a);
	selfnote("x");
	savexmm(b);
	ans("xmm after a handler that changes it: same", "%d",
	    memcmp(a, b, 256) == 0);
	ans("mxcsr after", "%x", getmxcsr());
	ans("fcw after", "%x", getfcw());
}

void
main(int argc, char *argv[])
{
	if(argc > 1) {
		mode = 1;
		exits("ran in exec of a handler");
	}
	probeinit(argv);
	group("modes", modes, 60);
	group("deaths", deaths, 60);
	group("texts", texts, 10);
	group("pending", pending, 10);
	group("groups", groups, 15);
	group("outside", outside, 20);
	group("closedpipe", closedpipe, 10);
	group("fpstate", fpstate, 10);
	group("fpin", fpin, 10);
}
