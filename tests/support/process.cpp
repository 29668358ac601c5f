#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "tests/support/files.h"

namespace collector::test {
namespace {

void redirect(const std::filesystem::path& file, int descriptor) {
  const int opened = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (opened < 0 || dup2(opened, descriptor) < 0) _exit(126);
  close(opened);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments,
                 const std::vector<std::pair<std::string, std::string>>& environment,
                 const std::function<void()>& prepare) {
  std::string name = (std::filesystem::temp_directory_path() / "collector-process-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name + " failed");
  directory_ = name;
  const std::filesystem::path out = directory_ / "out";
  const std::filesystem::path err = directory_ / "err";
  write_file(out, "");  // there to be read from the first moment on
  write_file(err, "");
  std::vector<char*> argv;
  for (const std::string& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  const int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  for (const auto& [key, value] : environment)
    setenv(key.c_str(), value.c_str(), 1);
  if (prepare) prepare();
  execv(argv[0], argv.data());
  _exit(127);
}

Process::~Process() {
  if (running()) {
    signal(SIGKILL);
    wait(std::chrono::seconds(10));
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Process::signal(int number) const {
  if (!status_) kill(pid_, number);  // another process may have the number of one that is gone
}

bool Process::running() {
  if (status_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = status;
  return false;
}

std::optional<Finished> Process::wait(std::chrono::milliseconds at_most) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (running()) {
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  Finished finished;
  if (WIFEXITED(*status_)) finished.exit_code = WEXITSTATUS(*status_);
  if (WIFSIGNALED(*status_)) finished.signal = WTERMSIG(*status_);
  finished.out = out();
  finished.err = err();
  return finished;
}

void Process::end(int signal_number) {
  signal(signal_number);
  if (!wait(std::chrono::seconds(30))) throw std::runtime_error("a process does not end: " + err());
}

std::string Process::out() const {
  return read_file(directory_ / "out");
}
std::string Process::err() const {
  return read_file(directory_ / "err");
}

Finished run_process(const std::vector<std::string>& arguments,
                     const std::vector<std::pair<std::string, std::string>>& environment) {
  Process process(arguments, environment);
  auto finished = process.wait(std::chrono::minutes(1));
  if (!finished) throw std::runtime_error(arguments.front() + " did not end within a minute");
  return *finished;
}

}  // namespace collector::test
