/*
 * Host files: calls on a name in a directory that is open, which do not error. hostfile.h.
 */
#include "host/linux.h"

#include <linux/fcntl.h>
#include <linux/fs.h>

#include "host/file/file.h"
#include "host/hostfile.h"
#include "lib/error.h"
#include "sync/sync.h"

/* The descriptor r, or why there is none. */
static int
openresult(long r)
{
	if(r == -EINTR)
		error(Eintr);
	if(r == -ENOENT)
		return Hostnone;
	return r < 0 ? Hostother : r;
}

int
hostopenat(int dirfd, const char *name, int mode)
{
	return openresult(blockcall(__NR_openat, dirfd, name, openflags(mode)));
}

int
hostcreateat(int dirfd, const char *name, int mode, u32int perm, int excl)
{
	int flags;

	flags = openflags(mode & 3) | O_CREAT | O_NOFOLLOW;
	flags |= excl ? O_EXCL : O_TRUNC;
	return openresult(
	    blockcall(__NR_openat, dirfd, name, flags, perm & 0777));
}

int
hostexists(int dirfd, const char *name)
{
	enum
	{
		F_OK = 0,
	};

	return hostcall(__NR_faccessat, dirfd, name, F_OK) == 0;
}

int
hostremoveat(int dirfd, const char *name)
{
	long r;

	r = hostcall(__NR_unlinkat, dirfd, name, 0);
	if(r == -EISDIR)
		r = hostcall(__NR_unlinkat, dirfd, name, AT_REMOVEDIR);
	return r == 0;
}

int
hostrenameat(int dirfd, const char *from, const char *to)
{
	return hostcall(__NR_renameat2, dirfd, from, dirfd, to,
		   RENAME_NOREPLACE) == 0;
}
