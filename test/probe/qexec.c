/* exec: headers, #!, argv limits, Tos, the stack and registers at start, what is kept. Error strings and bad arguments. */
#include "probe.h"

static uchar img[400000];
static int imgn;
static char b[3000];

static void
put4(uchar *p, u32int v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}
static u32int
get4(uchar *p)
{
	return p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static char *
try(char *f, char **av)
{
	int p = rfork(RFPROC | RFFDG | RFNOTEG);

	if(p == 0) {
		notify(nil);
		noerr();
		exec(f, av);
		exits(qs("exec: %s", errs()));
	}
	return kidrest(p, 1500);
}
static void
img2(int n)
{
	int fd = create("xx", OWRITE, 0777), k, m;
	for(k = 0; k < n; k += m)
		if((m = write(fd, img + k, n - k > 8192 ? 8192 : n - k)) <= 0)
			break;
	close(fd);
}

static void
headers(void)
{
	char *av[] = {"xx", "ok", nil};
	int fd, m, i;
	uchar keep[40];
	static u32int v[] = {
	    0, 1, 0x1000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffff000};
	static char *fn[] = {"magic", "text", "data", "bss", "syms", "entry",
	    "spsz", "pcsz", "entry64 high", "entry64 low"};

	fd = open(argv0, OREAD);
	for(imgn = 0; (m = read(fd, img + imgn, 8192)) > 0; imgn += m)
		;
	close(fd);
	memcpy(keep, img, 40);
	img2(imgn);
	ans("as it is", "%s", try("xx", av));
	for(i = 0; i < 10; i++)
		for(m = 0; m < (int)nelem(v); m++) {
			if(i == 3 && v[m] > 0x1000 && v[m] < 0xf0000000)
				continue;
			put4(img + i * 4, v[m]);
			img2(imgn);
			ans(qs("%s %x", fn[i], v[m]), "%s", try("xx", av));
			memcpy(img, keep, 40);
		}
	static u32int mg[] = {
	    0x1eb, 0x647, 0x8c47, 0x407, 0x8a98, 0x7f454c46, 0x978a0000};
	for(m = 0; m < (int)nelem(mg); m++) {
		put4(img, mg[m]);
		img2(imgn);
		ans(qs("magic %x", mg[m]), "%s", try("xx", av));
		memcpy(img, keep, 40);
	}
	put4(img + 4, get4(keep + 4) + 1);
	img2(imgn);
	ans("text + 1", "%s", try("xx", av));
	put4(img + 4, get4(keep + 4) - 1);
	img2(imgn);
	ans("text - 1", "%s", try("xx", av));
	memcpy(img, keep, 40);
	static int cut[] = {0, 1, 4, 31, 32, 39, 40, 41, 100, 4096, 8192};
	for(m = 0; m < (int)nelem(cut); m++) {
		img2(cut[m]);
		ans(qs("first %d bytes", cut[m]), "%s", try("xx", av));
	}
	img2(imgn - 5000);
	ans("data cut", "%s", try("xx", av));
}

static void
scripts(void)
{
	static char *s[] = {"#!/bin/echo\n", "#!/bin/echo a\n",
	    "#!/bin/echo a b c\n", "#!/bin/echo 'a b' c\n", "#! /bin/echo a\n",
	    "#!\t/bin/echo\n", "#!/bin/echo", "#!/nosuch\n", "#!\n", "#!", "#",
	    "#!  \n", "#!./xx ok\n", "#!xx ok\n", "#!/tmp/qx/s a\n",
	    "#!/dev/null\n", "#!/bin\n", "#!/bin/echo  a   b  \n",
	    "#!/bin/echo a\r\n", "#!/bin/echo\na b\n"};
	char *av[] = {"argv0", "one", "two", nil};
	char big[400];
	uint i;

	img2(imgn);
	for(i = 0; i < nelem(s); i++) {
		remove("s");
		writefile("s", s[i], strlen(s[i]), 0777);
		int p[2], n, k;
		pipe(p);
		k = rfork(RFPROC | RFFDG);
		if(k == 0) {
			dup(p[1], 1);
			close(p[0]);
			close(p[1]);
			exec("/tmp/qx/s", av);
			exits(errs());
		}
		close(p[1]);
		char *e = kidrest(k, 2000);
		n = e[0] ? 0 : read(p[0], b, 500);
		close(p[0]);
		ans(qs("script %s", show(s[i], strlen(s[i]))), "%s|%s", e,
		    show(b, n > 0 ? n : 0));
	}
	for(i = 20; i < 300; i += 30) {
		memset(big, 'a', 400);
		memcpy(big, "#!/bin/echo ", 12);
		big[i] = '\n';
		remove("s");
		writefile("s", big, i + 1, 0777);
		ans(qs("script line of %d", i), "%s",
		    try("/tmp/qx/s", (char *[]){"s", nil})[0] ? "fails" : "ok");
	}
	ans("exec of a directory", "%s", try("/tmp", av));
	ans("exec of a device", "%s", try("/dev/null", av));
	ans("exec of missing", "%s", try("/nosuch", av));
	ans("exec of an empty name", "%s", try("", av));
	ans("exec of a file without x", "%s",
	    (writefile("nx", "abc", 3, 0666), try("nx", av)));
	ans("exec of a file without r", "%s",
	    (writefile("nr", "abc", 3, 0111), try("nr", av)));
	ans("exec of text", "%s",
	    (writefile(
		 "tx", "hello there, this is text and more text\n", 40, 0777),
		try("tx", av)));
}

static void
args(void)
{
	static char *av[30000];
	static char big[70000];
	int i;
	static int len[] = {
	    1000, 4000, 20000, 30000, 32000, 33000, 60000, 69999};
	static int cnt[] = {100, 1000, 4000, 10000, 20000};

	for(i = 0; i < (int)nelem(len); i++) {
		memset(big, 'a', sizeof big);
		big[len[i]] = 0;
		av[0] = "x";
		av[1] = "ok";
		av[2] = big;
		av[3] = nil;
		ans(qs("argument of %d", len[i]), "%s", try(argv0, av));
	}
	for(i = 0; i < (int)nelem(cnt); i++) {
		int k;
		for(k = 2; k < cnt[i]; k++)
			av[k] = "12345678";
		av[k] = nil;
		ans(qs("%d arguments", cnt[i]), "%s", try(argv0, av));
	}
	char *none[] = {nil}, *bad[] = {"x", (char *)16, nil},
	     *empty[] = {"", "ok", nil};
	ans("no arguments", "%s", try(argv0, none));
	ans("bad argument", "%s", try(argv0, bad));
	ans("argv nil", "%s", try(argv0, nil));
	ans("argv bad", "%s", try(argv0, (char **)16));
	ans("argv[0] empty", "%s", try(argv0, empty));
	ans("name bad", "%s", try((char *)16, none));
}

static void
start(void)
{
	char *av[] = {"a/b/long name", "show", "arg2", "", "x", nil};
	int p, fd;

	fd = open("/dev/null", OREAD | OCEXEC);
	dup(fd, 20);
	close(fd);
	fd = open("/dev/null", OREAD | OCEXEC);
	shm[1] = fd;
	alarm(100000);
	setfcw(0x27f);
	setmxcsr(0x5f80);
	notify(nohand);
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		alarm(50000);
		noerr();
		open("/nosuch", 0);
		exec(argv0, av);
	}
	ans("it", "%s", kidrest(p, 2000));
	{
		char *nv[] = {"x", "sleep", nil};
		p = rfork(RFPROC | RFFDG);
		if(p == 0) {
			notify(nohand);
			exec(argv0, nv);
		}
		sleep(50);
		postnote(p, "after exec");
		ans("note after exec, handler before", "%s", kidrest(p, 2000));
	}
}

