/*
 * Fork holds: rfork gives the child a copy of a Segment, and the other users of that Segment
 * keep its pages mapped but do not touch them until the child has released its copy, or until
 * they have forgotten their mappings. A process that goes on meanwhile replaces no page of it.
 *
 * Of kernel/host: map/flush.c and base/futex.c (freeze.pml); the part of entry/trap.c that serves a
 * kick. Of kernel/mm: forkhold.c; segdup.c copyseg; segment.c putseg, segflushall;
 * fault.c. What the words mean: doc/model.md.
 *
 *	M_THAWFIRST	holdend says mmuthaw for a Segment before it has flushed the next
 *	M_TWICE		a Segment that is held is held again
 *	M_REPLACE	fault replaces a page of a held Segment
 *	M_KERNELFREEZES	a kick in the kernel says Frozen, and the process goes on
 *	M_NOKEPT	a copy that has a copy itself does not say that it is kept
 *	M_RELEASEFIRST	putseg tells the holder before it puts the pages
 *	M_LEAVE		holdend, out of time, leaves the Forkhold in the copies
 *	M_QUICKER	... it takes it out, but does not wait for a copy that was quicker
 *	M_TAKEBLIND	takehold looks at the Forkhold, then takes it
 *	M_LOOKLATE	leavelazy looks for a freeze before it says that the process is not lazy
 *	M_ASKLATE	mmufreeze looks whether the process is lazy before it asks
 *	M_OWNKEPT	holdend flushes all mappings but its own
 *	M_NOWIDEN	the second range that is frozen replaces the first
 *	M_FORGETLATE	forgetfrozen says Thawed before it has unmapped the range
 *	M_ANYFREEZE	mmufreeze does not look who the holder is
 *	M_ANYTHAW	mmuthaw does not look who the holder is
 *	M_SLEEPASKED	waitthaw does not look for a flush once the process is lazy
 *	M_CHANGING	mmufreeze does not wait while the range is being forgotten: no harm
 */

/*
 * NUSER processes have two Segments, each of a page; the first NFORK of them call rfork, once.
 * A child may write, have a child itself, and release what it has, or not. To keep the search
 * small:
 *
 *	SMALL		no child has a child, and each releases all at once; users sleep only for
 *			what they wait for
 *	NOWRITE		no child writes
 *	APART		the first process has the first Segment only
 *	PATIENT		no time runs out, and children release: then all must come to an end too
 *	PATIENTUSERS	time runs out for holdend, not for a frozen process
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

/* Slot.freeze */
#define THAWED	0
#define FREEZING	1
#define FROZEN	2
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
byte freeze[NUSER];
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
byte segheld[NSEG] = NIL;	/* Segment.held */
byte held[NSEG];	/* who has its page too, since rfork was done with s */

/* Forkhold, of each process that forks; Segment.hold of its copies */
bit live[NFORK];	/* the Forkhold is there: on the stack of rfork */
byte from[NFORK];
byte hold[NFORK];	/* the copies that have it */
byte out[NFORK];
bit kept[NFORK];
bit wake[NFORK];
bit born[NFORK];

#define shared(s)	(held[s] != 0 -> BIT(s) : 0)

#include "freeze.pml"

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
		!lk[s] && held[s] != 0 && segheld[s] == NIL ->
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
	:: atomic { !lk[s] && held[s] != 0 && segheld[s] != NIL -> assert(segheld[s] != u) }
		/* waithold of forkhold.c */
		if
		:: segheld[s] == NIL
		:: hostsleep(u, segheld[s] == NIL, segheld[s] == NIL)
		fi
	od
}

inline holdseg(u, s)
{
	atomic {
		segheld[s] = u;
		from[u] = from[u] | BIT(s);
		out[u]++;
		hold[u] = hold[u] | BIT(s)
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
	:: segheld[s] == NIL ->
#endif
		holdseg(u, s)
	:: segheld[s] != NIL -> segflushall(u, s)
	fi;
	/* from here on it matters that the copy has the page */
	atomic { held[s] = held[s] | CHILD(u); lk[s] = 0 }
}

/* takehold, of the copy of u's Segment s; then f */
#ifdef M_TAKEBLIND
#define TAKE(u, s)	(hold[u] & BIT(s)) != 0; hold[u] = hold[u] & ~BIT(s)
#else
#define TAKE(u, s)	atomic { (hold[u] & BIT(s)) != 0; hold[u] = hold[u] & ~BIT(s) }
#endif
#define takehold(u, s, f)	\
	if	\
	:: TAKE(u, s); f	\
	:: else	\
	fi

/* reportcopy and eventset; nobody looks at out before wake is set */
inline reportcopy(u, k)
{
	atomic {
		assert(live[u] && out[u] > 0);
		out[u]--;
		kept[u] = kept[u] | k;
		wake[u] = out[u] == 0
	}
}

inline allreleased(u)
{
	do
	:: wake[u] || MOSTWAIT -> break
	:: hostsleep(u, wake[u], wake[u] || MOSTWAIT)
	od;
#ifndef M_LEAVE
	if
	:: wake[u]
	:: !wake[u] ->
		takehold(u, 0, reportcopy(u, 1));
		takehold(u, 1, reportcopy(u, 1));
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

inline flushheld(u, s)
{
	if
	:: (from[u] & BIT(s)) != 0 ->
		qlock(u, lk[s]);
		segflushall(u, s);
		lk[s] = 0
	:: else
	fi
}

inline thawheld(u, s)
{
	if
	:: (from[u] & BIT(s)) != 0 ->
		qlock(u, lk[s]);
		eachuser(u, p, s, mmuthaw(u, p));
		atomic { segheld[s] = NIL; lk[s] = 0 }
	:: else
	fi
}

inline holdend(u)
{
	allreleased(u);
	if
	:: out[u] == 0 && !kept[u]
	:: else ->
		flushheld(u, 0);
#ifdef M_THAWFIRST
		eachuser(u, p, 0, mmuthaw(u, p));
#endif
		flushheld(u, 1)
	fi;
	thawheld(u, 0);
	thawheld(u, 1)
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
		:: asleep[u] = 0; leavelazypatient(u)
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
		:: atomic { freeze[u] == THAWED -> handling[u] = 0 }
		:: freeze[u] != THAWED && user[u] ->
			leavelazypatient(u);
			handling[u] = 0
		:: atomic { freeze[u] != THAWED && !user[u] && asleep[u] ->
			answerfreeze(u);
			handling[u] = 0
			}
		:: freeze[u] != THAWED && !user[u] && !asleep[u] ->
#ifdef M_KERNELFREEZES
			atomic { answerfreeze(u); handling[u] = 0 }
#else
			if
			:: atomic { freeze[u] == FREEZING -> freeze[u] = CHANGING }
				forget(u)
			:: freeze[u] != FREEZING
			fi;
			handling[u] = 0
#endif
		fi
	od
}

/* releaseseg, of u's child */
#define releaseseg(u, s, k)	takehold(u, s, reportcopy(u, k))

inline putcopy(u, s)
{
#ifdef M_RELEASEFIRST
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

/* u's child: it releases what it has, or lives on. Before that it may write, and have a child. */
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
	:: atomic { putcopy(u, 0); putcopy(u, 1) }
#else
	:: putcopy(u, 0); putcopy(u, 1)
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
