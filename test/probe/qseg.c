/* Segments: segattach, brk, stack, fork, #g; semaphores and rendezvous. */
#include "probe.h"

static char b[4000];
static int ring0 = 3;

static char *
sa(int a, char *c, void *v, usize n)
{
	char *p;

	noerr();
	p = segattach(a, c, v, n);
	if(p == (void *)-1)
		return qs("-1 %s", errs());
	return qs("ok%s",
	    v && p != (char *)((uintptr)v & ~4095UL) ? " elsewhere" : "");
}

static void
attach(void)
{
	static char *c[] = {"memory", "shared", "text", "data", "bss", "stack",
	    "lock", "nosuch", "", "fixed", "physical", "Memory", "sem"};
	uint i;
	char *p;

	for(i = 0; i < nelem(c); i++)
		ans(qs("class %s", c[i]), "%s", sa(0, c[i], nil, 4096));
	static usize n[] = {0, 1, 4095, 4096, 4097, 1 << 20, 64 << 20,
	    1UL << 30, 1UL << 32, 1UL << 40, 1UL << 46, 1UL << 47, -1UL,
	    -4096UL};
	for(i = 0; i < nelem(n); i++) {
		noerr();
		p = segattach(0, "memory", nil, n[i]);
		ans(qs("length %llx", (uvlong)n[i]), "%s",
		    p == (void *)-1 ? errs() : "ok");
		if(p != (void *)-1)
			segdetach(p);
	}
	static uvlong a[] = {1, 4096, 0x1000, 0x200000, 0x201000, 0x10000001,
	    0x7ffffeffe000, 0x7ffffeffd000, 0x7ffffefff000, 0x7fffffffe000,
	    0x7ffffffff000, 0x800000000000, 0xffff800000000000,
	    0xffffffff80000000, 0x7ff000000000, 0x600000000000, 0x100000000000,
	    -4096ULL};
	for(i = 0; i < nelem(a); i++) {
		ans(qs("at %llx", a[i]), "%s",
		    sa(0, "memory", (void *)a[i], 4096));
		if(a[i] != 0x200000 && a[i] != 0x201000 &&
		    a[i] < 0x7ffffeffd000)
			segdetach((void *)a[i]);
	}
	static int at[] = {
	    0, 1, 2, 4, 040, 0100, 0140, 0200, 0400, 01000, -1, 0x4000};
	for(i = 0; i < nelem(at); i++) {
		noerr();
		p = segattach(at[i], "memory", (void *)0x20000000, 4096);
		ans(qs("attributes %o", at[i]), "%s",
		    p == (void *)-1 ? errs() : "ok");
		if(p != (void *)-1) {
			char *f =
			    strstr(pfile(getpid(), "segment"), "20000000");
			ans(qs("attributes %o: segment line", at[i]), "%s",
			    f ? show(f, 20) : "?");
			segdetach(p);
		}
	}
	N("overlap before",
	    (segattach(0, "memory", (void *)0x30000000, 8192),
		segattach(0, "memory", (void *)0x2ffff000, 8192)));
	N("overlap inside", segattach(0, "memory", (void *)0x30001000, 4096));
	N("touching", segattach(0, "memory", (void *)0x30002000, 4096) > 0);
	N("class at a bad address", segattach(0, (char *)16, nil, 4096));
	for(i = 0; i < 20; i++)
		if(segattach(0, "memory", (void *)(0x40000000UL + i * 0x100000),
		       4096) == (void *)-1)
			break;
	ans("segments until failure", "%d %s", i, errs());
}

