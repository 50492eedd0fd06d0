/*
 * Rings of processes that hand tokens on by rendezvous, and semaphores that go from hand to
 * hand, while notes interrupt them. No token is lost, none comes twice: rendezvous(2),
 * semacquire(2).
 */
#include "storm.h"

enum
{
	Ring = 100,
	Tokens = 5,
	Semas = 12,

	/* sh->n */
	Hops = 0,
	Ended,
	Got,
	Given,
	Quiet, /* no notes any more */
	Semasended,
};

/* The value that a partner gave: a note only makes us try again. */
static int
meet(int tag, int v)
{
	void *r;

	do
		r = rendezvous((void *)(uintptr)(1 + tag), (void *)(uintptr)v);
	while(r == (void *)~(uintptr)0);
	return (int)(uintptr)r;
}

/* A token is 1 and the number of hops times Tokens and its own number, so never 0. */
static void
hand(int i, int v)
{
	must(meet((i + 1) % Ring, v) == 0);
}

static void
link(int i)
{
	int v;

	notify(ignore);
	if(i < Tokens)
		hand(i, 1 + i);
	for(;;) {
		v = meet(i, 0);
		must(v > 0);
		if(late()) {
			sh->final[(v - 1) % Tokens]++;
			add(&sh->n[Hops], -((v - 1) / Tokens));
			add(&sh->n[Ended], 1);
			continue;
		}
		add(&sh->n[Hops], 1);
		hand(i, v + Tokens);
	}
}

static void
semas(int i)
{
	s32int *s = (s32int *)&sh->sem[0];
	int r;

	notify(ignore);
	while(!late()) {
		r = rnd(2) ? semacquire(s, rnd(2)) : tsemacquire(s, rnd(3));
		if(r == 1) {
			add(&sh->n[Got], 1);
			if(rnd(4) == 0)
				sleep(0);
		}
		if(r == 1 || i == 0) {
			r = 1 + rnd(3) / 2;
			add(&sh->n[Given], r);
			must(semrelease(s, r) >= 0);
		}
		/* not more and more */
		while(*s > 8 && semacquire(s, 0) == 1)
			add(&sh->n[Got], 1);
	}
	add(&sh->n[Semasended], 1);
}

static void
poster(int i)
{
	int n = i + 1;

	while(!sh->n[Quiet]) {
		postnote(sh->pids[rnd(Ring + Semas)], "poke");
		if(rnd(8) == 0)
			sleep(n);
	}
}

void
storm(void)
{
	int i, pid, mem;

	notify(ignore);
	mem = rnd(2) ? RFMEM : 0;
	/* all or nothing: a ring with a gap stands still */
	for(i = 0; i < Ring + Semas; i++) {
		pid = tryfork(RFFDG | mem);
		if(pid == 0) {
			if(i < Ring)
				link(i);
			else
				semas(i - Ring);
			exits(nil);
		}
		if(pid < 0)
			return;
		sh->pids[i] = pid;
	}
	for(i = 0; i < 2; i++)
		if(tryfork(RFFDG) == 0) {
			poster(i);
			exits(nil);
		}
	while(!late())
		sleep(5);
	waitval(&sh->n[Ended], Tokens);
	/* those that still wait are given one */
	while(sh->n[Semasended] != Semas) {
		add(&sh->n[Given], 1);
		semrelease((s32int *)&sh->sem[0], 1);
		sleep(1);
	}
	sh->n[Quiet] = 1;
	for(i = 0; i < Tokens; i++)
		must(sh->final[i] == 1);
	must(sh->n[Hops] == 0);
	must(sh->sem[0] == sh->n[Given] - sh->n[Got]);
}
