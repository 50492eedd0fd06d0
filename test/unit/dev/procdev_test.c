/*
 * #p against proc(3): the tree, each file's format, who may do what, and
 * processes that vanish.
 */
#include "unit.h"
#include "aout.h"
#include "procdevhost.h"
#include "lib/lib.h"
#include "proc/sys.h"

static Proc *p;
static char name[64], buf[4096];

static const char *
file(Proc *q, const char *f)
{
	snprint(name, sizeof name, "%ud/%s", q->pid, f);
	return name;
}

/* The file reads as want. */
static void
readsas(const char *f, const char *want)
{
	const char *err;

	err = readall(file(p, f), buf, sizeof buf);
	if(err != nil)
		fail_msg("%s: %s", f, err);
	assert_string_equal(buf, want);
}

static void
fails(const char *err, const char *want)
{
	assert_non_null(err);
	if(kstrncmp(err, want, kstrlen(want)) != 0)
		fail_msg("error is %s, want %s", err, want);
}

static const char *
ctl(const char *msg)
{
	return writeat(file(p, "ctl"), msg, (long)kstrlen(msg), 0);
}

static int
setup(void **state)
{
	USED(state);
	hoststart();
	p = mkproc("prog", "glenda");
	p->noteid = 77;
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	hostend();
	return 0;
}

/* --- the tree --- */

/* Is there an entry of that name in the directory's text of n bytes? */
static int
lists(const uchar *msg, long n, const char *want, Dir *d)
{
	static char strs[256];
	uint m;

	for(; n > 0; n -= m, msg += m) {
		m = convM2D(msg, (uint)n, d, strs);
		assert_true(m > BIT16SZ);
		if(kstrcmp(d->name, want) == 0)
			return 1;
	}
	return 0;
}

static void
rootlists(void **state)
{
	Chan *c;
	long n;
	Dir d;

	USED(state);
	c = openat("", OREAD);
	n = procdev.read(c, buf, sizeof buf, 0);
	assert_true(lists((uchar *)buf, n, "trace", &d));
	snprint(name, sizeof name, "%ud", p->pid);
	assert_true(lists((uchar *)buf, n, name, &d));
	assert_int_equal(d.mode, DMDIR | 0555);
	assert_string_equal(d.uid, "glenda");
	endproc(p);
	n = procdev.read(c, buf, sizeof buf, 0);
	assert_false(lists((uchar *)buf, n, name, &d));
	cclose(c);
}

/* Its parent has been told: it is not there any more. */
static void
exitingisgone(void **state)
{
	Chan *c, *status;
	long n;
	Dir d;

	USED(state);
	status = openat(file(p, "status"), OREAD);
	p->state = Moribund;
	c = openat("", OREAD);
	n = procdev.read(c, buf, sizeof buf, 0);
	snprint(name, sizeof name, "%ud", p->pid);
	assert_false(lists((uchar *)buf, n, name, &d));
	cclose(c);
	fails(readall(name, buf, sizeof buf), Enonexist);
	if(!waserror()) {
		procdev.read(status, buf, sizeof buf, 0);
		fail_msg("status can be read");
	}
	assert_string_equal(up->errstr, Eprocdied);
	cclose(status);
}

static void
directorylists(void **state)
{
	static const char *const names[] = {"args", "ctl", "fd", "fpregs",
	    "kregs", "mem", "note", "noteid", "notepg", "ns", "proc", "profile",
	    "regs", "segment", "status", "text", "wait"};
	Chan *c;
	long n;
	Dir d;

	USED(state);
	kfree(p->user);
	p->user = kstrcpy("bootes");
	c = openat(file(p, ""), OREAD);
	n = procdev.read(c, buf, sizeof buf, 0);
	for(usize i = 0; i < nelem(names); i++) {
		assert_true(lists((uchar *)buf, n, names[i], &d));
		assert_string_equal(d.uid, "bootes");
	}
	cclose(c);
}

