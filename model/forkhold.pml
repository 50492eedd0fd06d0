/*
 * Loans: what a process lends to its child at rfork is not touched by the others that have it
 * mapped, until it is back or they have forgotten it; who goes on without it meanwhile
 * replaces none of it.
 *
 * Of kernel/host: map/flush.c; base/futex.c hostwait, hostsleep; entry/trap.c as far as it serves a kick. Of
 * kernel/mm: forkhold.c; segdup.c copyseg; segment.c putseg, segflushall; fault.c. What the words
 * mean: doc/model.md.
 *
 *	M_BACKFIRST	holdend says mmuthaw for a Segment before it has flushed the next
 *	M_TWICE		a Segment that is lent is lent again
 *	M_REPLACE	fault replaces a page of what is lent
 *	M_KERNELHALTS	a kick in the kernel says Halted, and goes on
 *	M_NOKEPT	a copy that has a copy itself does not say so
 *	M_PAYFIRST	putseg tells the holder before it puts the pages
 *	M_LEAVE		holdend, out of time, leaves the Forkhold in the copies
 *	M_QUICKER	... it takes it out, but does not wait for who was quicker
 *	M_TAKEBLIND	who takes a Forkhold out looks, then takes
 *	M_LOOKLATE	leavelazy looks for what is lent before it says that it is awake
 *	M_ASKLATE	mmufreeze looks who is asleep before it asks
 *	M_OWNKEPT	holdend flushes all mappings but its own
 *	M_NOWIDEN	the second range that is lent replaces the first
 *	M_FORGETLATE	it is said that what was lent is forgotten before it is
 *	M_ANYLENDER	mmufreeze does not look whose loan it is
 *	M_ANYBACK	mmuthaw does not look whose loan it is
 *	M_SLEEPASKED	awaitlent does not look for a flush once it is away
 *	M_CHANGING	mmufreeze does not wait while it is being forgotten: no harm
 */

/*
 * NUSER processes have two Segments, each of a page; the first NFORK of them call rfork, once.
 * A child may write, have a child itself, and give back what it has, or not. To keep the search
 * small:
 *
 *	SMALL		no child has a child, and each gives all back at once; users sleep only for
 *			what they wait for
 *	NOWRITE		no child writes
 *	APART		the first process has the first Segment only
 *	PATIENT		no time runs out, and children give back: then all must come to an end too
 *	PATIENTUSERS	time runs out for holdend, not for who has lent
 *	ENDS		processes may stop: who still waits then waits for ever
 */
#ifndef NUSER
#define NUSER	2
#endif
#ifndef NFORK
#define NFORK	2
#endif
#define NSEG	2

#define NIL	255

/* Slot.flushreq */
#define SERVED	0
#define ASKED	1
#define MERGING	2

/* Slot.lent */
#define OWN	0
#define LENT	1
#define HALTED	2
#define CHANGING	3

/* may time run out? */
#ifdef PATIENT
#define PATIENCE	false
#define MOSTWAIT	false
#else
#ifdef PATIENTUSERS
#define PATIENCE	false
#else
#define PATIENCE	true
#endif
#define MOSTWAIT	true
#endif

/* who has the page of a Segment too: u's child, that one's child */
#define CHILD(u)	(1 << (u))
#define GRAND(u)	(4 << (u))
#define BIT(s)	(1 << (s))

/* Slot */
byte req[NUSER];
byte range[NUSER];	/* flushva, flushlen: a bit for each Segment */
bit asleep[NUSER];
byte lent[NUSER];
byte frozenrange[NUSER];
byte holder[NUSER];
bit locked[NUSER];	/* flushlock */

/* the process */
bit kick[NUSER];	/* SIGKICK is pending */
bit handling[NUSER];	/* its handler runs */
bit user[NUSER] = 1;	/* in user mode */
byte mapped[NUSER] = 3;
byte stale[NUSER];	/* of these, what the Segment has not any more */

/* Segment */
bit lk[NSEG];
byte slent[NSEG] = NIL;	/* Segment.lent */
byte held[NSEG];	/* who has its page too, since rfork was done with s */

