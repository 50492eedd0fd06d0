/*
 * For tests of traps.
 */
#ifndef TRAPDIES_H
#define TRAPDIES_H

#include "test.h"

/* Run f in a child, and check that it dies of a trap whose text begins with text. */
void dies(void (*f)(void *), char *text);

#endif
