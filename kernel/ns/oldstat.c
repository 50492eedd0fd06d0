/*
 * The system calls from before 9P2000: _stat(2), _fstat and similar, _fsession. Some old
 * programs still make them.
 *
 * An old directory entry is a record of 116 bytes. It has three names of 28 bytes, padded with
 * NULs, without a NUL if they fill it; then numbers. The qid's path has 32 bits, of which the
 * highest marks a directory.
 */
#include "ns/nsdat.h"

static const char Eoldwstat[] = "old wstat system call - recompile";
static const char Eoldfwstat[] = "old fwstat system call - recompile";

enum
{
	OldName = 28,
	/* 116 */
	OldDir = 3 * OldName + 5 * BIT32SZ + BIT64SZ + 2 * BIT16SZ,
};

static uchar *
putname(uchar *p, const char *s)
{
	usize n;

	n = strlen(s);
	memset(p, 0, OldName);
	memmove(p, s, n < OldName ? n : OldName);
	return p + OldName;
}

static void
packolddir(uchar *p, const Dir *d)
{
	u32int path;

	p = putname(p, d->name);
	p = putname(p, d->uid);
	p = putname(p, d->gid);
	path = (u32int)d->qid.path & ~DMDIR;
	if(d->qid.type & QTDIR)
		path |= DMDIR;
	PBIT32(p, path);
	PBIT32(p + 4, d->qid.vers);
	PBIT32(p + 8, d->mode);
	PBIT32(p + 12, d->atime);
	PBIT32(p + 16, d->mtime);
	PBIT64(p + 20, (uvlong)d->length);
	PBIT16(p + 28, d->type);
	PBIT16(p + 30, d->dev);
}

/* Convert the stat message buf, of n bytes, to a record. strs has room for n bytes. */
static void
convert(uchar *old, const uchar *buf, uint n, char *strs, Chan *c)
{
	const char *name;
	Dir d;

	if(convM2D(buf, n, &d, strs) == 0)
		error(Ebadstat);
	/* servers name their root "/": setstatname */
	name = pathlast(c->path);
	if(name != nil)
		d.name = (char *)(uintptr)name;
	packolddir(old, &d);
}

/* Store c's record at user address `to'. Takes over the reference to c. */
static void
oldstat(Chan *c, void *to)
{
	uchar *volatile buf, old[OldDir];
	char *volatile strs;
	uint n;

	buf = nil;
	strs = nil;
	if(waserror()) {
		free(strs);
		free(buf);
		cclose(c);
		nexterror();
	}
	buf = chanstat(c, &n);
	strs = smalloc(n);
	convert(old, buf, n, strs, c);
	memmove(to, old, sizeof old);
	poperror();
	free(strs);
	free(buf);
	cclose(c);
}

uintptr
sys_stat(uintptr *arg)
{
	void *to;

	to = validaddr(arg[1], OldDir, 1);
	oldstat(statname(arg[0]), to);
	return 0;
}

uintptr
sys_fstat(uintptr *arg)
{
	void *to;

	to = validaddr(arg[1], OldDir, 1);
	oldstat(fdtochan((int)arg[0], -1, 0, 1), to);
	return 0;
}

uintptr
sys_wstat(uintptr *arg)
{
	USED(arg);
	error(Eoldwstat);
}

uintptr
sys_fwstat(uintptr *arg)
{
	USED(arg);
	error(Eoldfwstat);
}

/* This call used to begin a session with a file server. The answer is an empty ticket. */
uintptr
sys_fsession(uintptr *arg)
{
	u32int n;
	char *to;

	n = (u32int)arg[2];
	if(n == 0)
		error(Ebadarg);
	to = validaddr(arg[1], n, 1);
	*to = 0;
	return 0;
}
