/*
 * What tests of kernel/tls say: tlscall.h.
 */
#include "tlscall.h"

/* 252 bytes, of which any pair of algorithms can be cut */
static const char secrets[] =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
    "MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f"
    "YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6P"
    "kJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/"
    "wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v"
    "8PHy8/T19vf4+fr7";

void
warmtls(void)
{
	char buf[256];

	if(xslurp("#a/tls/encalgs", buf, sizeof buf) <= 0)
		panic("encalgs: %s", up->errstr);
	must(strstr(buf, "aes_128_gcm_aead") != nil);
}

int
tell(Filter *f, const char *msg)
{
	return xwrite(f->ctl, msg, (long)strlen(msg), 0) < 0 ? -1 : 0;
}

void
closefilter(Filter *f)
{
	if(f->hand != nil)
		cclose(f->hand);
	if(f->data != nil)
		cclose(f->data);
	if(f->ctl != nil)
		cclose(f->ctl);
	memset(f, 0, sizeof *f);
}

static Chan *
openfilterfile(int id, const char *name)
{
	char path[64];

	snprint(path, sizeof path, "#a/tls/%d/%s", id, name);
	return xopen(path, ORDWR);
}

int
fopenfilter(Filter *f)
{
	char num[16];
	long n;

	memset(f, 0, sizeof *f);
	f->ctl = xopen("#a/tls/clone", ORDWR);
	if(f->ctl == nil)
		return -1;
	n = xread(f->ctl, num, sizeof num - 1, 0);
	if(n > 0) {
		num[n] = 0;
		f->data = openfilterfile(atoi(num), "data");
		f->hand = openfilterfile(atoi(num), "hand");
	}
	if(f->data == nil || f->hand == nil) {
		closefilter(f);
		return -1;
	}
	return 0;
}

int
setfilter(Filter *f, Chan *c, const char *version)
{
	char msg[64];
	int fd, r;

	incref(&c->r);
	if(waserror()) {
		cclose(c);
		return -1;
	}
	fd = newfd(c, ORDWR);
	poperror();
	snprint(msg, sizeof msg, "fd %d %s", fd, version);
	r = tell(f, msg);
	fdclose(fd);
	return r;
}

int
securefilter(Filter *f, const char *hash, const char *enc, int isclient)
{
	char msg[1024];

	snprint(msg, sizeof msg, "secret %s %s %d %s", hash, enc, isclient,
	    secrets);
	if(tell(f, "version 0x303") < 0 || tell(f, msg) < 0)
		return -1;
	return tell(f, "changecipher");
}

static int
shakefilters(Filter *from, Filter *to)
{
	char buf[16];

	if(xwrite(from->hand, "finished", 8, 0) != 8)
		return -1;
	return xread(to->hand, buf, sizeof buf, 0) == 8 ? 0 : -1;
}

static int
establish(Filter f[2], Chan *end[2], const char *hash, const char *enc)
{
	int i;

	for(i = 0; i < 2; i++)
		if(fopenfilter(&f[i]) < 0 ||
		    setfilter(&f[i], end[i], "0x303") < 0 ||
		    securefilter(&f[i], hash, enc, i) < 0)
			return -1;
	if(shakefilters(&f[0], &f[1]) < 0 || shakefilters(&f[1], &f[0]) < 0)
		return -1;
	return tell(&f[0], "opened") < 0 || tell(&f[1], "opened") < 0 ? -1 : 0;
}

int
pairfilters(Filter f[2], const char *hash, const char *enc)
{
	Chan *end[2];
	int r;

	memset(f, 0, 2 * sizeof *f);
	if(waserror())
		return -1;
	newpipe(end);
	poperror();
	r = establish(f, end, hash, enc);
	if(r < 0) {
		closefilter(&f[0]);
		closefilter(&f[1]);
	}
	cclose(end[0]);
	cclose(end[1]);
	return r;
}
