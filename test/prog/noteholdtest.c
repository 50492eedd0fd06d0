/*
 * Notes that come while a handler runs, and alarms one after another: notify(2), sleep(2).
 */
#include "notelog.h"

/* In the handler of the first note: a write on a closed pipe, and more notes than wait. */
static void
postsmore(Ureg *u, char *msg)
{
	int p[2];

	remember(u, msg);
	if(nnote == 1) {
		check(pipe(p) == 0);
		close(p[0]);
		checkint(write(p[1], "x", 1), -1);
		postself("a");
		postself("b");
		postself("c");
		postself("d");
		checkerr(postnote(getpid(), "e"), "note not posted");
		checkint(nnote, 1);
	}
	noted(NCONT);
}

static void
heldoffnotescomeinorder(void)
{
	notify(postsmore);
	postself("first");
	waitnotes(6);
	checkhas(notes[1], "sys: write on closed pipe pc=0x");
	checkstr(notes[2], "a");
	checkstr(notes[3], "b");
	checkstr(notes[4], "c");
	checkstr(notes[5], "d");
	sleep(10);
	checkint(nnote, 6);
}

static void
badaddress(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	postself("held off");
	write(1, badaddr, 1);
	exits("goes on");
}

static void
badaddressinhandler(void *arg)
{
	USED(arg);
	close(2);
	notify(badaddress);
	postself("first");
	exits("no note");
}

/* the program's own mistake is no note from outside */
static void
abadaddressinahandlerkills(void)
{
	checkhas(childmsg(spawn(RFFDG, badaddressinhandler, nil)),
	    "sys: bad address in syscall pc=0x");
}

static void
fails(Ureg *u, char *msg)
{
	remember(u, msg);
	check(chdir("/no") == -1);
	noted(NCONT);
}

/* there is one error string, and the last error is in it */
static void
ahandlerscallsseterrstr(void)
{
	char err[ERRMAX] = "";

	notify(fails);
	alarm(10);
	checkint(sleep(60000), -1);
	errstr(err, sizeof err);
	checkstr(err, "file does not exist: '/no'");
}

static void
analarmtakestheplaceofanother(void)
{
	vlong ms;

	notify(record);
	checkint(alarm(60000), 0);
	ms = alarm(20);
	check(ms > 50000 && ms <= 60000);
	checkint(sleep(60000), -1);
	checkint(nnote, 1);
	checkstr(notes[0], "alarm");
	/* a longer time for a shorter one */
	checkint(alarm(20), 0);
	ms = alarm(60000);
	check(ms <= 20);
	checkint(sleep(60), nnote == 1 ? 0 : -1);
	ms = alarm(0);
	check(ms > 50000 && ms <= 60000);
	checkint(alarm(0), 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(heldoffnotescomeinorder),
	    CASE(abadaddressinahandlerkills),
	    CASE(ahandlerscallsseterrstr),
	    CASE(analarmtakestheplaceofanother),
	};

	runcases(cases, nelem(cases), argc, argv);
}
