/*
 * Waiting and notes: no wakeup is lost, no note is lost, and no call is
 * "interrupted" but for a note that comes before the program sees the error.
 *
 * Modelled: kernel/sync/sleep.c, rend.c, the posting and taking of notes in note.c,
 * ctl's interrupt, and of kernel/host the way out as far as it asks for notes
 * (leave.c exitwork, slot.c kick). A kick at any instruction of the way out is
 * kick.pml.
 *
 * P makes CALLS calls that wait, in two Rendezes by turns, by sleep or tsleep; with
 * REND the last is a rendezvous. Waker makes true what P waits for, but for the last
 * call only when all notes and interrupts have come. So if any of these is lost,
 * everything stands still, and Check sees what is missing.
 *
 * Each access to what is looked at without a lock is a step of its own. Comments
 * over an inline, "sleep.c entersleep", say where the C is. Mistakes: doc/model.md.
 */
#ifndef CALLS
#define CALLS	2	/* waits that P must come through */
#endif
#ifndef NOTES
#define NOTES	1
#endif
#ifndef INTR
#define INTR	0	/* interrupts by ctl */
#endif

#define NIL	15
#define NPROC	8	/* more than there are, by _pid */

/* lock.h: values of Event.word */
#define UNSET	0
#define SET	1
#define SLEPT	2

#define ME	(_pid + 1)
#define lock(l)		l == 0 -> l = ME
#define unlock(l)	assert(l == ME); l = 0

mtype = {User, Kernel, Wakeme, Rendezvous}
mtype = {None, Woken, Timedout, Noted}

byte rl[2];		/* Rendez.l */
bit rp[2];		/* Rendez.p: P or nil */
bit cond[2];		/* what f looks at */

/* P's Proc */
byte rlock;
byte pr = NIL;		/* Proc.r */
byte wake;
bit asleep;		/* the host keeps P waiting on wake */
bit slept[NPROC];	/* eventset's result, of each setter */
mtype state = Kernel;
byte notelock;
byte nnote;
bit notepending;
bit intrpending;
bit notified;		/* in the handler */
bit kicked;		/* self.kicked */
bit sig;		/* a kick's signal is on its way */

/* rend.c */
byte rgl;		/* Rgrp.lk */
bit inhash;		/* P is there */
bit peerin;		/* its partner is */
bit peerwake;
bit ones;		/* Proc.rendval is ~0 */

/* for the assertions */
mtype why = None;	/* what ended P's sleep */
byte ender;		/* the same, for a lock */
byte got;		/* notes delivered */
byte gotintr;		/* interrupts taken */
bit done;		/* P has come through its calls */

/* event.c eventwait; the host's part, which a signal ends too, is the second step */
inline eventwait()
{
	atomic {
		if
		:: wake == UNSET -> wake = SLEPT
		:: else
		fi
	}
	atomic {
		if
		:: wake == SLEPT -> asleep = 1
		:: else
		fi
	}
	if
	:: !asleep
	:: atomic { sig -> sig = 0; asleep = 0 }
	fi
}

/* event.c eventset */
inline eventset()
{
#if defined(M_WAKEBLIND)
	slept[_pid] = wake == SLEPT;
	wake = SET
#elif defined(M_WAKEFIRST)
	atomic {
		if
		:: wake == SLEPT -> asleep = 0
		:: else
		fi
	}
	wake = SET
#else
	atomic { slept[_pid] = wake == SLEPT; wake = SET }
#endif
}

/* if(eventset(...)) hostwake(...) */
inline hostwake()
{
	atomic {
		if
		:: slept[_pid] -> slept[_pid] = 0; asleep = 0
		:: else
		fi
	}
}

/* slot.c kick */
inline kick()
{
	kicked = 1;
	sig = 1
}

