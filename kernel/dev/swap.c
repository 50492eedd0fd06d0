/*
 * #¶: how much memory there is, and what uses it. swap(3)
 *
 * There is no swapping: the host may page. So nothing opens swapfile, in which a pager's pages would be.
 */
#include "dev/cons.h"

#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qdir,
	Qswap,
	Qswapfile,
};

static Dirtab swaptab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0555},
    {"swap", {Qswap, 0, 0}, 0, 0664},
    {"swapfile", {Qswapfile, 0, 0}, 0, 0600},
};

static Chan *
swapattach(const char *spec)
{
	return devattach(0xB6, spec);
}

static Walkqid *
swapwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, swaptab, nelem(swaptab), devgen);
}

static int
swapstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, swaptab, nelem(swaptab), devgen);
}

static Chan *
swapopen(Chan *c, int omode)
{
	if(c->qid.path == Qswapfile)
		error(omode == ORDWR && iseve() ? Enotimpl : Eperm);
	return devopen(c, omode, swaptab, nelem(swaptab), devgen);
}

static long
swapread(Chan *c, void *buf, long n, vlong off)
{
	char text[512];

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, swaptab, nelem(swaptab), devgen);
	}
	*swaptext(text, text + sizeof text) = 0;
	return readstr(off, buf, n, text);
}

static long
swapwrite(Chan *c, const void *buf, long n, vlong off)
{
	const char *s = buf;

	USED(c), USED(off);
	if(!iseve())
		error(Eperm);
	/* start asks for a pager to start, if none runs: the host's always does */
	if(n >= 5 && strncmp(s, "start", 5) == 0)
		return n;
	if(n > 0 && *s >= '0' && *s <= '9')
		error(Enotimpl);
	error(Ebadctl);
}

Dev swapdev = {
    .dc = 0xB6, /* ¶ */
    .name = "swap",
    .attach = swapattach,
    .walk = swapwalk,
    .stat = swapstat,
    .open = swapopen,
    .create = devnocreate,
    .close = devnoclose,
    .read = swapread,
    .write = swapwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};
