// World: the built collector in a network of its own, with every sink on a disk of its own, and everything
// that can be done to it. A supervisor starts it again when it ends, as a service manager does; nothing else
// is ever repaired.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/faults/delivered.h"
#include "tests/faults/fault_controls.h"
#include "tests/faults/interfaces.h"
#include "tests/faults/point_server.h"
#include "tests/faults/traffic.h"
#include "tests/program/program.h"
#include "tests/support/namespaces.h"

namespace collector::test {

// COLLECTOR_SOAK_PROGRESS: what happens is printed.
bool soak_progress();

// One of the collector's disks.
struct Disk {
  Disk(const std::filesystem::path& directory, std::size_t bytes)
      : path(directory), device(directory, bytes) {}

  void fill() const;
  void make_room() const;

  std::filesystem::path path;
  SmallDisk device;
};

class World {
 public:
  // Makes the network and the disks, starts the collector and, when it has its first baselines, the traffic.
  explicit World(unsigned seed = 1);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The collector's process. Each throws when the collector does not do as it should.
  void start();
  void await_begun();  // until main() has begun, or the process has ended
  void hang_up();      // SIGHUP, once it reads signals
  void kill_nine();
  void terminate();      // SIGTERM, and it must end in time, with exit code 0
  void keep_running();   // what a service manager does: starts it again if it has ended
  Finished stop();       // SIGTERM, and what it says at its end
  bool listens() const;  // to events of interfaces
  void await_listening();
  Process& process() { return *process_; }

  // What an edit of the configuration differs in from the usual one.
  struct Edit {
    std::string interval = "100ms";
    std::string window = "1s";
    std::string top{};       // further lines
    std::string samplers{};  // likewise
    std::string limits{};    // further ones of interfaces: with others, another sampler takes the place
    std::string sinks{};     // likewise
    std::string local{};     // further settings of that sink
    std::string archive{};   // likewise
    std::string points = ", timeout: 1s";
    std::string deadline = "2s";  // of the shutdown
  };
  void configure(const Edit& edit);  // and remembers it
  void break_configuration(const std::string& text);
  void mend_configuration() { configure(edit_); }

  // The exit codes that the collector may end with by itself while a fault lasts: what it needs at its start
  // is out of order, or there is no memory.
  void excuse(std::set<int> exit_codes);
  void suspend(std::chrono::seconds length);  // between two lives of the process
  void stall_stderr(bool stalled);
  FaultControls& controls() { return *controls_; }
  PointServer& point_server() { return *points_; }
  Disk& state_disk() { return *state_; }
  Disk& history_disk() { return *history_; }
  Disk& archive_disk() { return *archive_; }
  Disk& small_disk() { return *small_; }
  std::filesystem::path database_file() const { return history_->path / "collector.db"; }
  Interfaces& interfaces() { return interfaces_; }
  // Removes spool.db (0), also its log (1), or puts another file in its place (2), once every sink has got
  // what is in it, and waits until that was noticed. False: not removed, since some sink did not get it in
  // time.
  bool remove_spool(int manner);
  // Puts a copy of sink `local`'s file back over what has come since, of which the spool has all, since
  // another sink waits for it too. `end` ends the process, twice; `live` waits in between. False: not begun,
  // since some sink did not get in time what it waited for.
  bool restore_history(const std::function<void()>& end, const std::function<void()>& live);
  // Sink `small` refuses rows of `net`; false: it has no such rows yet, or can't be told.
  bool refuse_rows();
  void accept_rows();
  void burst();  // more over the limited pair than it is believed to carry

  // Waits until every sink has got everything, stops the collector, and compares all there is to compare.
  // What is wrong is a failure of the test (EXPECT_…). The traffic is quiet meanwhile; the collector is left
  // stopped.
  void check();
  void go_on();  // after check()

  const Installation& installation() const { return installation_; }
  Delivered archived() { return json_->read(); }  // while it is stopped

  std::int64_t highest_memory() const { return highest_memory_; }  // resident, in bytes
  void note_memory();

 private:
  std::string text_of(const Edit& edit) const;
  void replace_configuration(const std::string& text) const;
  void ended(const Finished& finished, bool orderly);
  bool is_excused(const Finished& finished) const;
  std::string shortfall() const;
  bool replay_refused();  // whether no dead letters are left
  // Batches that wait for each sink, as the running collector tells; empty: it does not.
  std::map<std::string, std::int64_t> backlogs() const;
  bool nothing_waits();  // also of the process before, and it samples
  void copy_history(const std::filesystem::path& from, const std::filesystem::path& to) const;
  void compare(const std::string& sink, const Delivered& delivered) const;
  void check_levels(const std::filesystem::path& file) const;
  void check_spool() const;

  Installation installation_{""};
  std::unique_ptr<Disk> state_;
  std::unique_ptr<Disk> history_;
  std::unique_ptr<Disk> archive_;
  std::unique_ptr<Disk> small_;
  std::unique_ptr<FaultControls> controls_;
  std::unique_ptr<JsonArchive> json_;
  std::unique_ptr<PointServer> points_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<FrameSender> burst_sender_;
  std::unique_ptr<Traffic> traffic_;
  Interfaces interfaces_;
  std::chrono::seconds suspended_{};
  Edit edit_;
  std::set<int> excused_;
  // All that was excused since the process was started: its end may be seen when the fault is over.
  std::set<int> lived_through_;
  std::int64_t highest_memory_ = 0;
  bool spool_was_removed_ = false;
  bool history_was_restored_ = false;
  bool stderr_stalled_ = false;
  bool spoke_freely_ = true;  // stderr was never stalled in this life of the process
};

}  // namespace collector::test
