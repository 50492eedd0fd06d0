/*
 * For tests of exec: the program runs itself, or a copy of itself, as `name -mode ...`, in a child.
 */
#ifndef EXECSELF_H
#define EXECSELF_H

#include "test.h"

/* what the program wrote that ran last */
extern char buf[64 * KiB];
/* bss, and data whose values exec sets: modeimage */
extern char zeros[256 * KiB];
extern int initialised;
extern char *table[3];

/* Run file with these arguments and with descriptor 1 on a pipe, and fill buf. Returns the exit
 * string. */
char *run(char *file, char *argv[]);
/* Run this program in a mode of main's. */
char *runmode(char *mode, char *arg);
/* The mode -args: print the arguments. */
void modeargs(int argc, char *argv[]);
/* The mode -image: data and bss are as the file has them. */
void modeimage(void);

#endif
