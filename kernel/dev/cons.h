/*
 * What the files of #c share. No other file includes this.
 */
#ifndef CONS_H
#define CONS_H

#include "u.h"
#include "dev/dev.h"

enum
{
	KMESGSIZE = 16 * KiB,
	VLNUMSIZE = 22, /* width of a 64-bit number field */
	SYSNAMELEN = 64,
	/* processors whose load is shown */
	MAXCPU = 64,
};

long kmesgread(char *buf, long n, vlong off);
/* kprint: 0 if it is open already. Reading waits: error(Eintr). */
int kprintopen(void);
void kprintclose(void);
long kprintread(char *buf, long n);

/*
 * consinfo.c: texts that tell of the system, each into [p, e); the end is
 * returned.
 */
char *timetext(char *p, char *e);
char *cputimetext(char *p, char *e);
char *driverstext(char *p, char *e);
char *configtext(char *p, char *e);
char *swaptext(char *p, char *e);

/* A number in a column of its own. */
char *numtext(char *p, char *e, uvlong v);
/* cpustat.c; the counts begin at 0 again */
char *sysstattext(char *p, char *e);
void sysstatreset(void);

/* cpushare.c: of a processor's time lately, of 100 */
typedef struct Cpushare Cpushare;
struct Cpushare
{
	u32int idle;
	u32int intr;
};
/* The instance's processors; zeros for those that it does not have. */
void cpushares(Cpushare share[MAXCPU]);

/* /dev/bintime's bytes */
enum
{
	BINTIMELEN = 3 * BIT64SZ,
};
void bintime(uchar *b);

#endif
