/*
 * ns: the name space. Channels, path names, walking, the mount table, file
 * descriptor groups, and the system calls on files. doc/ns.md tells the story.
 *
 * Locks: Pgrp.ns, Fgrp.lk, Chan.lk and the allocators' are leaves: nothing else is
 * taken while one is held, no device is called, nothing sleeps. Chan.dirlock
 * alone is held across device calls: it makes readers of one open directory
 * take turns, and no other Chan waits for it.
 */
#ifndef NS_H
#define NS_H

#include "u.h"
#include "fcall.h"
#include "portdat.h"
#include "sync/sync.h"

typedef struct Chan Chan;
typedef struct Dev Dev;
typedef struct Fgrp Fgrp;
typedef struct Mhead Mhead;
typedef struct Mount Mount;
typedef struct Path Path;
typedef struct Pgrp Pgrp;
typedef struct Proc Proc;
typedef struct Union Union;
typedef struct Walkqid Walkqid;

/*
 * How a Chan was reached: its cleaned, rooted name, and for each element (the root is
 * the first) the mount point that was crossed there, or nil. ".." goes back by it. A
 * Path with more than one reference does not change.
 */
struct Path
{
	Ref r;
	/* this and mtpt are in the Path's own memory */
	char *s;
	Chan **mtpt;
	/* strlen(s) */
	u32int len;
	/* bytes of the root's name, which may hold slashes */
	u32int rlen;
	/* allocated for s */
	u32int alen;
	/* elements; at least 1 */
	u32int mlen;
	/* allocated for mtpt */
	u32int malen;
};

struct Walkqid
{
	Chan *clone;
	int nqid;
	Qid qid[1];
};

/* One bind or mount. Does not change. */
struct Mount
{
	Ref r;
	/* order in which they were made: /proc/n/ns */
	u32int mountid;
	int mflag;
	/* the covered directory, an element that comes with the union and not by a bind */
	int self;
	/* file or directory that is shown; never open */
	Chan *to;
	/* of a mount; nil for a bind */
	char *spec;
};

/*
 * What shows at a mount point, in order. It does not change: bind and unmount replace
 * it. So the holder of a reference may walk and read the elements without a lock,
 * however long a device takes.
 */
struct Union
{
	Ref r;
	/* the mount point; never open */
	Chan *from;
	/* at least 1 */
	int n;
	Mount *m[];
};

/* A mount point of a Pgrp; under its ns. */
struct Mhead
{
	Union *un;
	Mhead *hash;
};

enum
{
	MNTHASH = 32,
};

struct Pgrp
{
	Ref r;
	/* guards mnthash and its chains. Rank Rpgrp: after Chan.dirlock, before the heap's */
	RWlock ns;
	/* what may not be attached; only ever grows: pgrp.c */
	u64int denied;
	u32int id;
	/* devices, by place in devtab, that had mount points; only ever grows */
	u64int froms;
	Mhead *mnthash[MNTHASH];
};

struct Fgrp
{
	Ref r;
	/* all below. Rank Rfgrp: a leaf */
	Lock lk;
	Chan **fd;
	/* CCEXEC of each */
	uchar *flag;
	/* allocated */
	int nfd;
	/* highest ever used; -1: none */
	int maxfd;
};

/* The ids that devices (for Chan.dev) and mounts share. */
u32int newmountid(void);

/* --- channels (chan.c) --- */

/* One reference, no device. Errors. */
Chan *newchan(void);
/* Drop a reference; the last closes the file. Keeps up's error string. */
void cclose(Chan *c);
/* The same, by a kernel process, later: does not block. */
void ccloseq(Chan *c);
/* Drop the last reference of a Chan that its device has freed: no close. */
void chanfree(Chan *c);
/* Another Chan, not open, for c's file; c is not open. Errors. */
Chan *cclone(Chan *c);
/* Two Chans for the same file? pathonly ignores versions. */
int eqchan(Chan *a, Chan *b, int skipvers);
/* Chan c against a kept identity; skipvers ignores qid.vers. */
int eqchantdqid(Chan *c, ushort type, u32int dev, Qid qid, int skipvers);
/* The name as typed, or "<null>" */
const char *chanpath(Chan *c);
/* error(Enotdir) unless a directory */
void isdir(Chan *c);

