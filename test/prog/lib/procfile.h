/*
 * Files of /proc/n, for tests of proc(3). A failure fails the caller.
 */
#ifndef PROCFILE_H
#define PROCFILE_H

#include "test.h"

extern char procbuf[32 * KiB];

/* The text of file name of process pid, in procbuf. */
char *procfile(int pid, char *name);
/* The same by a single read: of wait and note each read takes a record. */
char *procrecord(int pid, char *name);
/* Writes s to the file: count or -1. */
int procwrite(int pid, char *name, char *s);
void ctl(int pid, char *msg);
/* Waits until the state in pid's status is want, a minute at most. */
void statebecomes(int pid, char *want);
/* For spawn: sets *(int*)arg, then sleeps again and again. */
void loiter(void *arg);

#endif
