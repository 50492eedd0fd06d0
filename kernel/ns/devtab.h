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

enum
{
	MAXDEV = 32,
};

/* Ends with nil. Constant from devinit on. */
extern Dev *devtab[MAXDEV + 1];
/* One more device. Before devinit. */
void adddev(Dev *d);
/* index in devtab; -1 (user) or panic if unknown */
int devno(Rune dc, int user);
void devinit(void); /* every device's init */

#endif
