/*
 * ns: the name space. Channels, path names, walking, the mount table, file descriptor groups,
 * and the system calls on files. doc/ns.md explains it.
 *
 * Locks: Pgrp.ns, Fgrp.lk and the allocators' are leaves. While a process holds one,
 * it takes no other lock, calls no device and does not sleep. Only Chan.dirlock is held across
 * device calls: it makes readers of one open directory take turns, and other Chans are not
 * affected.
 */
#ifndef NS_H
#define NS_H

#include "u.h"
#include "fcall.h"
#include "portdat.h"
#include "sync/sync.h"

typedef struct Chan Chan;
typedef struct Dev Dev;
typedef struct Devfar Devfar;
typedef struct Fgrp Fgrp;
typedef struct Mhead Mhead;
typedef struct Mount Mount;
typedef struct Path Path;
typedef struct Pgrp Pgrp;
typedef struct Proc Proc;
typedef struct Union Union;
typedef struct Walkqid Walkqid;

/*
 * How a Chan was reached: its cleaned, rooted name, and for each element (the root is the
 * first) the mount point that was crossed there, or nil. ".." goes back by it. A Path with more
 * than one reference does not change.
 */
struct Path
{
	Ref r;
	/* s and mtpt are in the memory of the Path */
	char *s;
	Chan **mtpt;
	/* strlen(s) */
	u32int len;
	/* how many bytes of s are the root's name, which may contain slashes */
	u32int rlen;
	/* bytes allocated for s */
	u32int alen;
	/* how many elements; at least 1 */
	u32int mlen;
	/* how many elements mtpt has room for */
	u32int malen;
};

struct Walkqid
{
	Chan *clone;
	int nqid;
	Qid qid[1];
};

/* One bind or mount. It does not change. */
struct Mount
{
	Ref r;
	/* ids ascend in the order of binds and mounts: /proc/n/ns */
	u32int mountid;
	int mflag;
	/* the covered directory itself, which no bind put there */
	int self;
	/* the file or directory that is shown; never open */
	Chan *to;
	/* the spec of a mount; nil for a bind */
	char *spec;
};

/*
 * What a mount point shows, in order. A Union does not change: bind and unmount replace it. So
 * a process with a reference may walk and read the elements without a lock, however long a
 * device takes.
 */
struct Union
{
	Ref r;
	/* the mount point; never open */
	Chan *from;
	/* how many elements; at least 1 */
	int n;
	Mount *m[];
};

/* A mount point of a Pgrp. Pgrp.ns guards it. */
struct Mhead
{
	Union *un;
	Mhead *hash;
};

enum
{
	/* the most bytes in a name, and in a Path */
	PATHMAX = 64 * KiB,
	MNTHASH = 32,
};

struct Pgrp
{
	Ref r;
	/* guards mnthash and its chains. Rank Rpgrp: after Chan.dirlock, before the heap's */
	RWlock ns;
	/* devices that must not be attached: DEVBIT; bits are only ever added: pgrp.c */
	u64int denied;
	u32int id;
	/* devices that have had mount points: DEVBIT; bits are only ever added */
	u64int froms;
	Mhead *mnthash[MNTHASH];
};

struct Fgrp
{
	Ref r;
	/* guards everything below. Rank Rfgrp: a leaf */
	Lock lk;
	Chan **fd;
	/* CCEXEC for each fd */
	uchar *flag;
	/* how many fds there is room for */
	int nfd;
	/* the highest fd ever used; -1: none */
	int maxfd;
	/* every lower fd is in use */
	int lowfd;
	/* where 9front's table would end, which says how far dup goes */
	int dupend;
};

/* A new id, for a device's Chan.dev or for a mount. */
u32int newmountid(void);

/* --- channels (chan.c) --- */

