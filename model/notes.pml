/*
 * Notes and rendezvous in sleep.pml, which includes it: kernel/proc/rend.c, note.c.
 */

/* rend.c sysrendezvous, P's */
inline rendezvous(intr)
{
#ifdef M_RENDFIRST
	hasintr(intr);
#endif
	atomic { lock(rgl) }
	if
	:: peerin ->
		atomic { peerin = 0; peerwake = 1; calls++ }
		atomic { unlock(rgl) }
	:: else ->
#ifndef M_RENDFIRST
		hasintr(intr);
#endif
		if
		:: intr -> atomic { unlock(rgl) }
		:: else ->
			inhash = 1;
			wake = UNSET;
			state = Rendezvous;
			atomic { unlock(rgl) }
			do
			:: wake == SET -> break
			:: wake != SET -> eventwait()
			od;
			if
			:: ones ->
				hasintr(intr);
				atomic { assert(intr); ones = 0 }
			:: else -> calls++
			fi
		fi
	fi
}

/* rend.c intrrend */
inline intrrend()
{
	atomic { lock(rgl) }
	if
#ifdef M_RENDBLIND
	:: state == Rendezvous ->
#else
	:: state == Rendezvous && notepending ->
#endif
		if
		:: inhash ->
			atomic { inhash = 0; ones = 1; state = Kernel }
			eventset();
			atomic { unlock(rgl) }
			hostwake()
		:: else -> atomic { unlock(rgl) }
		fi
	:: else -> atomic { unlock(rgl) }
	fi
}

/* note.c intrproc */
inline intrproc()
{
	intrsleep();
	if
	:: roused
	:: !roused ->
#ifdef REND
		intrrend();
#endif
		kick()
	fi
}

/* note.c notify and firstnote: told if it makes P enter the handler */
inline notify()
{
	atomic { lock(notelock) }
#ifdef M_INTRLOST
	notepending = 0;
#else
	notepending = intrpending;
#endif
	atomic {
		if
		:: nnote > 0 && !notified ->
			nnote--;
			got++;
			notified = 1;
			told = 1
		:: else
		fi;
		unlock(notelock)
	}
}

/* note.c noted */
inline noted()
{
	notified = 0;
#ifndef M_NOTED
	if
	:: nnote > 0 ->
		notepending = 1;
		kicked = 1
	:: else
	fi
#endif
}
