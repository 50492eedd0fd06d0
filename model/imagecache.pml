/*
 * The image cache: who may take and drop references to an Image, its text
 * Segment and its pages, and when.
 *
 * Modelled: kernel/mm/image.c, execseg.c, reclaim.c, the putting half of
 * segment.c, and lookpage/cachepage of pagecache.c. NP processes exec one of NF
 * files, touch a page and exit, ROUNDS times each; a reclaimer takes pages; there
 * are NI Images and NPG frames. A file has one page of text: more would
 * multiply states and add no new order of events.
 *
 * One step is at most one access to what may be touched without a lock, in
 * the locked protocol the counts alone. What is under a lock, and nothing
 * else, may be put into the same step as the lock's taking and letting go, since
 * nobody can see it between; touching it without the lock is an error here
 * (mine). With FAST, the attach without locks, chains, identities and i->s are
 * looked at without locks too, and each access is a step of its own (SECTION).
 *
 * Memory is sequentially consistent. What that means for the C is in
 * doc/model.md; so is what each switch (M_...) does.
 *
 * Comments on the left of a step, "image.c release", say where the C is.
 */
#ifndef NP
#define NP	3	/* processes */
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
#ifndef FAST
#define FAST	0	/* 1: by the text Segment's count; 2: by the Image's, then by the Segment's */
#endif
#if FAST
#define NS	(2*NP)	/* Segments: a text and a data Segment for each */
#define SECTION		/* each access under the lock can be seen */
#else
#define NS	NP
#define SECTION	atomic
#endif

#define NIL	15
#define ME	(_pid + 1)

byte tablelk;		/* table.lk: 0 or its holder */
byte reclaimlk;		/* reclaim.lk */
byte ilk[NI];		/* Image.lk */
byte ref[NI];		/* Image.r */
byte pgref[NI];
bit open[NI];		/* Image.c is not nil */
byte text[NI] = NIL;	/* Image.s */
byte page[NI] = NIL;	/* the page hash */
byte file[NI] = NIL;	/* identity */
bit intable[NI];
byte head = NIL;	/* the one hash chain */
byte hash[NI] = NIL;	/* Image.hash */

byte sref[NS];		/* Segment.r */
byte simage[NS] = NIL;	/* Segment.image */
byte spage[NS] = NIL;	/* its page */
byte sfile[NS] = NIL;	/* what exec made it for; flen, and no more */
bit sused[NS];		/* it is not in the free list */
bit sdata[NS];		/* it is a data Segment now */

byte pref[NPG];		/* Page.r; 0: the frame is free */
byte pfile[NPG] = NIL;	/* whose bytes are in it; NIL while it is being read */

byte running;		/* processes that are not done */

/* incref from non-zero: one compare-and-swap, or the load of a zero */
#define locked(l)	atomic { l == 0 -> l = ME }
#define mine(l)		assert(l == ME)

inline unlock(l)
{
	atomic { assert(l == ME); l = 0 }
}

/* image.c find: table.lk held */
inline find(f, i)
{
	mine(tablelk);
	i = head;
	do
	:: i == NIL -> break
	:: i != NIL && file[i] == f -> break
	:: i != NIL && file[i] != f -> i = hash[i]
	od
}

inline freeimage(i)
{
	i = 0;
	do
	:: i == NI -> i = NIL; break
	:: i < NI && !intable[i] -> break
	:: i < NI && intable[i] -> i++
	od
}

/* image.c enter, for a free Image i */
inline enter(i, f)
{
	atomic {
		mine(tablelk);
		assert(!intable[i] && pgref[i] == 0 && !open[i] && text[i] == NIL && page[i] == NIL);
#ifndef M_REFFIRST
		assert(ref[i] == 0);
#endif
		/* one Image for a file */
		assert(!(intable[0] && file[0] == f));
#if NI > 1
		assert(!(intable[1] && file[1] == f));
#endif
		intable[i] = 1
	}
#ifdef M_REFFIRST
	ref[i] = 1;
#endif
	file[i] = f;
	hash[i] = head;
	head = i;
#ifndef M_REFFIRST
	ref[i] = 1
#endif
}

/*
 * image.c getimage: i is f's Image with a reference, or NIL for error(Enoimage).
 * Allocating the page hash is a look more, before the first: left out.
 */
