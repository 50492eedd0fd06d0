/*
 * The table of devices.
 */
#include "ns/nsdat.h"

Dev *devtab[MAXDEV + 1];

void
adddev(Dev *d)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		assert(devtab[i]->dc != d->dc);
	assert(i < MAXDEV);
	devtab[i] = d;
}

int
devno(Rune dc, int user)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		if(devtab[i]->dc == dc)
			return i;
	if(!user)
		panic("devno: no device %x", dc);
	return -1;
}

void
devinit(void)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		if(devtab[i]->init != nil)
			devtab[i]->init();
}
