/*
 * The error string: errstr(2) and its old form.
 */
#include "test.h"

static char buf[512];

static void
failedcallsetsit(void)
{
	buf[0] = 0;
	errstr(buf, sizeof buf);
	check(open("/no/such/file", OREAD) == -1);
	buf[0] = 0;
	checkint(errstr(buf, ERRMAX), 0);
	checkhas(buf, "does not exist");
}

static void
itisemptyafteritwastaken(void)
{
	check(close(99) == -1);
	buf[0] = 0;
	errstr(buf, ERRMAX);
	check(buf[0] != 0);
	buf[0] = 0;
	errstr(buf, ERRMAX);
	checkstr(buf, "");
}

static void
successleavesitalone(void)
{
	char err[ERRMAX] = "mine";

	errstr(err, sizeof err);
	check(open("/dev/null", OREAD) >= 0);
	buf[0] = 0;
	errstr(buf, ERRMAX);
	checkstr(buf, "mine");
}

static void
itswaps(void)
{
	char a[ERRMAX] = "first", b[ERRMAX] = "second";

	errstr(a, sizeof a);
	errstr(b, sizeof b);
	checkstr(b, "first");
	errstr(b, sizeof b);
	checkstr(b, "second");
}

static void
smallbuffercutsthekernelstring(void)
{
	char a[ERRMAX] = "abcdefghij";

	errstr(a, sizeof a);
	memset(buf, '!', sizeof buf);
	buf[0] = 0;
	errstr(buf, 5);
	checkstr(buf, "abcd");
	check(buf[5] == '!');
}

static void
userstringiscutaterrmax(void)
{
	memset(buf, 'x', sizeof buf - 1);
	buf[sizeof buf - 1] = 0;
	errstr(buf, sizeof buf);
	buf[0] = 0;
	errstr(buf, sizeof buf);
	checkint(strlen(buf), ERRMAX - 1);
}

static void
cutsfallbetweencharacters(void)
{
	/* three-byte characters; 4 bytes hold one and the NUL */
	char a[ERRMAX] = "\342\202\254\342\202\254\342\202\254";
	int n;

	for(n = 4; n <= 10; n++) {
		errstr(a, sizeof a);
		memset(buf, 0, sizeof buf);
		errstr(buf, n);
		checkint(strlen(buf), (n - 1) / 3 * 3);
		strcpy(a, "\342\202\254\342\202\254\342\202\254");
	}
}

/* So do those of a string that is longer than an error string. */
static void
alongstringiscutbeforeacharacter(void)
{
	int n;

	/* two-byte characters from n on */
	for(n = ERRMAX - 6; n < ERRMAX; n++) {
		memset(buf, 'e', n);
		strcpy(buf + n, "\303\251\303\251\303\251\303\251");
		errstr(buf, sizeof buf);
		memset(buf, 0, sizeof buf);
		errstr(buf, sizeof buf);
		checkint(strlen(buf), n + (ERRMAX - 1 - n) / 2 * 2);
	}
	/* other bytes are nothing to the kernel */
	strcpy(buf, "a\nb\001\377");
	errstr(buf, ERRMAX);
	buf[0] = 0;
	errstr(buf, ERRMAX);
	checkstr(buf, "a\nb\001\377");
}

static void
anewprogramhasnone(void)
{
	char *argv[] = {self, "-err", nil}, err[ERRMAX] = "the old program's";
	int pid;

	pid = fork();
	if(pid == 0) {
		errstr(err, sizeof err);
		exec(self, argv);
		exits("exec");
	}
	checkstr(childmsg(pid), "''");
}

static void
otherset(void *arg)
{
	char err[ERRMAX] = "the child's";

	USED(arg);
	errstr(err, sizeof err);
}

static void
eachprocesshasitsown(void)
{
	char err[ERRMAX] = "the parent's";
	volatile int *done = sharedpage();
	int pid;

	errstr(err, sizeof err);
	pid = rfork(RFPROC | RFFDG | RFMEM);
	if(pid == 0) {
		otherset(nil);
		*done = 1;
		exits(nil);
	}
	waitval(done, 1);
	buf[0] = 0;
	errstr(buf, ERRMAX);
	checkstr(buf, "the parent's");
	childok(pid);
}

static void
badbufferisanerror(void)
{
	notify(ignore);
	check(errstr(badaddr, ERRMAX) == -1);
	check(errstr((char *)UTZERO, ERRMAX) == -1);
}

static void
zerolengthisharmless(void)
{
	char a[ERRMAX] = "kept";

	errstr(a, sizeof a);
	notify(ignore);
	buf[0] = '!';
	errstr(buf, 0);
	check(buf[0] == '!' || buf[0] == 0);
}

static void
oldformswaps64bytes(void)
{
	char a[64] = "set the old way";

	check(_errstr(a) != -1);
	memset(buf, '!', sizeof buf);
	buf[0] = 0;
	check(_errstr(buf) != -1);
	checkstr(buf, "set the old way");
	check(buf[64] == '!');
}

void
main(int argc, char *argv[])
{
	if(argc == 2 && strcmp(argv[1], "-err") == 0) {
		char err[ERRMAX] = "", quoted[ERRMAX + 2];

		errstr(err, sizeof err);
		snprint(quoted, sizeof quoted, "'%s'", err);
		exits(quoted);
	}
	static Case cases[] = {
	    CASE(failedcallsetsit),
	    CASE(itisemptyafteritwastaken),
	    CASE(successleavesitalone),
	    CASE(itswaps),
	    CASE(smallbuffercutsthekernelstring),
	    CASE(userstringiscutaterrmax),
	    CASE(cutsfallbetweencharacters),
	    CASE(alongstringiscutbeforeacharacter),
	    CASE(anewprogramhasnone),
	    CASE(eachprocesshasitsown),
	    CASE(badbufferisanerror),
	    CASE(zerolengthisharmless),
	    CASE(oldformswaps64bytes),
	};

	runcases(cases, nelem(cases), argc, argv);
}
