/*
 * Name spaces: bind, mount, unmount; unions; groups. bind(2), fork(2).
 */
#include "test.h"

static char buf[1024];
static char *a, *b, *c; /* three directories */

static char *
mkdir(char *stem)
{
	char *name = tmpname(stem);
	int fd = create(name, OREAD, DMDIR | 0755);

	if(fd < 0)
		fail("creating %s: %r", name);
	close(fd);
	return name;
}

static char *
in(char *dir, char *file)
{
	char *s = malloc(strlen(dir) + strlen(file) + 2);

	snprint(s, strlen(dir) + strlen(file) + 2, "%s/%s", dir, file);
	return s;
}

static void
put(char *dir, char *name, char *text)
{
	if(writefile(in(dir, name), text, strlen(text), 0644) < 0)
		fail("%s/%s: %r", dir, name);
}

static void
holds(char *dir, char *name, char *want)
{
	if(readfile(in(dir, name), buf, sizeof buf) < 0)
		fail("%s/%s: %r", dir, name);
	checkstr(buf, want);
}

/* a/one a/both, b/two b/both, c empty */
static void
setup(void)
{
	a = mkdir("a");
	b = mkdir("b");
	c = mkdir("c");
	put(a, "one", "1");
	put(a, "both", "from a");
	put(b, "two", "2");
	put(b, "both", "from b");
}

static void
cleanup(void)
{
	unmount(nil, a);
	unmount(nil, b);
	unmount(nil, c);
	remove(in(a, "one"));
	remove(in(a, "both"));
	remove(in(a, "new"));
	remove(in(b, "two"));
	remove(in(b, "both"));
	remove(in(b, "new"));
	remove(in(c, "new"));
	check(remove(a) == 0);
	check(remove(b) == 0);
	check(remove(c) == 0);
}

static int
entries(char *dir, char *name)
{
	int fd = open(dir, OREAD), i, n, seen = 0;
	Dir *d;

	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			seen += strcmp(d[i].name, name) == 0;
	checkint(n, 0);
	close(fd);
	return seen;
}

static void
replacehidestheold(void)
{
	setup();
	check(bind(a, b, MREPL) >= 0);
	holds(b, "one", "1");
	holds(b, "both", "from a");
	check(open(in(b, "two"), OREAD) == -1);
	checkint(unmount(nil, b), 0);
	holds(b, "two", "2");
	cleanup();
}

static void
beforegoesfirst(void)
{
	setup();
	check(bind(a, b, MBEFORE) >= 0);
	holds(b, "one", "1");
	holds(b, "two", "2");
	holds(b, "both", "from a");
	cleanup();
}

static void
aftergoeslast(void)
{
	setup();
	check(bind(a, b, MAFTER) >= 0);
	holds(b, "one", "1");
	holds(b, "two", "2");
	holds(b, "both", "from b");
	cleanup();
}

static void
orderofthree(void)
{
	setup();
	put(c, "new", "from c");
	check(bind(a, c, MBEFORE) >= 0);
	check(bind(b, c, MBEFORE) >= 0);
	holds(c, "both", "from b");
	checkint(unmount(b, c), 0);
	holds(c, "both", "from a");
	check(bind(b, c, MAFTER) >= 0);
	holds(c, "both", "from a");
	holds(c, "two", "2");
	holds(c, "new", "from c");
	cleanup();
}

static void
unionreadlistseverything(void)
{
	setup();
	check(bind(a, b, MBEFORE) >= 0);
	checkint(entries(b, "one"), 1);
	checkint(entries(b, "two"), 1);
	checkint(entries(b, "both"), 2);
	cleanup();
}

static void
createneedsmcreate(void)
{
	setup();
	check(bind(a, c, MREPL) >= 0);
	check(create(in(c, "new"), OWRITE, 0644) == -1);
	cleanup();
}

