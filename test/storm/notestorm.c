/*
 * Notes to processes and to groups, from many, while they are in calls that block, in
 * their own code and in handlers. notify(2).
 */
#include "storm.h"

enum
{
	Members = 16,
	Posters = 6,
};

/* In the stack, which no other process has: where a note came that NSAVE ended. */
#define savedpc (*(uintptr *)&_private->at[0])

void _savedtramp(void);
_Noret void saved(Ureg *u);

/* Out of NSAVE: notes may come again. */
void
saved(Ureg *u)
{
	if(rnd(2))
		sleep(0);
	u->pc = savedpc;
	savedpc = 0;
	noted(NRSTR);
	failed("noted(NRSTR) returned");
}

static void
handler(Ureg *u, char *msg)
{
	uintptr pc = u->pc;

	if(strncmp(msg, "sys:", 4) == 0)
		failed("%s", msg);
	must(pc != 0);
	switch(rnd(12)) {
	case 0:
		sleep(0);
		break;
	case 1:
		alarm(1 + rnd(3));
		break;
	case 2:
		if(rnd(8) == 0)
			noted(NDFLT);
		break;
	case 3:
		if(rnd(8) == 0)
			exits("handler");
		break;
	case 4:
		if(savedpc != 0)
			break;
		savedpc = pc;
		u->pc = (uintptr)_savedtramp;
		noted(NSAVE);
		failed("noted(NSAVE) returned");
	}
	noted(NCONT);
}

static void
interrupted(vlong r, char *what)
{
	char err[ERRMAX];

	if(r != -1)
		return;
	rerrstr(err, sizeof err);
	if(strstr(err, "interrupted") == nil && strstr(err, "hungup") == nil &&
	    strstr(err, "closed pipe") == nil)
		failed("%s: %s", what, err);
}

static void
pipes(int *p, int kind)
{
	char b[4096];

	switch(kind) {
	case 0:
		interrupted(read(p[0], b, sizeof b), "read");
		break;
	case 1:
		memset(b, 1, sizeof b);
		interrupted(write(p[1], b, sizeof b), "write");
		break;
	}
}

/* One call that may wait for ever, but for a note. */
static void
block(int *p)
{
	char b[64];

	switch(rnd(9)) {
	case 0:
		interrupted(sleep(1 + rnd(100)), "sleep");
		break;
	case 1:
		interrupted(semacquire((s32int *)&sh->sem[0], 1), "semacquire");
		break;
	case 2:
		interrupted(
		    tsemacquire((s32int *)&sh->sem[1], rnd(5)), "tsemacquire");
		break;
	case 3:
		/* interrupted, it answers ~0 and has no words */
		rendezvous((void *)(uintptr)rnd(4), (void *)1);
		break;
	case 4:
	case 5:
		pipes(p, rnd(2));
		break;
	case 6:
		if(tryfork(RFFDG) == 0) {
			notify(nil);
			sleep(rnd(20));
			exits(nil);
		}
		await(b, sizeof b);
		break;
	case 7:
		semrelease((s32int *)&sh->sem[rnd(2)], 1);
		break;
	case 8:
		for(b[0] = 0; b[0] < 100; b[0]++)
			_nsec(nil);
		break;
	}
}

static void
member(int i)
{
	int p[2];

	USED(i);
	if(rnd(2) == 0)
		rfork(RFNOTEG);
	notify(handler);
	if(pipe(p) < 0)
		return;
	while(!late()) {
		if(rnd(4) == 0)
			alarm(1 + rnd(4));
		block(p);
	}
}

static void
poster(int i)
{
	static char *notes[] = {
	    "x", "hangup", "alarm", "interrupt", "a longer note", ""};
	char big[300];
	int pid;

	USED(i);
	memset(big, 'n', sizeof big - 1);
	big[sizeof big - 1] = 0;
	while(!late()) {
		pid = sh->pids[rnd(Members)];
		if(pid <= 0)
			continue;
		switch(rnd(6)) {
		case 0:
			postnotepg(pid, notes[rnd(nelem(notes))]);
			break;
		case 1:
			postnote(pid, big);
			break;
		default:
			postnote(pid, notes[rnd(nelem(notes))]);
		}
		if(rnd(4) == 0)
			sleep(rnd(2));
	}
}

void
storm(void)
{
	Waitmsg w;
	int i, pid;

	notify(ignore);
	for(i = 0; i < Posters; i++)
		if(tryfork(RFFDG | RFNOTEG) == 0) {
			poster(i);
			exits(nil);
		}
	crowd(Members, RFFDG | (rnd(2) ? RFMEM : 0), member);
	while(!late()) {
		pid = waitfor(&w);
		for(i = 0; i < Members; i++)
			if(pid > 0 && sh->pids[i] == pid) {
				pid = tryfork(RFFDG);
				if(pid == 0) {
					member(i);
					exits(nil);
				}
				sh->pids[i] = pid;
				break;
			}
		if(pid < 0)
			sleep(1);
	}
}