/* sleep.c endsleep; Rendez.l and rlock are held, and let go of */
inline endsleep(r, by)
{
	atomic {
		/* what is ended is the sleep that was meant */
		assert(pr == r && rp[r] && why == None);
		rp[r] = 0;
		pr = NIL;
		state = Kernel;
		ender = ME;
		why = by
	}
#ifndef M_WAKEINSIDE
	atomic { unlock(rl[r]) }
#endif
	eventset();
#ifdef M_WAKEINSIDE
	atomic { unlock(rl[r]) }
#endif
	atomic { unlock(rlock) }
	hostwake()
}

/* sleep.c hasintr */
inline hasintr(intr)
{
	intr = notepending;
	if
	:: intr ->
		atomic { gotintr = gotintr + intrpending; intrpending = 0 }
		notepending = 0;
#ifndef M_NOSELFKICK
		kicked = 1
#endif
	:: else
	fi
}

/* sleep.c entersleep: wait is set if P has to */
inline enter(r)
{
#if defined(M_LOOKFIRST)
	wait = !cond[r];
#elif defined(M_NOTEFIRST)
	wait = !notepending;
#endif
	atomic { lock(rl[r]) }
	atomic { lock(rlock) }
	assert(!rp[r]);		/* double sleep */
#ifdef M_PUBLATE
	wait = !cond[r];
#endif
	rp[r] = 1;
#if defined(M_LOOKFIRST)
	wait = wait && !notepending;
#elif defined(M_NOTEFIRST)
	wait = wait && !cond[r];
#elif defined(M_PUBLATE)
	wait = wait && !notepending;
#else
	wait = !cond[r];
	wait = wait && !notepending;
#endif
	if
	:: wait ->
		atomic { pr = r; state = Wakeme; why = None; ender = 0 }
#ifndef M_WAKELATE
		wake = UNSET
#endif
	:: else -> rp[r] = 0
	fi;
	atomic { unlock(rlock) }
	atomic { unlock(rl[r]) }
#ifdef M_WAKELATE
	if
	:: wait -> wake = UNSET
	:: else
	fi
#endif
}

/* sleep.c dosleep. intr: error(Eintr). timed: tsleep, whose time may be up
 * whenever P looks. */
inline dosleep(r, timed)
{
	enter(r);
	if
	:: wait ->
		do
		:: wake == SET -> break
		:: wake != SET -> eventwait()
		:: wake != SET && timed ->
#ifdef M_TIMEOUT
			rp[r] = 0;
			atomic { pr = NIL; state = Kernel; why = Timedout };
#else
			/* sleep.c timeout */
			atomic { lock(rl[r]) }
			atomic { lock(rlock) }
			if
			:: rp[r] -> endsleep(r, Timedout)
			:: else ->
				atomic { unlock(rlock) }
				atomic { unlock(rl[r]) }
			fi;
#endif
progress_time:
			break
		od
	:: else
	fi;
	hasintr(intr);
	atomic {
		/* ended for a reason: what P waited for, the time, or a note */
		assert(intr || !wait || why == Woken || why == Timedout);
		/* and the Rendez, which may be on P's stack, is P's again */
		assert(!wait || ender == 0 || rl[r] != ender);
		why = None;
		wait = 0
	}
}

/* sleep.c wakeup */
inline wakeup(r)
{
#ifdef M_WAKENOLOCK
	if
	:: rp[r] ->
		atomic {
			assert(pr == r && rp[r] && why == None);
			pr = NIL;
			rp[r] = 0;
			state = Kernel;
			why = Woken
		}
		eventset();
		hostwake()
	:: else -> skip
	fi
#else
#ifdef M_PEEK
	if
	:: !rp[r] -> goto nobody
	:: else
	fi;
#endif
	atomic { lock(rl[r]) }
	if
	:: rp[r] ->
		atomic { lock(rlock) }
		endsleep(r, Woken)
	:: else -> atomic { unlock(rl[r]) }
	fi
#ifdef M_PEEK
nobody:
	skip
#endif
#endif
}

