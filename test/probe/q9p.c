/* What the kernel asks a 9P server for each system call. */
#include "psrv.h"

static char buf[70000];
static uchar st[1024];

static int
mnt(int flag)
{
	int fd = server();

	return mount(fd, -1, "/n", flag, "");
}

static void
basics(void)
{
	int fd, fd2;
	Dir d;

	fd = server();
	O("mount", mount(fd, -1, "/n", MREPL | MCREATE, "spec/x"));
	asked("mount");
	O("write on the mounted descriptor", write(fd, "abc", 3));
	O("read on the mounted descriptor", read(fd, buf, 3));
	O("close of it", close(fd));
	asked("close of it");
	fd = O("open for read", open("/n/greeting", OREAD));
	asked("open for read");
	N("read", read(fd, buf, sizeof buf));
	asked("read of 70000");
	N("read at the end", read(fd, buf, 100));
	asked("read at the end");
	N("read 0", read(fd, buf, 0));
	asked("read of 0 bytes");
	N("pread", pread(fd, buf, 5, 3));
	asked("pread");
	O("seek end", seek(fd, 0, 2));
	asked("seek to the end");
	N("fstat", fstat(fd, st, sizeof st) > 0);
	asked("fstat");
	N("dup", (fd2 = dup(fd, -1)) >= 0);
	close(fd2);
	asked("dup and close");
	close(fd);
	asked("close");
	O("open missing", open("/n/nothere", OREAD));
	asked("open missing");
	O("open missing deep", open("/n/sub/nothere/a/b", OREAD));
	asked("open missing deep");
	O("open below a file", open("/n/greeting/x", OREAD));
	asked("open below a file");
	O("stat", stat("/n/sub/deep", st, sizeof st));
	asked("stat");
	O("stat of the root", stat("/n", st, sizeof st));
	asked("stat of the root");
	ans("stat of the root: name", "%s",
	    show(st + 43, st[41] < 20 ? st[41] : 20));
	O("stat short buffer", stat("/n/sub/deep", st, 20));
	asked("stat with a short buffer");
	O("stat 2 byte buffer", stat("/n/sub/deep", st, 2));
	O("stat 1 byte buffer", stat("/n/sub/deep", st, 1));
	logclear();
	fd = O("open ORDWR|OTRUNC", open("/n/sub/deep", ORDWR | OTRUNC));
	asked("open ORDWR|OTRUNC");
	N("write", write(fd, "hello", 5));
	asked("write");
	N("write 0", write(fd, "hello", 0));
	asked("write of 0 bytes");
	N("pwrite", pwrite(fd, "hello", 5, 1000));
	asked("pwrite");
	close(fd);
	asked("close after write");
	fd = O("open OEXEC|OCEXEC", open("/n/prog", OEXEC | OCEXEC));
	asked("open OEXEC|OCEXEC");
	close(fd);
	logclear();
	fd = O("open ORCLOSE", open("/n/excl", OREAD | ORCLOSE));
	asked("open ORCLOSE");
	close(fd);
	asked("close ORCLOSE");
	fd = O("create", create("/n/new", OWRITE, 0640));
	asked("create new");
	close(fd);
	logclear();
	fd = O("create existing", create("/n/new", OWRITE, 0640));
	asked("create existing");
	close(fd);
	logclear();
	fd = O("create OEXCL existing", create("/n/new", OWRITE | OEXCL, 0640));
	asked("create OEXCL existing");
	close(fd);
	logclear();
	fd = O("create OEXCL new", create("/n/new2", OWRITE | OEXCL, 0640));
	asked("create OEXCL new");
	close(fd);
	logclear();
	fd = O("create ORCLOSE|OCEXEC",
	    create("/n/new3", ORDWR | ORCLOSE | OCEXEC, 0640));
	asked("create ORCLOSE|OCEXEC");
	close(fd);
	asked("close of that");
	fd = O("create a directory", create("/n/ndir", OREAD, DMDIR | 0755));
	asked("create a directory");
	close(fd);
	logclear();
	fd = O("create DMAPPEND|DMEXCL|DMTMP",
	    create("/n/odd", OWRITE, DMAPPEND | DMEXCL | DMTMP | 0666));
	asked("create DMAPPEND|DMEXCL|DMTMP");
	N("write to append", write(fd, "x", 1));
	N("pwrite to append", pwrite(fd, "x", 1, 77));
	asked("write to append");
	close(fd);
	logclear();
	O("create in a missing directory", create("/n/xx/new", OWRITE, 0640));
	asked("create in a missing directory");
	O("create with a slash at the end", create("/n/new9/", OWRITE, 0640));
	asked("create with a slash at the end");
	O("create .", create("/n/.", OWRITE, 0640));
	asked("create .");
	O("create ..", create("/n/..", OWRITE, 0640));
	asked("create ..");
	O("create of the mount point", create("/n", OREAD, DMDIR | 0777));
	asked("create of the mount point");
	O("remove", remove("/n/new"));
	asked("remove");
	O("remove missing", remove("/n/new"));
	asked("remove missing");
	O("remove of the mount point", remove("/n"));
	asked("remove of the mount point");
	nulldir(&d);
	O("wstat of nothing", dirwstat("/n/new2", &d));
	asked("wstat of nothing");
	d.mode = 0600;
	O("wstat of mode", dirwstat("/n/new2", &d));
	asked("wstat of mode");
	nulldir(&d);
	d.name = "renamed";
	d.length = 3;
	d.mtime = 5;
	O("wstat of name, length and mtime", dirwstat("/n/new2", &d));
	asked("wstat of name, length and mtime");
	fd = open("/n/greeting", OREAD);
	logclear();
	nulldir(&d);
	d.gid = "g";
	O("fwstat", dirfwstat(fd, &d));
	asked("fwstat");
	close(fd);
	logclear();
	O("wstat with type and dev set",
	    (nulldir(&d), d.type = 'M', d.dev = 3,
		dirwstat("/n/greeting", &d)));
	asked("wstat with type and dev set");
	O("chdir", chdir("/n/sub"));
	asked("chdir");
	fd = O("open .", open(".", OREAD));
	asked("open .");
	close(fd);
	logclear();
	fd = O("open deep", open("deep", OREAD));
	asked("open of a name in dot");
	close(fd);
	logclear();
	fd = O("open ../big", open("../big", OREAD));
	asked("open ../big");
	N("read big 40000", read(fd, buf, 40000));
	asked("read of 40000");
	close(fd);
	logclear();
	fd = O("open ../..", open("../..", OREAD));
	asked("open ../..");
	close(fd);
	logclear();
	fd = O("open ./././deep", open("./././deep", OREAD));
	asked("open ./././deep");
	close(fd);
	logclear();
	fd = O("open /n/sub/../sub/./../many//file3",
	    open("/n/sub/../sub/./../many//file3", OREAD));
	asked("open with dot-dots");
	fd2path(fd, buf, 200);
	ans("fd2path", "%s", buf);
	asked("fd2path");
	close(fd);
	logclear();
	fd = O("open /n/greeting/.", open("/n/greeting/.", OREAD));
	asked("open of a file with /.");
	close(fd);
	fd = O("open /n/greeting/", open("/n/greeting/", OREAD));
	asked("open of a file with /");
	close(fd);
	logclear();
	fd = O("open /n/greeting/..", open("/n/greeting/..", OREAD));
	asked("open of a file's ..");
	close(fd);
	logclear();
	O("17 levels",
	    open("/n/sub/deep/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h", OREAD));
	asked("a walk of 19 names");
	O("existing 20 with dots",
	    stat(
		"/n/sub/../sub/../sub/../sub/../sub/../sub/../sub/../sub/../sub/../sub/deep",
		st, sizeof st));
	asked("a walk with 9 dot-dots");
	chdir("/");
	asked("chdir away");
	O("bind /n/sub /n/many", bind("/n/sub", "/n/many", MREPL));
	asked("bind within");
	O("stat of the bound", stat("/n/many/deep", st, sizeof st));
	asked("stat of the bound");
	O("unmount of it", unmount(nil, "/n/many"));
	asked("unmount of the bound");
	O("unmount", unmount(nil, "/n"));
	asked("unmount");
}