/* A Chan with one reference and no device. Errors. */
Chan *newchan(void);
/* Drop a reference; the last closes the file. up's error string stays. */
void cclose(Chan *c);
/* The same, but a kernel process closes the file later. Does not block. */
void ccloseq(Chan *c);
/* Drop the last reference to a Chan whose device has freed its data. close is not called. */
void chanfree(Chan *c);
/* Another Chan for c's file. Neither is open. Errors. */
Chan *cclone(Chan *c);
/* Give c another number, because a 9P server may still know the one that c has. */
void newfid(Chan *c);
/* No server knows the number fid any more, which newfid has taken from a Chan. */
void oldfid(u32int fid);
/* Are a and b Chans for the same file? skipvers: versions may differ. */
int eqchan(Chan *a, Chan *b, int skipvers);
/* The same for c and a file's identity. */
int eqchantdqid(Chan *c, ushort type, u32int dev, Qid qid, int skipvers);
/* c's name, or "<null>". */
const char *chanpath(Chan *c);
/* error(Enotdir) unless c is a directory. */
void isdir(Chan *c);

/* --- paths (path.c) --- */

/* A Path of one element, the root s. Errors. */
Path *newpath(const char *s);
/* Drop a reference to p, which may be nil. May call devices' close. */
void pathclose(Path *p);
/* Name c, by a Path of one element. After an error c has its old name. May call devices' close. */
void channame(Chan *c, const char *name);

/* --- names (namec.c): open(2), bind(2), intro(2) --- */

enum
{
	/* as in stat, wstat */
	Aaccess,
	/* the left-hand side of bind */
	Abind,
	/* the same to compare with what is mounted: a device, as #c, may be one that the name space
	 * may not attach */
	Aunmount,
	/* as in chdir */
	Atodir,
	/* for I/O */
	Aopen,
	/* to be mounted or mounted upon */
	Amount,
	/* to be created */
	Acreate,
	/* the caller will remove it */
	Aremove,
};

/*
 * The Chan of a name in kernel memory, with a reference for the caller. amode is one of the
 * above; omode and perm are for Aopen and Acreate. An error names the file as 9front's do (file
 * does not exist: 'name'). Blocks as long as the devices do.
 */
Chan *namec(const char *name, int amode, int omode, u32int perm);
/*
 * The same for the file to which walk led, or for elem in that directory if it is not nil: for file
 * servers in the kernel. elem is one element, and neither dot nor dot-dot. c is not open, and the
 * reference stays the caller's. An error does not name the file.
 */
Chan *namefrom(Chan *c, const char *elem, int amode, int omode, u32int perm);
/* What shows at the file to which walk led: c, or the first of what is mounted there. A reference.
 */
Chan *shownat(Chan *c);
/*
 * Walk through names from *cp, which is replaced. With nomount no mount points are crossed. The
 * mount point at the last element is never crossed. Returns 0. On failure returns -1, with up's
 * error string; *cp stays as it was, and *nerror becomes how many names the error is about.
 */
int walk(Chan **cp, char **names, int nnames, int nomount, int *nerror);
/* May no name of a file contain the byte c? */
static inline int
isbadname(char c)
{
	return (uchar)c < ' ' || c == 0x7f;
}
/* name is kernel memory. Raises "bad character in file name: " and the name, as %q has it. */
void validname(const char *name, int slashok);
/* May a file in a directory have that name? */
int isfilename(const char *name);
/* Check omode and return its access part. error(Ebadarg) */
int openmode(u32int omode);
/* Raise the error "err: 'name'". */
_Noret void nameerror(const char *name, const char *err);

/* --- mount table (mount.c) --- */

/*
 * bind(2): make new show at old, in up's Pgrp. new is from namec(Abind) and not shared; old is
 * from namec(Amount). Both references stay the caller's. spec is nil for a bind. Returns the
 * mount id. Errors.
 */
u32int cmount(Chan *new, Chan *old, int flag, const char *spec);
/* bind(2) for names in kernel memory. Errors. */
void kbind(const char *name, const char *old, int flag);
/* The same for a Chan, whose reference it takes over. Errors. */
void kbindchan(Chan *new, const char *old, int flag);
/* chdir(2) for a name in kernel memory. Errors. */
void kchdir(const char *name);
/* For Unions that belong to no name space: #σ. A Union, with one reference, that shows the n files of
 * `to' at from, in that order. Files are created in the last. Errors. */
