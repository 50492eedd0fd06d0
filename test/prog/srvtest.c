/*
 * Posted descriptors: srv(3).
 */
#include "test.h"

static char buf[32 * KiB];

static char *
srvname(void)
{
	static char name[64];

	snprint(name, sizeof name, "/srv/srvtest.%d", getpid());
	return name;
}

static void
posteddescriptorcanbeopened(void)
{
	int p[2], fd;
	char num[NUMSIZE];

	check(pipe(p) == 0);
	fd = create(srvname(), OWRITE, 0666);
	check(fd >= 0);
	snprint(num, sizeof num, "%d", p[0]);
	check(write(fd, num, strlen(num)) == (int)strlen(num));
	close(fd);
	close(p[0]);
	fd = open(srvname(), ORDWR);
	check(fd >= 0);
	check(write(fd, "by name", 7) == 7);
	checkint(read(p[1], buf, sizeof buf), 7);
	check(memcmp(buf, "by name", 7) == 0);
	close(fd);
	/* the posting alone keeps the other end open; removing it ends that */
	check(remove(srvname()) == 0);
	checkint(read(p[1], buf, sizeof buf), 0);
	check(open(srvname(), ORDWR) == -1);
}

static void
srvnamesareunique(void)
{
	int fd = create(srvname(), OWRITE, 0666);

	check(fd >= 0);
	check(create(srvname(), OWRITE, 0666) == -1);
	check(write(fd, "987", 3) == -1); /* no such descriptor */
	check(write(fd, "0123456789012345678901234567890123456789", 40) == -1);
	check(write(fd, "nonsense", 8) == 8); /* is 0 */
	check(write(fd, "0", 1) == -1); /* one number only */
	remove(srvname());
}

/* srv(3): what was posted goes when the clone file is closed */
static void
closingacloneclosesitsboard(void)
{
	char name[32], id[16] = "";
	int fd, p[2], post;

	fd = open("/srv/clone", OREAD);
	check(fd >= 0);
	checkint(read(fd, id, sizeof id) > 0, 1);
	snprint(name, sizeof name, "/srv/%d/x", atoi(id));
	check(pipe(p) == 0);
	post = create(name, OWRITE, 0666);
	check(post >= 0);
	snprint(id, sizeof id, "%d", p[0]);
	check(write(post, id, strlen(id)) == (int)strlen(id));
	close(post);
	close(p[0]);
	check(dirstat(name) != nil);
	close(fd);
	check(dirstat(name) == nil);
	/* the board had the other end */
	checkint(read(p[1], buf, 1), 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(posteddescriptorcanbeopened),
	    CASE(srvnamesareunique),
	    CASE(closingacloneclosesitsboard),
	};

	runcases(cases, nelem(cases), argc, argv);
}
