#include "sinks/postgres/postgres_sink.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "sinks/postgres/addressed.h"
#include "sinks/postgres/check.h"
#include "sinks/postgres/conninfo.h"
#include "sinks/postgres/definition.h"
#include "sinks/postgres/failure.h"
#include "sinks/postgres/offer.h"
#include "sinks/postgres/resume_token.h"
#include "sinks/postgres/retention.h"
#include "sinks/postgres/writer.h"

namespace collector::postgres_store {
namespace {

// Less is work in progress.
constexpr Duration idle_from = std::chrono::seconds(1);

Options named(const SinkContext& context) {
  auto options = options_of(context.settings);
  options.sink = context.name;
  options.component = "sink/" + context.name;
  return options;
}

class PostgresSink final : public Sink {
 public:
  explicit PostgresSink(const SinkContext& context)
      : options_(named(context)),
        every_(context.every),
        clock_(context.clock),
        writer_(options_, context.format),
        retention_(options_) {}

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest& request) override;
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override;
  void close() override { connection_.reset(); }
  std::vector<SinkNote> notes() const override;

 private:
  std::expected<void, SinkFailure> connect();
  std::expected<Writer::Done, SinkFailure> write_rows(std::span<const BatchPtr> batches);
  std::expected<OpenedSink, SinkFailure> read_position(const OpenRequest& request);

