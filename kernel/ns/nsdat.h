/*
 * ns's own header: what its files share, and no other room may use.
 */
#ifndef NSDAT_H
#define NSDAT_H

#include "u.h"
#include "fcall.h"
#include "lib/lib.h"
#include "lib/error.h"
#include "host/host.h"
#include "sync/lock.h"
#include "portdat.h"
#include "mm/mm.h"
#include "ns/devtab.h"
#include "ns/ns.h"

enum
{
	/* the most names in one walk of a device: walk(5) */
	MAXWELEM = 16,
	/* 9front's fd tables have a multiple of so many entries, and dup makes them one such step
	 * longer at most: dup(2) */
	DELTAFD = 20,
	/* the most fds in a group */
	NFD = 16 * KiB,
	/* the most processes that close for ccloseq */
	NCLOSER = 8,
	/* ms for which they let closes gather */
	CLOSEMS = 20,
	DIRBUF = 64 * KiB +
	    /* bytes in one read of a directory: the longest entry fits */
	    BIT16SZ,
};

/* The bit of devtab[t] in Pgrp.denied and Pgrp.froms. */
#define DEVBIT(t) (1ULL << (t))

/*
 * A dropped reference can close a Chan, which drops others, to any depth. To avoid recursion,
 * each of these adds the Chans that have no reference any more to a list. closelist closes
 * until the list is empty. The drops themselves call no device.
 */
/* In all four the argument may be nil. */
void chandrop(Chan *c, Chan **list);
void pathdrop(Path *p, Chan **list);
void uniondrop(Union *u, Chan **list);
void mountdrop(Mount *m, Chan **list);
void closelist(Chan *list);
/* Close one Chan of ccloseq's queue. Returns 0 if there was none. */
int closequeued(void);

/* path.c. Each takes over the reference to p, and returns the changed Path, which is p
 * itself if it is not shared. After an error p is unchanged, and the reference is still the
 * caller's. */
Path *pathadd(Path *p, const char *elem);
Path *pathup(Path *p, Chan **list);
/* A copy of p, with mtpt (may be nil) crossed at its last element, and the nelem elements of
 * name behind it, which have one slash between them. p is left alone. Errors. */
Path *pathbelow(const Path *p, Chan *mtpt, const char *name, u32int nelem);
/* mtpt, which may be nil, was crossed at the last element. */
Path *pathmount(Path *p, Chan *mtpt);
/* The last element, by which stat(2) names a file: "" of "/", "#c" of "#c"; nil if p has no text. */
const char *pathlast(Path *p);

/* walk.c: a walk under way. It has references to c, path and un. */
typedef struct Walker Walker;
struct Walker
{
	Chan *c;
	/* how c was reached; c's own path may be another */
	Path *path;
	/* the union whose first element is c; nil if c is not at a mount point */
	Union *un;
	/* the union at the mount point that the walk comes to next, or nil */
	Union *next;
	/* Chans that the walk has left, without a reference. They are closed when the next file
	 * is there */
	Chan *left;
	/* freed after an error */
	Walkqid *wq;
	/* wq has only the last qid */
	int far;
	/* how many names were walked */
	int done;
	/* the error is about the last of them, which is a file and not a directory */
	int notdir;
};
/* Takes its own references. */
void walkstart(Walker *w, Chan *c);
/* Drops them. */
void walkend(Walker *w);
/* If something is mounted on w->c, go there. Errors. */
void cross(Walker *w);
/* Make w->c a Chan that the caller alone has, named w->path, and return it. Errors. */
Chan *walkown(Walker *w);

/* far.c: system calls on a file by its name, which is in user memory at addr, without a walk.
 * Each returns Farwalk, or nil, if it has to be walked. Errors. */
int farstat(uintptr addr, uchar *buf, int n);
Chan *faropen(uintptr addr, int omode);
Chan *farcreate(uintptr addr, int omode, u32int perm);
int farremove(uintptr addr);
/* d is of a wstat message that is whole. */
int farwstat(uintptr addr, const Dir *d);

/* mount.c */
/* The union at a file, with a reference; nil if it is no mount point. */
Union *findunion(ushort type, u32int dev, Qid qid);
/* Has nothing ever been mounted, in up's name space, on a file of devtab[type]? */
int nomounts(ushort type);

/* name.c: a name divided into elements. */
typedef struct Elems Elems;
struct Elems
{
	int n;
	/* the name ended in a slash or a dot */
	int mustbedir;
	char **elem;
	/* where in the name each element ends */
	usize *end;
	char *buf;
};
/* Is name # and a device's letter, with nothing behind? */
int isdevname(const char *name);
/* smalloc'ed, in one piece. Errors. */
Elems *parsename(const char *name);
/* error(up->errstr) with the first n bytes of name behind it; without, if n is 0. */
_Noret void suffixerror(const char *name, usize n);

/* sysstat.c: the file of a name in user memory */
Chan *statname(uintptr addr);

/* dirread.c: with off negative, read where the last read ended. Errors. */
long dirread(Chan *c, uchar *buf, long n, vlong off);

/* sysns.c: for namespace files */
/* With name nil, unmount everything at old. */
void kunmount(const char *name, const char *old);
void kmount(int fd, int afd, const char *old, int flag, const char *aname);

#endif
