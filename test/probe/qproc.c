/* /proc: every file, and every ctl message, of processes in several states. */
#include "probe.h"

static char *files[] = {"args", "ctl", "fd", "fpregs", "kfpregs", "kregs",
    "mem", "note", "noteid", "notepg", "ns", "ppid", "proc", "profile", "regs",
    "segment", "status", "syscall", "text", "wait", "watchpt", "nosuch"};
static char b[20000];
static uchar st[2000];

static char *
shape(char *s) /* digits to 9, hex addresses too */
{
	char *r = s, *w = s;
	for(; *r; r++)
		if(*r >= '0' && *r <= '9') {
			if(w == s || w[-1] != '9')
				*w++ = '9';
		} else
			*w++ = *r;
	*w = 0;
	return s;
}

static void
names(void)
{
	int fd, n;
	uint i;
	Dir *d;

	fd = open(qs("/proc/%d", getpid()), OREAD);
	while((n = dirread(fd, &d)) > 0)
		for(int k = 0; k < n; k++)
			ans(qs("dir: %s", d[k].name),
			    "mode %o length %lld qtype %x type %c muid '%s'",
			    d[k].mode, d[k].length, d[k].qid.type, d[k].type,
			    d[k].muid);
	close(fd);
	for(i = 0; i < nelem(files); i++) {
		d = dirstat(qs("/proc/%d/%s", getpid(), files[i]));
		if(d)
			ans(qs("stat: %s", files[i]), "mode %o length %lld",
			    d->mode, d->length);
		else
			ans(qs("stat: %s", files[i]), "%s", errs());
	}
	d = dirstat(qs("/proc/%d", getpid()));
	ans("stat of the directory", "mode %o length %lld qtype %x name %d",
	    d->mode, d->length, d->qid.type, atoi(d->name) == getpid());
	d = dirstat("/proc");
	ans("stat of /proc", "mode %o length %lld qtype %x name %s", d->mode,
	    d->length, d->qid.type, d->name);
	d = dirstat("#p");
	ans("stat of #p", "mode %o length %lld qtype %x name %s", d->mode,
	    d->length, d->qid.type, d->name);
	N("stat /proc/0", dirstat("/proc/0") != nil);
	N("open /proc/x", open("/proc/x", OREAD));
	N("open /proc/-1", open("/proc/-1", OREAD));
	N("open /proc/01", open(qs("/proc/0%d", getpid()), OREAD) >= 0);
	N("open /proc/999999", open("/proc/999999", OREAD));
	N("open /proc/99999999999", open("/proc/99999999999", OREAD));
	N("open /proc/1x", open(qs("/proc/%dx", getpid()), OREAD));
	N("open #p/trace", (fd = open("#p/trace", OREAD)) >= 0);
	close(fd);
	N("create in /proc", create("/proc/77777", OREAD, DMDIR | 0777));
	N("create in /proc/n",
	    create(qs("/proc/%d/newfile", getpid()), OWRITE, 0777));
	N("create existing in /proc/n",
	    (fd = create(qs("/proc/%d/note", getpid()), OWRITE, 0777)) >= 0);
	close(fd);
	N("remove of /proc/n", remove(qs("/proc/%d", getpid())));
	N("remove of /proc/n/ctl", remove(qs("/proc/%d/ctl", getpid())));
	{
		Dir w;
		nulldir(&w);
		w.mode = 0600;
		N("wstat mode of /proc/n",
		    dirwstat(qs("/proc/%d", getpid()), &w) > 0);
		N("wstat mode of status",
		    dirwstat(qs("/proc/%d/status", getpid()), &w) > 0);
		N("wstat mode of ctl",
		    dirwstat(qs("/proc/%d/ctl", getpid()), &w) > 0);
		d = dirstat(qs("/proc/%d/mem", getpid()));
		ans("mode of mem after it", "%o", d->mode);
		d = dirstat(qs("/proc/%d/status", getpid()));
		ans("mode of status after it", "%o", d->mode);
		nulldir(&w);
		w.name = "x";
		N("wstat name", dirwstat(qs("/proc/%d/ctl", getpid()), &w) > 0);
		nulldir(&w);
		w.length = 0;
		N("wstat length",
		    dirwstat(qs("/proc/%d/ctl", getpid()), &w) > 0);
		nulldir(&w);
		w.gid = "sys";
		N("wstat gid", dirwstat(qs("/proc/%d/ctl", getpid()), &w) > 0);
		nulldir(&w);
		w.uid = "none";
		N("wstat uid none",
		    dirwstat(qs("/proc/%d/ctl", getpid()), &w) > 0);
	}
}