static void
dirs(void)
{
	int fd, n, i, k;

	mnt(MREPL);
	logclear();
	fd = open("/n/many", OREAD);
	logclear();
	N("dir read 8192", read(fd, buf, 8192));
	asked("dir read of 8192");
	N("dir read 8192 again", read(fd, buf, 8192));
	asked("dir read again");
	seek(fd, 0, 0);
	asked("seek of a directory");
	N("dir read of 100", read(fd, buf, 100));
	asked("dir read of 100");
	N("dir read of 100, second", read(fd, buf, 100));
	asked("dir read of 100, second");
	N("dir read of 10", read(fd, buf, 10));
	asked("dir read of 10");
	N("dir pread at 5", pread(fd, buf, 1000, 5));
	asked("dir pread at 5");
	N("dir pread at 65", pread(fd, buf, 1000, 65));
	asked("dir pread at 65");
	N("dir pread at 0 after", pread(fd, buf, 1000, 0));
	asked("dir pread at 0");
	N("dir seek to 7", seek(fd, 7, 0));
	N("dir seek 0 2", seek(fd, 0, 2));
	N("dir seek 0 1", seek(fd, 0, 1));
	asked("dir seeks");
	close(fd);
	logclear();
	bind("/n/sub", "/n/many", MAFTER);
	fd = open("/n/many", OREAD);
	asked("open of a union");
	for(n = 0, i = 0; (k = read(fd, buf, 8192)) > 0; i++)
		n += k;
	ans("union of two: reads, bytes", "%d %d", i, n);
	asked("reads of a union");
	N("union read after the end", read(fd, buf, 8192));
	asked("union read after the end");
	N("union seek 0", seek(fd, 0, 0));
	N("union read after it", read(fd, buf, 8192));
	asked("union read after seek");
	N("union pread", pread(fd, buf, 8192, 0));
	N("union pread at 100", pread(fd, buf, 8192, 100));
	asked("union pread");
	close(fd);
	logclear();
	O("union stat", stat("/n/many", st, sizeof st));
	asked("stat of a union");
	O("union walk first", stat("/n/many/file1", st, sizeof st));
	asked("walk in a union's first");
	O("union walk second", stat("/n/many/deep", st, sizeof st));
	asked("walk in a union's second");
	O("union walk missing", stat("/n/many/nope", st, sizeof st));
	asked("walk in a union, missing");
	O("union create without MCREATE", create("/n/many/nope", OWRITE, 0666));
	asked("create in a union without MCREATE");
	O("union create of a file of the first",
	    fd = create("/n/many/file1", OWRITE, 0666));
	asked("create of a union's first file");
	close(fd);
	O("union ..", stat("/n/many/..", st, sizeof st));
	asked("union's ..");
}

