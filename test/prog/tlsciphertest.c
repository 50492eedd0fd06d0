/*
 * tls(3): the ciphers, each with its versions. test/tls/peer.py compares them with another
 * implementation; here two ends of run9's own speak with each other.
 */
#include "tlsend.h"
#include "test.h"

typedef struct Suite Suite;
struct Suite
{
	char *enc;
	char *hash;
	int vers;
};

static Suite suites[] = {
    {"rc4_128", "md5", 0x300},
    {"rc4_128", "sha1", 0x301},
    {"rc4_128", "sha256", 0x303},
    {"3des_ede_cbc", "sha1", 0x300},
    {"3des_ede_cbc", "sha1", 0x301},
    {"3des_ede_cbc", "sha1", 0x302},
    {"aes_128_cbc", "md5", 0x300},
    {"aes_128_cbc", "sha1", 0x301},
    {"aes_256_cbc", "sha1", 0x302},
    {"aes_256_cbc", "sha256", 0x303},
    {"aes_128_cbc", "clear", 0x303},
    {"ccpoly64_aead", "clear", 0x303},
    {"ccpoly96_aead", "clear", 0x303},
    {"aes_128_gcm_aead", "clear", 0x303},
    {"aes_256_gcm_aead", "sha1", 0x303},
    {"clear", "md5", 0x300},
    {"clear", "sha256", 0x303},
    {"clear", "clear", 0x303},
    {"aes_128_gcm_aead", "clear", 0x304},
};

enum
{
	Big = 300000,
};

static uchar out[Big], in[Big];

static void
fillout(int seed)
{
	int i;

	for(i = 0; i < Big; i++)
		out[i] = (i * 31 + seed) >> 3;
}

/* Read n bytes that come from a write of n bytes: records of the most bytes, and a last one. */
static void
readback(Tls *t, int n)
{
	int m, got;

	for(got = 0; got < n; got += m) {
		m = read(t->data, in + got, sizeof in - got);
		checkint(m, n - got < Maxrec ? n - got : Maxrec);
	}
	check(memcmp(in, out, n) == 0);
}

static void
sends(Tls *from, Tls *to, int n)
{
	int pid;

	pid = rfork(RFPROC);
	check(pid >= 0);
	if(pid == 0) {
		checkint(write(from->data, out, n), n);
		exits(nil);
	}
	readback(to, n);
	childok(pid);
}

static void
everysuitecarriesdata(void)
{
	static int sizes[] = {1, 15, 16, 17, 1000, Maxrec - 1, Maxrec,
	    Maxrec + 1, 3 * Maxrec, Big};
	Tls a, b;
	Suite *s;
	uint i;

	for(s = suites; s < suites + nelem(suites); s++) {
		tlspair(&a, &b, s->vers, s->hash, s->enc);
		fillout(s - suites);
		for(i = 0; i < nelem(sizes); i++) {
			sends(&a, &b, sizes[i]);
			sends(&b, &a, sizes[i]);
		}
		/* both close: each is told */
		tlsclose(&a);
		checkexact(read(b.data, in, 1), "tls hungup");
		tlsclose(&b);
	}
}

static void
thestatusnamesthesuite(void)
{
	Tls a, b;

	tlspair(&a, &b, 0x301, "sha1", "rc4_128");
	check(tlsstatus(&a, "EncIn: rc4_128"));
	check(tlsstatus(&a, "HashIn: sha1"));
	check(tlsstatus(&a, "EncOut: rc4_128"));
	check(tlsstatus(&a, "HashOut: sha1"));
	tlsclose(&a);
	tlsclose(&b);
}

static void
allalgorithmsarelisted(void)
{
	char buf[512];

	check(readfile("#a/tls/encalgs", buf, sizeof buf) > 0);
	checkstr(buf,
	    "clear rc4_128 3des_ede_cbc aes_128_cbc aes_256_cbc "
	    "ccpoly64_aead ccpoly96_aead aes_128_gcm_aead aes_256_gcm_aead");
	check(readfile("#a/tls/hashalgs", buf, sizeof buf) > 0);
	checkstr(buf, "clear md5 sha1 sha256");
}

static void
secretsmustbelongenough(void)
{
	Tls t;

	tlspipe(&t, 0x301);
	check(tlstell(&t, "version 0x301") > 0);
	checkexact(tlstell(&t, "secret sha1 rc4_128 1 AAAA"),
	    "not enough secret data provided");
	/* 31 bytes of the 32 */
	checkexact(tlstell(&t,
		       "secret clear rc4_128 1 "
		       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="),
	    "not enough secret data provided");
	check(tlstell(&t,
		  "secret clear rc4_128 1 "
		  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") > 0);
	/* again, and other ones */
	check(tlstell(&t,
		  "secret clear rc4_128 0 "
		  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") > 0);
	check(tlsstatus(&t, "NewEncIn: rc4_128"));
	tlsclose(&t);
	tlspipe(&t, 0x300);
	check(tlstell(&t, "version 0x300") > 0);
	checkexact(tlstell(&t,
		       "secret sha256 clear 1 "
		       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
		       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"),
	    "sha256 cannot be used with SSL");
	tlsclose(&t);
}

enum
{
	NPROC = 24,
	ROUNDS = 20,
};

static void
talks(void *a)
{
	Suite *s = a;
	Tls x, y;
	int i;

	for(i = 0; i < ROUNDS; i++) {
		tlspair(&x, &y, s->vers, s->hash, s->enc);
		checkint(write(x.data, out, 5000), 5000);
		readback(&y, 5000);
		tlsclose(&x);
		tlsclose(&y);
	}
}

static void
manyconversationsatonce(void)
{
	Waitmsg w;
	int i;

	fillout(1);
	for(i = 0; i < NPROC; i++)
		spawn(0, talks, &suites[i % nelem(suites)]);
	for(i = 0; i < NPROC; i++) {
		check(waitfor(&w) > 0);
		checkstr(w.msg, "");
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(allalgorithmsarelisted),
	    CASE(everysuitecarriesdata),
	    CASE(thestatusnamesthesuite),
	    CASE(secretsmustbelongenough),
	    CASE(manyconversationsatonce),
	};

	runcases(cases, nelem(cases), argc, argv);
}
