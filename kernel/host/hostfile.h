/*
 * Host files, for the devices that show them (#Z and #c). Paths are the
 * host's. Every call that fails raises error() with the Plan 9 text for the
 * host's reason; none leaves anything behind then. Calls marked (blocks) end
 * with Eintr when up is kicked while a note is pending.
 *
 * A host fd belongs to whoever opened it, and is valid in every process.
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
	/* permissions, host bits 0777 */
	u32int mode;
	u32int uid;
	u32int gid;
	int isdir;
	/* plain file: seeks, never blocks for long */
	int isreg;
	/* a dangling link */
	int islink;
	/* bytes; 0 for directories */
	vlong length;
	/* ns since 1970 */
	vlong atime;
	vlong mtime;
	vlong ctime;
};

/* One name of a host directory. */
typedef struct Hostdirent Hostdirent;
struct Hostdirent
{
	uvlong ino;
	/* position after this one, for hostreaddir */
	vlong next;
	char name[256];
};

/* follows links; a dangling link is shown itself */
void hoststat(const char *path, Hoststat *st);
/* The same for a name in an open directory; 0, or -1 if it is gone or cannot
 * be looked at. Never errors. */
int hoststatat(int dirfd, const char *name, Hoststat *st);
void hostfstat(int fd, Hoststat *st);

/* mode is OREAD.. with OTRUNC; OEXEC opens for reading after checking that the user may
 * execute it. Directories open with OREAD. (blocks: fifos) */
int hostopen(const char *path, int mode);
/* Make a new plain file, failing if the name exists, perm 0777 bits exactly (no umask). */
int hostcreate(const char *path, int mode, u32int perm);
void hostmkdir(const char *path, u32int perm);
/* A descriptor that is good for nothing but to keep the host from giving the file's number to
 * another. */
int hostpin(const char *path);
/* The path of the file that is open as fd into buf: its length, or 0 if the host does not tell,
 * or it has none any more, or there is no room. Never errors. */
long hostfdpath(int fd, char *buf, usize n);
/* Never errors. */
void hostclose(int fd);

/* Offset < 0: at the fd's own position. (blocks) The buffer is a kernel or a
 * user address; the latter must have passed validaddr. */
vlong hostread(int fd, void *buf, vlong n, vlong off);
vlong hostwrite(int fd, const void *buf, vlong n, vlong off);
/* -1 if it does not seek; never errors */
vlong hostseek(int fd, vlong off, int whence);
/* How fd is open: OREAD, OWRITE or ORDWR; -1 if it is not. *append: writes go to the
 * end whatever the position. */
int hostfdmode(int fd, int *append);
/* Are a and b one open file, with one position? 0 if that cannot be found out. */
int hostsameopen(int a, int b);
/* Was fd open when run9 was started? run9's own descriptors close at exec, so one that
 * came through an exec does not; a number that was free then may be one of run9's now. */
int hostinherited(int fd);
/* Lock the file for this opening of it alone, as every other run9 that asks
 * sees: 1, or 0 if somebody else has it. Ends with hostclose. */
int hostlock(int fd);
/* Does a change of fd's file that follows a look at it (hostfstat) always get another
 * time than what was seen? If not, two within a tick may have the same. filetimes.c */
int hosttimesdiffer(int fd);
/* Is fd's file changed by nobody but this host, so that a look by name tells the truth at
 * once? filetimes.c */
int hostalone(int fd);

/* Next entries of an open directory from position pos (0 is the start), at most max,
 * without . and .. ; 0 at the end. */
int hostreaddir(int fd, vlong pos, Hostdirent *d, int max);

/* Remove a file or an empty directory. */
void hostremove(const char *path, int isdir);
/* Fails if `to' exists. */
void hostrename(const char *from, const char *to);

/* Change the file open as fd, or the one called path if fd is negative. */
void hostchmod(int fd, const char *path, u32int perm);
/* fd, if any, open for writing */
void hosttruncate(int fd, const char *path, vlong length);
/* ns; negative: leave */
void hostutime(int fd, const char *path, vlong atime, vlong mtime);
void hostchgrp(int fd, const char *path, u32int gid);
void hostfsync(int fd);
/* May the user write (make names in) the file path? error(Eperm) ... */
void hostcanwrite(const char *path);

/* User and group names of host ids, from the host's /etc/passwd and /etc/group,
 * numbers when they have none. Into buf; returns it. */
char *hostuidname(u32int uid, char *buf, int n);
char *hostgidname(u32int gid, char *buf, int n);
/* a name or a number; 0 if there is none */
int hostgidbyname(const char *name, u32int *gid);
u32int hostuid(void);

/* Terminals: is fd one; raw (1) or as it was (0). The machine layer itself
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

/* n random bytes from the host. */
void hostrandom(void *buf, usize n);

/* What a processor of the host has done since the host started, in ticks. */
typedef struct Hostcpu Hostcpu;
struct Hostcpu
{
	uvlong idle;
	/* in interrupts */
	uvlong intr;
	/* idle and intr are part of it */
	uvlong all;
};

/* The first n processors of the host that run: how many there are of them, 0 if the host does
 * not tell. Never errors. */
u32int hostcpus(Hostcpu *c, u32int n);
/* The host's load average of the last minute, in thousandths; 0 if it does not tell. */
u32int hostload(void);

/* The host's name. Into buf; returns it. */
char *hostname(char *buf, int n);

#endif
