// Connection: one session with a server, in which nothing waits longer than agreed: each wait for the server
// ends when it has been silent for `timeout`. Keeps no state in the session, so that consecutive
// transactions may run in different ones (PgBouncer, Neon's pooler). Used by one thread.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"
#include "sinks/postgres/libpq.h"

namespace collector::postgres_store {

// What went wrong, as the server or libpq put it; passwords masked.
struct PgError {
  std::string sqlstate{};  // empty: the server has not answered
  std::string message{};
  std::string detail{};
  std::string hint{};
  std::string table{};
  std::string constraint{};
  bool connecting = false;  // there was no session yet
  bool timed_out = false;

  std::string text() const;  // one line: message, detail, hint, SQLSTATE
};

template <typename T = void>
using PgResult = std::expected<T, PgError>;

// "FATAL:  28P01: password authentication failed": the code in what libpq says in its verbose form.
std::string sqlstate_in(std::string_view message);
// `text` without these secrets, and without what looks like one.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

// The rows of a statement, as text.
class Result {
 public:
  Result(const Libpq& pq, PGresult* result) : pq_(&pq), result_(result, pq.clear) {}
  int rows() const { return pq_->ntuples(result_.get()); }
  bool null(int row, int column) const { return pq_->getisnull(result_.get(), row, column) != 0; }
  std::string_view text(int row, int column) const { return pq_->getvalue(result_.get(), row, column); }
  std::int64_t integer(int row, int column) const;  // 0 when it is none
  std::int64_t affected() const;                    // rows that a command without result has changed
  bool wants_copy() const { return pq_->result_status(result_.get()) == PGRES_COPY_IN; }

 private:
  const Libpq* pq_;
  std::unique_ptr<PGresult, decltype(Libpq::clear)> result_;
};

// A parameter in text form; nothing: NULL.
using Parameter = std::optional<std::string>;

class Connection {
 public:
  struct Options {
    std::string conninfo;  // URI or "keyword=value …"; empty: environment, service and password files
    Duration connect_timeout = std::chrono::seconds(15);  // unless the conninfo or PGCONNECT_TIMEOUT says
    Duration timeout = std::chrono::seconds(60);
  };
  // Bounded by `connect_timeout`, once more that for each address when the first does not answer, and by the
  // system's resolver.
  static PgResult<Connection> open(const Libpq& pq, const Options& options);

  // One statement in one round trip; `sql` names parameters $1, $2 …
  PgResult<Result> run(const std::string& sql, std::span<const Parameter> parameters);
  // Statements without parameters, several at a time in one round trip; the last one's result.
  PgResult<Result> run(const std::string& sql);

  // For COPY: sends statements, and fetches their results one by one until there is none. While one
  // wants_copy(), data is put and the copy ended before the next is fetched. After an error the rest is
  // fetched and thrown away.
  PgResult<> start(const std::string& sql);
  PgResult<std::optional<Result>> next();
  PgResult<> put(std::string_view data);
  // `refusal`: makes this COPY, and with it its transaction, fail.
  PgResult<> end_copy(const char* refusal = nullptr);

  // Results that came and were no errors: as many as before mean that nothing was done meanwhile, as far as
  // is known.
  std::uint64_t answers() const { return answers_; }
  bool is_lost() const { return broken_ || pq_->status(handle_.get()) == CONNECTION_BAD; }
  const std::string& where() const { return where_; }  // "database neondb on ep-x.neon.tech:5432"

 private:
  using Handle = std::unique_ptr<PGconn, decltype(Libpq::finish)>;
  Connection(const Libpq& pq, Handle handle, Duration timeout)
      : pq_(&pq), handle_(std::move(handle)), timeout_(timeout) {}
  PgResult<> flush();
  PgResult<> wait(bool for_writing);
  PgResult<Result> last_result();
  void drain();
  PgError lost();

  const Libpq* pq_;
  Handle handle_;
  Duration timeout_;
  std::string where_;
  std::uint64_t answers_ = 0;
  bool broken_ = false;  // nothing more is to be expected of it
};

}  // namespace collector::postgres_store
