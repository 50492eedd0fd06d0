/*
 * The first process: its name space, files, environment and program.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"

enum
{
	NotFound = 127, /* as shells say it */
	NotRun = 126,
	Usage = 2, /* what an option names cannot be had */
	PathMax = 4096,
	MaxPath = 128, /* elements of $path */
};

Boot bootconf;

/* The kernel process that posts the host user's notes; nil once it runs. Few instances need
 * it, and a host process takes time to make and to end. */
static Proc *signals;

void
hostsignalled(void)
{
	Proc *p;

	p = __atomic_exchange_n(&signals, nil, __ATOMIC_SEQ_CST);
	if(p != nil)
		kprocgo(p);
}

static void
hostsignals(void *unused)
{
	const char *note;

	USED(unused);
	for(;;) {
		note = hostnote();
		if(initproc != nil)
			postnotepg(initproc->noteid, note, NUser);
	}
}

/* Something that the user asked for cannot be done: say so and end. */
static _Noret void
bootfail(int status, const char *what, const char *why)
{
	kprint("run9: %s%s%s\n", what, *what != 0 ? ": " : "", why);
	endstatus = status;
	pexit("", 1);
}

/* Bind a file that may not exist. */
static void
trybind(const char *new, const char *old, int flag)
{
	if(waserror())
		return;
	kbind(new, old, flag);
	poperror();
}

/* The tree of a host directory. */
static Chan *
hosttree(const char *dir)
{
	return devtab[devno('Z', 0)]->attach(dir);
}

static void
rootdir(void)
{
	Chan *c;

	c = devtab[devno('/', 0)]->attach(nil); /* it cannot be named */
	pathclose(c->path);
	c->path = newpath("/");
	up->slash = c;
	up->dot = cclone(c);
}

static void
defaultns(const char *root)
{
	kbindchan(hosttree(root != nil ? root : ""), "/", MAFTER | MCREATE);
	kbind("#c", "/dev", MREPL);
	kbind("#d", "/fd", MREPL);
	kbind("#e", "/env", MREPL | MCREATE);
	kbind("#p", "/proc", MREPL);
	kbind("#s", "/srv", MREPL | MCREATE);
	if(root != nil) {
		kbindchan(hosttree(""), "/mnt/host", MREPL | MCREATE);
		trybind("/amd64/bin", "/bin", MREPL);
		trybind("/rc/bin", "/bin", MAFTER);
	} else
		trybind("#Z/mnt", "/mnt", MAFTER | MCREATE);
}

/* new:old[:flags] */
static void
userbind(const char *arg)
{
	char *s, *new, *old, *f;
	int flag;

	s = kstrcpy(arg);
	new = s;
	old = strchr(s, ':');
	*old++ = 0;
	flag = MREPL;
	f = strchr(old, ':');
	if(f != nil)
		for(*f++ = 0; *f != 0; f++)
			flag |= *f == 'a' ? MAFTER
			    : *f == 'b'	  ? MBEFORE
					  : MCREATE;
	if((flag & MORDER) == MORDER)
		bootfail(Usage, arg, "before or after, not both");
	if(waserror())
		bootfail(Usage, arg, up->errstr);
	kbind(new, old, flag);
	poperror();
	free(s);
}

/* Where a host name appears in the name space. */
static char *
inhost(const char *name, char *buf, int n)
{
	char cwd[PathMax];
	const char *top;

	top = bootconf.root != nil ? "/mnt/host" : "";
	if(name[0] == '/')
		snprint(buf, n, "%s", name);
	else {
		hostgetcwd(cwd, sizeof cwd);
		snprint(
		    buf, n, "%s%s%s%s", top, cwd, *name != 0 ? "/" : "", name);
	}
	return buf;
}

static void
nsfromfile(const char *name)
{
	enum
	{
		MaxNs = 256 * KiB,
	};
	char path[PathMax], *text;
	Chan *c;
	long n, m;

	if(waserror())
		bootfail(Usage, name, up->errstr);
	c = namec(inhost(name, path, sizeof path), Aopen, OREAD, 0);
	text = smalloc(MaxNs + 1);
	for(n = 0; n < MaxNs; n += m) {
		m = chanread(c, text + n, MaxNs - n, n);
		if(m <= 0)
			break;
	}
	cclose(c);
	if(n == MaxNs)
		error("file too large");
	nsfile(name, text);
	free(text);
	poperror();
}

static void
setenv(const char *name, const char *val)
{
	if(waserror())
		return; /* a name that #e cannot show */
	ksetenv(up->egrp, name, val, strlen(val));
	poperror();
}

