/*
 * System calls on names of host files: each does the same with a walk and without (the switch
 * farcalls). On a temporary directory, by relative names and by whole ones.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "ns/nscall.h"
#include "dev/dev.h"
#include "kerntest.h"
#include "lib/switches.h"

char *mkdtemp(char *);
int libcsystem(const char *) __asm__("system");
int libcrename(const char *, const char *) __asm__("rename");

static char tmp[64];

/* What a call did. */
typedef struct Did Did;
struct Did
{
	int r;
	char err[ERRMAX];
	uchar stat[512];
	int nstat;
	char path[512];
};

static const char *const names[] = {"f", "d", "d/f", "d/sub/f", "none",
    "d/none", "none/x", "none/x/y", "f/x", "f/", "d/", "d/.", "d/..", "d/../f",
    "d//f", "./f", ".", "..", "/", "", "flink", "dlink", "dlink/f", "dangling",
    "dangling/x", "loop", "loop/x", "a\001b", "a\177b", "bad\377name", "#",
    "#Z", "f\n", "...", "..f", "closed/f", "closed/none", "closed", "fifo/x"};

/* Before each test, and outside the machine. */
static int
maketree(void **state)
{
	char cmd[2048];

	USED(state);
	umask(0);
	snprintf(tmp, sizeof tmp, "/tmp/run9far.XXXXXX");
	if(mkdtemp(tmp) == nil || chmod(tmp, 0777) < 0)
		return -1;
	snprintf(cmd, sizeof cmd,
	    "cd %s && for t in a b; do mkdir $t && (cd $t && mkdir -p d/sub empty closed &&"
	    " printf hello >f; echo x >d/f; echo y >d/sub/f; echo z >'bad\377name';"
	    " echo dots >...; echo dots >..f; mkfifo fifo; echo c >closed/f;"
	    " ln -s f flink; ln -s d dlink; ln -s nowhere dangling; ln -s loop loop;"
	    " chmod 700 empty; touch -d 2020-01-01 f d/f d/sub/f d d/sub;"
	    " chmod 0 closed); done",
	    tmp);
	return libcsystem(cmd);
}

static int
droptree(void **state)
{
	char cmd[256];

	USED(state);
	snprintf(
	    cmd, sizeof cmd, "chmod -R u+rwx %s/*/closed; rm -rf %s", tmp, tmp);
	return libcsystem(cmd);
}

/* A root as a program has it: #/ and the host's. */
static int
setup(void **state)
{
	USED(state);
	nogroups();
	newgroups(rootdev.attach("host"));
	assert_int_equal(xbind("#Z", "/", MAFTER | MCREATE), 0);
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	return 0;
}

static void
far(int on)
{
	if(on)
		switchedoff &= ~Swfarcalls;
	else
		switchedoff |= Swfarcalls;
}

/* Go to the tree t. */
static void
into(const char *t)
{
	char dir[128];

	snprintf(dir, sizeof dir, "%s/%s", tmp, t);
	assert_int_equal(xchdir(dir), 0);
}

static void
done(Did *d, int r)
{
	d->r = r;
	if(r < 0)
		strecpy(d->err, d->err + sizeof d->err, up->errstr);
}

/* The host sets the time of access of a link that it follows. */
static void
noatime(Did *d)
{
	enum
	{
		ATIME = 25,
	};

	memset(d->stat + ATIME, 0, BIT32SZ);
}

/* fd was opened, or not: note it, and its file. */
static void
opened(Did *d, int fd)
{
	done(d, fd < 0 ? -1 : 0);
	if(fd < 0)
		return;
	strecpy(d->path, d->path + sizeof d->path, xfd2path(fd));
	d->nstat = xfstat(fd, d->stat, sizeof d->stat);
	noatime(d);
	xclose(fd);
}

static void
statof(Did *d, const char *name, int size)
{
	memset(d, 0, sizeof *d);
	done(d, xstat(name, d->stat, size));
	noatime(d);
}

static void
openof(Did *d, const char *name, int mode)
{
	memset(d, 0, sizeof *d);
	opened(d, xopen(name, mode));
}

static void
same(const char *what, const char *name, const Did *a, const Did *b)
{
	if(a->r != b->r || strcmp(a->err, b->err) != 0 ||
	    a->nstat != b->nstat || strcmp(a->path, b->path) != 0 ||
	    memcmp(a->stat, b->stat, sizeof a->stat) != 0)
		fail_msg(
		    "%s '%s': %d '%s' '%s' with a walk, %d '%s' '%s' without",
		    what, name, b->r, b->err, b->path, a->r, a->err, a->path);
}

