/*
 * /net/cs and /net/dns, as far as they need nothing of the host: ndb(8), ip(3).
 */
#include "test.h"

static char buf[1024];

/* Ask cs for text: the first answer is then in buf. */
static void
ask(int fd, char *text)
{
	int n;

	checkint(seek(fd, 0, 0), 0);
	checkint(write(fd, text, strlen(text)), strlen(text));
	checkint(seek(fd, 0, 0), 0);
	n = read(fd, buf, sizeof buf - 1);
	check(n >= 0);
	buf[n] = 0;
}

static void
answers(char *text, char *want)
{
	int fd;

	fd = open("/net/cs", ORDWR);
	check(fd >= 0);
	ask(fd, text);
	checkstr(buf, want);
	checkint(read(fd, buf, sizeof buf), 0);
	close(fd);
}

static void
refuses(char *text, char *want)
{
	int fd;

	fd = open("/net/cs", ORDWR);
	check(fd >= 0);
	checkerr(write(fd, text, strlen(text)), want);
	close(fd);
}

static void
numericaddressesneednoresolver(void)
{
	answers("tcp!127.0.0.1!80", "/net/tcp/clone 127.0.0.1!80");
	answers("net!10.1.2.3!1\n", "/net/tcp/clone 10.1.2.3!1");
	answers("tcp!::1!80", "/net/tcp/clone ::1!80");
	answers("udp!2001:db8::7!53", "/net/udp/clone 2001:db8::7!53");
	answers("tcp![::1]!80", "/net/tcp/clone ::1!80");
	answers("tcp!1.2.3.4!*", "/net/tcp/clone 1.2.3.4!*");
	answers("tcp!1.2.3.4!5!rest", "/net/tcp/clone 1.2.3.4!5!rest");
}

static void
starstandsforalladdresses(void)
{
	answers("tcp!*!0", "/net/tcp/clone 0");
	answers("udp!*!564", "/net/udp/clone 564");
	answers("tcp!::!7", "/net/tcp/clone 7");
	answers("tcp!*!*", "/net/tcp/clone *");
}

static void
servicesareofndb(void)
{
	answers("tcp!1.2.3.4!9fs", "/net/tcp/clone 1.2.3.4!564");
	answers("net!*!rcpu", "/net/tcp/clone 17019");
	refuses("udp!1.2.3.4!9fs", "cs: can't translate service");
	refuses("tcp!1.2.3.4!nosuchservice", "cs: can't translate service");
	refuses("tcp!1.2.3.4", "cs: can't translate service");
	refuses("1.2.3.4", "cs: can't translate service");
	/* a name */
	refuses("tcp!12!80", "cs: can't translate address");
}

static void
localhostisknown(void)
{
	int fd;

	fd = open("/net/cs", ORDWR);
	ask(fd, "tcp!localhost!23");
	checkstr(buf, "/net/tcp/clone 127.0.0.1!23");
}

static void
unknownnetworksarenottranslated(void)
{
	answers("other!place!thing", "/net/other/clone place!thing");
	answers("other!place", "/net/other/clone place");
}

static void
badqueriesareerrors(void)
{
	memset(buf, 'x', sizeof buf);
	buf[sizeof buf - 1] = 0;
	refuses(buf, "cs: ");
	refuses("", "cs: can't translate address");
	refuses("!", "cs: ");
}

static void
areadreturnsoneanswer(void)
{
	int fd;

	fd = open("/net/cs", ORDWR);
	ask(fd, "tcp!127.0.0.1!80");
	checkint(pread(fd, buf, 8, 0), 8);
	check(memcmp(buf, "/net/tcp", 8) == 0);
	checkint(pread(fd, buf, sizeof buf, 8), 19);
	check(memcmp(buf, "/clone 127.0.0.1!80", 19) == 0);
	ask(fd, "tcp!*!9");
	checkstr(buf, "/net/tcp/clone 9");
}

static void
openskeeptheiranswersapart(void)
{
	int a, b;

	a = open("/net/cs", ORDWR);
	b = open("/net/cs", ORDWR);
	ask(a, "tcp!*!1");
	ask(b, "tcp!*!2");
	checkint(pread(a, buf, sizeof buf, 0), 16);
	check(memcmp(buf, "/net/tcp/clone 1", 16) == 0);
}

static void
thefilehasitsname(void)
{
	int fd;

	fd = open("/net/cs", ORDWR);
	checkint(fd2path(fd, buf, sizeof buf), 0);
	checkstr(buf, "/net/cs");
}

/* As ndb/cs and ndb/dns do, which mount themselves behind what is at /net. */
static void
anothersfilescomefirst(void)
{
	int fd;

	check(create("net", OREAD, DMDIR | 0777) >= 0);
	fd = create("net/cs", OWRITE, 0666);
	check(fd >= 0);
	checkint(write(fd, "mine", 4), 4);
	close(fd);
	check(bind("net", "/net", MAFTER) >= 0);
	checkint(readfile("/net/cs", buf, sizeof buf), 4);
	check(memcmp(buf, "mine", 4) == 0);
	check(dirstat("/net/tcp/clone") != nil);
	check(dirstat("/net/dns") != nil);
	check(unmount(nil, "/net") == 0 || unmount("net", "/net") == 0);
	remove("net/cs");
	remove("net");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(numericaddressesneednoresolver),
	    CASE(starstandsforalladdresses),
	    CASE(servicesareofndb),
	    CASE(localhostisknown),
	    CASE(unknownnetworksarenottranslated),
	    CASE(badqueriesareerrors),
	    CASE(areadreturnsoneanswer),
	    CASE(openskeeptheiranswersapart),
	    CASE(thefilehasitsname),
	    CASE(anothersfilescomefirst),
	};

	runcases(cases, nelem(cases), argc, argv);
}