/* $path from the host's PATH: a list, elements ended by NUL as rc does it. */
static void
setpath(const char *hostpath)
{
	char *s, *p;

	if(bootconf.root != nil) {
		ksetenv(up->egrp, "path", "/bin\0.", sizeof "/bin\0.");
		return;
	}
	if(hostpath == nil)
		hostpath = "/bin";
	s = kstrcpy(hostpath);
	for(p = s; *p != 0; p++)
		if(*p == ':')
			*p = 0;
	ksetenv(up->egrp, "path", s, p - s + 1);
	free(s);
}

static void
environment(void)
{
	const char *hostpath;
	char *s, *eq, buf[64];
	int i;

	setenv("user", up->user);
	setenv("objtype", "amd64");
	setenv("cputype", "amd64");
	setenv("sysname", sysname);
	snprint(buf, sizeof buf, "%d", hostncpu());
	setenv("NPROC", buf);
	hostpath = nil;
	for(i = 0; i < bootconf.nenv; i++)
		if(strncmp(bootconf.env[i], "PATH=", 5) == 0)
			hostpath = bootconf.env[i] + 5;
		else if(strncmp(bootconf.env[i], "HOME=", 5) == 0)
			setenv("home", bootconf.env[i] + 5);
	setpath(hostpath);
	for(i = 0; i < bootconf.nenv; i++) {
		s = kstrcpy(bootconf.env[i]);
		eq = strchr(s, '=');
		if(eq != nil && eq != s) {
			*eq = 0;
			setenv(s, eq + 1);
		}
		free(s);
	}
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

static void
changedir(const char *name)
{
	Chan *c;

	c = namec(name, Atodir, 0, 0);
	cclose(up->dot);
	up->dot = c;
}

/* Into the host's current directory: 0 if the name space has none. */
static int
hostdir(void)
{
	char path[PathMax];

	if(waserror())
		return 0;
	changedir(inhost("", path, sizeof path));
	poperror();
	return 1;
}

/* Where the program starts: in -c's directory, else where the namespace file
 * went, which is dot if not the old one, else in the host's. */
static void
startdir(const char *name, Chan *old)
{
	if(name == nil) {
		if(up->dot == old && !hostdir())
			bootfail(NotRun, "current directory", up->errstr);
		return;
	}
	if(waserror())
		bootfail(Usage, name, up->errstr);
	changedir(name);
	poperror();
}

static int
notthere(const char *err)
{
	return strstr(err, Enonexist) != nil ||
	    strstr(err, "does not exist") != nil || strstr(err, Enotdir) != nil;
}

/* Try dir/prog; returns if it cannot be run. */
static void
tryexec(const char *dir, const char *prog)
{
	char path[PathMax];

	if(waserror())
		return;
	if(dir == nil)
		snprint(path, sizeof path, "%s", prog);
	else
		snprint(
		    path, sizeof path, "%s/%s", *dir != 0 ? dir : ".", prog);
	execprog(path, bootconf.argv);
	poperror();
	hosttimes(up, &up->basens[0], &up->basens[1]);
	touser(&up->start);
}

/* Find the program as a shell does, and run it. If that fails, the reason to print is the last
 * that is not mere absence. */
static _Noret void
runprog(void)
{
	char path[PathMax], why[ERRMAX], *p;
	const char *prog;
	long n;

	prog = bootconf.argv[0];
	strecpy(why, why + sizeof why, Enonexist);
	if(*prog == 0)
		bootfail(NotFound, "''", why);
	if(strchr(prog, '/') != nil || prog[0] == '#') {
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
	rootdir();
	if(waserror())
		bootfail(bootconf.root != nil ? Usage : NotRun,
		    bootconf.root != nil ? bootconf.root : "name space",
		    up->errstr);
	defaultns(bootconf.root);
	poperror();
	environment();
	files();
	/* the names of the options are relative to it, if the name space has it already */
	hostdir();
	dot = up->dot;
	incref(&dot->r); /* or another Chan could get its address */
	if(bootconf.nsfile != nil)
		nsfromfile(bootconf.nsfile);
	startdir(bootconf.dir, dot);
	cclose(dot);
	for(i = 0; i < bootconf.nbind; i++)
		userbind(bootconf.bind[i]);
	poperror();
	__atomic_store_n(&signals, kproclater("signals", hostsignals, nil),
	    __ATOMIC_SEQ_CST);
	if(hostinterrupted())
		hostsignalled();
	runprog();
}

void
boot(void)
{
	Proc *p;

	ncpus = hostncpu();
	procinit();
	dumpmesg = kmesgdump;
	endstats = bootconf.stats;
	p = newproc();
	p->text = kstrcpy(lastelem(bootconf.argv[0]));
	p->user = kstrcpy("none");
	p->nochild = 1;
	p->state = Running;
	initproc = p;
	procmust(p, bootproc);
}
