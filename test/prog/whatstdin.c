/*
 * whatstdin: the server type of standard input, its length, and whether it can seek.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	char err[ERRMAX];
	Dir *d;

	USED(argc), USED(argv);
	d = dirfstat(0);
	if(d == nil)
		sysfatal("fstat: %r");
	print("%c %lld", d->type, d->length);
	if(seek(0, 0, 1) < 0) {
		rerrstr(err, sizeof err);
		print(" %s", err);
	}
	print("\n");
}
