// OpenLayer: lays what a running collector has not written yet over a file that is open to be read, as
// temporary tables of the connection: every question finds it beside the rows that no bucket has yet. It is
// laid only over the state of the file that it goes on from, to the row: nothing is there twice, and nothing
// is missing. Used by HistoryFile.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/open_window.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Asks the running collector; nothing: it has not told.
using AskOpenWindow = std::function<std::optional<OpenWindow>()>;

class OpenLayer {
 public:
  explicit OpenLayer(AskOpenWindow ask) : ask_(std::move(ask)) {}

  // Before a question: lays the window, if the file is as it was when that was told, or becomes so within a
  // moment. Gives up for good where it does not: then the file alone answers.
  sqlite::SqliteResult<> lay(const sqlite::Database& database);
  // Within the question's transaction: whether the file is still as it was. Else it has to be laid anew.
  sqlite::SqliteResult<bool> fits(const sqlite::Database& database) const;

  // When that was told which is laid now; nothing: the file alone answers.
  std::optional<WallTime> as_of() const { return is_laid_ ? std::optional(window_->as_of) : std::nullopt; }
  void give_up(const sqlite::Database& database);

 private:
  enum class Place : std::uint8_t { here, file_is_behind, file_is_ahead, elsewhere };
  sqlite::SqliteResult<Place> place(const sqlite::Database& database) const;
  sqlite::SqliteResult<Place> try_to_lay(const sqlite::Database& database);
  sqlite::SqliteResult<> fill(const sqlite::Database& database);

  AskOpenWindow ask_;
  std::optional<OpenWindow> window_;
  bool is_laid_ = false;
  bool has_given_up_ = false;
  std::int64_t version_ = 0;  // of the file that it was laid over
};

}  // namespace collector::history
