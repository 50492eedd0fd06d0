/*
 * #¤: capabilities to change user. cap(3)
 *
 * The owner of the instance writes the HMAC of "from@to" with a key to caphash. Within a minute one
 * process of user `from' may write "from@to@key" to capuse. It then is a process of user `to', for
 * Plan 9's devices. To the host all processes are the invoking user.
 */
#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qdir,
	Quse,
	Qhash,

	MAXCAP = 256,
	/* bytes of a capability */
	CAPLEN = 1024,
};

/* ns that a capability lives */
#define CAPTIME (60ULL * 1000000000)

typedef struct Cap Cap;
struct Cap
{
	/* monons; 0: free */
	uvlong made;
	uchar hash[SHA1LEN];
};

static struct
{
	Lock lk;
	/* caphash was removed */
	int nohash;
	Cap cap[MAXCAP];
} caps = {.lk = LOCKRANK(Rcaps)};

/* caphash is last, because it can be removed */
static Dirtab captab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0500},
    {"capuse", {Quse, 0, 0}, 0, 0222},
    {"caphash", {Qhash, 0, 0}, 0, 0200},
};

static int
capgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	return devgen(c, name, tab, ntab - aload(&caps.nohash), i, d);
}

static Chan *
capattach(const char *spec)
{
	return devattach(0xA4, spec);
}

static Walkqid *
capwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, captab, nelem(captab), capgen);
}

static int
capstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, captab, nelem(captab), capgen);
}

static Chan *
capopen(Chan *c, int omode)
{
	if((c->qid.type & QTDIR) && omode != OREAD)
		error(Ebadarg);
	if(c->qid.path == Qhash && !iseve())
		error(Eperm);
	/* the files open in any mode, as on 9front */
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static long
capread(Chan *c, void *buf, long n, vlong off)
{
	if((c->qid.type & QTDIR) == 0)
		error(Eperm);
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, captab, nelem(captab), capgen);
}

/* Forget the capabilities whose time is over. Caller holds caps.lk. */
static void
expirecaps(uvlong now)
{
	Cap *p;

	for(p = caps.cap; p < caps.cap + MAXCAP; p++)
		if(p->made != 0 && now - p->made > CAPTIME)
			memset(p, 0, sizeof *p);
}

/* A free place, or that of the oldest capability. Caller holds caps.lk. */
static Cap *
capplace(void)
{
	Cap *p, *old;

	old = caps.cap;
	for(p = caps.cap; p < caps.cap + MAXCAP; p++)
		if(p->made < old->made)
			old = p;
	return old;
}

static void
addcap(const uchar *hash)
{
	Cap *p;
	uvlong now;

	now = monons();
	lock(&caps.lk);
	expirecaps(now);
	p = capplace();
	p->made = now;
	memmove(p->hash, hash, SHA1LEN);
	unlock(&caps.lk);
}

/* Are a and b the same? The time that this takes does not depend on where they differ. */
static int
samehash(const uchar *a, const uchar *b)
{
	int i, d;

	d = 0;
	for(i = 0; i < SHA1LEN; i++)
		d |= a[i] ^ b[i];
	return d == 0;
}

/* Remove the capability with that hash. Returns 0 if there is none. */
static int
takecap(const uchar *hash)
{
	Cap *p;
	uvlong now;
	int found;

	found = 0;
	now = monons();
	lock(&caps.lk);
	expirecaps(now);
	for(p = caps.cap; p < caps.cap + MAXCAP && !found; p++)
		if(p->made != 0 && samehash(p->hash, hash)) {
			memset(p, 0, sizeof *p);
			found = 1;
		}
	unlock(&caps.lk);
	return found;
}

void
procsetuser(const char *user)
{
	char *new, *old;

	new = kstrcpy(user);
	qlock(&up->namelock);
	old = up->user;
	up->user = new;
	qunlock(&up->namelock);
	free(old);
}

/* from is "from@to@key", or "to@key", which any user may use. */
static void
usecap(char *from)
{
	uchar hash[SHA1LEN];
	char *to, *key;

	key = strrchr(from, '@');
	if(key == nil)
		error(Eshort);
	*key++ = 0;
	hmacsha1(from, strlen(from), key, strlen(key), hash);
	to = strchr(from, '@');
	if(to == nil)
		to = from;
	else {
		*to++ = 0;
		if(strcmp(from, up->user) != 0)
			error("capability must match user");
	}
	if(strlen(to) >= KNAMELEN)
		error(Ename2long);
	if(!takecap(hash))
		errorf("invalid capability %s@%s", from, key);
	procsetuser(to);
}

static void
writecap(const char *buf, long n)
{
	char *s;

	s = smalloc(n + 1);
	onerror(free(s));
	memmove(s, buf, n);
	s[n] = 0;
	usecap(s);
	poperror();
	memset(s, 0, n);
	free(s);
}

static long
capwrite(Chan *c, const void *buf, long n, vlong off)
{
	uchar hash[SHA1LEN];

	USED(off);
	if(c->qid.path == Quse) {
		if(n >= CAPLEN)
			error(Etoobig);
		writecap(buf, n);
		return n;
	}
	if(!iseve())
		error(Eperm);
	if(n < SHA1LEN)
		error(Eshort);
	memmove(hash, buf, SHA1LEN);
	addcap(hash);
	return n;
}

/* Remove caphash: no more capabilities can be made. */
static void
capremove(Chan *c)
{
	if(c->qid.path != Qhash || !iseve())
		error(Eperm);
	astore(&caps.nohash, 1);
}

Dev capdev = {
    .dc = 0xA4,
    .name = "cap",
    .attach = capattach,
    .walk = capwalk,
    .stat = capstat,
    .open = capopen,
    .create = devnocreate,
    .close = devnoclose,
    .read = capread,
    .write = capwrite,
    .remove = capremove,
    .wstat = devnowstat,
};
