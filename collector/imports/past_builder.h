// PastBuilder: collects what a reader finds, and refuses what can't be true: amounts that no line can move,
// times before there were such programs or ahead of the clock, the same time twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "collector/imports/past_reader.h"

namespace collector::imports {

struct Name {
  std::string host;
  std::string interface;
  friend auto operator<=>(const Name&, const Name&) = default;
};

struct Bytes {
  std::int64_t received = 0;
  std::int64_t sent = 0;
};

// Adds one reading; false, and nothing is added, when it is none or too much.
bool add_reading(Bytes& into, const Bytes& reading);

class PastBuilder {
 public:
  explicit PastBuilder(const Asked& asked) : asked_(&asked) {}  // which outlives it

  const Asked& asked() const { return *asked_; }

  // `where` names the line or row in messages. An interface that was not asked for is passed over.
  void day(const Name& name, history::LocalDays date, const Bytes& bytes, const std::string& where);
  // The hour that clocks show so.
  void hour(const Name& name, history::LocalSeconds start, const Bytes& bytes, const std::string& where);
  void hour(const Name& name, const history::Interval& time, const Bytes& bytes, const std::string& where);
  // What ends later was not over; without it, what lies behind the clock is.
  void until(const Name& name, history::Seconds moment);

  void refuse(const std::string& where, const std::string& reason);
  void note(std::string text) { past_.notes.push_back(std::move(text)); }
  ReadPast take();

 private:
  struct Pieces {
    std::map<history::Seconds, history::PastPiece> days, hours;
    std::optional<history::Seconds> until;
  };
  bool is_wanted(const Name& name, const std::string& where);
  bool is_possible(const history::Interval& time, const Bytes& bytes, const std::string& where);
  void add(std::map<history::Seconds, history::PastPiece>& to, const history::Interval& time,
           const Bytes& bytes, const std::string& where);

  const Asked* asked_;
  std::map<Name, Pieces> pieces_;
  std::set<std::string> not_asked_;  // interfaces that are in the file
  std::int64_t total_ = 0;
  ReadPast past_;
};

}  // namespace collector::imports
