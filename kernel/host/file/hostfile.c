/*
 * Host files: open, read, write. hostfile.h says what each call does.
 *
 * Pages of a program's buffer may be unmapped at the moment. The host does not fault them in:
 * its call fails with EFAULT or stops short. Then the kernel touches the buffer, and repeats the
 * call. What is not a plain file might lose data by a failed read, so there the kernel touches
 * the buffer first. If a mapping was lost in between, it does so again.
 */
#include "host/linux.h"

#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/poll.h>

#include "host/file/file.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* how many bytes one host call moves, after they were touched. Host pipes and terminals
	 * do not give more at a time */
	CHUNK = 256 * KiB,

	/* inode(7): the file type in st_mode. <linux/stat.h> defines these only without a
	 * libc. */
	IFMT = 0170000,
	IFLNK = 0120000,
	IFREG = 0100000,
	IFDIR = 0040000,
	IFBLK = 0060000,
	IFCHR = 0020000,
	IFIFO = 0010000,
	IFSOCK = 0140000,
};

void
touchuser(const void *buf, uvlong n, int write)
{
	uintptr p, end;

	if(n == 0 || !isuser(buf))
		return;
	end = (uintptr)buf + n;
	for(p = (uintptr)buf; p < end; p = ROUNDDN(p, BY2PG) + BY2PG) {
		/* in assembly, because a compiler may turn an "or 0" into a load */
		if(write)
			__asm__ volatile("lock; orb $0, (%0)"
					 :
					 : "r"(p)
					 : "memory", "cc");
		else
			__asm__ volatile("testb $0, (%0)"
					 :
					 : "r"(p)
					 : "memory", "cc");
	}
}

static vlong
nsof(long sec, long nsec)
{
	return (vlong)sec * 1000000000 + nsec;
}

static void
setstat(Hoststat *h, const struct stat *st)
{
	h->dev = st->st_dev;
	h->ino = st->st_ino;
	h->mode = st->st_mode & 0777;
	h->special = st->st_mode & 07000;
	h->uid = st->st_uid;
	h->gid = st->st_gid;
	h->isdir = (st->st_mode & IFMT) == IFDIR;
	h->isreg = (st->st_mode & IFMT) == IFREG;
	h->islink = (st->st_mode & IFMT) == IFLNK;
	h->isblock = (st->st_mode & IFMT) == IFBLK;
	h->ischar = (st->st_mode & IFMT) == IFCHR;
	h->ispipe =
	    (st->st_mode & IFMT) == IFIFO || (st->st_mode & IFMT) == IFSOCK;
	h->isgone = st->st_nlink == 0;
	h->length = h->isreg ? st->st_size : 0;
	h->atime = nsof(st->st_atime, st->st_atime_nsec);
	h->mtime = nsof(st->st_mtime, st->st_mtime_nsec);
	h->ctime = nsof(st->st_ctime, st->st_ctime_nsec);
}

/* Links are followed in a second call. Missing names, as in searches of a path, are commoner than
 * links, and one call says that a name is missing. A link that cannot be followed is described itself, so
 * that its directory can be listed and emptied. */
static long
statat(int dirfd, const char *name, Hoststat *h)
{
	struct stat st, to;
	long r;

	r = hostcall(__NR_newfstatat, dirfd, name, &st, AT_SYMLINK_NOFOLLOW);
	if(r == 0 && (st.st_mode & IFMT) == IFLNK) {
		r = hostcall(__NR_newfstatat, dirfd, name, &to, 0);
		if(r == 0)
			st = to;
		r = 0;
	}
	if(r == 0)
		setstat(h, &st);
	return r;
}

void
hoststat(const char *path, Hoststat *h)
{
	hoststatin(AT_FDCWD, path, h);
}

void
hoststatin(int dirfd, const char *name, Hoststat *h)
{
	hostmust(statat(dirfd, name, h));
}

