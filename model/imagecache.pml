/*
 * The image cache: who may take and drop references to an Image, its text
 * Segment and its pages, and when.
 *
 * Modelled: kernel/mm/image.c, execseg.c, reclaim.c, the putting half of
 * segment.c, and lookpage/cachepage of pagecache.c. NPROC processes exec one of
 * NF files, touch a page and exit, ROUNDS times each; a reclaimer takes pages;
 * there are NI Images, all in one hash chain, and NPG frames. A file has one page
 * of text: more would multiply states and add no new order of events.
 *
 * An attach looks at chains, identities, counts, i->s and s->image without a lock.
 * So each access to one of these is a step of its own. What is touched under a
 * lock only (mine) may share a step with what comes before and after it under that
 * lock, and so may taking and letting go of the lock: nobody can see it between.
 *
 * Memory is sequentially consistent. What that means for the C is in
 * doc/model.md; so is what each mistake (M_...) is.
 *
 * Comments over an inline, "image.c find", say where the C is.
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

byte tablelk;		/* table.lk: 0 or its holder */
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

/* image.c find: each look at a link or an identity is one access */
inline find(f, i, most)
{
	i = head;
	k = most;
	do
	:: i == NIL || k == 0 -> i = NIL; break
	:: i != NIL && k != 0 && file[i] == f -> break
	:: i != NIL && k != 0 && file[i] != f -> i = hash[i]; k--
	od;
	k = 0
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

/* lock.c increfnz on a Segment: NIL if it has no reference */
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

/*
 * image.c findtext: s is f's text Segment with a reference, or NIL. No
 * lock, but those of putseg.
 */
inline findtext(f, s)
{
	find(f, i, NI);
	if
	:: i != NIL ->
		s = text[i];
		if
		:: s != NIL -> takeseg(s)
		:: else
		fi;
		if
		:: s != NIL ->
			/* s is ours, whatever it is */
#ifndef M_NOIMAGE
			if
			:: simage[s] != i -> goto stray
			:: else
			fi;
#endif
#ifndef M_IDFIRST
			if
			:: file[i] != f -> goto stray
			:: else
			fi;
#endif
			atomic {
				found(f, i, s);
				i = NIL
			}
			goto gottext;
stray:
			i = NIL;
#ifdef M_STRAY
			atomic { sref[s]--; s = NIL }
#else
			putseg(s)
#endif
		:: else
		fi
	:: else
	fi
}

/* What an exec may rely on that got s through i. */
inline found(f, i, s)
{
	assert(sref[s] > 0 && sused[s]);
#ifdef M_ONEPOOL
	assert(!sdata[s]);
#endif
	assert(sfile[s] == f && simage[s] == i);
	assert(file[i] == f && intable[i] && open[i] && users[i] > 0)
}

/* image.c imageref: NIL if i has neither users nor pages */
inline takeimage(i)
{
#ifdef M_TWOWORDS
	if
	:: zero(i) -> i = NIL
	:: else -> users[i]++
	fi
#else
	atomic {
		if
#ifdef M_REVIVEIMAGE
		:: 1 ->
#else
		:: !zero(i) ->
#endif
#ifdef M_NOCHAN
			revived = users[i] == 0;
#endif
			users[i]++
#ifndef M_REVIVEIMAGE
		:: else -> i = NIL
#endif
		fi
	}
#endif
}

/* image.c findimage: f's Image, one more user, or NIL */
inline findimage(f, i)
{
	find(f, i, NI);
	if
	:: i != NIL -> takeimage(i)
	:: else
	fi;
#ifndef M_FINDIDFIRST
	if
	:: i != NIL && file[i] != f ->
		leaveimage(i);
		i = NIL
	:: i == NIL || file[i] == f
	fi
#endif
}

/* image.c enter; table.lk is held and i is a free Image */
inline enter(f, i)
{
	atomic {
		mine(tablelk);
		assert(!intable[i] && !open[i] && text[i] == NIL && page[i] == NIL);
		assert(zero(i));
		/* one Image for a file */
		assert(!(intable[0] && file[0] == f));
#if NI > 1
		assert(!(intable[1] && file[1] == f));
#endif
		intable[i] = 1;
#ifdef M_REFFIRST
		users[i]++;
#else
		file[i] = f
#endif
	}
#ifdef M_REFFIRST
	file[i] = f;
#endif
	hash[i] = head;
#ifndef M_REFFIRST
	users[i]++;
#endif
	head = i
}

/*
 * image.c getimage: i is f's Image with us as a user, or NIL for error(Enoimage).
 * Allocating the page hash is a look more, before the first: left out.
 */
inline getimage(f, i)
{
#ifndef M_BOTHLOCKS
	findimage(f, i);
	if
	:: i != NIL -> goto gotimage
	:: else
	fi;
#endif
	hope = 1;
look:
	atomic {
		lock(tablelk);
#ifdef M_NOREWALK
		if
		:: hope == 2 -> i = NIL
		:: else -> find(f, i, NI)
		fi
#else
		find(f, i, NI)	/* chains change under this lock */
#endif
		;
		if
		:: i != NIL ->
			users[i]++;
#ifdef M_BOTHLOCKS
			lock(ilk[i]);
#endif
			unlock(tablelk);
			goto gotimage
		:: else -> freeimage(i)
		fi
	}
	if
	:: i != NIL ->
		enter(f, i);
#ifdef M_BOTHLOCKS
		lock(ilk[i]);
#endif
		atomic { unlock(tablelk) }
		goto gotimage
	:: else -> atomic { unlock(tablelk) }
	fi;
#ifndef M_HOPE
	if
	:: !hope -> goto gotimage
	:: else
	fi;
#endif
	/* reclaim.c reclaimimage */
	atomic { lock(reclaimlk) }
	sweep(1);
	atomic {
		/* ok = imagefree() */
		freeimage(x);
		hope = (x != NIL -> 2 : 0);
		x = NIL;
		unlock(reclaimlk)
	}
	goto look;
gotimage:
	hope = 0
}

/*
 * image.c putimage; i is locked. r: neither users nor pages were left.
 */
inline putimage(i)
{
	dropuser(i);
	release(i)
}

inline dropuser(i)
{
	atomic {
		mine(ilk[i]);
		assert(users[i] > 0);
		users[i]--;
		r = zero(i);
#ifdef M_CHANEARLY
		gone = users[i] == 0
	}
	atomic {
#endif
		if
#if defined(M_KEEPCHAN)
		:: r ->
#elif defined(M_CHANEARLY)
		:: gone ->
#else
		:: users[i] == 0 ->
#endif
			assert(text[i] == NIL);
			open[i] = 0
		:: else
		fi;
		if
#ifndef M_IMAGEABA
		:: r
#endif
		:: else -> unlock(ilk[i])
		fi
	}
}

/* image.c release, and the rest of putimage */
inline release(i)
{
	if
	:: r ->
		atomic {
			lock(tablelk);
#ifdef M_NORECHECK
			assert(intable[i]);
#endif
			if
#ifdef M_NORECHECK
			:: 1 ->
#else
			:: zero(i) ->
#endif
				unlink(i)
#ifndef M_NORECHECK
			:: else ->
				r = 0;
				unlock(tablelk);
#ifndef M_IMAGEABA
				unlock(ilk[i])
#endif
#endif
			fi
		}
		if
		:: r ->
			hash[i] = NIL;
			atomic {
				intable[i] = 0;
				r = 0;
				unlock(tablelk);
#ifndef M_IMAGEABA
				unlock(ilk[i])
#endif
			}
		:: else
		fi
	:: else
	fi
}

inline unlink(i)
{
	assert(intable[i] && zero(i) && !open[i] && text[i] == NIL && page[i] == NIL);
	if
	:: head == i -> head = hash[i]
#if NI > 1
	:: head != i ->
		assert(head != NIL && hash[head] == i);
		hash[head] = hash[i]
#endif
	fi
}

/* image.c leaveimage: one user less; i is not locked */
inline leaveimage(i)
{
	atomic {
		if
#ifdef M_USERSZERO
		:: users[i] > 0 ->
#else
		:: users[i] > 1 ->
#endif
			users[i]--;
			r = 0
		:: else -> r = 1
		fi
	}
	if
	:: r ->
		atomic { lock(ilk[i]); dropuser(i) }
		release(i)
	:: else
	fi
}

/* reclaim.c sweep. idle: only Images that nobody uses, and until one is free.
 * Order by use is any order: k begins anywhere. */
inline sweep(idle)
{
	if
	:: k = 0
#if NI > 1
	:: k = 1
#endif
	fi;
	n2 = 0;
	do
	:: n2 == NI -> break
	:: else ->
		/* choose: a hint */
		atomic {
			freeimage(x);
			if
			:: idle && x != NIL -> x = NIL; n2 = NI
			:: else ->
				x = NIL;
				if
				:: pages[k] != 0 && (users[k] == 0 || !idle) -> x = k
				:: else
				fi;
				n2++
			fi;
			k = (k + 1) % NI
		}
		if
		:: x != NIL ->
			takeimage(x);
			if
			:: x != NIL -> drain(x)
			:: else
			fi
		:: else
		fi
	od;
	k = 0;
	n2 = 0
}

/* reclaim.c drain */
inline drain(i)
{
	atomic {
		/* pagecache.c pageharvest */
		lock(ilk[i]);
		q = page[i];
		if
		:: q != NIL && pref[q] == 1 ->
			page[i] = NIL;
			assert(pages[i] > 0 && users[i] > 0);
			pages[i]--
		:: else -> q = NIL
		fi;
		unlock(ilk[i]);
		/* putnow: nobody else has it */
		if
		:: q != NIL -> putpage(q)
		:: else
		fi;
		q = NIL
	}
	atomic { lock(ilk[i]); dropuser(i) }
	release(i);
	i = NIL
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

/* segment.c segalloc and newseg, of a text Segment; NIL: no memory */
inline newseg(f, s)
{
	atomic {
		s = 0;
		do
		:: s == NS -> s = NIL; break
		:: s < NS && !sused[s] -> break
		:: s < NS && sused[s] -> s++
		od;
		if
		:: s != NIL ->
			sused[s] = 1;
			assert(sref[s] == 0 && spage[s] == NIL);
#ifndef M_STALEIMAGE
			assert(simage[s] == NIL);
#endif
			/* who comes by an old i->s may take it from here on */
			sref[s] = 1;
#ifndef M_IMAGEFIRST
			sfile[s] = f	/* n->flen = text in textseg */
#endif
		:: else
		fi
	}
#ifdef M_STALEIMAGE
	if
	:: s != NIL -> simage[s] = NIL
	:: else
	fi
#endif
}

/* segment.c putseg and unhook, of a text Segment */
inline putseg(s)
{
	atomic {
		assert(sref[s] > 0 && sused[s]);
		sref[s]--;
		last = sref[s] == 0;
		/* with no reference left, s is ours until segdone */
		x = (last -> simage[s] : NIL)
	}
	if
	:: last && x != NIL ->
		atomic {
			lock(ilk[x]);
#ifdef M_SEGABA
			/* it was revived: not ours to free */
			last = sref[s] == 0;
#endif
			if
#ifdef M_UNHOOK
			:: last ->
#else
			:: last && text[x] == s ->
#endif
				text[x] = NIL
			:: else
#ifdef M_SEGABA
				if
				:: !last -> unlock(ilk[x])
				:: else
				fi
#endif
			fi
		}
		if
		:: last -> putimage(x)
		:: else
		fi
	:: else
	fi;
	atomic {
		if
		:: last ->
#ifndef M_STALEIMAGE
			simage[s] = NIL;
#endif
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
			sfile[s] = NIL
		:: else
		fi;
		last = 0;
		x = NIL;
		s = NIL
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

/* execseg.c textseg: s is f's text Segment with a reference, or NIL for an error */
inline textseg(f, s)
{
	findtext(f, s);
	/* nothing is allocated under an Image lock */
	newseg(f, n);
	if
	:: n == NIL -> goto noseg
	:: else
	fi;
	getimage(f, i);
	if
	:: i == NIL ->
		putseg(n);
		goto noseg
	:: else
	fi;
	/* image.c attachimage */
#ifdef M_CHANEARLY
	had = open[i];
#endif
	atomic {
#ifndef M_BOTHLOCKS
		lock(ilk[i]);
#endif
		assert(intable[i] && file[i] == f && users[i] > 0);
#if defined(M_CHANEARLY)
		if
		:: !had -> open[i] = 1
		:: else
		fi;
#elif defined(M_NOCHAN)
		if
		:: !revived -> open[i] = 1
		:: else -> revived = 0
		fi;
#else
		open[i] = 1;
#endif
#ifndef M_NOLOOKAGAIN
		livetext(i, s)
#endif
	}
	if
	:: s != NIL ->
		/* another exec was quicker */
		atomic {
			found(f, i, s);
#ifdef M_LEAKREF
			unlock(ilk[i])
#else
			dropuser(i)
#endif
		}
		release(i);
		putseg(n);
		goto gottext
	:: else
	fi;
	/* hook n */
	simage[n] = i;		/* i's user instead of us */
#ifdef M_IMAGEFIRST
	sfile[n] = f;
#endif
	atomic {
		mine(ilk[i]);
		assert(text[i] == NIL || sref[text[i]] == 0);
		text[i] = n;
		s = n;
		unlock(ilk[i]);
gottext:
noseg:
		n = NIL;
		i = NIL
	}
}

/* fault.c takecached and pagein.c; s is a text Segment we have a reference to */
inline fault(f, s)
{
	atomic {
		i = simage[s];
		/* Segment.lk, then Image.lk: who runs s and was quicker has set spage[s] */
		lock(ilk[i]);
		found(f, i, s);
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
		od;
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
		lock(ilk[i]);
		if
#ifndef M_TWOPAGES
		:: page[i] != NIL ->
			pref[page[i]]++;
			x = page[i]
#endif
		:: else ->
			assert(page[i] == NIL && users[i] > 0);
			pref[q]++;
			page[i] = q;
			pages[i]++;
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
		lock(ilk[i]);
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
	atomic {
		putpage(x);
		x = NIL;
present:
		i = NIL;
		q = NIL
	}
}

/* The data Segment's half of execsegs, image.c useimage: one user more, with no lock,
 * while the text is one. Of a data Segment that is all that matters here. */
inline usedata(f, d)
{
	assert(intable[d] && file[d] == f && users[d] > 0);
	users[d]++
}

/* A data Segment goes: segment.c unhook. Till then it may have faulted. */
inline putdata(f, d)
{
	assert(intable[d] && file[d] == f && open[d]);
	leaveimage(d);
	d = NIL
}

proctype Exec(byte f)
{
	byte i = NIL, s = NIL, n = NIL, d = NIL, x = NIL, q = NIL, k, n2, round;
	byte hope;
	bit r, last;
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
				usedata(f, d)
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
			:: f == 0 ->
				/* exit: by place, text first */
				putseg(s);
#ifdef M_DATALATE
				atomic { usedata(f, d) }
#endif
				putdata(f, d)
#ifndef M_DATALATE
			:: else ->
				/* segdetach */
				putdata(f, d);
				putseg(s)
#endif
			fi
		:: else
		fi
	od;
	running--
}

#if SWEEPS
/* whoever waits for memory: reclaim.c imagereclaim */
proctype Reclaim()
{
	byte x = NIL, q = NIL, k, n2, round;
	bit r;
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
		sweep(0);
		atomic { unlock(reclaimlk) }
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
