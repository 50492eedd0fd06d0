/*
 * The files of #I, and the messages of ctl files: ip(3).
 */
#include "test.h"
#include "netends.h"

static char text[64 * KiB];

static int
lines(char *s)
{
	int n;

	for(n = 0; *s != 0; s++)
		n += *s == '\n';
	return n;
}

static void
netfile(char *name)
{
	char path[64];

	snprint(path, sizeof path, "/net/%s", name);
	check(readfile(path, text, sizeof text) >= 0);
}

static void
statshavethemanualscounters(void)
{
	netfile("ipifc/stats");
	checkint(lines(text), 19);
	check(strncmp(text, "Forwarding: ", 12) == 0);
	netfile("icmp/stats");
	checkint(lines(text), 26);
	netfile("tcp/stats");
	checkint(lines(text), 11);
	check(strncmp(text, "MaxConn: ", 9) == 0);
	netfile("udp/stats");
	checkint(lines(text), 4);
	check(strncmp(text, "InDatagrams: ", 13) == 0);
}

static void
loopbackisaninterface(void)
{
	char *f[6];

	netfile("ipifc/0/status");
	check(strncmp(text, "device loopback maxtu ", 22) == 0);
	checkhas(text, " pktin ");
	checkhas(text, "\n\t127.0.0.1 ");
	netfile("ipselftab");
	check(tokenize(text, f, 6, " \t\n") >= 3);
	checkstr(f[0], "127.0.0.1");
	checkstr(f[1], "01");
	checkstr(f[2], "4u");
	netfile("iproute");
	checkhas(text, "127.0.0.1 ");
}

static void
interfacescannotbechanged(void)
{
	checkerr(open("/net/ipifc/clone", ORDWR), "configured by the host");
	checkerr(open("/net/ipifc/0/ctl", OWRITE), "configured by the host");
	checkerr(open("/net/iproute", OWRITE), "permission denied");
	checkerr(open("/net/arp", ORDWR), "permission denied");
}

static void
ndbcanbewritten(void)
{
	static char big[32 * KiB];
	int fd;

	fd = open("/net/ndb", ORDWR | OTRUNC);
	check(fd >= 0);
	checkint(write(fd, "ip=1.2.3.4\n", 11), 11);
	checkint(write(fd, "\tsys=x\n", 7), 7);
	netfile("ndb");
	checkstr(text, "ip=1.2.3.4\n\tsys=x\n");
	memset(big, 'x', sizeof big);
	checkerr(pwrite(fd, big, sizeof big, 0), "i/o error");
	checkerr(pwrite(fd, big, 1, sizeof big - 1), "i/o error");
	checkint(pwrite(fd, big, sizeof big - 1, 0), sizeof big - 1);
	close(fd);
	netfile("ndb");
	checkint(strlen(text), sizeof big - 1);
	/* no hole */
	fd = open("/net/ndb", ORDWR | OTRUNC);
	checkint(write(fd, "sys=x\n", 6), 6);
	checkerr(pwrite(fd, "x", 1, 7), "i/o error");
	close(fd);
}

static void
filesareasthemanualsays(void)
{
	Dir *d;
	char dir[NETDIRLEN], name[64];
	int fd;

	fd = clone("tcp", dir);
	d = dirstat("/net/tcp/clone");
	checkint(d->mode, 0666);
	checkstr(d->uid, "network");
	d = dirstat("/net/tcp/stats");
	checkint(d->mode, 0444);
	snprint(name, sizeof name, "%s/ctl", dir);
	d = dirstat(name);
	checkint(d->mode, 0660);
	check(strcmp(d->uid, "network") != 0);
	d = dirfstat(fd);
	checkstr(d->name, "ctl");
	snprint(name, sizeof name, "%s/status", dir);
	d = dirstat(name);
	checkint(d->mode, 0444);
	close(fd);
	snprint(name, sizeof name, "%s/ctl", dir);
	d = dirstat(name);
	checkint(d->mode, 0660);
	checkstr(d->uid, "network");
	checkerr(create("/net/tcp/x", OWRITE, 0666), "permission denied");
	checkerr(remove(name), "permission denied");
	checkerr(open("/net/tcp/99999", OREAD), "does not exist");
	checkerr(open("/net/tcp/00", OREAD), "does not exist");
	checkerr(open(name, ORDWR | ORCLOSE), "permission denied");
	checkerr(open("#I1", OREAD), "one IP stack");
}