int
hoststatat(int dirfd, const char *name, Hoststat *h)
{
	switch(statat(dirfd, name, h)) {
	case 0:
		return 0;
	case -ENOENT:
		return Hostnone;
	}
	return Hostother;
}

void
hostfollow(int dirfd, const char *name)
{
	struct stat st;
	long r;

	r = hostcall(__NR_newfstatat, dirfd, name, &st, 0);
	if(r != -ENOENT && r != -ELOOP)
		hostmust(r);
}

void
hostfstat(int fd, Hoststat *h)
{
	struct stat st;
	u64int size;

	hostmust(hostcall(__NR_fstat, fd, &st));
	setstat(h, &st);
	if(h->isblock && hostcall(__NR_ioctl, fd, BLKGETSIZE64, &size) == 0)
		h->length = size;
}

int
openflags(int mode)
{
	static const int how[] = {O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY};
	int flags;

	flags = how[mode & 3] | O_CLOEXEC | O_NOCTTY;
	if(mode & OTRUNC)
		flags |= O_TRUNC;
	return flags;
}

int
hostopen(const char *path, int mode)
{
	enum
	{
		X_OK = 1,
	};

	if((mode & 3) == OEXEC)
		hostmust(hostcall(__NR_faccessat, AT_FDCWD, path, X_OK));
	return hostmust(
	    blockcall(__NR_openat, AT_FDCWD, path, openflags(mode)));
}

int
hostpin(const char *path)
{
	return hostmust(
	    hostcall(__NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC));
}

long
hostfdpath(int fd, char *buf, usize n)
{
	static const char gone[] = " (deleted)";
	char name[32];
	long r;

	snprint(name, sizeof name, "/proc/self/fd/%d", fd);
	r = hostcall(__NR_readlink, name, buf, n - 1);
	if(r <= 0 || r == (long)n - 1 || buf[0] != '/')
		return 0;
	buf[r] = 0;
	if(r > (long)sizeof gone - 1 &&
	    strcmp(buf + r - (sizeof gone - 1), gone) == 0)
		return 0;
	return r;
}

int
hostcreate(const char *path, int mode, u32int perm)
{
	return hostmust(hostcall(__NR_openat, AT_FDCWD, path,
	    (openflags(mode) & ~O_TRUNC) | O_CREAT | O_EXCL, perm & 0777));
}

void
hostmkdir(const char *path, u32int perm)
{
	hostmust(hostcall(__NR_mkdirat, AT_FDCWD, path, perm & 0777));
}

void
hostclose(int fd)
{
	hostcall(__NR_close, fd);
}

void
hostpipe(int fd[2])
{
	hostmust(hostcall(__NR_pipe2, fd, O_CLOEXEC));
}

long
waitready(int fd, int isread)
{
	struct pollfd p = {.fd = fd, .events = isread ? POLLIN : POLLOUT};
	long r;

	r = blockcall(__NR_poll, &p, 1, -1);
	return r < 0 ? r : 0;
}

/*
 * Read or write one chunk by one host call. A plain file, which has an offset, does not block, so
 * no note ends its calls; calls on other files may end with a note.
 */
static long
transfer(long nr, long nrat, int fd, uintptr buf, vlong n, vlong off)
{
	long r;
	int isread;

	isread = nr == __NR_read;
	for(;;) {
		touchuser((void *)buf, n, isread);
		if(off >= 0)
			r = hostcall(nrat, fd, buf, n, off);
		else
			r = blockcall(nr, fd, buf, n);
		if(r == -EAGAIN && off < 0) {
			r = waitready(fd, isread);
			if(r == 0)
				continue;
		}
		if(r != -EFAULT || !isuser(buf))
			return r;
	}
}

/* Did the host stop after `got' of n bytes because the next user page was unmapped? */
static int
stoppedshort(uintptr buf, vlong got, vlong n)
{
	return got < n && isuser(buf) && (buf + got) % BY2PG == 0;
}

/* A plain file, by one host call, and nothing is touched. Returns how many bytes, or -1 if there are
 * more, which are to be transferred by chunks: *got is how many were. Errors. */
