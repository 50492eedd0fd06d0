/*
 * The image cache: which processes may take and drop references to an Image, its text
 * Segment and its pages, and when.
 *
 * Modelled: kernel/mm/image.c, execseg.c, reclaim.c, the putting half of
 * segment.c, and pagefind/cachepages of pagecache.c. NPROC processes exec one of
 * NF files, touch a page and exit, ROUNDS times each; a reclaimer takes pages;
 * there are NI Images, all in one hash chain, and NPG frames. A file has one page
 * of text: more would multiply states and add no new order of events.
 *
 * An attach looks at chains, identities, counts, i->s and s->image without a lock.
 * So each access to one of these is a step of its own. What is touched under a
 * lock only (mine) may share a step with what comes before and after it under that
 * lock, and so may taking and letting go of the lock: no process can see it between.
 *
 * Memory is sequentially consistent. What that means for the C is in
 * doc/model.md; so is what each mistake (M_...) is.
 *
 * Comments over an inline, "image.c tablefind", say where the C is.
 */
#ifndef NPROC
#define NPROC	3	/* processes */
#endif
#ifndef NF
#define NF	2	/* files */
#endif
#ifndef NI
#define NI	1	/* Images */
#endif
#ifndef NPG
#define NPG	2	/* frames */
#endif
#ifndef ROUNDS
#define ROUNDS	1	/* execs of each process */
#endif
#ifndef SWEEPS
#define SWEEPS	1	/* of the reclaimer */
#endif
#ifndef NS
#ifdef M_ONEPOOL
#define NS	(2*NPROC)	/* Segments: a text and a data Segment for each */
#else
#define NS	NPROC		/* text Segments */
#endif
#endif

#define NIL	15
#define ME	(_pid + 1)

byte tablelk;		/* imagetablelk: 0 or its holder */
byte head = NIL;	/* table.hash: one chain */
byte reclaimlk;		/* reclaim.lk */

byte ilk[NI];		/* Image.lk */
byte users[NI];		/* Image.refs: both halves, ... */
byte pages[NI];		/* ... which change as one word */
byte file[NI] = NIL;	/* identity */
byte hash[NI] = NIL;	/* Image.hash */
byte text[NI] = NIL;	/* Image.s */
byte page[NI] = NIL;	/* the page hash; under ilk */
bit open[NI];		/* Image.c is not nil; under ilk */
bit intable[NI];	/* under tablelk */

byte sref[NS];		/* Segment.r */
byte simage[NS] = NIL;	/* Segment.image */
byte sfile[NS] = NIL;	/* whose text it is: flen, and more */
byte spage[NS] = NIL;	/* its page */
bit sused[NS];		/* it is not in the free list */
#ifdef M_ONEPOOL
bit sdata[NS];		/* it is a data Segment now */
#endif

byte pref[NPG];		/* Page.r; 0: the frame is free */
byte pfile[NPG] = NIL;	/* whose bytes are in it; NIL while it is being read */

byte running;		/* processes that are not done */

#define lock(l)		l == 0 -> l = ME
#define unlock(l)	assert(l == ME); l = 0
#define mine(l)		assert(l == ME)
#define zero(i)		(users[i] == 0 && pages[i] == 0)

#include "image.pml"
#include "segment.pml"
#include "page.pml"

