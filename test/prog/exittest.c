/*
 * exits, await and the message between them. exits(2), wait(2).
 */
#include "test.h"

static char buf[512];

static void
exiter(void *arg)
{
	exits(arg);
}

/* What await says of a child that called exits(s). */
static char *
awaitexit(char *s, int *pid)
{
	int n;

	*pid = spawn(RFFDG, exiter, s);
	n = await(buf, sizeof buf - 1);
	check(n > 0);
	buf[n] = 0;
	return buf;
}

static char *
basename(char *s)
{
	char *p = strrchr(s, '/');

	return p != nil ? p + 1 : s;
}

static void
messagehaspidtimesnameandstring(void)
{
	char *f[5], want[128], msg[512];
	int pid, n;

	strecpy(msg, msg + sizeof msg, awaitexit("why not", &pid));
	n = tokenize(msg, f, 4, " ");
	checkint(n, 4);
	checkint(atoi(f[0]), pid);
	check(atoi(f[1]) >= 0 && atoi(f[2]) >= 0 && atoi(f[3]) >= 0);
	awaitexit("why not", &pid);
	snprint(want, sizeof want, " '%s %d: why not'", basename(self), pid);
	checkhas(buf, want);
}

static void
successisanemptystring(void)
{
	int pid;
	Waitmsg w;

	checkhas(awaitexit(nil, &pid), " ''");
	checkhas(awaitexit("", &pid), " ''");
	pid = spawn(RFFDG, exiter, nil);
	checkint(waitfor(&w), pid);
	checkstr(w.msg, "");
}

static void
quotesaredoubled(void)
{
	int pid;
	Waitmsg w;

	checkhas(awaitexit("it's", &pid), "it''s'");
	pid = spawn(RFFDG, exiter, "it's");
	checkint(waitfor(&w), pid);
	checkhas(w.msg, ": it's");
}

static void
longstringsaretruncated(void)
{
	static char s[1000];
	char *msg;
	int pid;

	memset(s, 'x', sizeof s - 1);
	pid = spawn(RFFDG, exiter, s);
	msg = childmsg(pid);
	check(strlen(msg) > 30);
	check(strlen(msg) < ERRMAX);
}

/* n bytes of room hold n-1 and a NUL, and the rest is gone. */
static void
smallbufferstruncate(void)
{
	int pid, n, i;

	for(n = 1; n <= 12; n++) {
		pid = spawn(RFFDG, exiter, "some message");
		memset(buf, '!', sizeof buf);
		checkint(await(buf, n), n - 1);
		checkint(strlen(buf), n - 1);
		for(i = n; i < 40; i++)
			check(buf[i] == '!');
		if(n == 12)
			checkint(atoi(buf), pid);
		checkerr(await(buf, sizeof buf), "no living children");
	}
	spawn(RFFDG, exiter, "some message");
	check(await(buf, 0) == -1);
	checkerr(await(buf, sizeof buf), "no living children");
}

/* The text "name pid: string" that await has, without its quotes. */
static char *
record(char *s)
{
	static char text[512];
	char *p, *e;
	int pid;

	strecpy(text, text + sizeof text, awaitexit(s, &pid));
	p = strchr(text, '\'');
	check(p != nil);
	e = strrchr(++p, '\'');
	*e = 0;
	return p;
}

/* Name and pid count too: the whole is an error string. */
static void
therecordisanerrorstring(void)
{
	static char s[1000];
	char *p;
	int n;

	memset(s, 'x', sizeof s - 1);
	checkint(strlen(record(s)), ERRMAX - 1);
	/* a character of three bytes, cut at each of them */
	for(n = 90; n < 127; n++) {
		memset(s, 'x', n);
		strcpy(
		    s + n, "\342\202\254\342\202\254\342\202\254\342\202\254");
		p = record(s);
		check(strlen(p) <= ERRMAX - 1);
		p += strlen(p);
		check(p[-1] == 'x' || memcmp(p - 3, "\342\202\254", 3) == 0);
	}
}

static void
badutf8isdropped(void)
{
	char *p;

	p = record("end\342\202");
	checkstr(p + strlen(p) - 5, ": end");
	p = record("end\377\376");
	checkstr(p + strlen(p) - 5, ": end");
	/* between characters it is U+FFFD */
	p = record("a\377bcde");
	checkstr(p + strlen(p) - 10, ": a\357\277\275bcde");
}

/* Of those that have ended, the last to end is the first told of. */
static void
thelasttoendcomesfirst(void)
{
	int pid[5], i;
	char name[32];

	for(i = 0; i < (int)nelem(pid); i++) {
		pid[i] = spawn(RFFDG, exiter, "ended");
		snprint(name, sizeof name, "/proc/%d", pid[i]);
		while(dirstat(name) != nil)
			sleep(1);
	}
	sleep(10);
	for(i = nelem(pid) - 1; i >= 0; i--) {
		check(await(buf, sizeof buf) > 0);
		checkint(atoi(buf), pid[i]);
	}
}

static void
nochildrenisanerror(void)
{
	checkerr(await(buf, sizeof buf), "no living children");
}

static void
grandchild(void *arg)
{
	USED(arg);
	sleep(50);
	exits("grandchild");
}

static void
parentofone(void *arg)
{
	spawn(RFFDG, grandchild, arg);
}