static vlong
atonce(long nrat, int fd, uintptr buf, vlong n, vlong off, vlong *got)
{
	long r;

	r = hostcall(nrat, fd, buf, n, off);
	if(r == -EFAULT && isuser(buf))
		return -1;
	if(r < 0)
		hosterror(-r);
	*got = r;
	return r == 0 || !stoppedshort(buf, r, n) ? r : -1;
}

/* Do n bytes at off end beyond all offsets? No file reaches there, but the host calls that an
 * invalid argument. */
static int
beyond(vlong off, vlong n)
{
	vlong end;

	return off >= 0 && __builtin_add_overflow(off, n, &end);
}

vlong
hostread(int fd, void *buf, vlong n, vlong off)
{
	uintptr p = (uintptr)buf;
	vlong got, want;
	long r;

	if(beyond(off, n))
		return 0;
	got = 0;
	if(off >= 0 && atonce(__NR_pread64, fd, p, n, off, &got) >= 0)
		return got;
	do {
		want = n - got;
		if(want > CHUNK)
			want = CHUNK;
		r = transfer(__NR_read, __NR_pread64, fd, p + got, want,
		    off < 0 ? off : off + got);
		if(r < 0 && got == 0)
			hosterror(-r);
		if(r <= 0)
			break;
		got += r;
		/* without an offset the file may be a stream: return what came */
		if(off < 0) {
			ttykeys(fd, buf, r);
			break;
		}
	} while(got < n && (r == want || stoppedshort(p + got - r, r, want)));
	return got;
}

vlong
hostwrite(int fd, const void *buf, vlong n, vlong off)
{
	uintptr p = (uintptr)buf;
	vlong done, want;
	long r;

	if(beyond(off, n))
		error("file too big");
	done = 0;
	if(off >= 0 && atonce(__NR_pwrite64, fd, p, n, off, &done) == n)
		return done;
	do {
		want = n - done;
		if(want > CHUNK)
			want = CHUNK;
		r = transfer(__NR_write, __NR_pwrite64, fd, p + done, want,
		    off < 0 ? off : off + done);
		/* EPIPE, the reader has gone, is reported even after a part was written */
		if(r < 0 && (done == 0 || r == -EPIPE))
			hosterror(-r);
		if(r <= 0)
			break;
		done += r;
		/* a write may be short where the descriptor does not block: write the rest */
	} while(done < n);
	return done;
}

vlong
hostseek(int fd, vlong off, int whence)
{
	long r;

	r = hostcall(__NR_lseek, fd, off, whence);
	return r < 0 ? -1 : r;
}

int
hostfdmode(int fd, int *append)
{
	long r;

	r = hostcall(__NR_fcntl, fd, F_GETFL);
	if(r < 0)
		return -1;
	*append = (r & O_APPEND) != 0;
	switch(r & O_ACCMODE) {
	case O_RDONLY:
		return OREAD;
	case O_WRONLY:
		return OWRITE;
	}
	return ORDWR;
}

int
hostsetappend(int fd, int on)
{
	long r;

	r = hostcall(__NR_fcntl, fd, F_GETFL);
	if(r < 0)
		return 0;
	r = on ? r | O_APPEND : r & ~O_APPEND;
	return hostcall(__NR_fcntl, fd, F_SETFL, r) == 0;
}

int
hostinherited(int fd)
{
	return hostcall(__NR_fcntl, fd, F_GETFD) == 0;
}

int
hostsameopen(int a, int b)
{
	enum
	{
		KCMP_FILE = 0,
	};
	long pid;

	pid = hostcall(__NR_getpid, 0);
	return hostcall(__NR_kcmp, pid, pid, KCMP_FILE, a, b) == 0;
}

int
hostlock(int fd)
{
	enum
	{
		LOCKEX = 2,
		LOCKNB = 4,
	};

	return hostcall(__NR_flock, fd, LOCKEX | LOCKNB) != -EAGAIN;
}
