/*
 * The MMU: a slot's host mappings of arena frames, used as a TLB.
 *
 * Only a process can change its own mappings. flush.c has how one process asks another to.
 *
 * For the host, replacing a mapping costs as much as copying a hundred pages. So when a slot
 * whose last program had text at some address gets another small text there, the text is copied
 * into memory of the slot's own, which stays mapped (smalltext).
 */
#include "u.h"
#include "aout.h"
#include "host/map/map.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/proc.h"

enum
{
	PROT_READ = 1,
	PROT_WRITE = 2,
	PROT_EXEC = 4,
	PROT_NONE = 0,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,
	MAP_POPULATE = 0x8000,
	/* FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE */
	FALLOC_PUNCH = 1 | 2,

	MADV_HUGEPAGE = 14,
	MADV_POPULATE_WRITE = 23,
	MADV_COLLAPSE = 25,
	/* in frames */
	HUGE = 2 * MiB / BY2PG,

	Manymaps = NMAP / 3 * 2,
};

/* The host had too many mappings of a process, and the user was not told yet. */
static u32int crowded;

static void
saycrowded(void)
{
	static u64int said;

	storerelaxed(&crowded, 0);
	saylimit(&said, "mappings of a host process, vm.max_map_count");
}

u32int
hostnframes(void)
{
	return instance.nframes;
}

uchar *
frameaddr(u32int frame)
{
	return (uchar *)ARENAVA + (uintptr)frame * BY2PG;
}

int
hostreserved(uintptr va, uvlong len)
{
	return va < UTZERO || len > USTKTOP || va > USTKTOP - len ||
	    (va < KHIGH && va + len > KLOW);
}

void
unmap(uintptr va, uvlong len)
{
	long r;

	if(len == 0)
		return;
	/* the kernel's range is inside: leave it out */
	if(va < KLOW && va + len > KHIGH) {
		unmap(va, KLOW - va);
		unmap(KHIGH, va + len - KHIGH);
		return;
	}
	r = hostcall(__NR_munmap, va, len);
	/* the host has too many mappings to keep what is on both sides: it keeps nothing */
	if(r == -ENOMEM && (va > UTZERO || len < USTKTOP - KHIGH)) {
		self.mapsunknown = 1;
		storerelaxed(&crowded, 1);
		unmap(UTZERO, USTKTOP - UTZERO);
		return;
	}
	if(r < 0)
		panic("munmap %#llux %#llux: error %lld", (uvlong)va, len,
		    (vlong)-r);
}

/* Unmap everything that users may have. */
static void
unmapall(void)
{
	mapsclear();
	unmap(UTZERO, USTKTOP - UTZERO);
}

void
mmunew(void)
{
	if(self.mapsunknown || isoff(Swkeepmaps))
		unmapall();
	else
		mapsstale();
}

static void
forget(uintptr va, uvlong len)
{
	unmap(va, len);
	mapsremove(va, len);
}

/* A stale run stays mapped without permissions: a later program may want it again. When the
 * list becomes full, stale and hidden runs are unmapped instead. */
void
mmusettle(void)
{
	uintptr va;
	uvlong len;

	if(self.nmap > Manymaps)
		while(!self.mapsunknown && mapsnext(Hidden, &va, &len))
			forget(va, len);
	while(!self.mapsunknown && mapsnext(Stale, &va, &len)) {
		if(self.nmap <= Manymaps &&
		    hostcall(__NR_mprotect, va, len, PROT_NONE) == 0)
			mapshide(va, len);
		else
			forget(va, len);
	}
	/* without the list it is not known which mappings are out of date. A flush may make the
	 * list unknown at any moment */
	if(self.mapsunknown)
		unmapall();
}

u32int
mmucheapest(uintptr va)
{
	Slot *s;
	Map *m;

	/* To revive a stale mapping of the same frame at va costs less than a new mapping. All
	 * mappings of an idle slot are out of date, whatever its list says. */
	s = self.reserved != nil ? self.reserved : slotof(self.index);
	if(s->mapsunknown ||
	    (self.reserved == nil && s->nstale + s->nhidden == 0))
		return ~0U;
	m = mapsfind(s, va);
	if(m == nil || m->frame >= SMALLFRAME ||
	    (self.reserved == nil && m->state == Current))
		return ~0U;
	return m->frame + (va - m->va) / BY2PG;
}

static int
hostprot(int prot)
{
	int h;

	h = PROT_NONE;
	if(prot & Pread)
		h |= PROT_READ;
	if(prot & Pwrite)
		h |= PROT_WRITE;
	if(prot & Pexec)
		h |= PROT_EXEC;
	return h;
}

/* The address of page n of this slot's small text. */
static uchar *
smallpage(u32int n)
{
	return (uchar *)SMALLVA + (uvlong)self.index * SMALLTEXT + n * BY2PG;
}

/*
 * Have the host map a run. A run that fills a huge page may become one, if the host has them;
 * the host must be told between mapping and populating. If it refuses either call, it uses
 * small pages.
 */
static long
map(uintptr va, u32int frame, u32int n, int prot)
{
	int huge, soon, fd;
	uvlong off;
	long r;

	fd = instance.arenafd;
	off = (uvlong)frame * BY2PG;
	if(frame >= SMALLFRAME) {
		fd = instance.kernfd;
		off = (uintptr)smallpage(frame - SMALLFRAME) - KLOW;
	}
	soon = (prot & Ppopulate) != 0;
	huge = !isoff(Swhugepage) && soon && n == HUGE &&
	    va % (HUGE * BY2PG) == 0 && frame % HUGE == 0;
	r = hostcall(__NR_mmap, va, (uvlong)n * BY2PG, hostprot(prot),
	    MAP_SHARED | MAP_FIXED | (soon && !huge ? MAP_POPULATE : 0), fd,
	    off);
	if(huge && r == (long)va) {
		hostcall(__NR_madvise, va, (uvlong)n * BY2PG, MADV_HUGEPAGE);
		hostcall(
		    __NR_madvise, va, (uvlong)n * BY2PG, MADV_POPULATE_WRITE);
	}
	return r;
}

