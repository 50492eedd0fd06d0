/*
 * TCP: ip(3), dial(2).
 */
#include "test.h"
#include "netends.h"

static char buf[256 * KiB];

static void
bothendstalk(void)
{
	Ends e;

	connected(&e);
	checkint(write(e.c, "question", 8), 8);
	checkint(read(e.s, buf, sizeof buf), 8);
	check(memcmp(buf, "question", 8) == 0);
	checkint(write(e.s, "answer", 6), 6);
	checkint(read(e.c, buf, sizeof buf), 6);
	check(memcmp(buf, "answer", 6) == 0);
	closeends(&e);
}

static void
addressesarethoseofbothends(void)
{
	char want[64];
	Ends e;

	connected(&e);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.cdir, "local"));
	filehas(e.sdir, "remote", want);
	filehas(e.cdir, "local", want);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.adir, "local"));
	filehas(e.sdir, "local", want);
	filehas(e.cdir, "remote", want);
	filehas(e.adir, "remote", "::!0\n");
	closeends(&e);
}

static void
statusbeginswiththestate(void)
{
	Ends e;

	connected(&e);
	filebegins(e.cdir, "status", "Established qin 0 qout 0 rq ");
	filebegins(e.adir, "status", "Listen qin 0 qout 0 ");
	closeends(&e);
}

static void
endofthepeerreadsaszero(void)
{
	Ends e;
	int i;

	connected(&e);
	checkint(write(e.s, "last", 4), 4);
	close(e.s);
	close(e.sctl);
	checkint(read(e.c, buf, sizeof buf), 4);
	for(i = 0; i < 3; i++)
		checkint(read(e.c, buf, sizeof buf), 0);
	checkerr(read(e.c, buf, sizeof buf), "i/o on hungup channel");
	close(e.c);
	close(e.cctl);
	close(e.actl);
}

static void
refusedcallsaysso(void)
{
	char addr[ADDRLEN];
	Ends e;

	listening(&e, "tcp!127.0.0.1!0");
	addrof(&e, "tcp!127.0.0.1", addr);
	close(e.actl);
	checkerr(dial(addr, nil, nil, nil), "connection refused");
}

static void
readstream(int fd, int n)
{
	int m;

	for(; n > 0; n -= m) {
		m = read(fd, buf, sizeof buf);
		check(m > 0);
	}
}

static void
bulkwriter(void *arg)
{
	int *fd = arg;

	checkint(write(*fd, buf, sizeof buf), sizeof buf);
	checkint(write(*fd, buf, sizeof buf), sizeof buf);
}

/* More than the host takes at once. */
static void
longwritesarrivewhole(void)
{
	Ends e;
	int pid;

	connected(&e);
	pid = spawn(0, bulkwriter, &e.c);
	readstream(e.s, 2 * sizeof buf);
	childok(pid);
	closeends(&e);
}

static void
closeendsbothhalves(void)
{
	Ends e;

	connected(&e);
	checkint(write(e.cctl, "close", 5), 5);
	checkint(read(e.s, buf, sizeof buf), 0);
	checkint(read(e.c, buf, sizeof buf), 0);
	checkerr(write(e.c, "x", 1), "i/o on hungup channel");
	closeends(&e);
}

static void
hangupresets(void)
{
	Ends e;
	int i;

	connected(&e);
	checkint(hangup(e.cctl), 0);
	checkint(read(e.c, buf, sizeof buf), 0);
	checkerr(write(e.c, "x", 1), "i/o on hungup channel");
	/* for the peer an end like others */
	for(i = 0; i < 3; i++)
		checkint(read(e.s, buf, sizeof buf), 0);
	checkexact(read(e.s, buf, sizeof buf), "i/o on hungup channel");
	checkexact(write(e.s, "x", 1), "i/o on hungup channel");
	filehas(e.sdir, "err", "");
	filehas(e.cdir, "err", "");
	filebegins(e.cdir, "status", "Closed qin 0 qout 0 ");
	checkexact(ctlmsg(e.cdir, "keepalive"),
	    "connection must be in Establised state");
	closeends(&e);
}

static void
hangupendsaread(void)
{
	Ends e;
	int pid;

	connected(&e);
	pid = spawn(0, hanguplater, &e.cctl);
	checkint(read(e.c, buf, sizeof buf), 0);
	childok(pid);
	closeends(&e);
}