static void
bigreads(void)
{
	int fd, i;
	static int ms[] = {256, 300, 1000, 8192, 8216, 16384, 32768 + 24,
	    65536 + 24, 131072, 1 << 24};
	static int io[] = {1, 100, 8192, 10000, 100000, -1};

	for(i = 0; i < (int)nelem(ms); i++) {
		srv->msize = ms[i];
		fd = server();
		unmount(nil, "/n");
		logclear();
		O(qs("msize %d: mount", ms[i]), mount(fd, -1, "/n", MREPL, ""));
		asked(qs("msize %d: mount", ms[i]));
		close(fd);
		fd = open("/n/big", ORDWR);
		logclear();
		N(qs("msize %d: read 40000", ms[i]), read(fd, buf, 40000));
		asked(qs("msize %d: read 40000", ms[i]));
		N(qs("msize %d: write 9000", ms[i]), pwrite(fd, buf, 9000, 0));
		asked(qs("msize %d: write 9000", ms[i]));
		close(fd);
	}
	srv->msize = 0;
	for(i = 0; i < (int)nelem(io); i++) {
		srv->iounit = io[i];
		fd = server();
		unmount(nil, "/n");
		mount(fd, -1, "/n", MREPL, "");
		close(fd);
		fd = open("/n/big", ORDWR);
		logclear();
		srv->iounit = 0;
		if(io[i] > 1) {
			N(qs("iounit %d: read 20000", io[i]),
			    read(fd, buf, 20000));
			asked(qs("iounit %d: read 20000", io[i]));
			N(qs("iounit %d: write 9000", io[i]),
			    pwrite(fd, buf, 9000, 0));
			asked(qs("iounit %d: write 9000", io[i]));
		} else {
			N(qs("iounit %d: read 5", io[i]), read(fd, buf, 5));
			asked(qs("iounit %d: read 5", io[i]));
		}
		close(fd);
	}
}