static void
detach(void)
{
	char *p = segattach(0, "memory", nil, 4 * 4096);

	N("detach middle", segdetach(p + 5000));
	N("detach again", segdetach(p));
	N("detach stack", segdetach(&p));
	{
		int q = rfork(RFPROC | RFFDG | RFNOTEG);
		if(q == 0) {
			notify(nil);
			N("detach text", segdetach((void *)0x200000));
			exits("alive");
		}
		ans("detach text: then", "%s", kidrest(q, 1000));
		q = rfork(RFPROC | RFFDG | RFNOTEG);
		if(q == 0) {
			notify(nil);
			N("detach data", segdetach(&ring0));
			exits("alive");
		}
		ans("detach data: then", "%s", kidrest(q, 1000));
		q = rfork(RFPROC | RFFDG | RFNOTEG);
		if(q == 0) {
			notify(nil);
			N("brk(edata)", brk_(edata));
			exits("alive");
		}
		ans("brk(edata): then", "%s", kidrest(q, 1000));
	}
	N("detach nothing", segdetach((void *)16));
	p = segattach(0, "memory", (void *)0x30000000, 4 * 4096);
	p[0] = p[4096] = p[8192] = 7;
	N("segfree 1 page", segfree(p + 4096, 4096));
	ans("after it", "%d %d %d", p[0], p[4096], p[8192]);
	N("segfree unaligned", segfree(p + 100, 4096));
	ans("after it 2", "%d %d %d", p[0], p[4096], p[8192]);
	N("segfree 0", segfree(p, 0));
	N("segfree past the end", segfree(p, 100 * 4096));
	ans("after it 3", "%d", p[0]);
	N("segfree nothing", segfree((void *)16, 4096));
	N("segfree negative", segfree(p, -4096));
	N("segfree text", segfree((void *)0x200000, 0));
	N("segflush", segflush(p, 4096));
	N("segflush nothing", segflush((void *)16, 4096));
	N("segflush past the end", segflush(p, 100 * 4096));
	N("segflush 0", segflush(p, 0));
	N("segflush text", segflush((void *)0x200000, 4096));
	N("segflush negative", segflush(p, -1));
	N("segbrk up", (vlong)segbrk(p, p + 8 * 4096) == (vlong)(p + 8 * 4096));
	N("segbrk up gives", (vlong)segbrk(p, p + 9 * 4096) - (vlong)p);
	N("touch", (p[7 * 4096] = 3));
	N("segbrk down", (vlong)segbrk(p, p + 4096) - (vlong)p);
	N("segbrk below the start", segbrk(p, p - 4096));
	N("segbrk 0", (vlong)segbrk(p, nil) - (vlong)p);
	N("segbrk of nothing", segbrk((void *)16, (void *)4096));
	N("segbrk of stack", segbrk(&p, (void *)0x7ffffffff000));
	N("segbrk of text", segbrk((void *)0x200000, (void *)0x300000));
	N("segbrk unaligned", (vlong)segbrk(p, p + 5000) - (vlong)p);
	segattach(0, "memory", (void *)0x30100000, 4096);
	N("segbrk into another", segbrk(p, p + 0x200000));
	char *s = segattach(0, "shared", (void *)0x50000000, 4096);
	N("segbrk of shared", (vlong)segbrk(s, s + 8192) - (vlong)s);
	N("detach of shared", segdetach(s));
}

static void
brks(void)
{
	char *e = (char *)(((uintptr)end + 4095) & ~4095UL);
	int p;

	N("brk(end)", brk_(end));
	N("brk(0)", brk_(0));
	N("brk(16)", brk_((void *)16));
	N("brk below bss", brk_((void *)0x200000));
	N("brk(etext)", brk_(etext));
	N("brk end + 1 MB", brk_(e + (1 << 20)));
	N("touch there", (e[1 << 19] = 5));
	N("brk down", brk_(e));
	N("brk up again", brk_(e + (1 << 20)));
	N("memory after down and up", e[1 << 19]);
	N("brk huge", brk_((void *)0x700000000000));
	N("brk 1 TB", brk_(e + (1ULL << 40)));
	N("brk 8 GB", brk_(e + (8ULL << 30)));
	N("brk over the stack", brk_((void *)0x7fffffffe000));
	N("brk kernel", brk_((void *)0xffffffff80000000));
	/* brk_((void *)-1) makes 9front of March 2024 panic */
	brk_(e + 8192);
	e[4096] = 9;
	p = rfork(RFPROC | RFMEM | RFFDG);
	if(p == 0) {
		N("shared: brk down", brk_(e));
		N("shared: brk up", brk_(e + 8192 * 2));
		e[8192] = 44;
		exits(nil);
	}
	kidmsg(p);
	ans("parent sees", "%d", e[8192]);
	segattach(0, "memory", (void *)((uintptr)e + 0x100000), 4096);
	N("brk into a segment", brk_(e + 0x200000));
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		notify(nil);
		char *volatile top = (char *)&p;
		char *q = top - 15 * 1024 * 1024;
		*(volatile char *)q = 1;
		ans("stack 15 MB down", "%d", *q);
		q = top - 17 * 1024 * 1024;
		*(volatile char *)q = 1;
		exits("17 MB down too");
	}
	ans("stack", "%s", kidmsg(p));
}