proctype Exec(byte f)
{
	byte i = NIL, s = NIL, n = NIL, d = NIL, x = NIL, q = NIL, k, n2, round;
	byte hope;
	bit r, last, got;
#ifdef M_CHANEARLY
	bit had, gone;
#endif
#ifdef M_NOCHAN
	bit revived;
#endif
#ifdef M_ONEPOOL
	byte ds = NIL;
#endif

	do
	:: round == ROUNDS -> break
	:: else ->
		round++;
#ifdef ANYFILE
		if
		:: f = 0
		:: f = 1
#if NF > 2
		:: f = 2
#endif
		fi;
#endif
		textseg(f, s);
		if
		:: s != NIL ->
			atomic {
				d = simage[s];
#ifndef M_DATALATE
				useimage(f, d)
#endif
			}
#ifdef M_ONEPOOL
			newseg(f, ds);
			atomic {
				if
				:: ds != NIL -> sdata[ds] = 1; simage[ds] = d
				:: else
				fi
			}
#endif
			fault(f, s);
#ifdef M_ONEPOOL
			/* its only user may write to it, and so on (getref(&s->r) == 1) */
			atomic {
				if
				:: ds != NIL ->
					assert(sref[ds] == 1);
					simage[ds] = NIL;
					sdata[ds] = 0
				:: else
				fi
			}
			if
			:: ds != NIL -> putseg(ds)
			:: else
			fi;
#endif
			if
#ifndef M_DATALATE
			:: f != 0 ->
				/* segdetach */
				putdata(f, d);
				putseg(s)
#endif
			:: else ->
				/* exit: by place, text first */
				putseg(s);
#ifdef M_DATALATE
				atomic { useimage(f, d) }
#endif
				putdata(f, d)
			fi
		:: else
		fi
	od;
	running--
}

#if SWEEPS
/* a process that waits for memory: reclaim.c imagereclaim */
proctype Reclaim()
{
	byte x = NIL, q = NIL, k, n2, round;
	bit r, got;
#ifdef M_CHANEARLY
	bit gone;
#endif
#ifdef M_NOCHAN
	bit revived;
#endif

	do
	:: round == SWEEPS -> break
	:: else ->
		round++;
		atomic { lock(reclaimlk) }
		sweepimages(0);
		atomic { got = 0; unlock(reclaimlk) }
	od;
	running--
}
#endif

/* What holds at every moment: doc/imagecache.md. */
#define never(p)	atomic { p -> assert(!(p)) }
#define always(i) \
	:: never(ilk[i] == 0 && users[i] == 0 && open[i]) \
	:: never(!intable[i] && (!zero(i) || open[i] || text[i] != NIL)) \
	:: never(text[i] != NIL && simage[text[i]] != i) \
	:: never(pages[i] != (page[i] == NIL -> 0 : 1))

active proctype Always()
{
end:
	if
	always(0)
#if NI > 1
	always(1)
	:: never(intable[0] && intable[1] && file[0] == file[1])
#endif
	fi
}

/* Nothing is left but what is cached. */
init
{
	byte k;

	atomic {
#ifdef PRELOAD
		/* the Images are full of what ran before */
		do
		:: k == NI -> k = 0; break
		:: else ->
			file[k] = NF + k;
			intable[k] = 1;
			hash[k] = head;
			head = k;
			page[k] = k;
			pref[k] = 1;
			pfile[k] = NF + k;
			pages[k] = 1;
			k++
		od;
#endif
		do
		:: k == NPROC -> break
		:: else ->
			running++;
			if
			:: k != NPROC - 1 -> run Exec(0)
#ifndef LASTFILE
			:: k == NPROC - 1 -> run Exec(0)
			:: k == NPROC - 1 -> run Exec(1)
#else
			:: k == NPROC - 1 -> run Exec(LASTFILE)
#endif
			fi;
			k++
		od;
#if SWEEPS
		running++;
		run Reclaim()
#endif
	}
	atomic {
		running == 0 ->
		assert(tablelk == 0 && reclaimlk == 0);
		k = 0;
		do
		:: k == NI -> break
		:: else ->
			assert(users[k] == 0 && text[k] == NIL && !open[k] && ilk[k] == 0);
			assert(pages[k] == (page[k] == NIL -> 0 : 1));
			assert(intable[k] == (pages[k] != 0));
			assert(page[k] == NIL || pref[page[k]] == 1);
			k++
		od;
		k = 0;
		do
		:: k == NS -> break
		:: else -> assert(sref[k] == 0 && !sused[k]); k++
		od
	}
}