static void
spinner(void *v)
{
	USED(v);
	for(;;)
		;
}
static void
quick(void *v)
{
	USED(v);
	exits("quick");
}

static int
make(int kind)
{
	int p;

	switch(kind) {
	case 0:
		return getpid();
	case 1:
		p = kid(RFFDG | RFNOTEG, hold, nil);
		pwaitstate(p, "Sleep");
		return p;
	case 2:
		p = kid(RFFDG | RFNOTEG, spinner, nil);
		sleep(20);
		pctl(p, "stop");
		pwaitstate(p, "Stopped");
		return p;
	case 3:
		p = kid(RFFDG | RFNOTEG, quick, nil);
		sleep(50);
		return p;
	case 4:
		p = kid(RFFDG | RFNOTEG, spinner, nil);
		sleep(20);
		return p;
	}
	return -1;
}
static char *kinds[] = {"self", "sleeping", "stopped", "dead", "spinning"};

static void
reads(void)
{
	uint i;
	int k, p, fd, n, m, md;

	for(k = 0; k < 4; k++) {
		p = make(k);
		if(k < 4)
			ans(qs("%s: state", kinds[k]), "%s", pstate(p));
		for(i = 0; i < nelem(files) - 1; i++) {
			if((strcmp(files[i], "note") == 0 ||
			       strcmp(files[i], "syscall") == 0) &&
			    k < 3)
				continue;
			for(md = 0; md < 4; md++) {
				noerr();
				fd = open(qs("/proc/%d/%s", p, files[i]), md);
				if(md)
					ans(qs("%s %s: open mode %d", kinds[k],
						files[i], md),
					    "%s", fd < 0 ? errs() : "ok");
				if(fd >= 0)
					close(fd);
			}
			fd = open(qs("/proc/%d/%s", p, files[i]), OREAD);
			if(fd < 0) {
				ans(qs("%s %s: open", kinds[k], files[i]), "%s",
				    mask(errs()));
				continue;
			}
			if(k &&
			    strcmp(files[i], "wait") ==
				0) { /* waits for ever */
				close(fd);
				continue;
			}
			static int sz[] = {0, 1, 10, 100, 184, 512, 20000};
			for(m = 0; m < (int)nelem(sz); m++) {
				noerr();
				n = pread(fd, b, sz[m], 0);
				if(n > 512 || strcmp(files[i], "ns") == 0 ||
				    strcmp(files[i], "segment") == 0 ||
				    strcmp(files[i], "fd") == 0 ||
				    strcmp(files[i], "ppid") == 0 ||
				    strcmp(files[i], "noteid") == 0)
					n = n < 0	 ? n
					    : n == sz[m] ? 1
					    : n > 0	 ? 2
							 : 0;
				ans(qs("%s %s: read of %d", kinds[k], files[i],
					sz[m]),
				    "%d %s", n, n < 0 ? mask(errs()) : "");
			}
			noerr();
			n = pread(fd, b, 10, 5);
			ans(qs("%s %s: read of 10 at 5", kinds[k], files[i]),
			    "%d %s", n, n < 0 ? mask(errs()) : "");
			n = pread(fd, b, 10, 100000);
			ans(qs("%s %s: read at 100000", kinds[k], files[i]),
			    "%d %s", n, n < 0 ? mask(errs()) : "");
			n = pwrite(fd, "x", 1, 0);
			ans(qs("%s %s: write to a read descriptor", kinds[k],
				files[i]),
			    "%d %s", n, n < 0 ? mask(errs()) : "");
			close(fd);
		}
		if(k == 1 || k == 2)
			pctl(p, "kill"), kidmsg(p);
		while(await(b, 100) >= 0)
			;
	}
}