inline getimage(f, i)
{
	hope = 1;
look:
	SECTION {
		locked(tablelk);
#ifdef M_NOREWALK
		if
		:: hope == 2 -> i = NIL
		:: else -> find(f, i)
		fi;
#else
		find(f, i);
#endif
		if
		:: i != NIL ->
#ifdef M_REVIVEIMAGE
			goto late;
#endif
			ref[i]++;
			unlock(tablelk);
			goto got
		:: else
		fi;
		freeimage(i);
		if
		:: i != NIL ->
			enter(i, f);
			unlock(tablelk);
			goto got
		:: else
		fi;
		unlock(tablelk);
		if
		:: !hope -> goto got
		:: else
		fi
	}
	/* reclaim.c reclaimimage */
	locked(reclaimlk);
	sweep(1);
	atomic {
		/* ok = imagefree() */
		freeimage(x);
		hope = (x != NIL -> 2 : 0);
		x = NIL;
		unlock(reclaimlk)
	}
	goto look;
#ifdef M_REVIVEIMAGE
late:
	unlock(tablelk);
	ref[i]++;
#endif
got:
	hope = 0
}

/*
 * image.c putimage and release; i is locked. p is the reference count after
 * the put.
 */
inline putimage(i)
{
	putref(i);
	putrest(i)
}

inline putref(i)
{
	atomic {
		mine(ilk[i]);
		assert(ref[i] > 0);
		ref[i]--;
		r = ref[i];
		assert(pgref[i] <= r);
#ifdef M_KEEPCHAN
		if
		:: r == 0 ->
#else
		if
		:: r == pgref[i] ->
#endif
			/* pages need no file */
			assert(text[i] == NIL);
			open[i] = 0
		:: else
		fi;
#ifndef M_IMAGEABA
		if
		:: r != 0 -> unlock(ilk[i])
		:: else
		fi
#else
		unlock(ilk[i])
#endif
	}
}

inline putrest(i)
{
	if
	:: r == 0 ->
		/* release */
		SECTION {
			locked(tablelk);
			if
#ifdef M_NORECHECK
			:: 1 ->
#else
			:: ref[i] == 0 ->
#endif
				unhash(i)
#ifndef M_NORECHECK
			:: else
#endif
			fi;
			unlock(tablelk);
#ifndef M_IMAGEABA
			unlock(ilk[i])
#endif
		}
	:: else -> r = 0
	fi
}

inline unhash(i)
{
	atomic {
		assert(intable[i] && pgref[i] == 0 && !open[i] && text[i] == NIL);
		assert(ref[i] == 0)
	}
	if
	:: head == i -> head = hash[i]
#if NI > 1
	:: head != i ->
		atomic {
			assert(head != NIL && hash[head] == i);
			hash[head] = hash[i]
		}
#endif
	fi;
	hash[i] = NIL;
	intable[i] = 0
}

/* reclaim.c sweep and drain. idle: only Images that nobody runs, and until one
 * is free. Order by use is any order: k begins anywhere. */
inline sweep(idle)
{
	if
	:: k = 0
#if NI > 1
	:: k = 1
#endif
	fi;
	n = 0;
	do
	:: n == NI -> break
	:: else ->
		/* choose, and increfnz in sweep */
		atomic {
			freeimage(x);
			if
			:: idle && x != NIL -> x = NIL; n = NI
			:: else ->
				x = NIL;
				if
				:: pgref[k] != 0 && ref[k] > 0 && (ref[k] <= pgref[k] || !idle) ->
					ref[k]++;
					x = k
				:: else
				fi;
				n++
			fi;
			k = (k + 1) % NI
		}
		if
		:: x != NIL -> drain(x); x = NIL
		:: else
		fi
	od;
	atomic { k = 0; n = 0 }
}

inline drain(i)
{
	/* pagecache.c pageharvest */
	atomic {
		locked(ilk[i]);
		q = page[i];
		if
		:: q != NIL && pref[q] == 1 ->
			page[i] = NIL;
			pgref[i]--;
			ref[i]--
		:: else -> q = NIL
		fi;
		assert(pgref[i] <= ref[i]);
		unlock(ilk[i]);
		/* putnow: nobody else has it */
		if
		:: q != NIL -> putpage(q)
		:: else
		fi;
		q = NIL
	}
	atomic {
		locked(ilk[i]);
		putref(i)
	}
	putrest(i)
}

