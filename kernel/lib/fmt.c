/*
 * Formatting into a buffer: print(2), with the kernel's own idea of "l" (32
 * bits) and "z" (the machine's word).
 *
 * Output that does not fit is dropped from the first character that does not,
 * so that the result is a prefix and never ends inside a UTF-8 sequence.
 */
#include "lib/lib.h"

typedef struct Fmt Fmt;

/* Where the output goes, and the flags of a verb. */
struct Fmt
{
	char *p;
	/* the last byte of the buffer is kept for the NUL */
	char *e;
	/* characters were dropped */
	int full;

	int minus;
	int zero;
	int plus;
	int space;
	int comma;
	int sharp;
	int isunsigned;
	/* the argument has 64 bits */
	int ll;
	/* how many h's */
	int h;
	int width;
	/* -1: not given */
	int prec;
};

enum
{
	/* binary digits, or octal digits with commas */
	NUMBUF = 64 + 64 / 3 + 1,
	/* the largest precision of a number; a greater one is a mistake */
	PRECMAX = 4096,
};

/* Add a character of n bytes, or none of it. */
static void
emit(Fmt *f, const char *s, int n)
{
	if(f->full)
		return;
	if(f->e - f->p <= n) {
		f->full = 1;
		return;
	}
	while(n-- > 0)
		*f->p++ = *s++;
}

/* Add n characters of a byte each. */
static void
emitascii(Fmt *f, const char *s, int n)
{
	while(n-- > 0)
		emit(f, s++, 1);
}

static void
pad(Fmt *f, int c, int n)
{
	char b;

	b = (char)c;
	while(n-- > 0 && !f->full)
		emit(f, &b, 1);
}

/* Add at most max runes of s. */
static void
emitstr(Fmt *f, const char *s, int max)
{
	Rune r;
	int n;

	for(; max > 0 && *s != 0; max--) {
		n = chartorune(&r, s);
		emit(f, s, n);
		s += n;
	}
}

/* The same between quotes; quotes in s are doubled. */
static void
emitquoted(Fmt *f, const char *s, int max)
{
	Rune r;
	int n;

	emit(f, "'", 1);
	for(; max > 0 && *s != 0; max--) {
		n = chartorune(&r, s);
		if(*s == '\'')
			emitascii(f, "''", 2);
		else
			emit(f, s, n);
		s += n;
	}
	emit(f, "'", 1);
}

/* How many runes s has, at most max; does not read behind those. *quotes becomes how many are
 * '. */
static int
runes(const char *s, int max, int *quotes)
{
	Rune r;
	int n;

	*quotes = 0;
	for(n = 0; n < max && *s != 0; n++) {
		if(*s == '\'')
			(*quotes)++;
		s += chartorune(&r, s);
	}
	return n;
}

static void
fmtstr(Fmt *f, const char *s, int quoted)
{
	int max, n, quotes;

	if(s == nil) {
		s = "<nil>";
		quoted = 0;
	}
	max = f->prec >= 0 ? f->prec : 0x7fffffff;
	n = runes(s, max, &quotes);
	if(quoted && (f->sharp || needsquote(s)))
		n += quotes + 2;
	else
		quoted = 0;
	if(!f->minus)
		pad(f, ' ', f->width - n);
	if(quoted)
		emitquoted(f, s, max);
	else
		emitstr(f, s, max);
	if(f->minus)
		pad(f, ' ', f->width - n);
}

static void
fmtrune(Fmt *f, Rune r)
{
	char s[UTFmax];
	int n;

	n = runetochar(s, &r);
	if(!f->minus)
		pad(f, ' ', f->width - 1);
	emit(f, s, n);
	if(f->minus)
		pad(f, ' ', f->width - 1);
}

/* Write the digits of v backwards, ending at e. Returns their start. */
static char *
digits(char *e, uvlong v, int base, const char *set, int comma)
{
	int n;

	for(n = 0; v != 0; n++, v /= (uint)base) {
		if(comma && n != 0 && n % 3 == 0)
			*--e = ',';
		*--e = set[v % (uint)base];
	}
	return e;
}

