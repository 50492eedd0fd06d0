/*
 * What the tests of races share: race.h.
 */
#include "race.h"
#include "aout.h"

File *file, *other;

void
runfile(void *arg)
{
	File *f;

	f = arg;
	execfile(f, Text, Data, Bss);
	must(mustread(UTZERO + 8) == (fileword(f->id, f->vers, 8) | FIXED));
	leavemem();
}

void
attachput(void *arg)
{
	Chan *c;
	Image *i;

	c = openfile(arg);
	i = attachimage(c, Length);
	must(i->intable && i->qid.path == ((File *)arg)->id);
	putimage(i);
	cclose(c);
}

Image *
imageof(File *f)
{
	Image *i;
	u32int k;

	for(k = 0; (i = imageat(k)) != nil; k++)
		if(i->intable && i->qid.path == f->id)
			return i;
	return nil;
}

void
useup(File *f, int times)
{
	u32int k;

	while(times-- > 0) {
		execfile(f, Text, Data, Bss);
		for(k = 0; k < Text; k += Pg)
			mustread(UTZERO + k);
		for(k = 0; k < Data; k += Pg)
			mustread(databaseof(Text) + k);
		leavemem();
	}
}