static void
exec1(void *v)
{
	char *p = v;
	notify(nil);
	((void (*)(void))p)();
	exits("ran");
}
static void
execbits(void)
{
	static uchar code[] = {0xc3};
	static char *c[] = {"memory", "shared"};
	int i, j;
	static int at[] = {0, SG_RONLY, 0200, 0400, 01000};

	for(i = 0; i < 2; i++)
		for(j = 0; j < 5; j++) {
			char *p = segattach(at[j] & ~SG_RONLY, c[i], nil, 4096);
			if(p == (void *)-1)
				continue;
			p[0] = 0xc3;
			ans(qs("call of a %s segment, attributes %o", c[i],
				at[j]),
			    "%s", kidmsg(kid(RFFDG, exec1, p)));
			segdetach(p);
		}
	static char page[4096];
	page[0] = 0xc3;
	ans("call of bss", "%s", kidmsg(kid(RFFDG, exec1, page)));
	USED(code);
	char *h = sbrk(4096);
	h[0] = 0xc3;
	ans("call of the heap", "%s", kidmsg(kid(RFFDG, exec1, h)));
}

static void
cexec(void)
{
	char *av[] = {argv0, "segs", nil};
	int p;

	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		segattach(0, "shared", (void *)0x50000000, 4096);
		segattach(SG_CEXEC, "shared", (void *)0x50100000, 4096);
		segattach(0, "memory", (void *)0x50200000, 4096);
		segattach(SG_CEXEC, "memory", (void *)0x50300000, 4096);
		exec(argv0, av);
		exits(errs());
	}
	ans("exec", "%s", kidmsg(p));
}

static void
globals(void)
{
	int fd, i;
	static char *m[] = {"va 0x60000000 4096", "va 0x60000000", "va", "x",
	    "va 0x60000100 5000", "va 0 4096", "va 0xffffffff80000000 4096",
	    "va 0x61000000 0", "va 0x10000000000 4096", "va 0x60000000 -1",
	    "fixed 4096", "sticky"};

	N("create #g/probe",
	    (fd = create("#g/probe", OREAD, DMDIR | 0777)) >= 0);
	close(fd);
	N("open #g/probe/ctl", (fd = open("#g/probe/ctl", ORDWR)) >= 0);
	N("read unset ctl", read(fd, b, 100));
	N("attach unset", segattach(0, "probe", nil, 4096));
	for(i = 0; i < (int)nelem(m); i++)
		N(qs("write '%s'", m[i]), pwrite(fd, m[i], strlen(m[i]), 0));
	i = pread(fd, b, 200, 0);
	ans("ctl", "%s", i < 0 ? errs() : show(b, i));
	close(fd);
	N("attach probe", segattach(0, "probe", nil, 4096) != (void *)-1);
	N("attach probe larger", segattach(0, "probe", nil, 8192));
	N("attach probe elsewhere",
	    segattach(0, "probe", (void *)0x70000000, 4096));
	fd = open("#g/probe/data", ORDWR);
	N("data write", pwrite(fd, "hello", 5, 0));
	N("data read", pread(fd, b, 5, 0));
	N("data read at the end", pread(fd, b, 5, 4096));
	N("stat data length",
	    (stat("#g/probe/data", (uchar *)b, 200), *(vlong *)(b + 33)));
	N("open free", open("#g/probe/free", OREAD));
	N("remove", remove("#g/probe"));
	N("create file in #g", create("#g/f", OWRITE, 0666));
	N("create in #g/probe", create("#g/probe/f", OWRITE, 0666));
}

