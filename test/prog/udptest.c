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

static void
udpconnected(Ends *e)
{
	listening(e, "udp!127.0.0.1!0");
	dialing(e, "udp!127.0.0.1");
}

static void
eachpeerisacall(void)
{
	char want[64];
	Ends e, f;
	int s;

	udpconnected(&e);
	checkint(write(e.c, "one", 3), 3);
	checkint(write(e.c, "two", 3), 3);
	f = e;
	dialing(&f, "udp!127.0.0.1");
	checkint(write(f.c, "other", 5), 5);
	e.sctl = listen(e.adir, e.sdir);
	check(e.sctl >= 0);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.cdir, "local"));
	filehas(e.sdir, "remote", want);
	f.sctl = listen(f.adir, f.sdir);
	check(f.sctl >= 0);
	s = openin(f.sdir, "data");
	checkint(read(s, buf, sizeof buf), 5);
	checkint(write(s, "answer", 6), 6);
	checkint(read(f.c, buf, sizeof buf), 6);
	close(s);
	s = openin(e.sdir, "data");
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
	s = openin(e.sdir, "data");
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
	s = openin(e.adir, "data");
	dialing(&e, "udp!127.0.0.1");
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

/* ip(3): "If the user specifies an address that isn't a unicast address in /net/ipselftab, that too is
 * overridden." So what came to all is answered by this host. */
static void
broadcastsareanswered(void)
{
	int port, s;
	Ends e, f;

	listening(&e, "udp!*!0");
	checkint(write(e.actl, "headers", 7), 7);
	s = openin(e.adir, "data");
	f = e;
	listening(&e, "udp!*!0");
	checkint(write(e.actl, "headers", 7), 7);
	e.c = openin(e.adir, "data");
	port = portof(f.adir, "local");
	memset(buf, 0, HDR);
	buf[10] = buf[11] = 0xff;
	memset(buf + 12, 255, 4);
	buf[12] = 127;
	buf[RPORT] = (uchar)(port >> 8);
	buf[RPORT + 1] = (uchar)port;
	checkint(write(e.c, buf, HDR + 3), HDR + 3);
	checkint(read(s, buf, sizeof buf), HDR + 3);
	/* to the broadcast address, by the interface of another */
	checkint(buf[31], 255);
	checkint(buf[47], 1);
	checkint(write(s, buf, HDR + 3), HDR + 3);
	checkint(read(e.c, buf, sizeof buf), HDR + 3);
	checkint(buf[15], 1);
	/* and no address of this host */
	memset(buf + 16, 9, 16);
	memset(buf + 16, 0, 10);
	buf[26] = buf[27] = 0xff;
	checkint(write(e.c, buf, HDR + 3), HDR + 3);
	checkint(read(s, buf, sizeof buf), HDR + 3);
	checkint(buf[15], 1);
	close(s);
	close(e.c);
	close(e.actl);
	close(f.actl);
}