static void
grandchildrenarenotours(void)
{
	Waitmsg w;
	int pid;

	pid = spawn(RFFDG, parentofone, nil);
	checkint(waitfor(&w), pid);
	checkerr(await(buf, sizeof buf), "no living children");
}

static void
messageswait(void)
{
	int pid[20], i, j, n;
	Waitmsg w;

	for(i = 0; i < (int)nelem(pid); i++)
		pid[i] = spawn(RFFDG, exiter, "queued");
	sleep(20);
	for(n = 0; waitfor(&w) > 0; n++) {
		for(j = 0; j < (int)nelem(pid) && pid[j] != w.pid; j++)
			;
		check(j < (int)nelem(pid));
		pid[j] = 0;
		checkhas(w.msg, "queued");
	}
	checkint(n, nelem(pid));
}

static void
faulter(void *arg)
{
	*(volatile int *)arg = 1;
}

static void
deathbynoteisthemessage(void)
{
	checkhas(childmsg(spawn(RFFDG, faulter, badaddr)),
	    "sys: trap: fault write addr=0x10");
}

static void
waiter(void *arg)
{
	int pid;

	USED(arg);
	pid = spawn(RFFDG, grandchild, nil);
	/* either may come first; both endings are right */
	if(await(buf, sizeof buf) == -1) {
		rerrstr(buf, sizeof buf);
		checkhas(buf, "interrupted");
		check(waitfor(&(Waitmsg){0}) == pid);
	}
}

static void
noteinterruptsawait(void)
{
	int pid;

	/* the child has it from its begin */
	notify(ignore);
	pid = spawn(RFFDG, waiter, nil);
	sleep(10);
	postnote(pid, "poke");
	childok(pid);
}

static void
badmessagepointerstillexits(void)
{
	/* the string cannot be read; the process ends all the same */
	childmsg(spawn(RFFDG, exiter, badaddr));
}

static void
badbufferisanerror(void)
{
	notify(ignore);
	spawn(RFFDG, exiter, "x");
	check(await(badaddr, 100) == -1);
}

/* For 60 ms, and for some time of its own though others have the processors. */
static void
burner(void *arg)
{
	vlong end_ = _nsec(nil) + 60 * 1000 * 1000;
	int i;

	USED(arg);
	for(i = 0; i < 1000000 || _nsec(nil) < end_; i++)
		_nsec(nil);
}

static void
timesarecounted(void)
{
	Waitmsg w;

	spawn(RFFDG, burner, nil);
	check(waitfor(&w) > 0);
	check(w.time[2] >= 50);
	check(w.time[0] + w.time[1] > 0);
}

static void
oldwaitfillsfixedfields(void)
{
	int pid = spawn(RFFDG, exiter, "old way");

	checkint(_wait(buf), pid);
	checkint(atoi(buf), pid);
	check(buf[NUMSIZE - 1] == ' ' || buf[NUMSIZE - 1] == 0);
	checkhas(buf + 4 * NUMSIZE, "old way");
	check(_wait(buf) == -1);
}

static void
manyrecordswaitbutnomore(void)
{
	enum
	{
		MAX = 128,
	};
	static char seen[2 * MAX];
	int i, n, first, pid = 0;
	Waitmsg w;

	first = -1;
	for(i = 0; i < MAX + 20; i++) {
		pid = rfork(RFPROC | RFFDG);
		check(pid >= 0);
		if(pid == 0)
			exits("one of many");
		if(first < 0)
			first = pid;
	}
	/* until all have gone, and their records are there or dropped */
	for(i = first; i <= pid; i++) {
		char name[32];

		snprint(name, sizeof name, "/proc/%d", i);
		while(dirstat(name) != nil)
			sleep(1);
	}
	for(n = 0; waitfor(&w) >= 0; n++) {
		checkhas(w.msg, "one of many");
		check(w.pid >= first && w.pid <= pid && !seen[w.pid - first]);
		seen[w.pid - first] = 1;
	}
	/* one that has just left /proc may tell only now */
	check(n >= MAX && n < MAX + 20);
}

static void
quickparent(void *arg)
{
	int i;

	USED(arg);
	for(i = 0; i < 5; i++)
		spawn(RFFDG, exiter, "left");
}

/* Parents and children end together, and their places are taken by others. */
static void
childrenofdeadparentstellnobody(void)
{
	int i;

	for(i = 0; i < 60; i++)
		childok(spawn(RFFDG, quickparent, nil));
	check(await(buf, sizeof buf) == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(messagehaspidtimesnameandstring),
	    CASE(successisanemptystring),
	    CASE(quotesaredoubled),
	    CASE(longstringsaretruncated),
	    CASE(smallbufferstruncate),
	    CASE(therecordisanerrorstring),
	    CASE(badutf8isdropped),
	    CASE(thelasttoendcomesfirst),
	    CASE(nochildrenisanerror),
	    CASE(grandchildrenarenotours),
	    CASE(messageswait),
	    CASE(deathbynoteisthemessage),
	    CASE(noteinterruptsawait),
	    CASE(badmessagepointerstillexits),
	    CASE(badbufferisanerror),
	    CASE(timesarecounted),
	    CASE(manyrecordswaitbutnomore),
	    CASE(childrenofdeadparentstellnobody),
	    CASE(oldwaitfillsfixedfields),
	};

	runcases(cases, nelem(cases), argc, argv);
}
