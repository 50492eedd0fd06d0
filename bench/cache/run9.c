/*
 * run9's protocol: kernel/mm's own files as they are, with a door to what they
 * keep to themselves.
 */
#include "mm/image.c"
#include "mm/execseg.c"
#include "proto.h"

const char protocol[] = "run9";

Segment *
attachtext(Chan *c, u32int text, u32int data)
{
	return textseg(c, text, data);
}

Image *
imagearray(void)
{
	return table.all;
}
