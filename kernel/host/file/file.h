/*
 * What the files of host/file share with each other and with host/net.
 */
#ifndef FILE_H
#define FILE_H

#include "u.h"

/* hostfile.c: open(2)'s flags for a Plan 9 mode. */
int openflags(int mode);
/* hostfile.c: fault in a user buffer of n bytes. A bad address ends in the fault's own error. */
void touchuser(const void *buf, uvlong n, int write);
/* tty.c: n bytes were read from fd into buf, a kernel or user address. If fd is a terminal in raw
 * mode, the byte of the key that erases becomes ^H. */
void ttykeys(int fd, void *buf, vlong n);

#endif
