/*
 * #P: the processor. arch(3)
 *
 * Of that device's files only cputype and archctl exist: ports, interrupts and the rest are the
 * host's, and so is all that messages to archctl could change.
 */
#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	Qdir,
	Qarchctl,
	Qcputype,
};

static const char Ehostcpu[] = "the processor is the host's to set";

static Dirtab archtab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0555},
    {"archctl", {Qarchctl, 0, 0}, 0, 0664},
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

/* The processor's name and its frequency in MHz. */
static char *
cputext(char *p, char *e)
{
	char name[64];

	return seprint(p, e, "%s %llud", hostcpuname(name, sizeof name),
	    (hostcyclefreq() + 500000) / 1000000);
}

/* Hosts turn global pages on where the processor has them. The kernel's barriers and atomic
 * operations are those that the last two lines name. */
static void
archctltext(char *p, char *e)
{
	int pge;

	pge = hostcpupge();
	p = seprint(p, e, "cpu ");
	p = cputext(p, e);
	p = seprint(p, e, "%s\n", pge ? " pge" : "");
	if(pge)
		p = seprint(p, e, "pge on\n");
	seprint(p, e, "coherence mfence\ncmpswap cmpswap486\n");
}

static long
archread(Chan *c, void *buf, long n, vlong off)
{
	char text[256], *p;

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, archtab, nelem(archtab), devgen);
	}
	if(c->qid.path == Qarchctl)
		archctltext(text, text + sizeof text);
	else {
		p = cputext(text, text + sizeof text);
		seprint(p, text + sizeof text, "\n");
	}
	return readstr(off, buf, n, text);
}

static long
archwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(buf), USED(n), USED(off);
	error(c->qid.path == Qarchctl ? Ehostcpu : Eperm);
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