static void
statsofdirectories(void **state)
{
	char strs[256];
	Chan *c;
	Dir d;
	int n;

	USED(state);
	c = walkto(file(p, ""));
	n = procdev.stat(c, (uchar *)buf, sizeof buf);
	assert_int_equal(convM2D((uchar *)buf, (uint)n, &d, strs), n);
	snprint(name, sizeof name, "%ud", p->pid);
	assert_string_equal(d.name, name);
	assert_true(d.qid.path == c->qid.path && d.qid.type == QTDIR);
	cclose(c);
	c = walkto(file(p, "status"));
	n = procdev.stat(c, (uchar *)buf, sizeof buf);
	assert_int_equal(convM2D((uchar *)buf, (uint)n, &d, strs), n);
	assert_string_equal(d.name, "status");
	assert_int_equal(d.mode, 0444);
	cclose(c);
}

static void
onlypidsaredirectories(void **state)
{
	static const char *const bad[] = {
	    "0", "99999", "+2", "02", " 2", "2x", "-1", "4294967298", "status"};

	USED(state);
	for(usize i = 0; i < nelem(bad); i++)
		fails(readall(bad[i], buf, sizeof buf), Enonexist);
	snprint(name, sizeof name, "0%ud", p->pid);
	fails(readall(name, buf, sizeof buf), Enonexist);
	fails(readall(file(p, "nothing"), buf, sizeof buf), Enonexist);
}

static void
dotdotgoesup(void **state)
{
	Chan *c;

	USED(state);
	snprint(name, sizeof name, "%ud/..", p->pid);
	c = walkto(name);
	assert_int_equal(c->qid.path, 0);
	cclose(c);
}

/* --- files --- */

static void
texts(void **state)
{
	USED(state);
	readsas("args", "prog 'a b'");
	readsas("noteid", "         77 ");
	readsas("ns", "cd /usr/glenda\n");
	readsas("segment",
	    "Text   R    200000   400000    1\n"
	    "Data        400000   402000    1\n");
}

/* fd and ns give a line for each read, and go on where the Chan has been read to. */
static void
linesofdescriptors(void **state)
{
	char part[64];
	Chan *c;
	long n, m;

	USED(state);
	c = openat(file(p, "fd"), OREAD);
	n = procdev.read(c, buf, sizeof buf, 0);
	assert_int_equal(n, 12);
	assert_memory_equal(buf, "/usr/glenda\n", 12);
	m = procdev.read(c, buf, sizeof buf, n);
	assert_memory_equal(buf, "  1 w  F", 8);
	assert_memory_equal(buf + m - 10, " /tmp/out\n", 10);
	assert_int_equal(procdev.read(c, buf, sizeof buf, n + m), 0);
	/* from elsewhere, and less than a line */
	assert_int_equal(procdev.read(c, part, 4, 1), 4);
	assert_memory_equal(part, "usr/", 4);
	assert_int_equal(procdev.read(c, part, 3, n + 2), 3);
	assert_memory_equal(part, "1 w", 3);
	assert_int_equal(procdev.read(c, part, 3, n + m + 100), 0);
	cclose(c);
}

static void
readinparts(void **state)
{
	char whole[4096];
	Chan *c;
	long n, off;

	USED(state);
	assert_null(readall(file(p, "segment"), whole, sizeof whole));
	c = openat(file(p, "segment"), OREAD);
	for(off = 0; (n = procdev.read(c, buf + off, 7, off)) > 0; off += n)
		;
	buf[off] = 0;
	assert_string_equal(buf, whole);
	assert_int_equal(procdev.read(c, buf, 7, 1LL << 40), 0);
	cclose(c);
}

static void
status(void **state)
{
	USED(state);
	p->childns[0] = 12000000;
	p->childns[1] = 34000000;
	p->childns[2] = 56000000;
	readsas("status",
	    "prog                        glenda                      Running   "
	    "  "
	    "         30           7        4000 "
	    "         12          34          56 "
	    "         12          13          13\n");
	kfree(p->text);
	p->text = kstrcpy("a-program-with-a-very-long-name");
	p->state = Stopped;
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	assert_int_equal(kstrlen(buf), 28 + 28 + 12 + 9 * 12);
	assert_memory_equal(buf, "a-program-with-a-very-long- glenda ", 35);
	assert_memory_equal(buf + 56, "Stopped     ", 12);
}

