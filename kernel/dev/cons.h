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
	/* the width of a 64-bit number field */
	VLNUMSIZE = 22,
	SYSNAMELEN = 256,
	/* how many processors' load is shown */
	MAXCPU = 64,
};

long kmesgread(char *buf, long n, vlong off);
/* kprintopen returns 0 if kprint is open already. kprintread waits: error(Eintr). */
int kprintopen(void);
void kprintclose(void);
long kprintread(char *buf, long n);

/*
 * consinfo.c: write a text about the system to [p, e). Each returns the end.
 */
char *timetext(char *p, char *e);
char *cputimetext(char *p, char *e);
char *driverstext(char *p, char *e);
char *configtext(char *p, char *e);
char *swaptext(char *p, char *e);

/*
 * consset.c: n bytes at buf were written to a file. Each errors if they are not what it takes.
 */
/* Copy a name to `word', of max bytes. A NUL ends it. */
void getword(char *word, usize max, const char *buf, long n);
/* The same without a newline at the end. */
void getline(char *word, usize max, const char *buf, long n);
/* The machine's owner is the host's user, who started run9. */
void sethostowner(const char *buf, long n);
/* Any process may become none, and cannot become another user again. */
void setuser(const char *buf, long n);
/* To /dev/time, and to /dev/bintime: a correct message is an error too, because the clock is the
 * host's. A message of /dev/bintime that starts with another letter than those of cons(3) is ignored:
 * n - 1. */
_Noret void settime(const char *buf, long n);
long setbintime(const char *buf, long n);
void consreboot(const char *buf, long n);
/* The message "chdev op devmask". */
void chdev(const char *buf, long n);

/* Put v into [p, e) as a number field. Returns the end. */
char *numtext(char *p, char *e, uvlong v);
/* cpustat.c. sysstatlen: bytes of the text. sysstatreset begins all counts at 0 again. */
vlong sysstatlen(void);
char *sysstattext(char *p, char *e);
void sysstatreset(void);

/* cpushare.c: a processor's recent time, in hundredths */
typedef struct Cpushare Cpushare;
struct Cpushare
{
	u32int idle;
	u32int intr;
};
/* Fill share for the instance's processors; zeros for those that it does not have. */
void cpushares(Cpushare share[MAXCPU]);

/* The numbers in /dev/bintime. */
enum
{
	BINTIMELEN = 3 * BIT64SZ,
};
void bintime(uchar *b);

#endif
