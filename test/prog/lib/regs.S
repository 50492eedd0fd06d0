/*
 * Register contents, for tests in which something may come in between.
 */
	.text
#define FUNC(name) .globl name; .type name, @function; name:
#define END(name) .size name, .-name

#define SAVE \
	pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15
#define RESTORE \
	popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx

/*
 * int spinregs(volatile int *flag): all general registers, the carry flag and
 * the stack pointer hold their values until *flag is not 0. 0, or 1 if one
 * did not.
 */
FUNC(spinregs)
	SAVE
	movq %rdi, spinflag(%rip)
	movq %rsp, spinsp(%rip)
	movq $0x11111111, %rax
	movq $-0x22222222, %rbx
	movq $0x33333333, %rcx
	movq $-0x44444444, %rdx
	movq $0x55555555, %rsi
	movq $-0x66666666, %rdi
	movq $0x77777777, %rbp
	movq $-0x12121212, %r8
	movq $0x23232323, %r9
	movq $-0x34343434, %r10
	movq $0x45454545, %r11
	movq $-0x56565656, %r12
	movq $0x67676767, %r13
	movq $-0x71717171, %r14
	movq $0x13571357, %r15
1:	stc
	nop
	nop
	jnc 9f
	cmpq $0x11111111, %rax
	jne 9f
	cmpq $-0x22222222, %rbx
	jne 9f
	cmpq $0x33333333, %rcx
	jne 9f
	cmpq $-0x44444444, %rdx
	jne 9f
	cmpq $0x55555555, %rsi
	jne 9f
	cmpq $-0x66666666, %rdi
	jne 9f
	cmpq $0x77777777, %rbp
	jne 9f
	cmpq $-0x12121212, %r8
	jne 9f
	cmpq $0x23232323, %r9
	jne 9f
	cmpq $-0x34343434, %r10
	jne 9f
	cmpq $0x45454545, %r11
	jne 9f
	cmpq $-0x56565656, %r12
	jne 9f
	cmpq $0x67676767, %r13
	jne 9f
	cmpq $-0x71717171, %r14
	jne 9f
	cmpq $0x13571357, %r15
	jne 9f
	cmpq spinsp(%rip), %rsp
	jne 9f
	movq spinflag(%rip), %rax
	cmpl $0, (%rax)
	movq $0x11111111, %rax
	je 1b
	xorl %eax, %eax
	jmp 2f
9:	movl $1, %eax
2:	movq spinsp(%rip), %rsp
	cld
	RESTORE
	ret
END(spinregs)

/* int haveavx(void) */
FUNC(haveavx)
	pushq %rbx
	movl $1, %eax
	xorl %ecx, %ecx
	cpuid
	andl $0x18000000, %ecx	/* OSXSAVE AVX */
	xorl %eax, %eax
	cmpl $0x18000000, %ecx
	sete %al
	popq %rbx
	ret
END(haveavx)

#define ALL(op) \
	op(0); op(1); op(2); op(3); op(4); op(5); op(6); op(7); \
	op(8); op(9); op(10); op(11); op(12); op(13); op(14); op(15)
#define LOAD(n) vmovups n*32(%rdi), %ymm##n
#define STORE(n) vmovups %ymm##n, n*32(%rdi)

/* ymm0..15, 32 bytes each */
FUNC(loadymm)
	ALL(LOAD)
	ret
END(loadymm)

FUNC(saveymm)
	ALL(STORE)
	ret
END(saveymm)

/* int haveavx512(void): F and BW, and the system keeps zmm0..31 and k0..7 */
FUNC(haveavx512)
	pushq %rbx
	call haveavx
	testl %eax, %eax
	jz 1f
	xorl %ecx, %ecx
	xgetbv
	andl $0xe6, %eax
	cmpl $0xe6, %eax
	movl $0, %eax
	jne 1f
	movl $7, %eax
	xorl %ecx, %ecx
	cpuid
	xorl %eax, %eax
	andl $0x40010000, %ebx
	cmpl $0x40010000, %ebx
	sete %al
1:	popq %rbx
	ret
END(haveavx512)

#define HIGH(op) \
	op(16); op(17); op(18); op(19); op(20); op(21); op(22); op(23); \
	op(24); op(25); op(26); op(27); op(28); op(29); op(30); op(31)
#define ZLOAD(n) vmovdqu64 n*64(%rdi), %zmm##n
#define ZSTORE(n) vmovdqu64 %zmm##n, n*64(%rdi)
#define MASKS(op) op(0); op(1); op(2); op(3); op(4); op(5); op(6); op(7)
#define KLOAD(n) kmovq n*8(%rsi), %k##n
#define KSTORE(n) kmovq %k##n, n*8(%rsi)

/* zmm0..31, 64 bytes each, and k0..7, 8 bytes each */
FUNC(loadzmm)
	ALL(ZLOAD)
	HIGH(ZLOAD)
	MASKS(KLOAD)
	ret
END(loadzmm)

FUNC(savezmm)
	ALL(ZSTORE)
	HIGH(ZSTORE)
	MASKS(KSTORE)
	ret
END(savezmm)

/* void load87(vlong v[8]), save87(vlong v[8]): a full x87 stack; save empties it */
FUNC(load87)
	fninit
	fildll (%rdi)
	fildll 8(%rdi)
	fildll 16(%rdi)
	fildll 24(%rdi)
	fildll 32(%rdi)
	fildll 40(%rdi)
	fildll 48(%rdi)
	fildll 56(%rdi)
	ret
END(load87)

FUNC(save87)
	fistpll 56(%rdi)
	fistpll 48(%rdi)
	fistpll 40(%rdi)
	fistpll 32(%rdi)
	fistpll 24(%rdi)
	fistpll 16(%rdi)
	fistpll 8(%rdi)
	fistpll (%rdi)
	ret
END(save87)

/* void jumpat(uintptr pc, uintptr sp): does not come back */
FUNC(jumpat)
	movq %rdi, %rax
	movq %rsi, %rsp
	movl $3, %ebp
	jmp *%rax
END(jumpat)

/* void trapat(uintptr sp), spinat(uintptr sp, volatile int *flag): with a stack
 * pointer that may lead nowhere; spinat sets *flag when it is loaded */
FUNC(trapat)
	movq %rdi, %rsp
	ud2
END(trapat)

FUNC(spinat)
	movq %rdi, %rsp
	movl $1, (%rsi)
1:	pause
	jmp 1b
END(spinat)

/* void intn(void), for n of 4, 32, 64: an INT instruction, at that very address */
FUNC(int4)
	int $4
	ret
END(int4)

FUNC(int32)
	int $32
	ret
END(int32)

FUNC(int64)
	int $64
	ret
END(int64)

FUNC(int128)
	int $0x80
	ret
END(int128)

/* void onestep(void): sets TF, so that the instruction after stepped traps */
	.globl stepped
FUNC(onestep)
	pushfq
	orq $0x100, (%rsp)
	popfq
	nop
stepped:
	ret
END(onestep)

/* int int80(int n): the host's old system call instruction; AX after it */
FUNC(int80)
	pushq %rbx
	movl %edi, %eax
	movl %edi, %ebp
	int $0x80
	popq %rbx
	ret
END(int80)

	.bss
	.balign 8
spinflag:
	.quad 0
spinsp:
	.quad 0

	.section .note.GNU-stack, "", @progbits