static void
argswritten(void **state)
{
	USED(state);
	assert_null(writeat(file(p, "args"), "new args", 8, 0));
	readsas("args", "prog [new args]");
	assert_int_equal(p->setargs, 1);
	fails(writeat(file(p, "args"), buf, ERRMAX, 0), Etoobig);
	fails(writeat(file(p, "args"), buf, 1, 3), Etoobig);
	assert_null(writeat(file(p, "args"), "", 0, 0));
	readsas("args", "prog []");
}

/* --- notes --- */

static void
notes(void **state)
{
	char msg[ERRMAX];

	USED(state);
	assert_null(writeat(file(p, "note"), "interrupt", 9, 0));
	assert_string_equal(lastnote, "interrupt");
	assert_int_equal(lastpid, p->pid);
	assert_null(writeat(file(p, "note"), "second", 6, 0));
	memset(msg, 'x', sizeof msg);
	fails(writeat(file(p, "note"), msg, ERRMAX, 0), Etoobig);
	assert_null(writeat(file(p, "note"), msg, ERRMAX - 1, 0));
	fails(readall(file(p, "note"), buf, 1), Etoosmall);
	readsas("note", "interrupt");
	/* cut, with a NUL */
	assert_null(readall(file(p, "note"), buf, 5));
	assert_memory_equal(buf, "sec", 4);
	assert_int_equal(p->nnote, 1);
	for(int i = 1; i < NNOTE; i++)
		assert_null(writeat(file(p, "note"), "n", 1, 0));
	fails(writeat(file(p, "note"), "n", 1, 0), "note not posted");
}

static void
notestothegroup(void **state)
{
	Chan *c;

	USED(state);
	fails(readall(file(p, "notepg"), buf, sizeof buf), Eperm);
	c = openat(file(p, "notepg"), OWRITE);
	/* its leader exits: the group is still meant */
	endproc(p);
	assert_int_equal(procdev.write(c, "hangup", 6, 0), 6);
	assert_int_equal(lastgroup, 77);
	assert_string_equal(lastnote, "hangup");
	cclose(c);
}

static void
notegroups(void **state)
{
	Proc *other, *foreign;

	USED(state);
	other = mkproc("other", "glenda");
	foreign = mkproc("foreign", "bootes");
	snprint(buf, sizeof buf, "%ud", other->noteid);
	assert_null(writeat(file(p, "noteid"), buf, (long)kstrlen(buf), 0));
	assert_int_equal(p->noteid, other->noteid);
	snprint(buf, sizeof buf, "%ud\n", p->pid);
	assert_null(writeat(file(p, "noteid"), buf, (long)kstrlen(buf), 0));
	assert_int_equal(p->noteid, p->pid);
	snprint(buf, sizeof buf, "%ud", foreign->noteid);
	fails(writeat(file(p, "noteid"), buf, (long)kstrlen(buf), 0), Eperm);
	fails(writeat(file(p, "noteid"), "12345", 5, 0), Eperm);
	fails(writeat(file(p, "noteid"), "x", 1, 0), Ebadarg);
	fails(writeat(file(p, "noteid"), "", 0, 0), Ebadarg);
	assert_int_equal(p->noteid, p->pid);
}

/* --- wait --- */

static void
childdies(Proc *parent, u32int pid)
{
	Waitq *w;

	w = kmalloc(sizeof *w);
	w->pid = pid;
	w->time[0] = 1;
	w->time[1] = 2;
	w->time[2] = 3;
	strecpy(w->msg, w->msg + sizeof w->msg, "prog 9: it's over");
	w->next = parent->waitq;
	parent->waitq = w;
	parent->nwait++;
}

static void
lastchild(void)
{
	childdies(p, 10);
	wakeup(&p->waitr);
}

static void
parentdies(void)
{
	endproc(p);
}

