/*
 * What the files of host/file share.
 */
#ifndef FILE_H
#define FILE_H

/* hostfile.c: open(2)'s flags for a Plan 9 mode. */
int openflags(int mode);

#endif
