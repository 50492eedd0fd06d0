/*
 * Text: system calls in a program's text become calls of gates, which are quick.
 */
#ifndef TEXT_H
#define TEXT_H

#include "u.h"

/* fixtext rewrites the system calls in n bytes of text at `page', which is the start of a page.
 * unfixtext undoes that in a copy. va is the page's address in every program that maps it. */
void fixtext(uchar *page, uintptr va, u32int n);
void unfixtext(uchar *page, uintptr va, u32int n);

/* Is pc in the code that fixtext calls in place of MOVSQs? A program may fault there, and
 * continue there after a note, though no segment of it contains the address. */
int hostcopies(uintptr pc);

#endif
