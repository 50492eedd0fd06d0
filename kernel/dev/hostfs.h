/*
 * What the files of #Z (hostfs.c) share; no one else includes this.
 */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "u.h"
#include "dev/dev.h"
#include "host/hostfile.h"

/* Mode bits that are kept by run9, as the host has no place for them. */
#define HOSTBITS (DMAPPEND | DMEXCL | DMTMP)

/* ns of a second: the host keeps file times in the one, Plan 9 in the other. */
#define SEC 1000000000LL

typedef struct Hostexec Hostexec;

/* A Chan's aux: a file by name, and by descriptor when it is open. */
typedef struct Hostfile Hostfile;
struct Hostfile
{
	char *path; /* absolute, clean */
	usize rootlen; /* bytes of it that are the root */
	vlong ctime; /* as the walk saw it; 0: it did not look */
	int fd; /* -1: not open */
	Hostexec *shared; /* whose fd it is; nil: ours alone */
	int keep; /* fd is not to be closed */
	int pin; /* a descriptor that keeps the file's number its own, and 1; or 0 */
	int noname; /* fd was handed to us: path is no host path */
	int append; /* writes go to the end */
	int stream; /* the host's own position is used */
	int seeks; /* there is one */
	QLock lk; /* at, Chan.pos */
	vlong at; /* Chan offset that the host's position stands for */
};

Qid hostqid(const Hoststat *st);
void freehostfile(Hostfile *f); /* closes it; nil is fine */

/* hostbits.c: mode bits of the file with a qid path. No Lock held; error() only
 * where bits are set. */
u32int hostbits(uvlong path);
void sethostbits(uvlong path, u32int bits);

/* hostexec.c. The file open for exec that is what a walk saw as q and ctime, with one
 * user more; its descriptor and its version for exec. nil if there is none. */
Hostexec *sharedexec(Qid q, vlong ctime, int *fd, u32int *vers);
/* fd was opened for exec on what the walk would see so, and cannot change unseen: others may
 * share it. nil if not that many can; else it has one user, and fd is its. */
Hostexec *shareexec(Qid q, vlong ctime, int fd, u32int vers);
/* One user less. 1 if that was the last: the descriptor is to be closed. */
int unshareexec(Hostexec *e);

long hostfsread(Chan *c, void *buf, long n, vlong off);
long hostfswrite(Chan *c, const void *buf, long n, vlong off);
int hostfsstat(Chan *c, uchar *buf, int n);
int hostfswstat(Chan *c, uchar *buf, int n);
/* One entry in stat(5)'s form: bytes, as convD2M. */
uint hostmsg(Chan *c, const char *name, const Hoststat *st, uchar *buf, uint n);

#endif
