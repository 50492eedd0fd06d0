/*
 * What the files of this room share and nobody else may use.
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
 * Dropping references can close Chans, which drop others, and a name can have
 * crossed any number of mount points. So nothing here recurs: each drop adds what
 * nobody refers to any more to a list, and closelist closes until it is empty.
 * The drops themselves call no device.
 */
void chandrop(Chan *c, Chan **list); /* nil is fine, in all four */
void pathdrop(Path *p, Chan **list);
void uniondrop(Union *u, Chan **list);
void mountdrop(Mount *m, Chan **list);
void closelist(Chan *list);
/* Close one Chan of ccloseq's; 0 if there was none. */
int closeone(void);

/* path.c. Each takes over p's reference and returns the changed Path, p itself
 * where nobody shares it. Errors leave p alone, and the caller's. */
Path *pathadd(Path *p, const char *elem);
Path *pathup(Path *p, Chan **list);
Path *pathmount(
    Path *p, Chan *mtpt); /* mtpt, or nil, was crossed at the last element */
const char *pathlast(Path *p); /* nil if p is a root */

/* walk.c: a name on its way. Three references and what was walked last. */
typedef struct Walker Walker;
struct Walker
{
	Chan *c;
	Path *path; /* how we got to c; c's own may be another */
	Union
	    *un; /* c is its first element; nil if c is not at a mount point */
	Walkqid *wq; /* to free after an error */
	int far; /* wq has the last qid only */
	int done; /* names walked */
};
void walkstart(Walker *w, Chan *c); /* takes its own references */
void walkend(Walker *w); /* drops them */
void cross(Walker *w); /* go to what is mounted on w->c, if anything. Errors. */
/* Make w->c ours alone, named w->path; returns it, and w has it no more. Errors. */
Chan *walkown(Walker *w);

/* mount.c */
Union *findunion(ushort type, u32int dev, Qid qid); /* a reference, or nil */
Union *newunion(int n, Chan *from); /* empty, with room for n; or nil */
/* Was nothing ever mounted, in up's name space, on a file of devtab[type]? */
int nomounts(ushort type);

/* name.c: a name in elements. */
typedef struct Elems Elems;
struct Elems
{
	int n;
	int mustbedir; /* it ended in a slash or dot */
	char **elem;
	usize *end; /* where in the name each ends */
	char *buf;
};
Elems *parsename(const char *name); /* smalloc'ed, in one piece. Errors. */
/* error(up->errstr), prefixed with the first n bytes of name. */
_Noret void prefixerror(const char *name, usize n);

/* chanio.c: c's stat message of *n bytes, with n bytes more for its strings; malloc'ed.
 * Errors. */
uchar *chanstat(Chan *c, uint *n);

/* dirread.c: off < 0 is where the last read ended. Errors. */
long dirread(Chan *c, uchar *buf, long n, vlong off);
void dirrewind(Chan *c); /* dirlock is held */

/* sysns.c: for namespace files */
void kbind(const char *name, const char *old, int flag);
void kunmount(const char *name, const char *old); /* name nil: everything */
void kchdir(const char *name);
_Noret void kmount(
    int fd, int afd, const char *old, int flag, const char *aname);

#endif
