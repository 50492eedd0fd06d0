/*
 * The host's limits of resources (setrlimit(2), the shell's ulimit). run9 raises those that it
 * may raise, and names those that keep it from starting.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	RLIMIT_FSIZE = 1,
	RLIMIT_NPROC = 6,
	RLIMIT_NOFILE = 7,
	RLIMIT_AS = 9,
	SIGXFSZ = 25,
	SIG_DFL = 0,
	SIG_IGN = 1,
	F_DUPFD = 0,

	/* exit status, the same as a panic's */
	CannotStart = 70,
	Manyfiles = 4096,
	/* the host's table of files begins with this many */
	Fewfiles = 64,
};

#define NOLIMIT (~0ULL)

typedef struct Limit Limit;
struct Limit
{
	/* soft is the limit in force, which the process may raise as far as hard */
	u64int soft;
	u64int hard;
};

/* The user's limits, for limitsrestore and givelimits, and what SIGXFSZ did. Initialised, so that
 * they are not in bss: limitsraise stores them before sharedinit has made the memory that
 * stays. */
static Limit filesize = {NOLIMIT, NOLIMIT};
static Limit openfiles = {NOLIMIT, NOLIMIT};
static u64int sizesignal = SIG_IGN;

static Limit
hostlimit(int what)
{
	Limit l = {NOLIMIT, NOLIMIT};

	hostcall(__NR_prlimit64, 0, what, nil, &l);
	return l;
}

static int
puthostlimit(int what, u64int soft, u64int hard)
{
	Limit l = {soft, hard};

	return hostcall(__NR_prlimit64, 0, what, &l, nil) == 0;
}

/*
 * Raise the limit of open files to the most that the host allows: all processes of run9 share
 * one table. Raise the limit of file sizes as well: kernel memory and the arena are files, and
 * larger than such a limit. limitsrestore brings the limit of file sizes back. SIGXFSZ is
 * ignored, so that a program's write beyond the limit fails and does not end the host process.
 */
void
limitsraise(void)
{
	u64int sa[4] = {SIG_IGN, 0, 0, 0}, was[4];

	openfiles = hostlimit(RLIMIT_NOFILE);
	puthostlimit(RLIMIT_NOFILE, openfiles.hard, openfiles.hard);
	if(hostcall(__NR_rt_sigaction, SIGXFSZ, sa, was, 8) == 0)
		sizesignal = was[0];
	filesize = hostlimit(RLIMIT_FSIZE);
	if(filesize.soft != NOLIMIT &&
	    !puthostlimit(RLIMIT_FSIZE, NOLIMIT, NOLIMIT))
		puthostlimit(RLIMIT_FSIZE, filesize.hard, filesize.hard);
}

void
limitsrestore(void)
{
	if(filesize.soft != NOLIMIT)
		puthostlimit(RLIMIT_FSIZE, filesize.soft, filesize.hard);
}

void
givelimits(void)
{
	u64int sa[4] = {SIG_DFL, 0, 0, 0};

	puthostlimit(RLIMIT_NOFILE, openfiles.soft, openfiles.hard);
	sa[0] = sizesignal;
	hostcall(__NR_rt_sigaction, SIGXFSZ, sa, nil, 8);
	hostcall(__NR_umask, instance.umask);
}

void
growfiles(int fd)
{
	long high, n;

	/* the host may allow fewer than Manyfiles */
	for(n = Manyfiles; n > Fewfiles; n /= 2) {
		high = hostcall(__NR_fcntl, fd, F_DUPFD, n - 1);
		if(high >= 0) {
			hostcall(__NR_close, high);
			break;
		}
	}
}

const char *
limitname(long err)
{
	switch(err) {
	case ENOMEM:
		if(hostlimit(RLIMIT_AS).soft != NOLIMIT)
			return "the limit of address space is too low: "
			       "run9 needs ulimit -v unlimited";
		break;
	case EFBIG:
		return "the limit of file sizes is too low for its memory, "
		       "which is files: run9 needs ulimit -H -f unlimited";
	case EMFILE:
		return "the limit of open files is too low: "
		       "run9 needs ulimit -n 64 or more";
	case EAGAIN:
		if(hostlimit(RLIMIT_NPROC).soft != NOLIMIT)
			return "the limit of processes is reached: "
			       "raise ulimit -u, or a container's pids.max";
		return "the host has no process left: raise a container's pids.max";
	}
	return nil;
}

int
hostfdscarce(int fd)
{
	return (u64int)fd >= hostlimit(RLIMIT_NOFILE).soft / 2;
}

/* With a program's error from the host: a line for the user, if it is one of the host's limits. */
void
sayhostlimit(long err)
{
	static u64int saidfiles, saidall, saidsize;

	switch(err) {
	case EMFILE:
		saylimit(&saidfiles,
		    "%llud open files of the host; raise ulimit -H -n",
		    hostlimit(RLIMIT_NOFILE).soft);
		break;
	case ENFILE:
		saylimit(&saidall,
		    "open files of the whole host; raise fs.file-max");
		break;
	case EFBIG:
		if(filesize.soft == NOLIMIT)
			break;
		saylimit(&saidsize,
		    "%llud bytes in a file of the host; raise ulimit -f",
		    filesize.soft);
		break;
	}
}

void
cannotstart(const char *what, long r)
{
	const char *why;

	why = limitname(-r);
	if(why != nil)
		kprint("run9: %s: %s\n", what, why);
	else
		kprint("run9: %s: host error %lld\n", what, (vlong)-r);
	hostcall(__NR_exit_group, CannotStart);
	__builtin_unreachable();
}
