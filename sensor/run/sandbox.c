// SPDX-License-Identifier: Apache-2.0
/*
 * sandbox.c - a list of calls for each role, loaded as the thread's own filter.
 *
 * What is refused traps: the handler counts it, notes which it was, and has the call fail
 * with EPERM.  On a machine whose registers it does not know the kernel answers EPERM
 * itself, uncounted.
 */
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <ucontext.h>

#include "base/error.h"
#include "base/log.h"

#if defined(__x86_64__)
#define RESULT_OF(context) ((context)->uc_mcontext.gregs[REG_RAX])
#define REFUSE             SCMP_ACT_TRAP
#elif defined(__aarch64__)
#define RESULT_OF(context) ((context)->uc_mcontext.regs[0])
#define REFUSE             SCMP_ACT_TRAP
#else
#define REFUSE SCMP_ACT_ERRNO(EPERM)
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { CALLS = 1024, WORD = 64 }; /* numbers of calls that are told apart */

/* Written by the handler, on any thread: nothing here needs more than an atomic. */
static struct {
	bool on;
	_Atomic uint64_t refused;
	_Atomic uint64_t seen[SANDBOX_ROLES][CALLS / WORD];
} sandbox;
static _Thread_local enum sandbox_role my_role;

#define BIT(role) (1U << (role))
#define EVERYBODY (~0U)
#define R         BIT(SANDBOX_READER)
#define F         BIT(SANDBOX_FILE)
#define N         BIT(SANDBOX_NET)
#define L         BIT(SANDBOX_LOADER)
#define C         BIT(SANDBOX_CONTROL)
#define W         BIT(SANDBOX_WEB)

#define CALL(name) SCMP_SYS(name), #name

/* Who may call what, with any arguments. */
static const struct {
	int number;
	const char *name;
	unsigned roles;
} calls[] = {
	/* memory, waiting, time, ending */
	{ CALL(brk), EVERYBODY },
	{ CALL(munmap), EVERYBODY },
	{ CALL(mremap), EVERYBODY },
	{ CALL(madvise), EVERYBODY },
	{ CALL(futex), EVERYBODY },
	{ CALL(sched_yield), EVERYBODY },
	{ CALL(sched_getaffinity), EVERYBODY },
	{ CALL(clock_gettime), EVERYBODY },
	{ CALL(clock_nanosleep), EVERYBODY },
	{ CALL(nanosleep), EVERYBODY },
	{ CALL(gettimeofday), EVERYBODY },
	{ CALL(sysinfo), EVERYBODY }, /* qsort asks how much memory there is */
	{ CALL(getrandom), EVERYBODY },
	{ CALL(getpid), EVERYBODY },
	{ CALL(gettid), EVERYBODY },
	{ CALL(rt_sigprocmask), EVERYBODY },
	{ CALL(rt_sigreturn), EVERYBODY },
	{ CALL(sigaltstack), EVERYBODY },
	{ CALL(restart_syscall), EVERYBODY },
	{ CALL(set_robust_list), EVERYBODY },
	{ CALL(rseq), EVERYBODY },
	{ CALL(tgkill), EVERYBODY }, /* abort, and one thread wakes another */
	{ CALL(exit), EVERYBODY },
	{ CALL(exit_group), EVERYBODY },
	/* descriptors that are open */
	{ CALL(read), R | F | N | L | C | W },
	{ CALL(readv), N | W },
	{ CALL(pread64), R | F | N | L },
	{ CALL(pwrite64), F | N | L },
	{ CALL(write), R | F | N | L | C | W },
	{ CALL(writev), R | F | N | L | C | W },
	{ CALL(close), R | F | N | L | C | W },
	{ CALL(fstat), R | F | N | L | C | W },
	{ CALL(newfstatat), R | F | N | L | C | W },
	{ CALL(statx), R | F | N | L },
	{ CALL(lseek), R | F | N | L | C | W },
	{ CALL(fcntl), R | F | N | L | C | W },
	{ CALL(ioctl), R | F | N | L | C | W },
	{ CALL(poll), R | F | N | C | W },
	{ CALL(ppoll), R | F | N | C | W },
	{ CALL(dup), R | L },
	/* files: to be written by those who write */
	{ CALL(ftruncate), F | N | L },
	{ CALL(fsync), F | N | L },
	{ CALL(fdatasync), F | N | L },
	{ CALL(rename), F | N | L },
	{ CALL(renameat), F | N | L },
	{ CALL(renameat2), F | N | L },
	{ CALL(unlink), R | F | N | L | W },
	{ CALL(unlinkat), R | F | N | L | W },
	{ CALL(mkdir), L },
	{ CALL(mkdirat), L },
	{ CALL(fchmod), L },
	{ CALL(getdents64), R | L | N },
	{ CALL(readlink), R | L | N },
	{ CALL(readlinkat), R | L | N },
	{ CALL(access), R | L | N },
	{ CALL(faccessat), R | L | N },
	{ CALL(faccessat2), R | L | N },
	{ CALL(uname), R | L | N },
	{ CALL(getuid), R | L | N },
	{ CALL(geteuid), R | L | N },
	{ CALL(getgid), R | L | N },
	{ CALL(getegid), R | L | N },
	{ CALL(rt_sigtimedwait), L },
	{ CALL(sched_setaffinity), R | BIT(SANDBOX_WORKER) },
	/* sockets */
	{ CALL(bind), R | N },
	{ CALL(connect), N },
	{ CALL(accept4), C | W },
	{ CALL(accept), W },
	{ CALL(shutdown), R | N | C | W },
	{ CALL(recvfrom), R | N | C | W },
	{ CALL(recvmsg), R | N | W },
	{ CALL(recvmmsg), N },
	{ CALL(sendto), R | N | C | W },
	{ CALL(sendmsg), R | N | W },
	{ CALL(sendmmsg), N },
	{ CALL(sendfile), W },
	{ CALL(setsockopt), R | N | C | W },
	{ CALL(getsockopt), R | N | C | W },
	{ CALL(getsockname), R | N | W },
	{ CALL(getpeername), R | N | W },
	{ CALL(socketpair), N },
	{ CALL(pipe2), R | N },
	{ CALL(eventfd2), R | N },
	{ CALL(epoll_create1), N | W },
	{ CALL(epoll_ctl), N | W },
	{ CALL(epoll_wait), N | W },
	{ CALL(epoll_pwait), N | W },
	{ CALL(rt_sigaction), N }, /* a resolver's */
};