/* Forkhold, of each that forks; Segment.loan of its copies */
bit live[NFORK];	/* the Forkhold is there: on the stack of rfork */
byte from[NFORK];
byte loan[NFORK];	/* the copies that have it */
byte out[NFORK];
bit kept[NFORK];
bit wake[NFORK];
bit born[NFORK];

#define shared(s)	(held[s] != 0 -> BIT(s) : 0)

/* u touches all that it has mapped */
inline touch(u)
{
	assert((mapped[u] & (stale[u] | shared(0) | shared(1))) == 0)
}

inline unmap(u, r)
{
	mapped[u] = mapped[u] & ~(r);
	stale[u] = stale[u] & ~(r)
}

/* the exchange, unmapping and Served: one step, for flush.pml has them apart */
inline serveflush(u)
{
	if
	:: req[u] == ASKED ->
		unmap(u, range[u]);
		range[u] = 0;
		req[u] = SERVED
	:: else
	fi
}

inline lazyflush(u)
{
	atomic {
		req[u] != MERGING;
		serveflush(u)
	}
}

/* forgetlent, once it is CHANGING */
inline forget(u)
{
#ifdef M_FORGETLATE
	lent[u] = OWN;
	unmap(u, frozenrange[u])
#else
	atomic {
		unmap(u, frozenrange[u]);
		frozenrange[u] = 0;
		holder[u] = 0;
		lent[u] = OWN
	}
#endif
}

inline forgetall(u)
{
	do
	:: lent[u] == OWN -> break
	:: atomic { lent[u] == LENT || lent[u] == HALTED -> lent[u] = CHANGING }
		forget(u)
	od
}

inline halted(u)
{
	if
	:: lent[u] == LENT -> lent[u] = HALTED
	:: else
	fi
}

inline awaitlent(u)
{
	do
	:: lent[u] == OWN || PATIENCE -> break
	:: atomic { lent[u] != OWN -> halted(u); asleep[u] = 1 }
#ifndef M_SLEEPASKED
		atomic { serveflush(u) }
#endif
		/* the host's futex */
		atomic { lent[u] != HALTED || PATIENCE -> asleep[u] = 0 }
		lazyflush(u)
	od
}

/* leavelazy(0) and leavelazy(1), from asleep = 0 on */
inline leavelazy(u)
{
	lazyflush(u);
	forgetall(u)
}

inline hostbackpatient(u)
{
	lazyflush(u);
	if
	:: lent[u] == OWN
	:: lent[u] != OWN ->
		awaitlent(u);
		forgetall(u)
	fi
}

/* hostwait until c, if that is not so */
inline hostwait(u, c)
{
	atomic { !(c) -> asleep[u] = 1 }
	atomic { c -> asleep[u] = 0 }
	leavelazy(u)
}

/* hostsleep until c, or what ends it, w */
inline hostsleep(u, c, w)
{
	atomic { !(c) -> asleep[u] = 1 }
	atomic { w -> asleep[u] = 0 }
	hostbackpatient(u)
}

inline qlock(u, l)
{
	do
	:: atomic { !l -> l = 1; break }
	:: hostwait(u, !l)
	od
}

inline waitserved(u, p)
{
	do
	:: req[p] == SERVED -> break
	:: hostwait(u, req[p] == SERVED)
	od
}

/* flushlock held */
inline flush(u, p, r)
{
	if
	:: atomic { req[p] == ASKED -> req[p] = MERGING }
		atomic { range[p] = range[p] | r; req[p] = ASKED }
	:: else ->
		waitserved(u, p);
		atomic { range[p] = r; req[p] = ASKED }
	fi;
	if
	:: asleep[p]
	:: atomic { !asleep[p] -> kick[p] = 1 }
		waitserved(u, p)
	fi
}

#if NUSER > 2
#define flushslot(u, p)	qlock(u, locked[p])
#define flushdone(p)	locked[p] = 0
#else
/* only one may want it */
#define flushslot(u, p)	skip
#define flushdone(p)	skip
#endif

inline mmuflush(u, p, r)
{
	flushslot(u, p);
	flush(u, p, r);
	flushdone(p)
}

#ifdef M_ANYLENDER
#define MINE(u, p)	true
#else
#define MINE(u, p)	(holder[p] == u)
#endif

