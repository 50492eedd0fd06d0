/*
 * What the 9P client asks in what order, and for which answers it waits: clunk(5), read(5), flush(5).
 */
#include "holdserv.h"
#include "procfile.h"

enum
{
	PIECE = MSIZE - IOHDRSZ,
	/* most clunks of a connection that are not answered */
	MOSTCLUNKS = 64,
};

static uchar buf[8 * KiB];

static int
mountit(int flag)
{
	int pid, fd = startserver(&pid);

	check(mount(fd, -1, "/mnt", flag, "") >= 0);
	return pid;
}

/* All answers come now. */
static void
letgo(void)
{
	hold->holdclunk = 0;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
}

/* The last clunk may be on its way. */
static void
onlytherootstays(void)
{
	while(hold->nfids > 1)
		sleep(0);
}

static int
opened(char *name, int mode)
{
	int fd = open(name, mode);

	if(fd < 0)
		fail("%s: %r", name);
	return fd;
}

static void
readssilent(void *arg)
{
	char b;

	USED(arg);
	read(opened("/mnt/s", OREAD), &b, 1);
}

/* A fid is not clunked while the server may be at work on a request of it: of a process that was killed, until
 * the flush is answered. */
static void
aclunkcomesaftertheflushsanswer(void)
{
	int pid, before;

	mountit(MREPL | MCREATE);
	hold->holdflush = 1;
	pid = spawn(RFFDG, readssilent, nil);
	while(hold->seen[Tread] == 0)
		sleep(1);
	before = hold->seen[Tclunk];
	check(postnote(pid, "kill") == 0);
	childmsg(pid);
	while(hold->seen[Tflush] == 0)
		sleep(1);
	sleep(100);
	checkint(hold->seen[Tclunk], before);
	hold->holdflush = 0;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	/* that of the stat's own fid, too */
	while(hold->seen[Tclunk] < before + 2)
		sleep(1);
	onlytherootstays();
}

static void
afidthatwasnotopenedisnotwaitedfor(void)
{
	int pid;
	Dir d;

	pid = mountit(MREPL | MCREATE);
	hold->holdclunk = 1;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	check(stat("/mnt", buf, sizeof buf) > 0);
	checkerr(open("/mnt/d/nothing", OREAD), "does not exist");
	check(chdir("/mnt/d") == 0);
	check(chdir("/") == 0);
	nulldir(&d);
	check(dirwstat("/mnt/f", &d) >= 0);
	check(hold->nheld > 0);
	/* the connection stays until the server has answered, but nobody waits for that */
	check(unmount(nil, "/mnt") >= 0);
	hold->holdclunk = 0;
	check(postnote(pid, "kill") == 0);
	childmsg(pid);
}

/* What a child closes, or of which it asks the stat; and that it has done so. */
typedef struct Act Act;
struct Act
{
	int fd;
	char *name;
	volatile int *done;
};

static void
closeit(void *arg)
{
	Act *a = arg;

	close(a->fd);
	*a->done = 1;
}

static void
statit(void *arg)
{
	Act *a = arg;

	check(stat(a->name, buf, sizeof buf) > 0);
	*a->done = 1;
}

/* A child that runs f(a) waits for Rclunk. */
static void
waitsforrclunk(void (*f)(void *), Act *a)
{
	int before, pid;

	if(!hold->holdclunk)
		letgo();
	hold->holdclunk = 1;
	before = hold->nheld;
	a->done = sharedpage();
	pid = spawn(0, f, a);
	while(hold->nheld == before)
		sleep(0);
	sleep(100);
	checkint(*a->done, 0);
	letgo();
	childok(pid);
}

static void
closewaits(int fd)
{
	check(fd >= 0);
	waitsforrclunk(closeit, &(Act){.fd = fd});
}

static void
statwaits(char *name)
{
	waitsforrclunk(statit, &(Act){.name = name});
}

