/*
 * #p against proc(3): the tree, each file's text, and who may open what.
 */
#include "dev/stillproc.h"
#include "ns/nsdat.h"

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
		if(strcmp(d->name, want) == 0)
			return 1;
	}
	return 0;
}

static void
rootlists(void **state)
{
	char name[64];
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
	endstill(p);
	n = procdev.read(c, buf, sizeof buf, 0);
	assert_false(lists((uchar *)buf, n, name, &d));
	cclose(c);
}

/* Its parent has been told: it is not there any more. */
static void
exitingisgone(void **state)
{
	char name[64];
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
	failswith(readall(name, buf, sizeof buf), Enonexist);
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
	char name[64];
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
	char name[64];
	static const char *const bad[] = {
	    "0", "99999", "+2", "02", " 2", "2x", "-1", "4294967298", "status"};

	USED(state);
	for(usize i = 0; i < nelem(bad); i++)
		failswith(readall(bad[i], buf, sizeof buf), Enonexist);
	snprint(name, sizeof name, "0%ud", p->pid);
	failswith(readall(name, buf, sizeof buf), Enonexist);
	failswith(readall(file(p, "nothing"), buf, sizeof buf), Enonexist);
}

static void
dotdotgoesup(void **state)
{
	char name[64];
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
	assert_memory_equal(buf, "  1 w  R", 8);
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
	char want[256], *e;
	uvlong ms;

	USED(state);
	p->childns[0] = 12000000;
	p->childns[1] = 34000000;
	p->childns[2] = 56000000;
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	ms = strtoull(buf + 68 + 24, &e, 10);
	/* the machine may be busy */
	assert_true(ms >= Age && ms < Age + 60000);
	snprint(want, sizeof want,
	    "prog                        glenda                      Running   "
	    "  "
	    "          0           0 %11llud "
	    "         12          34          56 "
	    "         12          13          13\n",
	    ms);
	assert_string_equal(buf, want);
	kfree(p->text);
	p->text = kstrcpy("a-program-with-a-very-long-name");
	p->state = Stopped;
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	assert_int_equal(strlen(buf), 28 + 28 + 12 + 9 * 12);
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
	failswith(writeat(file(p, "args"), buf, ERRMAX, 0), Etoobig);
	failswith(writeat(file(p, "args"), buf, 1, 3), Etoobig);
	assert_null(writeat(file(p, "args"), "", 0, 0));
	readsas("args", "prog []");
}

/* --- permission --- */

static void
others(void **state)
{
	USED(state);
	kstrdup(&up->user, "bootes");
	failswith(ctl("kill"), Eperm);
	failswith(readall(file(p, "mem"), buf, sizeof buf), Eperm);
	failswith(readall(file(p, "regs"), buf, sizeof buf), Eperm);
	failswith(readall(file(p, "text"), buf, sizeof buf), Eperm);
	failswith(writeat(file(p, "note"), "x", 1, 0), Eperm);
	failswith(writeat(file(p, "notepg"), "x", 1, 0), Eperm);
	failswith(writeat(file(p, "status"), "x", 1, 0), Eperm);
	assert_null(readall(file(p, "status"), buf, sizeof buf));
	assert_int_equal(p->procctl, Proc_none);
	assert_int_equal(p->nnote, 0);
	kstrdup(&up->user, "glenda");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(rootlists),
	    KERN(exitingisgone),
	    KERN(directorylists),
	    KERN(statsofdirectories),
	    KERN(onlypidsaredirectories),
	    KERN(dotdotgoesup),
	    KERN(texts),
	    KERN(linesofdescriptors),
	    KERN(readinparts),
	    KERN(status),
	    KERN(argswritten),
	    KERN(others),
	    KERN(nothingismade),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
