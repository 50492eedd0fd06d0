/*
 * The boards of #s: board.h.
 */
#include "dev/board.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

Boards boards = {
    .lk = QLOCKRANK(Rboards), .root = {.ref = 1, .lastfile = Qpost}};

static u32int lastid;

void
mustbeopen(const Board *b)
{
	if(b->closed)
		error(Eshutdown);
}

void
putboard(Board *b)
{
	Board **l, *parent;

	while(b != nil && --b->ref == 0) {
		parent = b->parent;
		for(l = &parent->child; *l != b; l = &(*l)->next)
			;
		*l = b->next;
		free(b->owner);
		free(b);
		b = parent;
	}
}

Board *
newboard(Board *parent)
{
	Board *b;

	b = smalloc(sizeof *b);
	onerror(free(b));
	b->owner = kstrcpy(up->user);
	poperror();
	b->ref = 1;
	b->id = ++lastid;
	b->lastfile = Qpost;
	b->parent = parent;
	parent->ref++;
	b->next = parent->child;
	parent->child = b;
	return b;
}

/* Boards nest as deeply as programs like, so this is not recursive. */
Board *
findboard(Board *top, u32int id)
{
	Board *b;

	for(b = top; b->id != id;) {
		if(b->child != nil) {
			b = b->child;
			continue;
		}
		while(b != top && b->next == nil)
			b = b->parent;
		if(b == top)
			return nil;
		b = b->next;
	}
	return b;
}

Post **
findfile(Board *b, u32int file)
{
	Post **l;

	for(l = &b->post; *l != nil && (*l)->file != file; l = &(*l)->next)
		;
	return l;
}

static Post *
findname(Board *b, const char *name)
{
	Post *p;

	for(p = b->post; p != nil && strcmp(p->name, name) != 0; p = p->next)
		;
	return p;
}

void
postcheckname(Board *b, const char *name)
{
	if(*name == 0 || strchr(name, '/') != nil)
		error(Efilename);
	if(strlen(name) >= sizeof up->genbuf)
		error(Ename2long);
	if(strcmp(name, "clone") == 0 || findname(b, name) != nil)
		error(Eexist);
}

static void
freepost(Post *p)
{
	free(p->owner);
	free(p->name);
	free(p);
}

/* Make an empty post called name on b. */
Post *
newpost(Board *b, const char *name, u32int perm)
{
	Post *p;

	mustbeopen(b);
	postcheckname(b, name);
	p = smalloc(sizeof *p);
	onerror(freepost(p));
	p->name = kstrcpy(name);
	p->owner = kstrcpy(up->user);
	poperror();
	p->perm = perm & 0777;
	p->file = b->lastfile++;
	p->next = b->post;
	b->post = p;
	b->ref++;
	return p;
}

void
srvpost(const char *name, Chan *c)
{
	Post *p;

	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	p = newpost(&boards.root, name, 0666);
	p->chan = c;
	poperror();
	qunlock(&boards.lk);
}

char *
postname(Chan *c)
{
	char *s;
	usize n;
	Post *p;

	s = nil;
	qlock(&boards.lk);
	for(p = boards.root.post; p != nil && p->chan != c; p = p->next)
		;
	if(p != nil) {
		n = strlen(p->name) + sizeof "#s/";
		s = malloc(n);
		if(s != nil)
			snprint(s, (int)n, "#s/%s", p->name);
	}
	qunlock(&boards.lk);
	return s;
}

Chan *
takepost(Board *b, Post *p)
{
	Post **l;
	Chan *was;

	l = findfile(b, p->file);
	*l = p->next;
	was = p->chan;
	freepost(p);
	b->ref--;
	return was;
}
