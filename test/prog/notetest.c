/*
 * Notes from outside and what handlers may do: notify, noted. notify(2),
 * proc(3).
 */
#include "notelog.h"

static jmp_buf env;

static void
postednotearrivesasposted(void)
{
	notify(record);
	postself("hello there");
	waitnotes(1);
	checkstr(notes[0], "hello there");
	checkint(nnote, 1);
}

static void
loop(void *arg)
{
	volatile int *ready = arg;

	*ready = 1;
	for(;;)
		__asm__ volatile("pause");
}

static void
uncaughtnotekillsaspinningprocess(void)
{
	volatile int *ready = sharedpage();
	int pid = spawn(RFFDG, loop, (void *)ready);

	waitval(ready, 1);
	check(postnote(pid, "the end") == 0);
	checkstr(childmsg(pid), "the end");
}

static void
loopcatching(void *arg)
{
	notify(ignore);
	loop(arg);
}

static void
killcannotbecaught(void)
{
	volatile int *ready = sharedpage();
	int pid = spawn(RFFDG, loopcatching, (void *)ready);
	char ctl[64];

	waitval(ready, 1);
	snprint(ctl, sizeof ctl, "/proc/%d/ctl", pid);
	check(writeto(ctl, "kill") == 4);
	childmsg(pid);
	check(open(ctl, OREAD) == -1);
}

static void
cancelledhandlerkillsagain(void *arg)
{
	USED(arg);
	notify(record);
	notify(nil);
	postself("fatal");
	for(;;)
		sleep(10);
}

static void
notifynilrestoresthedefault(void)
{
	checkstr(
	    childmsg(spawn(RFFDG, cancelledhandlerkillsagain, nil)), "fatal");
}

static void
inheritor(void *arg)
{
	volatile int *ready = arg;

	*ready = 1;
	waitnotes(1);
	checkstr(notes[0], "to the child");
}

static void
handlersareinheritedbychildren(void)
{
	volatile int *ready = sharedpage();
	int pid;

	notify(record);
	pid = spawn(RFFDG, inheritor, (void *)ready);
	waitval(ready, 1);
	check(postnote(pid, "to the child") == 0);
	childok(pid);
	checkint(nnote, 0);
}

static void
defaulting(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	noted(NDFLT);
	exits("noted(NDFLT) returned");
}

static void
takedefault(void *arg)
{
	USED(arg);
	notify(defaulting);
	postself("deadly");
	for(;;)
		sleep(10);
}

static void
ndfltdoesthedefault(void)
{
	checkstr(childmsg(spawn(RFFDG, takedefault, nil)), "deadly");
}

static void
exiting(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	exits("from the handler");
}

static void
exitinhandler(void *arg)
{
	USED(arg);
	notify(exiting);
	postself("x");
	for(;;)
		sleep(10);
}

static void
handlermayexit(void)
{
	checkstr(
	    childmsg(spawn(RFFDG, exitinhandler, nil)), "from the handler");
}

static volatile int inside, nested;

static void
slowhandler(Ureg *u, char *msg)
{
	USED(u);
	if(inside)
		nested++;
	inside = 1;
	strecpy(notes[nnote], notes[nnote] + ERRMAX, msg);
	nnote++;
	if(nnote == 1) {
		postself("second");
		sleep(30);
	}
	inside = 0;
	noted(NCONT);
}

static void
notesinahandlerareheldoff(void)
{
	notify(slowhandler);
	postself("first");
	waitnotes(2);
	checkint(nested, 0);
	checkstr(notes[0], "first");
	checkstr(notes[1], "second");
}

static void
jump(Ureg *u, char *msg)
{
	USED(msg);
	notejmp(u, env, 5);
}

static void
notejmpleavesthehandler(void)
{
	int v;

	notify(jump);
	v = setjmp(env);
	if(v == 0) {
		__asm__ volatile("ud2");
		fail("went on");
	}
	checkint(v, 5);
	/* and the next note is delivered */
	v = setjmp(env);
	if(v == 0) {
		postself("again");
		for(;;)
			sleep(10);
	}
	checkint(v, 5);
}

static void
blockedsleep(void *arg)
{
	USED(arg);
	notify(record);
	checkerr(sleep(10000000), "interrupted");
	check(nnote > 0);
}

static void
noteinterruptssleep(void)
{
	int pid;

	notify(record);
	pid = spawn(RFFDG, blockedsleep, nil);
	pokeuntilgone(pid);
	childok(pid);
}

static void
callresultsurvivesanote(void *arg)
{
	int fd, i;
	char c[16];

	USED(arg);
	notify(record);
	fd = open("/dev/zero", OREAD);
	for(i = 0; i < 100000 && nnote < 50; i++) {
		memset(c, 1, sizeof c);
		check(read(fd, c, sizeof c) == sizeof c);
		check(c[0] == 0 && c[15] == 0);
	}
}

static void
callsthatdonotblockarenotinterrupted(void)
{
	int pid;

	notify(record);
	pid = spawn(RFFDG, callresultsurvivesanote, nil);
	pokeuntilgone(pid);
	childok(pid);
}

