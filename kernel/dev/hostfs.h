/*
 * What the files of #Z (hostfs.c) share. No other file includes this.
 */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "u.h"
#include "dev/dev.h"
#include "host/hostfile.h"

/* Mode bits that run9 keeps, because the host has no place for them. */
#define HOSTBITS (DMAPPEND | DMEXCL | DMTMP)

/* ns of a second: the host keeps file times in the one, Plan 9 in the other. */
#define SEC 1000000000LL

typedef struct Hostexec Hostexec;

/* A Chan's aux: a file by name, and by descriptor when it is open. */
typedef struct Hostfile Hostfile;
struct Hostfile
{
	/* absolute, clean */
	char *path;
	/* bytes of it that are the root */
	usize rootlen;
	/* as the walk saw it, in system call seencall of process seenby; ctime 0: the walk did
	 * not look */
	Hoststat seen;
	u32int seenby;
	uvlong seencall;
	/* -1: not open */
	int fd;
	/* whose fd it is; nil: ours alone */
	Hostexec *shared;
	/* fd is not to be closed */
	int keep;
	/* a descriptor that keeps the file's number its own, and 1; or 0 */
	int pin;
	/* dirsrenamed when path was known to be pin's */
	u32int renames;
	/* of a directory that is read; nil. f->lk */
	Hostdir *dir;
	/* fd was handed to us: path is no host path */
	int noname;
	/* writes go to the end */
	int append;
	/* the host's own position is used */
	int stream;
	/* there is one */
	int seeks;
	/* at, Chan.pos. Rank Rhostfile: after Chan.dirlock */
	QLock lk;
	/* Chan offset that the host's position stands for */
	vlong at;
};

Qid hostqid(const Hoststat *st);

/* hostpath.c: new Hostfiles, not open. Errors. */
/* The root that attach's spec names */
Hostfile *roothostfile(const char *spec);
Hostfile *copyof(Hostfile *f);
/* The same for a file whose path may have changed: pinned, and then a directory was renamed. */
Hostfile *nowof(Hostfile *f);
/* The descriptor of f's file, if it is pinned; -1. */
int pinof(Hostfile *f);
/* May f's path have changed? */
int maybemoved(Hostfile *f);
/* Directories renamed by this instance. */
extern u32int dirsrenamed;
/* f's path with these names below it */
Hostfile *childof(Hostfile *f, const char *const *name, int nname);
/* f's directory; the root is its own */
Hostfile *parentof(Hostfile *f);
/* Closes it; nil is fine */
void freehostfile(Hostfile *f);
/* A walk sees f as st. */
void sawfile(Hostfile *f, const Hoststat *st);
/* f's stat now: where the system call that asks has walked to f, what its walk saw. Errors. */
void lookfile(Hostfile *f, Hoststat *st);

/* hostwalk.c: Dev.walk and Dev.walkfar. */
Walkqid *hostfswalk(Chan *c, Chan *nc, char **name, int nname);
Walkqid *hostfswalkfar(Chan *c, char **name, int nname);

/* hostbits.c: mode bits of the file with a qid path. No Lock held; error() only
 * where bits are set. */
u32int hostbits(uvlong path);
void sethostbits(uvlong path, u32int bits);

/* hostexec.c. The file that is open for exec and that a walk saw with q and ctime, with one
 * more user; it has a descriptor and a version for exec. nil if there is none. */
Hostexec *sharedexec(Qid q, vlong ctime, int *fd, u32int *vers);
/* fd was opened for exec on a file that a walk sees with q and ctime, and that cannot change
 * unseen: later opens may share it. It has one user, and owns fd; nil if there is no place. */
Hostexec *shareexec(Qid q, vlong ctime, int fd, u32int vers);
/* Drop a user. 1 if it was the last: the caller closes the descriptor. */
int unshareexec(Hostexec *e);

long hostfsread(Chan *c, void *buf, long n, vlong off);
long hostfswrite(Chan *c, const void *buf, long n, vlong off);
int hostfsstat(Chan *c, uchar *buf, int n);
int hostfswstat(Chan *c, uchar *buf, int n);
/* One entry in stat(5)'s form: bytes, as convD2M. */
uint hostmsg(Chan *c, const char *name, const Hoststat *st, uchar *buf, uint n);

#endif
