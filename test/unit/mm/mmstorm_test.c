/*
 * kernel/mm: storms of everything at once.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "mach/tagfile.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
};

/* --- storms --- */

enum
{
	Nfile = 6,
	Nstorm = 6,
	Ngroup = 50000,
};

#define OWN 0x7FFFULL /* in place of a file's number: written by a program */

typedef struct Group Group;
typedef struct Life Life;

/* What a memory was called between two copies of it, and before. */
struct Group
{
	u32int id;
	Group *from;
};

/* A memory, of all who share it. */
typedef struct Mem Mem;
struct Mem
{
	Group *now; /* atomic */
};

struct Life
{
	Mem *mem;
	u32int file;
	u32int vers; /* when it was run */
	u32int text;
	u32int data;
	u32int bss;
	u32int seed;
	int depth;
};

static File *stormfile[Nfile];
static u32int groups;
static int rounds;
static int everything; /* notes, debuggers, errors, files that change */
static u32int done; /* programs run to their end */

static Group *
newgroup(Group *from)
{
	static Group group[Ngroup];
	Group *g;

	g = &group[__atomic_add_fetch(&groups, 1, __ATOMIC_SEQ_CST) % Ngroup];
	g->id = g - group;
	g->from = from;
	return g;
}

static Mem *
newmem(Group *from)
{
	static Mem mem[Ngroup];
	static u32int n;
	Mem *m;

	m = &mem[__atomic_add_fetch(&n, 1, __ATOMIC_SEQ_CST) % Ngroup];
	storerelease(&m->now, newgroup(from));
	return m;
}

static void
mustbeours(Life *l, uvlong v, uvlong other)
{
	Group *g;

	if(v == other)
		return;
	if(v >> 48 == OWN)
		for(g = loadacquire(&l->mem->now); g != nil; g = g->from)
			if((u32int)(v >> 16 & 0xFFFFFFFF) == g->id)
				return;
	panic("pid %d file %d: saw %#llux, not %#llux", up->pid, l->file, v,
	    other);
}

/* v is the word at off of the program's file, of the version it was when it
 * was run, or of a later one. */
static void
mustbefile(Life *l, uvlong v, u32int off, uvlong fixed)
{
	u32int vers, now;

	now = loadacquire(&stormfile[l->file - 1]->vers);
	if(everything) {
		/* debuggers undo it */
		v &= ~FIXED;
		fixed = 0;
	}
	for(vers = l->vers; vers <= now; vers++)
		if(v == (fileword(l->file, vers, off) | fixed))
			return;
	panic("pid %d file %d version %d..%d: saw %#llux at %#ux", up->pid,
	    l->file, l->vers, now, v, off);
}

/* A load or a store; 0 when the process is to end. */
static int
touch(Life *l)
{
	uvlong v;
	uintptr d;
	u32int off;
	int r;

	d = databaseof(l->text);
	switch(nextrand(&l->seed) % 4) {
	case 0:
		off = nextrand(&l->seed) % l->text & ~7;
		r = uread(UTZERO + off, &v);
		if(r == Fok)
			mustbefile(l, v, off, FIXED);
		break;
	case 1:
		off = nextrand(&l->seed) % l->data & ~7;
		r = uread(d + off, &v);
		if(r == Fok && v >> 48 == OWN)
			mustbeours(l, v, 0);
		else if(r == Fok)
			mustbefile(l, v, l->text + off, 0);
		break;
	case 2:
		off = l->data + nextrand(&l->seed) % l->bss;
		off &= ~7;
		r = uread(d + off, &v);
		if(r == Fok)
			mustbeours(l, v, 0);
		break;
	default:
		off = nextrand(&l->seed) % (l->data + l->bss) & ~7;
		r = uwrite(d + off,
		    OWN << 48 | (uvlong)loadacquire(&l->mem->now)->id << 16 |
			1);
		break;
	}
	if(r == Fintr)
		return 1;
	must(r == Fok || r == Killed ||
	    (r == Fioerr &&
		(strcmp(up->errstr, Enovmem) == 0 ||
		    (everything && strcmp(up->errstr, Eio) == 0))));
	return r == Fok;
}

static void live(Life *l);

static void
liveon(void *arg)
{
	live(arg);
	leavemem();
	free(arg);
}

static void
doexec(void *arg)
{
	Life *l;

	l = arg;
	execfile(stormfile[l->file - 1], l->text, l->data, l->bss);
}

static int
newprogram(Life *l)
{
	l->file = 1 + nextrand(&l->seed) % Nfile;
	l->text = (2 + l->file) * Pg + 8 * l->file;
	l->data = l->file * Pg + 16;
	l->bss = 20 * Pg;
	l->mem = newmem(nil);
	l->vers = loadacquire(&stormfile[l->file - 1]->vers);
	if(fails(doexec, l)) {
		leavemem();
		return 0;
	}
	if(nextrand(&l->seed) % 2) {
		prefault(UTZERO + Pg, 0);
		prefault(databaseof(l->text), nextrand(&l->seed) % 2);
		prefault(USTKTOP - 8, 1);
	}
	return 1;
}

