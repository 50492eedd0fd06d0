/*
 * #Z: walks.
 *
 * A walk that begins at a pinned directory (a current directory, a mount point) looks names
 * up in that directory itself: the host need not walk the way to it again.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* A walk under way. */
typedef struct Hostwalk Hostwalk;
struct Hostwalk
{
	/* the file reached; owned */
	Hostfile *f;
	Qid q;
	/* the result; owned */
	Walkqid *wq;
	/* the pinned directory that names are looked up in; -1: by absolute path */
	int dirfd;
	/* bytes of a path that dirfd stands for, with the slash */
	usize below;
};

/* The names that follow are below path, which is c's. */
static void
setbelow(Hostwalk *w, Chan *c, const char *path)
{
	w->dirfd = pinof(c->aux);
	w->below = strlen(path);
	if(path[w->below - 1] != '/')
		w->below++;
}

/* f's name in the directory *dirfd. */
static const char *
nameof(Hostwalk *w, Hostfile *f, int *dirfd)
{
	*dirfd = -1;
	if(w->dirfd < 0 || strlen(f->path) <= w->below)
		return f->path;
	*dirfd = w->dirfd;
	return f->path + w->below;
}

/* What hoststatat says of f. */
static int
look(Hostwalk *w, Hostfile *f, Hoststat *st)
{
	const char *name;
	int dirfd;

	name = nameof(w, f, &dirfd);
	return hoststatat(dirfd, name, st);
}

/* w is at f now. Errors free f and leave w where it was. */
static void
walkedto(Hostwalk *w, Hostfile *f)
{
	Hoststat st;
	const char *name;
	int dirfd;

	onerror(freehostfile(f));
	name = nameof(w, f, &dirfd);
	hoststatin(dirfd, name, &st);
	poperror();
	sawfile(f, &st);
	w->q = hostqid(&st);
	freehostfile(w->f);
	w->f = f;
}

/* w is at a file, below which there are no names; or at a link that cannot be followed. */
static _Noret void
notdir(Hostwalk *w)
{
	const char *name;
	int dirfd;

	if(w->f->seen.islink) {
		name = nameof(w, w->f, &dirfd);
		hostfollow(dirfd, name);
	}
	error(Enotdir);
}

static void
walkname(Hostwalk *w, const char *name)
{
	if(!(w->q.type & QTDIR))
		notdir(w);
	if(strcmp(name, ".") == 0)
		return;
	if(strcmp(name, "..") == 0) {
		w->dirfd = -1;
		walkedto(w, parentof(w->f));
	} else
		walkedto(w, childof(w->f, &name, 1));
}

static void
newwalk(Hostwalk *w, Chan *c, int nname)
{
	memset(w, 0, sizeof *w);
	w->q = c->qid;
	w->wq = smalloc(sizeof *w->wq + nname * sizeof(Qid));
}

/* w is the caller's, for an error to find it as it is by then: a local variable of a
 * function that calls waserror would be what it was before. */
static Walkqid *
walkby(Hostwalk *w, Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	newwalk(w, c, nname);
	wq = w->wq;
	if(waserror()) {
		freehostfile(w->f);
		if(nc == nil && wq->clone != nil)
			chanfree(wq->clone);
		wq->clone = nil;
		if(wq->nqid > 0)
			return wq;
		free(wq);
		nexterror();
	}
	wq->clone = nc != nil ? nc : devclone(c);
	w->f = nowof(c);
	setbelow(w, c, w->f->path);
	for(; wq->nqid < nname; wq->nqid++) {
		walkname(w, name[wq->nqid]);
		wq->qid[wq->nqid] = w->q;
	}
	poperror();
	if(nc == c)
		freehostfile(c->aux);
	wq->clone->aux = w->f;
	wq->clone->qid = w->q;
	return wq;
}

Walkqid *
hostfswalk(Chan *c, Chan *nc, char **name, int nname)
{
	Hostwalk w;

	if(c->flag & COPEN)
		error(Ebadusefd);
	return walkby(&w, c, nc, name, nname);
}

/* The last of the names to w->f is missing. If its directory is there, that is the answer: the
 * walk ends before the last name. */
static int
endsabove(Hostwalk *w, int nname)
{
	Hostfile *dir;
	Hoststat st;
	int r;

	if(nname < 2)
		return 0;
	dir = parentof(w->f);
	r = look(w, dir, &st);
	freehostfile(dir);
	if(r < 0)
		return 0;
	w->wq->nqid = nname - 1;
	w->wq->qid[nname - 2] = hostqid(&st);
	return 1;
}

/* The host walks the directories on the way: 1 if w->wq has the answer. */
static int
walkall(Hostwalk *w, Chan *c, char **name, int nname)
{
	Hoststat st;
	int r;

	newwalk(w, c, nname);
	setbelow(w, c, ((Hostfile *)c->aux)->path);
	w->f = childof(c->aux, (const char *const *)name, nname);
	r = look(w, w->f, &st);
	if(r < 0)
		return r == Hostnone && endsabove(w, nname);
	w->wq->clone = devclone(c);
	sawfile(w->f, &st);
	w->wq->clone->aux = w->f;
	w->wq->clone->qid = hostqid(&st);
	w->f = nil;
	w->wq->nqid = nname;
	w->wq->qid[nname - 1] = w->wq->clone->qid;
	return 1;
}

/* One host call instead of nname, and one more if the last name is missing. If it fails
 * otherwise, hostfswalk finds out where. */
Walkqid *
hostfswalkfar(Chan *c, char **name, int nname)
{
	Hostwalk w = {0};
	int i;

	if(hasmoved(c))
		return nil;
	for(i = 0; i < nname; i++)
		if(strcmp(name[i], ".") == 0 || strcmp(name[i], "..") == 0)
			return nil;
	if(waserror()) {
		freehostfile(w.f);
		free(w.wq);
		return nil;
	}
	if(!walkall(&w, c, name, nname))
		error(Enonexist);
	poperror();
	freehostfile(w.f);
	return w.wq;
}
