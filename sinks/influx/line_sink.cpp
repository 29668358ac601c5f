#include "sinks/influx/line_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/plural.h"

namespace collector::influx {
namespace {

constexpr std::string_view version_state = "version=";
// Each is a line of the log and of the status.
constexpr std::size_t most_conflicts = 100;

LineProtocolOptions options_of(const LineSinkSettings& settings) {
  LineProtocolOptions options{
      .format = settings.format, .precision = settings.destination.precision, .prefix = settings.prefix};
  if (!settings.filter.empty())
    options.wanted = [filter = settings.filter](const Measurement& measurement, const Column& column) {
      return filter.takes(measurement, column.name);
    };
  return options;
}

}  // namespace

LineSink::LineSink(LineSinkSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      log_name_("sink/" + settings_.name),
      writer_(options_of(settings_)),
      tag_watch_(settings_.filter.include()) {}

std::expected<OpenedSink, SinkFailure> LineSink::open(const OpenRequest& request) {
  close();
  if (!settings_.mistake.empty())
    return std::unexpected(
        SinkFailure{.what = settings_.mistake, .remedy = settings_.remedy, .retry_after = {}, .hold = true});
  auto connection = HttpConnection::make(clock_, settings_.connection);
  if (!connection) return std::unexpected(failure_of(connection.error()));
  connection_ = std::move(*connection);
  const auto version = find_version(request.state);
  if (!version) {
    connection_.reset();
    return std::unexpected(version.error());
  }
  ignored_.begin(*connection_, settings_.connection.url);
  sender_ =
      std::make_unique<LineSender>(*connection_, LineSender::Settings{.destination = settings_.destination,
                                                                      .version = *version,
                                                                      .compress = settings_.compress,
                                                                      .largest_body = largest_body_});
  return OpenedSink{};
}

// What the settings say, or what it was the last time, or what the server says, or what it answers to.
std::expected<Version, SinkFailure> LineSink::find_version(const std::string& state) {
  if (settings_.version) {
    auto greeted = greet(*settings_.version);
    if (!greeted) return std::unexpected(greeted.error());
    if (greeted->failure) return std::unexpected(*greeted->failure);
    return *settings_.version;
  }
  std::vector<Version> candidates;
  if (version_)
    candidates = {*version_};
  else if (!probe_again_ && state.starts_with(version_state))
    if (const auto known = parse_version(std::string_view(state).substr(version_state.size())))
      candidates = {*known};
  version_.reset();
  if (candidates.empty()) {
    const auto told = ping();
    if (!told) return std::unexpected(told.error());
    if (*told) candidates = {**told};
  }
  for (const Version version : {Version::two, Version::one, Version::three})
    candidates.push_back(version);
  SinkFailure failure;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto greeted = greet(candidates[i]);
    if (!greeted) return std::unexpected(greeted.error());
    if (!greeted->failure) {
      // VictoriaMetrics takes the second way too, and says there that it is the first.
      version_ = greeted->told.value_or(candidates[i]);
      probe_again_ = false;
      return *version_;
    }
    if (i == 0) failure = *greeted->failure;
    if (!greeted->unknown_path) return std::unexpected(*greeted->failure);
  }
  return std::unexpected(failure);
}

std::expected<std::optional<Version>, SinkFailure> LineSink::ping() {
  const auto answer =
      connection_->perform({.url = settings_.destination.url.text() + "/ping",
                            .authorization = authorization(settings_.destination, Version::three)});
  if (!answer) return std::unexpected(failure_of(answer.error()));
  return version_of(*answer);
}

std::expected<LineSink::Greeted, SinkFailure> LineSink::greet(Version version) {
  const auto answer = connection_->perform({.method = HttpRequest::Method::post,
                                            .url = write_url(settings_.destination, version),
                                            .authorization = authorization(settings_.destination, version),
                                            .body = ""});
  if (!answer) return std::unexpected(failure_of(answer.error()));
  Greeted greeted{.failure = {}, .unknown_path = is_unknown_path(*answer), .told = version_of(*answer)};
  Verdict verdict = judge_greeting(*answer, settings_.destination, version);
  if (verdict.kind != Verdict::Kind::taken) greeted.failure = std::move(verdict.failure);
  return greeted;
}

std::expected<Written, SinkFailure> LineSink::write(std::span<const BatchPtr> batches) {
  if (!sender_)
    return std::unexpected(
        SinkFailure{.what = "the Influx sink is not open", .remedy = "", .retry_after = {}, .hold = false});
  auto written = write_all(batches);
  largest_body_ = sender_->largest_body();
  block_ = {};
  sender_->release_memory();
  if (!written) {
    version_.reset();
    probe_again_ = true;
    sender_.reset();
    return written;
  }
  left_out_ += written->left_out_rows;
  ignored_.compare(*connection_, settings_.connection.url, clock_.now().boot, false);
  if (!settings_.version)
    written->state = std::string(version_state) + std::to_string(static_cast<int>(sender_->version()));
  return written;
}

std::expected<Written, SinkFailure> LineSink::write_all(std::span<const BatchPtr> batches) {
  Written written;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const Batch& batch = *batches[i];
    writer_.begin(batch);
    for (std::size_t row = 0; row < batch.rows.size(); ++row) {
      if (settings_.filter.takes(batch.rows[row].series->measurement()))
        tag_watch_.see(*batch.rows[row].series);
      if (!settings_.filter.takes(*batch.rows[row].series)) {
        ++written.left_out_rows;
        continue;
      }
      watch_stamps(batch, row);
      add(batch, i, row, written);
      if (!is_full()) continue;
      if (auto sent = send(written.rejected); !sent) return std::unexpected(sent.error());
    }
  }
  if (auto sent = send(written.rejected); !sent) return std::unexpected(sent.error());
  return written;
}

