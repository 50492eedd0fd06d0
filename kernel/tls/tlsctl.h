/*
 * Control messages of conversations: tlsctl.c.
 */
#ifndef TLSCTL_H
#define TLSCTL_H

#include "tls/tlsdat.h"

/* Carry out the message of n bytes at buf. Blocks as its records do. Errors. */
void tlsctl(Tlsconv *t, const void *buf, long n);

#endif
