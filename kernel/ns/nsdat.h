/*
 * What the files of this room share, and no other room may use.
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
	MAXWELEM = 16, /* names in one device walk: walk(5) */
	PATHMAX = 64 * KiB, /* bytes in a name, and in a Path */
	DELTAFD = 20, /* how far beyond the highest fd dup may go: dup(2) */
	NFD = 16 * KiB, /* fds a group may have */
	NCLOSER = 8, /* processes that close for ccloseq */
	CLOSEMS = 20, /* they let closes gather for this long */
	DIRBUF = 64 * KiB +
	    BIT16SZ, /* one read of a directory: the longest entry fits */
};

/* A device's bit in Pgrp.denied and Pgrp.froms: t is its place in devtab. */
#define DEVBIT(t) (1ULL << (t))

/*
 * A dropped reference can close a Chan, which drops others, to any depth. So nothing
 * here recurs: each drop adds Chans without a reference to a list, and closelist closes
 * until the list is empty. The drops themselves call no device.
 */
/* Nil is fine, in all four */
void chandrop(Chan *c, Chan **list);
void pathdrop(Path *p, Chan **list);
void uniondrop(Union *u, Chan **list);
void mountdrop(Mount *m, Chan **list);
void closelist(Chan *list);
/* Close one Chan of ccloseq's; 0 if there was none. */
int closequeued(void);

/* path.c. Each takes over p's reference and returns the changed Path: p itself if it is
 * not shared. An error leaves p as it was, and the caller's. */
Path *pathadd(Path *p, const char *elem);
Path *pathup(Path *p, Chan **list);
/* mtpt, or nil, was crossed at the last element */
Path *pathmount(Path *p, Chan *mtpt);
/* Nil if p is a root */
const char *pathlast(Path *p);

/* walk.c: a walk under way. It holds references to c, path and un. */
typedef struct Walker Walker;
struct Walker
{
	Chan *c;
	/* how c was reached; c's own path may be another */
	Path *path;
	/* c is its first element; nil if c is not at a mount point */
	Union *un;
	/* to free after an error */
	Walkqid *wq;
	/* wq has the last qid only */
	int far;
	/* names walked */
	int done;
	/* the error is about the last of them: a file, where a directory was wanted */
	int notdir;
};
/* Takes its own references */
void walkstart(Walker *w, Chan *c);
/* Drops them */
void walkend(Walker *w);
/* Go to what is mounted on w->c, if anything. Errors. */
void cross(Walker *w);
/* Make w->c the caller's alone, named w->path, and return it. Errors. */
Chan *walkown(Walker *w);

/* mount.c */
/* A reference, or nil */
Union *findunion(ushort type, u32int dev, Qid qid);
/* Was nothing ever mounted, in up's name space, on a file of devtab[type]? */
int nomounts(ushort type);

/* name.c: a name in elements. */
typedef struct Elems Elems;
struct Elems
{
	int n;
	/* it ended in a slash or dot */
	int mustbedir;
	char **elem;
	/* where in the name each ends */
	usize *end;
	char *buf;
};
/* smalloc'ed, in one piece. Errors. */
Elems *parsename(const char *name);
/* error(up->errstr), followed by the first n bytes of name; alone if n is 0. */
_Noret void suffixerror(const char *name, usize n);

/* chanio.c: c's stat message of *n bytes, with n bytes more for its strings; malloc'ed.
 * Errors. */
uchar *chanstat(Chan *c, uint *n);
/* sysstat.c: the file that a name in user memory leads to */
Chan *statname(uintptr addr);

/* dirread.c: off < 0 is where the last read ended. Errors. */
long dirread(Chan *c, uchar *buf, long n, vlong off);

/* sysns.c: for namespace files */
/* name nil: everything */
void kunmount(const char *name, const char *old);
void kmount(int fd, int afd, const char *old, int flag, const char *aname);

#endif
