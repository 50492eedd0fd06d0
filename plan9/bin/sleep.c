/*
 * sleep time: sleep(1). time is in seconds, and may have a fraction.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	char *p;
	vlong n;
	int ms, unit;

	if(argc < 2)
		exits(nil);
	n = strtoll(argv[1], &p, 10);
	/* sleep takes at most so many ms */
	for(; n > 1000000; n -= 1000000)
		sleep(1000000 * 1000);
	ms = n > 0 ? n * 1000 : 0;
	if(*p == '.')
		for(unit = 100; unit > 0 && *++p >= '0' && *p <= '9';
		    unit /= 10)
			ms += (*p - '0') * unit;
	sleep(ms);
}
