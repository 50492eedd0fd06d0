/*
 * The first process's environment: what Plan 9 programs expect, then the host's and -e's
 * variables.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"
#include "init/initdat.h"

int
envset(const char *name, const char *val)
{
	if(waserror())
		return 0;
	ksetenv(up->egrp, name, val, strlen(val));
	poperror();
	return 1;
}

/* up->errstr says why -e's variable cannot be set. */
static _Noret void
badenv(const char *name)
{
	char option[ERRMAX];

	snprint(option, sizeof option, "-e %s", name);
	bootfail(Usage, option, up->errstr);
}

/* Make $path: /bin, which has run9's own programs before the host's, and then the host's PATH. It
 * is a list, whose elements a NUL ends, as in rc. */
static void
setpath(const char *hostpath)
{
	static const char own[] = "/bin:";
	char *s, *p;
	usize n;

	if(hostpath == nil)
		hostpath = ".";
	n = sizeof own + strlen(hostpath);
	s = smalloc(n);
	snprint(s, n, "%s%s", own, hostpath);
	for(p = s; *p != 0; p++)
		if(*p == ':')
			*p = 0;
	ksetenv(up->egrp, "path", s, n);
	free(s);
}

void
environment(void)
{
	const char *hostpath;
	char *s, *eq, buf[64];
	int i;

	envset("user", up->user);
	envset("objtype", "amd64");
	envset("cputype", "amd64");
	envset("sysname", sysname);
	snprint(buf, sizeof buf, "%d", hostncpu());
	envset("NPROC", buf);
	hostpath = nil;
	for(i = 0; i < bootconf.nenv; i++)
		if(strncmp(bootconf.env[i], "PATH=", 5) == 0)
			hostpath = bootconf.env[i] + 5;
		else if(strncmp(bootconf.env[i], "HOME=", 5) == 0)
			envset("home", bootconf.env[i] + 5);
	if(bootconf.root == nil)
		setpath(hostpath);
	else
		treeenv();
	for(i = 0; i < bootconf.nenv; i++) {
		s = kstrcpy(bootconf.env[i]);
		eq = strchr(s, '=');
		if(eq != nil && eq != s) {
			*eq = 0;
			/* the host has variables that #e cannot hold: a shell's functions */
			if(!envset(s, eq + 1) && i >= bootconf.nhostenv)
				badenv(s);
		}
		free(s);
	}
}