inline putpage(p)
{
	atomic {
		assert(pref[p] > 0);
		pref[p]--;
		if
		:: pref[p] == 0 -> pfile[p] = NIL
		:: else
		fi
	}
}

/* lock.c increfnz on a Segment, or what it is not */
inline takeseg(s)
{
	atomic {
		if
#ifdef M_REVIVESEG
		:: 1 ->
#else
		:: sref[s] != 0 ->
#endif
			sref[s]++
#ifndef M_REVIVESEG
		:: else -> s = NIL
#endif
		fi
	}
}

/* execseg.c livetext; i is locked */
inline livetext(i, s)
{
	mine(ilk[i]);
	s = text[i];
	if
	:: s != NIL ->
		takeseg(s);
		assert(s == NIL || simage[s] == i)
	:: else
	fi
}

inline segalloc(s)
{
	atomic {
		s = 0;
		do
		:: s == NS -> s = NIL; break
		:: s < NS && !sused[s] -> break
		:: s < NS && sused[s] -> s++
		od;
		if
		:: s != NIL -> sused[s] = 1
		:: else
		fi
	}
}

/* segment.c putseg and leaveimage. */
inline putseg(s)
{
	atomic {
		assert(sref[s] > 0 && sused[s]);
		sref[s]--;
		r = sref[s]
	}
	if
	:: r == 0 ->
		x = simage[s];
		if
		:: x != NIL ->
			SECTION {
				locked(ilk[x]);
#ifdef M_SEGABA
				/* it was revived: not ours to free */
				r = sref[s];
				if
				:: r != 0 -> unlock(ilk[x])
				:: else
				fi
			}
		:: else
		fi
	:: else
	fi;
	if
	:: r == 0 ->
		if
		:: x != NIL ->
			SECTION {
#endif
				if
#ifdef M_UNHOOK
				:: 1 ->
#else
				:: text[x] == s ->
#endif
					text[x] = NIL
#ifndef M_UNHOOK
				:: else
#endif
				fi
			}
			putimage(x)
		:: else
		fi;
		/* with no reference left, s is ours until segdone */
		atomic {
			simage[s] = NIL;
			x = NIL;
			if
			:: spage[s] != NIL ->
				q = spage[s];
				spage[s] = NIL;
				putpage(q);
				q = NIL
			:: else
			fi;
			/* segdone */
			assert(sref[s] == 0 && sused[s]);
			sused[s] = 0;
			sdata[s] = 0;
			sfile[s] = NIL
		}
	:: else
	fi;
	atomic { x = NIL; r = 0; s = NIL }
}

/* execseg.c textseg: s is f's text Segment with a reference, or NIL for an error */
inline textseg(f, s)
{
	s = NIL;
	getimage(f, i);
	if
	:: i == NIL -> goto noseg
	:: else
	fi;
	/* image.c attachimage, then livetext */
	SECTION {
		locked(ilk[i]);
		atomic {
			assert(intable[i] && file[i] == f && ref[i] > pgref[i]);
			open[i] = 1
		}
		livetext(i, s)
	}
	if
	:: s != NIL -> putimage(i); goto gotseg
	:: else
	fi;
	atomic {
		/* nothing is allocated under an Image lock */
		unlock(ilk[i]);
		n = NIL;
		if
		:: segalloc(n)
		:: 1
		fi;
		/* newseg: nobody has n but us */
		if
		:: n != NIL ->
			assert(sref[n] == 0 && simage[n] == NIL);
			sref[n] = 1;
			sfile[n] = f
		:: else
		fi
	}
	if
	:: n == NIL ->
		/* error: leave */
#ifndef M_LEAKREF
		atomic { locked(ilk[i]); putref(i) }
		putrest(i);
#endif
		goto noseg
	:: else
	fi;
	SECTION {
		locked(ilk[i]);
#ifndef M_NOLOOKAGAIN
		livetext(i, s)
#endif
	}
	if
	:: s != NIL ->
		/* another exec was quicker */
		putimage(i);
		putseg(n);
		goto gotseg
	:: else
	fi;
	SECTION {
		simage[n] = i;
		assert(text[i] == NIL || sref[text[i]] == 0);
		text[i] = n;
		unlock(ilk[i])
	}
	s = n;
gotseg:
noseg:
	atomic { n = 0; i = NIL }
}

