/*
 * A directory of the host for tests of #Z.
 */
#ifndef HOSTTMP_H
#define HOSTTMP_H

#include "dev/devcall.h"
#include "dev/hostfs.h"
#include "host/hostfile.h"

/* A temporary directory for each test, removed after it, outside the machine:
 * KERNIN. Its path. */
int tmpsetup(void **state);
int tmpteardown(void **state);
extern char tmpdir[];

/* Groups as devgroups makes them; afterwards as many blocks as before. */
int setup(void **state);
int teardown(void **state);

/* The host path of name in tmpdir, and #Z's name for it; the last four stay. */
char *host(const char *name);
char *z(const char *name);

/* The file name there, with text in it; and the check that it has. */
void put(const char *name, const char *text);
void holds(const char *name, const char *text);
void mkdir9(const char *name);

#endif
