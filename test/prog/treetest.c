/*
 * What every name space can have: #s/boot, places to mount on, files that a host does not have,
 * shares. srv(3), mntgen(4), shr(3), auth(2) newns
 */
#include "test.h"
#include "procfile.h"

#define SHR "#\317\203"

static char buf[64 * KiB];

/* The connection to the root's tree. */
static int
boot(void)
{
	int fd = open("#s/boot", ORDWR);

	if(fd < 0)
		fail("#s/boot: %r");
	return fd;
}

/* A file of ours in the tree at dir: its name there. */
static char *
in(char *dir, char *name)
{
	static char path[1024];
	char wd[512];
	int fd = open(".", OREAD);

	check(fd >= 0);
	check(fd2path(fd, wd, sizeof wd) == 0);
	close(fd);
	snprint(path, sizeof path, "%s%s/%s", dir, wd, name);
	return path;
}

static int
lists(char *dir, char *name)
{
	int fd = open(dir, OREAD), i, n, seen = 0;
	Dir *d;

	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			seen += strcmp(d[i].name, name) == 0;
	close(fd);
	return seen;
}

static void
makefile(void)
{
	check(writefile("f", "text", 4, 0644) >= 0);
}

static void
holds(char *name, char *want)
{
	memset(buf, 0, 64);
	if(readfile(name, buf, sizeof buf) < 0)
		fail("%s: %r", name);
	checkstr(buf, want);
}

static void
bootcanbemounted(void)
{
	int fd;

	makefile();
	check(mount(boot(), -1, "/n/tree", MREPL | MCREATE, "") >= 0);
	holds(in("/n/tree", "f"), "text");
	check(lists("/n", "tree"));
	check(strstr(procfile(getpid(), "ns"), "mount -c #s/boot /n/tree\n") !=
	    nil);
	checkint(unmount("#s/boot", "/n/tree"), 0);
	check(!lists("/n", "tree"));
	check(open(in("/n/tree", "f"), OREAD) < 0);
	/* there is no other tree, and no 9P */
	fd = boot();
	check(mount(fd, -1, "/n/tree", MREPL, "dump") < 0);
	check(read(fd, buf, 1) < 0);
	check(write(fd, buf, 1) < 0);
	close(fd);
	remove("f");
}

/* mount takes the descriptor, as for a server's connection */
static void
mountclosesthedescriptor(void)
{
	int fd = boot();

	check(mount(fd, -1, "/n/tree", MREPL, "") >= 0);
	check(close(fd) < 0);
	checkint(unmount(nil, "/n/tree"), 0);
}

static void
withoutmountsthereisnone(void)
{
	Waitmsg w;
	int pid = fork();

	if(pid == 0) {
		int fd = boot();

		rfork(RFNAMEG | RFNOMNT);
		exits(mount(fd, -1, "/n/tree", MREPL, "") < 0 ? "" : "mounted");
	}
	waitpid(pid, &w);
	checkstr(w.msg, "");
}

static void
anynameisaplace(void)
{
	check(!lists("/n", "somewhere"));
	check(bind("/env", "/n/somewhere", MREPL) >= 0);
	check(lists("/n", "somewhere"));
	checkint(unmount(nil, "/n/somewhere"), 0);
	check(open("/n/somewhere/file", OREAD) < 0);
	check(create("/n/file", OWRITE, 0666) < 0);
	check(bind("/env", "/mnt/somewhere", MREPL) >= 0);
	check(lists("/mnt", "somewhere"));
	check(bind("/env", "/mnt/exportfs/0", MREPL) >= 0);
	check(lists("/mnt/exportfs", "0"));
	checkint(unmount(nil, "/mnt/somewhere"), 0);
}

/* What the host has goes before. */
static void
filesthatthehosthasnot(void)
{
	check(readfile("/lib/ndb/local", buf, sizeof buf) > 0);
	check(strstr(buf, "database=\n") == buf);
	check(readfile("/lib/ndb/common", buf, sizeof buf) > 0);
	check(strstr(buf, "tcp=9fs port=564\n") != nil);
	check(open("/lib/ndb/local", OWRITE) < 0);
	check(lists("/lib/ndb", "common"));
	check(lists("/lib", "ndb"));
}

/* The lines of /lib/namespace in a clean name space, as newns(2) does them. */
static void
carryout(char *text)
{
	char *line, *next, *f[8];
	int i, n, flag;

	for(line = text; line != nil; line = next) {
		next = strchr(line, '\n');
		if(next != nil)
			*next++ = 0;
		n = tokenize(line, f, nelem(f), " \t");
		if(n < 3)
			continue;
		flag = 0;
		for(i = 1; f[1][0] == '-' && f[1][i] != 0; i++)
			flag |= f[1][i] == 'a' ? MAFTER
			    : f[1][i] == 'b'   ? MBEFORE
			    : f[1][i] == 'c'   ? MCREATE
					       : 0;
		i = f[1][0] == '-' ? 2 : 1;
		if(strcmp(f[0], "bind") == 0)
			bind(f[i], f[i + 1], flag);
		else if(strcmp(f[0], "mount") == 0)
			mount(open(f[i], ORDWR), -1, f[i + 1], flag, "");
	}
}

