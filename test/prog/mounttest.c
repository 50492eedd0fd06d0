/*
 * mount, fversion, fauth, against a 9P server in a child process. bind(2),
 * fversion(2), intro(5) and the rest of section 5.
 */
#include "treeserv.h"

static char buf[32 * KiB];

static void
mountit(int *pid)
{
	int fd = startserver(pid);

	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	check(dirfstat(fd) == nil); /* mount closed it */
}

static void
filesofaservercanberead(void)
{
	int pid, fd;

	mountit(&pid);
	checkint(readfile("/mnt/greeting", buf, sizeof buf), 22);
	checkstr(buf, "hello from the server\n");
	checkint(readfile("/mnt/sub/deep", buf, sizeof buf), 9);
	fd = open("/mnt/sub/../greeting", OREAD);
	check(fd >= 0);
	checkint(pread(fd, buf, 5, 6), 5);
	check(memcmp(buf, "from ", 5) == 0);
	checkint(fd2path(fd, buf, sizeof buf), 0);
	checkstr(buf, "/mnt/greeting");
}

/* exportfs(4) asks whether a descriptor carries a mount. */
static void
amountedchannelsaysso(void)
{
	int pid, fd, dup1;
	Dir *d;

	fd = startserver(&pid);
	dup1 = dup(fd, -1);
	d = dirfstat(dup1);
	check(d != nil);
	checkint(d->qid.type & 0x10, 0);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	d = dirfstat(dup1);
	check(d != nil);
	checkint(d->qid.type & 0x10, 0x10);
	checkint(d->mode & 0x10000000, 0x10000000);
}

static void
errorsofaserverarrive(void)
{
	int pid;

	mountit(&pid);
	checkerr(open("/mnt/missing", OREAD), "does not exist");
	checkerr(open("/mnt/sub/missing", OREAD), "does not exist");
	checkerr(open("/mnt/prog", OWRITE), "permission denied");
	checkerr(create("/mnt/new", OWRITE, 0644), "forbids creation");
	checkerr(remove("/mnt/greeting"), "this server cannot do that");
}

static void
statandlistingcomefromtheserver(void)
{
	int pid, fd, i, n, seen = 0;
	Dir *d;

	mountit(&pid);
	d = dirstat("/mnt/greeting");
	check(d != nil);
	checkint(d->type, 'M');
	checkstr(d->uid, "server");
	checkint(d->length, 22);
	fd = open("/mnt", OREAD);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			seen |= 1 << d[i].qid.path;
	checkint(n, 0);
	checkint(seen, 1 << QGREETING | 1 << QPROG | 1 << QSLOW | 1 << QSUB);
}

static void
writesreachtheserver(void)
{
	int pid, fd;

	mountit(&pid);
	fd = open("/mnt/greeting", ORDWR);
	check(fd >= 0);
	checkint(write(fd, "HELLO", 5), 5);
	checkint(pread(fd, buf, sizeof buf, 0), 22);
	check(memcmp(buf, "HELLO from", 10) == 0);
	check(pwrite(fd, "x", 1, 5000) == -1);
}

static void
closeclunks(void)
{
	int pid, fd, before;

	mountit(&pid);
	fd = open("/mnt/greeting", OREAD);
	check(fd >= 0);
	before = counts[Tclunk];
	close(fd);
	while(counts[Tclunk] == before)
		sleep(0);
}

static void
programofaserverruns(void)
{
	char *argv[] = {"prog", "-exit", "run from a mount", nil};
	int pid, child, i;

	mountit(&pid);
	for(i = 0; i < 3; i++) {
		child = rfork(RFPROC | RFFDG);
		check(child >= 0);
		if(child == 0) {
			exec("/mnt/prog", argv);
			rerrstr(buf, ERRMAX);
			exits(buf);
		}
		checkstr(childmsg(child), "run from a mount");
	}
}

