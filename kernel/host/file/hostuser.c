/*
 * The host's users, groups, name and random numbers: hostfile.h.
 *
 * A directory listing asks for the same few names again and again, so the last answers are
 * cached. A user added later is found once its cache entry has been used for another.
 * /etc/passwd and /etc/group are read a buffer at a time.
 */
#include "host/linux.h"

#include <linux/fcntl.h>
#include <linux/utsname.h>

#include "host/hostfile.h"
#include "lib/atomic.h"
#include "lib/lib.h"
#include "sync/lock.h"
#include "proc/proc.h"

enum
{
	NCACHE = 64,
	MAXNAME = 64,
	MAXLINE = 8 * KiB,
};

/*
 * A cached name. Readers take no lock: each stat of a file asks for two names. They copy the
 * entry, and look at seq before and after. It is odd while the entry changes.
 */
typedef struct Idname Idname;
struct Idname
{
	u32int seq;
	/* 1 + the id; 0: none */
	uvlong id;
	uvlong name[MAXNAME / sizeof(uvlong)];
};

typedef struct Idcache Idcache;
struct Idcache
{
	const char *file;
	/* held by those who change an entry */
	Lock lk;
	Idname ent[NCACHE];
};

static Idcache users = {.file = "/etc/passwd", .lk = LOCKRANK(Rhostuser)};
static Idcache groups = {.file = "/etc/group", .lk = LOCKRANK(Rhostuser)};

/* Look for a name, if it is not nil, else for an id. The other of the two is the answer. */
typedef struct Query Query;
struct Query
{
	const char *name;
	u32int id;
	char found[MAXNAME];
};

/* Is line "name:x:id:..." the answer? Changes the line. */
static int
match(Query *q, char *line)
{
	char *f[4], *end;
	u32int id;

	if(getfields(line, f, 4, 0, ":") < 3 || f[0][0] == 0 || f[2][0] == 0)
		return 0;
	id = strtoull(f[2], &end, 10);
	if(*end != 0)
		return 0;
	if(q->name != nil ? strcmp(q->name, f[0]) != 0 : q->id != id)
		return 0;
	q->id = id;
	strecpy(q->found, q->found + sizeof q->found, f[0]);
	return 1;
}

/* Look for q's answer in a file. Returns 0 if it is not there. */
static int
lookfile(const char *file, Query *q)
{
	char text[MAXLINE], *line, *nl;
	long fd, r;
	int n, found, midline;

	fd = hostcall(__NR_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
	if(fd < 0)
		return 0;
	found = 0;
	midline = 0;
	n = 0;
	while(!found &&
	    (r = hostcall(__NR_read, fd, text + n, sizeof text - 1 - n)) > 0) {
		n += r;
		text[n] = 0;
		for(line = text; !found && (nl = strchr(line, '\n')) != nil;
		    line = nl + 1) {
			*nl = 0;
			found = !midline && match(q, line);
			midline = 0;
		}
		n -= line - text;
		memmove(text, line, n + 1);
		if(!found && n == sizeof text - 1) {
			/* the line of a group with many members fills the buffer: the fields
			 * that matter come first */
			found = !midline && match(q, text);
			midline = 1;
			n = 0;
		}
	}
	hostcall(__NR_close, fd);
	return found;
}

/* Copy id's name to name, if e has it. */
static int
cached(const Idname *e, u32int id, uvlong *name)
{
	u32int seq;
	uint i;

	seq = loadacquire(&e->seq);
	if(seq % 2 != 0 || loadacquire(&e->id) != 1 + (uvlong)id)
		return 0;
	for(i = 0; i < nelem(e->name); i++)
		name[i] = loadacquire(&e->name[i]);
	return loadrelaxed(&e->seq) == seq;
}

static void
cache(Idcache *c, u32int id, const uvlong *name)
{
	Idname *e;
	uint i;

	e = &c->ent[id % NCACHE];
	lock(&c->lk);
	storerelaxed(&e->seq, e->seq + 1);
	storerelease(&e->id, 1 + (uvlong)id);
	for(i = 0; i < nelem(e->name); i++)
		storerelease(&e->name[i], name[i]);
	storerelease(&e->seq, e->seq + 1);
	unlock(&c->lk);
}

static char *
idname(Idcache *c, u32int id, char *buf, int n)
{
	uvlong name[MAXNAME / sizeof(uvlong)];
	Query q;

	if(!cached(&c->ent[id % NCACHE], id, name)) {
		q.name = nil;
		q.id = id;
		memset(q.found, 0, sizeof q.found);
		if(!lookfile(c->file, &q))
			snprint(q.found, sizeof q.found, "%ud", id);
		memmove(name, q.found, sizeof name);
		cache(c, id, name);
	}
	strecpy(buf, buf + n, (char *)name);
	return buf;
}

char *
hostuidname(u32int uid, char *buf, int n)
{
	return idname(&users, uid, buf, n);
}

char *
hostgidname(u32int gid, char *buf, int n)
{
	return idname(&groups, gid, buf, n);
}

int
hostgidbyname(const char *name, u32int *gid)
{
	Query q;
	char *end;

	q.name = name;
	if(lookfile(groups.file, &q)) {
		*gid = q.id;
		return 1;
	}
	if(*name < '0' || *name > '9')
		return 0;
	*gid = strtoull(name, &end, 10);
	return *end == 0;
}

u32int
hostuid(void)
{
	return hostcall(__NR_geteuid, 0);
}

char *
hostuser(char *buf, int n)
{
	return hostuidname(hostuid(), buf, n);
}

char *
hostname(char *buf, int n)
{
	struct new_utsname u;

	if(hostcall(__NR_uname, &u) < 0)
		strecpy(buf, buf + n, "localhost");
	else
		strecpy(buf, buf + n, u.nodename);
	return buf;
}

void
hostrandom(void *buf, usize n)
{
	uchar *p = buf;
	long r;

	while(n > 0) {
		r = hostcall(__NR_getrandom, p, n, 0);
		if(r == -EINTR)
			continue;
		if(r < 0)
			hosterror(-r);
		p += r;
		n -= r;
	}
}
