/*
 * lib: what every other room is built on. Functions of their arguments alone: no lock, no
 * sleep, no allocation, no error(). Everything here may be called anywhere, also in a panic.
 *
 *   memory and C strings    the usual ones, and strecpy
 *   UTF-8                   utf(6)
 *   formatting              print(2)'s verbs, into a buffer
 *   numbers and fields      strtoull, tokenize, getfields; quoting by quote(2)
 *   9P conversion           Dir to stat(5) messages and back
 *   errors                  the texts of Plan 9's errors, in error.h
 */
#ifndef LIB_H
#define LIB_H

#include "u.h"
#include "fcall.h"
#include "lib/error.h"

/* memory; the compiler itself generates calls of the first four */
void *memcpy(void *to, const void *from, usize n);
void *memmove(void *to, const void *from, usize n);
void *memset(void *p, int c, usize n);
int memcmp(const void *a, const void *b, usize n);
void *memchr(const void *p, int c, usize n);

/* strings */
usize strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, usize n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
/* The last element of a path; all of it if it ends in a slash or has none. */
const char *lastelem(const char *path);
char *strstr(const char *s, const char *sub);
/* Copy s to [p, e), ended by a NUL. A longer s is cut between UTF-8 sequences, never inside
 * one. Returns the address of the NUL. p < e. */
char *strecpy(char *p, char *e, const char *s);
/* The same byte for byte. Reads at most e - p bytes of s, which need not have a NUL. */
char *utfecpy(char *p, char *e, const char *s);
/* The same as well-formed UTF-8: a wrong byte becomes Runeerror, and a sequence that would be
 * cut is left out. */
char *utfclean(char *p, char *e, const char *s);

/* UTF-8: utf(6), rune(2). */
enum
{
	UTFmax = 4,
	Runeerror = 0xFFFD,
	Runemax = 0x10FFFF,
};
/* Returns how many bytes the rune has. A malformed byte gives Runeerror and 1. */
int chartorune(Rune *r, const char *s);
/* Returns how many bytes it wrote, at most UTFmax. */
int runetochar(char *s, const Rune *r);

/*
 * Formatting: print(2). Verbs: %d %o %x %X %b (with flags u l ll z # - 0 + ,
 * width and precision, also as *), %c (a Rune), %s (nil prints <nil>), %q
 * (quoted when needed: quote(2)), %p, %r is not known here, %% . "l" is 32
 * bits like Plan 9's long: an argument of type long must be cast to vlong and
 * printed with %lld. "z" is a usize or intptr.
 */
char *vseprint(char *p, char *e, const char *fmt, va_list ap);
/* Returns the address of the NUL. */
char *seprint(char *p, char *e, const char *fmt, ...);
/* Returns how many bytes precede the NUL. */
int snprint(char *p, usize n, const char *fmt, ...);

/* Numbers. Base 0 accepts the prefixes 0x and 0. *end becomes the first byte not used. */
uvlong strtoull(const char *s, char **end, int base);

/* The number at the start of s, with a prefix 0x or 0: atoi(2). One that an int does not hold becomes the
 * int that is nearest to it. */
int atoi(const char *s);

/* Fields: getfields(2). Both functions write into s. */
int getfields(char *s, char **argv, int max, int multi, const char *delims);
/* Delimiters are blanks; quotes are rc's. */
int tokenize(char *s, char **argv, int max);

/* Must s be quoted to survive tokenize? quote(2) */
int needsquote(const char *s);

/* Time zones: zone.c. */
enum
{
	/* no text is longer, with its NUL */
	ZONETEXT = 4096,
};
/* Make the text of timezone, ctime(2), of the n bytes of a tzfile(5), or of a rule as POSIX.1 has it in
 * TZ. Both return 0 if it is none. */
int zonetext(char *buf, usize nbuf, const uchar *file, usize n);
int zoneruletext(char *buf, usize nbuf, const char *tz);

/* SHA-1 of n bytes, and its HMAC. */
enum
{
	SHA1LEN = 20,
};
void sha1(const void *p, usize n, uchar digest[SHA1LEN]);
void hmacsha1(
    const void *p, usize n, const void *key, usize nkey, uchar digest[SHA1LEN]);

/*
 * Directory entries in stat(5)'s form: fcall(2).
 *
 * sizeD2M  bytes convD2M will need.
 * convD2M  writes d to buf of n bytes; returns the bytes written, BIT16SZ if
 *          only the length fitted (it is then in buf), 0 if not even that.
 * convM2D  reads a message of n bytes into d; strings go to strs (at least n
 *          bytes), or are left out when strs is nil. Returns bytes used, 0 if
 *          malformed.
 * statcheck  0 if buf holds one well-formed entry of exactly n bytes, else -1.
 * onlyname   does d, in a wstat, change the name at most? Every other field is "don't touch".
 */
/* "don't touch", in a field of 32 bits */
#define NOTOUCH32 0xFFFFFFFFU
uint sizeD2M(const Dir *d);
uint convD2M(const Dir *d, uchar *buf, uint n);
uint convM2D(const uchar *buf, uint n, Dir *d, char *strs);
int statcheck(const uchar *buf, uint n);
int onlyname(const Dir *d);

/* little-endian words in messages */
#define GBIT8(p) ((p)[0])
#define GBIT16(p) ((u16int)((p)[0] | (p)[1] << 8))
#define GBIT32(p)                                                              \
	((u32int)(p)[0] | (u32int)(p)[1] << 8 | (u32int)(p)[2] << 16 |         \
	    (u32int)(p)[3] << 24)
#define GBIT64(p) ((u64int)GBIT32(p) | (u64int)GBIT32((p) + 4) << 32)
#define PBIT8(p, v) ((p)[0] = (uchar)(v))
#define PBIT16(p, v) ((p)[0] = (uchar)(v), (p)[1] = (uchar)((v) >> 8))
#define PBIT32(p, v)                                                           \
	((p)[0] = (uchar)(v), (p)[1] = (uchar)((v) >> 8),                      \
	    (p)[2] = (uchar)((v) >> 16), (p)[3] = (uchar)((v) >> 24))
#define PBIT64(p, v)                                                           \
	do {                                                                   \
		PBIT32(p, (u32int)(v));                                        \
		PBIT32((p) + 4, (u32int)((u64int)(v) >> 32));                  \
	} while(0)

#endif
