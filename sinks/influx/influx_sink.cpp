#include "sinks/influx/influx_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "sinks/influx/check.h"
#include "sinks/influx/filter_check.h"
#include "sinks/influx/label_limit.h"
#include "sinks/influx/line_sink.h"
#include "sinks/influx/offer.h"

namespace collector {
namespace {

using namespace influx;

constexpr std::array<std::string_view, 4> versions{"auto", "1", "2", "3"};
constexpr std::array<std::string_view, 4> precisions{"ns", "us", "ms", "s"};
constexpr std::array<std::string_view, 3> compressions{"auto", "on", "off"};

constexpr std::array<Setting, 3> tls_settings{{
    {.name = "ca",
     .type = SettingType::path,
     .sentence = "A PEM file with the certificates to trust instead of the system's."},
    {.name = "certificate",
     .type = SettingType::path,
     .sentence = "A PEM file with the collector's own certificate."},
    {.name = "key",
     .type = SettingType::path,
     .sentence = "A PEM file with the private key of that certificate."},
}};

constexpr std::array<Setting, 3> pattern_settings{{
    {.name = "measurements",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Measurements, by name or glob, without the prefix."},
    {.name = "tags",
     .type = SettingType::map,
     .default_text = "{}",
     .sentence = "Rows by the value of a tag, a name or glob: {interface: eth*}. It does not affect rows "
                 "without that tag."},
    {.name = "fields",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Fields, as measurement.field, by name or glob: net.err_*. A row without any remaining "
                 "field is not sent."},
}};

constexpr std::array<Setting, 19> sink_settings{{
    {.name = "url",
     .type = SettingType::text,
     .default_text = "http://127.0.0.1:8086",
     .sentence = "The server's address without /write: http://HOST:PORT, or https://. For a VictoriaMetrics "
                 "cluster http://HOST:8480/insert/0/influx."},
    {.name = "version",
     .type = SettingType::choice,
     .default_text = "auto",
     .sentence =
         "The server's interface: 1 is /write (InfluxDB 1.x, VictoriaMetrics, Telegraf's influxdb_listener), "
         "2 is /api/v2/write, 3 is /api/v3/write_lp. auto: the collector asks the server.",
     .choices = versions},
    {.name = "database",
     .type = SettingType::text,
     .default_text = "telegraf",
     .sentence = "The database (1.x, 3). It is also the bucket if none is set. It must exist."},
    {.name = "retention_policy",
     .type = SettingType::text,
     .default_text = "",
     .sentence = "The retention policy (1.x). Default: the database's own."},
    {.name = "bucket", .type = SettingType::text, .default_text = "", .sentence = "The bucket (2.x)."},
    {.name = "org", .type = SettingType::text, .default_text = "", .sentence = "The organization (2.x)."},
    {.name = "token",
     .type = SettingType::secret,
     .default_text = "",
     .sentence = "The token (2.x, 3, Cloud), preferably as ${NAME} or ${file:PATH}."},
    {.name = "user", .type = SettingType::text, .default_text = "", .sentence = "The user (1.x)."},
    {.name = "password",
     .type = SettingType::secret,
     .default_text = "",
     .sentence = "The user's password (1.x), preferably as ${NAME} or ${file:PATH}."},
    {.name = "unix_socket",
     .type = SettingType::path,
     .default_text = "",
     .sentence =
         "A Unix socket to connect to instead of the host in `url` (InfluxDB 1.x: unix-socket-enabled)."},
    {.name = "precision",
     .type = SettingType::choice,
     .default_text = "ms",
     .sentence = "The precision of the rows' times. With s, windows that come twice because the clock was "
                 "set back overwrite each other.",
     .choices = precisions},
    {.name = "prefix",
     .type = SettingType::text,
     .default_text = "",
     .sentence = "A text that is put before every measurement's name."},
    {.name = "include",
     .type = SettingType::table,
     .sentence = "What is sent. An empty list lets everything pass.",
     .children = pattern_settings},
    {.name = "exclude",
     .type = SettingType::table,
     .sentence = "What is not sent, out of what `include` lets pass. `status` counts the rows.",
     .children = pattern_settings},
    {.name = "compress",
     .type = SettingType::choice,
     .default_text = "auto",
     .sentence = "Whether requests are compressed with gzip. auto: unless the server is this machine.",
     .choices = compressions},
    {.name = "max_lines",
     .type = SettingType::integer,
     .default_text = "5000",
     .sentence = "The highest number of lines in one request.",
     .minimum = 1,
     .maximum = 100'000},
    {.name = "max_size",
     .type = SettingType::size,
     .default_text = "1MB",
     .sentence = "A request is sent when it has grown to about this size, before compression.",
     .minimum = 1'000,
     .maximum = 25'000'000},
    {.name = "timeout",
     .type = SettingType::duration,
     .default_text = "30s",
     .sentence = "How long the server may be silent. A whole request may take four times as long.",
     .minimum = std::chrono::nanoseconds(std::chrono::seconds(1)).count(),
     .maximum = std::chrono::nanoseconds(std::chrono::minutes(10)).count()},
    {.name = "tls",
     .type = SettingType::table,
     .sentence = "Certificates for https://.",
     .children = tls_settings},
}};

std::string text_or_nothing(const Settings& settings, std::string_view name) {
  return settings.has(name) ? settings.text(name) : std::string();
}

std::string file_of(const Settings& settings, std::string_view name, const std::filesystem::path& state) {
  const std::string text = text_or_nothing(settings, name);
  return text.empty() ? text : (state / text).string();
}

Filter filter_of(const Settings& settings) {
  return {patterns_of(settings, "include"), patterns_of(settings, "exclude")};
}

TimePrecision precision_of(const std::string& text) {
  if (text == "ns") return TimePrecision::nanoseconds;
  if (text == "us") return TimePrecision::microseconds;
  return text == "s" ? TimePrecision::seconds : TimePrecision::milliseconds;
}

Destination destination_of(const Settings& settings, const Url& url) {
  Destination destination{.url = url,
                          .database = settings.text("database"),
                          .retention_policy = text_or_nothing(settings, "retention_policy"),
                          .bucket = text_or_nothing(settings, "bucket"),
                          .organization = text_or_nothing(settings, "org"),
                          .token = text_or_nothing(settings, "token"),
                          .user = text_or_nothing(settings, "user"),
                          .password = text_or_nothing(settings, "password"),
                          .precision = precision_of(settings.text("precision"))};
  if (destination.user.empty()) {
    destination.user = url.user;
    destination.password = url.password;
  }
  return destination;
}

// Left out of a table of settings, a nested table may be absent as a whole.
void set_tls(const Settings& settings, const std::filesystem::path& state, ConnectionSettings& connection) {
  if (!settings.has("tls")) return;
  const Settings& tls = settings.table("tls");
  connection.authority = file_of(tls, "ca", state);
  connection.certificate = file_of(tls, "certificate", state);
  connection.key = file_of(tls, "key", state);
}

LineSinkSettings settings_of(const SinkContext& context) {
  const Settings& settings = context.settings;
  LineSinkSettings line_sink;
  line_sink.name = context.name;
  const auto url = server_url(settings.text("url"));
  if (!url) {
    line_sink.mistake = "url: " + url.error().what;
    line_sink.remedy = url.error().remedy;
  }
  line_sink.destination = destination_of(settings, url.value_or(Url{}));
  line_sink.connection = {.url = line_sink.destination.url,
                          .unix_socket = file_of(settings, "unix_socket", context.state),
                          .authority = {},
                          .certificate = {},
                          .key = {},
                          .timeout = settings.duration("timeout")};
  set_tls(settings, context.state, line_sink.connection);
  line_sink.version = parse_version(settings.text("version"));
  const std::string& compress = settings.text("compress");
  const bool is_near = line_sink.destination.url.is_loopback() || !line_sink.connection.unix_socket.empty();
  line_sink.compress = compress == "on" || (compress == "auto" && !is_near);
  line_sink.max_lines = static_cast<std::size_t>(settings.integer("max_lines"));
  line_sink.max_size = settings.size("max_size");
  line_sink.prefix = text_or_nothing(settings, "prefix");
  line_sink.format = context.format;
  line_sink.filter = filter_of(settings);
  return line_sink;
}

std::unique_ptr<Sink> create(const SinkContext& context) {
  return std::make_unique<LineSink>(settings_of(context), context.clock);
}

// What open() does: it asks with an empty request.
std::expected<std::string, SinkFailure> probe(const SinkContext& context) {
  LineSink sink(settings_of(context), context.clock);
  if (const auto opened = sink.open({}); !opened) return std::unexpected(opened.error());
  return sink.found();
}

std::string target_of(const Settings& settings, const std::filesystem::path& state) {
  const auto url = server_url(settings.text("url"));
  if (!url) return {};
  const Destination to = destination_of(settings, *url);
  const std::string bucket = to.bucket.empty() ? to.database : to.bucket;
  return fmt::format("{}{} {} {} {} {}", url->text(), file_of(settings, "unix_socket", state), bucket,
                     to.retention_policy, to.organization, text_or_nothing(settings, "prefix"));
}

}  // namespace

const SinkType& influx_sink() {
  static const SinkType type{
      .component =
          {.name = "influx",
           .sentence =
               "Rows as line protocol to InfluxDB 1.x, 2.x and 3, VictoriaMetrics, or Telegraf, under "
               "Telegraf's names.",
           .settings = sink_settings,
           .target = target_of,
           .check = mistakes_in},
      .default_format = {.counters = Counters::total},
      .create = create,
      .target = [](const SinkContext& context) { return target_of(context.settings, context.state); },
      .offer = &setup_offer(),
      .advice =
          [](const SinkContext& context) {
            auto notes = notes_on_filter(context.settings, context.produced, context.format);
            // No VictoriaMetrics takes version 3.
            if (context.settings.text("version") != "3")
              std::ranges::move(
                  notes_on_labels(context.labels, context.produced, filter_of(context.settings)),
                  std::back_inserter(notes));
            return notes;
          },
      .probe = probe,
  };
  return type;
}

}  // namespace collector
