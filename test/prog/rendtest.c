/*
 * rendezvous: pairs, tags, groups, interruption. rendezvous(2).
 */
#include "test.h"

enum
{
	NPAIR = 8,
	NROUND = 500,
};

#define TAG ((void *)0x1234)
#define INTERRUPTED ((void *)~0ULL)

static void
meet(void *arg)
{
	check(rendezvous(TAG, arg) == (void *)1);
}

static void
valuesareexchanged(void)
{
	int pid = spawn(RFFDG, meet, (void *)2);

	check(rendezvous(TAG, (void *)1) == (void *)2);
	childok(pid);
}

static void
valuesare64bits(void)
{
	void *big = (void *)0x123456789abcdef0ULL;
	int pid = spawn(RFFDG, meet, big);

	check(rendezvous(TAG, (void *)1) == big);
	childok(pid);
}

static void
tagmeet(void *arg)
{
	check(rendezvous(arg, arg) == arg);
}

static void
tagspaironlywiththemselves(void)
{
	int pid[20], i;

	for(i = 0; i < 20; i++)
		pid[i] = spawn(RFFDG, tagmeet, (void *)(uintptr)(i + 100));
	for(i = 19; i >= 0; i--) {
		void *tag = (void *)(uintptr)(i + 100);

		check(rendezvous(tag, tag) == tag);
	}
	for(i = 0; i < 20; i++)
		check(waitfor(&(Waitmsg){0}) > 0);
	USED(pid);
}

static void
tagsare64bits(void)
{
	void *low = (void *)0x55, *high = (void *)0x100000055ULL;
	int a = spawn(RFFDG, tagmeet, low), b = spawn(RFFDG, tagmeet, high);

	check(rendezvous(high, high) == high);
	check(rendezvous(low, low) == low);
	USED(a);
	USED(b);
	check(waitfor(&(Waitmsg){0}) > 0);
	check(waitfor(&(Waitmsg){0}) > 0);
}

static void
wait99(void *arg)
{
	volatile int *ready = arg;

	notify(ignore);
	*ready = 1;
	/* only an interruption ends this */
	check(rendezvous(TAG, (void *)99) == INTERRUPTED);
}

static void
rfrendmakesagroupofitsown(void)
{
	volatile int *ready = sharedpage();
	int apart, together;

	apart = spawn(RFFDG | RFREND, wait99, (void *)ready);
	waitval(ready, 1);
	sleep(20);
	together = spawn(RFFDG, meet, (void *)2);
	check(rendezvous(TAG, (void *)1) == (void *)2);
	childok(together);
	pokeuntilgone(apart);
	childok(apart);
}

static void
ownchild(void *arg)
{
	int pid;

	USED(arg);
	pid = spawn(RFFDG, meet, (void *)7);
	check(rendezvous(TAG, (void *)1) == (void *)7);
	childok(pid);
}

static void
agroupschildrenmeetinside(void)
{
	childok(spawn(RFFDG | RFREND, ownchild, nil));
}

static void
interrupted(void *arg)
{
	USED(arg);
	notify(ignore);
	check(rendezvous(TAG, (void *)3) == INTERRUPTED);
	check(rendezvous(TAG, (void *)3) == INTERRUPTED);
}

static void
noteinterruptsit(void)
{
	int pid;

	notify(ignore);
	pid = spawn(RFFDG, interrupted, nil);
	pokeuntilgone(pid);
	childok(pid);
}

static void
interruptederrorstring(void *arg)
{
	char err[ERRMAX] = "";

	USED(arg);
	notify(ignore);
	errstr(err, sizeof err);
	check(rendezvous(TAG, (void *)3) == INTERRUPTED);
	err[0] = 0;
	errstr(err, sizeof err);
	checkstr(err, "");
}

static void
interruptionhasnoerrorstring(void)
{
	int pid;

	notify(ignore);
	pid = spawn(RFFDG, interruptederrorstring, nil);
	pokeuntilgone(pid);
	childok(pid);
}

static void
forever(void *arg)
{
	USED(arg);
	rendezvous(TAG, (void *)66);
}

static void
adeadpartnerismetbynobody(void)
{
	int pid = spawn(RFFDG, forever, nil);

	sleep(10);
	check(postnote(pid, "kill") == 0);
	childmsg(pid);
	pid = spawn(RFFDG, meet, (void *)2);
	check(rendezvous(TAG, (void *)1) == (void *)2);
	childok(pid);
}

static void
pingpong(void *arg)
{
	uintptr i;

	for(i = 0; i < NROUND; i++)
		check(rendezvous(arg, (void *)(i * 2)) == (void *)(i * 2 + 1));
}

static void
manypairsmanyrounds(void)
{
	int pid[NPAIR * 2], k;
	uintptr i;

	for(k = 0; k < NPAIR; k++) {
		void *tag = (void *)(uintptr)(k + 1);

		pid[2 * k] = spawn(RFFDG | RFMEM, pingpong, tag);
		pid[2 * k + 1] = rfork(RFPROC | RFFDG | RFMEM);
		if(pid[2 * k + 1] == 0) {
			for(i = 0; i < NROUND; i++)
				check(rendezvous(tag, (void *)(i * 2 + 1)) ==
				    (void *)(i * 2));
			exits(nil);
		}
	}
	for(k = 0; k < NPAIR * 2; k++) {
		Waitmsg w;

		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(valuesareexchanged),
	    CASE(valuesare64bits),
	    CASE(tagspaironlywiththemselves),
	    CASE(tagsare64bits),
	    CASE(rfrendmakesagroupofitsown),
	    CASE(agroupschildrenmeetinside),
	    CASE(noteinterruptsit),
	    CASE(interruptionhasnoerrorstring),
	    CASE(adeadpartnerismetbynobody),
	    CASE(manypairsmanyrounds),
	};

	runcases(cases, nelem(cases), argc, argv);
}