/* Closes fd, and is not waiting for Rclunk. */
static void
doesnotwait(int fd)
{
	int before = hold->seen[Tclunk];

	hold->holdclunk = 1;
	close(fd);
	while(hold->seen[Tclunk] == before)
		sleep(0);
	letgo();
}

static void
closeofanopenfilewaits(void)
{
	mountit(MREPL | MCREATE);
	closewaits(opened("/mnt/f", OREAD));
	closewaits(opened("/mnt/x", OREAD));
	closewaits(opened("/mnt/d", OREAD));
	closewaits(create("/mnt/new", ORDWR, 0666));
}

static void
anexclusivefileiswaitedfor(void)
{
	mountit(MREPL);
	statwaits("/mnt/x");
}

static void
closeofacachedfiledoesnotwait(void)
{
	mountit(MREPL | MCACHE);
	doesnotwait(opened("/mnt/f", OREAD));
	doesnotwait(opened("/mnt/f", OWRITE));
	closewaits(opened("/mnt/f", OREAD | ORCLOSE));
	closewaits(opened("/mnt/x", OREAD));
}

/* The messages since the log was begun. */
static void
asked(uchar *want, int n)
{
	int i;

	checkint(hold->nlog, n);
	for(i = 0; i < n; i++)
		if(hold->log[i] != want[i])
			fail("message %d is of type %d", i, hold->log[i]);
}

static void
aclunkissentbeforethenextrequest(void)
{
	static uchar removed[] = {Twalk, Tstat, Tclunk, Twalk, Tremove};
	static uchar renamed[] = {
	    Twalk, Tstat, Tclunk, Twalk, Twstat, Tclunk, Twalk, Topen, Tclunk};
	Dir d;

	mountit(MREPL);
	hold->nlog = 0;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	check(remove("/mnt/f") == 0);
	asked(removed, sizeof removed);
	hold->nlog = 0;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	nulldir(&d);
	d.name = "g";
	check(dirwstat("/mnt/f", &d) >= 0);
	close(opened("/mnt/g", OREAD));
	asked(renamed, sizeof renamed);
}

static void
manyclunksarewaitedfor(void)
{
	int i;

	mountit(MREPL);
	hold->holdclunk = 1;
	for(i = 0; i < MOSTCLUNKS; i++)
		check(stat("/mnt/f", buf, sizeof buf) > 0);
	statwaits("/mnt/f");
	/* and then no more */
	hold->holdclunk = 1;
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	letgo();
}

static void
anotedoesnotlosetheclunk(void)
{
	Act a = {.name = "/mnt/f", .done = sharedpage()};
	int i, pid;

	mountit(MREPL);
	hold->holdclunk = 1;
	for(i = 0; i < MOSTCLUNKS; i++)
		check(stat("/mnt/f", buf, sizeof buf) > 0);
	notify(ignore);
	pid = spawn(0, statit, &a);
	while(hold->nheld == MOSTCLUNKS)
		sleep(0);
	pokeuntilgone(pid);
	childok(pid);
	checkint(hold->nheld, MOSTCLUNKS + 1);
	letgo();
	onlytherootstays();
}

static void
fidsareusedagain(void)
{
	int i;

	mountit(MREPL);
	for(i = 0; i < 2000; i++)
		check(stat("/mnt/f", buf, sizeof buf) > 0);
	onlytherootstays();
	check(hold->maxfids <= 2);
	/* their numbers too */
	check(hold->highfid < hold->rootfid + 1000);
}

static void
thefirsttagisone(void)
{
	mountit(MREPL);
	check(stat("/mnt/f", buf, sizeof buf) > 0);
	checkint(hold->mintag, 1);
}

/* --- directories --- */

/* An entry at p; its length. */
static int
entry(uchar *p, char *name)
{
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = name;
	d.uid = d.gid = d.muid = "u";
	return convD2M(&d, p, 512);
}

