#include "tests/history/killed_writer.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace collector::test {
namespace {

// SQLite on Unix calls the system by a table that a program may change.
std::uint64_t calls_left = 0;

void count_call() {
  if (--calls_left == 0) ::raise(SIGKILL);
}
ssize_t counted_pwrite(int file, const void* from, std::size_t size, off_t at) {
  count_call();
  return ::pwrite(file, from, size, at);
}
ssize_t counted_write(int file, const void* from, std::size_t size) {
  count_call();
  return ::write(file, from, size);
}
int counted_truncate(int file, off_t size) {
  count_call();
  return ::ftruncate(file, size);
}
int counted_sync(int file) {
  count_call();
  return ::fdatasync(file);
}

template <typename Function>
void set_call(std::initializer_list<const char*> names, Function function) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : names)
    vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(function));
}

}  // namespace

bool killed_while(std::uint64_t n, const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    calls_left = n;
    set_call({"pwrite", "pwrite64"}, counted_pwrite);
    set_call({"write"}, counted_write);
    set_call({"ftruncate"}, counted_truncate);
    set_call({"fsync"}, counted_sync);
    ::_exit(work());
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("a process got lost");
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error("a process ended by itself: " + std::to_string(status));
  return false;
}

}  // namespace collector::test
