/*
 * Groups of names, /proc/n/ns and namespace files: rfork(2), proc(3), namespace(6).
 */
#include "ns/nstree.h"

/* --- groups of names, /proc/n/ns, namespace files --- */

static void
test_a_copied_name_space_is_its_own(void **state)
{
	Pgrp *p, *q;

	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	p = up->pgrp;
	q = newpgrp();
	pgrpcpy(q, p);
	up->pgrp = q;
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_int_equal(xbind("/c", "/a", MBEFORE), 0);
	assert_string_equal(xcat("/a/f"), "c.f");
	up->pgrp = p;
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_int_equal(xunmount(nil, "/a"), 0);
	up->pgrp = q;
	assert_string_equal(xcat("/a/f"), "c.f");
	up->pgrp = p;
	closepgrp(q);
}

static void
test_ns(void **state)
{
	char buf[1024];

	USED(state);
	assert_int_equal(xbind("#Rother", "/a", MAFTER | MCREATE), 0);
	assert_int_equal(xbind("/file", "/b/f", MREPL), 0);
	assert_int_equal(xmk("/it's new", nil), 0);
	assert_int_equal(xbind("/c", "/it's new", MBEFORE), 0);
	assert_int_equal(xchdir("/it's new"), 0);
	nstext(up, buf, sizeof buf);
	assert_string_equal(buf,
	    "bind  /a /a\n"
	    "bind -ac #Rother /a\n"
	    "bind  /file /b/f\n"
	    "bind  '/it''s new' '/it''s new'\n"
	    "bind -b /c '/it''s new'\n"
	    "cd '/it''s new'\n");
}

