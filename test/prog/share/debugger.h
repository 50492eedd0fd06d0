/*
 * What a debugger does with /proc/n. A failure fails the caller.
 */
#ifndef DEBUGGER_H
#define DEBUGGER_H

#include "procfile.h"

/* "/proc/pid", until the next call. */
char *procpath(int pid);
int procopen(int pid, char *name, int mode);
void getregs(int pid, Ureg *u);
void getmem(int pid, void *addr, void *to, int n);
/* The entry of pid's program, from the header with which its text begins: a.out(6). */
u64int entryof(int pid);

#endif
