/*
 * Host files: directories, and changes of files' names and attributes. See hostfile.h.
 */
#include "host/linux.h"

#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/time_types.h>

#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* getdents64(2) */
typedef struct Dirent Dirent;
struct Dirent
{
	u64int ino;
	s64int next;
	u16int len;
	uchar type;
	char name[];
};

/* its type: the host's types of files, IFMT, in 4 bits */
enum
{
	TypeDir = 4,
	TypeReg = 8,
};

static const Dirent *
entryat(const Hostdir *d)
{
	return (const Dirent *)(d->buf + d->at);
}

static int
direntlen(const Hostdir *d)
{
	return entryat(d)->len;
}

/* Make the entry at pos the current one. If pos follows the current entry, this is a step in the
 * buffer, and at its end the host's own position is pos. If not, the host is told. Position 0 is
 * not looked for in the buffer: the directory is read anew. */
static void
goentry(Hostdir *d, vlong pos)
{
	if(d->n > 0 && pos != 0 && pos == d->pos)
		return;
	if(d->n > 0 && pos != 0 && pos == entryat(d)->next)
		d->at += direntlen(d);
	else {
		if(pos != 0 || d->begun)
			hostmust(hostcall(__NR_lseek, d->fd, pos, SEEK_SET));
		d->at = d->n = 0;
	}
	d->pos = pos;
	if(d->at < d->n)
		return;
	d->at = d->n = 0;
	d->begun = 1;
	d->n =
	    hostmust(hostcall(__NR_getdents64, d->fd, d->buf, sizeof d->buf));
}

int
hostreaddir(Hostdir *d, vlong pos, Hostdirent *e)
{
	for(;;) {
		goentry(d, pos);
		if(d->n == 0)
			return 0;
		e->name = entryat(d)->name;
		e->ino = entryat(d)->ino;
		e->isdir = entryat(d)->type == TypeDir;
		e->isreg = entryat(d)->type == TypeReg;
		e->next = pos = entryat(d)->next;
		e->last = d->at + direntlen(d) == d->n;
		if(strcmp(e->name, ".") != 0 && strcmp(e->name, "..") != 0)
			return 1;
	}
}

void
hostremove(const char *path, int isdir)
{
	long r;

	r = hostcall(__NR_unlinkat, AT_FDCWD, path, isdir ? AT_REMOVEDIR : 0);
	/* a link to a directory is shown as a directory, but unlinked as a file */
	if(isdir && r == -ENOTDIR)
		r = hostcall(__NR_unlinkat, AT_FDCWD, path, 0);
	hostmust(r);
}

void
hostrename(const char *from, const char *to)
{
	Hoststat st;
	long r;

	r = hostcall(
	    __NR_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if(r == -EINVAL || r == -ENOSYS) {
		/* the file system has no RENAME_NOREPLACE: look first */
		if(hoststatat(AT_FDCWD, to, &st) == 0)
			error(Eexist);
		r = hostcall(__NR_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
	}
	hostmust(r);
}

void
hostchmod(int fd, const char *path, u32int perm)
{
	if(fd >= 0)
		hostmust(hostcall(__NR_fchmod, fd, perm & 07777));
	else
		hostmust(hostcall(__NR_fchmodat, AT_FDCWD, path, perm & 07777));
}

void
hosttruncate(int fd, const char *path, vlong length)
{
	if(fd >= 0)
		hostmust(hostcall(__NR_ftruncate, fd, length));
	else
		hostmust(hostcall(__NR_truncate, path, length));
}

static void
timespecof(struct __kernel_timespec *t, vlong ns)
{
	if(ns < 0) {
		t->tv_sec = 0;
		t->tv_nsec = (1 << 30) - 2; /* UTIME_OMIT */
		return;
	}
	t->tv_sec = ns / 1000000000;
	t->tv_nsec = ns % 1000000000;
}

void
hostutime(int fd, const char *path, vlong atime, vlong mtime)
{
	struct __kernel_timespec t[2];

	timespecof(&t[0], atime);
	timespecof(&t[1], mtime);
	if(fd >= 0)
		hostmust(hostcall(__NR_utimensat, fd, nil, t, 0));
	else
		hostmust(hostcall(__NR_utimensat, AT_FDCWD, path, t, 0));
}

void
hostchgrp(int fd, const char *path, u32int gid)
{
	if(fd >= 0)
		hostmust(hostcall(__NR_fchown, fd, -1, gid));
	else
		hostmust(hostcall(__NR_fchownat, AT_FDCWD, path, -1, gid, 0));
}

void
hostfsync(int fd)
{
	hostmust(blockcall(__NR_fsync, fd));
}

void
hostcanwrite(const char *path)
{
	enum
	{
		W_OK = 2,
	};

	hostmust(hostcall(__NR_faccessat, AT_FDCWD, path, W_OK));
}

char *
hostgetcwd(char *buf, int n)
{
	long r;

	r = hostcall(__NR_getcwd, buf, n);
	/* for a directory out of reach the host gives a name that is not a path */
	if(r <= 0 || buf[0] != '/')
		strecpy(buf, buf + n, "/");
	return buf;
}
