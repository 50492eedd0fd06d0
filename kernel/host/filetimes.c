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

enum
{
	Tries = 4, /* a tick may fall between two changes, but not so often */
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

/* The kind of file system that fd's file is in; 0: that is not known. */
static long
fstype(int fd)
{
	struct statfs fs;

	return hostcall(__NR_fstatfs, fd, &fs) == 0 ? (long)fs.f_type : 0;
}

int
hostalone(int fd)
{
	switch(fstype(fd)) {
	case EXT4_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case BTRFS_SUPER_MAGIC:
	case XFS_MAGIC:
	case F2FS_SUPER_MAGIC:
	case RAMFS_MAGIC:
	case OVERLAYFS_SUPER_MAGIC:
	case SQUASHFS_MAGIC:
		return 1;
	}
	return 0;
}

int
hosttimesdiffer(int fd)
{
	static int known, differ; /* of this host; who comes first finds out */

	if(!__atomic_load_n(&known, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(&differ, probe(), __ATOMIC_RELAXED);
		__atomic_store_n(&known, 1, __ATOMIC_RELEASE);
	}
	if(!__atomic_load_n(&differ, __ATOMIC_RELAXED))
		return 0;
	switch(fstype(fd)) {
	case EXT4_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case BTRFS_SUPER_MAGIC:
	case XFS_MAGIC:
		return 1;
	}
	return 0;
}
