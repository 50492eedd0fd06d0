/*
 * What tests of kernel/tls say: conversations by Chans.
 */
#ifndef TLSCALL_H
#define TLSCALL_H

#include "dev/devcall.h"
#include "tls/tlsdat.h"

typedef struct Filter Filter;
struct Filter
{
	Chan *ctl;
	Chan *data;
	Chan *hand;
};

/* Start the helper, which stays: blocks of the heap can then be counted. */
void warmtls(void);
/* A new conversation; 0 or -1, with nothing left. */
int fopenfilter(Filter *f);
void closefilter(Filter *f);
/* Write a control message; 0 or -1. */
int tell(Filter *f, const char *msg);
/* The same, and put it on the channel c. */
int setfilter(Filter *f, Chan *c, const char *version);
/* Give f secrets, and change its cipher. 0 or -1. */
int securefilter(Filter *f, const char *hash, const char *enc, int isclient);
/* Two filters on the ends of a pipe, established; 0, or -1 with nothing left. */
int pairfilters(Filter f[2], const char *hash, const char *enc);

#endif