static void
createtakesthefirstmcreate(void)
{
	int fd;

	setup();
	check(bind(a, c, MREPL) >= 0);
	check(bind(b, c, MAFTER | MCREATE) >= 0);
	fd = create(in(c, "new"), OWRITE, 0644);
	check(fd >= 0);
	close(fd);
	check(dirstat(in(b, "new")) != nil);
	check(dirstat(in(a, "new")) == nil);
	/* a file that exists is opened where it is */
	fd = create(in(c, "one"), OWRITE, 0644);
	check(fd >= 0);
	close(fd);
	check(dirstat(in(b, "one")) == nil);
	cleanup();
}

static void
filescanbebound(void)
{
	setup();
	check(bind(in(a, "one"), in(b, "two"), MREPL) >= 0);
	holds(b, "two", "1");
	check(unmount(nil, in(b, "two")) == 0);
	holds(b, "two", "2");
	cleanup();
}

static void
fileondirectoryisanerror(void)
{
	setup();
	check(bind(in(a, "one"), b, MREPL) == -1);
	check(bind(a, in(b, "two"), MREPL) == -1);
	check(bind(in(a, "one"), in(b, "two"), MBEFORE) == -1);
	cleanup();
}

static void
badflagsandmissingnamesfail(void)
{
	setup();
	checkerr(bind("no/such", b, MREPL), "does not exist");
	checkerr(bind(a, "no/such", MREPL), "does not exist");
	check(bind(a, b, MORDER) == -1);
	check(bind(a, b, 0x4000) == -1);
	holds(b, "two", "2");
	cleanup();
}

static void
unmountofunmountedfails(void)
{
	setup();
	check(unmount(nil, a) == -1);
	check(unmount(a, b) == -1);
	check(bind(a, b, MBEFORE) >= 0);
	check(unmount(c, b) == -1);
	check(unmount(a, b) == 0);
	check(open(in(b, "one"), OREAD) == -1);
	cleanup();
}

static void
bindofaunionbindsall(void)
{
	setup();
	check(bind(a, b, MBEFORE) >= 0);
	check(bind(b, c, MREPL) >= 0);
	holds(c, "one", "1");
	holds(c, "two", "2");
	cleanup();
}

static void
dotdotleavesamount(void)
{
	int fd;
	char here[512];

	setup();
	fd = open(".", OREAD);
	check(fd2path(fd, here, sizeof here) == 0);
	check(bind("#c", b, MREPL) >= 0);
	check(chdir(b) == 0);
	check(chdir("..") == 0);
	fd = open(".", OREAD);
	check(fd2path(fd, buf, sizeof buf) == 0);
	checkstr(buf, here);
	holds(a, "one", "1");
	cleanup();
}

static void
binder(void *arg)
{
	USED(arg);
	check(bind(a, b, MREPL) >= 0);
}

static void
groupsharesbinds(void)
{
	setup();
	childok(spawn(RFFDG, binder, nil));
	holds(b, "one", "1");
	cleanup();
}

static void
copiedgroupdoesnot(void)
{
	setup();
	childok(spawn(RFFDG | RFNAMEG, binder, nil));
	check(open(in(b, "one"), OREAD) == -1);
	holds(b, "two", "2");
	cleanup();
}

/* Away with the file itself, in a name space of one's own. */
static void
removebelow(void *name)
{
	check(unmount(nil, name) == 0);
	check(remove(name) == 0);
}

/* A host gives a new file the number that a removed one had: what was bound upon that is
 * not to be seen at this. */
static void
newfilesarenotmountpoints(void)
{
	char *name;
	int i;

	setup();
	for(i = 0; i < 8; i++) {
		put(c, "new", "was here");
		check(bind(in(a, "one"), in(c, "new"), MREPL) >= 0);
		holds(c, "new", "1");
		childok(spawn(RFFDG | RFNAMEG, removebelow, in(c, "new")));
		name = tmpname("other");
		check(writefile(name, "another", 7, 0644) >= 0);
		check(readfile(name, buf, sizeof buf) >= 0);
		checkstr(buf, "another");
		check(remove(name) == 0);
	}
	cleanup();
}

