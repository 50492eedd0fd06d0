/*
 * The texts of Plan 9's errors, defined from the list in error.h.
 */
#include "u.h"

#define ERRTEXT(name, text) const char name[] = text
#include "lib/error.h"
