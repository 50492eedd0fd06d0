/*
 * A 9P server that holds answers: holdserv.h.
 */
#include "holdserv.h"

enum
{
	NHELD = 512,
	NLATE = 16,
};

Hold *hold;

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

static void
countfid(u32int fid, int isnew)
{
	if(!isnew) {
		hold->nfids--;
		return;
	}
	if(hold->rootfid == 0)
		hold->rootfid = fid;
	if(fid > hold->highfid)
		hold->highfid = fid;
	if(++hold->nfids > hold->maxfids)
		hold->maxfids = hold->nfids;
}

/* A fid's file is the first letter of its name; 0: the root. */
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

	kind = *fidfile(numat(p, 4));
	n = numat(p + 8, 2);
	if(n > 0)
		kind = p[12];
	if(kind == 'n' || n > 1) {
		refuse(tag, "file does not exist");
		return;
	}
	*newfid(numat(p + 4, 4)) = kind;
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
	int *kind;

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
		*newfid(numat(p, 4)) = 0;
		putqid(0);
		return 1;
	}
	kind = fidfile(numat(p, 4));
	switch(type) {
	case Tcreate:
		*kind = p[6];
		/* FALLTHROUGH */
	case Topen:
		putqid(*kind);
		put(0, 4);
		return 1;
	case Tread:
		return readq(tag, *kind, p);
	case Twrite:
		put(numat(p + 12, 4), 4);
		return 1;
	case Tstat:
		putstat(*kind);
		return 1;
	case Tclunk:
	case Tremove:
		dropfid(numat(p, 4));
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
	int type, tag;

	for(;;) {
		type = readrequest(MSIZE);
		tag = requesttag();
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
	hold = segattach(0, "shared", nil, sizeof *hold);
	check(hold != (void *)-1);
	hold->mintag = 0xFFFF;
	fidevent = countfid;
	return startchild(serve, 0, pid);
}
