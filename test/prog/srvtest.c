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
	*strrchr(name, '/') = 0;
	check(chdir(name) >= 0);
	close(fd);
	check(dirstat("x") == nil);
	/* who is in the board finds nothing there any more */
	checkexact(open("clone", OREAD), "device shut down: 'clone'");
	checkexact(create("y", OWRITE, 0666), "device shut down: 'y'");
	check(chdir("/") >= 0);
	/* the board had the other end */
	checkint(read(p[1], buf, 1), 0);
}

/* a post can be renamed, given away and its permissions set; the rest of a wstat is ignored */
static void
postsarechangedbywstat(void)
{
	char *name = srvname(), other[80];
	Dir d, *got;
	int fd;

	fd = create(name, OWRITE | OCEXEC, DMDIR | DMAPPEND | 0620);
	check(fd >= 0);
	checkint(dirstat(name)->mode, 0620);
	check(write(fd, "0", 1) == 1);
	close(fd);
	nulldir(&d);
	d.mode = DMDIR | 0402;
	d.length = 7;
	d.uid = "somebody";
	d.name = "clone";
	checkexact(dirwstat(name, &d), "file already exists");
	snprint(other, sizeof other, "%s.x", name);
	d.name = strrchr(other, '/') + 1;
	check(dirwstat(name, &d) > 0);
	check(dirstat(name) == nil);
	got = dirstat(other);
	check(got != nil);
	checkint(got->mode, 0402);
	checkint(got->length, 0);
	checkstr(got->uid, "somebody");
	check(remove(other) == 0);
}

static void
openchecksthemodefirst(void)
{
	int fd;

	fd = create(srvname(), OWRITE, 0);
	check(fd >= 0);
	checkexact(open("#s", OWRITE), "file is a directory");
	checkexact(open("#s", ORCLOSE), "permission denied");
	checkerr(open(srvname(), OREAD | OTRUNC), "file already exists");
	checkerr(open(srvname(), ORCLOSE), "permission denied");
	checkerr(open(srvname(), OREAD), "device shut down");
	checkerr(create("#s/clone", OWRITE, 0666), "file already exists");
	close(fd);
	/* a clone file opens in any mode */
	fd = open("/srv/clone", ORDWR);
	check(fd >= 0);
	checkexact(write(fd, "0", 1), "permission denied");
	close(fd);
	check(remove(srvname()) == 0);
}

/* clone, then the newest post first, then boards */
static void
postsarelistedbeforeboards(void)
{
	char id[NUMSIZE] = "", name[64];
	int board, fd, i, k, n, seen;
	Dir *d;

	board = open("/srv/clone", OREAD);
	check(read(board, id, sizeof id - 1) > 0);
	close(create(srvname(), OWRITE, 0666));
	snprint(name, sizeof name, "%s.2", srvname());
	close(create(name, OWRITE, 0666));
	fd = open("#s", OREAD);
	for(k = 0, seen = 0; (n = dirread(fd, &d)) > 0;)
		for(i = 0; i < n; i++, k++) {
			if(k == 0)
				checkstr(d[i].name, "clone");
			if(strcmp(d[i].name, name + 5) == 0) {
				checkint(seen, 0);
				seen = 1;
			} else if(strcmp(d[i].name, srvname() + 5) == 0) {
				checkint(seen, 1);
				seen = 2;
			} else if(strcmp(d[i].name, id) == 0) {
				checkint(seen, 2);
				seen = 3;
			}
		}
	checkint(seen, 3);
	check(remove(name) == 0 && remove(srvname()) == 0);
	close(board);
	close(fd);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(posteddescriptorcanbeopened),
	    CASE(srvnamesareunique),
	    CASE(closingacloneclosesitsboard),
	    CASE(postsarechangedbywstat),
	    CASE(openchecksthemodefirst),
	    CASE(postsarelistedbeforeboards),
	};

	runcases(cases, nelem(cases), argc, argv);
}
