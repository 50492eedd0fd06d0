/*
 * imagecache.pml: text Segments, as kernel/mm/segment.c and execseg.c have them. Of a
 * data Segment only matters that it is a user of the Image.
 */

/* ref.c increfnz on a Segment: NIL if it has no reference */
inline increfnz(s)
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
			/* a process with an old i->s may take it from here on */
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
		increfnz(s);
		assert(s == NIL || simage[s] == i)
	:: else
	fi
}

/* execseg.c textseg: s is f's text Segment with a reference, or NIL for an error */
inline textseg(f, s)
{
#ifndef M_SEGABA
	findtext(f, s);
#endif
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
		imagerelease(i);
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

/* The data Segment's half of execsegs, image.c useimage: one user more, with no lock,
 * while the text is one. Of a data Segment that is all that matters here. */
inline useimage(f, d)
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