static void
slowreader(void *arg)
{
	int fd = open("/mnt/slow", OREAD);

	USED(arg);
	check(fd >= 0);
	notify(ignore);
	checkerr(read(fd, buf, 10), "interrupted");
}

static void
interruptedreadisflushed(void)
{
	int pid, child;

	mountit(&pid);
	child = spawn(RFFDG, slowreader, nil);
	while(counts[Tread] == 0)
		sleep(0);
	pokeuntilgone(child);
	childok(child);
	check(counts[Tflush] > 0);
	/* the connection is as good as before */
	checkint(readfile("/mnt/greeting", buf, sizeof buf), 22);
}

static void
slowreadholdsnobodyelse(void)
{
	int pid, child;

	mountit(&pid);
	child = spawn(RFFDG, slowreader, nil);
	while(counts[Tread] == 0)
		sleep(0);
	checkint(readfile("/mnt/sub/deep", buf, sizeof buf), 9);
	pokeuntilgone(child);
	childok(child);
}

static void
deadserverisanerror(void)
{
	int pid, fd;
	char ctl[64];

	mountit(&pid);
	fd = open("/mnt/greeting", OREAD);
	check(fd >= 0);
	snprint(ctl, sizeof ctl, "/proc/%d/ctl", pid);
	check(writeto(ctl, "kill") == 4);
	childmsg(pid);
	notify(ignore);
	check(read(fd, buf, 10) == -1);
	check(open("/mnt/greeting", OREAD) == -1);
	close(fd);
	check(unmount(nil, "/mnt") >= 0);
}

static void
refusedattachfails(void)
{
	int pid, fd = startserver(&pid);

	checkerr(mount(fd, -1, "/mnt", MREPL, "refuse"), "server says no");
	checkint(close(fd), 0);
}

static void
fversionnegotiates(void)
{
	int pid, fd = startserver(&pid), n;

	buf[0] = 0;
	n = fversion(fd, 0, buf, 64);
	checkint(n, 6);
	check(memcmp(buf, "9P2000", 6) == 0);
	checkint(counts[Tversion], 1);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	checkint(readfile("/mnt/greeting", buf, sizeof buf), 22);
}

/* fversion(2): the text needs room, but no NUL does; without an answer nothing is agreed upon */
static void
fversionneedsroom(void)
{
	int pid, fd = startserver(&pid);

	memset(buf, 'x', 10);
	buf[0] = 0;
	checkexact(fversion(fd, 0, buf, 5), "i/o count too small");
	checkint(buf[1], 'x');
	checkint(counts[Tversion], 1);
	checkint(fversion(fd, 0, buf, 6), 6);
	check(memcmp(buf, "9P2000x", 7) == 0);
	checkint(counts[Tversion], 2);
	buf[0] = 0;
	checkexact(fversion(fd, 0, buf, 5), "i/o count too small");
	checkint(counts[Tversion], 2);
	/* the text's NUL must be in the buffer, whatever the descriptor */
	checkexact(fversion(99, 0, strcpy(buf, "9P2000"), 6),
	    "bad arg in system call");
	checkexact(
	    fversion(99, 0, strcpy(buf, ""), 0), "bad arg in system call");
	checkexact(fversion(99, 0, strcpy(buf, "9P"), 3),
	    "fd out of range or not open");
}

static void
fauthwithoutneedfails(void)
{
	int pid, fd = startserver(&pid);

	checkerr(fauth(fd, ""), "no authentication");
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	check(fauth(99, "") == -1);
}

/* Whether the descriptor is still open after exec. */
static char *
afterexec(int fd)
{
	char num[NUMSIZE];
	char *argv[] = {self, "-isopen", num, nil};
	int pid;

	snprint(num, sizeof num, "%d", fd);
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		exec(self, argv);
		rerrstr(buf, ERRMAX);
		exits(buf);
	}
	return childmsg(pid);
}