static void
waitrecords(void **state)
{
	USED(state);
	childdies(p, 9);
	readsas("wait", "9 1 2 3 'prog 9: it''s over'");
	assert_int_equal(p->nwait, 0);
	whilewaiting = lastchild;
	readsas("wait", "10 1 2 3 'prog 9: it''s over'");
	fails(readall(file(up, "wait"), buf, sizeof buf), Enochild);
	p->waitreader = p->pid;
	fails(readall(file(p, "wait"), buf, sizeof buf), Einuse);
	assert_int_equal(p->waitreader, p->pid);
	/* of a process that had p before */
	p->waitreader = p->pid - 1;
	childdies(p, 11);
	readsas("wait", "11 1 2 3 'prog 9: it''s over'");
	assert_int_equal(p->waitreader, 0);
	whilewaiting = parentdies;
	fails(readall(file(p, "wait"), buf, sizeof buf), Eprocdied);
}

/* --- memory, registers, text --- */

static long
memio(int write, vlong off, void *mem, long n)
{
	volatile long r;
	Chan *c;

	if(waserror())
		return -1;
	c = openat(file(p, "mem"), ORDWR);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	r = write ? procdev.write(c, mem, n, off)
		  : procdev.read(c, mem, n, off);
	poperror();
	cclose(c);
	poperror();
	return r;
}

static void
memoryreads(void **state)
{
	USED(state);
	memset(buf, 0, sizeof buf);
	assert_int_equal(memio(0, DATABASE + BY2PG - 2, buf, 4), 4);
	assert_memory_equal(buf, "dddd", 4);
	/* to the segment's end and no further */
	assert_int_equal(memio(0, DATABASE + 2 * BY2PG - 3, buf, 100), 3);
	assert_int_equal(memio(0, DATABASE + 2 * BY2PG, buf, 1), -1);
	assert_int_equal(memio(0, -1, buf, 1), -1);
	assert_int_equal(memio(0, DATABASE, buf, 0), 0);
	/* text as it is in the file */
	assert_int_equal(memio(0, UTZERO + 5, buf, 1), 1);
	assert_int_equal((uchar)buf[0], Unfixed);
}

static void
memorywrites(void **state)
{
	USED(state);
	assert_int_equal(memio(1, DATABASE, "abc", 3), -1);
	assert_string_equal(up->errstr, Ebadctl);
	p->state = Stopped;
	assert_int_equal(memio(1, DATABASE + BY2PG - 1, "abc", 3), 3);
	assert_int_equal(memio(0, DATABASE + BY2PG - 2, buf, 5), 5);
	assert_memory_equal(buf, "dabcd", 5);
	assert_int_equal(memio(1, DATABASE + 2 * BY2PG - 1, "abc", 3), 1);
	assert_int_equal(memio(1, 0x1000, "abc", 3), -1);

	/* a breakpoint: text becomes the process's own */
	assert_int_equal(memio(1, UTZERO + 8, "\xCC", 1), 1);
	assert_int_equal(p->seg[TSEG]->type, SG_DATA);
	assert_int_equal(memio(0, UTZERO + 7, buf, 3), 3);
	assert_memory_equal(buf, "\x48\xCC\x48", 3);

	p->seg[DSEG]->type = SG_SHARED | SG_RONLY;
	assert_int_equal(memio(1, DATABASE, "abc", 3), -1);
	assert_string_equal(up->errstr, Eperm);
}

static void
registers(void **state)
{
	Ureg u, got;

	USED(state);
	fails(readall(file(p, "regs"), buf, sizeof buf), Enoreg);
	memset(&u, 0x11, sizeof u);
	u.pc = 0x200123;
	p->dbgreg = &u;
	assert_null(readall(file(p, "regs"), buf, sizeof buf));
	memcpy(&got, buf, sizeof got);
	assert_memory_equal(&got, &u, sizeof u);
	assert_null(
	    writeat(file(p, "regs"), "12345678", 8, offsetof(Ureg, pc)));
	assert_memory_equal(&u.pc, "12345678", 8);
	assert_int_equal(u.cs, 0x1111111111111111ULL);
	assert_null(writeat(file(p, "regs"), "12345678", 8, sizeof u - 4));
	assert_memory_equal((char *)&u + sizeof u - 4, "1234", 4);
}