#ifdef M_CHANGING
#define BUSY(p)	(lent[p] == LENT)
#else
#define BUSY(p)	(lent[p] == LENT || lent[p] == CHANGING)
#endif

/* waithalted of flush.c, after what it has looked at is in old */
inline waithalted(u, p)
{
	do
	:: !BUSY(p) -> break
	:: atomic { BUSY(p) -> old = lent[p] }
#ifdef M_ASKLATE
		if
		:: old == LENT && sleeps -> break
		:: else
		fi;
#else
		if
		:: old == LENT && asleep[p] -> break
		:: else
		fi;
#endif
		atomic {
			if
			:: !kicked -> kick[p] = 1; kicked = 1
			:: else
			fi
		}
		if
		:: lent[p] != old
		:: hostwait(u, lent[p] != old)
		fi
	od;
	atomic { kicked = 0; old = 0 }
}

inline mmufreeze(u, p, r)
{
	flushslot(u, p);
#ifdef M_ASKLATE
	sleeps = asleep[p];
#endif
	/* asklend */
	do
	:: atomic {
		lent[p] == OWN ->
			frozenrange[p] = r;
			holder[p] = u;
			lent[p] = LENT
		}
		waithalted(u, p);
		break
	:: lent[p] != OWN && !MINE(u, p) ->
		flush(u, p, r);
		break
	:: atomic {
		(lent[p] == LENT || lent[p] == HALTED) && MINE(u, p) ->
			old = lent[p];
			lent[p] = CHANGING
		}
		atomic {
#ifdef M_NOWIDEN
			frozenrange[p] = r;
#else
			frozenrange[p] = frozenrange[p] | r;
#endif
			lent[p] = old
		}
		waithalted(u, p);
		break
	od;
	flushdone(p)
}

#ifdef M_ANYBACK
#define GIVEN(u, p)	true
#else
#define GIVEN(u, p)	(holder[p] == u)
#endif

inline mmuthaw(u, p)
{
	flushslot(u, p);
	if
	:: lent[p] == OWN || !GIVEN(u, p)
	:: atomic {
		(lent[p] == LENT || lent[p] == HALTED) && GIVEN(u, p) ->
			frozenrange[p] = 0;
			holder[p] = 0;
			lent[p] = OWN
		}
	fi;
	flushdone(p)
}

/* f for each p but u that uses s: nextuser */
#ifdef APART
#define USES(u, s)	(u != 0 || s == 0)
#define ifuser(p, s, f)	\
	if	\
	:: USES(p, s) -> f	\
	:: !USES(p, s)	\
	fi
#else
#define USES(u, s)	true
#define ifuser(p, s, f)	f
#endif
#if NUSER > 2
#define eachuser(u, p, s, f)	\
	p = (u + 1) % NUSER;	\
	ifuser(p, s, f);	\
	p = (u + 2) % NUSER;	\
	ifuser(p, s, f);	\
	p = 0
#else
#define eachuser(u, p, s, f)	\
	p = 1 - u;	\
	f;	\
	p = 0
#endif

inline segflushall(u, s)
{
#ifndef M_OWNKEPT
	atomic { unmap(u, BIT(s)) }
#endif
	eachuser(u, p, s, mmuflush(u, p, BIT(s)))
}

/* fault. What it does while it has s->lk is one step */
inline fault(u, s)
{
	do
	:: atomic {
		!lk[s] && held[s] == 0 ->
			mapped[u] = mapped[u] | BIT(s);
			break
		}
	:: atomic {
#ifdef M_REPLACE
		!lk[s] && held[s] != 0 ->
#else
		!lk[s] && held[s] != 0 && slent[s] == NIL ->
#endif
			/* makeown: who still has it mapped? */
			held[s] = 0;
			p = 0;
			do
			:: p < NUSER ->
				stale[p] = stale[p] | (mapped[p] & BIT(s));
				p++
			:: else -> p = 0; break
			od;
			mapped[u] = mapped[u] | BIT(s);
			break
		}
	:: lk[s] -> /* qlockpatient: it looks on for a while, or sleeps */
		if
		:: !lk[s]
		:: hostsleep(u, !lk[s], !lk[s])
		fi
	:: atomic { !lk[s] && held[s] != 0 && slent[s] != NIL -> assert(slent[s] != u) }
		/* waithold of forkhold.c */
		if
		:: slent[s] == NIL
		:: hostsleep(u, slent[s] == NIL, slent[s] == NIL)
		fi
	od
}

