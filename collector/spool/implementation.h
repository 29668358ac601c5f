// The spool behind its façade. Two locks: the disk lock around the file, and the board's own for what must be
// answered while the disk stalls; the disk lock is always taken first.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "collector/spool/board.h"
#include "collector/spool/notes_store.h"
#include "collector/spool/spool.h"
#include "collector/spool/spool_file.h"
#include "collector/spool/work.h"

namespace collector {

class Spool::Implementation {
 public:
  explicit Implementation(Options options);

  Result<> open();
  SpoolResult<> close();

  SpoolResult<BatchPtr> append(Batch& batch, const Baselines& baselines);
  SpoolResult<std::vector<BatchPtr>> read(const std::string& sink, std::size_t max_rows);
  SpoolResult<> commit();
  SpoolResult<> new_epoch(const std::string& why);
  SpoolResult<> record_gap(const std::string& sink, std::uint64_t from, std::uint64_t to);
  SpoolResult<> add_dead_letters(std::span<const DeadLetter> letters);
  SpoolResult<std::vector<DeadLetter>> dead_letters(const std::string& sink, std::size_t at_most);
  SpoolResult<std::size_t> replay_dead_letters(const std::string& sink);
  SpoolResult<> record_event(const std::string& kind, const std::string& text);
  SpoolResult<std::vector<SpoolEvent>> events(std::size_t at_most);

  Baselines take_baselines();
  const Uuid& source() const { return source_; }
  std::uint64_t before_opening() const { return before_opening_; }
  Uuid epoch() const;
  std::uint64_t file_size() const { return file_size_; }
  Board& board() { return board_; }
  RetentionClock& retention() { return retention_; }
  SpoolFigures figures() const;
  std::uint64_t dead_letters_of(const std::string& sink) const;

 private:
  // What a fresh file is given in its first transaction.
  struct Seed {
    std::vector<std::pair<std::string, std::string>> events;  // kind, text
    Board::Remains remains;
  };
  using Body = std::function<sqlite::SqliteResult<>(Work&)>;
  using Committed = std::function<void(Work&)>;

  std::expected<void, OpenFailure> load_file();
  void adopt_machine();
  SpoolState touched(Instant now);
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
  sqlite::SqliteResult<> plant(Work& work) const;
  template <typename T>
  SpoolResult<T> query(const std::function<sqlite::SqliteResult<T>()>& body);

  void mark_handed(const std::string& sink, std::uint64_t through);
  struct Damaged {
    std::uint64_t sequence;
    std::uint64_t previous;
    std::string only_sink;
    std::string why;
  };
  sqlite::SqliteResult<> read_range(const std::string& sink, const ReadRange& range,
                                    std::vector<BatchPtr>& out, std::vector<Damaged>& damaged);
  SpoolResult<> give_up(const std::vector<Damaged>& damaged);
  sqlite::SqliteResult<> replay(Work& work, const std::string& sink, std::size_t& rows);
  SpoolError spool_error(const sqlite::SqliteError& error) const;
  void measure_file();
  void look_at_notes();

  const Options options_;
  const std::filesystem::path path_;
  // These never change once open() has returned.
  Uuid source_;
  std::uint64_t before_opening_ = 0;

  std::mutex disk_mutex_;
  std::unique_ptr<SpoolFile> file_;
  bool closed_ = false;
  SpoolState state_;
  std::uint64_t next_sequence_ = 1;
  std::int64_t next_series_ = 1;     // for a file that replaces this one
  std::optional<BootTime> touched_;  // when the spool's own time was last moved
  std::optional<Seed> seed_;
  Baselines loaded_;

  mutable std::mutex epoch_mutex_;
  Uuid epoch_;
  std::atomic<std::uint64_t> file_size_{0};
  std::atomic<std::uint64_t> gaps_{0};
  mutable std::mutex notes_mutex_;  // for what figures() tells of the notes
  NotesSummary notes_;
  Board board_;
  RetentionClock retention_;
};

}  // namespace collector
