/*
 * Floating-point registers and exceptions, for tests: C code here is built
 * without floating point, so that nothing but these touches the registers.
 */
	.text
#define FUNC(name) .globl name; .type name, @function; name:

FUNC(getfcw)
	subq $8, %rsp
	fnstcw (%rsp)
	movzwl (%rsp), %eax
	addq $8, %rsp
	ret

FUNC(setfcw)
	pushq %rdi
	fldcw (%rsp)
	popq %rdi
	ret

FUNC(getmxcsr)
	subq $8, %rsp
	stmxcsr (%rsp)
	movl (%rsp), %eax
	addq $8, %rsp
	ret

FUNC(setmxcsr)
	pushq %rdi
	ldmxcsr (%rsp)
	popq %rdi
	ret

#define ALL(op) \
	op(0); op(1); op(2); op(3); op(4); op(5); op(6); op(7); \
	op(8); op(9); op(10); op(11); op(12); op(13); op(14); op(15)
#define LOAD(n) movups n*16(%rdi), %xmm##n
#define STORE(n) movups %xmm##n, n*16(%rsi)

FUNC(loadxmm)
	ALL(LOAD)
	ret

FUNC(savexmm)
	movq %rdi, %rsi
	ALL(STORE)
	ret

FUNC(spinxmm)
	ALL(LOAD)
1:	pause
	cmpl $0, (%rdx)
	je 1b
	ALL(STORE)
	ret

FUNC(fpdivzero)
	movl $1, %eax
	cvtsi2sd %eax, %xmm0
	xorpd %xmm1, %xmm1
	divsd %xmm1, %xmm0
	ret

FUNC(fp87divzero)
	fld1
	fldz
	fdivrp %st, %st(1)
	fwait
	fstp %st(0)
	ret

	.section .note.GNU-stack, "", @progbits
