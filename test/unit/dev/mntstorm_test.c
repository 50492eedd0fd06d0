/*
 * A storm over #M: callers that walk, open, read, write, look and close, notes and kills at any moment,
 * and servers that answer late, in pieces, in another order, wrongly, or hang up. What is read must be
 * the file's bytes, and nothing may be left.
 *
 * SEED=n, STORMTIME=seconds and LONG=1 change it.
 */
#include <stdlib.h>

#include "dev/mnt.h"
#include "dev/mntserv.h"
#include "mm/mm.h"

enum
{
	NCALLER = 6,
	MOSTCALLS = 60,
};

typedef struct Caller Caller;
struct Caller
{
	Worker *w;
	u32int rand;
	int calls;
	/* atomic: it does nothing any more; it may end */
	u32int done;
	u32int leave;
};

typedef struct Total Total;
struct Total
{
	vlong rounds;
	vlong calls;
	vlong errors;
	vlong notes;
	vlong kills;
};

/* <unistd.h> has names of the kernel */
unsigned alarm(unsigned secs);

static Total total;
static u32int seed = 1;

static int
killed(void)
{
	return loadrelaxed(&up->procctl) == Proc_exitme;
}

/* A process with a full queue of notes gets no more, and waits. */
static void
ended(long n)
{
	takenotes();
	__atomic_add_fetch(&total.calls, 1, __ATOMIC_RELAXED);
	if(n < 0)
		__atomic_add_fetch(&total.errors, 1, __ATOMIC_RELAXED);
}

static void
readsome(Caller *k, Chan *c, uchar *buf)
{
	u32int off;
	long n, i;

	off = nextrand(&k->rand) % FILESIZE;
	n = xread(c, buf, nextrand(&k->rand) % FILESIZE + 1, off);
	ended(n);
	for(i = 0; i < n; i++)
		if(buf[i] != byteat(off + (u64int)i))
			panic(
			    "byte %lld of a read of %lld at %d is %d, not %d; "
			    "msize %d, cached %d, piece %d, wild %d",
			    off + (vlong)i, (vlong)n, off, buf[i],
			    byteat(off + (u64int)i), srv.msize, srv.cached,
			    srv.piece, srv.wild);
}

static void
writesome(Caller *k, Chan *c, uchar *buf)
{
	u32int off, n, i;

	n = nextrand(&k->rand) % 3000 + 1;
	off = nextrand(&k->rand) % (FILESIZE - n);
	for(i = 0; i < n; i++)
		buf[i] = byteat(off + i);
	ended(xwrite(c, buf, n, off));
}

static void
usechan(Caller *k, Chan *c, uchar *buf)
{
	Dir d;
	int i;

	for(i = nextrand(&k->rand) % 5; i > 0 && !killed(); i--)
		switch(nextrand(&k->rand) % 4) {
		case 0:
		case 1:
			readsome(k, c, buf);
			break;
		case 2:
			writesome(k, c, buf);
			break;
		case 3:
			ended(xfstat(c, &d));
			break;
		}
}

static void
caller(void *a)
{
	Caller *k;
	uchar *buf;
	Chan *c;
	int i;

	k = a;
	buf = smalloc(FILESIZE);
	for(i = 0; i < k->calls && !killed(); i++) {
		c = xopen("/n/f", ORDWR);
		ended(c != nil ? 0 : -1);
		if(c == nil)
			continue;
		usechan(k, c, buf);
		/* the process ends, or closes its file */
		setexiting(killed());
		cclose(c);
		setexiting(0);
		takenotes();
	}
	free(buf);
	__atomic_store_n(&k->done, 1, __ATOMIC_SEQ_CST);
	while(!__atomic_load_n(&k->leave, __ATOMIC_SEQ_CST)) {
		takenotes();
		pausems();
	}
	takenotes();
	qlock(&up->notelock);
	storerelaxed(&up->procctl, Proc_none);
	qunlock(&up->notelock);
}

static void
killcaller(Caller *k)
{
	Proc *p;

	p = workerproc(k->w);
	procctl(p, p->pid, Proc_exitme);
	total.kills++;
}

/* Notes and kills until all callers are done. A caller that is never answered leaves by a note. */
static void
poke(Caller *k, u32int *rand)
{
	int i, left;

	do {
		for(left = i = 0; i < NCALLER; i++) {
			if(__atomic_load_n(&k[i].done, __ATOMIC_SEQ_CST))
				continue;
			left = 1;
			if(nextrand(rand) % 512 == 0)
				killcaller(&k[i]);
			else if(nextrand(rand) % 4 == 0) {
				notework(k[i].w, "alarm");
				total.notes++;
			}
		}
		if(nextrand(rand) % 4 == 0)
			pausems();
		else
			hostrelax();
	} while(left);
}

static void
round1(u32int *rand)
{
	static const u32int msizes[] = {
	    SRVMSIZE, 8 * KiB + IOHDRSZ, 20 * KiB + IOHDRSZ};
	static const u32int pieces[] = {0, 0, 100, 5000};
	Caller k[NCALLER];
	int i, flag;

	flag = nextrand(rand) % 2 ? CCACHE : 0;
	/* the mount's own calls are answered. Of several reads at once those that are not wanted any more
	 * are not flushed: they must be answered without */
	startserver(nextrand(rand) % 2 ? (int)(nextrand(rand) % 300) + 20 : 0,
	    flag == 0 && nextrand(rand) % 2);
	srv.rand = nextrand(rand);
	srv.msize = msizes[nextrand(rand) % nelem(msizes)];
	mountserver(flag);
	srv.piece = pieces[nextrand(rand) % nelem(pieces)];
	srv.wild = nextrand(rand) % 4 == 0 ? 50 : 0;
	srv.cut = nextrand(rand) % 2;
	memset(k, 0, sizeof k);
	for(i = 0; i < NCALLER; i++) {
		k[i].rand = nextrand(rand);
		k[i].calls = (int)(nextrand(rand) % MOSTCALLS);
		k[i].w = spawn(caller, &k[i]);
	}
	poke(k, rand);
	for(i = 0; i < NCALLER; i++) {
		__atomic_store_n(&k[i].leave, 1, __ATOMIC_SEQ_CST);
		join(k[i].w);
	}
	unmountserver();
	total.rounds++;
}

static int
setup(void **state)
{
	USED(state);
	devgroups();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	assert_int_equal(loadrelaxed(&mountstat.pages), 0);
	return sameblockssoon() ? 0 : -1;
}

static void
test_a_storm_leaves_nothing(void **state)
{
	const char *s;
	vlong secs, end;
	u32int rand;

	USED(state);
	s = getenv("LONG");
	secs = s != NULL && s[0] != 0 ? 600 : 2;
	s = getenv("STORMTIME");
	if(s != NULL)
		secs = atoi(s);
	s = getenv("SEED");
	if(s != NULL)
		seed = (u32int)atoi(s);
	rand = seed;
	/* servers that lie answer some requests never */
	mntpatience = 20;
	/* a storm that takes much longer hangs */
	if(getenv("DEADLOCK") == NULL)
		alarm((uint)secs + 120);
	end = (vlong)monons() + secs * 1000000000;
	while((vlong)monons() < end)
		round1(&rand);
	print_message("seed %u: %lld rounds, %lld calls, %lld of them errors, "
		      "%lld notes, %lld kills\n",
	    seed, total.rounds, total.calls, total.errors, total.notes,
	    total.kills);
	assert_true(total.calls > total.errors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_storm_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
