/*
 * Modes of files: append only, exclusive use, permissions. open(2), open(5).
 */
#include "textfile.h"

static void
createkeepsanexistingfilespermissions(void)
{
	char *name = file("x");
	Dir *d;

	close(create(name, OWRITE, 0600));
	d = dirstat(name);
	check(d != nil);
	checkint(d->mode & 0777, 0644);
	remove(name);
}

static void
readonlydescriptorscannotwrite(void)
{
	char *name = file("abc");
	int fd = open(name, OREAD);

	check(fd >= 0);
	check(write(fd, "x", 1) == -1);
	close(fd);
	holds(name, "abc");
	remove(name);
}

static void
writeonlydescriptorscannotread(void)
{
	char *name = file("abc");
	int fd = open(name, OWRITE);

	check(fd >= 0);
	check(read(fd, buf, 1) == -1);
	close(fd);
	remove(name);
}

static void
oexecreadslikeoread(void)
{
	char *name = tmpname("exec");
	int fd;

	check(writefile(name, "abc", 3, 0755) == 0);
	fd = open(name, OEXEC);
	check(fd >= 0);
	checkint(read(fd, buf, sizeof buf), 3);
	close(fd);
	remove(name);
}

static void
appendonlyfileappends(void)
{
	char *name = tmpname("append");
	int fd;

	fd = create(name, OWRITE, DMAPPEND | 0644);
	if(fd < 0) /* a file server need not have them; it must say so */
		return;
	check(write(fd, "one", 3) == 3);
	check(pwrite(fd, "two", 3, 0) == 3);
	close(fd);
	holds(name, "onetwo");
	remove(name);
}

static void
appendonlyfileisnottruncated(void)
{
	char *name = tmpname("append");
	int fd;

	fd = create(name, OWRITE, DMAPPEND | 0644);
	check(fd >= 0);
	check(write(fd, "one", 3) == 3);
	close(fd);
	fd = open(name, OWRITE | OTRUNC);
	check(fd >= 0);
	close(fd);
	fd = create(name, OWRITE, 0644);
	check(fd >= 0);
	close(fd);
	holds(name, "one");
	check(dirstat(name)->mode & DMAPPEND);
	check(dirstat(name)->qid.type & QTAPPEND);
	remove(name);
}

enum
{
	WRITES = 3000,
};

static void
appendmany(void *arg)
{
	int fd = open(arg, OWRITE), i;

	check(fd >= 0);
	for(i = 0; i < WRITES; i++)
		checkint(write(fd, "line\n", 5), 5);
}

/* Logs have several writers. */
static void
appendsbyseveralprocessesareallthere(void)
{
	char *name = tmpname("log");
	int pid;

	close(create(name, OWRITE, DMAPPEND | 0644));
	pid = spawn(RFFDG, appendmany, name);
	appendmany(name);
	childok(pid);
	checkint(dirstat(name)->length, 2 * WRITES * 5);
	remove(name);
}

static void
tryopen(void *arg)
{
	check(open(arg, OREAD) == -1);
}

static void
exclusiveusefileisopenonce(void)
{
	char *name = tmpname("excl");
	int fd, fd2;

	fd = create(name, ORDWR, DMEXCL | 0644);
	check(fd >= 0);
	check(dirstat(name)->mode & DMEXCL);
	check(dirstat(name)->qid.type & QTEXCL);
	/* lock(1) and upas wait for a file if the error says so */
	checkerr(open(name, OREAD), "file is locked");
	childok(spawn(RFFDG, tryopen, name));
	fd2 = dup(fd, -1);
	close(fd);
	check(open(name, OREAD) == -1);
	close(fd2);
	fd = open(name, OREAD);
	check(fd >= 0);
	remove(name);
}

/* As lock(1) does it: a whole Dir, with the bit in the mode and in the qid. */
static void
wstatmakesafileexclusive(void)
{
	char *name = tmpname("lock");
	Dir *d;
	int fd;

	fd = create(name, ORDWR, 0644);
	check(fd >= 0);
	d = dirfstat(fd);
	check(d != nil);
	d->mode |= DMEXCL;
	d->qid.type |= QTEXCL;
	/* whose the file is, the kernel knows */
	d->type = 'x';
	d->dev = 77;
	check(dirfwstat(fd, d) > 0);
	check(dirstat(name)->qid.type & QTEXCL);
	d = dirfstat(fd);
	d->mode &= ~DMEXCL;
	d->qid.type &= ~QTEXCL;
	check(dirfwstat(fd, d) > 0);
	checkint(dirstat(name)->qid.type, QTFILE);
	d = dirfstat(fd);
	d->qid.type = QTEXCL;
	checkerr(dirfwstat(fd, d), "wstat: can't change the qid");
	close(fd);
	remove(name);
}

