/*
 * A 9P server that holds answers: holdserv.h.
 */
#include "holdserv.h"

enum
{
	NFID = 512,
	NHELD = 512,
	NLATE = 16,
};

Hold *hold;

static struct
{
	u32int fid;
	int used;
	/* the first letter of the file's name; 0: the root */
	int kind;
} fids[NFID];
/* answers that are put off */
static struct
{
	int type;
	int tag;
} held[NHELD];
/* reads that wait to be flushed */
static struct
{
	int used;
	int tag;
	u32int n;
} late[NLATE];
static uchar in[MSIZE], out[MSIZE + HDR];
static int sfd;

static void
begin(int type, int tag)
{
	op = out + 4;
	put(type, 1);
	put(tag, 2);
}

static void
sendanswer(void)
{
	uchar *e = op;

	op = out;
	put(e - out, 4);
	if(write(sfd, out, e - out) != e - out)
		exits(nil);
}

static void
refuse(int tag, char *s)
{
	begin(Rerror, tag);
	putstr(s);
}

static int
slot(u32int fid, int new)
{
	int i, spare = -1;

	for(i = 0; i < NFID; i++) {
		if(fids[i].used && fids[i].fid == fid) {
			if(new)
				exits("a fid is used twice");
			return i;
		}
		if(!fids[i].used)
			spare = i;
	}
	if(!new)
		exits("a fid is not known");
	if(spare < 0)
		exits("too many fids");
	fids[spare].fid = fid;
	fids[spare].used = 1;
	if(hold->rootfid == 0)
		hold->rootfid = fid;
	if(fid > hold->highfid)
		hold->highfid = fid;
	if(++hold->nfids > hold->maxfids)
		hold->maxfids = hold->nfids;
	return spare;
}

static void
dropfid(int i)
{
	fids[i].used = 0;
	hold->nfids--;
}

static void
putqid(int kind)
{
	put(kind == 0 || kind == 'd' ? QTDIR
		: kind == 'x'	     ? QTEXCL
				     : QTFILE,
	    1);
	put(0, 4);
	put(kind, 8);
}

static void
putzeros(u32int n)
{
	put(n, 4);
	memset(op, 0, n);
	op += n;
}

static void
walk(int tag, uchar *p)
{
	int kind, n;

	kind = fids[slot(numat(p, 4), 0)].kind;
	n = numat(p + 8, 2);
	if(n > 0)
		kind = p[12];
	if(kind == 'n' || n > 1) {
		refuse(tag, "file does not exist");
		return;
	}
	fids[slot(numat(p + 4, 4), 1)].kind = kind;
	put(n, 2);
	if(n > 0)
		putqid(kind);
}

/* The answer to a read at p; 0: not now. */
static int
readq(int tag, int kind, uchar *p)
{
	u32int n = numat(p + 12, 4), i;

	switch(kind) {
	case 0:
	case 'd':
		n = numat(p + 4, 8) == 0 ? hold->ndir : 0;
		put(n, 4);
		memcpy(op, hold->dir, n);
		op += n;
		return 1;
	case 's':
		return 0;
	case 'l':
		for(i = 0; late[i].used; i++)
			if(i == NLATE - 1)
				exits("too many reads wait");
		late[i].used = 1;
		late[i].tag = tag;
		late[i].n = n;
		return 0;
	}
	putzeros(n);
	return 1;
}

static void
flush(int tag, int old)
{
	int i;

	for(i = 0; i < NLATE; i++) {
		if(!late[i].used || late[i].tag != old)
			continue;
		late[i].used = 0;
		begin(Tread + 1, old);
		putzeros(late[i].n);
		sendanswer();
		begin(Tflush + 1, tag);
	}
}

static void
putstat(int kind)
{
	char name[2] = {kind, 0};
	uint n;
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = kind == 0 ? "/" : name;
	d.uid = d.gid = d.muid = "u";
	d.qid.path = kind;
	n = convD2M(&d, op + 2, 512);
	put(n, 2);
	op += n;
}

static int
answer(int type, int tag, uchar *p)
{
	int i;

	begin(type + 1, tag);
	switch(type) {
	case Tversion:
		put(MSIZE, 4);
		putstr("9P2000");
		return 1;
	case Tflush:
		flush(tag, numat(p, 2));
		return 1;
	case Twalk:
		walk(tag, p);
		return 1;
	case Tattach:
	case Tauth:
		i = slot(numat(p, 4), 1);
		fids[i].kind = 0;
		putqid(fids[i].kind);
		return 1;
	}
	i = slot(numat(p, 4), 0);
	switch(type) {
	case Tcreate:
		fids[i].kind = p[6];
		/* FALLTHROUGH */
	case Topen:
		putqid(fids[i].kind);
		put(0, 4);
		return 1;
	case Tread:
		return readq(tag, fids[i].kind, p);
	case Twrite:
		put(numat(p + 12, 4), 4);
		return 1;
	case Tstat:
		putstat(fids[i].kind);
		return 1;
	case Tclunk:
	case Tremove:
		dropfid(i);
		return 1;
	case Twstat:
		return 1;
	}
	refuse(tag, "not here");
	return 1;
}

/* Send the answers that were put off. */
static void
letgo(void)
{
	int i;

	for(i = 0; i < hold->nheld; i++) {
		begin(held[i].type + 1, held[i].tag);
		sendanswer();
	}
	hold->nheld = 0;
}

static void
note(int type, int tag)
{
	if(type != Tversion) {
		if(tag < hold->mintag)
			hold->mintag = tag;
		if(hold->nlog < NLOG)
			hold->log[hold->nlog++] = type;
	}
}

static void
serve(void)
{
	int n, type, tag;

	for(;;) {
		if(readn(sfd, in, 4) != 4)
			exits(nil);
		n = numat(in, 4);
		if(n < HDR || n > MSIZE || readn(sfd, in + 4, n - 4) != n - 4)
			exits("bad message from the kernel");
		type = in[4];
		tag = numat(in + 5, 2);
		note(type, tag);
		hold->seen[type]++;
		if(!hold->holdclunk && !hold->holdflush)
			letgo();
		if(!answer(type, tag, in + HDR))
			;
		else if((type == Tclunk && hold->holdclunk) ||
		    (type == Tflush && hold->holdflush)) {
			if(hold->nheld == NHELD)
				exits("too many answers wait");
			held[hold->nheld].type = type;
			held[hold->nheld++].tag = tag;
		} else
			sendanswer();
	}
}

int
startserver(int *pid)
{
	int p[2];

	hold = segattach(0, "shared", nil, sizeof *hold);
	check(hold != (void *)-1);
	hold->mintag = 0xFFFF;
	check(pipe(p) == 0);
	sfd = p[1];
	*pid = rfork(RFPROC | RFFDG);
	check(*pid >= 0);
	if(*pid == 0) {
		close(p[0]);
		serve();
	}
	close(p[1]);
	return p[0];
}
