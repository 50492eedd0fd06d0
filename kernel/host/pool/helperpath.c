/*
 * Where run9's helper programs are: hosthelp.h.
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

/* Is name in a directory of dirs? Then buf becomes its path. */
static int
inpath(const char *name, const char *dirs, char *buf, int n)
{
	const char *p, *e;

	for(p = dirs;; p = e + 1) {
		e = strchr(p, ':');
		if(e == nil)
			e = p + strlen(p);
		if(e > p && e - p + (int)strlen(name) + 2 < n) {
			snprint(buf, n, "%.*s/%s", (int)(e - p), p, name);
			if(isprogram(buf))
				return 1;
		}
		if(*e == 0)
			return 0;
	}
}

int
hosthelper(const char *name, char *buf, int n)
{
	static const char *const places[] = {"", "/../libexec"};
	char dir[Dirmax];
	u32int i;

	if(owndir(dir, sizeof dir))
		for(i = 0; i < nelem(places); i++) {
			snprint(buf, n, "%s%s/%s", dir, places[i], name);
			if(isprogram(buf))
				return 1;
		}
	return inpath(name, searchpath(bootconf.env), buf, n);
}
