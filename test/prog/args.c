/*
 * args [arg ...]: each argument on a line, argv[0] too.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	int i;

	for(i = 0; i < argc; i++)
		print("%s\n", argv[i]);
}