const char *sandbox_role_name(enum sandbox_role role)
{
	static const char *const names[SANDBOX_ROLES] = {
		[SANDBOX_NONE] = "a thread",
		[SANDBOX_READER] = "the reader",
		[SANDBOX_WORKER] = "a worker",
		[SANDBOX_OUTPUT] = "the output",
		[SANDBOX_FILE] = "who writes files",
		[SANDBOX_NET] = "who sends alerts",
		[SANDBOX_LOADER] = "who loads rules",
		[SANDBOX_CONTROL] = "who answers egret ctl",
		[SANDBOX_WEB] = "who serves metrics",
	};

	return names[role];
}

#ifdef RESULT_OF
/* Async-signal-safe: atomics, and the interrupted thread's own registers. */
static void on_refused(int number, siginfo_t *info, void *context)
{
	unsigned call = (unsigned)info->si_syscall % CALLS;

	(void)number;
	atomic_fetch_add(&sandbox.refused, 1);
	atomic_fetch_or(&sandbox.seen[my_role][call / WORD], UINT64_C(1) << call % WORD);
	RESULT_OF((ucontext_t *)context) = -EPERM;
}
#endif

/*
 * The C library reads a file, once, when a thread other than the first gives memory back
 * to the kernel: it does so here.
 */
static void *give_memory_back(void *arg)
{
	enum { PIECES = 64, PIECE = 1 << 16 };
	void *pieces[PIECES];

	for (unsigned i = 0; i < PIECES; i++) {
		pieces[i] = malloc(PIECE);
		if (pieces[i])
			*(volatile char *)pieces[i] = 1;
	}
	for (unsigned i = PIECES; i > 0; i--)
		free(pieces[i - 1]);
	return arg;
}

static void prepare_memory(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, give_memory_back, NULL) == 0)
		pthread_join(thread, NULL);
}

bool sandbox_begin(struct error *why)
{
	if (SANITIZED) {
		error_set(why, "a build with sanitizers has no sandbox");
		return false;
	}
	if (seccomp_api_get() == 0) {
		error_set(why, "this kernel has no seccomp filters");
		return false;
	}
#ifdef RESULT_OF
	struct sigaction action = { .sa_sigaction = on_refused, .sa_flags = SA_SIGINFO };

	if (sigaction(SIGSYS, &action, NULL) < 0) {
		error_set(why, "SIGSYS cannot be taken");
		return false;
	}
#endif
	prepare_memory();
	sandbox.on = true;
	return true;
}