static void
caching(void)
{
	int fd, fd2;

	mnt(MREPL | MCACHE);
	asked("mount MCACHE");
	fd = O("MCACHE open", open("/n/big", ORDWR));
	asked("MCACHE open");
	N("MCACHE read 100", read(fd, buf, 100));
	asked("MCACHE read 100");
	N("MCACHE read 100 again", pread(fd, buf, 100, 0));
	asked("MCACHE read 100 again");
	N("MCACHE read 5000 at 0", pread(fd, buf, 5000, 0));
	asked("MCACHE read 5000 at 0");
	N("MCACHE read 5000 at 0 again", pread(fd, buf, 5000, 0));
	asked("MCACHE read 5000 at 0 again");
	N("MCACHE read 100 at 39990", pread(fd, buf, 100, 39990));
	asked("MCACHE read at the end");
	N("MCACHE read 100 at 39990 again", pread(fd, buf, 100, 39990));
	asked("MCACHE read at the end again");
	N("MCACHE write 10 at 50", pwrite(fd, "0123456789", 10, 50));
	asked("MCACHE write");
	N("MCACHE read after write", pread(fd, buf, 100, 0));
	ans("MCACHE read after write: sees", "%s", show(buf + 48, 14));
	asked("MCACHE read after write");
	fd2 = open("/n/big", OREAD);
	asked("MCACHE second open, other vers");
	N("MCACHE second read", pread(fd2, buf, 100, 0));
	asked("MCACHE second read, other vers");
	close(fd2);
	close(fd);
	logclear();
	fd = open("/n/big", OREAD);
	N("MCACHE third read", pread(fd, buf, 100, 0));
	asked("MCACHE after close: open and read");
	close(fd);
	fd = open("/n/many", OREAD);
	logclear();
	read(fd, buf, 8192);
	seek(fd, 0, 0);
	read(fd, buf, 8192);
	asked("MCACHE two reads of a directory");
	close(fd);
	fd = open("/n/app", OREAD);
	logclear();
	pread(fd, buf, 10, 0);
	pread(fd, buf, 10, 0);
	asked("MCACHE two reads of an append-only file");
	close(fd);
	fd = open("/n/big", OREAD);
	logclear();
	N("MCACHE read 40000", pread(fd, buf, 40000, 0));
	asked("MCACHE read 40000");
	N("MCACHE read 40000 again", pread(fd, buf, 40000, 0));
	asked("MCACHE read 40000 again");
	close(fd);
}

static void
slowreader(void *v)
{
	int fd = *(int *)v, n;
	char b[100];

	notify(nohand);
	noerr();
	n = read(fd, b, 100);
	ans("interrupted read", "%d %s", n, n < 0 ? errs() : show(b, n));
	n = pread(fd, b, 10, 0);
	ans("the next read, interrupted too", "%d %s", n,
	    n < 0 ? errs() : show(b, n));
}

/* pid is in its read, and the server has heard of it */
static void
waits(int pid)
{
	pwaitstate(pid, "Pread");
	sleep(100);
}

static void
flushes(void)
{
	int fd, pid, i;
	static struct
	{
		char *n;
		int lie;
	} L[] = {{"flush answered", LNONE},
	    {"answer, then flush answered", LANSWERFIRST},
	    {"flush answered, then the answer", LFLUSHFIRST},
	    {"only the answer", LNOFLUSH}};

	for(i = 0; i < (int)nelem(L); i++) {
		srv->lie = LNONE;
		mnt(MREPL);
		fd = open("/n/slow", OREAD);
		logclear();
		srv->lie = L[i].lie;
		srv->lieto = 0;
		ans("case", "%s", L[i].n);
		pid = kid(RFFDG | RFREND | RFNOTEG, slowreader, &fd);
		waits(pid);
		postnote(pid, "one");
		sleep(100);
		asked("note in a read");
		postnote(pid, "two");
		sleep(100);
		asked("a second note");
		ans("the reader ends with", "%s", kidrest(pid, 1500));
		asked("after its end");
		if(L[i].lie == LNOFLUSH)
			continue;
		pid = kid(RFFDG | RFREND | RFNOTEG, slowreader, &fd);
		waits(pid);
		logclear();
		postnote(pid, "kill");
		ans("a killed reader ends with", "%s", kidrest(pid, 1500));
		asked("a killed reader");
		srv->lie = LNONE;
		N("read of another file after",
		    (pid = open("/n/greeting", OREAD), read(pid, buf, 5)));
		asked("open and read after it");
		close(fd);
		asked("close of slow");
	}
}

