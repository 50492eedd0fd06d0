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

/* where the host has its zones */
#define ZONES "/usr/share/zoneinfo"

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

char *
readifany(const char *name, usize *n)
{
	char *s;

	if(waserror())
		return nil;
	s = readwhole(name, n);
	poperror();
	return s;
}

/* Make the text of the host's zone, for the value of the host's $TZ or nil. Returns 0 if there is none. */
static int
hostzone(const char *tz, char *text, usize ntext)
{
	char name[HostPathMax], *file;
	usize n;
	int ok;

	if(tz == nil)
		strecpy(name, name + sizeof name, "/etc/localtime");
	else {
		tz += tz[0] == ':';
		snprint(name, sizeof name, "%s%s",
		    tz[0] == '/' ? "" : ZONES "/", tz);
	}
	file = readifany(name, &n);
	if(file == nil)
		return tz != nil && zoneruletext(text, ntext, tz);
	ok = zonetext(text, ntext, (uchar *)file, n);
	free(file);
	return ok;
}

/* $timezone is the host's zone, and $ZONEINFO has the others: Go's programs look there when GOROOT
 * has none, as Debian's. */
static void
zones(const char *tz)
{
	static const char utc[] = "UTC 0 UTC 0\n";
	char *text;
	Chan *c;

	text = smalloc(ZONETEXT);
	if(hostzone(tz, text, ZONETEXT) && strcmp(text, utc) != 0)
		envset("timezone", text);
	free(text);
	if(waserror())
		return;
	c = namec(ZONES, Aaccess, 0, 0);
	cclose(c);
	poperror();
	envset("ZONEINFO", ZONES);
}

void
environment(void)
{
	const char *hostpath, *tz;
	char *s, *eq, buf[64];
	int i;

	envset("user", up->user);
	envset("objtype", "amd64");
	envset("cputype", "amd64");
	envset("sysname", sysname);
	snprint(buf, sizeof buf, "%d", hostncpu());
	envset("NPROC", buf);
	hostpath = tz = nil;
	for(i = 0; i < bootconf.nenv; i++)
		if(strncmp(bootconf.env[i], "PATH=", 5) == 0)
			hostpath = bootconf.env[i] + 5;
		else if(strncmp(bootconf.env[i], "HOME=", 5) == 0)
			envset("home", bootconf.env[i] + 5);
		else if(strncmp(bootconf.env[i], "TZ=", 3) == 0)
			tz = bootconf.env[i] + 3;
	if(bootconf.root == nil) {
		setpath(hostpath);
		zones(tz);
	} else
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