  const Options options_;
  const Duration every_;
  const Clock& clock_;
  Writer writer_;
  Retention retention_;
  KeepRejected keep_rejected_;
  std::optional<Connection> connection_;
  BootTime used_{};        // when the connection was used last
  bool in_doubt_ = false;  // the last attempt failed: what the database holds is to be asked
};

std::expected<void, SinkFailure> PostgresSink::connect() {
  close();
  const auto pq = Libpq::get();
  if (!pq) return std::unexpected(pq.error());
  auto connection = Connection::open(**pq, {.conninfo = options_.conninfo,
                                            .connect_timeout = std::chrono::seconds(15),
                                            .timeout = options_.timeout});
  if (!connection) return std::unexpected(to_failure(connection.error(), "", "connect"));
  connection_ = std::move(*connection);
  used_ = clock_.now().boot;
  return {};
}

std::expected<OpenedSink, SinkFailure> PostgresSink::open(const OpenRequest& request) {
  keep_rejected_ = request.keep_rejected;
  if (auto connected = connect(); !connected) return std::unexpected(std::move(connected.error()));

  const auto token = ResumeToken::parse(request.state);
  if (token)
    for (const auto hash : token->verified)
      writer_.schema().remember(hash);
  if (token && !retention_.checked()) retention_.set_checked(token->space_checked);
  if (token && token->before_addressed) {
    auto begun = writer_.schema().begin_addressed(*connection_, options_.sink, request.source, request.epoch);
    if (!begun) return std::unexpected(std::move(begun.error()));
    return read_position(request);
  }
  // The position is known, and checked by the next write anyway: it need not be asked for.
  if (token && !in_doubt_ && token->source == request.source && token->epoch == request.epoch) {
    writer_.set_position(token->source, token->epoch, token->sequence);
    return OpenedSink{};
  }
  return read_position(request);
}

std::expected<OpenedSink, SinkFailure> PostgresSink::read_position(const OpenRequest& request) {
  // What has been found before may have gone with what was expected to be there.
  writer_.forget();
  writer_.schema().forget();
  const Uuid addressed = addressed_epoch(request.epoch, options_.sink);
  OpenedSink opened{.position = std::nullopt, .keeps_position = true};
  for (const Uuid& epoch : {request.epoch, addressed}) {
    const auto position = writer_.schema().position(*connection_, request.source, epoch);
    if (!position) return std::unexpected(position.error());
    writer_.set_position(request.source, epoch, *position);
    // Both kinds of batches have numbers of one row: it is stored up to the higher one.
    if (position->has_value() && (!opened.position || opened.position->sequence < **position))
      opened.position = SinkPosition{request.source, request.epoch, **position};
  }
  return opened;
}

// Servers, poolers and routers close what is idle (idle_session_timeout, client_idle_timeout, a NAT), which
// shows when it is used again: nothing is wrong then, and a new connection does. If an answer was lost
// nonetheless, the position says so, as ever.
std::expected<Writer::Done, SinkFailure> PostgresSink::write_rows(std::span<const BatchPtr> batches) {
  const bool was_idle = clock_.now().boot - used_ >= idle_from;
  const auto answers = connection_->answers();
  auto done = writer_.write(*connection_, batches, keep_rejected_);
  if (!done && was_idle && connection_->is_lost() && connection_->answers() == answers) {
    if (auto again = connect(); !again) return std::unexpected(std::move(again.error()));
    done = writer_.write(*connection_, batches, keep_rejected_);
  }
  used_ = clock_.now().boot;
  return done;
}

std::expected<Written, SinkFailure> PostgresSink::write(std::span<const BatchPtr> batches) {
  if (!connection_)
    return std::unexpected(SinkFailure{
        .what = "the connection is not open", .remedy = "", .retry_after = Duration{}, .hold = false});
  in_doubt_ = true;
  auto done = write_rows(batches);
  if (!done) return std::unexpected(std::move(done.error()));
  in_doubt_ = false;
  // The rows are stored whatever becomes of this.
  retention_.run(*connection_, clock_.now(), done->rows);
  Written written{.rejected = std::move(done->rejected), .state = {}, .skipped = std::move(done->skipped)};
  if (!batches.empty()) {
    const Origin& last = batches.back()->origin;
    // Not known after a batch of this sink's alone: then it is asked for again.
    if (const auto position = writer_.position(last.source, last.epoch))
      written.state =
          ResumeToken{last.source, last.epoch, *position, retention_.checked(), writer_.schema().verified()}
              .text();
  }
  return written;
}

std::vector<SinkNote> PostgresSink::notes() const {
  std::vector<SinkNote> notes;
  if (options_.suspends) {
    notes.push_back(sleep_note(every_));
    notes.back().warning = false;  // nothing is wrong: it is what was asked for
  }
  if (auto space = retention_.note()) notes.push_back(std::move(*space));
  if (const auto& problem = writer_.schema().view_problem(); !problem.empty())
    notes.push_back({.name = "view", .text = problem, .warning = true});
  return notes;
}

std::string target(const Settings& settings, const std::filesystem::path&) {
  return fmt::format("{} schema {}", target_of(settings.text("url")), settings.text("schema"));
}

}  // namespace
}  // namespace collector::postgres_store

namespace collector {

const SinkType& postgres_sink() {
  using namespace postgres_store;
  static const SinkType type{
      .component = {.name = "postgres",
                    .sentence = "PostgreSQL, Neon, TimescaleDB or Citus. A database that suspends when it is "
                                "idle can do so between deliveries.",
                    .settings = settings_table(),
                    .on_by_default = false,
                    .target = target,
                    .check = mistakes_in},
      .create = [](const SinkContext& context) -> std::unique_ptr<Sink> {
        return std::make_unique<PostgresSink>(context);
      },
      .target = [](const SinkContext& context) { return target(context.settings, context.state); },
      .offer = &setup_offer(),
      .sync_at_shutdown =
          [](const SinkContext& context) { return options_of(context.settings).sync_at_shutdown; },
      .advice =
          [](const SinkContext& context) {
            return options_of(context.settings).suspends ? std::vector{sleep_note(context.every)}
                                                         : std::vector<SinkNote>();
          },
      .ddl =
          [](const SinkContext& context, std::span<const MeasurementPtr> measurements,
             std::span<const Tag> labels) {
            return script(options_of(context.settings), context.format, measurements, labels);
          },
      .probe = [](const SinkContext& context) { return probe(options_of(context.settings)); }};
  return type;
}

}  // namespace collector
