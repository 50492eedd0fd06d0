/*
 * The first process's name space: the default one, what the command line and a namespace(6)
 * file change in it, and the directory that the program starts in.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"
#include "init/initdat.h"
#include "net/net.h"

/* Bind new upon old, if it exists. */
static void
trybind(const char *new, const char *old, int flag)
{
	if(waserror())
		return;
	kbind(new, old, flag);
	poperror();
}

/* The file tree of a host directory. */
Chan *
hosttree(const char *dir)
{
	return devtab[devno('Z', 0)]->attach(dir);
}

/* Bind the directory of the tree root that a directory of #/ hides. */
static void
bindhidden(const char *root, const char *name)
{
	char dir[HostPathMax];

	if(waserror())
		return;
	snprint(dir, sizeof dir, "%s%s", root, name);
	kbindchan(hosttree(dir), name, MREPL | MCREATE);
	poperror();
}

void
rootdir(const char *root)
{
	Chan *c;

	c = devtab[devno('/', 0)]->attach(root != nil ? nil : "host");
	channame(c, "/");
	up->slash = c;
	up->dot = cclone(c);
}

void
devbinds(void)
{
	trybind("#\302\266", "/dev", MAFTER);
	trybind("#P", "/dev", MAFTER);
	trybind("#a", "/net", MAFTER);
}

/* cmd(3) is seen behind the root, if it is on. */
static void
cmdbind(void)
{
	if(!hostcommands)
		return;
	trybind("#C", "/", MAFTER);
	/* where drawterm has it */
	trybind("#C", "/mnt/term", MREPL);
}

static void
netbind(void)
{
	if(netreach != Netnone)
		kbind("#I", "/net", MAFTER);
}

void
binbind(void)
{
	trybind("#/bin", "/bin", MAFTER);
}

/* What the host has goes before what #/ has there. */
static void
hostbinds(void)
{
	/* but for programs: exec cannot run the host's */
	trybind("#Z/bin", "/bin", MAFTER | MCREATE);
	trybind("#Z/mnt", "/mnt", MBEFORE | MCREATE);
	trybind("#Z/lib", "/lib", MBEFORE | MCREATE);
	trybind("#Z/sys", "/sys", MBEFORE | MCREATE);
	/* some hosts have their users' work there */
	trybind("#Z/srv", "/srv", MAFTER);
}

void
defaultns(const char *root)
{
	serveboot(root != nil ? root : "");
	if(root != nil) {
		cmdbind();
		treebase(root);
	}
	kbindchan(hosttree(root != nil ? root : ""), "/", MAFTER | MCREATE);
	kbind("#c", "/dev", MREPL);
	kbind("#\302\244", "/dev", MAFTER);
	devbinds();
	kbind("#d", "/fd", MREPL);
	kbind("#e", "/env", MREPL | MCREATE);
	kbind("#p", "/proc", MREPL);
	netbind();
	kbind("#s", "/srv", MREPL | MCREATE);
	kbind("#\317\203", "/shr", MREPL);
	if(root != nil) {
		kbindchan(hosttree(root), "/root", MREPL | MCREATE);
		bindhidden(root, "/boot");
		bindhidden(root, "/bin");
		trybind("/amd64/bin", "/bin", MREPL);
		trybind("/rc/bin", "/bin", MAFTER);
		binbind();
	} else {
		cmdbind();
		hostbinds();
	}
}

/* arg is new:old[:flags]. */
void
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

/* Where the name space shows the host's file `name'. In buf, of n bytes, or name itself. */
static char *
inhost(const char *name, char *buf, int n)
{
	char cwd[HostPathMax];
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

void
nsfromfile(const char *name)
{
	char path[HostPathMax], *text;

	if(waserror())
		bootfail(Usage, name, up->errstr);
	text = readtext(inhost(name, path, sizeof path));
	nsfile(name, text, nil);
	free(text);
	poperror();
}

int
hostdir(void)
{
	char path[HostPathMax];

	if(waserror())
		return 0;
	kchdir(inhost("", path, sizeof path));
	poperror();
	return 1;
}

void
startdir(const char *name, Chan *old)
{
	if(name == nil) {
		/* a login starts where treens went */
		if(!bootconf.login && up->dot == old && !hostdir())
			bootfail(NotRun, "current directory", up->errstr);
		return;
	}
	if(waserror())
		bootfail(Usage, name, up->errstr);
	kchdir(name);
	poperror();
}