static void
fmtint(Fmt *f, uvlong v, int neg, int verb)
{
	char buf[NUMBUF], *s, prefix[4];
	int base, n, np, zeros;

	base = verb == 'd' ? 10 : verb == 'o' ? 8 : verb == 'b' ? 2 : 16;
	s = digits(buf + sizeof buf, v, base,
	    verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef", f->comma);
	n = (int)(buf + sizeof buf - s);

	np = 0;
	if(neg)
		prefix[np++] = '-';
	else if(f->plus)
		prefix[np++] = '+';
	else if(f->space)
		prefix[np++] = ' ';
	if(f->sharp && base == 16) {
		prefix[np++] = '0';
		prefix[np++] = (char)verb;
	}

	/* zero has a digit too, unless precision 0 asks for none */
	zeros = f->prec >= 0 ? f->prec - n : n == 0;
	if(zeros < 0)
		zeros = 0;
	if(f->sharp && base == 8 && zeros == 0)
		zeros = 1;
	if(f->zero && !f->minus && f->prec < 0 && f->width - np - n > zeros)
		zeros = f->width - np - n;

	if(!f->minus)
		pad(f, ' ', f->width - np - zeros - n);
	emitascii(f, prefix, np);
	pad(f, '0', zeros);
	emitascii(f, s, n);
	if(f->minus)
		pad(f, ' ', f->width - np - zeros - n);
}

/* Take the next argument as verb and flags say: neg becomes its sign, v its magnitude. */
#define intarg(f, ap, v, neg)                                                  \
	do {                                                                   \
		if((f)->ll)                                                    \
			(v) = va_arg(ap, uvlong);                              \
		else if((f)->isunsigned)                                       \
			(v) = va_arg(ap, uint);                                \
		else                                                           \
			(v) = (uvlong)(vlong)va_arg(ap, int);                  \
		(v) = narrow(f, v);                                            \
		(neg) = !(f)->isunsigned && (vlong)(v) < 0;                    \
		if(neg)                                                        \
			(v) = -(v);                                            \
	} while(0)

static uvlong
narrow(Fmt *f, uvlong v)
{
	if(f->h == 1)
		return f->isunsigned ? (ushort)v : (uvlong)(vlong)(short)v;
	if(f->h >= 2)
		return f->isunsigned ? (uchar)v : (uvlong)(vlong)(schar)v;
	return v;
}

/* Take flag c. Returns 0 if c is no flag. */
static int
flag(Fmt *f, int c, int *nl)
{
	switch(c) {
	case '-':
		f->minus = 1;
		break;
	case '+':
		f->plus = 1;
		break;
	case ' ':
		f->space = 1;
		break;
	case ',':
		f->comma = 1;
		break;
	case '#':
		f->sharp = 1;
		break;
	case '0':
		f->zero = 1;
		break;
	case 'u':
		f->isunsigned = 1;
		break;
	case 'h':
		f->h++;
		break;
	case 'l':
		if(++*nl == 2)
			f->ll = 1;
		break;
	case 'z':
		f->ll = 1;
		break;
	default:
		return 0;
	}
	return 1;
}

/* Read a decimal number of the format into *v. Returns what follows. Digits that would overflow
 * are ignored. */
static const char *
fmtnumber(const char *fmt, int *v)
{
	for(*v = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		if(*v < PRECMAX * 10)
			*v = *v * 10 + (*fmt - '0');
	return fmt;
}

static void
setwidth(Fmt *f, int v)
{
	if(v < 0) {
		f->minus = 1;
		v = v < -PRECMAX ? PRECMAX : -v;
	}
	f->width = v;
}

/* Add the character at s unchanged. Returns what follows. */
static const char *
emitrune(Fmt *f, const char *s)
{
	Rune r;
	int n;

	n = chartorune(&r, s);
	emit(f, s, n);
	return s + n;
}

/* Read the flags, width, precision and sizes of a verb into f. Returns the verb. */
static const char *
modifiers(Fmt *f, const char *fmt, va_list *ap)
{
	int nl;

	nl = 0;
	for(;;) {
		if(*fmt == '*') {
			setwidth(f, va_arg(*ap, int));
			fmt++;
		} else if(*fmt >= '1' && *fmt <= '9') {
			fmt = fmtnumber(fmt, &f->width);
		} else if(*fmt == '.') {
			if(*++fmt == '*') {
				f->prec = va_arg(*ap, int);
				fmt++;
			} else
				fmt = fmtnumber(fmt, &f->prec);
		} else if(flag(f, *fmt, &nl))
			fmt++;
		else
			break;
	}
	if(f->prec > PRECMAX && *fmt != 's' && *fmt != 'q')
		f->prec = PRECMAX;
	return fmt;
}

char *
vseprint(char *p, char *e, const char *fmt, va_list args)
{
	va_list ap;
	Fmt f;
	const char *start;
	uvlong v;
	int neg;

	if(p >= e)
		return p;
	va_copy(ap, args);
	f = (Fmt){.p = p, .e = e};
	while(*fmt != 0 && !f.full) {
		if(*fmt != '%') {
			fmt = emitrune(&f, fmt);
			continue;
		}
		start = fmt++;
		f = (Fmt){.p = f.p, .e = e, .prec = -1};
		fmt = modifiers(&f, fmt, &ap);
		switch(*fmt) {
		case 'd':
		case 'o':
		case 'x':
		case 'X':
		case 'b':
			intarg(&f, ap, v, neg);
			fmtint(&f, v, neg, *fmt);
			break;
		case 'p':
			fmtint(&f, va_arg(ap, uintptr), 0, 'x');
			break;
		case 'c':
			fmtrune(&f, (Rune)va_arg(ap, int));
			break;
		case 's':
		case 'q':
			fmtstr(&f, va_arg(ap, const char *), *fmt == 'q');
			break;
		case '%':
			emit(&f, "%", 1);
			break;
		case 0:
			emitstr(&f, start, 0x7fffffff);
			goto out;
		default:
			/* an unknown verb: show the %, because the type of its argument is
			 * unknown */
			emit(&f, "%", 1);
			fmt = emitrune(&f, fmt);
			emit(&f, "%", 1);
			continue;
		}
		fmt++;
	}
out:
	va_end(ap);
	*f.p = 0;
	return f.p;
}

char *
seprint(char *p, char *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p = vseprint(p, e, fmt, ap);
	va_end(ap);
	return p;
}

int
snprint(char *p, usize n, const char *fmt, ...)
{
	va_list ap;
	char *q;

	va_start(ap, fmt);
	q = vseprint(p, p + n, fmt, ap);
	va_end(ap);
	return (int)(q - p);
}
