/*
 * dev: devices. A device is a file of this folder with one Dev, which kernel/init enters in
 * ns's table. Section 3 of the manual has their behaviour.
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
	/* the longest host path with its NUL; the host has no longer ones */
	HostPathMax = 4096,
};

/*
 * Describe entry i of directory c of a device, whose static table is tab. Entry DEVDOTDOT is
 * the parent (c itself at the root). Returns 1 with *d filled in, 0 if there is no such entry
 * but later ones may exist, -1 after the last. The names in *d must stay until up's next use of
 * the device, for instance in up->genbuf. name is the name that a walk looks for, or nil. It is
 * a hint: a generator may answer 0 for all other entries, or find the entry at once and answer
 * 1 or -1.
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
/* Write d to buf as a message of n bytes at most, and return how many: BIT16SZ, of the size alone, if
 * there is room for no more. Errors: there is no room for the size. */
int dirtomsg(const Dir *d, uchar *buf, int n);
long devdirread(Chan *c, char *buf, long n, Dirtab *tab, int ntab, Devgen *gen);
Chan *devopen(Chan *c, int omode, Dirtab *tab, int ntab, Devgen *gen);
void devpermcheck(const char *owner, u32int perm, int omode);
Chan *devnocreate(Chan *c, const char *name, int omode, u32int perm);
void devnoremove(Chan *c);
int devnowstat(Chan *c, uchar *buf, int n);
/* Call change with what the wstat message of n bytes at buf says, with lk held unless that is nil. Its
 * strings are there as long. Returns the bytes of the message. Errors. */
int devwstat(Chan *c, const uchar *buf, int n, QLock *lk,
    void (*change)(Chan *, const Dir *));
/* Does nothing. */
void devnoclose(Chan *c);
/* Copy the part of the text mem, of len bytes, that a read of n bytes at off asks for. Returns
 * how many bytes. */
long readmem(vlong off, char *buf, long n, const void *mem, usize len);
long readstr(vlong off, char *buf, long n, const char *s);
/* The same, and free mem, also on an error. Errors. */
long readfree(vlong off, char *buf, long n, void *mem, usize len);
/* Read v as a number in width columns, of which a blank is the last. */
long readnum(vlong off, char *buf, long n, uvlong v, int width);
/* Is up the owner of the instance? */
int iseve(void);

/* ctl files: parsecmd splits a write into fields (tokenize), lookupcmd looks the first one
 * up. */
typedef struct Cmdbuf Cmdbuf;
typedef struct Cmdtab Cmdtab;
struct Cmdbuf
{
	int nf;
	/* nil comes after the last */
	char **f;
	/* the bytes written */
	char buf[1];
};
/* in the order that tables are read. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct Cmdtab
{
	int index;
	/* "*" stands for any message */
	const char *cmd;
	/* how many fields there must be; 0: any number */
	int narg;
};
/* The caller frees the result. Errors. */
Cmdbuf *parsecmd(const char *buf, long n);
/* Errors: Ecmdargs, Ebadctl, with the command. */
Cmdtab *lookupcmd(Cmdbuf *cb, Cmdtab *tab, int ntab);

/* --- console and standard files (cons.c): cons(3) --- */
/* An open Chan for the host fd 0, 1 or 2 that run9 inherited; nil if it is closed. A terminal's
 * name is /dev/cons. Errors. */
Chan *stdchan(int hostfd);
/* Fill c[0..2] with all three. Descriptors that share one opening on the host become one Chan,
 * with a reference for each. */
void stdchans(Chan **c);
/* Lines, columns, and pixels across and down of the terminal that is a standard file; 0 if there
 * is none. */
int conswindow(uint size[4]);
/* The text of /dev/sysname. It is one word, changed without a lock. */
extern char *sysname;
/* The owner of the instance: the user that started it. Set before devinit. */
extern char *eve;

/* --- kernel messages (kmesg.c): /dev/kmesg. May be called wherever a Lock may be taken --- */
void kmesgadd(const char *s, usize n);
/* Print the last kernel messages for the state dump: proc.h's dumpmesg has the contract. */
void kmesgdump(void);

/* --- file descriptors (dup.c) --- */
/* The line of fd, open on c, in /proc/n/fd and /fd/nctl: proc(3). smalloc'ed. Drops the
 * reference to c. Errors. */
char *fdtext(int fd, Chan *c);

/* --- host files (hostfs.c): #Z. The spec of attach is a host directory --- */
/* An open Chan for hostfd, named path. It closes hostfd with its last reference, unless keep is
 * set. After an error hostfd is still open. */
Chan *hostfdchan(int hostfd, int keep, const char *path);

/* The host path of the directory c; nil if it is not one of #Z's. If c was opened on a union, that
 * of the union's first directory that has one. smalloc'ed. Errors. */
char *hostdirpath(Chan *c);

/* --- commands of the host (command.c) --- */
/* May programs run them? Set by init. */
extern int hostcommands;

/* --- connections of the host (hostconn.c) --- */
/* The open Chan of a new connection to addr, a text of hostsock.h, named `name'. May wait for the
 * peer; a note ends that. Errors. */
Chan *dialchan(const char *addr, const char *name);
/* The open Chan of a connection to a program of the host, by its standard input and output. argv is
 * as in hostspawn. The program is ended when the Chan is closed. Errors. */
Chan *commandchan(char *const *argv, const char *name);
/* The open Chan of the connection fd, named `name'. The Chan closes fd, as does an error. */
Chan *connchan(int fd, const char *name);

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
extern Dev archdev, capdev, cmddev, consdev, dupdev, envdev, hostdev, mntdev,
    pipedev, procdev, rootdev, segmentdev, shrdev, skeldev, srvdev, swapdev;

#endif