/* fault.c takecached and pagein.c; s is a text Segment we have a reference to */
inline fault(f, s)
{
	i = simage[s];
	atomic {
		/* Segment.lk, then Image.lk: who runs s and was quicker has set spage[s] */
		locked(ilk[i]);
		assert(sref[s] > 0 && sused[s] && intable[i] && file[i] == f && open[i]);
		if
		:: spage[s] == NIL && page[i] != NIL ->
			spage[s] = page[i];
			pref[page[i]]++
		:: else
		fi;
		/* whoever runs a program shares its text with who starts it */
		assert(text[i] == s);
		unlock(ilk[i]);
		/* no byte of another file; nothing half read */
		assert(spage[s] == NIL || pfile[spage[s]] == f);
		if
		:: spage[s] != NIL -> goto present
		:: else
		fi
	}
	/* newpage; when there is none, the fault is an error */
	atomic {
		q = 0;
		do
		:: q == NPG -> q = NIL; break
		:: q < NPG && pref[q] == 0 -> pref[q] = 1; break
		:: q < NPG && pref[q] != 0 -> q++
		od
		;
		if
		:: q == NIL -> goto present
		:: else
		fi;
#ifndef M_INCOMPLETE
		/* readrun, with no lock; the page is ours alone */
		assert(open[i]);
		pfile[q] = file[i]
#endif
	}
	/* cachepage */
	atomic {
		locked(ilk[i]);
		if
#ifndef M_TWOPAGES
		:: page[i] != NIL ->
			pref[page[i]]++;
			x = page[i]
#endif
		:: else ->
			assert(page[i] == NIL);
			pref[q]++;
			page[i] = q;
			ref[i]++;
			pgref[i]++;
			x = q
		fi;
		unlock(ilk[i]);
		if
		:: x != q -> putpage(q)
		:: else
		fi
	}
#ifdef M_INCOMPLETE
	atomic { pfile[q] = file[i] }
#endif
	/* Fault.page keeps it until it was used: the look-up again */
	atomic {
		locked(ilk[i]);
		if
		:: spage[s] == NIL && page[i] != NIL ->
			spage[s] = page[i];
			pref[page[i]]++
		:: else
		fi;
		unlock(ilk[i]);
		assert(spage[s] != NIL && pfile[spage[s]] == f)
	}
	/* faultdone */
	atomic { putpage(x); x = NIL };
present:
	atomic { i = NIL; q = NIL }
}

proctype Exec(byte f)
{
	byte i = NIL, s = NIL, n, r, x = NIL, q = NIL, k, round;
	byte hope;

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
progress:
		if
		:: s != NIL ->
			fault(f, s);
			putseg(s)
		:: else
		fi
	od;
	running--
}

#if SWEEPS
/* whoever waits for memory: reclaim.c imagereclaim */
proctype Reclaim()
{
	byte n, r, x = NIL, q = NIL, k, round;

	do
	:: round == SWEEPS -> break
	:: else ->
		round++;
		locked(reclaimlk);
		sweep(0);
		unlock(reclaimlk)
	od;
	running--
}
#endif

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
			ref[k] = 1;
			pgref[k] = 1;
			k++
		od;
#endif
		do
		:: k == NP -> break
		:: else ->
			running++;
			if
			:: k != NP - 1 -> run Exec(0)
			:: k == NP - 1 -> run Exec(0)
			:: k == NP - 1 -> run Exec(1)
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
		k = 0;
		do
		:: k == NI -> break
		:: else ->
			assert(ref[k] == pgref[k] && text[k] == NIL && !open[k]);
			assert(pgref[k] == (page[k] == NIL -> 0 : 1));
			assert(intable[k] == (pgref[k] != 0));
			assert(page[k] == NIL || pref[page[k]] == 1);
			k++
		od;
		k = 0;
		do
		:: k == NS -> break
		:: else -> assert(sref[k] == 0 && !sused[k] && simage[k] == NIL); k++
		od
	}
}
