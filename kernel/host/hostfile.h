/*
 * Host files, for the devices that show them (#Z and #c). Paths are the host's. A call that
 * fails raises error() with the Plan 9 text for the host's reason, and leaves nothing behind. A
 * call marked (blocks) ends with Eintr when up is kicked while a note is pending.
 *
 * The caller that opens a host fd owns it. The fd is valid in every process.
 */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include "u.h"

/* What the host knows of a file. */
typedef struct Hoststat Hoststat;
struct Hoststat
{
	uvlong dev;
	uvlong ino;
	/* permissions: the host's bits 0777 */
	u32int mode;
	/* the host's bits 07000, for which Plan 9 has no place: setuid, setgid, sticky */
	u32int special;
	u32int uid;
	u32int gid;
	int isdir;
	/* a plain file: it can seek, and never blocks for long */
	int isreg;
	/* a link that cannot be followed */
	int islink;
	/* a disk: it can seek; hostfstat knows its length */
	int isblock;
	/* another device */
	int ischar;
	/* a pipe, fifo or socket */
	int ispipe;
	/* it has no name any more: only those who have it open use it */
	int isgone;
	/* in bytes; 0 for directories, and for devices */
	vlong length;
	/* in ns since 1970 */
	vlong atime;
	vlong mtime;
	vlong ctime;
};

/* A name in a host directory. */
typedef struct Hostdirent Hostdirent;
struct Hostdirent
{
	const char *name;
	/* the host's number of the file, or of the link */
	uvlong ino;
	/* what the host says of its kind, if it does */
	int isdir;
	int isreg;
	/* the position after this name, for hostreaddir */
	vlong next;
	/* the entry there is not in memory */
	int last;
};

/* An open directory, and the entries that the host has given last. One process uses it at a
 * time. */
typedef struct Hostdir Hostdir;
struct Hostdir
{
	/* set by the caller, which has not read it yet; the rest is 0 */
	int fd;
	/* the host has been asked */
	int begun;
	/* bytes in buf */
	int n;
	/* where the current entry is in buf */
	int at;
	/* the position of the current entry */
	vlong pos;
	uchar buf[8192] __attribute__((aligned(8)));
};

/* Follows links. A link that cannot be followed is described itself. */
void hoststat(const char *path, Hoststat *st);
/* The same for `name' in the directory open as dirfd. An absolute name needs no dirfd. */
void hoststatin(int dirfd, const char *name, Hoststat *st);
/* Error if the link `name' cannot be followed, and not because it leads nowhere. */
void hostfollow(int dirfd, const char *name);
enum
{
	/* the name, or a directory on the way to it, does not exist */
	Hostnone = -1,
	/* the host cannot look at the name, for another reason */
	Hostother = -2,
};

/* hoststatin that never errors. Returns 0, Hostnone or Hostother. */
int hoststatat(int dirfd, const char *name, Hoststat *st);
void hostfstat(int fd, Hoststat *st);

/* mode is OREAD, OWRITE or ORDWR, and OTRUNC if wanted. OEXEC opens for reading after a check
 * that the user may execute the file. Directories open with OREAD. (blocks: fifos) */
int hostopen(const char *path, int mode);
/*
 * hostat.c: calls on the name `name' in the directory open as dirfd. An absolute name needs no
 * dirfd. They do nothing where the host refuses, and do not error, but for Eintr.
 */
/* hostopen. Returns Hostnone or Hostother if it fails. mode is not OEXEC. (blocks: fifos) */
int hostopenat(int dirfd, const char *name, int mode);
/* Open and truncate a file, or make a plain file; with excl only make it. A symbolic link is not
 * followed: Hostother. Otherwise as hostopenat and hostcreate. (blocks: fifos) */
int hostcreateat(int dirfd, const char *name, int mode, u32int perm, int excl);
/* Is there such a file, or a directory? */
int hostexists(int dirfd, const char *name);
/* Remove a file or an empty directory. Returns 1, or 0 if that fails. */
int hostremoveat(int dirfd, const char *name);
/* hostrename, of two names in dirfd. Returns 1, or 0 if that fails. */
int hostrenameat(int dirfd, const char *from, const char *to);

/* Make a new plain file; fails if the name exists. perm (bits 0777) is not changed by a
 * umask. */
int hostcreate(const char *path, int mode, u32int perm);
void hostmkdir(const char *path, u32int perm);
/* Open path so that the host gives the file's number to no other file. The descriptor can do
 * nothing else. */
int hostpin(const char *path);
/* Are more than half of the descriptors that the host allows in use? fd is one that the host has just
 * given, so all lower ones are in use. Never errors. */
int hostfdscarce(int fd);
/* Put the path of the file open as fd into buf, of n bytes. Returns its length, or 0 if the
 * host does not tell it, the file has no path any more, or buf is too small. Never errors. */