static void
execs(void)
{
	int pid;
	char *av[] = {"/n/prog", "hello", nil}, *bv[] = {"/n/script", "x", nil},
	     *cv[] = {"/n/greeting", nil}, *dv[] = {"/n/sub", nil};

	mnt(MREPL);
	logclear();
	if((pid = fork()) == 0) {
		exec("/n/prog", av);
		exits(errs());
	}
	ans("exec ends with", "%s", kidmsg(pid));
	asked("exec");
	if((pid = fork()) == 0) {
		exec("/n/prog", av);
		exits(errs());
	}
	ans("exec again ends with", "%s", kidmsg(pid));
	asked("exec again");
	if((pid = fork()) == 0) {
		exec("/n/script", bv);
		exits(errs());
	}
	ans("exec of a script ends with", "%s", kidmsg(pid));
	asked("exec of a script");
	if((pid = fork()) == 0) {
		exec("/n/greeting", cv);
		exits(errs());
	}
	ans("exec of text ends with", "%s", kidmsg(pid));
	asked("exec of text");
	if((pid = fork()) == 0) {
		exec("/n/sub", dv);
		exits(errs());
	}
	ans("exec of a directory ends with", "%s", kidmsg(pid));
	asked("exec of a directory");
}

static void
versions(void)
{
	int fd, i, n, afd;
	static char *v[] = {"9P2000", "9P2000.L", "9P", "unknown", "9P2000 ",
	    "", "xyz", "9p2000"};

	for(i = 0; i < (int)nelem(v); i++) {
		strcpy(srv->version, v[i]);
		if(v[i][0] == 0)
			continue;
		fd = server();
		unmount(nil, "/n");
		logclear();
		O(qs("server says %s: mount", v[i]),
		    mount(fd, -1, "/n", MREPL, ""));
		asked(qs("server says %s", v[i]));
		close(fd);
	}
	srv->version[0] = 0;
	for(i = 0; i < (int)nelem(v); i++) {
		fd = server();
		logclear();
		strcpy(buf, v[i]);
		N(qs("fversion 0 '%s'", v[i]), n = fversion(fd, 0, buf, 100));
		asked(qs("fversion 0 '%s'", v[i]));
		ans("it gives", "%s", n > 0 ? show(buf, n) : "-");
		close(fd);
	}
	{
		static int m[] = {
		    1, 100, 127, 128, 255, 256, 8192, 100000, 0x7fffffff, -1};
		for(i = 0; i < (int)nelem(m); i++) {
			fd = server();
			logclear();
			strcpy(buf, "9P2000");
			N(qs("fversion msize %d", m[i]),
			    fversion(fd, m[i], buf, 100));
			asked(qs("fversion msize %d", m[i]));
			close(fd);
		}
	}
	fd = server();
	logclear();
	strcpy(buf, "9P2000");
	N("fversion short buffer 6", fversion(fd, 0, buf, 6));
	strcpy(buf, "9P2000");
	N("fversion short buffer 7", fversion(fd, 0, buf, 7));
	asked("fversion short buffers");
	strcpy(buf, "9P2000");
	N("fversion second time", fversion(fd, 0, buf, 100));
	asked("fversion second time");
	strcpy(buf, "9P2000");
	N("fversion second time, other size", fversion(fd, 4096, buf, 100));
	asked("fversion second time, other size");
	strcpy(buf, "9P");
	N("fversion second time, other version", fversion(fd, 0, buf, 100));
	O("mount after fversion", mount(dup(fd, -1), -1, "/n", MREPL, ""));
	asked("mount after fversion");
	O("second mount of the same",
	    mount(dup(fd, -1), -1, "/n", MAFTER, "abc"));
	asked("second mount");
	N("fauth refused", fauth(fd, "an"));
	asked("fauth refused");
	srv->auth = 1;
	afd = O("fauth", fauth(fd, "an"));
	asked("fauth");
	N("read of the afd", read(afd, buf, 10));
	asked("read of the afd");
	N("write of the afd", write(afd, "abc", 3));
	asked("write of the afd");
	N("fstat of the afd", fstat(afd, st, sizeof st) > 0);
	asked("fstat of the afd");
	buf[0] = 0;
	O("fd2path of the afd", fd2path(afd, buf, 100));
	ans("path of the afd", "%s", buf);
	O("mount with it", mount(dup(fd, -1), afd, "/n", MAFTER, "abc"));
	asked("mount with afd");
	O("mount with a bad afd", mount(dup(fd, -1), 99, "/n", MAFTER, "abc"));
	O("mount with afd of a file",
	    mount(dup(fd, -1), 1, "/n", MAFTER, "abc"));
	O("mount with afd of the server's file",
	    mount(
		dup(fd, -1), open("/n/greeting", OREAD), "/n", MAFTER, "abc"));
	logclear();
	close(afd);
	asked("close of the afd");
	srv->auth = 0;
	fd = server();
	O("fauth without fversion", fauth(fd, "x"));
	asked("fauth without fversion");
	O("fauth bad fd", fauth(99, "x"));
	O("fauth of a file", fauth(open("/dev/null", ORDWR), "x"));
	O("fversion bad fd", fversion(99, 0, buf, 10));
	strcpy(buf, "9P2000");
	O("fversion of a read-only descriptor",
	    fversion(open("/dev/null", OREAD), 0, buf, 10));
	strcpy(buf, "9P2000");
	O("fversion of /dev/null",
	    fversion(open("/dev/null", ORDWR), 0, buf, 10));
	O("mount of /dev/null",
	    mount(open("/dev/null", ORDWR), -1, "/n", MREPL, ""));
	O("mount of a mounted file",
	    mount(open("/n/greeting", ORDWR), -1, "/n", MREPL, ""));
	O("mount on a file", mount(dup(fd, -1), -1, "/n/greeting", MREPL, ""));
	asked("mount on a file");
	O("mount bad flag", mount(dup(fd, -1), -1, "/n", 0x40, ""));
	O("mount order 3", mount(dup(fd, -1), -1, "/n", 3, ""));
	O("mount nowhere", mount(dup(fd, -1), -1, "/nowhere", MREPL, ""));
}

