/*
 * Messages and fids of 9P servers: servmsg.h.
 */
#include "servmsg.h"

uchar in[MSGMAX];
static uchar out[MSGMAX + HDR];
int servfd;
void (*fidevent)(u32int fid, int isnew);
static struct
{
	u32int fid;
	int used;
	int file;
} fids[NFID];

void
begin(int type, int tag)
{
	op = out + 4;
	put(type, 1);
	put(tag, 2);
}

void
refuse(int tag, char *s)
{
	begin(Rerror, tag);
	putstr(s);
}

void
sendanswer(void)
{
	uchar *e = op;

	op = out;
	put(e - out, 4);
	if(write(servfd, out, e - out) != e - out)
		exits(nil);
}

int
readrequest(u32int msize)
{
	u32int n;

	if(readn(servfd, in, 4) != 4)
		exits(nil);
	n = numat(in, 4);
	if(n < HDR || n > msize ||
	    readn(servfd, in + 4, n - 4) != (s32int)n - 4)
		exits("bad message from the kernel");
	return in[4];
}

int
requesttag(void)
{
	return numat(in + 5, 2);
}

/* The index of fid, or -1. */
static int
look(u32int fid)
{
	int i;

	for(i = 0; i < NFID; i++)
		if(fids[i].used && fids[i].fid == fid)
			return i;
	return -1;
}

int *
fidfile(u32int fid)
{
	int i = look(fid);

	if(i < 0)
		exits("a fid is not known");
	return &fids[i].file;
}

int *
newfid(u32int fid)
{
	int i;

	if(look(fid) >= 0)
		exits("a fid is used twice");
	for(i = 0; i < NFID && fids[i].used; i++)
		;
	if(i == NFID)
		exits("too many fids");
	fids[i].used = 1;
	fids[i].fid = fid;
	if(fidevent != nil)
		fidevent(fid, 1);
	return &fids[i].file;
}

void
dropfid(u32int fid)
{
	int i = look(fid);

	if(i < 0)
		exits("a fid is not known");
	fids[i].used = 0;
	if(fidevent != nil)
		fidevent(fid, 0);
}

int
startchild(void (*serve)(void), int flags, int *pid)
{
	int p[2];

	check(pipe(p) == 0);
	servfd = p[1];
	*pid = rfork(RFPROC | RFFDG | flags);
	check(*pid >= 0);
	if(*pid == 0) {
		close(p[0]);
		serve();
	}
	close(p[1]);
	return p[0];
}
