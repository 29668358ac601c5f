// What Rates follows: kernel objects with the raw values of their counters, and series with the running
// totals of what was counted under their names. Internal to this folder.
//
//     one measurement in one namespace (Scope)
//       └─ FollowedObject     raw values; found again by its number, whatever it is called by now
//            │ shown by       a rename changes this arrow and nothing else; what is not reported has none
//            ▼
//          FollowedSeries     totals; one that is `other` for a full table shows many objects
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

struct Scope;
struct FollowedSeries;

struct ObjectKey {
  std::uint64_t object = 0;
  const FollowedSeries* series = nullptr;  // only where there are no object numbers
  friend bool operator==(const ObjectKey&, const ObjectKey&) = default;
};

// Where the counters of one kernel object stood.
struct FollowedObject {
  struct Field {
    bool present = false;
    std::uint64_t raw = 0;
    Instant taken{};   // of its own: a field may be absent from a reading
    double ahead = 0;  // SpikeFilter's: by how much its advances are ahead of its bound
  };
  Scope* scope = nullptr;
  ObjectKey key;
  FollowedSeries* series = nullptr;  // that shows it; null: it is not reported
  std::size_t place = 0;             // in series->objects
  std::uint64_t sample = 0;          // number of the last one that it was in
  bool from_store = false;           // not read yet by this process
  bool held = false;                 // the last reading was all zeros: it waits for the next one's verdict
  bool gone = false;                 // the kernel said so: no later reading is of this object
  Instant taken{};                   // the last reading that counted
  Duration tolerance{};              // see Reading
  std::vector<Field> fields;         // one per field of the measurement
};

struct FollowedSeries {
  MeasurementPtr measurement;
  SeriesPtr series;  // null when it was let go
  std::int64_t id = 0;
  std::vector<std::int64_t> totals;  // one per field
  std::vector<bool> total_known;     // the field was seen at least once
  std::vector<FollowedObject*> objects;
  FollowedObject* current = nullptr;  // of these the one it showed last
  bool shared = false;                // shows several objects at once: it is the `other` of a full table
  bool of_other_boot = false;         // what is stored is a former boot's
  bool read = false;                  // in this process
  Instant last_read{};                // of any reading, counted or not
  bool changed = false;               // since the spool was told
  bool stored = false;                // the spool knows it
  bool counted = false;               // something was counted that the spool may not know of
  bool ended = false;                 // its last object is gone
  // As of the sample that it is in: whether that is the first one in this process, and what was before.
  std::uint64_t sample = 0;
  bool first_sample = false;
  Instant read_before{};
  std::optional<std::uint64_t> space_before;
};

// One measurement in one space (network namespace) of the running kernel.
struct Scope {
  std::string measurement;
  std::uint64_t space = 0;
  std::uint64_t sample = 0;          // number of the sample that is being read; 0: none yet
  bool complete = false;             // that sample is: see Sample
  bool known = false;                // an earlier, complete one: a higher object number is a new object
  bool from_store = false;           // which was an earlier process's
  std::uint64_t highest = 0;         // object number in complete samples
  std::uint64_t highest_before = 0;  // the same, before this sample
  bool changed = false;              // sampled since the spool was told of `highest`
  std::optional<Instant> taken;      // of the sample that is being read
  std::optional<Instant> before;     // of the last complete one before
  Duration tolerance{};              // of `taken`
  Duration tolerance_before{};       // of `before`
  struct Hash {
    std::size_t operator()(const ObjectKey& key) const {
      return std::hash<std::uint64_t>{}(key.object) ^ std::hash<const void*>{}(key.series);
    }
  };
  std::unordered_map<ObjectKey, FollowedObject, Hash> objects;  // nodes stay where they are
};

class Followed {
 public:
  Followed(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity);

  // What one reading of the sample is about.
  struct Place {
    Scope* scope = nullptr;
    FollowedSeries* series = nullptr;  // null: not reported
    FollowedObject* object = nullptr;  // null: never read before
  };
  // The sample that is worked out from now on; it must outlive the calls below.
  void begin(const Sample& sample);
  // Of all its readings, in their order.
  Place next(const Reading& reading);
  // Whether one of its readings, before or behind, is or could be of this object, by whatever name: an
  // incomplete sample leaves that open.
  bool may_live_on(const FollowedObject& object);
  // Lets go of the objects that the sample says are gone.
  void end();
  // The series that show nothing any more because of that; until the next begin().
  std::span<const SeriesPtr> ended() const { return ended_; }

  // The object of this place, from now on, as one that was never read, shown under no name.
  FollowedObject& make(Place& place, const Reading& reading);
  void show(FollowedObject& object, FollowedSeries& series);
  void hide(FollowedObject& object);
  // What another namespace's objects counted under this name is over.
  void leave_other_spaces(FollowedSeries& series, std::uint64_t space);

  // Finds or makes what is known of a series.
  FollowedSeries& series(const Series& series);

  // What the spool is to know; see Rates.
  void collect(bool new_only, Baselines& out);
  std::size_t forget_idle(BootTime now, Duration idle_time);
  std::size_t objects() const;
  std::size_t series_known() const { return series_.size(); }

 private:
  // Looks up without making a key.
  using ScopeName = std::pair<std::string_view, std::uint64_t>;
  struct ScopeLess {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return ScopeName(a.first, a.second) < ScopeName(b.first, b.second);
    }
  };
  void load(const Baseline& baseline);
  void load_object(const Baseline::Object& object, FollowedSeries& series);
  Scope& scope(const std::string& measurement, std::uint64_t space);
  Scope& enter_scope(const Reading& reading);
  FollowedSeries& enter_series(const Reading& reading);
  Place find_place(const Reading& reading);
  static ObjectKey key_of(const Reading& reading, const FollowedSeries* series);
  static FollowedObject* find(Scope& scope, const Reading& reading, const FollowedSeries* series);
  void mark_gone();
  void erase(FollowedObject& object);
  Baseline baseline_of(const FollowedSeries& series) const;
  void let_go(FollowedSeries& series);
  void limit_dormant();

  std::string boot_id_;
  std::size_t dormant_capacity_;
  std::unordered_map<std::string, std::unique_ptr<FollowedSeries>> series_;  // by name and tags, as one text
  std::unordered_map<const Series*, FollowedSeries*> by_series_;
  std::map<std::pair<std::string, std::uint64_t>, Scope, ScopeLess> scopes_;  // nodes stay where they are
  std::size_t dormant_ = 0;              // series without a Series object
  std::vector<std::int64_t> forgotten_;  // series of which the spool still knows something

  const Sample* sample_ = nullptr;
  std::uint64_t number_ = 0;  // of the sample; the first is 1
  std::size_t next_ = 0;      // reading
  std::size_t next_gone_ = 0;
  std::vector<Place> ahead_;  // of the readings from `ahead_from_` on, once they were looked for
  std::size_t ahead_from_ = 0;
  std::vector<FollowedObject*> leave_;  // at its end
  std::vector<SeriesPtr> ended_;
  Scope* last_scope_ = nullptr;
};

}  // namespace collector