static void
errstrs(void)
{
	char e[300], f[300];
	uint i;
	static int n[] = {0, 1, 2, 5, 64, 127, 128, 129, 200, -1};

	for(i = 0; i < nelem(n); i++) {
		memset(e, 'e', sizeof e);
		e[299] = 0;
		N(qs("errstr of %d", n[i]), errstr(e, n[i]));
		memset(f, '#', sizeof f);
		f[0] = 0;
		errstr(f, 200);
		ans(qs("errstr of %d: then", n[i]), "%d", strlen(f));
	}
	for(i = 0; i < nelem(n); i++) {
		memset(e, 'k', 100);
		e[100] = 0;
		errstr(e, 128);
		memset(f, '#', sizeof f);
		f[0] = 0;
		errstr(f, n[i]);
		f[299] = 0;
		ans(qs("errstr out to %d", n[i]), "%d",
		    strlen(f) > 280 ? -1 : (int)strlen(f));
	}
	memset(e, 'e', 126);
	strcpy(e + 126, "\xc3\xa9\xc3\xa9");
	errstr(e, 200);
	f[0] = 0;
	errstr(f, 200);
	ans("cut in UTF-8", "%d %s", strlen(f), show(f + strlen(f) - 2, 2));
	strcpy(e, "a\nb\001\xff");
	errstr(e, 128);
	f[0] = 0;
	errstr(f, 128);
	ans("odd bytes", "%s", show(f, strlen(f)));
	N("errstr bad address", errstr((char *)16, 128));
	N("errstr text", errstr((char *)0x200100, 128));
	noerr();
	ans("after a success, the error stays", "%s",
	    (open("/nosuch", 0), close(open("/dev/null", 0)), errs()));
	errstr(strcpy(e, "inherited"), 128);
	if(rfork(RFPROC | RFFDG) == 0) {
		ans("child's errstr", "%s", errs());
		exits(nil);
	}
	kidmsg(-1);
	ans("_errstr", "%d", _errstr(e));
}

