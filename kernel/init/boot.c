/*
 * The first process: its standard files and its program. Its name space, its environment
 * and its signals have files of their own.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"
#include "init/initdat.h"
#include "net/net.h"

Boot bootconf;

/* The user asked for something that cannot be done: print why, and end the instance. */
_Noret void
bootfail(int status, const char *what, const char *why)
{
	kprint("run9: %s%s%s\n", what, *what != 0 ? ": " : "", why);
	endstatus = status;
	pexit("", 1);
}

static void
files(void)
{
	Chan *c[3];
	int i;

	stdchans(c);
	for(i = 0; i < 3; i++)
		if(c[i] != nil)
			setfd(i, c[i]);
}

int
notthere(const char *err)
{
	return strstr(err, Enonexist) != nil ||
	    strstr(err, "does not exist") != nil || strstr(err, Enotdir) != nil;
}

/* If path has no executable's header, print more about it than the error that a program
 * gets. */
static void
explain(const char *path)
{
	char why[ERRMAX];
	const char *what;

	what = notaout(path);
	snprint(why, sizeof why, "%s%s%s", Ebadexec, what != nil ? ": " : "",
	    what != nil ? what : "");
	strecpy(up->errstr, up->errstr + ERRMAX, why);
}

/* Try dir/prog; returns if it cannot be run. */
static void
tryexec(const char *dir, const char *prog)
{
	char path[HostPathMax];

	if(dir == nil)
		snprint(path, sizeof path, "%s", prog);
	else
		snprint(
		    path, sizeof path, "%s/%s", *dir != 0 ? dir : ".", prog);
	if(waserror()) {
		if(strcmp(up->errstr, Ebadexec) == 0)
			explain(path);
		return;
	}
	execprog(path, bootconf.argv);
	poperror();
	hosttimes(up, &up->basens[0], &up->basens[1]);
	touser(&up->start);
}

/* Find the program as a shell does, and run it. If that fails, print the last error that is not
 * mere absence. */
static _Noret void
runprog(void)
{
	char path[HostPathMax], why[ERRMAX], *p;
	const char *prog;
	long n;

	prog = bootconf.path != nil ? bootconf.path : bootconf.argv[0];
	strecpy(why, why + sizeof why, Enonexist);
	if(*prog == 0)
		bootfail(NotFound, "''", why);
	if(bootconf.path != nil || strchr(prog, '/') != nil || prog[0] == '#') {
		tryexec(nil, prog);
		strecpy(why, why + sizeof why, up->errstr);
	} else {
		n = kgetenv(up->egrp, "path", path, sizeof path - 1);
		path[n < 0 ? 0 : n] = 0;
		for(p = path; p < path + n; p += strlen(p) + 1) {
			tryexec(p, prog);
			if(!notthere(up->errstr))
				strecpy(why, why + sizeof why, up->errstr);
		}
	}
	bootfail(notthere(why) ? NotFound : NotRun, prog, why);
}

/* The first process starts here. */
static void
bootproc(void)
{
	char name[KNAMELEN];
	Chan *dot;
	int i;

	up->nerrlab = 0;
	if(waserror())
		panic("boot: %s", up->errstr);
	eve = kstrcpy(hostuser(name, sizeof name));
	free(up->user);
	up->user = kstrcpy(eve);
	enterdevices();
	devinit();
	nsinit();
	up->pgrp = newpgrp();
	up->fgrp = newfgrp();
	up->egrp = newegrp();
	up->rgrp = newrgrp();
	rootdir(bootconf.root);
	if(waserror())
		bootfail(bootconf.root != nil ? Usage : NotRun,
		    bootconf.root != nil ? bootconf.root : "name space",
		    up->errstr);
	defaultns(bootconf.root);
	poperror();
	environment();
	/* an interrupt ends a wait for a server */
	signalsinit();
	dialservers();
	files();
	postservers();
	if(bootconf.root != nil && bootconf.nsfile == nil)
		treens();
	/* the options' names are relative to the host's directory, if the name space has it
	 * already */
	if(bootconf.login)
		gohome();
	else
		hostdir();
	dot = up->dot;
	/* keeps another Chan from getting dot's address */
	incref(&dot->r);
	if(bootconf.nsfile != nil)
		nsfromfile(bootconf.nsfile);
	mountservers();
	startdir(bootconf.dir, dot);
	cclose(dot);
	for(i = 0; i < bootconf.nbind; i++)
		userbind(bootconf.bind[i]);
	poperror();
	exports();
	if(bootconf.argv == nil)
		servealone();
	runprog();
}

void
boot(void)
{
	Proc *p;

	ncpus = hostncpu();
	endstats = bootconf.stats;
	hostcommands = bootconf.cmd;
	netreach = bootconf.net;
	resolverconf.prog = bootconf.resolver;
	resolverconf.root = bootconf.root;
	procinit();
	dumpmesg = kmesgdump;
	p = newproc();
	p->text = kstrcpy(
	    bootconf.argv != nil ? lastelem(bootconf.argv[0]) : "export");
	p->user = kstrcpy("none");
	p->nochild = 1;
	p->state = Running;
	initproc = p;
	procmust(p, bootproc);
}
