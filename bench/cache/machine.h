/*
 * The harness's machine (test/unit/machine.h) for measuring: schedules are the
 * host's own, and free frames are not poisoned. Included first, by -include.
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "../../test/unit/machine.h"

#undef PERTURB
#define PERTURB() ((void)0)
#undef FRAMEUSED
#undef FRAMEFREE
#define FRAMEUSED(frame, n) ((void)0)
#define FRAMEFREE(frame, n) ((void)0)

#endif
