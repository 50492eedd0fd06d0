/*
 * Host files: what their times tell.
 *
 * Hosts of old take a file's time of change from their clock's last tick: two
 * changes within some milliseconds get the same, though somebody looked at the
 * file in between. From Linux 6.13 on some file systems give a change that follows a
 * look a time of its own (multigrain timestamps).
 */
#include "host/linux.h"

#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/magic.h>

#include "host/hostfile.h"
#include "lib/atomic.h"

enum
{
	/* probes: a clock tick may fall between the two changes of one, but not of all */
	Tries = 4,
	XFS_MAGIC = 0x58465342,
};

/* Do changes of a file in the host's memory get times of their own? */
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
	/* of statfs(2) */
	long magic;
	/* a change after a look at the file always gets a new time, if the host is able to */
	int differ;
};

/* File systems whose files no other host changes. */
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

/* The one that fd's file is in, or nil. */
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
	static int known, differ; /* of this host; who comes first finds out */
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
