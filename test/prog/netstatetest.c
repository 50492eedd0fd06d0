/*
 * Conversations in each of their states, and their files: ip(3), dial(2).
 */
#include "test.h"
#include "netends.h"

static char buf[256 * KiB];

/* --- owner and permissions --- */

static void
chmodof(char *name, u32int mode)
{
	Dir d;

	nulldir(&d);
	d.mode = mode;
	check(dirwstat(name, &d) > 0);
}

static void
theownerchangesmodes(void)
{
	char dir[NETDIRLEN];
	int fd;

	fd = clone("tcp", dir);
	chmodof(inname(dir, "ctl"), 0600);
	checkint(dirstat(inname(dir, "data"))->mode, 0600);
	checkint(dirstat(inname(dir, "ctl"))->mode, 0600);
	checkint(dirstat(inname(dir, "listen"))->mode, 0600);
	checkint(dirstat(inname(dir, "status"))->mode, 0444);
	chmodof(inname(dir, "data"), 0666);
	checkint(dirstat(inname(dir, "ctl"))->mode, 0666);
	close(fd);
}

static void
openanyonesconversation(void)
{
	char dir[NETDIRLEN];
	int fd, u;

	fd = clone("tcp", dir);
	chmodof(inname(dir, "ctl"), 0666);
	u = open("#c/user", OWRITE);
	checkint(write(u, "none", 4), 4);
	u = open(inname(dir, "ctl"), ORDWR);
	check(u >= 0);
	close(u);
	close(fd);
}

static void
theownercangiveitaway(void)
{
	char dir[NETDIRLEN];
	Dir d;
	int fd;

	fd = clone("udp", dir);
	nulldir(&d);
	d.uid = "none";
	check(dirwstat(inname(dir, "ctl"), &d) > 0);
	checkstr(dirstat(inname(dir, "data"))->uid, "none");
	check(dirfwstat(fd, &d) > 0);
	close(fd);
	checkstr(dirstat(inname(dir, "data"))->uid, "network");
	checkint(dirstat(inname(dir, "data"))->mode, 0660);
}

static void
otherscannotchangeit(void)
{
	char dir[NETDIRLEN];
	Dir d;
	int u;

	clone("tcp", dir);
	nulldir(&d);
	d.mode = 0666;
	checkexact(dirwstat(inname(dir, "status"), &d), "permission denied");
	checkexact(dirwstat(inname(dir, "err"), &d), "permission denied");
	checkexact(dirwstat(inname(dir, "listen"), &d), "permission denied");
	checkexact(dirwstat(dir, &d), "permission denied");
	checkexact(dirwstat("/net/tcp/clone", &d), "permission denied");
	checkexact(dirwstat("/net/ndb", &d), "permission denied");
	u = open("#c/user", OWRITE);
	checkint(write(u, "none", 4), 4);
	checkexact(dirwstat(inname(dir, "ctl"), &d), "permission denied");
}

/* --- messages --- */

static void
connectedtakesnoother(void)
{
	static char *const msgs[] = {
	    "connect 127.0.0.1!9", "announce 0", "bind 0"};
	Ends e;
	uint i;

	connected(&e);
	for(i = 0; i < 2; i++) {
		checkexact(
		    ctlmsg(e.cdir, msgs[i]), "connection already in use");
		checkexact(
		    ctlmsg(e.sdir, msgs[i]), "connection already in use");
	}
	checkint(hangup(e.cctl), 0);
	for(i = 0; i < 2; i++)
		check(ctlmsg(e.cdir, msgs[i]) < 0);
	/* again */
	checkint(hangup(e.cctl), 0);
	checkerr(open(inname(e.sdir, "listen"), ORDWR), "not announced");
	closeends(&e);
}