// With stamps in seconds two windows of a series may get one: a window lived twice, and one that a stop has
// cut short. The later one overwrites the other.
void LineSink::watch_stamps(const Batch& batch, std::size_t index) {
  if (settings_.destination.precision != TimePrecision::seconds) return;
  const auto second = [](const Row& row) { return std::chrono::floor<std::chrono::seconds>(row.end); };
  const Row& row = batch.rows[index];
  const Row* before = index == 0 ? nullptr : &batch.rows[index - 1];  // rows are sorted by series, then time
  const bool twice = before != nullptr && before->series == row.series && second(*before) == second(row);
  overwrote_ |= twice || (row.flags & flag::clock) != 0;
}

void LineSink::add(const Batch& batch, std::size_t index, std::size_t row, Written& written) {
  const std::size_t before = block_.text.size();
  switch (writer_.append(batch.rows[row], block_.text)) {
    case LineAppended::written:
      break;
    case LineAppended::empty:
      written.left_out_rows += settings_.filter.empty() ? 0 : 1;  // none of its fields is wanted
      return;
    case LineAppended::unnamed:
      written.rejected.push_back(
          {index, row,
           fmt::format("the line of {} would have no name, or that of another series, which it "
                       "would overwrite; rename the label that is named like one of its tags",
                       batch.rows[row].series->text())});
      return;
  }
  block_.lines.push_back(
      {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(row), before, block_.text.size()});
}

// Short of what the server takes at most: the next line would be too much.
bool LineSink::is_full() const {
  return block_.lines.size() >= settings_.max_lines ||
         block_.text.size() >= std::min(settings_.max_size, largest_body_ - largest_body_ / 8);
}

std::expected<void, SinkFailure> LineSink::send(std::vector<RejectedRow>& rejected) {
  if (block_.lines.empty()) return {};
  const auto refused = sender_->send(block_);
  if (!refused) return std::unexpected(refused.error());
  for (const RefusedLine& line : *refused) {
    rejected.push_back({block_.lines[line.line].batch, block_.lines[line.line].row, line.why});
    if (is_type_conflict(line.why))
      explain(fmt::format("{}: {}", measurement_of(block_.line(line.line)), line.why));
  }
  block_.clear();
  return {};
}

std::string LineSink::found() const {
  if (!sender_) return {};
  return fmt::format("{}{} accepts the login ({})", settings_.destination.url.text(),
                     path_of(sender_->version()), place_of(settings_.destination, sender_->version()));
}

void LineSink::explain(const std::string& conflict) {
  if (conflicts_.size() >= most_conflicts || !conflicts_.insert(conflict).second) return;
  log::warning(
      log_name_,
      "{}: the server keeps the type that came first, and refuses rows with the other; they are kept as "
      "dead letters. Drop the old measurement there, write under another name (prefix:), or leave the "
      "field out (exclude: {{fields: [MEASUREMENT.FIELD]}}); then collector replay",
      conflict);
}

void LineSink::close() {
  if (sender_ && connection_)
    ignored_.compare(*connection_, settings_.connection.url, clock_.now().boot, true);
  sender_.reset();
  connection_.reset();
  block_ = {};
}

std::vector<SinkNote> LineSink::notes() const {
  std::vector<SinkNote> notes;
  for (const std::string& conflict : conflicts_)
    notes.push_back({"conflict", conflict + ": rows with it are kept as dead letters", true});
  if (!ignored_.warning().empty()) notes.push_back({"ignored", ignored_.warning(), true});
  std::ranges::move(tag_watch_.notes(), std::back_inserter(notes));
  if (left_out_ > 0)
    notes.push_back({"filter",
                     counted(left_out_, "row was", "rows were") + " left out as include and exclude say",
                     false});
  if (settings_.destination.precision == TimePrecision::seconds)
    notes.push_back({"precision",
                     overwrote_
                         ? "with precision: s, windows that end in one second (lived twice because the clock "
                           "was set back, or cut short by a stop) have overwritten each other; ms keeps them "
                           "apart"
                         : "with precision: s, windows that are lived twice because the clock is set back "
                           "will overwrite each other; ms keeps them apart",
                     overwrote_});
  return notes;
}

}  // namespace collector::influx
