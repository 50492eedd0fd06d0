/*
 * exec: arguments, scripts, what survives and what does not, errors. exec(2),
 * a.out(6). The program runs itself as `exectest -mode ...`.
 */
#include "test.h"

enum
{
	FCW = 0x0232,
	MXCSR = 0x1900,
	NARG = 500,
};

static char buf[64 * KiB];
static char zeros[256 * KiB];
static int initialised = 42;
static char marker[] = "?marker of one program among its copies";
static char *table[] = {"zero", "one", "two"};

/* Runs file with these arguments and descriptor 1 on a pipe; what it wrote
 * goes to buf. The exit string. */
static char *
run(char *file, char *argv[])
{
	int p[2], pid, n;

	check(pipe(p) == 0);
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		close(p[0]);
		dup(p[1], 1);
		close(p[1]);
		exec(file, argv);
		rerrstr(buf, ERRMAX);
		exits(buf);
	}
	close(p[1]);
	n = 0;
	for(;;) {
		int m = read(p[0], buf + n, sizeof buf - 1 - n);

		if(m <= 0)
			break;
		n += m;
	}
	buf[n] = 0;
	close(p[0]);
	return childmsg(pid);
}

/* Runs this program in a mode of main's. */
static char *
runmode(char *mode, char *arg)
{
	char *argv[] = {self, mode, arg, nil};

	return run(self, argv);
}

static void
modeargs(int argc, char *argv[])
{
	int i;

	print("%d\n", argc);
	for(i = 0; i < argc; i++)
		print("[%s]\n", argv[i]);
}

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

