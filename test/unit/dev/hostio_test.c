/*
 * #Z: descriptors that the instance was started with, pipes and devices of the host.
 */
#include <fcntl.h>
#include <stdlib.h>
#include "dev/hosttmp.h"

int pipe(int *);
int close(int);
ssize_t write(int, const void *, size_t);
ssize_t read(int, void *, size_t);
off_t lseek(int, off_t, int);

/* --- inherited descriptors --- */

static void
test_inherited_files_share_their_position(void **state)
{
	char buf[64];
	Chan *c;
	int fd, n;

	USED(state);
	fd = open(host("out"), O_RDWR | O_CREAT, 0600);
	assert_int_equal(write(fd, "host1 ", 6), 6);
	c = hostfdchan(fd, 1, "/fd/1");
	assert_int_equal(c->offset, 6);
	assert_int_equal(c->mode, ORDWR);
	assert_int_equal(xwrite(c, "nine1 ", 6, 6), 6);
	/* another program writes meanwhile, and we go on after it */
	assert_int_equal(write(fd, "host2 ", 6), 6);
	assert_int_equal(xwrite(c, "nine2 ", 6, 12), 6);
	/* a program that seeks is obeyed */
	assert_int_equal(xwrite(c, "HOST1", 5, 0), 5);
	c->offset = 24;
	cclose(c);
	/* and the descriptor is left where the program was, and open */
	assert_int_equal(write(fd, "end", 3), 3);
	n = lseek(fd, 0, 2);
	lseek(fd, 0, 0);
	assert_int_equal(read(fd, buf, sizeof buf), n);
	buf[n] = 0;
	assert_string_equal(buf, "HOST1 nine1 host2 nine2 end");
	close(fd);
}

static void
test_inherited_append(void **state)
{
	Chan *c;
	int fd;

	USED(state);
	put("log", "old ");
	fd = open(host("log"), O_WRONLY | O_APPEND);
	c = hostfdchan(fd, 1, "/fd/1");
	assert_int_equal(c->mode, OWRITE);
	assert_int_equal(xwrite(c, "a ", 2, c->offset), 2);
	assert_int_equal(xwrite(c, "b ", 2, 0), 2);
	cclose(c);
	assert_int_equal(write(fd, "c", 1), 1);
	close(fd);
	holds("log", "old a b c");
}

static void
test_inherited_directory_is_no_bytes(void **state)
{
	char buf[512];
	Chan *c;
	int fd;

	USED(state);
	fd = open(tmpdir, O_RDONLY);
	c = hostfdchan(fd, 0, "/fd/0");
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, Eisdir);
	cclose(c);
	assert_int_equal(fcntl(fd, F_GETFL), -1);
}

static void
test_host_pipes(void **state)
{
	char buf[8];
	Chan *r, *w;
	int fd[2];
	Dir d;

	USED(state);
	assert_int_equal(pipe(fd), 0);
	r = hostfdchan(fd[0], 0, "/fd/0");
	w = hostfdchan(fd[1], 0, "/fd/1");
	assert_int_equal(xwrite(w, "abc", 3, 100), 3);
	assert_int_equal(xread(r, buf, sizeof buf, 200), 3);
	assert_int_equal(xfstat(r, &d), 0);
	assert_int_equal(d.length, 0);
	nulldir(&d);
	/* it has that length already */
	d.length = 0;
	assert_int_equal(xfwstat(r, &d), 0);
	d.length = 1;
	assert_int_equal(xfwstat(r, &d), -1);
	cclose(r);
	assert_int_equal(xwrite(w, "abc", 3, 0), -1);
	assert_string_equal(up->errstr, Ehungup);
	assert_int_equal(takenotes(), 1);
	assert_string_equal(lastnote, "sys: write on closed pipe");
	cclose(w);
}

typedef struct Job Job;
struct Job
{
	Chan *c;
	long got;
	u32int done; /* atomic */
	char err[ERRMAX];
};

