// Chaos: a sequence of faults upon one world. A step is something that happens (a kill, a clock step) or the
// beginning of a fault that lasts for some steps and then ends by itself. What a step does is drawn from a
// seed of its own, so that a run's steps are the same again for the same seed.
#pragma once

#include <functional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/faults/world.h"

namespace collector::test {

class Chaos {
 public:
  explicit Chaos(World& world) : world_(world) {}
  ~Chaos();
  Chaos(const Chaos&) = delete;
  Chaos& operator=(const Chaos&) = delete;

  struct Step {
    const char* name;
    void (Chaos::*act)();
  };
  static std::span<const Step> steps();
  static const Step& step(std::string_view name);

  void act(const Step& step, std::uint64_t seed);
  void calm();  // ends every fault that still lasts

 private:
  // What lasts: `lift` ends it. One at a time per subject, a further one is left out.
  struct Lasting {
    std::string subject;
    int steps;
    std::function<void()> lift;
    std::set<int> excuses{};  // exit codes: World::excuse()
  };
  bool free(const std::string& subject) const;
  void last(Lasting fault);
  void set_excuses();
  void lift(const std::function<bool(const Lasting&)>& which);

  int draw(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
  Disk& draw_sink_disk();
  void run_for(std::chrono::milliseconds time) const;
  bool draws_a_kill();
  void end_process();
  std::string next_name(const char* family);
  void disk_fault(Disk& disk, const std::string& subject, const std::function<void(Disk&)>& begin);
  void plug_and_use(const std::string& one, const std::string& other);
  void come_and_go(int pairs);

  void kill_nine();
  void terminate();
  void pause_process();
  void edit();
  void broken_edit();
  void burst();
  void sink_locked();
  void sink_slow();
  void sink_errors();
  void sink_read_only();
  void sink_hung();
  void sink_disk_full();
  void rows_refused();
  void server_fault(PointServer::Manner manner);
  void server_slow() { server_fault(PointServer::Manner::slow); }
  void server_errors() { server_fault(PointServer::Manner::errors); }
  void server_hung() { server_fault(PointServer::Manner::hung); }
  void server_answers_lost() { server_fault(PointServer::Manner::answers_lost); }
  void network_down();
  void rtnetlink_slow();
  void state_full();
  void state_stalled();
  void state_errors();
  void state_read_only();
  void state_mounted_read_only();
  void spool_removed();
  void history_restored();
  void clock_forward();
  void clock_back();
  void clock_wrong_at_start();
  void suspended();
  void hot_plug();
  void renamed();
  void made_again();
  void short_lived();
  void two_hundred_short_lived();
  void series_table_full();
  void stderr_stalled();
  void descriptors_exhausted();
  void memory_limited();

  World& world_;
  std::mt19937_64 random_;
  std::vector<Lasting> lasting_;
  int names_ = 0;
  std::string plugged_;            // the last pair of hot_plug()
  std::vector<std::string> many_;  // of series_table_full()
};

}  // namespace collector::test