static void
flagsof(void)
{
	int i, fd;
	static int fl[] = {0, MBEFORE, MAFTER, MCREATE, MCACHE,
	    MCREATE | MBEFORE, MCREATE | MCACHE | MAFTER};

	for(i = 0; i < (int)nelem(fl); i++) {
		fd = server();
		N(qs("mount flag %x gives", fl[i]),
		    mount(fd, -1, "/n", fl[i], "") >= 0);
		close(fd);
	}
}

static void
pathnames(void)
{
	char *f, *l;

	mnt(MREPL);
	chdir("/n/sub");
	f = pfile(getpid(), "ns");
	while((l = f) != nil && *l) {
		f = strchr(f, '\n');
		if(f)
			*f++ = 0;
		if(strstr(l, "/n") && strstr(l, "mount"))
			ans("ns line", "%s", mask(l));
	}
	open("/n/greeting", OREAD);
	f = pfile(getpid(), "fd");
	while((l = f) != nil && *l) {
		f = strchr(f, '\n');
		if(f)
			*f++ = 0;
		if(strstr(l, "/n/"))
			ans("fd line", "%s", l);
		else if(strncmp(l, "/n/sub", 6) == 0)
			ans("fd first line", "%s", l);
	}
	{
		Dir *d = dirstat("/n/greeting");
		ans("type of a mounted file", "%c", d->type);
		ans("qid", "%llx %x %x", d->qid.path, d->qid.vers, d->qid.type);
		ans("names", "%s %s %s %s", d->name, d->uid, d->gid, d->muid);
		ans("times", "%u %u", d->atime, d->mtime);
		d = dirstat("/n");
		ans("name of the root", "%s", d->name);
		d = dirstat("/n/excl");
		ans("mode of excl", "%x %x", d->mode, d->qid.type);
		d = dirstat("/n/tmp");
		ans("mode of tmp", "%x %x", d->mode, d->qid.type);
		d = dirstat("/n/app");
		ans("mode of app", "%x %x", d->mode, d->qid.type);
	}
}

void
main(int argc, char *argv[])
{
	if(argc > 1)
		exits("here");
	probeinit(argv);
	srvinit();
	group("basics", basics, 15);
	group("dirs", dirs, 10);
	group("bigreads", bigreads, 15);
	group("caching", caching, 10);
	group("flushes", flushes, 20);
	group("execs", execs, 10);
	group("versions", versions, 15);
	group("flagsof", flagsof, 5);
	group("pathnames", pathnames, 5);
	USED(argc);
}