static void
look(const char *name)
{
	static const int sizes[] = {512, 2, 1, 0, 60};
	static const int modes[] = {
	    OREAD, OWRITE, ORDWR, OEXEC, OREAD | OCEXEC};
	Did a, b;
	uint i;

	for(i = 0; i < nelem(sizes); i++) {
		far(1);
		statof(&a, name, sizes[i]);
		far(0);
		statof(&b, name, sizes[i]);
		same("stat", name, &a, &b);
	}
	for(i = 0; i < nelem(modes); i++) {
		far(1);
		openof(&a, name, modes[i]);
		far(0);
		openof(&b, name, modes[i]);
		same("open", name, &a, &b);
	}
}

static void
test_stat_and_open_say_the_same(void **state)
{
	char name[1200];
	uint i;

	USED(state);
	into("a");
	for(i = 0; i < nelem(names); i++) {
		look(names[i]);
		snprintf(name, sizeof name, "%s/a/%s", tmp, names[i]);
		look(name);
		snprintf(name, sizeof name, "/%s", names[i]);
		look(name);
	}
	for(i = 250; i < 1100; i += 1 + i / 2) {
		memset(name, 'n', i);
		name[i] = 0;
		look(name);
		memmove(name, "d/", 2);
		look(name);
	}
	look("/lib");
	look("/lib/ndb");
	look("/lib/ndb/none");
	look("/dev");
	look("/mnt/host");
	look("/nothingthere");
}

/* The same call in the trees a and b, with and without. */
static void
change(int (*f)(Did *, const char *, const char *, int), const char *what,
    const char *name, const char *arg, int mode)
{
	Did a, b;

	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	far(1);
	into("a");
	f(&a, name, arg, mode);
	far(0);
	into("b");
	f(&b, name, arg, mode);
	/* the trees are two, and so are the files */
	memset(a.stat, 0, sizeof a.stat);
	memset(b.stat, 0, sizeof b.stat);
	a.path[0] = b.path[0] = 0;
	same(what, name, &a, &b);
}

static int
docreate(Did *d, const char *name, const char *arg, int mode)
{
	opened(d, xcreate(name, mode, strtoull(arg, nil, 8)));
	return d->r;
}

static int
doopen(Did *d, const char *name, const char *arg, int mode)
{
	USED(arg);
	opened(d, xopen(name, mode));
	return d->r;
}

static int
doremove(Did *d, const char *name, const char *arg, int mode)
{
	USED(arg), USED(mode);
	done(d, xremove(name));
	return d->r;
}

static int
dorename(Did *d, const char *name, const char *arg, int mode)
{
	uchar buf[1200];
	Dir dir;

	USED(mode);
	memset(&dir, 0xff, sizeof dir);
	dir.name = (char *)arg;
	dir.uid = dir.gid = dir.muid = (char *)"";
	done(d, xwstat(name, buf, convD2M(&dir, buf, sizeof buf)));
	return d->r;
}

/* Is name the tree itself, or above it? */
static int
istop(const char *name)
{
	static const char *const tops[] = {".", "..", "/", "d/.."};
	uint i;

	for(i = 0; i < nelem(tops); i++)
		if(strcmp(name, tops[i]) == 0)
			return 1;
	return 0;
}

/* Are the trees a and b the same still? */
static void
sametrees(void)
{
	char cmd[512];

	snprintf(cmd, sizeof cmd,
	    "cd %s && for t in a b; do (cd $t && chmod 700 closed &&"
	    " find . -printf '%%P %%y %%m %%s %%l\\n' | sort) >$t.list; done;"
	    " diff a.list b.list",
	    tmp);
	assert_int_equal(libcsystem(cmd), 0);
}

static void
test_changes_are_the_same(void **state)
{
	static const char *const perms[] = {"644", "777", "0", "20000000777"};
	static const int modes[] = {OWRITE, ORDWR | OTRUNC, OREAD | OEXCL,
	    ORDWR | OEXCL | OCEXEC, OEXEC};
	static const char *const tos[] = {
	    "new", "f", "d", "..", ".", "x/y", "a\001b", "", "newer", "..x"};
	char name[64];
	uint i, j;

	USED(state);
	for(i = 0; i < nelem(names); i++) {
		for(j = 0; j < nelem(modes); j++)
			change(docreate, "create", names[i],
			    perms[(i + j) % nelem(perms)], modes[j]);
		snprintf(name, sizeof name, "empty/n%u", i);
		for(j = 0; j < nelem(modes); j++)
			change(docreate, "create", name,
			    perms[(i + j) % nelem(perms)], modes[j]);
		change(doopen, "open", names[i], nil, OWRITE | OTRUNC);
	}
	sametrees();
	for(i = 0; i < nelem(names); i++)
		for(j = 0; j < nelem(tos) && !istop(names[i]); j++)
			change(dorename, "rename", names[i], tos[j], 0);
	sametrees();
	for(j = 0; j < 3; j++)
		for(i = 0; i < nelem(names); i++)
			if(!istop(names[i]))
				change(doremove, "remove", names[i], nil, 0);
	sametrees();
}

