/*
 * The registers of an interrupted amd64 program, as a note handler and
 * /proc/n/regs see them: notify(2).
 */
#ifndef UREG_H
#define UREG_H

#include "u.h"

typedef struct Ureg Ureg;
struct Ureg
{
	u64int ax;
	u64int bx;
	u64int cx;
	u64int dx;
	u64int si;
	u64int di;
	u64int bp;
	u64int r8;
	u64int r9;
	u64int r10;
	u64int r11;
	u64int r12;
	u64int r13;
	u64int r14;
	u64int r15;

	u16int ds;
	u16int es;
	u16int fs;
	u16int gs;

	u64int type;
	u64int error;
	u64int pc;
	u64int cs;
	u64int flags;
	u64int sp;
	u64int ss;
};

_Static_assert(sizeof(Ureg) == 184, "Ureg is 184 bytes on amd64");

#endif
