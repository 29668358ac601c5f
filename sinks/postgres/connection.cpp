#include "sinks/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "collector/core/numbers.h"
#include "config/mask.h"

namespace collector::postgres_store {
namespace {

std::string trimmed(std::string_view text) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  return mask_credentials(text);
}

PgError error_of(const Libpq& pq, const PGresult* result) {
  const auto field = [&](int code) {
    const char* text = pq.result_error_field(result, code);
    return text == nullptr ? std::string() : trimmed(text);
  };
  PgError error{.sqlstate = field(PG_DIAG_SQLSTATE)};
  error.message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (error.message.empty()) error.message = trimmed(pq.result_error_message(result));
  error.detail = field(PG_DIAG_MESSAGE_DETAIL);
  error.hint = field(PG_DIAG_MESSAGE_HINT);
  error.table = field(PG_DIAG_TABLE_NAME);
  error.constraint = field(PG_DIAG_CONSTRAINT_NAME);
  return error;
}

bool is_good(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

std::string PgError::text() const {
  std::string out = message;
  if (!detail.empty()) out += " (" + detail + ")";
  if (!hint.empty()) out += "; hint: " + hint;
  if (!sqlstate.empty() && !connecting) out += fmt::format(" [SQLSTATE {}]", sqlstate);
  return out;
}

std::int64_t Result::integer(int row, int column) const {
  return parse_signed(text(row, column)).value_or(0);
}

std::int64_t Result::affected() const {
  return parse_signed(pq_->cmd_tuples(result_.get())).value_or(0);
}

PgError Connection::lost() {
  broken_ = true;
  return {.sqlstate = "",
          .message = "the connection was lost: " + trimmed(pq_->error_message(handle_.get()))};
}

PgResult<> Connection::wait(bool for_writing) {
  pollfd waiting{.fd = pq_->socket(handle_.get()), .events = POLLIN, .revents = 0};
  if (for_writing) waiting.events |= POLLOUT;
  const auto most = std::chrono::ceil<std::chrono::milliseconds>(timeout_).count();
  int ready = 0;
  do
    ready = poll(&waiting, 1, static_cast<int>(most));
  while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    broken_ = true;
    return std::unexpected(
        PgError{.sqlstate = "",
                .message = fmt::format("the server was silent for {} s",
                                       std::chrono::ceil<std::chrono::seconds>(timeout_).count()),
                .timed_out = true});
  }
  // What the server has to say may be why it does not read any more.
  if (ready < 0 ||
      ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && pq_->consume_input(handle_.get()) == 0))
    return std::unexpected(lost());
  return {};
}

PgResult<> Connection::flush() {
  while (true) {
    const int state = pq_->flush(handle_.get());
    if (state == 0) return {};
    if (state < 0) return std::unexpected(lost());
    if (auto ready = wait(true); !ready) return ready;
  }
}

PgResult<> Connection::start(const std::string& sql) {
  if (broken_ || pq_->send_query(handle_.get(), sql.c_str()) == 0) return std::unexpected(lost());
  return flush();
}

PgResult<std::optional<Result>> Connection::next() {
  while (pq_->is_busy(handle_.get()) != 0)
    if (auto ready = wait(false); !ready) return std::unexpected(ready.error());
  PGresult* raw = pq_->get_result(handle_.get());
  if (raw == nullptr) return std::nullopt;
  const auto status = pq_->result_status(raw);
  Result result(*pq_, raw);
  if (is_good(status) || status == PGRES_COPY_IN) {
    ++answers_;
    return result;
  }
  PgError error = error_of(*pq_, raw);
  if (error.sqlstate.empty()) {
    broken_ = true;
    error.message = "the connection was lost: " + error.message;
  }
  drain();
  return std::unexpected(std::move(error));
}

void Connection::drain() {
  while (true) {
    while (pq_->is_busy(handle_.get()) != 0)
      if (!wait(false)) return;
    PGresult* rest = pq_->get_result(handle_.get());
    if (rest == nullptr) break;
    const bool copying = pq_->result_status(rest) == PGRES_COPY_IN;
    pq_->clear(rest);
    if (copying && !end_copy("given up")) return;
  }
}

PgResult<Result> Connection::last_result() {
  std::optional<Result> last;
  while (true) {
    auto result = next();
    if (!result) return std::unexpected(std::move(result.error()));
    if (!*result) break;
    last = std::move(**result);
  }
  if (!last) return std::unexpected(PgError{.sqlstate = "", .message = "the server gave no answer"});
  return std::move(*last);
}

PgResult<Result> Connection::run(const std::string& sql) {
  if (auto sent = start(sql); !sent) return std::unexpected(sent.error());
  return last_result();
}

PgResult<Result> Connection::run(const std::string& sql, std::span<const Parameter> parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Parameter& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  if (broken_ || pq_->send_query_params(handle_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                        values.data(), nullptr, nullptr, 0) == 0)
    return std::unexpected(lost());
  if (auto sent = flush(); !sent) return std::unexpected(sent.error());
  return last_result();
}

PgResult<> Connection::put(std::string_view data) {
  // Zero: its buffer is full.
  while (true) {
    const int taken = pq_->put_copy_data(handle_.get(), data.data(), static_cast<int>(data.size()));
    if (taken > 0) break;
    if (taken < 0) return std::unexpected(lost());
    if (auto ready = wait(true); !ready) return ready;
  }
  return flush();
}

PgResult<> Connection::end_copy(const char* refusal) {
  while (true) {
    const int done = pq_->put_copy_end(handle_.get(), refusal);
    if (done > 0) return flush();
    if (done < 0) return std::unexpected(lost());
    if (auto ready = wait(true); !ready) return ready;
  }
}

}  // namespace collector::postgres_store
