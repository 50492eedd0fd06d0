/*
 * lock(), by the linker's --wrap. It always counts: a few instructions for each
 * lock, for all protocols alike.
 */
#include "count.h"
#include "proto.h"

_Thread_local Counts counts;

static uintptr table, images, imagesend;

void
countinit(u32int nimages)
{
	table = (uintptr)tablelock();
	images = (uintptr)imagearray();
	imagesend = images + nimages * sizeof(Image);
}

void
countsum(Counts *to, const Counts *from)
{
	to->table += from->table;
	to->image += from->image;
	to->other += from->other;
	to->tablewait += from->tablewait;
	to->imagewait += from->imagewait;
	to->otherwait += from->otherwait;
}

void __real_lock(Lock *l);
void __wrap_lock(Lock *l);

void
__wrap_lock(Lock *l)
{
	int wait;

	wait = !canlock(l);
	if(wait)
		__real_lock(l);
	if((uintptr)l - images < imagesend - images) {
		counts.image++;
		counts.imagewait += wait;
	} else if((uintptr)l == table) {
		counts.table++;
		counts.tablewait += wait;
	} else {
		counts.other++;
		counts.otherwait += wait;
	}
}
