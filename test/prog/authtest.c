/*
 * What factotum(4), newns(2), auth(2) and auth/none ask of the kernel: cap(3), and a name space
 * built afresh as lib/namespace says.
 */
#include "test.h"

static char buf[1024];

/* The HMAC with SHA-1 of "glenda" with the key "secret": what factotum writes for a process of any
 * user. */
static uchar hash[20] = {0x9d, 0x5d, 0xae, 0xa2, 0x15, 0x24, 0xf2, 0xca, 0x84,
    0x9d, 0x98, 0x2b, 0xca, 0x5c, 0x87, 0x08, 0xdc, 0xdb, 0xf9, 0x2b};

static int
puthash(void)
{
	int fd, n;

	fd = open("#\302\244/caphash", OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, hash, sizeof hash);
	close(fd);
	return n;
}

static char *
user(void)
{
	check(readfile("#c/user", buf, sizeof buf) > 0);
	return buf;
}

static void
acapabilitychangestheuseronce(void)
{
	check(puthash() == sizeof hash);
	checkerr(writeto("#\302\244/capuse", "glenda@wrong"),
	    "invalid capability glenda@wrong");
	checkint(writeto("#\302\244/capuse", "glenda@secret"), 13);
	checkstr(user(), "glenda");
	/* it has been used; and glenda is not the owner, who makes them */
	checkerr(
	    writeto("#\302\244/capuse", "glenda@secret"), "invalid capability");
	checkerr(puthash(), "permission denied");
	/* the owner stays who it was */
	check(readfile("#c/hostowner", buf, sizeof buf) > 0);
	check(strcmp(buf, "glenda") != 0);
}

/* auth_chuid: the capability, and then newns. */
static void
achildhasanotheruser(void)
{
	int pid;

	check(puthash() == sizeof hash);
	pid = rfork(RFPROC | RFNAMEG | RFENVG);
	if(pid == 0) {
		checkint(writeto("/dev/capuse", "glenda@secret"), 13);
		checkstr(user(), "glenda");
		exits(nil);
	}
	childok(pid);
	check(strcmp(user(), "glenda") != 0);
}

/* auth/none */
static void
anyonebecomesnone(void)
{
	checkint(writeto("#c/user", "none"), 4);
	checkstr(user(), "none");
	checkerr(puthash(), "permission denied");
	checkerr(writeto("#c/user", "glenda"), "permission denied");
}

/* newns(2): what a tree's namespace file names and this kernel has not is an error, which newns
 * passes by. */
static void
absentdevicesareerrors(void)
{
	static char *absent[] = {
	    "#l", "#A", "#m", "#b", "#i", "#u", "#S", "#D"};
	uint i;

	check(rfork(RFENVG | RFCNAMEG) >= 0);
	check(bind("#c", "/dev", MREPL) >= 0);
	check(bind("#d", "/fd", MREPL) >= 0);
	check(bind("#e", "/env", MREPL | MCREATE) >= 0);
	check(bind("#p", "/proc", MREPL) >= 0);
	check(bind("#s", "/srv", MREPL | MCREATE) >= 0);
	check(bind("#\317\203", "/shr", MREPL) >= 0);
	check(bind("#\302\244", "/dev", MAFTER) >= 0);
	for(i = 0; i < nelem(absent); i++)
		checkerr(bind(absent[i], "/net", MAFTER),
		    "unknown device in # filename");
	check(bind("#a", "/net", MAFTER) >= 0);
	check(readfile("/net/tls/hashalgs", buf, sizeof buf) > 0);
	check(open("/dev/capuse", OWRITE) >= 0);
	checkerr(open("/srv/factotum", ORDWR), "does not exist");
	checkerr(bind("/srv/nothing", "/n", MREPL), "does not exist");
}

/* factotum's last service, and so the last case: no more capabilities are made. */
static void
removedcaphashisgone(void)
{
	check(puthash() == sizeof hash);
	check(remove("#\302\244/caphash") == 0);
	checkerr(puthash(), "does not exist");
	/* one that was made can be used */
	checkint(writeto("#\302\244/capuse", "glenda@secret"), 13);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(acapabilitychangestheuseronce),
	    CASE(achildhasanotheruser),
	    CASE(anyonebecomesnone),
	    CASE(absentdevicesareerrors),
	    CASE(removedcaphashisgone),
	};

	runcases(cases, nelem(cases), argc, argv);
}