static void
textisthefile(void **state)
{
	char strs[256];
	Chan *c;
	Dir d;
	int n;

	USED(state);
	c = openat(file(p, "text"), OREAD);
	n = procdev.stat(c, (uchar *)buf, sizeof buf);
	assert_int_equal(convM2D((uchar *)buf, (uint)n, &d, strs), n);
	assert_int_equal(d.length, 1234);
	/* the file stays, the process does not */
	endproc(p);
	n = (int)procdev.read(c, buf, sizeof buf, 40);
	assert_memory_equal(buf, "file at 40", (usize)n);
	cclose(c);
}

/* What is 9front's alone to give: nothing is made up. */
static void
notdone(void **state)
{
	USED(state);
	fails(readall(file(p, "fpregs"), buf, sizeof buf), Enoreg);
	fails(readall(file(p, "kfpregs"), buf, sizeof buf), Enoreg);
	readsas("watchpt", "");
	assert_null(writeat(file(p, "watchpt"), "rw- 1000 8", 10, 0));
	fails(writeat(file(p, "watchpt"), "rw- 1000 8\n", 11, 0),
	    "no watchpoints");
	readsas("watchpt", "");
}

static void
kernelview(void **state)
{
	Ureg *u;

	USED(state);
	assert_null(readall(file(p, "kregs"), buf, sizeof buf));
	u = (Ureg *)buf;
	assert_int_equal(u->pc, 0x1234);
	assert_null(readall(file(p, "proc"), buf, sizeof buf));
	assert_int_equal(((Proc *)buf)->pid, p->pid);
	snprint(buf, sizeof buf, "%11ud ", up->pid);
	p->parentpid = up->pid;
	assert_null(readall(file(p, "ppid"), buf + 100, 100));
	assert_string_equal(buf + 100, buf);
}

static void
modesandowner(void **state)
{
	uchar msg[256];
	Chan *c;
	Dir d;
	uint n;
	char strs[256];

	USED(state);
	memset(&d, 0xff, sizeof d);
	d.name = d.gid = d.muid = d.uid = strs;
	strs[0] = 0;
	d.mode = 0600;
	n = convD2M(&d, msg, sizeof msg);
	c = walkto(file(p, "mem"));
	assert_int_equal(procdev.wstat(c, msg, (int)n), n);
	assert_int_equal(p->procmode, 0600);
	procdev.stat(c, (uchar *)buf, sizeof buf);
	cclose(c);
	convM2D((uchar *)buf, sizeof buf, &d, strs);
	assert_int_equal(d.mode, 0600);
	d.uid = "none";
	n = convD2M(&d, msg, sizeof msg);
	c = walkto(file(p, "ctl"));
	assert_int_equal(procdev.wstat(c, msg, (int)n), n);
	cclose(c);
	assert_string_equal(p->user, "none");
	c = walkto(file(p, ""));
	if(!waserror()) {
		procdev.wstat(c, msg, (int)n);
		fail_msg("the directory's mode changed");
	}
	assert_string_equal(up->errstr, Eperm);
	cclose(c);
}

/* What is open stays so. */
static void
privacy(void **state)
{
	static const char *const closed[] = {
	    "mem", "regs", "fpregs", "profile", "syscall", "watchpt"};
	Chan *c;

	USED(state);
	c = openat(file(p, "mem"), OREAD);
	assert_null(ctl("private"));
	for(usize i = 0; i < nelem(closed); i++)
		fails(readall(file(p, closed[i]), buf, sizeof buf), Eperm);
	assert_int_equal(procdev.read(c, buf, 4, DATABASE), 4);
	cclose(c);
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	readsas("args", "prog 'a b'");
}

extern Proc *kproc0;

