/*
 * imagecache.pml: Images, as kernel/mm/image.c has them. See there for what is one step.
 */

/* image.c tablefind: each look at a link or an identity is one access */
inline tablefind(f, i, most)
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

inline imagefree(i)
{
	i = 0;
	do
	:: i == NI -> i = NIL; break
	:: i < NI && !intable[i] -> break
	:: i < NI && intable[i] -> i++
	od
}

/*
 * image.c findtext: s is f's text Segment with a reference, or NIL. No
 * lock, but those of putseg.
 */
inline findtext(f, s)
{
	tablefind(f, i, NI);
	if
	:: i != NIL ->
		s = text[i];
		if
		:: s != NIL -> increfnz(s)
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
inline imageref(i)
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
	tablefind(f, i, NI);
	if
	:: i != NIL -> imageref(i)
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

/* image.c tableenter; imagetablelk is held and i is a free Image */
inline tableenter(f, i)
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
		:: else -> tablefind(f, i, NI)
		fi
#else
		tablefind(f, i, NI)	/* chains change under this lock */
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
		:: else -> imagefree(i)
		fi
	}
	if
	:: i != NIL ->
		tableenter(f, i);
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
	atomic {
		lock(reclaimlk);
		imagefree(x);
		hope = (x != NIL -> 2 : 0);
		x = NIL
	}
	if
	:: !hope ->
		sweepimages(1);
		atomic {
			/* what was freed may be gone by now */
			imagefree(x);
			hope = ((x != NIL || got) -> 2 : 0);
			x = NIL;
			got = 0
		}
	:: else
	fi;
	atomic { unlock(reclaimlk) }
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
	imagerelease(i)
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

/* image.c imagerelease, and the rest of putimage */
inline imagerelease(i)
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
		imagerelease(i)
	:: else
	fi
}
