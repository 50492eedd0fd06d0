/*
 * UDP: ip(3).
 */
#include "test.h"
#include "netends.h"

enum
{
	/* headers mode */
	HDR = 52,
	RPORT = 48,
};

static uchar buf[64 * KiB];

static void
closeboth(Ends *e)
{
	close(e->c);
	close(e->cctl);
	close(e->actl);
}

static int
datafile(char *dir)
{
	char name[64];
	int fd;

	snprint(name, sizeof name, "%s/data", dir);
	fd = open(name, ORDWR);
	check(fd >= 0);
	return fd;
}

/* e->actl is announced; e->c calls it. */
static void
udpcalling(Ends *e, char *ip)
{
	char addr[64];

	snprint(addr, sizeof addr, "udp!%s!%d", ip, portof(e->adir, "local"));
	e->c = dial(addr, nil, e->cdir, &e->cctl);
	check(e->c >= 0);
}

static void
udpconnected(Ends *e)
{
	listening(e, "udp!127.0.0.1!0");
	udpcalling(e, "127.0.0.1");
}

static void
eachpeerisacall(void)
{
	Ends e, f;
	int s;

	udpconnected(&e);
	checkint(write(e.c, "one", 3), 3);
	checkint(write(e.c, "two", 3), 3);
	f = e;
	udpcalling(&f, "127.0.0.1");
	checkint(write(f.c, "other", 5), 5);
	e.sctl = listen(e.adir, e.sdir);
	check(e.sctl >= 0);
	filehas(e.sdir, "remote",
	    (snprint((char *)buf, sizeof buf, "127.0.0.1!%d\n",
		 portof(e.cdir, "local")),
		(char *)buf));
	f.sctl = listen(f.adir, f.sdir);
	check(f.sctl >= 0);
	s = datafile(f.sdir);
	checkint(read(s, buf, sizeof buf), 5);
	checkint(write(s, "answer", 6), 6);
	checkint(read(f.c, buf, sizeof buf), 6);
	close(s);
	s = datafile(e.sdir);
	checkint(read(s, buf, sizeof buf), 3);
	check(memcmp(buf, "one", 3) == 0);
	checkint(read(s, buf, sizeof buf), 3);
	check(memcmp(buf, "two", 3) == 0);
	checkint(write(e.c, "three", 5), 5);
	checkint(read(s, buf, sizeof buf), 5);
	close(s);
	close(e.sctl);
	close(f.sctl);
	close(f.c);
	close(f.cctl);
	closeboth(&e);
}

static void
adatagramisreadonce(void)
{
	Ends e;
	int s;

	udpconnected(&e);
	checkint(write(e.c, "first", 5), 5);
	e.sctl = listen(e.adir, e.sdir);
	s = datafile(e.sdir);
	checkint(read(s, buf, sizeof buf), 5);
	checkint(write(e.c, "12345678", 8), 8);
	checkint(write(e.c, "next", 4), 4);
	checkint(read(s, buf, 3), 3);
	checkint(read(s, buf, sizeof buf), 4);
	checkint(write(e.c, "", 0), 0);
	checkint(read(s, buf, sizeof buf), 0);
	checkint(write(e.c, "last", 4), 4);
	checkint(read(s, buf, sizeof buf), 4);
	close(s);
	close(e.sctl);
	closeboth(&e);
}

