/*
 * Requests to the helper run9-crypt: cryptmsg.h. The helper is started when it is first needed. If
 * it ends, its keys are lost, and the conversations that had them end. The next need starts another
 * helper, once no request is under way.
 */
#include "tls/tlsdat.h"

#include "host/hostcmd.h"
#include "host/hostfile.h"
#include "host/hosthelp.h"
#include "lib/atomic.h"
#include "sync/rank.h"

enum
{
	/* ns after which a waiter looks whether the helper has ended */
	Looktime = 100 * 1000 * 1000,
	/* how often a waiter looks before it kills a silent helper, which is stopped or is another
	 * program of that name. Looks are counted, and not time: time passes while the instance
	 * itself is stopped */
	Patience = 100,
	Maxpath = 4096,
};

static struct
{
	/* guards the start. Rank Rcrypthelp */
	QLock lk;
	/* nil: there is no helper */
	Hostcmd *cmd;
	/* the helper memory; -1: not made yet */
	int fd;
	/* a pipe's end: while it is open the helper goes on. -1: closed */
	int life;
	/* cmd's number; the helpers are counted from 1. Atomic */
	u32int number;
	/* bits of free slots; atomic */
	u64int free;
	/* bits of slots that have been used since they were cleared; atomic */
	u64int used;
	/* futex: changes when a slot becomes free; and how many processes wait for one */
	u32int freed;
	u32int waiters;
} crypt = {.lk = QLOCKRANK(Rcrypthelp), .fd = -1, .life = -1, .free = ~0ULL};

static const char Egone[] = "run9-crypt has ended";

static Cryptmem *
cryptmem(void)
{
	return hosthelpmap(crypt.fd);
}

static int
cryptended(void)
{
	Hostend e;

	return crypt.cmd == nil || hostcmdended(crypt.cmd, &e);
}

/* Wait while w, which the helper changes, is val. Returns 0 if the helper has ended. No other is
 * started meanwhile: the caller has a slot, or crypt.lk. */
static int
awaitword(u32int *w, u32int val)
{
	int looks;

	looks = 0;
	while(aload(w) == val) {
		if(hosthelpwait(w, val, Looktime) == 0)
			continue;
		if(cryptended())
			return 0;
		if(++looks == Patience)
			hostcmdsignal(crypt.cmd, Cmdkill);
	}
	return 1;
}

/* Wait until the helper says that it serves. Caller holds crypt.lk. */
static void
awaitready(Cryptmem *m)
{
	if(!awaitword(&m->ready, 0) || aload(&m->ready) != CRYPTMAGIC)
		error("run9-crypt does not start");
}

/* All slots become free. Wakes the processes that wait for one. */
static void
freeslots(void)
{
	astore(&crypt.free, ~0ULL);
	__atomic_add_fetch(&crypt.freed, 1, __ATOMIC_SEQ_CST);
	hostwake(&crypt.freed, CRYPTSLOTS);
}

/* Forget the helper, which has ended. Caller holds crypt.lk, and has all slots. */
static void
dropcrypt(void)
{
	if(crypt.cmd != nil)
		hostcmdclose(crypt.cmd);
	crypt.cmd = nil;
	if(crypt.life >= 0)
		hostclose(crypt.life);
	crypt.life = -1;
}

/* Start a helper. Caller holds crypt.lk, and has all slots. */
static void
spawncrypt(void)
{
	char path[Maxpath];
	char *argv[] = {path, nil};
	Hostspawn s = {.argv = argv};
	int life[2];
	Cryptmem *m;

	if(crypt.fd < 0)
		crypt.fd = hosthelpmem(sizeof(Cryptmem));
	m = cryptmem();
	memset(m, 0, offsetof(Cryptmem, slot));
	if(!hosthelper("run9-crypt", path, sizeof path))
		error("run9-crypt is not installed");
	hostpipe(life);
	crypt.life = life[1];
	onerror(hostclose(life[0]));
	s.fd[0] = crypt.fd;
	s.fd[1] = life[0];
	s.fd[2] = 2;
	crypt.cmd = hostspawn(&s);
	poperror();
	hostclose(life[0]);
	awaitready(m);
	astore(&crypt.number, crypt.number + 1);
}

/* Start a helper in place of the one that has ended, which may still have requests. Caller holds
 * crypt.lk. */
