/*
 * segment(3): segments with names, used by many processes at once.
 */
#include "dev/devcall.h"
#include "aout.h"
#include "dev/globseg.h"

enum
{
	Pg = BY2PG,
	Len = 4 * Pg,
	Base = 0x8000000,
	Apart = 16 * Pg,
	Nseg = 4,
	Nworker = 6,
	Rounds = 150,
	/* with names, and two for each process */
	Most = Nseg + 2 * (Nworker + 1),
};

static char *
pathof(char *buf, usize n, int i, const char *file)
{
	snprint(buf, n, "#g/s%d%s", i, file);
	return buf;
}

static uintptr
vaof(int i)
{
	return Base + (uintptr)i * Apart;
}

/* Make segment i, unless somebody has. */
static void
makeseg(int i)
{
	char name[32], msg[64];
	Chan *c;

	c = xcreate(pathof(name, sizeof name, i, ""), OREAD, DMDIR | 0777);
	if(c != nil)
		cclose(c);
	c = xopen(pathof(name, sizeof name, i, "/ctl"), ORDWR);
	if(c == nil)
		return;
	snprint(msg, sizeof msg, "va %llud %d", (uvlong)vaof(i), Len);
	xwrite(c, msg, strlen(msg), 0);
	cclose(c);
}

static int
setup(void **state)
{
	char name[32];
	int i;

	USED(state);
	devgroups();
	/* the memory of Segments is kept: as many as there may be at once */
	for(i = 0; i < Most; i++)
		makeseg(i);
	for(i = 0; i < Most; i++)
		must(xremove(pathof(name, sizeof name, i, "")) == 0);
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	return sameblocks() && globsegs.n == 0 ? 0 : -1;
}

/* Attach it: 1, or 0 for an error. */
static int
attachseg(int i)
{
	char name[32];

	if(waserror())
		return 0;
	snprint(name, sizeof name, "s%d", i);
	must(segattach(up, 0, name, 0, 0) == vaof(i));
	poperror();
	return 1;
}

static void
detachseg(int i)
{
	must(!waserror());
	segdetach(up, vaof(i));
	poperror();
}

/* A word of up's memory. */
static u64int *
wordat(uintptr va)
{
	return userptr(va);
}

static void
test_processes_share_a_segment(void **state)
{
	char buf[64], name[32];
	Chan *c;
	u64int w;

	USED(state);
	makeseg(0);
	assert_true(attachseg(0));
	assert_false(attachseg(0));
	assert_string_equal(up->errstr, Esoverlap);
	*wordat(vaof(0) + 8) = 17;
	c = xopen(pathof(name, sizeof name, 0, "/data"), ORDWR);
	assert_int_equal(xread(c, &w, sizeof w, 8), sizeof w);
	assert_int_equal(w, 17);
	w = 18;
	assert_int_equal(xwrite(c, &w, sizeof w, Pg + 8), sizeof w);
	assert_int_equal(*wordat(vaof(0) + Pg + 8), 18);
	assert_true(
	    xslurp(pathof(name, sizeof name, 0, "/ctl"), buf, sizeof buf) > 0);
	assert_string_equal(buf, "va 0x8000000 0x4000\n");
	/* without a name it stays */
	assert_int_equal(xremove("#g/s0"), 0);
	assert_int_equal(xread(c, &w, sizeof w, 8), sizeof w);
	assert_int_equal(w, 17);
	assert_int_equal(*wordat(vaof(0) + 8), 17);
	detachseg(0);
	assert_int_equal(xread(c, &w, sizeof w, Pg + 8), sizeof w);
	assert_int_equal(w, 18);
	cclose(c);
}

typedef struct Job Job;
struct Job
{
	u32int seed;
};

static u32int
pick(Job *j, u32int n)
{
	j->seed = j->seed * 1103515245 + 12345;
	return (j->seed >> 16) % n;
}

/* Whatever is attached under that name has its number in each page, or nothing yet. */
static void
useseg(Job *j, int i)
{
	uintptr va;
	u64int v;

	if(!attachseg(i))
		return;
	va = vaof(i) + pick(j, Len / Pg) * Pg;
	v = __atomic_load_n(wordat(va), __ATOMIC_RELAXED);
	must(v == 0 || v == (u64int)i + 1);
	__atomic_store_n(wordat(va), (u64int)i + 1, __ATOMIC_RELAXED);
	detachseg(i);
}

static void
rwseg(Job *j, int i)
{
	char name[32];
	Chan *c;
	u64int w;
	vlong off;

	c = xopen(pathof(name, sizeof name, i, "/data"), ORDWR);
	if(c == nil)
		return;
	off = pick(j, Len / Pg) * Pg;
	must(xread(c, &w, sizeof w, off) == sizeof w);
	must(w == 0 || w == (u64int)i + 1);
	w = i + 1;
	must(xwrite(c, &w, sizeof w, off) == sizeof w);
	cclose(c);
}

static void
worker(void *arg)
{
	char name[32], buf[256];
	int n, i;
	Job *j;

	j = arg;
	for(n = 0; n < Rounds; n++) {
		i = pick(j, Nseg);
		switch(pick(j, 6)) {
		case 0:
			xremove(pathof(name, sizeof name, i, ""));
			break;
		case 1:
			rwseg(j, i);
			break;
		case 2:
			must(xlist("#g", buf, sizeof buf, 512) >= 0);
			break;
		case 3:
			makeseg(i);
			break;
		default:
			useseg(j, i);
			break;
		}
	}
}

static void
test_all_at_once(void **state)
{
	Job j[Nworker];
	Worker *w[Nworker];
	char name[32];
	int i;

	USED(state);
	for(i = 0; i < Nseg; i++)
		makeseg(i);
	for(i = 0; i < Nworker; i++) {
		j[i].seed = i * 7919 + 1;
		w[i] = spawn(worker, &j[i]);
	}
	for(i = 0; i < Nworker; i++)
		join(w[i]);
	for(i = 0; i < Nseg; i++)
		xremove(pathof(name, sizeof name, i, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_processes_share_a_segment),
	    KERN(test_all_at_once),
	};

	perturbone = 20;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
