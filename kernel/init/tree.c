/*
 * A Plan 9 tree as root: what boot(8) and init(8) do before the first program.
 *
 *   treebase  what lies under every name space: the host, and a place for temporary files
 *   treeenv   the environment
 *   treens    /lib/namespace, as newns(2) carries it out
 *   gohome    where a login begins
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"
#include "init/initdat.h"

/* The environment whose variables windowsize sets: the login shell's. */
static Egrp *loginenv;

/* Show the host directory dir at old. Returns 0 if there is no such directory. */
static int
showdir(const char *dir, const char *old)
{
	if(waserror())
		return 0;
	kbindchan(hosttree(dir), old, MREPL | MCREATE);
	poperror();
	return 1;
}

/* /mnt/host, and a /tmp, because a checkout of the sources has none. */
void
treebase(const char *root)
{
	char dir[HostPathMax];

	kbindchan(hosttree(""), "/mnt/host", MREPL | MCREATE);
	snprint(dir, sizeof dir, "%s/tmp", root);
	if(!showdir(dir, "/tmp"))
		showdir("/tmp", "/tmp");
	cleanns = newpgrp();
	pgrpcpy(cleanns, up->pgrp);
}

/* Set variable name to the contents of file, if it exists. */
static void
envfromfile(const char *name, const char *file)
{
	char *text;
	usize n;

	text = readifany(file, &n);
	if(text != nil)
		envset(name, text);
	free(text);
}

void
treeenv(void)
{
	char home[HostPathMax];

	snprint(home, sizeof home, "/usr/%s", up->user);
	envset("home", home);
	/* users' profiles start no graphics for this value */
	envset("service", "con");
	envfromfile("timezone", "/adm/timezone/local");
	ksetenv(up->egrp, "path", "/bin\0.", sizeof "/bin\0.");
	ksetenv(up->egrp, "prompt", "% \0\t", sizeof "% \0\t");
	/* as bootrc(8) sets it */
	envset("rootdir", "/root");
	if(!bootconf.login)
		return;
	loginenv = up->egrp;
	egrpref(loginenv);
	windowsize();
}

static void
envnumber(const char *name, uint n)
{
	char buf[16];

	snprint(buf, sizeof buf, "%ud", n);
	if(waserror())
		return;
	ksetenv(loginenv, name, buf, strlen(buf));
	poperror();
}

/* The variables that vt(1) sets and ssh(1) reads. */
void
windowsize(void)
{
	static const char *const var[] = {
	    "LINES", "COLS", "XPIXELS", "YPIXELS"};
	uint size[nelem(var)], i;

	if(!conswindow(size))
		return;
	for(i = 0; i < nelem(var); i++)
		envnumber(var[i], size[i]);
}

/* What the tree's namespace file does not have. */
static void
ownbinds(void)
{
	devbinds();
	binbind();
}

/* newns(2) passes by a line that is no operation, and says nothing. */
static void
wrongline(const char *why)
{
	kprint("run9: %s\n", why);
}

/* Carry out the namespace file `name' in a clean name space. Returns 0 if there is none
 * that can be read. */
static int
carryout(const char *name)
{
	Pgrp *old;
	char *text;

	if(waserror()) {
		if(!notthere(up->errstr))
			kprint("run9: %s: %s\n", name, up->errstr);
		return 0;
	}
	text = readtext(name);
	poperror();
	onerror(free(text));
	old = up->pgrp;
	up->pgrp = cleanpgrp();
	closepgrp(old);
	nsfile(name, text, wrongline);
	poperror();
	free(text);
	return 1;
}

void
gohome(void)
{
	char home[HostPathMax];

	if(waserror())
		return;
	snprint(home, sizeof home, "/usr/%s", up->user);
	kchdir(home);
	poperror();
}

void
treens(void)
{
	static const char name[] = "/lib/namespace";

	if(waserror()) {
		/* an interrupt: the lines before it have been carried out */
		kprint("run9: %s\n", up->errstr);
		ownbinds();
		return;
	}
	if(carryout(name))
		ownbinds();
	poperror();
}
