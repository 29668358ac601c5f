// SeriesIds: the numbers that series have in the database. A number stands for measurement, host, labels and
// tags together, within its source, and follows from them (a hash), so that no sync has to ask the server for
// it; the server is told the definition until it is known to be there, and compares: two definitions of one
// number are told apart by another hash. (The spool's numbers would not do: they begin again with a new
// spool, and labels are not part of them.) Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"

namespace collector::postgres_store {

struct TableLayout;

struct SeriesEntry {
  std::weak_ptr<const Series> series;  // whoever else has let it go asks for its number no more
  std::int64_t id = 0;
  std::uint64_t salt = 0;
  bool known = false;                   // the database has it, unless somebody has deleted it (see Writer)
  const TableLayout* layout = nullptr;  // of the table that its last row belongs to
  std::string measurement;
  std::string host;
  std::vector<Tag> tags;  // labels (without host) and tags; a tag hides a label of its name
  std::string tags_json;
  std::uint64_t keys_hash = 0;  // of the names of its tags
};

class SeriesIds {
 public:
  // The following series are of this batch's source and labels.
  void begin(const Batch& batch);
  // Stays where it is until trim() or clear().
  SeriesEntry& entry(const Series& series);

  // The database may have lost them all, or those of one source.
  void forget();
  void forget(const Uuid& source);
  // Another number for those of these that the database does not have yet.
  void renumber(const std::vector<std::int64_t>& ids);

  // Lets go of series that nobody else holds, now and then.
  void trim();
  void clear();

 private:
  struct Owner {
    Uuid source;
    std::vector<Tag> labels;
    std::unordered_map<std::int64_t, SeriesEntry> by_spool_id;
    // The spool has not numbered these: by what they are.
    std::unordered_map<std::string, SeriesEntry> by_text;
  };
  template <typename Visit>
  static void for_each(Owner& owner, Visit&& visit);

  std::vector<std::unique_ptr<Owner>> owners_;
  Owner* owner_ = nullptr;
  std::size_t trim_at_ = 1024;  // number of series at which those that are gone are looked for
};

}  // namespace collector::postgres_store
