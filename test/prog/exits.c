/*
 * exits [string]: exits with that string.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	exits(argc > 1 ? argv[1] : nil);
}
