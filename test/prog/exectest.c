/*
 * exec: arguments, what survives and what does not, errors. exec(2). The program runs itself as
 * `exectest -mode ...`.
 */
#include "execself.h"

enum
{
	FCW = 0x0232,
	MXCSR = 0x1900,
	NARG = 500,
};

static void
argumentsarrive(void)
{
	char *argv[] = {"any name", "-args", "", "with space", "\303\244", nil};

	checkstr(run(self, argv), "");
	checkstr(buf, "5\n[any name]\n[-args]\n[]\n[with space]\n[\303\244]\n");
}

static void
manyargumentsarrive(void)
{
	static char *argv[NARG + 1], num[NARG][NUMSIZE];
	int i;
	char *p;

	argv[0] = "x";
	argv[1] = "-args";
	for(i = 2; i < NARG; i++) {
		snprint(num[i], NUMSIZE, "%d", i);
		argv[i] = num[i];
	}
	checkstr(run(self, argv), "");
	p = strchr(buf, '\n') + 1;
	checkint(atoi(buf), NARG);
	checkstr(strrchr(p, '['), "[499]\n");
}

static void
modecount(int argc, char *argv[])
{
	usize n = 0;
	int i;

	for(i = 0; i < argc; i++)
		n += strlen(argv[i]);
	print("%d %lld\n", argc, (vlong)n);
}

static void
amegabyteofargumentsarrives(void)
{
	char *big = malloc(MiB + 1);
	char *argv[] = {"x", "-count", big, nil};

	memset(big, 'b', MiB);
	big[MiB] = 0;
	checkstr(run(self, argv), "");
	checkstr(buf, "3 1048583\n");
}

/* A string of n bytes. */
static char *
longarg(usize n)
{
	char *s = malloc(n + 1);

	check(s != nil);
	memset(s, 'b', n);
	s[n] = 0;
	return s;
}

static void
argumentsalmostfillthestack(void)
{
	char *argv[] = {"x", "-count", nil, nil}, want[64];
	usize n = USTKSIZE - 3 * BY2PG;

	argv[2] = longarg(n);
	checkstr(run(self, argv), "");
	snprint(want, sizeof want, "3 %lld\n", (vlong)n + 7);
	checkstr(buf, want);
}

static void
modeownargs(void)
{
	int n;

	snprint(buf, sizeof buf, "/proc/%d/args", getpid());
	n = readfile(buf, zeros, sizeof zeros);
	zeros[strlen(self) + 20] = 0;
	print("%d %s\n", n, zeros);
}

/* proc(3): the list begins with them */
static void
longargumentsarecutinargs(void)
{
	checkstr(runmode("-ownargs", longarg(100000)), "");
	checkhas(buf, "4095 ");
	checkhas(buf, " -ownargs bb");
}

static void
argumentsbiggerthanthestackfail(void)
{
	usize n = USTKSIZE - BY2PG, i;
	char *big = longarg(n), *argv[] = {"x", "-count", big, nil}, **many;

	checkexact(exec(self, argv), "virtual memory allocation failed");
	free(big);
	/* it is all of them that count, pointers too */
	n = USTKSIZE / 16;
	many = malloc((n + 1) * sizeof *many);
	for(i = 0; i < n; i++)
		many[i] = "1234567";
	many[n] = nil;
	checkexact(exec(self, many), "virtual memory allocation failed");
	free(many);
	/* no end within a stack's length is no string */
	big = longarg(USTKSIZE + MiB);
	argv[2] = big;
	checkexact(exec(self, argv), "bad arg in system call");
	check(big[0] == 'b' && big[USTKSIZE + MiB - 1] == 'b');
}

static void
noargumentsatallisdefined(void)
{
	char *argv[] = {nil};

	/* an error or an empty argv: nothing else */
	if(exec(self, argv) != -1)
		fail("exec returned something else than -1");
}

static void
modestate(int argc, char *argv[])
{
	uintptr top = USTKTOP - sizeof(Tos);
	char pid[32];
	int i;

	/* bit 6 is reserved, and reads as 1 */
	checkint(_startfcw & 0xffff & ~0x40, FCW);
	checkint(_startmxcsr, MXCSR);
	checkint((uintptr)_tos, top);
	checkint(_startsp % sizeof(uvlong), 0);
	checkint(*(uvlong *)_startsp, argc);
	checkint((uintptr)argv, _startsp + sizeof(uvlong));
	check(argv[argc] == nil);
	for(i = 0; i < argc; i++) {
		check((uintptr)argv[i] > (uintptr)&argv[argc]);
		check((uintptr)argv[i] + strlen(argv[i]) < top);
	}
	check(readfile("#c/pid", pid, sizeof pid) > 0);
	checkint(_tos->pid, atoi(pid));
	checkint((uintptr)_tos + sizeof(Tos), USTKTOP);
}

