// Process 1 of a process namespace, with an orphan in it.

#include "collector/app/init_process.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/namespaces.h"

namespace collector {
namespace {

constexpr int reaped = 3;
constexpr int zombie = 4;
constexpr int not_init = 5;

// As process 1: a child leaves a grandchild behind, which ends. What became of it, as an exit code.
int fate_of_an_orphan(bool reap) {
  if (getpid() != 1) return not_init;
  if (reap) reap_orphans_as_init();
  int ends[2];  // closed when child and grandchild have both ended
  if (pipe(ends) != 0) return not_init;
  const pid_t child = fork();
  if (child == 0) {
    fork();
    _exit(0);
  }
  close(ends[1]);
  char nothing = 0;
  while (read(ends[0], &nothing, 1) < 0 && errno == EINTR) {
  }
  // Where the kernel reaps, this waits for all to be gone and then says that there are none.
  int children = 0;
  while (waitpid(-1, nullptr, 0) > 0)
    ++children;
  return children == 0 ? reaped : zombie;
}

int in_a_namespace(bool reap) {
  const pid_t outer = fork();
  if (outer == 0) {
    test::enter_namespaces(CLONE_NEWPID);
    const pid_t init = fork();
    if (init == 0) _exit(fate_of_an_orphan(reap));
    int status = 0;
    waitpid(init, &status, 0);
    _exit(WEXITSTATUS(status));
  }
  int status = 0;
  waitpid(outer, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(InitProcess, OrphansAreReaped) {
  EXPECT_EQ(in_a_namespace(true), reaped);
  EXPECT_EQ(in_a_namespace(false), zombie) << "without, they stay";
}

TEST(InitProcess, ElsewhereNothingChanges) {
  reap_orphans_as_init();
  const pid_t child = fork();
  if (child == 0) _exit(7);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace collector
