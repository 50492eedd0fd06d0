/*
 * query [-a ms] file query ...: ask a file of the network, /net/cs or /net/dns, and print its answers
 * a line each. ndb(8).
 *
 * Prints the error after the file or the query for which there is none. -a: a query may take so long;
 * then a note interrupts it.
 */
#include "lib.h"

static int
goon(Ureg *u, char *note)
{
	(void)u, (void)note;
	return 1;
}

static void
ask(int fd, char *q)
{
	char buf[1024];
	int n;

	if(seek(fd, 0, 0) < 0 || write(fd, q, strlen(q)) < 0 ||
	    seek(fd, 0, 0) < 0) {
		print("%s: %r\n", q);
		return;
	}
	while((n = read(fd, buf, sizeof buf - 1)) > 0) {
		buf[n] = 0;
		print("%s\n", buf);
	}
	if(n < 0)
		print("%s: %r\n", q);
}

void
main(int argc, char *argv[])
{
	int fd, i, ms;

	i = 1;
	ms = 0;
	if(argc > 2 && strcmp(argv[1], "-a") == 0) {
		ms = atoi(argv[2]);
		i = 3;
	}
	if(argc - i < 2) {
		fprint(2, "usage: query [-a ms] file query ...\n");
		exits("usage");
	}
	atnotify(goon, 1);
	fd = open(argv[i], ORDWR);
	if(fd < 0) {
		print("%s: %r\n", argv[i]);
		exits("open");
	}
	while(++i < argc) {
		alarm(ms);
		ask(fd, argv[i]);
		alarm(0);
	}
	exits(nil);
}