static void
badmessagesaresaidtobe(void)
{
	static struct
	{
		char *msg, *err;
	} bad[] = {
	    {"", "short control request"},
	    {"nonsense", "unknown control request"},
	    {"accept 1", "unknown control request"},
	    {"headers", "unknown control request"},
	    {"connect", "bad args to connect"},
	    {"connect 1 2 3 4", "bad args to connect"},
	    {"connect 127.0.0.1", "malformed address"},
	    {"connect host!80", "bad ip address syntax"},
	    {"connect 1.2.3.256!80", "bad ip address syntax"},
	    {"connect 1:2!80", "bad ip address syntax"},
	    {"connect 127.0.0.1!http", "bad numeric port"},
	    {"connect 127.0.0.1!", "bad numeric port"},
	    {"connect 127.0.0.1!65616", "bad numeric port"},
	    {"connect 127.0.0.1!80 x", "bad numeric port"},
	    {"announce", "bad args to announce"},
	    {"announce abc", "bad numeric port"},
	    {"announce 80x", "bad numeric port"},
	    {"announce -1", "bad numeric port"},
	    {"announce 127.0.0.1!18446744073709551617", "bad numeric port"},
	    {"announce a b", "bad args to announce"},
	    {"announce x!1", "bad ip address syntax"},
	    {"announce 192.0.2.77!0", "not a local IP address"},
	    {"announce *!*", "host has no announcement of all ports"},
	    {"bind", "bad args to bind"},
	    {"keepalive", "connection must be in Establised state"},
	    {"checksum 0", "not implemented in run9"},
	    {"tcpporthogdefense on", "not implemented in run9"},
	    {"tcpporthogdefense", "unknown value for tcpporthogdefense"},
	    {"addmulti", "addmulti needs interface address"},
	    {"addmulti 1.2.3.4", "addmulti for a non multicast address"},
	    {"addmulti 127.0.0.1 1.2.3.4",
		"addmulti for a non multicast address"},
	    {"addmulti 127.0.0.1 x", "bad ip address syntax"},
	    {"addmulti 127.0.0.1 ff02::9",
		"incompatible multicast/interface ip address"},
	    {"addmulti 127.0.0.1 224.0.0.99", "not announced"},
	    {"remmulti x", "bad ip address syntax"},
	};
	char dir[NETDIRLEN];
	int fd;
	uint i;

	fd = clone("tcp", dir);
	for(i = 0; i < nelem(bad); i++)
		checkexact(write(fd, bad[i].msg, (s32int)strlen(bad[i].msg)),
		    bad[i].err);
	/* none of them changed anything */
	check(write(fd, "announce 127.0.0.1!0", 20) == 20);
	filebegins(dir, "status", "Listen ");
	close(fd);
}

