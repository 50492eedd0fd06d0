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

int
hostreaddir(int fd, vlong pos, Hostdirent *d, int max)
{
	uchar buf[4096] __attribute__((aligned(8)));
	const Dirent *e;
	long r, i;
	int n;

	hostmust(hostcall(__NR_lseek, fd, pos, SEEK_SET));
	n = 0;
	/* a buffer may hold nothing but . and .. */
	while(n == 0) {
		r = hostmust(hostcall(__NR_getdents64, fd, buf, sizeof buf));
		if(r == 0)
			break;
		for(i = 0; i < r && n < max; i += e->len) {
			e = (const Dirent *)(buf + i);
			if(strcmp(e->name, ".") == 0 ||
			    strcmp(e->name, "..") == 0)
				continue;
			d[n].ino = e->ino;
			d[n].next = e->next;
			strecpy(
			    d[n].name, d[n].name + sizeof d[n].name, e->name);
			n++;
		}
	}
	return n;
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
		hostmust(hostcall(__NR_fchmod, fd, perm & 0777));
	else
		hostmust(hostcall(__NR_fchmodat, AT_FDCWD, path, perm & 0777));
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
settime(struct __kernel_timespec *t, vlong ns)
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

	settime(&t[0], atime);
	settime(&t[1], mtime);
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