/* sleep.c intrsleep: roused is set if it ended P's sleep */
inline intrsleep()
{
	roused = 0;
	do
	:: 1 ->
		atomic { lock(rlock); r = pr }
		if
#ifdef M_UNSLEEP
		:: r == NIL ->
#else
		:: r == NIL || !notepending ->
#endif
			atomic { unlock(rlock); break }
		:: else
		fi;
#ifdef M_SPIN
		atomic { lock(rl[r]) }
#else
		if
		:: atomic { rl[r] == 0 -> rl[r] = ME }
		:: atomic { rl[r] != 0 -> unlock(rlock) }
progress_backoff:
			goto again
		fi;
#endif
		roused = 1;
		endsleep(r, Noted);
		break;
again:
		skip
	od;
	r = NIL
}

#include "notes.pml"

active proctype Proc()
{
	byte calls, r;
	bit wait, intr, told, inside;

out:
	/* leave.c exitwork */
	do
	:: atomic { kicked -> kicked = 0 }
		notify()
	:: atomic {
		!kicked ->
		state = User;
		/* the signal has come already, or it comes later */
		if
		:: sig = 0
		:: 1
		fi;
		break
	}
	od;
	atomic {
		/* the program sees "interrupted": not without a note, but for those
		 * that wait until a handler has ended, and ctl's */
		assert(!intr || told || inside || gotintr > 0);
		intr = 0;
		told = 0;
		inside = 0;
		done = calls == CALLS && !notified
	}
end:
	if
	:: atomic { sig -> sig = 0; state = Kernel }
		goto out
	:: atomic { notified -> state = Kernel }
		noted()
	:: atomic {
		/* the last wait is for what comes after the handler */
		calls < CALLS - notified ->
		inside = notified;
		r = calls % 2;
		state = Kernel
	}
		if
#ifdef REND
		:: calls == CALLS - 1 -> rendezvous(intr); goto out
		:: calls != CALLS - 1 -> dosleep(r, 0)
		:: calls != CALLS - 1 -> dosleep(r, 1)
#else
		:: dosleep(r, 0)
		:: dosleep(r, 1)
#endif
		fi;
		if
		:: !intr && cond[r] -> atomic { cond[r] = 0; calls++ }
		:: !intr && !cond[r]
		:: intr
		fi
	fi;
	goto out
}

active proctype Waker()
{
	byte k, r;

	do
	:: k == CALLS -> break
	:: k < CALLS ->
		r = k % 2;
		k++;
		!cond[r];
		if
		:: k == CALLS -> got == NOTES && gotintr == INTR
		:: else
		fi;
#ifdef REND
		if
		:: k == CALLS -> break
		:: else
		fi;
#endif
		cond[r] = 1;
		wakeup(r)
	od
#ifdef REND
	;
	/* the partner's rendezvous, in which no notes come */
	atomic { lock(rgl) }
	if
	:: inhash ->
		atomic { inhash = 0; ones = 0; state = Kernel }
		eventset();
		atomic { unlock(rgl) }
		hostwake()
	:: else ->
		peerin = 1;
		atomic { unlock(rgl) }
		peerwake
	fi
#endif
}

active proctype Poster()
{
	byte k, r = NIL;
	bit roused;

	do
	:: k == NOTES -> break
	:: k < NOTES ->
		k++;
#if defined(M_PENDFIRST)
		notepending = 1;
		atomic { lock(notelock); nnote++; unlock(notelock) }
#elif defined(M_POSTLATE)
		atomic { lock(notelock); nnote++; unlock(notelock) }
#else
		/* sendnote */
		atomic { lock(notelock); nnote++ }
		notepending = 1;
		atomic { unlock(notelock) }
#endif
		intrproc();
#ifdef M_POSTLATE
		notepending = 1;
		kick()
#endif
	od
}

#if INTR
/* ctl.c procinterrupt */
active proctype Ctl()
{
	byte r = NIL;
	bit roused;

	atomic { lock(notelock) }
	intrpending = 1;
	notepending = 1;
	atomic { unlock(notelock) }
	intrproc()
}
#endif

/* When nothing moves any more. */
active proctype Check()
{
	timeout ->
	assert(nnote == 0);
	assert(gotintr == INTR);
	assert(done);
	assert(rlock == 0 && rl[0] == 0 && rl[1] == 0 && notelock == 0 && rgl == 0)
}