/* fauth(2), srv(3) */
static void
authfilesstaywithonesprogram(void)
{
	int pid, fd = startserver(&pid), afd, s;
	char name[64], num[NUMSIZE];

	afd = fauth(fd, "guarded");
	check(afd >= 0);
	checkstr(afterexec(fd), "open");
	checkstr(afterexec(afd), "closed");
	snprint(name, sizeof name, "/srv/mounttest.%d", getpid());
	s = create(name, OWRITE | ORCLOSE, 0600);
	check(s >= 0);
	snprint(num, sizeof num, "%d", afd);
	checkexact(write(s, num, strlen(num)), "cannot post auth file in srv");
	check(mount(fd, afd, "/mnt", MREPL, "guarded") >= 0);
	checkint(readfile("/mnt/greeting", buf, sizeof buf), 22);
}

static void
mountnoname(void *arg)
{
	mount(*(int *)arg, -1, "/mnt", MREPL, nil);
	exits("back");
}

static void
oldmountnoname(void *arg)
{
	_mount(*(int *)arg, "/mnt", MREPL, nil);
	exits("back");
}

static void
mountwithoutanameisanote(void)
{
	int pid, fd = startserver(&pid);

	checkhas(childmsg(spawn(RFFDG, mountnoname, &fd)),
	    "sys: bad address in syscall");
	checkhas(childmsg(spawn(RFFDG, oldmountnoname, &fd)),
	    "sys: bad address in syscall");
}

static void
mountedafteraddstoaunion(void)
{
	int pid, fd = startserver(&pid);

	check(mount(fd, -1, "/dev", MAFTER, "") >= 0);
	check(open("/dev/null", OREAD) >= 0);
	checkint(readfile("/dev/greeting", buf, sizeof buf), 22);
}

static void
mountedcopiesmeetbyname(void)
{
	int pid, fd = startserver(&pid), s;
	char name[64], num[NUMSIZE];

	snprint(name, sizeof name, "/srv/mounttest.%d", getpid());
	s = create(name, OWRITE | ORCLOSE, 0600);
	check(s >= 0);
	snprint(num, sizeof num, "%d", fd);
	check(write(s, num, strlen(num)) > 0);
	close(fd);
	fd = open(name, ORDWR);
	check(fd >= 0);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	fd = open(name, ORDWR);
	check(fd >= 0);
	check(mount(fd, -1, "/n", MREPL, "") >= 0);
	checkint(readfile("/mnt/greeting", buf, sizeof buf), 22);
	checkint(readfile("/n/greeting", buf, sizeof buf), 22);
	/* each mount is another tree, as far as a client can know */
	checkint(
	    dirstat("/mnt/greeting")->dev == dirstat("/n/greeting")->dev, 0);
}

static void
serverendswhenunmounted(void)
{
	int pid;

	mountit(&pid);
	check(unmount(nil, "/mnt") >= 0);
	childok(pid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(filesofaservercanberead),
	    CASE(amountedchannelsaysso),
	    CASE(errorsofaserverarrive),
	    CASE(statandlistingcomefromtheserver),
	    CASE(writesreachtheserver),
	    CASE(closeclunks),
	    CASE(programofaserverruns),
	    CASE(interruptedreadisflushed),
	    CASE(slowreadholdsnobodyelse),
	    CASE(deadserverisanerror),
	    CASE(refusedattachfails),
	    CASE(fversionnegotiates),
	    CASE(fversionneedsroom),
	    CASE(fauthwithoutneedfails),
	    CASE(authfilesstaywithonesprogram),
	    CASE(mountwithoutanameisanote),
	    CASE(mountedafteraddstoaunion),
	    CASE(mountedcopiesmeetbyname),
	    CASE(serverendswhenunmounted),
	};

	if(argc == 3 && strcmp(argv[1], "-exit") == 0)
		exits(argv[2]);
	if(argc == 3 && strcmp(argv[1], "-isopen") == 0)
		exits(dirfstat(atoi(argv[2])) != nil ? "open" : "closed");
	runcases(cases, nelem(cases), argc, argv);
}