Union *unionof(Chan *from, Chan **to, int n);
/* Add a reference to u. Returns u. */
Union *unionref(Union *u);
/* Drop a reference to u, which may be nil. */
void unionclose(Union *u);
/* u's mount point, without a reference. */
Chan *unionfrom(Union *u);
/* The root of the tree of the server at c; ac is nil, or an authentication file. Errors. */
Chan *treeof(Chan *c, Chan *ac, const char *aname);
/* Show root, treeof's, at old: the second half of mount in bind(2). The reference is taken over.
 * Errors. */
void kmounttree(Chan *root, const char *old, int flag, const char *aname);
/* With mounted nil, unmount everything at mtpt. Errors. */
void cunmount(Chan *mtpt, Chan *mounted);
/* A search among up's mount points: for the k'th for which want(mount point, dir) is not 0. want is
 * called with the name space locked. */
typedef struct Mountwant Mountwant;
struct Mountwant
{
	int (*want)(Chan *mtpt, Chan *dir);
	Chan *dir;
	int k;
};
/* Put the last element of the name of the mount point that w searches into buf, of n bytes. Returns 0
 * if there is no such mount point. Changes w. */
int mountname(Mountwant *w, char *buf, usize n);

/* --- groups (pgrp.c, fgrp.c) --- */

/* Errors. */
Pgrp *newpgrp(void);
/* A Pgrp whose binds every clean name space has (RFCNAMEG); nil: none. Set once, at the start. */
extern Pgrp *cleanns;
/* A clean name space. Errors. */
Pgrp *cleanpgrp(void);
/* Copy from's mount table to `to', which is new and not shared. After an error the caller
 * closes `to'. */
void pgrpcpy(Pgrp *to, Pgrp *from);
/* Drop a reference to p, which may be nil. */
void closepgrp(Pgrp *p);
/* Deny p's processes the devices that letters name: they cannot attach them by # names
 * (rfork(2) RFNOMNT, cons(3) drivers). M stands for mounting. A denial cannot be undone. */
void denydevs(Pgrp *p, const char *letters);
void denyallbut(Pgrp *p, const char *letters);
/* May p's processes attach device t of devtab? */
int devallowed(Pgrp *p, int t);
int mntallowed(Pgrp *p);
/* Errors. */
Fgrp *newfgrp(void);
/* A copy of f; with f nil an empty table. Errors. */
Fgrp *dupfgrp(Fgrp *f);
/* Drop a reference to f, which may be nil. */
void closefgrp(Fgrp *f);
/* The Chan of fd, with a reference if iref is set. It must be open for mode, unless that is -1.
 * With chkmnt it must not be a mount's connection. Errors: Ebadfd, Ebadusefd. */
Chan *fdtochan(int fd, int mode, int chkmnt, int iref);
/* Make c the lowest free fd, with the caller's reference. mode is open's, for OCEXEC. After
 * error(Enofd) the reference is still the caller's. */
int newfd(Chan *c, int mode);
/* The same for two Chans, both or none. */
void newfd2(int fd[2], Chan *c[2]);
/* error(Ebadfd) */
void fdclose(int fd);
/* The same for any table. Returns 0 if fd was not open. */
int fgrpclose(Fgrp *f, int fd);
/* The Chan of fd with a reference; nil if fd is not open. */
Chan *fgrpchan(Fgrp *f, int fd);
/* No fd above the result is open. */
int fgrpmax(Fgrp *f);
/* Close up's fds that are marked CCEXEC. */
void fdcloseexec(Fgrp *f);

/* --- I/O by Chan (chanio.c), for the kernel: exec, namespace files --- */

/* Read or write at offset off, as pread(2) and pwrite(2) do: devices and unions alike.
 * Errors. */
