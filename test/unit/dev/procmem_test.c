/*
 * #p against proc(3): memory, registers and text, and what else a debugger sees.
 */
#include "dev/stillproc.h"
#include "aout.h"
#include "ureg.h"

/* --- memory, registers, text --- */

static void
memoryreads(void **state)
{
	USED(state);
	memset(buf, 0, sizeof buf);
	assert_int_equal(memio(0, Database + BY2PG - 2, buf, 4), 4);
	assert_memory_equal(buf, "dddd", 4);
	/* to the segment's end and no further */
	assert_int_equal(memio(0, Database + 2 * BY2PG - 3, buf, 100), 3);
	assert_int_equal(memio(0, Database + 2 * BY2PG, buf, 1), -1);
	assert_int_equal(memio(0, -1, buf, 1), -1);
	assert_int_equal(memio(0, Database, buf, 0), 0);
	/* text as it is in the file, though it is not in memory */
	segcopy(p->seg[TSEG], UTZERO, buf, 8, 0);
	assert_true(buf[7] != Textbyte);
	assert_int_equal(memio(0, UTZERO + 7, buf, 1), 1);
	assert_int_equal((uchar)buf[0], Textbyte);
}

static void
memorywrites(void **state)
{
	USED(state);
	assert_int_equal(memio(1, Database, "abc", 3), -1);
	assert_string_equal(up->errstr, Ebadctl);
	p->state = Stopped;
	assert_int_equal(memio(1, Database + BY2PG - 1, "abc", 3), 3);
	assert_int_equal(memio(0, Database + BY2PG - 2, buf, 5), 5);
	assert_memory_equal(buf, "dabcd", 5);
	assert_int_equal(memio(1, Database + 2 * BY2PG - 1, "abc", 3), 1);
	assert_int_equal(memio(1, 0x1000, "abc", 3), -1);

	/* a breakpoint: text becomes the process's own */
	assert_int_equal(memio(1, UTZERO + 8, "\xCC", 1), 1);
	assert_int_equal(p->seg[TSEG]->type, SG_DATA);
	assert_int_equal(memio(0, UTZERO + 7, buf, 3), 3);
	assert_memory_equal(buf, "\x48\xCC\x48", 3);

	p->seg[DSEG]->type = SG_SHARED | SG_RONLY;
	assert_int_equal(memio(1, Database, "abc", 3), -1);
	assert_string_equal(up->errstr, Eio);
}

static void
registers(void **state)
{
	Ureg u, got;

	USED(state);
	failswith(readall(file(p, "regs"), buf, sizeof buf), Enoreg);
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
	assert_int_equal(d.length, 3 * BY2PG);
	/* the file stays, the process does not */
	endstill(p);
	assert_int_equal(procdev.read(c, buf, 4, BY2PG - 2), 4);
	assert_memory_equal(buf, "HHdd", 4);
	cclose(c);
}

/* What is 9front's alone to give: nothing is made up. */
static void
notdone(void **state)
{
	USED(state);
	failswith(readall(file(p, "fpregs"), buf, sizeof buf), Enoreg);
	failswith(readall(file(p, "kfpregs"), buf, sizeof buf), Enoreg);
	readsas("watchpt", "");
	assert_null(writeat(file(p, "watchpt"), "rw- 1000 8", 10, 0));
	failswith(writeat(file(p, "watchpt"), "rw- 1000 8\n", 11, 0),
	    "no watchpoints");
	readsas("watchpt", "");
}

static void
kernelview(void **state)
{
	Ureg *u;

	USED(state);
	u = (Ureg *)buf;
	assert_null(readall(file(p, "kregs"), buf, sizeof buf));
	assert_int_equal(u->pc, 0);
	assert_null(readall(file(up, "kregs"), buf, sizeof buf));
	assert_true(u->pc != 0);
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
		failswith(readall(file(p, closed[i]), buf, sizeof buf), Eperm);
	assert_int_equal(procdev.read(c, buf, 4, Database), 4);
	cclose(c);
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	readsas("args", "prog 'a b'");
}

/* The text has one; the profiler is started once. */
static void
profiles(void **state)
{
	u32int *count;
	Proc *me;
	Ureg u;
	int type;

	USED(state);
	failswith(
	    readall(file(p, "profile"), buf, sizeof buf), "profile is off");
	/* the profiler leaves it alone */
	p->state = Stopped;
	assert_null(ctl("profile"));
	readsas("segment",
	    "Text   RP   200000   400000    1\n"
	    "Data        400000   402000    1\n");
	me = up;
	up = p;
	memset(&u, 0, sizeof u);
	u.pc = UTZERO + 8 * 5 + 3;
	profclock(&u); /* a kick, but no tick */
	p->profiletick = 1;
	profclock(&u);
	p->profiletick = 1;
	u.pc = Database;
	profclock(&u);
	up = me;
	assert_null(readall(file(p, "profile"), buf, sizeof buf));
	count = (u32int *)buf;
	assert_int_equal(count[0], 20);
	assert_int_equal(count[5], 10);
	assert_int_equal(count[4] + count[6], 0);
	assert_null(ctl("profile"));
	assert_null(readall(file(p, "profile"), buf, sizeof buf));
	assert_int_equal(count[0] + count[5], 0);
	type = p->seg[TSEG]->type;
	p->seg[TSEG]->type = SG_DATA;
	failswith(ctl("profile"), Egreg);
	p->seg[TSEG]->type = type;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(memoryreads),
	    KERN(memorywrites),
	    KERN(registers),
	    KERN(textisthefile),
	    KERN(notdone),
	    KERN(kernelview),
	    KERN(modesandowner),
	    KERN(privacy),
	    KERN(profiles),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