static void
startstateisasdocumented(void)
{
	setmxcsr(0x1f80);
	setfcw(0x37f);
	checkstr(runmode("-state", "x"), "");
}

static void
imageisfreshafterexec(void)
{
	memset(zeros, 'z', sizeof zeros);
	initialised = 1;
	table[2] = "changed";
	checkstr(runmode("-image", nil), "");
	checkint(initialised, 1);
}

static void
modeisopen(char *fd)
{
	exits(dirfstat(atoi(fd)) != nil ? "open" : "closed");
}

static void
ocexecclosesatexec(void)
{
	int fd = open("/dev/null", OREAD | OCEXEC),
	    kept = open("/dev/null", OREAD);
	char num[NUMSIZE];

	snprint(num, sizeof num, "%d", fd);
	checkstr(runmode("-isopen", num), "closed");
	check(dirfstat(fd) != nil);
	snprint(num, sizeof num, "%d", kept);
	checkstr(runmode("-isopen", num), "open");
	snprint(num, sizeof num, "%d", dup(fd, -1));
	checkstr(runmode("-isopen", num), "open"); /* dup(2): not copied */
}

/* A copy of ourselves under a very long name: the wait message is cut, name and all. */
static void
alongprogramnamecutstheexitstring(void)
{
	static char name[201], data[64 * KiB];
	char *argv[] = {name, "-exit", "the reason", nil};
	int from, to, n, pid;
	Waitmsg w;

	memset(name, 'n', sizeof name - 1);
	from = open(self, OREAD);
	to = create(name, OWRITE, 0755);
	check(from >= 0 && to >= 0);
	while((n = read(from, data, sizeof data)) > 0)
		check(write(to, data, n) == n);
	close(to);
	pid = fork();
	if(pid == 0) {
		exec(name, argv);
		exits("exec");
	}
	check(waitpid(pid, &w) == pid);
	remove(name);
	checkint(strlen(w.msg), ERRMAX - 1);
	check(strncmp(w.msg, name, ERRMAX - 1) == 0);
}

static void
failedexecclosesnothing(void)
{
	int fd = open("/dev/null", OREAD | OCEXEC);
	char *argv[] = {"x", nil};

	check(exec("no/such", argv) == -1);
	check(dirfstat(fd) != nil);
}

static void
modesleep(void)
{
	print("asleep\n");
	for(;;)
		sleep(1000);
}

static void
handlerisgoneafterexec(void)
{
	char *argv[] = {self, "-sleep", nil}, line[16];
	int p[2], pid;

	check(pipe(p) == 0);
	notify(ignore);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		dup(p[1], 1);
		exec(self, argv);
		exits("exec");
	}
	check(read(p[0], line, sizeof line) > 0);
	check(postnote(pid, "fatal") == 0);
	checkhas(childmsg(pid), "fatal");
}

static void
pidstaysthesame(void)
{
	char *argv[] = {self, "-pid", nil};
	int p[2], pid, n;

	check(pipe(p) == 0);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		dup(p[1], 1);
		exec(self, argv);
		exits("exec");
	}
	n = read(p[0], buf, sizeof buf - 1);
	check(n > 0);
	buf[n] = 0;
	childok(pid);
	checkint(atoi(buf), pid);
}

static void
modeerrstr(void)
{
	char err[ERRMAX];

	rerrstr(err, sizeof err);
	checkstr(err, "");
}

static void
errorthenexec(void *arg)
{
	char *argv[] = {self, "-errstr", nil};

	USED(arg);
	open("no/such/file", OREAD);
	exec(self, argv);
	exits("exec");
}

static void
execclearstheerrorstring(void)
{
	childok(spawn(RFFDG, errorthenexec, nil));
}

static void
badargumentscomebeforethefile(void)
{
	char *none[] = {nil};

	checkexact(exec("no/such/file", none), "bad arg in system call");
	notify(ignore);
	checkexact(exec("no/such/file", nil), "bad arg in system call");
}

static void
failedexecleavestheprocessrunning(void)
{
	char *argv[] = {"x", nil};
	char local[64] = "local";

	memset(zeros, 'k', sizeof zeros);
	check(exec("no/such", argv) == -1);
	check(zeros[sizeof zeros - 1] == 'k');
	checkstr(local, "local");
	checkint(initialised, 42);
}