static void
udpmessageshavenoarguments(void)
{
	static char *const msgs[] = {"headers 1", "hangup now", "headers4",
	    "oldheaders", "nonsense", "keepalive"};
	Ends e;
	uint i;

	listening(&e, "udp!127.0.0.1!0");
	for(i = 0; i < nelem(msgs); i++)
		checkexact(ctlmsg(e.adir, msgs[i]), "unknown control request");
	close(e.actl);
}

static void
udpstates(void)
{
	char want[64];
	Ends e;

	listening(&e, "udp!*!0");
	snprint(want, sizeof want, "::!%d\n", portof(e.adir, "local"));
	filehas(e.adir, "local", want);
	filehas(e.adir, "remote", "::!0\n");
	dialing(&e, "udp!127.0.0.1");
	filebegins(e.cdir, "local", "127.0.0.1!");
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.adir, "local"));
	filehas(e.cdir, "remote", want);
	checkexact(ctlmsg(e.adir, "announce 0"), "connection already in use");
	checkexact(ctlmsg(e.cdir, "announce 0"), "connection already in use");
	checkexact(
	    ctlmsg(e.cdir, "connect 127.0.0.1!9"), "connection already in use");
	checkerr(open(inname(e.cdir, "listen"), ORDWR), "not announced");
	close(e.c);
	close(e.cctl);
	close(e.actl);
	filehas(e.cdir, "local", "::!0\n");
	filehas(e.cdir, "remote", "::!0\n");
}

static void
ctlisread(void)
{
	char dir[NETDIRLEN], num[16];
	int fd, n;

	fd = clone("tcp", dir);
	n = pread(fd, num, sizeof num - 1, 0);
	check(n > 0);
	num[n] = 0;
	checkstr(num, strrchr(dir, '/') + 1);
	checkint(pread(fd, num, sizeof num, n), 0);
	checkint(pread(fd, num, sizeof num, 1000), 0);
	checkint(pread(fd, num, 0, 0), 0);
	/* a message may end with a newline, and with a NUL */
	checkint(write(fd, "bind 0\n", 7), 7);
	checkint(write(fd, "ttl 3", 6), 6);
	close(fd);
}

/* --- data --- */

static void
nothingiswritten(void)
{
	Ends e;

	connected(&e);
	checkint(write(e.c, "", 0), 0);
	checkint(write(e.c, "x", 1), 1);
	checkint(read(e.s, buf, 0), 0);
	checkint(read(e.s, buf, sizeof buf), 1);
	closeends(&e);
}

static void
shortreadslosenothing(void)
{
	Ends e;
	int i;

	connected(&e);
	for(i = 0; i < 1000; i++)
		buf[i] = (char)i;
	checkint(write(e.c, buf, 1000), 1000);
	for(i = 0; i < 1000; i++) {
		checkint(read(e.s, buf, 1), 1);
		checkint((uchar)buf[0], (uchar)i);
	}
	closeends(&e);
}

static void
offsetsdonotmatter(void)
{
	Ends e;

	connected(&e);
	checkint(pwrite(e.c, "abc", 3, 1000000), 3);
	checkint(pread(e.s, buf, 1, 77), 1);
	checkint(pread(e.s, buf, 10, 0), 2);
	closeends(&e);
}

static void
anannouncementhasnodata(void)
{
	Ends e;
	int fd;

	listening(&e, "tcp!127.0.0.1!0");
	fd = openin(e.adir, "data");
	checkerr(write(fd, "x", 1), "hungup");
	checkint(hangup(e.actl), 0);
	checkint(read(fd, buf, 10), 0);
	close(fd);
	close(e.actl);
}

static void
modesofdata(void)
{
	Ends e;
	int fd;

	connected(&e);
	fd = open(inname(e.cdir, "data"), OREAD);
	checkerr(write(fd, "x", 1), "inappropriate use of fd");
	close(fd);
	fd = open(inname(e.cdir, "data"), OWRITE);
	checkerr(read(fd, buf, 1), "inappropriate use of fd");
	checkint(write(fd, "x", 1), 1);
	close(fd);
	checkint(read(e.s, buf, 10), 1);
	checkerr(open(inname(e.cdir, "local"), ORDWR), "permission denied");
	checkerr(open(inname(e.cdir, "status"), OWRITE), "permission denied");
	closeends(&e);
}