static void
forkone(Life *l)
{
	static _Thread_local Proc *kid;
	Group *old, *g;
	Forkhold hold = {0};
	Life *k;
	int n, share;

	share = nextrand(&l->seed) % 2;
	k = malloc(sizeof *k);
	*k = *l;
	k->seed += 12345;
	k->depth++;
	k->mem = share ? l->mem : nil;
	kid = makeproc();
	givemem(kid, share, &hold);
	if(!share) {
		/* both go on under new names: neither may see what the other
		 * writes from now on */
		k->mem = newmem(loadacquire(&l->mem->now));
		old = loadacquire(&l->mem->now);
		do
			g = newgroup(old);
		while(!__atomic_compare_exchange_n(&l->mem->now, &old, g, 0,
		    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	}
	startproc(kid, liveon, k);
	holdend(&hold);
	for(n = 0; n < 10; n++)
		if(!touch(l))
			break;
	waitproc(kid);
}

typedef struct Look Look;
struct Look
{
	Segment *s;
	uintptr addr;
	int write;
};

/* Have a page of some process, or make it private to it. No bytes: it runs. */
static void
lookat(void *arg)
{
	Look *l;
	u32int none;

	l = arg;
	segcopy(l->s, l->addr, &none, 0, l->write);
}

static void
plaintext(void *arg)
{
	putseg(txt2data(arg, TSEG));
}

/* What a debugger may do to a process that runs. */
static void
meddle(Life *l)
{
	Look k;
	Proc *p;

	p = proctab(nextrand(&l->seed) % nproctab());
	if(p == nil)
		return;
	switch(nextrand(&l->seed) % 4) {
	case 0:
		postnotepid(p, loadrelaxed(&p->pid), "interrupt", NUser);
		break;
	case 1:
		fails(plaintext, p);
		break;
	default:
		k.addr = nextrand(&l->seed) % 2 ? UTZERO : databaseof(Pg);
		k.addr += nextrand(&l->seed) % (8 * Pg);
		k.write = nextrand(&l->seed) % 2;
		k.s = segref(p, k.addr);
		if(k.s != nil)
			fails(lookat, &k);
		putseg(k.s);
		break;
	}
}

/* A segment comes and goes. */
static void
attachone(Life *l)
{
	uintptr va;
	uvlong v;

	if(waserror())
		return;
	va = segattach(up, 0, nextrand(&l->seed) % 2 ? "shared" : "memory", 0,
	    1 + nextrand(&l->seed) % (40 * Pg));
	if(uread(va, &v) == Fok)
		must(v == 0);
	uwrite(va, 1);
	segdetach(up, va);
	poperror();
}

static void
live(Life *l)
{
	Imagestats st;
	int n;

	for(n = 0; n < 40; n++) {
		if(!touch(l))
			return;
		switch(nextrand(&l->seed) % 32) {
		case 0:
			if(l->depth < 2)
				forkone(l);
			break;
		case 1:
			imagereclaim(nextrand(&l->seed) % 16);
			break;
		case 2:
			imagecheck();
			imagestats(&st);
			break;
		case 3:
			if(!newprogram(l))
				return;
			break;
		case 4:
			attachone(l);
			break;
		case 5:
		case 6:
		case 7:
			if(everything)
				meddle(l);
			break;
		case 8:
			if(everything)
				__atomic_add_fetch(
				    &stormfile[2]->vers, 1, __ATOMIC_SEQ_CST);
			break;
		}
	}
}

static void
stormer(void *arg)
{
	Life l;
	int n;

	memset(&l, 0, sizeof l);
	l.seed = *(u32int *)arg;
	for(n = 0; n < rounds && !waskilled(); n++) {
		if(newprogram(&l))
			live(&l);
		leavemem();
		__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
	}
	leavemem();
}

static void
storm(u32int nframes, u32int nimages)
{
	Proc *p[Nstorm];
	u32int seed[Nstorm];
	const char *env;
	int k, n, first;

	machself(nframes, nimages);
	perturbone = 50;
	for(k = 0; k < Nfile; k++) {
		stormfile[k] = newfile(40 * Pg);
		stormfile[k]->slow = k % 2;
		stormfile[k]->failing = everything && k == 1 ? 7 : 0;
	}
	/* STORM=n: other storms, beginning with the nth */
	env = getenv("STORM");
	first = env != nil ? atoi(env) : 0;
	for(n = first; n < first + 4; n++) {
		for(k = 0; k < Nstorm; k++) {
			seed[k] = 1000 * n + k;
			p[k] = runproc(stormer, &seed[k]);
		}
		for(k = 0; k < Nstorm; k++)
			waitproc(p[k]);
	}
	must(done > Nstorm);
	mustbefree();
}

static void
storm_with_room(void)
{
	rounds = 15;
	storm(4096, 16);
}
IN_FORK(storm_with_room)

static void
storm_of_everything(void)
{
	rounds = 15;
	everything = 1;
	storm(700, Nfile - 1);
}
IN_FORK(storm_of_everything)

/* So few frames and Images that reclaim never ends. */
static void
storm_in_a_corner(void)
{
	rounds = 15;
	storm(320, Nfile - 2);
}
IN_FORK(storm_in_a_corner)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(storm_with_room_),
	    cmocka_unit_test(storm_in_a_corner_),
	    cmocka_unit_test(storm_of_everything_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}
