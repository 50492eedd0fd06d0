/*
 * void enter(Ureg*): load all registers, as given, by iretq.
 * vlong gated(vlong n, vlong sp): gate n is called with this SP; for SPs that
 * can be used it comes back.
 */
	.text
	.globl enter
enter:
	movq	%rdi, %rsp
	movq	0(%rsp), %rax
	movq	8(%rsp), %rbx
	movq	16(%rsp), %rcx
	movq	24(%rsp), %rdx
	movq	32(%rsp), %rsi
	movq	40(%rsp), %rdi
	movq	48(%rsp), %rbp
	movq	56(%rsp), %r8
	movq	64(%rsp), %r9
	movq	72(%rsp), %r10
	movq	80(%rsp), %r11
	movq	88(%rsp), %r12
	movq	96(%rsp), %r13
	movq	104(%rsp), %r14
	movq	112(%rsp), %r15
	addq	$144, %rsp
	iretq

	.globl gated
gated:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, gatedsp(%rip)
	shlq	$5, %rdi
	addq	$0x10000, %rdi
	movq	%rsi, %rsp
	call	*%rdi
	.skip	4, 0x90	/* it comes back behind these */
	movq	gatedsp(%rip), %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	cld
	ret

/* void storeat(void *p, vlong v), of three bytes' length; loadat the same */
	.globl storeat, storeit, loadat, loadit
storeat:
	movq	%rsi, %rax
storeit:
	movq	%rax, (%rdi)
	ret
loadat:
loadit:
	movq	(%rdi), %rax
	ret

/* void fxload(void *area), 512 bytes, 16-aligned */
	.globl fxload
fxload:
	fxrstor64 (%rdi)
	ret
	.globl fxstore
fxstore:
	fxsave64 (%rdi)
	ret

	.bss
	.balign 8
gatedsp:
	.quad	0

	.section .note.GNU-stack, "", @progbits