inline lend(u, s)
{
	atomic {
		slent[s] = u;
		from[u] = from[u] | BIT(s);
		out[u]++;
		loan[u] = loan[u] | BIT(s)
	}
	eachuser(u, p, s, mmufreeze(u, p, BIT(s)))
}

/* dupseg of what is copied */
inline copyseg(u, s)
{
	qlock(u, lk[s]);
	if
#ifdef M_TWICE
	:: true ->
#else
	:: slent[s] == NIL ->
#endif
		lend(u, s)
	:: slent[s] != NIL -> segflushall(u, s)
	fi;
	/* from here on it matters that the copy has the page */
	atomic { held[s] = held[s] | CHILD(u); lk[s] = 0 }
}

/* takehold, of the copy of u's Segment s; then f */
#ifdef M_TAKEBLIND
#define TAKE(u, s)	(loan[u] & BIT(s)) != 0; loan[u] = loan[u] & ~BIT(s)
#else
#define TAKE(u, s)	atomic { (loan[u] & BIT(s)) != 0; loan[u] = loan[u] & ~BIT(s) }
#endif
#define takehold(u, s, f)	\
	if	\
	:: TAKE(u, s); f	\
	:: else	\
	fi

/* oneless and eventset; nobody looks at out before wake is set */
inline oneless(u, k)
{
	atomic {
		assert(live[u] && out[u] > 0);
		out[u]--;
		kept[u] = kept[u] | k;
		wake[u] = out[u] == 0
	}
}

inline allback(u)
{
	do
	:: wake[u] || MOSTWAIT -> break
	:: hostsleep(u, wake[u], wake[u] || MOSTWAIT)
	od;
#ifndef M_LEAVE
	if
	:: wake[u]
	:: !wake[u] ->
		takehold(u, 0, oneless(u, 1));
		takehold(u, 1, oneless(u, 1));
#ifndef M_QUICKER
		/* those who were quicker are about to say so */
		do
		:: wake[u] -> break
		:: hostsleep(u, wake[u], wake[u])
		od
#endif
	fi
#endif
}

inline flushlent(u, s)
{
	if
	:: (from[u] & BIT(s)) != 0 ->
		qlock(u, lk[s]);
		segflushall(u, s);
		lk[s] = 0
	:: else
	fi
}

inline endlent(u, s)
{
	if
	:: (from[u] & BIT(s)) != 0 ->
		qlock(u, lk[s]);
		eachuser(u, p, s, mmuthaw(u, p));
		atomic { slent[s] = NIL; lk[s] = 0 }
	:: else
	fi
}

inline holdend(u)
{
	allback(u);
	if
	:: out[u] == 0 && !kept[u]
	:: else ->
		flushlent(u, 0);
#ifdef M_BACKFIRST
		eachuser(u, p, 0, mmuthaw(u, p));
#endif
		flushlent(u, 1)
	fi;
	endlent(u, 0);
	endlent(u, 1)
}

inline rfork(u)
{
	live[u] = 1;
	copyseg(u, 0);
	if
	:: USES(u, 1) -> copyseg(u, 1)
	:: !USES(u, 1)
	fi;
	born[u] = 1;
	if
	:: from[u] != 0 -> holdend(u)
	:: else
	fi;
	/* rfork returns, and with it goes the Forkhold */
	atomic { live[u] = 0; from[u] = 0; out[u] = 0; kept[u] = 0; wake[u] = 0 }
}

/* Where two fork they stay in the kernel, where each is when the other asks him something that
 * the run for one does not show; and where there is a third, only he faults. */
#if NFORK > 1
#define LEAVES(u)	(u >= NFORK)
#else
#define LEAVES(u)	true
#endif
#if NUSER > 2
#define FAULTS(u)	(u >= NFORK)
#else
#define FAULTS(u)	true
#endif
#ifdef SMALL
#define SLEEPS(u)	false
#else
#define SLEEPS(u)	(u != 0)
#endif

/* What a process does: it uses its memory, by itself or in the kernel, where it may sleep. The
 * first calls rfork at once. */