static void
badargs(void)
{
	static struct
	{
		char *n;
		int k, a;
	} S[] = {{"bind", 2, 3}, {"chdir", 3, 1}, {"fauth", 10, 2},
	    {"open", 14, 2}, {"pipe", 21, 1}, {"create", 22, 3},
	    {"fd2path", 23, 3}, {"remove", 25, 1}, {"segattach", 30, 4},
	    {"unmount", 35, 2}, {"semacquire", 37, 2}, {"semrelease", 38, 2},
	    {"seek", 39, 4}, {"fversion", 40, 4}, {"errstr", 41, 2},
	    {"stat", 42, 3}, {"fstat", 43, 3}, {"wstat", 44, 3},
	    {"fwstat", 45, 3}, {"mount", 46, 5}, {"await", 47, 2},
	    {"pread", 50, 4}, {"pwrite", 51, 4}, {"tsemacquire", 52, 2},
	    {"nsec", 53, 1}, {"_errstr", 1, 1}, {"_fsession", 9, 3},
	    {"_fstat", 11, 2}, {"_mount", 13, 4}, {"_read", 15, 3},
	    {"_stat", 18, 2}, {"_write", 20, 3}, {"_wstat", 26, 2},
	    {"_fwstat", 27, 2}, {"_wait", 36, 1}, {"sysr1", 0, 0},
	    {"notify", 28, 1}, {"exec", 7, 2}};
	static uvlong bad[] = {0, 16, 0xffffffff80110000, 0x8000000000000000,
	    0x7ffffffff000, 0x7fffffffffff};
	uint i, j;

	for(i = 0; i < nelem(S); i++)
		for(j = 0; j < nelem(bad); j++) {
			int p = rfork(RFPROC | RFFDG | RFNAMEG | RFNOTEG);
			if(p == 0) {
				notify(nil);
				noerr();
				uvlong x = bad[j];
				int fdf = S[i].k == 10 || S[i].k == 23 ||
				    S[i].k == 39 || S[i].k == 40 ||
				    S[i].k == 43 || S[i].k == 45 ||
				    S[i].k == 50 || S[i].k == 51 ||
				    S[i].k == 15 || S[i].k == 20;
				uvlong first =
				    fdf ? (uvlong)open("/dev/zero", ORDWR) : x;
				if(fdf && (S[i].k == 50 || S[i].k == 15))
					first = open("/dev/zero", OREAD);
				if(S[i].k == 39)
					first = x;
				vlong r = trapsyscall(S[i].k, first,
				    S[i].k == 39 ? 0 : x, S[i].a > 2 ? 100 : x,
				    S[i].k >= 50 ? -1LL : x, x);
				exits(qs("%s %s",
				    r == -1	 ? "-1"
					: r == 0 ? "0"
						 : "+",
				    r == -1 ? errs() : ""));
			}
			ans(qs("%s with %llx", S[i].n, bad[j]), "%s",
			    kidrest(p, 1000));
		}
	/* 32-bit arguments */
	N("close(1<<32 | 99)", trapsyscall(4, 0x100000063ULL));
	N("dup(1<<32, -1)", trapsyscall(5, 0x100000000ULL, 0xffffffffULL) > 0);
	N("open mode 1<<32", trapsyscall(14, "/dev/null", 0x100000000ULL) > 0);
	N("pread count 1<<32|5",
	    trapsyscall(
		50, trapsyscall(14, "/dev/zero", 0), b, 0x100000005ULL, -1LL));
	N("sleep(1<<32)", trapsyscall(17, 0x100000000ULL));
	N("alarm(1<<32)", trapsyscall(6, 0x100000000ULL));
	N("seek whence 1<<32", trapsyscall(39, b, 0, 0LL, 0x100000000ULL));
	N("rfork 1<<32", trapsyscall(19, 0x100000000ULL));
	N("await n 1<<32", trapsyscall(47, b, 0x100000000ULL));
	N("_nsec result is 64 bits", trapsyscall(53, 0) > 1LL << 40);
	N("pread's -1 in 64 bits", trapsyscall(50, 99, b, 1, 0LL) == -1);
}

