/*
 * For tests of files: small files with a text.
 */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include "test.h"

/* scratch memory */
extern char buf[64 * KiB];

/* Make a new file that contains s. Returns its name. */
char *file(char *s);
/* Check that the file called name contains want. Changes buf. */
void holds(char *name, char *want);

#endif