static void
newname(void)
{
	if(readfile("/lib/namespace", buf, sizeof buf) < 0)
		exits("no /lib/namespace");
	rfork(RFCNAMEG);
	if(open("/dev/pid", OREAD) >= 0)
		exits("not clean");
	carryout(buf);
	if(readfile(in("", "f"), buf, sizeof buf) != 4)
		exits("no file");
	if(open("/dev/pid", OREAD) < 0)
		exits("no /dev/pid");
	if(open("/lib/ndb/local", OREAD) < 0)
		exits("no /lib/ndb/local");
	exits("");
}

static void
acleannamespacecanbefilled(void)
{
	Waitmsg w;
	int pid;

	makefile();
	pid = fork();
	if(pid == 0)
		newname();
	waitpid(pid, &w);
	checkstr(w.msg, "");
	remove("f");
}

/* Append the names in dir, in the order of the listing, to those at p. */
static char *
addnames(char *p, char *e, char *dir)
{
	int fd, i, n;
	Dir *d;

	p = strecpy(p, e, dir);
	fd = open(dir, OREAD);
	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++) {
			p = strecpy(p, e, " ");
			p = strecpy(p, e, d[i].name);
		}
		free(d);
	}
	close(fd);
	p = strecpy(p, e, "\n");
	check(p < e - 1);
	return p;
}

/* The names in the folders on which the default name space has something. */
static void
allnames(char *p, char *e)
{
	static char *dirs[] = {"/", "/bin", "/dev", "/env", "/lib", "/mnt",
	    "/net", "/net/tls", "/shr", "/srv", "/sys"};
	uint i;

	for(i = 0; i < nelem(dirs); i++)
		p = addnames(p, e, dirs[i]);
}

/* auth/newns, auth/none and aux/listen go on in a name space that has all that theirs had. */
static void
thefileisthedefaultnamespace(void)
{
	static char before[256 * KiB], after[256 * KiB];

	allnames(before, before + sizeof before);
	check(readfile("/lib/namespace", buf, sizeof buf) > 0);
	check(rfork(RFCNAMEG) >= 0);
	carryout(buf);
	allnames(after, after + sizeof after);
	checkstr(after, before);
}

static void
asharehasitsserviceinallnamespaces(void)
{
	char num[16];
	Waitmsg w;
	int fd, pid;

	makefile();
	fd = create(SHR "c/treetest", OREAD, DMDIR | 0777);
	check(fd >= 0);
	close(fd);
	fd = boot();
	snprint(num, sizeof num, "%d", fd);
	check(writefile(SHR "c/treetest/tree", num, strlen(num), 0666) >= 0);
	close(fd);
	check(lists("/shr", "treetest"));
	check(lists(SHR "c/treetest", "tree"));
	holds(in("/shr/treetest", "f"), "text");
	pid = fork();
	if(pid == 0) {
		char *name = in(SHR "/treetest", "f");

		rfork(RFCNAMEG);
		exits(readfile(name, buf, sizeof buf) == 4 ? "" : "no file");
	}
	waitpid(pid, &w);
	checkstr(w.msg, "");
	check(remove(SHR "c/treetest") < 0);
	fd = create(SHR "c/treetest/none", OWRITE, 0666);
	check(fd >= 0);
	close(fd);
	checkerr(
	    open(SHR "c/treetest/none", ORDWR | ORCLOSE), "permission denied");
	checkerr(open(SHR "c/treetest/none", ORDWR), "device shut down");
	check(remove(SHR "c/treetest/none") == 0);
	check(remove(SHR "c/treetest/tree") == 0);
	/* nothing is mounted: there is no directory to make a file in */
	checkerr(create(SHR "/treetest/f", OWRITE, 0666),
	    "mounted directory forbids creation");
	check(open(in("/shr/treetest", "f"), OREAD) < 0);
	check(remove(SHR "c/treetest") == 0);
	check(!lists("/shr", "treetest"));
	remove("f");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bootcanbemounted),
	    CASE(mountclosesthedescriptor),
	    CASE(withoutmountsthereisnone),
	    CASE(anynameisaplace),
	    CASE(filesthatthehosthasnot),
	    CASE(acleannamespacecanbefilled),
	    CASE(thefileisthedefaultnamespace),
	    CASE(asharehasitsserviceinallnamespaces),
	};

	runcases(cases, nelem(cases), argc, argv);
}
