/*
 * For tests of notes: a handler that keeps the notes that came.
 */
#ifndef NOTELOG_H
#define NOTELOG_H

#include "test.h"

/* the first notes, and how many came */
extern char notes[8][ERRMAX];
extern volatile int nnote;
/* the last note's registers */
extern Ureg saved;

/* Keep a note, for a handler. */
void remember(Ureg *u, char *msg);
/* A handler: remember, and go on. */
void record(Ureg *u, char *msg);
/* Post a note to this process. */
void postself(char *note);
/* Wait until n notes came. */
void waitnotes(int n);

#endif