/* Looks at what the kernel puts before a handler with nothing in between. */
static int
wantalarm(Ureg *u, char *msg)
{
	USED(u);
	nnote++;
	return strcmp(msg, "mine") == 0;
}

static void
atnotifychain(void *arg)
{
	USED(arg);
	check(atnotify(wantalarm, 1));
	postself("mine");
	waitnotes(1);
	postself("not mine");
	for(;;)
		sleep(10);
}

static void
atnotifytakesonlyitsown(void)
{
	checkstr(childmsg(spawn(RFFDG, atnotifychain, nil)), "not mine");
}

static void
longnotes(void *arg)
{
	static char big[1000];
	char name[64];
	int fd;

	USED(arg);
	notify(record);
	memset(big, 'n', sizeof big - 1);
	snprint(name, sizeof name, "/proc/%d/note", getpid());
	fd = open(name, OWRITE);
	check(fd >= 0);
	if(write(fd, big, sizeof big - 1) < 0)
		return; /* refusing is right too */
	waitnotes(1);
	check(strlen(notes[0]) < ERRMAX);
}

static void
longnotesarecutorrefused(void)
{
	childok(spawn(RFFDG, longnotes, nil));
}

/* A note of the kernel's form gets the pc: a long one is cut for it, between characters. */
static void
thepcisneverlost(void)
{
	static char *tail[] = {"", "x", "\303\251", "\342\202\254\342\202\254"};
	char note[2 * ERRMAX], *p;
	int i, n;

	notify(record);
	for(i = 0; i < (int)nelem(tail); i++)
		for(n = 90; n + strlen(tail[i]) + 4 < ERRMAX; n++) {
			nnote = 0;
			strcpy(note, "sys:");
			memset(note + 4, 'n', n);
			strcpy(note + 4 + n, tail[i]);
			postself(note);
			waitnotes(1);
			p = strstr(notes[0], " pc=0x2");
			check(p != nil && strlen(p) < 22);
			check(p - notes[0] <= (int)strlen(note));
			check(strncmp(notes[0], note, p - notes[0]) == 0);
			/* whole characters */
			check((note[p - notes[0]] & 0xc0) != 0x80);
		}
}

static void
severalnotesareallseen(void)
{
	notify(record);
	postself("n1");
	postself("n2");
	postself("n3");
	waitnotes(3);
	checkstr(notes[0], "n1");
	checkstr(notes[1], "n2");
	checkstr(notes[2], "n3");
}

static void
manynotes(void)
{
	int i;

	notify(record);
	for(i = 0; i < 300; i++) {
		postself("one of many");
		waitnotes(i + 1);
	}
	checkint(nnote, 300);
}

static volatile int *seen;

static void
countseen(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	seen[1]++;
	noted(NCONT);
}

static void
acquirer(void *arg)
{
	static int never;

	USED(arg);
	notify(countseen);
	seen[0] = 1;
	for(;;)
		semacquire(&never, 1);
}

/* The next note comes while the process returns from the handler, from the
 * call that was interrupted, or waits again already. */
static void
notesreachacallbegunagainandagain(void)
{
	char ctl[64];
	int i, pid;

	seen = sharedpage();
	pid = spawn(RFFDG, acquirer, nil);
	waitval(&seen[0], 1);
	for(i = 0; i < 5000; i++) {
		check(postnote(pid, "again") == 0);
		waitval(&seen[1], i + 1);
	}
	snprint(ctl, sizeof ctl, "/proc/%d/ctl", pid);
	check(writeto(ctl, "kill") == 4);
	childmsg(pid);
}

static volatile int *victims;

static void
perprocess1(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	victims[1] = 1;
	noted(NCONT);
}

static void
sharer(void *arg)
{
	USED(arg);
	notify(perprocess1);
	victims[0] = 1;
	waitval(&victims[1], 1);
}

static void
sharedmemoryprocesseshavetheirownhandlers(void)
{
	int pid;

	victims = sharedpage();
	notify(record);
	pid = spawn(RFFDG | RFMEM, sharer, nil);
	waitval(&victims[0], 1);
	check(postnote(pid, "x") == 0);
	childok(pid);
	checkint(nnote, 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(postednotearrivesasposted),
	    CASE(uncaughtnotekillsaspinningprocess),
	    CASE(killcannotbecaught),
	    CASE(notifynilrestoresthedefault),
	    CASE(handlersareinheritedbychildren),
	    CASE(ndfltdoesthedefault),
	    CASE(handlermayexit),
	    CASE(notesinahandlerareheldoff),
	    CASE(notejmpleavesthehandler),
	    CASE(noteinterruptssleep),
	    CASE(callsthatdonotblockarenotinterrupted),
	    CASE(atnotifytakesonlyitsown),
	    CASE(longnotesarecutorrefused),
	    CASE(thepcisneverlost),
	    CASE(severalnotesareallseen),
	    CASE(manynotes),
	    CASE(notesreachacallbegunagainandagain),
	    CASE(sharedmemoryprocesseshavetheirownhandlers),
	};

	runcases(cases, nelem(cases), argc, argv);
}
