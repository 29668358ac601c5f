// A child process of the test: started, fed with signals, waited for, its output collected.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace collector::test {

struct Finished {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;
  std::string out;
  std::string err;
};

class Process {
 public:
  // Starts it with stdout and stderr going to files of its own. `environment` is added to the test's;
  // `prepare` is called in the child before the program takes over.
  explicit Process(const std::vector<std::string>& arguments,
                   const std::vector<std::pair<std::string, std::string>>& environment = {},
                   const std::function<void()>& prepare = {});
  ~Process();  // kills and reaps it
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  bool running();
  // Throws when it has not ended half a minute after the signal.
  void end(int signal_number);
  // Nothing when it does not end in time.
  std::optional<Finished> wait(std::chrono::milliseconds at_most);
  std::string err() const;  // so far
  std::string out() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  std::filesystem::path directory_;
};

// Runs it to its end; throws when that takes longer than a minute.
Finished run_process(const std::vector<std::string>& arguments,
                     const std::vector<std::pair<std::string, std::string>>& environment = {});

}  // namespace collector::test
