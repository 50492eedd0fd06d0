/*
 * Processes that use one conversation, or one protocol, at once.
 */
#include "net/nettalk.h"

enum
{
	Workers = 4,
	Turns = 40,
};

static Talk listener;

/* Call, say a byte, and go. */
static void
caller(void *arg)
{
	char buf[8];
	Talk t;
	int i;

	USED(arg);
	for(i = 0; i < Turns; i++) {
		calls(&t, "tcp", talkport(&listener));
		assert_int_equal(xwrite(t.data, "x", 1, 0), 1);
		assert_int_equal(xread(t.data, buf, sizeof buf, 0), 1);
		endtalk(&t);
	}
}

static void
answerer(void *arg)
{
	char buf[8];
	Talk t;
	int i;

	USED(arg);
	for(i = 0; i < Turns; i++) {
		assert_int_equal(takes(&t, &listener, "tcp"), 0);
		assert_int_equal(xread(t.data, buf, sizeof buf, 0), 1);
		assert_int_equal(xwrite(t.data, "y", 1, 0), 1);
		endtalk(&t);
	}
}

static void
test_many_call_and_answer(void **state)
{
	Worker *w[2 * Workers];
	int i;

	USED(state);
	announced(&listener, "tcp");
	for(i = 0; i < Workers; i++) {
		w[2 * i] = spawn(caller, nil);
		w[2 * i + 1] = spawn(answerer, nil);
	}
	for(i = 0; i < 2 * Workers; i++)
		join(w[i]);
	endtalk(&listener);
}

static u32int stop; /* atomic */

/* All that a ctl file takes, and what shows the conversation. Errors are right. */
static void
meddler(void *arg)
{
	static const char *const messages[] = {"hangup", "close", "ttl 3",
	    "tos 16", "keepalive", "announce 127.0.0.1!0", "bind 0",
	    "connect 127.0.0.1!9", "headers", "ignoreadvice"};
	static const char *const files[] = {"status", "local", "remote", "err"};
	Talk *t = arg;
	usize i;

	for(i = 0; !aload(&stop); i++) {
		tell(t, messages[i % nelem(messages)]);
		talkfile(t, files[i % nelem(files)]);
	}
}

static void
reader(void *arg)
{
	Talk *t = arg;
	char buf[64];

	while(!aload(&stop)) {
		xread(t->data, buf, sizeof buf, 0);
		xwrite(t->data, buf, sizeof buf, 0);
	}
}

/* New conversations take the number while the old one's files are open, or are closed. */
static void
meddle(const char *proto)
{
	Worker *w[4];
	Talk t;
	int i, turn;

	for(turn = 0; turn < 10; turn++) {
		newtalk(&t, proto);
		opendata(&t);
		astore(&stop, 0);
		w[0] = spawn(meddler, &t);
		w[1] = spawn(reader, &t);
		w[2] = spawn(meddler, &t);
		w[3] = spawn(reader, &t);
		tsleep(&up->sleeprend, return0, nil, 10);
		astore(&stop, 1);
		for(i = 0; i < 4; i++) {
			while(notework(w[i], "alarm"))
				tsleep(&up->sleeprend, return0, nil, 1);
			join(w[i]);
		}
		endtalk(&t);
	}
}

static void
test_messages_race(void **state)
{
	USED(state);
	meddle("tcp");
	meddle("udp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_many_call_and_answer),
	    KERN(test_messages_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