static void
hangupendslisten(void)
{
	char dir[NETDIRLEN];
	Ends e;
	int pid;

	listening(&e, "tcp!127.0.0.1!0");
	pid = spawn(0, hanguplater, &e.actl);
	checkerr(listen(e.adir, dir), "listen hungup");
	checkerr(listen(e.adir, dir), "listen hungup");
	childok(pid);
	closeends(&e);
}

static void
interruptedwrite(void *arg)
{
	char why[ERRMAX];
	Ends *e = arg;
	int i, n;

	/* nobody reads: the host's buffers become full. What was sent before a note is said */
	for(i = 0; i < 2; i += n < 0) {
		n = write(e->c, buf, sizeof buf);
		if(n < 0) {
			rerrstr(why, sizeof why);
			checkstr(why, "interrupted");
		}
	}
}

static void
notesinterruptwaits(void)
{
	Ends e;

	connected(&e);
	interruptboth(&e);
	interrupt(interruptedwrite, &e);
	/* and they are as before */
	readstream(e.s, 1);
	checkint(write(e.s, "x", 1), 1);
	checkint(read(e.c, buf, sizeof buf), 1);
	closeends(&e);
}

/* --- conversations --- */

static int
clonenumber(int *fd)
{
	char dir[NETDIRLEN];

	*fd = clone("tcp", dir);
	return atoi(strrchr(dir, '/') + 1);
}

static void
thelowestfreenumberistaken(void)
{
	int fd[3], n[3], i;

	for(i = 0; i < 3; i++) {
		n[i] = clonenumber(&fd[i]);
		check(i == 0 || n[i] > n[i - 1]);
	}
	close(fd[1]);
	checkint(clonenumber(&fd[1]), n[1]);
	close(fd[0]);
	close(fd[1]);
	checkint(clonenumber(&fd[0]), n[0]);
	close(fd[0]);
	close(fd[2]);
}

static void
aconversationlastsasitsfiles(void)
{
	int ctl, data;
	Ends e;

	connected(&e);
	close(e.cctl);
	checkint(write(e.c, "a", 1), 1);
	ctl = openin(e.cdir, "ctl");
	close(e.c);
	checkint(read(e.s, buf, sizeof buf), 1);
	data = openin(e.cdir, "data");
	checkint(write(data, "b", 1), 1);
	checkint(read(e.s, buf, sizeof buf), 1);
	close(ctl);
	close(data);
	checkint(read(e.s, buf, sizeof buf), 0);
	filehas(e.cdir, "remote", "::!0\n");
	filebegins(e.cdir, "status", "Closed ");
	close(e.s);
	close(e.sctl);
	close(e.actl);
}

static void
unreadbytesdonotreset(void)
{
	Ends e;

	connected(&e);
	checkint(write(e.s, "unread", 6), 6);
	checkint(write(e.c, "last words", 10), 10);
	sleep(10);
	close(e.c);
	close(e.cctl);
	checkint(readn(e.s, buf, sizeof buf), 10);
	close(e.s);
	close(e.sctl);
	close(e.actl);
}

/* More than both ends have room for: the write waits until the peer ends. */
static void
longwriter(void *arg)
{
	Ends *e = arg;

	while(write(e->c, buf, sizeof buf) > 0)
		;
	exits(nil);
}

/* The peer of a writer ends while it writes, by its files or by its ctl file. */
static void
endwhilewriting(int byctl)
{
	Ends e;
	int pid;

	connected(&e);
	pid = spawn(0, longwriter, &e);
	sleep(100);
	checkint(write(e.s, "last words", 10), 10);
	if(byctl)
		checkint(write(e.sctl, "close", 5), 5);
	close(e.s);
	close(e.sctl);
	checkint(readn(e.c, buf, 10), 10);
	/* ends the test, if the writer hangs */
	alarm(30 * 1000);
	childok(pid);
	alarm(0);
	close(e.c);
	close(e.cctl);
	close(e.actl);
}

static void
awriterseesthepeersend(void)
{
	endwhilewriting(0);
	endwhilewriting(1);
}

static void
answerstheend(void *arg)
{
	Ends *e = arg;
	char b;

	while(read(e->s, &b, 1) > 0)
		;
	write(e->s, "x", 1);
}

static void
closesdata(void *arg)
{
	Ends *e = arg;

	checkint(write(e->cctl, "close", 5), 5);
}

