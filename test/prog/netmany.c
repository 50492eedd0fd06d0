/*
 * Many connections, for test/net.sh:
 *
 *	netmany seq n       n calls, one after the other
 *	netmany many n      n at once; half of the callers are killed by notes, half are hung up
 *	netmany echo [udp]  announce a port and print it; each call has its bytes back
 *	netmany late        the same with tcp, when the caller has said all
 *	netmany headers     the same in the headers mode of udp
 *	netmany call addr   call addr, and copy it to standard output
 *	netmany ping ip     an echo request to ip, and its reply
 *	netmany hop proto ip  a packet to ip that may make one hop: what became of it, as traceroute(8) asks
 *	netmany big addr    datagrams of 1400 bytes to addr, of which none may be an error
 *	netmany dial addr   dial, and print the error or "ok"
 *	netmany announce addr
 *	netmany lost ip     datagrams to ip, which the host has no route to; then a line is read, which
 *	                    says that the route to 192.0.2.1 has gone
 *	netmany ports       call until there is no port, and print the error
 *	netmany hole ip     calls to ip, which never answers, end by notes and by hangup
 */
#include "test.h"
#include "netends.h"

enum
{
	Maxcalls = 4000,
};

static char buf[8192];

/* How many conversations of TCP are in use. */
static int
inuse(void)
{
	char name[64];
	Dir *d;
	int fd, i, n, count;

	count = 0;
	fd = open("/net/tcp", OREAD);
	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++) {
			if((d[i].mode & DMDIR) == 0)
				continue;
			snprint(
			    name, sizeof name, "/net/tcp/%s/status", d[i].name);
			check(readfile(name, buf, sizeof buf) > 0);
			count += strncmp(buf, "Closed", 6) != 0;
		}
		free(d);
	}
	close(fd);
	return count;
}

static Ends ends;
static int ncalls;

static void
callone(void)
{
	char addr[ADDRLEN];
	int fd;

	fd = dial(addrof(&ends, "tcp!127.0.0.1", addr), nil, nil, nil);
	check(fd >= 0);
	checkint(write(fd, "x", 1), 1);
	checkint(read(fd, buf, 1), 0);
	close(fd);
}

static void
callers(void *arg)
{
	int i;

	USED(arg);
	for(i = 0; i < ncalls; i++)
		callone();
}

static int
takecall(void)
{
	char dir[NETDIRLEN];
	int ctl, fd;

	ctl = listen(ends.adir, dir);
	check(ctl >= 0);
	fd = accept(ctl, dir);
	check(fd >= 0);
	close(ctl);
	checkint(read(fd, buf, sizeof buf), 1);
	return fd;
}

static void
sequence(void)
{
	int i, pid;

	listening(&ends, "tcp!127.0.0.1!0");
	pid = spawn(0, callers, nil);
	for(i = 0; i < ncalls; i++)
		close(takecall());
	childok(pid);
	checkint(inuse(), 1);
	close(ends.actl);
	checkint(inuse(), 0);
}

static void
waiter(void *arg)
{
	USED(arg);
	callone();
}

static void
many(void)
{
	static int pid[Maxcalls], fd[Maxcalls];
	Waitmsg w;
	int i;

	listening(&ends, "tcp!127.0.0.1!0");
	for(i = 0; i < ncalls; i++)
		pid[i] = spawn(RFFDG, waiter, nil);
	for(i = 0; i < ncalls; i++)
		fd[i] = takecall();
	checkint(inuse(), 2 * ncalls + 1);
	for(i = 0; i < ncalls; i += 2)
		check(postnote(pid[i], "kill") == 0);
	for(i = 0; i < ncalls; i++)
		close(fd[i]);
	for(i = 0; i < ncalls; i++)
		waitpid(pid[i], &w);
	while(inuse() > 1)
		sleep(10);
	close(ends.actl);
	checkint(inuse(), 0);
}

static void
echoer(void *arg)
{
	int *fd = arg, n;

	while((n = read(*fd, buf, sizeof buf)) > 0)
		if(write(*fd, buf, n) != n)
			break;
}

/* The caller has said all, and still listens. */
static void
lateechoer(void *arg)
{
	static char all[256 * KiB];
	int *fd = arg, n;

	n = readn(*fd, all, sizeof all);
	checkint(read(*fd, buf, sizeof buf), 0);
	checkint(write(*fd, all, n), n);
}

