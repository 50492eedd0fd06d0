/*
 * Data through two OpenSSL connections and the socket pair between them, from one process to
 * another: tlspipe name cipher size count
 */
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include "bench.h"

static char buf[256 * KiB];

static unsigned int
clientpsk(SSL *s, const char *hint, char *id, unsigned int maxid,
    unsigned char *key, unsigned int maxkey)
{
	(void)s, (void)hint, (void)maxkey;
	snprintf(id, maxid, "bench");
	memset(key, 7, 16);
	return 16;
}

static unsigned int
serverpsk(SSL *s, const char *id, unsigned char *key, unsigned int maxkey)
{
	(void)s, (void)id, (void)maxkey;
	memset(key, 7, 16);
	return 16;
}

static SSL *
shake(int fd, const char *cipher, int isclient)
{
	SSL_CTX *c;
	SSL *s;

	c = SSL_CTX_new(TLS_method());
	SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION);
	if(!SSL_CTX_set_cipher_list(c, cipher))
		fatal("cipher");
	SSL_CTX_set_psk_client_callback(c, clientpsk);
	SSL_CTX_set_psk_server_callback(c, serverpsk);
	s = SSL_new(c);
	SSL_set_fd(s, fd);
	if((isclient ? SSL_connect(s) : SSL_accept(s)) != 1)
		fatal("handshake");
	return s;
}

int
main(int argc, char *argv[])
{
	long long t, got, want;
	int i, n, size, count, p[2];
	SSL *s;

	if(argc != 5)
		return 2;
	size = atoi(argv[3]);
	count = atoi(argv[4]);
	want = (long long)size * count;
	if(socketpair(AF_UNIX, SOCK_STREAM, 0, p) < 0)
		fatal("socketpair");
	switch(fork()) {
	case -1:
		fatal("fork");
	case 0:
		close(p[1]);
		s = shake(p[0], argv[2], 1);
		/* the reader's clock has started */
		if(SSL_read(s, buf, 1) != 1)
			fatal("read");
		for(i = 0; i < count; i++)
			if(SSL_write(s, buf, size) != size)
				fatal("write");
		_exit(0);
	}
	close(p[0]);
	s = shake(p[1], argv[2], 0);
	t = now();
	if(SSL_write(s, buf, 1) != 1)
		fatal("write");
	for(got = 0; got < want; got += n) {
		n = SSL_read(s, buf, sizeof buf);
		if(n <= 0)
			fatal("read");
	}
	result(argv[1], want / 16384, now() - t);
	wait(NULL);
	return 0;
}