static void
test_nsfile(void **state)
{
	USED(state);
	assert_int_equal(xnsfile("# a comment\n\n"
				 "  bind -b /b /a\n"
				 "\tbind -ac\t#Rother /a\n"
				 "cd '/a'"),
	    0);
	assert_string_equal(xls("/a", 4096), "f h f sub ");
	assert_int_equal(xmk("new", "new"), 0);
	assert_string_equal(xcat("#Rother/new"), "new");
	assert_int_equal(xnsfile("unmount /b /a\nunmount /a\n"), 0);
	assert_string_equal(xls("/a", 4096), "f sub ");
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_int_equal(xnsfile("clear\n"), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(xmk("/inc", "bind /b /a\n"), 0);
	assert_int_equal(xnsfile(". /inc\n"), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
}

static void
test_nsfile_variables(void **state)
{
	USED(state);
	assert_int_equal(xmk("/usr", nil), 0);
	assert_int_equal(xmk("/usr/glenda", nil), 0);
	assert_int_equal(xmk("/usr/glenda/x", nil), 0);
	assert_int_equal(xnsfile("bind /b $home/x\nbind /c $nothing/a\n"), 0);
	assert_string_equal(xcat("/usr/glenda/x/f"), "b.f");
	assert_string_equal(xcat("/a/f"), "c.f");
	assert_int_equal(xmk("/$home", nil), 0);
	assert_int_equal(xnsfile("cd '$home'"), 0);
	assert_string_equal(xpwd(), "/$home");
	assert_int_equal(xnsfile("cd /usr/glenda$nothing"), 0);
	assert_string_equal(xpwd(), "/usr/glenda");
}

static void
test_nsfile_errors(void **state)
{
	USED(state);
	assert_err(
	    xnsfile("\nbind /a"), "ns:2: wrong number of arguments to bind");
	assert_err(xnsfile("import x"), "ns:1: unknown operation import");
	assert_err(xnsfile("cd 'x"), "ns:1: missing quote");
	assert_err(xnsfile("cd 1 2 3 4 5 6 7 8"), "ns:1: too many arguments");
	assert_int_equal(xmk("/loop", "\n. /loop"), 0);
	assert_int_equal(xnsfile(". /loop"), -1);
	assert_non_null(strstr(up->errstr, "/loop:2: "));
	assert_int_equal(xmk("/bad", "cd /a\ncd\n"), 0);
	assert_err(
	    xnsfile(". /bad"), "ns:1: /bad:2: wrong number of arguments to cd");
	assert_string_equal(xpwd(), "/a");
}

/* newns(2): . ! and a quote end a name too. */
static void
test_nsfile_names_of_variables_end(void **state)
{
	static const char *const dirs[] = {"/usr", "/usr/glenda",
	    "/usr/glenda.old", "/usr/glenda!x", "/usr/glendax y",
	    "/usr/glenda/usr", "/usr/glenda/usr/glenda"};
	static const struct
	{
		const char *cd, *pwd;
	} t[] = {
	    {"cd $home.old", "/usr/glenda.old"},
	    {"cd $home!x", "/usr/glenda!x"},
	    {"cd $home'x y'", "/usr/glendax y"},
	    {"cd $home$home", "/usr/glenda/usr/glenda"},
	    {"cd /$nothing/usr", "/usr"},
	    {"cd $$home", "/usr/glenda"},
	    {"cd $/usr", "/usr"},
	    {"cd /usr$", "/usr"},
	    {"cd /usr/$list", "/usr/glenda"},
	    {"cd $home\r", "/usr/glenda"},
	    {"cd '/usr'/'glenda'", "/usr/glenda"},
	    {"cd /usr/gl'end'a", "/usr/glenda"},
	};
	uint i;

	USED(state);
	for(i = 0; i < nelem(dirs); i++)
		assert_int_equal(xmk(dirs[i], nil), 0);
	/* a list counts by its first element */
	ksetenv(up->egrp, "list", "glenda\0other\0", 13);
	for(i = 0; i < nelem(t); i++) {
		assert_int_equal(xchdir("/"), 0);
		assert_int_equal(xnsfile(t[i].cd), 0);
		assert_string_equal(xpwd(), t[i].pwd);
	}
}

static void
test_nsfile_lines_and_options(void **state)
{
	USED(state);
	/* lines that end as on other systems */
	assert_int_equal(xnsfile("# a comment\r\n"
				 "\r\n"
				 " \t # another # bind /c /a\r\n"
				 "bind -b /b /a\r\n"
				 "cd /a\r\n"),
	    0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xpwd(), "/a");
	/* options one by one, and their end */
	assert_int_equal(xmk("/-x", nil), 0);
	assert_int_equal(xmk("/-x/f", "x.f"), 0);
	assert_int_equal(xnsfile("unmount /a\n"
				 "cd /\n"
				 "bind -a -c #Rother /a\n"
				 "bind -b -- -x /a\n"),
	    0);
	assert_string_equal(xcat("/a/f"), "x.f");
	assert_int_equal(xmk("/a/new", "new"), 0);
	assert_string_equal(xcat("#Rother/new"), "new");
	assert_int_equal(xnsfile("bind - /a\n"), 0);
	assert_string_equal(xcat("/a/f"), "x.f");
	/* a # behind the first argument begins no comment */
	assert_int_equal(xnsfile("bind #Rother /c # it\n"), -1);
	/* a name of several words and one of none */
	assert_int_equal(xmk("/two words", nil), 0);
	assert_int_equal(xnsfile("cd ''\ncd 'two words'\n"), 0);
	assert_string_equal(xpwd(), "/two words");
}

static char said[512];

static void
say(const char *why)
{
	strecpy(said + strlen(said), said + sizeof said, why);
	strecpy(said + strlen(said), said + sizeof said, ";");
}

/* newns(2) goes on behind a line that is no operation, also in a file of another. */
static void
test_nsfile_goes_on_behind_wrong_lines(void **state)
{
	char text[] = "import -a host /b\n"
		      "bind /b\n"
		      "bind 'x /b /a\n"
		      "cd 1 2 3 4 5 6 7 8 9\n"
		      "bind -b /b /a\n"
		      ". /inc\n"
		      "clear it\n"
		      "cd /c\n";

	USED(state);
	said[0] = 0;
	assert_int_equal(xmk("/inc", "what\nbind -b /c /a\n. /no\n. /loop"), 0);
	assert_int_equal(xmk("/loop", ". /loop"), 0);
	nsfile("ns", text, say);
	assert_string_equal(said,
	    "ns:1: unknown operation import;"
	    "ns:2: wrong number of arguments to bind;"
	    "ns:3: missing quote;"
	    "ns:4: too many arguments;"
	    "/inc:1: unknown operation what;"
	    "/loop:1: files nested too deeply;"
	    "ns:7: wrong number of arguments to clear;");
	assert_string_equal(xcat("/a/f"), "c.f");
	assert_string_equal(xpwd(), "/c");
}

/* newns(2) */
static void
test_nsfile_passes_by_what_there_is_not(void **state)
{
	USED(state);
	assert_int_equal(xnsfile("bind /no /a\n"
				 "bind -ab /b /a\n"
				 "mount /no /a\n"
				 "mount -aC #s/boot /a $spec\n"
				 "mount -b /file /a\n"
				 "unmount /no /a\n"
				 "unmount /c\n"
				 "cd /no\n"
				 "cd $nothing\n"
				 ". /no\n"
				 "bind -qc /b /a\n"),
	    0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xpwd(), "/");
}

static void
test_a_file_is_no_9p_server(void **state)
{
	static const char eof[] = "EOF receiving fversion reply";
	char version[16] = "9P2000";
	int fd;

	USED(state);
	fd = xopen("/file", ORDWR);
	assert_err(xmount(fd, -1, "/a", MREPL), eof);
	assert_err(CALL(sys_mount, fd, argstr("/a"), MREPL, argstr("")), eof);
	assert_err(CALL(sysfversion, fd, 8192, argcopy(version, sizeof version),
		       sizeof version),
	    eof);
	assert_err(CALL(sysfauth, fd, argstr("")), eof);
	/* after a look at the arguments */
	assert_err(xmount(9, -1, "/a", MREPL), Ebadfd);
	assert_err(xmount(fd, 9, "/a", MREPL), Ebadfd);
	assert_err(xmount(fd, -1, "/a", 0x80), Ebadarg);
	assert_err(CALL(sysfauth, 9, argstr("")), Ebadfd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_copied_name_space_is_its_own),
	    KERN(test_ns),
	    KERN(test_nsfile),
	    KERN(test_nsfile_variables),
	    KERN(test_nsfile_errors),
	    KERN(test_nsfile_names_of_variables_end),
	    KERN(test_nsfile_lines_and_options),
	    KERN(test_nsfile_goes_on_behind_wrong_lines),
	    KERN(test_nsfile_passes_by_what_there_is_not),
	    KERN(test_a_file_is_no_9p_server),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
