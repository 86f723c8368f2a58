// SPDX-License-Identifier: Apache-2.0
/*
 * sandbox_test.c - what no thread may do is refused and counted, whoever tries; what each
 * is for, it may.
 */
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "run/thread.h"
#include "tests/check.h"

static bool have; /* there is a sandbox here */

/* Each fails with EPERM. */
static void refused(long result)
{
	CHECK(result == -1 && errno == EPERM);
}

static void nobody_may(void)
{
	char *const words[] = { "/bin/sh", "-c", "true", NULL };

	refused(execve("/bin/sh", words, NULL));
	refused(syscall(SYS_execveat, AT_FDCWD, "/bin/sh", words, NULL, 0));
	refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	refused(syscall(SYS_setuid, 0));
	refused(syscall(SYS_mount, "a", "/mnt", "tmpfs", 0, NULL));
	refused(syscall(SYS_unshare, 0x10000000));
	refused(syscall(SYS_kill, 1, 0));
	refused(syscall(SYS_bpf, 0, NULL, 0));
	refused(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
	refused(fork());
}

static void *worker(void *arg)
{
	void *memory;

	(void)arg;
	nobody_may();
	refused(open("/tmp/egret-planted", O_WRONLY | O_CREAT, 0600));
	refused(open("/etc/passwd", O_RDONLY));
	refused(socket(AF_INET, SOCK_STREAM, 0));
	refused(write(1, "x", 1));
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	              0);
	CHECK(memory != MAP_FAILED);
	refused(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
	CHECK(munmap(memory, 4096) == 0);
	CHECK(write(2, "", 0) == 0);
	free(calloc(1, 10 << 20));
	return NULL;
}

static void *reader(void *arg)
{
	int fd;

	(void)arg;
	nobody_may();
	refused(open("/tmp/egret-planted", O_WRONLY | O_CREAT, 0600));
	refused(open("/tmp/egret-planted", O_RDONLY | O_CREAT, 0600));
	refused(socket(AF_INET6, SOCK_STREAM, 0));
	fd = open("/proc/self/statm", O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
	fd = socket(AF_NETLINK, SOCK_RAW, 0);
	CHECK(fd >= 0 && close(fd) == 0);
	return NULL;
}

static void *file(void *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
	nobody_may();
	refused(socket(AF_INET, SOCK_STREAM, 0));
	return NULL;
}

static void *web(void *arg)
{
	(void)arg;
	nobody_may();
	refused(socket(AF_INET, SOCK_STREAM, 0));
	refused(open("/tmp/egret-planted", O_WRONLY | O_CREAT, 0600));
	return NULL;
}

static void *nothing(void *arg)
{
	return arg;
}

static void *net(void *arg)
{
	pthread_t thread;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)arg;
	CHECK(fd >= 0 && close(fd) == 0);
	CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0); /* a resolver's */
	pthread_join(thread, NULL);
	nobody_may();
	refused(socket(AF_PACKET, SOCK_RAW, 0));
	return NULL;
}

static void try_as(enum sandbox_role role, void *(*what)(void *), void *arg)
{
	uint64_t before = sandbox_tell();
	pthread_t thread;

	if (!have)
		SKIP("no sandbox is to be had here");
	CHECK_MUST(thread_start(&thread, "test", role, what, arg) == 0);
	pthread_join(thread, NULL);
	CHECK(sandbox_tell() >= before + 10);
	CHECK(access("/tmp/egret-planted", F_OK) < 0);
}

static void a_worker_opens_nothing_and_connects_nowhere(void)
{
	try_as(SANDBOX_WORKER, worker, NULL);
}

static void the_output_opens_nothing_and_connects_nowhere(void)
{
	try_as(SANDBOX_OUTPUT, worker, NULL);
}

static void the_reader_reads_and_listens_and_writes_no_file(void)
{
	try_as(SANDBOX_READER, reader, NULL);
}

static void who_writes_files_connects_nowhere(void)
{
	char path[] = "/tmp/egret-sandbox-XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	try_as(SANDBOX_FILE, file, path);
	unlink(path);
}

static void who_answers_opens_no_connection_and_no_file_to_write(void)
{
	try_as(SANDBOX_WEB, web, NULL);
	try_as(SANDBOX_CONTROL, web, NULL);
}

static void who_sends_alerts_starts_threads_and_no_program(void)
{
	try_as(SANDBOX_NET, net, NULL);
}

int main(void)
{
	struct error why;

	log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
	have = sandbox_begin(&why);
	TEST(a_worker_opens_nothing_and_connects_nowhere);
	TEST(the_output_opens_nothing_and_connects_nowhere);
	TEST(the_reader_reads_and_listens_and_writes_no_file);
	TEST(who_writes_files_connects_nowhere);
	TEST(who_answers_opens_no_connection_and_no_file_to_write);
	TEST(who_sends_alerts_starts_threads_and_no_program);
	return check_done();
}