static void
badpointersarerefused(void)
{
	char *argv[] = {"x", badaddr, nil}, *ok[] = {"x", nil};

	notify(ignore);
	check(exec(badaddr, ok) == -1);
	check(exec(self, badaddr) == -1);
	check(exec(self, argv) == -1);
}

static void
execer(void *arg)
{
	char *argv[] = {self, "-image", nil};

	USED(arg);
	exec(self, argv);
	exits("exec");
}

static void
execinasharedmemorychildleavesthememory(void)
{
	initialised = 7;
	memset(zeros, 's', sizeof zeros);
	childok(spawn(RFFDG | RFMEM, execer, nil));
	checkint(initialised, 7);
	check(zeros[1000] == 's');
}

static void
modeshared(char *addr)
{
	int *p = (int *)strtoll(addr, nil, 0);

	checkint(*p, 1234);
	*p = 5678;
}

static void
sharedsegmentsstayacrossexec(void)
{
	volatile int *p = sharedpage();
	char num[32];

	*p = 1234;
	snprint(num, sizeof num, "0x%llx", (uvlong)(uintptr)p);
	checkstr(runmode("-shared", num), "");
	checkint(*p, 5678);
}

static void
sgcexecsegmentsgoatexec(void)
{
	int *p = segattach(SG_CEXEC, "shared", nil, BY2PG);
	char num[32];

	check(p != (void *)-1);
	*p = 1234;
	snprint(num, sizeof num, "0x%llx", (uvlong)(uintptr)p);
	checkhas(runmode("-shared", num), "sys: trap: fault read");
}

static void
manyexecsinarow(void)
{
	char *argv[] = {self, "-exit", "fine", nil};
	int i;

	for(i = 0; i < 100; i++)
		checkstr(run(self, argv), "fine");
}

static void
execreplacesitselfrepeatedly(void)
{
	checkstr(runmode("-again", "50"), "done");
}

static void
modeagain(char *n)
{
	char num[NUMSIZE], *argv[] = {self, "-again", num, nil};

	if(atoi(n) == 0)
		exits("done");
	snprint(num, sizeof num, "%d", atoi(n) - 1);
	exec(self, argv);
	exits("exec");
}

static void
mode(int argc, char *argv[])
{
	char *m = argv[1];

	self = argv[0];
	if(strcmp(m, "-args") == 0)
		modeargs(argc, argv);
	else if(strcmp(m, "-count") == 0)
		modecount(argc, argv);
	else if(strcmp(m, "-ownargs") == 0)
		modeownargs();
	else if(strcmp(m, "-state") == 0)
		modestate(argc, argv);
	else if(strcmp(m, "-image") == 0)
		modeimage();
	else if(strcmp(m, "-isopen") == 0)
		modeisopen(argv[2]);
	else if(strcmp(m, "-sleep") == 0)
		modesleep();
	else if(strcmp(m, "-pid") == 0)
		print("%d\n", getpid());
	else if(strcmp(m, "-errstr") == 0)
		modeerrstr();
	else if(strcmp(m, "-shared") == 0)
		modeshared(argv[2]);
	else if(strcmp(m, "-exit") == 0)
		exits(argv[2]);
	else if(strcmp(m, "-again") == 0)
		modeagain(argv[2]);
	else
		exits("unknown mode");
	exits(nil);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(argumentsarrive),
	    CASE(manyargumentsarrive),
	    CASE(amegabyteofargumentsarrives),
	    CASE(argumentsalmostfillthestack),
	    CASE(longargumentsarecutinargs),
	    CASE(argumentsbiggerthanthestackfail),
	    CASE(noargumentsatallisdefined),
	    CASE(startstateisasdocumented),
	    CASE(imageisfreshafterexec),
	    CASE(ocexecclosesatexec),
	    CASE(alongprogramnamecutstheexitstring),
	    CASE(failedexecclosesnothing),
	    CASE(handlerisgoneafterexec),
	    CASE(pidstaysthesame),
	    CASE(execclearstheerrorstring),
	    CASE(badargumentscomebeforethefile),
	    CASE(failedexecleavestheprocessrunning),
	    CASE(badpointersarerefused),
	    CASE(execinasharedmemorychildleavesthememory),
	    CASE(sharedsegmentsstayacrossexec),
	    CASE(sgcexecsegmentsgoatexec),
	    CASE(manyexecsinarow),
	    CASE(execreplacesitselfrepeatedly),
	};

	if(argc == 0)
		exits(nil); /* noargumentsatallisdefined */
	if(argc > 1 && argv[1][0] == '-')
		mode(argc, argv);
	runcases(cases, nelem(cases), argc, argv);
}