static void
reader(void *a)
{
	Job *j = a;
	char buf[8];

	j->got = xread(j->c, buf, sizeof buf, 0);
	strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

static void
test_a_note_ends_a_wait_for_the_host(void **state)
{
	Job j = {0};
	Worker *p;
	int fd[2];

	USED(state);
	assert_int_equal(pipe(fd), 0);
	j.c = hostfdchan(fd[0], 0, "/fd/0");
	p = spawn(reader, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		notework(p, "alarm");
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	cclose(j.c);
	close(fd[1]);
}

enum
{
	LONG = 300 * 1000, /* more than a host pipe holds */
};

static void
longwriter(void *a)
{
	static char buf[LONG];
	Job *j = a;

	j->got = xwrite(j->c, buf, sizeof buf, 0);
}

static void
test_long_writes_are_whole(void **state)
{
	static char buf[LONG];
	Job j = {0};
	Worker *p;
	long n, m;
	int fd[2], nonblock;

	USED(state);
	for(nonblock = 0; nonblock < 2; nonblock++) {
		assert_int_equal(pipe(fd), 0);
		if(nonblock)
			fcntl(fd[1], F_SETFL, O_NONBLOCK);
		j.c = hostfdchan(fd[1], 0, "/fd/1");
		p = spawn(longwriter, &j);
		for(n = 0; n < LONG; n += m) {
			m = read(fd[0], buf, sizeof buf);
			assert_true(m > 0);
		}
		join(p);
		assert_int_equal(j.got, LONG);
		cclose(j.c);
		close(fd[0]);
	}
}

/* Whoever shares the other side may have made it non-blocking. */
static void
test_nonblocking_descriptors_block(void **state)
{
	Job j = {0};
	Worker *p;
	int fd[2], i;

	USED(state);
	assert_int_equal(pipe(fd), 0);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	j.c = hostfdchan(fd[0], 0, "/fd/0");
	p = spawn(reader, &j);
	for(i = 0; i < 100; i++)
		hostrelax();
	assert_int_equal(write(fd[1], "abc", 3), 3);
	join(p);
	assert_int_equal(j.got, 3);
	j.done = 0;
	p = spawn(reader, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		notework(p, "alarm");
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	cclose(j.c);
	close(fd[1]);
}

static void
test_closed_descriptors_are_not_taken(void **state)
{
	USED(state);
	if(waserror())
		assert_string_equal(up->errstr, Ebadfd);
	else {
		hostfdchan(1000, 0, "/fd/0");
		poperror();
		fail();
	}
}

static void
test_devices(void **state)
{
	char buf[8] = "xxxxxxx";
	Chan *c;

	USED(state);
	c = xopen("#Z/dev/zero", ORDWR);
	assert_int_equal(xread(c, buf, sizeof buf, 0), sizeof buf);
	assert_int_equal(buf[0], 0);
	assert_int_equal(xwrite(c, buf, 3, 0), 3);
	cclose(c);
	c = xopen("#Z/dev/null", ORDWR);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 0);
	cclose(c);
}

/* A block device of the host with the bytes of tmpdir's file img: 0 if the host, or the user, has none. */
static int
loopdevice(char *name, int n)
{
	char cmd[256];
	ssize_t r;
	int fd;

	snprint(cmd, sizeof cmd,
	    "cd %s && truncate -s 1M img &&"
	    " losetup -f --show img >loop 2>/dev/null",
	    tmpdir);
	if(system(cmd) != 0)
		return 0;
	fd = open(host("loop"), O_RDONLY);
	r = read(fd, name, n - 1);
	close(fd);
	if(r <= 0 || name[r - 1] != '\n')
		return 0;
	name[r - 1] = 0;
	return 1;
}

/* Programs of disk(8), and file servers, ask fstat for a disk's size, and read long pieces at any
 * offset. */
static void
test_a_block_device_has_a_length(void **state)
{
	enum
	{
		Piece = 600 * KiB,
		At = MiB - Piece,
	};
	static char buf[Piece];
	char name[64], cmd[128];
	Chan *c;
	Dir d;

	USED(state);
	if(!loopdevice(name, sizeof name))
		kernskip();
	snprint(cmd, sizeof cmd, "#Z%s", name);
	c = xopen(cmd, ORDWR);
	/* when it is closed, whatever becomes of the test */
	snprint(cmd, sizeof cmd, "losetup -d %s", name);
	assert_int_equal(system(cmd), 0);
	assert_non_null(c);
	assert_int_equal(xfstat(c, &d), 0);
	assert_int_equal(d.length, MiB);
	assert_int_equal(d.type, 'Z');
	buf[Piece - 1] = 'e';
	assert_int_equal(xwrite(c, buf, Piece, At), Piece);
	memset(buf, 0, sizeof buf);
	assert_int_equal(xread(c, buf, Piece, At), Piece);
	assert_int_equal(buf[Piece - 1], 'e');
	assert_int_equal(xread(c, buf, Piece, MiB), 0);
	d.length = 2 * MiB;
	assert_int_equal(xfwstat(c, &d), -1);
	cclose(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_inherited_files_share_their_position, tmpsetup,
		tmpteardown),
	    KERNIN(test_inherited_append, tmpsetup, tmpteardown),
	    KERNIN(test_inherited_directory_is_no_bytes, tmpsetup, tmpteardown),
	    KERNIN(test_host_pipes, tmpsetup, tmpteardown),
	    KERNIN(test_a_note_ends_a_wait_for_the_host, tmpsetup, tmpteardown),
	    KERNIN(test_long_writes_are_whole, tmpsetup, tmpteardown),
	    KERNIN(test_nonblocking_descriptors_block, tmpsetup, tmpteardown),
	    KERNIN(
		test_closed_descriptors_are_not_taken, tmpsetup, tmpteardown),
	    KERNIN(test_devices, tmpsetup, tmpteardown),
	    KERNIN(test_a_block_device_has_a_length, tmpsetup, tmpteardown),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