static void
ctls(void)
{
	static char *m[] = {"", "x", "start", "stop", "hang", "nohang",
	    "closefiles", "close", "close x", "close 99", "close -1",
	    "close 0x5", "pri 5", "pri", "pri -1", "pri 99", "pri x",
	    "fixedpri 5", "fixedpri", "wired 0", "wired", "wired 99", "profile",
	    "private", "noswap", "trace", "trace 0", "trace 1", "trace x",
	    "interrupt", "nointerrupt", "startstop x y", "period", "period 1s",
	    "deadline 1s", "cost 1s", "sporadic", "event", "expel", "admit",
	    "stop extra", "start extra", " stop", "stop\n", "kill x", "STOP",
	    "nohang extra", "hang 1", "private x", "noswap x"};
	uint i;
	int k, p;

	for(k = 0; k < 5; k++) {
		if(k == 3)
			continue;
		for(i = 0; i < nelem(m); i++) {
			if(k == 0 &&
			    (strncmp(m[i], "stop", 4) == 0 ||
				strcmp(m[i], " stop") == 0 ||
				strncmp(m[i], "clos", 4) == 0 ||
				strncmp(m[i], "hang", 4) == 0))
				continue;
			if(k &&
			    ((k != 2 && i > 12) ||
				strncmp(m[i], "priv", 4) == 0))
				continue;
			if(k == 0) {
				int q = rfork(RFPROC | RFFDG | RFNOTEG);
				if(q == 0) {
					notify(nohand);
					noerr();
					int r = pctl(getpid(), m[i]);
					ans(qs("self '%s'",
						show(m[i], strlen(m[i]))),
					    "%d %s", r,
					    r < 0 ? mask(errs()) : "");
					exits(nil);
				}
				char *e = kidrest(q, 1000);
				if(*e)
					ans(qs("self '%s' ends with", m[i]),
					    "%s", e);
				continue;
			}
			p = make(k);
			noerr();
			int r = pctl(p, m[i]);
			char *e = r < 0 ? mask(errs()) : "";
			sleep(20);
			ans(qs("%s '%s'", kinds[k], show(m[i], strlen(m[i]))),
			    "%d %s, then %s", r, e,
			    pstate(p)[0] == 'R' ? "Running or Ready"
						: pstate(p));
			pctl(p, "start");
			postnote(p, "kill");
			pctl(p, "kill");
			kidrest(p, 100);
		}
	}
	p = make(1);
	N("kill sleeping", pctl(p, "kill"));
	ans("its message", "%s", kidrest(p, 1000));
	p = make(2);
	N("kill stopped", pctl(p, "kill"));
	ans("its message 2", "%s", kidrest(p, 1000));
	p = make(4);
	N("kill spinning", pctl(p, "kill"));
	ans("its message 3", "%s", kidrest(p, 1000));
	p = make(2);
	N("note kill to a stopped one", postnote(p, "kill"));
	ans("its message 4", "%s", kidrest(p, 1000));
	N("waitstop of a dead one", pctl(p, "waitstop"));
	p = make(2);
	N("waitstop of a stopped one", pctl(p, "waitstop"));
	N("startstop of a stopped one",
	    (postnote(p, "n"), pctl(p, "startstop")));
	ans("then", "%s", pstate(p));
	pctl(p, "kill");
	kidrest(p, 300);
}