/* close ends a read that waits, and what the peer answers to the close does not arrive */
static void
areadendswithoutwhatcomesafterclose(void)
{
	int i, closer;
	Ends e;

	for(i = 0; i < 100; i++) {
		connected(&e);
		spawn(RFFDG | RFNOWAIT, answerstheend, &e);
		closer = spawn(RFFDG, closesdata, &e);
		checkint(read(e.c, buf, sizeof buf), 0);
		childok(closer);
		closeends(&e);
	}
}

static void
datasaysbytesthatwait(void)
{
	char name[64];
	Dir *d;
	Ends e;

	connected(&e);
	checkint(write(e.c, "12345", 5), 5);
	snprint(name, sizeof name, "%s/data", e.sdir);
	do
		d = dirstat(name);
	while(d->length == 0);
	checkint(d->length, 5);
	checkint(d->mode, 0660);
	closeends(&e);
}

static void
otherscannotopen(void)
{
	char name[64];
	Ends e;
	int fd;

	connected(&e);
	fd = open("#c/user", OWRITE);
	checkint(write(fd, "none", 4), 4);
	snprint(name, sizeof name, "%s/data", e.cdir);
	checkerr(open(name, ORDWR), "permission denied");
}

static void
announcementsexclude(void)
{
	char addr[ADDRLEN], dir[NETDIRLEN];
	Ends e;

	listening(&e, "tcp!*!0");
	addrof(&e, "tcp!*", addr);
	checkerr(announce(addr, dir), "address in use");
	checkexact(ctlmsg(e.adir, "announce 0"), "connection already in use");
	checkexact(
	    ctlmsg(e.adir, "connect 127.0.0.1!9"), "connection already in use");
	close(e.actl);
	e.actl = announce(addr, dir);
	check(e.actl >= 0);
	close(e.actl);
}

static void
oneannouncementtakesbothversions(void)
{
	char text[128];
	Ends e;

	listening(&e, "tcp!*!0");
	snprint(text, sizeof text, "::!%d\n", portof(e.adir, "local"));
	filehas(e.adir, "local", text);
	calling(&e, "127.0.0.1");
	filebegins(e.sdir, "remote", "127.0.0.1!");
	filebegins(e.sdir, "local", "127.0.0.1!");
	close(e.c);
	close(e.cctl);
	close(e.s);
	close(e.sctl);
	e.c = dial(addrof(&e, "tcp!::1", text), nil, e.cdir, &e.cctl);
	if(e.c < 0)
		/* a host without IPv6 */
		return;
	e.sctl = listen(e.adir, e.sdir);
	filebegins(e.sdir, "remote", "::1!");
	filebegins(e.cdir, "local", "::1!");
	close(e.c);
	close(e.cctl);
	close(e.sctl);
	close(e.actl);
}

static void
localportsmaybechosen(void)
{
	char addr[ADDRLEN], local[32];
	Ends e, f;

	listening(&f, "tcp!127.0.0.1!0");
	listening(&e, "tcp!127.0.0.1!0");
	snprint(local, sizeof local, "%d", portof(e.adir, "local"));
	close(e.actl);
	e.c = dial(addrof(&f, "tcp!127.0.0.1", addr), local, e.cdir, &e.cctl);
	check(e.c >= 0);
	checkint(portof(e.cdir, "local"), atoi(local));
	close(e.c);
	close(e.cctl);
	close(f.actl);
}

static void
rejectisnomessageoftcp(void)
{
	Ends e;

	connected(&e);
	checkerr(reject(e.sctl, e.sdir, "no"), "unknown control request");
	closeends(&e);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bothendstalk),
	    CASE(addressesarethoseofbothends),
	    CASE(statusbeginswiththestate),
	    CASE(endofthepeerreadsaszero),
	    CASE(refusedcallsaysso),
	    CASE(longwritesarrivewhole),
	    CASE(closeendsbothhalves),
	    CASE(hangupresets),
	    CASE(hangupendsaread),
	    CASE(hangupendslisten),
	    CASE(notesinterruptwaits),
	    CASE(thelowestfreenumberistaken),
	    CASE(aconversationlastsasitsfiles),
	    CASE(unreadbytesdonotreset),
	    CASE(awriterseesthepeersend),
	    CASE(areadendswithoutwhatcomesafterclose),
	    CASE(datasaysbytesthatwait),
	    CASE(otherscannotopen),
	    CASE(announcementsexclude),
	    CASE(oneannouncementtakesbothversions),
	    CASE(localportsmaybechosen),
	    CASE(rejectisnomessageoftcp),
	};

	runcases(cases, nelem(cases), argc, argv);
}