static void
headerscomebeforedatagrams(void)
{
	static const uchar local[16] = {
	    [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};
	int cport, aport, s;
	Ends e;

	listening(&e, "udp!*!0");
	checkint(write(e.actl, "headers", 7), 7);
	s = datafile(e.adir);
	udpcalling(&e, "127.0.0.1");
	checkint(write(e.c, "payload", 7), 7);
	checkint(read(s, buf, sizeof buf), HDR + 7);
	check(memcmp(buf + HDR, "payload", 7) == 0);
	check(memcmp(buf, local, 16) == 0);
	check(memcmp(buf + 16, local, 16) == 0);
	check(memcmp(buf + 32, local, 16) == 0);
	cport = portof(e.cdir, "local");
	aport = portof(e.adir, "local");
	checkint(buf[RPORT] << 8 | buf[RPORT + 1], cport);
	checkint(buf[RPORT + 2] << 8 | buf[RPORT + 3], aport);
	/* the header that came takes the answer back */
	checkint(write(s, buf, HDR + 7), HDR + 7);
	checkint(read(e.c, buf, sizeof buf), 7);
	/* a short buffer has what fits */
	checkint(write(e.c, "payload", 7), 7);
	checkint(read(s, buf, 20), 20);
	checkint(write(e.c, "payload", 7), 7);
	checkint(read(s, buf, HDR + 3), HDR + 3);
	checkerr(write(s, buf, HDR - 1), "read or write too small");
	close(s);
	closeboth(&e);
}

static void
versionsshareanannouncement(void)
{
	char addr[64];
	Ends e;
	int s;

	listening(&e, "udp!*!0");
	checkint(write(e.actl, "headers", 7), 7);
	s = datafile(e.adir);
	snprint(addr, sizeof addr, "udp!::1!%d", portof(e.adir, "local"));
	e.c = dial(addr, nil, e.cdir, &e.cctl);
	if(e.c < 0)
		/* a host without IPv6 */
		return;
	checkint(write(e.c, "six", 3), 3);
	checkint(read(s, buf, sizeof buf), HDR + 3);
	checkint(buf[15], 1);
	checkint(buf[31], 1);
	checkint(write(s, buf, HDR + 3), HDR + 3);
	checkint(read(e.c, buf, sizeof buf), 3);
	close(s);
	closeboth(&e);
}

static void
unreachableportshangup(void)
{
	char addr[64];
	Ends e;

	listening(&e, "udp!127.0.0.1!0");
	snprint(addr, sizeof addr, "udp!127.0.0.1!%d", portof(e.adir, "local"));
	close(e.actl);
	e.c = dial(addr, nil, e.cdir, &e.cctl);
	check(e.c >= 0);
	checkint(write(e.c, "x", 1), 1);
	checkexact(read(e.c, buf, sizeof buf), "port unreachable");
	checkexact(write(e.c, "x", 1), "port unreachable");
	close(e.c);
	close(e.cctl);
	/* unless nobody wants to know */
	e.c = dial(addr, nil, e.cdir, &e.cctl);
	checkint(write(e.cctl, "ignoreadvice", 12), 12);
	checkint(write(e.c, "x", 1), 1);
	checkint(write(e.c, "x", 1), 1);
	checkint(write(e.c, "x", 1), 1);
	close(e.c);
	close(e.cctl);
}

static void
hanguplater(void *arg)
{
	int *fd = arg;

	sleep(30);
	check(hangup(*fd) == 0);
}

static void
hangupendsreads(void)
{
	Ends e;
	int pid, s;

	udpconnected(&e);
	pid = spawn(0, hanguplater, &e.cctl);
	checkint(read(e.c, buf, sizeof buf), 0);
	childok(pid);
	checkerr(write(e.c, "x", 1), "i/o on hungup channel");
	checkint(write(e.actl, "headers", 7), 7);
	s = datafile(e.adir);
	pid = spawn(0, hanguplater, &e.actl);
	checkint(read(s, buf, sizeof buf), 0);
	childok(pid);
	close(s);
	closeboth(&e);
}

static Ends ends;

static void
interruptedread(void *arg)
{
	USED(arg);
	checkexact(read(ends.c, buf, sizeof buf), "interrupted");
}

static void
interruptedlisten(void *arg)
{
	char dir[NETDIRLEN];

	USED(arg);
	checkexact(listen(ends.adir, dir), "interrupted");
}

static void
notesinterruptwaits(void)
{
	int pid;

	check(notify(ignore) == 0);
	udpconnected(&ends);
	pid = spawn(0, interruptedread, nil);
	pokeuntilgone(pid);
	childok(pid);
	pid = spawn(0, interruptedlisten, nil);
	pokeuntilgone(pid);
	childok(pid);
	closeboth(&ends);
}

static void
statusisopenorclosed(void)
{
	Ends e;

	udpconnected(&e);
	filehas(e.cdir, "status", "Open qin 0 qout 0\n");
	closeboth(&e);
	filehas(e.cdir, "status", "Closed qin 0 qout 0\n");
}

static void
announcementsexclude(void)
{
	char addr[64], dir[NETDIRLEN];
	Ends e;

	udpconnected(&e);
	checkint(write(e.c, "x", 1), 1);
	e.sctl = listen(e.adir, e.sdir);
	check(e.sctl >= 0);
	snprint(addr, sizeof addr, "udp!127.0.0.1!%d", portof(e.adir, "local"));
	checkerr(announce(addr, dir), "address in use");
	close(e.sctl);
	closeboth(&e);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(eachpeerisacall),
	    CASE(adatagramisreadonce),
	    CASE(headerscomebeforedatagrams),
	    CASE(versionsshareanannouncement),
	    CASE(unreachableportshangup),
	    CASE(hangupendsreads),
	    CASE(notesinterruptwaits),
	    CASE(statusisopenorclosed),
	    CASE(announcementsexclude),
	};

	runcases(cases, nelem(cases), argc, argv);
}
