/*
 * Paths: the name by which a Chan was reached. R. Pike, "Lexical File Names in Plan 9 or
 * Getting Dot-Dot Right", USENIX 2000.
 *
 *   newpath    a root: "/" or "#c"
 *   pathadd    adds an element
 *   pathbelow  a copy with several more
 *   pathup     removes the last: ".."
 *   pathmount  notes the mount point crossed at the last element, or none
 *
 * The paper searches the mount table for the way back through mount points. Here each element
 * keeps the mount point that was crossed there. So ".." needs no search, and is correct even if
 * the table has changed.
 */
#include "ns/nsdat.h"

/* A Path with p's contents (p may be nil), and room for len bytes and mlen elements. */
static Path *
mkpath(const Path *p, usize len, u32int mlen)
{
	Path *np;
	u32int i, alen, malen;

	if(len >= PATHMAX)
		error(Ename2long);
	alen = ROUNDUP(len + 1, (usize)32);
	malen = ROUNDUP(mlen, 4u);
	np = smalloc(sizeof *np + malen * sizeof np->mtpt[0] + alen);
	np->r.ref = 1;
	np->mtpt = (Chan **)(np + 1);
	np->malen = malen;
	np->s = (char *)(np->mtpt + malen);
	np->alen = alen;
	if(p == nil)
		return np;
	assert(p->mlen >= 1 && p->mlen <= mlen && p->len <= len);
	memmove(np->s, p->s, p->len + 1);
	np->len = p->len;
	np->rlen = p->rlen;
	np->mlen = p->mlen;
	for(i = 0; i < p->mlen; i++)
		if((np->mtpt[i] = p->mtpt[i]) != nil)
			incref(&np->mtpt[i]->r);
	return np;
}

/* p, not shared any more, with room for len bytes and mlen elements. */
static Path *
pathown(Path *p, usize len, u32int mlen)
{
	Path *np;

	if(getref(&p->r) == 1 && len < p->alen && mlen <= p->malen)
		return p;
	/* leave room for more: names grow by a few elements */
	np = mkpath(p, len + 32 < PATHMAX ? len + 32 : len, mlen + 3);
	pathclose(p);
	return np;
}

Path *
newpath(const char *s)
{
	Path *p;

	p = mkpath(nil, strlen(s), 1);
	p->len = strlen(s);
	p->rlen = p->len;
	memmove(p->s, s, p->len + 1);
	p->mlen = 1;
	return p;
}

void
channame(Chan *c, const char *name)
{
	Path *p;

	p = newpath(name);
	pathclose(c->path);
	c->path = p;
}

void
pathdrop(Path *p, Chan **list)
{
	u32int i;

	if(p == nil || decref(&p->r) > 0)
		return;
	for(i = 0; i < p->mlen; i++)
		chandrop(p->mtpt[i], list);
	free(p);
}

void
pathclose(Path *p)
{
	Chan *list;

	list = nil;
	pathdrop(p, &list);
	closelist(list);
}

Path *
pathadd(Path *p, const char *elem)
{
	usize n;
	int slash;

	n = strlen(elem);
	slash = p->s[p->len - 1] != '/';
	p = pathown(p, p->len + slash + n, p->mlen + 1);
	if(slash)
		p->s[p->len++] = '/';
	memmove(p->s + p->len, elem, n + 1);
	p->len += n;
	p->mtpt[p->mlen++] = nil;
	return p;
}

Path *
pathup(Path *p, Chan **list)
{
	if(p->mlen == 1)
		return p;
	p = pathown(p, p->len, p->mlen);
	chandrop(p->mtpt[--p->mlen], list);
	p->len = p->rlen;
	if(p->mlen > 1)
		p->len = strrchr(p->s, '/') - p->s;
	p->s[p->len] = '\0';
	return p;
}

Path *
pathbelow(const Path *p, Chan *mtpt, const char *name, u32int nelem)
{
	Path *np;
	usize n;
	int slash;

	n = strlen(name);
	slash = p->s[p->len - 1] != '/';
	np = mkpath(p, p->len + slash + n, p->mlen + nelem);
	if(mtpt != nil)
		np = pathmount(np, mtpt);
	if(slash)
		np->s[np->len++] = '/';
	memmove(np->s + np->len, name, n + 1);
	np->len += n;
	np->mlen += nelem;
	return np;
}

Path *
pathmount(Path *p, Chan *mtpt)
{
	Chan *old;

	p = pathown(p, p->len, p->mlen);
	old = p->mtpt[p->mlen - 1];
	if(mtpt != nil)
		incref(&mtpt->r);
	p->mtpt[p->mlen - 1] = mtpt;
	if(old != nil)
		cclose(old);
	return p;
}

const char *
pathlast(Path *p)
{
	const char *s;

	if(p == nil || p->s[0] == '\0')
		return nil;
	s = strrchr(p->s, '/');
	return s != nil ? s + 1 : p->s;
}
