/*
 * How a process dies of what it did wrong: the line on its descriptor 2, the exit string, and
 * what noted refuses. notify(2)
 */
#include "test.h"

static char said[2 * ERRMAX];
static char msg[ERRMAX];
static int diedpid;
static Ureg saved;

/* f(arg) in a child whose descriptor 2 is a pipe: its lines go to said, its end to msg. */
static void
listen(void (*f)(void *), void *arg)
{
	int p[2], n, len;

	check(pipe(p) == 0);
	diedpid = rfork(RFPROC | RFFDG | RFNOTEG);
	check(diedpid >= 0);
	if(diedpid == 0) {
		dup(p[1], 2);
		close(p[0]);
		close(p[1]);
		f(arg);
		exits("alive");
	}
	close(p[1]);
	for(len = 0; len < (int)sizeof said - 1; len += n)
		if((n = read(p[0], said + len, sizeof said - 1 - len)) <= 0)
			break;
	said[len] = 0;
	close(p[0]);
	strecpy(msg, msg + sizeof msg, childmsg(diedpid));
}

static char *
ownname(void)
{
	char *p;

	p = strrchr(self, '/');
	return p != nil ? p + 1 : self;
}

/* said is these lines, the last nil: each "name pid: text", and what text leaves out. */
static void
checksaid(char *first, char *second)
{
	char want[2 * ERRMAX], *text[3] = {first, second, nil}, *p, *nl;
	int i;

	p = said;
	for(i = 0; text[i] != nil; i++) {
		snprint(want, sizeof want, "%s %d: %s", ownname(), diedpid,
		    text[i]);
		nl = strchr(p, '\n');
		if(nl == nil || strncmp(p, want, strlen(want)) != 0)
			fail("it said '%s', not '%s'...", p, want);
		p = nl + 1;
	}
	checkstr(p, "");
}

static void
goon(Ureg *u, char *note)
{
	USED(note);
	saved = *u;
	noted(NCONT);
}

static void
ud2(void *arg)
{
	USED(arg);
	__asm__ volatile("ud2");
}

static void
atrapsaysso(void)
{
	char want[2 * ERRMAX];

	listen(ud2, nil);
	checkhas(msg, "sys: trap: invalid opcode pc=0x2");
	snprint(want, sizeof want, "suicide: %s\n", msg);
	checksaid(want, nil);
}

static void
bynote(void *arg)
{
	check(postnote(getpid(), arg) == 0);
	sleep(1000);
}

static void
anotefromoutsidesaysnothing(void)
{
	listen(bynote, "go away");
	checkstr(msg, "go away");
	checksaid(nil, nil);
	listen(bynote, "sys: as if");
	checkhas(msg, "sys: as if pc=0x2");
	checksaid(nil, nil);
}

static void
defaulting(Ureg *u, char *note)
{
	USED(u), USED(note);
	noted(NDFLT);
}

static void
wrongarg(Ureg *u, char *note)
{
	USED(u), USED(note);
	noted(99);
}

static void
ud2with(void *arg)
{
	notify(arg);
	ud2(nil);
}

static void
notewith(void *arg)
{
	notify(arg);
	bynote("a note");
}

static void
ndfltsaysofwhat(void)
{
	listen(ud2with, defaulting);
	checksaid("suicide: sys: trap: invalid opcode pc=0x2", nil);
	checkhas(msg, "sys: trap: invalid opcode pc=0x2");
	listen(notewith, defaulting);
	checksaid(nil, nil);
	checkstr(msg, "a note");
	/* an argument that noted does not know is NDFLT, and a mistake */
	listen(notewith, wrongarg);
	checksaid("suicide: a note\n", nil);
	checkstr(msg, "a note");
}

typedef struct Bad Bad;
struct Bad
{
	void *addr;
	int n;
	char *text;
};

static void
badread(void *arg)
{
	Bad *b;
	int fd;

	b = arg;
	fd = open("/dev/zero", OREAD);
	checkerr(read(fd, b->addr, b->n), "bad arg in system call");
	/* the pc is that of the instruction after the call */
	check(
	    ((uchar *)saved.pc)[-2] == 0x0f && ((uchar *)saved.pc)[-1] == 0x05);
	checkint(saved.type, 64);
	checkint(saved.error, 0);
	exits("went on");
}

static void
badreadwithhandler(void *arg)
{
	notify(goon);
	badread(arg);
}

static void
abadaddresssaysso(void)
{
	static char good[10];
	static Bad b[] = {
	    {(void *)16, 10,
		"suicide: invalid address 0x10/10 in sys call pc=0x2"},
	    {nil, 1, "suicide: invalid address 0x0/1 in sys call pc=0x2"},
	    {good, -1, "suicide: invalid address 0x4"},
	};
	int i;

	for(i = 0; i < (int)nelem(b); i++) {
		listen(badread, &b[i]);
		checksaid(
		    b[i].text, "suicide: sys: bad address in syscall pc=0x2");
		checkhas(msg, "sys: bad address in syscall pc=0x2");
		listen(badreadwithhandler, &b[i]);
		checksaid(b[i].text, nil);
		checkstr(msg, "went on");
	}
	checkhas(said, "/4294967295 in sys call pc=0x2");
}

static void
exitswith(void *arg)
{
	exits(arg);
}

static void
abadexitstringsaysso(void)
{
	listen(exitswith, badaddr);
	checksaid("suicide: invalid address 0x10/1 in sys call pc=0x2", nil);
	checkstr(msg, "invalid exit string");
}

