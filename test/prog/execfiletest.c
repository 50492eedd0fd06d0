/*
 * Which files exec runs: scripts, broken headers, files that are cut or written again. exec(2),
 * a.out(6). The program runs itself, or copies of itself, as `execfiletest -mode ...`.
 */
#include "execself.h"

static char marker[] = "?marker of one program among its copies";

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

/* A line of n words, the interpreter's name included. */
static void
linehaswords(int n, char *err)
{
	char *name = tmpname("words"), text[512], *p, *e = text + sizeof text;
	char *argv[] = {"x", nil};

	snprint(text, sizeof text, "#!%s -args", self);
	for(p = text + strlen(text); n > 2; n--)
		p = strecpy(p, e, " w");
	strecpy(p, e, "\n");
	script(name, text, 0755);
	checkstr(run(name, argv), err);
	remove(name);
}

static void
linesaresplitintothirtytwowords(void)
{
	linehaswords(32, "");
	checkhas(buf, "33\n["); /* its own name too */
	linehaswords(33, "exec header invalid");
	linehaswords(60, "exec header invalid");
}

/* The name of script i of a chain. */
static char *
level(int i)
{
	static char name[64];

	snprint(name, sizeof name, "./level%d.%d", getpid(), i);
	return name;
}

/* Scripts 0 to n - 1: each is run by the next, with its number as a word, the last by this
 * program. */
static void
chain(int n)
{
	char text[512];
	int i;

	for(i = 0; i < n; i++) {
		if(i == n - 1)
			snprint(text, sizeof text, "#!%s -args last\n", self);
		else
			snprint(
			    text, sizeof text, "#!%s of%d\n", level(i + 1), i);
		script(level(i), text, 0755);
	}
}

static void
unchain(int n)
{
	int i;

	for(i = 0; i < n; i++)
		remove(level(i));
}

/* The words of the innermost script come first, and the name of each but the first stands where
 * the line of the script before it has it. */
static void
scriptsmayberunbyscripts(void)
{
	char *argv[] = {"called as", "arg", nil}, want[512], me[64];

	snprint(me, sizeof me, "%s", level(0) + 2);
	chain(2);
	checkstr(run(level(0), argv), "");
	snprint(want, sizeof want, "7\n[%s]\n[-args]\n[last]\n", me);
	check(strncmp(buf, want, strlen(want)) == 0);
	snprint(want, sizeof want, "[%s]\n[of0]\n", level(1));
	checkhas(buf, want);
	snprint(want, sizeof want, "[of0]\n[%s]\n[arg]\n", level(0));
	checkhas(buf, want);
	unchain(2);
	chain(3);
	checkstr(run(level(0), argv), "");
	snprint(want, sizeof want, "9\n[%s]\n[-args]\n[last]\n", me);
	check(strncmp(buf, want, strlen(want)) == 0);
	snprint(want, sizeof want, "[last]\n[%s]\n[of1]\n", level(2));
	checkhas(buf, want);
	snprint(want, sizeof want, "[of1]\n[%s]\n[of0]\n", level(1));
	checkhas(buf, want);
	unchain(3);
}

static void
scriptsnesteightdeep(void)
{
	char *argv[] = {"x", nil};

	chain(8);
	checkstr(run(level(0), argv), "");
	unchain(8);
	chain(9);
	checkstr(run(level(0), argv), "exec header invalid");
	checkstr(run(level(1), argv), "");
	unchain(9);
}

static void
ascriptthatrunsitselffails(void)
{
	char *argv[] = {"x", nil}, text[128];

	snprint(text, sizeof text, "#!%s a\n", level(0));
	script(level(0), text, 0755);
	checkstr(run(level(0), argv), "exec header invalid");
	remove(level(0));
}

/* Each script of a chain must be allowed to be executed. */
static void
aninterpreterneedspermission(void)
{
	char *argv[] = {"x", nil};
	Dir d;

	chain(2);
	nulldir(&d);
	d.mode = 0644;
	check(dirwstat(level(1), &d) > 0);
	checkhas(run(level(0), argv), "permission denied");
	unchain(2);
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
	    /* and for the host's programs one that says what runs them */
	    {"\177ELF\002\001\001", 7, "Linux executable: use os(1)"},
	    {"\177ELF\001\001\001", 7, "Linux executable: use os(1)"},
	    {"\177EL", 3, "exec header invalid"},
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
mode(int argc, char *argv[])
{
	char *m = argv[1];

	self = argv[0];
	if(strcmp(m, "-args") == 0)
		modeargs(argc, argv);
	else if(strcmp(m, "-image") == 0)
		modeimage();
	else if(strcmp(m, "-exit") == 0)
		exits(argv[2]);
	else if(strcmp(m, "-marker") == 0)
		exits(marker);
	else
		exits("unknown mode");
	exits(nil);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(scriptsruntheirinterpreter),
	    CASE(scriptofamissinginterpreterfails),
	    CASE(linesaresplitintothirtytwowords),
	    CASE(scriptsmayberunbyscripts),
	    CASE(scriptsnesteightdeep),
	    CASE(ascriptthatrunsitselffails),
	    CASE(aninterpreterneedspermission),
	    CASE(missingfilesanddirectoriesfail),
	    CASE(nopermissionfails),
	    CASE(junkisnotexecutable),
	    CASE(whatevertheyareissaidalike),
	    CASE(badheadersarerefused),
	    CASE(segmentsmaybelargerthanthefile),
	    CASE(filescutshortrununtilthatistouched),
	    CASE(executableswrittennowrun),
	    CASE(rewrittenprogramsarenew),
	    CASE(backdatedprogramsarenew),
	};

	if(argc > 1 && argv[1][0] == '-')
		mode(argc, argv);
	runcases(cases, nelem(cases), argc, argv);
}
