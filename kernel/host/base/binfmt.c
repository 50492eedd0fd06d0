/*
 * run9 and Linux's binfmt_misc, by which a Plan 9 program runs when its name is typed.
 *
 *   binfmtregister  run9 --register and --unregister
 *   bybinfmt        has Linux started this run9 as an interpreter?
 *   binfmtargs      the arguments of such a run9
 *
 * Linux's Documentation/admin-guide/binfmt-misc.rst has the format of the line. tools/binfmt.conf
 * is the same line for systemd-binfmt. Its flags: F, Linux opens run9 when the line is written, so
 * that programs run in other root directories and mount name spaces too; P, the program gets the
 * argv[0] that its caller gave. O is not wanted: run9 opens a program itself. Nor is C: a program
 * has the rights of its caller, whatever its mode is.
 */
#include "u.h"
#include "host/base/base.h"
#include "init/init.h"
#include "lib/lib.h"

#define BINFMT "/proc/sys/fs/binfmt_misc"

enum
{
	O_WRONLY = 1,
	F_OK = 0,
	X_OK = 1,
	W_OK = 2,
	/* Linux takes no longer name of an interpreter: BINPRM_BUF_SIZE */
	InterpMax = 127,
	Failed = 1,
};

static const char myentry[] = BINFMT "/run9";

static _Noret void
binfmtfail(const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	kprint("run9: %s\n", buf);
	hostcall(__NR_exit_group, Failed);
	__builtin_unreachable();
}

static void
needroot(long r)
{
	if(r == -EACCES || r == -EPERM)
		binfmtfail("only root can change binfmt_misc");
}

/* Write s to a file of binfmt_misc. Returns -errno, or at least 0. */
static long
tell(const char *file, const char *s)
{
	long fd, r;

	fd = hostcall(__NR_open, file, O_WRONLY, 0);
	if(fd < 0)
		return fd;
	r = hostcall(__NR_write, fd, s, strlen(s));
	hostcall(__NR_close, fd);
	return r;
}

/* Is the kernel at least 5.12? Only from there on AT_FLAGS shows that argv[0] is preserved. */
static int
preservesargv0(void)
{
	enum
	{
		UtsField = 65,
		Release = 2 * UtsField,
		Nfield = 6,
	};
	char uts[Nfield * UtsField];
	char *e;
	uvlong major;

	if(hostcall(__NR_uname, uts) < 0)
		return 0;
	major = strtoull(uts + Release, &e, 10);
	return major > 5 ||
	    (major == 5 && *e == '.' && strtoull(e + 1, nil, 10) >= 12);
}

/*
 * The line that registers this program, in line[n], and its path in path[InterpMax + 2]. Ends the
 * process if Linux would not take it.
 */
static void
makeline(char *line, int n, char *path)
{
	long r;

	r = hostcall(__NR_readlink, "/proc/self/exe", path, InterpMax + 1);
	if(r < 0)
		binfmtfail("no /proc/self/exe: %s", hosterrstr(-r));
	path[r] = 0;
	if(r > InterpMax || strchr(path, ':') != nil)
		binfmtfail(
		    "%s: binfmt_misc takes no path that has a : or more than %d bytes",
		    path, InterpMax);
	/* Linux adds " (deleted)" to the path of a program that was removed */
	r = hostcall(__NR_access, path, X_OK);
	if(r < 0)
		binfmtfail("%s cannot be run: %s", path, hosterrstr(-r));
	if(!preservesargv0())
		binfmtfail("--register needs Linux 5.12");
	snprint(line, n, ":run9:M:0:\\x00\\x00\\x8a\\x97::%s:PF\n", path);
}

/* Remove the line run9. Returns 0 if there is none. */
static int
leave(void)
{
	long r;

	r = tell(myentry, "-1");
	needroot(r);
	if(r < 0 && r != -ENOENT)
		binfmtfail("cannot remove %s: %s", myentry, hosterrstr(-r));
	return r != -ENOENT;
}

/* A line of the same name is replaced: it goes when nothing but the write can fail. */
static void
enter(void)
{
	char path[InterpMax + 2], line[InterpMax + 128];
	long r;

	makeline(line, sizeof line, path);
	needroot(hostcall(__NR_access, BINFMT "/register", W_OK));
	leave();
	r = tell(BINFMT "/register", line);
	if(r < 0)
		binfmtfail(
		    "binfmt_misc does not take %s: %s", path, hosterrstr(-r));
}

_Noret void
binfmtregister(int on)
{
	long r;

	r = hostcall(__NR_access, BINFMT "/register", F_OK);
	if(r == -ENOENT)
		binfmtfail("binfmt_misc is not there: as root, "
			   "mount -t binfmt_misc none " BINFMT);
	needroot(r);
	if(on)
		enter();
	else if(!leave())
		binfmtfail("not registered: there is no %s", myentry);
	hostcall(__NR_exit_group, 0);
	__builtin_unreachable();
}

int
bybinfmt(const u64int *auxv)
{
	enum
	{
		AT_NULL = 0,
		AT_FLAGS = 8,
		AT_FLAGS_PRESERVE_ARGV0 = 1,
	};

	for(; auxv[0] != AT_NULL; auxv += 2)
		if(auxv[0] == AT_FLAGS)
			return (auxv[1] & AT_FLAGS_PRESERVE_ARGV0) != 0;
	return 0;
}

/* With flag P, Linux gives run9, the program's path, its argv[0], the rest of its arguments. */
void
binfmtargs(Boot *b, char **argv)
{
	static char *noname[] = {"", nil};

	if(argv[0] == nil || argv[1] == nil)
		badusage("started by binfmt_misc without a program");
	b->path = argv[1];
	b->argv = argv[2] != nil ? argv + 2 : noname;
}
