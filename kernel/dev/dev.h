/*
 * dev: devices. Each is a file of this folder with one Dev; devtab.c lists
 * them. Their behaviour is section 3 of the manual.
 *
 * ns calls a device through devtab[c->type]. Every function may error() and
 * may block unless it says otherwise; none is called with a Lock held.
 */
#ifndef DEV_H
#define DEV_H

#include "u.h"
#include "fcall.h"
#include "ns/ns.h"

typedef struct Dirtab Dirtab;
typedef struct Egrp Egrp;

/*
 * Lists a directory of a device: entry i of the directory c, whose static table
 * is tab. 1 with *d filled in (names in memory that stays until up's next
 * use of the device, up->genbuf for one), 0 if there is no such entry but may
 * be later ones, -1 after the last. i is DEVDOTDOT for the parent (c itself
 * at the root). name is what a walk looks for or nil: a hint with which a
 * generator may go there at once, answering 1 or -1, or answer 0 for all others.
 */
enum
{
	DEVDOTDOT = -1,
};
typedef int Devgen(
    Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d);

/* buf in read, write: kernel memory or validated user memory. */
struct Dev
{
	Rune dc; /* its letter */
	const char *name;
	void (*init)(void); /* once, before the first process */
	Chan *(*attach)(const char *spec);
	/* Walk names from c; nc is a Chan to use for the result or nil. As in 9P: fewer qids than names
	 * is a partial walk (clone nil); error() only if the first fails.
	 * nc, if given, is already a clone of c, or c; a partial walk leaves it as it was. */
	Walkqid *(*walk)(Chan *c, Chan *nc, char **name, int nname);
	/* walk(c, nil, ...) to the end, the last qid being the only one that is told: for when
	 * nobody needs the others. nil, not an error, if it is not to be had so. May be nil. */
	Walkqid *(*walkfar)(Chan *c, char **name, int nname);
	/* c's file becomes a mount point: no other file may have its qid while c lives. May
	 * be nil. */
	void (*pin)(Chan *c);
	/* stat(5) message; bytes, BIT16SZ if short */
	int (*stat)(Chan *c, uchar *buf, int n);
	/* may return another Chan; c then belongs to it */
	Chan *(*open)(Chan *c, int omode);
	Chan *(*create)(Chan *c, const char *name, int omode, u32int perm);
	/* Never errors. Removes the file if it is open with CRCLOSE, as the server of a mounted
	 * tree does. */
	void (*close)(Chan *c);
	long (*read)(Chan *c, void *buf, long n, vlong off);
	long (*write)(Chan *c, const void *buf, long n, vlong off);
	/* The Chan is closed by the caller afterwards, error or not, without dev's close:
	 * what the device keeps for c is let go here. */
	void (*remove)(Chan *c);
	int (*wstat)(Chan *c, uchar *buf, int n);
};

extern Dev *devtab[]; /* ends with nil */

/* A device's static directory; entry 0 is "." and is not listed. */
struct Dirtab
{
	const char *name;
	Qid qid;
	vlong length;
	u32int perm;
};

/* index in devtab; -1 (user) or panic if unknown */
int devno(Rune dc, int user);
void devinit(void); /* every device's init */

/* What most devices share (dev.c). tab and gen as for Devgen. A read of a
 * directory continues at c->pos; devdirread's callers set it to 0 for a read
 * at offset 0. */
void devdir(Chan *c, Qid qid, const char *name, vlong length, const char *user,
    u32int perm, Dir *d);
Devgen devgen;
Chan *devattach(Rune dc, const char *spec);
Chan *devclone(Chan *c);
Walkqid *devwalk(Chan *c, Chan *nc, char **name, int nname, Dirtab *tab,
    int ntab, Devgen *gen);
int devstat(Chan *c, uchar *buf, int n, Dirtab *tab, int ntab, Devgen *gen);
long devdirread(Chan *c, char *buf, long n, Dirtab *tab, int ntab, Devgen *gen);
Chan *devopen(Chan *c, int omode, Dirtab *tab, int ntab, Devgen *gen);
void devpermcheck(const char *owner, u32int perm, int omode);
Chan *devnocreate(Chan *c, const char *name, int omode, u32int perm);
void devnoremove(Chan *c);
int devnowstat(Chan *c, uchar *buf, int n);
void devnoclose(Chan *c); /* nothing to do */
/* Part of a text for a read at off: bytes copied. */
long readmem(vlong off, char *buf, long n, const void *mem, usize len);
long readstr(vlong off, char *buf, long n, const char *s);
/* 11 or 21 digits and a blank */
long readnum(vlong off, char *buf, long n, uvlong v, int width);
/* Is up the owner of the instance? */
int iseve(void);

/* ctl files: split a write into fields (tokenize) and look the first up. */
typedef struct Cmdbuf Cmdbuf;
typedef struct Cmdtab Cmdtab;
struct Cmdbuf
{
	int nf;
	char **f;
	char buf[1]; /* the write */
};
/* in the order that tables are read. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct Cmdtab
{
	int index;
	const char *cmd; /* "*" matches all */
	int narg; /* fields, 0: any number */
};
Cmdbuf *parsecmd(const char *buf, long n); /* caller frees. Errors. */
/* error(Ecmdargs), error(Ebadctl), with the command. */
Cmdtab *lookupcmd(Cmdbuf *cb, Cmdtab *tab, int ntab);

/* --- environment (egrp.c, env.c): env(3), rfork(2) --- */
Egrp *newegrp(void);
Egrp *dupegrp(Egrp *e);
void egrpref(Egrp *e); /* one more reference */
void closeegrp(Egrp *e);
void ksetenv(Egrp *e, const char *name, const void *val, usize n); /* Errors. */
/* value of name copied to buf (at most n); its length, or -1 */
long kgetenv(Egrp *e, const char *name, char *buf, usize n);

/* --- pipes (pipe.c): pipe(3) --- */
/* A new pipe's two open ends. */
void newpipe(Chan *end[2]);

/* --- console and standard files (cons.c): cons(3) --- */
/* An open Chan for inherited host fd 0, 1 or 2; nil if it is closed. A terminal's
 * name is /dev/cons. Errors. */
Chan *stdchan(int hostfd);
/* The three of them into c[0..2]; what is one open file of the host is one Chan,
 * with a reference for each. */
void stdchans(Chan **c);
extern char *sysname; /* /dev/sysname; changed under no lock: one word */
/* owner of the instance: the invoking user. Set before devinit. */
extern char *eve;

/* --- kernel messages (kmesg.c): /dev/kmesg. Any context that may take a Lock --- */
void kmesgadd(const char *s, usize n);

/* --- file descriptors (dup.c) --- */
/* The line of fd n, open on c, in /proc/n/fd and /fd/nctl: proc(3). Returns the
 * address of the NUL. */
char *fdline(char *p, char *e, int fd, Chan *c);

/* --- host files (hostfs.c): #Z; attach's spec is the host directory --- */
/* An open Chan for hostfd, which it closes with the last reference unless keep is set;
 * path is its name. Errors leave hostfd open. */
Chan *hostfdchan(int hostfd, int keep, const char *path);

/* --- the table's entries (devtab.c) --- */
extern Dev consdev, dupdev, envdev, hostdev, pipedev, procdev, rootdev, srvdev,
    swapdev;

#endif
