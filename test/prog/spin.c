/*
 * spin [n]: n times round an empty loop; without n for ever.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	vlong n;

	if(argc < 2)
		for(;;)
			__asm__ volatile("pause");
	for(n = strtoll(argv[1], nil, 0); n > 0; n--)
		__asm__ volatile("");
	exits(nil);
}