static void
permissionsareandedwiththedirectorys(void)
{
	char *dir = tmpname("dir"), path[128];
	Dir *d;

	close(create(dir, OREAD, DMDIR | 0750));
	checkint(dirstat(dir)->mode & 0777, 0750);
	snprint(path, sizeof path, "%s/f", dir);
	check(writefile(path, "x", 1, 0777) == 0);
	d = dirstat(path);
	check(d != nil);
	checkint(d->mode, 0777 & (~0666 | (0750 & 0666)));
	remove(path);
	close(create(path, OREAD, DMDIR | 0777));
	d = dirstat(path);
	check(d != nil);
	checkint(d->mode & 0777, 0750);
	remove(path);
	remove(dir);
}

static void
createsmodeisnotcheckedagainstitspermissions(void)
{
	char *name = tmpname("perm");
	int fd;

	fd = create(name, ORDWR, 0000);
	check(fd >= 0);
	check(write(fd, "abc", 3) == 3);
	checkint(pread(fd, buf, 3, 0), 3);
	checkint(dirfstat(fd)->mode, 0);
	remove(name);
}

static void
modebitsareenforced(void)
{
	char *name = tmpname("perm"), user[KNAMELEN];
	int fd;

	readfile("/dev/user", user, sizeof user);
	check(writefile(name, "x", 1, 0000) == 0);
	fd = open(name, OREAD);
	if(fd >= 0 && strcmp(user, "root") != 0)
		fail("opened a file of mode 0 as %s", user);
	remove(name);
}

/* mkdir -m 300 */
static void
adirectorycanbemadewithoutreadpermission(void)
{
	char *dir = tmpname("dir"), name[128];
	int fd;

	fd = create(dir, OREAD, DMDIR | 0300);
	check(fd >= 0);
	checkint(dirfstat(fd)->mode, DMDIR | 0300);
	checkint(read(fd, buf, sizeof buf), 0);
	close(fd);
	snprint(name, sizeof name, "%s/f", dir);
	check(writefile(name, "x", 1, 0644) == 0);
	checkint(remove(name), 0);
	checkint(remove(dir), 0);
}

/* The host gives the names alone. */
static void
adirectorywithoutsearchpermissionislisted(void)
{
	char *dir = tmpname("dir"), name[128];
	int fd, n;
	Dir nd, *d, *more;

	close(create(dir, OREAD, DMDIR | 0755));
	snprint(name, sizeof name, "%s/f", dir);
	check(writefile(name, "x", 1, 0644) == 0);
	nulldir(&nd);
	nd.mode = DMDIR | 0444;
	check(dirwstat(dir, &nd) >= 0);
	fd = open(dir, OREAD);
	check(fd >= 0);
	n = dirread(fd, &d);
	checkint(n, 1);
	checkstr(d->name, "f");
	checkint(d->mode & DMDIR, 0);
	checkint(dirread(fd, &more), 0);
	close(fd);
	nd.mode = DMDIR | 0755;
	check(dirwstat(dir, &nd) >= 0);
	checkint(dirstat(name)->qid.path, d->qid.path);
	checkint(remove(name), 0);
	checkint(remove(dir), 0);
}

static void
orclosefilegoesatlastclose(void)
{
	char *name = tmpname("rclose");
	int fd, fd2;

	fd = create(name, ORDWR | ORCLOSE, 0644);
	check(fd >= 0);
	checkint(write(fd, "abc", 3), 3);
	fd2 = dup(fd, -1);
	check(fd2 >= 0);
	close(fd);
	holds(name, "abc");
	close(fd2);
	check(dirstat(name) == nil);
}

static void
orclosefilegoesatexit(void)
{
	char *name = tmpname("rclose");
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		check(create(name, OWRITE | ORCLOSE, 0644) >= 0);
		exits(nil);
	}
	childok(pid);
	check(dirstat(name) == nil);
}

static void
orcloseofadirectoryisillegal(void)
{
	char *dir = tmpname("dir");

	check(create(dir, OREAD | ORCLOSE, DMDIR | 0755) == -1);
	check(dirstat(dir) == nil);
	close(create(dir, OREAD, DMDIR | 0755));
	check(open(dir, OREAD | ORCLOSE) == -1);
	check(dirstat(dir) != nil);
	check(open("/dev", OREAD | ORCLOSE) == -1);
	check(remove(dir) == 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(createkeepsanexistingfilespermissions),
	    CASE(readonlydescriptorscannotwrite),
	    CASE(writeonlydescriptorscannotread),
	    CASE(oexecreadslikeoread),
	    CASE(appendonlyfileappends),
	    CASE(appendonlyfileisnottruncated),
	    CASE(appendsbyseveralprocessesareallthere),
	    CASE(exclusiveusefileisopenonce),
	    CASE(wstatmakesafileexclusive),
	    CASE(permissionsareandedwiththedirectorys),
	    CASE(createsmodeisnotcheckedagainstitspermissions),
	    CASE(modebitsareenforced),
	    CASE(adirectorycanbemadewithoutreadpermission),
	    CASE(adirectorywithoutsearchpermissionislisted),
	    CASE(orclosefilegoesatlastclose),
	    CASE(orclosefilegoesatexit),
	    CASE(orcloseofadirectoryisillegal),
	};

	runcases(cases, nelem(cases), argc, argv);
}