static void
sysc(void *v)
{
	int fd[2], i;
	char t[200];

	USED(v);
	while(shm[3] == 0)
		sleep(1);
	open("/dev/null", OREAD);
	open("/nosuch", OWRITE);
	close(77);
	i = open("/env/path", OREAD);
	pread(i, t, 0, -1);
	pread(i, t, 3, 0);
	pwrite(2, "hello\n", 6, -1);
	pwrite(i, "hello", 5, 9);
	dup(1, 9);
	pipe(fd);
	chdir("/");
	fd2path(i, t, 10);
	stat("/dev/null", st, 100);
	fstat(77, st, 1);
	_seek(&(vlong){0}, i, 5, 1);
	bind("/tmp", "/mnt", 1);
	unmount(nil, "/mnt");
	mount(77, -1, "/mnt", 4, "spec");
	create("/env/zz", 1, 0666);
	remove("/env/zz");
	errstr(t, 20);
	rfork(RFENVG);
	alarm(0);
	sleep(0);
	segattach(0, "memory", (void *)0x10000000, 4096);
	segdetach((void *)0x10000000);
	semrelease((s32int *)&shm[30], 1);
	semacquire((s32int *)&shm[30], 0);
	tsemacquire((s32int *)&shm[30], 5);
	rendezvous((void *)1, (void *)2);
}

static void
trace(void)
{
	int p, fd, n, i;
	char r[600], *c;

	shm[3] = 0;
	p = kid(RFFDG | RFNOTEG | RFREND, sysc, nil);
	N("startsyscall of a running one", pctl(p, "startsyscall"));
	N("stop", pctl(p, "stop"));
	pwaitstate(p, "Stopped");
	fd = open(qs("/proc/%d/syscall", p), OREAD);
	shm[3] = 1;
	for(i = 0; i < 90; i++) {
		if(pctl(p, "startsyscall") < 0) {
			ans("startsyscall fails", "%s", errs());
			break;
		}
		for(n = 0; n < 200 && strcmp(pstate(p), "Stopped") != 0; n++)
			sleep(1);
		n = pread(fd, r, sizeof r - 1, 0);
		if(n <= 0) {
			ans(qs("syscall read %d", i), "%d %s", n, errs());
			break;
		}
		r[n] = 0;
		for(c = r; *c; c++) /* hex addresses */
			;
		/* a pid in front, times behind */
		{
			char o[700], *w = o, *s = r;
			while(*s) {
				if(*s >= '0' && *s <= '9' &&
				    (s == r ||
					!((s[-1] >= 'a' && s[-1] <= 'z') ||
					    s[-1] == '_'))) {
					char *e = s;
					while((*e >= '0' && *e <= '9') ||
					    (*e >= 'a' && *e <= 'f') ||
					    *e == 'x')
						e++;
					if(e - s >= 5) {
						*w++ = 'H';
						s = e;
						continue;
					}
					if(s == r) {
						*w++ = 'P';
						s = e;
						continue;
					}
				}
				*w++ = *s++;
			}
			*w = 0;
			if(strstr(o, "Sleep") != nil ||
			    strstr(o, "Pread") == nil || i > 3)
				ans(qs("syscall line %d", i), "%s", o);
			if(strstr(o, "Rendez"))
				break;
		}
	}
	pctl(p, "kill");
	kidrest(p, 500);
}

