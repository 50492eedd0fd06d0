/*
 * What tests of programs' memory share.
 */
#ifndef MMPROG_H
#define MMPROG_H

#include "mach/memproc.h"
#include "mach/tagfile.h"

/* A word of up's text, and of its data, which begins at text in the file, is as in
 * version vers of f. */
void mustbetext(File *f, u32int vers, u32int off);
void mustbedata(File *f, u32int vers, u32int text, u32int off);

/* Whose turn it is; only grows while a test waits for it. Atomic */
extern u32int turn;
void waitturn(u32int n);

/* A process that runs f(arg) with up's memory (share) or a copy. holdend(h) is to
 * follow; forkproc has done that. */
Proc *rforked(void (*f)(void *), void *arg, int share, Forkhold *h);
Proc *forkproc(void (*f)(void *), void *arg, int share);

#endif