static void
versionsshareanannouncement(void)
{
	char addr[ADDRLEN];
	Ends e;
	int s;

	listening(&e, "udp!*!0");
	checkint(write(e.actl, "headers", 7), 7);
	s = openin(e.adir, "data");
	e.c = dial(addrof(&e, "udp!::1", addr), nil, e.cdir, &e.cctl);
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
	char addr[ADDRLEN];
	Ends e;

	listening(&e, "udp!127.0.0.1!0");
	addrof(&e, "udp!127.0.0.1", addr);
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

/* What the host keeps of such an error has no part of the conversation's room. */
static void
errorsleaveroom(void)
{
	Ends e;
	int i;

	udpconnected(&e);
	for(i = 0; i < 1000; i++)
		checkexact(
		    write(e.c, buf, sizeof buf - 1 - 8), "message too long");
	checkint(write(e.c, "x", 1), 1);
	e.sctl = listen(e.adir, e.sdir);
	check(e.sctl >= 0);
	e.s = accept(e.sctl, e.sdir);
	check(e.s >= 0);
	for(i = 0; i < 20; i++)
		checkint(write(e.s, "back", 4), 4);
	for(i = 0; i < 20; i++)
		checkint(read(e.c, buf, sizeof buf), 4);
	close(e.s);
	close(e.sctl);
	closeboth(&e);
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
	s = openin(e.adir, "data");
	pid = spawn(0, hanguplater, &e.actl);
	checkint(read(s, buf, sizeof buf), 0);
	childok(pid);
	close(s);
	closeboth(&e);
}

static void
notesinterruptwaits(void)
{
	Ends e;

	udpconnected(&e);
	interruptboth(&e);
	closeboth(&e);
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
	char addr[ADDRLEN], dir[NETDIRLEN];
	Ends e;

	udpconnected(&e);
	checkint(write(e.c, "x", 1), 1);
	e.sctl = listen(e.adir, e.sdir);
	check(e.sctl >= 0);
	checkerr(
	    announce(addrof(&e, "udp!127.0.0.1", addr), dir), "address in use");
	close(e.sctl);
	closeboth(&e);
}

/* What write returns. */
static int
callfrom(Ends *e, int local, char *dir, int *ctl)
{
	char msg[64];

	*ctl = clone("udp", dir);
	snprint(msg, sizeof msg, "connect 127.0.0.1!%d %d",
	    portof(e->adir, "local"), local);
	return write(*ctl, msg, (s32int)strlen(msg));
}

/* "The connect fails if the combination of local and remote address/port pairs are already assigned":
 * ip(3). Others can have the same local port. */
static void
callscanshareaport(void)
{
	char dir[NETDIRLEN], addr[ADDRLEN];
	int b, c, data, port, sa, sb;
	Ends e, f, g;

	listening(&e, "udp!127.0.0.1!0");
	checkint(write(e.actl, "headers", 7), 7);
	sa = openin(e.adir, "data");
	listening(&f, "udp!127.0.0.1!0");
	checkint(write(f.actl, "headers", 7), 7);
	sb = openin(f.adir, "data");
	dialing(&e, "udp!127.0.0.1");
	port = portof(e.cdir, "local");
	check(callfrom(&f, port, dir, &b) > 0);
	checkint(portof(dir, "local"), port);
	checkexact(callfrom(&e, port, dir, &c), "address in use");
	close(c);
	checkexact(callfrom(&f, port, dir, &c), "address in use");
	close(c);
	/* each has what its peer says */
	checkint(write(e.c, "to e", 4), 4);
	checkint(read(sa, buf, sizeof buf), HDR + 4);
	checkint(write(sa, buf, HDR + 4), HDR + 4);
	checkint(read(e.c, buf, sizeof buf), 4);
	/* a server is announced again at the port of calls that go on, once */
	snprint(addr, sizeof addr, "udp!127.0.0.1!%d", port);
	listening(&g, addr);
	checkerr(announce(addr, dir), "address in use");
	checkint(write(g.actl, "headers", 7), 7);
	data = openin(g.adir, "data");
	memset(buf, 0, HDR);
	buf[10] = buf[11] = 0xff;
	buf[12] = 127;
	buf[15] = 1;
	buf[RPORT] = (uchar)(portof(e.adir, "local") >> 8);
	buf[RPORT + 1] = (uchar)portof(e.adir, "local");
	checkint(write(data, buf, HDR + 1), HDR + 1);
	/* the answer is the call's, as its pair of addresses says */
	checkint(read(sa, buf, sizeof buf), HDR + 1);
	checkint(write(sa, buf, HDR + 1), HDR + 1);
	checkint(read(e.c, buf, sizeof buf), 1);
	close(b);
	close(data);
	close(sa);
	close(sb);
	closeboth(&e);
	close(f.actl);
	close(g.actl);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(eachpeerisacall),
	    CASE(adatagramisreadonce),
	    CASE(headerscomebeforedatagrams),
	    CASE(broadcastsareanswered),
	    CASE(versionsshareanannouncement),
	    CASE(unreachableportshangup),
	    CASE(errorsleaveroom),
	    CASE(hangupendsreads),
	    CASE(notesinterruptwaits),
	    CASE(statusisopenorclosed),
	    CASE(announcementsexclude),
	    CASE(callscanshareaport),
	};

	runcases(cases, nelem(cases), argc, argv);
}