void
main(int argc, char *argv[])
{
	if(argc > 1 && strcmp(argv[1], "ok") == 0)
		exits("ran");
	if(argc > 1 && strcmp(argv[1], "sleep") == 0) {
		sleep(1000);
		exits("slept");
	}
	if(argc > 1 && strcmp(argv[1], "show") == 0) {
		uvlong *sp = (uvlong *)_startsp;
		int i;
		char *e = (char *)sp;
		ans("argc", "%d", argc);
		for(i = 0; i < argc; i++)
			ans(qs("argv %d", i), "%s", argv[i]);
		ans("sp mod 16", "%d", (int)(_startsp & 15));
		ans("sp mod 64", "%d", (int)(_startsp & 63));
		ans("word at sp", "%llx", *sp);
		ans("argv ends with nil", "%d", sp[1 + argc] == 0);
		ans("word after", "%d", sp[2 + argc] == 0);
		ans("Tos at top", "%llx", 0x7ffffffff000ULL - (uvlong)_tos);
		ans("strings below Tos", "%lld",
		    (vlong)((char *)_tos - argv[argc - 1]));
		ans("argv 0 to last", "%lld",
		    (vlong)(argv[argc - 1] - argv[0]));
		ans("argv to strings", "%lld",
		    (vlong)(argv[0] - (char *)(sp + 1)));
		ans("bytes after the last string", "%s",
		    show(argv[argc - 1] + 2, 6));
		ans("fcw mxcsr", "%x %x", _startfcw & 0xffff, _startmxcsr);
		ans("Tos prof", "%llx %llx %llx %llx %d %d", _tos->prof.pp,
		    _tos->prof.next, _tos->prof.last, _tos->prof.first,
		    _tos->prof.pid, _tos->prof.what);
		ans("Tos pid is pid", "%d",
		    _tos->pid ==
			(u32int)atoi(pfile(_tos->pid, "status")
				? qs("%d", _tos->pid)
				: "0"));
		ans("Tos cyclefreq not 0", "%d", _tos->cyclefreq != 0);
		ans("Tos clock", "%d", _tos->clock < 1000);
		ans("errstr after exec", "%s", errs());
		ans("alarm after exec", "%d", alarm(0) > 0);
		N("OCEXEC descriptor", close(atoi("0") + 19));
		N("fd 20, dup of OCEXEC", close(20));
		ans("args file", "%s", pfile(_tos->pid, "args"));
		ans("status name", "%s", show(pfile(_tos->pid, "status"), 28));
		USED(e);
		exits(nil);
	}
	if(argc > 2)
		exits(qs("args %d", argc));
	if(argc == 0)
		exits("no args at all");
	probeinit(argv);
	if(strchr(argv[0], '/') == nil) {
		static char full[100];
		snprint(full, sizeof full, "/tmp/%s", argv[0]);
		argv0 = full;
	} else if(argv[0][0] == '.') {
		static char full[100];
		snprint(
		    full, sizeof full, "/tmp/%s", strrchr(argv[0], '/') + 1);
		argv0 = full;
	}
	close(create("/tmp/qx", OREAD, DMDIR | 0777));
	chdir("/tmp/qx");
	group("headers", headers, 40);
	group("scripts", scripts, 15);
	group("args", args, 15);
	group("start", start, 10);
	group("errstrs", errstrs, 10);
	group("badargs", badargs, 40);
}