static void
argumentsbiggerthanthestackfail(void)
{
	usize n = USTKSIZE + MiB;
	char *big = malloc(n + 1);
	char *argv[] = {"x", "-count", big, nil};

	check(big != nil);
	memset(big, 'b', n);
	big[n] = 0;
	check(exec(self, argv) == -1);
	check(big[0] == 'b' && big[n - 1] == 'b');
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
modeimage(void)
{
	usize i;

	for(i = 0; i < sizeof zeros; i++)
		if(zeros[i] != 0)
			fail("bss byte %lld is %d", (vlong)i, zeros[i]);
	checkint(initialised, 42);
	checkstr(table[2], "two");
	check(
	    (uintptr)etext > UTZERO && (uintptr)etext < (uintptr)&initialised);
	checkint(
	    ROUNDUP((uintptr)etext, UTROUND), (uintptr)edata & ~(UTROUND - 1));
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
script(char *name, char *text, u32int mode)
{
	if(writefile(name, text, strlen(text), mode) < 0)
		fail("%s: %r", name);
}

static void
scriptsruntheirinterpreter(void)
{
	char *name = tmpname("script"), path[64], want[512], text[512];
	char *argv[] = {"called as", "arg1", "arg 2", nil};

	snprint(path, sizeof path, "./%s", name);
	snprint(text, sizeof text, "#!%s -args  second\nrest of file\n", self);
	script(name, text, 0755);
	checkstr(run(path, argv), "");
	snprint(want, sizeof want,
	    "6\n[%s]\n[-args]\n[second]\n[%s]\n[arg1]\n[arg 2]\n", name, path);
	checkstr(buf, want);
	remove(name);
}

static void
scriptofamissinginterpreterfails(void)
{
	char *name = tmpname("script"), *argv[] = {"x", nil};

	script(name, "#!/no/such/interpreter\n", 0755);
	checkerr(exec(name, argv), "does not exist");
	remove(name);
}

static void
scriptsdonotnest(void)
{
	char *a = tmpname("inner"), *b = tmpname("outer"), text[512];
	char *argv[] = {"x", nil};

	snprint(text, sizeof text, "#!%s -args\n", self);
	script(a, text, 0755);
	snprint(text, sizeof text, "#!./%s\n", a);
	script(b, text, 0755);
	check(exec(b, argv) == -1);
	remove(a);
	remove(b);
}

static void
missingfilesanddirectoriesfail(void)
{
	char *argv[] = {"x", nil};

	checkerr(exec("no/such/file", argv), "does not exist");
	check(exec(".", argv) == -1);
	check(exec("/", argv) == -1);
	check(exec("", argv) == -1);
}

static void
nopermissionfails(void)
{
	char *name = tmpname("noexec"), *argv[] = {"x", nil};

	script(name, "#!/dev/null\n", 0644);
	checkerr(exec(name, argv), "permission denied");
	remove(name);
}

static void
badbytes(char *bytes, int n)
{
	char *name = tmpname("bad"), *argv[] = {"x", nil};

	check(writefile(name, bytes, n, 0755) == 0);
	checkerr(exec(name, argv), "");
	remove(name);
}

static void
junkisnotexecutable(void)
{
	badbytes("", 0);
	badbytes("x", 1);
	badbytes("#", 1);
	badbytes("#!", 2);
	badbytes("#!\n", 3);
	badbytes(
	    "just a text, quite long enough for a header of 40 bytes\n", 56);
	badbytes("\177ELF............................................", 50);
	memset(buf, 0, BY2PG);
	badbytes(buf, BY2PG);
}

/* One error for all of them. */
static void
whatevertheyareissaidalike(void)
{
	static struct
	{
		char *bytes;
		s32int n;
		char *err;
	} files[] = {
	    {"", 0, "exec header invalid"},
	    {"\177ELF\002\001\001", 7, "exec header invalid"},
	    {"\177ELF\001\001\001", 7, "exec header invalid"},
	    {"echo hello\n", 11, "exec header invalid"},
	    {"\1\2\3", 3, "exec header invalid"},
	};
	char *name = tmpname("what"), *argv[] = {"x", nil}, err[ERRMAX];
	int i;

	for(i = 0; i < (int)nelem(files); i++) {
		check(writefile(name, files[i].bytes, files[i].n, 0755) == 0);
		check(exec(name, argv) == -1);
		err[0] = 0;
		errstr(err, sizeof err);
		checkstr(err, files[i].err);
	}
	remove(name);
}

static void
put32(uchar *p, u32int v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

/* A copy of this program with the header's word w (0..9) changed to v. */
static void
badheader(int w, u32int v)
{
	s32int n;

	n = readfile(self, buf, sizeof buf);
	check(n > EXECHDR64);
	put32((uchar *)buf + 4 * w, v);
	badbytes(buf, n);
}

static void
badheadersarerefused(void)
{
	badheader(0, 0x1EB); /* 386 */
	badheader(0, 0x0A97); /* without the flag */
	badheader(1, 0); /* no text: entry is outside */
	badheader(8, 0x7fff); /* entry beyond user space */
	badheader(9, 0x1000); /* entry below text */
	badheader(9, 0x80000000);
}

/* What becomes of a copy of this program, cut to n bytes if n is not 0, with the header's word w
 * changed to v: it looks at its memory, and says nothing. */
static char *
oddcopy(int w, u32int v, s32int n)
{
	char *name = tmpname("odd"), *argv[] = {name, "-image", nil};
	char *msg;
	s32int all;

	all = readfile(self, buf, sizeof buf);
	check(all > EXECHDR64 && all < (int)sizeof buf);
	put32((uchar *)buf + 4 * w, v);
	check(writefile(name, buf, n != 0 ? n : all, 0755) == 0);
	msg = run(name, argv);
	remove(name);
	return msg;
}

/* A header may promise more than the file has. That is met where it is touched. */
static void
segmentsmaybelargerthanthefile(void)
{
	/* text where data should be */
	checkhas(oddcopy(1, 0x7fffffff, 0), "sys: trap: fault write");
	checkhas(oddcopy(1, 0xffffffff, 0), "sys: trap: fault write");
	checkstr(oddcopy(2, 0x7fffffff, 0), "i/o error in demand load");
	checkstr(oddcopy(2, 0xfffff000, 0), "i/o error in demand load");
	checkstr(oddcopy(3, 0xffffffff, 0), "");
	checkstr(oddcopy(3, 0xfffff000, 0), "");
}

static void
filescutshortrununtilthatistouched(void)
{
	static s32int len[] = {EXECHDR64, 41, 4096, 8192};
	uint i;

	/* the header's first word is as it should be */
	for(i = 0; i < nelem(len); i++)
		checkstr(
		    oddcopy(0, S_MAGIC, len[i]), "i/o error in demand load");
	checkstr(oddcopy(0, S_MAGIC, readfile(self, buf, sizeof buf) - 500),
	    "i/o error in demand load");
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
executableswrittennowrun(void)
{
	char *name = tmpname("copy"), *argv[] = {"x", "-exit", "as told", nil};
	s32int n;
	int i;

	n = readfile(self, buf, sizeof buf);
	check(n > 0 && n < (int)sizeof buf - 1);
	for(i = 0; i < 3; i++) {
		check(writefile(name, buf, n, 0755) == 0);
		checkstr(run(name, argv), "as told");
		n = readfile(self, buf, sizeof buf);
	}
	remove(name);
}

/* The one place of this program's file with marker's text; read it into buf. */
static char *
findmarker(s32int *n)
{
	char *p;

	*n = readfile(self, buf, sizeof buf);
	check(*n > 0 && *n < (int)sizeof buf);
	for(p = buf; p + sizeof marker <= buf + *n; p++)
		if(memcmp(p, marker, sizeof marker) == 0)
			return p;
	fail("no marker in %s", self);
	return nil;
}

/* Rewritten in place, as long as before and within one tick of the host's file
 * times: still a program of its own. */
static void
rewrittenprogramsarenew(void)
{
	char *name = tmpname("rewritten"), *p, want[sizeof marker];
	char *argv[] = {"x", "-marker", nil};
	s32int n;
	int fd, i;

	p = findmarker(&n);
	check(writefile(name, buf, n, 0755) == 0);
	fd = open(name, OWRITE);
	check(fd >= 0);
	strecpy(want, want + sizeof want, marker);
	for(i = 0; i < 200; i++) {
		want[0] = 'a' + i % 26;
		checkint(pwrite(fd, want, 1, p - buf), 1);
		checkstr(run(name, argv), want);
		p = findmarker(&n);
	}
	close(fd);
	remove(name);
}

/* The same, with the time of the last change put back: wstat(5). */
static void
backdatedprogramsarenew(void)
{
	char *name = tmpname("backdated"), *p, want[sizeof marker];
	char *argv[] = {"x", "-marker", nil};
	s32int n;
	int i;
	Dir d;

	nulldir(&d);
	d.mtime = 1000000000;
	for(i = 0; i < 3; i++) {
		p = findmarker(&n);
		*p = 'a' + i;
		strecpy(want, want + sizeof want, p);
		check(writefile(name, buf, n, 0755) == 0);
		check(dirwstat(name, &d) >= 0);
		sleep(50); /* the host's file times differ by now */
		checkstr(run(name, argv), want);
	}
	remove(name);
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
	else if(strcmp(m, "-marker") == 0)
		exits(marker);
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
	    CASE(argumentsbiggerthanthestackfail),
	    CASE(noargumentsatallisdefined),
	    CASE(startstateisasdocumented),
	    CASE(imageisfreshafterexec),
	    CASE(ocexecclosesatexec),
	    CASE(alongprogramnamecutstheexitstring),
	    CASE(failedexecclosesnothing),
	    CASE(handlerisgoneafterexec),
	    CASE(pidstaysthesame),
	    CASE(scriptsruntheirinterpreter),
	    CASE(scriptofamissinginterpreterfails),
	    CASE(scriptsdonotnest),
	    CASE(missingfilesanddirectoriesfail),
	    CASE(nopermissionfails),
	    CASE(junkisnotexecutable),
	    CASE(whatevertheyareissaidalike),
	    CASE(badheadersarerefused),
	    CASE(segmentsmaybelargerthanthefile),
	    CASE(filescutshortrununtilthatistouched),
	    CASE(execclearstheerrorstring),
	    CASE(badargumentscomebeforethefile),
	    CASE(failedexecleavestheprocessrunning),
	    CASE(badpointersarerefused),
	    CASE(execinasharedmemorychildleavesthememory),
	    CASE(sharedsegmentsstayacrossexec),
	    CASE(sgcexecsegmentsgoatexec),
	    CASE(executableswrittennowrun),
	    CASE(rewrittenprogramsarenew),
	    CASE(backdatedprogramsarenew),
	    CASE(manyexecsinarow),
	    CASE(execreplacesitselfrepeatedly),
	};

	if(argc == 0)
		exits(nil); /* noargumentsatallisdefined */
	if(argc > 1 && argv[1][0] == '-')
		mode(argc, argv);
	runcases(cases, nelem(cases), argc, argv);
}
