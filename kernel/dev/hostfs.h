/*
 * What the files of #Z (hostfs.c) share. No other file includes this.
 */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "u.h"
#include "dev/dev.h"
#include "host/hostfile.h"

/* Mode bits that run9 keeps, because host file systems have no place for them. */
#define HOSTBITS (DMAPPEND | DMEXCL | DMTMP)
/* Those that a directory can have. */
#define DIRBITS DMTMP

/* ns in a second. The host has file times in ns, Plan 9 in seconds. */
#define SEC 1000000000LL

typedef struct Hostcmd Hostcmd;
typedef struct Hostexec Hostexec;

/* A Chan's aux: a file by its path, and by a descriptor while it is open. */
typedef struct Hostfile Hostfile;
struct Hostfile
{
	/* absolute and clean; behind this Hostfile, or behind one of `was'. Atomic: another process
	 * that uses the open Chan may give the file another name */
	char *path;
	/* those whose paths this one has taken: takepath */
	Hostfile *was;
	/* how many bytes of path are the root */
	usize rootlen;
	/* what the walk saw of the file; ctime is 0 if the walk did not look. Once the file is open,
	 * ctime (atomic) is its time of change when path was right for sure */
	Hoststat seen;
	/* the process that walked, and the count of its system calls then */
	u32int seenby;
	uvlong seencall;
	/* -1: not open */
	int fd;
	/* the shared open file that fd belongs to; nil: fd is the Chan's own */
	Hostexec *shared;
	/* fd must not be closed */
	int keep;
	/* 1 + a descriptor that keeps the file's number from being used again; 0: none */
	int pin;
	/* entries of a directory that is being read, or nil; guarded by lk */
	Hostdir *dir;
	/* fd was inherited: path is no host path */
	int noname;
	/* fd is a connection to it, a command of the host; or nil */
	Hostcmd *cmd;
	/* writes go to the end */
	int append;
	/* the host puts them there, so that no two processes choose the same place */
	int hostappends;
	/* reads and writes use the host's own position */
	int stream;
	/* fd can seek */
	int seeks;
	/* guards at, Chan.pos. Rank Rhostfile: after Chan.dirlock */
	QLock lk;
	/* the Chan's offset that belongs to the host's position */
	vlong at;
};

Qid hostqid(const Hoststat *st);

/* hostpath.c: new Hostfiles, not open. Errors. */
/* Do both describe one file? */
int issamefile(const Hoststat *a, const Hoststat *b);
/* The root that attach's spec names. */
Hostfile *roothostfile(const char *spec);
Hostfile *copyof(Hostfile *f);
/* One that is not open, by its path, which is no host path if it does not begin with a slash. */
Hostfile *pathhostfile(const char *path);
/* The descriptor that pins f's file, or -1. */
int pinof(Hostfile *f);
/* Is c's file, which is pinned or open, no longer at its path? A program of the host, or of the
 * instance, may have renamed it or a directory above it. */
int hasmoved(Chan *c);
/* A Hostfile for c's file under its present path; under the last that is known if the file has none, or if
 * it is open and the path is outside of the tree. */
Hostfile *nowof(Chan *c);
/* The file at f's path with these names below it. */
Hostfile *childof(Hostfile *f, const char *const *name, int nname);
/* f's directory; the root's is the root. */
Hostfile *parentof(Hostfile *f);
/* f, which is open, gets the path of `to', and owns `to'. The old path stays until f is freed, because
 * other processes may be reading it. Never errors. */
void takepath(Hostfile *f, Hostfile *to);
/* If c is open and its file has moved, take the present path, if the host tells it. Errors. */
void takenow(Chan *c);
/* Closes its descriptors. f may be nil. */
void freehostfile(Hostfile *f);
/* A walk by up found st of f. */
void sawfile(Hostfile *f, const Hoststat *st);
/* Describe f. If up has walked to f in the same system call, that is what the walk saw; if not,
 * the host is asked. Errors. */
void filestat(Hostfile *f, Hoststat *st);

/* hostwalk.c: Dev.walk and Dev.walkfar. */
Walkqid *hostfswalk(Chan *c, Chan *nc, char **name, int nname);
Walkqid *hostfswalkfar(Chan *c, char **name, int nname);

/* hostfar.c: Dev.far */
extern const Devfar hostfar;

/* hostbits.c: mode bits of the file with that qid path. sethostbits: name is its host path, for bits
 * that are not 0. No Lock held. Only setting bits may error. */
u32int hostbits(uvlong path);
void sethostbits(uvlong path, u32int bits, const char *name);
/* Has any file such bits? */
int anyhostbits(void);

/* hostfs.c */
/* Make c a Chan for fd, which is open on f. c's aux is f, or becomes f. Errors close fd, and
 * leave c and f as they are. */
void hostfsopened(Chan *c, Hostfile *f, int fd, int omode, int excl);
/* open(5)'s rule: a new file has no more permissions than its directory dir gives. */
u32int newperm(const Hoststat *dir, u32int perm);

/*
 * hostexec.c. The file that is open for exec, and that a walk has seen with q and ctime; it
 * gets one more user. *fd and *vers become its descriptor and its version for exec. nil if
 * there is none.
 */
Hostexec *sharedexec(Qid q, vlong ctime, int *fd, u32int *vers);
/* fd was opened for exec on a file that a walk sees with q and ctime, and that cannot change
 * without a change of ctime. Later opens may share it. The result has one user and owns fd; nil
 * if there is no room. */
Hostexec *shareexec(Qid q, vlong ctime, int fd, u32int vers);
/* Drop a user. Returns 1 if it was the last: the caller closes the descriptor. */
int unshareexec(Hostexec *e);

/* Writes to f, which is open, go to the file's end, or no more. */
void setappend(Hostfile *f, int on);
long hostfsread(Chan *c, void *buf, long n, vlong off);
long hostfswrite(Chan *c, const void *buf, long n, vlong off);
long hostfswritenow(Chan *c, const void *buf, long n);
int hostfsstat(Chan *c, uchar *buf, int n);
int hostfswstat(Chan *c, uchar *buf, int n);
/* Write an entry in stat(5)'s form to buf, of n bytes. Returns its bytes, as convD2M does. */
uint hostmsg(Chan *c, const char *name, const Hoststat *st, uchar *buf, uint n);

#endif