static void
acutentryisnoentry(void)
{
	static char cut[] = "invalid directory entry received from server";
	int fd, n, i;

	mountit(MREPL);
	fd = opened("/mnt/d", OREAD);
	n = entry(hold->dir, "f");
	n += entry(hold->dir + n, "f");
	hold->ndir = n;
	checkint(pread(fd, buf, sizeof buf, 0), n);
	/* what is left is a piece */
	for(i = n / 2 + 1; i < n; i++) {
		hold->ndir = i;
		checkexact(pread(fd, buf, sizeof buf, 0), cut);
	}
	for(i = 1; i <= 2; i++) {
		memset(hold->dir + n, 0, i);
		hold->ndir = n + i;
		checkexact(pread(fd, buf, sizeof buf, 0), cut);
	}
	/* a whole entry is malformed: it ends before its strings */
	memset(hold->dir + n, 0, 60);
	hold->dir[n] = 40;
	hold->ndir = n + 42;
	checkexact(pread(fd, buf, sizeof buf, 0), "malformed stat buffer");
}

static void
namesarechecked(void)
{
	int fd, n;

	mountit(MREPL);
	fd = opened("/mnt/d", OREAD);
	n = entry(hold->dir, "f");
	hold->ndir = n + entry(hold->dir + n, "a\nb");
	checkint(pread(fd, buf, sizeof buf, 0), hold->ndir);
	hold->ndir = n + entry(hold->dir + n, "a/b");
	checkexact(
	    pread(fd, buf, sizeof buf, 0), "bad character in file name: a/b");
}

static void
namesaretoolongforamessage(void)
{
	char name[64 + MSIZE] = "/mnt/";
	Dir d;

	mountit(MREPL);
	memset(name + 5, 'a', MSIZE);
	checkerr(open(name, OREAD), "name too long");
	nulldir(&d);
	d.name = name + 5;
	checkexact(dirwstat("/mnt/f", &d), "name too long");
}

/* --- an authentication file of another connection --- */

static void
afdofanotherconnectionisrefusedfirst(void)
{
	char version[32] = "";
	int pid, fd, afd, other;

	other = startserver(&pid);
	check(fversion(other, 0, version, sizeof version) >= 0);
	afd = fauth(other, "");
	check(afd >= 0);
	fd = startserver(&pid);
	checkexact(
	    mount(fd, afd, "/mnt", MREPL, ""), "inappropriate use of fd");
	checkint(hold->seen[Tversion], 0);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	check(stat("/mnt/f", buf, sizeof buf) > 0);
}

/* --- long reads --- */

static void
longread(void *arg)
{
	int fd = opened(arg, OREAD);

	notify(ignore);
	checkint(read(fd, buf, 3 * PIECE), PIECE);
}

static void
anoteendsalongread(int flag)
{
	int pid;

	mountit(flag);
	notify(ignore);
	pid = spawn(RFFDG, longread, "/mnt/late");
	while(hold->seen[Tread] == 0)
		sleep(0);
	check(postnote(pid, "poke") == 0);
	childok(pid);
	checkint(hold->seen[Tread], 1);
}

static void
anoteendsareadafterapiece(void)
{
	anoteendsalongread(MREPL);
	check(unmount(nil, "/mnt") >= 0);
	anoteendsalongread(MREPL | MCACHE);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(aclunkcomesaftertheflushsanswer),
	    CASE(afidthatwasnotopenedisnotwaitedfor),
	    CASE(closeofanopenfilewaits),
	    CASE(anexclusivefileiswaitedfor),
	    CASE(closeofacachedfiledoesnotwait),
	    CASE(aclunkissentbeforethenextrequest),
	    CASE(manyclunksarewaitedfor),
	    CASE(anotedoesnotlosetheclunk),
	    CASE(fidsareusedagain),
	    CASE(thefirsttagisone),
	    CASE(acutentryisnoentry),
	    CASE(namesarechecked),
	    CASE(namesaretoolongforamessage),
	    CASE(afdofanotherconnectionisrefusedfirst),
	    CASE(anoteendsareadafterapiece),
	};

	runcases(cases, nelem(cases), argc, argv);
}
