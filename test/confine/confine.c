/*
 * confine [-u uid] [-o] prog [arg ...]: run a program as a container engine does.
 *
 * The program gets no capabilities and no new privileges, and a seccomp filter like those that
 * Docker, Podman and Kubernetes (RuntimeDefault) have by default: calls that change the system, make
 * name spaces or trace others answer EPERM, and those that are newer than the filter ENOSYS.
 *
 *	-u uid  as this user and group, with no other group
 *	-o      as on a host without Syscall User Dispatch (Linux 5.10 and before)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LEN(a) (int)(sizeof(a) / sizeof((a)[0]))

enum
{
	/* the first number that the filter does not know: Linux 6.6's futex_requeue is the last */
	Newer = 457,
	NewNamespaces = 0x7e020000,
	Dispatch = 59,
	Filtermax = 512,
};

static const int denied[] = {
    SYS_acct,
    SYS_add_key,
    SYS_bpf,
    SYS_chroot,
    SYS_clock_adjtime,
    SYS_clock_settime,
    SYS_create_module,
    SYS_delete_module,
    SYS_finit_module,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fsopen,
    SYS_fspick,
    SYS_get_kernel_syms,
    SYS_get_mempolicy,
    SYS_init_module,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_io_uring_setup,
    SYS_ioperm,
    SYS_iopl,
    SYS_kcmp,
    SYS_kexec_file_load,
    SYS_kexec_load,
    SYS_keyctl,
    SYS_lookup_dcookie,
    SYS_mbind,
    SYS_migrate_pages,
    SYS_mount,
    SYS_mount_setattr,
    SYS_move_mount,
    SYS_move_pages,
    SYS_name_to_handle_at,
    SYS_nfsservctl,
    SYS_open_by_handle_at,
    SYS_open_tree,
    SYS_perf_event_open,
    SYS_pidfd_getfd,
    SYS_pivot_root,
    SYS_process_madvise,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_ptrace,
    SYS_query_module,
    SYS_quotactl,
    SYS_reboot,
    SYS_request_key,
    SYS_set_mempolicy,
    SYS_setdomainname,
    SYS_sethostname,
    SYS_setns,
    SYS_settimeofday,
    SYS_swapoff,
    SYS_swapon,
    SYS_sysfs,
    SYS__sysctl,
    SYS_syslog,
    SYS_umount2,
    SYS_unshare,
    SYS_uselib,
    SYS_userfaultfd,
    SYS_ustat,
    SYS_vhangup,
};

static struct sock_filter filter[Filtermax];
static int nfilter;

static void
put(int code, unsigned k, int yes, int no)
{
	struct sock_filter f = BPF_JUMP(code, k, yes, no);

	filter[nfilter++] = f;
}

static void
load(size_t offset)
{
	put(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

/* End with answer if what was loaded compares so. */
static void
answer(int how, unsigned k, unsigned what)
{
	put(BPF_JMP | how | BPF_K, k, 0, 1);
	put(BPF_RET | BPF_K, what, 0, 0);
}

static void
makefilter(int old)
{
	const unsigned eperm = SECCOMP_RET_ERRNO | EPERM,
		       enosys = SECCOMP_RET_ERRNO | ENOSYS;
	int i;

	load(offsetof(struct seccomp_data, arch));
	put(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	put(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	load(offsetof(struct seccomp_data, nr));
	for(i = 0; i < LEN(denied); i++)
		answer(BPF_JEQ, (unsigned)denied[i], eperm);
	answer(BPF_JEQ, SYS_clone3, enosys);
	answer(BPF_JGE, Newer, enosys);
	if(old) {
		put(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3);
		load(offsetof(struct seccomp_data, args[0]));
		answer(BPF_JEQ, Dispatch, SECCOMP_RET_ERRNO | EINVAL);
		load(offsetof(struct seccomp_data, nr));
	}
	put(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
	load(offsetof(struct seccomp_data, args[0]));
	answer(BPF_JSET, NewNamespaces, eperm);
	put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

static void
must(int r, const char *what)
{
	if(r >= 0)
		return;
	fprintf(stderr, "confine: %s: %s\n", what, strerror(errno));
	exit(77);
}

int
main(int argc, char *argv[])
{
	struct sock_fprog prog;
	int c, old = 0, uid = -1, cap;

	while((c = getopt(argc, argv, "+ou:")) != -1)
		switch(c) {
		case 'o':
			old = 1;
			break;
		case 'u':
			uid = atoi(optarg);
			break;
		default:
			return 2;
		}
	if(optind == argc)
		return 2;
	makefilter(old);
	for(cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if(uid >= 0) {
		must(setgroups(0, NULL), "setgroups");
		must(
		    setresgid((gid_t)uid, (gid_t)uid, (gid_t)uid), "setresgid");
		must(
		    setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid), "setresuid");
	}
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	prog.len = (unsigned short)nfilter;
	prog.filter = filter;
	must(
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0), "seccomp");
	execv(argv[optind], argv + optind);
	must(-1, argv[optind]);
}
