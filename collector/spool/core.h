// The spool's inside. Two locks: the disk lock around the file, and the queue index's own for what must be
// answered while the disk stalls; the disk lock is always taken first.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/spool/queue_index.h"
#include "collector/spool/queue_transaction.h"
#include "collector/spool/spool.h"
#include "collector/spool/spool_file.h"

namespace collector {

struct Spool::Core {
  // What the first transaction of a file stores: what happened, and what is left of the one before.
  struct Remains {
    std::vector<std::pair<std::string, std::string>> events;  // kind, text
    QueueIndex::Remains queue;
  };
  using Body = std::function<sqlite::SqliteResult<>(QueueTransaction&)>;
  using Committed = std::function<void(QueueTransaction&)>;

  explicit Core(Options given) : options(std::move(given)), path(options.directory / "spool.db") {}

  Result<> open();
  std::expected<void, OpenFailure> load_file();
  std::expected<void, OpenFailure> load_queue();
  void adopt_machine();
  SpoolResult<> ensure_file();
  // Also sees whether the open one is still where it was.
  SpoolResult<> check_in_place();
  SpoolResult<> check_log_in_place();
  SpoolResult<> replace_file(const std::string& reason);
  // The file is gone: the next one begins with what is in memory.
  SpoolResult<> start_over(const char* event, std::string text);

  // Runs `body` in one transaction with all that is pending; `committed` before sinks can see the result. A
  // damaged file is replaced and the transaction run again.
  SpoolResult<> transact(const Body& body, const Committed& committed = {});
  sqlite::SqliteResult<> try_transact(const Body& body, const Committed& committed);
  sqlite::SqliteResult<> store_remains(QueueTransaction& transaction) const;
  sqlite::SqliteResult<> add_event(QueueTransaction& transaction, const std::string& kind,
                                   const std::string& text) const;
  SpoolState aged(Instant now);
  void look_at_events();
  void measure_file();

  void mark_handed(const std::string& sink, std::uint64_t through);
  // What is planned for a sink once the file has taken all that the configuration says of it, so that its
  // progress is known; under the disk lock.
  SpoolResult<QueueChange> settled_plan(const std::string& sink);
  SpoolResult<std::vector<BatchPtr>> read(const std::string& sink, std::size_t max_rows);
  struct Damaged {
    std::uint64_t number;
    Origin origin;
    std::uint64_t previous;
    std::string why;
  };
  SpoolResult<> give_up(const std::vector<Damaged>& damaged);

  sqlite::SqliteResult<> limit_dead_letters(QueueTransaction& transaction, const std::string& sink,
                                            std::uint64_t limit, DeadLetterCounts& counts);
  sqlite::SqliteResult<Replayed> replay(QueueTransaction& transaction, const std::string& from,
                                        const std::string& to);
  DeadLetterCounts counted_dead_letters() const;
  void count_dead_letters();  // those on disk, where there were some
  void set_dead_letters(DeadLetterCounts counts);

  const Options options;
  const std::filesystem::path path;
  // These never change once open() has returned.
  Uuid source;
  std::uint64_t opened_after = 0;  // the last number before

  std::mutex disk_mutex;
  std::unique_ptr<SpoolFile> file;
  bool closed = false;
  SpoolState state;
  std::uint64_t next_sequence = 1;
  std::int64_t next_series = 1;     // for a file that replaces this one
  std::optional<BootTime> touched;  // when the spool's own time was last moved
  std::optional<Remains> remains;
  Baselines loaded;

  QueueIndex index;
  RetentionClock retention;
  std::atomic<std::uint64_t> file_size{0};
  std::atomic<std::uint64_t> gaps{0};
  mutable std::mutex figures_mutex;  // for what follows
  Uuid epoch;
  DeadLetterCounts dead_letters;
  std::vector<SpoolEvent> events;  // the last few, newest first
};

SpoolError spool_error(const sqlite::SqliteError& error);

}  // namespace collector