static void
nosuchcall(void *arg)
{
	USED(arg);
	trapsyscall(1000);
}

static void
nosuchcallwithhandler(void *arg)
{
	notify(goon);
	nosuchcall(arg);
	checkint(saved.type, 64);
	checkint(saved.error, 0);
	exits("went on");
}

static void
abadcallsaysso(void)
{
	listen(nosuchcall, nil);
	checksaid("bad sys call number 1000 pc 0x2",
	    "suicide: sys: bad sys call pc=0x2");
	listen(nosuchcallwithhandler, nil);
	checksaid("bad sys call number 1000 pc 0x2", nil);
	checkstr(msg, "went on");
}

/* --- noted --- */

static void
notedoutside(void *arg)
{
	noted((int)(uintptr)arg);
}

static void
notedafterahandler(void *arg)
{
	notify(goon);
	check(postnote(getpid(), "x") == 0);
	noted((int)(uintptr)arg);
}

static void
notedoutsideahandlerkills(void)
{
	int how;

	for(how = NCONT; how <= NSAVE; how++) {
		listen(notedoutside, (void *)(uintptr)how);
		checksaid("call to noted() when not notified\n", nil);
		checkstr(msg, "Suicide");
		listen(notedafterahandler, (void *)(uintptr)how);
		checksaid("call to noted() when not notified\n", nil);
		checkstr(msg, "Suicide");
	}
	/* NRSTR is for a handler that has let notes in; but there is none */
	listen(notedoutside, (void *)NRSTR);
	checksaid(
	    "bad ureg in noted or call to noted when not notified\n", nil);
	checkstr(msg, "Suicide");
}

static void
forking(Ureg *u, char *note)
{
	int pid;

	USED(u), USED(note);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		noted(NCONT);
		exits("alive");
	}
	exits(childmsg(pid));
}

static void
achildmadeinahandlerisinnone(void)
{
	listen(notewith, forking);
	check(strstr(said, "call to noted() when not notified\n") != nil);
	checkstr(msg, "Suicide");
}

static void
nowhere(Ureg *u, char *note)
{
	USED(note);
	u->pc = 16;
	noted(NCONT);
}

static void
nostack(Ureg *u, char *note)
{
	USED(note);
	u->sp = 16;
	noted(NCONT);
}

static void
smashed(Ureg *u, char *note)
{
	USED(u), USED(note);
	segdetach((void *)0x300000000000);
	noted(NCONT);
}

static void
ownstack(void *arg)
{
	char *s;

	USED(arg);
	notify(smashed);
	s = segattach(0, "memory", (void *)0x300000000000, 4 * BY2PG);
	trapat((uintptr)(s + 4 * BY2PG - 64));
}

static void
awrongregisterkills(void)
{
	listen(notewith, nowhere);
	checksaid("suicide: trap in noted\n", nil);
	checkstr(msg, "Suicide");
	listen(notewith, nostack);
	checksaid("suicide: trap in noted\n", nil);
	checkstr(msg, "Suicide");
}

static void
noframe(void *arg)
{
	USED(arg);
	notify(goon);
	trapat(0x300000000000);
}

static void
anotewithoutastackkills(void)
{
	listen(noframe, nil);
	checksaid("suicide: bad address in notify\n", nil);
	checkstr(msg, "Suicide");
	/* the handler's own stack goes away under it: whatever it says, it dies */
	listen(ownstack, nil);
	check(msg[0] != 0 && strcmp(msg, "alive") != 0);
}

/* --- descriptor 2 --- */

static void
nofd2(void *arg)
{
	USED(arg);
	close(2);
	ud2(nil);
}

static void
readonlyfd2(void *arg)
{
	USED(arg);
	dup(open("/dev/null", OREAD), 2);
	ud2(nil);
}

static void
withoutdescriptor2itdiesallthesame(void)
{
	listen(nofd2, nil);
	checksaid(nil, nil);
	checkhas(msg, "sys: trap: invalid opcode");
	listen(readonlyfd2, nil);
	checksaid(nil, nil);
	checkhas(msg, "sys: trap: invalid opcode");
}

static void
intofile(void *arg)
{
	char *name;
	int fd;

	name = arg;
	fd = create(name, OWRITE, 0644);
	check(dup(fd, 2) == 2);
	notify(goon);
	fprint(2, "first\n");
	check(read(0, badaddr, 1) == -1);
	fprint(2, "last\n");
	exits("wrote");
}

static void
thelinegoesbetweenotheroutput(void)
{
	char *name, *p;

	name = tmpname("fd2");
	listen(intofile, name);
	checkstr(msg, "wrote");
	check(readfile(name, said, sizeof said) > 0);
	remove(name);
	check(strncmp(said, "first\n", 6) == 0);
	p = strstr(said, ": suicide: invalid address 0x10/1 in sys call pc=");
	check(p != nil);
	p = strchr(p, '\n');
	checkstr(p, "\nlast\n");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(atrapsaysso),
	    CASE(anotefromoutsidesaysnothing),
	    CASE(ndfltsaysofwhat),
	    CASE(abadaddresssaysso),
	    CASE(abadexitstringsaysso),
	    CASE(abadcallsaysso),
	    CASE(notedoutsideahandlerkills),
	    CASE(achildmadeinahandlerisinnone),
	    CASE(awrongregisterkills),
	    CASE(anotewithoutastackkills),
	    CASE(withoutdescriptor2itdiesallthesame),
	    CASE(thelinegoesbetweenotheroutput),
	};

	runcases(cases, nelem(cases), argc, argv);
}