/* log: reads wait for what it is asked to tell of */
static void
logtellsofconversations(void)
{
	char *p;
	Ends e;
	int fd, n;

	fd = open("/net/log", ORDWR);
	check(fd >= 0);
	checkexact(write(fd, "set", 3),
	    "too few arguments for netlog control message");
	checkerr(write(fd, "set nothing", 11), "unknown item");
	checkerr(write(fd, "sing tcp", 8), "unknown control message");
	checkerr(write(fd, "only x", 6), "bad ip address syntax");
	checkint(write(fd, "set tcp udp ipmsg", 17), 17);
	checkint(write(fd, "only 192.0.2.1", 14), 14);
	connected(&e);
	closeends(&e);
	checkint(write(fd, "only 0", 6), 6);
	connected(&e);
	closeends(&e);
	n = 0;
	do {
		checkint(n < (int)sizeof text - 1, 1);
		n += read(fd, text + n, sizeof text - 1 - n);
		text[n] = 0;
		p = strstr(text, ": closed\n");
	} while(p == nil);
	checkhas(text, ": announce 127.0.0.1!0\n");
	checkhas(text, ": connect 127.0.0.1!");
	checkhas(text, ": call from 127.0.0.1!");
	checkint(write(fd, "clear tcp", 9), 9);
	close(fd);
	fd = open("/net/log", OREAD);
	notify(ignore);
	alarm(50);
	/* what nobody read is gone */
	checkerr(read(fd, text, sizeof text), "interrupted");
	close(fd);
}

static void
optionsaretaken(void)
{
	static char *const messages[] = {"keepalive", "keepalive 5000", "ttl 5",
	    "ttl", "ttl 1005", "tos 16", "tos", "tos -1", "checksum 1",
	    "tcpporthogdefense off"};
	Ends e;
	uint i;

	connected(&e);
	for(i = 0; i < nelem(messages); i++)
		checkint(ctlmsg(e.cdir, messages[i]), strlen(messages[i]));
	closeends(&e);
}

static void
bindgivesaport(void)
{
	char dir[NETDIRLEN], msg[64], want[64];
	Ends e;
	int fd;

	listening(&e, "tcp!127.0.0.1!0");
	fd = clone("tcp", dir);
	check(write(fd, "bind 0", 6) == 6);
	check(portof(dir, "local") > 0);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(dir, "local"));
	snprint(
	    msg, sizeof msg, "connect 127.0.0.1!%d", portof(e.adir, "local"));
	check(write(fd, msg, (s32int)strlen(msg)) > 0);
	filehas(dir, "local", want);
	close(fd);
	close(e.actl);
}

static void
portsaredecimal(void)
{
	char addr[64], want[64];
	Ends e;
	int port;

	listening(&e, "tcp!127.0.0.1!0");
	port = portof(e.adir, "local");
	close(e.actl);
	snprint(addr, sizeof addr, "tcp!127.0.0.1!0%d", port);
	snprint(want, sizeof want, "127.0.0.1!%d\n", port);
	listening(&e, addr);
	filehas(e.adir, "local", want);
	close(e.actl);
}

static void
addressesofallformsareparsed(void)
{
	static char *const forms[] = {
	    "127.0.0.1", "127.1", "::ffff:127.0.0.1", "::FFFF:7f00:1"};
	Ends e;
	uint i;

	for(i = 0; i < nelem(forms); i++) {
		listening(&e, "tcp!127.0.0.1!0");
		calling(&e, forms[i]);
		filebegins(e.cdir, "remote", "127.0.0.1!");
		closeends(&e);
	}
}

static void
dataofunusedconversations(void)
{
	char dir[NETDIRLEN], name[64];
	int ctl, fd;

	ctl = clone("tcp", dir);
	fd = openin(dir, "data");
	checkerr(write(fd, "x", 1), "i/o on hungup channel");
	checkint(write(ctl, "hangup", 6), 6);
	checkint(read(fd, text, 10), 0);
	snprint(name, sizeof name, "%s/listen", dir);
	checkerr(open(name, ORDWR), "not announced");
	close(fd);
	close(ctl);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(statshavethemanualscounters),
	    CASE(loopbackisaninterface),
	    CASE(interfacescannotbechanged),
	    CASE(ndbcanbewritten),
	    CASE(filesareasthemanualsays),
	    CASE(badmessagesaresaidtobe),
	    CASE(logtellsofconversations),
	    CASE(optionsaretaken),
	    CASE(bindgivesaport),
	    CASE(portsaredecimal),
	    CASE(addressesofallformsareparsed),
	    CASE(dataofunusedconversations),
	};

	runcases(cases, nelem(cases), argc, argv);
}
