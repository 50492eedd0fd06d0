/*
 * dev: devices. Each is a file of this folder with one Dev; kernel/init enters
 * them in ns's table. Their behaviour is section 3 of the manual.
 */
#ifndef DEV_H
#define DEV_H

#include "u.h"
#include "fcall.h"
#include "ns/devtab.h"
#include "ns/ns.h"

typedef struct Dirtab Dirtab;
typedef struct Egrp Egrp;

enum
{
	/* bytes of a host path, with its NUL: the host has no longer ones */
	HostPathMax = 4096,
};

/*
 * Entry i of the directory c of a device, whose static table is tab; DEVDOTDOT is the
 * parent (c itself at the root). Returns 1 with *d filled in, 0 if there is no such entry
 * but later ones may exist, -1 after the last. Names in *d stay until up's next use of
 * the device: up->genbuf will do. name is a hint, the name that a walk looks for, or nil:
 * a generator may answer 0 for all other entries, or find the entry at once and answer 1
 * or -1.
 */
enum
{
	DEVDOTDOT = -1,
};
typedef int Devgen(
    Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d);

/* A device's static directory; entry 0 is "." and is not listed. */
struct Dirtab
{
	const char *name;
	Qid qid;
	vlong length;
	u32int perm;
};

/* What most devices share (dev.c). tab and gen are as for Devgen. A read of a directory
 * continues at c->pos, which devdirread's callers set to 0 for a read at offset 0. */
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
/* Nothing to do */
void devnoclose(Chan *c);
/* Copy the part of a text that a read at off asks for: bytes copied. */
long readmem(vlong off, char *buf, long n, const void *mem, usize len);
long readstr(vlong off, char *buf, long n, const char *s);
/* The same of memory that is freed. Errors: freed too. */
long readfree(vlong off, char *buf, long n, void *mem, usize len);
/* 11 or 21 digits and a blank */
long readnum(vlong off, char *buf, long n, uvlong v, int width);
/* Is up the owner of the instance? */
int iseve(void);

/* ctl files: split a write into fields (tokenize), and look the first up. */
typedef struct Cmdbuf Cmdbuf;
typedef struct Cmdtab Cmdtab;
struct Cmdbuf
{
	int nf;
	char **f;
	/* the write */
	char buf[1];
};
/* in the order that tables are read. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct Cmdtab
{
	int index;
	/* "*" matches all */
	const char *cmd;
	/* fields, 0: any number */
	int narg;
};
/* Caller frees. Errors. */
Cmdbuf *parsecmd(const char *buf, long n);
/* error(Ecmdargs), error(Ebadctl), with the command. */
Cmdtab *lookupcmd(Cmdbuf *cb, Cmdtab *tab, int ntab);

/* --- console and standard files (cons.c): cons(3) --- */
/* An open Chan for inherited host fd 0, 1 or 2; nil if it is closed. A terminal's
 * name is /dev/cons. Errors. */
Chan *stdchan(int hostfd);
/* The three of them into c[0..2]. Descriptors of one open file of the host are one Chan,
 * with a reference for each. */
void stdchans(Chan **c);
/* Lines, columns, and pixels across and down of the terminal that is a standard file; 0 if there
 * is none. */
int conswindow(uint size[4]);
/* /dev/sysname; changed under no lock: one word */
extern char *sysname;
/* owner of the instance: the invoking user. Set before devinit. */
extern char *eve;

/* --- kernel messages (kmesg.c): /dev/kmesg. Any context that may take a Lock --- */
void kmesgadd(const char *s, usize n);
/* Print the last of them for the state dump, under its contract: dumpmesg in proc.h. */
void kmesgdump(void);

/* --- file descriptors (dup.c) --- */
/* The line of fd, open on c, in /proc/n/fd and /fd/nctl, smalloc'ed: proc(3). c's reference is
 * given back. Errors. */
char *fdtext(int fd, Chan *c);

/* --- host files (hostfs.c): #Z; attach's spec is the host directory --- */
/* An open Chan for hostfd, which it closes with the last reference unless keep is set;
 * path is its name. Errors leave hostfd open. */
Chan *hostfdchan(int hostfd, int keep, const char *path);

/* --- users (cap.c) --- */
/* Up becomes a process of another user. Errors. */
void procsetuser(const char *user);

/* --- #/ (root.c) --- */
/* Post the host directory dir as #s/boot, a file server's connection that mount(2) takes. Errors.
 */
void serveboot(const char *dir);

/* --- posted files (board.c) --- */
/* Post c, whose reference it takes over, in #s for everyone. Errors. */
void srvpost(const char *name, Chan *c);

/* --- the devices, which init enters in ns's table --- */
extern Dev archdev, capdev, consdev, dupdev, envdev, hostdev, pipedev, procdev,
    rootdev, segmentdev, shrdev, srvdev, swapdev;

#endif
