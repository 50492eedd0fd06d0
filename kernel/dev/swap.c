/*
 * #¶: how much memory there is, and what uses it. swap(3)
 *
 * There is no swapping: the host may page.
 */
#include "dev/cons.h"

#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qdir,
	Qswap,
};

static Dirtab swaptab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0555},
    {"swap", {Qswap, 0, 0}, 0, 0664},
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
	USED(c), USED(buf), USED(n), USED(off);
	error(Enotimpl);
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