/* --- paths (path.c) --- */

/* One root element, named s. Errors. */
Path *newpath(const char *s);
/* Nil is fine; may call devices' close */
void pathclose(Path *p);

/* --- names (namec.c): open(2), bind(2), intro(2) --- */

enum
{
	Aaccess, /* as in stat, wstat */
	Abind, /* for left-hand side of bind */
	Atodir, /* as in chdir */
	Aopen, /* for i/o */
	Amount, /* to be mounted or mounted upon */
	Acreate, /* is to be created */
	Aremove, /* will be removed by caller */
};

/*
 * The Chan of a name (kernel memory). amode as above, omode and perm for Aopen and
 * Acreate. One reference to the caller. Errors: the message names the file
 * as 9front's do (file does not exist: 'name'). Blocks as long as the devices do.
 */
Chan *namec(const char *name, int amode, int omode, u32int perm);
/*
 * Walk from *cp, which is replaced, through names; nomount: do not cross mount points.
 * The last element's mount point is not crossed. 0; or -1 with up's error
 * string, *cp as it was and in *nerror how many names the error is about.
 */
int walk(Chan **cp, char **names, int nnames, int nomount, int *nerror);
/* Kernel memory; error(Ebadchar) */
void validname(const char *name, int slashok);
/* checks; returns the access part. error(Ebadarg) */
int openmode(u32int omode);
/* Errors "err: 'name'" */
_Noret void nameerror(const char *name, const char *err);

/* --- mount table (mount.c) --- */

/*
 * Make new, from namec(Abind) and not shared, show at old, from namec(Amount),
 * for up's Pgrp: bind(2). Both references stay the caller's. spec is nil for a
 * bind. Returns the mount id. Errors.
 */
u32int cmount(Chan *new, Chan *old, int flag, const char *spec);
/* bind(2) of names in kernel memory. Errors. */
void kbind(const char *name, const char *old, int flag);
/* The same of Chan new, whose reference it takes over. Errors. */
void kbindchan(Chan *new, const char *old, int flag);
/* chdir(2) to a name in kernel memory. Errors. */
void kchdir(const char *name);
/* Unions that are not of one name space: #σ. The files of to show at from, in that order, and
 * files are made in the last. One reference. Errors. */
Union *unionof(Chan *from, Chan **to, int n);
/* One more reference */
Union *unionref(Union *u);
/* Drops one; nil is fine */
void unionclose(Union *u);
/* Its mount point, without a reference */
Chan *unionfrom(Union *u);
/* The root of the tree that the server at c has; ac is nil, or an authentication file. Errors. */
Chan *treeof(Chan *c, Chan *ac, const char *aname);
/* mounted nil: everything there. Errors. */
void cunmount(Chan *mtpt, Chan *mounted);
/* Which of up's mount points are meant: the k'th for which want(it, dir) is not 0. want is called
 * with the name space locked. */
typedef struct Mountwant Mountwant;
struct Mountwant
{
	int (*want)(Chan *mtpt, Chan *dir);
	Chan *dir;
	int k;
};
/* The last element of its name, in buf of n bytes; 0 if there is none. Changes w. */
int mountname(Mountwant *w, char *buf, usize n);

/* --- groups (pgrp.c, fgrp.c) --- */

/* Errors. */
Pgrp *newpgrp(void);
/* What is in a clean name space, RFCNAMEG's, all the same; nil: nothing. Set once, at the start. */
extern Pgrp *cleanns;
/* A clean name space. Errors. */
Pgrp *cleanpgrp(void);
/* to is new and not shared. Errors: close to. */
void pgrpcpy(Pgrp *to, Pgrp *from);
/* Drops a reference; nil is fine */
void closepgrp(Pgrp *p);
/* What a group's processes may attach by # names: rfork(2) RFNOMNT, cons(3) drivers.
 * letters are devices'; M is mounting. What was denied stays so. */
