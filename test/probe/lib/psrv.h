/* A small 9P server for probes: see psrv.c */
#ifndef PSRV_H
#define PSRV_H
#include "probe.h"
#include "p9types.h"

enum
{
	LNONE,
	LTAG,
	LTYPE,
	LLONG,
	LSHORT,
	LCOUNT,
	LCOUNT2,
	LHANGUP,
	LERRLONG,
	LERREMPTY,
	LSIZE0,
	LSIZEHUGE,
	LSTATBAD,
	LNWQID,
	LPARTIAL,
	LERROR,
	LSILENT,
	LCUT,
	LERRCUT,
	LZERO,
	LDIRTYPE,
	LSTATNAME,
	LFLUSHFIRST,
	LANSWERFIRST,
	LNOFLUSH,
	LERRUTF,
	LMINUS,
	LTWICE,
	LNL,
};
typedef struct Srv Srv;
struct Srv
{
	int msize; /* offered; 0: 8216 */
	int iounit; /* in Ropen and Rcreate */
	int lie; /* how to answer wrongly */
	int lieto; /* which T message */
	int lieskip; /* after so many right answers */
	int auth; /* Tauth is answered */
	int nolog;
	char version[64];
	int done;
	volatile int n;
	char log[30000];
};
extern Srv *srv;

void srvinit(void);
/* starts a server on a new pipe: the client's end */
int server(void);
void logclear(void);
void asked(char *q); /* "q: asks = messages", clears */
#endif
