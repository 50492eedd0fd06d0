/*
 * Where programs of the host are: those that PATH finds, launcher.h; run9's helpers, hosthelp.h.
 */
#include "u.h"
#include "host/linux.h"
#include "host/hosthelp.h"
#include "host/pool/launcher.h"
#include "init/init.h"
#include "lib/lib.h"

enum
{
	X_OK = 1,
	/* of the directory of run9's executable */
	Dirmax = 4096,
};

const char *
searchpath(char *const *env)
{
	for(; *env != nil; env++)
		if(strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return "/bin:/usr/bin";
}

int
nextpath(const char **dirs, const char *prog, char *buf, int n)
{
	const char *p, *e;

	while((p = *dirs) != nil) {
		e = strchr(p, ':');
		*dirs = e != nil ? e + 1 : nil;
		if(e == nil)
			e = p + strlen(p);
		if(e - p + (vlong)strlen(prog) + 2 >= n)
			continue;
		snprint(buf, n, "%.*s%s%s", (int)(e - p), p, e > p ? "/" : "",
		    prog);
		return 1;
	}
	return 0;
}

/* Is there a program at path? */
static int
isprogram(const char *path)
{
	return hostcall(__NR_access, path, X_OK) == 0;
}

/* The directory of run9's executable, to buf of n bytes. Returns 0 if it is not known. */
static int
owndir(char *buf, int n)
{
	char *slash;
	long len;

	len = hostcall(__NR_readlink, "/proc/self/exe", buf, n - 1);
	if(len <= 0)
		return 0;
	buf[len] = 0;
	slash = strrchr(buf, '/');
	if(slash == nil)
		return 0;
	*slash = 0;
	return 1;
}

int
hosthelper(const char *name, char *buf, int n)
{
	static const char *const places[] = {"", "/../libexec"};
	char dir[Dirmax];
	const char *dirs;
	u32int i;

	if(owndir(dir, sizeof dir))
		for(i = 0; i < nelem(places); i++) {
			snprint(buf, n, "%s%s/%s", dir, places[i], name);
			if(isprogram(buf))
				return 1;
		}
	dirs = searchpath(bootconf.env);
	while(nextpath(&dirs, name, buf, n))
		/* none of the current directory, whichever that is */
		if(strchr(buf, '/') != nil && isprogram(buf))
			return 1;
	return 0;
}
