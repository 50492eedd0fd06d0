/*
 * The files: programs made of tagged and of tagged words, and what happens to
 * them meanwhile.
 *
 * A host's file times have a grain, and a file's version for Plan 9 is made of
 * its time and length; so whoever changes one waits for the next grain at the
 * end and writes a few bytes again. Nobody can then have met the
 * final version's name with less than its final contents.
 */
#include "stress.h"

enum
{
	CHUNK = 64 * KiB,
	PERM = 0755,
	MAXREST = 30, /* ms that a file stays broken at most */
};

static uchar code[BY2PG];
static u32int ncode; /* bytes, header included */

void
fileinit(char *tagged)
{
	int fd;
	s32int n;
	Exec *h;

	fd = open(tagged, OREAD | OCEXEC);
	n = fd < 0 ? -1 : readn(fd, code, sizeof code);
	close(fd);
	h = (Exec *)code;
	if(n < EXECHDR64 || n >= BY2PG)
		sysfatal("%s: %d bytes, not a page of code", tagged, n);
	if(h->data != 0 || h->bss != 0)
		sysfatal("%s: it has data", tagged);
	ncode = n;
}

char *
filename(char *buf, usize n, int file)
{
	snprint(buf, n, "t%d", file);
	return buf;
}

/* Sizes: most are small, a few large. */
static void
newsizes(File *f, u64int *rand)
{
	u32int most, pages, data;

	most = 1 << below(rand, 32 - (u32int)__builtin_clz(sh->maxpages));
	if(below(rand, 4) == 0 || (int)most > sh->maxpages)
		most = (u32int)sh->maxpages;
	pages = 1 + below(rand, most);
	data = below(rand, pages);
	f->text = ncode + (pages - data) * BY2PG - below(rand, BY2PG / 2);
	f->text &= ~(u32int)(TAGWORD - 1);
	if(f->text < ncode + TAGWORD)
		f->text = (ncode + 2 * TAGWORD) & ~(u32int)(TAGWORD - 1);
	f->data = data * BY2PG + below(rand, BY2PG / TAGWORD) * TAGWORD;
	f->bss = below(rand, 3) * BY2PG + below(rand, BY2PG);
}

static void
put32(uchar *p, u32int v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

/* Bytes [off, off + n) of what f is now, both multiples of a word. */
static void
contents(u64int *buf, int file, u32int off, u32int n)
{
	File *f;
	u32int k;
	uchar head[BY2PG];
	Exec *h;

	f = &sh->file[file];
	for(k = 0; k < n / TAGWORD; k++)
		buf[k] = tagword((u32int)file, f->version, off / TAGWORD + k);
	if(off >= ncode)
		return;
	memcpy(head, code, ncode);
	h = (Exec *)head;
	put32((uchar *)&h->text, f->text - EXECHDR64);
	put32((uchar *)&h->data, f->data);
	put32((uchar *)&h->bss, f->bss);
	memcpy(buf, head + off, ncode - off < n ? ncode - off : n);
}

static void
writeall(int fd, int file, u32int from)
{
	File *f;
	u64int *buf;
	u32int off, n, size;

	f = &sh->file[file];
	size = f->text + f->data;
	buf = malloc(CHUNK);
	if(buf == nil)
		sysfatal("no memory");
	for(off = from; off < size; off += n) {
		n = size - off < CHUNK ? size - off : CHUNK;
		contents(buf, file, off, n);
		if(pwrite(fd, buf, (s32int)n, off) != (s32int)n)
			sysfatal("writing file %d: %r", file);
	}
	free(buf);
}

/* The last bytes once more, when the file's time has moved on. */
static void
touch(int fd, int file)
{
	u64int last;
	u32int size;

	sleep(TICK);
	size = sh->file[file].text + sh->file[file].data;
	contents(&last, file, size - TAGWORD, TAGWORD);
	if(pwrite(fd, &last, TAGWORD, size - TAGWORD) != TAGWORD)
		sysfatal("writing file %d: %r", file);
}

static int
openfile(char *name, int fresh)
{
	int fd;

	fd = fresh ? create(name, OWRITE | OCEXEC, PERM)
		   : open(name, OWRITE | OCEXEC);
	if(fd < 0)
		sysfatal("%s: %r", name);
	return fd;
}

void
filemake(int file)
{
	char name[32];
	u64int rand;
	int fd;

	rand = (u64int)sh->seed << 32 | (u32int)file;
	newsizes(&sh->file[file], &rand);
	fd = openfile(filename(name, sizeof name, file), 1);
	writeall(fd, file, 0);
	close(fd);
}

static File *
begin(int file, int mixes, int breaks)
{
	File *f;

	f = &sh->file[file];
	while(!__sync_bool_compare_and_swap(&f->lock, 0, 1))
		sleep(1);
	__sync_fetch_and_add(&f->changes, 1);
	__sync_fetch_and_add(&f->mixes, mixes);
	__sync_fetch_and_add(&f->breaks, breaks);
	if(f->version + 1 < 1 << VERSIONBITS)
		__sync_fetch_and_add(&f->version, 1);
	__sync_fetch_and_add(&sh->n.changes, 1);
	return f;
}

static void
finish(File *f, int mixes, int breaks)
{
	__sync_fetch_and_add(&f->breaks, breaks);
	__sync_fetch_and_add(&f->mixes, mixes);
	__sync_fetch_and_add(&f->changes, 1);
	__sync_lock_release(&f->lock);
}

void
filerewrite(Worker *w, int file)
{
	char name[32];
	File *f;
	int fd;

	USED(w);
	f = begin(file, 1, 0);
	fd = openfile(filename(name, sizeof name, file), 0);
	writeall(fd, file, 0);
	touch(fd, file);
	close(fd);
	finish(f, 1, 0);
}

static void
mustremove(char *name)
{
	if(remove(name) < 0)
		sysfatal("removing %s: %r", name);
}

void
filereplace(Worker *w, int file)
{
	char name[32], new[40];
	File *f;
	Dir d;
	int fd;

	f = begin(file, 0, 1);
	newsizes(f, &w->rand);
	filename(name, sizeof name, file);
	snprint(new, sizeof new, "%s.new", name);
	fd = openfile(new, 1);
	writeall(fd, file, 0);
	touch(fd, file);
	mustremove(name);
	nulldir(&d);
	d.name = name;
	if(dirfwstat(fd, &d) < 0)
		sysfatal("%s to %s: %r", new, name);
	close(fd);
	finish(f, 0, 1);
}

void
filevanish(Worker *w, int file)
{
	char name[32];
	File *f;
	int fd;

	f = begin(file, 0, 1);
	mustremove(filename(name, sizeof name, file));
	newsizes(f, &w->rand);
	sleep(below(&w->rand, MAXREST));
	fd = openfile(name, 1);
	writeall(fd, file, 0);
	touch(fd, file);
	close(fd);
	finish(f, 0, 1);
}

void
filetruncate(Worker *w, int file)
{
	char name[32];
	File *f;
	Dir d;
	int fd;

	f = begin(file, 1, 1);
	fd = openfile(filename(name, sizeof name, file), 0);
	nulldir(&d);
	d.length = below(&w->rand, f->text + f->data);
	if(dirfwstat(fd, &d) < 0)
		sysfatal("truncating %s: %r", name);
	sleep(below(&w->rand, MAXREST));
	writeall(fd, file, 0);
	touch(fd, file);
	close(fd);
	finish(f, 1, 1);
}
