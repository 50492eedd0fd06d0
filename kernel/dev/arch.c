/*
 * #P: the processor. arch(3)
 *
 * Of that device's files only cputype exists: ports and interrupts are the host's.
 */
#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	Qdir,
	Qcputype,
};

static Dirtab archtab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0555},
    {"cputype", {Qcputype, 0, 0}, 0, 0444},
};

static Chan *
archattach(const char *spec)
{
	return devattach('P', spec);
}

static Walkqid *
archwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, archtab, nelem(archtab), devgen);
}

static int
archstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, archtab, nelem(archtab), devgen);
}

static Chan *
archopen(Chan *c, int omode)
{
	return devopen(c, omode, archtab, nelem(archtab), devgen);
}

/* Read the processor's name and its frequency in MHz. */
static long
archread(Chan *c, void *buf, long n, vlong off)
{
	char name[64], text[96];

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, archtab, nelem(archtab), devgen);
	}
	snprint(text, sizeof text, "%s %llud\n", hostcpuname(name, sizeof name),
	    (hostcyclefreq() + 500000) / 1000000);
	return readstr(off, buf, n, text);
}

static long
archwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	error(Eperm);
}

Dev archdev = {
    .dc = 'P',
    .name = "arch",
    .attach = archattach,
    .walk = archwalk,
    .stat = archstat,
    .open = archopen,
    .create = devnocreate,
    .close = devnoclose,
    .read = archread,
    .write = archwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};
