/*
 * Where a helper program is: hosthelp.h.
 */
#include "host/linux.h"

#include "host/file/file.h"
#include "host/hosthelp.h"
#include "lib/lib.h"

enum
{
	X_OK = 1,
	AT_FDCWD = -100,
};

char *
hosthelper(const char *name, char *buf, int n)
{
	char *end;
	long r;

	r = hostcall(__NR_readlink, "/proc/self/exe", buf, n - 1);
	if(r > 0 && r < n - 1) {
		buf[r] = 0;
		end = strrchr(buf, '/');
		if(end != nil) {
			strecpy(end + 1, buf + n, name);
			r = hostcall(__NR_faccessat, AT_FDCWD, buf, X_OK);
			if(r == 0)
				return buf;
		}
	}
	strecpy(buf, buf + n, name);
	return buf;
}
