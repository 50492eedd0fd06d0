/*
 * How a program's SYSCALL instruction gets to the kernel: Syscall User Dispatch, or a seccomp
 * filter on hosts without it. Both raise SIGSYS for every system call whose instruction is not
 * in the kernel's own text. (Linux exempts a few numbers in AX from seccomp: see doc/host.md.)
 */
#include "u.h"
#include "host/entry/entry.h"

enum
{
	PR_SET_NO_NEW_PRIVS = 38,
	PR_SET_SYSCALL_USER_DISPATCH = 59,
	PR_SYS_DISPATCH_ON = 1,
	SECCOMP_SET_MODE_FILTER = 1,

	/* offsets in struct seccomp_data */
	DATA_ARCH = 4,
	DATA_IP_HIGH = 12,

	BPF_LD_W_ABS = 0x20,
	BPF_JEQ = 0x15,
	BPF_JGE = 0x35,
	BPF_RET = 0x06,
};

#define RET_TRAP 0x00030000U
#define RET_ALLOW 0x7fff0000U

typedef struct Bpf Bpf;
struct Bpf
{
	u16int code;
	uchar jt, jf;
	u32int k;
};

/*
 * Allow system calls by instructions in [KLOW, KHIGH): high words 0x6000 up to 0x7000. Allow no
 * 32-bit call, because for the host a program's SYSENTER is an instruction of the vdso, which
 * is in that range.
 */
static const Bpf filter[] = {
    {BPF_LD_W_ABS, 0, 0, DATA_ARCH},
    {BPF_JEQ, 0, 4, ARCH_X86_64},
    {BPF_LD_W_ABS, 0, 0, DATA_IP_HIGH},
    {BPF_JGE, 0, 2, KLOW >> 32},
    {BPF_JGE, 1, 0, KHIGH >> 32},
    {BPF_RET, 0, 0, RET_ALLOW},
    {BPF_RET, 0, 0, RET_TRAP},
};

static long
filtersyscalls(void)
{
	struct
	{
		u16int len;
		const Bpf *filter;
	} prog = {sizeof filter / sizeof filter[0], filter};
	long r;

	r = hostcall(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if(r < 0)
		return r;
	return hostcall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

long
trapsyscalls(int seccomp)
{
	if(seccomp)
		return filtersyscalls();
	/* the vdso is outside the range that may make calls, because a program's SYSENTER seems
	 * to be in it; kerneltrap serves the vdso */
	return hostcall(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH,
	    PR_SYS_DISPATCH_ON, ktext, ektext - ktext, 0);
}