/* The host refused a mapping, with r, a negative error, and this process has none left. */
static _Noret void
nomapping(u32int n, uintptr va, long r)
{
	kprint("run9: the host does not map %d pages at %#llux: error %lld\n",
	    n, (uvlong)va, (vlong)-r);
	hostexit(KernelBroken);
	__builtin_unreachable();
}

/* Map frames that no run has there, or that are not worth reviving. */
static void
putnew(uintptr va, u32int frame, u32int n, int prot)
{
	long r;

	mapsremove(va, (uvlong)n * BY2PG);
	r = map(va, frame, n, prot);
	if(r != (long)va) {
		/* the host allows no more mappings: unmap all of them */
		unmapall();
		r = map(va, frame, n, prot);
		if(r != (long)va)
			nomapping(n, va, r);
		saycrowded();
	}
	mapsadd(va, frame, n, prot & ~(Ppopulate | Pimmutable));
}

/* Use n pages at va of an out-of-date run again. Returns 0 if the host refuses. */
static int
revive(uintptr va, u32int n, int prot)
{
	Map *m;

	m = mapsfind(&self, va);
	if((m->state == Hidden || m->prot != prot) &&
	    hostcall(__NR_mprotect, va, (uvlong)n * BY2PG, hostprot(prot)) < 0)
		return 0;
	mapsrevive(va, n, prot);
	return 1;
}

static int smalltext(uintptr va, u32int frame, u32int n, int prot);

void
mmuput(uintptr va, u32int frame, u32int n, int prot)
{
	u32int k, right;

	for(; n > 0; va += (uvlong)k * BY2PG, frame += k, n -= k) {
		right = 0;
		if(!self.mapsunknown)
			right = mapsright(va, frame, n, &k);
		if(right != 0 && k == 0) {
			k = right;
			if(revive(va, k, prot & ~(Ppopulate | Pimmutable)))
				continue;
		} else if(right == 0)
			k = n;
		if((prot & Pimmutable) == 0 || !smalltext(va, frame, k, prot))
			putnew(va, frame, k, prot);
	}
}

/* If an earlier program had something else at va, copy n pages of text into the small text and
 * map that. Returns 1 if it did. */
static int
smalltext(uintptr va, u32int frame, u32int n, int prot)
{
	uvlong first;
	Map *m;

	first = (va - UTZERO) / BY2PG;
	if(isoff(Swsmalltext) || self.mapsunknown || va < UTZERO ||
	    first + n > SMALLTEXT / BY2PG)
		return 0;
	m = mapsfind(&self, va);
	if(m == nil || m->state == Current)
		return 0;
	memmove(smallpage(first), frameaddr(frame), (usize)n * BY2PG);
	mmuput(va, SMALLFRAME + first, n, prot & ~Pimmutable);
	return 1;
}

void
mmudrop(uintptr va, uvlong len)
{
	if(!self.mapsunknown && !mapsremove(va, len))
		return;
	unmap(va, len);
	/* not in unmap: the kick's handler calls that in the middle of anything */
	if(loadrelaxed(&crowded))
		saycrowded();
}

void
mmurdonly(uintptr va, uvlong len)
{
	Map *m;
	u32int i;

	if(self.mapsunknown) {
		unmap(va, len);
		return;
	}
	mapssplit(va);
	mapssplit(va + len);
	for(i = 0; i < self.nmap; i++) {
		m = &self.map[i];
		if(m->va < va || m->va >= va + len || m->state != Current ||
		    (m->prot & Pwrite) == 0)
			continue;
		m->prot &= ~Pwrite;
		if(hostcall(__NR_mprotect, m->va, (uvlong)m->n * BY2PG,
		       hostprot(m->prot)) < 0) {
			/* too many mappings, and this one must not stay */
			unmapall();
			return;
		}
	}
	/* the list overflowed, or a flush came: some mappings may still be writable */
	if(self.mapsunknown)
		unmap(va, len);
}

void
framefill(u32int frame, const void *buf, usize n)
{
	long r;

	r = hostcall(
	    __NR_pwrite64, instance.arenafd, buf, n, (uvlong)frame * BY2PG);
	if(r < 0)
		r = 0;
	/* if the host wrote less, storing the rest meets the same cause, as a fault */
	memmove(frameaddr(frame) + r, (const uchar *)buf + r, n - r);
}

int
framecollapse(u32int first, u32int fresh)
{
	/* the host collapses only a range that has at least one page */
	hostcall(__NR_pwrite64, instance.arenafd, "", 1, (uvlong)fresh * BY2PG);
	return hostcall(__NR_madvise, frameaddr(first), (uvlong)HUGE * BY2PG,
		   MADV_COLLAPSE) == 0;
}

void
framepunch(u32int frame, u32int n)
{
	long r;

	r = hostcall(__NR_fallocate, instance.arenafd, FALLOC_PUNCH,
	    (uvlong)frame * BY2PG, (uvlong)n * BY2PG);
	if(r < 0)
		panic("cannot give frames back: error %lld", (vlong)-r);
}
