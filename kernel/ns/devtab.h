/*
 * struct Dev: the contract of a device, and the table of all devices.
 *
 * ns calls a device through devtab[c->type]. Every function may error() and
 * may block unless it says otherwise; none is called with a Lock held.
 */
#ifndef DEVTAB_H
#define DEVTAB_H

#include "u.h"
#include "ns/ns.h"

/*
 * System calls on a file by its name, without a Chan for the way to it. dir is a directory; name
 * is below it, without "." and "..", and has one slash between two elements. Each function does
 * what the walk to the file and the function of Dev with its name would do, and returns 1, stat
 * the bytes of the message. If that would fail, or the device cannot do it so, it has done
 * nothing and returns Farwalk: the caller then walks, and finds out. Farnone says more: the last
 * element of name is missing in a directory that is there. Only open and create error, with
 * Eintr, or because resources are short.
 */
enum
{
	Farwalk = 0,
	Farnone = -1,
};

struct Devfar
{
	int (*stat)(Chan *dir, const char *name, uchar *buf, int n);
	/* *c becomes the file's Chan, open, without a Path. omode is OREAD, OWRITE or ORDWR, and
	 * OTRUNC if wanted. */
	int (*open)(Chan *dir, const char *name, int omode, Chan **c);
	/* The same, but truncate the plain file, or make it if there is none; with OEXCL in omode
	 * only make it. perm has no bits but 0777. */
	int (*create)(
	    Chan *dir, const char *name, int omode, u32int perm, Chan **c);
	int (*remove)(Chan *dir, const char *name);
	/* Make `to' the last element of the file's name. */
	int (*rename)(Chan *dir, const char *name, const char *to);
};

/* In read and write, buf is kernel memory, or user memory that was validated. */
struct Dev
{
	/* the letter in its # names */
	Rune dc;
	const char *name;
	/* called once, before the first process */
	void (*init)(void);
	Chan *(*attach)(const char *spec);
	/* Walk names from c. nc is nil, or a Chan to use for the result: c itself or a
	 * clone of it. As in 9P, fewer qids than names are a partial walk: clone is nil,
	 * and nc is as it was. error() only if the first name fails. */
	Walkqid *(*walk)(Chan *c, Chan *nc, char **name, int nname);
	/* walk(c, nil, ...) for callers that need no qid but that of the last name that was
	 * reached; the others are not set. Returns nil, without an error, if the device cannot
	 * do it. May be nil. */
	Walkqid *(*walkfar)(Chan *c, char **name, int nname);
	/* may be nil */
	const Devfar *far;
	/* Is there surely no file in the directory c whose name is the n bytes at name? Never errors.
	 * May be nil. */
	int (*lacks)(Chan *c, const char *name, usize n);
	/* In a union, is a file `name' of the directory c shown only if no other element has one? May be
	 * nil. Never errors. */
	int (*yields)(Chan *c, const char *name);
	/* c's file becomes a mount point, or a current directory. While c lives, no other file
	 * may get its qid, and c must stay the same file when it, or a directory above it, is
	 * renamed. May be nil. */
	void (*pin)(Chan *c);
	/* c, which is open, stands for a file server in the kernel: the root of its tree, as mount(2)
	 * shows it, without 9P. nil if c does not. May be nil. */
	Chan *(*serve)(Chan *c, const char *aname);
	/* The Union, with a reference, that shows at the file with qid in each name space where that
	 * file is no mount point; or nil. May be nil. Does not sleep long. */
	Union *(*shown)(Qid qid);
	/* read may be given the program's own memory also for a directory: it holds no Lock when it
	 * stores there */
	int dirtouser;
	/* a read of a directory with room for no entry is 0, as a file server has it; of other devices it
	 * is error(Eshort) */
	int asserver;
	/* fill buf with a stat(5) message; returns its bytes, or BIT16SZ if n is too small. Errors,
	 * and nothing is in buf, if n is less than BIT16SZ */
	int (*stat)(Chan *c, uchar *buf, int n);
	/* may return another Chan, which then has the reference to c */
	Chan *(*open)(Chan *c, int omode);
	Chan *(*create)(Chan *c, const char *name, int omode, u32int perm);
	/* Removes the file if c is open with CRCLOSE, as a 9P server does. Never errors. */
	void (*close)(Chan *c);
	long (*read)(Chan *c, void *buf, long n, vlong off);
	long (*write)(Chan *c, const void *buf, long n, vlong off);
	/* The same as write if it need not wait. If it must, nothing is written, and 0 is
	 * returned. May be nil. */
	long (*writenow)(Chan *c, const void *buf, long n);
	/* The device frees its data for c, error or not. The caller then closes the Chan
	 * without calling close. */
	void (*remove)(Chan *c);
	int (*wstat)(Chan *c, uchar *buf, int n);
};

enum
{
	MAXDEV = 32,
};

/* Ends with nil. Does not change after devinit. */
extern Dev *devtab[MAXDEV + 1];
/* Add a device. Called before devinit. */
void adddev(Dev *d);
/* The index of dc in devtab. If it is unknown: -1 with user, else a panic. */
int devno(Rune dc, int user);
/* Call every device's init. */
void devinit(void);

#endif