void denydevs(Pgrp *p, const char *letters);
void denyallbut(Pgrp *p, const char *letters);
/* t: place in devtab */
int devallowed(Pgrp *p, int t);
int mntallowed(Pgrp *p);
/* Errors. */
Fgrp *newfgrp(void);
/* f nil: an empty one. Errors. */
Fgrp *dupfgrp(Fgrp *f);
/* Drops a reference; nil is fine */
void closefgrp(Fgrp *f);
/* The Chan of fd with a reference if iref; mode -1 any, else checked; chkmnt: not a
 * mount's. error(Ebadfd), error(Ebadusefd). */
Chan *fdtochan(int fd, int mode, int chkmnt, int iref);
/* The lowest free fd, for c, whose reference it takes over. mode: open's, for
 * OCEXEC. error(Enofd): c is still the caller's. */
int newfd(Chan *c, int mode);
/* The same for two; all or nothing. */
void newfd2(int fd[2], Chan *c[2]);
/* error(Ebadfd) */
void fdclose(int fd);
/* The same for any table: 0 if fd was not open. */
int fgrpclose(Fgrp *f, int fd);
/* fd's Chan with a reference; nil if it is not open. */
Chan *fgrpchan(Fgrp *f, int fd);
/* No descriptor above this one is open. */
int fgrpmax(Fgrp *f);
/* What is marked CCEXEC */
void fdcloseexec(Fgrp *f);

/* --- I/O by Chan (chanio.c), for the kernel: exec, namespace files --- */

/* At offset off, as pread(2): devices and unions alike. Errors. */
long chanread(Chan *c, void *buf, long n, vlong off);
long chanwrite(Chan *c, const void *buf, long n, vlong off);

/* --- environment groups (egrp.c): env(3), rfork(2) --- */
Egrp *newegrp(void);
Egrp *dupegrp(Egrp *e);
/* One more reference */
void egrpref(Egrp *e);
void closeegrp(Egrp *e);
/* Errors. */
void ksetenv(Egrp *e, const char *name, const void *val, usize n);
/* value of name copied to buf (at most n); its length, or -1 */
long kgetenv(Egrp *e, const char *name, char *buf, usize n);

/* --- hooks: higher rooms set them at the start --- */

/* proc: a kernel process that runs f(arg). Errors. */
extern void (*nskproc)(const char *name, void (*f)(void *), void *arg);
/* dev: a new pipe's two open ends. Errors. pipe(3) */
extern void (*newpipe)(Chan *end[2]);

/* --- start --- */

/* After devinit: checks that devtab has what this room calls */
void nsinit(void);
/* Make c, whose reference it takes over, fd n of up, replacing: start-up only. Errors. */
void setfd(int fd, Chan *c);
/* Carry out a namespace(6) file's lines for up: text is kernel memory and is written
 * to. Errors: "name:line: why"; the lines before it have been done. */
void nsfile(const char *name, char *text);
/* The line of p's /proc/n/ns at *at, which is 0 at first and then the next line's; nil after
 * the last. The caller frees it. p's namelock is taken here; p may be up. Errors: Eprocdied. */
char *nsline(Proc *p, vlong *at);

/* --- system calls (sysfile.c, sysns.c): their manual pages are section 2's --- */

uintptr sysbind(uintptr *), syschdir(uintptr *), sysclose(uintptr *);
uintptr sysdup(uintptr *), sysopen(uintptr *), syscreate(uintptr *);
uintptr syspread(uintptr *), syspwrite(uintptr *), sys_read(uintptr *);
uintptr sys_write(uintptr *), sysseek(uintptr *), sysoseek(uintptr *);
uintptr syspipe(uintptr *), sysfd2path(uintptr *), sysremove(uintptr *);
uintptr sysstat(uintptr *), sysfstat(uintptr *), syswstat(uintptr *);
uintptr sysfwstat(uintptr *), sys_stat(uintptr *), sys_fstat(uintptr *);
uintptr sys_wstat(uintptr *), sys_fwstat(uintptr *);
uintptr sysmount(uintptr *), sys_mount(uintptr *), sysunmount(uintptr *);
uintptr sysfauth(uintptr *), sysfversion(uintptr *), sys_fsession(uintptr *);

#endif