long hostfdpath(int fd, char *buf, usize n);
/* Never errors. */
void hostclose(int fd);
/* A pipe of the host: fd[0] is read, fd[1] written. */
void hostpipe(int fd[2]);

/* Read or write n bytes at offset off, or at the fd's own position if off is negative. (blocks)
 * buf is a kernel address, or a user address that has passed validaddr. */
vlong hostread(int fd, void *buf, vlong n, vlong off);
vlong hostwrite(int fd, const void *buf, vlong n, vlong off);
/* Returns -1 if fd cannot seek. Never errors. */
vlong hostseek(int fd, vlong off, int whence);
/* How fd is open: OREAD, OWRITE or ORDWR; -1 if it is not. *append is set if writes go to the
 * file's end whatever the position. */
int hostfdmode(int fd, int *append);
/* Do a and b share one opening of a file, and so one position? 0 if the host does not tell. */
int hostsameopen(int a, int b);
/* Was fd open when run9 was started? run9's own descriptors close at exec, so a descriptor that
 * passed through an exec is not run9's. A number that was free when run9 started may be one of
 * run9's now. */
int hostinherited(int fd);
/* Lock fd's file for this opening. Every other run9 that asks sees the lock. Returns 1, or 0 if
 * another opening holds it. hostclose ends the lock. */
int hostlock(int fd);
/* filetimes.c: is every change of fd's file that follows a hostfstat sure to give another time
 * than hostfstat saw? If not, two changes within a tick of the host's clock may leave the same
 * time. */
int hosttimesdiffer(int fd);
/* filetimes.c: can no other machine change fd's file, so that a look by name is up to date? */
int hostalone(int fd);

/* Put the entry of d at position pos (0 is the start) into e; . and .. are passed over. Returns 1,
 * or 0 at the end. e->name is valid until the next call for d. Errors. */
int hostreaddir(Hostdir *d, vlong pos, Hostdirent *e);

/* Remove a file or an empty directory. */
void hostremove(const char *path, int isdir);
/* Fails if `to' exists. */
void hostrename(const char *from, const char *to);

/* These change the file open as fd, or the file called path if fd is negative. perm has all of the
 * host's bits, 07777. */
void hostchmod(int fd, const char *path, u32int perm);
/* Put the descriptor's writes at the file's end, whatever their offset, or no more. Returns 0 if the host
 * cannot. */
int hostsetappend(int fd, int on);
/* fd, if there is one, is open for writing. */
void hosttruncate(int fd, const char *path, vlong length);
/* Times in ns; a negative time is left as it is. */
void hostutime(int fd, const char *path, vlong atime, vlong mtime);
void hostchgrp(int fd, const char *path, u32int gid);
void hostfsync(int fd);
/* May the user write the file path, or make names in the directory path? If not, error(Eperm)
 * or another. */
void hostcanwrite(const char *path);

/* The names of a host user and a host group, from the host's /etc/passwd and /etc/group, or the
 * number if there is no name. Both fill buf, of n bytes, and return it. */
char *hostuidname(u32int uid, char *buf, int n);
char *hostgidname(u32int gid, char *buf, int n);
/* name is a name or a number. Returns 0 if there is no such group. */
int hostgidbyname(const char *name, u32int *gid);
u32int hostuid(void);

/* Terminals: is fd one? hostrawmode makes it raw (on is 1) or as it was (0). The machine layer
 * restores the terminal when the instance ends. */
int hostistty(int fd);
void hostrawmode(int fd, int on);

/* The terminal's size; 0 if fd is none, or does not say. Never errors. */
typedef struct Hostwindow Hostwindow;
struct Hostwindow
{
	/* the host's order; pixels may be 0 */
	u16int lines;
	u16int cols;
	u16int xpixels;
	u16int ypixels;
};
int hostwindow(int fd, Hostwindow *w);

/* Put n random bytes of the host into buf. */
void hostrandom(void *buf, usize n);

/* What a processor of the instance has done since the host's start. */
typedef struct Hostcpu Hostcpu;
struct Hostcpu
{
	/* ticks without work */
	uvlong idle;
	/* ticks spent in interrupts */
	uvlong intr;
	/* all ticks, idle and intr included */
	uvlong all;
	/* number of interrupts */
	uvlong nintr;
	/* number of interrupts by which another processor made it purge its TLB; nintr has them */
	uvlong npurge;
};

/* Fill in the times, or the interrupts, of the instance's first n processors. Other fields are
 * left alone, and so are all fields if the host does not tell. Never errors. */
void hostcputimes(Hostcpu *c, u32int n);
void hostinterrupts(Hostcpu *c, u32int n);
/* The number of context switches on all processors of the host; 0 if the host does not tell. */
uvlong hostswitches(void);
/* The host's load average over the last minute, in thousandths; 0 if the host does not tell. */
u32int hostload(void);

/* The host's name. Fills buf, of n bytes, and returns it. */
char *hostname(char *buf, int n);

#endif