long chanread(Chan *c, void *buf, long n, vlong off);
/* Move c's offset by n. Returns the offset before that. c is no directory. */
vlong chanadvance(Chan *c, long n);
long chanwrite(Chan *c, const void *buf, long n, vlong off);
/* What the file `name' holds, n bytes and a NUL: kernel memory, smalloc'ed. Errors. */
char *readwhole(const char *name, usize *n);
/* The same, of a text. */
char *readtext(const char *name);
/* c's stat message, malloc'ed, with *n bytes, and n bytes more for its strings. The name in it is the
 * device's. Errors. */
uchar *chanstat(Chan *c, uint *n);
/* wstat(2) with a message of n bytes. c is of namec's Aaccess, or open. Errors. */
int chanwstat(Chan *c, const uchar *buf, int n);
/* remove(2): c is of namec's Aremove, and goes, error or not. Errors. */
void chanremove(Chan *c);

/* --- environment groups (egrp.c): env(3), rfork(2) --- */
Egrp *newegrp(void);
Egrp *dupegrp(Egrp *e);
/* Add a reference. */
void egrpref(Egrp *e);
void closeegrp(Egrp *e);
/* Errors. */
void ksetenv(Egrp *e, const char *name, const void *val, usize n);
/* Copy the value of name, at most n bytes, to buf. Returns its length, or -1 if there is
 * none. */
long kgetenv(Egrp *e, const char *name, char *buf, usize n);

/* --- hooks, which higher rooms set at the start --- */

/* Set by proc: start a kernel process that runs f(arg). Errors. */
extern void (*nskproc)(const char *name, void (*f)(void *), void *arg);
/* Set by dev: make a pipe; end[] becomes its two open ends. pipe(3). Errors. */
extern void (*newpipe)(Chan *end[2]);
/* Set by dev: the name of the post of c on the root board of #s, for namespace(6) files; malloc'ed.
 * nil if c is not posted, or there is no memory. srv(3) */
extern char *(*srvname)(Chan *c);

/* dev: the 9P client. c is open for reading and writing; it becomes a connection, which only
 * the client uses from then on. mnt(3) */
typedef struct Mntclient Mntclient;
struct Mntclient
{
	/* Agree with the server on msize and version; msize 0 and an empty version ask for the
	 * defaults. version, of room bytes, gets the text that the connection has, without a NUL.
	 * Returns its length. error(Eshort) if it does not fit: then the connection has no version
	 * from this call. Errors. */
	usize (*version)(Chan *c, u32int msize, char *version, usize room);
	/* The open Chan of an authentication file: fauth(2). Errors. */
	Chan *(*auth)(Chan *c, const char *aname);
	/* The root of a tree; ac is auth's, or nil. Errors. */
	Chan *(*attach)(Chan *c, Chan *ac, const char *aname);
	/* c is a served file: drop its bytes from the mount cache */
	void (*uncache)(Chan *c);
	/* c, a connection, has no reference any more. Returns 1 if it got one again, because the
	 * server owes answers: it would get a note if it wrote to a closed pipe */
	int (*linger)(Chan *c);
	/* c, a connection that no process uses, is freed */
	void (*free)(Chan *c);
};
extern Mntclient mntclient;

/* --- start --- */

/* Check that devtab has every function that this room calls. Called after devinit. */
void nsinit(void);
/* Make c fd n of up, with the caller's reference, and close what fd was. For the start only.
 * Errors. */
void setfd(int fd, Chan *c);
/* Carry out the lines of a namespace(6) file for up. text is kernel memory, and is written to.
 * A line that is no operation is an error, "name:line: why", and the lines before it have been carried
 * out; or wrong, if it is not nil, is called with that, and the lines behind it are carried out. */
void nsfile(const char *name, char *text, void (*wrong)(const char *why));
/* The line of p's /proc/n/ns at *at, which the caller frees; nil after the last. *at is 0 for
 * the first line, and becomes the next line's. Takes p's namelock. p may be up. Errors:
 * Eprocdied. */
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