static void
seesparents(void *arg)
{
	USED(arg);
	holds(b, "one", "1");
	holds(b, "both", "from a");
}

static void
copiedgroupstartsasthesame(void)
{
	setup();
	check(bind(a, b, MREPL) >= 0);
	childok(spawn(RFFDG | RFNAMEG, seesparents, nil));
	cleanup();
}

static void
inclean(void *arg)
{
	USED(arg);
	check(open("/dev/null", OREAD) == -1);
	check(open("#c/null", OREAD) >= 0);
}

static void
cleangrouphasnomounts(void)
{
	childok(spawn(RFFDG | RFCNAMEG, inclean, nil));
}

static void
mountneedsadirectoryandadescriptor(void)
{
	int p[2];

	setup();
	checkerr(mount(70, -1, a, MREPL, ""), "fd out of range or not open");
	check(pipe(p) == 0);
	close(p[1]);
	notify(ignore);
	check(mount(p[0], -1, in(a, "one"), MREPL, "") == -1);
	checkint(close(p[0]), 0); /* a mount that failed did not close it */
	cleanup();
}

static void
mounting(void *arg)
{
	int p[2];

	USED(arg);
	check(pipe(p) == 0);
	close(p[1]);
	mount(p[0], -1, a, MREPL, "");
	exits("back");
}

static void
mountofadeadserverends(void)
{
	setup();
	/* an error or the closed-pipe note, but no hang and no mount */
	check(childmsg(spawn(RFFDG, mounting, nil))[0] != 0);
	holds(a, "one", "1");
	cleanup();
}

static void
rename(char *dir, char *new)
{
	Dir d;

	nulldir(&d);
	d.name = new;
	if(dirwstat(dir, &d) < 0)
		fail("renaming %s to %s: %r", dir, new);
}

/* chdir(2): the directory, not its name, is the current one */
static void
renameddirectoryiscurrent(void)
{
	char *top, *sub, *moved;

	top = mkdir("top");
	sub = in(top, "sub");
	close(create(sub, OREAD, DMDIR | 0755));
	put(sub, "file", "text");
	check(chdir(sub) == 0);
	rename(".", "other");
	holds(".", "file", "text");
	rename(".", "third");
	holds(".", "file", "text");
	checkerr(open("../other/file", OREAD), "does not exist");
	/* a directory above it */
	moved = tmpname("moved");
	rename("..", moved);
	holds(".", "file", "text");
	holds("../third", "file", "text");
	put(".", "new", "made");
	holds("../../", in(moved, "third/new"), "made");
	/* another that has its old name is not it */
	close(create(in("../..", top), OREAD, DMDIR | 0755));
	close(create(in("../..", in(top, "third")), OREAD, DMDIR | 0755));
	holds(".", "file", "text");
	check(remove("new") == 0 && remove("file") == 0);
	check(chdir("../..") == 0);
	check(remove(in(moved, "third")) == 0 && remove(moved) == 0);
	check(remove(in(top, "third")) == 0 && remove(top) == 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(replacehidestheold),
	    CASE(renameddirectoryiscurrent),
	    CASE(beforegoesfirst),
	    CASE(aftergoeslast),
	    CASE(orderofthree),
	    CASE(unionreadlistseverything),
	    CASE(createneedsmcreate),
	    CASE(createtakesthefirstmcreate),
	    CASE(filescanbebound),
	    CASE(fileondirectoryisanerror),
	    CASE(badflagsandmissingnamesfail),
	    CASE(unmountofunmountedfails),
	    CASE(bindofaunionbindsall),
	    CASE(dotdotleavesamount),
	    CASE(groupsharesbinds),
	    CASE(copiedgroupdoesnot),
	    CASE(copiedgroupstartsasthesame),
	    CASE(newfilesarenotmountpoints),
	    CASE(cleangrouphasnomounts),
	    CASE(mountneedsadirectoryandadescriptor),
	    CASE(mountofadeadserverends),
	};

	runcases(cases, nelem(cases), argc, argv);
}
