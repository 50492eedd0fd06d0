/*
 * --export: parts of the first process's name space that are served to others.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "export/export.h"
#include "init/init.h"
#include "init/initdat.h"

/* The exports that serve one connection each; nil: others listen. */
static Export *single;
static int listening;

static void
exportdir(const char *addr, const char *dir)
{
	Export *e;
	Chan *c;

	c = namec(dir, Amount, 0, 0);
	onerror(cclose(c));
	isdir(c);
	e = newexport(c);
	poperror();
	cclose(c);
	if(exportat(e, addr))
		listening = 1;
	else
		single = e;
}

/* Carry out --export ADDR[=DIR]. */
static void
userexport(const char *s)
{
	char *arg, *dir;

	arg = kstrcpy(s);
	dir = strchr(arg, '=');
	if(dir != nil)
		*dir++ = 0;
	exportdir(arg, dir != nil ? dir : "/");
	free(arg);
}

void
exports(void)
{
	int i;

	for(i = 0; i < bootconf.nexport; i++) {
		if(waserror())
			bootfail(Usage, bootconf.export[i], up -> errstr);
		userexport(bootconf.export[i]);
		poperror();
	}
}

void
servealone(void)
{
	Note n;

	n.msg[0] = 0;
	if(!waserror()) {
		if(listening)
			sleep(&up->sleeprend, return0, nil);
		else
			exportwait(single);
		poperror();
	}
	qlock(&up->notelock);
	popnote(up, &n);
	qunlock(&up->notelock);
	pexit(n.msg, 1);
}