static s32int sm;
static void
sems(void)
{
	int p;
	s32int *s = (s32int *)&shm[50];

	sm = 0;
	N("semacquire 0 noblock", semacquire(&sm, 0));
	sm = 2;
	N("semacquire 2", semacquire(&sm, 1));
	N("value", sm);
	N("semrelease 3", semrelease(&sm, 3));
	N("semrelease 0", semrelease(&sm, 0));
	N("semrelease -1", semrelease(&sm, -1));
	N("value 2", sm);
	sm = -5;
	N("semacquire of -5 noblock", semacquire(&sm, 0));
	N("tsemacquire of -5", tsemacquire(&sm, 5));
	N("semrelease of -5 by 1", semrelease(&sm, 1));
	sm = 0x7fffffff;
	N("semrelease of the largest", semrelease(&sm, 1));
	sm = 0;
	N("tsemacquire 0 ms", tsemacquire(&sm, 0));
	N("tsemacquire 20 ms", tsemacquire(&sm, 20));
	sm = 1;
	N("tsemacquire of 1, 0 ms", tsemacquire(&sm, 0));
	N("semacquire bad", semacquire((s32int *)16, 1));
	N("semacquire text", semacquire((s32int *)0x200100, 0));
	N("semrelease text", semrelease((s32int *)0x200100, 1));
	N("semacquire unaligned",
	    (sm = 1, semacquire((s32int *)((char *)&sm + 1), 0)));
	N("semacquire kernel", semacquire((s32int *)0xffffffff80110000, 0));
	N("semacquire across pages unaligned",
	    semacquire((s32int *)((((uintptr)b + 4095) & ~4095UL) - 2), 0));
	*s = 0;
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		N("child acquires", semacquire(s, 1));
		exits(nil);
	}
	sleep(30);
	N("release", semrelease(s, 1));
	kidmsg(p);
	N("value after", *s);
	N("segdetach with a waiter", 0);
	/* rendezvous */
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		N("rendezvous child gets", rendezvous((void *)9, (void *)100));
		exits(nil);
	}
	N("rendezvous parent gets", rendezvous((void *)9, (void *)200));
	kidmsg(p);
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		N("rendezvous 0 gets -1", rendezvous((void *)0, (void *)0));
		exits(nil);
	}
	N("rendezvous 0", rendezvous((void *)0, (void *)-1));
	kidmsg(p);
	p = rfork(RFPROC | RFFDG);
	if(p == 0) {
		ans("64 bit value", "%llx",
		    (uvlong)rendezvous((void *)0x123456789abcULL,
			(void *)0x1234567887654321ULL));
		exits(nil);
	}
	ans("64 bit value 2", "%llx",
	    (uvlong)rendezvous(
		(void *)0x123456789abcULL, (void *)0x8000000000000001ULL));
	kidmsg(p);
	p = rfork(RFPROC | RFFDG | RFREND);
	if(p == 0) {
		notify(nohand);
		alarm(100);
		ans("other group", "%lld",
		    (vlong)rendezvous((void *)9, (void *)100));
		exits(nil);
	}
	notify(nohand);
	alarm(100);
	ans("other group parent", "%lld %s",
	    (vlong)rendezvous((void *)9, (void *)200), errs());
	kidmsg(p);
}

void
main(int argc, char *argv[])
{
	char *l, *f;

	if(argc > 1) {
		f = pfile(getpid(), "segment");
		while((l = f) && *l) {
			f = strchr(f, '\n');
			if(f)
				*f++ = 0;
			if(strstr(l, "50"))
				ans("kept over exec", "%s", l);
		}
		exits(nil);
	}
	probeinit(argv);
	group("attach", attach, 10);
	group("detach", detach, 10);
	group("brks", brks, 10);
	group("execbits", execbits, 10);
	group("cexec", cexec, 10);
	group("globals", globals, 10);
	group("sems", sems, 10);
}
