#include "textfile.h"

char buf[64 * KiB];

/* A new file that holds s; its name. */
char *
file(char *s)
{
	char *name = tmpname("file");

	if(writefile(name, s, strlen(s), 0644) < 0)
		fail("creating %s: %r", name);
	return name;
}

void
holds(char *name, char *want)
{
	check(readfile(name, buf, sizeof buf) >= 0);
	checkstr(buf, want);
}