/* The peer has said all, and still listens. */
static void
thelasthalfcanbewritten(void)
{
	Ends e;

	connected(&e);
	close(e.c);
	close(e.cctl);
	checkint(read(e.s, buf, sizeof buf), 0);
	filebegins(e.sdir, "status", "Close_wait ");
	close(e.s);
	close(e.sctl);
	filebegins(e.sdir, "status", "Closed ");
	close(e.actl);
}

/* --- directories --- */

static int
hasname(char *dir, char *name, u32int dmdir)
{
	int fd, found, i, n;
	Dir *d;

	found = 0;
	fd = open(dir, OREAD);
	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++)
			if(strcmp(d[i].name, name) == 0) {
				found++;
				checkint(d[i].mode & DMDIR, dmdir);
			}
		free(d);
	}
	close(fd);
	return found;
}

static void
directorieshavetheirfiles(void)
{
	static char *const top[] = {
	    "arp", "bootp", "iproute", "ipselftab", "log", "ndb", "cs", "dns"};
	static char *const protos[] = {"tcp", "udp", "icmp", "icmpv6", "ipifc"};
	static char *const files[] = {
	    "ctl", "data", "err", "listen", "local", "remote", "status"};
	char dir[NETDIRLEN], name[64];
	int fd;
	uint i;

	for(i = 0; i < nelem(top); i++)
		checkint(hasname("/net", top[i], 0), 1);
	for(i = 0; i < nelem(protos); i++) {
		checkint(hasname("/net", protos[i], DMDIR), 1);
		snprint(name, sizeof name, "/net/%s", protos[i]);
		checkint(hasname(name, "clone", 0), 1);
		checkint(hasname(name, "stats", 0), 1);
	}
	fd = clone("udp", dir);
	checkint(hasname("/net/udp", strrchr(dir, '/') + 1, DMDIR), 1);
	for(i = 0; i < nelem(files); i++)
		checkint(hasname(dir, files[i], 0), 1);
	close(fd);
}

static void
ndbsayswhenitchanged(void)
{
	Dir *a, *b;
	int fd;

	fd = open("/net/ndb", ORDWR | OTRUNC);
	checkint(write(fd, "sys=a\n", 6), 6);
	a = dirstat("/net/ndb");
	checkint(a->length, 6);
	checkint(write(fd, "\tip=1.2.3.4\n", 12), 12);
	b = dirstat("/net/ndb");
	checkint(b->length, 18);
	check(b->qid.vers != a->qid.vers);
	check(b->qid.path == a->qid.path);
	checkexact(pwrite(fd, "x", 1, 19), "i/o error");
	close(fd);
}

static void
somefilesareonlyread(void)
{
	checkerr(open("/net/ipselftab", OWRITE), "permission denied");
	checkerr(open("/net/tcp/stats", ORDWR), "permission denied");
	checkerr(open("/net/tcp", OWRITE), "permission denied");
	checkerr(open("/net", ORDWR), "permission denied");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(theownerchangesmodes),
	    CASE(openanyonesconversation),
	    CASE(theownercangiveitaway),
	    CASE(otherscannotchangeit),
	    CASE(connectedtakesnoother),
	    CASE(udpmessageshavenoarguments),
	    CASE(udpstates),
	    CASE(ctlisread),
	    CASE(nothingiswritten),
	    CASE(shortreadslosenothing),
	    CASE(offsetsdonotmatter),
	    CASE(anannouncementhasnodata),
	    CASE(modesofdata),
	    CASE(thelasthalfcanbewritten),
	    CASE(directorieshavetheirfiles),
	    CASE(ndbsayswhenitchanged),
	    CASE(somefilesareonlyread),
	};

	runcases(cases, nelem(cases), argc, argv);
}
