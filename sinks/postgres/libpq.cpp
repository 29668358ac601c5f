#include "sinks/postgres/libpq.h"

#include <fmt/format.h>

#include <mutex>
#include <optional>
#include <utility>

#include "collector/core/system_library.h"

namespace collector::postgres_store {
namespace {

constexpr const char* package = "libpq5";
// Older ones don't tell the server's name in the TLS handshake (SNI), by which cloud databases find theirs.
constexpr int oldest = 140000;

SinkFailure unusable(std::string what) {
  return {.what = std::move(what),
          .remedy = fmt::format("install a current one: apt-get install {}", package),
          .retry_after = std::nullopt,
          .hold = true};
}

std::expected<Libpq, SinkFailure> load() {
  auto library = SystemLibrary::load("libpq.so.5", package);
  if (!library) return std::unexpected(sink_failure(library.error()));
  Libpq pq;
  library->bind(pq.lib_version, "PQlibVersion")
      .bind(pq.conninfo, "PQconninfo")
      .bind(pq.conninfo_free, "PQconninfoFree")
      .bind(pq.connectdb_params, "PQconnectdbParams")
      .bind(pq.connect_start_params, "PQconnectStartParams")
      .bind(pq.connect_poll, "PQconnectPoll")
      .bind(pq.finish, "PQfinish")
      .bind(pq.status, "PQstatus")
      .bind(pq.socket, "PQsocket")
      .bind(pq.error_message, "PQerrorMessage")
      .bind(pq.set_error_verbosity, "PQsetErrorVerbosity")
      .bind(pq.set_notice_processor, "PQsetNoticeProcessor")
      .bind(pq.setnonblocking, "PQsetnonblocking")
      .bind(pq.send_query, "PQsendQuery")
      .bind(pq.send_query_params, "PQsendQueryParams")
      .bind(pq.flush, "PQflush")
      .bind(pq.consume_input, "PQconsumeInput")
      .bind(pq.is_busy, "PQisBusy")
      .bind(pq.get_result, "PQgetResult")
      .bind(pq.put_copy_data, "PQputCopyData")
      .bind(pq.put_copy_end, "PQputCopyEnd")
      .bind(pq.result_status, "PQresultStatus")
      .bind(pq.result_error_field, "PQresultErrorField")
      .bind(pq.result_error_message, "PQresultErrorMessage")
      .bind(pq.ntuples, "PQntuples")
      .bind(pq.getvalue, "PQgetvalue")
      .bind(pq.getisnull, "PQgetisnull")
      .bind(pq.cmd_tuples, "PQcmdTuples")
      .bind(pq.clear, "PQclear");
  if (!library->missing().empty()) return std::unexpected(unusable(library->missing()));
  if (pq.lib_version() < oldest)
    return std::unexpected(unusable(
        fmt::format("libpq.so.5 has version {}, but at least 14 is needed", pq.lib_version() / 10000)));
  return pq;
}

}  // namespace

std::expected<const Libpq*, SinkFailure> Libpq::get() {
  static std::mutex mutex;
  static std::optional<Libpq> loaded;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    // Asked again after a failure: it may have been installed meanwhile.
    auto now = load();
    if (!now) return std::unexpected(std::move(now.error()));
    loaded = *now;
  }
  return &*loaded;
}

}  // namespace collector::postgres_store
