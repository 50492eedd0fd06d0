/*
 * print(2), the part of it that test programs need.
 */
#include "lib.h"

typedef struct Out Out;
struct Out
{
	char *p;
	char *e; /* room for the NUL is kept */
};

typedef struct Spec Spec;
struct Spec
{
	int left; /* flag - */
	int zero; /* flag 0 */
	int width;
	int prec; /* -1: none */
	int longs; /* number of l; z counts as one */
};

static void
putch(Out *o, int c)
{
	if(o->p < o->e)
		*o->p++ = c;
}

static void
putn(Out *o, int c, int n)
{
	while(n-- > 0)
		putch(o, c);
}

static void
putstr(Out *o, Spec *f, const char *s)
{
	int i, n;

	if(s == nil)
		s = "<nil>";
	for(n = 0; (f->prec < 0 || n < f->prec) && s[n] != 0; n++)
		;
	if(!f->left)
		putn(o, ' ', f->width - n);
	for(i = 0; i < n; i++)
		putch(o, s[i]);
	if(f->left)
		putn(o, ' ', f->width - n);
}

static void
putnum(Out *o, Spec *f, uvlong v, uint base, int neg)
{
	char digits[64];
	int n = 0, len;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while(v != 0);
	while(n < f->prec && n < (int)sizeof digits)
		digits[n++] = '0';
	len = n + neg;
	if(!f->left && !f->zero)
		putn(o, ' ', f->width - len);
	if(neg)
		putch(o, '-');
	if(!f->left && f->zero)
		putn(o, '0', f->width - len);
	while(n > 0)
		putch(o, digits[--n]);
	if(f->left)
		putn(o, ' ', f->width - len);
}

static const char *
number(const char *fmt, int *n)
{
	for(*n = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		*n = *n * 10 + *fmt - '0';
	return fmt;
}

static const char *
spec(const char *fmt, Spec *f)
{
	memset(f, 0, sizeof *f);
	f->prec = -1;
	for(; *fmt == '-' || *fmt == '0'; fmt++) {
		if(*fmt == '-')
			f->left = 1;
		else
			f->zero = 1;
	}
	fmt = number(fmt, &f->width);
	if(*fmt == '.')
		fmt = number(fmt + 1, &f->prec);
	for(; *fmt == 'l' || *fmt == 'z'; fmt++)
		f->longs++;
	return fmt;
}

int
vsnprint(char *buf, usize n, const char *fmt, va_list arg)
{
	Out o = {buf, buf + n - 1};
	char err[ERRMAX];
	Spec f;
	uvlong u;
	vlong v;

	if(n == 0)
		return 0;
	for(; *fmt != 0; fmt++) {
		if(*fmt != '%') {
			putch(&o, *fmt);
			continue;
		}
		fmt = spec(fmt + 1, &f);
		switch(*fmt) {
		case 0:
			fmt--;
			break;
		case 'c':
			putch(&o, va_arg(arg, int));
			break;
		case 'd':
			v = f.longs ? va_arg(arg, vlong) : va_arg(arg, int);
			u = v;
			putnum(&o, &f, v < 0 ? -u : u, 10, v < 0);
			break;
		case 'u':
		case 'x':
		case 'o':
			u = f.longs ? va_arg(arg, uvlong) : va_arg(arg, uint);
			putnum(&o, &f, u,
			    *fmt == 'u'	      ? 10
				: *fmt == 'x' ? 16
					      : 8,
			    0);
			break;
		case 'p':
			putstr(&o, &f, "0x");
			putnum(&o, &f, va_arg(arg, uintptr), 16, 0);
			break;
		case 's':
			putstr(&o, &f, va_arg(arg, char *));
			break;
		case 'r':
			rerrstr(err, sizeof err);
			putstr(&o, &f, err);
			break;
		default:
			putch(&o, *fmt);
			break;
		}
	}
	*o.p = 0;
	return o.p - buf;
}

int
snprint(char *buf, usize n, const char *fmt, ...)
{
	va_list arg;
	int r;

	va_start(arg, fmt);
	r = vsnprint(buf, n, fmt, arg);
	va_end(arg);
	return r;
}

int
vfprint(int fd, const char *fmt, va_list arg)
{
	char buf[2048];
	int n;

	n = vsnprint(buf, sizeof buf, fmt, arg);
	return write(fd, buf, n);
}

int
fprint(int fd, const char *fmt, ...)
{
	va_list arg;
	int r;

	va_start(arg, fmt);
	r = vfprint(fd, fmt, arg);
	va_end(arg);
	return r;
}

int
print(const char *fmt, ...)
{
	va_list arg;
	int r;

	va_start(arg, fmt);
	r = vfprint(1, fmt, arg);
	va_end(arg);
	return r;
}