static void
echo(char *proto, void (*serve)(void *))
{
	char addr[32], dir[NETDIRLEN];
	int ctl, fd;

	snprint(addr, sizeof addr, "%s!*!0", proto);
	listening(&ends, addr);
	print("%d\n", portof(ends.adir, "local"));
	for(;;) {
		ctl = listen(ends.adir, dir);
		check(ctl >= 0);
		fd = accept(ctl, dir);
		close(ctl);
		if(fd < 0)
			continue;
		spawn(RFFDG | RFNOWAIT, serve, &fd);
		close(fd);
	}
}

static void
echoheaders(void)
{
	int fd;

	listening(&ends, "udp!*!0");
	checkint(write(ends.actl, "headers", 7), 7);
	fd = openin(ends.adir, "data");
	print("%d\n", portof(ends.adir, "local"));
	echoer(&fd);
}

static void
copycall(char *addr)
{
	int fd, n;

	fd = dial(addr, nil, nil, nil);
	if(fd < 0) {
		print("dial: %r\n");
		exits(nil);
	}
	while((n = read(fd, buf, sizeof buf)) > 0)
		write(1, buf, n);
	if(n < 0)
		print("read: %r\n");
	else
		print("end\n");
}

/* An echo request behind the 20 or 40 bytes of an IP header: RFC 792, RFC 4443. */
static void
ping(char *ip)
{
	char addr[64], dir[NETDIRLEN];
	uchar *m;
	int fd, len, v6;

	v6 = strchr(ip, ':') != nil;
	len = v6 ? 40 : 20;
	snprint(addr, sizeof addr, "%s!%s!1", v6 ? "icmpv6" : "icmp", ip);
	fd = dial(addr, nil, dir, nil);
	if(fd < 0) {
		print("dial: %r\n");
		exits(nil);
	}
	filebegins(dir, "status", "Datagram qin 0 qout ");
	memset(buf, 0, sizeof buf);
	m = (uchar *)buf + len;
	m[0] = v6 ? 128 : 8;
	m[7] = 3;
	memmove(m + 8, "payload", 7);
	if(write(fd, buf, len + 15) < 0) {
		print("write: %r\n");
		exits(nil);
	}
	checkint(read(fd, buf, sizeof buf), len + 15);
	checkint(m[0], v6 ? 129 : 0);
	checkint(m[7], 3);
	check(memcmp(m + 8, "payload", 7) == 0);
	check((buf[0] & 0xf0) == (v6 ? 0x60 : 0x40));
	print("reply\n");
}

static void
hop(char *proto, char *ip)
{
	char dir[NETDIRLEN], msg[64];
	int ctl, data, hdr, n;

	ctl = clone(proto, dir);
	data = openin(dir, "data");
	check(ctlmsg(dir, "ttl 1") > 0);
	n = snprint(msg, sizeof msg, "connect %s!9", ip);
	if(write(ctl, msg, n) < 0) {
		print("%r\n");
		return;
	}
	hdr = strcmp(proto, "icmp") == 0 ? 20 : 40;
	memset(buf, 0, hdr + 16);
	buf[hdr] = (char)(hdr == 20 ? 8 : 128);
	check(write(data, buf, hdr + 16) > 0);
	/* the end of a conversation may be seen before its reason */
	while((n = read(data, buf, sizeof buf)) == 0)
		;
	if(n > 0)
		print("reply\n");
	else
		print("%r\n");
}

/* A router on the way, which says no to some, is not to be noticed. */
static void
big(char *addr)
{
	int fd, i;

	fd = dial(addr, nil, nil, nil);
	check(fd >= 0);
	memset(buf, 'x', sizeof buf);
	for(i = 0; i < 4; i++) {
		if(i > 0)
			sleep(100);
		checkint(write(fd, buf, 1400), 1400);
	}
	print("ok\n");
}

/* A datagram from a new peer to the announcement whose data file is fd, and its echo. */
static void
echoed(int fd)
{
	Ends e;
	int n;

	e = ends;
	dialing(&e, "udp!127.0.0.1");
	checkint(write(e.c, "still there", 11), 11);
	n = read(fd, buf, sizeof buf);
	check(n > 11);
	checkint(write(fd, buf, n), n);
	checkint(read(e.c, buf, sizeof buf), 11);
	close(e.c);
	close(e.cctl);
}