/* A program of the host renames the current directory, or one above it. */
static void
renamed(int on)
{
	char from[128], to[128], cmd[256];
	Did d;

	far(on);
	into("a/d/sub");
	snprintf(from, sizeof from, "%s/a/d", tmp);
	snprintf(to, sizeof to, "%s/a/moved%d", tmp, on);
	assert_int_equal(libcrename(from, to), 0);
	statof(&d, "f", sizeof d.stat);
	assert_true(d.r > 0);
	assert_string_equal(xcat("f"), "y\n");
	assert_int_equal(xmk("made", "made"), 0);
	assert_int_equal(xmk("newdir", nil), 0);
	assert_string_equal(xcat("made"), "made");
	dorename(&d, "made", "named", 0);
	assert_true(d.r > 0);
	assert_int_equal(xchdir("newdir"), 0);
	assert_int_equal(xmk("../up", "up"), 0);
	assert_int_equal(xremove("../up"), 0);
	snprintf(cmd, sizeof cmd,
	    "cd %s/sub && test -d newdir && test -f named", to);
	assert_int_equal(libcsystem(cmd), 0);
	assert_int_equal(xchdir(tmp), 0);
	snprintf(cmd, sizeof cmd, "rm -r %s/sub/n*", to);
	assert_int_equal(libcsystem(cmd), 0);
	assert_int_equal(libcrename(to, from), 0);
}

static void
test_a_renamed_directory_is_current(void **state)
{
	USED(state);
	renamed(1);
	renamed(0);
}

/* Where a file of the host is a mount point, names are walked over it. */
static void
test_mount_points_are_seen(void **state)
{
	char name[128], from[128];
	Did d;

	USED(state);
	far(1);
	into("a");
	assert_string_equal(xcat("d/f"), "x\n");
	assert_int_equal(xbind("d/sub", "empty", MREPL), 0);
	assert_string_equal(xcat("empty/f"), "y\n");
	snprintf(name, sizeof name, "%s/a/empty/f", tmp);
	assert_string_equal(xcat(name), "y\n");
	statof(&d, name, sizeof d.stat);
	assert_true(d.r > 0);
	snprintf(from, sizeof from, "%s/a/d", tmp);
	assert_int_equal(xbind("empty", from, MBEFORE), 0);
	assert_string_equal(xcat("d/f"), "y\n");
	/* and its name is not removed, nor another one given to it */
	done(&d, xremove("empty"));
	assert_int_equal(d.r, -1);
	dorename(&d, "d", "other", 0);
	assert_int_equal(d.r, -1);
}

/* Mode bits that the host does not keep. */
static void
test_kept_mode_bits_hold(void **state)
{
	int fd;

	USED(state);
	far(1);
	into("a");
	fd = xcreate("log", OWRITE, DMAPPEND | 0666);
	assert_true(fd >= 0);
	assert_int_equal(xwrite(fd, "one", 3), 3);
	xclose(fd);
	fd = xopen("log", OWRITE | OTRUNC);
	assert_true(fd >= 0);
	assert_int_equal(xwrite(fd, "two", 3), 3);
	xclose(fd);
	assert_string_equal(xcat("log"), "onetwo");
	fd = xcreate("lock", OWRITE, DMEXCL | 0666);
	assert_true(fd >= 0);
	assert_int_equal(xopen("lock", OREAD), -1);
	xclose(fd);
	assert_int_equal(xremove("log"), 0);
	assert_int_equal(xremove("lock"), 0);
	assert_int_equal(xmk("log", "new"), 0);
	fd = xcreate("log", OWRITE, 0666);
	xclose(fd);
	assert_string_equal(xcat("log"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_stat_and_open_say_the_same, maketree, droptree),
	    KERNIN(test_changes_are_the_same, maketree, droptree),
	    KERNIN(test_a_renamed_directory_is_current, maketree, droptree),
	    KERNIN(test_mount_points_are_seen, maketree, droptree),
	    KERNIN(test_kept_mode_bits_hold, maketree, droptree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