/* A process and its children share one; the profiler is started once. */
static void
profiles(void **state)
{
	u32int *count;
	Ureg u;

	USED(state);
	kproc0 = nil;
	initproc = up;
	fails(readall(file(p, "profile"), buf, sizeof buf), "profile is off");
	assert_null(ctl("profile"));
	assert_non_null(kproc0);
	readsas("segment",
	    "Text   RP   200000   400000    1\n"
	    "Data        400000   402000    1\n");
	up = p;
	memset(&u, 0, sizeof u);
	u.pc = UTZERO + 8 * 5 + 3;
	profclock(&u); /* a kick, but no tick */
	p->profiletick = 1;
	profclock(&u);
	p->profiletick = 1;
	u.pc = UTZERO + BY2PG;
	profclock(&u);
	up = initproc;
	assert_null(readall(file(p, "profile"), buf, sizeof buf));
	count = (u32int *)buf;
	assert_int_equal(count[0], 20);
	assert_int_equal(count[5], 10);
	assert_int_equal(count[4] + count[6], 0);
	assert_null(ctl("profile"));
	assert_null(readall(file(p, "profile"), buf, sizeof buf));
	assert_int_equal(count[0] + count[5], 0);
	p->seg[TSEG]->type = SG_DATA;
	fails(ctl("profile"), Ebadctl);
	freeproc(kproc0);
}

static void
realtime(void **state)
{
	USED(state);
	fails(ctl("admit"), "edf params");
	fails(ctl("period"), Ecmdargs);
	fails(ctl("period 1x"), "unrecognized unit");
	fails(ctl("period 1."), "ill-formed number");
	fails(ctl("period 1.0123456789"), "too many digits");
	assert_null(ctl("period 1.5s"));
	assert_int_equal(p->rt[RTperiod], 1500000);
	fails(ctl("admit"), "C not set");
	assert_null(ctl("cost 20ms"));
	assert_int_equal(p->rt[RTcost], 20000);
	assert_null(ctl("deadline 10ms"));
	fails(ctl("admit"), "C > D");
	assert_null(ctl("deadline 2s"));
	fails(ctl("admit"), "D > T");
	assert_null(ctl("deadline 100000us"));
	assert_null(ctl("sporadic"));
	fails(ctl("admit"), "not schedulable");
	assert_null(ctl("expel"));
}

/* --- control --- */

static void
requests(void **state)
{
	USED(state);
	assert_null(ctl("kill"));
	assert_int_equal(lastreq, Proc_exitme);
	assert_int_equal(lastpid, p->pid);
	assert_null(ctl("stop"));
	assert_int_equal(lastwait, Proc_stopme);
	assert_null(ctl("waitstop\n"));
	assert_int_equal(lastwait, Proc_none);
	fails(ctl("start"), Ebadctl);
	fails(ctl("startstop"), Ebadctl);
	assert_int_equal(lastreq, Proc_exitme);
	p->state = Stopped;
	assert_null(ctl("startstop"));
	assert_int_equal(lastreq, Proc_traceme);
	assert_int_equal(lastwait, Proc_none);
	assert_int_equal(started, 1);
	p->state = Stopped;
	assert_null(ctl("start"));
	assert_int_equal(started, 2);
}

static void
settings(void **state)
{
	USED(state);
	assert_null(ctl("hang"));
	assert_int_equal(p->hang, 1);
	assert_null(ctl("nohang"));
	assert_int_equal(p->hang, 0);
	assert_null(ctl("private"));
	assert_int_equal(p->privatemem, 1);
	assert_null(ctl("noswap"));
	assert_int_equal(p->noswap, 1);
	assert_null(ctl("pri 13"));
	assert_int_equal(p->basepri, 13);
	assert_int_equal(p->fixedpri, 0);
	assert_null(ctl("fixedpri 2"));
	assert_int_equal(p->basepri, 2);
	assert_int_equal(p->fixedpri, 1);
	assert_null(ctl("pri 20"));
	assert_int_equal(p->basepri, 19);
	assert_null(ctl("pri -1"));
	assert_int_equal(p->basepri, 0);
	fails(ctl("pri"), Ecmdargs);
	assert_non_null(ctl("nonsense"));
	assert_non_null(ctl(""));
}

