/*
 * Conversations that several processes and calls share: ip(3), dial(2).
 */
#include "test.h"
#include "netends.h"

enum
{
	/* processes that do the same */
	/* no more than reads that an end of a conversation has */
	Some = 3,
};

static char buf[256 * KiB];

/* Wait for all of n children, which end well. */
static void
allok(int n)
{
	Waitmsg w;

	for(; n > 0; n--) {
		check(waitfor(&w) > 0);
		checkstr(w.msg, "");
	}
}

static void
takesone(void *arg)
{
	char dir[NETDIRLEN];
	Ends *e = arg;
	int ctl, fd;

	ctl = listen(e->adir, dir);
	check(ctl >= 0);
	fd = accept(ctl, dir);
	check(fd >= 0);
	checkint(write(fd, "y", 1), 1);
	checkint(read(fd, buf, sizeof buf), 0);
}

static void
listenersshareanannouncement(void)
{
	int i, fd[Some];
	char addr[ADDRLEN];
	Ends e;

	listening(&e, "tcp!127.0.0.1!0");
	for(i = 0; i < Some; i++)
		spawn(0, takesone, &e);
	for(i = 0; i < Some; i++) {
		fd[i] = dial(addrof(&e, "tcp!127.0.0.1", addr), nil, nil, nil);
		check(fd[i] >= 0);
	}
	/* each call has one */
	for(i = 0; i < Some; i++)
		checkint(read(fd[i], buf, sizeof buf), 1);
	for(i = 0; i < Some; i++)
		close(fd[i]);
	allok(Some);
	close(e.actl);
}

static void
listenhungup(void *arg)
{
	char dir[NETDIRLEN];
	Ends *e = arg;

	checkerr(listen(e->adir, dir), "listen hungup");
}

static void
hangupendsalllisteners(void)
{
	static char *const net[] = {"tcp!127.0.0.1!0", "udp!127.0.0.1!0"};
	int i, j;
	Ends e;

	for(j = 0; j < 2; j++) {
		listening(&e, net[j]);
		for(i = 0; i < Some; i++)
			spawn(RFMEM, listenhungup, &e);
		sleep(30);
		checkint(hangup(e.actl), 0);
		allok(Some);
		close(e.actl);
	}
}

static void
readsone(void *arg)
{
	int *fd = arg;

	checkint(read(*fd, buf, 1), 1);
}

static void
readersshareaconnection(void)
{
	int i;
	Ends e;

	connected(&e);
	for(i = 0; i < Some; i++)
		spawn(RFFDG, readsone, &e.s);
	sleep(20);
	for(i = 0; i < Some; i++)
		checkint(write(e.c, "x", 1), 1);
	allok(Some);
	closeends(&e);
}

static void
readsend(void *arg)
{
	int *fd = arg;

	checkint(read(*fd, buf, sizeof buf), 0);
}

static void
hangupendsallreaders(void)
{
	int i;
	Ends e;

	connected(&e);
	for(i = 0; i < Some; i++)
		spawn(RFFDG, readsend, &e.s);
	sleep(20);
	checkint(hangup(e.sctl), 0);
	allok(Some);
	closeends(&e);
}

/* A process that waits in listen keeps the conversation, though all of its files are closed. */
static void
alistenerkeepsitsannouncement(void)
{
	char addr[ADDRLEN];
	int fd, pid;
	Ends e;

	listening(&e, "tcp!127.0.0.1!0");
	addrof(&e, "tcp!127.0.0.1", addr);
	pid = spawn(RFFDG, takesone, &e);
	/* the child has a copy of actl too, until it ends */
	sleep(20);
	close(e.actl);
	fd = dial(addr, nil, nil, nil);
	check(fd >= 0);
	checkint(read(fd, buf, 1), 1);
	close(fd);
	childok(pid);
}

/* Addresses are those of the call as long as its files are open. */
static void
hangupkeepsaddresses(void)
{
	static char *const net[] = {"tcp!127.0.0.1!0", "udp!127.0.0.1!0"};
	char local[128], remote[128];
	Ends e;
	int i;

	for(i = 0; i < 2; i++) {
		listening(&e, net[i]);
		check(
		    readfile(inname(e.adir, "local"), local, sizeof local) > 0);
		if(i == 0)
			calling(&e, "127.0.0.1");
		else
			dialing(&e, "udp!127.0.0.1");
		checkint(hangup(e.actl), 0);
		filehas(e.adir, "local", local);
		check(
		    readfile(inname(e.cdir, "local"), local, sizeof local) > 0);
		check(readfile(
			  inname(e.cdir, "remote"), remote, sizeof remote) > 0);
		checkint(hangup(e.cctl), 0);
		filehas(e.cdir, "local", local);
		filehas(e.cdir, "remote", remote);
		if(i == 0) {
			/* the called end is reset */
			checkint(read(e.s, buf, sizeof buf), 0);
			filehas(e.sdir, "remote", local);
			filehas(e.sdir, "local", remote);
		}
		closeends(&e);
	}
}