static void
texts(void)
{
	int fd, n, i, p = getpid();
	char *l, *f, *w[40];
	char cop[1000];

	strcpy(cop, pfile(p, "status"));
	ans("status length", "%d", strlen(cop));
	n = tokenize(cop, w, 40, " ");
	ans("status fields", "%d", n);
	ans("status state, text", "%s %s", w[0], w[2]);
	ans("status last fields", "%s %s", w[n - 2], w[n - 1]);
	ans("status raw name field", "%s", show(pfile(p, "status"), 28));
	f = pfile(p, "segment");
	for(i = 0; (l = f) && *l; i++) {
		f = strchr(f, '\n');
		if(f)
			*f++ = 0;
		ans(qs("segment %d", i), "%s (%d)", i > 1 || 1 ? l : l,
		    (int)strlen(l));
	}
	f = pfile(p, "fd");
	ans("fd first line", "%s", (l = strchr(f, '\n')) ? (*l = 0, f) : f);
	f = l + 1;
	for(i = 0; (l = f) && *l; i++) {
		f = strchr(f, '\n');
		if(f)
			*f++ = 0;
		ans(qs("fd line shape %d", i), "%s", shape(l));
	}
	ans("args", "%s", pfile(p, "args"));
	N("write args", writeto(qs("/proc/%d/args", p), "new args"));
	ans("args after", "%s", pfile(p, "args"));
	N("write args, 200 bytes",
	    (memset(b, 'a', 200), b[200] = 0,
		writeto(qs("/proc/%d/args", p), b)));
	ans("args' length after", "%d", strlen(pfile(p, "args")));
	N("write args, newline", writeto(qs("/proc/%d/args", p), "a b\nc"));
	ans("args after newline", "%s", pfile(p, "args"));
	N("write args, empty", writeto(qs("/proc/%d/args", p), ""));
	ans("args after empty", "%s", pfile(p, "args"));
	N("pwrite args at 3",
	    pwrite(open(qs("/proc/%d/args", p), OWRITE), "zz", 2, 3));
	ans("args after it", "%s", pfile(p, "args"));
	{
		char nm[400];
		memset(nm, 'n', 400);
		nm[300] = 0;
		N("args of 300", writeto(qs("/proc/%d/args", p), nm));
		ans("length", "%d", (int)strlen(pfile(p, "args")));
	}
	ans("ppid", "%d %02x", atoi(pfile(p, "ppid")) > 0,
	    pfile(p, "ppid")[strlen(pfile(p, "ppid")) - 1]);
	ans("ppid length", "%d", (int)strlen(pfile(p, "ppid")) > 6);
	ans("ns last line", "%s",
	    (f = pfile(p, "ns"), l = strstr(f, "cd "), l ? l : "?"));
	ans("profile", "%s", mask(pfile(p, "profile")));
	ans("watchpt", "%s", pfile(p, "watchpt"));
	N("write watchpt", writeto(qs("/proc/%d/watchpt", p), "rw-- 0x1000 4"));
	ans("watchpt error", "%s", errs());
	N("write watchpt x", writeto(qs("/proc/%d/watchpt", p), "x"));
	ans("text's first bytes", "%s",
	    (n = readfile(qs("/proc/%d/text", p), b, 9), show(b, 4)));
	/* mem */
	fd = open(qs("/proc/%d/mem", p), ORDWR);
	N("mem read at 0", pread(fd, b, 10, 0));
	N("mem read at text", pread(fd, b, 10, 0x200000));
	N("mem read end of text segment",
	    (n = pread(fd, b, 20000, 0x200000)) > 0);
	N("mem write to text of oneself", pwrite(fd, "\x90", 1, 0x200005));
	N("mem read data", pread(fd, b, 10, (vlong)&kinds));
	N("mem read across data and bss end",
	    pread(fd, b, 20000, ((vlong)end & ~4095) + 4000) > 0);
	N("mem read past the end",
	    pread(fd, b, 10, ((vlong)end & ~0xfffff) + 0x10000000));
	N("mem read stack", pread(fd, b, 100, (vlong)&fd) > 0);
	N("mem read stack's top", pread(fd, b, 100, 0x7ffffffff000 - 50));
	N("mem read at stack top", pread(fd, b, 100, 0x7ffffffff000));
	N("mem read stack's unused low",
	    pread(fd, b, 100, 0x7ffffffff000 - 0xf00000));
	N("mem read kernel", pread(fd, b, 10, (vlong)0xffffffff80110000ULL));
	N("mem read at -1", pread(fd, b, 10, -1) > 0);
	N("mem read negative", pread(fd, b, 10, -4096));
	N("mem write data", pwrite(fd, "Q", 1, (vlong)b));
	ans("mem wrote", "%c", b[0]);
	N("mem seek end", seek(fd, 0, 2));
	close(fd);
	p = make(2);
	fd = open(qs("/proc/%d/regs", p), ORDWR);
	N("regs read", pread(fd, st, 184, 0));
	N("regs read 8 at 136", pread(fd, b, 8, 136));
	N("regs read at 180", pread(fd, b, 100, 180));
	N("regs read at 184", pread(fd, b, 100, 184));
	N("regs read at -1", pread(fd, b, 100, 1000000));
	N("regs write ax", pwrite(fd, "\1\2\3\4\5\6\7\10", 8, 0));
	N("regs read back", (pread(fd, b, 8, 0), *(vlong *)b));
	N("regs write cs", pwrite(fd, "\1\2\3\4\5\6\7\10", 8, 152));
	pread(fd, b, 8, 152);
	ans("cs after it is the same", "%d", memcmp(b, st + 152, 8) == 0);
	N("regs write flags",
	    pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 160));
	pread(fd, b, 8, 160);
	ans("flags after it", "%llx", *(vlong *)b & ~0x10000);
	N("regs write ss", pwrite(fd, "\0\0\0\0\0\0\0\0", 8, 176));
	pread(fd, b, 8, 176);
	ans("ss after it is the same", "%d", memcmp(b, st + 176, 8) == 0);
	N("regs write past the end", pwrite(fd, st, 100, 150));
	N("regs write at 184", pwrite(fd, st, 8, 184));
	N("regs write pc to the kernel",
	    pwrite(fd, "\0\0\x11\x80\xff\xff\xff\xff", 8, 144));
	close(fd);
	fd = open(qs("/proc/%d/fpregs", p), ORDWR);
	N("fpregs read 512", pread(fd, b, 512, 0));
	N("fpregs read 1000", pread(fd, b, 1000, 0));
	N("fpregs write", pwrite(fd, b, 512, 0));
	close(fd);
	fd = open(qs("/proc/%d/mem", p), ORDWR);
	N("mem write to text of a stopped one",
	    pwrite(fd, "\xcc", 1, 0x200100));
	N("mem read it back", (pread(fd, b, 1, 0x200100), (uchar)b[0]));
	ans("our text is not changed", "%d", *(uchar *)0x200100 != 0xcc);
	close(fd);
	pctl(p, "kill");
	kidrest(p, 500);
	p = make(1);
	fd = open(qs("/proc/%d/regs", p), ORDWR);
	N("regs write of a sleeping one", pwrite(fd, st, 8, 0));
	N("regs read of a sleeping one", pread(fd, st, 184, 0));
	close(fd);
	fd = open(qs("/proc/%d/mem", p), ORDWR);
	N("mem write of a sleeping one", pwrite(fd, "x", 1, (vlong)b));
	close(fd);
	pctl(p, "kill");
	kidrest(p, 500);
}

