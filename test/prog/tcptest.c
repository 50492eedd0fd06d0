/*
 * TCP: ip(3), dial(2).
 */
#include "test.h"
#include "netends.h"

static char buf[256 * KiB];

static void
bothendstalk(void)
{
	Ends e;

	connected(&e);
	checkint(write(e.c, "question", 8), 8);
	checkint(read(e.s, buf, sizeof buf), 8);
	check(memcmp(buf, "question", 8) == 0);
	checkint(write(e.s, "answer", 6), 6);
	checkint(read(e.c, buf, sizeof buf), 6);
	check(memcmp(buf, "answer", 6) == 0);
	closeends(&e);
}

static void
addressesarethoseofbothends(void)
{
	char want[64];
	Ends e;

	connected(&e);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.cdir, "local"));
	filehas(e.sdir, "remote", want);
	filehas(e.cdir, "local", want);
	snprint(want, sizeof want, "127.0.0.1!%d\n", portof(e.adir, "local"));
	filehas(e.sdir, "local", want);
	filehas(e.cdir, "remote", want);
	filehas(e.adir, "remote", "::!0\n");
	closeends(&e);
}

static void
statusbeginswiththestate(void)
{
	Ends e;

	connected(&e);
	filebegins(e.cdir, "status", "Established qin 0 qout 0 rq ");
	filebegins(e.adir, "status", "Listen qin 0 qout 0 ");
	closeends(&e);
}

static void
endofthepeerreadsaszero(void)
{
	Ends e;
	int i;

	connected(&e);
	checkint(write(e.s, "last", 4), 4);
	close(e.s);
	close(e.sctl);
	checkint(read(e.c, buf, sizeof buf), 4);
	for(i = 0; i < 4; i++)
		checkint(read(e.c, buf, sizeof buf), 0);
	checkerr(read(e.c, buf, sizeof buf), "i/o on hungup channel");
	close(e.c);
	close(e.cctl);
	close(e.actl);
}

static void
refusedcallsaysso(void)
{
	char addr[64];
	Ends e;

	listening(&e, "tcp!127.0.0.1!0");
	snprint(addr, sizeof addr, "tcp!127.0.0.1!%d", portof(e.adir, "local"));
	close(e.actl);
	checkerr(dial(addr, nil, nil, nil), "connection refused");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bothendstalk),
	    CASE(addressesarethoseofbothends),
	    CASE(statusbeginswiththestate),
	    CASE(endofthepeerreadsaszero),
	    CASE(refusedcallsaysso),
	};

	runcases(cases, nelem(cases), argc, argv);
}