static bool allow(scmp_filter_ctx filter, int number)
{
	/* a call that this machine does not have is no error */
	return number < 0 || seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
}

/* Of an argument only the bits in the mask count. */
static struct scmp_arg_cmp where(unsigned argument, uint64_t mask, uint64_t is)
{
	return (struct scmp_arg_cmp){
		.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = is
	};
}

static bool allow_if(scmp_filter_ctx filter, int number, struct scmp_arg_cmp test)
{
	return number < 0 ||
	       seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &test) == 0;
}

static bool allow_family(scmp_filter_ctx filter, unsigned family)
{
	return allow_if(filter, SCMP_SYS(socket), where(0, UINT32_MAX, family));
}

/* What hangs on arguments. */
static bool allow_some(scmp_filter_ctx f, enum sandbox_role role)
{
	unsigned me = BIT(role);
	bool good = true;

	/* memory that can be run is for libraries that a resolver loads */
	if (me & N)
		good = allow(f, SCMP_SYS(mmap)) && allow(f, SCMP_SYS(mprotect));
	else
		good = allow_if(f, SCMP_SYS(mmap), where(2, PROT_EXEC, 0)) &&
		       allow_if(f, SCMP_SYS(mprotect), where(2, PROT_EXEC, 0));
	/* a thread may say its name */
	good &= allow_if(f, SCMP_SYS(prctl), where(0, UINT32_MAX, PR_SET_NAME));
	/* the log */
	if (!(me & (R | F | N | L | C | W)))
		good &= allow_if(f, SCMP_SYS(write), where(0, UINT32_MAX, 2));
	if (me & (F | N | L))
		good &= allow(f, SCMP_SYS(openat)) && allow(f, SCMP_SYS(open));
	else if (me & (R | C | W))
		good &= allow_if(f, SCMP_SYS(openat),
		                 where(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) &&
		        allow_if(f, SCMP_SYS(open),
		                 where(1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	/* the reader listens, and speaks to its kernel and its service manager alone */
	if (me & R)
		good &= allow_family(f, AF_PACKET) && allow_family(f, AF_INET);
	if (me & N)
		good &= allow_family(f, AF_INET) && allow_family(f, AF_INET6) &&
		        allow_if(f, SCMP_SYS(clone),
		                 where(0, CLONE_THREAD, CLONE_THREAD));
	if (me & (R | N))
		good &= allow_family(f, AF_NETLINK) && allow_family(f, AF_UNIX);
	/* the C library asks for it first, and then goes on with clone */
	return good &&
	       seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

void sandbox_enter(enum sandbox_role role)
{
	scmp_filter_ctx filter;
	bool good;

	my_role = role;
	if (!sandbox.on)
		return;
	filter = seccomp_init(REFUSE);
	good = filter && allow_some(filter, role);
	for (unsigned i = 0; good && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].roles & BIT(role))
			good = allow(filter, calls[i].number);
	if (!good || seccomp_load(filter) != 0)
		log_warning("%s goes on without its sandbox", sandbox_role_name(role));
	seccomp_release(filter);
}

static void say_refused(enum sandbox_role role, unsigned call)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)call);

	log_warning("%s tried %s, which its sandbox refuses", sandbox_role_name(role),
	            name ? name : "an unknown call");
	free(name);
}

uint64_t sandbox_tell(void)
{
	static uint64_t said[SANDBOX_ROLES][CALLS / WORD]; /* that thread's */

	for (unsigned role = 0; role < SANDBOX_ROLES; role++)
		for (unsigned w = 0; w < CALLS / WORD; w++) {
			uint64_t seen = atomic_load_explicit(&sandbox.seen[role][w],
			                                     memory_order_relaxed);
			uint64_t fresh = seen & ~said[role][w];

			for (; fresh; fresh &= fresh - 1)
				say_refused((enum sandbox_role)role,
				            w * WORD + (unsigned)__builtin_ctzll(fresh));
			said[role][w] = seen;
		}
	return atomic_load(&sandbox.refused);
}

const char *sandbox_library_version(void)
{
	static char text[32];
	const struct scmp_version *v = seccomp_version();

	snprintf(text, sizeof(text), "libseccomp %u.%u.%u", v->major, v->minor, v->micro);
	return text;
}
