/*
 * printenv [name ...]: environment variables as name=value, NULs (rc's list
 * separators) as spaces.
 */
#include "lib.h"

static char value[IOUNIT];

static int
show(char *name, int withname)
{
	char path[256];
	s32int i, n;

	snprint(path, sizeof path, "/env/%s", name);
	n = readfile(path, value, sizeof value);
	if(n < 0) {
		fprint(2, "printenv: %s: %r\n", name);
		return -1;
	}
	while(n > 0 && value[n - 1] == 0)
		n--;
	for(i = 0; i < n; i++)
		if(value[i] == 0)
			value[i] = ' ';
	if(withname)
		print("%s=", name);
	write(1, value, n);
	print("\n");
	return 0;
}

void
main(int argc, char *argv[])
{
	int fd, i, n, bad = 0;
	Dir *d;

	for(i = 1; i < argc; i++)
		bad |= show(argv[i], 0) < 0;
	if(argc > 1)
		exits(bad ? "errors" : nil);
	fd = open("/env", OREAD);
	if(fd < 0)
		sysfatal("printenv: /env: %r");
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++)
			bad |= show(d[i].name, 1) < 0;
		free(d);
	}
	exits(bad || n < 0 ? "errors" : nil);
}