static void
callsbelongtotheannouncementsowner(void)
{
	Ends e;
	Dir d;
	int u;

	listening(&e, "tcp!127.0.0.1!0");
	nulldir(&d);
	d.uid = "none";
	check(dirfwstat(e.actl, &d) > 0);
	calling(&e, "127.0.0.1");
	checkstr(dirstat(inname(e.sdir, "data"))->uid, "none");
	check(strcmp(dirstat(inname(e.cdir, "data"))->uid, "none") != 0);
	u = open("#c/user", OWRITE);
	checkint(write(u, "none", 4), 4);
	check(open(inname(e.sdir, "data"), ORDWR) >= 0);
	check(open(inname(e.adir, "ctl"), ORDWR) >= 0);
	checkerr(open(inname(e.cdir, "data"), ORDWR), "permission denied");
}

/* A descriptor stays that of the user who opened it: tlssrv(8) hands its connection on so. */
static void
whoopenedafilemayhanditon(void)
{
	Ends e;
	Dir d;
	int u;

	connected(&e);
	u = open("#c/user", OWRITE);
	checkint(write(u, "none", 4), 4);
	nulldir(&d);
	d.uid = "none";
	checkerr(dirwstat(inname(e.cdir, "data"), &d), "permission denied");
	check(dirfwstat(e.c, &d) > 0);
	check(open(inname(e.cdir, "ctl"), ORDWR) >= 0);
	d.uid = "glenda";
	checkerr(dirfwstat(e.c, &d), "permission denied");
	closeends(&e);
}

/* A call from the port `local' of tcp, to the announcement of e. What write returns. */
static int
callfrom(Ends *e, int local, int *ctl)
{
	char dir[NETDIRLEN], msg[64];

	*ctl = clone("tcp", dir);
	snprint(msg, sizeof msg, "connect 127.0.0.1!%d %d",
	    portof(e->adir, "local"), local);
	return write(*ctl, msg, (s32int)strlen(msg));
}

static void
pairsofaddressesareunique(void)
{
	Ends e, f;
	int a, b, c, port;

	listening(&e, "tcp!127.0.0.1!0");
	listening(&f, "tcp!127.0.0.1!0");
	for(;;) {
		/* a port that was free a moment ago, and that another program may have taken since */
		dialing(&e, "tcp!127.0.0.1");
		port = portof(e.cdir, "local");
		checkint(hangup(e.cctl), 0);
		close(e.c);
		close(e.cctl);
		if(callfrom(&e, port, &a) > 0)
			break;
		close(a);
	}
	check(callfrom(&f, port, &b) > 0);
	checkexact(callfrom(&e, port, &c), "address in use");
	close(a);
	close(b);
	close(c);
	close(e.actl);
	close(f.actl);
}

static void
fillsup(void *arg)
{
	Ends *e = arg;
	int n;

	do
		n = write(e->c, buf, sizeof buf);
	while(n > 0);
	checkint(n, -1);
	checkexact(write(e->c, buf, sizeof buf), "i/o on hungup channel");
}

static void
hangupendswriters(void)
{
	Ends e;
	int i;

	connected(&e);
	for(i = 0; i < Some; i++)
		spawn(RFFDG, fillsup, &e);
	sleep(50);
	checkint(hangup(e.cctl), 0);
	allok(Some);
	closeends(&e);
}

static void
openmodes(void)
{
	Ends e;
	int fd;

	connected(&e);
	fd = open(inname(e.cdir, "data"), ORDWR | OTRUNC | OCEXEC);
	check(fd >= 0);
	checkint(write(fd, "x", 1), 1);
	checkint(read(e.s, buf, 10), 1);
	close(fd);
	fd = open("/net/tcp/clone", OREAD);
	check(fd >= 0);
	check(read(fd, buf, 10) > 0);
	checkerr(write(fd, "announce 0", 10), "inappropriate use of fd");
	close(fd);
	closeends(&e);
}

static void
takesmany(void *arg)
{
	volatile int *shared = arg;

	while(open("/net/tcp/clone", ORDWR) >= 0)
		;
	semrelease((s32int *)&shared[0], 1);
	semacquire((s32int *)&shared[1], 1);
}

/* 32768; a group of processes has not so many descriptors. */
static void
theirnumberhasalimit(void)
{
	char dir[NETDIRLEN];
	s32int *shared;
	int fd, i, j;

	shared = sharedpage();
	for(j = 0; j < 2; j++) {
		for(i = 0; i < Some; i++)
			spawn(RFFDG, takesmany, shared);
		for(i = 0; i < Some; i++)
			checkint(semacquire(&shared[0], 1), 1);
		checkerr(open("/net/tcp/clone", ORDWR), "no free devices");
		/* the other protocols have their own */
		fd = open("/net/udp/clone", ORDWR);
		check(fd >= 0);
		close(fd);
		semrelease(&shared[1], Some);
		allok(Some);
	}
	fd = clone("tcp", dir);
	checkstr(dir, "/net/tcp/0");
	close(fd);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(listenersshareanannouncement),
	    CASE(hangupendsalllisteners),
	    CASE(readersshareaconnection),
	    CASE(hangupendsallreaders),
	    CASE(alistenerkeepsitsannouncement),
	    CASE(hangupkeepsaddresses),
	    CASE(callsbelongtotheannouncementsowner),
	    CASE(whoopenedafilemayhanditon),
	    CASE(pairsofaddressesareunique),
	    CASE(hangupendswriters),
	    CASE(openmodes),
	    CASE(theirnumberhasalimit),
	};

	runcases(cases, nelem(cases), argc, argv);
}
