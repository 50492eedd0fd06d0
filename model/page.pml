/*
 * imagecache.pml: pages of the cache, as kernel/mm/reclaim.c, fault.c, pagein.c and
 * pagecache.c have them.
 */

/* reclaim.c sweepimages. idle: only Images that nobody uses, and until one is free.
 * Order by use is any order: k begins anywhere. */
inline sweepimages(idle)
{
	got = 0;
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
			imagefree(x);
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
			imageref(x);
			if
			:: x != NIL -> drainimage(x)
			:: else
			fi
		:: else
		fi
	od;
	k = 0;
	n2 = 0
}

/* reclaim.c drainimage */
inline drainimage(i)
{
	atomic {
		/* pagecache.c pageharvest */
		lock(ilk[i]);
		q = page[i];
		if
		:: q != NIL && pref[q] == 1 ->
			page[i] = NIL;
			assert(pages[i] > 0 && users[i] > 0);
			pages[i]--;
			got = 1
		:: else -> q = NIL
		fi;
		unlock(ilk[i]);
		/* putnow: no other process has it */
		if
		:: q != NIL -> putpage(q)
		:: else
		fi;
		q = NIL
	}
	atomic { lock(ilk[i]); dropuser(i) }
	imagerelease(i);
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

/* fault.c takecached and pagein.c; the caller has a reference to s, a text Segment */
inline fault(f, s)
{
	atomic {
		i = simage[s];
		/* Segment.lk, then Image.lk: a process that runs s and was quicker has set spage[s] */
		lock(ilk[i]);
		found(f, i, s);
		if
		:: spage[s] == NIL && page[i] != NIL ->
			spage[s] = page[i];
			pref[page[i]]++
		:: else
		fi;
		/* processes that run a program share its text */
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
	/* cachepages */
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
