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

#endif
