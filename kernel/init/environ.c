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

static void
setenv(const char *name, const char *val)
{
	if(waserror())
		/* a name that #e cannot show */
		return;
	ksetenv(up->egrp, name, val, strlen(val));
	poperror();
}

/* Make $path from the host's PATH. It is a list, whose elements a NUL ends, as in rc. */
static void
setpath(const char *hostpath)
{
	char *s, *p;

	if(bootconf.root != nil) {
		ksetenv(up->egrp, "path", "/bin\0.", sizeof "/bin\0.");
		/* as 9front's bootrc sets it: the tree is there */
		ksetenv(up->egrp, "rootdir", "/root", strlen("/root"));
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

void
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