static void
closing(void **state)
{
	USED(state);
	assert_null(ctl("close 0"));
	assert_null(ctl("close 4"));
	fails(ctl("close -1"), Ebadfd);
	assert_non_null(p->fgrp->fd[1]);
	assert_null(ctl("close 1"));
	assert_null(p->fgrp->fd[1]);
	assert_null(ctl("close 1"));
	assert_null(ctl("closefiles"));
	assert_non_null(up->fgrp->fd[1]);
}

static void
stoppingoneself(void **state)
{
	USED(state);
	snprint(name, sizeof name, "%ud/ctl", up->pid);
	/* it is asked, and does not wait for itself */
	assert_null(writeat(name, "stop", 4, 0));
	assert_int_equal(lastreq, Proc_stopme);
	assert_int_equal(lastpid, up->pid);
	assert_int_equal(lastwait, -1);
	p->kp = 1;
	fails(ctl("kill"), Eperm);
	fails(ctl("stop"), Eperm);
	assert_int_equal(memio(0, DATABASE, buf, 1), -1);
	p->kp = 0;
}

/* --- permission --- */

static void
others(void **state)
{
	USED(state);
	kfree(up->user);
	up->user = kstrcpy("bootes");
	fails(ctl("kill"), Eperm);
	fails(readall(file(p, "mem"), buf, sizeof buf), Eperm);
	fails(readall(file(p, "regs"), buf, sizeof buf), Eperm);
	fails(readall(file(p, "text"), buf, sizeof buf), Eperm);
	fails(writeat(file(p, "note"), "x", 1, 0), Eperm);
	fails(writeat(file(p, "notepg"), "x", 1, 0), Eperm);
	fails(writeat(file(p, "status"), "x", 1, 0), Eperm);
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	assert_int_equal(lastreq, -1);
	assert_string_equal(lastnote, "");
}

static void
nothingismade(void **state)
{
	Chan *c;

	USED(state);
	c = walkto(file(p, ""));
	if(!waserror()) {
		procdev.create(c, "new", OWRITE, 0644);
		fail_msg("created");
	}
	assert_string_equal(up->errstr, Eperm);
	if(!waserror()) {
		procdev.remove(c);
		fail_msg("removed");
	}
	assert_string_equal(up->errstr, Eperm);
	cclose(c);
}

/* --- processes that vanish --- */

static void
gone(void **state)
{
	static const char *const files[] = {"args", "ctl", "fd", "note",
	    "noteid", "ns", "segment", "status", "wait", "mem", "regs"};
	Chan *c[nelem(files)];
	volatile usize i;
	u32int pid;

	USED(state);
	for(i = 0; i < nelem(files); i++)
		c[i] = openat(file(p, files[i]), OREAD);
	pid = p->pid;
	endproc(p);
	/* its Proc becomes another's */
	p = mkproc("next", "glenda");
	assert_int_not_equal(p->pid, pid);
	for(i = 0; i < nelem(files); i++) {
		if(!waserror()) {
			procdev.read(c[i], buf, sizeof buf, 0);
			fail_msg("%s can be read", files[i]);
		}
		assert_string_equal(up->errstr, Eprocdied);
		cclose(c[i]);
	}
}

/*
 * The victim exits and its Proc becomes another process, all of which says
 * "next": this happens at every place in turn where it could. What was asked of
 * the victim may have been done before; the other is never shown or touched.
 */
static void
becomenext(void)
{
	char next[] = "next";

	endproc(victim);
	p = mkproc("next", "glenda");
	kfree(p->args);
	p->args = kstrcpy("next");
	kfree(p->dot->path->s);
	p->dot->path->s = kstrcpy("/next");
	kfree(p->fgrp->fd[1]->path->s);
	p->fgrp->fd[1]->path->s = kstrcpy("/tmp/next");
	p->noteid = 88;
	p->seg[DSEG]->type = SG_SHARED;
	p->state = Stopped;
	segcopy(p->seg[DSEG], DATABASE, next, 4, 1);
}

static int
contains(const char *s, long n, const char *sub)
{
	long len;

	len = (long)kstrlen(sub);
	for(; n >= len; n--, s++)
		if(memcmp(s, sub, (usize)len) == 0)
			return 1;
	return 0;
}

