/*
 * Where a program starts: exec(2). AX holds the address of Tos, SP points at
 * argc as an eight-byte word, argv follows it. What a test may want to know of
 * the state at entry is kept: AX, SP and the floating-point control words.
 */
	.text
	.globl _start
	.type _start, @function
_start:
	movq %rax, _tos(%rip)
	movq %rsp, _startsp(%rip)
	fnstcw _startfcw(%rip)
	stmxcsr _startmxcsr(%rip)
	movl (%rsp), %edi
	leaq 8(%rsp), %rsi
	xorl %ebp, %ebp
	andq $-16, %rsp
	cld
	call _libmain
	ud2
	.size _start, .-_start

	.bss
	.balign 8
	.globl _tos, _startsp, _startfcw, _startmxcsr
_tos:
	.quad 0
_startsp:
	.quad 0
_startmxcsr:
	.long 0
_startfcw:
	.long 0

	.section .note.GNU-stack, "", @progbits