/* Nothing of udp's is sent for sure: a server goes on, whatever the address of a peer is. */
static void
lost(char *ip)
{
	char addr[ADDRLEN], dir[NETDIRLEN];
	uchar h[60];
	int fd, i, s;

	listening(&ends, "udp!*!0");
	checkint(write(ends.actl, "headers", 7), 7);
	s = openin(ends.adir, "data");
	echoed(s);
	memset(h, 0, sizeof h);
	h[10] = h[11] = 0xff;
	for(i = 0; i < 4; i++) {
		h[12 + i] = (uchar)atoi(ip);
		ip = strchr(ip, '.') != nil ? strchr(ip, '.') + 1 : "";
	}
	/* to port 9, and to port 0 */
	h[49] = 9;
	for(i = 0; i < 3; i++)
		checkint(write(s, h, sizeof h), sizeof h);
	h[49] = 0;
	checkint(write(s, h, sizeof h), sizeof h);
	echoed(s);
	fd = dial("udp!192.0.2.1!9", nil, dir, nil);
	check(fd >= 0);
	checkint(write(fd, "x", 1), 1);
	print("ready\n");
	check(read(0, addr, sizeof addr) > 0);
	checkexact(write(fd, "x", 1), "net unreachable");
	check(ctlmsg(dir, "ignoreadvice") > 0);
	checkexact(write(fd, "x", 1), "net unreachable");
	filehas(dir, "err", "");
	print("ok\n");
}

static void
ports(void)
{
	char addr[ADDRLEN];

	listening(&ends, "tcp!127.0.0.1!5000");
	addrof(&ends, "tcp!127.0.0.1", addr);
	while(dial(addr, nil, nil, nil) >= 0)
		;
	print("%r\n");
}

static void
interruptedcall(void *arg)
{
	char *addr = arg;

	checkexact(dial(addr, nil, nil, nil), "interrupted");
}

static void
hungupcall(void *arg)
{
	int *ctl = arg;

	check(write(*ctl, "connect 192.0.2.1!9", 19) < 0);
}

static void
hole(char *ip)
{
	char addr[ADDRLEN], dir[NETDIRLEN];
	int ctl, i, pid;

	snprint(addr, sizeof addr, "tcp!%s!9", ip);
	for(i = 0; i < 5; i++)
		interrupt(interruptedcall, addr);
	ctl = clone("tcp", dir);
	pid = spawn(RFFDG, hungupcall, &ctl);
	do
		check(readfile("/net/tcp/0/status", buf, sizeof buf) > 0);
	while(strncmp(buf, "Syn_sent ", 9) != 0);
	checkexact(ctlmsg(dir, "announce 0"), "connection already in use");
	checkint(hangup(ctl), 0);
	childok(pid);
	filebegins(dir, "status", "Closed ");
	close(ctl);
	checkint(inuse(), 0);
	print("ok\n");
}

static void
result(int fd)
{
	if(fd < 0)
		print("%r\n");
	else
		print("ok\n");
}

void
main(int argc, char *argv[])
{
	char dir[NETDIRLEN];

	if(argc < 2)
		sysfatal("usage: netmany what ...");
	ncalls = argc > 2 ? atoi(argv[2]) : 0;
	if(ncalls > Maxcalls)
		ncalls = Maxcalls;
	if(strcmp(argv[1], "seq") == 0) {
		ncalls = atoi(argv[2]);
		sequence();
	} else if(strcmp(argv[1], "many") == 0)
		many();
	else if(strcmp(argv[1], "echo") == 0)
		echo(argc > 2 ? argv[2] : "tcp", echoer);
	else if(strcmp(argv[1], "late") == 0)
		echo("tcp", lateechoer);
	else if(strcmp(argv[1], "headers") == 0)
		echoheaders();
	else if(strcmp(argv[1], "call") == 0)
		copycall(argv[2]);
	else if(strcmp(argv[1], "lost") == 0)
		lost(argv[2]);
	else if(strcmp(argv[1], "ports") == 0)
		ports();
	else if(strcmp(argv[1], "hole") == 0)
		hole(argv[2]);
	else if(strcmp(argv[1], "ping") == 0)
		ping(argv[2]);
	else if(strcmp(argv[1], "hop") == 0 && argc > 3)
		hop(argv[2], argv[3]);
	else if(strcmp(argv[1], "big") == 0)
		big(argv[2]);
	else if(strcmp(argv[1], "dial") == 0)
		result(dial(argv[2], nil, dir, nil));
	else if(strcmp(argv[1], "announce") == 0)
		result(announce(argv[2], dir));
	exits(nil);
}