static void
startcrypt(void)
{
	u64int all;

	all = ~0ULL;
	if(!__atomic_compare_exchange_n(
	       &crypt.free, &all, 0, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		error(Egone);
	if(waserror()) {
		dropcrypt();
		freeslots();
		nexterror();
	}
	dropcrypt();
	spawncrypt();
	poperror();
	freeslots();
}

u32int
crypthelper(u32int *encs, u32int *hashes)
{
	char why[ERRMAX];
	Cryptmem *m;
	u32int n;

	qlock(&crypt.lk);
	if(waserror()) {
		qunlock(&crypt.lk);
		strecpy(why, why + sizeof why, up->errstr);
		errorf("tls: no helper: %s", why);
	}
	if(cryptended())
		startcrypt();
	m = cryptmem();
	*encs = m->encs;
	*hashes = m->hashes;
	n = crypt.number;
	poperror();
	qunlock(&crypt.lk);
	return n;
}

/* Take the bit of a free slot: its number, or -1. The lowest is in the processor's caches. */
static int
takefree(void)
{
	u64int old, bit;

	old = aload(&crypt.free);
	do {
		if(old == 0)
			return -1;
		bit = old & -old;
	} while(!__atomic_compare_exchange_n(&crypt.free, &old, old & ~bit, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return __builtin_ctzll(bit);
}

static int
waitfree(void)
{
	u32int seen;
	int i;

	__atomic_add_fetch(&crypt.waiters, 1, __ATOMIC_SEQ_CST);
	for(;;) {
		seen = aload(&crypt.freed);
		i = takefree();
		if(i >= 0)
			break;
		running(-1);
		hostsleep(&crypt.freed, seen, -1);
		running(1);
	}
	__atomic_sub_fetch(&crypt.waiters, 1, __ATOMIC_SEQ_CST);
	return i;
}

Cryptslot *
cryptbegin(u32int helper)
{
	Cryptslot *s;
	Cryptmem *m;
	int i;

	m = cryptmem();
	i = takefree();
	if(i < 0)
		i = waitfree();
	s = &m->slot[i];
	/* no other helper is started while a slot is taken */
	if(aload(&crypt.number) != helper || cryptended()) {
		cryptend(s);
		error(Egone);
	}
	return s;
}

void
cryptend(Cryptslot *s)
{
	__atomic_fetch_or(
	    &crypt.free, 1ULL << (s - cryptmem()->slot), __ATOMIC_SEQ_CST);
	if(aload(&crypt.waiters) == 0)
		return;
	__atomic_add_fetch(&crypt.freed, 1, __ATOMIC_SEQ_CST);
	hostwake(&crypt.freed, 1);
}

void
cryptask(Cryptslot *s)
{
	Cryptmem *m;
	u64int bit;
	int answered;

	m = cryptmem();
	bit = 1ULL << (s - m->slot);
	if((aload(&crypt.used) & bit) == 0)
		__atomic_fetch_or(&crypt.used, bit, __ATOMIC_SEQ_CST);
	astore(&s->state, Casked);
	__atomic_fetch_or(&m->asked, bit, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&m->bell, 1, __ATOMIC_SEQ_CST);
	if(aload(&m->idle) > 0)
		hosthelpwake(&m->bell, 1);
	running(-1);
	answered = awaitword(&s->state, Casked);
	running(1);
	if(!answered)
		error(Egone);
	if(s->err != Cok)
		error("run9-crypt refuses");
}

Cryptrec
cryptrec(const Cryptslot *s, u32int i)
{
	const Cryptrec *r = &s->rec[i];

	return (Cryptrec){loadrelaxed(&r->off), loadrelaxed(&r->len),
	    loadrelaxed(&r->err), loadrelaxed(&r->type)};
}

/* Take the slot of `bit', if it is free. Returns 0 if it is not. */
static int
takeslotof(u64int bit)
{
	return (__atomic_fetch_and(&crypt.free, ~bit, __ATOMIC_SEQ_CST) &
		   bit) != 0;
}

static void
clearslots(Cryptmem *m)
{
	u64int used, bit;
	Cryptslot *s;

	for(used = aload(&crypt.used); used != 0; used &= used - 1) {
		bit = used & -used;
		if(!takeslotof(bit))
			continue;
		__atomic_fetch_and(&crypt.used, ~bit, __ATOMIC_SEQ_CST);
		s = &m->slot[__builtin_ctzll(bit)];
		memset(s->data, 0, sizeof s->data);
		cryptend(s);
	}
}

void
cryptclear(void)
{
	if(aload(&crypt.used) == 0 || waserror())
		return;
	clearslots(cryptmem());
	poperror();
}