/* A fresh victim, to go at the n'th place. */
static void
doom(int n)
{
	p = victim = mkproc("prog", "glenda");
	p->noteid = 77;
	p->state = Stopped;
	memset(buf, 0, sizeof buf);
	perturbed = becomenext;
	perturbat = n;
}

static void
died(const char *f, const char *err)
{
	if(err != nil && kstrcmp(err, Eprocdied) != 0 &&
	    kstrcmp(err, Enonexist) != 0)
		fail_msg("%s: %s", f, err);
}

static void
neverreadsanother(void **state)
{
	static const char *const files[] = {
	    "args", "fd", "note", "noteid", "ns", "segment", "status", "text"};
	int n, over;

	USED(state);
	for(usize i = 0; i < nelem(files); i++)
		for(n = 1, over = 0; !over; n++) {
			doom(n);
			died(files[i],
			    readall(file(p, files[i]), buf, sizeof buf));
			over = perturbat != 0;
			perturbat = 0;
			if(contains(buf, sizeof buf, "next") ||
			    contains(buf, sizeof buf, "88") ||
			    contains(buf, sizeof buf, "Shared"))
				fail_msg("%s at %d: %s", files[i], n, buf);
			endproc(p);
		}
	for(n = 1, over = 0; !over; n++) {
		doom(n);
		if(memio(0, DATABASE, buf, 4) == 4)
			assert_memory_equal(buf, "dddd", 4);
		over = perturbat != 0;
		perturbat = 0;
		endproc(p);
	}
}

/* Nothing of the process that victim became has changed. */
static void
leftalone(const char *what)
{
	if(lastpid == p->pid || p->nnote != 0 || p->hang != 0 ||
	    p->noswap != 0 || p->basepri != PriUser || p->noteid != 88 ||
	    p->fgrp->fd[1] == nil || kstrcmp(p->args, "next") != 0 ||
	    p->state != Stopped)
		fail_msg("%s hit another", what);
}

static void
neverhitsanother(void **state)
{
	static const char *const what[][2] = {
	    {"ctl", "kill"},
	    {"ctl", "start"},
	    {"ctl", "hang"},
	    {"ctl", "noswap"},
	    {"ctl", "pri 5"},
	    {"ctl", "close 1"},
	    {"ctl", "closefiles"},
	    {"note", "hangup"},
	    {"args", "other"},
	};
	int n, over;

	USED(state);
	for(usize i = 0; i < nelem(what); i++)
		for(n = 1, over = 0; !over; n++) {
			doom(n);
			died(what[i][0],
			    writeat(file(p, what[i][0]), what[i][1],
				(long)kstrlen(what[i][1]), 0));
			over = perturbat != 0;
			perturbat = 0;
			if(!over)
				leftalone(what[i][1]);
			endproc(p);
		}
	for(n = 1, over = 0; !over; n++) {
		doom(n);
		memio(1, DATABASE, "XXXX", 4);
		over = perturbat != 0;
		perturbat = 0;
		if(!over) {
			memio(0, DATABASE, buf, 4);
			assert_memory_equal(buf, "next", 4);
		}
		endproc(p);
	}
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(rootlists),
	    test(exitingisgone),
	    test(directorylists),
	    test(statsofdirectories),
	    test(onlypidsaredirectories),
	    test(dotdotgoesup),
	    test(texts),
	    test(linesofdescriptors),
	    test(readinparts),
	    test(status),
	    test(argswritten),
	    test(notes),
	    test(notestothegroup),
	    test(notegroups),
	    test(waitrecords),
	    test(memoryreads),
	    test(memorywrites),
	    test(registers),
	    test(textisthefile),
	    test(notdone),
	    test(kernelview),
	    test(modesandowner),
	    test(privacy),
	    test(profiles),
	    test(realtime),
	    test(requests),
	    test(settings),
	    test(closing),
	    test(stoppingoneself),
	    test(others),
	    test(nothingismade),
	    test(gone),
	    test(neverreadsanother),
	    test(neverhitsanother),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