active [NUSER] proctype User() provided (!handling[_pid])
{
	byte u = _pid, s, p, old;
	bit kicked, sleeps, forked;

	if
	:: atomic {
		u == 0 ->
#ifdef APART
			mapped[u] = BIT(0);
#endif
			user[u] = 0;
			forked = 1
		}
		rfork(u);
		goto inkernel
	:: atomic { u != 0 && !LEAVES(u) -> user[u] = 0 }
		goto inkernel
	:: u != 0 && LEAVES(u)
	fi;
inuser:
	do
	:: atomic { touch(u); user[u] = 0 }
		break
#ifdef ENDS
	:: goto done
#endif
	od;
inkernel:
	do
	:: atomic { !LEAVES(u) -> touch(u) }
	:: atomic { LEAVES(u) -> touch(u); user[u] = 1; goto inuser }
	:: atomic { FAULTS(u) && (mapped[u] & BIT(0)) == 0 -> s = 0 }
		fault(u, s)
	:: atomic { FAULTS(u) && (mapped[u] & BIT(1)) == 0 -> s = 1 }
		fault(u, s)
	:: atomic { SLEEPS(u) -> asleep[u] = 1 }
#ifdef M_LOOKLATE
		leavelazy(u);
		asleep[u] = 0
#else
		if
		:: asleep[u] = 0; leavelazy(u)
		:: asleep[u] = 0; hostbackpatient(u)
		fi
#endif
	:: atomic { u != 0 && u < NFORK && !forked -> forked = 1; touch(u) }
		rfork(u)
#ifdef ENDS
	:: goto done
#endif
	od;
done:
	skip
}

/* flushkicked. What process u does stands still meanwhile, and another kick is pending. */
active [NUSER] proctype Handler()
{
	byte u = _pid - NUSER;

end:	do
	:: atomic { kick[u] -> kick[u] = 0; handling[u] = 1; serveflush(u) }
		if
		:: atomic { lent[u] == OWN -> handling[u] = 0 }
		:: lent[u] != OWN && user[u] ->
			hostbackpatient(u);
			handling[u] = 0
		:: atomic { lent[u] != OWN && !user[u] && asleep[u] ->
			halted(u);
			handling[u] = 0
			}
		:: lent[u] != OWN && !user[u] && !asleep[u] ->
#ifdef M_KERNELHALTS
			atomic { halted(u); handling[u] = 0 }
#else
			if
			:: atomic { lent[u] == LENT -> lent[u] = CHANGING }
				forget(u)
			:: lent[u] != LENT
			fi;
			handling[u] = 0
#endif
		fi
	od
}

/* releaseseg, of u's child */
#define releaseseg(u, s, k)	takehold(u, s, oneless(u, k))

inline give(u, s)
{
#ifdef M_PAYFIRST
	releaseseg(u, s, 0);
	held[s] = held[s] & ~CHILD(u)
#else
	held[s] = held[s] & ~CHILD(u);
	releaseseg(u, s, 0)
#endif
}

/* u's child's child gets what its parent still has of u */
inline copyagain(u, s)
{
#ifndef M_NOKEPT
	releaseseg(u, s, 1);
#endif
	atomic {
		if
		:: (held[s] & CHILD(u)) != 0 -> held[s] = held[s] | GRAND(u)
		:: else
		fi
	}
}

/* u's child: it gives back what it has, or lives on. Before that it may write, and have a child. */
active [NFORK] proctype Child()
{
	byte u = _pid - 2 * NUSER;

end:	atomic { born[u] -> born[u] = 0 }
	if
#ifndef NOWRITE
	:: held[0] = held[0] & ~CHILD(u)
#endif
#ifndef SMALL
	:: copyagain(u, 0); copyagain(u, 1)
#endif
	:: true
	fi;
	if
#ifndef PATIENT
	:: goto lives
#endif
#ifdef SMALL
	:: atomic { give(u, 0); give(u, 1) }
#else
	:: give(u, 0); give(u, 1)
#endif
	fi;
	/* and the grandchild */
#ifndef SMALL
	atomic {
		held[0] = held[0] & ~GRAND(u);
		held[1] = held[1] & ~GRAND(u)
	}
#endif
lives:
	skip
}