static void
privkid(void *v)
{
	USED(v);
	sleep(1500);
	exits("done");
}
static void
priv(void)
{
	uint i;
	int p = kid(RFFDG | RFNOTEG, privkid, nil), md, fd, held;

	held = open(qs("/proc/%d/mem", p), ORDWR);
	N("private", pctl(p, "private"));
	for(i = 0; i < nelem(files) - 1; i++)
		for(md = 0; md < 2; md++) {
			noerr();
			fd = open(qs("/proc/%d/%s", p, files[i]), md);
			ans(qs("private: open %s %d", files[i], md), "%s",
			    fd < 0 ? errs() : "ok");
			close(fd);
		}
	N("private: read of mem opened before", pread(held, b, 10, 0x200000));
	{
		Dir *d = dirstat(qs("/proc/%d/mem", p));
		ans("private: mode of mem", "%o", d ? d->mode : 0);
	}
	N("private: note", postnote(p, "hello"));
	ans("private: ends with", "%s", kidmsg(p));
}

void
main(int argc, char *argv[])
{
	USED(argc);
	probeinit(argv);
	group("names", names, 10);
	group("reads", reads, 30);
	group("texts", texts, 15);
	group("priv", priv, 10);
	group("ctls", ctls, 60);
	group("trace", trace, 15);
}
