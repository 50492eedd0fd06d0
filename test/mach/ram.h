/*
 * #R: a file system in the machine's memory, in the place of #Z.
 */
#ifndef RAM_H
#define RAM_H

#include "u.h"
#include "dev/dev.h"

extern Dev ramdev;

/* Write file path of #R, from its root, whole; the directories are made. It
 * gets a new version. */
void ramfile(const char *path, const void *data, usize n);
/* Forget all files; nobody uses them. */
void ramclear(void);
/* Chans that refer to files here. */
long ramrefs(void);

/* A walk to "hang", and a close of "hangclose", wait while ramhang is set; how
 * many wait. */
extern int ramhang, ramhanging;
/* Called with the name before a create. */
extern void (*ramrace)(const char *);
/* Device walks, and names walked in them. */
extern long ramwalks, ramnames;
/* The nth call from now fails (0: none); calls so far. */
extern long devfail, devcount;
/* Longest file. */
extern usize rammax;
/* Most bytes that a read gives; 0: as many as are asked for. */
extern long ramshort;
/* Each nth read waits a little, interrupted by notes; 0: none. */
extern int ramslow;

#endif
