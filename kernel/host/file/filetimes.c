/*
 * Host files: how far their times tell changes apart.
 *
 * Most hosts take a file's time of change from the last tick of their clock. Two changes within
 * some milliseconds then get the same time, even if the file was looked at in between. From
 * Linux 6.13 on some file systems give a change that follows a look a time of its own
 * (multigrain timestamps).
 */
#include "host/linux.h"

#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/magic.h>

#include "host/hostfile.h"
#include "lib/atomic.h"

enum
{
	/* a clock tick may fall between the two changes of one probe, but not of all */
	Tries = 4,
	XFS_MAGIC = 0x58465342,
};

/* Does the host give each change of a file in its memory a time of its own? */
static int
probe(void)
{
	struct stat st = {0};
	u64int sec, nsec;
	int fd, i, differ;

	fd = hostcall(__NR_memfd_create, "run9-times", 0);
	if(fd < 0)
		return 0;
	differ = 1;
	sec = nsec = 0;
	for(i = 0; i <= Tries && differ; i++) {
		differ = hostcall(__NR_pwrite64, fd, &sec, sizeof sec, 0) > 0 &&
		    hostcall(__NR_fstat, fd, &st) == 0 &&
		    (st.st_ctime != sec || st.st_ctime_nsec != nsec);
		sec = st.st_ctime;
		nsec = st.st_ctime_nsec;
	}
	hostcall(__NR_close, fd);
	return differ;
}

typedef struct Fs Fs;
struct Fs
{
	/* f_type of statfs(2) */
	long magic;
	/* on a host that can do it, this file system gives a change after a look a new time */
	int differ;
};

/* File systems whose files no other host can change. */
static const Fs locals[] = {
    {EXT4_SUPER_MAGIC, 1},
    {TMPFS_MAGIC, 1},
    {BTRFS_SUPER_MAGIC, 1},
    {XFS_MAGIC, 1},
    {F2FS_SUPER_MAGIC, 0},
    {RAMFS_MAGIC, 0},
    {OVERLAYFS_SUPER_MAGIC, 0},
    {SQUASHFS_MAGIC, 0},
};

/* The file system of fd, or nil if it is not in the table. */
static const Fs *
localfs(int fd)
{
	struct statfs fs;
	uint i;

	if(hostcall(__NR_fstatfs, fd, &fs) != 0)
		return nil;
	for(i = 0; i < nelem(locals); i++)
		if(locals[i].magic == (long)fs.f_type)
			return &locals[i];
	return nil;
}

int
hostalone(int fd)
{
	return localfs(fd) != nil;
}

int
hosttimesdiffer(int fd)
{
	/* the host's answer to probe, asked once */
	static int known, differ;
	const Fs *fs;

	if(!loadacquire(&known)) {
		storerelaxed(&differ, probe());
		storerelease(&known, 1);
	}
	if(!loadrelaxed(&differ))
		return 0;
	fs = localfs(fd);
	return fs != nil && fs->differ;
}
