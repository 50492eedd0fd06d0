/*
 * tls(3): a note ends a read or a write of a filter, and no byte is lost by that.
 */
#include "tlsend.h"
#include "test.h"

enum
{
	TLS12 = 0x303,
};

static char buf[64 * KiB];

/* of the child that notes will end: that it runs, and how many records it has written */
static volatile int *running;

/* A child runs f(t) until notes end it. */
static void
untilnotes(void (*f)(void *), Tls *t)
{
	int pid;

	running = sharedpage();
	pid = spawn(0, f, t);
	waitval(running, 1);
	pokeuntilgone(pid);
	childok(pid);
}

static void
readsforever(void *a)
{
	Tls *t = a;

	notify(ignore);
	*running = 1;
	checkerr(read(t->data, buf, sizeof buf), "interrupted");
}

static void
writesforever(void *a)
{
	Tls *t = a;
	int i;

	notify(ignore);
	*running = 1;
	for(i = 0; i < 1000; i++)
		if(write(t->data, buf, Maxrec) == Maxrec)
			running[1]++;
		else
			break;
	rerrstr(buf, sizeof buf);
	checkstr(buf, "interrupted");
}

static void
anoteendsareadandlosesnothing(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	checkint(write(t.wire, "\27\3\3\0\2a", 6), 6);
	untilnotes(readsforever, &t);
	checkint(write(t.wire, "b", 1), 1);
	checkint(read(t.data, buf, sizeof buf), 2);
	check(memcmp(buf, "ab", 2) == 0);
	tlsclose(&t);
}

static void
anoteendsawriteandlosesnothing(void)
{
	int type, vers, n;
	Tls t;

	tlsclear(&t, TLS12);
	untilnotes(writesforever, &t);
	/* every record is whole, and then comes what is written now */
	switch(rfork(RFPROC)) {
	case 0:
		checkint(write(t.data, "last", 4), 4);
		exits(nil);
	}
	do {
		n = getrecord(t.wire, &type, &vers, buf);
		checkint(type, Application);
		checkint(vers, TLS12);
		check(n == Maxrec || n == 4);
	} while(n != 4);
	check(memcmp(buf, "last", 4) == 0);
	check(waitfor(&(Waitmsg){0}) > 0);
	tlsclose(&t);
}

/* Fill the pipe of t; the record after that is sealed, and a note ends its write, which counts: the record
 * will go. Returns the bytes in the pipe. */
static vlong
fillwire(Tls *t)
{
	untilnotes(writesforever, t);
	return (vlong)(running[1] - 1) * (Rechdr + Maxrec);
}

/* Read wire to its end; returns how many bytes. */
static vlong
drained(int wire)
{
	vlong sum;
	int n;

	sum = 0;
	while((n = read(wire, buf, sizeof buf)) > 0)
		sum += n;
	checkint(n, 0);
	return sum;
}

static void
closesit(void *a)
{
	Tls *t = a;

	close(t->hand);
	close(t->data);
	close(t->ctl);
}

static void
writesinvain(void *a)
{
	Tls *t = a;

	checkexact(write(t->hand, "x", 1), "bad record mac");
	closesit(t);
}

static void
anerrorstopsthewriting(void)
{
	vlong full;
	int pid;
	Tls t;

	tlsclear(&t, TLS12);
	full = fillwire(&t);
	checkint(write(t.wire, "\25\3\3\0\2\2\24", 7), 7);
	checkexact(read(t.data, buf, sizeof buf), "tls error");
	pid = spawn(0, writesinvain, &t);
	checkint(drained(t.wire), full);
	childok(pid);
	close(t.wire);
}

static void
alerts(void *a)
{
	notify(ignore);
	*running = 1;
	tlstell(a, "alert 0");
}

static void
aclosewriteswhatnoteshaveleft(void)
{
	vlong full;
	int pid;
	Tls t;

	tlsclear(&t, TLS12);
	full = fillwire(&t);
	untilnotes(alerts, &t);
	check(tlsstatus(&t, "State: LocalClosed"));
	pid = spawn(0, closesit, &t);
	checkint(drained(t.wire), full + Rechdr + Maxrec);
	childok(pid);
	close(t.wire);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(anoteendsareadandlosesnothing),
	    CASE(anoteendsawriteandlosesnothing),
	    CASE(anerrorstopsthewriting),
	    CASE(aclosewriteswhatnoteshaveleft),
	};

	runcases(cases, nelem(cases), argc, argv);
}
