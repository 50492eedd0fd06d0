/*
 * hello: the least that shows something.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	USED(argc);
	USED(argv);
	print("hello, world\n");
	exits(nil);
}
