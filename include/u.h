/*
 * Plan 9's basic types, for the kernel, the test machine and test programs.
 *
 * ulong is left out on purpose: it is 32 bits on Plan 9/amd64 and 64 on
 * Linux. Say u32int or uvlong.
 */
#ifndef U_H
#define U_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef signed char schar;
typedef long long vlong;
typedef unsigned long long uvlong;
typedef uint8_t u8int;
typedef uint16_t u16int;
typedef uint32_t u32int;
typedef uint64_t u64int;
typedef int32_t s32int;
typedef int64_t s64int;
typedef uintptr_t uintptr;
typedef intptr_t intptr;
typedef size_t usize;
typedef u32int Rune;

#define nil ((void *)0)
#define nelem(a) (sizeof(a) / sizeof((a)[0]))
#define USED(x) ((void)(x))
#define _Noret __attribute__((noreturn))
#define ROUNDUP(v, to) (((v) + ((to)-1)) & ~((__typeof__(v))(to)-1))
#define ROUNDDN(v, to) ((v) & ~((__typeof__(v))(to)-1))

enum
{
	KiB = 1024,
	MiB = 1024 * KiB,

	BY2PG = 4096,
	PGSHIFT = 12,

	/* bytes of the longest error string, with its NUL: errstr(2) */
	ERRMAX = 128,
	/* bytes of the longest process, user or group name, with its NUL */
	KNAMELEN = 28,
	/* columns of a number field in /proc and /dev files */
	NUMSIZE = 12,
};

#endif
